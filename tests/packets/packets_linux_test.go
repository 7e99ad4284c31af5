package packets_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"portolan/generator/netspec"
	"portolan/tests/packets"
)

// The network of the tests: a server with two addresses of each family, a
// partner on a narrow link, a stranger and a time server.
var (
	partner  = both("198.51.100.10", "2001:db8:1::10")
	stranger = both("203.0.113.66", "2001:db8:6::66")
	server   = both("192.0.2.10", "2001:db8:5::10")
	second   = both("192.0.2.11", "2001:db8:5::11")
	clock    = both("203.0.113.5", "2001:db8:7::5")
)

func both(v4, v6 string) [2]netip.Addr {
	return [2]netip.Addr{netip.MustParseAddr(v4), netip.MustParseAddr(v6)}
}

func plan(filtered string) packets.Plan {
	return packets.Plan{
		Nodes: []packets.Node{
			{Name: "partner", Addrs: partner[:], MTU: 1280},
			{Name: "stranger", Addrs: stranger[:]},
			{Name: "server", Addrs: append(server[:], second[:]...), Link: "dmz"},
			{Name: "clock", Addrs: clock[:]},
		},
		Filtered: filtered,
	}
}

// probes hold the made-up services: tcp/443 from any, tcp/28000-30000 from
// partners, udp/123 to one host, tcp from source port 20, and never tcp/445.
func probes() []packets.Probe {
	var out []packets.Probe
	for i := range 2 {
		add := func(from, to netip.Addr, t netspec.Transport, src, dst uint16, want packets.Outcome, why string) {
			out = append(out, packets.Probe{From: from, To: to, Transport: t, SrcPort: src, DstPort: dst, Want: want, Why: why})
		}
		echo := []netspec.Transport{netspec.ICMP, netspec.ICMPv6}[i]
		for _, to := range []netip.Addr{server[i], second[i]} {
			for _, from := range []netip.Addr{partner[i], stranger[i]} {
				add(from, to, netspec.TCP, 0, 443, packets.Open, "HTTPS")
				add(from, to, netspec.UDP, 0, 443, packets.Closed, "HTTPS is TCP")
				add(from, to, netspec.TCP, 0, 442, packets.Closed, "below HTTPS")
				add(from, to, netspec.TCP, 0, 444, packets.Closed, "above HTTPS")
				add(from, to, netspec.TCP, 0, 445, packets.Closed, "never")
			}
			for _, port := range []uint16{28000, 29000, 30000} {
				add(partner[i], to, netspec.TCP, 0, port, packets.Open, "passive FTP of a partner")
				add(stranger[i], to, netspec.TCP, 0, port, packets.Closed, "passive FTP is for partners")
			}
			add(partner[i], to, netspec.TCP, 0, 27999, packets.Closed, "below passive FTP")
			add(partner[i], to, netspec.TCP, 0, 30001, packets.Closed, "above passive FTP")
			add(partner[i], to, echo, 0, 0, packets.Open, "echo")
		}
		add(server[i], clock[i], netspec.UDP, 0, 123, packets.Open, "NTP")
		add(server[i], clock[i], netspec.UDP, 123, 123, packets.Open, "NTP between two ports 123")
		add(clock[i], server[i], netspec.UDP, 123, 123, packets.Closed, "a clock that asks")
		add(server[i], clock[i], netspec.TCP, 0, 123, packets.Closed, "NTP is UDP")
		add(server[i], stranger[i], netspec.UDP, 0, 123, packets.Closed, "another clock")
		for _, to := range []netip.Addr{partner[i], stranger[i]} {
			add(server[i], to, netspec.TCP, 20, 28000, packets.Open, "active FTP")
			add(server[i], to, netspec.TCP, 20, 443, packets.Open, "active FTP")
			add(server[i], to, netspec.TCP, 21, 443, packets.Closed, "not the data port")
			add(server[i], to, netspec.TCP, 0, 28000, packets.Closed, "not the data port")
			add(to, server[i], netspec.TCP, 0, 20, packets.Closed, "nobody listens on the data port")
		}
		for _, t := range []netspec.Transport{netspec.SCTP, netspec.ESP, netspec.GRE, netspec.Protocol(94)} {
			port := uint16(0)
			if t.HasPorts() {
				port = 2905
			}
			add(partner[i], server[i], t, 0, port, packets.Closed, "no rule")
		}
		out = append(out, packets.Probe{From: partner[i], To: server[i], Transport: netspec.TCP, DstPort: 443, Bulk: true, Want: packets.Open, Why: "upload and download"})
	}
	return out
}

