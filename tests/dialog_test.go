package tests

import (
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"testing"
)

// TestDialog holds the dialog that copies tables against Chromium: what it
// makes of a whole table is the published file, of every product and network;
// the clipboard gets a table with header cells, on plain HTTP too.
func TestDialog(t *testing.T) {
	t.Parallel()
	npm(t, "axe-core/axe.min.js")
	server := httptest.NewServer(http.FileServer(http.Dir(ours.dir)))
	defer server.Close()
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,"><title>Paste here</title>`))
	}))
	defer host.Close()
	var subjects []string
	for _, name := range files(t, ours.dir, "/embed/index.html") {
		subjects = append(subjects, strings.TrimSuffix(name, "embed/index.html"))
	}
	if n := len(files(t, ours.dir+"/products", "/table.md")) + len(files(t, ours.dir+"/deployments", "/table.md")); n != len(subjects) {
		t.Errorf("%d tables and %d pages for frames", n, len(subjects))
	}
	done := inBrowser(t, "dialog.js", map[string]any{
		"site": server.URL + "/", "dir": ours.dir + "/", "host": host.URL + "/", "product": "products/globalscape-eft/", "subjects": subjects,
	})
	if want := len(subjects) + 11; len(done) != want {
		t.Errorf("%d steps of %d: %v", len(done), want, done)
	}
}

// TestDialogIsLight holds that what a page with tables loads at once stays small,
// and that the table for its dialog is not among it.
func TestDialogIsLight(t *testing.T) {
	for _, name := range files(t, ours.dir, "index.html") {
		if !slices.Contains([]string{"products", "deployments"}, path.Dir(path.Dir(name))) {
			continue
		}
		for _, l := range parsePage(t, ours.read(t, name)).links {
			if l.element == "script" && strings.HasSuffix(l.target, "table.js") && !strings.Contains(l.target, "assets/") {
				t.Errorf("%s loads %s at once", name, l.target)
			}
		}
	}
}
