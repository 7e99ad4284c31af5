package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/topology"
	"portolan/generator/topology/formats"
	"portolan/generator/topology/topologytest"
)

// diagramPage is where links of the diagrams lead.
const diagramPage = "https://ports.example/products/ferry/"

// hostileToo are the drawings of our site, and one whose texts mean something in
// every format.
func hostileToo(t *testing.T) map[string]*topology.Drawing {
	out := drawings(t)
	out["hostile"] = topology.Layout(topologytest.Hostile())
	return out
}

// drawn writes each drawing in a format.
func drawn(t *testing.T, format string, list map[string]*topology.Drawing) map[string]string {
	t.Helper()
	f, ok := formats.Lookup(format)
	if !ok {
		t.Fatal("no format ", format)
	}
	out := map[string]string{}
	for name, d := range list {
		var b bytes.Buffer
		if err := f.Render(&b, d, diagramPage); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = b.String()
	}
	return out
}

// flowchart is what Mermaid read.
type flowchart struct {
	Error, Type string
	Nodes       []struct{ ID, Zone, Link string }
	Edges       []struct{ From, To, Head, Stroke string }
	Zones       []string
	Labels      struct{ Nodes, Edges, Zones []string }
	Markup      []string
}

// drawing is what draw.io's library read.
type drawing struct {
	Error string
	Cells []cell
	Moved []float64
}

type cell struct {
	ID, Parent, Source, Target, Style, Link string
	Edge                                    bool
	Lines, Markup                           []string
	Rect                                    []float64
	Way                                     [][]float64
}

// TestDiagramsInBrowser holds flowcharts against Mermaid and files of draw.io
// against the library it is made of.
func TestDiagramsInBrowser(t *testing.T) {
	chromium, node := chromium(t), tool(t, "node", "nodejs")
	for _, name := range []string{"playwright-core/package.json", "@mermaid-js/tiny/package.json", "mxgraph/package.json"} {
		npm(t, name)
	}
	list := hostileToo(t)
	input, err := json.Marshal(map[string]any{"chromium": chromium, "mermaid": drawn(t, "mermaid", list), "drawio": drawn(t, "drawio", list), "shots": os.Getenv("SHOTS")})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join("web", "diagramfiles.js"))
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var out struct {
		Mermaid map[string]flowchart
		Drawio  map[string]drawing
		Asked   []string
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Asked) > 0 {
		t.Errorf("asked of others: %q", out.Asked)
	}
	for name, d := range list {
		t.Run(name, func(t *testing.T) {
			got := out.Mermaid[name]
			checkFlowchart(t, d, &got)
			file := out.Drawio[name]
			checkDrawio(t, d, &file)
		})
	}
}

// arrowText is what an arrow must say of a flow: its ports, and that it is a tunnel.
func arrowText(g *topology.Graph, f *topology.Flow) string {
	if g.Rows[f.Row].Tunnel {
		return f.Ports + " tunnel"
	}
	return f.Ports
}

