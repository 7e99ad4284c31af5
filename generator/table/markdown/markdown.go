// Package markdown spells tables in GitHub Flavored Markdown.
//
// Text is escaped so that GitHub's parser and the common others read it back
// unchanged, and no more than that: people keep these files and read them.
package markdown

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Dialect is the dialect "md".
type Dialect struct{}

// Info tells what GFM is.
func (Dialect) Info() table.Info {
	return table.Info{
		ID:        "md",
		Extension: "md",
		Title:     "Markdown (GitHub, GitLab)",
		MediaType: "text/markdown; charset=utf-8",
		For:       table.ForDocuments,
		Can:       table.CanAll &^ (table.CanGroup | table.CanParagraph),
	}
}

// Render writes the table, a blank line and the line of provenance.
func (Dialect) Render(w io.Writer, t *table.Table) error {
	_, err := w.Write(appendTable(make([]byte, 0, 512+64*t.Rows()*len(t.Columns)), t))
	return err
}

func appendTable(b []byte, t *table.Table) []byte {
	b = append(b, '|')
	for i := range t.Columns {
		b = append(b, ' ')
		b = appendText(b, t.Columns[i].Title, true)
		b = append(b, " |"...)
	}
	b = append(b, "\n|"...)
	for range t.Columns {
		b = append(b, " --- |"...)
	}
	b = append(b, '\n')
	for _, g := range t.Groups {
		for i := range g.Rows {
			b = append(b, '|')
			for j := range g.Rows[i].Cells {
				b = append(b, ' ')
				b = appendBlocks(b, t, g.Rows[i].Cells[j].Blocks)
				b = append(b, " |"...)
			}
			b = append(b, '\n')
		}
	}
	return appendProvenance(append(b, '\n'), t)
}

func appendProvenance(b []byte, t *table.Table) []byte {
	text := t.Provenance.Text()
	if text != "" && !alphabetic(text[0]) {
		// At the start of a line it could begin a heading, a list or a quotation.
		b = append(b, "&#"...)
		r := []rune(text)[0]
		b = strconv.AppendInt(b, int64(r), 10)
		b = append(b, ';')
		text = text[len(string(r)):]
	}
	b = appendText(b, text, true)
	if url := t.CopyURL(); url != "" {
		b = append(b, ", "...)
		if strings.ContainsAny(url, "_~&!$+=@;,") {
			b = append(append(append(b, '<'), url...), '>')
		} else {
			b = append(b, url...) // every reader leaves it alone, most make it a link
		}
	}
	return append(b, '\n')
}

// appendBlocks writes blocks into one line. Lists are HTML: Markdown has none
// in a cell.
func appendBlocks(b []byte, t *table.Table, blocks []note.Block) []byte {
	for i, bl := range blocks {
		switch bl := bl.(type) {
		case *note.Paragraph:
			if i > 0 {
				if _, ok := blocks[i-1].(*note.Paragraph); ok {
					b = append(b, "<br>"...)
				}
			}
			b = appendInlines(b, t, bl.Inlines)
		case *note.List:
			b = appendList(b, t, bl)
		default:
			panic(fmt.Sprintf("markdown: unknown block %T", bl))
		}
	}
	return b
}

func appendList(b []byte, t *table.Table, l *note.List) []byte {
	return l.AppendTags(b, func(b []byte, item []note.Block) []byte { return appendBlocks(b, t, item) })
}

func appendInlines(b []byte, t *table.Table, list []note.Inline) []byte {
	for i, in := range list {
		switch in := in.(type) {
		case note.Text:
			b = appendText(b, string(in), i == len(list)-1)
		case note.Code:
			b = appendCode(b, string(in), i > 0 && isCode(list[i-1]))
		case *note.Strong:
			b = appendMarked(b, t, in.Inlines, "**", "strong", list, i)
		case *note.Emphasis:
			b = appendMarked(b, t, in.Inlines, "*", "em", list, i)
		case *note.Link:
			b = appendLink(b, t, in)
		case note.Break:
			b = append(b, "<br>"...)
		default:
			panic(fmt.Sprintf("markdown: unknown inline %T", in))
		}
	}
	return b
}

// appendMarked writes stars where they are sure to be taken for marks, else
// the element.
func appendMarked(b []byte, t *table.Table, inner []note.Inline, stars, element string, list []note.Inline, i int) []byte {
	if starred(inner, list, i) {
		b = append(b, stars...)
		b = appendInlines(b, t, inner)
		return append(b, stars...)
	}
	b = append(append(append(b, '<'), element...), '>')
	b = appendInlines(b, t, inner)
	return append(append(append(b, "</"...), element...), '>')
}