func hostProbes() []packets.Probe { return append(plan("server").Loopback(), probes()...) }

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestNftHost(t *testing.T) {
	t.Parallel()
	packets.Need(t, "nft")
	rules := text(t, "host.nft")
	packets.Check(t, plan("server"), packets.Nft(rules), hostProbes())

	spoilt := packets.ShortenRanges(rules)
	if len(spoilt) != 4 {
		t.Errorf("%d ranges shortened, not two each way", len(spoilt))
	}
	spoilt = append(spoilt, packets.DropEach(rules, regexp.MustCompile(` (accept|drop)\b`))...)
	spoilt = append(spoilt, packets.DropAll(rules, regexp.MustCompile(`\bip6 `))...)
	// What is too big is told by messages that are related, and those of IPv6
	// pass by their type too: without either way nothing fits the narrow link.
	deaf := strings.ReplaceAll(rules, "packet-too-big, ", "")
	spoilt = append(spoilt, packets.ReplaceEach(deaf, regexp.MustCompile(`(state .*)related : accept`), "${1}related : drop")[:1]...)
	spoilt = append(spoilt, packets.ReplaceEach(rules, regexp.MustCompile(`@partners4`), "0.0.0.0/0")...)
	spoilt = append(spoilt, packets.ReplaceEach(rules, regexp.MustCompile(`@partners6`), "::/0")...)
	spoilt = append(spoilt, packets.ReplaceEach(rules, regexp.MustCompile(`policy drop`), "policy accept")...)
	packets.Notice(t, plan("server"), packets.Nft, spoilt, hostProbes())
}

func TestNftPerimeter(t *testing.T) {
	t.Parallel()
	packets.Need(t, "nft")
	rules := text(t, "perimeter.nft")
	packets.Check(t, plan(""), packets.Nft(rules), probes())
	spoilt := packets.DropEach(rules, regexp.MustCompile(` (accept|drop)$`))
	spoilt = append(spoilt, packets.ShortenRanges(rules)...)
	spoilt = append(spoilt, packets.ReplaceEach(rules, regexp.MustCompile(`(ip6?) saddr (198|2001:db8:1:)\S+`), "")...)
	packets.Notice(t, plan(""), packets.Nft, spoilt, probes())
}

func TestIptables(t *testing.T) {
	t.Parallel()
	for _, variant := range []string{"", "-legacy", "-nft"} {
		t.Run("iptables"+variant, func(t *testing.T) {
			four, six := "iptables"+variant+"-restore", "ip6tables"+variant+"-restore"
			packets.Need(t, four, six)
			v4, v6 := text(t, "host.v4"), text(t, "host.v6")
			load4 := func(text string) packets.Loader {
				return packets.All(packets.Restore(four, text), packets.Restore(six, v6))
			}
			load6 := func(text string) packets.Loader {
				return packets.All(packets.Restore(four, v4), packets.Restore(six, text))
			}
			packets.Check(t, plan("server"), load4(v4), hostProbes())
			if variant == "" {
				packets.Notice(t, plan("server"), load4, append(packets.ShortenRanges(v4), packets.DropEach(v4, regexp.MustCompile("--dport 445"))...), hostProbes())
				packets.Notice(t, plan("server"), load6, packets.DropAll(v6, regexp.MustCompile("^-A PACKETS")), hostProbes())
			}
		})
	}
}

func TestUfw(t *testing.T) {
	t.Parallel()
	packets.Need(t, "ufw", "unshare")
	rules := text(t, "host.ufw")
	packets.Check(t, plan("server"), packets.Ufw(rules), hostProbes())
	// Each command starts a program that takes its time: a few will do.
	spoilt := packets.ShortenRanges(rules)[:1]
	spoilt = append(spoilt, packets.DropEach(rules, regexp.MustCompile("445$"))...)
	spoilt = append(spoilt, packets.DropAll(rules, regexp.MustCompile("2001:"))...)
	spoilt = append(spoilt, packets.ReplaceEach(rules, regexp.MustCompile(`from 198\S+`), "from any")...)
	packets.Notice(t, plan("server"), packets.Ufw, spoilt, hostProbes())
}

