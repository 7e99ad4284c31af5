// Package asciidoc spells tables in AsciiDoc.
//
// What AsciiDoc could take for its own is a character reference, which is text
// everywhere. A cell is read as running text, and as a document of its own only
// where it holds a list.
package asciidoc

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Dialect is the dialect "adoc".
type Dialect struct{}

// Info tells what AsciiDoc is.
func (Dialect) Info() table.Info {
	return table.Info{
		ID:        "adoc",
		Extension: "adoc",
		Title:     "AsciiDoc",
		MediaType: "text/plain; charset=utf-8",
		For:       table.ForDocuments,
		Can:       table.CanAll &^ table.CanGroup,
	}
}

var marks = table.Marks{
	Text:     appendText,
	Code:     func(b []byte, s string) []byte { return append(appendText(append(b, "``"...), s), "``"...) },
	Strong:   [2]string{"**", "**"},
	Emphasis: [2]string{"__", "__"},
	Break:    " +\n",
	Apart:    "{empty}", // or what a link ends with is the style of a mark behind it
}

// Render writes the table, a cell a line, and the line of provenance.
func (Dialect) Render(w io.Writer, t *table.Table) error {
	m := marks
	m.Link = func(b []byte, href string, inner []note.Inline) []byte {
		b = appendURL(append(b, "link:"...), href)
		b = append(b, '[')
		inside := m // its text is read for attributes, too
		inside.Text = func(b []byte, s string) []byte { return table.Escape(b, s, escapeInLink) }
		return append(inside.AppendInlines(b, t, inner), ']')
	}
	_, err := w.Write(appendTable(make([]byte, 0, 512+64*t.Rows()*len(t.Columns)), &m, t))
	return err
}

func appendTable(b []byte, m *table.Marks, t *table.Table) []byte {
	b = append(b, `[%header,cols="`...)
	for i := range t.Columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, "1*"...) // or a number alone would be that of the columns
		b = strconv.AppendInt(b, width(t.Columns[i].Kind), 10)
	}
	b = append(b, "\"]\n|===\n"...)
	for i := range t.Columns {
		b = append(b, "| "...)
		b = append(m.Text(b, t.Columns[i].Title), '\n')
	}
	for _, g := range t.Groups {
		for i := range g.Rows {
			b = append(b, '\n')
			for j := range g.Rows[i].Cells {
				b = appendCell(b, m, t, g.Rows[i].Cells[j].Blocks)
			}
		}
	}
	b = append(b, "|===\n\n"...)
	b = appendStart(b, t.Provenance.Text())
	return append(m.AppendProvenance(b, t), '\n')
}

// width is a column's share of the table.
func width(k table.Kind) int64 {
	switch k {
	case table.Prose:
		return 3
	case table.Party, table.Citation:
		return 2
	case table.Label, table.Term, table.Ports:
	}
	return 1
}

func appendCell(b []byte, m *table.Marks, t *table.Table, blocks []note.Block) []byte {
	for _, bl := range blocks {
		if _, list := bl.(*note.List); list {
			document := *m
			document.Break += "{empty}" // what follows could be an item of its own there
			b = append(b, "a|\n"...)
			return append(appendDocument(b, &document, t, blocks, ""), '\n')
		}
	}
	b = append(b, '|')
	for i, bl := range blocks {
		if i > 0 {
			b = append(b, "\n\n"...)
		} else {
			b = append(b, ' ')
		}
		b = m.AppendInlines(b, t, bl.(*note.Paragraph).Inlines)
	}
	return append(b, '\n')
}

