package policy

import (
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/network"
)

// PairVantages are the firewalls of a pair's rule files: of each side its
// first managed endpoint ("client", "server"), each further one
// ("client-<endpoint>"), and "perimeter" where the sides stand in different
// zones: what passes is the same on every firewall between them. Of two
// vendors' services there are none.
func PairVantages(p *network.Pair) []Vantage {
	var out []Vantage
	var zones []string
	for _, side := range []string{"client", "server"} {
		first := true
		for _, e := range ends(p, side) {
			if !slices.Contains(zones, e.Zone) {
				zones = append(zones, e.Zone)
			}
			if !e.Managed {
				continue
			}
			v := Vantage{ID: side + "-" + e.ID, Kind: Host, Name: e.Name, Endpoint: pairRole(p, side, e)}
			if first {
				v.ID, first = side, false
			}
			out = append(out, v)
		}
	}
	if len(out) > 0 && (len(zones) > 1 || zones[0] == catalog.AnyZone) {
		out = append(out, Vantage{ID: "perimeter", Kind: Perimeter, Name: "Firewall between the two"})
	}
	return out
}

// ends are the endpoints of one side of a pair's usual links, in order of first use.
func ends(p *network.Pair, side string) []*catalog.Endpoint {
	var out []*catalog.Endpoint
	for i := range p.Links {
		l := &p.Links[i]
		list := l.There
		if side == "client" {
			list = l.Here
		}
		for _, e := range list {
			if l.Usual && !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// pairRole names the role of an endpoint: the product's slug, and the
// endpoint's id where the product has several.
func pairRole(p *network.Pair, side string, e *catalog.Endpoint) string {
	slug := p.Server.Slug
	if side == "client" {
		slug = p.Client.Slug
	}
	if len(ends(p, side)) > 1 {
		slug += "-" + e.ID
	}
	return slug
}

// Connect compiles the usual links of a pair at one of its [PairVantages].
// Each rule names the flows of both documents, the listener's first.
func Connect(c *catalog.Catalog, p *network.Pair, at Vantage) *Policy {
	b := &pairBuilder{builder: builder{c: c, p: &Policy{
		Subject: Subject{Path: "connect/" + p.Slug(), Slug: p.Slug(), Name: p.Client.Name + " to " + p.Server.Name, DataVersion: p.DataVersion()},
		At:      at,
	}}, made: map[*catalog.Endpoint]*Role{}}
	for i, side := range []string{"client", "server"} {
		for j, e := range ends(p, side) {
			b.role(pairRole(p, side, e), 8*i+j, e)
		}
	}
	for i := range p.Links {
		if p.Links[i].Usual {
			b.link(p, &p.Links[i])
		}
	}
	return b.finish()
}

type pairBuilder struct {
	builder
	made map[*catalog.Endpoint]*Role
}

// role makes the role of an endpoint. What its vendor runs is rarely one host.
func (b *pairBuilder) role(id string, place int, e *catalog.Endpoint) {
	r := &Role{ID: id, Name: e.Name, Zone: e.Zone, Self: true}
	for _, p := range e.CIDR {
		r.Addresses = append(r.Addresses, p.Prefix)
	}
	r.names(e.FQDN)
	if r.Addresses = tidy(r.Addresses); len(r.Addresses) == 0 {
		stand := *e
		stand.Many = e.Many || !e.Managed
		r.Addresses, r.Placeholder = documentation(place, &stand), true
	}
	b.made[e] = r
}

func (b *pairBuilder) link(p *network.Pair, l *network.PairLink) {
	reasons := []Reason{
		{Instance: p.Server.Slug, Product: p.Server, Flow: l.Server, Service: b.service(l.Server)},
		{Instance: p.Client.Slug, Product: p.Client, Flow: l.Client, Service: b.service(l.Client)},
	}
	if l.Back {
		slices.Reverse(reasons)
	}
	ports, stated := known(l.Ports)
	if !stated {
		b.p.Left = append(b.p.Left, Left{reasons[0], NoPort, reasons[1].Flow})
	}
	end := func(list []*catalog.Endpoint, local bool) (e End) {
		e.Local = local
		for _, x := range list {
			if r := b.made[x]; !local || r.ID == b.p.At.Endpoint {
				e.Roles = append(e.Roles, r)
			}
		}
		return e
	}
	add := func(d Direction, from, to End) {
		if !ports.IsZero() {
			b.rule(Rule{Direction: d, From: from, To: to, Ports: ports, SourcePorts: exact(l.SourcePorts), Reasons: reasons})
		}
	}
	here := func(list []*catalog.Endpoint) bool { return len(end(list, true).Roles) > 0 }
	switch {
	case b.p.At.Kind == Perimeter:
		add(Forward, end(l.From(), false), end(l.To(), false))
	case here(l.To()):
		add(In, end(l.From(), false), end(l.To(), true))
	case here(l.From()):
		add(Out, end(l.From(), true), end(l.To(), false))
	case stated:
		b.p.Left = append(b.p.Left, Left{reasons[0], Elsewhere, reasons[1].Flow})
	}
}
