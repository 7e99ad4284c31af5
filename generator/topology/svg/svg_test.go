package svg_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/topology"
	"portolan/generator/topology/svg"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// ferry is a drawing by hand: browsers come through a firewall to a server.
func ferry() *topology.Drawing {
	line := func(x, y, width int, role topology.TextRole, text string) topology.Text {
		return topology.Text{At: image.Pt(x, y), Rect: image.Rect(x, y-12, x+width, y+4), Role: role, Text: text}
	}
	return &topology.Drawing{
		Graph: &topology.Graph{
			ID: "diagram", Title: "Ferry: who connects to whom", Description: "Two connections.",
			Zones:     []topology.Zone{{ID: "internet", Name: "Internet"}, {ID: "dmz", Name: "DMZ"}},
			Nodes:     []topology.Node{{ID: "browsers", Many: true, Members: []topology.Member{{Title: "Browsers", Href: "#endpoint.browsers"}}}, {ID: "server", Zone: 1, Self: true, Members: []topology.Member{{Title: "Node 1", Lines: []string{"192.0.2.10"}, Href: "#node1"}, {Title: "Node 2"}}}},
			Firewalls: []topology.Firewall{{ID: "edge", Name: "Edge", Zones: []int{0, 1}, Href: "../edge/index.html"}},
			Edges: []topology.Edge{
				{To: 1, Chain: []int{0}, Through: []int{0, 1}, Flows: []topology.Flow{{Ports: "tcp/443"}, {Row: 1, Ports: "tcp/80", Off: true}}},
				{To: 1, Forbidden: true, Chain: []int{0}, Through: []int{0, 1}, Translated: -1, Flows: []topology.Flow{{Row: 2, Ports: "tcp/3306"}}},
			},
			Rows: []topology.Row{
				{Number: 1, Anchor: "web", Service: "HTTPS", Need: catalog.Required},
				{Number: 2, Anchor: "plain", Service: "HTTP", Need: catalog.Optional, Status: catalog.Discouraged},
				{Number: 3, Anchor: "no-sql", Service: "MySQL", Need: catalog.Forbidden},
			},
		},
		Size:  image.Pt(500, 240),
		Bands: []topology.Band{{Rect: image.Rect(0, 0, 180, 200), Texts: []topology.Text{line(10, 20, 60, topology.ZoneText, "Internet")}}, {Rect: image.Rect(200, 0, 500, 200), Texts: []topology.Text{line(210, 20, 40, topology.ZoneText, "DMZ")}}},
		Boxes: []topology.Box{
			{Rect: image.Rect(10, 60, 110, 180), Members: [][]topology.Text{{line(20, 80, 70, topology.TitleText, "Browsers")}}},
			{Rect: image.Rect(380, 60, 490, 180), Members: [][]topology.Text{
				{line(390, 80, 60, topology.TitleText, "Node 1"), line(390, 98, 80, topology.LineText, "192.0.2.10")},
				{line(390, 130, 60, topology.TitleText, "Node 2")}}},
		},
		Walls: []topology.Wall{{Bars: []image.Rectangle{image.Rect(186, 0, 194, 200)}, Texts: []topology.Text{line(170, 216, 40, topology.WallText, "Edge")}}},
		Arrows: []topology.Arrow{
			{Points: []image.Point{{110, 80}, {250, 80}, {250, 100}, {380, 100}}, Labels: []topology.Label{
				{Text: line(300, 95, 50, topology.PortText, "tcp/443")}, {Flow: 1, Off: true, Text: line(300, 113, 50, topology.PortText, "2")}},
				Crossings: []image.Point{{190, 80}}, Translation: &image.Point{190, 80}},
			{Points: []image.Point{{110, 150}, {380, 150}}, Style: topology.StyleForbidden, Crossings: []image.Point{{190, 150}}, Barred: &image.Point{190, 150},
				Labels: []topology.Label{{Text: line(300, 146, 60, topology.PortText, "tcp/3306")}}},
		},
		Legend: []topology.Key{{From: image.Pt(10, 230), To: image.Pt(50, 230), Text: line(60, 234, 60, topology.LegendText, "required")},
			{Mark: topology.MarkNumber, From: image.Pt(150, 230), To: image.Pt(190, 230), Text: line(200, 234, 60, topology.LegendText, "row")}},
	}
}

