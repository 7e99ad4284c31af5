// Package packets shows by packets what firewall rules let through. It lays
// out a small network in network namespaces, sees that every probe comes
// through without rules, loads the rules twice into a fresh copy of that
// network, and sends the probes again: each must come out as wanted, and the
// second load must leave the rules as the first did.
//
// It knows nothing of how rules are made: they come as text in a [Loader].
// [Check] is for rules that must be right, [Notice] for spoilt copies of them
// ([DropEach], [DropAll], [ReplaceEach], [ShortenRanges]) that must be seen to
// be wrong: a list of probes that lets a spoilt copy pass proves nothing.
//
// Labs need Linux, root and iproute2, and the tools of the rules loaded. The
// namespaces have no names and belong to the process, so nothing of the machine
// is touched and nothing is left behind, even when the process is killed.
//
//	plan := packets.Plan{
//		Nodes: []packets.Node{
//			{Name: "partner", Addrs: []netip.Addr{partner4, partner6}},
//			{Name: "stranger", Addrs: []netip.Addr{stranger4, stranger6}},
//			{Name: "server", Addrs: []netip.Addr{server4, server6}},
//		},
//		Filtered: "server", // rules of a host; left out: rules of the router between all nodes
//	}
//	probes := append(plan.Loopback(),
//		packets.Probe{From: partner4, To: server4, Transport: netspec.TCP, DstPort: 443, Want: packets.Open, Why: "HTTPS"},
//		packets.Probe{From: stranger4, To: server4, Transport: netspec.TCP, DstPort: 990, Want: packets.Closed, Why: "FTPS is for partners"})
//	packets.Check(t, plan, packets.Nft(text), probes)
//	packets.Notice(t, plan, packets.Nft, packets.ShortenRanges(text), probes)
package packets

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"text/tabwriter"

	"portolan/generator/netspec"
)

// Plan is a network: nodes around one router, each on a link of its own.
type Plan struct {
	Nodes []Node // 1 to 16

	// Filtered names the node that the rules are loaded in: rules of a host.
	// Empty is the router, through which all nodes reach each other: rules of a
	// perimeter.
	Filtered string
}

// Node is a machine with one interface, eth0.
type Node struct {
	Name  string
	Addrs []netip.Addr // any that are not loopback; no other node has them

	// Link is the name of the router's interface towards the node, for rules
	// that tell interfaces. Empty is "eth" and the node's place in the plan, from 0.
	Link string

	// MTU is the link's, from 1280 to 1500; zero is 1500. The node still offers
	// TCP segments for 1500, so that only path MTU discovery makes them fit.
	MTU int
}

// Outcome is what becomes of a probe.
type Outcome uint8

// What may become of a probe.
const (
	Closed Outcome = iota // nothing reached the destination
	Open                  // there and back again
	Half                  // it reached the destination, but the answer did not come back: never wanted
)

func (o Outcome) String() string {
	switch o {
	case Closed:
		return "closed"
	case Open:
		return "open"
	case Half:
		return "half open"
	}
	return fmt.Sprintf("outcome(%d)", uint8(o))
}

// Probe is one exchange: a TCP connection that echoes, a UDP or SCTP packet
// and its answer, an ICMP echo, or one packet of another protocol each way.
type Probe struct {
	// From and To are addresses of nodes. Loopback addresses are those of the
	// filtered node.
	From, To  netip.Addr
	Transport netspec.Transport

	// SrcPort is the source port, zero any. DstPort is 1 to 65535 with TCP, UDP
	// and SCTP, else zero, as is SrcPort.
	SrcPort, DstPort uint16

	// Real is where the rules are to translate To and DstPort, an address of a
	// node; To is then nobody's. The zero value: they do not.
	Real netip.AddrPort

	// Bulk makes a TCP probe carry more than one packet holds each way, so that
	// the narrow links of the plan need path MTU discovery.
	Bulk bool

	Want Outcome // Open or Closed
	Why  string  // for the reader of a failure
}

