package markdown_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/note"
	"portolan/generator/note/markdown"
)

func TestFaults(t *testing.T) {
	// the offset is where "→" stands, which is taken out
	for src, code := range map[string]string{
		"→# a":                         markdown.CodeHeading,
		"a\n\n→### b":                  markdown.CodeHeading,
		"→a\n===":                      markdown.CodeHeading,
		"→a\n---":                      markdown.CodeHeading,
		"→#":                           markdown.CodeHeading,
		"- →# a":                       markdown.CodeHeading,
		"→---":                         markdown.CodeUnsupported,
		"→* * *":                       markdown.CodeUnsupported,
		"→> a":                         markdown.CodeUnsupported,
		"a\n→> b":                      markdown.CodeUnsupported,
		"→```\na\n```":                 markdown.CodeUnsupported,
		"→~~~ sh\na\n~~~":              markdown.CodeUnsupported,
		"    →a":                       markdown.CodeUnsupported,
		"a\n\n\t→b":                    markdown.CodeUnsupported,
		"→| a | b |\n|---|---|\n| 1 |": markdown.CodeUnsupported,
		"x\n→a | b\n-|-\n":             markdown.CodeUnsupported,
		"→[a]: https://x.example/":     markdown.CodeUnsupported,
		"→[^1]: foot":                  markdown.CodeUnsupported,
		"a\n\n→-\n":                    markdown.CodeUnsupported,
		"→[a](/x \"t\")":               markdown.CodeUnsupported,
		"→<div>a</div>":                markdown.CodeHTML,
		"→<host>:443":                  markdown.CodeHTML,
		"to →<host>:443":               markdown.CodeHTML,
		"a →<!-- b --> c":              markdown.CodeHTML,
		"a →<br/>":                     markdown.CodeHTML,
		"a →<?php ?>":                  markdown.CodeHTML,
		"→![a](/x)":                    markdown.CodeImage,
		"→![a](https://x.example/)":    markdown.CodeImage,
		"→[a](javascript:alert(1))":    markdown.CodeURL,
		"→[a](java&#115;cript:a)":      markdown.CodeURL,
		"→[a](//x.example)":            markdown.CodeURL,
		"→[a](/\\\\x)":                 markdown.CodeURL,
		"→[a](</a b>)":                 markdown.CodeURL,
		"→[a](x)":                      markdown.CodeURL,
		"→[a](#x)":                     markdown.CodeURL,
		"→[a]()":                       markdown.CodeURL,
		"→[a](https:x)":                markdown.CodeURL,
		"→[a](mailto:)":                markdown.CodeURL,
		"→[](/x)":                      markdown.CodeURL,
		"→<ftp://x.example/>":          markdown.CodeURL,
	} {
		want := strings.Index(src, "→")
		src = strings.Replace(src, "→", "", 1)
		blocks, faults := markdown.Parse(src)
		if blocks != nil || len(faults) == 0 {
			t.Errorf("%q: blocks %v, faults %v", src, blocks, faults)
			continue
		}
		if f := faults[0]; f.Code != code || f.Offset != want || f.Text == "" {
			t.Errorf("%q: %+v, want %s at %d", src, f, code, want)
		}
	}
}

