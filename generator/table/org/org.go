// Package org spells tables in Org, the markup of Emacs's Org mode.
//
// Org has no escapes. An empty export snippet for a backend that does not
// exist, "@@c:@@", parts characters that would mean something together, and
// leaves nothing in what is exported.
package org

import (
	"io"
	"strings"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Dialect is the dialect "org".
type Dialect struct{}

// Info tells what Org is.
func (Dialect) Info() table.Info {
	return table.Info{
		ID:        "org",
		Extension: "org",
		Title:     "Org",
		MediaType: "text/plain; charset=utf-8",
		For:       table.ForDocuments,
		Can:       table.CanMarkUp&^table.CanNest | table.CanBreak | table.CanCite,
		NotInCode: "|~\\", // a bar ends the cell, whatever is around it
		NotInLink: "[]",
		Before:    " (",
		After:     " .,;!?)",
	}
}

// Render writes the table, an empty line and the line of provenance.
func (Dialect) Render(w io.Writer, t *table.Table) error {
	_, err := w.Write(appendTable(make([]byte, 0, 512+64*t.Rows()*len(t.Columns)), t))
	return err
}

const nothing = "@@c:@@"

var marks = table.Marks{
	Text:     func(b []byte, s string) []byte { return table.Escape(b, s, escape) },
	Code:     func(b []byte, s string) []byte { return append(append(append(b, '~'), s...), '~') },
	Strong:   [2]string{"*", "*"},
	Emphasis: [2]string{"/", "/"},
	Break:    ` @@html:<br>@@@@latex:\newline @@ `,
	Link: func(b []byte, href string, inner []note.Inline) []byte {
		b = append(append(append(b, "[["...), href...), "]["...)
		b = table.Escape(b, note.PlainInlines(inner), escape)
		return append(b, "]]"...)
	},
}

func appendTable(b []byte, t *table.Table) []byte {
	for i := range t.Columns {
		b = append(b, "| "...)
		b = append(marks.Text(b, t.Columns[i].Title), ' ')
	}
	b = append(b, "|\n|-"...)
	for range len(t.Columns) - 1 {
		b = append(b, "+-"...)
	}
	b = append(b, "|\n"...)
	for _, g := range t.Groups {
		for i := range g.Rows {
			for j := range g.Rows[i].Cells {
				b = append(b, "| "...)
				if c := &g.Rows[i].Cells[j]; !c.IsZero() {
					b = append(marks.AppendLines(b, t, c.Blocks), ' ')
				}
			}
			b = append(b, "|\n"...)
		}
	}
	b = append(b, '\n')
	if s := t.Provenance.Text(); s != "" && !table.Alphanumeric(s[0]) || numbered(s) {
		b = append(b, nothing...) // a paragraph, even if it looks like an item or a heading
	}
	return append(marks.AppendProvenance(b, t), '\n')
}

// numbered tells whether a text begins like an item of a list.
func numbered(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	return strings.HasSuffix(word, ".") || strings.HasSuffix(word, ")")
}

func escape(s string, i int) string {
	before, after := table.Beside(s, i)
	apart := nothing + string(rune(s[i])) + nothing
	switch s[i] {
	case '|':
		return `\vert{}`
	case '$':
		return `\dollar{}`
	case '[', ']', '{', '}', '<', '\\', '^', '_', '@':
		return apart
	case '*', '/', '=', '~', '+': // marks, unless inside a word
		if !table.Alphanumeric(before) || !table.Alphanumeric(after) {
			return apart
		}
	case '-', '.':
		if before == s[i] {
			return apart
		}
	case ':':
		if after != ' ' && after != 0 {
			return apart
		}
	case '#', '!': // alone in the first column they mark the row
		if len(s) == 1 {
			return apart
		}
	}
	return ""
}