// TestEveryTransport sends what the lab can send, and sees that rules stop it.
func TestEveryTransport(t *testing.T) {
	t.Parallel()
	packets.Need(t, "nft")
	var all []packets.Probe
	for i := range 2 {
		for _, transport := range []netspec.Transport{netspec.TCP, netspec.UDP, netspec.SCTP, netspec.ESP, netspec.GRE, netspec.Protocol(94), []netspec.Transport{netspec.ICMP, netspec.ICMPv6}[i]} {
			p := packets.Probe{From: stranger[i], To: server[i], Transport: transport, Want: packets.Open}
			if transport.HasPorts() {
				p.SrcPort, p.DstPort = 4000, 5000
			}
			all = append(all, p)
		}
	}
	const rules = `table inet packets
delete table inet packets
table inet packets {
	chain forward {
		type filter hook forward priority filter; policy drop;
		tcp sport . tcp dport { 4000 . 5000, 5000 . 4000 } accept
		udp sport . udp dport { 4000 . 5000, 5000 . 4000 } accept
		ct state established accept
		sctp sport 4000 sctp dport 5000 accept
		meta l4proto 50 accept
		meta l4proto 47 accept
		meta l4proto 94 accept
		meta l4proto icmp accept
		meta l4proto icmpv6 accept
	}
}
`
	packets.Check(t, plan(""), packets.Nft(rules), all)
	packets.Notice(t, plan(""), packets.Nft, packets.DropEach(rules, regexp.MustCompile(` accept$`)), all)
}

func TestFaults(t *testing.T) {
	packets.Need(t, "nft")
	one := packets.Probe{From: partner[0], To: server[0], Transport: netspec.TCP, DstPort: 443, Want: packets.Open, Why: "HTTPS"}
	tests := []struct {
		name  string
		plan  packets.Plan
		rules string
		probe packets.Probe
		want  string // of the error or the report
	}{
		{
			name: "rules that do not load", plan: plan(""), probe: one,
			rules: "table inet packets { chain c { jump nowhere; } }", want: "load 1 of the rules: nft: exit status 1",
		},
		{
			name: "rules that load once", plan: plan(""), probe: one,
			rules: "create table inet packets", want: "load 2 of the rules: nft: exit status 1",
		},
		{
			name: "rules that pile up", plan: plan(""), probe: one,
			rules: "table inet packets { chain c { tcp dport 1 accept; }; }", want: "the second load left other rules than the first",
		},
		{
			name: "half a connection", plan: plan(""),
			rules: "table inet packets; delete table inet packets; table inet packets { chain c { type filter hook forward priority 0; iifname \"dmz\" udp sport 53 drop; }; }",
			probe: packets.Probe{From: partner[1], To: server[1], Transport: netspec.UDP, DstPort: 53, Want: packets.Closed, Why: "no name server"},
			want:  "1 of 1 probes came out wrong:\n  want closed,  got half open (no answer):  udp [2001:db8:1::10]:* -> [2001:db8:5::10]:53  no name server",
		},
		{
			name: "a refusal", plan: plan("server"),
			rules: "table inet packets; delete table inet packets; table inet packets { chain c { type filter hook input priority 0; tcp dport 443 reject with tcp reset; }; }",
			probe: one,
			want:  "1 of 1 probes came out wrong:\n  want open,  got closed (refused):  tcp 198.51.100.10:* -> 192.0.2.10:443  HTTPS",
		},
		{
			name: "an address of nobody", plan: plan(""),
			probe: packets.Probe{From: partner[0], To: netip.MustParseAddr("192.0.2.99"), Transport: netspec.TCP, DstPort: 443, Want: packets.Open},
			want:  "no node has the address 192.0.2.99",
		},
		{
			name: "two families", plan: plan(""),
			probe: packets.Probe{From: partner[0], To: server[1], Transport: netspec.TCP, DstPort: 443, Want: packets.Open},
			want:  "addresses of two families",
		},
		{
			name: "no probes of a transport", plan: plan(""),
			probe: packets.Probe{From: partner[0], To: server[0], Transport: netspec.AH, Want: packets.Open},
			want:  "no probe of this transport",
		},
		{name: "no node to filter", plan: plan("nobody"), probe: one, want: `no node is named "nobody"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report, err := packets.Run(t.Context(), test.plan, packets.Nft(test.rules), []packets.Probe{test.probe})
			got := report.String()
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q in it", got, test.want)
			}
			if err == nil && report.OK() {
				t.Error("nothing is said to be wrong")
			}
		})
	}
}

// TestTwoHundred holds how long one set of rules may take.
func TestTwoHundred(t *testing.T) {
	packets.Need(t, "nft")
	var many []packets.Probe
	for i := range 200 {
		p := packets.Probe{From: partner[i%2], To: server[i%2], Transport: netspec.TCP, DstPort: uint16(29900 + i), Want: packets.Open, Why: fmt.Sprint("port ", i)}
		if p.DstPort > 30000 {
			p.Want = packets.Closed
		}
		many = append(many, p)
	}
	start := time.Now()
	packets.Check(t, plan("server"), packets.Nft(text(t, "host.nft")), many)
	if took := time.Since(start); took > 10*time.Second { // under 2 s on an idle machine
		t.Errorf("200 probes took %s", took)
	} else {
		t.Logf("200 probes took %s", took)
	}
}
