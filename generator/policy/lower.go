package policy

import (
	"cmp"
	"slices"
	"strconv"

	"portolan/generator/netspec"
)

// Lower fits a policy to what a platform can express. What it cannot is in
// Refused and in the file's head: never in a wider rule. File is the file's
// name, which the head's instructions mention.
//
// The passes: ends (machine or firewall before it), what cannot be said,
// one transport an entry, ports, families, addresses, replies, doubles,
// names and notes, numbers, groups, unused sets, services, head.
func Lower(p *Policy, to *Info, file string) *Lowered {
	lw := &lowering{p: p, to: to, sets: map[setKey]*Set{}, made: map[sideKey][]Side{}}
	lw.l = &Lowered{Info: to, At: p.At, Deny: p.Deny, Subject: p.Subject, Groups: 1}
	lw.l.At.Name = Safe(p.At.Name)
	if !to.Hosts { // it stands in front of the machine
		lw.l.At.Kind = Perimeter
	}
	lw.l.Subject.Name = Safe(p.Subject.Name)
	lw.l.Subject.Version = Safe(p.Subject.Version)
	lw.names = names{limits: to.Name, taken: map[string]bool{}}
	for i := range p.Rules {
		lw.rule(&p.Rules[i])
	}
	if to.Stateless {
		lw.replies()
	}
	lw.order()
	lw.doubles()
	lw.name()
	lw.number()
	lw.group()
	lw.unused()
	if to.NamedServices {
		lw.services()
	}
	if to.Translates {
		lw.l.Translations = slices.Clone(p.Translations)
		for i := range lw.l.Translations {
			lw.l.Translations[i].Name = Safe(lw.l.Translations[i].Name)
		}
	}
	lw.head(file)
	return lw.l
}

type lowering struct {
	p     *Policy
	to    *Info
	l     *Lowered
	names names
	sets  map[setKey]*Set
	made  map[sideKey][]Side
	lacks []lack
}

type setKey struct {
	role          *Role
	family        Family
	before, names bool
}

func (lw *lowering) refuse(r *Rule, why string) {
	for _, x := range lw.l.Refused {
		if x.Rule == r && x.Why == why {
			return
		}
	}
	lw.l.Refused = append(lw.l.Refused, Refusal{r, why})
}

// placed is a rule where the platform stands: before a machine, what begins or
// ends on that passes through.
func (lw *lowering) placed(r Rule) Rule {
	if lw.l.At.Kind == Perimeter {
		r.Direction = Forward
		r.From.Local, r.To.Local = false, false
	}
	return r
}

// rule makes the entries of one rule.
func (lw *lowering) rule(r *Rule) {
	here := lw.placed(*r)
	direction, from, to := here.Direction, here.From, here.To
	if why := lw.unsaid(r); why != "" {
		lw.refuse(r, why)
		return
	}
	for _, t := range r.Ports.Transports() {
		if why := lw.to.unsaidPorts(r.Action, t, r.Ports, r.SourcePorts); why != "" {
			lw.refuse(r, why)
			continue
		}
		source := r.SourcePorts.Of(t)
		base := Entry{Action: r.Action, Direction: direction, Transport: t, ICMPType: -1, Rule: r, Log: r.Action == Block && lw.p.Deny != nil && lw.p.Deny.Log}
		slots, rangeSlots := cmp.Or(lw.to.MaxPorts, unlimited), max(lw.to.RangeSlots, 1)
		lists := chunks(r.Ports.Of(t), slots, rangeSlots)
		for _, sp := range chunks(source, slots, rangeSlots) {
			for _, dp := range lists {
				e := base
				e.SourcePorts, e.Ports = sp, dp
				if t == netspec.ICMP || t == netspec.ICMPv6 {
					for _, e.ICMPType = range types(r.Ports.Of(t)) {
						e.Ports = nil
						lw.ends(e, from, to)
					}
					break
				}
				lw.ends(e, from, to)
			}
		}
	}
}

// unsaid tells why a platform cannot say a rule whatever its transport.
func (lw *lowering) unsaid(r *Rule) string {
	switch {
	case r.Action == Block && lw.to.Denies == NoDenies:
		return cannotForbid
	case r.Action == Block && lw.to.Denies == BlockWins && lw.beats(r):
		return "a block beats every allow there, and this one would close what is allowed"
	case lw.to.OnlyNames && (r.Direction == In || r.Action == Block):
		return "a proxy lists names that may be reached"
	case lw.to.OnlyNames && slices.ContainsFunc(r.To.Roles, func(x *Role) bool { return len(x.FQDN)+len(x.Templates) == 0 }):
		return "it is reached by address, not by a name"
	case lw.to.OnlyNames && slices.ContainsFunc(r.To.Roles, func(x *Role) bool { return lw.usable(x) == nil }):
		return "a name of its own is yet to be filled in, or is none that a list holds"
	}
	return ""
}

// beats tells whether a block would close what a rule allows, or its answers.
func (lw *lowering) beats(block *Rule) bool {
	here := lw.placed(*block)
	return slices.ContainsFunc(lw.p.Rules, func(a Rule) bool {
		if a.Action == Block {
			return false
		}
		a = lw.placed(a)
		return a.meets(&here) || lw.to.Stateless && a.answeredBy(&here)
	})
}

