package xlsx_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/diag"
	"portolan/generator/note"
	"portolan/generator/sheet/sheettest"
	"portolan/generator/table"
	"portolan/generator/table/tabletest"
	"portolan/generator/table/xlsx"
)

func render(t *testing.T, in *table.Table) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := table.Write(&b, xlsx.Dialect{}, in, new(diag.List)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func want(in *table.Table) tabletest.Grid {
	return tabletest.Want(table.Lower(in, xlsx.Dialect{}.Info(), new(diag.List)))
}

func requirements() *table.Table {
	c := tabletest.Catalog()
	return table.Requirements(c, c.Product("ferry"), table.Options{}).WithLinks(table.Absolute("https://site.example/"))
}

// TestCells: openpyxl reads every cell as it was written, as text.
func TestCells(t *testing.T) {
	for name, in := range map[string]*table.Table{"requirements": requirements(), "hostile": tabletest.HostileTable()} {
		main := sheettest.Read(t, render(t, in))[0].Sheets[0]
		tabletest.Grid(main.Cells).Check(t, want(in))
		if d := cmp.Diff([]string{"s"}, main.Types); d != "" {
			t.Errorf("%s: cells that are no text: %s", name, d)
		}
		if main.Frozen != "A2" || main.Filter == "" || main.Repeated != "$1:$1" {
			t.Errorf("%s: header %+v", name, main)
		}
		for at, to := range main.Links {
			if !strings.HasPrefix(to, "https://a.example/") && !strings.HasPrefix(to, "https://site.example/") && !strings.HasPrefix(to, "https://docs.example/") {
				t.Errorf("%s: %s leads to %q", name, at, to)
			}
		}
	}
}

func TestSources(t *testing.T) {
	in := requirements()
	book := sheettest.Read(t, render(t, in))[0]
	if book.Sheets[0].Name != "Ferry required ports" || book.Created != "2026-11-21T00:00:00" {
		t.Errorf("%q of %s", book.Sheets[0].Name, book.Created)
	}
	sources := book.Sheets[1]
	if d := cmp.Diff([][]string{
		{"Document", "Publisher", "Address", "Retrieved or reviewed", "Version"},
		{"Admin Guide", "Example", "https://docs.example/ports(1).html", "2026-11-01", "8.2"},
		{"Printed handbook", "Example", "", "", ""},
		{"The data: Ferry: required ports. portolan data 3f2a9c01bd34, reviewed 2026-11-21, without strong text, code", "portolan", "https://site.example/products/ferry/", "2026-11-21", "3f2a9c01bd3477e05b1f"},
	}, sources.Cells); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]string{
		"A2": "https://docs.example/ports%281%29.html", "C2": "https://docs.example/ports%281%29.html",
		"A4": "https://site.example/products/ferry/", "C4": "https://site.example/products/ferry/",
	}, sources.Links); d != "" {
		t.Error(d)
	}
}

// TestFurtherLinks: a short cell leads to one address; the others are not lost.
func TestFurtherLinks(t *testing.T) {
	link := func(url string) note.Inline {
		return &note.Link{URL: url, Inlines: []note.Inline{note.Text("here")}}
	}
	short := note.Block(&note.Paragraph{Inlines: []note.Inline{link("https://a.example/1"), &note.Strong{Inlines: []note.Inline{link("https://a.example/2")}}, link("https://a.example/1")}})
	in := &table.Table{ID: "t", Title: "T", Columns: []table.Column{{Title: "Notes"}, {Title: "Service", Kind: table.Label}},
		Groups: []table.Group{{Rows: []table.Row{{ID: "short", Cells: []table.Cell{{Blocks: []note.Block{short}}, {Blocks: note.Of("HTTP")}}}, {ID: "long", Cells: []table.Cell{
			{Blocks: []note.Block{
				&note.Paragraph{Inlines: []note.Inline{note.Text("Two lines")}},
				&note.List{Items: [][]note.Block{{&note.Paragraph{Inlines: []note.Inline{link("javascript:alert(1)"), link("https://a.example/3")}}}}},
			}},
			{Blocks: note.Of("HTTPS")},
		}}}}}}
	book := sheettest.Read(t, render(t, in))[0]
	if d := cmp.Diff(map[string]string{"A2": "https://a.example/1"}, book.Sheets[0].Links); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([][]string{{"Row", "Column", "Address"}, {"HTTP", "Notes", "https://a.example/2"}, {"HTTPS", "Notes", "https://a.example/3"}}, book.Sheets[2].Cells); d != "" {
		t.Error(d)
	}
}

func BenchmarkXLSX(b *testing.B) {
	c := tabletest.Catalog()
	p := *c.Product("ferry")
	for len(p.Flows) < 30 {
		p.Flows = append(p.Flows, p.Flows[len(p.Flows)%4])
	}
	t := table.Lower(table.Requirements(c, &p, table.Options{}), xlsx.Dialect{}.Info(), new(diag.List))
	b.ReportAllocs()
	for b.Loop() {
		if err := (xlsx.Dialect{}).Render(io.Discard, t); err != nil {
			b.Fatal(err)
		}
	}
}
