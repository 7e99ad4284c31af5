package markdown_test

import (
	"bytes"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"portolan/generator/diag"
	"portolan/generator/note"
	"portolan/generator/table"
	"portolan/generator/table/markdown"
	"portolan/generator/table/tabletest"
)

func render(t *testing.T, in *table.Table) string {
	t.Helper()
	var b bytes.Buffer
	if err := table.Write(&b, markdown.Dialect{}, in, new(diag.List)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	g := tabletest.NewGoldens(t)
	c := tabletest.Catalog()
	required := table.Requirements(c, c.Product("ferry"), table.Options{})
	g.Check("requirements.md", render(t, required.WithLinks(table.Absolute("https://site.example/ports/"))))
	g.Check("matrix.md", render(t, table.Matrix(c, table.MatrixOptions{})))
}

func hostileWant() tabletest.Grid {
	return tabletest.Want(table.Lower(tabletest.HostileTable(), markdown.Dialect{}.Info(), new(diag.List))).Words()
}

func TestReadByCmark(t *testing.T) {
	tool := tabletest.Tool(t, "cmark-gfm", "cmark-gfm")
	cmd := exec.Command(tool, "--unsafe", "-e", "table", "-e", "strikethrough", "-e", "autolink", "-e", "tagfilter")
	cmd.Stdin = strings.NewReader(render(t, tabletest.HostileTable()))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	tabletest.ReadHTML(t, string(out)).Words().Check(t, hostileWant())
}

func TestReadByGoldmark(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	var out bytes.Buffer
	if err := md.Convert([]byte(render(t, tabletest.HostileTable())), &out); err != nil {
		t.Fatal(err)
	}
	tabletest.ReadHTML(t, out.String()).Words().Check(t, hostileWant())
}

// TestPlainStaysReadable holds the escaping back: this is what people see in
// their repositories.
func TestPlainStaysReadable(t *testing.T) {
	for _, s := range []string{
		"tcp/443", "tcp/21,44000-44100", "User (Internet); Partner", "TLS 1.2 or newer", "Set it (optional): yes, no.", "100%", `the "web" port, it's 443`, "a = b + c - d / e", "Terms & conditions", "docs.example",
	} {
		in := &table.Table{Columns: []table.Column{{ID: "a", Title: "A"}}, Groups: []table.Group{{Rows: []table.Row{{Cells: []table.Cell{{Blocks: note.Of(s)}}}}}}}
		if got := render(t, in); !strings.Contains(got, "| "+s+" |") {
			t.Errorf("%q is written as %s", s, strings.Split(got, "\n")[2])
		}
	}
}

// TestProvenanceIsNoBlock holds that the line under the table stays a line of
// text whatever the product is called.
func TestProvenanceIsNoBlock(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	for _, name := range append(tabletest.Hostile(), "# h", "1. one", "- a", "+ a", "* a", "> q", "~~~", "===", "| a | b |") {
		in := &table.Table{Columns: []table.Column{{ID: "a", Title: "A"}}, Groups: []table.Group{{}}, Provenance: table.Provenance{Title: name}}
		var out bytes.Buffer
		if err := md.Convert([]byte(render(t, in)), &out); err != nil {
			t.Fatal(err)
		}
		_, after, ok := strings.Cut(out.String(), "</table>\n")
		if !ok || !strings.HasPrefix(after, "<p>") || strings.Count(after, "<") != 2 {
			t.Errorf("%q: %s", name, after)
		}
	}
}

func BenchmarkMarkdown(b *testing.B) {
	c := tabletest.Catalog()
	p := *c.Product("ferry")
	for len(p.Flows) < 30 {
		p.Flows = append(p.Flows, p.Flows[len(p.Flows)%4])
	}
	t := table.Lower(table.Requirements(c, &p, table.Options{}).WithLinks(table.Absolute("https://site.example/")), markdown.Dialect{}.Info(), new(diag.List))
	b.ReportAllocs()
	for b.Loop() {
		if err := (markdown.Dialect{}).Render(io.Discard, t); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzText puts any two texts beside each other in a cell: in running text, in
// a mark, as code and in a link.
func FuzzText(f *testing.F) {
	for i, s := range tabletest.Hostile() {
		f.Add(s, tabletest.Hostile()[(i*7+3)%len(tabletest.Hostile())])
	}
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	f.Fuzz(func(t *testing.T, a, b string) {
		text := func(s string) []note.Inline { return []note.Inline{note.Text(s)} }
		blocks := []note.Block{&note.Paragraph{Inlines: []note.Inline{
			note.Text(a), &note.Strong{Inlines: text(b)}, note.Text(a), note.Code(b), &note.Link{URL: "https://a.example/", Inlines: text(a)},
			&note.Emphasis{Inlines: text(a)}, note.Text(b), note.Break{}, note.Text("end"),
		}}}
		in := &table.Table{Columns: []table.Column{{ID: "a", Title: a}, {ID: "b", Title: "B"}}, Groups: []table.Group{{Rows: []table.Row{{Cells: []table.Cell{
			{Blocks: blocks}, {Blocks: note.Of("last")},
		}}}}}}
		var out bytes.Buffer
		if err := md.Convert([]byte(render(t, in)), &out); err != nil {
			t.Fatal(err)
		}
		want := tabletest.Want(table.Lower(in, markdown.Dialect{}.Info(), new(diag.List))).Words()
		got := tabletest.ReadHTML(t, out.String()).Words()
		got.Check(t, want)
		if t.Failed() {
			t.Log(render(t, in))
		}
	})
}
