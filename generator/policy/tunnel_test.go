package policy_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/platforms"
	"portolan/generator/policy/policytest"
)

// TestTunnel holds what files say of a connection from the inside in which
// that of clients goes on: at the tunnel's firewall, at one that only clients
// pass, and where the tunnel is not in.
func TestTunnel(t *testing.T) {
	c := policytest.Load(t, fstest.MapFS{
		"data/site.toml":     {Data: []byte("title = \"Test\"\n")},
		"data/zones.toml":    {Data: []byte("[zone.internet]\nname = \"Internet\"\n[zone.dmz]\nname = \"DMZ\"\n[zone.internal]\nname = \"Internal\"\n")},
		"data/services.toml": {Data: []byte("[service.https]\nname = \"HTTPS\"\n")},
		"data/products/p.toml": {Data: []byte("name = \"P\"\nvendor = \"V\"\nkind = \"server\"\nsummary = \"s\"\n[source.d]\ntitle = \"D\"\npublisher = \"V\"\n" + endpoint("gateway", "dmz", "self = true") + endpoint("server", "internal", "self = true") + endpoint("client", "internet", "") +
			"[feature.agent]\nname = \"Agent\"\n[feature.port]\nname = \"Port\"\n" +
			flow("web", "client", "gateway", "tcp/443", "required") + flow("files", "client", "gateway", "tcp/22", "required") +
			flow("link", "server", "gateway", "tcp/4500", "conditional") + "feature = \"agent\"\ncarries = [\"web\", \"files\"]\n" +
			flow("other-link", "server", "gateway", "tcp/?", "conditional") + "feature = \"port\"\ncarries = \"web\"\n")},
		"data/deployments/net.toml": {Data: []byte("name = \"Net\"\n" + between + `
[host.gw]
zone = "dmz"
address = "192.0.2.10"
plays = "p/gateway"
[host.srv]
zone = "internal"
address = "10.0.0.5"
plays = "p/server"
[product.p]
features = "agent"
`)},
	})
	const both = "link carries web, files: no rule from gateway to server is needed for that."
	carried := "goes on inside link, opened by server; no rule from gateway to server is needed for that"
	for _, test := range []struct {
		name, at string
		features []string
		head     []string // its sentences on tunnels
		rows     map[string]string
	}{
		{"off", "host", nil, nil, map[string]string{"web": "HTTPS: web"}},
		{"on the gateway", "host", []string{"agent"}, []string{both}, map[string]string{
			"web": carried, "link": "carries web, files; no rule from gateway to server is needed for that"}},
		{"on the server", "host-server", []string{"agent"}, []string{both}, nil},
		{"without a port", "host", []string{"port"}, []string{"other-link carries web: no rule from gateway to server is needed for that."}, nil},
		{"in a network", "gw", nil, []string{"p.link carries p.web, p.files: no rule from gateway to server is needed for that."}, map[string]string{"p.web": "goes on inside p.link"}},
		{"at the firewall outside", "edge", nil, []string{"p.web, p.files go on inside p.link, opened by server: no rule from gateway to server is needed for that."}, nil},
	} {
		var pol *policy.Policy
		if d := c.Deployment("net"); strings.Contains(test.name, "network") || test.at == "edge" {
			n := network.Resolve(c, d, new(diag.List))
			for _, at := range policy.NetworkVantages(d) {
				if at.ID == test.at {
					pol = policy.Deployment(c, n, at, policy.Options{})
				}
			}
		} else {
			sel, _ := network.Select(c.Product("p"), network.Choice{Features: test.features})
			for _, at := range policy.Vantages(c.Product("p")) {
				if at.ID == test.at {
					pol = policy.Product(c, sel, at, policy.Options{})
				}
			}
		}
		text, l, err := policy.File(platforms.Lookup("change-request"), pol)
		if err != nil {
			t.Fatal(err)
		}
		head := strings.Join(l.Head, " ")
		for _, want := range test.head {
			if !strings.Contains(head, want) {
				t.Errorf("%s: the head does not say %q:\n%s", test.name, want, head)
			}
		}
		if n := strings.Count(head, "is needed for that"); n != len(test.head) {
			t.Errorf("%s: the head says it %d times:\n%s", test.name, n, head)
		}
		for flow, want := range test.rows {
			found := false
			for line := range strings.Lines(string(text)) {
				if strings.Contains(line, `: `+flow) && strings.Contains(line, want) {
					found = true
				}
			}
			if !found {
				t.Errorf("%s: no row of %s says %q:\n%s", test.name, flow, want, text)
			}
		}
	}
}
