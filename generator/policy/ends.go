package policy

import (
	"net/netip"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

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
		named := names && lw.usable(r) != nil
		if r.Any || f != Both && !named && slices.ContainsFunc(lw.addresses(r, before), func(p netip.Prefix) bool { return p.Bits() == 0 && f.has(p) }) {
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
