package markdown_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"portolan/generator/note"
	"portolan/generator/note/markdown"
)

// commonMark reads src with goldmark, which conforms to CommonMark. It answers
// false for what the tree of notes cannot hold.
func commonMark(src string) ([]note.Block, bool) {
	source := []byte(strings.ReplaceAll(src, "\r\n", "\n")) // goldmark leaves \r in code spans
	doc := goldmark.DefaultParser().Parse(text.NewReader(source))
	c := &converter{source: source, ok: true}
	blocks := c.blocks(doc)
	return blocks, c.ok
}

type converter struct {
	source []byte
	ok     bool
}

func (c *converter) blocks(parent ast.Node) []note.Block {
	var out []note.Block
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Paragraph, *ast.TextBlock:
			if in := c.trim(c.inlines(n)); len(in) > 0 {
				out = append(out, &note.Paragraph{Inlines: in})
			}
		case *ast.List:
			l := &note.List{Ordered: n.IsOrdered(), Start: n.Start}
			for item := n.FirstChild(); item != nil; item = item.NextSibling() {
				b := c.blocks(item)
				c.ok = c.ok && len(b) > 0
				l.Items = append(l.Items, b)
			}
			out = append(out, l)
		default:
			c.ok = false
		}
	}
	return out
}

func (c *converter) trim(in []note.Inline) []note.Inline {
	if t, ok := last(in); ok {
		if t = note.Text(strings.TrimRight(string(t), " ")); t == "" {
			return in[:len(in)-1]
		}
		in[len(in)-1] = t
	}
	return in
}

func last(in []note.Inline) (note.Text, bool) {
	if len(in) == 0 {
		return "", false
	}
	t, ok := in[len(in)-1].(note.Text)
	return t, ok
}

func (c *converter) inlines(parent ast.Node) []note.Inline {
	var out []note.Inline
	add := func(s string) {
		t, ok := last(out)
		if ok {
			out = out[:len(out)-1]
		}
		out = append(out, note.Text(squeeze(string(t)+s)))
	}
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			if s := decode(string(n.Segment.Value(c.source))); s != "" {
				add(s)
			}
			switch {
			case n.HardLineBreak():
				out = append(c.trim(out), note.Break{})
			case n.SoftLineBreak():
				add(" ")
			}
		case *ast.String:
			add(decode(string(n.Value)))
		case *ast.CodeSpan:
			var b strings.Builder
			for t := n.FirstChild(); t != nil; t = t.NextSibling() {
				b.Write(t.(*ast.Text).Segment.Value(c.source))
			}
			out = append(out, note.Code(strings.NewReplacer("\n", " ", "\t", " ").Replace(b.String())))
		case *ast.Emphasis:
			if n.Level == 2 {
				out = append(out, &note.Strong{Inlines: c.inlines(n)})
			} else {
				out = append(out, &note.Emphasis{Inlines: c.inlines(n)})
			}
		case *ast.Link:
			c.ok = c.ok && len(n.Title) == 0
			out = append(out, &note.Link{URL: decode(string(n.Destination)), Inlines: c.inlines(n)})
		case *ast.AutoLink:
			u := string(n.URL(c.source))
			if n.AutoLinkType == ast.AutoLinkEmail {
				u = "mailto:" + u
			}
			out = append(out, &note.Link{URL: u, Inlines: []note.Inline{note.Text(n.Label(c.source))}})
		default:
			c.ok = false
		}
	}
	return out
}

