package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/network"
)

// faulty is one file of the corpus with what its first lines want of it:
//
//	# want 12:9 error unknown-key did you mean "name"?
//	# as data/deployments/x.toml
//
// The text after the code is a part of the message; a place "-" is the file
// as a whole. Without a second line the file is a product.
type faulty struct {
	path string
	src  []byte
	want []wanted
}

type wanted struct{ place, severity, code, text string }

func readFaulty(t *testing.T, name string) faulty {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f := faulty{path: "data/products/" + filepath.Base(name), src: src}
	for line := range strings.Lines(string(src)) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 6)
		switch {
		case len(words) >= 5 && words[1] == "want":
			f.want = append(f.want, wanted{words[2], words[3], words[4], strings.Join(words[5:], "")})
			continue
		case len(words) == 3 && words[1] == "as":
			f.path = words[2]
			continue
		}
		break
	}
	if len(f.want) == 0 {
		t.Fatalf("%s wants nothing", name)
	}
	return f
}

func (w wanted) is(path string, d diag.Diagnostic) bool {
	place := "-"
	if d.Pos.Line > 0 {
		place = fmt.Sprintf("%d:%d", d.Pos.Line, d.Pos.Col)
	}
	return d.Pos.File == path && w.place == place && w.severity == d.Severity.String() && w.code == d.Code && strings.Contains(d.Message(), w.text)
}

var known = catalog.Known{Platforms: []string{"nftables", "cisco-asa"}, Formats: []string{"md", "csv"}}

// Each file of the corpus, put into a site without faults, gives exactly the
// diagnostics that it wants. Networks are resolved too, as that is where some
// of a deployment's faults show, and looked over where they have no error.
func TestCorpus(t *testing.T) {
	names, _ := filepath.Glob("testdata/faulty/*.toml")
	if len(names) < 60 {
		t.Fatalf("only %d files", len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			f := readFaulty(t, name)
			site := base(t)
			site[f.path] = &fstest.MapFile{Data: f.src}
			var sink diag.List
			r := load.Load(site, load.Options{Known: known}, &sink)
			if !sink.HasErrors() {
				for _, d := range r.Catalog.Deployments {
					n := network.Resolve(r.Catalog, d, &sink)
					if sink.HasErrors() {
						continue
					}
					for _, f := range network.Findings(r.Catalog, n) {
						sink.Add(f.Diagnostic)
					}
				}
			}
			got := sink.Sorted()
			same := len(got) == len(f.want)
			for i := 0; same && i < len(got); i++ {
				same = f.want[i].is(f.path, got[i])
			}
			if !same {
				t.Errorf("want %v", f.want)
				for _, d := range got {
					t.Errorf("got  %v", d)
				}
			}
		})
	}
}

func TestHostileFiles(t *testing.T) {
	for name, src := range map[string]string{
		"too-large":   strings.Repeat("\x00junk\xff\n", 20<<20/7),
		"toml-syntax": strings.Repeat("[", 10_000),
		"too-deep":    "a = " + strings.Repeat("[", 10_000),
		"not-utf8":    "\xff\xfen\x00a\x00",
		"missing-key": "",
	} {
		site := base(t)
		site["data/products/hostile.toml"] = &fstest.MapFile{Data: []byte(src)}
		_, faults := run(site, load.Options{})
		if len(faults) == 0 || !strings.HasPrefix(faults[0], "data/products/hostile.toml") || !strings.HasSuffix(faults[0], "["+name+"]") {
			t.Errorf("%s: %s", name, strings.Join(faults, "\n"))
		}
	}
}
