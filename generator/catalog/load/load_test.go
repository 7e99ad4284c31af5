package load_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/note"
)

// base is a small site without a fault, as a file system that a test may change.
func base(t testing.TB) fstest.MapFS {
	t.Helper()
	site := make(fstest.MapFS)
	from := os.DirFS("testdata/base")
	err := fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(from, path)
		site[path] = &fstest.MapFile{Data: src}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

func run(site fs.FS, opts load.Options) (*load.Result, []string) {
	var sink diag.List
	r := load.Load(site, opts, &sink)
	var lines []string
	for _, d := range sink.Sorted() {
		lines = append(lines, d.String())
	}
	return r, lines
}

func text(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

func TestLoad(t *testing.T) {
	r, faults := run(base(t), load.Options{})
	if len(faults) > 0 || r.Catalog == nil {
		t.Fatal(strings.Join(faults, "\n"))
	}
	p := r.Catalog.Product("good")
	if p == nil || p.Slug != "good" || p.Flows[0].ID != "web" || r.Catalog.Deployment("small") == nil || r.Catalog.Site.Title != "Test" {
		t.Errorf("product %+v", p)
	}
	if got := p.At.At("flow.web.ports").String(); got != "data/products/good.toml:35:9" {
		t.Errorf("the ports stand at %s", got)
	}
	want := []string{"data/deployments/small.toml", "data/products/good.toml", "data/products/strict.toml", "data/services.toml", "data/site.toml", "data/zones.toml"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(r.Files))); diff != "" {
		t.Error(diff)
	}
}

func TestSameOnAnyNumberOfJobs(t *testing.T) {
	site := base(t)
	for i := range 40 {
		site[fmt.Sprintf("data/products/p%d.toml", i)] = text(fmt.Sprintf("name = %d\n", i))
	}
	one, faults := run(site, load.Options{Jobs: 1})
	for _, jobs := range []int{0, 2, 16} {
		many, again := run(site, load.Options{Jobs: jobs})
		if diff := cmp.Diff(faults, again); diff != "" || one.Hash != many.Hash {
			t.Errorf("%d jobs: %s", jobs, diff)
		}
	}
}

func TestHashIsOverPathsAndContents(t *testing.T) {
	first, _ := run(base(t), load.Options{})
	if got := first.Catalog.Version; got != fmt.Sprintf("%x", first.Hash[:8]) || len(got) != 16 {
		t.Errorf("version %q of %x", got, first.Hash)
	}
	for name, change := range map[string]func(fstest.MapFS){
		"content": func(s fstest.MapFS) { s["data/site.toml"] = text("title = \"Other\"") },
		"path": func(s fstest.MapFS) {
			s["data/products/gone.toml"] = s["data/products/good.toml"]
			delete(s, "data/products/good.toml")
		},
	} {
		site := base(t)
		change(site)
		if r, _ := run(site, load.Options{}); r.Hash == first.Hash {
			t.Errorf("%s: the hash stayed", name)
		}
	}
	site := base(t)
	site["data/products/.#good.toml"], site["data/README.md"], site["content/x.toml"] = text("x"), text("x"), text("x")
	if r, faults := run(site, load.Options{}); r.Hash != first.Hash || len(faults) > 0 {
		t.Errorf("files that are no data change the hash: %v", faults)
	}
}

func TestBuiltinVocabulary(t *testing.T) {
	builtin := fstest.MapFS{
		"data/services.toml": text("[service.https]\nname = \"Secure\"\n[service.sftp]\nname = \"SFTP\"\n"),
		"data/zones.toml":    text("[zone.internet]\nname = \"Outside\"\n[zone.partner]\nname = \"Partner\"\n"),
	}
	r, faults := run(base(t), load.Options{Builtin: builtin})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var zones, services []string
	for _, z := range r.Catalog.Zones {
		zones = append(zones, z.Name)
	}
	for _, s := range r.Catalog.Services[:3] {
		services = append(services, s.Name)
	}
	if diff := cmp.Diff([]string{"Internet", "Partner", "DMZ", "Internal", "Same host"}, zones); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"HTTPS", "SFTP", "HTTP"}, services); diff != "" {
		t.Error(diff)
	}
	site := base(t)
	own, _ := run(site, load.Options{})
	same, faults := run(site, load.Options{Builtin: site})
	if len(faults) > 0 || len(same.Catalog.Services) != len(own.Catalog.Services) || same.Hash != own.Hash {
		t.Errorf("a site with the built-in files: %v", faults)
	}
	delete(site, "data/services.toml")
	delete(site, "data/zones.toml")
	delete(site, "data/site.toml")
	r, faults = run(site, load.Options{Builtin: base(t)})
	if len(faults) > 0 || r.Catalog.Site.Title != "portolan" {
		t.Errorf("a site without vocabulary and title: %v", faults)
	}
}

