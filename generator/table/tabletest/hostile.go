package tabletest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Hostile is plain text that some format takes for its own. No text begins or
// ends with white space.
func Hostile() []string {
	list := []string{
		"|", "||", "a|b", "|a|b|", `a\|b`, `\`, `\\`, `a\`, `C:\temp\new`, `\n`, `\&`, "`", "``", "a`b", "`a|b`", "``a`b``",
		"*", "**bold**", "*it*", "a*b*c", "_", "__init__", "foo_bar_baz", "_x_", "~", "~~gone~~", "~sub~", "^sup^", "==mark==", "++ins++",
		"[", "]", "[x](y)", "[x](https://a.example)", "![i](j.png)", "[ref]", "[^1]", "[[wiki]]", "[x]: y", "[ ] todo", "(a) [b]",
		"<", ">", "<b>", "</td>", "</table>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- c -->", "-->", "<?php", "<![CDATA[x]]>", "]]>",
		"&", "&amp;", "&lt;b&gt;", "&copy", "&#35;", "&#x41;", "&nope;", "a & b", "AT&T", "&&",
		`"`, `"quoted"`, `a"b`, `""`, "'", "'single'", "it's", `"a","b"`, "a,b", "a;b", "a\u00a0b",
		"=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"https://x.example\")", "\uff1d1+1", "-", "--", "---", "-- a", "+-1", " =1"[1:],
		"# h", "#1", "##", "#REDIRECT [[x]]", "h1. x", "* item", "- item", "+ item", "1. one", "1) one", "> quote", ": def", "; term", "    code"[4:],
		"https://a.example/?a=1&b=2", "www.example.com", "http://a.example.", "mailto:a@b.example", "a@b.example", "@user", "#123", "user/repo#1", "RFC 1234", "ISBN 0306406152", "ftp://x", "javascript:alert(1)",
		":smile:", ":)", "(c)", "(/)", "(!)", "1/2", "1-2", "0443", "1e5", "10.0", "1,000", "3:4", "28000-30000", "0x1F", "1x2", "yes", "null", "true", "~",
		"$", "$1", "5$ to 6$", "$x^2$", "$$", "{", "}", "{{x}}", "{{{x}}}", "{x}", "{%x%}", "{code}", "{| |}", "{attr}", "${x}", "%", "%%", "%%x%%", "100%", "%20",
		"!", "!x!", "!important", "a!b", "?", "//", "// comment", "a//b", "/*x*/", "->", "-->", "<-", "=>", "...", "''", "'''x'''", "~~~~", "__TOC__", "-{x}-", "|-", "|}", "|+ x", "! x", "||x",
		"\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd 443 \u05e2\u05d5\u05dc\u05dd", "\u0627\u0644\u0645\u0646\u0641\u0630 443", "\u65e5\u672c\u8a9e", "\U0001F600", "e\u0301", "na\u00efve", "\ufb01",
		"tcp/443", "tcp/44000-44100", "*.example.com", "{tenant}.example.com", "10.0.0.0/8", "2001:db8::/32", "Settings > Ports", `HKLM\Software\X`,
		strings.Repeat("long", 200), "a  b", "a   b",
		// Of wikis: smileys, signs made of letters, magic words, references, styles of cells, directives.
		":D", ";)", "8-)", "(y)", "(x)", "(on)", "LOL", "FIXME", "(tm)", "(C)(R)", "640x480", "<->", "a -- b", "a--b", "a...b", "x ?", "x : y", "\u00ab a \u00bb",
		"CamelCase", "ABC(title)", "r123", "commit:abc", "PMID 123", "~~NOTOC~~", "[[a|b]]", "{{a|b}}", "((x))", "<<x>>", "<<<x>>>", "$$x$$",
		"=. x", "(. x", "<. x", "-. x", "_. x", "^. x", "p. x", "bq. x", "fn1. x", "h1.", "@x@", "@@x@@", "@@html:<b>x</b>@@", "-x-", "a-b-c", "+x+", "??x??", "{*}x{*}", "{color:red}x{color}",
		"!image.png!", "~user", "^file", `\alpha`, `\ast{}`, `\\server\share`, "src_sh{ls}", "[2026-11-21]", "<2026-11-21>", "#+TBLFM: x", "%</nowiki>%", "<nowiki>x</nowiki>", "<notextile>x</notextile>",
		".. note:: x", ":x: y", "x_", "x__", "`x`_", "|x|_", "[1]_", "a ::", "::", ">>> x", "a. b", "ii. x", "NOTE: x", "a:: b", "include::x[]", "ifdef::x[]", "it's o'clock", "\"`x`\"", "word:", "x#y#z", "+", "a +", "x~y~z",
	}
	return list
}

