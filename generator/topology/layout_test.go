package topology_test

import (
	"cmp"
	"image"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"portolan/generator/topology"
	"portolan/generator/topology/topologytest"
)

func TestLayout(t *testing.T) {
	for _, g := range graphs(t) {
		for _, s := range topologytest.Check(topology.Layout(g)) {
			t.Errorf("%s: %s", g.Title, s)
		}
	}
}

func TestLayoutRandom(t *testing.T) {
	for seed := range uint64(200) {
		for _, s := range topologytest.Check(topology.Layout(topologytest.Random(seed))) {
			t.Errorf("seed %d: %s", seed, s)
		}
	}
}

func FuzzLayout(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		for _, s := range topologytest.Check(topology.Layout(topologytest.Random(seed))) {
			t.Error(s)
		}
	})
}

// TestLayoutTwice holds that a graph always looks the same, and stays as it is.
func TestLayoutTwice(t *testing.T) {
	for seed := range uint64(20) {
		g := topologytest.Random(seed)
		first := topology.Layout(g)
		if diff := gocmp.Diff(first, topology.Layout(topologytest.Random(seed))); diff != "" {
			t.Error(diff)
		}
		if diff := gocmp.Diff(topologytest.Random(seed), g); diff != "" {
			t.Error(diff)
		}
	}
}

// TestLayoutStable holds that another flow between two nodes makes room for
// itself, but leaves every band and box where one looks for it.
func TestLayoutStable(t *testing.T) {
	list := graphs(t)
	for seed := range uint64(12) {
		list = append(list, topologytest.Random(seed))
	}
	for _, g := range list {
		want := places(topology.Layout(g))
		for i := range g.Edges {
			more := *g
			row := topology.Row{Number: len(g.Rows) + 1, Anchor: "more", Need: "required"}
			more.Rows = append(slices.Clone(g.Rows), row)
			more.Edges = slices.Clone(g.Edges)
			e := &more.Edges[i]
			e.Flows = append(slices.Clone(e.Flows), topology.Flow{Row: len(g.Rows), Ports: "tcp/40000-50000"})
			if diff := gocmp.Diff(want, places(topology.Layout(&more))); diff != "" {
				t.Fatalf("%s: a flow of edge %d: %s", g.Title, i, diff)
			}
		}
	}
}

// places are the columns of bands and boxes, and their order in each.
func places(d *topology.Drawing) [2][][]int {
	columns := func(n int, rect func(int) image.Rectangle) [][]int {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		slices.SortFunc(all, func(a, b int) int {
			return cmp.Or(rect(a).Min.X-rect(b).Min.X, rect(a).Min.Y-rect(b).Min.Y)
		})
		var out [][]int
		for k, i := range all {
			if k == 0 || rect(i).Min.X != rect(all[k-1]).Min.X {
				out = append(out, nil)
			}
			out[len(out)-1] = append(out[len(out)-1], i)
		}
		return out
	}
	return [2][][]int{
		columns(len(d.Bands), func(i int) image.Rectangle { return d.Bands[i].Rect }),
		columns(len(d.Boxes), func(i int) image.Rectangle { return d.Boxes[i].Rect }),
	}
}

// TestLayoutQuality bounds what makes a picture hard to read: its size, where
// arrows cross, and their corners.
func TestLayoutQuality(t *testing.T) {
	for _, g := range graphs(t) {
		d := topology.Layout(g)
		crossings, corners := 0, 0
		for i, a := range d.Arrows {
			corners += len(a.Points) - 2
			for _, b := range d.Arrows[:i] {
				crossings += meet(a.Points, b.Points)
			}
		}
		t.Logf("%-45s %2d nodes %2d edges %4dx%-4d %2d crossings %2d corners", g.Title, len(g.Nodes), len(g.Edges), d.Size.X, d.Size.Y, crossings, corners)
		if len(g.Nodes) <= 12 && (d.Size.X > 1450 || d.Size.Y > 1050) {
			t.Errorf("%s: %v for %d nodes", g.Title, d.Size, len(g.Nodes))
		}
		if d.Size.X > 2000 || d.Size.Y > 60*len(g.Nodes)+700 {
			t.Errorf("%s: %v for %d nodes", g.Title, d.Size, len(g.Nodes))
		}
		if crossings > len(g.Edges)*3/4 {
			t.Errorf("%s: %d crossings of %d arrows", g.Title, crossings, len(g.Edges))
		}
		if corners > 2*len(g.Edges) {
			t.Errorf("%s: %d corners of %d arrows", g.Title, corners, len(g.Edges))
		}
	}
}

// meet is how often two arrows cross.
func meet(a, b []image.Point) int {
	n := 0
	for i := 1; i < len(a); i++ {
		for j := 1; j < len(b); j++ {
			s, t := image.Rectangle{a[i-1], a[i]}.Canon(), image.Rectangle{b[j-1], b[j]}.Canon()
			if s.Min.X <= t.Max.X && t.Min.X <= s.Max.X && s.Min.Y <= t.Max.Y && t.Min.Y <= s.Max.Y {
				n++
			}
		}
	}
	return n
}

