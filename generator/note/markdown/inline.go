package markdown

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gomarkdown/markdown/ast"
	"github.com/gomarkdown/markdown/parser"

	"portolan/generator/note"
)

// token is what a callback makes of a piece of a paragraph. The parser gives
// plain text between tokens as *ast.Text. No callback looks inside a span:
// emphasis and links are matched over the whole flat row, as CommonMark does.
type token struct {
	ast.Leaf
	node note.Inline // finished

	run         byte // '*' or '_': a run of count delimiters
	count       int
	open, close bool

	bracket bool // "[" or "!["
	at      int  // where it stands
	image   bool
	off     bool   // a link has closed behind it, so it cannot open one
	end     *token // the token that closes its link
	url     string // of that link
}

// inliner holds what the callbacks of one paragraph share.
type inliner struct {
	r        *reader
	brackets []*token
	unclosed map[string]bool // terminators known not to follow
}

// inlines parses the text of one paragraph.
func (r *reader) inlines(content []byte) []note.Inline {
	in := &inliner{r: r, unclosed: make(map[string]bool)}
	p := parser.NewWithExtensions(parser.NoExtensions)
	for c, fn := range map[byte]func([]byte, int) (int, *token){
		'\\': escape, '&': entity, '`': in.code, '<': in.angle, '*': delimiters, '_': delimiters,
		'[': in.openLink, '!': in.openImage, ']': in.closeBracket, ' ': lineBreak, '\n': lineBreak,
		'h': in.bareLink, 'H': in.bareLink,
	} {
		p.RegisterInline(c, func(_ *parser.Parser, data []byte, at int) (int, ast.Node) {
			n, t := fn(data, at)
			if t == nil {
				return n, nil
			}
			return n, t
		})
	}
	p.RegisterInline('^', nil)
	row := &ast.Paragraph{}
	p.Inline(row, content)
	out := trim(in.build(row.Children, false))
	if nesting(out) > maxDepth {
		r.refuse(string(content), CodeUnsupported, "emphasis nested too deeply", "")
	}
	return out
}

func text(s string) *token { return &token{node: note.Text(s)} }

// escape takes a backslash and the punctuation it makes literal. Before
// anything else it stands for itself, as in C:\path.
func escape(data []byte, at int) (int, *token) {
	if at+1 < len(data) {
		switch c := data[at+1]; {
		case c == '\n':
			return 2, &token{node: note.Break{}}
		case isPunct(c):
			return 2, text(string(c))
		}
	}
	return 0, nil
}

// lineBreak takes the white space around a line's end.
func lineBreak(data []byte, at int) (int, *token) {
	n := at
	for n < len(data) && data[n] == ' ' {
		n++
	}
	if n == len(data) || data[n] != '\n' {
		return 0, nil
	}
	if n-at >= 2 {
		return n + 1 - at, &token{node: note.Break{}}
	}
	return n + 1 - at, text(" ")
}

func entity(data []byte, at int) (int, *token) {
	n, s := decodeEntity(data[at:])
	if n == 0 {
		return 0, nil
	}
	return n, text(s)
}

// code takes a code span, or a run of backticks that opens none.
func (in *inliner) code(data []byte, at int) (int, *token) {
	n := runLength(data, at)
	fence := string(data[at : at+n])
	if !in.unclosed[fence] {
		for i := at + n; i < len(data); {
			next := bytes.IndexByte(data[i:], '`')
			if next < 0 {
				break
			}
			i += next
			length := runLength(data, i)
			if length == n {
				return i + n - at, &token{node: codeSpan(data[at+n : i])}
			}
			i += length
		}
		in.unclosed[fence] = true
	}
	return n, text(fence)
}

func codeSpan(content []byte) note.Code {
	s := strings.ReplaceAll(string(content), "\n", " ")
	if len(s) > 2 && s[0] == ' ' && s[len(s)-1] == ' ' && strings.Trim(s, " ") != "" {
		s = s[1 : len(s)-1]
	}
	return note.Code(strings.Map(spaced, s))
}

