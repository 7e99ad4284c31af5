package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/cisco/reader"
	"portolan/generator/policy/policytest"
)

// long is a name of too many characters.
var long = strings.Repeat("n", 65)

// refused are texts by platform, and what is said of them.
var refused = map[string]map[string]string{
	"cisco-asa": {
		"access-list a extended permit tcp any any eq 0":                                         "no number from 1 to 65535",
		"access-list a extended permit tcp any any eq 65536":                                     "no number from 1 to 65535",
		"access-list a extended permit tcp any any eq 0443":                                      "no number",
		"access-list a extended permit tcp any any range 30 20":                                  "wrong way round",
		"access-list a extended permit icmp any any eq 8":                                        "has no ports",
		"access-list a extended permit icmp any any 256":                                         "too many",
		"access-list a extended permit tcp any any established":                                  "too many",
		"access-list a extended allow tcp any any":                                               "neither permit nor deny",
		"access-list a extended permit tpc any any":                                              "no protocol",
		"access-list a extended permit 256 any any":                                              "no protocol",
		"access-list a permit tcp any any":                                                       "neither extended nor remark",
		"access-list a extended permit tcp any 192.0.2.0 0.0.0.255":                              "mask",
		"access-list a extended permit tcp any 192.0.2.1 255.255.255.0":                          "host bits",
		"access-list a extended permit tcp any 192.0.2.0/24":                                     "ParseAddr",
		"access-list a extended permit tcp any host 192.0.2.300":                                 "no address",
		"access-list a extended permit tcp host 192.0.2.1 host 2001:db8::1":                      "no family in common",
		"access-list a extended permit tcp any4 host 2001:db8::1":                                "no family in common",
		"access-list a extended permit icmp6 any4 any4 128":                                      "no family in common",
		"access-list a extended permit tcp any object-group g":                                   `no group "g"`,
		"object-group network g\naccess-list a extended permit tcp any object-group g":           `line 2: no group "g"`,
		"access-list a remark " + strings.Repeat("r", 101):                                       "remark of 101",
		"access-list a remark":                                                                   "remark of 0",
		"access-list a remark what?":                                                             "asks for help",
		"access-list " + strings.Repeat("n", 242) + " extended permit tcp any any":               "1 to 241",
		"object-group network " + long:                                                           "1 to 64",
		"object-group network a,b":                                                               `has ','`,
		"object-group network g\n network-object host 192.0.2.1/32":                              "no address",
		"object-group network g\n network-object 2001:db8::1/64":                                 "host bits",
		"object-group network g\n network-object host 192.0.2.1\n network-object host 192.0.2.1": "line 3: 192.0.2.1/32 is there already",
		"network-object host 192.0.2.1":                                                          "no command",
		"object-group network g\n description " + strings.Repeat("d", 201):                       "description of 201",
		"object-group network g\n network-object host 192.0.2.1\naccess-list a extended permit ip any object-group g\nno object-group network g": "line 4: g is in use",
		"object network g\nobject-group network g":                                             "g is an object",
		"object network o\n nat (inside,outside) static 203.0.113.1":                           "no address",
		"object network o\n host 192.0.2.1\n nat (inside,outside) static 2001:db8::1":          "families differ",
		"object network o\n host 192.0.2.1\n nat inside outside 203.0.113.1":                   "nat is written",
		"clear configure access-list":                                                          "every list",
		"access-group a in interface outside":                                                  "no command",
		"access-list a extended permit tcp any any\naccess-list b extended permit tcp any any": "two lists",
		"access-list a remark gr\u00fcn":                                                       "byte 0xc3",
	},
	"cisco-ios": {
		"permit tcp any any": "no command",
		"ip access-list extended a\n permit tcp any any eq 0":                                                                          "no number",
		"ip access-list extended a\n permit tcp any any range 2 1":                                                                     "wrong way round",
		"ip access-list extended a\n permit ipv6 any any":                                                                              "no protocol",
		"ipv6 access-list a\n permit ip any any":                                                                                       "no protocol",
		"ip access-list extended a\n permit tcp any host 2001:db8::1":                                                                  "other family",
		"ip access-list extended a\n permit tcp any4 any":                                                                              "",
		"ip access-list extended a\n permit tcp any 192.0.2.0 255.255.255.0":                                                           "mask",
		"ip access-list extended a\n permit tcp any 192.0.2.1 0.0.0.255":                                                               "host bits",
		"ip access-list extended a\n permit udp any any established":                                                                   "too many",
		"ip access-list extended a\n permit tcp any eq 1 established any":                                                              "",
		"ip access-list extended a\n permit sctp any any eq 1":                                                                         "no protocol",
		"ip access-list extended a\nipv6 access-list a":                                                                                "list of the other family",
		"ip access-list extended 1a":                                                                                                   "begins with a digit",
		"ip access-list extended " + long:                                                                                              "1 to 64",
		"ip access-list extended a\n 10 permit tcp any any\n 10 permit udp any any":                                                    "number 10 is taken",
		"ip access-list extended a\n 10":                                                                                               "does not follow a number",
		"ipv6 access-list a\n 10 permit tcp any any":                                                                                   "no command",
		"ip access-list extended a\n remark " + strings.Repeat("r", 101):                                                               "remark of 101",
		"object-group network g\n 192.0.2.0/24":                                                                                        "",
		"object-group network g\n 192.0.2.0 0.0.0.255":                                                                                 "mask",
		"object-group network g\n host 2001:db8::1":                                                                                    "other family",
		"object-group v6-network g\n host 192.0.2.1":                                                                                   "other family",
		"object-group v6-network g\n 2001:db8::1/64":                                                                                   "host bits",
		"object-group network g\nobject-group v6-network g":                                                                            "g is a object-group network",
		"object-group v6-network g\n host 2001:db8::1\nip access-list extended a\n permit ip any object-group g":                       "other family",
		"object-group network g\n host 192.0.2.1\nip access-list extended a\n permit ip any object-group g\nno object-group network g": "in use",
		"object-group network g\n host 192.0.2.1\nip access-list extended a\n permit ip any addrgroup g":                               "",
	},
	"cisco-nxos": {
		"ip access-list extended a":                                    "too many",
		"ip access-list a\n permit tcp any any eq 70000":               "no number",
		"ip access-list a\n permit tcp any any range 9 8":              "wrong way round",
		"ip access-list a\n permit tcp any 192.0.2.1/24":               "host bits",
		"ip access-list a\n permit tcp any 2001:db8::/32":              "other family",
		"ipv6 access-list a\n permit tcp any 192.0.2.0/24":             "other family",
		"ip access-list a\n permit tcp any object-group g":             "no prefix",
		"ip access-list a\n permit tcp any addrgroup g":                "no group",
		"ip access-list a\n permit icmp6 any any":                      "no protocol",
		"ip access-list a\n permit sctp any any eq 1":                  "no protocol",
		"ip access-list a\n permit icmp any any eq 1":                  "has no ports",
		"ip access-list a\n permit gre any any established":            "too many",
		"object-group network g":                                       "no command",
		"object-group ip address g\n 10 host 2001:db8::1":              "other family",
		"object-group ip address g\n 192.0.2.0 255.255.255.0":          "no command",
		"object-group ipv6 address g\n 10":                             "does not follow a number",
		"object-group ip address " + long:                              "1 to 64",
		"ip access-list a\n remark " + strings.Repeat("r", 101):        "remark of 101",
		"ip access-list a\n 5 permit tcp any any\n 5 deny tcp any any": "number 5 is taken",
		"ip access-list a\nip access-list b":                           "two lists",
		"object-group ip address g\n 10 host 192.0.2.1\nip access-list a\n permit ip any addrgroup g\nno object-group ip address g": "in use",
	},
}