func checkFlowchart(t *testing.T, d *topology.Drawing, got *flowchart) {
	g := d.Graph
	if got.Error != "" || got.Type != "flowchart-v2" {
		t.Errorf("Mermaid: %s %s", got.Type, got.Error)
		return
	}
	if n, e, z := len(got.Nodes), len(got.Edges), len(got.Zones); n != len(g.Nodes) || e != len(g.Edges) || z != len(g.Zones) {
		t.Fatalf("Mermaid: %d nodes, %d arrows, %d zones; want %d, %d, %d", n, e, z, len(g.Nodes), len(g.Edges), len(g.Zones))
	}
	if rest := slices.DeleteFunc(got.Markup, func(name string) bool { return name == "p" || name == "br" }); len(rest) > 0 {
		t.Errorf("Mermaid: a text became %v", rest)
	}
	for i := range g.Edges {
		e, read := &g.Edges[i], got.Edges[i]
		from, to := got.Nodes[e.From], got.Nodes[e.To]
		if read.From != from.ID || read.To != to.ID || (read.Head == "arrow_cross") != e.Forbidden {
			t.Errorf("Mermaid: arrow %d is %+v", i, read)
		}
	}
	for i := range g.Nodes {
		if m := g.Nodes[i].Members; len(m) == 1 && m[0].Href != "" && !strings.HasPrefix(got.Nodes[i].Link, "https://ports.example/") {
			t.Errorf("Mermaid: %s leads to %q", got.Nodes[i].ID, got.Nodes[i].Link)
		}
	}
	// Zones and nodes are read back in any order.
	var nodes, zones []string
	for i := range g.Nodes {
		var lines []string
		for _, m := range g.Nodes[i].Members {
			title := m.Title
			if g.Nodes[i].Many {
				title += " (several)"
			}
			lines = append(append(lines, title), m.Lines...)
		}
		nodes = append(nodes, shown(lines))
	}
	for i := range g.Zones {
		zones = append(zones, shown(append([]string{g.Zones[i].Name}, g.Zones[i].Addresses...)))
	}
	if diff := cmp.Diff(sorted(nodes), sorted(seen(got.Labels.Nodes))); diff != "" {
		t.Errorf("Mermaid: boxes (- want, + read)\n%s", diff)
	}
	if diff := cmp.Diff(sorted(zones), sorted(seen(got.Labels.Zones))); diff != "" {
		t.Errorf("Mermaid: zones (- want, + read)\n%s", diff)
	}
	labels := strings.Join(seen(got.Labels.Edges), "\n") + "\n"
	for i := range g.Edges {
		for _, f := range g.Edges[i].Flows {
			if want := shown([]string{arrowText(g, &f) + " " + g.Rows[f.Row].Service}); len(g.Edges[i].Flows) <= 6 && f.Ports != "any" && !strings.Contains(labels, want) {
				t.Errorf("Mermaid: no arrow says %q", want)
			}
		}
	}
}

var spaces = regexp.MustCompile(`[ \x{a0}]+`)

// shown are lines as a browser shows them. The joiner and the ligature are what
// flowcharts are written with and without.
func shown(lines []string) string {
	out := make([]string, len(lines))
	for i, s := range lines {
		s = strings.NewReplacer("\u2060", "", "\ufb02", "fl").Replace(s)
		out[i] = strings.TrimSpace(spaces.ReplaceAllString(topology.Plain(s), " "))
	}
	return strings.Join(out, "\n")
}

