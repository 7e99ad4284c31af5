package policytest

import (
	"cmp"
	"crypto/sha256"
	"maps"
	"net/netip"
	"slices"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// NameAddrs are the addresses that stand for a name in a ruleset: a reader
// that meets a name in a file returns these, so that packets can be sent to it.
func NameAddrs(name string) []netip.Prefix {
	h := sha256.Sum256([]byte(name))
	four := netip.AddrFrom4([4]byte{100, 64 + h[0]%64, h[1], h[2]})
	six := netip.AddrFrom16([16]byte{0xfd, 0xff, h[0], h[1], h[2], h[3], 15: 1})
	return []netip.Prefix{netip.PrefixFrom(four, 32), netip.PrefixFrom(six, 128)}
}

// Conform holds a platform to the corpus: every file is read back, and does
// to packets what the policy says, at both sides of every edge.
func Conform(t *testing.T, pl policy.Platform, read Reader) {
	t.Helper()
	Check(t, pl, read, Corpus(t))
}

// Check is Conform with cases of one's own.
func Check(t *testing.T, pl policy.Platform, read Reader, cases []Case) {
	t.Helper()
	for _, c := range cases {
		if !pl.Info().Fits(c.Policy.At) {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			l := policy.Lower(c.Policy, pl.Info(), pl.Info().ID+"-"+c.Policy.At.ID+"."+pl.Info().Ext)
			text, err := policy.Render(pl, l)
			if err != nil {
				t.Fatal(err)
			}
			set, err := read(string(text))
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if faults := Compare(c.Policy, l, set); len(faults) > 0 {
				t.Errorf("%d packets go wrong, the first:\n%s\n%s", len(faults), join(faults[:min(len(faults), 8)]), text)
			}
		})
	}
}

func join(list []string) string {
	s := ""
	for _, x := range list {
		s += "  " + x + "\n"
	}
	return s
}

// Compare sends packets through a ruleset and through the policy that it was
// made from, and reports where they disagree.
func Compare(p *policy.Policy, l *policy.Lowered, set *Ruleset) []string {
	o := &oracle{p: p, l: l, front: p.At.Kind == policy.Host && !l.Info.Hosts}
	var faults []string
	told := map[Packet]bool{}
	for _, pk := range o.packets() {
		if told[pk] {
			continue
		}
		told[pk] = true
		if why := o.fault(pk, set.Decide(pk)); why != "" {
			faults = append(faults, pk.String()+": "+why)
		}
		if back := pk.answer(); o.match(pk) != nil && o.verdict(pk) == Allowed && !o.refused(pk) && !o.beyond(pk) {
			if got := set.Decide(back); got != Allowed {
				faults = append(faults, back.String()+": "+got.String()+", but it answers an allowed connection")
			}
		}
	}
	return faults
}

// answer is the packet that replies.
func (p Packet) answer() Packet {
	p.From, p.To, p.FromPort, p.ToPort, p.Reply = p.To, p.From, p.ToPort, p.FromPort, true
	switch p.Direction {
	case policy.In:
		p.Direction = policy.Out
	case policy.Out:
		p.Direction = policy.In
	case policy.Forward:
	}
	switch {
	case p.Transport == netspec.ICMP && p.Type == 8:
		p.Type = 0
	case p.Transport == netspec.ICMPv6 && p.Type == 128:
		p.Type = 129
	}
	return p
}

// question is the packet that this one would answer.
func (p Packet) question() Packet {
	q := p.answer()
	q.Reply = false
	switch {
	case p.Transport == netspec.ICMP && p.Type == 0:
		q.Type = 8
	case p.Transport == netspec.ICMPv6 && p.Type == 129:
		q.Type = 128
	}
	return q
}

// oracle is what the policy itself says of packets.
type oracle struct {
	p *policy.Policy
	l *policy.Lowered
	// front: the platform stands before the machine that the policy is of.
	front bool
}

// fault tells what is wrong with a verdict; empty: nothing.
func (o *oracle) fault(pk Packet, got Verdict) string {
	want := o.verdict(pk)
	// Without state, what looks like an answer is let through; TCP alone tells.
	if got == Allowed && o.l.Info.Stateless && pk.Transport != netspec.TCP && o.verdict(pk.question()) == Allowed {
		return ""
	}
	if o.refused(pk) || o.beyond(pk) {
		if got == Allowed && !o.kept(pk) && (o.refused(pk) || want != Allowed) {
			return "allowed, though what would allow it is refused"
		}
		return ""
	}
	if got == Denied && o.l.Info.NoICMPType && o.match(pk) == nil && o.kept(pk) {
		return "" // all types would be too many
	}
	if got == Allowed && o.vital(pk) {
		return ""
	}
	if got != want && !(got == None && o.untouched(pk)) {
		return got.String() + ", not " + want.String()
	}
	return ""
}

