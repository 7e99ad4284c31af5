// Package wikis reads tables as the wikis and tools read them that they are
// made for: MediaWiki, DokuWiki, Redmine, Asciidoctor, Docutils, pandoc, and
// Atlassian's parser of wiki markup, each the real one.
//
// The wikis are unpacked by tests/tools.sh, never installed: there is no web
// server, and no database but a file of SQLite that MediaWiki wants.
package wikis

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"
)

// A Reader makes HTML of a dialect's text.
type Reader struct {
	// Dialect is the id of what it reads.
	Dialect string
	// Name is the reader's own.
	Name string
	// Elements are what it makes beside what tables are made of.
	Elements []atom.Atom
	// Code begins the element of text as typed; empty: "<code".
	Code string
	// Misreads are characters that it takes for markup in the company of others,
	// whatever is done.
	Misreads string
	// Autolinks: an address in text becomes a link, whatever is done.
	Autolinks bool

	command func(t testing.TB) []string
	drop    *regexp.Regexp // of its HTML, which says nothing
}

// Readers lists them in order of dialects.
func Readers() []Reader {
	return []Reader{
		{
			Dialect: "adoc", Name: "Asciidoctor", Elements: []atom.Atom{atom.Colgroup, atom.Col, atom.Div},
			command: script("ruby", "asciidoctor.rb"),
		},
		{
			Dialect: "dokuwiki.txt", Name: "DokuWiki", Elements: []atom.Atom{atom.Div, atom.Abbr},
			command: func(t testing.TB) []string {
				return append(script("php", "dokuwiki.php")(t), unpacked(t, "dokuwiki"), filepath.Join(t.TempDir(), "data"))
			},
			drop: regexp.MustCompile(`<!-- EDIT\{[^>]*-->`),
		},
		{
			Dialect: "jira.txt", Name: "Atlassian's parser", Autolinks: true,
			Misreads: "[]", // a bracket, and its like in a cell behind, make one cell
			command: func(t testing.TB) []string {
				return append(script("node", "jira.js")(t), module(t, "@atlaskit/editor-wikimarkup-transformer"))
			},
			drop: regexp.MustCompile("\u200b"), // between characters that nothing else parts
		},
		{
			Dialect: "md", Name: "markdown-it", Elements: []atom.Atom{atom.S}, Autolinks: true,
			command: func(t testing.TB) []string {
				return append(script("node", "markdown-it.mjs")(t), module(t, "markdown-it"))
			},
		},
		{Dialect: "mediawiki.txt", Name: "MediaWiki", command: mediawiki},
		{
			Dialect: "org", Name: "pandoc", Elements: []atom.Atom{atom.Colgroup, atom.Col, atom.Span},
			Misreads: "~=", // Emacs does not: to it, what is apart begins no code
			command:  pandoc("org"),
		},
		{Dialect: "raw.csv", Name: "Python's csv", command: python("csv_html.py", "excel")},
		{
			Dialect: "rst", Name: "Docutils", Elements: []atom.Atom{atom.Main, atom.Colgroup, atom.Col, atom.Div, atom.Span},
			Code:    `<span class="docutils literal`,
			command: python("docutils_html.py"),
		},
		{
			Dialect: "textile", Name: "Redmine",
			command: func(t testing.TB) []string {
				return append(script("ruby", "redmine.rb")(t), unpacked(t, "redmine/wiki_formatting"))
			},
		},
		{Dialect: "tsv", Name: "Python's csv", command: python("csv_html.py", "tab")},
	}
}

// Find returns the reader of a dialect.
func Find(dialect string) (Reader, bool) {
	all := Readers()
	i := slices.IndexFunc(all, func(r Reader) bool { return r.Dialect == dialect })
	if i < 0 {
		return Reader{}, false
	}
	return all[i], true
}

// A Session is a reader at work.
type Session struct {
	reader Reader
	to     io.WriteCloser
	from   *bufio.Reader
	stderr *strings.Builder
}

// Start starts the reader, which ends with the test. Where it is not installed
// the test is skipped, or fails where CI=true.
func (r Reader) Start(t testing.TB) *Session {
	t.Helper()
	args := r.command(t)
	cmd := exec.Command(args[0], args[1:]...)
	s := &Session{reader: r, stderr: new(strings.Builder)}
	cmd.Stderr = s.stderr
	to, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	from, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.to, s.from = to, bufio.NewReader(from)
	t.Cleanup(func() {
		_ = to.Close()
		_ = cmd.Wait() // what went wrong was told by HTML
	})
	return s
}

// HTML is what the reader makes of a text.
func (s *Session) HTML(t testing.TB, text string) string {
	t.Helper()
	line, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	var html string
	if _, err = s.to.Write(append(line, '\n')); err == nil {
		line, err = s.from.ReadBytes('\n')
	}
	if err == nil {
		err = json.Unmarshal(line, &html)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s%.2000s", s.reader.Name, err, s.stderr, line)
	}
	if s.reader.drop != nil {
		html = s.reader.drop.ReplaceAllString(html, "")
	}
	return html
}

// script is the command of a program of this package.
func script(interpreter, name string) func(t testing.TB) []string {
	return func(t testing.TB) []string {
		t.Helper()
		return []string{program(t, interpreter), absolute(t, filepath.Join("programs", name))}
	}
}

// python is Debian's, which knows Debian's packages.
func python(name string, args ...string) func(t testing.TB) []string {
	return func(t testing.TB) []string {
		t.Helper()
		return append(script("/usr/bin/python3", name)(t), args...)
	}
}

func pandoc(format string) func(t testing.TB) []string {
	return func(t testing.TB) []string {
		t.Helper()
		program(t, "pandoc")
		return python("pandoc.py", format)(t)
	}
}

// mediawiki sets up a wiki of its own, without pages.
func mediawiki(t testing.TB) []string {
	t.Helper()
	php, root, dir := program(t, "php"), unpacked(t, "mediawiki"), t.TempDir()
	setUp := exec.Command(php, "maintenance/install.php", "--dbtype=sqlite", "--dbname=wiki", "--dbpath="+dir, "--confpath="+dir,
		"--server=http://127.0.0.1", "--scriptpath=/w", "--pass=Of no use to anybody 1", "Wiki", "Admin")
	setUp.Dir = root
	if out, err := setUp.CombinedOutput(); err != nil {
		t.Fatalf("setting up MediaWiki: %v\n%s", err, out)
	}
	return append(script("php", "mediawiki.php")(t), "--conf", filepath.Join(dir, "LocalSettings.php"), root)
}

func program(t testing.TB, name string) string {
	t.Helper()
	file, err := exec.LookPath(name)
	if err != nil {
		missing(t, name)
	}
	return file
}

// unpacked is a wiki's folder.
func unpacked(t testing.TB, name string) string {
	t.Helper()
	return there(t, filepath.Join("..", "..", "bin", "wikis", name))
}

// module is the folder of an npm package.
func module(t testing.TB, name string) string {
	t.Helper()
	return there(t, filepath.Join("..", "web", "node_modules", name))
}

func there(t testing.TB, dir string) string {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		missing(t, dir)
	}
	return absolute(t, dir)
}

func absolute(t testing.TB, name string) string {
	t.Helper()
	file, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("there is no %s", what)
	}
	t.Skipf("there is no %s; tests/tools.sh tells how to get it", what)
}
