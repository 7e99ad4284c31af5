package topology

import (
	"portolan/generator/catalog"
	"portolan/generator/network"
)

// Connect is the graph of two products that talk: the parts of each on its own
// side, whatever zones they stand in, and between them the firewalls of both.
// Links that are not in with the usual settings are marked as off.
func Connect(c *catalog.Catalog, p *network.Pair) *Graph {
	b := newBuilder(c, "diagram", p.Client.Name+" to "+p.Server.Name)
	b.sides = []Zone{{ID: "client", Name: p.Client.Name}, {ID: "server", Name: p.Server.Name}}
	for i := range p.Links {
		l := &p.Links[i]
		row := b.row(i+1, l.ID(), l.Listener())
		from, to := "client", "server"
		if l.Back {
			from, to = to, from
		}
		for _, a := range l.From() {
			for _, z := range l.To() {
				b.edge(link{
					from: b.part(from, a), to: b.part(to, z), chain: []string{perimeter}, through: []string{from, to},
					flow: Flow{Row: row, Ports: l.Ports.String(), Off: !l.Usual},
				})
			}
		}
	}
	return b.graph(func(string) Firewall { return Firewall{ID: perimeter, Name: "Firewalls of both sides"} })
}

// part is the node of a product's endpoint on its side, with its zone.
func (b *builder) part(side string, e *catalog.Endpoint) string {
	m := Member{Title: e.Name, Lines: names(e)}
	if len(m.Lines) == 0 {
		m.Lines = []string{b.zone(e.Zone).Name}
	}
	return b.node(Node{ID: side + "." + e.ID, Kind: Role, Self: true, Many: e.Many, Members: []Member{m}}, side)
}
