package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/vyos/reader"
)

// of makes a rule set "p" of a family with rules, each line of which is what
// follows "rule ".
func of(family string, lines ...string) string {
	s := `delete firewall group network-group a
set firewall group network-group a network 192.0.2.0/24
delete firewall group ipv6-network-group a
set firewall group ipv6-network-group a network 2001:db8::/64
delete firewall group domain-group d
set firewall group domain-group d address www.example.com
delete firewall FAMILY name p
set firewall FAMILY name p default-action return
`
	for _, l := range lines {
		s += "set firewall FAMILY name p rule " + l + "\n"
	}
	return strings.ReplaceAll(s, "FAMILY", family)
}

func four(lines ...string) string {
	return of("ipv4", append([]string{"10 action accept"}, lines...)...)
}

func TestRefuses(t *testing.T) {
	group := func(lines ...string) string {
		return "delete firewall group network-group b\n" + strings.Join(lines, "\n")
	}
	for name, text := range map[string]string{
		"open quote":             four("10 description 'x"),
		"double quotes":          four(`10 description "x"`),
		"dollar sign":            four("10 description $x"),
		"comment after a value":  four("10 protocol tcp # x"),
		"not ASCII":              four("10 description '\u00e9'"),
		"long description":       four("10 description '" + strings.Repeat("x", 256) + "'"),
		"rule 0":                 of("ipv4", "0 action accept"),
		"rule 1000000":           of("ipv4", "1000000 action accept"),
		"no action":              of("ipv4", "10 protocol tcp"),
		"unknown action":         of("ipv4", "10 action permit"),
		"action twice":           four("10 action drop"),
		"unknown path":           four("10 source-port 20"),
		"unknown state":          four("10 state open"),
		"port without protocol":  four("10 destination port 443"),
		"port of ESP":            four("10 protocol 50", "10 destination port 443"),
		"port 0":                 four("10 protocol tcp", "10 destination port 0"),
		"port 65536":             four("10 protocol tcp", "10 destination port 65536"),
		"reversed range":         four("10 protocol tcp", "10 destination port 30-20"),
		"empty item":             four("10 protocol tcp", "10 destination port 30,,40"),
		"ICMP of IPv4 in IPv6":   of("ipv6", "10 action accept", "10 protocol icmp"),
		"ICMP of IPv6 in IPv4":   four("10 protocol ipv6-icmp"),
		"type without ICMP":      four("10 protocol tcp", "10 icmp type 8"),
		"type 256":               four("10 protocol icmp", "10 icmp type 256"),
		"unknown group":          four("10 source group network-group b"),
		"two groups":             four("10 source group network-group a", "10 source group domain-group d"),
		"group of both kinds":    four("10 source group ipv6-network-group a"),
		"not deleted before":     "set firewall ipv4 name p rule 10 action accept",
		"group not deleted":      "set firewall group network-group b network 192.0.2.0/24",
		"host bits":              group("set firewall group network-group b network 192.0.2.1/24"),
		"IPv6 in IPv4":           group("set firewall group network-group b network 2001:db8::/64"),
		"member twice":           group("set firewall group network-group b network 192.0.2.0/24", "set firewall group network-group b network 192.0.2.0/24"),
		"wildcard":               "delete firewall group domain-group b\nset firewall group domain-group b address *.example.com",
		"a number first":         "delete firewall group domain-group 1b\nset firewall group domain-group 1b address x.example.com",
		"slash in a name":        strings.ReplaceAll(four(), "name p", "name p/q"),
		"chain of others":        "set firewall ipv4 forward filter rule 5 action drop",
		"deletes all":            "delete firewall ipv4 name",
		"no firewall":            "set system host-name x",
		"one family alone":       strings.Replace(four(), "return", "drop", 1),
		"unknown default-action": strings.Replace(four(), "return", "deny", 1),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := reader.VyOS(text); err == nil {
				t.Error("accepted")
			} else if !strings.HasPrefix(err.Error(), "line ") {
				t.Error(err)
			}
		})
	}
}

func TestReads(t *testing.T) {
	packet := policytest.Packet{Direction: policy.Forward, From: netip.MustParseAddr("192.0.2.9"), To: netip.MustParseAddr("10.0.0.1"), Transport: netspec.TCP, FromPort: 40000, ToPort: 443}
	change := func(f func(*policytest.Packet)) policytest.Packet { p := packet; f(&p); return p }
	six := change(func(p *policytest.Packet) {
		p.From, p.To = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8:1::1")
	})
	closed := strings.ReplaceAll(four("10 protocol udp")+of("ipv6", "10 action accept", "10 protocol udp"), "return", "drop")
	closed = strings.Replace(closed, "delete firewall group network-group a\nset firewall group network-group a network 192.0.2.0/24\n", "", 1)
	for _, s := range []string{"set firewall group ipv6-network-group a network 2001:db8::/64\n", "set firewall group domain-group d address www.example.com\n"} {
		closed = strings.Replace(closed, s, "", 1)
	}
	for name, c := range map[string]struct {
		text string
		p    policytest.Packet
		want policytest.Verdict
	}{
		"port":               {four("10 protocol tcp", "10 destination port 80,440-450"), packet, policytest.Allowed},
		"past a range":       {four("10 protocol tcp", "10 destination port 80,440-450"), change(func(p *policytest.Packet) { p.ToPort = 451 }), policytest.None},
		"group":              {four("10 source group network-group a"), packet, policytest.Allowed},
		"not in the group":   {four("10 destination group network-group a"), packet, policytest.None},
		"domain":             {four("10 destination group domain-group d"), change(func(p *policytest.Packet) { p.To = policytest.NameAddrs("www.example.com")[0].Addr() }), policytest.Allowed},
		"source port":        {four("10 protocol tcp", "10 source port 20"), change(func(p *policytest.Packet) { p.FromPort = 20 }), policytest.Allowed},
		"IPv4 is not IPv6":   {four(), six, policytest.None},
		"IPv6":               {of("ipv6", "10 action accept", "10 source group network-group a"), six, policytest.Allowed},
		"by number":          {four("10 protocol tcp", "5 action drop"), packet, policytest.Denied},
		"a first packet":     {four("10 state established", "10 state related", "20 action drop"), packet, policytest.Denied},
		"a reply":            {four("10 state established", "10 state related", "20 action drop"), change(func(p *policytest.Packet) { p.Reply = true }), policytest.Allowed},
		"ping":               {four("10 protocol icmp", "10 icmp type 8"), change(func(p *policytest.Packet) { p.Transport, p.Type = netspec.ICMP, 8 }), policytest.Allowed},
		"a protocol":         {four("10 protocol 50"), change(func(p *policytest.Packet) { p.Transport = netspec.ESP }), policytest.Allowed},
		"a text with a hash": {four("10 description 'a # b'"), packet, policytest.Allowed},
		"closed":             {closed, packet, policytest.Denied},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := reader.VyOS(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := set.Decide(c.p); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}
