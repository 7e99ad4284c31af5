package policytest

import (
	"net/netip"
	"slices"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Edge is a packet at an edge of a rule, and what the policy says of it.
type Edge struct {
	Packet
	Want Verdict
	// Rule is whose edge it is, Index its place in the policy.
	Rule  *policy.Rule
	Index int
	// What tells on which side of which edge it is: "inside", "another source".
	What string
}

// machines stand for a machine that the policy gives no address of a family.
var machines = []netip.Addr{netip.MustParseAddr("45.67.89.200"), netip.MustParseAddr("2a00:1:2:5::5")}

// Edges are few packets that show what a file does, by the oracle that
// [Compare] holds it to: of each rule and family every port with its
// neighbours between addresses of the rule, and with its first port addresses
// at the edges of prefixes, the ones beside, and strangers. A machine has one
// address of each family. Left out is what the platform cannot say.
func Edges(p *policy.Policy, l *policy.Lowered) []Edge {
	o := &oracle{p: p, l: l, front: p.At.Kind == policy.Host && !l.Info.Hosts}
	var out []Edge
	seen := map[Packet]bool{}
	for i := range p.Rules {
		r := &p.Rules[i]
		add := func(shape Packet, from, to netip.Addr, what string) {
			shape.Direction, shape.From, shape.To = o.direction(r), from, to
			if icmp := shape.Transport == netspec.ICMP; icmp && !from.Is4() || shape.Transport == netspec.ICMPv6 && from.Is4() {
				return
			}
			if from == to || seen[shape] || o.refused(shape) || o.beyond(shape) {
				return
			}
			seen[shape] = true
			out = append(out, Edge{shape, o.verdict(shape), r, i, what})
		}
		for _, v6 := range []bool{false, true} {
			froms, notFroms := o.side(r, r.From, false, v6)
			tos, notTos := o.side(r, r.To, true, v6)
			if len(froms) == 0 || len(tos) == 0 || !o.family(froms[0]) {
				continue
			}
			first := map[netspec.Transport]bool{}
			for n, shape := range o.shapes(r) {
				from, to := froms[(i+n)%len(froms)], tos[(i+n)/len(froms)%len(tos)]
				if !has(r.Ports, shape.Transport, portOf(shape)) {
					add(shape, from, to, "beside its ports")
					continue
				}
				if s := r.SourcePorts.Of(shape.Transport); !s.IsZero() && !has(s, shape.Transport, shape.FromPort) {
					add(shape, from, to, "another source port")
					continue
				}
				add(shape, from, to, "inside")
				if first[shape.Transport] {
					continue
				}
				first[shape.Transport] = true
				for _, a := range froms {
					add(shape, a, to, "inside")
				}
				for _, a := range tos {
					add(shape, from, a, "inside")
				}
				for _, a := range notFroms {
					add(shape, a, to, "another source")
				}
				for _, a := range notTos {
					add(shape, from, a, "another destination")
				}
			}
		}
	}
	return out
}

func portOf(pk Packet) uint16 {
	if pk.Transport == netspec.ICMP || pk.Transport == netspec.ICMPv6 {
		return uint16(pk.Type)
	}
	return pk.ToPort
}

// side are addresses of an end of a rule, and those that are not of it.
func (o *oracle) side(r *policy.Rule, e policy.End, listener, v6 bool) (in, beside []netip.Addr) {
	for _, a := range o.samples(r, e, listener) {
		switch {
		case a.Is4() == v6 || !ordinary(a):
		case o.at(r, e, a, listener):
			in = append(in, a)
		default:
			beside = append(beside, a)
		}
	}
	if e.Local && !o.front {
		if len(in) == 0 {
			in = append(in, machines[map[bool]int{true: 1}[v6]])
		}
		return in[:1], nil
	}
	return some(in), some(beside)
}

// some are at most eight addresses of a list, from all over it, with its last,
// which is a stranger.
func some(list []netip.Addr) (out []netip.Addr) {
	const most = 8
	for i := range min(len(list), most) {
		a := list[i]
		if n := len(list) - 1; n >= most {
			a = list[i*n/(most-1)]
		}
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

var ordinaries = []netip.Prefix{netip.MustParsePrefix("2000::/3"), netip.MustParsePrefix("fc00::/7")}

// ordinary tells whether a machine can have an address.
func ordinary(a netip.Addr) bool {
	if a.Is4() {
		return a.As4()[0] > 0 && a.As4()[0] < 224 && !a.IsLoopback() && !a.IsLinkLocalUnicast()
	}
	return within(ordinaries, a)
}