// decode resolves escapes and character references, which goldmark leaves to
// its renderer.
func decode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s[i+1]) >= 0 {
			i++
			b.WriteByte(s[i])
			continue
		}
		if s[i] == '&' {
			if ref := reference.FindString(s[i:]); ref != "" {
				if d := html.UnescapeString(ref); d != ref && !strings.HasSuffix(d, ";") {
					b.WriteString(d)
					i += len(ref) - 1
					continue
				}
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var reference = regexp.MustCompile(`^&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z0-9]+);`)

func squeeze(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r == '\t' {
			r = ' '
		}
		if r == ' ' && i > 0 && (s[i-1] == ' ' || s[i-1] == '\t') {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Deliberate differences, in which a note is refused or read otherwise than
// CommonMark says:
//
//   - what the tree cannot hold is refused: headings, code blocks, quotes,
//     rules, tables, raw HTML, images, link titles, link definitions, destinations
//     outside of web and site, links without text, items without text on
//     their first line;
//   - so is what only looks like it: an unclosed "<word" at the start of a
//     line, "===" below a lazy line of a list item, a "[label]:" that defines nothing;
//   - nesting deeper than eight is refused;
//   - bare http and https addresses are links, as GFM has it, unless a "[" is
//     open before them;
//   - runs of spaces and tabs are one space (in code a tab is a space);
//     control characters are dropped.

// valid are notes that must be read, and as CommonMark reads them.
var valid = []string{
	"", " \n ", "plain", "two\nlines", "one\n\ntwo", "trailing  ", "a  \nhard", "a\\\nhard", "a\\\\\nsoft", "a \nsoft", "a   \n   indented",
	"tcp/443", "`*.fs.lucidlink.com`", "*.fs.lucidlink.com", "*.a.example and *.b.example", "{placeholder}", "`<host>`", "a < b > c", "1 <2 and 3> 2",
	"foo_bar_baz", "foo_bar_", "_foo_bar", "_foo_", "__foo__", "snake_case_name_", "--address", "a -- b --- c", `C:\path`, `C:\new\_x`, `\*not\*`, `\= \/ \" \' \% \, \; \? \@`, `a\`, `\\*a*`,
	"*a*", "**a**", "***a***", "***a** b*", "***a* b**", "**a *b* c**", "*a **b** c*", "*a*b*c*", "a*b*c", "a * b * c", "**a*", "*a**", "****a****", "** a **", "*a `*` b*", "*(a)*b", "**“a”**b", "*foo [bar* baz](https://x.example/)",
	"`a`", "`` ` ``", "` a `", "`  `", "`a\nb`", "`a", "``a`", "`a``b`", "a `b\\` c", "`&amp;`", "`\\*`",
	"&lt;host&gt;", "&amp;lt;", `\&lt;`, "AT&T", "&copy &copy;", "&#65;&#x42;", "&#0;", "&nosuch;", "&notin; &not;", "“smart” 'quotes' \"stay\" ... (c) 1/2",
	"5$ to 6$", "~~a~~ ~b~", "H~2~O x^2^", "Term\n: definition", "[ ] task", "[^1]", "a|b\nc", "50% #hash #1",
	"[a](https://x.example/)", "[a](http://x.example/?b=c&d=e)", "[a](mailto:a@b.example)", "[a](/products/liquidfiles/)", "[a](</x>)", "[*a* `b`](/x)", "[a](/x_(y))", `[a](/x\(y)`, "[a\nb](/x)", "[a] (/x)", "[a]", "[a][b]", "[a](", "a](b)", "\\[a](/x)", "[a\\](/x)", "[[a]](/x)", "[[a](/x)](/y)", "*[a*](/x)", "[a](/x&amp;y)", "`[a`](/x)", "!\\[a](/x)", "! [a](/x)", "![a]",
	"<https://x.example/a?b=c>", "<a@b.example>",
	"- a", "- a\n- b", "* a\n* b", "+ a", "1. a\n2. b", "0. a", "3. a\n4. b", "7) a", "1. a\n1) b", "- a\n* b", "- a\n1. b",
	"port\n443. no", "port\n1. yes", "port\n- yes", "port:\n\n- a\n- b", "- a\n\n- b", "- a\nb", "- a\n  b", "- a\n\n  b", "* a\n\n  para", "- a\n\nb", "1. a\n\n   b", "1. a\n\n  b",
	"- a\n  - b", "- a\n  - b\n    - c", "- a\n    - b", "- a\n - b\n  - c", "- a\n\n  - b\n\n  c", "1. a\n   - b\n2. c", "1. a\n  - b", "10. a\n    - b", "- - a", "- 1. a", "- a\n  1. b\n  2. c", "- a\n  2. b", "- a\n2. b", "-\ta", "- a\n\tb", "- a\n\n\tb", "   - a", "-a", "1.a", "- a\n      b", "100. a\n    - x", "100. - a\n    - x", "- a\n  - b\nc", "- a\n  b\nc\n- d", "a\n    b", "a\n*\nb", "a\r\nb\r\n\r\nc", "- a\r\n- b\r\n", "#a", "a # b", "a\n1986. b", "a > b", "=", "===", "1.5 GB", "2026. a", "1234567890. a",
	"*ä*ö", "ä_b_", "„*a*“", "日本*語*です", "a\u00a0*b*",
}

func TestMeansWhatCommonMarkSays(t *testing.T) {
	for _, src := range valid {
		want, ok := commonMark(src)
		got, faults := markdown.Parse(src)
		if !ok || len(faults) > 0 {
			t.Errorf("%q: holds %v, faults %v", src, ok, faults)
			continue
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-goldmark +note):\n%s", src, d)
		}
	}
}

// FuzzCommonMark holds every note that is not refused against goldmark.
func FuzzCommonMark(f *testing.F) {
	for _, s := range valid {
		f.Add([]byte(s))
	}
	tokens := []string{"a", "b", " ", "  ", "\n", "\n\n", "    ", "\t", "*", "**", "_", "__", "`", "``", "[", "](", ")", "]", "(", "/x", "<", ">", "&lt;", "&", ";", "\\", "- ", "* ", "1. ", "2) ", "10. ", "#", "# ", "!", "=", "---", "https", "://", "x.example", ".", "ä", "“", "|", "~", "'", "\"", ":", "{", "+ ", "-", "\r\n", "<a", "<!--", "\u00a0"}
	f.Fuzz(func(t *testing.T, data []byte) {
		var b strings.Builder
		for _, c := range data[:min(len(data), 60)] {
			b.WriteString(tokens[int(c)%len(tokens)])
		}
		for _, src := range []string{b.String(), string(data)} {
			compare(t, src)
		}
	})
}

// unlikeTheSpec is where goldmark itself departs from CommonMark: columns after
// a tab that follows a space or marker, a hard break after an escaped backslash.
var unlikeTheSpec = regexp.MustCompile(`[^\n]\t|\\\\\\\r?\n`)

func compare(t *testing.T, src string) {
	if len(src) > 300 || !utf8.ValidString(src) || strings.ContainsFunc(src, odd) || strings.Contains(strings.ToLower(src), "http") || strings.Contains(src, "&#") {
		return // control characters, which a reference can name, and bare addresses are deliberate differences
	}
	if unlikeTheSpec.MatchString(src) {
		return
	}
	got, faults := markdown.Parse(src)
	if len(faults) > 0 {
		return
	}
	want, ok := commonMark(src)
	if !ok {
		t.Fatalf("%q is read, but holds what a note cannot:\n%s", src, note.Plain(got))
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("%q (-goldmark +note):\n%s", src, d)
	}
}

func odd(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || unicode.IsControl(r) && r != '\n' && r != '\t'
}
