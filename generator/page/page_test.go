package page_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/diag"
	"portolan/generator/page"
)

var update = flag.Bool("update", false, "write the goldens")

// rewrite stands for the site's: "gone" is a link that it takes away.
func rewrite(l page.Link) string {
	switch {
	case strings.Contains(l.URL, "gone"):
		return ""
	case strings.HasPrefix(l.URL, "/"):
		return ".." + l.URL + "index.html"
	}
	return l.URL
}

// facts prints what a page tells about itself.
func facts(p *page.Page, list []diag.Diagnostic) string {
	var b strings.Builder
	for _, h := range p.TOC {
		fmt.Fprintf(&b, "toc %d %s %q\n", h.Level, h.ID, h.Text)
	}
	for _, a := range p.Anchors {
		fmt.Fprintf(&b, "anchor %s\n", a)
	}
	for _, l := range p.Links {
		fmt.Fprintf(&b, "link %s %q %q image=%v external=%v\n", l.Pos, l.URL, l.Text, l.Image, l.External())
	}
	for _, d := range list {
		fmt.Fprintln(&b, d)
	}
	return b.String()
}

// TestGolden reads each testdata/x.md: x.html is what it prints, x.txt what it
// tells.
func TestGolden(t *testing.T) {
	wanted := map[string]bool{}
	sources, err := filepath.Glob("testdata/*.md")
	if err != nil || len(sources) == 0 {
		t.Fatal(err, len(sources))
	}
	for _, file := range sources {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var list diag.List
		p := page.Parse(filepath.Base(file), src, 1, &list)
		html := p.AppendHTML(nil, rewrite)
		check(t, html)
		base := strings.TrimSuffix(file, ".md")
		golden(t, base+".html", string(html))
		golden(t, base+".txt", facts(p, list.Sorted()))
		wanted[base+".html"], wanted[base+".txt"], wanted[file] = true, true, true
	}
	err = filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "fuzz" {
			return fs.SkipDir
		}
		if err == nil && !d.IsDir() && !wanted[path] {
			t.Errorf("%s belongs to no .md", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

var elements = strings.Fields("root p h1 h2 h3 h4 h5 h6 a em strong del code pre br hr img span ul ol li blockquote div table thead tbody tr th td")

var attributes = strings.Fields("href title src alt id class role tabindex aria-label scope start")

// check holds HTML to what a content page may contain.
func check(t *testing.T, html []byte) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<root>" + string(html) + "</root>"))
	d.Strict = false
	d.AutoClose = []string{"br", "hr", "img"}
	ids := map[string]bool{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%v in\n%s", err, html)
			return
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(elements, e.Name.Local) {
			t.Errorf("element %s in\n%s", e.Name.Local, html)
		}
		for _, a := range e.Attr {
			if !slices.Contains(attributes, a.Name.Local) {
				t.Errorf("attribute %s in\n%s", a.Name.Local, html)
			}
			if a.Name.Local == "id" && (ids[a.Value] || a.Value == "" || strings.ContainsAny(a.Value, " \t\n")) {
				t.Errorf("id %q in\n%s", a.Value, html)
			}
			ids[a.Value] = ids[a.Value] || a.Name.Local == "id"
			value := strings.ToLower(strings.TrimSpace(a.Value))
			if (a.Name.Local == "href" || a.Name.Local == "src") && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") || strings.HasPrefix(value, "//")) {
				t.Errorf("destination %q in\n%s", a.Value, html)
			}
		}
	}
}

func TestPositionsCountFromTheFile(t *testing.T) {
	src := "+++\ntitle = \"x\"\n+++\n\nä <b> [x](ftp:y)\r\n\r\nsee [x [y](/z \"y\")\r\n"
	front, frontLine, body, bodyLine, err := page.Split([]byte(src))
	if err != nil || string(front) != "title = \"x\"\n" || frontLine != 2 || bodyLine != 4 {
		t.Fatalf("%q %d %d %v", front, frontLine, bodyLine, err)
	}
	var list diag.List
	p := page.Parse("guides/a.md", body, bodyLine, &list)
	want := "link guides/a.md:5:11 \"ftp:y\" \"x\" image=false external=true\n" +
		"link guides/a.md:7:12 \"/z\" \"y\" image=false external=false\n" +
		"guides/a.md:5:3: error: raw HTML in a page; write Markdown, or put what is meant literally between `backticks` [page-html]\n" +
		"guides/a.md:5:11: error: a destination that is not http, https, mailto or a path [page-url]\n"
	if d := cmp.Diff(want, facts(p, list.Sorted())); d != "" {
		t.Error(d)
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		src, front string
		frontLine  int
		body       string
		bodyLine   int
		bad        bool
	}{
		{"", "", 0, "", 1, false},
		{"text\n", "", 0, "text\n", 1, false},
		{"\n+++\na\n+++\n", "", 0, "\n+++\na\n+++\n", 1, false},
		{"+++\n+++\n", "", 2, "", 3, false},
		{"+++\n+++", "", 2, "", 3, false},
		{"+++\na = 1\n+++\nb", "a = 1\n", 2, "b", 4, false},
		{"\uFEFF+++ \r\na = 1\r\n+++\t\r\nb\r\n", "a = 1\r\n", 2, "b\r\n", 4, false},
		{"+++\na = \"+++\"\n++++\n+++\n", "a = \"+++\"\n++++\n", 2, "", 5, false},
		{"+++", "", 0, "", 0, true},
		{"+++\na = 1\n", "", 0, "", 0, true},
	} {
		front, frontLine, body, bodyLine, err := page.Split([]byte(c.src))
		if string(front) != c.front || frontLine != c.frontLine || string(body) != c.body || bodyLine != c.bodyLine || (err != nil) != c.bad {
			t.Errorf("%q: %q %d %q %d %v", c.src, front, frontLine, body, bodyLine, err)
		}
	}
}

func TestSlugsAreThoseOfGitHub(t *testing.T) {
	var list diag.List
	p := page.Parse("a.md", []byte("## A b\n## a B\n## A b-1\n## `tcp/443` & *more*\n## Straße 日本\n## !!!\n## a  b_c\n## a - b"), 1, &list)
	want := []string{"a-b", "a-b-1", "a-b-1-1", "tcp443--more", "straße-日本", "section", "a-b_c", "a---b"}
	if d := cmp.Diff(want, p.Anchors); d != "" {
		t.Error(d)
	}
}

func TestOddCharacters(t *testing.T) {
	var list diag.List
	p := page.Parse("a.md", []byte("ok \uFFFD\n\nä\xff\x00 &#5;"), 1, &list)
	s := list.Sorted()
	if len(s) != 1 || s[0].Code != "page-character" || s[0].Pos.Line != 3 || s[0].Pos.Col != 2 {
		t.Errorf("%v", s)
	}
	check(t, p.AppendHTML(nil, nil))
}

func TestPrintingIsSafeForManyGoroutines(t *testing.T) {
	src, err := os.ReadFile("testdata/tables.md")
	if err != nil {
		t.Fatal(err)
	}
	var list diag.List
	p := page.Parse("a.md", src, 1, &list)
	want := string(p.AppendHTML([]byte("x"), rewrite))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := string(p.AppendHTML([]byte("x"), rewrite)); got != want {
				t.Error("another output")
			}
		})
	}
	wg.Wait()
}

func FuzzParse(f *testing.F) {
	sources, err := filepath.Glob("testdata/*.md")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range sources {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 4096 {
			return
		}
		var list diag.List
		_, _, body, line, err := page.Split(src)
		if err != nil {
			return
		}
		p := page.Parse("a.md", body, line, &list)
		for _, l := range p.Links {
			if l.Pos.Line < line || l.Pos.Col < 1 {
				t.Errorf("%+v", l)
			}
		}
		for _, d := range list.Sorted() {
			if d.Pos.Line < line || d.Pos.Col < 1 {
				t.Errorf("%v", d)
			}
		}
		check(t, p.AppendHTML(nil, nil))
	})
}

func BenchmarkAppendHTML(b *testing.B) {
	src, err := os.ReadFile("testdata/blocks.md")
	if err != nil {
		b.Fatal(err)
	}
	var list diag.List
	p := page.Parse("a.md", src, 1, &list)
	b.ReportAllocs()
	for b.Loop() {
		p.AppendHTML(nil, rewrite)
	}
}
