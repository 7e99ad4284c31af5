package markdown

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gomarkdown/markdown/ast"
)

// item is one list item; its children are *ast.Paragraph and *item.
type item struct {
	ast.Container
	ordered bool
	start   int
	marker  byte // '-', '+', '*', or the delimiter of a number, '.' or ')'
	line    string
}

// lazy begins a line of an item that goes on with the paragraph above it
// without being indented, whatever else it looks like. A source has no such
// byte: prepare replaces it.
const lazy = '\x00'

var (
	reBreak     = regexp.MustCompile(`^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$`)
	reHeading   = regexp.MustCompile(`^#{1,6}(?:[ \t]|$)`)
	reSetext    = regexp.MustCompile(`^(?:=+|-+)[ \t]*$`)
	reFence     = regexp.MustCompile("^(?:```[^`]*$|`{4,}[^`]*$|~~~)")
	reHTMLBlock = regexp.MustCompile(`^<(?:[A-Za-z/?]|!)`)
	reMarker    = regexp.MustCompile(`^(?:([-+*])|([0-9]{1,9})([.)]))(?: |$)`)
	reDelimiter = regexp.MustCompile(`^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$`)
	reReference = regexp.MustCompile(`^\[(?:[^\[\]\\]|\\.)+\]:`)
	rePrefix    = regexp.MustCompile(`^(?:[ \t]*(?:[-+*]|[0-9]{1,9}[.)]))*[ \t]+`)
)

