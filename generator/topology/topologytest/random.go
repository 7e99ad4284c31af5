package topologytest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/topology"
)

// Random is a graph of a seed: 2 to 40 nodes in 1 to 7 zones, 1 to 150 flows,
// hubs, loops, chains of firewalls, forbidden flows, and texts of all lengths.
func Random(seed uint64) *topology.Graph {
	r := rand.New(rand.NewPCG(seed, 0x706f72746f6c616e))
	zones := 1 + r.IntN(7)
	return Make(r, zones, max(2, 1+r.IntN(40)), 1+r.IntN(150))
}

// Make is a graph of so many zones, nodes and flows.
func Make(r *rand.Rand, zones, nodes, flows int) *topology.Graph {
	g := &topology.Graph{ID: "random", Title: "Random", Description: "Random."}
	for i := range zones {
		z := topology.Zone{ID: fmt.Sprintf("z%d", i), Name: words(r, 1+r.IntN(3))}
		for range r.IntN(3) {
			z.Addresses = append(z.Addresses, fmt.Sprintf("2001:db8:%x::/%d", r.IntN(1<<16), 32+r.IntN(33)))
		}
		g.Zones = append(g.Zones, z)
	}
	for i := range nodes {
		n := topology.Node{ID: fmt.Sprintf("n%d", i), Zone: r.IntN(zones), Kind: topology.NodeKind(r.IntN(3)), Self: r.IntN(3) == 0}
		for range max(1, r.IntN(8)-4) {
			m := topology.Member{Title: words(r, 1+r.IntN(6))}
			for range r.IntN(4) {
				m.Lines = append(m.Lines, fmt.Sprintf("%s.%s.example.com", word(r), word(r)))
			}
			n.Members = append(n.Members, m)
		}
		g.Nodes = append(g.Nodes, n)
	}
	slices.SortStableFunc(g.Nodes, func(a, b topology.Node) int { return a.Zone - b.Zone })
	next := joins(r, g, zones)
	kinds := []catalog.Need{catalog.Required, catalog.Conditional, catalog.Optional}
	hub := r.IntN(nodes)
	for i := range flows {
		row := topology.Row{Number: i + 1, Anchor: fmt.Sprintf("f%d", i), Service: word(r), Need: kinds[r.IntN(3)]}
		row.Tunnel = r.IntN(6) == 0
		if r.IntN(9) == 0 {
			row.Status = catalog.Obsolete
		}
		from, to := r.IntN(nodes), r.IntN(nodes)
		switch r.IntN(4) {
		case 0:
			from = hub
		case 1:
			to = hub
		}
		if len(g.Edges) > 0 && r.IntN(2) == 0 {
			e := g.Edges[len(g.Edges)-1]
			from, to = e.From, e.To
		}
		deny := r.IntN(12) == 0
		if deny {
			row.Need = catalog.Forbidden
		}
		g.Rows = append(g.Rows, row)
		e := topology.Edge{From: from, To: to, Forbidden: deny, Translated: -1, Through: []int{g.Nodes[from].Zone}}
		for z := g.Nodes[from].Zone; z != g.Nodes[to].Zone; {
			s := next(z, g.Nodes[to].Zone)
			if s.wall >= 0 {
				e.Chain = append(e.Chain, s.wall)
			}
			z = s.zone
			e.Through = append(e.Through, z)
		}
		if len(e.Chain) > 0 && r.IntN(4) == 0 {
			e.Translated = e.Chain[r.IntN(len(e.Chain))]
		}
		f := topology.Flow{Row: i, Ports: ports(r), Off: r.IntN(3) == 0}
		same := func(o topology.Edge) bool { return o.From == from && o.To == to && o.Forbidden == deny }
		if k := slices.IndexFunc(g.Edges, same); k >= 0 {
			g.Edges[k].Flows = append(g.Edges[k].Flows, f)
			continue
		}
		e.Flows = []topology.Flow{f}
		g.Edges = append(g.Edges, e)
	}
	return g
}

// step is one firewall on a way, or none (-1), and the zone behind it.
type step struct{ wall, zone int }

// joins puts firewalls between zones, or none, and returns the next step from
// a zone to another.
func joins(r *rand.Rand, g *topology.Graph, zones int) func(from, to int) step {
	if r.IntN(8) == 0 { // nothing stands between
		return func(_, to int) step { return step{-1, to} }
	}
	// A tree: each firewall joins a few new zones to one of the old.
	type join struct{ wall, a, b int }
	var all []join
	order := r.Perm(zones)
	for k := 1; k < zones; {
		old := order[r.IntN(k)]
		w := len(g.Firewalls)
		f := topology.Firewall{ID: fmt.Sprintf("w%d", w), Name: words(r, 1+r.IntN(3)), Zones: []int{old}}
		if r.IntN(2) == 0 {
			f.Lines = []string{"seen as 192.0.2.1"}
		}
		for n := 1 + r.IntN(3); n > 0 && k < zones; n-- {
			f.Zones = append(f.Zones, order[k])
			k++
		}
		for i, a := range f.Zones {
			for _, b := range f.Zones[:i] {
				all = append(all, join{w, a, b}, join{w, b, a})
			}
		}
		slices.Sort(f.Zones)
		g.Firewalls = append(g.Firewalls, f)
	}
	return func(from, to int) step {
		// From the far end backwards, so that the first to reach from is next.
		seen := []int{to}
		for i := 0; i < len(seen); i++ {
			for _, j := range all {
				if j.b != seen[i] || slices.Contains(seen, j.a) {
					continue
				}
				if j.a == from {
					return step{j.wall, j.b}
				}
				seen = append(seen, j.a)
			}
		}
		return step{-1, to}
	}
}

func word(r *rand.Rand) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGWMÄÖÜßéЖ漢字-"
	list := []rune(letters)
	n := 1 + r.IntN(9)
	if r.IntN(20) == 0 {
		n = 60
	}
	var b strings.Builder
	for range n {
		b.WriteRune(list[r.IntN(len(list))])
	}
	return b.String()
}

func words(r *rand.Rand, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = word(r)
	}
	return strings.Join(list, " ")
}

func ports(r *rand.Rand) string {
	transport := []string{"tcp", "udp", "sctp"}[r.IntN(3)]
	switch r.IntN(8) {
	case 0:
		return fmt.Sprintf("%s/%d-%d", transport, 1000+r.IntN(1000), 20000+r.IntN(40000))
	case 1:
		return "any"
	case 2:
		return fmt.Sprintf("tcp/%d udp/%[1]d", r.IntN(65536))
	case 3:
		if r.IntN(4) == 0 {
			return "tcp/1024,2049,3260,4045,5666,8080,8443,9000-9100,10000 udp/111,2049,4045,5353,20048,32768-60999"
		}
		return "esp"
	default:
		return fmt.Sprintf("%s/%d", transport, r.IntN(65536))
	}
}
