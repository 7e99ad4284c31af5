package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/paloalto/reader"
	"portolan/generator/policy/policytest"
)

const good = `# a comment
delete rulebase security rules r1
delete rulebase security rules r2
delete rulebase security rules r3
delete address-group clients
delete address c1
delete address c2
delete address u
delete address s
delete service web
delete application pl-icmp
delete tag t
set tag t comments "Made by hand, and it shows"
set address c1 ip-netmask 198.51.100.7
set address c2 ip-netmask 2001:db8::/64
set address u fqdn updates.example.com
set address s ip-netmask 192.0.2.10/32
set address-group clients static [ c1 c2 ]
set address-group clients static u
set address-group clients description "Clients. Who connects."
set service web protocol tcp port 443,1000-2000
set service back protocol tcp port 1-65535 source-port 20
set application pl-icmp category networking subcategory ip-protocol technology network-protocol
set application pl-icmp risk 1 default ident-by-icmp-type type 13
set rulebase security rules r1 from any to any source [ clients ] destination s
set rulebase security rules r1 application any service [ web back ] action allow
set rulebase security rules r1 tag t description "HTTPS: web"
set rulebase security rules r2 from any to any source any destination s application [ ping pl-icmp ] service application-default action allow
set rulebase security rules r3 from any to any source any destination any application any service any action drop log-end yes
`

