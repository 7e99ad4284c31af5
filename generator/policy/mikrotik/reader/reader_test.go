package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/mikrotik/reader"
	"portolan/generator/policy/policytest"
)

const (
	start = `/ip firewall filter remove [find comment~"^p:"]
/ip firewall address-list remove [find comment~"^p:"]
/ipv6 firewall filter remove [find comment~"^p:"]
/ipv6 firewall address-list remove [find comment~"^p:"]
/ip firewall address-list add list="a" address=192.0.2.0/24 comment="p: A"
/ip firewall address-list add list="a" address=www.example.com comment="p: A"
/ipv6 firewall address-list add list="a" address=2001:db8::/64 comment="p: A"
`
	jump4 = `/ip firewall filter add chain=forward action=jump jump-target="p" comment="p: jump"` + "\n"
	jump6 = `/ipv6 firewall filter add chain=forward action=jump jump-target="p" comment="p: jump"` + "\n"
)

// four are rules of IPv4 in a script that is whole but for them.
func four(rules ...string) string {
	return start + "/ip firewall filter\n" + strings.Join(rules, "\n") + "\n" + jump4
}

func six(rules ...string) string {
	return start + "/ipv6 firewall filter\n" + strings.Join(rules, "\n") + "\n" + jump6
}

// rule is an accept of TCP.
func rule(rest string) string {
	return `add chain="p" action=accept protocol=tcp ` + rest + ` comment="p: x"`
}

func TestRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing removed":      strings.Replace(four(rule("dst-port=1")), "/ip firewall filter remove [find comment~\"^p:\"]\n", "", 1),
		"another's comment":    four(strings.Replace(rule("dst-port=1"), "p: x", "q: x", 1)),
		"no menu":              start + "/ip firewall filters\n",
		"unknown key":          four(rule("ports=1")),
		"key twice":            four(rule("dst-port=1 dst-port=2")),
		"open quote":           four(`add chain="p action=accept`),
		"dollar sign":          four(rule(`log-prefix="$x" dst-port=1`)),
		"unknown escape":       four(rule(`log-prefix="\x" dst-port=1`)),
		"bracket":              four(rule("dst-port=[:len 1]")),
		"not ASCII":            four(rule("log-prefix=\"\u00e9\" dst-port=1")),
		"port 0":               four(rule("dst-port=0")),
		"port 65536":           four(rule("dst-port=65536")),
		"reversed range":       four(rule("dst-port=30-20")),
		"sixteen ports":        four(rule("dst-port=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16")),
		"eight ranges":         four(rule("dst-port=1-2,4-5,7-8,10-11,13-14,16-17,19-20,22-23")),
		"ports of ICMP":        four(`add chain="p" action=accept protocol=icmp dst-port=1 comment="p: x"`),
		"type of TCP":          four(rule("icmp-options=8:0-255")),
		"type 256":             four(`add chain="p" action=accept protocol=icmp icmp-options=256:0-255 comment="p: x"`),
		"ICMP of IPv6 in IPv4": four(`add chain="p" action=accept protocol=icmpv6 comment="p: x"`),
		"unknown protocol":     four(`add chain="p" action=accept protocol=tcpx comment="p: x"`),
		"unknown list":         four(rule(`src-address-list="b"`)),
		"unknown action":       four(`add chain="p" action=permit comment="p: x"`),
		"chain of others":      four(`add chain=input action=accept comment="p: x"`),
		"rule in forward":      four(`add chain=forward action=drop comment="p: x"`),
		"no jump":              strings.Replace(four(rule("dst-port=1")), jump4, "", 1),
		"jump to nothing":      four(),
		"entry twice":          start + `/ip firewall address-list add list="a" address=192.0.2.0/24 comment="p: A"`,
		"host bits":            start + `/ip firewall address-list add list="b" address=192.0.2.1/24 comment="p: A"`,
		"IPv6 in IPv4":         start + `/ip firewall address-list add list="b" address=2001:db8::1 comment="p: A"`,
		"wildcard":             start + `/ip firewall address-list add list="b" address=*.example.com comment="p: A"`,
		"search cut short":     start + ":local rules4 [/ip firewall filter find chain=forward dynamic=no]\n:local at4 0\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := reader.RouterOS(text); err == nil {
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
	sixth := change(func(p *policytest.Packet) {
		p.From, p.To = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8:1::1")
	})
	for name, c := range map[string]struct {
		text string
		p    policytest.Packet
		want policytest.Verdict
	}{
		"port":              {four(rule("dst-port=80,440-450")), packet, policytest.Allowed},
		"past a range":      {four(rule("dst-port=80,440-450")), change(func(p *policytest.Packet) { p.ToPort = 451 }), policytest.None},
		"list":              {four(rule(`src-address-list="a"`)), packet, policytest.Allowed},
		"not in the list":   {four(rule(`dst-address-list="a"`)), packet, policytest.None},
		"a name":            {four(rule(`dst-address-list="a"`)), change(func(p *policytest.Packet) { p.To = policytest.NameAddrs("www.example.com")[0].Addr() }), policytest.Allowed},
		"source port":       {four(rule("src-port=20")), change(func(p *policytest.Packet) { p.FromPort = 20 }), policytest.Allowed},
		"IPv4 is not IPv6":  {four(rule("dst-port=443")), sixth, policytest.None},
		"IPv6":              {six(rule(`src-address-list="a"`)), sixth, policytest.Allowed},
		"the first decides": {four(`add chain="p" action=drop comment="p: x"`, rule("dst-port=443")), packet, policytest.Denied},
		"a first packet":    {four(`add chain="p" action=accept connection-state=established,related,untracked comment="p: x"`, `add chain="p" action=drop comment="p: y"`), packet, policytest.Denied},
		"a reply":           {four(`add chain="p" action=accept connection-state=established,related,untracked comment="p: x"`, `add chain="p" action=drop comment="p: y"`), change(func(p *policytest.Packet) { p.Reply = true }), policytest.Allowed},
		"ping":              {four(`add chain="p" action=accept protocol=icmp icmp-options=8:0-255 comment="p: x"`), change(func(p *policytest.Packet) { p.Transport, p.Type = netspec.ICMP, 8 }), policytest.Allowed},
		"a protocol":        {four(`add chain="p" action=accept protocol=50 comment="p: x"`), change(func(p *policytest.Packet) { p.Transport = netspec.ESP }), policytest.Allowed},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := reader.RouterOS(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := set.Decide(c.p); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}
