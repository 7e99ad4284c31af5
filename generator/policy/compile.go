package policy

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/network"
)

// Options is what a person adds to the data. The zero value adds nothing.
type Options struct {
	// Addresses say where a product's endpoints are; of two for one endpoint both count.
	Addresses []Assignment
	// Ports replace the whole port set of a product's flows; flows that follow
	// those go with them.
	Ports []PortChange
	// Deny closes everything else; nil leaves it to the firewall.
	Deny *Deny
	// Translate asks for the translations that a network's firewall makes.
	Translate bool
}

// Assignment says where an endpoint is.
type Assignment struct {
	Endpoint string
	// Prefixes are its addresses, FQDN its names; Any every address.
	Prefixes []netspec.Prefix
	FQDN     []string
	Any      bool
}

// PortChange replaces a flow's ports.
type PortChange struct {
	Flow  string
	Ports netspec.PortSet
}

// Vantages are the firewalls of a product's rule files: its first managed
// endpoint ("host"), each further one ("host-<endpoint>"), and "perimeter".
func Vantages(p *catalog.Product) []Vantage {
	var out []Vantage
	for i := range p.Endpoints {
		e := &p.Endpoints[i]
		if !e.Managed || e.Zone == catalog.AnyZone && !e.Self {
			continue
		}
		v := Vantage{ID: "host-" + e.ID, Kind: Host, Name: e.Name, Endpoint: e.ID}
		if len(out) == 0 {
			v.ID = "host"
		}
		out = append(out, v)
	}
	return append(out, Vantage{ID: "perimeter", Kind: Perimeter, Name: "Firewall between the zones"})
}

// NetworkVantages are the firewalls and hosts of a network that rules can be for.
func NetworkVantages(d *catalog.Deployment) []Vantage {
	var out []Vantage
	for i := range d.Firewalls {
		f := &d.Firewalls[i]
		out = append(out, Vantage{ID: f.ID, Kind: Perimeter, Name: f.Name})
	}
	for i := range d.Hosts {
		h := &d.Hosts[i]
		out = append(out, Vantage{ID: h.ID, Kind: Host, Name: h.Title()})
	}
	return out
}

// Product compiles the chosen flows of a product at one of its [Vantages].
// Options are those that [Options.Check] finds no fault with.
func Product(c *catalog.Catalog, sel *network.Selection, at Vantage, o Options) *Policy {
	p := sel.Product
	b := &builder{c: c, o: o, p: &Policy{
		Subject: Subject{Path: "products/" + p.Slug, Slug: p.Slug, Name: p.Name, Version: sel.Version, DataVersion: p.DataVersion},
		At:      at, Deny: o.Deny,
	}}
	for _, f := range p.Features {
		if sel.On[f.ID] {
			b.p.Subject.Features = append(b.p.Subject.Features, f.ID)
		}
	}
	endpoints := &roles{b: b, product: p, made: map[string]*Role{}}
	b.changed, b.in = o.changed(), sel.Flows
	for _, f := range sel.Flows {
		b.flow(f, endpoints)
	}
	if len(b.p.Rules) == 0 {
		b.p.Subject.More = b.more(sel)
	}
	return b.finish()
}

// more are the features that would bring the first flow with a rule.
func (b *builder) more(sel *network.Selection) []string {
	for i := range sel.Product.Flows {
		f := &sel.Product.Flows[i]
		if slices.Contains(sel.Flows, f) || f.Need == catalog.Forbidden || !network.InVersion(sel.Product, f, sel.Version) {
			continue
		}
		alone := &builder{c: b.c, o: b.o, p: &Policy{At: b.p.At}, changed: b.changed, in: b.in}
		alone.flow(f, &roles{b: alone, product: sel.Product, made: map[string]*Role{}})
		for _, all := range f.Conditions {
			off := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return sel.On[id] })
			if len(alone.p.Rules) > 0 && len(off) > 0 {
				return off
			}
		}
	}
	return nil
}

type builder struct {
	c *catalog.Catalog
	o Options
	p *Policy
	// changed are the ports that options give a product's flows.
	changed map[string]netspec.PortSet
	// in are the flows of a product that are in.
	in []*catalog.Flow
}

// roles makes the roles of a product's endpoints.
type roles struct {
	b       *builder
	product *catalog.Product
	made    map[string]*Role
}

func (r *roles) of(id string) *Role {
	if got := r.made[id]; got != nil {
		return got
	}
	e := r.product.Endpoint(id)
	role := &Role{ID: id, Name: e.Name, Zone: e.Zone, Self: e.Self}
	said := false
	for _, a := range r.b.o.Addresses {
		if a.Endpoint == id {
			said = true
			role.Any = role.Any || a.Any
			for _, p := range a.Prefixes {
				role.Addresses = append(role.Addresses, p.Prefix)
			}
			role.FQDN = append(role.FQDN, a.FQDN...)
		}
	}
	if !said {
		for _, p := range e.CIDR {
			role.Addresses = append(role.Addresses, p.Prefix)
		}
		role.names(e.FQDN)
	}
	role.Addresses = tidy(role.Addresses)
	if len(role.Addresses) == 0 && !role.Any {
		role.Addresses = documentation(slices.IndexFunc(r.product.Endpoints, func(x catalog.Endpoint) bool { return x.ID == id }), e)
		role.Placeholder = true
	}
	r.made[id] = role
	return role
}

