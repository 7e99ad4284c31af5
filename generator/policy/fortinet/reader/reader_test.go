package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/fortinet/reader"
	"portolan/generator/policy/policytest"
)

const objects = `config firewall address
edit "a"
set subnet 192.0.2.0 255.255.255.0
next
edit "b"
set subnet 198.51.100.7 255.255.255.255
next
edit "n"
set type fqdn
set fqdn "www.example.com"
next
end
config firewall address6
edit "six"
set ip6 2001:db8::/64
next
end
config firewall addrgrp
edit "g"
set member "a" "b"
next
end
config firewall vip
edit "v"
set extintf "any"
set extip 203.0.113.9
set mappedip 10.0.0.9
next
end
config firewall service custom
edit "web"
set tcp-portrange 443 8000-8100
next
edit "active"
set tcp-portrange 1-65535:20
next
edit "ping"
set protocol ICMP
set icmptype 8
next
edit "esp"
set protocol IP
set protocol-number 50
next
end
`

// with puts lines in a policy that says nothing of addresses and services.
func with(lines ...string) string { return objects + one("1", lines...) }

func one(id string, lines ...string) string {
	return "config firewall policy\nedit " + id + "\nset name \"p" + id + "\"\nset srcintf \"any\"\nset dstintf \"any\"\nset schedule \"always\"\n" + strings.Join(lines, "\n") + "\nnext\nend\n"
}

const (
	accept = "set action accept"
	deny   = "set action deny"
	all    = "set srcaddr \"all\"\nset dstaddr \"all\""
	web    = "set service \"web\""
)

func TestRefuses(t *testing.T) {
	object := func(table string, lines ...string) string {
		return "config firewall " + table + "\nedit \"x\"\n" + strings.Join(lines, "\n") + "\nnext\nend\n"
	}
	for name, text := range map[string]string{
		"open quote":           with(accept, all, `set service "web`),
		"question mark":        with(accept, all, "set service web?"),
		"not ASCII":            with(accept, all, "set service \"w\u00e9b\""),
		"no end":               strings.TrimSuffix(with(accept, all, web), "end\n"),
		"no next":              strings.Replace(with(accept, all, web), "next\nend\n", "end\n", 1),
		"no table":             "config firewall polices\nend\n",
		"no such setting":      with(accept, all, web, "set source 1"),
		"set twice":            with(accept, all, web, web),
		"edited twice":         objects + objects,
		"number 0":             objects + one("0", accept, all, web),
		"a name for a number":  objects + one(`"web"`, accept, all, web),
		"long policy name":     strings.Replace(with(accept, all, web), `"p1"`, `"`+strings.Repeat("p", 36)+`"`, 1),
		"same policy name":     with(accept, all, web) + strings.Replace(one("2", accept, all, web), `"p2"`, `"p1"`, 1),
		"parenthesis in name":  object("service custom", "set tcp-portrange 1"+"\nnext\nedit \"x(y)\"\nset tcp-portrange 2"),
		"long object name":     strings.Replace(object("address", "set subnet 192.0.2.1 255.255.255.255"), `"x"`, `"`+strings.Repeat("x", 80)+`"`, 1),
		"host bits":            object("address", "set subnet 192.0.2.1 255.255.255.0"),
		"holes in a mask":      object("address", "set subnet 192.0.0.0 255.0.255.0"),
		"IPv6 in address":      object("address", "set subnet 2001:db8::/64"),
		"IPv4 in address6":     object("address6", "set ip6 192.0.2.0/24"),
		"host bits of IPv6":    object("address6", "set ip6 2001:db8::1/64"),
		"empty group":          object("addrgrp", `set comment "none"`),
		"unknown member":       object("addrgrp", `set member "y"`),
		"unknown address":      with(accept, "set srcaddr \"y\"\nset dstaddr \"all\"", web),
		"IPv6 object as IPv4":  with(accept, "set srcaddr \"six\"\nset dstaddr \"all\"", web),
		"virtual IP as source": with(accept, "set srcaddr \"v\"\nset dstaddr \"all\"", web),
		"one end alone":        with(accept, `set srcaddr "all"`, web),
		"unknown service":      with(accept, all, `set service "HTTP2"`),
		"no service":           with(accept, all),
		"no action":            with(all, web),
		"no interface":         strings.Replace(with(accept, all, web), "set srcintf \"any\"\n", "", 1),
		"port 0":               object("service custom", "set tcp-portrange 0"),
		"port 65536":           object("service custom", "set tcp-portrange 65536"),
		"reversed range":       object("service custom", "set tcp-portrange 300-200"),
		"reversed source":      object("service custom", "set tcp-portrange 1-65535:30-20"),
		"no protocol":          object("service custom", "set icmptype 8"),
		"ICMP with ports":      object("service custom", "set protocol ICMP", "set tcp-portrange 1"),
		"type 256":             object("service custom", "set protocol ICMP", "set icmptype 256"),
		"match-vip and accept": with(accept, all, web, "set match-vip enable"),
		"move to nowhere":      with(accept, all, web) + "config firewall policy\nmove 1 after 7\nend\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := reader.FortiGate(text); err == nil {
				t.Error("accepted")
			} else if !strings.HasPrefix(err.Error(), "line ") {
				t.Error(err)
			}
		})
	}
}

