// Package rst spells tables in reStructuredText, for Docutils and Sphinx.
//
// It writes list tables: cells of the other kinds have to be drawn to measure,
// and one long cell widens every line.
package rst

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Dialect is the dialect "rst".
type Dialect struct{}

// Info tells what reStructuredText is.
func (Dialect) Info() table.Info {
	return table.Info{
		ID:        "rst",
		Extension: "rst",
		Title:     "reStructuredText",
		MediaType: "text/plain; charset=utf-8",
		For:       table.ForDocuments,
		Can:       table.CanAll &^ (table.CanGroup | table.CanNest),
	}
}

// Render writes the table, a cell a line, and the line of provenance.
func (Dialect) Render(w io.Writer, t *table.Table) error {
	_, err := w.Write(appendTable(make([]byte, 0, 512+96*t.Rows()*len(t.Columns)), t))
	return err
}

func appendTable(b []byte, t *table.Table) []byte {
	b = append(b, ".. list-table::\n   :header-rows: 1\n"...)
	for i := range t.Columns {
		b = append(b, firstOr(i, "\n   * - ", "     - ")...)
		b = append(appendLine(b, t, []note.Inline{note.Text(t.Columns[i].Title)}), '\n')
	}
	for _, g := range t.Groups {
		for i := range g.Rows {
			for j := range g.Rows[i].Cells {
				b = append(b, firstOr(j, "   * -", "     -")...)
				if c := &g.Rows[i].Cells[j]; !c.IsZero() {
					b = appendBlocks(append(b, ' '), t, c.Blocks, "       ")
				}
				b = append(b, '\n')
			}
		}
	}
	b = append(b, '\n')
	line := []note.Inline{note.Text(t.Provenance.Text())}
	if url := t.CopyURL(); url != "" {
		line = append(line, note.Text(", "), &note.Link{URL: url, Inlines: []note.Inline{note.Text(url)}})
	}
	return append(appendLine(b, t, line), '\n')
}

func firstOr(i int, first, other string) string {
	if i == 0 {
		return first
	}
	return other
}

// appendBlocks writes blocks, whose first stands behind something, at an
// indent of blanks.
func appendBlocks(b []byte, t *table.Table, blocks []note.Block, indent string) []byte {
	for i, bl := range blocks {
		if i > 0 {
			b = append(append(b, "\n\n"...), indent...)
		}
		switch bl := bl.(type) {
		case *note.Paragraph:
			b = appendParagraph(b, t, bl, indent)
		case *note.List:
			if i > 0 {
				if _, list := blocks[i-1].(*note.List); list {
					b = append(append(b, "..\n\n"...), indent...) // not of the list before
				}
			}
			b = appendList(b, t, bl, indent)
		default:
			panic(fmt.Sprintf("rst: unknown block %T", bl))
		}
	}
	return b
}

func appendList(b []byte, t *table.Table, l *note.List, indent string) []byte {
	for i, item := range l.Items {
		if i > 0 {
			b = append(append(b, "\n\n"...), indent...)
		}
		mark := "-"
		if l.Ordered {
			mark = strconv.Itoa(l.Start+i) + "."
		}
		b = append(b, mark...)
		if len(item) > 0 {
			b = appendBlocks(append(b, ' '), t, item, indent+strings.Repeat(" ", len(mark)+1))
		}
	}
	return b
}

// appendParagraph writes a paragraph; its forced breaks make it a line block.
func appendParagraph(b []byte, t *table.Table, p *note.Paragraph, indent string) []byte {
	var lines [][]note.Inline
	start := 0
	for i, in := range p.Inlines {
		if _, ok := in.(note.Break); ok {
			lines = append(lines, p.Inlines[start:i])
			start = i + 1
		}
	}
	if lines == nil {
		return appendLine(b, t, p.Inlines)
	}
	for i, line := range append(lines, p.Inlines[start:]) {
		if i > 0 {
			b = append(append(b, '\n'), indent...)
		}
		b = appendLine(append(b, "| "...), t, line)
	}
	return b
}

// appendLine writes running text that begins a line.
func appendLine(b []byte, t *table.Table, list []note.Inline) []byte {
	from := len(b)
	b = marks.AppendInlines(b, t, list)
	if line := string(b[from:]); line != "" && !starts(line) {
		// Escaped nothing: what follows is a paragraph, whatever it looks like.
		return append(append(b[:from:from], `\ `...), line...)
	}
	return b
}

// starts tells whether a line may be a paragraph as it is: it begins with a
// word that is not the number of an item, with a mark, or with an escape and is
// not all backslashes, as a rule under a heading may be.
func starts(s string) bool {
	if strings.IndexByte("`*\\", s[0]) >= 0 {
		return strings.Trim(s, `\`) != ""
	}
	n := 0
	for n < len(s) && table.Alphanumeric(s[n]) {
		n++
	}
	switch {
	case n == 0:
		return false
	case n == len(s):
		return n > 1
	}
	return strings.IndexByte(".)", s[n]) < 0
}

var marks = table.Marks{
	Text:     func(b []byte, s string) []byte { return table.Escape(b, s, escape) },
	Code:     appendCode,
	Strong:   [2]string{"**", "**"},
	Emphasis: [2]string{"*", "*"},
	Link: func(b []byte, href string, inner []note.Inline) []byte {
		b = append(b, '`')
		b = table.Escape(b, note.PlainInlines(inner), escapeInLink)
		b = append(b, " <"...)
		if strings.HasSuffix(href, "_") { // it would be the name of another target
			href = strings.TrimSuffix(href, "_") + "%5F"
		}
		return append(append(b, href...), ">`__"...)
	},
	Apart:  `\ `,
	Before: " (",
	After:  " .,;!?)",
}

// appendCode writes a literal. Nothing can be escaped in one, so that what
// could end it early takes the role of the same name.
func appendCode(b []byte, s string) []byte {
	switch {
	case s == "":
		return b
	case strings.Contains(s, "`") || s[0] == ' ' || s[len(s)-1] == ' ' || s[len(s)-1] == '\\':
		b = append(b, ":literal:`"...)
		b = table.Escape(b, s, escapeAll)
		return append(b, '`')
	}
	return append(append(append(b, "``"...), s...), "``"...)
}

// escapeInLink escapes what could end the text of a link.
func escapeInLink(s string, i int) string {
	switch s[i] {
	case '`', '\\', '<', '>':
		return escapes[s[i]]
	}
	return ""
}

// escapeAll escapes every character that is no letter or digit, blanks at the
// ends included.
func escapeAll(s string, i int) string {
	if s[i] == ' ' {
		return ""
	}
	return escapes[s[i]]
}

func escape(s string, i int) string {
	before, after := table.Beside(s, i)
	switch s[i] {
	case '*', '`', '|', '\\', '@', '<', '>':
		return escapes[s[i]]
	case '_': // a reference, unless inside a word
		if !table.Alphanumeric(before) || !table.Alphanumeric(after) {
			return escapes[s[i]]
		}
	case ':': // of an address or a role, or before a literal block
		if after != ' ' && after != 0 || before == ':' {
			return escapes[s[i]]
		}
	case '-', '.', '=', '"', '\'': // Sphinx makes dashes and the like of several
		if before == s[i] || after == s[i] {
			return escapes[s[i]]
		}
	}
	return ""
}

var escapes = func() (out [128]string) {
	for i := range out {
		out[i] = `\` + string(rune(i))
	}
	return out
}()
