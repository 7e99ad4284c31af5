package table

import (
	"fmt"
	"slices"
	"strings"

	"portolan/generator/note"
)

// Marks is how a format spells running text: data and escapes for formats in
// which an element is its text between two marks.
type Marks struct {
	// Text and Code append a text and a text as typed. Neighbouring texts
	// arrive as one.
	Text, Code func(b []byte, s string) []byte
	// Marked appends a text that is strong or stressed; nil: as Text does.
	Marked func(b []byte, s string) []byte
	// Strong and Emphasis are the marks before and behind.
	Strong, Emphasis [2]string
	// Break stands for a new line.
	Break string
	// Link appends a link to an address from [Table.Href].
	Link func(b []byte, href string, inner []note.Inline) []byte
	// Apart stands between a marked element and what is beside it, but not at
	// the ends of a line, behind a character of Before or before one of After.
	// Where these are empty, it stands between two marked elements alone.
	Apart, Before, After string
}

// AppendInlines appends running text of a table.
func (m *Marks) AppendInlines(b []byte, t *Table, list []note.Inline) []byte {
	list = t.flat(list)
	for i, in := range list {
		if text, ok := in.(note.Text); ok {
			b = m.Text(b, string(text))
			continue
		}
		if _, ok := in.(note.Break); ok {
			b = append(b, m.Break...)
			continue
		}
		if m.Apart != "" && i > 0 && !ends(list[i-1], m.Before) {
			b = append(b, m.Apart...)
		}
		b = m.appendElement(b, t, in)
		if m.Apart != "" && i+1 < len(list) && isText(list[i+1]) && !begins(list[i+1], m.After) {
			b = append(b, m.Apart...)
		}
	}
	return b
}

// ends tells whether an element ends a line or in one of the characters.
func ends(in note.Inline, characters string) bool {
	switch in := in.(type) {
	case note.Break:
		return true
	case note.Text:
		return in == "" || characters == "" || strings.IndexByte(characters, in[len(in)-1]) >= 0
	}
	return false
}

// begins tells whether a text begins with one of the characters, of which any
// but a blank must end a word.
func begins(in note.Inline, characters string) bool {
	text := in.(note.Text)
	return text == "" || characters == "" ||
		strings.IndexByte(characters, text[0]) >= 0 && (text[0] == ' ' || len(text) == 1 || text[1] == ' ')
}

func (m *Marks) appendElement(b []byte, t *Table, in note.Inline) []byte {
	switch in := in.(type) {
	case note.Code:
		return m.Code(b, string(in))
	case *note.Strong:
		return m.appendMarked(b, t, m.Strong, in.Inlines)
	case *note.Emphasis:
		return m.appendMarked(b, t, m.Emphasis, in.Inlines)
	case *note.Link:
		return m.Link(b, t.Href(in.URL), in.Inlines)
	default:
		panic(fmt.Sprintf("table: unknown inline %T", in))
	}
}

func (m *Marks) appendMarked(b []byte, t *Table, marks [2]string, list []note.Inline) []byte {
	b = append(b, marks[0]...)
	if text, ok := alone(list); ok && m.Marked != nil {
		b = m.Marked(b, string(text))
	} else {
		b = m.AppendInlines(b, t, list)
	}
	return append(b, marks[1]...)
}

// AppendLines appends the blocks of a cell of a format without paragraphs and
// lists in cells.
func (m *Marks) AppendLines(b []byte, t *Table, blocks []note.Block) []byte {
	for _, bl := range blocks {
		p, ok := bl.(*note.Paragraph)
		if !ok {
			panic(fmt.Sprintf("table: a block %T after lowering", bl))
		}
		b = m.AppendInlines(b, t, p.Inlines)
	}
	return b
}

// AppendProvenance appends the line of provenance, its address bare where no
// character of it could be taken for a mark, for all formats know addresses.
func (m *Marks) AppendProvenance(b []byte, t *Table) []byte {
	b = m.Text(b, t.Provenance.Text())
	url := t.CopyURL()
	switch {
	case url == "":
		return b
	case strings.ContainsAny(url, "_~&!$+=@;,#%"):
		return m.Link(append(b, ", "...), url, []note.Inline{note.Text(url)})
	}
	return append(append(b, ", "...), url...)
}

// flat is running text with neighbouring texts joined, and links that lead
// nowhere as their text.
func (t *Table) flat(list []note.Inline) []note.Inline {
	isFlat := true
	for i, in := range list {
		switch in := in.(type) {
		case note.Text:
			isFlat = isFlat && (i == 0 || !isText(list[i-1]))
		case *note.Link:
			isFlat = isFlat && t.Href(in.URL) != ""
		}
	}
	if isFlat {
		return list
	}
	var out []note.Inline
	add := func(in note.Inline) {
		if text, ok := in.(note.Text); ok && len(out) > 0 {
			if last, ok := out[len(out)-1].(note.Text); ok {
				out[len(out)-1] = last + text
				return
			}
		}
		out = append(out, in)
	}
	for _, in := range list {
		if link, ok := in.(*note.Link); ok && t.Href(link.URL) == "" {
			for _, inner := range t.flat(slices.Clone(link.Inlines)) {
				add(inner)
			}
			continue
		}
		add(in)
	}
	return out
}

// alone is a list's text where it is a text and nothing else.
func alone(list []note.Inline) (note.Text, bool) {
	if len(list) != 1 {
		return "", false
	}
	text, ok := list[0].(note.Text)
	return text, ok
}

func isText(in note.Inline) bool { _, ok := in.(note.Text); return ok }

// Escape appends a text, each byte for which with has something to say
// replaced by that. Letters, digits and what is not ASCII stand for
// themselves.
func Escape(b []byte, s string, with func(s string, i int) string) []byte {
	done := 0
	for i := range len(s) {
		if s[i] >= 0x80 || Alphanumeric(s[i]) {
			continue
		}
		if esc := with(s, i); esc != "" {
			b = append(append(b, s[done:i]...), esc...)
			done = i + 1
		}
	}
	return append(b, s[done:]...)
}

// Alphanumeric tells whether a byte is a letter or digit of ASCII.
func Alphanumeric(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
}

// Beside are the bytes before and after the byte i of a text, zero at its ends.
func Beside(s string, i int) (before, after byte) {
	if i > 0 {
		before = s[i-1]
	}
	if i+1 < len(s) {
		after = s[i+1]
	}
	return before, after
}

// Reference is an ASCII character as HTML and most wikis refer to it by
// number: "&#124;".
func Reference(c byte) string { return references[c&0x7f] }

var references = func() (out [128]string) {
	for i := range out {
		out[i] = fmt.Sprintf("&#%d;", i)
	}
	return out
}()
