// Package tabletest holds what the tests of tables and of every dialect share:
// a small catalog, a table of hostile text, golden files and the finding of
// real tools.
package tabletest

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"

	"portolan/generator/diag"
	"portolan/generator/note"
	"portolan/generator/table"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Goldens is one folder of golden files.
type Goldens struct {
	t    *testing.T
	dir  string
	seen map[string]bool
}

// NewGoldens opens testdata/<name of the test>. When the test ends, a file
// that it did not ask for is a fault: nobody reads it any more.
func NewGoldens(t *testing.T) *Goldens {
	g := &Goldens{t, path.Join("testdata", t.Name()), make(map[string]bool)}
	t.Cleanup(g.orphans)
	return g
}

// Check holds a result against the golden file of that name.
func (g *Goldens) Check(name, got string) {
	g.t.Helper()
	g.seen[name] = true
	file := path.Join(g.dir, name)
	if *update {
		if err := os.MkdirAll(g.dir, 0o777); err != nil {
			g.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			g.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		g.t.Errorf("%v (rewrite with -update)", err)
		return
	}
	if got != string(want) {
		g.t.Errorf("%s differs (rewrite with -update):\n%s", file, Diff(string(want), got))
	}
}

func (g *Goldens) orphans() {
	if len(g.seen) == 0 { // the test came to grief before
		return
	}
	entries, _ := os.ReadDir(g.dir)
	for _, e := range entries {
		if !g.seen[e.Name()] {
			g.t.Errorf("%s: no test asks for this file", path.Join(g.dir, e.Name()))
		}
	}
}

// Diff shows the first lines in which two texts differ.
func Diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	i := 0
	for i < len(w) && i < len(g) && w[i] == g[i] {
		i++
	}
	line := func(list []string) string {
		if i < len(list) {
			return list[i]
		}
		return "(end)"
	}
	return "- " + line(w) + "\n+ " + line(g)
}

// Tool returns the path of a program that reads what we write. Where it is
// missing the test is skipped, but fails in continuous integration.
func Tool(t *testing.T, name, debianPackage string) string {
	t.Helper()
	file, err := exec.LookPath(name)
	if err == nil {
		return file
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing; it is in Debian's %s", name, debianPackage)
	}
	t.Skipf("%s is not installed (apt-get install %s)", name, debianPackage)
	return ""
}

// Spell writes a table in a dialect.
func Spell(t testing.TB, d table.Dialect, in *table.Table) string {
	t.Helper()
	var b bytes.Buffer
	if err := table.Write(&b, d, in, new(diag.List)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Golden holds a dialect's spelling of a small product against its golden file.
func Golden(t *testing.T, d table.Dialect) {
	t.Helper()
	c := Catalog()
	in := table.Requirements(c, c.Product("ferry"), table.Options{})
	NewGoldens(t).Check("requirements."+d.Info().Extension, Spell(t, d, in.WithLinks(table.Absolute("https://site.example/ports/"))))
}

// Readable holds that texts are written as they are: what nobody could take
// for markup, people shall be able to read and edit.
func Readable(t *testing.T, d table.Dialect, texts ...string) {
	t.Helper()
	for _, s := range texts {
		in := &table.Table{Columns: []table.Column{{ID: "a", Title: "A"}}, Groups: []table.Group{{Rows: []table.Row{{Cells: []table.Cell{{Blocks: note.Of(s)}}}}}}}
		if got := Spell(t, d, in); !strings.Contains(got, s) {
			t.Errorf("%q is not in\n%s", s, got)
		}
	}
}