func TestNotes(t *testing.T) {
	site := base(t)
	site["data/products/good.toml"].Data = append(site["data/products/good.toml"].Data,
		"\n[constraint.nat]\nkind = \"nat\"\nnote = \"\"\"\nA note\nwith <b>\"\"\"\nsource = \"guide\"\n"...)
	r, faults := run(site, load.Options{})
	lines := strings.Count(string(site["data/products/good.toml"].Data), "\n")
	want := fmt.Sprintf("data/products/good.toml:%d:6: error: ", lines-1)
	if len(faults) != 1 || !strings.HasPrefix(faults[0], want) || !strings.HasSuffix(faults[0], "[note-html]") {
		t.Error(faults)
	}
	if got := note.Plain(r.Catalog.Product("good").Flow("web").Note.Blocks); got != "The web page." {
		t.Errorf("note of a flow is %q", got)
	}
	if got := note.Plain(r.Catalog.Service("https").Note.Blocks); got != "HTTP inside TLS." {
		t.Errorf("note of a service is %q", got)
	}
}

// One fault is told once: what could only be checked against a broken file is left out.
func TestBrokenFilesCauseNoFurtherFaults(t *testing.T) {
	for path, src := range map[string]string{
		"data/products/good.toml":     "x",
		"data/services.toml":          "x",
		"data/zones.toml":             "x",
		"data/site.toml":              "x",
		"data/deployments/small.toml": "x",
	} {
		site := base(t)
		site[path] = text(src)
		if _, faults := run(site, load.Options{}); len(faults) != 1 || !strings.HasPrefix(faults[0], path+":1:1: error: ") {
			t.Errorf("%s: %s", path, strings.Join(faults, "\n"))
		}
	}
}

func TestOddFolders(t *testing.T) {
	for name, c := range map[string]struct {
		change func(fstest.MapFS)
		want   string
	}{
		"no data":       {func(s fstest.MapFS) { clear(s) }, `data: error: the site has no folder "data" [no-data]`},
		"data is file":  {func(s fstest.MapFS) { clear(s); s["data"] = text("x") }, `data: error: the site has no folder "data" [no-data]`},
		"folder x.toml": {func(s fstest.MapFS) { s["data/products/x.toml/y.toml"] = text("x") }, `data/products/x.toml: error: a file is meant here, not a folder [not-a-file]`},
		"site.toml is a folder": {func(s fstest.MapFS) {
			delete(s, "data/site.toml")
			s["data/site.toml/x"] = text("x")
		}, `data/site.toml: error: a file is meant here, not a folder [not-a-file]`},
		"device":   {func(s fstest.MapFS) { s["data/products/x.toml"] = &fstest.MapFile{Mode: fs.ModeNamedPipe} }, `data/products/x.toml: error: a file is meant here, not a device [not-a-file]`},
		"bad slug": {func(s fstest.MapFS) { s["data/deployments/A_b.toml"] = text("name = \"x\"") }, `data/deployments/A_b.toml: error: "A_b" cannot be part of an address: lower-case letters, digits and single hyphens are meant [bad-slug]`},
	} {
		site := base(t)
		c.change(site)
		if _, faults := run(site, load.Options{}); strings.Join(faults, "\n") != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, strings.Join(faults, "\n"), c.want)
		}
	}
	site := base(t)
	for _, stray := range []string{"data/foo.toml", "data/products/sub/x.toml", "data/drafts/x.toml", "data/products/X.TOML"} {
		site[stray] = text("]")
	}
	r, faults := run(site, load.Options{})
	if len(faults) != 4 || strings.Count(strings.Join(faults, "\n"), "warning: no data file has this place or name") != 4 || r.Catalog == nil {
		t.Error(strings.Join(faults, "\n"))
	}
}

