package policy

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
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
		return "a proxy's list is of names that may be reached"
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

// unlimited is more ports than there are.
const unlimited = 1 << 16

// chunks cuts the ports of one transport into lists that fit the slots of an
// entry. No list, or an empty one, is every port.
func chunks(s netspec.PortSet, slots, rangeSlots int) [][]Ports {
	var out [][]Ports
	var list []Ports
	used := 0
	for _, p := range joined(s) {
		cost := 1
		if !p.Single() {
			cost = rangeSlots
		}
		if used+cost > slots && len(list) > 0 {
			out = append(out, list)
			list, used = nil, 0
		}
		list = append(list, p)
		used += cost
	}
	return append(out, list)
}

// joined are the ports of one transport, neighbours in one range; nil: every port.
func joined(s netspec.PortSet) []Ports {
	var out []Ports
	for r := range s.Ranges() {
		if r.Size() == 0 || r.Size() == 65535 {
			return nil
		}
		out = append(out, Ports{r.First, r.Last})
	}
	slices.SortFunc(out, func(a, b Ports) int { return cmp.Compare(a.First, b.First) })
	kept := out[:0]
	for _, p := range out {
		if n := len(kept) - 1; n >= 0 && int(p.First) <= int(kept[n].Last)+1 {
			kept[n].Last = max(kept[n].Last, p.Last)
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

// types are the ICMP types of a set; -1: all.
func types(s netspec.PortSet) []int {
	var out []int
	for r := range s.Ranges() {
		if r.Form == netspec.Whole {
			return []int{-1}
		}
		out = append(out, int(r.First))
	}
	return out
}

// ends gives an entry its addresses, family by family.
func (lw *lowering) ends(e Entry, from, to End) {
	var families []Family
	switch {
	case e.Transport == netspec.ICMP && lw.to.Families == OnlyIPv6, e.Transport == netspec.ICMPv6 && lw.to.Families == OnlyIPv4:
		return // the other family's file has it
	case e.Transport == netspec.ICMP && lw.to.Families != Mixed:
		families = []Family{IPv4}
	case e.Transport == netspec.ICMPv6 && lw.to.Families != Mixed:
		families = []Family{IPv6}
	case lw.to.Families == Mixed, lw.to.Families == Addressed && lw.everywhere(from) && lw.everywhere(to):
		families = []Family{Both}
	case lw.to.Families == OnlyIPv4:
		families = []Family{IPv4}
	case lw.to.Families == OnlyIPv6:
		families = []Family{IPv6}
	default:
		families = []Family{IPv4, IPv6}
	}
	before := lw.to.Destination == BeforeTranslation
	fromNames, toNames := !lw.to.FQDNTo, !lw.to.FQDNTo || e.Action == Allow
	for _, e.Family = range families {
		met := false // whether both ends have addresses of one family
		for _, f := range single(e.Family, e.Transport) {
			missing := slices.Concat(lw.missing(f, from, false, fromNames), lw.missing(f, to, before, toNames))
			ok := !lw.empty(f, from, false, fromNames) && !lw.empty(f, to, before, toNames)
			met = met || ok
			for _, r := range missing {
				lw.lack(f, e.Rule, r, ok)
			}
		}
		if !met {
			continue
		}
		sources := lw.recalled(sideKey{e.Rule, false, e.Family}, from, false, fromNames)
		targets := lw.recalled(sideKey{e.Rule, true, e.Family}, to, before, toNames)
		for _, e.From = range sources {
			for _, e.To = range targets {
				copied := e
				lw.l.Entries = append(lw.l.Entries, &copied)
			}
		}
	}
}

// everywhere tells whether an end matches no address.
func (lw *lowering) everywhere(e End) bool {
	return e.Local || slices.ContainsFunc(e.Roles, func(r *Role) bool { return r.Any })
}

// single are the families that an entry of a family and transport matches.
func single(f Family, t netspec.Transport) []Family {
	switch {
	case t == netspec.ICMP:
		return []Family{IPv4}
	case t == netspec.ICMPv6:
		return []Family{IPv6}
	case f == Both:
		return []Family{IPv4, IPv6}
	}
	return []Family{f}
}

// missing are the roles of an end that have no address of a family.
func (lw *lowering) missing(f Family, e End, before, names bool) []*Role {
	if lw.everywhere(e) {
		return nil
	}
	var out []*Role
	for _, r := range e.Roles {
		if !slices.ContainsFunc(lw.addresses(r, before), f.has) && !(names && lw.usable(r) != nil) {
			out = append(out, r)
		}
	}
	return out
}

// empty tells whether no role of an end has an address of a family.
func (lw *lowering) empty(f Family, e End, before, names bool) bool {
	return !e.Local && len(lw.missing(f, e, before, names)) == len(e.Roles)
}

// lack is what has no rule in a family, for the file's head.
type lack struct {
	family Family
	role   *Role
	// others tells that there are rules all the same, for other roles.
	others bool
	flows  []string
}

// lack remembers that a rule has no entry in a family for want of a role's
// address, or only for other roles.
func (lw *lowering) lack(f Family, r *Rule, role *Role, others bool) {
	i := slices.IndexFunc(lw.lacks, func(x lack) bool { return x.family == f && x.role == role && x.others == others })
	if i < 0 {
		i = len(lw.lacks)
		lw.lacks = append(lw.lacks, lack{family: f, role: role, others: others})
	}
	lw.lacks[i].flows = added(lw.lacks[i].flows, r.Reasons)
}

// sideKey is one end of a rule in a family.
type sideKey struct {
	rule     *Rule
	listener bool
	family   Family
}

// recalled are the sides of an end, made once for all ports of its rule.
func (lw *lowering) recalled(k sideKey, e End, before, names bool) []Side {
	if got, ok := lw.made[k]; ok {
		return got
	}
	lw.made[k] = lw.sides(k.family, e, before, names)
	return lw.made[k]
}

// sides are what an end comes to in a family: one for each entry that it
// takes; none where it has no address of that family. Names tells that they
// may stand for addresses here.
func (lw *lowering) sides(f Family, e End, before, names bool) []Side {
	if e.Local {
		return []Side{{Local: true}}
	}
	var sets []*Set
	for _, r := range e.Roles {
		if r.Any || f != Both && slices.ContainsFunc(lw.addresses(r, before), func(p netip.Prefix) bool { return p.Bits() == 0 && f.has(p) }) {
			return []Side{{Any: true}}
		}
		if s := lw.set(r, f, before, names); s != nil {
			sets = append(sets, s)
		}
	}
	var out []Side
	switch {
	case len(sets) == 0:
	case lw.to.Ends == Sets:
		out = append(out, Side{Sets: sets})
	case lw.to.Ends == OneSet:
		for i := range sets {
			out = append(out, Side{Sets: sets[i : i+1 : i+1]})
		}
	default:
		for i, s := range sets {
			for _, p := range s.Prefixes() {
				out = append(out, Side{Sets: sets[i : i+1 : i+1], Prefix: p})
			}
		}
	}
	return out
}

// addresses are a role's, of both families, as the platform sees them.
func (lw *lowering) addresses(r *Role, before bool) []netip.Prefix {
	if before && len(r.Before) > 0 {
		return r.Before
	}
	return r.Addresses
}

// has tells whether a prefix is of the family.
func (f Family) has(p netip.Prefix) bool { return f == Both || p.Addr().Is4() == (f == IPv4) }

// of are the prefixes of a family.
func of(list []netip.Prefix, f Family) []netip.Prefix {
	if f == Both {
		return list
	}
	var out []netip.Prefix
	for _, p := range list {
		if f.has(p) {
			out = append(out, p)
		}
	}
	return out
}

// set is the address set of a role in a family; nil: it has no address of it.
func (lw *lowering) set(r *Role, f Family, before, names bool) *Set {
	before = before && len(r.Before) > 0
	fqdn := lw.usable(r)
	names = names && len(fqdn) > 0
	key := setKey{r, f, before, names}
	if s, ok := lw.sets[key]; ok {
		return s
	}
	s := &Set{Role: r.ID, Title: Safe(r.Name), Family: f}
	if names {
		s.FQDN = fqdn
	} else {
		list := lw.addresses(r, before)
		if f != IPv6 {
			s.V4 = of(list, IPv4)
		}
		if f != IPv4 {
			s.V6 = of(list, IPv6)
		}
		s.Placeholder = r.Placeholder
		s.Hint = hint(r)
		if len(s.V4)+len(s.V6) == 0 {
			s = nil
		}
	}
	if s != nil {
		s.Variable = r.ID
		if before {
			s.Variable += "-public"
		}
		if names && lw.to.FQDNTo {
			s.Variable += "-names"
		}
		if f == IPv6 && lw.to.Families != OnlyIPv6 {
			s.Variable += "-v6"
		}
		s.Variable = strings.ToLower(s.Variable)
		lw.l.Sets = append(lw.l.Sets, s)
	}
	lw.sets[key] = s
	return s
}

// usable are a role's names, if the platform can hold them all and nobody
// gave it addresses.
func (lw *lowering) usable(r *Role) []string {
	known := len(r.Addresses) > 0 && !r.Placeholder
	wild := func(n string) bool { return strings.HasPrefix(n, "*.") }
	if len(r.FQDN) == 0 || len(r.Templates) > 0 || known && !lw.to.OnlyNames || lw.to.FQDN == NoNames || lw.to.Ends == OneAddress || lw.to.FQDN == ExactNames && slices.ContainsFunc(r.FQDN, wild) {
		return nil
	}
	return r.FQDN
}

// hint says what to put in the place of documentation addresses.
func hint(r *Role) string {
	switch {
	case !r.Placeholder:
		return ""
	case len(r.FQDN)+len(r.Templates) > 0:
		var names []string
		for _, n := range slices.Concat(r.FQDN, r.Templates) {
			names = append(names, spoken(n))
		}
		return Safe("Placeholder: put the addresses of " + strings.Join(names, ", ") + " here.")
	case r.Zone == catalog.InternetZone || r.Zone == catalog.AnyZone:
		return "Placeholder: put the addresses here, 0.0.0.0/0 and ::/0 for everybody."
	}
	return "Placeholder: put the addresses here."
}

// spoken says a name in [Safe]'s characters: "*.example.com" as "all names
// under example.com", "{tenant}.example.com" as "TENANT.example.com".
func spoken(name string) string {
	name, all := strings.CutPrefix(name, "*.")
	if i, j := strings.IndexByte(name, '{'), strings.LastIndexByte(name, '}'); 0 <= i && i < j {
		name = name[:i] + strings.ToUpper(without(name[i:j], "{}")) + name[j+1:]
	}
	if all {
		return "all names under " + name
	}
	return name
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

// name gives everything its names. A prefix that leaves too little room for
// them gives way to a short one.
func (lw *lowering) name() {
	slug := lw.p.Subject.Slug + "-" + lw.p.At.ID
	lw.l.ID = lw.names.fit("portolan-" + slug)
	locals := make([]string, len(lw.l.Entries))
	longest := 0
	seen := map[string]int{}
	for i, e := range lw.l.Entries {
		local := strings.ReplaceAll(e.Rule.Reasons[0].ID(), ".", "-")
		if e.Direction != Forward {
			local += "-" + e.Direction.String()
		}
		if e.Reply {
			local += "-reply"
		}
		if e.Family == IPv6 && lw.to.Families != OnlyIPv6 {
			local += "-v6"
		}
		seen[local]++
		if n := seen[local]; n > 1 {
			local += "-" + strconv.Itoa(n)
		}
		locals[i] = local
		longest = max(longest, len(local))
	}
	for _, s := range lw.l.Sets {
		longest = max(longest, len(s.Variable))
	}
	lw.names.prefix = "portolan-" + slug + "-"
	if lw.to.Name.Max > 0 && len(lw.names.prefix)+longest > lw.to.Name.Max {
		lw.names.prefix = "pl-" + fingerprint(slug) + "-"
	}
	lw.l.Prefix = lw.names.spell(lw.names.prefix)
	variables := names{limits: Name{Extra: "_"}, taken: map[string]bool{}}
	for _, s := range lw.l.Sets {
		s.Name = lw.names.fit(s.Variable)
		v := s.Variable
		if v[0] >= '0' && v[0] <= '9' {
			v = "r-" + v
		}
		s.Variable = variables.fit(v)
	}
	limit := lw.to.Note.Max
	if limit == 0 {
		limit = safeMax
	}
	for i, e := range lw.l.Entries {
		e.Name = lw.names.fit(locals[i])
		e.Short = strings.TrimPrefix(e.Name, lw.l.Prefix)
		if i > 0 && lw.l.Entries[i-1].Rule == e.Rule && lw.l.Entries[i-1].Reply == e.Reply {
			e.Note = lw.l.Entries[i-1].Note
			continue
		}
		e.Note = clip(without(note(e), lw.to.Note.Without), limit)
	}
}

// note says why an entry is there: the service and the flows.
func note(e *Entry) string {
	text := Safe(e.Rule.Reasons[0].Service) + ": " + flowList(e.Rule.Reasons)
	if e.Reply {
		text = "reply, " + text
	}
	return clean(text)
}

func flowList(list []Reason) string {
	if len(list) == 1 {
		return list[0].ID()
	}
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID()
	}
	return strings.Join(ids, ", ")
}

// services makes the named services of the entries.
func (lw *lowering) services() {
	made := map[string]*Service{}
	var b []byte
	for _, e := range lw.l.Entries {
		if e.Transport == netspec.Any {
			continue
		}
		b = append(b[:0], strings.ReplaceAll(e.Transport.String(), "/", "-")...)
		if e.ICMPType >= 0 {
			b = strconv.AppendInt(append(b, '-'), int64(e.ICMPType), 10)
		}
		for _, p := range e.Ports {
			b = p.append(append(b, '-'))
		}
		if len(e.SourcePorts) > 0 {
			b = append(b, "-from"...)
		}
		for _, p := range e.SourcePorts {
			b = p.append(append(b, '-'))
		}
		if made[string(b)] == nil {
			local := string(b)
			s := &Service{Name: lw.names.fit(local), Transport: e.Transport, Ports: e.Ports, SourcePorts: e.SourcePorts, ICMPType: e.ICMPType}
			s.Title = Safe(e.Rule.Reasons[0].Service)
			made[local] = s
			lw.l.Services = append(lw.l.Services, s)
		}
		e.Service = made[string(b)]
	}
}

// append spells ports as names hold them: "443", "28000to30000".
func (p Ports) append(b []byte) []byte {
	b = strconv.AppendUint(b, uint64(p.First), 10)
	if p.Single() {
		return b
	}
	return strconv.AppendUint(append(b, "to"...), uint64(p.Last), 10)
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