func seen(labels []string) []string {
	out := make([]string, len(labels))
	for i, s := range labels {
		out[i] = shown(strings.Split(s, "\n"))
	}
	return out
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

func checkDrawio(t *testing.T, d *topology.Drawing, file *drawing) {
	if file.Error != "" {
		t.Errorf("draw.io: %s", file.Error)
		return
	}
	byID := map[string]*cell{}
	for i := range file.Cells {
		c := &file.Cells[i]
		byID[c.ID] = c
		if len(c.Markup) > 0 {
			t.Errorf("draw.io: a text of %s became %v", c.ID, c.Markup)
		}
	}
	var arrows []*cell
	var texts []string
	for i := range file.Cells {
		c := &file.Cells[i]
		texts = append(texts, c.Lines...)
		switch {
		case c.ID == "0":
		case byID[c.Parent] == nil:
			t.Errorf("draw.io: %s has no parent", c.ID)
		case c.Edge && (byID[c.Source] == nil || byID[c.Target] == nil):
			t.Errorf("draw.io: %s is loose", c.ID)
		case c.Edge:
			arrows = append(arrows, c)
		}
	}
	g := d.Graph
	if len(arrows) != len(g.Edges) {
		t.Fatalf("draw.io: %d arrows; want %d", len(arrows), len(g.Edges))
	}
	for i := range g.Nodes {
		n, z := byID["node."+g.Nodes[i].ID], byID["zone."+g.Zones[g.Nodes[i].Zone].ID]
		if n == nil || z == nil {
			t.Fatalf("draw.io: %s or its zone is not there", g.Nodes[i].ID)
		}
		if n.Parent != z.ID || rect(n.Rect) != d.Boxes[i].Rect || rect(z.Rect) != d.Bands[g.Nodes[i].Zone].Rect {
			t.Errorf("draw.io: %s stands in %s at %v, which is at %v; want %v", n.ID, n.Parent, n.Rect, z.Rect, d.Boxes[i].Rect)
		}
	}
	for i, c := range arrows {
		if diff := cmp.Diff(corners(d.Arrows[i].Points), corners(points(c.Way))); diff != "" {
			t.Errorf("draw.io: way of %s (- want, + read)\n%s", c.ID, diff)
		}
		var marks int
		for k := range file.Cells {
			if m := &file.Cells[k]; m.Parent == c.ID && len(m.Lines) == 1 && strings.HasPrefix(m.Style, "edgeLabel") {
				at := image.Pt(int(math.Round(m.Rect[0])), int(math.Round(m.Rect[1])))
				l := d.Arrows[i].Labels[marks]
				want := image.Pt(l.Text.Rect.Min.X, (l.Text.Rect.Min.Y+l.Text.Rect.Max.Y)/2)
				if off := at.Sub(want); off.X < -1 || off.X > 1 || off.Y < -1 || off.Y > 1 {
					t.Errorf("draw.io: %s is at %v; want %v", m.ID, at, want)
				}
				if m.Link != diagramPage+"#"+topology.Plain(g.Rows[g.Edges[i].Flows[l.Flow].Row].Anchor) {
					t.Errorf("draw.io: %s leads to %s", m.ID, m.Link)
				}
				marks++
			}
		}
		if marks != len(d.Arrows[i].Labels) {
			t.Errorf("draw.io: %s has %d labels; want %d", c.ID, marks, len(d.Arrows[i].Labels))
		}
	}
	for _, want := range allTexts(d) {
		if want = topology.Plain(want); !slices.Contains(texts, want) {
			t.Errorf("draw.io: nothing says %q", want)
		}
	}
	if len(file.Moved) > 0 && !slices.Equal(file.Moved, []float64{10, 40}) {
		t.Errorf("draw.io: an arrow moved by %v with its box, which moved by 10, 40", file.Moved)
	}
}

func rect(r []float64) image.Rectangle {
	if len(r) != 4 {
		return image.Rectangle{}
	}
	return image.Rect(int(r[0]), int(r[1]), int(r[0]+r[2]), int(r[1]+r[3]))
}

func points(way [][]float64) []image.Point {
	var out []image.Point
	for _, p := range way {
		out = append(out, image.Pt(int(math.Round(p[0])), int(math.Round(p[1]))))
	}
	return out
}

// corners are the points of a way where it turns, and its ends.
func corners(way []image.Point) []image.Point {
	var out []image.Point
	for _, p := range way {
		if n := len(out); n > 0 && out[n-1] == p {
			continue
		}
		if n := len(out); n > 1 && (out[n-2].X == out[n-1].X && out[n-1].X == p.X || out[n-2].Y == out[n-1].Y && out[n-1].Y == p.Y) {
			out = out[:n-1]
		}
		out = append(out, p)
	}
	return out
}

// allTexts are the texts of a drawing.
func allTexts(d *topology.Drawing) []string {
	var out []string
	for _, t := range textsOf(d) {
		out = append(out, t.Text)
	}
	return out
}

func textsOf(d *topology.Drawing) []topology.Text {
	var out []topology.Text
	for _, v := range d.Bands {
		out = append(out, v.Texts...)
	}
	for _, v := range d.Walls {
		out = append(out, v.Texts...)
	}
	for _, v := range d.Boxes {
		for _, m := range v.Members {
			out = append(out, m...)
		}
	}
	for _, v := range d.Arrows {
		for _, l := range v.Labels {
			out = append(out, l.Text)
		}
	}
	for _, k := range d.Legend {
		out = append(out, k.Text)
	}
	return out
}

// TestDiagramsByGraphviz holds DOT against Graphviz: all is drawn, and every
// text comes back.
func TestDiagramsByGraphviz(t *testing.T) {
	dot := tool(t, "dot")
	list := hostileToo(t)
	for name, text := range drawn(t, "dot", list) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			graphviz(t, dot, list[name].Graph, text)
		})
	}
}

