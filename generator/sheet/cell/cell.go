// Package cell makes texts fit for the cells of spreadsheets, in workbooks and
// in comma-separated values alike.
package cell

import (
	"strings"
	"unicode/utf8"
)

// Clean returns text that a cell can carry: valid, with line feeds as its
// only control characters. Marks that change the direction of what follows
// are dropped: with them a cell could show another address than it holds.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\r', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
			return '\n'
		case r == '\t':
			return ' '
		case r < ' ', r >= 0x7f && r < 0xa0, turns(r), r == 0xfeff:
			return -1
		case r&0xfffe == 0xfffe: // not characters
			return utf8.RuneError
		}
		return r // an invalid byte arrives here as U+FFFD
	}, s)
}

func turns(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }

func isClean(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' || c >= 0x7f {
			return false
		}
	}
	return true
}

// AppendGuarded adds a quoted value, with an apostrophe before what a
// spreadsheet would take for a formula.
func AppendGuarded(b []byte, s string) []byte { return AppendQuoted(b, guard(s)) }

// AppendQuoted adds a quoted value as RFC 4180 has it.
func AppendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			b = append(b, s...)
			return append(b, '"')
		}
		b = append(b, s[:i]...)
		b = append(b, `""`...)
		s = s[i+1:]
	}
}

// guard puts an apostrophe before text that a spreadsheet takes for a formula.
func guard(s string) string {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\n"))
	switch r {
	case '=', '+', '-', '@', '\uff1d', '\uff0b', '\uff0d', '\uff20':
		return "'" + s
	}
	return s
}