func TestReads(t *testing.T) {
	packet := policytest.Packet{Direction: policy.Forward, From: netip.MustParseAddr("192.0.2.9"), To: netip.MustParseAddr("203.0.113.9"), Transport: netspec.TCP, FromPort: 40000, ToPort: 443}
	change := func(f func(*policytest.Packet)) policytest.Packet { p := packet; f(&p); return p }
	six := change(func(p *policytest.Packet) {
		p.From, p.To = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8:1::1")
	})
	for name, c := range map[string]struct {
		text string
		p    policytest.Packet
		want policytest.Verdict
	}{
		"all":                   {with(accept, all, web), packet, policytest.Allowed},
		"a range":               {with(accept, all, web), change(func(p *policytest.Packet) { p.ToPort = 8100 }), policytest.Allowed},
		"past a range":          {with(accept, all, web), change(func(p *policytest.Packet) { p.ToPort = 8101 }), policytest.None},
		"a group":               {with(accept, "set srcaddr \"g\"\nset dstaddr \"all\"", web), packet, policytest.Allowed},
		"not in the group":      {with(accept, "set srcaddr \"g\"\nset dstaddr \"all\"", web), change(func(p *policytest.Packet) { p.From = netip.MustParseAddr("192.0.3.1") }), policytest.None},
		"a virtual IP":          {with(accept, "set srcaddr \"all\"\nset dstaddr \"v\"", web), packet, policytest.Allowed},
		"a name":                {with(accept, "set srcaddr \"all\"\nset dstaddr \"n\"", web), change(func(p *policytest.Packet) { p.To = policytest.NameAddrs("www.example.com")[0].Addr() }), policytest.Allowed},
		"IPv4 is not IPv6":      {with(accept, all, web), six, policytest.None},
		"IPv6":                  {with(accept, "set srcaddr6 \"six\"\nset dstaddr6 \"all\"", web), six, policytest.Allowed},
		"source port":           {with(accept, all, `set service "active"`), change(func(p *policytest.Packet) { p.FromPort = 20 }), policytest.Allowed},
		"another source port":   {with(accept, all, `set service "active"`), packet, policytest.None},
		"a protocol":            {with(accept, all, `set service "esp"`), change(func(p *policytest.Packet) { p.Transport = netspec.ESP }), policytest.Allowed},
		"ping":                  {with(accept, all, `set service "ping" "web"`), change(func(p *policytest.Packet) { p.Transport, p.Type = netspec.ICMP, 8 }), policytest.Allowed},
		"another type":          {with(accept, all, `set service "ping"`), change(func(p *policytest.Packet) { p.Transport, p.Type = netspec.ICMP, 13 }), policytest.None},
		"the first decides":     {with(deny, all, web) + one("2", accept, all, web), packet, policytest.Denied},
		"the first, once moved": {with(deny, all, web) + one("2", accept, all, web) + "config firewall policy\nmove 1 after 2\nend\n", packet, policytest.Allowed},
		"everything":            {with(deny, all, `set service "ALL"`), packet, policytest.Denied},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := reader.FortiGate(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := set.Decide(c.p); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}
