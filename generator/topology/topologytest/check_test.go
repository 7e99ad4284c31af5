package topologytest_test

import (
	"image"
	"slices"
	"strings"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/topology"
	"portolan/generator/topology/topologytest"
)

// small is a graph with all that a drawing can show.
func small() *topology.Graph {
	flow := func(row int, ports string) topology.Flow { return topology.Flow{Row: row, Ports: ports} }
	g := &topology.Graph{
		ID: "small", Title: "Small",
		Zones: []topology.Zone{{ID: "internet", Name: "Internet"}, {ID: "dmz", Name: "DMZ"}, {ID: "internal", Name: "Internal", Addresses: []string{"10.0.0.0/8"}}},
		Nodes: []topology.Node{
			{ID: "client", Zone: 0, Members: []topology.Member{{Title: "Client"}}},
			{ID: "web", Zone: 1, Members: []topology.Member{{Title: "Web 1", Lines: []string{"192.0.2.1"}}, {Title: "Web 2", Lines: []string{"192.0.2.2"}}}},
			{ID: "proxy", Zone: 1, Members: []topology.Member{{Title: "Proxy"}}},
			{ID: "db", Zone: 2, Members: []topology.Member{{Title: "Database"}}},
		},
		Firewalls: []topology.Firewall{{ID: "edge", Name: "Edge", Zones: []int{0, 1}}, {ID: "core", Name: "Core", Zones: []int{1, 2}}},
	}
	for i := range 40 {
		g.Rows = append(g.Rows, topology.Row{Number: i + 1, Need: catalog.Required})
	}
	many := topology.Edge{From: 1, To: 3, Chain: []int{1}, Through: []int{1, 2}, Translated: -1}
	for i := range 30 {
		many.Flows = append(many.Flows, flow(10+i, "tcp/10000-20000"))
	}
	g.Edges = []topology.Edge{
		{From: 0, To: 1, Chain: []int{0}, Through: []int{0, 1}, Translated: 0, Flows: []topology.Flow{flow(0, "tcp/443"), flow(1, "tcp/80")}},
		{From: 0, To: 3, Chain: []int{0, 1}, Through: []int{0, 1, 2}, Translated: -1, Flows: []topology.Flow{flow(2, "tcp/1521")}},
		{From: 2, To: 1, Through: []int{1}, Translated: -1, Flows: []topology.Flow{flow(3, "tcp/8080")}},
		{From: 3, To: 0, Chain: []int{1, 0}, Through: []int{2, 1, 0}, Translated: -1, Forbidden: true, Flows: []topology.Flow{flow(4, "any")}},
		many,
	}
	return g
}

