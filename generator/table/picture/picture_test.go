package picture_test

import (
	"encoding/xml"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/note"
	"portolan/generator/policy/platforms"
	"portolan/generator/table"
	"portolan/generator/table/picture"
	"portolan/generator/topology"
)

// text is one text of a picture.
type text struct {
	class, text string
	x, y        int
}

// parse reads a picture as XML, strictly.
func parse(t *testing.T, src []byte) (width, height int, texts []text) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(src)))
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	in := false
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return width, height, texts
		}
		if err != nil {
			t.Fatalf("%v in %s", err, src)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			at := map[string]string{}
			for _, a := range tok.Attr {
				at[a.Name.Local] = a.Value
			}
			switch tok.Name.Local {
			case "svg":
				width, height = number(at["width"]), number(at["height"])
			case "text":
				texts = append(texts, text{class: at["class"], x: number(at["x"]), y: number(at["y"])})
			case "title", "desc", "style", "rect", "path":
			default:
				t.Errorf("an element %s", tok.Name.Local)
			}
			in = tok.Name.Local == "text"
		case xml.CharData:
			if in {
				texts[len(texts)-1].text += string(tok)
			}
		case xml.EndElement:
			in = false
		}
	}
}

var roles = map[string]topology.TextRole{
	"b": topology.TitleText, "h": topology.ZoneText, "g": topology.ZoneText, "m": topology.PortText, "l": topology.LegendText, "c": topology.LegendText, "f": topology.LegendText,
}

// check holds that no text leaves the picture or touches another.
func check(t *testing.T, name string, src []byte) (all string) {
	t.Helper()
	width, height, texts := parse(t, src)
	type span struct{ x0, y0, x1, y1 int }
	var spans []span
	for _, x := range texts {
		r, ok := roles[x.class]
		if !ok {
			t.Fatalf("%s: class %q", name, x.class)
		}
		s := span{x.x, x.y - r.Ascent(), x.x + r.Width(x.text), x.y + r.Descent()}
		if s.x0 < 0 || s.y0 < 0 || s.x1 > width || s.y1 > height {
			t.Errorf("%s: %q at %v leaves %dx%d", name, x.text, s, width, height)
		}
		for i, o := range spans {
			if s.x0 < o.x1 && o.x0 < s.x1 && s.y0 < o.y1 && o.y0 < s.y1 {
				t.Errorf("%s: %q on %q", name, x.text, texts[i].text)
			}
		}
		spans = append(spans, s)
		all += x.text + " "
	}
	return all
}

func TestProducts(t *testing.T) {
	var l diag.List
	r := load.Load(os.DirFS("../../.."), load.Options{Known: catalog.Known{Platforms: platforms.IDs()}}, &l)
	if r.Catalog == nil {
		t.Fatal(l.Sorted())
	}
	for _, p := range r.Catalog.Products {
		made := table.Requirements(r.Catalog, p, table.Options{})
		all := strings.Join(strings.Fields(check(t, p.Slug, picture.SVG(made))), "")
		for _, column := range []string{"service", "from", "to", "ports", "need", "when"} {
			i := made.Column(column)
			if i < 0 { // nothing stands in it
				continue
			}
			for _, g := range made.Groups {
				for _, row := range g.Rows {
					if want := strings.Join(strings.Fields(row.Cells[i].Plain()), ""); !strings.Contains(all, want) {
						t.Errorf("%s: %s of %s is lost: %q", p.Slug, column, row.ID, row.Cells[i].Plain())
					}
				}
			}
		}
		if !strings.Contains(all, strings.Join(strings.Fields(made.ProvenanceLine()), "")) {
			t.Errorf("%s: where it comes from is lost", p.Slug)
		}
	}
}

func TestHostile(t *testing.T) {
	for _, hostile := range []string{"<script>alert(1)</script>", `"></text><image href="x"/>`, "]]>&amp;", "\u202e\u0000\x7f", strings.Repeat("W", 4000), "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字", ""} {
		cell := table.Cell{Blocks: []note.Block{&note.Paragraph{Inlines: []note.Inline{note.Text(hostile)}}}}
		made := &table.Table{ID: "x", Title: hostile,
			Columns: []table.Column{{ID: "service", Title: hostile, Kind: table.Label}, {ID: "ports", Title: "Ports", Kind: table.Ports}},
			Groups:  []table.Group{{ID: "g", Title: hostile, Rows: []table.Row{{ID: "r", Cells: []table.Cell{cell, cell}}}}},
		}
		check(t, hostile, picture.SVG(made))
	}
}

func TestFits(t *testing.T) {
	for rows, want := range map[int]bool{0: false, 1: true, 40: true, 41: false} {
		if picture.Fits(rows) != want {
			t.Errorf("%d rows: %v", rows, !want)
		}
	}
}
