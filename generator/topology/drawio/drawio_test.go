package drawio_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"image"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/topology"
	"portolan/generator/topology/drawio"
	"portolan/generator/topology/topologytest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// pair is a drawing by hand of one arrow.
func pair(text string) *topology.Drawing {
	line := func(x, y, width int, role topology.TextRole) topology.Text {
		return topology.Text{At: image.Pt(x, y), Rect: image.Rect(x, y-11, x+width, y+3), Role: role, Text: text}
	}
	g := topologytest.Ferry()
	g.Zones, g.Nodes, g.Firewalls, g.Edges = g.Zones[:2], g.Nodes[:2], g.Firewalls[:1], g.Edges[:1]
	return &topology.Drawing{
		Graph: g, Size: image.Pt(500, 240),
		Bands: []topology.Band{{Rect: image.Rect(10, 10, 180, 200), Texts: []topology.Text{line(20, 30, 60, topology.ZoneText)}}, {Rect: image.Rect(200, 10, 490, 200)}},
		Boxes: []topology.Box{
			{Rect: image.Rect(20, 60, 110, 180), Members: [][]topology.Text{{line(30, 80, 70, topology.TitleText)}}},
			{Rect: image.Rect(380, 60, 480, 180), Members: [][]topology.Text{{line(390, 80, 60, topology.TitleText), line(390, 98, 80, topology.LineText)}, {line(390, 130, 60, topology.TitleText)}}},
		},
		Walls: []topology.Wall{{Bars: []image.Rectangle{image.Rect(186, 10, 194, 200)}, Beam: image.Rect(186, 5, 300, 10), Texts: []topology.Text{line(170, 216, 40, topology.WallText)}}},
		Arrows: []topology.Arrow{{
			Points: []image.Point{{110, 80}, {250, 80}, {250, 100}, {380, 100}}, Crossings: []image.Point{{190, 80}}, Translation: &image.Point{190, 80},
			Labels: []topology.Label{{Text: line(320, 95, 50, topology.PortText)}},
		}},
		Legend: []topology.Key{{From: image.Pt(10, 230), To: image.Pt(50, 230), Text: line(60, 234, 60, topology.LegendText)}},
	}
}

func render(t testing.TB, d *topology.Drawing) string {
	t.Helper()
	var b bytes.Buffer
	if err := (drawio.Format{}).Render(&b, d, "https://ports.example/deployments/ferry/"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	got := render(t, pair("Text"))
	const file = "testdata/pair.drawio"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

// file is what XML reads of one, as strictly as XML is.
type file struct {
	Root struct {
		Cells []struct {
			Value string `xml:"value,attr"`
		} `xml:"mxCell"`
		Objects []struct {
			Label string `xml:"label,attr"`
		} `xml:"UserObject"`
	} `xml:"diagram>mxGraphModel>root"`
}

// FuzzText holds that a text ends neither the file's markup nor a label's.
func FuzzText(f *testing.F) {
	for _, s := range topologytest.Texts() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := pair(text)
		d.Graph.Rows[0].Anchor, d.Graph.Rows[0].Service, d.Graph.Title = text, text, text
		out := render(t, d)
		var read file
		if err := xml.Unmarshal([]byte(out), &read); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var labels []string
		for _, c := range read.Root.Cells {
			labels = append(labels, c.Value)
		}
		for _, c := range read.Root.Objects {
			labels = append(labels, c.Label)
		}
		seen := 0
		for _, label := range labels {
			for _, s := range lines(t, label) {
				if s == strings.NewReplacer("\r", " ").Replace(topology.Plain(text)) {
					seen++
				}
			}
		}
		if seen < 7 {
			t.Errorf("%q is read %d times of 7\n%s", text, seen, out)
		}
	})
}

// lines are the texts of a label, which has one element for each.
func lines(t *testing.T, label string) []string {
	var out []string
	for part := range strings.SplitSeq(label, "</div>") {
		if _, text, ok := strings.Cut(part, `">`); ok && strings.HasPrefix(part, "<div style=") {
			if strings.ContainsAny(text, "<>\"") {
				t.Errorf("%q has markup", text)
			}
			out = append(out, strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&amp;", "&").Replace(text))
		} else if part != "" && part != "⇄" {
			t.Errorf("%q stands outside of a line", part)
		}
	}
	return out
}

// TestIDs holds that ids are those of the data, and that each is there once.
func TestIDs(t *testing.T) {
	out := render(t, topology.Layout(topologytest.Hostile()))
	var ids []string
	for part := range strings.SplitSeq(out, ` id="`) {
		id, _, _ := strings.Cut(part, `"`)
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if n := len(ids); len(slices.Compact(ids)) != n {
		t.Error("an id stands twice")
	}
	for _, want := range []string{"node.end", "zone.linkStyle", "firewall.x", "edge.end.default"} {
		if !slices.Contains(ids, want) {
			t.Errorf("no %s", want)
		}
	}
}