// untouched tells whether a platform that denies by nature may leave a packet
// alone: its file has no entry in that direction.
func (o *oracle) untouched(pk Packet) bool {
	return o.p.Deny == nil && o.l.Info.Closes && !slices.ContainsFunc(o.l.Entries, func(e *policy.Entry) bool { return e.Direction == pk.Direction })
}

// match is the first rule of the policy that a packet is of: one that is not
// refused, if there is such an allow.
func (o *oracle) match(pk Packet) *policy.Rule {
	var first *policy.Rule
	for i := range o.p.Rules {
		r := &o.p.Rules[i]
		switch {
		case first != nil && r.Action != first.Action || !o.of(r, pk):
		case !o.lost(r, pk):
			return r
		case first == nil:
			first = r
		}
	}
	return first
}

func (o *oracle) verdict(pk Packet) Verdict {
	switch r := o.match(pk); {
	case r == nil && o.kept(pk):
		return Allowed
	case r == nil && (o.p.Deny != nil || o.l.Info.Closes):
		return Denied
	case r == nil:
		return None
	case r.Action == policy.Block:
		return Denied
	}
	return Allowed
}

// kept tells whether a default deny lets a packet pass all the same.
func (o *oracle) kept(pk Packet) bool { return o.p.Deny != nil && o.needed(pk) }

// vital tells whether a packet may pass though a rule denies every protocol to
// its sender: IP itself needs it.
func (o *oracle) vital(pk Packet) bool {
	r := o.match(pk)
	return o.needed(pk) && (r == nil || r.Action == policy.Block && r.Ports.IsAny()) &&
		slices.ContainsFunc(o.p.Rules, func(r policy.Rule) bool {
			return r.Action == policy.Block && r.Ports.IsAny() && o.direction(&r) == pk.Direction
		})
}

// needed tells whether a packet is of the ICMP that IP needs.
func (o *oracle) needed(pk Packet) bool {
	switch pk.Transport {
	case netspec.ICMP:
		return slices.Contains(policy.KeptICMP(false, o.l.At.Kind), pk.Type)
	case netspec.ICMPv6:
		return slices.Contains(policy.KeptICMP(true, o.l.At.Kind), pk.Type)
	}
	return false
}

// refused tells whether the rule that decides a packet was refused, wholly or
// in part: a packet may then be closed that should be open, never the reverse.
func (o *oracle) refused(pk Packet) bool {
	r := o.match(pk)
	return r != nil && o.lost(r, pk)
}

// beyond tells whether a packet is of a protocol that the platform has no word
// for, so that no file decides it.
func (o *oracle) beyond(pk Packet) bool {
	return o.l.Info.NoICMP && (pk.Transport == netspec.ICMP || pk.Transport == netspec.ICMPv6)
}

func (o *oracle) lost(r *policy.Rule, pk Packet) bool {
	return slices.ContainsFunc(o.l.Refused, func(x policy.Refusal) bool { return x.Rule == r }) && !o.written(r, pk)
}

// written tells whether the part of a rule that a packet is of has an entry.
func (o *oracle) written(r *policy.Rule, pk Packet) bool {
	return slices.ContainsFunc(o.l.Entries, func(e *policy.Entry) bool {
		return e.Rule == r && (e.Transport == pk.Transport || e.Transport == netspec.Any) && (e.ICMPType < 0 || e.ICMPType == int(pk.Type))
	})
}

func (o *oracle) direction(r *policy.Rule) policy.Direction {
	if o.front {
		return policy.Forward
	}
	return r.Direction
}

func (o *oracle) of(r *policy.Rule, pk Packet) bool {
	if o.direction(r) != pk.Direction {
		return false
	}
	if s := r.SourcePorts.Of(pk.Transport); !s.IsZero() && !has(s, pk.Transport, pk.FromPort) {
		return false
	}
	n := pk.ToPort
	if pk.Transport == netspec.ICMP || pk.Transport == netspec.ICMPv6 {
		n = uint16(pk.Type)
	}
	// Addresses are last: they are most of the work.
	return has(r.Ports, pk.Transport, n) && o.at(r, r.From, pk.From, false) && o.at(r, r.To, pk.To, true)
}

func has(s netspec.PortSet, t netspec.Transport, n uint16) bool {
	for r := range s.Ranges() {
		if r.Transport == netspec.Any || r.Transport == t && (r.Form == netspec.Whole || r.Form == netspec.AnyPort || r.First <= n && n <= r.Last) {
			return true
		}
	}
	return false
}

