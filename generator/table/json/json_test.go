package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"io"
	"testing"

	"portolan/generator/diag"
	"portolan/generator/table"
	"portolan/generator/table/json"
	"portolan/generator/table/tabletest"
)

func render(t *testing.T, in *table.Table) string {
	t.Helper()
	var b bytes.Buffer
	if err := table.Write(&b, json.Dialect{}, in, new(diag.List)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	g := tabletest.NewGoldens(t)
	c := tabletest.Catalog()
	in := table.Requirements(c, c.Product("ferry"), table.Options{KeepEmpty: true})
	g.Check("requirements.json", render(t, in.WithLinks(table.Absolute("https://site.example/ports/"))))
}

// document is what a consumer declares; a field that it does not know fails.
type document struct {
	SchemaVersion int    `json:"schema_version"`
	ID            string `json:"id"`
	Title         string `json:"title"`
	Provenance    struct {
		Text        string `json:"text"`
		DataVersion string `json:"data_version"`
		Reviewed    string `json:"reviewed"`
		URL         string `json:"url"`
		Sources     []struct {
			Title           string `json:"title"`
			Publisher       string `json:"publisher"`
			URL             string `json:"url"`
			Retrieved       string `json:"retrieved"`
			DocumentVersion string `json:"document_version"`
		} `json:"sources"`
	} `json:"provenance"`
	Columns []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"columns"`
	Rows []map[string]string `json:"rows"`
}

func read(t *testing.T, text string) document {
	t.Helper()
	var d document
	dec := stdjson.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReads(t *testing.T) {
	in := tabletest.HostileTable()
	d := read(t, render(t, in))
	grid := tabletest.Grid{nil}
	for _, c := range d.Columns {
		grid[0] = append(grid[0], c.Title)
	}
	for _, r := range d.Rows {
		var cells []string
		for _, c := range d.Columns {
			cells = append(cells, r[c.ID])
		}
		if len(r) != len(d.Columns)+1 || r["id"] == "" {
			t.Errorf("a row has the keys of %v", r)
		}
		grid = append(grid, cells)
	}
	grid.Check(t, tabletest.Want(table.Lower(in, json.Dialect{}.Info(), new(diag.List))))
	if d.SchemaVersion != 1 || d.Provenance.Sources[0].Title != `a "b" | c` || d.Provenance.URL != "https://site.example/ports/x/" {
		t.Errorf("provenance %+v", d.Provenance)
	}
}

// TestStrings holds the writer against the standard library's reader for text
// that Lower has not cleaned.
func TestStrings(t *testing.T) {
	for _, s := range []string{"", "a\x00\x1f\x7fb", "\xff", "a\xc3", "\uFFFD", "\u2028</script>", "\U0001F600\\\"\n\t"} {
		in := &table.Table{ID: s, Groups: []table.Group{{}}}
		want := string([]rune(s)) // invalid bytes become U+FFFD
		if got := read(t, render(t, in)).ID; got != want {
			t.Errorf("%q reads as %q", s, got)
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	c := tabletest.Catalog()
	p := *c.Product("ferry")
	for len(p.Flows) < 30 {
		p.Flows = append(p.Flows, p.Flows[len(p.Flows)%4])
	}
	t := table.Lower(table.Requirements(c, &p, table.Options{}), json.Dialect{}.Info(), new(diag.List))
	b.ReportAllocs()
	for b.Loop() {
		if err := (json.Dialect{}).Render(io.Discard, t); err != nil {
			b.Fatal(err)
		}
	}
}