// starred tells whether stars around inner, the element i of list, open and
// close as CommonMark wants them: a letter or digit inside on the left, on the
// right too or else a blank or nothing behind, and no other stars beside them.
func starred(inner, list []note.Inline, i int) bool {
	if len(inner) != 1 || i > 0 && marked(list[i-1]) || i+1 < len(list) && marked(list[i+1]) {
		return false
	}
	text, ok := inner[0].(note.Text)
	if !ok || text == "" || !alphanumeric(text[0]) {
		return false
	}
	last := text[len(text)-1]
	return alphanumeric(last) || last > ' ' && last < 0x7f && (i+1 == len(list) || blank(list[i+1]))
}

func marked(in note.Inline) bool {
	switch in.(type) {
	case *note.Strong, *note.Emphasis:
		return true
	}
	return false
}

// blank tells whether the element begins with a blank or ends the line.
func blank(in note.Inline) bool {
	switch in := in.(type) {
	case note.Text:
		return strings.HasPrefix(string(in), " ")
	case note.Break:
		return true
	}
	return false
}

func appendLink(b []byte, t *table.Table, l *note.Link) []byte {
	href := t.Href(l.URL)
	if href == "" {
		return appendInlines(b, t, l.Inlines)
	}
	b = append(b, '[')
	b = appendInlines(b, t, l.Inlines)
	b = append(b, "]("...)
	b = appendURL(b, href)
	return append(b, ')')
}

// appendURL writes an address from [table.Table.Href], in which nothing but
// an entity could mean something.
func appendURL(b []byte, url string) []byte {
	for i := range len(url) {
		if url[i] == '&' {
			b = append(b, "&amp;"...)
		} else {
			b = append(b, url[i])
		}
	}
	return b
}

// appendCode writes a code span, or the element where a span in a cell of a
// table could not hold the text, or would be searched for mail addresses, or
// where its marks would join those of a span right before.
func appendCode(b []byte, s string, behind bool) []byte {
	if s == "" {
		return b
	}
	if behind || strings.ContainsAny(s, "|@") || strings.HasSuffix(s, `\`) || strings.TrimSpace(s) == "" {
		b = append(b, "<code>"...)
		b = appendText(b, s, true)
		return append(b, "</code>"...)
	}
	fence := strings.Repeat("`", longestRun(s)+1)
	pad := ""
	if s[0] == '`' || s[len(s)-1] == '`' || s[0] == ' ' && s[len(s)-1] == ' ' {
		pad = " "
	}
	b = append(append(b, fence...), pad...)
	b = append(b, s...)
	return append(append(b, pad...), fence...)
}

func isCode(in note.Inline) bool { _, ok := in.(note.Code); return ok }

// longestRun is the length of the longest run of backticks.
func longestRun(s string) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// appendText escapes text; last tells that no other text follows it directly.
func appendText(b []byte, s string, last bool) []byte {
	done := 0
	for i := range len(s) {
		if s[i] == ' ' || alphanumeric(s[i]) || s[i] >= 0x80 {
			continue
		}
		esc := escape(s, i, last)
		if esc == "" {
			continue
		}
		b = append(append(b, s[done:i]...), esc...)
		done = i + 1
	}
	return append(b, s[done:]...)
}

// escape is how the byte at i must be written there; empty: as it is. A
// backslash where every parser takes it, an entity where something runs over
// the text after parsing, as with addresses and mentions.
func escape(s string, i int, last bool) string {
	next := byte(0)
	if i+1 < len(s) {
		next = s[i+1]
	}
	twin := next == s[i] || i > 0 && s[i-1] == s[i]
	switch s[i] {
	case '|':
		return "&#124;"
	case '\\':
		return "&#92;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '@':
		return "&#64;"
	case '$':
		return "&#36;"
	case '`':
		return "\\`"
	case '*':
		return `\*`
	case '_':
		return `\_`
	case '[':
		return `\[`
	case ']':
		return `\]`
	case '~':
		return `\~`
	case '^':
		return `\^`
	case '{':
		return `\{`
	case '}':
		return `\}`
	case '&':
		if next != ' ' {
			return "&amp;"
		}
	case '#':
		if next != ' ' {
			return "&#35;"
		}
	case ':':
		if next != ' ' && (next != 0 || !last) {
			return "&#58;"
		}
	case '.':
		if i == 0 && alphanumeric(next) || i >= 3 && strings.EqualFold(s[i-3:i], "www") {
			return `\.`
		}
	case '!':
		if next == 0 && !last {
			return `\!`
		}
	case '-':
		if twin {
			return `\-`
		}
	case '+':
		if twin {
			return `\+`
		}
	case '=':
		if twin {
			return "&#61;"
		}
	}
	return ""
}

func alphabetic(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func alphanumeric(c byte) bool { return alphabetic(c) || c >= '0' && c <= '9' }
