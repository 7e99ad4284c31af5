package policy

import (
	"net/netip"
	"slices"
	"strconv"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/network"
)

// Deployment compiles a network's links at one of its [NetworkVantages]: a
// firewall's rules are those of the links that cross it, with the addresses
// that it sees; a host's are those of the links that end on it.
func Deployment(c *catalog.Catalog, n *network.Network, at Vantage, o Options) *Policy {
	d := n.Deployment
	b := &netBuilder{builder: builder{c: c, o: o, p: &Policy{
		Subject: Subject{Path: "deployments/" + d.Slug, Slug: d.Slug, Name: d.Name, DataVersion: c.Version},
		At:      at, Deny: o.Deny,
	}}, n: n, made: map[string]*Role{}, taken: map[string]bool{}, running: map[*catalog.Instance][]*catalog.Flow{}}
	for i := range n.Links {
		l := &n.Links[i]
		if !slices.Contains(b.running[l.Instance], l.Flow) {
			b.running[l.Instance] = append(b.running[l.Instance], l.Flow)
		}
	}
	for i := range n.Links {
		b.link(&n.Links[i])
	}
	b.left()
	if o.Translate && at.Kind == Perimeter {
		b.translations()
	}
	return b.finish()
}

type netBuilder struct {
	builder
	n *network.Network
	// made are the roles by what they stand for, "zone internal"; their ids may differ.
	made  map[string]*Role
	taken map[string]bool
	// running are the flows of each instance that are in.
	running map[*catalog.Instance][]*catalog.Flow
}

func (b *netBuilder) reason(l *network.Link) Reason {
	r := Reason{Instance: l.Instance.ID, Product: b.c.Product(l.Instance.Product), Flow: l.Flow, Service: b.service(l.Flow)}
	r.tunnels(b.running[l.Instance])
	return r
}

func (b *netBuilder) link(l *network.Link) {
	ports, _ := known(l.Ports)
	add := func(d Direction, from, to End) {
		if ports.IsZero() || len(from.Roles) == 0 || len(to.Roles) == 0 {
			return
		}
		b.rule(Rule{Action: action(l.Flow), Direction: d, From: from, To: to, Ports: ports, SourcePorts: sources(l.Flow), Reasons: []Reason{b.reason(l)}})
	}
	if b.p.At.Kind == Perimeter {
		k := slices.IndexFunc(l.Chain, func(f *catalog.Firewall) bool { return f.ID == b.p.At.ID })
		if k >= 0 {
			add(Forward, End{Roles: b.initiators(l, k)}, End{Roles: b.listeners(l, k)})
		}
		return
	}
	if l.Flow.Direction == catalog.Loopback {
		return
	}
	host := b.n.Deployment.Host(b.p.At.ID)
	if b.inside(l, host) {
		return
	}
	self := End{Local: true, Roles: []*Role{b.host(host, prefixes(host.Address), nil, "")}}
	if slices.Contains(l.To.Hosts, host) {
		if from := b.others(b.initiators(l, len(l.Chain)), self); len(from) > 0 {
			add(In, End{Roles: from}, self)
		}
	}
	if slices.Contains(l.From.Hosts, host) {
		if to := b.others(b.listeners(l, -1), self); len(to) > 0 {
			add(Out, self, End{Roles: to})
		}
	}
}

// inside tells whether a link is between parts of one machine there.
func (b *netBuilder) inside(l *network.Link, h *catalog.Host) bool {
	part := l.From.Endpoint.Zone == catalog.HostZone || l.To.Endpoint.Zone == catalog.HostZone
	return part && slices.Contains(l.From.Hosts, h) && slices.Contains(l.To.Hosts, h)
}

// others are the roles but the machine's own.
func (b *netBuilder) others(list []*Role, self End) []*Role {
	return slices.DeleteFunc(list, func(r *Role) bool { return r == self.Roles[0] })
}

// initiators are a link's sources as the k-th firewall of its chain sees
// them; k is the chain's length at the listener.
func (b *netBuilder) initiators(l *network.Link, k int) []*Role {
	out := b.party(l, &l.From)
	for i, f := range l.Chain[:k] {
		if b.n.Hides(l, i) {
			out = b.shown(out, f)
		}
	}
	return out
}

// listeners are a link's targets as the k-th firewall sees them; -1 is the
// initiator's own view.
func (b *netBuilder) listeners(l *network.Link, k int) []*Role {
	if len(l.To.Hosts) == 0 {
		return b.party(l, &l.To)
	}
	var out []*Role
	for _, h := range l.To.Hosts {
		at := b.n.Publishes(b.c, l, h)
		own, public := prefixes(h.Address), prefixes(h.PublicAddress)
		switch {
		case at < 0 || k > at: // beyond its translation, or without one
			out = append(out, b.host(h, own, nil, ""))
		case k == at:
			out = append(out, b.host(h, own, mixed(public, own), "-translated"))
		default:
			out = append(out, b.host(h, mixed(public, own), nil, "-public"))
		}
	}
	return out
}