func TestRefused(t *testing.T) {
	for platform, cases := range refused {
		for text, want := range cases {
			if _, err := reader.Readers()[platform](text); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "line ") {
				t.Errorf("%s: %q: error %v, want %q", platform, text, err, want)
			}
		}
	}
}

// packet is from port 40000 unless said.
func packet(transport netspec.Transport, from, to string) policytest.Packet {
	p := policytest.Packet{Direction: policy.Forward, Transport: transport}
	if !transport.HasPorts() {
		p.From, p.To = netip.MustParseAddr(from), netip.MustParseAddr(to)
		return p
	}
	if !strings.HasSuffix(from, "]") && strings.Count(from, ":") != 1 {
		from = netip.AddrPortFrom(netip.MustParseAddr(from), 40000).String()
	}
	a, b := netip.MustParseAddrPort(from), netip.MustParseAddrPort(to)
	p.From, p.FromPort, p.To, p.ToPort = a.Addr(), a.Port(), b.Addr(), b.Port()
	return p
}

func reply(p policytest.Packet) policytest.Packet { p.Reply = true; return p }

func kind(p policytest.Packet, n uint8) policytest.Packet { p.Type = n; return p }

const asaText = `! a comment
clear configure access-list in
no object-group network clients
no object network web
object-group network clients
 description who connects
 network-object host 198.51.100.7
 network-object 192.0.2.0 255.255.255.0
 network-object 2001:db8::/64
object network web
 host 10.0.0.5
 nat (inside,outside) static 203.0.113.5
access-list in remark HTTPS: web
access-list in extended permit tcp object-group clients host 10.0.0.5 eq 443
access-list in extended permit tcp object-group clients host 2001:db8:9::5 range 28000 30000
access-list in extended permit tcp host 10.0.0.5 eq 20 any
access-list in extended permit icmp any4 any4 8
access-list in extended permit icmp6 any6 any6
access-list in extended permit 94 any any
access-list in extended deny ip any any log
`

