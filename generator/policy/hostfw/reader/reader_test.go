package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/hostfw/reader"
	"portolan/generator/policy/policytest"
)

const ufw = `set -eu
a='192.0.2.0/24 198.51.100.7'
case ${1-load} in
check) ufw --dry-run allow in proto tcp from any to any port 1 comment 'x: one' ;;
load)
	for S in $a; do ufw allow in proto tcp from "$S" to any port 443,28000:30000 comment 'x: web (a, b)'; done
	ufw allow out proto udp from any port 123 to 2001:db8::/32 comment 'x: time'
	ufw deny in log from any to any comment 'x: rest'
	ufw route allow proto esp from any to 10.0.0.0/8 comment 'x: tunnel'
	;;
remove)
	ufw show added | while read -r WORD RULE; do
		case $RULE in *" comment 'x: "*) ;; *) continue ;; esac
		RULE=${RULE%% comment *}
		case $RULE in
		route\ *) ufw route delete ${RULE#route } ;;
		*) ufw delete $RULE ;;
		esac </dev/null
	done
	;;
esac
`

const firewalld = `set -eu
fw() { firewall-cmd --permanent "$@"; }
rule() { fw --policy=x-in --add-rich-rule="$1"; }
clear() {
	case " $(fw --get-policies) " in *" x-in "*) fw --delete-policy=x-in ;; esac
	case " $(fw --get-ipsets) " in *" x-four "*) fw --delete-ipset=x-four ;; esac
}
case ${1-load} in
check) fw --get-policies ;;
load)
	clear
	fw --new-ipset=x-four --type=hash:net --option=family=inet
	fw --ipset=x-four --add-entry=192.0.2.0/24 --add-entry=198.51.100.7
	fw --new-policy=x-in
	fw --policy=x-in --add-ingress-zone=ANY
	fw --policy=x-in --add-egress-zone=HOST
	rule 'rule priority="10" family="ipv4" source ipset="x-four" port port="28000-30000" protocol="tcp" accept'
	rule 'rule priority="20" family="ipv6" destination address="2001:db8::/32" source-port port="123" protocol="udp" accept'
	rule 'rule priority="30" family="ipv4" icmp-type name="echo-request" accept'
	rule 'rule priority="40" port port="445" protocol="tcp" log prefix="x y " level="info" drop'
	firewall-cmd --reload
	;;
remove)
	clear
	firewall-cmd --reload
	;;
esac
`

const ipfw = `set -eu
a='192.0.2.0/24 2001:db8::/32'
rules() {
	ipfw -q table x create type addr
	for A in $a; do ipfw -q table x add "$A"; done
	ipfw -q add 1000 set 7 check-state
	ipfw -q add 1010 set 7 allow tcp from 'table(x)' to any 443,28000-30000 in setup keep-state // 'web (a, b)'
	ipfw -q add 1020 set 7 allow icmp from any to any in icmptypes 8 keep-state // ping
	ipfw -q add 1030 set 7 deny log udp from any 53 to any in // 'no names'
}
clear() {
	ipfw -q delete set 7 || :
	ipfw -q table x destroy
}
case ${1-load} in
check) ipfw -n -q add 1 set 7 check-state ;;
load)
	ipfw -q set disable 7
	clear
	rules
	ipfw -q set enable 7
	;;
remove) clear ;;
esac
`

const pf = `# a file
table <x> { 192.0.2.0/24, 2001:db8::/32 }
table <y> { 198.51.100.7 }
pass quick on lo0 all
pass in quick proto tcp from { <x>, <y> } to any port { 443, 28000:30000 } keep state label "web (a, b)"
pass out quick inet proto icmp from any to <y> icmp-type 8 keep state label "ping"
block drop in log quick proto udp from any port 53 to any label "no names"
block drop quick from ! (self) to ! (self)
`

var long = strings.Repeat("x", 300)