// prepare gives what the block hook reads: lines that end in a line feed,
// without control characters and the tabs that take part in indentation.
func prepare(src string) []byte {
	src = strings.ToValidUTF8(src, "\uFFFD")
	src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	src = strings.Map(func(r rune) rune {
		switch {
		case r == 0:
			return utf8.RuneError
		case r < ' ' && r != '\t' && r != '\n', r == 0x7f:
			return -1
		}
		return r
	}, src)
	var b bytes.Buffer
	for line := range strings.Lines(src) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasSuffix(line, "\t") { // no hard break
			line = strings.TrimRight(line, " \t") + " "
		}
		prefix := rePrefix.FindString(line)
		if !strings.Contains(prefix, "\t") {
			b.WriteString(line)
		} else {
			column := 0
			for _, c := range []byte(prefix) {
				if c != '\t' {
					b.WriteByte(c)
					column++
					continue
				}
				for n := 4 - column%4; n > 0; n-- {
					b.WriteByte(' ')
					column++
				}
			}
			b.WriteString(line[len(prefix):])
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// block is the parser's hook: it is called where a block may start and takes
// what it finds. A refused block is skipped up to the next blank line.
func (r *reader) block(data []byte) (ast.Node, []byte, int) {
	line, next := cutLine(data)
	if blank(line) {
		return nil, nil, next
	}
	if what := r.refused(line); what != nil {
		r.refuse(string(line), what.code, what.text, what.hint)
		return nil, nil, skipParagraph(data)
	}
	if m := marker(line); m != nil {
		return r.item(data, m)
	}
	return r.paragraph(data)
}

// refusal says why a block cannot be in a note.
type refusal struct{ code, text, hint string }

const backticks = "put what is meant literally between `backticks`"

// refused tells what unsupported block the line starts, nil for none.
func (r *reader) refused(line []byte) *refusal {
	n := indent(line)
	rest := string(line[n:])
	switch {
	case n >= 4:
		return &refusal{CodeUnsupported, "a code block in a note", "put code between `backticks`, or take the indentation away"}
	case reBreak.MatchString(rest):
		return &refusal{CodeUnsupported, "a horizontal rule in a note", ""}
	case reHeading.MatchString(rest):
		return &refusal{CodeHeading, "a heading in a note", `a literal "#" is written \#`}
	case reFence.MatchString(rest):
		return &refusal{CodeUnsupported, "a code block in a note", "put code between `backticks`"}
	case rest[0] == '>':
		return &refusal{CodeUnsupported, "a block quote in a note", `a literal ">" is written \>`}
	case startsHTML(rest):
		return &refusal{CodeHTML, "raw HTML in a note", backticks}
	}
	return nil
}

// startsHTML tells whether an unfinished tag or comment starts the line; a
// finished one is left to the paragraph's callbacks, which refuse it too. It is
// broader than CommonMark, where only certain names start a block.
func startsHTML(s string) bool {
	return reHTMLBlock.MatchString(s) && angleLink([]byte(s)) == nil && tag([]byte(s), nil) == 0
}

// mark is the start of a list item: its kind and how far its text is indented.
type mark struct {
	ordered bool
	start   int
	kind    byte
	width   int
	empty   bool // nothing follows on the line
}

func marker(line []byte) *mark {
	n := indent(line)
	if n >= 4 {
		return nil
	}
	m := reMarker.FindSubmatch(line[n:])
	if m == nil {
		return nil
	}
	out := &mark{width: n + len(m[1]) + len(m[2]) + len(m[3])}
	if len(m[1]) > 0 {
		out.kind = m[1][0]
	} else {
		out.ordered, out.kind = true, m[3][0]
		out.start, _ = strconv.Atoi(string(m[2])) // nine digits fit
	}
	rest := line[out.width:]
	out.empty = blank(rest)
	if spaces := indent(rest); !out.empty && spaces <= 4 {
		out.width += spaces
	} else {
		out.width++
	}
	return out
}

// item takes one list item: its own line, the lines indented as far as its
// text, and lines that go on with its last paragraph without being indented.
func (r *reader) item(data []byte, m *mark) (ast.Node, []byte, int) {
	line, pos := cutLine(data)
	if m.empty {
		r.refuse(string(line), CodeUnsupported, "a list item without text on its line", "")
		return nil, nil, skipParagraph(data)
	}
	out := &item{ordered: m.ordered, start: m.start, marker: m.kind, line: string(line)}
	body := append(append([]byte{}, line[m.width:]...), '\n')
	held := 0 // blank lines that belong to the item only if more follows
	for pos < len(data) {
		line, n := cutLine(data[pos:])
		switch {
		case blank(line):
			held++
			pos += n
			continue
		case line[0] == lazy:
		case indent(line) >= m.width:
			line = line[m.width:]
		case held == 0 && marker(line) == nil && (indent(line) >= 4 || r.refused(line) == nil):
			line = append([]byte{lazy}, bytes.TrimLeft(line, " \t")...)
		default:
			return out, body, pos
		}
		for ; held > 0; held-- {
			body = append(body, '\n')
		}
		body = append(append(body, line...), '\n')
		pos += n
	}
	return out, body, pos
}

// paragraph takes the lines up to a blank one or to one that may interrupt.
func (r *reader) paragraph(data []byte) (ast.Node, []byte, int) {
	var text, above []byte
	pos := 0
	for pos < len(data) {
		line, n := cutLine(data[pos:])
		if blank(line) || pos > 0 && r.interrupts(line) {
			break
		}
		trimmed := bytes.TrimLeft(line, "\x00 \t")
		if pos > 0 && indent(line) < 4 && line[0] != lazy {
			if reSetext.Match(trimmed) {
				r.refuse(string(data), CodeHeading, "a heading in a note", "leave a blank line above a line of dashes or equal signs, or write it in `backticks`")
				return nil, nil, skipParagraph(data)
			}
			if isTable(above, trimmed) {
				r.refuse(string(above), CodeUnsupported, "a table in a note", "write a list")
				return nil, nil, skipParagraph(data)
			}
		}
		above = trimmed
		text = append(append(text, trimmed...), '\n')
		pos += n
	}
	text = bytes.TrimRight(text, " \t\n")
	if reReference.Match(text) {
		r.refuse(string(text), CodeUnsupported, "a link definition or footnote in a note", "write the address in the link itself: [text](https://…)")
		return nil, nil, pos
	}
	p := &ast.Paragraph{}
	p.Content = text
	return p, nil, pos
}

// interrupts tells whether a line ends the paragraph above it.
func (r *reader) interrupts(line []byte) bool {
	if indent(line) >= 4 || line[0] == lazy {
		return false
	}
	if m := marker(line); m != nil && !m.empty && (!m.ordered || m.start == 1) {
		return true
	}
	if reSetext.Match(bytes.TrimLeft(line, " ")) {
		return false // the paragraph looks at it
	}
	return r.refused(line) != nil
}

// isTable tells whether two lines are the head of a GFM table.
func isTable(head, delimiter []byte) bool {
	return bytes.IndexByte(delimiter, '|') >= 0 && bytes.IndexByte(head, '|') >= 0 && reDelimiter.Match(delimiter)
}

// cutLine gives the first line without its line feed, and the length with it.
func cutLine(data []byte) ([]byte, int) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return data[:i], i + 1
	}
	return data, len(data)
}

// skipParagraph gives the length up to the next blank line.
func skipParagraph(data []byte) int {
	pos := 0
	for pos < len(data) {
		line, n := cutLine(data[pos:])
		if pos > 0 && blank(line) {
			break
		}
		pos += n
	}
	return pos
}

func blank(line []byte) bool { return len(bytes.Trim(line, " \t")) == 0 }

func indent(line []byte) int {
	n := 0
	for n < len(line) && line[n] == ' ' {
		n++
	}
	return n
}