const iosText = `no ip access-list extended in
no ipv6 access-list in-v6
no object-group network clients
no object-group v6-network clients-v6
object-group network clients
 host 198.51.100.7
 192.0.2.0 255.255.255.0
object-group v6-network clients-v6
 2001:db8::/64
ip access-list extended in
 20 deny tcp any any
 10 permit tcp object-group clients 10.0.0.0 0.0.0.255 eq 443
 remark the answers
 15 permit tcp 10.0.0.0 0.0.0.255 eq 443 object-group clients established
 permit icmp any any 8
 permit esp any any
ipv6 access-list in-v6
 sequence 10 permit tcp object-group clients-v6 host 2001:db8:9::5 range 28000 30000
 permit icmp any any 128
 deny ipv6 any any log
`

const nxosText = `no ip access-list in
no ipv6 access-list in-v6
no object-group ip address clients
no object-group ipv6 address clients-v6
object-group ip address clients
  10 host 198.51.100.7
  20 192.0.2.0/24
object-group ipv6 address clients-v6
  2001:db8::/64
ip access-list in
  20 deny tcp any any
  10 permit tcp addrgroup clients 10.0.0.0/24 eq 443
  remark the answers
  15 permit tcp 10.0.0.0/24 eq 443 addrgroup clients established
  permit icmp any any 8
  permit esp any any
ipv6 access-list in-v6
  10 permit tcp addrgroup clients-v6 host 2001:db8:9::5 range 28000 30000
  permit icmp any any 128
  deny ipv6 any any log
`

func TestMeaning(t *testing.T) {
	const none, allowed, denied = policytest.None, policytest.Allowed, policytest.Denied
	type probe struct {
		p    policytest.Packet
		want policytest.Verdict
	}
	stateless := []probe{
		{packet(netspec.TCP, "198.51.100.7", "10.0.0.5:443"), allowed},
		{packet(netspec.TCP, "198.51.100.8", "10.0.0.5:443"), denied},
		{packet(netspec.TCP, "192.0.2.255", "10.0.0.255:443"), allowed},
		{packet(netspec.TCP, "192.0.2.255", "10.0.1.0:443"), denied},
		{packet(netspec.TCP, "10.0.0.5:443", "198.51.100.7:40000"), denied},
		{reply(packet(netspec.TCP, "10.0.0.5:443", "198.51.100.7:40000")), allowed},
		{reply(packet(netspec.TCP, "10.0.0.5:442", "198.51.100.7:40000")), denied},
		{packet(netspec.UDP, "192.0.2.1", "10.0.0.5:443"), none},
		{kind(packet(netspec.ICMP, "45.0.0.1", "10.0.0.5"), 8), allowed},
		{kind(packet(netspec.ICMP, "45.0.0.1", "10.0.0.5"), 0), none},
		{packet(netspec.ESP, "45.0.0.1", "10.0.0.5"), allowed},
		{packet(netspec.TCP, "2001:db8::9", "[2001:db8:9::5]:30000"), allowed},
		{packet(netspec.TCP, "2001:db8::9", "[2001:db8:9::5]:30001"), denied},
		{kind(packet(netspec.ICMPv6, "2001:db8::9", "2001:db8:9::5"), 128), allowed},
		{packet(netspec.ESP, "2001:db8::9", "2001:db8:9::5"), denied},
	}
	for _, c := range []struct {
		platform, text string
		packets        []probe
	}{
		{"cisco-asa", asaText, []probe{
			{packet(netspec.TCP, "198.51.100.7", "10.0.0.5:443"), allowed},
			{packet(netspec.TCP, "198.51.100.8", "10.0.0.5:443"), denied},
			{packet(netspec.TCP, "192.0.2.255", "10.0.0.5:444"), denied},
			{packet(netspec.TCP, "2001:db8::9", "[2001:db8:9::5]:28000"), allowed},
			{packet(netspec.TCP, "2001:db8::9", "[2001:db8:9::5]:27999"), denied},
			{packet(netspec.TCP, "10.0.0.5:20", "45.0.0.1:5000"), allowed},
			{packet(netspec.TCP, "10.0.0.5:21", "45.0.0.1:5000"), denied},
			{reply(packet(netspec.TCP, "10.0.0.5:443", "198.51.100.7:40000")), allowed},
			{kind(packet(netspec.ICMP, "45.0.0.1", "10.0.0.5"), 8), allowed},
			{kind(packet(netspec.ICMP, "45.0.0.1", "10.0.0.5"), 0), denied},
			{kind(packet(netspec.ICMPv6, "2001:db8::9", "2001:db8:9::5"), 3), allowed},
			{packet(netspec.Protocol(94), "45.0.0.1", "10.0.0.5"), allowed},
			{packet(netspec.GRE, "45.0.0.1", "10.0.0.5"), denied},
		}},
		{"cisco-ios", iosText, stateless},
		{"cisco-nxos", nxosText, stateless},
	} {
		// A second load changes nothing.
		for _, text := range []string{c.text, c.text + c.text} {
			set, err := reader.Readers()[c.platform](text)
			if err != nil {
				t.Fatalf("%s: %v", c.platform, err)
			}
			for _, x := range c.packets {
				if got := set.Decide(x.p); got != x.want {
					t.Errorf("%s: %s: %s, want %s", c.platform, x.p, got, x.want)
				}
			}
		}
	}
}