// HostileTable has one hostile text a row, plain and in every markup, under
// headings and with ids that are hostile too.
func HostileTable() *table.Table {
	t := &table.Table{
		ID:    "hostile",
		Title: `Hostile | <b>"text"</b>`,
		Columns: []table.Column{
			{ID: "label", Title: "Label | a", Kind: table.Label},
			{ID: "plain", Title: "Plain <i>", Kind: table.Prose},
			{ID: "code", Title: "`Code` \\", Kind: table.Ports},
			{ID: "rich", Title: "=Rich*", Kind: table.Citation},
			{ID: "last", Title: "-", Kind: table.Party},
		},
		Links: table.Absolute("https://site.example/ports"),
		Provenance: table.Provenance{
			Title: "Hostile | <b>\"text\"</b>", DataVersion: "0123456789abcdef", Reviewed: "2026-11-21", URL: "/x/",
			Sources: []table.Source{{Title: `a "b" | c`, URL: "https://a.example/|"}},
		},
	}
	g := table.Group{}
	for i, s := range Hostile() {
		row := table.Row{ID: fmt.Sprintf("row-%d", i), Cells: []table.Cell{
			{Blocks: note.Of(s)},
			{Blocks: note.Of("before " + s + " after")},
			{Blocks: []note.Block{paragraph(note.Text("a"), note.Code(s), note.Text("b"))}},
			{Blocks: rich(i, s)},
			{Blocks: note.Of("end")},
		}}
		if i%7 == 0 {
			row.Cells[4] = table.Cell{}
		}
		g.Rows = append(g.Rows, row)
	}
	t.Groups = []table.Group{g}
	return t
}

func paragraph(inlines ...note.Inline) *note.Paragraph { return &note.Paragraph{Inlines: inlines} }

// rich puts the text into one kind of markup after the other.
func rich(i int, s string) []note.Block {
	text := []note.Inline{note.Text(s)}
	switch i % 7 {
	case 0:
		return []note.Block{paragraph(note.Text("x "), &note.Strong{Inlines: text}, note.Text(" y"))}
	case 1:
		return []note.Block{paragraph(note.Text("x"), &note.Emphasis{Inlines: text}, note.Text("y"))}
	case 2:
		return []note.Block{paragraph(&note.Link{URL: "https://a.example/a_(b)|c d?e=*f*&g='h'#i", Inlines: text}, note.Text(". y"))}
	case 3:
		return []note.Block{paragraph(note.Text("x"), note.Break{}, note.Text(s), note.Break{}, note.Code("c"))}
	case 4:
		return []note.Block{paragraph(text...), &note.List{Items: [][]note.Block{note.Of(s), {paragraph(note.Code(s))}}}, paragraph(note.Text("y"))}
	case 5:
		return []note.Block{paragraph(&note.Strong{Inlines: []note.Inline{note.Text("x "), note.Code("k"), &note.Link{URL: "/ports/tcp/443/", Inlines: text}}})}
	}
	return []note.Block{paragraph(&note.Link{URL: "javascript:alert(1)", Inlines: text}, &note.Emphasis{Inlines: []note.Inline{&note.Strong{Inlines: text}}})}
}

// Grid is what a reader has read: the header cells and then those of each
// row, without markup.
type Grid [][]string

// Want is what a reader should read of a table that [table.Lower] has fitted.
func Want(t *table.Table) Grid {
	var head []string
	for _, c := range t.Columns {
		head = append(head, c.Title)
	}
	g := Grid{head}
	for _, group := range t.Groups {
		for _, r := range group.Rows {
			var cells []string
			for _, c := range r.Cells {
				cells = append(cells, c.Plain())
			}
			g = append(g, cells)
		}
	}
	return g
}

// Words brings cells of both sides to what a reader of markup can tell: a run
// of white space is one blank, and the marks of a list are not text.
func (g Grid) Words() Grid {
	out := make(Grid, len(g))
	for i, row := range g {
		for _, cell := range row {
			out[i] = append(out[i], strings.Join(strings.FieldsFunc(cell, func(r rune) bool {
				return r == ' ' || r == '\n' || r == '\t' || r == '\r'
			}), " "))
		}
	}
	return out
}

// Holds tells whether a text, in whichever case, is in any cell.
func (g Grid) Holds(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(g, func(row []string) bool {
		return slices.ContainsFunc(row, func(cell string) bool { return strings.Contains(strings.ToLower(cell), text) })
	})
}

// Check tells every cell in which a reader has read something else.
func (g Grid) Check(t *testing.T, want Grid) {
	t.Helper()
	if len(g) != len(want) {
		t.Errorf("read %d rows, want %d", len(g), len(want))
	}
	wrong := 0
	for i := range min(len(g), len(want)) {
		if len(g[i]) != len(want[i]) {
			t.Errorf("row %d: read %d cells, want %d: %q", i, len(g[i]), len(want[i]), g[i])
			continue
		}
		for j := range g[i] {
			if g[i][j] != want[i][j] {
				if wrong++; wrong <= 20 {
					t.Errorf("row %d column %d: read %q, want %q", i, j, g[i][j], want[i][j])
				}
			}
		}
	}
	if wrong > 20 {
		t.Errorf("and %d more", wrong-20)
	}
}
