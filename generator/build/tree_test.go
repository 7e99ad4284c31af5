package build_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/build"
)

// tree is a folder's files by path. Links stand with an arrow; folders only where they are empty.
type tree map[string]string

func readTree(t testing.TB, dir string) tree {
	t.Helper()
	files := tree{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		rel = filepath.ToSlash(rel)
		switch {
		case e.IsDir():
			names, err := os.ReadDir(path)
			if len(names) == 0 && rel != "." {
				files[rel+"/"] = ""
			}
			return err
		case e.Type()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			files[rel] = "-> " + to
			return err
		}
		text, err := os.ReadFile(path)
		files[rel] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// site is the tree without the manifest.
func (t tree) site() tree {
	rest := tree{}
	for p, text := range t {
		if p != ".portolan-manifest" {
			rest[p] = text
		}
	}
	return rest
}

func writeTree(t testing.TB, dir string, files tree) {
	t.Helper()
	for path, text := range files {
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if to, link := strings.CutPrefix(text, "-> "); link {
			if err := os.Symlink(to, full); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func wantTree(t testing.TB, got, want tree) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tree (-want +got):\n%s", diff)
	}
}

// planOf is a plan that writes the tree, and counts its renders by path if calls is not nil.
func planOf(files tree, calls *sync.Map) []build.Output {
	var plan []build.Output
	for path, text := range files {
		plan = append(plan, build.Output{
			Path: path,
			Key:  build.NewKey([]byte(path), []byte(text)),
			Render: func(context.Context) ([]byte, error) {
				if calls != nil {
					calls.Store(path, true)
				}
				return []byte(text), nil
			},
		})
	}
	return plan
}

func runDir(t testing.TB, dir string, plan []build.Output, opts build.Options) (build.Stats, error) {
	t.Helper()
	d, err := build.Open(dir)
	if err != nil {
		return build.Stats{}, err
	}
	defer d.Close()
	_, stats, err := build.Run(context.Background(), plan, d.Manifest(), d, opts)
	return stats, err
}

var (
	before = tree{
		"index.html": "home", "a/index.html": "a", "a/rules/x.txt": "x", "a/rules/y.txt": "y",
		"b/one.txt": "one", "gone/deep/er.txt": "gone", "gone/other/er.txt": "gone too", "turn": "file", "swap/in/file": "1",
	}
	after = tree{
		"index.html": "new home", "a/index.html": "a", "a/rules/x.txt": "X, longer", "a/rules/z.txt": "z",
		"b/one.txt": "two", "new/deep/er.txt": "new", "new/deep/est.txt": "n", "turn/now/folder": "yes", "swap/in": "file",
	}
)

var errFault = errors.New("simulated fault")

// withFault builds after over before; the n-th change on disk fails, and if crash is set all that follow too. It
// returns whether the fault was reached, and the build's error.
func withFault(t *testing.T, dir string, n int, crash bool, jobs int) (reached bool, err error) {
	t.Helper()
	if _, err := runDir(t, dir, planOf(before, nil), build.Options{Program: "p"}); err != nil {
		t.Fatal(err)
	}
	d, err := build.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var mu sync.Mutex
	count := 0
	build.SetFault(d, func(op, path string) error {
		mu.Lock()
		defer mu.Unlock()
		count++
		if count == n || crash && count > n {
			reached = true
			return fmt.Errorf("%s %s: %w", op, path, errFault)
		}
		return nil
	})
	_, _, err = build.Run(context.Background(), planOf(after, nil), d.Manifest(), d, build.Options{Program: "p", Jobs: jobs})
	return reached, err
}
