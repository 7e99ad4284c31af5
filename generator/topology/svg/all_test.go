package svg_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy/platforms"
	"portolan/generator/topology"
	"portolan/generator/topology/svg"
)

// graphs are those of the repository's own products and networks.
func graphs(t testing.TB) []*topology.Graph {
	t.Helper()
	var l diag.List
	c := load.Load(os.DirFS("../../.."), load.Options{Known: catalog.Known{Platforms: platforms.IDs()}}, &l).Catalog
	if c == nil {
		t.Fatal(l.Sorted())
	}
	var out []*topology.Graph
	for _, p := range c.Products {
		out = append(out, topology.Product(c, p))
	}
	for _, d := range c.Deployments {
		out = append(out, topology.Network(c, network.Resolve(c, d, &l)))
	}
	return out
}

// TestAll holds of every diagram that it is well-formed, that its ids stand
// once, that every flow is named by a label that is a link, and that it is
// small.
func TestAll(t *testing.T) {
	for _, g := range graphs(t) {
		d := topology.Layout(g)
		inline, file := string(svg.AppendInline(nil, d)), render(t, d, "https://ports.example/docs/products/x/")
		if n := max(len(inline), len(file)); n > 40<<10 {
			t.Errorf("%s: %d bytes", g.Title, n)
		}
		s := read(t, inline)
		for id, n := range s.ids {
			if n != 1 {
				t.Errorf("%s: id %q stands %d times", g.Title, id, n)
			}
		}
		names := strings.Join(slices.Collect(maps.Values(s.links)), "\n")
		for _, e := range g.Edges {
			for _, f := range e.Flows {
				// One label of too many rows leads to the first, and names all.
				if row := &g.Rows[f.Row]; s.links["#"+row.Anchor] == "" && !strings.Contains(names, f.Ports+" "+row.Service) {
					t.Errorf("%s: no label leads to row %d, %s", g.Title, row.Number, row.Anchor)
				}
			}
		}
		if s := read(t, file); !slices.ContainsFunc(s.hrefs, func(href string) bool { return strings.HasPrefix(href, "https://ports.example/docs/products/x/#") }) {
			t.Errorf("%s: the file leads to no page", g.Title)
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	all := graphs(b)
	largest := slices.MaxFunc(all, func(x, y *topology.Graph) int { return len(x.Edges) - len(y.Edges) })
	d := topology.Layout(largest)
	buffer := svg.AppendInline(nil, d)
	b.Run("render", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buffer = svg.AppendInline(buffer[:0], d)
		}
		b.ReportMetric(float64(len(buffer)), "bytes")
	})
	b.Run("layout and render", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buffer = svg.AppendInline(buffer[:0], topology.Layout(largest))
		}
	})
}
