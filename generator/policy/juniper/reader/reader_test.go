package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/juniper/reader"
	"portolan/generator/policy/policytest"
)

const good = `# a comment
set groups g security address-book global address c1 198.51.100.7/32
set groups g security address-book global address c2 2001:db8::/64
set groups g security address-book global address u dns-name updates.example.com
set groups g security address-book global address s 192.0.2.10/32
set groups g security address-book global address-set clients description "who connects, and why"
set groups g security address-book global address-set clients address c1
set groups g security address-book global address-set clients address c2
set groups g applications application web term t1 protocol tcp destination-port 443
set groups g applications application web term t2 protocol tcp
set groups g applications application web term t2 source-port 20 destination-port 1-99
set groups g applications application ping term t1 protocol icmp icmp-type 8
set groups g applications application-set both application web
set groups g applications application-set both application ping
set groups g security policies global policy p1 description "HTTPS: web"
set groups g security policies global policy p1 match source-address [ clients u ]
set groups g security policies global policy p1 match destination-address s
set groups g security policies global policy p1 match application both
set groups g security policies global policy p1 then permit
set groups g security policies global policy p2 match source-address any
set groups g security policies global policy p2 match destination-address any
set groups g security policies global policy p2 match application any
set groups g security policies global policy p2 then deny
set groups g security policies global policy p2 then log session-init
set groups unused no such statement
set apply-groups g
`