// String tells the probe's packet, as in "tcp 192.0.2.1:20 -> 203.0.113.1:28000".
func (p Probe) String() string {
	if !p.Transport.HasPorts() {
		return fmt.Sprintf("%s %s -> %s", p.Transport, p.From, p.To)
	}
	src := "*"
	if p.SrcPort != 0 {
		src = fmt.Sprint(p.SrcPort)
	}
	s := fmt.Sprintf("%s %s -> %s", p.Transport, hostPort(p.From, src), hostPort(p.To, fmt.Sprint(p.DstPort)))
	if p.Real.IsValid() {
		s += " (" + hostPort(p.Real.Addr(), fmt.Sprint(p.Real.Port())) + ")"
	}
	if p.Bulk {
		s += " (bulk)"
	}
	return s
}

// end is where a probe arrives.
func (p Probe) end() netip.AddrPort {
	if p.Real.IsValid() {
		return p.Real
	}
	return netip.AddrPortFrom(p.To, p.DstPort)
}

func hostPort(a netip.Addr, port string) string {
	if a.Is6() {
		return "[" + a.String() + "]:" + port
	}
	return a.String() + ":" + port
}

// Failure is a probe that did not come out as wanted.
type Failure struct {
	Probe  Probe
	Got    Outcome
	Detail string // how it ended, such as "refused"; may be empty
}

// Report is what the probes showed. Its zero value is a report without fault.
type Report struct {
	Probes   int       // how many were sent
	Failures []Failure // in the order of the probes

	// Drift tells how the rules differ after the second load; empty when they do not.
	Drift string
	// Left tells how they differ once removed from what was there before them.
	Left string
}

// OK tells that every probe came out as wanted, the second load changed
// nothing, and what was removed is gone.
func (r Report) OK() bool { return len(r.Failures) == 0 && r.Drift == "" && r.Left == "" }

// String is one readable block, without a newline at its end.
func (r Report) String() string {
	var b strings.Builder
	if n := len(r.Failures); n == 0 {
		fmt.Fprintf(&b, "all %d probes came out as wanted", r.Probes)
	} else {
		fmt.Fprintf(&b, "%d of %d probes came out wrong:\n", n, r.Probes)
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, f := range r.Failures {
			got := f.Got.String()
			if f.Detail != "" {
				got += " (" + f.Detail + ")"
			}
			_, _ = fmt.Fprintf(w, "  want %s,\tgot %s:\t%s\t%s\n", f.Probe.Want, got, f.Probe, f.Probe.Why)
		}
		_ = w.Flush() // into a strings.Builder
	}
	if r.Drift != "" {
		b.WriteString("\nthe second load left other rules than the first:\n" + r.Drift)
	}
	if r.Left != "" {
		b.WriteString("\nremoved, they left other rules than before:\n" + r.Left)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// Loopback lists probes that the filtered node must always pass: TCP and UDP to
// itself, over both families.
func (p Plan) Loopback() []Probe {
	var out []Probe
	for _, a := range []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()} {
		for _, t := range []netspec.Transport{netspec.TCP, netspec.UDP} {
			out = append(out, Probe{From: a, To: a, Transport: t, DstPort: 9, Want: Open, Why: "loopback"})
		}
	}
	return out
}

const (
	maxNodes  = 16
	maxProbes = 4096
	minMTU    = 1280 // of IPv6
	maxMTU    = 1500
)

// check holds the plan and the probes against what a lab can do.
func (p Plan) check(probes []Probe) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(p.Nodes) == 0 || len(p.Nodes) > maxNodes {
		bad("a plan has 1 to %d nodes, not %d", maxNodes, len(p.Nodes))
	}
	if len(probes) > maxProbes {
		bad("%d probes, but no more than %d can be sent", len(probes), maxProbes)
	}
	names, links, owners := map[string]bool{}, map[string]string{}, map[netip.Addr]string{}
	for i, n := range p.Nodes {
		if n.Name == "" || names[n.Name] {
			bad("node %d needs a name of its own, not %q", i, n.Name)
		}
		names[n.Name] = true
		if other, taken := links[p.link(i)]; taken {
			bad("the router's links to %s and %s are both named %s", other, n.Name, p.link(i))
		}
		links[p.link(i)] = n.Name
		if n.MTU != 0 && (n.MTU < minMTU || n.MTU > maxMTU) {
			bad("%s: MTU %d is not within %d to %d", n.Name, n.MTU, minMTU, maxMTU)
		}
		for _, a := range n.Addrs {
			if !a.IsValid() || a.Is4In6() || a.Zone() != "" || a.IsUnspecified() || a.IsLoopback() || a.IsMulticast() || a.IsLinkLocalUnicast() {
				bad("%s: %s is no address for a node", n.Name, a)
			}
			if other, taken := owners[a]; taken {
				bad("both %s and %s have the address %s", other, n.Name, a)
			}
			owners[a] = n.Name
		}
	}
	if p.Filtered != "" && !names[p.Filtered] {
		bad("no node is named %q", p.Filtered)
	}
	for _, probe := range probes {
		for _, a := range []netip.Addr{probe.From, probe.end().Addr()} {
			if _, ok := owners[a]; !ok && !a.IsLoopback() {
				bad("%s: no node has the address %s", probe, a)
			}
		}
		if owner, taken := owners[probe.To]; taken && probe.Real.IsValid() {
			bad("%s: %s has the address that is to be translated", probe, owner)
		}
		if err := probe.check(); err != nil {
			bad("%s: %w", probe, err)
		}
	}
	return errors.Join(errs...)
}

