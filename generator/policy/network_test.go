package policy_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// at compiles a network of one product at one of its vantage points and
// dumps the policy. The product and the network are TOML.
func at(t *testing.T, product, deployment, vantage string) string {
	t.Helper()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	c := policytest.Load(t, fstest.MapFS{
		"data/services.toml":         file("[service.https]\nname = \"HTTPS\"\n"),
		"data/zones.toml":            file("[zone.internet]\nname = \"Internet\"\n[zone.partner]\nname = \"Partner\"\n[zone.dmz]\nname = \"DMZ\"\n[zone.internal]\nname = \"Internal\"\n[zone.management]\nname = \"Management\"\n[zone.cloud]\nname = \"Cloud\"\n[zone.host]\nname = \"Host\"\n"),
		"data/products/p.toml":       file("name = \"P\"\nvendor = \"V\"\nkind = \"server\"\nsummary = \"s\"\n[source.d]\ntitle = \"D\"\npublisher = \"V\"\n" + product),
		"data/deployments/town.toml": file("name = \"Town\"\n" + deployment + "[product.p]\n"),
	})
	d := c.Deployment("town")
	sink := new(diag.List)
	n := network.Resolve(c, d, sink)
	if sink.HasErrors() {
		t.Fatal(sink.Sorted())
	}
	for _, v := range policy.NetworkVantages(d) {
		if v.ID == vantage {
			return policytest.Dump(policy.Deployment(c, n, v, policy.Options{}))
		}
	}
	t.Fatalf("no vantage point %s", vantage)
	return ""
}

func flow(id, from, to, ports, need string) string {
	return "[flow." + id + "]\nservice = \"https\"\nfrom = \"" + from + "\"\nto = \"" + to + "\"\nports = \"" + ports + "\"\nneed = \"" + need + "\"\nsource = \"d\"\n"
}

func endpoint(id, zone, more string) string {
	return "[endpoint." + id + "]\nname = \"" + id + "\"\nzone = \"" + zone + "\"\n" + more + "\n"
}

const between = `
[zone.dmz]
cidr = ["192.0.2.0/24", "2001:db8:1::/64"]
[zone.internal]
cidr = ["10.0.0.0/16", "2001:db8:2::/64"]
[firewall.edge]
name = "Edge"
zones = ["internet", "dmz"]
egress = "203.0.113.1"
[firewall.inner]
name = "Inner"
zones = ["dmz", "internal"]
`

// twoSides are a company and its partner, each behind a firewall that
// translates, with the internet and a provider's cloud between them.
const twoSides = `
[zone.partner]
cidr = "172.16.5.0/24"
[zone.internal]
cidr = "10.0.0.0/16"
[firewall.edge]
name = "Edge"
zones = ["internet", "cloud", "internal"]
egress = "203.0.113.1"
[firewall.theirs]
name = "Theirs"
zones = ["internet", "cloud", "partner"]
egress = "198.51.100.1"
[host.server]
zone = "partner"
address = "172.16.5.10"
public_address = "198.51.100.10"
plays = "p/server"
[host.platform]
zone = "cloud"
address = "192.0.2.77"
plays = "p/platform"
[host.client]
zone = "internal"
address = "10.0.0.5"
plays = "p/client"
`

const partners = "[endpoint.client]\nname = \"Client\"\nzone = \"internal\"\nself = true\n[endpoint.server]\nname = \"Server\"\nzone = \"partner\"\n" +
	"[endpoint.platform]\nname = \"Platform\"\nzone = \"cloud\"\n"