func render(t testing.TB, d *topology.Drawing, page string) string {
	t.Helper()
	var b bytes.Buffer
	if err := (svg.Format{}).Render(&b, d, page); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormat(t *testing.T) {
	var _ topology.Format = svg.Format{}
	if info := (svg.Format{}).Info(); info.ID != "svg" || info.Extension != "svg" || info.Title == "" || info.Use == "" {
		t.Errorf("%+v", info)
	}
}

// TestGolden holds the inline form. One element stands on a line here.
func TestGolden(t *testing.T) {
	got := strings.ReplaceAll(string(svg.AppendInline([]byte("<!-- kept -->"), ferry())), "><", ">\n<") + "\n"
	const file = "testdata/ferry.svg"
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

// shape is what the tests ask of a drawing.
type shape struct {
	ids   map[string]int
	links map[string]string // the name by the address of each link of an edge
	hrefs []string
	texts []string
}

// read reads markup as strictly as XML is.
func read(t testing.TB, text string) shape {
	t.Helper()
	s := shape{ids: map[string]int{}, links: map[string]string{}}
	dec := xml.NewDecoder(strings.NewReader(text))
	var path []string
	var href string
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		switch token := token.(type) {
		case xml.StartElement:
			path = append(path, token.Name.Local)
			for _, a := range token.Attr {
				switch a.Name.Local {
				case "id":
					s.ids[a.Value]++
				case "href":
					href = a.Value
					s.hrefs = append(s.hrefs, href)
				}
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			switch in := strings.Join(path, "/"); {
			case strings.HasSuffix(in, "/a/title"):
				s.links[href] = string(token)
			case strings.HasSuffix(in, "text") || strings.HasSuffix(in, "tspan"):
				s.texts = append(s.texts, string(token))
			}
		}
	}
}

func TestLinks(t *testing.T) {
	const page = "https://ports.example/docs/products/ferry/index.html"
	for _, test := range []struct {
		name, text, base, wall string
	}{
		{"inline", string(svg.AppendInline(nil, ferry())), "", "../edge/index.html"},
		{"file", render(t, ferry(), page), page, "https://ports.example/docs/products/edge/index.html"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := read(t, test.text)
			want := map[string]string{
				test.base + "#web":    "tcp/443 HTTPS from Browsers to Node 1 and Node 2, required",
				test.base + "#plain":  "2: tcp/80 HTTP from Browsers to Node 1 and Node 2, optional, discouraged, not in as chosen",
				test.base + "#no-sql": "tcp/3306 MySQL from Browsers to Node 1 and Node 2, must stay closed",
			}
			if diff := cmp.Diff(want, s.links); diff != "" {
				t.Error(diff)
			}
			hrefs := []string{test.wall, test.base + "#endpoint.browsers", test.base + "#node1", test.base + "#web", test.base + "#plain", test.base + "#no-sql"}
			if diff := cmp.Diff(hrefs, s.hrefs); diff != "" {
				t.Error(diff)
			}
			for id, n := range s.ids {
				if n != 1 || !strings.HasPrefix(id, "diagram.") {
					t.Errorf("id %q stands %d times", id, n)
				}
			}
		})
	}
	if s := read(t, render(t, ferry(), "")); len(s.hrefs) > 0 {
		t.Errorf("links that lead nowhere: %q", s.hrefs)
	}
}

// TestText holds that no text of the data ends the markup it stands in, and
// that none turns the direction of another.
func TestText(t *testing.T) {
	const hostile = "<a>]]>&\"'--> \u202etxt\u2066 \x00\x1b\xff\ufffe </text></title></style>"
	const tame = "<a>]]>&\"'--> txt   \ufffd\ufffd </text></title></style>"
	d := ferry()
	g := d.Graph
	g.Title, g.Description, g.Rows[0].Service, g.Rows[0].Anchor = hostile, hostile, hostile, hostile
	g.Nodes[0].Members[0] = topology.Member{Title: hostile, Href: hostile}
	g.Firewalls[0].Href, g.Edges[0].Flows[0].Ports = hostile, hostile
	for _, list := range [][]topology.Text{d.Bands[0].Texts, d.Boxes[1].Members[0], d.Walls[0].Texts} {
		for i := range list {
			list[i].Text = hostile
		}
	}
	d.Arrows[0].Labels[0].Text.Text, d.Legend[0].Text.Text = hostile, hostile
	for _, text := range []string{string(svg.AppendInline(nil, d)), render(t, d, "https://ports.example/"), render(t, d, "")} {
		seen := 0
		for _, got := range read(t, text).texts {
			if got == tame {
				seen++
			}
		}
		if seen != 6 {
			t.Errorf("%d of 6 texts are there\n%s", seen, text)
		}
	}
}

// TestStylesheet holds that the file carries it, that it reaches nothing but
// diagrams, and that it loads nothing.
func TestStylesheet(t *testing.T) {
	sheet := svg.Stylesheet() + svg.Dark()
	if !strings.Contains(render(t, ferry(), ""), "<style>"+svg.Stylesheet()+"@media screen and (prefers-color-scheme: dark) {\n"+svg.Dark()+"}</style>") {
		t.Error("the file has another one")
	}
	if strings.Contains(string(svg.AppendInline(nil, ferry())), "<style") {
		t.Error("a page that allows none of its own has one inline")
	}
	for _, word := range []string{"url(", "@import", "var(", "<", "&"} {
		if strings.Contains(sheet, word) {
			t.Errorf("it has %s", word)
		}
	}
	for line := range strings.Lines(sheet) {
		if selectors, _, found := strings.Cut(line, "{"); found && !strings.HasPrefix(line, "@media") && !strings.HasPrefix(line, "/*") {
			for selector := range strings.SplitSeq(selectors, ", ") {
				if !strings.HasPrefix(strings.TrimSpace(selector), ".diagram") {
					t.Errorf("%q reaches further", selector)
				}
			}
		}
	}
}