func TestMeaning(t *testing.T) {
	set, err := reader.SRX(good)
	if err != nil {
		t.Fatal(err)
	}
	named := policytest.NameAddrs("updates.example.com")[0].Addr().String()
	for _, c := range []struct {
		from, to string
		ports    [2]uint16
		tr       netspec.Transport
		kind     uint8
		want     policytest.Verdict
	}{
		{"198.51.100.7", "192.0.2.10", [2]uint16{40000, 443}, netspec.TCP, 0, policytest.Allowed},
		{named, "192.0.2.10", [2]uint16{40000, 443}, netspec.TCP, 0, policytest.Allowed},
		{"198.51.100.8", "192.0.2.10", [2]uint16{40000, 443}, netspec.TCP, 0, policytest.Denied},
		{"198.51.100.7", "192.0.2.11", [2]uint16{40000, 443}, netspec.TCP, 0, policytest.Denied},
		{"198.51.100.7", "192.0.2.10", [2]uint16{40000, 444}, netspec.TCP, 0, policytest.Denied},
		{"198.51.100.7", "192.0.2.10", [2]uint16{20, 99}, netspec.TCP, 0, policytest.Allowed},
		{"198.51.100.7", "192.0.2.10", [2]uint16{21, 99}, netspec.TCP, 0, policytest.Denied},
		{"198.51.100.7", "192.0.2.10", [2]uint16{20, 100}, netspec.TCP, 0, policytest.Denied},
		{"198.51.100.7", "192.0.2.10", [2]uint16{40000, 443}, netspec.UDP, 0, policytest.Denied},
		{"198.51.100.7", "192.0.2.10", [2]uint16{}, netspec.ICMP, 8, policytest.Allowed},
		{"198.51.100.7", "192.0.2.10", [2]uint16{}, netspec.ICMP, 13, policytest.Denied},
	} {
		p := policytest.Packet{Direction: policy.Forward, From: netip.MustParseAddr(c.from), To: netip.MustParseAddr(c.to), Transport: c.tr, FromPort: c.ports[0], ToPort: c.ports[1], Type: c.kind}
		if got := set.Decide(p); got != c.want {
			t.Errorf("%s: %s, want %s", p, got, c.want)
		}
	}
	for text, want := range map[string]int{
		good + good:                                         4,
		good + "delete apply-groups g\n":                    0,
		"set groups g\ndelete groups g\n" + good:            4,
		strings.ReplaceAll(good, "set apply-groups g", "#"): 0,
	} {
		if set, err := reader.SRX(text); err != nil || len(set.Rules) != want {
			t.Errorf("%v, %v, want %d rules", set, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	long := strings.Repeat("n", 64)
	for _, c := range []struct{ from, to, want string }{
		{"198.51.100.7/32", "198.51.100.7/24", "host bits"},
		{"198.51.100.7/32", "198.51.100.7", "no prefix"},
		{"198.51.100.7/32", "198.51.100.7/33", "no prefix"},
		{"updates.example.com", "*.example.com", "needs quotes"},
		{"updates.example.com", "-.example.com", "no name"},
		{`"who connects, and why"`, "clients", "not quoted"},
		{`"who connects, and why"`, "who, why", "needs quotes"},
		{`"who connects, and why"`, `"who`, "not closed"},
		{`"who connects, and why"`, `"who"s`, "follows a quote"},
		{`"HTTPS: web"`, `"` + strings.Repeat("d", 301) + `"`, "301 characters"},
		{`"HTTPS: web"`, `"gr` + "\u00fc" + `n"`, "byte 0xc3"},
		{"address-set clients address c1", "address-set clients address c9", "no address c9"},
		{"address-set clients address c1", "address-set s address c1", "s is an address"},
		{"address-set clients address c1", "address-set " + long + " address c1", "1 to 63"},
		{"global address c2 2001:db8::/64", "global address c1 2001:db8::/64", "two addresses"},
		{"destination-port 443", "destination-port 0", "no number"},
		{"destination-port 443", "destination-port 65536", "no number"},
		{"destination-port 443", "destination-port 443-1", "wrong way round"},
		{"destination-port 443", "destination-port 443,444", "needs quotes"},
		{"destination-port 443", "port 443", `no "port"`},
		{"destination-port 443", "destination-port", "no value"},
		{"protocol tcp destination-port 443", "destination-port 443 protocol tcp", "for tcp and udp"},
		{"protocol tcp destination-port 443", "protocol sctp destination-port 443", "no protocol"},
		{"protocol icmp icmp-type 8", "protocol icmp icmp-type 256", "no number"},
		{"protocol icmp icmp-type 8", "protocol icmp6 icmp-type 8", "is for icmp"},
		{"protocol icmp icmp-type 8", "inactivity-timeout 60", `no "inactivity-timeout"`},
		{"application-set both application web", "application-set ping application web", "ping is a"},
		{"application-set both application web", "application-set both application ftp", "no application ftp"},
		{"match application both", "match application junos-http", "no application"},
		{"match application both", "match applications both", "matches no"},
		{"match source-address [ clients u ]", "match source-address clients u", "without brackets"},
		{"match source-address [ clients u ]", "match source-address [ clients u", "without brackets"},
		{"match source-address [ clients u ]", "match source-address [ clients any ]", "any stands alone"},
		{"then permit\n", "then allow\n", "has no"},
		{"then permit\n", "then permit\nset groups g security policies global policy p1 then deny\n", "two actions"},
		{"set groups g security policies global policy p1 then permit\n", "", "no action"},
		{"set groups g security policies global policy p1 match destination-address s\n", "", "nothing is named"},
		{"set groups g security policies global policy p1 match application both\n", "", "no application"},
		{"policy p2 ", "policy " + long + " ", "1 to 63"},
		{"policy p2 ", "policy p.2 ", `has '.'`},
		{"policies global policy p2 ", "policies policy p2 ", "no statement"},
		{"set apply-groups g", "set apply-groups h", "no group h"},
		{"set groups unused", "delete groups unknown", "nothing there"},
		{"set groups unused", "put groups unused", "no such statement"},
		{"set groups unused", "set security", "no such statement"},
	} {
		if !strings.Contains(good, c.from) {
			t.Errorf("%q is not in the text", c.from)
		}
		if _, err := reader.SRX(strings.ReplaceAll(good, c.from, c.to)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: error %v, want %q", c.to, c.from, err, c.want)
		}
	}
	text := "set groups g security address-book global address a 192.0.2.1/32\n"
	for i := range 9 {
		text += "set groups g applications application a term t" + string(rune('1'+i)) + " protocol esp\n"
	}
	if _, err := reader.SRX(text + "set apply-groups g"); err == nil || !strings.Contains(err.Error(), "9 terms") {
		t.Errorf("nine terms: error %v", err)
	}
}
