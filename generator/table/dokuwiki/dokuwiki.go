// Package dokuwiki spells tables in the markup of DokuWiki.
//
// DokuWiki has no escapes and turns much of plain text into something else, so
// text that is more than words is marked as not to be formatted.
package dokuwiki

import (
	"io"
	"strings"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Dialect is the dialect "dokuwiki.txt".
type Dialect struct{}

// Info tells what DokuWiki's markup is.
func (Dialect) Info() table.Info {
	return table.Info{
		ID:        "dokuwiki.txt",
		Extension: "dokuwiki.txt",
		Title:     "DokuWiki",
		MediaType: "text/plain; charset=utf-8",
		For:       table.ForWikis,
		Can:       table.CanMarkUp&^table.CanNest | table.CanBreak | table.CanCite,
		NotInLink: "[]{}", // the text of a link is plain, and without escapes
	}
}

// Render writes the table, an empty line and the line of provenance.
func (Dialect) Render(w io.Writer, t *table.Table) error {
	_, err := w.Write(appendTable(make([]byte, 0, 512+64*t.Rows()*len(t.Columns)), t))
	return err
}

var marks = table.Marks{
	Text:     appendText,
	Code:     func(b []byte, s string) []byte { return append(appendRaw(append(b, "''"...), s), "''"...) },
	Strong:   [2]string{"**", "**"},
	Emphasis: [2]string{"//", "//"},
	Break:    `\\ `,
	Link: func(b []byte, href string, inner []note.Inline) []byte {
		b = append(append(append(b, "[["...), href...), '|')
		return append(append(b, note.PlainInlines(inner)...), "]]"...)
	},
}

func appendTable(b []byte, t *table.Table) []byte {
	for i := range t.Columns {
		b = append(b, "^ "...)
		b = append(appendText(b, t.Columns[i].Title), ' ')
	}
	b = append(b, "^\n"...)
	for _, g := range t.Groups {
		for i := range g.Rows {
			for j := range g.Rows[i].Cells {
				b = append(b, "| "...) // two bars together would make one cell of two
				if c := &g.Rows[i].Cells[j]; !c.IsZero() {
					b = append(marks.AppendLines(b, t, c.Blocks), ' ')
				}
			}
			b = append(b, "|\n"...)
		}
	}
	return append(marks.AppendProvenance(append(b, '\n'), t), '\n')
}

// appendText writes words as they are and other text so that it is not
// formatted.
func appendText(b []byte, s string) []byte {
	if plain(s) {
		return append(b, s...)
	}
	return appendRaw(b, s)
}

// appendRaw marks text as not to be formatted, by whichever mark is not in it.
// Where both are it is cut at percent signs.
func appendRaw(b []byte, s string) []byte {
	switch {
	case s == "":
		return b
	case !strings.Contains(s, "%"):
		return append(append(append(b, "%%"...), s...), "%%"...)
	case !strings.Contains(s, "</nowiki>"):
		return append(append(append(b, "<nowiki>"...), s...), "</nowiki>"...)
	}
	for i, part := range strings.Split(s, "%") {
		if i > 0 {
			b = append(b, "<nowiki>%</nowiki>"...)
		}
		b = appendRaw(b, part)
	}
	return b
}

// plain tells whether DokuWiki has nothing to change in a text: words of
// letters and digits with single blanks, inside them a point, a comma, a slash
// or a hyphen, behind them a point, a comma, a colon, around some parentheses.
func plain(s string) bool {
	for i := range len(s) {
		before, after := table.Beside(s, i)
		switch c := s[i]; {
		case table.Alphanumeric(c), c == ' ' && before != ' ':
		case strings.IndexByte(",.;:", c) >= 0 && (table.Alphanumeric(before) || before == ')' || before == 0 && c < ':') && (after == ' ' || after == 0):
		case c == '(' && (before == ' ' || before == 0) && table.Alphanumeric(after) && !sign(s[i:]):
		case c == ')' && table.Alphanumeric(before) && (after == 0 || strings.IndexByte(" ,.;:", after) >= 0):
		case (c == ',' || c == '/' || c == '-' || c == '.' && before <= '9') && table.Alphanumeric(before) && table.Alphanumeric(after):
		default:
			return false
		}
	}
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r < 'A' && (r < '0' || r > '9') }) {
		if special(word) {
			return false
		}
	}
	return true
}

// sign tells whether a text begins with a sign in parentheses.
func sign(s string) bool {
	return len(s) > 2 && s[2] == ')' || len(s) > 3 && s[3] == ')'
}

// special tells whether a word means something: a smiley of letters, a size
// such as 640x480, or a name of a page where those are written in camel case.
func special(word string) bool {
	switch word {
	case "FIXME", "DELETEME", "LOL":
		return true
	}
	digit := word[0] >= '0' && word[0] <= '9'
	if digit && strings.ContainsAny(word, "xX") {
		return true
	}
	for i := 1; i < len(word); i++ {
		if word[i] >= 'A' && word[i] <= 'Z' && word[i-1] >= 'a' {
			return true
		}
	}
	return false
}
