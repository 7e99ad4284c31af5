// Package textile spells tables in Textile as Redmine reads it.
//
// What Textile could take for its own is a character reference, which Redmine
// leaves alone.
package textile

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Dialect is the dialect "textile".
type Dialect struct{}

// Info tells what Textile is.
func (Dialect) Info() table.Info {
	return table.Info{
		ID:        "textile",
		Extension: "textile",
		Title:     "Textile (Redmine)",
		MediaType: "text/plain; charset=utf-8",
		For:       table.ForWikis,
		Can:       table.CanMarkUp&^table.CanNest | table.CanBreak | table.CanCite,
	}
}

// Render writes the table, an empty line and the line of provenance.
func (Dialect) Render(w io.Writer, t *table.Table) error {
	_, err := w.Write(appendTable(make([]byte, 0, 512+64*t.Rows()*len(t.Columns)), t))
	return err
}

var marks = table.Marks{
	Text:     appendText,
	Marked:   appendMarked,
	Code:     func(b []byte, s string) []byte { return append(appendAll(append(b, '@'), s), '@') },
	Strong:   [2]string{"*", "*"},
	Emphasis: [2]string{"_", "_"},
	Break:    "\n",
	Link: func(b []byte, href string, inner []note.Inline) []byte {
		b = table.Escape(append(b, '"'), note.PlainInlines(inner), escapeInLink)
		return append(append(b, `":`...), href...)
	},
	// An element that vanishes: no letter may touch a mark, and an address goes
	// on until something ends it.
	Apart:  "<notextile></notextile>",
	Before: " ",
	After:  " ,.",
}

func appendTable(b []byte, t *table.Table) []byte {
	for i := range t.Columns {
		b = append(b, "|_. "...)
		b = append(appendText(b, t.Columns[i].Title), ' ')
	}
	b = append(b, "|\n"...)
	for _, g := range t.Groups {
		for i := range g.Rows {
			for j := range g.Rows[i].Cells {
				// The blank keeps what follows from being taken for the cell's style.
				b = append(b, "| "...)
				if c := &g.Rows[i].Cells[j]; !c.IsZero() {
					b = append(marks.AppendLines(b, t, c.Blocks), ' ')
				}
			}
			b = append(b, "|\n"...)
		}
	}
	b = append(b, '\n')
	if heads(t.Provenance.Text()) {
		b = append(b, marks.Apart...)
	}
	return append(marks.AppendProvenance(b, t), '\n')
}

// heads tells whether a text begins like a heading or another block: "h1. ".
func heads(s string) bool {
	word, _, ok := strings.Cut(s, ".")
	return ok && !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLower(r) && !unicode.IsDigit(r) })
}

// appendAll refers to every character that is no letter, digit or blank.
func appendAll(b []byte, s string) []byte {
	return table.Escape(b, s, func(s string, i int) string {
		before, after := table.Beside(s, i)
		if s[i] == ' ' && before != 0 && before != ' ' && after != 0 {
			return ""
		}
		return table.Reference(s[i])
	})
}

func appendText(b []byte, s string) []byte { return table.Escape(b, s, escape) }

// appendMarked writes text inside a mark. One character that is no letter would
// be too little.
func appendMarked(b []byte, s string) []byte {
	if r, n := utf8.DecodeRuneInString(s); n == len(s) {
		return fmt.Appendf(b, "&#%d;", r)
	}
	return appendText(b, s)
}

// escapeInLink also keeps what is in parentheses from being the link's title.
func escapeInLink(s string, i int) string {
	if s[i] == '(' || s[i] == ')' {
		return table.Reference(s[i])
	}
	return escape(s, i)
}

func escape(s string, i int) string {
	before, after := table.Beside(s, i)
	inside := table.Alphanumeric(before) && table.Alphanumeric(after)
	switch s[i] {
	case ' ':
		return ""
	case ',', ';', '/', ':': // of no meaning behind a word, and some inside
		if (table.Alphanumeric(before) || before == ')' && i > 1 && table.Alphanumeric(s[i-2])) && (after == ' ' || after == 0) || inside && s[i] != ':' || s[i] == ',' && before == 0 && (after == ' ' || after == 0) {
			return ""
		}
	case '.', '-':
		if s[i] == '.' && before == 0 && (after == ' ' || after == 0) {
			return ""
		}
		if inside && !strings.HasSuffix(s[:i], "www") || s[i] == '.' && i > 1 && table.Alphanumeric(before) && table.Alphanumeric(s[i-2]) && (after == ' ' || after == 0) {
			return ""
		}
	case '(':
		if before == ' ' && table.Alphanumeric(after) { // at the start of a mark it is its style
			return ""
		}
	case ')':
		if table.Alphanumeric(before) {
			return ""
		}
	}
	return table.Reference(s[i])
}
