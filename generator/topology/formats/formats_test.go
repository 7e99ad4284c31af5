package formats_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy/platforms"
	"portolan/generator/topology"
	"portolan/generator/topology/formats"
	"portolan/generator/topology/svg"
	"portolan/generator/topology/topologytest"
)

// drawings are those of the repository's own products and networks.
func drawings(t testing.TB) []*topology.Drawing {
	t.Helper()
	var l diag.List
	c := load.Load(os.DirFS("../../.."), load.Options{Known: catalog.Known{Platforms: platforms.IDs()}}, &l).Catalog
	if c == nil {
		t.Fatal(l.Sorted())
	}
	var out []*topology.Drawing
	for _, p := range c.Products {
		out = append(out, topology.Layout(topology.Product(c, p)))
	}
	for _, d := range c.Deployments {
		out = append(out, topology.Layout(topology.Network(c, network.Resolve(c, d, new(diag.List)))))
	}
	return out
}

// BenchmarkRender writes the largest drawing.
func BenchmarkRender(b *testing.B) {
	d := slices.MaxFunc(drawings(b), func(x, y *topology.Drawing) int { return x.Size.X*x.Size.Y - y.Size.X*y.Size.Y })
	for _, f := range formats.All() {
		b.Run(f.Info().ID, func(b *testing.B) {
			var out bytes.Buffer
			b.ReportAllocs()
			for b.Loop() {
				out.Reset()
				if err := f.Render(&out, d, "https://ports.example/products/ferry/"); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(out.Len()), "bytes")
		})
	}
}

func TestList(t *testing.T) {
	ids := formats.IDs()
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("not in order or not unique: %v", ids)
	}
	for i, f := range formats.All() {
		info := f.Info()
		for _, name := range []string{info.ID, info.Extension, "." + info.Extension} {
			if got, ok := formats.Lookup(name); !ok || got.Info() != info {
				t.Errorf("%s is not found by %q", ids[i], name)
			}
		}
		if info.Title == "" || info.Use == "" || strings.ContainsAny(info.Extension, "./ ") {
			t.Errorf("%+v", info)
		}
	}
	if got, ok := formats.Lookup("nonsense"); ok {
		t.Errorf("found %v", got)
	}
}

// TestAll holds every format to what all must do: the same bytes each time,
// text unless it says otherwise, no page no links, and the drawing is kept.
func TestAll(t *testing.T) {
	for _, d := range append(drawings(t), topology.Layout(topologytest.Hostile())) {
		before := fmt.Sprintf("%+v", d)
		for _, f := range formats.All() {
			info := f.Info()
			var first, second, alone bytes.Buffer
			const page = "https://ports.example/products/ferry/"
			for _, err := range []error{f.Render(&first, d, page), f.Render(&second, d, page), f.Render(&alone, d, "")} {
				if err != nil {
					t.Fatalf("%s, %s: %v", info.ID, d.Graph.Title, err)
				}
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Errorf("%s, %s: other bytes the second time", info.ID, d.Graph.Title)
			}
			if !info.Binary && (!utf8.Valid(first.Bytes()) || !bytes.Contains(first.Bytes(), []byte(page))) {
				t.Errorf("%s, %s: no text, or no link", info.ID, d.Graph.Title)
			}
			if bytes.Contains(alone.Bytes(), []byte("ports.example")) {
				t.Errorf("%s, %s: links that lead nowhere", info.ID, d.Graph.Title)
			}
		}
		if after := fmt.Sprintf("%+v", d); after != before {
			t.Errorf("%s: the drawing was changed", d.Graph.Title)
		}
	}
}

// TestLooks holds that pictures of all formats have the same colours.
func TestLooks(t *testing.T) {
	light, _, _ := strings.Cut(svg.Stylesheet(), "@media")
	for s := topology.StyleRequired; s <= topology.StyleForbidden; s++ {
		if c := s.Look().Color.String(); !strings.Contains(light, c) {
			t.Errorf("SVG has no %s, the colour of style %d", c, s)
		}
	}
	for _, c := range []topology.Color{topology.Ink, topology.FaintInk, topology.WallInk, topology.BandFill, topology.BandLine, topology.BoxLine, topology.OwnFill, topology.OwnLine, topology.WallFill} {
		if !strings.Contains(light, c.String()) {
			t.Errorf("SVG has no %s", c)
		}
	}
}