// mixed is the first list, and of the second what is of a family that the first has not.
func mixed(first, second []netip.Prefix) []netip.Prefix {
	out := slices.Clone(first)
	for _, f := range []Family{IPv4, IPv6} {
		if len(of(first, f)) == 0 {
			out = append(out, of(second, f)...)
		}
	}
	return out
}

func prefixes(list []netspec.Addr) []netip.Prefix {
	var out []netip.Prefix
	for _, a := range list {
		out = append(out, netip.PrefixFrom(a.Addr, a.BitLen()))
	}
	return out
}

func (b *netBuilder) host(h *catalog.Host, addresses, before []netip.Prefix, suffix string) *Role {
	return b.role("host "+h.ID+suffix, h.ID+suffix, func() *Role {
		return &Role{Name: h.Title(), Zone: h.Zone, Addresses: tidy(addresses), Before: tidy(before), Self: true}
	})
}

// role is the role that stands for something, made on first use. Of two that
// would have one id, the later gets a number.
func (b *netBuilder) role(what, id string, create func() *Role) *Role {
	if r := b.made[what]; r != nil {
		return r
	}
	r := create()
	r.ID = id
	for n := 2; b.taken[r.ID]; n++ {
		r.ID = id + "-" + strconv.Itoa(n)
	}
	b.taken[r.ID] = true
	b.made[what] = r
	return r
}

// party are the roles of one end, with their own addresses.
func (b *netBuilder) party(l *network.Link, p *network.Party) []*Role {
	switch {
	case len(p.Hosts) > 0:
		var out []*Role
		for _, h := range p.Hosts {
			out = append(out, b.host(h, prefixes(h.Address), nil, ""))
		}
		return out
	case p.Whole:
		id := p.Zone
		alone := id == catalog.InternetZone && b.spares(l, p)
		if alone {
			id += "-alone"
		}
		return []*Role{b.role("zone "+id, id, func() *Role { return b.zone(p.Zone, alone) })}
	}
	e := p.Endpoint
	return []*Role{b.role("endpoint "+l.Instance.ID+"/"+e.ID, e.ID, func() *Role {
		r := &Role{Name: e.Name, Zone: p.Zone}
		for _, c := range e.CIDR {
			r.Addresses = append(r.Addresses, c.Prefix)
		}
		r.Addresses = tidy(r.Addresses)
		r.names(e.FQDN)
		if len(r.Addresses) == 0 {
			r.Addresses, r.Placeholder = documentation(b.place(l.Instance, e), e), true
		}
		return r
	})}
}

// place is an endpoint's place among those of all instances, beyond the zones'.
func (b *netBuilder) place(v *catalog.Instance, e *catalog.Endpoint) int {
	n := len(b.c.Zones)
	for i := range b.n.Deployment.Instances {
		w := &b.n.Deployment.Instances[i]
		p := b.c.Product(w.Product)
		if w.ID == v.ID {
			return n + slices.IndexFunc(p.Endpoints, func(x catalog.Endpoint) bool { return x.ID == e.ID })
		}
		n += len(p.Endpoints)
	}
	return n
}

// shown are roles as they look beyond a firewall that translates the source:
// its own egress, and of a family that it leaves alone what they showed before.
func (b *netBuilder) shown(list []*Role, by *catalog.Firewall) []*Role {
	egress := prefixes(by.Egress)
	out := []*Role{b.role("egress "+by.ID, by.ID+"-egress", func() *Role {
		return &Role{Name: by.Name + ", egress", Zone: list[0].Zone, Addresses: tidy(egress)}
	})}
	for _, r := range list {
		var own []netip.Prefix
		left := ""
		for _, f := range []Family{IPv4, IPv6} {
			if len(of(egress, f)) == 0 {
				own = append(own, of(r.Addresses, f)...)
				left += f.String()
			}
		}
		switch {
		case len(own) == 0:
		case len(own) == len(r.Addresses):
			out = append(out, r)
		default:
			out = append(out, b.role("own "+left+" "+r.ID, r.ID+"-own", func() *Role {
				return &Role{Name: r.Name, Zone: r.Zone, Addresses: own, Placeholder: r.Placeholder, Self: r.Self}
			}))
		}
	}
	return out
}

