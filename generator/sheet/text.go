package sheet

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"portolan/generator/sheet/cell"
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
	}, cell.Clean(name))
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

// unpaired is what reads as an escape of half a character ("_xD800_"), of which
// the library would leave nothing. Other escapes it escapes.
var unpaired = regexp.MustCompile(`_(x[dD][89a-fA-F][0-9a-fA-F]{2}_)`)

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

// OneLine is how many letters of a cell that leads somewhere are shown by
// every reader: some break no such text, and cut it off.
const OneLine = 32

// What columns and rows are measured by.
const (
	letters    = 1.25 // of running text in the width of a digit, at least
	least      = 6    // width of a column, in digits
	longest    = 60   // width of a column
	breadth    = 200  // width of a sheet that is legible on a page printed across
	textual    = 95   // width of a page of text
	unbroken   = 24   // a word of more letters is broken
	lineHeight = 12   // in points
	edges      = 3    // of a row, in points
	tallest    = 409  // the format's limit
)

// widths are the columns' widths. A column asks for its longest line; where
// all together ask for more than a page, a column gets the more the longer its
// longest text is, but none less than its longest word.
func (s *Sheet) widths() []float64 {
	need, most, text := make([]float64, len(s.Columns)), make([]float64, len(s.Columns)), make([]float64, len(s.Columns))
	digits := func(text string) float64 { return math.Ceil(float64(broad(text))/letters) + 1 }
	for i, c := range s.Columns {
		need[i] = least
		for word := range strings.FieldsSeq(c.Title) {
			need[i] = max(need[i], digits(word)+3) // strong, and the filter's arrow
		}
		most[i] = need[i]
	}
	for _, row := range s.Rows {
		for i := range row {
			c := &row[i]
			text[i] = max(text[i], float64(len(c.Text)))
			if (c.Link != "" || c.Sheet != "") && broad(c.Text) <= OneLine {
				need[i] = max(need[i], digits(c.Text))
			}
			for line := range strings.SplitSeq(c.Text, "\n") {
				most[i] = max(most[i], min(digits(line), longest))
				for word := range strings.FieldsSeq(line) {
					if len(word) <= unbroken || broad(word) <= unbroken {
						need[i] = max(need[i], digits(word))
					}
				}
			}
		}
	}
	room := breadth
	if !s.isTable() {
		room = textual
	}
	out := make([]float64, len(most))
	for share := float64(longest); share > 0; share -= 0.25 {
		for i := range out {
			out[i] = max(need[i], min(most[i], math.Round(share*math.Sqrt(text[i]))))
		}
		if sum(out) <= float64(room) {
			break
		}
	}
	return out
}

func sum(list []float64) (sum float64) {
	for _, x := range list {
		sum += x
	}
	return sum
}

// height is that of a row in columns of these widths, in points: not all readers
// find it by themselves. 0: the usual, of one line.
func height(row []Cell, widths []float64) float64 {
	most := 1
	for i := range row {
		if n := lines(row[i].Text, int(widths[i]*letters)); n > most {
			most = n
		}
	}
	if most == 1 {
		return 0
	}
	return min(float64(most)*lineHeight+edges, tallest)
}

// lines is how many lines a text takes, of so many letters each.
func lines(s string, width int) (n int) {
	for line := range strings.SplitSeq(s, "\n") {
		n++
		if len(line) <= width {
			continue
		}
		used := 0
		for word := range strings.FieldsSeq(line) {
			w := broad(word)
			if used > 0 && used+1+w > width {
				n++
				used = 0
			}
			if used > 0 {
				used++
			}
			n += (w - 1) / width // a long word is broken
			used += (w-1)%width + 1
		}
	}
	return n
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
