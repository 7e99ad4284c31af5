package note_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"portolan/generator/note"
)

type (
	inlines = []note.Inline
	blocks  = []note.Block
)

func p(list ...note.Inline) *note.Paragraph { return &note.Paragraph{Inlines: list} }

var rich = blocks{
	p(note.Text("a < b & \"c\" 'd' "), &note.Strong{Inlines: inlines{note.Text("s"), &note.Emphasis{Inlines: inlines{note.Text("e")}}}}, note.Break{}, note.Code("<x>")),
	&note.List{Items: []blocks{
		{p(note.Text("one"))},
		{p(note.Text("two")), &note.List{Ordered: true, Start: 3, Items: []blocks{{p(note.Text("x"))}, {p(note.Text("y"))}}}},
		{p(note.Text("three")), p(note.Text("more"))},
	}},
	p(&note.Link{URL: "/products/x/?a=1&b=\"2\"", Inlines: inlines{note.Text("X")}}, note.Text(" "), &note.Link{URL: "https://x.example/", Inlines: inlines{note.Code("Y")}}),
}

func TestAppendHTML(t *testing.T) {
	link := func(u string) string {
		if strings.HasPrefix(u, "/") {
			return ".." + u
		}
		return ""
	}
	want := `<p>a &lt; b &amp; &quot;c&quot; &#39;d&#39; <strong>s<em>e</em></strong><br><code>&lt;x&gt;</code></p>` +
		`<ul><li>one</li><li>two<ol start="3"><li>x</li><li>y</li></ol></li><li><p>three</p><p>more</p></li></ul>` +
		`<p><a href="../products/x/?a=1&amp;b=&quot;2&quot;">X</a> <code>Y</code></p>`
	if got := string(note.AppendHTML([]byte(">"), rich, link)); got != ">"+want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := string(note.AppendHTML(nil, rich[2:], nil)); !strings.Contains(got, `href="https://x.example/"`) {
		t.Errorf("without a function: %s", got)
	}
}

func TestAppendCompactHTML(t *testing.T) {
	list := &note.List{Ordered: true, Start: 1, Items: []blocks{{p(note.Text("i"))}}}
	for _, c := range []struct {
		in   blocks
		want string
	}{
		{nil, ""},
		{note.Of(""), ""},
		{note.Of("a"), "a"},
		{blocks{p(note.Text("a")), list}, "a<ol><li>i</li></ol>"},
		{blocks{list}, "<ol><li>i</li></ol>"},
		{blocks{p(note.Text("a")), p(note.Text("b"))}, "<p>a</p><p>b</p>"},
		{blocks{p(note.Text("a")), list, p(note.Text("b"))}, "<p>a</p><ol><li>i</li></ol><p>b</p>"},
	} {
		if got := string(note.AppendCompactHTML(nil, c.in, nil)); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	for _, s := range []string{"<script>", "\"'><img onerror=x>", "&lt;", "\xff\x00\x1b", "\u0085 \u2028 é 漢", "]]>", "a\tb\nc"} {
		out := string(note.AppendHTML(nil, blocks{p(note.Text(s), note.Code(s), &note.Link{URL: s, Inlines: inlines{note.Text(s)}})}, nil))
		d := xml.NewDecoder(strings.NewReader(out))
		var names []string
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v in %s", s, err, out)
			}
			if e, ok := token.(xml.StartElement); ok {
				names = append(names, e.Name.Local)
			}
		}
		if got := strings.Join(names, " "); got != "p code a" {
			t.Errorf("%q: elements %s", s, got)
		}
	}
}

func TestPlain(t *testing.T) {
	want := "a < b & \"c\" 'd' se\n<x>\n- one\n- two\n  3. x\n  4. y\n- three\n  more\nX Y"
	if got := note.Plain(rich); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, c := range []struct {
		in   blocks
		want string
	}{
		{nil, ""},
		{note.Of("a"), "a"},
		{blocks{p(note.Text("a")), p(note.Text("b"))}, "a\nb"},
		{blocks{&note.List{Items: []blocks{{&note.List{Items: []blocks{{p(note.Text("a"))}, {p(note.Text("b"))}}}}}}}, "- - a\n  - b"},
		{blocks{&note.List{Ordered: true, Start: 10, Items: []blocks{{p(note.Text("a"), note.Break{}, note.Text("b")), p(note.Text("c"))}}}}, "10. a\n    b\n    c"},
	} {
		if got := note.Plain(c.in); got != c.want {
			t.Errorf("got\n%s\nwant\n%s", got, c.want)
		}
	}
}

func TestNote(t *testing.T) {
	var n note.Note
	if !n.IsZero() || n.UnmarshalText([]byte("a")) != nil || n.Source != "a" || n.IsZero() {
		t.Errorf("%+v", n)
	}
}

func BenchmarkAppendHTML(b *testing.B) {
	dst := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		dst = note.AppendHTML(dst[:0], rich, nil)
	}
	b.SetBytes(int64(len(dst)))
}

func BenchmarkPlain(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		note.Plain(rich)
	}
}
