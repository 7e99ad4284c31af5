package confluence_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"portolan/generator/diag"
	"portolan/generator/note"
	"portolan/generator/table"
	"portolan/generator/table/confluence"
	"portolan/generator/table/tabletest"
)

func TestGolden(t *testing.T) { tabletest.Golden(t, confluence.Storage{}) }

func TestPlainStaysReadable(t *testing.T) {
	tabletest.Readable(t, confluence.Storage{}, "tcp/443", "*.example.com", "{tenant}.example.com", "User (Internet); Partner", "Set it (optional): yes, no.", "100%")
}

// read reads the storage format: well-formed XML, of the elements and
// attributes that Confluence documents for it, without a name of HTML's.
func read(t *testing.T, text string) tabletest.Grid {
	t.Helper()
	attributes := map[string]string{
		"table": "", "tbody": "", "tr": "", "th": "", "td": "", "p": "", "ul": "", "ol": "start", "li": "", "br": "", "code": "", "strong": "", "em": "", "a": "href",
	}
	d := xml.NewDecoder(strings.NewReader("<page>" + text + "</page>"))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			may, known := attributes[token.Name.Local]
			if !known && token.Name.Local != "page" || token.Name.Space != "" {
				t.Errorf("an element %v", token.Name)
			}
			for _, a := range token.Attr {
				if a.Name.Local != may {
					t.Errorf("%s has an attribute %s", token.Name.Local, a.Name.Local)
				}
			}
		case xml.Comment, xml.Directive, xml.ProcInst:
			t.Errorf("%T", token)
		}
	}
	// As to what is in the cells, it reads as HTML does.
	return tabletest.ReadHTML(t, strings.ReplaceAll(text, "<p />", "<p></p>")).Words()
}

func want(in *table.Table) tabletest.Grid {
	return tabletest.Want(table.Lower(in, confluence.Storage{}.Info(), new(diag.List))).Words()
}

func TestHostile(t *testing.T) {
	in := tabletest.HostileTable()
	read(t, tabletest.Spell(t, confluence.Storage{}, in)).Check(t, want(in))
}

func FuzzText(f *testing.F) {
	for i, s := range tabletest.Hostile() {
		f.Add(s, tabletest.Hostile()[(i*7+3)%len(tabletest.Hostile())])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " ")
		text := func(s string) []note.Inline { return []note.Inline{note.Text(s)} }
		in := &table.Table{Columns: []table.Column{{ID: "a", Title: a}}, Groups: []table.Group{{Rows: []table.Row{{Cells: []table.Cell{{Blocks: []note.Block{
			&note.Paragraph{Inlines: []note.Inline{note.Text(a), &note.Strong{Inlines: text(b)}, note.Code(b), &note.Link{URL: "https://a.example/", Inlines: text(a)}, note.Break{}, note.Text(b)}},
			&note.List{Items: [][]note.Block{note.Of(a)}},
		}}}}}}}}
		read(t, tabletest.Spell(t, confluence.Storage{}, in)).Check(t, want(in))
	})
}
