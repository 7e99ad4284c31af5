package page

import (
	"bufio"
	"bytes"
	"html"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	render "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"portolan/generator/diag"
)

// lines answers where an offset into the body stands in its file.
type lines struct {
	file   string
	first  int // line of the file that the body begins at
	source []byte
	starts []int
}

func newLines(file string, first int, source []byte) lines {
	l := lines{file: file, first: first, source: source, starts: []int{0}}
	for i, c := range source {
		if c == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// at gives the position of an offset; that of the whole file if it is none.
func (l lines) at(offset int) diag.Pos {
	if offset < 0 || offset > len(l.source) {
		return diag.Pos{File: l.file}
	}
	i := sort.SearchInts(l.starts, offset+1) - 1
	return diag.Pos{File: l.file, Line: l.first + i, Col: 1 + utf8.RuneCount(l.source[l.starts[i]:offset])}
}

// plain gives the text of a node, white space collapsed.
func (p *Page) plain(n ast.Node) string {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch c := c.(type) {
		case *ast.Text:
			if c.IsRaw() {
				render.DefaultWriter.RawWrite(w, c.Segment.Value(p.source))
			} else {
				render.DefaultWriter.Write(w, c.Segment.Value(p.source))
			}
			if c.SoftLineBreak() || c.HardLineBreak() {
				_ = w.WriteByte(' ')
			}
		case *ast.String:
			render.DefaultWriter.Write(w, c.Value)
		case *ast.AutoLink:
			_, _ = w.Write(util.EscapeHTML(c.Label(p.source)))
		}
		return ast.WalkContinue, nil
	})
	_ = w.Flush() // to memory
	return strings.Join(strings.Fields(html.UnescapeString(string(clean(b.Bytes())))), " ")
}

// resolve decodes the escapes and character references of a destination.
func resolve(dest []byte) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(dest))))
}

// firstOdd gives the offset of the first byte that no HTML document may have,
// -1 for none: what is not UTF-8, control characters, noncharacters.
func firstOdd(s []byte) int {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		if odd(r, size) {
			return i
		}
		i += size
	}
	return -1
}

// clean gives s with U+FFFD for what firstOdd finds.
func clean(s []byte) []byte {
	at := firstOdd(s)
	if at < 0 {
		return s
	}
	out := append(make([]byte, 0, len(s)+8), s[:at]...)
	for i := at; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		if odd(r, size) {
			r = utf8.RuneError
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return out
}

func odd(r rune, size int) bool {
	return r == utf8.RuneError && size == 1 || r < ' ' && r != '\t' && r != '\n' || r >= 0x7f && r <= 0x9f ||
		r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
}

// slug is the id that GitHub gives to a heading: lower case, letters, digits,
// hyphens and low lines, spaces as hyphens.
func slug(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "section"
	}
	return b.String()
}

// unique adds "-1", "-2" … to an id that is taken.
func (r *reader) unique(id string) string {
	out := id
	for i := 1; r.ids[out]; i++ {
		out = id + "-" + strconv.Itoa(i)
	}
	r.ids[out] = true
	return out
}
