package sheet

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Names are what the tabs say, a name for each sheet: at most 31 characters,
// none of []:*?/\ and no apostrophe, no two alike. A name that begins or ends
// a formula's quotes, or is reserved, is none.
func (w *Workbook) Names() []string {
	out := make([]string, len(w.Sheets))
	for i := range w.Sheets {
		name := tab(w.Sheets[i].Name, 31)
		for n := 2; slices.ContainsFunc(out[:i], func(other string) bool { return strings.EqualFold(other, name) }); n++ {
			mark := " (" + strconv.Itoa(n) + ")"
			name = tab(w.Sheets[i].Name, 31-len(mark)) + mark
		}
		out[i] = name
	}
	return out
}

// tab is a text that a sheet can be called by.
func tab(name string, most int) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("[]:*?/\\'\n\t", r) {
			return ' '
		}
		return r
	}, clean(name))
	name = strings.TrimSpace(cut(strings.Join(strings.Fields(name), " "), most))
	switch {
	case name == "":
		return "Sheet"
	case strings.EqualFold(name, "History"): // Excel keeps it to itself
		return name + " -"
	}
	return name
}

// quoted is a sheet's name in a reference.
func quoted(name string) string { return "'" + name + "'" }

// address is a link that a reader can follow without harm, else empty.
func address(link string) string {
	scheme, rest, _ := strings.Cut(link, ":")
	switch strings.ToLower(scheme) {
	case "http", "https":
		rest = strings.TrimPrefix(rest, "//")
	case "mailto":
	default:
		return ""
	}
	if rest == "" || len(link) > maxLink || strings.ContainsFunc(link, func(r rune) bool { return r <= ' ' || r == 0x7f || r == utf8.RuneError }) {
		return ""
	}
	return link
}

// clean returns text that the format can carry: valid, with line feeds as its
// only control characters. Marks that change the direction of what follows
// are dropped: with them a cell could show another address than it holds.
func clean(s string) string {
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

// unpaired is what reads as an escape of half a character ("_xD800_"), of which
// the library would leave nothing. Other escapes it escapes.
var unpaired = regexp.MustCompile(`_(x[dD][89a-fA-F][0-9a-fA-F]{2}_)`)

func turns(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }

func isClean(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' || c >= 0x7f {
			return false
		}
	}
	return true
}

// cutMark ends a text that is longer than a cell.
const cutMark = " … (cut: a cell of a workbook ends here)"

// fit returns text that a cell can hold; where it is cut, it says so.
func fit(s string) string {
	if strings.Contains(s, "_x") {
		s = unpaired.ReplaceAllString(s, "_\u2060$1") // a word joiner, which nobody sees
	}
	if len(s) <= maxText || units(s) <= maxText {
		return s
	}
	return cut(s, maxText-units(cutMark)) + cutMark
}

// units is a text's length in UTF-16, as the format counts.
func units(s string) (n int) {
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// cut is the beginning of a text, of at most so many units.
func cut(s string, most int) string {
	n := 0
	for i, r := range s {
		if n++; r > 0xffff {
			n++
		}
		if n > most {
			return s[:i]
		}
	}
	return s
}

// The width of columns and sheets, in digits of the usual font.
const (
	least    = 6
	longest  = 60  // of a column
	breadth  = 190 // of a sheet, legible on a page printed across
	textual  = 90  // of a page of text
	unbroken = 44  // a word longer than this is broken
)

// widths are the columns' widths. A column asks for its longest line; where
// all together ask for more than a page, the widest give way first, but none
// below its longest word.
func (s *Sheet) widths() []float64 {
	lines, words := make([]int, len(s.Columns)), make([]int, len(s.Columns))
	for i, c := range s.Columns {
		for _, word := range strings.Fields(c.Title) {
			words[i] = max(words[i], broad(word)+3) // the filter's arrow
		}
		words[i] = max(words[i], least)
		lines[i] = words[i]
	}
	for _, row := range s.Rows {
		for i, c := range row {
			for line := range strings.SplitSeq(c.Text, "\n") {
				lines[i] = max(lines[i], min(broad(line)+2, longest))
				for word := range strings.FieldsSeq(line) {
					words[i] = max(words[i], min(broad(word)+2, unbroken))
				}
			}
		}
	}
	room := breadth
	if !s.isTable() {
		room = textual
	}
	give := longest
	sum := func() (n int) {
		for i := range lines {
			n += max(words[i], min(lines[i], give))
		}
		return n
	}
	for give > least && sum() > room {
		give--
	}
	out := make([]float64, len(lines))
	for i := range out {
		out[i] = float64(max(words[i], min(lines[i], give)))
	}
	return out
}

// broad is how many digits wide a text is, about.
func broad(s string) (n int) {
	for _, r := range s {
		n++
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xff00 && r <= 0xff60 || r > 0xffff) {
			n++
		}
	}
	return n
}
