package site_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"portolan/generator/diag"
	"portolan/generator/site"
)

// render is one file of the site that some files make.
func render(t *testing.T, files fstest.MapFS, path string) string {
	t.Helper()
	var list diag.List
	s, err := site.Open(site.Source{Files: files, Builtin: os.DirFS("../..")}, &list)
	if err != nil || s == nil {
		t.Fatal(err, list.Sorted())
	}
	for _, o := range s.Plan() {
		if o.Path == path {
			text, err := o.Render(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
	}
	t.Fatalf("no %s", path)
	return ""
}

// TestReview holds what the review page counts, and that it begins with what
// nobody has checked.
func TestReview(t *testing.T) {
	const product = `
name = "P"
vendor = "V"
kind = "server"
summary = "S."
%s
[endpoint.a]
name = "A"
zone = "internal"
[endpoint.s]
name = "S"
zone = "dmz"
self = true
[flow.one]
service = "https"
from = "a"
to = "s"
ports = "tcp/443"
need = "required"
source = "m#1"
erratum = "The table says 444."
[flow.two]
service = "ssh"
from = "a"
to = "s"
ports = "tcp/?"
need = "required"
source = ["m#2", "n"]
[source.m]
title = "Manual"
publisher = "V"
retrieved = 2026-03-01
document_version = "7"
[source.n]
title = "Notes"
publisher = "V"
retrieved = 2025-12-24
`
	files := fstest.MapFS{
		"data/products/late.toml":  &fstest.MapFile{Data: []byte(strings.Replace(product, "%s", "reviewed = 2026-05-01", 1))},
		"data/products/early.toml": {Data: []byte(strings.Replace(strings.Replace(product, "%s", "", 1), `"P"`, `"Q"`, 1))},
	}
	text := render(t, files, "review/index.html")
	early, late := strings.Index(text, ">Q</a>"), strings.Index(text, ">P</a>")
	if early < 0 || late < early {
		t.Errorf("what nobody has checked does not come first: %d, %d", early, late)
	}
	row := text[late:]
	row, _, _ = strings.Cut(row, "</tr>")
	for _, want := range []string{`datetime="2026-05-01"`, `datetime="2025-12-24"`, `1 without a version or date`, `data-label="Connections">2</td><td data-label="Contested">1</td><td data-label="Port not stated">1</td><td data-label="Rests on one source of several">1</td>`} {
		if !strings.Contains(row, want) {
			t.Errorf("the row has no %q: %s", want, row)
		}
	}
	for _, want := range []string{`href="../products/late/index.html#one"`, `href="../products/late/index.html#two"`} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%q stands %d times", want, strings.Count(text, want))
		}
	}
}