// zone is a whole zone. The internet is every address, or alone: what no other
// zone claims.
func (b *netBuilder) zone(id string, alone bool) *Role {
	r := &Role{Name: id, Zone: id}
	if z := b.c.Zone(id); z != nil {
		r.Name = z.Name
	}
	z := b.n.Deployment.Zone(id)
	if z != nil {
		for _, p := range z.CIDR {
			r.Addresses = append(r.Addresses, p.Prefix)
		}
	}
	switch {
	case id == catalog.InternetZone && len(r.Addresses) == 0 && !alone:
		r.Any = true
	case id == catalog.InternetZone && len(r.Addresses) == 0:
		r.Addresses = b.unclaimed()
	case len(r.Addresses) == 0:
		r.Addresses, r.Placeholder = documentation(b.c.ZoneOrder(id), &catalog.Endpoint{Zone: id}), true
	}
	r.Addresses = tidy(r.Addresses)
	return r
}

// spares tells whether the internet at an end of a link must leave out this
// network's own zones: where the flow is forbidden, and where an allow of every
// address would open what is forbidden to, or from, one of them. What is
// forbidden to or from everywhere is what remains, and asks for nothing.
func (b *netBuilder) spares(l *network.Link, p *network.Party) bool {
	if action(l.Flow) == Block {
		return true
	}
	return slices.ContainsFunc(b.n.Links, func(o network.Link) bool {
		other, mine, theirs := &o.From, &l.To, &o.To
		if p == &l.To {
			other, mine, theirs = &o.To, &l.From, &o.From
		}
		everywhere := other.Endpoint.Zone == catalog.AnyZone || theirs.Endpoint.Zone == catalog.AnyZone
		return action(o.Flow) == Block && !everywhere && other.Zone != catalog.InternetZone && o.Ports.Overlaps(l.Ports) && meet(mine, theirs)
	})
}

// meet tells whether two parties may have an address in common.
func meet(a, b *network.Party) bool {
	if a.Whole && a.Zone == catalog.InternetZone || b.Whole && b.Zone == catalog.InternetZone {
		return true
	}
	return a.Zone == b.Zone && (len(a.Hosts) == 0 || len(b.Hosts) == 0 || slices.ContainsFunc(a.Hosts, func(h *catalog.Host) bool { return slices.Contains(b.Hosts, h) }))
}

// linkOnly are the addresses that no router passes on: this machine, this
// link, groups of machines (RFC 6890). A deny of them would take a machine's
// loopback and its neighbours away.
var linkOnly = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("224.0.0.0/4"), netip.MustParsePrefix("255.255.255.255/32"),
	netip.MustParsePrefix("::/127"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("ff00::/8"),
}

// unclaimed is every address that is routed but those of the network's zones.
func (b *netBuilder) unclaimed() []netip.Prefix {
	var claimed []netip.Prefix
	for i := range b.n.Deployment.Zones {
		for _, p := range b.n.Deployment.Zones[i].CIDR {
			claimed = append(claimed, p.Prefix)
		}
	}
	claimed = append(claimed, linkOnly...)
	return append(netspec.Minus(netip.MustParsePrefix("0.0.0.0/0"), claimed), netspec.Minus(netip.MustParsePrefix("::/0"), claimed)...)
}

// left lists, once each, the flows that have no rule here.
func (b *netBuilder) left() {
	ruled := map[string]bool{}
	for _, r := range b.p.Rules {
		for _, x := range r.Reasons {
			ruled[x.ID()] = true
		}
	}
	told := map[string]bool{}
	for i := range b.n.Links {
		l := &b.n.Links[i]
		reason := b.reason(l)
		id := reason.ID()
		why := Elsewhere
		switch {
		case !l.Ports.Known() && b.touches(l):
			why = NoPort
		case ruled[id]:
			continue
		case l.Flow.Direction == catalog.Loopback, b.p.At.Kind == Host && b.touches(l):
			why = Inside
		}
		if !told[id] {
			told[id] = true
			b.p.Left = append(b.p.Left, Left{Reason: reason, Why: why})
		}
	}
}

// touches tells whether a link passes this firewall.
func (b *netBuilder) touches(l *network.Link) bool {
	is := func(h *catalog.Host) bool { return h.ID == b.p.At.ID }
	if b.p.At.Kind == Host {
		return slices.ContainsFunc(l.From.Hosts, is) || slices.ContainsFunc(l.To.Hosts, is)
	}
	return slices.ContainsFunc(l.Chain, func(f *catalog.Firewall) bool { return f.ID == b.p.At.ID })
}

// translations are the addresses that this firewall changes.
func (b *netBuilder) translations() {
	for _, m := range b.n.Mappings(b.c) {
		if m.By.ID == b.p.At.ID {
			b.p.Translations = append(b.p.Translations, Translation{m.Host.Title(), m.Public.Addr, m.Own.Addr})
		}
	}
}
