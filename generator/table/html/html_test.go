package html_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"portolan/generator/diag"
	"portolan/generator/table"
	"portolan/generator/table/html"
	"portolan/generator/table/tabletest"
)

func fragment(t *testing.T, in *table.Table) string {
	t.Helper()
	var b bytes.Buffer
	if err := table.Write(&b, html.Fragment{}, in, new(diag.List)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	g := tabletest.NewGoldens(t)
	c := tabletest.Catalog()
	required := table.Requirements(c, c.Product("ferry"), table.Options{})
	g.Check("fragment.html", fragment(t, required.WithLinks(table.Absolute("https://site.example/ports/"))))
	g.Check("matrix.html", fragment(t, table.Matrix(c, table.MatrixOptions{}).WithLinks(table.Absolute("https://site.example/ports/"))))
}

func TestFragmentReads(t *testing.T) {
	in := tabletest.HostileTable()
	want := tabletest.Want(table.Lower(in, html.Fragment{}.Info(), new(diag.List))).Words()
	tabletest.ReadHTML(t, fragment(t, in)).Words().Check(t, want)
}

func TestFragmentStandsAlone(t *testing.T) {
	c := tabletest.Catalog()
	got := fragment(t, table.Requirements(c, c.Product("ferry"), table.Options{}))
	for _, not := range []string{"class=", " id=", "rowspan", "colspan", "<script", "<style"} {
		if strings.Contains(got, not) {
			t.Errorf("%s in what is pasted into other pages", not)
		}
	}
	if !strings.Contains(got, "<tr><th ") {
		t.Error("no header cells in the first row")
	}
}

// required is a product with that many flows of everyday length.
func required(rows int) *table.Table {
	c := tabletest.Catalog()
	p := *c.Product("ferry")
	four := p.Flows[:4]
	p.Flows = nil
	for i := range rows {
		p.Flows = append(p.Flows, four[i%4])
	}
	return table.Requirements(c, &p, table.Options{})
}

func BenchmarkFragment(b *testing.B) {
	t := required(30).WithLinks(table.Absolute("https://site.example/"))
	b.ReportAllocs()
	for b.Loop() {
		if err := table.Write(io.Discard, html.Fragment{}, t, new(diag.List)); err != nil {
			b.Fatal(err)
		}
	}
}