func (p Probe) check() error {
	src, dst := netip.AddrPortFrom(p.From, p.SrcPort), netip.AddrPortFrom(p.To, p.DstPort)
	switch {
	case p.From.Is4() != p.To.Is4():
		return errors.New("addresses of two families")
	case p.Real.IsValid() && (p.Real.Addr().Is4() != p.To.Is4() || (p.Real.Port() == 0) == p.Transport.HasPorts()):
		return errors.New("translated to another family, or to no port")
	case p.Real.IsValid() && p.From == p.Real.Addr():
		return errors.New("translated to where it comes from")
	case p.From.IsLoopback() != p.To.IsLoopback():
		return errors.New("a loopback address reaches only loopback addresses")
	case p.Transport == netspec.ICMP && !p.To.Is4(), p.Transport == netspec.ICMPv6 && p.To.Is4():
		return errors.New("ICMP is for IPv4, ICMPv6 for IPv6")
	case !carried(p.Transport):
		return errors.New("no probe of this transport")
	case p.Transport.HasPorts() && p.DstPort == 0:
		return errors.New("no destination port")
	case !p.Transport.HasPorts() && (p.DstPort != 0 || p.SrcPort != 0):
		return errors.New("ports of a transport that has none")
	case p.Transport.HasPorts() && src == dst:
		return errors.New("a socket cannot reach itself")
	case p.Bulk && p.Transport != netspec.TCP:
		return errors.New("bulk is for TCP")
	case p.Want != Open && p.Want != Closed:
		return fmt.Errorf("wants neither open nor closed, but %s", p.Want)
	}
	return nil
}

// carried tells whether there are probes of a transport. AH is left out, and
// with it what IPv6 takes for an extension header: packets of them need a body
// of their own.
func carried(t netspec.Transport) bool {
	switch t.Number() {
	case 0, 43, 44, 51, 59, 60, 135, 139, 140: // 0 is also Any
		return false
	}
	return true
}

// link names the router's interface towards a node.
func (p Plan) link(i int) string {
	if name := p.Nodes[i].Link; name != "" {
		return name
	}
	return fmt.Sprintf("eth%d", i)
}

// Proven lists the platforms whose files the tests of this package send
// packets through, for every product and network of this repository.
func Proven() []string { return []string{"nftables", "iptables", "ip6tables", "ufw", "docker-user"} }