func (o *oracle) at(rule *policy.Rule, e policy.End, a netip.Addr, listener bool) bool {
	if e.Local && !o.front {
		return true
	}
	return slices.ContainsFunc(e.Roles, func(r *policy.Role) bool {
		return r.Any || within(o.addresses(rule, r, listener), a)
	})
}

// addresses are a role's as this platform's file has them: those of its names
// where the file holds names.
func (o *oracle) addresses(rule *policy.Rule, r *policy.Role, listener bool) []netip.Prefix {
	names := !o.l.Info.FQDNTo || listener && rule.Action == policy.Allow
	for _, s := range o.l.Sets {
		if names && s.Role == r.ID && len(s.FQDN) > 0 {
			var out []netip.Prefix
			for _, n := range s.FQDN {
				out = append(out, NameAddrs(n)...)
			}
			return out
		}
	}
	if listener && len(r.Before) > 0 && o.l.Info.Destination == policy.BeforeTranslation {
		return r.Before
	}
	return r.Addresses
}

// stranger is in nobody's addresses.
var strangers = []netip.Addr{netip.MustParseAddr("45.67.89.1"), netip.MustParseAddr("2a00:1:2:3::4")}

// packets are samples at both sides of every edge of the policy: each port
// and its neighbours, each address's first and last and a stranger, each family.
func (o *oracle) packets() []Packet {
	var out []Packet
	for i := range o.p.Rules {
		r := &o.p.Rules[i]
		froms, tos := o.samples(r, r.From, false), o.samples(r, r.To, true)
		for _, shape := range o.shapes(r) {
			for i, from := range froms {
				for j, to := range tos {
					// Every address with every shape is more than it takes.
					if from.Is4() != to.Is4() || i > 3 && j > 3 || !o.family(from) {
						continue
					}
					pk := shape
					pk.Direction, pk.From, pk.To = o.direction(r), from, to
					if (pk.Transport == netspec.ICMP && !from.Is4()) || (pk.Transport == netspec.ICMPv6 && from.Is4()) {
						continue
					}
					out = append(out, pk)
				}
			}
		}
	}
	return out
}

// family tells whether the platform's file is of an address's family.
func (o *oracle) family(a netip.Addr) bool {
	switch o.l.Info.Families {
	case policy.OnlyIPv4:
		return a.Is4()
	case policy.OnlyIPv6:
		return !a.Is4()
	default:
		return true
	}
}

// samples are addresses of an end and beside it.
func (o *oracle) samples(rule *policy.Rule, e policy.End, listener bool) []netip.Addr {
	var out []netip.Addr
	for _, r := range e.Roles {
		for _, p := range o.addresses(rule, r, listener) {
			first := p.Masked().Addr()
			last := lastOf(p)
			out = append(out, first)
			if last != first {
				out = append(out, last)
			}
			for _, beside := range []netip.Addr{first.Prev(), last.Next()} {
				if beside.IsValid() && !(e.Local && !o.front) {
					out = append(out, beside)
				}
			}
		}
	}
	if e.Local && !o.front {
		return out
	}
	return append(out, strangers...)
}

func lastOf(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// shapes are the packets of a rule's ports, their neighbours and other transports.
func (o *oracle) shapes(r *policy.Rule) []Packet {
	var out []Packet
	for g := range r.Ports.Ranges() {
		switch t := g.Transport; {
		case t == netspec.Any:
			out = append(out, Packet{Transport: netspec.TCP, FromPort: 40000, ToPort: 22}, Packet{Transport: netspec.UDP, FromPort: 40000, ToPort: 53}, Packet{Transport: netspec.GRE})
		case t == netspec.ICMP || t == netspec.ICMPv6:
			for _, n := range []uint8{uint8(g.First), uint8(g.First) + 1, 3, 1} {
				out = append(out, Packet{Transport: t, Type: n})
			}
		case !t.HasPorts():
			out = append(out, Packet{Transport: t})
		default:
			ports := []uint16{g.First, g.Last}
			if g.First > 1 {
				ports = append(ports, g.First-1)
			}
			if g.Last < 65535 {
				ports = append(ports, g.Last+1)
			}
			for _, n := range ports {
				out = append(out, Packet{Transport: t, FromPort: 40000, ToPort: n})
				for s := range r.SourcePorts.Of(t).Ranges() {
					out = append(out, Packet{Transport: t, FromPort: s.First, ToPort: n}, Packet{Transport: t, FromPort: cmp.Or(s.First-1, 1), ToPort: n})
					if s.Last < 65535 {
						out = append(out, Packet{Transport: t, FromPort: s.Last + 1, ToPort: n})
					}
				}
			}
			other := netspec.UDP
			if t == netspec.UDP {
				other = netspec.TCP
			}
			out = append(out, Packet{Transport: other, FromPort: 40000, ToPort: g.First})
		}
	}
	return out
}