// angle takes <https://…> and <name@host>, and refuses raw HTML.
func (in *inliner) angle(data []byte, at int) (int, *token) {
	if l := angleLink(data[at:]); l != nil {
		in.checkURL(l.url, string(data[at:at+l.length]))
		return l.length, &token{node: &note.Link{URL: l.url, Inlines: []note.Inline{note.Text(l.text)}}}
	}
	n := tag(data[at:], in.unclosed)
	if n == 0 {
		return 0, nil
	}
	in.r.refuse(string(data[at:at+n]), CodeHTML, "raw HTML in a note", backticks)
	return n, text("")
}

// delimiters takes a run of * or _ and tells, by its neighbours, whether it
// may open or close emphasis.
func delimiters(data []byte, at int) (int, *token) {
	n := runLength(data, at)
	before, _ := utf8.DecodeLastRune(data[:at])
	if at == 0 {
		before = ' '
	}
	after, _ := utf8.DecodeRune(data[at+n:])
	if at+n == len(data) {
		after = ' '
	}
	left := !unicode.IsSpace(after) && (!isPunctRune(after) || unicode.IsSpace(before) || isPunctRune(before))
	right := !unicode.IsSpace(before) && (!isPunctRune(before) || unicode.IsSpace(after) || isPunctRune(after))
	t := &token{run: data[at], count: n, open: left, close: right}
	if t.run == '_' {
		t.open = left && (!right || isPunctRune(before))
		t.close = right && (!left || isPunctRune(after))
	}
	return n, t
}

func (in *inliner) openLink(_ []byte, at int) (int, *token) {
	t := &token{bracket: true, at: at}
	in.brackets = append(in.brackets, t)
	return 1, t
}

func (in *inliner) openImage(data []byte, at int) (int, *token) {
	if at+1 == len(data) || data[at+1] != '[' {
		return 0, nil
	}
	t := &token{bracket: true, image: true, at: at}
	in.brackets = append(in.brackets, t)
	return 2, t
}

// closeBracket takes "]", with what follows if it closes a link.
func (in *inliner) closeBracket(data []byte, at int) (int, *token) {
	if len(in.brackets) == 0 {
		return 0, nil
	}
	open := in.brackets[len(in.brackets)-1]
	in.brackets = in.brackets[:len(in.brackets)-1]
	if open.off {
		return 0, nil
	}
	target := linkTarget(data[at+1:])
	if target == nil {
		return 0, nil
	}
	literal := string(data[open.at : at+1+target.length])
	if open.image {
		in.r.refuse(literal, CodeImage, "an image in a note", "link to it, or put it on a page of content/")
		return target.length + 1, text("")
	}
	for _, b := range in.brackets {
		b.off = b.off || !b.image
	}
	if target.title {
		in.r.refuse(literal, CodeUnsupported, "a link title in a note", "leave the title away")
	} else {
		in.checkURL(target.url, literal)
	}
	open.url, open.end = target.url, &token{}
	return target.length + 1, open.end
}

// bareLink takes an http or https address that stands in the text.
func (in *inliner) bareLink(data []byte, at int) (int, *token) {
	if len(in.brackets) > 0 || at > 0 && !strings.ContainsRune(" \n*_~(", rune(data[at-1])) {
		return 0, nil
	}
	n := bareURL(data[at:])
	if n == 0 {
		return 0, nil
	}
	u := unescape(string(data[at:at+n]), false)
	in.checkURL(u, string(data[at:at+n]))
	return n, &token{node: &note.Link{URL: u, Inlines: []note.Inline{note.Text(u)}}}
}

func (in *inliner) checkURL(u, literal string) {
	if why, hint := badURL(u); why != "" {
		in.r.refuse(literal, CodeURL, why, hint)
	}
}

// runLength counts the equal bytes from at.
func runLength(data []byte, at int) int {
	n := at
	for n < len(data) && data[n] == data[at] {
		n++
	}
	return n - at
}

func isPunct(c byte) bool {
	return c > ' ' && c < 0x7f && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}

func isPunctRune(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

// spaced turns white space into spaces.
func spaced(r rune) rune {
	if r == '\t' || r == '\n' || r == '\r' {
		return ' '
	}
	return r
}
