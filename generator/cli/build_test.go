package cli_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portolan/generator/bench"
	"portolan/generator/cli"
)

// builtin counts how often a template is opened: only a build that reads the
// site does.
type builtin struct {
	fs.FS
	opened *int
}

func (b builtin) Open(name string) (fs.File, error) {
	if strings.HasPrefix(name, "templates/") {
		*b.opened++
	}
	return b.FS.Open(name)
}

// A site that stands as it should is left alone without being read, and
// whatever is done to it or its files is noticed.
func TestBuildAgain(t *testing.T) {
	in, out := t.TempDir(), filepath.Join(t.TempDir(), "site")
	if err := bench.Write(in, 9); err != nil {
		t.Fatal(err)
	}
	product := filepath.Join(in, "data/products", bench.Slug(8)+".toml")
	page := filepath.Join(out, "products", bench.Slug(8), "index.html")
	opened := 0
	run := func(args ...string) string {
		t.Helper()
		opened = 0
		var stderr bytes.Buffer
		code := cli.Run(context.Background(), builtin{os.DirFS("../.."), &opened}, append([]string{"build", "-s", in, "-o", out}, args...), nil, nil, &stderr)
		if code != 0 {
			t.Fatalf("exit %d\n%s", code, &stderr)
		}
		return strings.TrimSpace(strings.TrimPrefix(stderr.String(), out+": "))
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	run()
	first, err := os.ReadFile(page)
	must(err)
	for _, step := range []struct {
		name   string
		change func()
		args   []string
		read   bool // the site must be read
		wrote  bool
	}{
		{"nothing", func() {}, nil, false, false},
		{"touched", func() { must(os.Chtimes(product, time.Now(), time.Now())) }, nil, false, false},
		{"edited", func() { must(bench.Edit(in, 8, 1)) }, nil, true, true},
		{"nothing after the edit", func() {}, nil, false, false},
		{"output deleted", func() { must(os.Remove(page)) }, nil, true, true},
		{"output edited", func() { must(os.WriteFile(page, first, 0o666)) }, nil, true, true},
		{"another address", func() {}, []string{"--base-url", "https://other.example/"}, true, true},
		{"the same address", func() {}, []string{"--base-url", "https://other.example/"}, false, false},
		{"the first address", func() {}, nil, true, true},
		{"a comment", func() { must(os.WriteFile(filepath.Join(in, "content/notes.txt"), nil, 0o666)) }, nil, true, false},
		{"nothing after the comment", func() {}, nil, false, false},
		{"a template of its own", func() {
			src, err := os.ReadFile("../../templates/404.html")
			must(err)
			must(os.MkdirAll(filepath.Join(in, "templates"), 0o777))
			must(os.WriteFile(filepath.Join(in, "templates/404.html"), bytes.Replace(src, []byte("</h1>"), []byte("!</h1>"), 1), 0o666))
		}, nil, true, true},
		{"product deleted", func() { must(os.Remove(product)) }, nil, true, true},
	} {
		step.change()
		said := run(step.args...)
		if (opened > 0) != step.read || strings.Contains(said, " 0 written, 0 deleted") == step.wrote {
			t.Errorf("%s: read %v; %s", step.name, opened > 0, said)
		}
	}
	if _, err := os.Stat(page); err == nil {
		t.Error("the page of the deleted product is still there")
	}
}

// A fault is told each time, and the site stays.
func TestBuildFaultAgain(t *testing.T) {
	in, out := t.TempDir(), filepath.Join(t.TempDir(), "site")
	if err := bench.Write(in, 9); err != nil {
		t.Fatal(err)
	}
	run := func() (int, string) {
		var stderr bytes.Buffer
		return cli.Run(context.Background(), os.DirFS("../.."), []string{"build", "-s", in, "-o", out}, nil, nil, &stderr), stderr.String()
	}
	if code, said := run(); code != 0 {
		t.Fatal(said)
	}
	if err := os.WriteFile(filepath.Join(in, "data/products", bench.Slug(8)+".toml"), []byte("name = 3\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if code, said := run(); code != 1 || !strings.Contains(said, ":1:8: error: ") {
			t.Errorf("exit %d: %s", code, said)
		}
	}
}
