package topology_test

import (
	"os"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy/platforms"
	"portolan/generator/topology"
)

// actual is the repository's own data.
func actual(t testing.TB) *catalog.Catalog {
	t.Helper()
	var l diag.List
	r := load.Load(os.DirFS("../.."), load.Options{Known: catalog.Known{Platforms: platforms.IDs()}}, &l)
	if r.Catalog == nil {
		t.Fatal(l.Sorted())
	}
	return r.Catalog
}

// graphs are those of all products, networks and pairs.
func graphs(t testing.TB) []*topology.Graph {
	c := actual(t)
	var out []*topology.Graph
	for _, p := range c.Products {
		out = append(out, topology.Product(c, p))
	}
	for _, d := range c.Deployments {
		out = append(out, topology.Network(c, network.Resolve(c, d, new(diag.List))))
	}
	pairs := network.Pairs(c)
	for i := range pairs {
		out = append(out, topology.Connect(c, &pairs[i]))
	}
	return out
}

func TestGraphs(t *testing.T) {
	for _, g := range graphs(t) {
		t.Log(g.Title, len(g.Zones), len(g.Nodes), len(g.Edges), len(g.Rows), len(g.Firewalls))
		for i, e := range g.Edges {
			if len(e.Through) != len(e.Chain)+1 {
				t.Errorf("%s: edge %d goes through %d zones over %d firewalls", g.Title, i, len(e.Through), len(e.Chain))
			}
			if e.Through[0] != g.Nodes[e.From].Zone || e.Through[len(e.Through)-1] != g.Nodes[e.To].Zone {
				t.Errorf("%s: edge %d goes through %v from %d to %d", g.Title, i, e.Through, g.Nodes[e.From].Zone, g.Nodes[e.To].Zone)
			}
		}
	}
}