// known leaves out ids of no endpoint, which the catalog has told of: a site
// with faults is still looked at for more.
func (r *roles) known(ids []string) []string {
	if !slices.ContainsFunc(ids, func(id string) bool { return r.product.Endpoint(id) == nil }) {
		return ids
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return r.product.Endpoint(id) == nil })
}

// names takes up names; those with {placeholders} nobody can look up.
func (r *Role) names(list []string) {
	for _, n := range list {
		if strings.ContainsAny(n, "{}") {
			r.Templates = append(r.Templates, n)
		} else {
			r.FQDN = append(r.FQDN, n)
		}
	}
}

// flow adds the rules of one flow of a product.
func (b *builder) flow(f *catalog.Flow, roles *roles) {
	reason := Reason{Product: roles.product, Flow: f, Service: b.service(f)}
	reason.tunnels(b.in)
	ports, _, _ := roles.product.PortsOf(f, b.changed)
	ports, stated := known(ports)
	from, to := roles.known(f.From), roles.known(f.To)
	found, inside := false, f.Direction == catalog.Loopback
	add := func(d Direction, from, to End) {
		found = true
		if !ports.IsZero() {
			b.rule(Rule{Action: action(f), Direction: d, From: from, To: to, Ports: ports, SourcePorts: sources(f), Reasons: []Reason{reason}})
		}
	}
	all := func(ids []string) (e End) {
		for _, id := range ids {
			e.Roles = append(e.Roles, roles.of(id))
		}
		return e
	}
	if b.p.At.Kind == Host && !inside {
		self := b.p.At.Endpoint
		peers := func(ids []string) []string {
			return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
				local := roles.product.Endpoint(id).Zone == catalog.HostZone && id != self
				inside = inside || local
				return local
			})
		}
		if slices.Contains(to, self) {
			if ids := peers(from); len(ids) > 0 {
				add(In, all(ids), End{Local: true, Roles: []*Role{roles.of(self)}})
			}
		}
		if slices.Contains(from, self) {
			if ids := peers(to); len(ids) > 0 {
				add(Out, End{Local: true, Roles: []*Role{roles.of(self)}}, all(ids))
			}
		}
	} else if !inside {
		for _, pair := range crossing(roles.product, from, to) {
			add(Forward, all(pair.from), all(pair.to))
		}
	}
	switch {
	case found && !stated:
		b.p.Left = append(b.p.Left, Left{Reason: reason, Why: NoPort})
	case found:
	case inside:
		b.p.Left = append(b.p.Left, Left{Reason: reason, Why: Inside})
	default:
		b.p.Left = append(b.p.Left, Left{Reason: reason, Why: Elsewhere})
	}
}

// known is the part of a set whose ports are known, and whether that is all.
func known(s netspec.PortSet) (netspec.PortSet, bool) {
	if s.Known() {
		return s, true
	}
	var rs []netspec.Range
	for r := range s.Ranges() {
		if r.Form != netspec.Unstated {
			rs = append(rs, r)
		}
	}
	return netspec.NewPortSet(rs...), false
}

func action(f *catalog.Flow) Action {
	if f.Need == catalog.Forbidden {
		return Block
	}
	return Allow
}

// sources are the source ports that narrow a flow; "tcp/*" narrows nothing.
func sources(f *catalog.Flow) netspec.PortSet { return exact(f.SourcePorts) }

// exact are a set's ports that are numbers.
func exact(s netspec.PortSet) netspec.PortSet {
	var rs []netspec.Range
	for r := range s.Ranges() {
		if r.Form == netspec.Exact {
			rs = append(rs, r)
		}
	}
	return netspec.NewPortSet(rs...)
}

func (b *builder) service(f *catalog.Flow) string {
	if s := b.c.Service(f.Service); s != nil {
		return s.Name
	}
	return f.Service
}

type pairing struct{ from, to []string }

// crossing are the ends of a flow between different zones: initiators with
// the same listeners are one pairing. The machine itself is no zone of a network.
func crossing(p *catalog.Product, froms, tos []string) []pairing {
	var out []pairing
	for _, from := range froms {
		var to []string
		for _, id := range tos {
			a, b := p.Endpoint(from).Zone, p.Endpoint(id).Zone
			if a != catalog.HostZone && b != catalog.HostZone && (a != b || a == catalog.AnyZone) {
				to = append(to, id)
			}
		}
		if len(to) == 0 {
			continue
		}
		if i := slices.IndexFunc(out, func(o pairing) bool { return slices.Equal(o.to, to) }); i >= 0 {
			out[i].from = append(out[i].from, from)
			continue
		}
		out = append(out, pairing{[]string{from}, to})
	}
	return out
}

