// Package netfilter spells policies for the packet filter of Linux: nftables,
// iptables in scripts of its own, and a playbook of Ansible.
package netfilter

import (
	"net/netip"
	"slices"
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the family's.
func Platforms() []policy.Platform {
	return []policy.Platform{nftables{}, script{&iptables}, script{&ip6tables}, script{&docker}, ansible{}}
}

// prefix writes addresses, one machine's without its length.
func prefix(p *policy.Printer, x netip.Prefix) {
	var b [48]byte
	if x.IsSingleIP() {
		_, _ = p.Write(x.Addr().AppendTo(b[:0]))
		return
	}
	_, _ = p.Write(x.AppendTo(b[:0]))
}

func number(p *policy.Printer, n int) {
	var b [8]byte
	_, _ = p.Write(strconv.AppendInt(b[:0], int64(n), 10))
}

// ports writes a list of ports.
func ports(p *policy.Printer, list []policy.Ports, to, between string) {
	for i, x := range list {
		if i > 0 {
			p.Text(between)
		}
		number(p, int(x.First))
		if !x.Single() {
			p.Text(to)
			number(p, int(x.Last))
		}
	}
}

// addressed tells whether an end matches addresses.
func addressed(s policy.Side) bool { return len(s.Sets) > 0 }

// pings tells whether a transport has message types.
func pings(t netspec.Transport) bool { return t == netspec.ICMP || t == netspec.ICMPv6 }

// directions are those of a file's chains.
func directions(l *policy.Lowered) []policy.Direction {
	if l.At.Kind == policy.Host && l.Info.Hosts {
		return []policy.Direction{policy.In, policy.Out}
	}
	return []policy.Direction{policy.Forward}
}

// whole tells whether a chain denies every protocol to somebody, and with it
// what IP needs.
func whole(l *policy.Lowered, d policy.Direction) bool {
	return l.Deny != nil || slices.ContainsFunc(l.Entries, func(e *policy.Entry) bool {
		return e.Direction == d && e.Action == policy.Block && e.Transport == netspec.Any
	})
}

// about writes who a set is, as a comment.
func about(p *policy.Printer, in string, s *policy.Set) {
	p.Text(in, "# ", s.Title)
	if f := s.Family.String(); f != "" {
		p.Text(", ", f)
	}
	p.Line(".")
	if s.Hint != "" {
		p.Line(in, "# ", s.Hint)
	}
}
