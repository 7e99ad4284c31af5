// Package confluence spells tables in the storage format of Confluence, the
// XHTML that its API takes and its pages are kept in.
package confluence

import (
	"fmt"
	"io"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Storage is the dialect "confluence.xml": a table and its line of provenance,
// of plain elements alone. It needs none of Confluence's own.
type Storage struct{}

// Info tells what the storage format is.
func (Storage) Info() table.Info {
	return table.Info{
		ID:        "confluence.xml",
		Extension: "confluence.xml",
		Title:     "Confluence, storage format",
		MediaType: "text/xml; charset=utf-8",
		For:       table.ForWikis,
		Can:       table.CanAll &^ table.CanGroup,
	}
}

var marks = table.Marks{
	Text:     appendText,
	Code:     func(b []byte, s string) []byte { return append(appendText(append(b, "<code>"...), s), "</code>"...) },
	Strong:   [2]string{"<strong>", "</strong>"},
	Emphasis: [2]string{"<em>", "</em>"},
	Break:    "<br />",
}

// Render writes the elements, a row a line.
func (Storage) Render(w io.Writer, t *table.Table) error {
	m := marks
	m.Link = func(b []byte, href string, inner []note.Inline) []byte {
		b = appendText(append(b, `<a href="`...), href)
		return append(m.AppendInlines(append(b, `">`...), t, inner), "</a>"...)
	}
	_, err := w.Write(appendTable(make([]byte, 0, 512+96*t.Rows()*len(t.Columns)), &m, t))
	return err
}

func appendTable(b []byte, m *table.Marks, t *table.Table) []byte {
	b = append(b, "<table><tbody>\n<tr>"...)
	for i := range t.Columns {
		b = append(b, "<th><p>"...)
		b = append(appendText(b, t.Columns[i].Title), "</p></th>"...)
	}
	b = append(b, "</tr>\n"...)
	for _, g := range t.Groups {
		for i := range g.Rows {
			b = append(b, "<tr>"...)
			for j := range g.Rows[i].Cells {
				b = append(b, "<td>"...)
				b = append(appendBlocks(b, m, t, g.Rows[i].Cells[j].Blocks), "</td>"...)
			}
			b = append(b, "</tr>\n"...)
		}
	}
	b = append(b, "</tbody></table>\n<p>"...)
	b = appendText(b, t.Provenance.Text())
	if url := t.CopyURL(); url != "" {
		b = m.Link(append(b, ", "...), url, []note.Inline{note.Text(url)})
	}
	return append(b, "</p>\n"...)
}

// appendBlocks writes blocks; Confluence's editor wants a paragraph in every
// cell and item.
func appendBlocks(b []byte, m *table.Marks, t *table.Table, blocks []note.Block) []byte {
	if len(blocks) == 0 {
		return append(b, "<p />"...)
	}
	for _, bl := range blocks {
		switch bl := bl.(type) {
		case *note.Paragraph:
			b = append(b, "<p>"...)
			b = append(m.AppendInlines(b, t, bl.Inlines), "</p>"...)
		case *note.List:
			b = appendList(b, m, t, bl)
		default:
			panic(fmt.Sprintf("confluence: unknown block %T", bl))
		}
	}
	return b
}

func appendList(b []byte, m *table.Marks, t *table.Table, l *note.List) []byte {
	return l.AppendTags(b, func(b []byte, item []note.Block) []byte { return appendBlocks(b, m, t, item) })
}

// escapes are XML's own: the storage format knows HTML's names only beside a
// document type that it does not have.
var escapes = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\'': "&#39;"}

func appendText(b []byte, s string) []byte {
	return table.Escape(b, s, func(s string, i int) string { return escapes[s[i]] })
}
