// Package kube spells rules as manifests: Kubernetes' own NetworkPolicy,
// Calico's and Cilium's. Every value from outside is quoted; roles are defined
// once, each in the way of its platform.
package kube

import (
	"net/netip"
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms lists the family's platforms.
func Platforms() []policy.Platform { return []policy.Platform{kubernetes{}, calico{}, cilium{}} }

// sections are the two halves of a policy.
var sections = [...]struct {
	direction       policy.Direction
	name, peer, typ string
}{
	{policy.In, "ingress", "from", "Ingress"},
	{policy.Out, "egress", "to", "Egress"},
}

// has tells whether an entry is of the direction and action.
func has(l *policy.Lowered, d policy.Direction, a policy.Action) bool {
	for _, e := range l.Entries {
		if e.Direction == d && e.Action == a {
			return true
		}
	}
	return false
}

// peer is the end of an entry that is not the pod.
func peer(e *policy.Entry) *policy.Side {
	if e.Direction == policy.In {
		return &e.From
	}
	return &e.To
}

// number writes a decimal number.
func number[N uint8 | uint16 | int](p *policy.Printer, n N) {
	var b [20]byte
	p.Text(string(strconv.AppendInt(b[:0], int64(n), 10)))
}

// prefix writes a quoted CIDR block.
func prefix(p *policy.Printer, x netip.Prefix) {
	var b [64]byte
	p.Text(`"`, string(x.AppendTo(b[:0])), `"`)
}

// prefixes writes each block of a set on a line of its own.
func prefixes(p *policy.Printer, s *policy.Set, before, after string) {
	for _, list := range [...][]netip.Prefix{s.V4, s.V6} {
		for _, x := range list {
			p.Text(before)
			prefix(p, x)
			p.Line(after)
		}
	}
}

// describe writes who a set is, and what to fill in, as comments.
func describe(p *policy.Printer, s *policy.Set, indent string) {
	comment(p, indent, s.Title)
	comment(p, indent, s.Hint)
}

func comment(p *policy.Printer, indent, text string) {
	if text != "" {
		p.Line(indent, "# ", text)
	}
}

// transport is the name of a transport in manifests; empty: it has none.
func transport(t netspec.Transport) string {
	switch t {
	case netspec.TCP:
		return "TCP"
	case netspec.UDP:
		return "UDP"
	case netspec.SCTP:
		return "SCTP"
	case netspec.ICMP:
		return "ICMP"
	case netspec.ICMPv6:
		return "ICMPv6"
	}
	return ""
}

// world is every address of a family.
func world(f policy.Family) netip.Prefix {
	if f == policy.IPv6 {
		return netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	}
	return netip.PrefixFrom(netip.IPv4Unspecified(), 0)
}

// subject writes the label of the pods that the policy is for.
func subject(p *policy.Printer, l *policy.Lowered, field string) {
	p.Line("  # The pods that these rules are for. Give them this label, or write a label of theirs here.")
	p.Line("  ", field, ":")
	p.Line("    matchLabels:")
	p.Line(`      app: "`, l.ID, `"`)
}
