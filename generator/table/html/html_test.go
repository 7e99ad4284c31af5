package html_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/table"
	"portolan/generator/table/html"
	"portolan/generator/table/tabletest"
)

// relative is how a page two folders deep finds other pages.
func relative(path string) string {
	file, anchor, ok := strings.Cut(path, "#")
	if ok {
		anchor = "#" + anchor
	}
	return "../.." + file + "index.html" + anchor
}

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
	g.Check("page.html", string(html.AppendPage(nil, required.WithLinks(relative))))
	g.Check("matrix.html", string(html.AppendPage(nil, table.Matrix(c, table.MatrixOptions{}).WithLinks(relative))))
}

func TestFragmentReads(t *testing.T) {
	in := tabletest.HostileTable()
	want := tabletest.Want(table.Lower(in, html.Fragment{}.Info(), new(diag.List))).Words()
	tabletest.ReadHTML(t, fragment(t, in)).Words().Check(t, want)
}

func TestPageReads(t *testing.T) {
	in := tabletest.HostileTable()
	tabletest.ReadHTML(t, string(html.AppendPage(nil, in))).Words().Check(t, tabletest.Want(in).Words())
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

func BenchmarkRequirementsHTML(b *testing.B) {
	t := required(30).WithLinks(relative)
	buf := html.AppendPage(nil, t)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		buf = html.AppendPage(buf[:0], t)
	}
}

// BenchmarkShortHTML is a table of the six columns that fit on a page, without
// links, to compare with other writers of tables.
func BenchmarkShortHTML(b *testing.B) {
	c := tabletest.Catalog()
	p := *c.Product("ferry")
	for len(p.Flows) < 30 {
		p.Flows = append(p.Flows, p.Flows[len(p.Flows)%4])
	}
	t := table.Requirements(c, &p, table.Options{Columns: []string{"direction", "service", "from", "to", "ports", "need"}, Flows: func(*catalog.Flow) bool { return true }})
	buf := html.AppendPage(nil, t)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		buf = html.AppendPage(buf[:0], t)
	}
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