// locked is a file system with a file that cannot be opened.
type locked struct{ fstest.MapFS }

func (l locked) Open(name string) (fs.File, error) {
	if name == "data/products/good.toml" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.Open(name)
}

func TestUnreadableFile(t *testing.T) {
	_, faults := run(locked{base(t)}, load.Options{})
	if want := "data/products/good.toml: error: cannot be read: permission denied [unreadable]"; strings.Join(faults, "\n") != want {
		t.Errorf("got %s\nwant %s", strings.Join(faults, "\n"), want)
	}
}

func TestSymbolicLinks(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, base(t)); err != nil {
		t.Fatal(err)
	}
	products := filepath.Join(dir, "data", "products")
	for name, to := range map[string]string{"linked.toml": "good.toml", "loop.toml": "loop.toml", "up": ".."} {
		if err := os.Symlink(to, filepath.Join(products, name)); err != nil {
			t.Skip("symbolic links cannot be made here: ", err)
		}
	}
	r, faults := run(os.DirFS(dir), load.Options{})
	if len(faults) != 1 || !strings.HasPrefix(faults[0], "data/products/loop.toml: error: cannot be read: ") {
		t.Error(strings.Join(faults, "\n"))
	}
	if r.Catalog.Product("linked") == nil {
		t.Error("the linked product is missing")
	}
	if err := errors.Join(os.RemoveAll(products), os.Symlink("products", products)); err != nil {
		t.Fatal(err)
	}
	if _, faults := run(os.DirFS(dir), load.Options{}); len(faults) != 2 || !strings.Contains(faults[1], "data/products: error: cannot be read") {
		t.Error(strings.Join(faults, "\n"))
	}
}

func BenchmarkLoad(b *testing.B) {
	site := base(b)
	good := site["data/products/good.toml"]
	for i := range 200 {
		site[fmt.Sprintf("data/products/p%d.toml", i)] = good
	}
	b.ReportAllocs()
	for b.Loop() {
		var sink diag.List
		if r := load.Load(site, load.Options{Known: catalog.Known{}}, &sink); len(r.Catalog.Products) != 202 {
			b.Fatal(sink.Sorted())
		}
	}
}

// A load with a cache tells and returns what one without it does, and decodes
// only what changed.
func TestCache(t *testing.T) {
	site := base(t)
	good := string(site["data/products/good.toml"].Data)
	site["data/products/warned.toml"] = &fstest.MapFile{Data: []byte(strings.Replace(good, "[flow.", "[endpoint.idle]\nname = \"Idle\"\nzone = \"internet\"\n[flow.", 1))}
	cache := new(load.Cache)
	step := func(name string, same ...string) map[string]*catalog.Product {
		t.Helper()
		fresh, want := run(site, load.Options{})
		r, got := run(site, load.Options{Cache: cache})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if fresh.Hash != r.Hash {
			t.Errorf("%s: another hash", name)
		}
		products := map[string]*catalog.Product{}
		for i, p := range r.Catalog.Products {
			products[p.Slug] = p
			if q := fresh.Catalog.Products[i]; p.DataVersion != q.DataVersion || len(p.Flows[0].Conditions) != len(q.Flows[0].Conditions) || p.Flows[0].Direction != q.Flows[0].Direction {
				t.Errorf("%s: %s differs from a fresh one", name, p.Slug)
			}
		}
		return products
	}
	first := step("first")
	if again := step("again"); again["good"] != first["good"] || again["warned"] != first["warned"] {
		t.Error("an unchanged product was decoded again")
	}
	site["data/products/good.toml"].Data = []byte(strings.Replace(good, "[flow.", "# edited\n[flow.", 1))
	if edited := step("edited"); edited["good"] == first["good"] || edited["warned"] != first["warned"] {
		t.Error("not just the edited product was decoded")
	}
	site["data/products/good.toml"].Data = []byte(good + "\n[flow.broken]\n")
	step("broken")
	site["data/products/good.toml"].Data = []byte(good)
	services := site["data/services.toml"].Data
	site["data/services.toml"].Data = append(slices.Clone(services), "\n[service.more]\nname = \"More\"\n"...)
	if words := step("another vocabulary"); words["warned"] == first["warned"] {
		t.Error("a product was not checked against the new vocabulary")
	}
}
