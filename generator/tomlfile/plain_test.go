package tomlfile_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/bench"
	"portolan/generator/tomlfile"
)

// sameDay compares dates, which the parser marks with a zone of its own.
var sameDay = cmp.Comparer(func(a, b time.Time) bool { return a.Format(time.DateTime) == b.Format(time.DateTime) })

// FuzzPlain holds that the quick reader takes nothing that the parser does
// not, and makes the same of it.
func FuzzPlain(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	for _, s := range []string{
		"a = 1\na = 2\n", "[a]\n[a]\n", "[a.b]\n[a]\n", "a = 1\n[a.b]\n", "[a]\nb = 1\n[a.b]\n", "[]\n", "[a.]\n", "[.a]\n", "a = \"\\q\"", "a = \"x",
		"a = 2026-11-21\n", "a = 2026-11-21 07:32:00\n", "a = 2026-13-21", "a = 2026-1-1", "a = 12_3", "a = 1e3", "a = 1.5", "a = truex", "a = true # x",
		"a = [\"b\", 'c' # x\n, ]\n", "a = []", "a = [,]", "a = ['b' 'c']", "a = ''b", "a = \"\"\"\"", "a = \"b\" c = 1", "a=\"\\n\\t\\\"\\\\\"", "a = 9999999999", "\ta\t=\t1\t",
	} {
		f.Add(s)
	}
	for _, s := range []string{
		"a = {b = 'c'}\n[a.d]\n", "[x]\na = {b = 'c', d = [\"e\"]}\n[x.a]\n", "[x]\na = {b = 'c',}", "[x]\na = {}", "[x]\na = [{b = 'c'}, {b = 'd'}]", "[x]\na = [{b = 'c'}, 'd']",
		"[x]\na = {b = 'c', b = 'd'}", "[x]\na = {b = ['c'\n]}", "[x]\na = [{b = [{c = 'd'}]}]", "[x.y]\n[x.y.z]\n",
	} {
		f.Add(s)
	}
	f.Add(string(bench.Product(1)))
	f.Fuzz(func(t *testing.T, src string) {
		if !plain(src) {
			t.Skip("refused before the parser sees it")
		}
		got, ok := tomlfile.Plain(src)
		if !ok {
			return
		}
		want, valid := tomlfile.Parsed(src)
		if !valid {
			t.Fatalf("took %q, which is not TOML", src)
		}
		if diff := cmp.Diff(want, got, sameDay); diff != "" {
			t.Fatalf("%q: %s", src, diff)
		}
	})
}

// The real files are what the quick reader is for.
func TestPlainReadsProducts(t *testing.T) {
	names, _ := filepath.Glob("../../data/products/*.toml")
	read := 0
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := tomlfile.Plain(string(src)); ok {
			read++
		}
	}
	if len(names) == 0 || read < len(names) {
		t.Errorf("%d of %d products", read, len(names))
	}
	t.Logf("%d of %d products", read, len(names))
}