// appendDocument writes blocks as those of a document. Marker is that of the
// list around them, such as "**"; it grows with the depth.
func appendDocument(b []byte, m *table.Marks, t *table.Table, blocks []note.Block, marker string) []byte {
	for i, bl := range blocks {
		switch bl := bl.(type) {
		case *note.Paragraph:
			switch {
			case i > 0 && marker == "":
				b = append(b, "\n\n"...)
			case i > 0:
				b = append(b, "\n+\n"...) // still of the item
			}
			b = appendStart(b, note.PlainInlines(bl.Inlines))
			b = m.AppendInlines(b, t, bl.Inlines)
		case *note.List:
			if i > 0 {
				b = append(b, '\n')
				if _, list := blocks[i-1].(*note.List); list || marker == "" {
					b = append(b, "\n//-\n"...) // not of the list before
				}
			}
			b = appendList(b, m, t, bl, marker)
		default:
			panic(fmt.Sprintf("asciidoc: unknown block %T", bl))
		}
	}
	return b
}

func appendList(b []byte, m *table.Marks, t *table.Table, l *note.List, marker string) []byte {
	mark := "*"
	if l.Ordered {
		mark = "."
		if l.Start != 1 {
			b = append(b, "[start="...)
			b = append(strconv.AppendInt(b, int64(l.Start), 10), "]\n"...)
		}
	}
	mark = strings.Repeat(mark, len(marker)+1)
	for i, item := range l.Items {
		if i > 0 {
			b = append(b, '\n')
		}
		b = append(append(b, mark...), ' ')
		if len(item) == 0 || !isParagraph(item[0]) {
			b = append(b, "{empty}\n"...)
		}
		b = appendDocument(b, m, t, item, mark)
	}
	return b
}

// appendStart begins a line of text: with nothing, spelled, where AsciiDoc
// could take it for an item of a list, an admonition or a heading.
func appendStart(b []byte, s string) []byte {
	n := 0
	for n < len(s) && table.Alphanumeric(s[n]) {
		n++
	}
	word, rest := s[:n], s[n:]
	admonition := strings.HasPrefix(rest, ":") && strings.ToUpper(word) == word
	item := strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, ")")
	if word == "" || admonition || item {
		return append(b, "{empty}"...)
	}
	return b
}

func isParagraph(b note.Block) bool { _, ok := b.(*note.Paragraph); return ok }

// appendURL writes an address so that no character of it is formatted.
func appendURL(b []byte, url string) []byte {
	for i := range len(url) {
		if c := url[i]; !table.Alphanumeric(c) && (strings.IndexByte(":/.?&=%-", c) < 0 || i > 0 && c == url[i-1] && c != '/') {
			return append(append(append(b, "++"...), strings.ReplaceAll(url, "++", "%2B%2B")...), "++"...)
		}
	}
	return append(b, url...)
}

func appendText(b []byte, s string) []byte { return table.Escape(b, s, escape) }

func escapeInLink(s string, i int) string {
	switch s[i] {
	case '=':
		return table.Reference(s[i])
	}
	return escape(s, i)
}

// ends tells whether a text ends in a letter or digit, or in that and a
// parenthesis: in something that has no semicolon of its own.
func ends(s string) bool {
	s = strings.TrimSuffix(s, ")")
	return s != "" && table.Alphanumeric(s[len(s)-1])
}

func escape(s string, i int) string {
	before, after := table.Beside(s, i)
	twin := before == s[i] || after == s[i]
	switch s[i] {
	case '|', '<', '>', '[', ']', '{', '}', '\\', '*', '_', '`', '#', '^', '~', '+', '@', '\'', '"':
		return table.Reference(s[i])
	case '&':
		if after != ' ' {
			return table.Reference(s[i])
		}
	case ':': // of an address, a macro, a definition
		if after != ' ' && after != 0 || before == ':' {
			return table.Reference(s[i])
		}
	case '-', '.', '$', '/', '=':
		if twin || before == 0 || before == ' ' && after == ' ' || after == '>' || before == '<' {
			return table.Reference(s[i])
		}
	case '(':
		if twin || after|0x20 == 'c' || after|0x20 == 'r' || after|0x20 == 't' {
			return table.Reference(s[i])
		}
	case ')', ';', '!', '%', ',':
		if twin || before == 0 || s[i] == ';' && !ends(s[:i]) {
			return table.Reference(s[i])
		}
	}
	return ""
}
