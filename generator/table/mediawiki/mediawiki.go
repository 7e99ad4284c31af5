// Package mediawiki spells tables in the wikitext of MediaWiki.
//
// What wikitext could take for its own is a character reference: those are
// text everywhere, and MediaWiki reads no markup in them.
package mediawiki

import (
	"fmt"
	"io"
	"strings"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Dialect is the dialect "mediawiki.txt".
type Dialect struct{}

// Info tells what wikitext is.
func (Dialect) Info() table.Info {
	return table.Info{
		ID:        "mediawiki.txt",
		Extension: "mediawiki.txt",
		Title:     "MediaWiki",
		MediaType: "text/plain; charset=utf-8",
		For:       table.ForWikis,
		Can:       table.CanAll &^ table.CanGroup,
	}
}

var marks = table.Marks{
	Text:     appendText,
	Code:     appendCode,
	Strong:   [2]string{"<strong>", "</strong>"},
	Emphasis: [2]string{"<em>", "</em>"},
	Break:    "<br>",
}

// Render writes the table, a cell a line, and the line of provenance.
func (Dialect) Render(w io.Writer, t *table.Table) error {
	m := marks
	m.Link = func(b []byte, href string, inner []note.Inline) []byte {
		b = append(append(append(b, '['), href...), ' ')
		return append(m.AppendInlines(b, t, inner), ']')
	}
	_, err := w.Write(appendTable(make([]byte, 0, 512+64*t.Rows()*len(t.Columns)), &m, t))
	return err
}

func appendTable(b []byte, m *table.Marks, t *table.Table) []byte {
	b = append(b, "{| class=\"wikitable\"\n"...)
	for i := range t.Columns {
		b = append(b, `! scope="col" | `...)
		b = append(m.Text(b, t.Columns[i].Title), '\n')
	}
	for _, g := range t.Groups {
		for i := range g.Rows {
			b = append(b, "|-\n"...)
			for j := range g.Rows[i].Cells {
				// The blank keeps what follows from making the bar a row, a caption or the end.
				b = append(b, "| "...)
				b = append(appendBlocks(b, m, t, g.Rows[i].Cells[j].Blocks), '\n')
			}
		}
	}
	b = append(b, "|}\n\n"...)
	if s := t.Provenance.Text(); s == "" || !table.Alphanumeric(s[0]) {
		b = append(b, "<nowiki />"...) // no heading, no list, whatever it begins with
	}
	return append(m.AppendProvenance(b, t), '\n')
}

// appendBlocks writes blocks into one line: several paragraphs and lists as
// the elements that wikitext knows.
func appendBlocks(b []byte, m *table.Marks, t *table.Table, blocks []note.Block) []byte {
	for _, bl := range blocks {
		switch bl := bl.(type) {
		case *note.Paragraph:
			if len(blocks) == 1 {
				b = m.AppendInlines(b, t, bl.Inlines)
				continue
			}
			b = append(b, "<p>"...)
			b = append(m.AppendInlines(b, t, bl.Inlines), "</p>"...)
		case *note.List:
			b = appendList(b, m, t, bl)
		default:
			panic(fmt.Sprintf("mediawiki: unknown block %T", bl))
		}
	}
	return b
}

func appendList(b []byte, m *table.Marks, t *table.Table, l *note.List) []byte {
	return l.AppendTags(b, func(b []byte, item []note.Block) []byte { return appendBlocks(b, m, t, item) })
}

func appendText(b []byte, s string) []byte { return table.Escape(b, s, escape) }

func appendCode(b []byte, s string) []byte {
	b = append(b, "<code>"...)
	return append(appendText(b, s), "</code>"...)
}

func escape(s string, i int) string {
	before, after := table.Beside(s, i)
	if before == ' ' && strings.IndexByte("?:;!%", s[i]) >= 0 {
		return table.Reference(s[i]) // the blank would become one that does not break
	}
	switch s[i] {
	case '<', '>', '[', ']', '{', '}', '|':
		return table.Reference(s[i])
	case '&':
		if after != ' ' {
			return table.Reference(s[i])
		}
	case ':': // of an address
		if after != ' ' && after != 0 {
			return table.Reference(s[i])
		}
	case '\'', '~', '_', '!', '-': // of which several mean something
		if before == s[i] || after == s[i] || s[i] == '\'' && (before == 0 || after == 0) {
			return table.Reference(s[i])
		}
	case ' ':
		return blank(s, i)
	}
	return ""
}

// blank is how the blank at i must be written: before a number it would make a
// reference to a book or a standard of the word before, and beside some
// punctuation of French it would become one that does not break.
func blank(s string, i int) string {
	_, after := table.Beside(s, i)
	word := strings.HasSuffix(s[:i], "RFC") || strings.HasSuffix(s[:i], "PMID") || strings.HasSuffix(s[:i], "ISBN")
	french := strings.HasSuffix(s[:i], "«") || strings.HasPrefix(s[i+1:], "»") || strings.HasPrefix(s[i+1:], "›") || strings.HasSuffix(s[:i], "‹")
	if french || word && after >= '0' && after <= '9' {
		return table.Reference(' ')
	}
	return ""
}
