package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors are the floors of docs/architecture.md: a package imports only floors
// below its own, so that packages of one floor don't import each other. A "*"
// stands for the packages of a folder that have no line of their own.
var floors = map[string]int{
	"archive": 0, "asset": 0, "build": 0, "diag": 0, "jsonschema": 0, "netspec": 0, "builder/plain": 0, "sheet/cell": 0,
	"diag/report": 1, "note": 1, "page": 1, "sheet": 1, "sheet/sheettest": 1, "tomlfile": 1,
	"catalog": 2, "note/markdown": 2,
	"catalog/load": 3, "catalog/schema": 3, "edl": 3, "network": 3, "ports": 3, "sources": 3,
	"changes": 4, "policy": 4, "scaffold": 4, "table": 4, "topology": 4,
	"policy/policytest": 6, "policy/policytest/shell": 6, "policy/policytest/terraform": 6, "policy/hcl": 4, "policy/*": 5, "table/*": 5, "topology/*": 5, "topology/topologytest": 6, "verify": 5,
	"policy/platforms": 6, "request": 6, "table/dialects": 6, "topology/formats": 6,
	"policy/*/reader": 7, "request/workbook": 7, "builder": 7,
	"api": 7, "importer": 7, "lookup": 7,
	"site":         8,
	"serve":        9,
	"cli":          10,
	"builder/wasm": 8, "builder/pack": 8, // programs of their own
	"bench": 11, // nothing imports it
}

func floor(pkg string) (int, bool) {
	f, ok := floors[pkg]
	if !ok {
		f, ok = floors[path.Dir(pkg)+"/*"]
	}
	if !ok { // a folder of every package of a folder: "policy/*/reader"
		f, ok = floors[path.Join(path.Dir(path.Dir(pkg)), "*", path.Base(pkg))]
	}
	return f, ok
}

// sources visits the repository's own files below a folder.
func sources(t *testing.T, dir string, visit func(name string)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && slices.Contains([]string{".git", "bin", "public", "node_modules"}, e.Name()):
			return fs.SkipDir
		case e.Type().IsRegular() && e.Name() != ".git":
			visit(filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func parse(t *testing.T, name string, mode parser.Mode) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, mode)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ownImports lists the packages below generator/ that a file imports.
func ownImports(t *testing.T, name string) []string {
	t.Helper()
	var out []string
	for _, i := range parse(t, name, parser.ImportsOnly).Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if rest, ok := strings.CutPrefix(p, "portolan/generator/"); ok {
			out = append(out, rest)
		}
	}
	return out
}

func TestFloors(t *testing.T) {
	sources(t, "generator", func(name string) {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/testdata/") {
			return
		}
		pkg := strings.TrimPrefix(path.Dir(name), "generator/")
		own, ok := floor(pkg)
		if !ok {
			t.Errorf("%s has no floor: give it one here and in docs/architecture.md", pkg)
		}
		for _, other := range ownImports(t, name) {
			if f, ok := floor(other); ok && f >= own {
				t.Errorf("%s (floor %d) imports %s (floor %d)", name, own, other, f)
			}
		}
	})
}

func TestMainIsShort(t *testing.T) {
	text, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n > 15 {
		t.Errorf("main.go has %d lines", n)
	}
	if got := ownImports(t, "main.go"); !slices.Equal(got, []string{"cli"}) {
		t.Errorf("main.go imports %v", got)
	}
}

// TestTemplates holds that each kind of page has a template, and each template
// is of a kind of page.
func TestTemplates(t *testing.T) {
	var kinds []string
	ast.Inspect(parse(t, "generator/site/site.go", 0), func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "kinds" {
			return true
		}
		ast.Inspect(spec, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				kind, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				kinds = append(kinds, kind)
			}
			return true
		})
		return false
	})
	if len(kinds) == 0 {
		t.Fatal("generator/site has no kinds")
	}
	files, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		kind := strings.TrimSuffix(filepath.Base(name), ".html")
		if i := slices.Index(kinds, kind); i >= 0 {
			kinds = slices.Delete(kinds, i, i+1)
		} else if kind != "base" {
			t.Errorf("%s is no kind of page", name)
		}
	}
	if len(kinds) > 0 {
		t.Errorf("no template for %v", kinds)
	}
}

// TestNoLocalPaths holds that no file names a folder of somebody's machine.
func TestNoLocalPaths(t *testing.T) {
	local := regexp.MustCompile(`(^|[^\w./-])/(work|home/\w+|Users|root)/\w`)
	sources(t, ".", func(name string) {
		if path.Base(name) == "package-lock.json" || strings.HasSuffix(name, ".sum") {
			return
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if local.MatchString(line) && name != "repo_test.go" {
				t.Errorf("%s:%d: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	})
}

// TestDependencies holds that docs/dependencies.md has a word on each direct
// dependency, and that go.mod replaces none.
func TestDependencies(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	docs, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`^(?:require )?([a-zA-Z0-9./_-]+\.[a-z]+/[^ ]+) v`)
	for line := range strings.Lines(string(mod)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "replace") {
			t.Error(line)
		}
		m := version.FindStringSubmatch(line)
		if m == nil || strings.HasSuffix(line, "// indirect") {
			continue
		}
		name := strings.TrimPrefix(regexp.MustCompile(`/v\d+$`).ReplaceAllString(m[1], ""), "github.com/")
		if !strings.Contains(string(docs), name) {
			t.Errorf("docs/dependencies.md does not say why %s is here", m[1])
		}
	}
}