// rule adds a rule, or its reasons to one that opens or closes all of it already.
func (b *builder) rule(r Rule) {
	for i := range b.p.Rules {
		o := &b.p.Rules[i]
		if o.Action == r.Action && o.covers(&r) {
			o.Reasons = reasons(o.Reasons, r.Reasons)
			return
		}
	}
	b.p.Rules = slices.DeleteFunc(b.p.Rules, func(o Rule) bool {
		covered := o.Action == r.Action && r.covers(&o)
		if covered {
			r.Reasons = reasons(r.Reasons, o.Reasons)
		}
		return covered
	})
	b.p.Rules = append(b.p.Rules, r)
}

func reasons(a, b []Reason) []Reason {
	for _, r := range b {
		if !slices.ContainsFunc(a, func(o Reason) bool { return o.Flow == r.Flow && o.Instance == r.Instance }) {
			a = append(a, r)
		}
	}
	return a
}

// covers tells whether every connection of o is one of r.
func (r *Rule) covers(o *Rule) bool {
	if r.Direction != o.Direction || !r.From.covers(o.From) || !r.To.covers(o.To) || !r.Ports.Covers(o.Ports) {
		return false
	}
	for _, t := range o.Ports.Transports() {
		if s := r.SourcePorts.Of(t); !s.IsZero() && (o.SourcePorts.Of(t).IsZero() || !s.Covers(o.SourcePorts.Of(t))) {
			return false
		}
	}
	return !r.Ports.IsAny() || r.SourcePorts.IsZero()
}

func (e End) covers(o End) bool {
	return e.Local == o.Local && !slices.ContainsFunc(o.Roles, func(role *Role) bool {
		return !slices.ContainsFunc(e.Roles, func(r *Role) bool { return r.covers(role) })
	})
}

// covers: roles whose addresses are yet to be filled in cover only themselves.
func (r *Role) covers(o *Role) bool {
	switch {
	case r == o || r.Any:
		return true
	case r.Placeholder || o.Placeholder || o.Any || len(o.Addresses) == 0 || len(o.Before)+len(r.Before) > 0:
		return false
	}
	return !slices.ContainsFunc(o.Addresses, func(p netip.Prefix) bool {
		return !slices.ContainsFunc(r.Addresses, func(q netip.Prefix) bool { return q.Bits() <= p.Bits() && q.Contains(p.Addr()) })
	})
}

// meets tells whether some connection may be of both rules. Addresses that
// are yet to be filled in may be any.
func (r *Rule) meets(o *Rule) bool {
	return r.Direction == o.Direction && r.From.meets(o.From) && r.To.meets(o.To) && r.Ports.Overlaps(o.Ports)
}

// answeredBy tells whether some answer to r may be of o, ports aside.
func (r *Rule) answeredBy(o *Rule) bool {
	back := map[Direction]Direction{In: Out, Out: In, Forward: Forward}[r.Direction]
	return back == o.Direction && r.To.meets(o.From) && r.From.meets(o.To)
}

func (e End) meets(o End) bool {
	return e.Local || o.Local || slices.ContainsFunc(e.Roles, func(a *Role) bool {
		return slices.ContainsFunc(o.Roles, func(b *Role) bool { return a.meets(b) })
	})
}

func (r *Role) meets(o *Role) bool {
	if r == o || r.Any || o.Any || r.Placeholder || o.Placeholder || len(r.Addresses) == 0 || len(o.Addresses) == 0 {
		return true
	}
	return slices.ContainsFunc(slices.Concat(r.Addresses, r.Before), func(p netip.Prefix) bool {
		return slices.ContainsFunc(o.Addresses, p.Overlaps) || slices.ContainsFunc(o.Before, p.Overlaps)
	})
}

// finish orders the rules, allows first, and lists their roles.
func (b *builder) finish() *Policy {
	slices.SortStableFunc(b.p.Rules, func(x, y Rule) int { return int(x.Action) - int(y.Action) })
	seen := map[*Role]bool{}
	for i := range b.p.Rules {
		for _, e := range []End{b.p.Rules[i].From, b.p.Rules[i].To} {
			for _, r := range e.Roles {
				if !seen[r] {
					seen[r] = true
					b.p.Roles = append(b.p.Roles, r)
				}
			}
		}
	}
	return b.p
}

// Contradiction is an allow that opens all that a forbidden flow closes.
type Contradiction struct{ Allow, Forbid Reason }

// Contradictions are faults of the data or the choice: the file would open
// what must stay closed.
func (p *Policy) Contradictions() []Contradiction {
	var out []Contradiction
	for i := range p.Rules {
		for j := range p.Rules {
			a, d := &p.Rules[i], &p.Rules[j]
			if a.Action == Allow && d.Action == Block && a.covers(d) {
				out = append(out, Contradiction{a.Reasons[0], d.Reasons[0]})
			}
		}
	}
	return out
}

// tidy sorts prefixes and drops those inside others.
func tidy(list []netip.Prefix) []netip.Prefix {
	slices.SortStableFunc(list, func(a, b netip.Prefix) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
	})
	out := list[:0]
	for _, p := range list {
		if n := len(out); n > 0 && out[n-1].Bits() <= p.Bits() && out[n-1].Contains(p.Addr()) {
			continue
		}
		out = append(out, p)
	}
	return out
}
