package topology

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"portolan/generator/catalog"
)

// builder gathers a graph by ids and numbers its parts at the end, when all
// zones are known.
type builder struct {
	c     *catalog.Catalog
	g     *Graph
	nodes []placed
	links []link
	// sides are bands that stand for no zones, from left to right; nil: the
	// bands are zones.
	sides []Zone
	// addresses answers those of a zone.
	addresses func(zone string) []string
}

type placed struct {
	Node
	zone string
}

// link is one flow between two nodes.
type link struct {
	from, to       string
	chain, through []string
	translated     string
	flow           Flow
	deny           bool
}

func newBuilder(c *catalog.Catalog, id, title string) *builder {
	return &builder{c: c, g: &Graph{ID: id, Title: title}, addresses: func(string) []string { return nil }}
}

// row adds a numbered flow and returns its index.
func (b *builder) row(number int, anchor string, f *catalog.Flow) int {
	service := f.Service
	if s := b.c.Service(f.Service); s != nil {
		service = s.Name
	}
	b.g.Rows = append(b.g.Rows, Row{Number: number, Anchor: anchor, Service: service, Need: f.Need, Status: f.Status, Tunnel: len(f.Carries) > 0})
	return len(b.g.Rows) - 1
}

// node adds a node once and returns its id.
func (b *builder) node(n Node, zone string) string {
	if !slices.ContainsFunc(b.nodes, func(o placed) bool { return o.ID == n.ID }) {
		b.nodes = append(b.nodes, placed{n, zone})
	}
	return n.ID
}

func (b *builder) edge(l link) { b.links = append(b.links, l) }

// graph puts everything in its order.
func (b *builder) graph(firewall func(id string) Firewall) *Graph {
	zones := b.zones()
	slices.SortStableFunc(b.nodes, func(x, y placed) int { return cmp.Compare(zones[x.zone], zones[y.zone]) })
	nodes := map[string]int{}
	for _, n := range b.nodes {
		n.Zone = zones[n.zone]
		nodes[n.ID] = len(b.g.Nodes)
		b.g.Nodes = append(b.g.Nodes, n.Node)
	}
	walls := map[string]int{}
	wall := func(id string) int {
		i, ok := walls[id]
		if !ok {
			i = len(b.g.Firewalls)
			walls[id] = i
			b.g.Firewalls = append(b.g.Firewalls, firewall(id))
		}
		return i
	}
	type pair struct {
		from, to int
		chain    string
		deny     bool
	}
	edges := map[pair]int{}
	for _, l := range b.links {
		k := pair{nodes[l.from], nodes[l.to], strings.Join(l.chain, " "), l.deny}
		i, ok := edges[k]
		if !ok {
			i = len(b.g.Edges)
			edges[k] = i
			e := Edge{From: k.from, To: k.to, Forbidden: l.deny, Translated: -1}
			for _, id := range l.chain {
				e.Chain = append(e.Chain, wall(id))
			}
			for _, z := range l.through {
				if zi := zones[z]; !slices.Contains(e.Through, zi) {
					e.Through = append(e.Through, zi)
				}
			}
			if l.translated != "" {
				e.Translated = wall(l.translated)
			}
			b.g.Edges = append(b.g.Edges, e)
		}
		if e := &b.g.Edges[i]; !slices.Contains(e.Flows, l.flow) {
			e.Flows = append(e.Flows, l.flow)
		}
	}
	// A firewall joins the zones that its edges pass.
	for _, e := range b.g.Edges {
		for i, w := range e.Chain {
			f := &b.g.Firewalls[w]
			for _, z := range e.Through[i : i+2] {
				if !slices.Contains(f.Zones, z) {
					f.Zones = append(f.Zones, z)
				}
			}
		}
	}
	for i := range b.g.Firewalls {
		slices.Sort(b.g.Firewalls[i].Zones)
	}
	b.g.Description = b.describe()
	return b.g
}

// zones numbers the zones that are stood in or passed, from outside to inside.
func (b *builder) zones() map[string]int {
	var ids []string
	add := func(id string) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, n := range b.nodes {
		add(n.zone)
	}
	for _, l := range b.links {
		for _, z := range l.through {
			add(z)
		}
	}
	slices.SortStableFunc(ids, func(x, y string) int { return cmp.Compare(b.order(x), b.order(y)) })
	out := make(map[string]int, len(ids))
	for i, id := range ids {
		out[id] = i
		b.g.Zones = append(b.g.Zones, b.zone(id))
	}
	return out
}

// order is where a zone stands from outside to inside; any zone stands
// outside of all.
func (b *builder) order(zone string) int {
	if i := slices.IndexFunc(b.sides, func(z Zone) bool { return z.ID == zone }); i >= 0 {
		return i
	}
	if zone == catalog.AnyZone {
		return -1
	}
	return b.c.ZoneOrder(zone)
}

func (b *builder) zone(id string) Zone {
	if i := slices.IndexFunc(b.sides, func(z Zone) bool { return z.ID == id }); i >= 0 {
		return b.sides[i]
	}
	out := Zone{ID: id, Name: id, Addresses: b.addresses(id)}
	if id == catalog.AnyZone {
		out.Name = "Any network"
	} else if z := b.c.Zone(id); z != nil {
		out.Name = z.Name
	}
	return out
}

func (b *builder) describe() string {
	return fmt.Sprintf("%s between %s in %s. The table on the same page says the same in words.",
		count(len(b.g.Rows), "connection"), count(len(b.g.Nodes), "party"), count(len(b.g.Zones), "zone"))
}

func count(n int, noun string) string {
	if n == 1 {
		return "One " + noun
	}
	if noun == "party" {
		noun = "partie"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
