package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/netfilter/reader"
	"portolan/generator/policy/policytest"
)

const nft = `define A = { 192.0.2.0/24, 198.51.100.7 }
define B = { 2001:db8::/32 }
table inet x
delete table inet x
table inet x {
	chain input {
		type filter hook input priority filter; policy accept;
		ct state established,related accept
		ip saddr $A tcp dport { 443, 28000-30000 } accept comment "web, x"
		ip6 saddr { $B } udp sport 123 accept
		icmpv6 type 128 accept
		ip saddr 0.0.0.0/0 log prefix "x " drop
	}
}
`

const sh = `set -eu
a=192.0.2.0/24,198.51.100.7
case ${1-load} in
load | check)
	t=; [ "${1-load}" = load ] || t=--test
	iptables-restore -w --noflush $t <<X
*filter
:T-i - [0:0]
-A T-i -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
-A T-i -s $a -p tcp -m multiport --dports 443,28000:30000 -m comment --comment "web, x" -j ACCEPT
-A T-i -p udp --sport 123 -j ACCEPT
-A T-i -p icmp --icmp-type 8 -j ACCEPT
-A T-i -p tcp -j DROP
COMMIT
X
	[ -n "$t" ] || iptables -w -C INPUT -j T-i || iptables -w -I INPUT -j T-i
	;;
remove) iptables -w -D INPUT -j T-i && iptables -w -F T-i && iptables -w -X T-i ;;
esac
`

var docker = strings.NewReplacer(
	"INPUT", "DOCKER-USER", "-j ACCEPT", "-j RETURN", "-m multiport --dports 443,28000:30000", "-m conntrack --ctdir ORIGINAL --ctorigdstport 28000:30000").Replace(sh)

// sixth is the script for the other family.
var sixth = strings.NewReplacer(
	"iptables", "ip6tables", "192.0.2.0/24,198.51.100.7", "2001:db8::/32", "-p icmp --icmp-type 8", "-p ipv6-icmp --icmpv6-type 128").Replace(sh)

const book = `- name: Rules
  hosts: all
  become: true
  tags: [x]
  vars:
    portolan_state: present
    a: ["192.0.2.0/24", "198.51.100.7"]
  tasks:
    - name: Look
      ansible.builtin.command:
        argv: [nft, list, table, inet, x]
      register: there
      changed_when: false
      failed_when: false
    - name: Write
      ansible.builtin.copy:
        dest: /etc/x.nft
        mode: "0600"
        validate: nft -c -f %s
        content: |
          define A = { {{ a | join(', ') }} }
          table inet x
          delete table inet x
          table inet x {
            chain input {
              type filter hook input priority filter; policy drop;
              ct state established,related accept
              ip saddr $A tcp dport 28000-30000 accept comment "web, x"
            }
          }
      register: written
      when: portolan_state == 'present'
    - name: Load
      ansible.builtin.command:
        argv: [nft, -f, /etc/x.nft]
      when: portolan_state == 'present' and (written is changed or there.rc != 0)
    - name: Remove
      ansible.builtin.command:
        argv: [nft, delete, table, inet, x]
      when: portolan_state == 'absent' and there.rc == 0
    - name: Remove the file
      ansible.builtin.file:
        path: /etc/x.nft
        state: absent
      when: portolan_state == 'absent'
`

var long = strings.Repeat("x", 300)