func TestMeaning(t *testing.T) {
	named := policytest.NameAddrs("updates.example.com")[1].Addr().String()
	for _, text := range []string{good, good + good} {
		set, err := reader.PANOS(text)
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Rules) != 5 {
			t.Errorf("%d rules", len(set.Rules))
		}
		for _, c := range []struct {
			from, to string
			ports    [2]uint16
			tr       netspec.Transport
			kind     uint8
			want     policytest.Verdict
		}{
			{"198.51.100.7", "192.0.2.10", [2]uint16{40000, 443}, netspec.TCP, 0, policytest.Allowed},
			{"198.51.100.7", "192.0.2.10", [2]uint16{40000, 2000}, netspec.TCP, 0, policytest.Allowed},
			{"198.51.100.7", "192.0.2.10", [2]uint16{40000, 2001}, netspec.TCP, 0, policytest.Denied},
			{"198.51.100.7", "192.0.2.10", [2]uint16{20, 2001}, netspec.TCP, 0, policytest.Allowed},
			{"198.51.100.8", "192.0.2.10", [2]uint16{40000, 443}, netspec.TCP, 0, policytest.Denied},
			{"198.51.100.7", "192.0.2.11", [2]uint16{40000, 443}, netspec.TCP, 0, policytest.Denied},
			{"198.51.100.7", "192.0.2.10", [2]uint16{40000, 443}, netspec.UDP, 0, policytest.Denied},
			{named, "2001:db8::1", [2]uint16{40000, 443}, netspec.TCP, 0, policytest.Denied},
			{"45.0.0.1", "192.0.2.10", [2]uint16{}, netspec.ICMP, 8, policytest.Allowed},
			{"45.0.0.1", "192.0.2.10", [2]uint16{}, netspec.ICMP, 13, policytest.Allowed},
			{"45.0.0.1", "192.0.2.10", [2]uint16{}, netspec.ICMP, 0, policytest.Denied},
		} {
			p := policytest.Packet{Direction: policy.Forward, From: netip.MustParseAddr(c.from), To: netip.MustParseAddr(c.to), Transport: c.tr, FromPort: c.ports[0], ToPort: c.ports[1], Type: c.kind}
			if got := set.Decide(p); got != c.want {
				t.Errorf("%s: %s, want %s", p, got, c.want)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"ip-netmask 198.51.100.7\n", "ip-netmask 198.51.100.7/24\n", "host bits"},
		{"ip-netmask 198.51.100.7\n", "ip-netmask 198.51.100.700\n", "no address"},
		{"ip-netmask 198.51.100.7\n", "netmask 198.51.100.7\n", `no "netmask"`},
		{"ip-netmask 198.51.100.7\n", "ip-netmask\n", "is no"},
		{"fqdn updates.example.com", "fqdn *.example.com", "needs quotes"},
		{"fqdn updates.example.com", "fqdn updates", "no name"},
		{"static [ c1 c2 ]", "static [ c1 c2", "not closed"},
		{"static [ c1 c2 ]", "static [ ]", "hold nothing"},
		{"static [ c1 c2 ]", "static [ c1 c3 ]", "c3 is not a valid reference"},
		{"static [ c1 c2 ]", "static c1 c2", "too much"},
		{"static [ c1 c2 ]", "dynamic c1", "a group has no"},
		{"set address-group clients static u", "set address-group c1 static u", "is an address"},
		{"set address s ip", "set address clients ip-netmask 192.0.2.9\nset address-group clients static c1\nset address s ip", "is an address"},
		{"set address s ip", "set address " + strings.Repeat("s", 64) + " ip", "1 to 63"},
		{"set address s ip", "set address s+s ip", "needs quotes"},
		{"set address s ip", "set address -s ip", `has '-'`},
		{`"Clients. Who connects."`, "Clients", "not quoted"},
		{`"Clients. Who connects."`, `"Clients`, "not closed"},
		{`"Clients. Who connects."`, `"Clients"x`, "follows a quote"},
		{`"Clients. Who connects."`, `"` + strings.Repeat("d", 1024) + `"`, "1024 characters"},
		{`"HTTPS: web"`, `"` + strings.Repeat("d", 1025) + `"`, "1025 characters"},
		{`"HTTPS: web"`, `"what?"`, "byte 0x3f"},
		{`"HTTPS: web"`, "\"gr\u00fcn\"", "byte 0xc3"},
		{"port 443,1000-2000", "port 443,2000-1000", "wrong way round"},
		{"port 443,1000-2000", "port 0", "no number"},
		{"port 443,1000-2000", "port 70000", "no number"},
		{"port 443,1000-2000", "port 443,", "no number"},
		{"port 443,1000-2000", "port " + strings.Repeat("1000,", 205) + "1", "1023 is the most"},
		{"protocol tcp port 443", "protocol icmp port 443", "no protocol"},
		{"protocol tcp port 443", "tcp port 443", "is written"},
		{"source-port 20", "source-ports 20", "too much"},
		{"type 13", "type 256", "no number"},
		{"risk 1", "risk 6", "no number"},
		{"risk 1 ", "", "not complete"},
		{"category networking subcategory", "category none subcategory", "has no"},
		{"application pl-icmp", "application " + strings.Repeat("p", 32), "1 to 31"},
		{"application pl-icmp", "application ping", "is predefined"},
		{"rules r1 from", "rules " + strings.Repeat("r", 64) + " from", "1 to 63"},
		{"rules r1 from any", "rules r1 from outside", "not a valid reference"},
		{"destination s\n", "destination t\n", "not a valid reference"},
		{"destination s\n", "\n", "destination is missing"},
		{"destination s\n", "destination [ s any ]\n", "any stands alone"},
		{"service [ web back ]", "service [ web back ftp ]", "ftp is not"},
		{"service [ web back ]", "service application-default", "first packets"},
		{"application-default", "any", "first packets"},
		{"[ ping pl-icmp ]", "[ ping pl-none ]", "pl-none is not"},
		{"action allow", "", "action is missing"},
		{"action allow", "action permit", "no action"},
		{"tag t description", "tag x description", "x is not a valid reference"},
		{"log-end yes", "log-end maybe", "yes or no"},
		{"log-end yes", "log-end", "no value"},
		{"log-end yes", "logging yes", `no "logging"`},
		{"set tag t comments", "set tag t color", "has no"},
		{"delete tag t", "delete zone t", "no command"},
		{"delete tag t", "show tag t", "nothing is set"},
	} {
		if !strings.Contains(good, c.from) {
			t.Errorf("%q is not in the text", c.from)
		}
		if _, err := reader.PANOS(strings.ReplaceAll(good, c.from, c.to)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: error %v, want %q", c.to, c.from, err, c.want)
		}
	}
	for line, want := range map[string]string{
		"delete address c1": "in use by clients", "delete address s": "in use by r1", "delete address-group clients": "in use by r1",
		"delete service web": "in use by r1", "delete application pl-icmp": "in use by r2", "delete tag t": "in use by r1",
	} {
		if _, err := reader.PANOS(good + line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", line, err, want)
		}
	}
}
