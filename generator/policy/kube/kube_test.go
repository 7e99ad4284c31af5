package kube_test

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/kube"
	"portolan/generator/policy/kube/reader"
	"portolan/generator/policy/policytest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestConform(t *testing.T) {
	readers := reader.Readers()
	for _, pl := range kube.Platforms() {
		t.Run(pl.Info().ID, func(t *testing.T) { policytest.Conform(t, pl, readers[pl.Info().ID]) })
	}
}

func blocks(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func ports(text string) netspec.PortSet {
	s, err := netspec.ParsePortSet(text)
	if err != nil {
		panic(err)
	}
	return s
}

// The parties of the samples.
var (
	server    = &policy.Role{ID: "server", Name: "Server", Self: true}
	admins    = &policy.Role{ID: "admins", Name: "Administrators", Zone: "internal", Addresses: blocks("192.0.2.0/28", "2001:db8::/64")}
	updates   = &policy.Role{ID: "updates", Name: "Update servers", Zone: "internet", FQDN: []string{"updates.example.com", "*.cdn.example.com"}, Addresses: blocks("203.0.113.16/28"), Placeholder: true}
	everybody = &policy.Role{ID: "users", Name: "Everybody", Any: true}
)

func rule(a policy.Action, d policy.Direction, id, service string, peer *policy.Role, listens, from string) policy.Rule {
	r := policy.Rule{Action: a, Direction: d, Ports: ports(listens), Reasons: []policy.Reason{{Flow: &catalog.Flow{ID: id}, Service: service}}}
	if from != "" {
		r.SourcePorts = ports(from)
	}
	r.From, r.To = policy.End{Local: true, Roles: []*policy.Role{server}}, policy.End{Roles: []*policy.Role{peer}}
	if d == policy.In {
		r.From, r.To = r.To, r.From
	}
	return r
}

func sample(deny *policy.Deny, rules ...policy.Rule) *policy.Policy {
	return &policy.Policy{
		Subject: policy.Subject{Path: "products/ferry", Slug: "ferry", Name: "Ferry", DataVersion: "1"},
		At:      policy.Vantage{ID: "host", Kind: policy.Host, Name: "Server"},
		Rules:   rules, Deny: deny,
	}
}

// TestGolden has one idea a file.
func TestGolden(t *testing.T) {
	web := rule(policy.Allow, policy.In, "web", "HTTPS", everybody, "tcp/443", "")
	data := rule(policy.Allow, policy.In, "data", "FTP data", admins, "tcp/21,28000-30000", "")
	fetch := rule(policy.Allow, policy.Out, "fetch", "HTTPS", updates, "tcp/443", "")
	active := rule(policy.Allow, policy.Out, "active", "FTP data", admins, "tcp/1024-65535", "tcp/20")
	ping := rule(policy.Allow, policy.In, "ping", "Ping", admins, "icmp/8 icmpv6/128", "")
	back := rule(policy.Allow, policy.Out, "back", "Syslog", admins, "udp/514", "")
	smb := rule(policy.Block, policy.In, "no-smb", "SMB", everybody, "tcp/445", "")
	for _, c := range []struct {
		platform, name string
		policy         *policy.Policy
	}{
		{"kubernetes", "role-once", sample(nil, web, data, back)},
		{"kubernetes", "deny-all-out", sample(&policy.Deny{}, web)},
		{"kubernetes", "nothing", sample(nil, active)},
		{"calico", "source-port-and-types", sample(nil, active, ping)},
		{"calico", "deny-and-log", sample(&policy.Deny{Log: true}, data, smb)},
		{"cilium", "names", sample(nil, fetch)},
		{"cilium", "deny-wins", sample(nil, data, smb)},
		{"cilium", "default-deny", sample(&policy.Deny{}, web, ping)},
	} {
		t.Run(c.platform+"-"+c.name, func(t *testing.T) {
			got := render(t, platform(c.platform), c.policy)
			if _, err := reader.Readers()[c.platform](got); err != nil {
				t.Error(err)
			}
			file := filepath.Join("testdata", c.platform+"-"+c.name+".yaml")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func platform(id string) policy.Platform {
	for _, pl := range kube.Platforms() {
		if pl.Info().ID == id {
			return pl
		}
	}
	panic(id)
}

func render(t testing.TB, pl policy.Platform, p *policy.Policy) string {
	t.Helper()
	out, err := policy.Render(pl, policy.Lower(p, pl.Info(), "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// FuzzText: whatever people write in the data, the rules stay the rules.
func FuzzText(f *testing.F) {
	f.Add("Administrators", "HTTPS", "updates.example.com")
	f.Add("a: b\n- c", "# \"'{}[]&*!|>%@`", "*.example.com")
	f.Add("---", "yes", "x")
	f.Fuzz(func(t *testing.T, name, service, fqdn string) {
		a, u := *admins, *updates
		who, web := &a, &u
		who.Name, web.Name, web.Templates = name, service, []string{fqdn}
		p := sample(&policy.Deny{Log: true}, rule(policy.Allow, policy.In, "in", service, who, "tcp/443 udp/1-5 icmp/8", ""), rule(policy.Allow, policy.Out, "out", name, web, "tcp/443", ""), rule(policy.Block, policy.In, "no", name, who, "tcp/80", ""))
		for _, pl := range kube.Platforms() {
			text := render(t, pl, p)
			set, err := reader.Readers()[pl.Info().ID](text)
			if err != nil {
				t.Fatalf("%s: %v\n%s", pl.Info().ID, err, text)
			}
			if faults := policytest.Compare(p, policy.Lower(p, pl.Info(), "rules.yaml"), set); len(faults) > 0 {
				t.Fatalf("%s: %s\n%s", pl.Info().ID, strings.Join(faults, "\n"), text)
			}
		}
	})
}

func BenchmarkRender(b *testing.B) {
	var rules []policy.Rule
	for i := range 20 {
		rules = append(rules, rule(policy.Allow, policy.Direction(i%2), fmt.Sprintf("flow-%d", i), "HTTPS", admins, fmt.Sprintf("tcp/%d,28000-30000", 400+i), ""))
	}
	for _, pl := range kube.Platforms() {
		l := policy.Lower(sample(&policy.Deny{}, rules...), pl.Info(), "rules.yaml")
		b.Run(pl.Info().ID, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := policy.Render(pl, l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
