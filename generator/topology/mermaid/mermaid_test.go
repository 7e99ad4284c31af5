package mermaid_test

import (
	"bytes"
	"flag"
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/topology"
	"portolan/generator/topology/mermaid"
	"portolan/generator/topology/topologytest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func render(t testing.TB, g *topology.Graph, page string) string {
	t.Helper()
	var b bytes.Buffer
	if err := (mermaid.Format{}).Render(&b, topology.Layout(g), page); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	got := render(t, topologytest.Ferry(), "https://ports.example/deployments/ferry/")
	const file = "testdata/ferry.mmd"
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

// TestLimits holds that what is too much for Mermaid is left out, and said.
func TestLimits(t *testing.T) {
	const edges = 600
	g := &topology.Graph{ID: "diagram", Zones: []topology.Zone{{ID: "z", Name: "Z"}}, Rows: []topology.Row{{Number: 1, Service: strings.Repeat("long name ", 20), Need: "required"}}}
	for i := range 40 {
		g.Nodes = append(g.Nodes, topology.Node{ID: fmt.Sprint("n", i), Members: []topology.Member{{Title: fmt.Sprint("Node ", i), Lines: []string{strings.Repeat("x", 200)}}}})
	}
	d := &topology.Drawing{Graph: g}
	for i := range edges {
		g.Edges = append(g.Edges, topology.Edge{From: i % 40, To: i / 40, Through: []int{0}, Translated: -1, Flows: []topology.Flow{{Ports: "tcp/1"}}})
		d.Arrows = append(d.Arrows, topology.Arrow{})
	}
	var b bytes.Buffer
	if err := (mermaid.Format{}).Render(&b, d, ""); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if n := strings.Count(text, "-->"); len(text) > mermaid.MaxText || n != mermaid.MaxEdges {
		t.Errorf("%d characters, %d arrows", len(text), n)
	}
	if want := fmt.Sprintf("and %d more arrows", edges-mermaid.MaxEdges); !strings.Contains(text, want) {
		t.Errorf("it does not say %q", want)
	}
	g.Nodes[0].Members[0].Title = strings.Repeat("x", mermaid.MaxText)
	if err := (mermaid.Format{}).Render(&b, d, ""); err == nil {
		t.Error("boxes without room are no error")
	}
}

var entity = regexp.MustCompile(`#(\d+);`)

// FuzzEscape holds that an escaped text has no sign that means anything, and
// that its entities make the text again.
func FuzzEscape(f *testing.F) {
	for _, s := range topologytest.Texts() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := mermaid.Escape(text)
		rest := entity.ReplaceAllString(got, " ")
		if strings.ContainsAny(rest, "\"#;&<>[]{}|`*_~$%\\\n\r\t=!@'^?") || strings.Contains(rest, "://") || strings.Contains(rest, "style") || strings.Contains(rest, "classDef") {
			t.Errorf("%q becomes %q", text, got)
		}
		want := strings.ReplaceAll(topology.Plain(text), "\ufb02", "fl")
		read := strings.ReplaceAll(html.UnescapeString(entity.ReplaceAllString(got, "&#$1;")), "\u2060", "")
		if read != strings.ReplaceAll(want, "\u2060", "") {
			t.Errorf("%q is read as %q", text, read)
		}
	})
}