// TestLayoutTexts holds how long texts are broken: at spaces, names at their
// dots, else anywhere; what is left of a title after three lines is cut.
func TestLayoutTexts(t *testing.T) {
	for _, c := range []struct {
		member topology.Member
		want   []string
	}{
		{topology.Member{Title: "DNS"}, []string{"DNS"}},
		{topology.Member{Title: "Reverse proxy of your own choice"}, []string{"Reverse proxy of your", "own choice"}},
		{topology.Member{Title: "Recipients' mail servers", Lines: []string{"10.0.0.1"}}, []string{"Recipients' mail", "servers", "10.0.0.1"}},
		{topology.Member{Title: "x", Lines: []string{"objects.githubusercontent.com"}}, []string{"x", "objects", ".githubusercontent.com"}},
		{topology.Member{Title: "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"},
			[]string{"one two three four", "five six seven eight", "nine ten eleven twel…"}},
		{topology.Member{Title: "漢字漢字漢字漢字漢字漢字漢字漢字"}, []string{"漢字漢字漢字漢字漢字漢字", "漢字漢字"}},
	} {
		d := topology.Layout(&topology.Graph{Zones: []topology.Zone{{Name: "Zone"}}, Nodes: []topology.Node{{Members: []topology.Member{c.member}}}})
		var got []string
		for _, x := range d.Boxes[0].Members[0] {
			got = append(got, x.Text)
		}
		if diff := gocmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestLayoutLabels holds that an arrow shows its ports, in few lines, and where
// there are too many, the numbers of its rows, or runs of them.
func TestLayoutLabels(t *testing.T) {
	for _, c := range []struct {
		ports []string
		step  int // from one row's number to the next
		want  []string
	}{
		{[]string{"tcp/443"}, 1, []string{"tcp/443"}},
		{[]string{"tcp/443", "tcp/443", "any"}, 1, []string{"tcp/443", "tcp/443", "any"}},
		{[]string{"tcp/20000-40000 udp/20000-40000"}, 1, []string{"tcp/20000-40000", "udp/20000-40000"}},
		{[]string{"tcp/1024,2049,3260,4045,5666,8080"}, 1, []string{"tcp/1024,2049,3260,", "4045,5666,8080"}},
		{slices.Repeat([]string{"tcp/10000-20000"}, 9), 2, []string{"1", "3", "5", "7", "9", "11", "13", "15", "17"}},
		{slices.Repeat([]string{"tcp/10000-20000"}, 74), 1, []string{"1–74"}},
	} {
		g := &topology.Graph{Zones: []topology.Zone{{Name: "Zone"}}, Nodes: []topology.Node{
			{Members: []topology.Member{{Title: "A"}}}, {Members: []topology.Member{{Title: "B"}}}}}
		e := topology.Edge{To: 1, Through: []int{0}, Translated: -1}
		for i, p := range c.ports {
			g.Rows = append(g.Rows, topology.Row{Number: 1 + i*c.step})
			e.Flows = append(e.Flows, topology.Flow{Row: i, Ports: p})
		}
		g.Edges = []topology.Edge{e}
		d := topology.Layout(g)
		var got []string
		for _, x := range d.Arrows[0].Labels {
			got = append(got, x.Text.Text)
		}
		if diff := gocmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
		for _, s := range topologytest.Check(d) {
			t.Error(s)
		}
	}
}

// TestLayoutOdd holds graphs that no builder makes.
func TestLayoutOdd(t *testing.T) {
	node := topology.Node{ID: "a", Members: []topology.Member{{Title: "A"}}}
	for _, g := range []*topology.Graph{
		{},
		{Zones: []topology.Zone{{Name: "Empty"}}},
		{Zones: []topology.Zone{{Name: "One"}}, Nodes: []topology.Node{node}},
		{Zones: []topology.Zone{{Name: "One"}, {Name: "Empty"}}, Nodes: []topology.Node{node},
			Firewalls: []topology.Firewall{{Name: "Idle", Zones: []int{0, 1}}}},
	} {
		for _, s := range topologytest.Check(topology.Layout(g)) {
			t.Errorf("%v: %s", g.Zones, s)
		}
	}
}

func BenchmarkLayout(b *testing.B) {
	list := graphs(b)
	for _, g := range list {
		if len(g.Nodes) < 30 && len(g.Rows) < 70 {
			continue
		}
		b.Run(g.Title, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				topology.Layout(g)
			}
		})
	}
	g := topologytest.Make(rand.New(rand.NewPCG(1, 2)), 5, 40, 150)
	b.Run("40 nodes and 150 flows", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			topology.Layout(g)
		}
	})
}
