package serve_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"portolan/generator/serve"
)

func TestEveryWayToWriteReachesThePage(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(t *testing.T, p *preview)
	}{
		{"in place", func(t *testing.T, p *preview) { p.write("a.txt", "new") }},
		{"by rename", func(t *testing.T, p *preview) {
			p.write(".a.txt.tmp", "new")
			must(t, os.Rename(p.file(".a.txt.tmp"), p.file("a.txt")))
		}},
		{"by rename of the old one", func(t *testing.T, p *preview) {
			must(t, os.Rename(p.file("a.txt"), p.file("a.txt~")))
			p.write("a.txt", "new")
			must(t, os.Remove(p.file("a.txt~")))
		}},
		{"by a folder put in its place", func(t *testing.T, p *preview) {
			other := filepath.Join(p.site.dir, "other")
			must(t, os.Mkdir(other, 0o777))
			must(t, os.WriteFile(filepath.Join(other, "a.txt"), []byte("new"), 0o666))
			must(t, os.RemoveAll(filepath.Join(p.site.dir, "data")))
			must(t, os.Rename(other, filepath.Join(p.site.dir, "data")))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := start(t, files("a.txt", "old"))
			browser := p.listen()
			before := browser.first()
			p.contains("/a/", "<p>old</p>")
			c.edit(t, p)
			eventually(t, "the new page", func() bool { _, _, body := p.get("/a/"); return contains(body, "<p>new</p>") })
			browser.built(before)
			// What is there now is watched too.
			p.write("a.txt", "newest")
			eventually(t, "the newest page", func() bool { _, _, body := p.get("/a/"); return contains(body, "<p>newest</p>") })
		})
	}
}

func TestFoldersComeAndGo(t *testing.T) {
	p := start(t, files("a.txt", "a"))
	browser := p.listen()
	browser.first()
	gone := func(path string) func() bool {
		return func() bool { status, _, _ := p.get(path); return status == 404 }
	}
	there := func(path, want string) func() bool {
		return func() bool { _, _, body := p.get(path); return contains(body, want) }
	}
	p.write("deep/er/b.txt", "b")
	eventually(t, "a page of a new folder", there("/deep/er/b/", "<p>b</p>"))
	p.write("deep/er/b.txt", "b2")
	eventually(t, "an edit in a new folder", there("/deep/er/b/", "<p>b2</p>"))
	must(t, os.Rename(p.file("deep"), p.file("moved")))
	eventually(t, "a renamed folder's new pages", there("/moved/er/b/", "<p>b2</p>"))
	eventually(t, "a renamed folder's old pages gone", gone("/deep/er/b/"))
	p.write("moved/er/b.txt", "b3")
	eventually(t, "an edit in a renamed folder", there("/moved/er/b/", "<p>b3</p>"))
	must(t, os.RemoveAll(p.file("moved")))
	eventually(t, "a removed folder's pages gone", gone("/moved/er/b/"))
	p.write("moved/c.txt", "c")
	eventually(t, "a page of a folder that came back", there("/moved/c/", "<p>c</p>"))
}

func TestOnlyContentCounts(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "data", "sub", "a.toml")
	must(t, os.MkdirAll(filepath.Dir(file), 0o777))
	must(t, os.WriteFile(file, []byte("one"), 0o666))
	w, err := serve.NewWatcher(dir, "data", "content")
	must(t, err)
	defer func() { must(t, w.Close()) }()
	update := func(want bool, names ...string) {
		t.Helper()
		if got := w.Update(names...); got != want {
			t.Errorf("%v: changed %t, want %t", names, got, want)
		}
	}
	update(false, "data/sub/a.toml")
	must(t, os.WriteFile(file, []byte("one"), 0o666))
	update(false, "data/sub/a.toml")
	must(t, os.WriteFile(file, []byte("two"), 0o666))
	update(true, "data/sub/a.toml")
	update(false, "data", "content")
	must(t, os.WriteFile(filepath.Join(dir, "data", ".a.swp"), []byte("x"), 0o666))
	must(t, os.WriteFile(filepath.Join(dir, "data", "a.toml~"), []byte("x"), 0o666))
	update(false, "data")
	must(t, os.Rename(filepath.Join(dir, "data", "sub"), filepath.Join(dir, "data", "bus")))
	update(true, "data/bus", "data/sub")
	if got := w.Watched(); got != 3 { // The root, data and data/bus.
		t.Errorf("%d folders watched", got)
	}
	must(t, os.RemoveAll(filepath.Join(dir, "data")))
	update(true, "data")
	update(false, "data")
}

func TestNames(t *testing.T) {
	dir := t.TempDir()
	w, err := serve.NewWatcher(dir, "data")
	must(t, err)
	defer func() { must(t, w.Close()) }()
	for name, want := range map[string]bool{
		"data": true, "data/a.toml": true, "data/products/a.toml": true, "data/4913": true,
		"public/index.html": false, "database/a.toml": false, ".git/HEAD": false, "": false, "../data/a": false,
		"data/.a.toml.swp": false, "data/a.toml~": false, "data/a.swp": false, "data/#a.toml#": false, "data/.#a.toml": false,
		"data/___jb_tmp___": false, "data/#notes": true,
	} {
		got, ok := w.Name(filepath.Join(dir, filepath.FromSlash(name)))
		if ok != want || ok && got != name {
			t.Errorf("%q: %q, %t, want %t", name, got, ok, want)
		}
	}
}

func TestABurstIsOneChange(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, "data"), 0o777))
	w, err := serve.NewWatcher(dir, "data")
	must(t, err)
	defer func() { must(t, w.Close()) }()
	ctx, cancel := context.WithCancel(context.Background())
	changes, ended := make(chan struct{}, 1), make(chan struct{})
	go func() { defer close(ended); w.Run(ctx, changes) }()
	file := filepath.Join(dir, "data", "a")
	var told int
	for i := range 200 {
		must(t, os.WriteFile(file, []byte{byte(i)}, 0o666))
		select {
		case <-changes:
			told++
		default:
		}
	}
	eventually(t, "a change", func() bool { return told > 0 || len(changes) > 0 })
	if told > 20 {
		t.Errorf("told %d times of one burst", told)
	}
	cancel()
	<-ended
}

func TestAMissingFolderCannotBeWatched(t *testing.T) {
	if _, err := serve.NewWatcher(filepath.Join(t.TempDir(), "none"), "data"); err == nil {
		t.Error("no error")
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