// networkCases are a product, a network and the policy at one of its places.
var networkCases = []struct {
	name, product, deployment, vantage string
	want                               []string // lines of the dump, without its first
}{
	{
		"each firewall translates one family",
		endpoint("db", "internal", "self = true") + endpoint("clock", "internet", "") + flow("time", "db", "clock", "udp/123", "required"),
		strings.Replace(between, `zones = ["dmz", "internal"]`, `zones = ["dmz", "internal"]`+"\negress = \"2001:db8:1::1\"", 1) +
			"[host.db1]\nzone = \"internal\"\naddress = [\"10.0.0.5\", \"2001:db8:2::5\"]\nplays = \"p/db\"\n" +
			"[host.clock1]\nzone = \"internet\"\naddress = [\"198.51.100.9\", \"2001:db8:9::9\"]\nplays = \"p/clock\"\n",
		"clock1",
		[]string{
			"role edge-egress [203.0.113.1/32]", "role inner-egress [2001:db8:1::1/128]", "role clock1 [198.51.100.9/32 2001:db8:9::9/128]",
			"allow in edge-egress+inner-egress > here udp/123  # p.time",
		},
	},
	{
		"an allow of the internet opens no zone that is forbidden",
		endpoint("server", "dmz", "self = true") + endpoint("web", "internet", "") + endpoint("shares", "internal", "") +
			flow("get", "server", "web", "tcp/445", "required") + flow("no-shares", "server", "shares", "tcp/445", "forbidden"),
		between + "[host.s]\nzone = \"dmz\"\naddress = \"192.0.2.10\"\nplays = \"p/server\"\n[host.nas]\nzone = \"internal\"\naddress = \"10.0.0.7\"\nplays = \"p/shares\"\n",
		"s",
		[]string{"allow out here > internet-alone tcp/445  # p.get", "deny out here > nas tcp/445  # p.no-shares"},
	},
	{
		"the internet is every address where nothing forbids it",
		endpoint("server", "dmz", "self = true") + endpoint("web", "internet", "") + endpoint("shares", "internal", "") +
			flow("get", "server", "web", "tcp/443", "required") + flow("no-shares", "server", "shares", "tcp/445", "forbidden"),
		between + "[host.s]\nzone = \"dmz\"\naddress = \"192.0.2.10\"\nplays = \"p/server\"\n[host.nas]\nzone = \"internal\"\naddress = \"10.0.0.7\"\nplays = \"p/shares\"\n",
		"s",
		[]string{"allow out here > internet tcp/443  # p.get", "deny out here > nas tcp/445  # p.no-shares"},
	},
	{
		"parts of one machine, on two machines",
		endpoint("server", "dmz", "self = true") + endpoint("agent", "host", "self = true") + flow("report", "agent", "server", "tcp/7779", "required"),
		between + "[host.a]\nzone = \"dmz\"\naddress = \"192.0.2.10\"\nplays = [\"p/server\", \"p/agent\"]\n[host.b]\nzone = \"dmz\"\naddress = \"192.0.2.11\"\nplays = [\"p/server\", \"p/agent\"]\n",
		"a",
		[]string{"left p.report: inside"},
	},
	{
		"hosts that are many talk to each other, not to themselves",
		endpoint("node", "dmz", "self = true\nmany = true") + flow("farm", "node", "node", "tcp/445", "required"),
		between + "[host.a]\nzone = \"dmz\"\naddress = \"192.0.2.10\"\nplays = \"p/node\"\n[host.b]\nzone = \"dmz\"\naddress = \"192.0.2.11\"\nplays = \"p/node\"\n",
		"a",
		[]string{"allow in b > here tcp/445  # p.farm", "allow out here > b tcp/445  # p.farm"},
	},
	{
		"a public address of one family",
		endpoint("server", "dmz", "self = true") + endpoint("web", "internet", "") + flow("ui", "web", "server", "tcp/443", "required"),
		between + "[host.s]\nzone = \"dmz\"\naddress = [\"192.0.2.10\", \"2001:db8:1::10\"]\npublic_address = \"203.0.113.10\"\nplays = \"p/server\"\n",
		"edge",
		[]string{"role internet [] any", "role s-translated [192.0.2.10/32 2001:db8:1::10/128] before [203.0.113.10/32 2001:db8:1::10/128]",
			"allow forward internet > s-translated tcp/443  # p.ui"},
	},
	{
		"a partner is asked by its public address, out of the own firewall",
		partners + flow("get", "client", "server", "tcp/990", "required"), twoSides, "edge",
		[]string{"role client [10.0.0.5/32]", "role server-public [198.51.100.10/32]", "allow forward client > server-public tcp/990  # p.get"},
	},
	{
		"and by the egress of the other, into its own",
		partners + flow("get", "client", "server", "tcp/990", "required"), twoSides, "theirs",
		[]string{"role edge-egress [203.0.113.1/32]", "role server-translated [172.16.5.10/32] before [198.51.100.10/32]",
			"allow forward edge-egress > server-translated tcp/990  # p.get"},
	},
	{
		"the cloud is outside",
		partners + flow("mount", "platform", "server", "tcp/21", "required"), twoSides, "theirs",
		[]string{"role platform [192.0.2.77/32]", "role server-translated [172.16.5.10/32] before [198.51.100.10/32]",
			"allow forward platform > server-translated tcp/21  # p.mount"},
	},
	{
		"and sees no address of the inside",
		partners + flow("store", "client", "platform", "tcp/443", "required"), twoSides, "platform",
		[]string{"role edge-egress [203.0.113.1/32]", "role platform [192.0.2.77/32]", "allow in edge-egress > here tcp/443  # p.store"},
	},
	{
		"between two inner zones one firewall translates nothing",
		endpoint("server", "dmz", "self = true") + endpoint("admin", "internal", "") + flow("ssh", "admin", "server", "tcp/222", "required"),
		strings.ReplaceAll(strings.Replace(between, `zones = ["internet", "dmz"]`, `zones = ["internet", "dmz", "internal"]`, 1), "[firewall.inner]\nname = \"Inner\"\nzones = [\"dmz\", \"internal\"]\n", "") +
			"[host.s]\nzone = \"dmz\"\naddress = \"192.0.2.10\"\nplays = \"p/server\"\n[host.a]\nzone = \"internal\"\naddress = \"10.0.0.5\"\nplays = \"p/admin\"\n",
		"s",
		[]string{"role a [10.0.0.5/32]", "role s [192.0.2.10/32]", "allow in a > here tcp/222  # p.ssh"},
	},
	{
		"endpoints known by name alone are placeholders that differ",
		endpoint("server", "dmz", "self = true") + endpoint("a", "internet", "fqdn = \"a.example.com\"") + endpoint("b", "internet", "fqdn = \"b.example.com\"") +
			flow("b", "server", "b", "tcp/1", "required") + flow("a", "server", "a", "tcp/1", "required"),
		between + "[host.s]\nzone = \"dmz\"\naddress = \"192.0.2.10\"\nplays = \"p/server\"\n",
		"edge",
		[]string{"role s [192.0.2.10/32]", "role b [203.0.113.144/28 2001:db8:0:9::/64] placeholder names [b.example.com] []",
			"role a [203.0.113.128/28 2001:db8:0:8::/64] placeholder names [a.example.com] []",
			"allow forward s > b tcp/1  # p.b", "allow forward s > a tcp/1  # p.a"},
	},
}

// TestNetwork: what each firewall and host of a network sees of a flow.
func TestNetwork(t *testing.T) {
	for _, test := range networkCases {
		got := strings.Split(strings.TrimSpace(at(t, test.product, test.deployment, test.vantage)), "\n")[1:]
		if len(test.want) > 0 && !strings.HasPrefix(test.want[0], "role") {
			for len(got) > 0 && strings.HasPrefix(got[0], "role") {
				got = got[1:]
			}
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s: %s", test.name, d)
		}
	}
}