func TestEveryFaultIsTold(t *testing.T) {
	_, faults := markdown.Parse("<a> and <b>\n\n# h\n\n<a> ![x](/y)")
	var got []string
	for _, f := range faults {
		got = append(got, fmt.Sprint(f.Offset, " ", f.Code))
	}
	want := []string{"0 note-html", "8 note-html", "13 note-heading", "18 note-html", "22 note-image"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestBareAddresses(t *testing.T) {
	for src, want := range map[string]string{
		"see https://x.example/a?b=c.":       "see <https://x.example/a?b=c>.",
		"(https://x.example/a_(b))":          "(<https://x.example/a_(b)>)",
		"**https://x.example**":              "<https://x.example>",
		"HTTPS://X.example:8443/a, b":        "<HTTPS://X.example:8443/a>, b",
		"http://x.example&lt;":               "<http://x.example><",
		"https://x.example/?a&amp;b":         "<https://x.example/?a&b>",
		"https://{placeholder}:443/":         "https://{placeholder}:443/",
		"https://localhost/":                 "https://localhost/",
		"xhttps://x.example":                 "xhttps://x.example",
		"`https://x.example`":                "https://x.example",
		"[see https://x.example/](/y)":       "</y>",
		"https://x.example/ and https://b.c": "<https://x.example/> and <https://b.c>",
		"https":                              "https",
	} {
		blocks, faults := markdown.Parse(src)
		if len(faults) > 0 || len(blocks) != 1 {
			t.Errorf("%q: %v", src, faults)
			continue
		}
		if got := addresses(blocks[0].(*note.Paragraph).Inlines); got != want {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
	}
}

func addresses(list []note.Inline) string {
	var b strings.Builder
	for _, n := range list {
		switch n := n.(type) {
		case *note.Link:
			b.WriteString("<" + n.URL + ">")
		case *note.Strong:
			b.WriteString(addresses(n.Inlines))
		default:
			b.WriteString(note.PlainInlines([]note.Inline{n}))
		}
	}
	return b.String()
}

func TestSlowRepeatsAreBounded(t *testing.T) {
	for _, s := range []string{"[a](", "![", "~~a ", "*a ", "_a_ **", "*a_ ", "`", "<", "<!--", "<a b='", "[", "](", "- ", "1. ", "> ", "&#", "((", "[a](x \"", "https://a.b/)", "*`", "``` ", "\\", "a\n", "- a\n", "\n", "[a][", "**a *", "<?", "https://"} {
		for _, src := range []string{strings.Repeat(s, markdown.MaxBytes/len(s)), strings.Repeat(s, 1000)[:min(1000*len(s), markdown.MaxBytes)] + strings.Repeat("*", 100)} {
			start := time.Now()
			markdown.Parse(src)
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("%q repeated: %v", s, d)
			}
		}
	}
	deep := strings.Builder{}
	for i := range 80 {
		deep.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	for _, src := range []string{strings.Repeat("- ", 100) + "a", deep.String(), strings.Repeat("*a **b ", 50) + strings.Repeat("c** d* ", 50)} {
		if b, f := markdown.Parse(src); b != nil || len(f) == 0 {
			t.Errorf("%.20q… is not refused", src)
		}
	}
}

func TestTooLongIsNotParsed(t *testing.T) {
	if _, f := markdown.Parse(strings.Repeat("a", markdown.MaxBytes)); f != nil {
		t.Error(f)
	}
	_, f := markdown.Parse(strings.Repeat("<", markdown.MaxBytes+1))
	if len(f) != 1 || f[0].Code != markdown.CodeTooLong {
		t.Error(f)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range valid {
		f.Add(s)
	}
	f.Add("# h\n\n<b> ![a](b \"c\")\n> q\n\n    c\n\xff\x00")
	f.Fuzz(func(t *testing.T, src string) {
		start := time.Now()
		blocks, faults := markdown.Parse(src)
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%v", d)
		}
		if len(faults) > 0 && blocks != nil {
			t.Error("a tree beside faults")
		}
		for i, fault := range faults {
			if fault.Offset < 0 || fault.Offset > len(src) || i > 0 && fault.Offset < faults[i-1].Offset || fault.Code == "" || fault.Text == "" {
				t.Errorf("%+v", fault)
			}
		}
		checkBlocks(t, blocks)
	})
}

func checkBlocks(t *testing.T, blocks []note.Block) {
	for _, b := range blocks {
		switch b := b.(type) {
		case *note.Paragraph:
			if len(b.Inlines) == 0 {
				t.Error("an empty paragraph")
			}
			checkInlines(t, b.Inlines)
		case *note.List:
			if len(b.Items) == 0 {
				t.Error("an empty list")
			}
			for _, item := range b.Items {
				if len(item) == 0 {
					t.Error("an empty item")
				}
				checkBlocks(t, item)
			}
		default:
			t.Errorf("%T", b)
		}
	}
}

func checkInlines(t *testing.T, list []note.Inline) {
	text := false
	for _, n := range list {
		wasText := text
		text = false
		switch n := n.(type) {
		case note.Text:
			text = true
			if wasText || n == "" || strings.ContainsAny(string(n), "\n\t\x00") || !utf8.ValidString(string(n)) {
				t.Errorf("text %q, after text: %v", n, wasText)
			}
		case note.Code:
			if n == "" || strings.ContainsAny(string(n), "\n\t\x00") {
				t.Errorf("code %q", n)
			}
		case note.Break:
		case *note.Strong:
			checkInlines(t, n.Inlines)
		case *note.Emphasis:
			checkInlines(t, n.Inlines)
		case *note.Link:
			if n.URL == "" || len(n.Inlines) == 0 {
				t.Errorf("link %+v", n)
			}
			checkInlines(t, n.Inlines)
		default:
			t.Errorf("%T", n)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	src := "Off unless `--sftp` is given; see [the guide](https://x.example/guide).\n\n- **required** on _every_ node\n- `tcp/443` &amp; `*.fs.lucidlink.com`\n"
	b.ReportAllocs()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		markdown.Parse(src)
	}
}