// TestMutations holds that Check sees each fault.
func TestMutations(t *testing.T) {
	for _, m := range []struct {
		name string
		edit func(d *topology.Drawing)
		want string
	}{
		{"nothing", func(*topology.Drawing) {}, ""},
		{"a box lost", func(d *topology.Drawing) { d.Boxes = d.Boxes[1:] }, "3 boxes"},
		{"a box in another zone", func(d *topology.Drawing) { d.Boxes[0].Rect = d.Bands[2].Rect.Inset(4) }, "is outside of band"},
		{"a box on another", func(d *topology.Drawing) { d.Boxes[2].Rect = d.Boxes[1].Rect }, "covers box 1"},
		{"a band on another", func(d *topology.Drawing) { d.Bands[0].Rect.Max.X = d.Bands[1].Rect.Min.X + 1 }, "covers band"},
		{"a small canvas", func(d *topology.Drawing) { d.Size.X -= 60 }, "outside of the canvas"},
		{"a text too wide", func(d *topology.Drawing) { d.Boxes[0].Members[0][0].Rect.Max.X -= 9 }, "wide and has"},
		{"a text out of its box", func(d *topology.Drawing) {
			x := &d.Boxes[0].Members[0][0]
			x.Rect, x.At = x.Rect.Add(image.Pt(0, 400)), x.At.Add(image.Pt(0, 400))
		}, "is outside of box 0"},
		{"a text on another", func(d *topology.Drawing) { d.Boxes[1].Members[1][0] = d.Boxes[1].Members[0][0] }, "covers text"},
		{"a member lost", func(d *topology.Drawing) { d.Boxes[1].Members = d.Boxes[1].Members[:1] }, "1 of 2 members"},
		{"a label on another", func(d *topology.Drawing) { d.Arrows[0].Labels[1].Text.Rect = d.Arrows[0].Labels[0].Text.Rect }, "covers label"},
		{"a label on an arrow", func(d *topology.Drawing) { move(&d.Arrows[2].Labels[0], 0, 6) }, "crosses label"},
		{"a label far away", func(d *topology.Drawing) { move(&d.Arrows[0].Labels[0], -200, 0) }, "not beside its last line"},
		{"a label of nothing", func(d *topology.Drawing) { d.Arrows[0].Labels[0].Flow = 7 }, "is of flow 7"},
		{"a label lost", func(d *topology.Drawing) { d.Arrows[0].Labels = d.Arrows[0].Labels[:1] }, "has label \"\""},
		{"a wrong label", func(d *topology.Drawing) { d.Arrows[0].Labels[0].Text.Text = "tcp/44" }, "has label \"tcp/44\""},
		{"an arrow askew", func(d *topology.Drawing) { d.Arrows[0].Points[0].Y += 3 }, "goes askew"},
		{"an arrow that begins nowhere", func(d *topology.Drawing) { d.Arrows[0].Points[0].X += 3 }, "begins at"},
		{"an arrow that ends nowhere", func(d *topology.Drawing) { d.Arrows[0].Points[len(d.Arrows[0].Points)-1].X -= 3 }, "ends at"},
		{"an arrow through a box", func(d *topology.Drawing) { around(d, 1, d.Boxes[1].Rect.Min.Y+40) }, "crosses box 1"},
		{"an arrow outside of its zones", func(d *topology.Drawing) { around(d, 1, d.Size.Y-2) }, "passes zones"},
		{"an arrow on another", func(d *topology.Drawing) { d.Arrows[3].Points = slices.Clone(d.Arrows[1].Points) }, "run together"},
		{"a corner on another", func(d *topology.Drawing) {
			p := d.Arrows[1].Points
			corner := image.Pt((d.Bands[0].Rect.Max.X+d.Walls[0].Bars[0].Min.X)/2, d.Arrows[0].Points[0].Y)
			d.Arrows[1].Points = []image.Point{p[0], {X: corner.X, Y: p[0].Y}, corner, p[len(p)-1]}
		}, "turns at"},
		{"a needless point", func(d *topology.Drawing) {
			p := d.Arrows[0].Points
			d.Arrows[0].Points = slices.Insert(slices.Clone(p), 1, image.Pt(p[0].X+5, p[0].Y))
		}, "needless point"},
		{"a crossing lost", func(d *topology.Drawing) { d.Arrows[1].Crossings = d.Arrows[1].Crossings[:1] }, "crosses a bar of \"Core\" unseen"},
		{"crossings in the other order", func(d *topology.Drawing) { slices.Reverse(d.Arrows[1].Crossings) }, "not cross its firewalls in their order"},
		{"a wall that is not there", func(d *topology.Drawing) { d.Walls[1].Bars = nil }, "where no bar is"},
		{"a wall in the way of another", func(d *topology.Drawing) {
			d.Walls[1].Bars = append(d.Walls[1].Bars, d.Walls[0].Bars[0].Add(image.Pt(-12, 0)))
		}, "unseen"},
		{"a wall without a name", func(d *topology.Drawing) { d.Walls[0].Texts = nil }, "has no name"},
		{"a translation lost", func(d *topology.Drawing) { d.Arrows[0].Translation = nil }, "translated where it does not cross"},
		{"a translation too many", func(d *topology.Drawing) { d.Arrows[1].Translation = &d.Arrows[1].Crossings[0] }, "is not translated"},
		{"open what is forbidden", func(d *topology.Drawing) { d.Arrows[3].Barred = nil }, "is forbidden true"},
		{"barred beside itself", func(d *topology.Drawing) { d.Arrows[3].Barred.Y += 7 }, "barred beside itself"},
		{"barred on its label", func(d *topology.Drawing) { d.Arrows[3].Barred.X = d.Arrows[3].Labels[0].Text.Rect.Min.X }, "the bar of arrow 3 covers"},
		{"off what is in", func(d *topology.Drawing) { d.Arrows[0].Style = topology.StyleOff }, "is off false"},
		{"a key lost", func(d *topology.Drawing) { d.Legend = d.Legend[1:] }, "the legend has style 0"},
		{"a mark lost", func(d *topology.Drawing) { d.Legend = d.Legend[:len(d.Legend)-1] }, "the legend has mark 3"},
		{"a key on another", func(d *topology.Drawing) { d.Legend[1].Text.Rect = d.Legend[0].Text.Rect }, "covers key"},
	} {
		t.Run(m.name, func(t *testing.T) {
			d := topology.Layout(small())
			m.edit(d)
			got := topologytest.Check(d)
			if m.want == "" {
				if len(got) > 0 {
					t.Errorf("%q", got)
				}
				return
			}
			if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, m.want) }) {
				t.Errorf("%q says nothing of %q", got, m.want)
			}
		})
	}
}

func move(l *topology.Label, x, y int) {
	l.Text.At = l.Text.At.Add(image.Pt(x, y))
	l.Text.Rect = l.Text.Rect.Add(image.Pt(x, y))
}

// around leads an arrow from its begin to its end over another height.
func around(d *topology.Drawing, i, y int) {
	p := d.Arrows[i].Points
	a, b := p[0], p[len(p)-1]
	d.Arrows[i].Points = []image.Point{a, {X: a.X + 5, Y: a.Y}, {X: a.X + 5, Y: y}, {X: b.X - 5, Y: y}, {X: b.X - 5, Y: b.Y}, b}
}
