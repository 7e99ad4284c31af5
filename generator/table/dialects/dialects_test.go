package dialects_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/note"
	"portolan/generator/table"
	"portolan/generator/table/dialects"
	"portolan/generator/table/tabletest"
)

func TestOrder(t *testing.T) {
	ids := dialects.IDs()
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("not in order or not unique: %v", ids)
	}
	for i, d := range dialects.All() {
		info := d.Info()
		for _, name := range []string{info.ID, info.Extension, "." + info.Extension} {
			if got, ok := dialects.Lookup(name); !ok || got.Info() != info {
				t.Errorf("%s is not found by %q", ids[i], name)
			}
		}
		if !slices.Contains(table.Uses(), info.For) || info.Title == "" || info.Extension == "" || !strings.Contains(info.MediaType, "/") || strings.ContainsAny(info.ID, " /") {
			t.Errorf("%+v", info)
		}
	}
	if got, ok := dialects.Lookup("nonsense"); ok {
		t.Errorf("found %v", got)
	}
}

// corpus is every kind of table that every dialect must write.
func corpus() map[string]*table.Table {
	c := tabletest.Catalog()
	p := c.Product("ferry")
	lists := &table.Table{Title: "lists", Columns: []table.Column{{ID: "a", Title: "A"}}, Groups: []table.Group{{Rows: []table.Row{{ID: "r", Cells: []table.Cell{{Blocks: []note.Block{
		&note.List{Ordered: true, Start: 3, Items: [][]note.Block{note.Of("three"), {note.Of("four")[0], &note.List{Items: [][]note.Block{note.Of("deep")}}}}},
		note.Of("after")[0],
	}}}}}}}}
	return map[string]*table.Table{
		"requirements": table.Requirements(c, p, table.Options{}).WithLinks(table.Absolute("https://site.example/")),
		"few columns":  table.Requirements(c, p, table.Options{Columns: []string{"service", "ports"}}),
		"matrix":       table.Matrix(c, table.MatrixOptions{}),
		"network":      table.Network(c, network.Resolve(c, c.Deployment("harbour"), new(diag.List))),
		"hostile":      tabletest.HostileTable(),
		"lists":        lists,
		"no rows":      {Title: "empty", Columns: []table.Column{{ID: "a", Title: "A"}}, Groups: []table.Group{{}}},
		"no groups":    {Title: "empty", Columns: []table.Column{{ID: "a", Title: "A"}}},
	}
}

// TestCorpus holds every dialect to what all must do: the same bytes each
// time, valid UTF-8, every word of every cell or a warning, and an age.
func TestCorpus(t *testing.T) {
	for _, d := range dialects.All() {
		info := d.Info()
		for name, in := range corpus() {
			before := tabletest.Dump(in)
			sink := new(diag.List)
			low := table.Lower(in, info, sink)
			var first, second bytes.Buffer
			if err := d.Render(&first, low); err != nil {
				t.Fatalf("%s, %s: %v", info.ID, name, err)
			}
			if err := table.Write(&second, d, in, new(diag.List)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Errorf("%s, %s: other bytes the second time", info.ID, name)
			}
			if tabletest.Dump(in) != before {
				t.Errorf("%s, %s: the table was changed", info.ID, name)
			}
			if sink.HasErrors() {
				t.Errorf("%s, %s: %v", info.ID, name, sink.Sorted())
			}
			if info.Binary {
				continue
			}
			if !utf8.Valid(first.Bytes()) {
				t.Errorf("%s, %s: not valid UTF-8", info.ID, name)
			}
			if name == "requirements" {
				for _, want := range []string{"3f2a9c01bd34", "2026-11-21", "https://site.example/products/ferry/", "44000-44100", "must stay closed"} {
					if !strings.Contains(first.String(), want) {
						t.Errorf("%s: no %q in\n%s", info.ID, want, first.String())
					}
				}
			}
		}
	}
}
