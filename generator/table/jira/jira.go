// Package jira spells tables in the wiki markup of Jira and of older
// Confluence.
//
// It is the poorest of the formats: a bar cannot stand in a cell at all, and
// text that no reader takes for markup needs backslashes, which not every
// character may have before it.
package jira

import (
	"io"
	"strings"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Dialect is the dialect "jira.txt".
type Dialect struct{}

// Info tells what the markup is.
func (Dialect) Info() table.Info {
	return table.Info{
		ID:        "jira.txt",
		Extension: "jira.txt",
		Title:     "Jira, wiki markup",
		MediaType: "text/plain; charset=utf-8",
		For:       table.ForWikis,
		Can:       table.CanMarkUp&^table.CanNest | table.CanBreak | table.CanCite,
		Swap:      "|¦",
		NotInCode: `{}\`,
		NotInLink: `[]{}\@!#^~`,
		NotInMark: `_*-~^+{}[]!()#%?@\:;`, // what is escaped there is read twice
		Before:    " (",
		After:     " .,;!?)",
	}
}

// Render writes the table, an empty line and the line of provenance.
func (Dialect) Render(w io.Writer, t *table.Table) error {
	_, err := w.Write(appendTable(make([]byte, 0, 512+64*t.Rows()*len(t.Columns)), t))
	return err
}

// nothing is a blank without width, where only that parts two characters.
const nothing = "\u200b"

var marks = table.Marks{
	Text:     appendText,
	Code:     func(b []byte, s string) []byte { return append(appendText(append(b, "{{"...), s), "}}"...) },
	Strong:   [2]string{"*", "*"},
	Emphasis: [2]string{"_", "_"},
	Break:    ` \\ `,
	Link: func(b []byte, href string, inner []note.Inline) []byte {
		b = appendText(append(b, '['), note.PlainInlines(inner))
		return append(append(append(b, '|'), href...), ']')
	},
}

func appendTable(b []byte, t *table.Table) []byte {
	for i := range t.Columns {
		b = append(b, "|| "...)
		b = append(appendText(b, t.Columns[i].Title), ' ')
	}
	b = append(b, "||\n"...)
	for _, g := range t.Groups {
		for i := range g.Rows {
			for j := range g.Rows[i].Cells {
				b = append(b, "| "...) // two bars would make a heading
				if c := &g.Rows[i].Cells[j]; !c.IsZero() {
					b = append(marks.AppendLines(b, t, c.Blocks), ' ')
				}
			}
			b = append(b, "|\n"...)
		}
	}
	return append(marks.AppendProvenance(append(b, '\n'), t), '\n')
}

func appendText(b []byte, s string) []byte {
	if heads(s) {
		b = append(b, nothing...)
	}
	for {
		from, to := address(s)
		b = table.Escape(b, s[:from], escape)
		if from == to {
			return b
		}
		b = append(b, s[from:to]...)
		s = s[to:]
	}
}

// heads tells whether a text begins like a heading or a quotation.
func heads(s string) bool {
	return strings.HasPrefix(s, "bq.") || len(s) > 2 && s[0] == 'h' && s[1] >= '1' && s[1] <= '6' && s[2] == '.'
}

// address finds the first address in a text that is a word by itself, with
// another behind it, for nobody knows what follows on the text. Jira makes a link of it, in which a backslash would be part of the address; others
// are kept from becoming links. Without one both ends are that of the text.
func address(s string) (from, to int) {
	for to < len(s) {
		from = to
		for from < len(s) && s[from] == ' ' {
			from++
		}
		for to = from; to < len(s) && s[to] != ' '; {
			to++
		}
		if scheme, rest, ok := strings.Cut(s[from:to], "://"); ok && to < len(s) && rest != "" && !strings.ContainsFunc(scheme, notOfWord) && !strings.ContainsFunc(rest, notOfAddress) && !strings.Contains(rest, "__") {
			return from, to
		}
	}
	return len(s), len(s)
}

func notOfWord(r rune) bool { return r >= 0x80 || !table.Alphanumeric(byte(r)) }

func notOfAddress(r rune) bool {
	return notOfWord(r) && !strings.ContainsRune("/.:?&=%_-", r)
}

// smiley tells whether a text begins with one in parentheses.
func smiley(s string) bool {
	word, _, ok := strings.Cut(s[1:], ")")
	if !ok {
		return false
	}
	switch strings.ToLower(word) {
	case "y", "n", "i", "x", "/", "!", "+", "-", "?", "on", "off", "*", "*r", "*g", "*b", "*y", "flag", "flagoff":
		return true
	}
	return false
}

func escape(s string, i int) string {
	before, after := table.Beside(s, i)
	inside := table.Alphanumeric(before) && table.Alphanumeric(after)
	switch s[i] {
	case '!', '*', '?', '@', '[', ']', '_', '{', '}', '^', '~':
		return `\` + s[i:i+1]
	case '#', '%', '+', '-':
		if !inside {
			return `\` + s[i:i+1]
		}
	case '(': // of smileys, too
		if before == ':' || before == ';' || smiley(s[i:]) {
			return `\(`
		}
	case ')':
		if before == ':' || before == ';' {
			return `\)`
		}
	case '\\':
		if !table.Alphanumeric(after) {
			return `\` + nothing
		}
	case ':':
		if after == '/' || after|0x20 == 'd' || after|0x20 == 'p' || strings.HasSuffix(s[:i], "mailto") {
			return ":" + nothing
		}
	}
	return ""
}
