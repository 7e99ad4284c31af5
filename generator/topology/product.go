package topology

import (
	"fmt"
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/network"
)

// Product is the graph of a product: all flows of its newest version, those
// that are not in by default marked as off. Its zones have one firewall
// between all of them, as its perimeter rules have.
func Product(c *catalog.Catalog, p *catalog.Product) *Graph {
	b := newBuilder(c, "diagram", p.Name+": who connects to whom")
	sel, _ := network.Select(p, network.Choice{})
	for i := range p.Flows {
		f := &p.Flows[i]
		if !network.InVersion(p, f, sel.Version) {
			continue
		}
		row := b.row(i+1, f.ID, f)
		for _, fromID := range f.From {
			for _, toID := range f.To {
				from, to := p.Endpoint(fromID), p.Endpoint(toID)
				if from == nil || to == nil || f.Direction == catalog.Loopback && from != to {
					continue
				}
				var chain []string
				if from.Zone != to.Zone {
					chain = []string{perimeter}
				}
				b.edge(link{
					from: b.endpoint(from), to: b.endpoint(to), chain: chain,
					through: []string{from.Zone, to.Zone},
					flow:    Flow{Row: row, Ports: f.Ports.String(), Off: !slices.Contains(sel.Flows, f)},
					deny:    f.Need == catalog.Forbidden,
				})
			}
		}
	}
	return b.graph(func(string) Firewall { return Firewall{ID: perimeter, Name: "Firewall"} })
}

// perimeter is the one firewall that joins all zones of a product.
const perimeter = "perimeter"

// endpoint is the node of a role.
func (b *builder) endpoint(e *catalog.Endpoint) string {
	return b.node(Node{
		ID: e.ID, Kind: Role, Self: e.Self, Many: e.Many,
		Members: []Member{{Title: e.Name, Lines: names(e), Href: "#endpoint." + e.ID}},
	}, e.Zone)
}

// namesMax is how many names and prefixes of a role a box lists.
const namesMax = 3

// names are the names and prefixes of an endpoint, the first few of many.
func names(e *catalog.Endpoint) []string {
	out := slices.Clone(e.FQDN)
	for _, c := range e.CIDR {
		out = append(out, c.String())
	}
	if n := len(out) - namesMax; n > 1 {
		out = append(out[:namesMax], fmt.Sprintf("and %d more", n))
	}
	return out
}