// refused are texts, and what makes each wrong.
var refused = map[string]struct {
	text  string
	cases [][3]string // what is replaced, by what, and the complaint
}{
	"nftables": {nft, [][3]string{
		{"28000-30000", "30000-28000", "reversed"},
		{"443, ", "0, ", "no port"},
		{"443, ", "65536, ", "no port"},
		{"28000-30000", "28000:30000", "no port"},
		{"$A", "$C", "C is not defined"},
		{"define B", "define A", "defined twice"},
		{"define B", "define ip6", "word of the language"},
		{"$A", "{ 2001:db8::1 }", "other address family"},
		{"192.0.2.0/24", "192.0.2.1/24", "below its mask"},
		{"192.0.2.0/24", "example.com", "no address"},
		{"{ 192.0.2.0/24, 198.51.100.7 }", "{ }", "empty"},
		{`"web, x"`, `"web, x`, "inside quotes"},
		{`"web, x"`, `web`, "not in quotes"},
		{`"web, x"`, `"` + long + `"`, "300 bytes"},
		{"hook input", "hook outside", "no hook"},
		{"tcp dport { 443, 28000-30000 }", "tcp port 443", "unknown field"},
		{"accept comment", "accept log", "after the verdict"},
		{"ip saddr $A tcp", "ip saddr $A ip6 saddr $B tcp", "conflicting"},
		{"delete table inet x\n", "", "loading twice"},
		{"table inet x\n", "table inet x y\n", "unexpected"},
		{"icmpv6 type 128", "icmpv6 type 256", "message type"},
		{"drop\n\t}", "drop }", "does not end"},
		{"accept\n\t\ticmpv6", "accept\n\t\tallow\n\t\ticmpv6", "unexpected \"allow\""},
	}},
	"iptables": {sh, [][3]string{
		{"28000:30000", "30000:28000", "reversed"},
		{"28000:30000", "28000-30000", "no port"},
		{"443,", "0,", "no port"},
		{"443,", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,", "too many ports"},
		{"-m multiport ", "", "-m multiport before"},
		{"--dports 443,28000:30000", "--dports 443 --sport 20", "takes it for its own"},
		{"--dports 443,28000:30000", "--dports 443 -m multiport --sports 20,21", "both ends"},
		{"--dports 443,28000:30000", "--dports 443 --sports 20,21", "before it"},
		{"-p tcp -m multiport", "-m multiport", "-m multiport before"},
		{"198.51.100.7", "198.51.100.300", "no address"},
		{"198.51.100.7", "198.51.100.7/24", "below its mask"},
		{"198.51.100.7", "2001:db8::1", "other address family"},
		{"$a", "$b", "b: unbound variable"},
		{"a=192.0.2.0/24,198.51.100.7", "a=", "no address"},
		{`"web, x"`, `"web, x`, "quote is not closed"},
		{`"web, x"`, `web, x`, "unknown option"},
		{"web, x", long, "longer than 255"},
		{"web, x", `$(reboot)`, "reboot: not found"},
		{"T-i", strings.Repeat("T", 29), "longer than 28"},
		{":T-i", ":T-j", "not declared"},
		{"-j ACCEPT", "-j ALLOW", "there is not"},
		{"COMMIT\n", "", "not committed"},
		{"*filter", "*nat", "no table"},
		{"-C INPUT -j T-i || iptables -w ", "", "loading twice"},
		{"-I INPUT", "-I OUTSIDE", "exit status 1"},
		{" --noflush", "", "unexpected \"--test\""},
		{"iptables -w -X T-i", "true", "what it removes"},
		{"iptables -w -D INPUT -j T-i && ", "", "still in use"},
		{"--icmp-type 8", "--icmpv6-type 128", "without its protocol"},
		{"esac", "", "line"},
		{" $t <<X", " <<X", "a check changes"},
	}},
	"ip6tables": {sixth, [][3]string{
		{"2001:db8::/32", "192.0.2.0/24", "other address family"},
		{"2001:db8::/32", "2001:db8::1/32", "below its mask"},
		{"2001:db8::/32", "fe80::1%eth0", "no address"},
		{"ipv6-icmp", "icmp", "other address family"},
		{"--icmpv6-type", "--icmp-type", "without its protocol"},
		{"28000:30000", "30000:28000", "reversed"},
		{"443,", "65536,", "no port"},
		{"--sport 123", "--sport 123 --sport 124", "given twice"},
		{"-p udp", "-p 300", "no protocol"},
		{"-j RETURN", "-j RETURN -j ACCEPT", "given twice"},
		{"RELATED,ESTABLISHED", "NEW", "neither of replies"},
		{"*filter", "*raw", "no table"},
		{"ip6tables -w -X T-i", "true", "what it removes"},
	}},
	"docker-user": {docker, [][3]string{
		{"28000:30000", "28000:30000,443", "no port"},
		{"28000:30000", "30000:28000", "reversed"},
		{"-m conntrack --ctdir", "--ctdir", "-m conntrack before"},
		{"ORIGINAL", "REPLY", "not the direction"},
		{"-p tcp -m conntrack", "-m conntrack", "no protocol with ports"},
		{"DOCKER-USER", "DOCKER", "exit status 1"},
		{"192.0.2.0/24", "192.0.2.0/33", "no address"},
		{"-j RETURN", "-j DOCKER", "there is not"},
		{"set -eu", "set -eu; docker ps", "docker: not found"},
		{"COMMIT\n", "", "not committed"},
		{"iptables -w -I", "iptables -I", "does not wait"},
		{"--ctorigdstport", "--ctorigsrcport", "unknown option"},
	}},
	"ansible": {book, [][3]string{
		{"28000-30000", "30000-28000", "reversed"},
		{"192.0.2.0/24", "192.0.2.1/24", "below its mask"},
		{"192.0.2.0/24", "2001:db8::/32", "other address family"},
		{`["192.0.2.0/24", "198.51.100.7"]`, `[]`, "empty"},
		{`["192.0.2.0/24", "198.51.100.7"]`, `"192.0.2.0/24"`, "not what is joined"},
		{`"198.51.100.7"`, `7`, "no text"},
		{"{{ a |", "{{ b |", "b is not defined"},
		{"{{ a | join(', ') }}", "{{ a | first }}", "unknown expression"},
		{"there.rc != 0)", "there.rc != 0", "parenthesis"},
		{"written is changed", "written is fresh", "unknown test"},
		{"validate:", "verify:", "verify not found"},
		{"hosts: all", "hosts: all\n  host: x", "host not found"},
		{"  tags: [x]", "\ttags: [x]", "line"},
		{"ansible.builtin.file", "community.general.ufw", "not found"},
		{"argv: [nft, -f", "argv: [nft, -i", "unknown command"},
		{"          delete table inet x\n", "", "loading twice"},
		{"      changed_when: false\n", "", "second run changes something: Look"},
		{"      failed_when: false\n", "", "fails with 1"},
		{"        state: absent", "        state: gone", "unknown state"},
		{"delete, table, inet, x]", "delete, table, inet, y]", "fails with 1"},
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
	for id, of := range map[string]struct {
		text    string
		packets map[policytest.Packet]policytest.Verdict
	}{
		"nftables": {nft, map[policytest.Packet]policytest.Verdict{
			packet(policy.In, netspec.TCP, "192.0.2.1:4000", "10.0.0.1:30000"):     policytest.Allowed,
			packet(policy.In, netspec.TCP, "192.0.2.1:4000", "10.0.0.1:30001"):     policytest.Denied,
			packet(policy.In, netspec.TCP, "198.51.100.8:4000", "10.0.0.1:443"):    policytest.Denied,
			packet(policy.Out, netspec.TCP, "198.51.100.8:4000", "10.0.0.1:443"):   policytest.None,
			packet(policy.In, netspec.UDP, "[2001:db8::1]:123", "[2001:db8::2]:9"): policytest.Allowed,
			packet(policy.In, netspec.UDP, "[2001:db9::1]:123", "[2001:db8::2]:9"): policytest.None,
		}},
		"iptables": {sh, map[policytest.Packet]policytest.Verdict{
			packet(policy.In, netspec.TCP, "198.51.100.7:4000", "10.0.0.1:443"): policytest.Allowed,
			packet(policy.In, netspec.TCP, "198.51.100.7:4000", "10.0.0.1:444"): policytest.Denied,
			packet(policy.In, netspec.UDP, "198.51.100.9:123", "10.0.0.1:444"):  policytest.Allowed,
			packet(policy.In, netspec.UDP, "198.51.100.9:124", "10.0.0.1:444"):  policytest.None,
			ping: policytest.Allowed,
		}},
		"ip6tables": {sixth, map[policytest.Packet]policytest.Verdict{
			packet(policy.In, netspec.TCP, "[2001:db8::1]:4000", "[2001:db8::2]:443"): policytest.Allowed,
			packet(policy.In, netspec.TCP, "192.0.2.1:4000", "10.0.0.1:443"):          policytest.None,
			ping: policytest.None,
		}},
		"ansible": {book, map[policytest.Packet]policytest.Verdict{
			packet(policy.In, netspec.TCP, "192.0.2.1:4000", "10.0.0.1:30000"):  policytest.Allowed,
			packet(policy.In, netspec.TCP, "192.0.3.1:4000", "10.0.0.1:30000"):  policytest.Denied,
			packet(policy.Out, netspec.TCP, "192.0.3.1:4000", "10.0.0.1:30000"): policytest.None,
		}},
		"docker-user": {docker, map[policytest.Packet]policytest.Verdict{
			packet(policy.Forward, netspec.TCP, "192.0.2.1:4000", "172.17.0.2:28000"): policytest.Allowed,
			packet(policy.Forward, netspec.TCP, "192.0.3.1:4000", "172.17.0.2:28000"): policytest.Denied,
			packet(policy.In, netspec.TCP, "192.0.3.1:4000", "172.17.0.2:28000"):      policytest.None,
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

// TestReplies: a file that drops before it lets replies pass cuts them.
func TestReplies(t *testing.T) {
	back := packet(policy.In, netspec.TCP, "198.51.100.9:443", "10.0.0.1:4000")
	back.Reply = true
	for id, text := range map[string]string{
		"nftables": strings.Replace(nft, "\t\tct state established,related accept\n", "", 1),
		"iptables": strings.Replace(sh, "-A T-i -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN\n", "", 1),
	} {
		set, err := reader.Readers()[id](text)
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Decide(back); got != policytest.Denied {
			t.Errorf("%s: a reply is %s", id, got)
		}
	}
}

const translating = `table inet x
delete table inet x
table inet x {
	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		ip daddr 203.0.113.1 dnat ip to 192.0.2.1 comment "web"
		ip6 daddr 2001:db8::1 dnat ip6 to 2001:db8:1::1 comment "web"
	}
}
`

var translatingSh = strings.NewReplacer(
	"COMMIT\n", "COMMIT\n*nat\n:T-n - [0:0]\n-A T-n -d 203.0.113.1 -m comment --comment web -j DNAT --to-destination 192.0.2.1\nCOMMIT\n",
	"[ -n \"$t\" ] ||", "[ -n \"$t\" ] || iptables -w -t nat -C PREROUTING -j T-n || iptables -w -t nat -I PREROUTING -j T-n\n\t[ -n \"$t\" ] ||",
	"remove) ", "remove) iptables -w -t nat -D PREROUTING -j T-n && iptables -w -t nat -F T-n && iptables -w -t nat -X T-n && ",
).Replace(sh)

func TestTranslations(t *testing.T) {
	for _, of := range []struct {
		id, text string
		cases    [][3]string
	}{
		{"nftables", translating, [][3]string{
			{"dnat ip to 192.0.2.1", "dnat ip to 192.0.2.0/24", "not one address"},
			{"dnat ip to", "dnat ip6 to", "instead of"},
			{"ip daddr", "ip saddr", "instead of"},
			{"203.0.113.1", "2001:db8::9", "family"},
			{"ip to 192.0.2.1", "ip to 203.0.113.1", "public address"},
			{"hook prerouting", "hook input", "instead of"},
			{"dstnat", "filter", "instead of"},
			{`comment "web"` + "\n\t\tip6", `comment "web" accept` + "\n\t\tip6", "instead of"},
		}},
		{"iptables", translatingSh, [][3]string{
			{"--to-destination 192.0.2.1", "--to-destination 192.0.2.0/24", "one address to one"},
			{"--to-destination 192.0.2.1", "--to-destination 2001:db8::1", "family"},
			{" --to-destination 192.0.2.1", "", "no translation"},
			{"-d 203.0.113.1 ", "", "one address to one"},
			{"-d 203.0.113.1 ", "-d 203.0.113.1 -p tcp --dport 1 ", "not all"},
			{"PREROUTING", "POSTROUTING", "nothing enters"},
			{"-t nat -I", "-t mangle -I", "no table"},
			{"iptables -w -t nat -X T-n", "true", "what it removes"},
			{"-j DNAT --to-destination 192.0.2.1", "-j ACCEPT", "no translation"},
		}},
	} {
		read := reader.Readers()[of.id]
		if _, err := read(of.text); err != nil {
			t.Errorf("%s: %v", of.id, err)
		}
		for _, c := range of.cases {
			if _, err := read(strings.ReplaceAll(of.text, c[0], c[1])); !strings.Contains(of.text, c[0]) || err == nil || !strings.Contains(err.Error(), c[2]) {
				t.Errorf("%s: %q instead of %q: %v, not %q", of.id, c[1], c[0], err, c[2])
			}
		}
	}
}