func graphviz(t *testing.T, dot string, g *topology.Graph, text string) {
	out := func(format string) string {
		cmd := exec.Command(dot, "-T"+format)
		cmd.Stdin = strings.NewReader(text)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		b, err := cmd.Output()
		if err != nil || strings.Contains(stderr.String(), "syntax error") || strings.Contains(stderr.String(), "Warning: not well-formed") {
			t.Fatalf("dot: %v\n%s", err, &stderr)
		}
		return string(b)
	}
	svg := out("svg")
	for kind, want := range map[string]int{"node": len(g.Nodes), "edge": len(g.Edges), "cluster": len(g.Zones)} {
		if got := strings.Count(svg, `class="`+kind+`"`); got != want {
			t.Errorf("dot drew %d of kind %s; want %d", got, kind, want)
		}
	}
	var read struct {
		Objects, Edges []map[string]any
	}
	if err := json.Unmarshal([]byte(out("json")), &read); err != nil {
		t.Fatal(err)
	}
	texts := map[string]bool{}
	for _, o := range append(read.Objects, read.Edges...) {
		for _, name := range []string{"_ldraw_", "_hldraw_", "_tldraw_"} {
			ops, _ := o[name].([]any)
			for _, op := range ops {
				if m, ok := op.(map[string]any); ok && m["op"] == "T" {
					texts[fmt.Sprint(m["text"])] = true
				}
			}
		}
	}
	var want []string
	for i := range g.Zones {
		want = append(append(want, g.Zones[i].Name), g.Zones[i].Addresses...)
	}
	for i := range g.Nodes {
		for _, m := range g.Nodes[i].Members {
			want = append(append(want, m.Title), m.Lines...)
		}
	}
	for i := range g.Edges {
		if len(g.Edges[i].Flows) > 6 {
			continue
		}
		for _, f := range g.Edges[i].Flows {
			want = append(want, arrowText(g, &f))
		}
	}
	for _, s := range want {
		if s = topology.Plain(s); !texts[s] {
			t.Errorf("dot: nothing says %q", s)
		}
	}
}

// TestDiagramsAsPNG holds pictures against the standard library's decoder:
// their size, and ink wherever a text stands, none beyond it.
func TestDiagramsAsPNG(t *testing.T) {
	list := hostileToo(t)
	for name, text := range drawn(t, "png", list) {
		t.Run(name, func(t *testing.T) {
			d := list[name]
			img, err := png.Decode(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := img.Bounds(), (image.Rectangle{Max: d.Size.Mul(2)}); got != want {
				t.Errorf("%v; want %v", got, want)
			}
			for _, t2 := range textsOf(d) {
				if strings.TrimSpace(topology.Plain(t2.Text)) != "" && colors(img, t2.Rect) < 2 {
					t.Errorf("no ink where %q stands, %v", t2.Text, t2.Rect)
				}
			}
		})
	}
}

// colors counts the colours in a part of a picture of twice the drawing's size.
func colors(img image.Image, r image.Rectangle) int {
	all := map[color.Color]bool{}
	for y := 2 * r.Min.Y; y < 2*r.Max.Y; y++ {
		for x := 2 * r.Min.X; x < 2*r.Max.X; x++ {
			all[img.At(x, y)] = true
		}
	}
	return len(all)
}