// refused are texts, and what makes each wrong.
var refused = map[string]struct {
	text  string
	cases [][3]string // what is replaced, by what, and the complaint
}{
	"ufw": {ufw, [][3]string{
		{"28000:30000", "30000:28000", "reversed"},
		{"28000:30000", "28000-30000", "no port"},
		{"443,", "0,", "no port"},
		{"443,", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,", "16 of 15"},
		{"proto tcp from \"$S\"", "from \"$S\"", "must specify tcp or udp"},
		{"proto esp", "proto icmp", "unsupported protocol"},
		{"proto esp", "proto sctp", "unsupported protocol"},
		{"to 10.0.0.0/8", "to 10.0.0.0/8 port 5", "a protocol that has none"},
		{"198.51.100.7", "198.51.100.7/24", "below its mask"},
		{"198.51.100.7", "example.com", "no address"},
		{"from any port 123", "from 192.0.2.1 port 123", "mixed IP versions"},
		{"'x: time'", `"it's"`, "a quote in the comment"},
		{"comment 'x: time'", "comment x: time", "lacks its value"},
		{"ufw deny in", "ufw forbid in", "unknown command"},
		{"ufw route allow", "ufw route allow in", "without an interface"},
		{"'x: time'", "'x: time", "without closing quote"},
		{"'x: rest'", "'y: rest'", "after removing"},
		{"--dry-run ", "", "a check changes"},
		{"out proto udp from any port 123 to 2001:db8::/32", "in proto tcp from any to any port 22022", "after removing"}, // another's rule
		{"done", "", "line"},
		{"$a;", "$b;", "b: unbound variable"},
	}},
	"firewalld": {firewalld, [][3]string{
		{"28000-30000", "30000-28000", "reversed"},
		{"28000-30000", "28000:30000", "no port"},
		{"28000-30000", "0", "no port"},
		{`port port="28000-30000" protocol="tcp"`, `port port="1" protocol="tcp" source-port port="2" protocol="tcp"`, "more than one element"},
		{`port port="28000-30000" protocol="tcp"`, `port port="1" protocol="icmp"`, "no protocol with ports"},
		{`family="ipv4" source`, `source`, "without a family"},
		{`family="ipv4" source`, `family="ipv6" source`, "other address family"},
		{`family="ipv4" source`, `family="ipv5" source`, "no family"},
		{`ipset="x-four"`, `ipset="x-five"`, "no ipset x-five"},
		{`priority="10"`, `priority="40000"`, "no priority"},
		{`name="echo-request"`, `name="mld-report"`, "no message name"},
		{`name="echo-request"`, `name="packet-too-big"`, "other address family"},
		{`"tcp" accept`, `"tcp`, "not closed"},
		{`"tcp" accept`, `"tcp" allow`, "neither action nor log"},
		{`"tcp" accept`, `"tcp" accept audit`, `unexpected "audit"`},
		{`log prefix="x y "`, `log prefix="` + long + `"`, "longer than 127"},
		{"2001:db8::/32", "2001:db8::1/32", "below its mask"},
		{"198.51.100.7", "192.0.2.7", "overlaps"},
		{"192.0.2.0/24", "0.0.0.0/0", "is no entry"},
		{"192.0.2.0/24", "2001:db9::/32", "other address family"},
		{"x-in", "x-in-and-a-long-name", "more than 17"},
		{"x-in", "x.in", "no name for a policy"},
		{"x-four", "x-four-" + strings.Repeat("r", 25), "no name for an ipset"},
		{"--add-ingress-zone=ANY", "--add-ingress-zone=EVERY", "unknown option"},
		{"	fw --policy=x-in --add-ingress-zone=ANY\n", "", "has no zones"},
		{"	clear\n	fw", "	fw", "is there already"},
		{"--permanent \"$@\"", "\"$@\"", "not permanent"},
		{"	clear\n	firewall", "	firewall", "after removing"},
	}},
	"ipfw": {ipfw, [][3]string{
		{"28000-30000", "30000-28000", "reversed"},
		{"28000-30000", "28000:30000", "no port"},
		{"443,", "0,", "no port"},
		{"443,", strings.Repeat("1,", 30), "31 ports, of 30"},
		{"'table(x)'", "'table(y)'", "no table y"},
		{"'table(x)'", "x", "no address"},
		{"192.0.2.0/24", "192.0.2.1/24", "below its mask"},
		{"192.0.2.0/24", "2001:db8::/32", "is there already"},
		{"icmp from", "tcp from", "icmptypes without its protocol"},
		{"udp from any 53", "ip from any 53", "a protocol that has none"},
		{"udp from any 53 to any in", "udp from any 53 to any in setup", "setup is of tcp"},
		{"'no names'", long, "comment too long"},
		{"// ping", "ping", "unrecognised option"},
		{"set 7", "set 32", "invalid set number"},
		{"add 1030", "add 65535", "no rule number"},
		{"deny log", "forbid log", "invalid action"},
		{"create type addr", "create", "bad command for a table"},
		{"	ipfw -q set enable 7\n", "", "left disabled"},
		{"	ipfw -q delete set 7 || :\n", "", "is in use"},
		{"'web (a, b)'", "web (a, b)", "words and redirects"},
	}},
	"pf": {pf, [][3]string{
		{"28000:30000", "30000:28000", "reversed"},
		{"28000:30000", "28000-30000", "no port"},
		{"443,", "70000,", "no port"},
		{"{ <x>, <y> }", "{ <x>, <z> }", "table z is not defined"},
		{"table <y>", "table <x>", "defined twice"},
		{"<y>", "<port>", "word of the language"},
		{"<y>", "<" + strings.Repeat("y", 32) + ">", "longer than 31"},
		{"192.0.2.0/24", "192.0.2.1/24", "below its mask"},
		{"192.0.2.0/24", "", "no address"},
		{`"ping"`, `"ping`, "quote is not closed"},
		{`"ping"`, `ping`, "a label without quotes"},
		{"web (a, b)", strings.Repeat("x", 64), "64 bytes"},
		{"in quick proto", "in proto", "not quick"},
		{"inet proto icmp", "proto icmp", "without its family"},
		{"icmp-type 8", "icmp6-type 128", "without its family"},
		{"proto udp", "proto 50", "only applies to tcp and udp"},
		{"block drop in", "block return in", "a block that answers"},
		{"{ <x>, <y> }", "{ }", "an empty list"},
		{"{ <x>, <y> }", "{ <x>, <y>", "instead of a table"},
		{"keep state", "keep", "keep what"},
		{"pass out", "allow out", "unexpected"},
	}},
}

func TestRefuses(t *testing.T) {
	for id, of := range refused {
		read := reader.Readers()[id]
		if _, err := read(of.text); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		for _, c := range of.cases {
			if !strings.Contains(of.text, c[0]) {
				t.Errorf("%s: no %q in the text", id, c[0])
			}
			_, err := read(strings.ReplaceAll(of.text, c[0], c[1]))
			if err == nil || !strings.Contains(err.Error(), c[2]) {
				t.Errorf("%s: %q instead of %q: %v, not %q", id, c[1], c[0], err, c[2])
			}
		}
	}
}

func packet(d policy.Direction, t netspec.Transport, from, to string) policytest.Packet {
	a, b := netip.MustParseAddrPort(from), netip.MustParseAddrPort(to)
	return policytest.Packet{Direction: d, Transport: t, From: a.Addr(), To: b.Addr(), FromPort: a.Port(), ToPort: b.Port()}
}

func TestVerdicts(t *testing.T) {
	ping := packet(policy.In, netspec.ICMP, "192.0.2.1:0", "192.0.2.9:0")
	ping.Type = 8
	pinged := ping
	pinged.Direction, pinged.To = policy.Out, netip.MustParseAddr("198.51.100.7")
	web := packet(policy.In, netspec.TCP, "192.0.2.1:4000", "10.0.0.1:30000")
	above := packet(policy.In, netspec.TCP, "192.0.2.1:4000", "10.0.0.1:30001")
	for id, of := range map[string]struct {
		text    string
		packets map[policytest.Packet]policytest.Verdict
	}{
		"ufw": {ufw, map[policytest.Packet]policytest.Verdict{
			web: policytest.Allowed, above: policytest.Denied, ping: policytest.Denied,
			packet(policy.Out, netspec.UDP, "[fd00::1]:123", "[2001:db8::1]:5"):  policytest.Allowed,
			packet(policy.Out, netspec.UDP, "[fd00::1]:124", "[2001:db8::1]:5"):  policytest.None,
			packet(policy.Forward, netspec.ESP, "192.0.2.1:0", "10.1.1.1:0"):     policytest.Allowed,
			packet(policy.Forward, netspec.TCP, "192.0.2.1:9", "10.0.0.1:30000"): policytest.None,
		}},
		"firewalld": {firewalld, map[policytest.Packet]policytest.Verdict{
			web: policytest.Allowed, above: policytest.None, ping: policytest.Allowed,
			packet(policy.In, netspec.TCP, "[fd00::1]:123", "[fd00::2]:445"):    policytest.Denied,
			packet(policy.In, netspec.UDP, "[fd00::1]:123", "[2001:db8::1]:5"):  policytest.Allowed,
			packet(policy.Out, netspec.UDP, "[fd00::1]:123", "[2001:db8::1]:5"): policytest.None,
		}},
		"ipfw": {ipfw, map[policytest.Packet]policytest.Verdict{
			web: policytest.Allowed, above: policytest.None, ping: policytest.Allowed,
			packet(policy.In, netspec.UDP, "192.0.2.1:53", "10.0.0.1:5"):       policytest.Denied,
			packet(policy.In, netspec.TCP, "[2001:db8::1]:5", "[fd00::1]:443"): policytest.Allowed,
			packet(policy.Out, netspec.UDP, "192.0.2.1:53", "10.0.0.1:5"):      policytest.None,
		}},
		"pf": {pf, map[policytest.Packet]policytest.Verdict{
			web: policytest.Allowed, above: policytest.None, ping: policytest.None, pinged: policytest.Allowed,
			packet(policy.In, netspec.UDP, "192.0.2.1:53", "10.0.0.1:5"):         policytest.Denied,
			packet(policy.Forward, netspec.UDP, "192.0.2.1:54", "10.0.0.1:5"):    policytest.Denied,
			packet(policy.In, netspec.TCP, "198.51.100.8:4000", "10.0.0.1:443"):  policytest.None,
			packet(policy.Out, netspec.TCP, "198.51.100.7:4000", "10.0.0.1:443"): policytest.None,
		}},
	} {
		set, err := reader.Readers()[id](of.text)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		for p, want := range of.packets {
			if got := set.Decide(p); got != want {
				t.Errorf("%s: %s: %s, not %s", id, p, got, want)
			}
		}
	}
}

// An ipset without entries holds nobody; it is not anybody.
func TestEmptySet(t *testing.T) {
	text := strings.ReplaceAll(firewalld, "	fw --ipset=x-four --add-entry=192.0.2.0/24 --add-entry=198.51.100.7\n", "")
	set, err := reader.Readers()["firewalld"](text)
	if err != nil {
		t.Fatal(err)
	}
	if got := set.Decide(packet(policy.In, netspec.TCP, "192.0.2.1:4000", "10.0.0.1:30000")); got != policytest.None {
		t.Errorf("%s, not %s", got, policytest.None)
	}
}