// unsaid tells why a platform cannot name a transport.
func (to *Info) unsaid(a Action, t netspec.Transport) string {
	switch {
	case to.OnlyNames && t != netspec.TCP:
		return "a proxy passes TCP alone, not " + t.String()
	case t == netspec.TCP, t == netspec.UDP, t == netspec.Any && a == Block, slices.Contains(to.Transports, t):
	case t == netspec.ICMP, t == netspec.ICMPv6:
		if to.NoICMP || t == netspec.ICMPv6 && to.NoICMPv6 {
			return "it cannot name " + t.String()
		}
	case to.AnyProtocol && !t.HasPorts() && t != netspec.Any:
	default:
		return "it cannot name " + t.String()
	}
	return ""
}

// replies adds, for a platform without state, what answers each allowed connection.
func (lw *lowering) replies() {
	n := len(lw.l.Entries)
	for _, e := range lw.l.Entries[:n] {
		if e.Action == Block {
			continue
		}
		r := *e
		r.Reply = true
		r.From, r.To = e.To, e.From
		r.Ports, r.SourcePorts = e.SourcePorts, e.Ports
		switch r.Direction {
		case In:
			r.Direction = Out
		case Out:
			r.Direction = In
		case Forward: // both ways pass through
		}
		switch {
		case e.Transport == netspec.ICMP && e.ICMPType == 8:
			r.ICMPType = 0
		case e.Transport == netspec.ICMPv6 && e.ICMPType == 128:
			r.ICMPType = 129
		}
		lw.l.Entries = append(lw.l.Entries, &r)
	}
}

// order puts allows first, then replies, then denies.
func (lw *lowering) order() {
	rank := func(e *Entry) int {
		switch {
		case e.Action == Block:
			return 2
		case e.Reply:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(lw.l.Entries, func(a, b *Entry) int { return rank(a) - rank(b) })
}

// doubles drops an entry that says the same as an earlier one.
func (lw *lowering) doubles() {
	kept := lw.l.Entries[:0]
	for _, e := range lw.l.Entries {
		if !slices.ContainsFunc(kept, e.same) {
			kept = append(kept, e)
		}
	}
	lw.l.Entries = kept
}

func (e *Entry) same(o *Entry) bool {
	return e.Action == o.Action && e.Direction == o.Direction && e.Family == o.Family && e.Transport == o.Transport && e.ICMPType == o.ICMPType &&
		e.Reply == o.Reply && slices.Equal(e.Ports, o.Ports) && slices.Equal(e.SourcePorts, o.SourcePorts) && e.From.same(o.From) && e.To.same(o.To)
}

func (s Side) same(o Side) bool {
	return s.Local == o.Local && s.Any == o.Any && s.Prefix == o.Prefix && (s.Prefix.IsValid() || slices.Equal(s.Sets, o.Sets))
}

// lane is what numbers and quotas count by.
type lane struct {
	d Direction
	f Family
}

func (lw *lowering) lane(e *Entry) lane {
	if lw.to.Families == Split {
		return lane{e.Direction, e.Family}
	}
	return lane{d: e.Direction}
}

// number gives entries their positions; those past the last cannot be said.
func (lw *lowering) number() {
	n := lw.to.Numbers
	if n.Step == 0 {
		return
	}
	next := map[lane]int{}
	kept := lw.l.Entries[:0]
	for _, e := range lw.l.Entries {
		k := lw.lane(e)
		e.Number = n.First + next[k]*n.Step
		if n.Last > 0 && e.Number > n.Last {
			lw.refuse(e.Rule, "it has no position left: "+strconv.Itoa(next[k])+" entries is all it holds")
			continue
		}
		next[k]++
		kept = append(kept, e)
	}
	lw.l.Entries = kept
}

// group spreads entries over groups of the platform's quota.
func (lw *lowering) group() {
	if lw.to.Quota == 0 {
		return
	}
	used := map[lane]int{}
	kept := lw.l.Entries[:0]
	for _, e := range lw.l.Entries {
		k := lw.lane(e)
		cost := max(1, e.From.size()) * max(1, e.To.size())
		if cost > lw.to.Quota {
			lw.refuse(e.Rule, "its addresses count as "+strconv.Itoa(cost)+" entries, and a group holds "+strconv.Itoa(lw.to.Quota))
			continue
		}
		kept = append(kept, e)
		if at := used[k] % lw.to.Quota; at+cost > lw.to.Quota && at > 0 {
			used[k] += lw.to.Quota - at
		}
		e.Group = used[k] / lw.to.Quota
		used[k] += cost
		lw.l.Groups = max(lw.l.Groups, e.Group+1)
	}
	lw.l.Entries = kept
}

// unused drops the sets that no entry is left to name.
func (lw *lowering) unused() {
	used := make(map[*Set]bool, len(lw.l.Sets))
	for _, e := range lw.l.Entries {
		for _, s := range e.From.Sets {
			used[s] = true
		}
		for _, s := range e.To.Sets {
			used[s] = true
		}
	}
	lw.l.Sets = slices.DeleteFunc(lw.l.Sets, func(s *Set) bool { return !used[s] })
}

// size is how many addresses a side has.
func (s Side) size() int {
	if s.Prefix.IsValid() {
		return 1
	}
	n := 0
	for _, x := range s.Sets {
		n += len(x.V4) + len(x.V6) + len(x.FQDN)
	}
	return n
}
