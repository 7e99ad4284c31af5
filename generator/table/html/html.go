// Package html spells tables as HTML that carries its style with it, to be
// pasted into an editor or a mail.
//
// It is written without white space that means nothing, a row a line.
package html

import (
	"fmt"
	"io"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Fragment is the dialect "html": a table and its line of provenance, with
// inline styles, no classes, no ids, the header cells in the first row.
type Fragment struct{}

// Info tells what the fragment is.
func (Fragment) Info() table.Info {
	return table.Info{
		ID:        "html",
		Extension: "html",
		Title:     "HTML, to paste",
		MediaType: "text/html; charset=utf-8",
		For:       table.ForDocuments,
		Can:       table.CanAll &^ table.CanGroup, // no cell over several columns, for editors that lose them
	}
}

// Render writes the fragment.
func (Fragment) Render(w io.Writer, t *table.Table) error {
	_, err := w.Write(appendFragment(make([]byte, 0, 512+256*t.Rows()*len(t.Columns)), t))
	return err
}

const (
	cellStyle  = "border:1px solid #999;padding:4px 8px;text-align:left;vertical-align:top"
	headOpen   = `<th scope="col" style="` + cellStyle + `;background-color:#eee">`
	cellOpen   = `<td style="` + cellStyle + `">`
	portsOpen  = `<td style="` + cellStyle + `;white-space:nowrap">`
	tableOpen  = `<table style="border-collapse:collapse">`
	provenance = `<p style="font-size:smaller">`
	linkClose  = "</a>"
)

func appendFragment(b []byte, t *table.Table) []byte {
	b = append(b, tableOpen+"<tbody>\n<tr>"...)
	for i := range t.Columns {
		b = append(b, headOpen...)
		b = appendText(b, t.Columns[i].Title)
		b = append(b, "</th>"...)
	}
	b = append(b, "</tr>\n"...)
	for _, g := range t.Groups {
		for i := range g.Rows {
			b = append(b, "<tr>"...)
			for j := range g.Rows[i].Cells {
				if t.Columns[j].Kind == table.Ports {
					b = append(b, portsOpen...)
				} else {
					b = append(b, cellOpen...)
				}
				b = appendCell(b, t, g.Rows[i].Cells[j].Blocks)
				b = append(b, "</td>"...)
			}
			b = append(b, "</tr>\n"...)
		}
	}
	b = append(b, "</tbody></table>\n"+provenance...)
	b = appendText(b, t.Provenance.Text())
	if url := t.CopyURL(); url != "" {
		b = append(b, `, <a href="`...)
		b = appendText(b, url)
		b = append(b, `">`...)
		b = appendText(b, url)
		b = append(b, linkClose...)
	}
	return append(b, "</p>\n"...)
}

// appendCell writes one paragraph bare and several as paragraphs.
func appendCell(b []byte, t *table.Table, blocks []note.Block) []byte {
	for _, bl := range blocks {
		switch bl := bl.(type) {
		case *note.Paragraph:
			if len(blocks) == 1 {
				b = appendInlines(b, t, bl.Inlines)
				continue
			}
			b = append(b, "<p>"...)
			b = appendInlines(b, t, bl.Inlines)
			b = append(b, "</p>"...)
		case *note.List:
			b = appendList(b, t, bl)
		default:
			panic(fmt.Sprintf("html: unknown block %T", bl))
		}
	}
	return b
}

func appendList(b []byte, t *table.Table, l *note.List) []byte {
	return l.AppendTags(b, func(b []byte, item []note.Block) []byte {
		// A tight item is its text and perhaps a list below it.
		if p, ok := first(item); ok && (len(item) == 1 || len(item) == 2 && isList(item[1])) {
			return appendCell(appendInlines(b, t, p.Inlines), t, item[1:])
		}
		return appendCell(b, t, item)
	})
}

func first(item []note.Block) (*note.Paragraph, bool) {
	if len(item) == 0 {
		return nil, false
	}
	p, ok := item[0].(*note.Paragraph)
	return p, ok
}

func isList(b note.Block) bool { _, ok := b.(*note.List); return ok }

func appendInlines(b []byte, t *table.Table, list []note.Inline) []byte {
	for _, in := range list {
		switch in := in.(type) {
		case note.Text:
			b = appendText(b, string(in))
		case note.Code:
			b = append(b, "<code>"...)
			b = appendText(b, string(in))
			b = append(b, "</code>"...)
		case *note.Strong:
			b = append(b, "<strong>"...)
			b = appendInlines(b, t, in.Inlines)
			b = append(b, "</strong>"...)
		case *note.Emphasis:
			b = append(b, "<em>"...)
			b = appendInlines(b, t, in.Inlines)
			b = append(b, "</em>"...)
		case *note.Link:
			href := t.Href(in.URL)
			b = appendLink(b, href)
			b = appendInlines(b, t, in.Inlines)
			if href != "" {
				b = append(b, linkClose...)
			}
		case note.Break:
			b = append(b, "<br>"...)
		default:
			panic(fmt.Sprintf("html: unknown inline %T", in))
		}
	}
	return b
}

// appendLink opens a link; without an address its text stands alone.
func appendLink(b []byte, href string) []byte {
	if href == "" {
		return b
	}
	b = append(b, `<a href="`...)
	b = appendText(b, href)
	return append(b, `">`...)
}

// escapes is what stands for a byte that means something in text or in a
// quoted attribute; empty: itself.
var escapes = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;", 0: "\uFFFD"}

// appendText escapes text.
func appendText(b []byte, s string) []byte {
	done := 0
	for i := range len(s) {
		if escapes[s[i]] != "" {
			b = append(append(b, s[done:i]...), escapes[s[i]]...)
			done = i + 1
		}
	}
	return append(b, s[done:]...)
}
