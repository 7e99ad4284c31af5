package tests

import (
	"archive/zip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestThings holds what people expect of any table and page against Chromium,
// from a server, from one without a secure context and from the disk: sorting,
// filters, links that copy themselves, keys and their list.
func TestThings(t *testing.T) {
	t.Parallel()
	npm(t, "axe-core/axe.min.js")
	server := httptest.NewServer(http.FileServer(http.Dir(ours.dir)))
	defer server.Close()
	done := inBrowser(t, "things.js", map[string]any{"site": server.URL + "/", "dir": ours.dir + "/"})
	if want := 24; len(done) != want {
		t.Errorf("%d steps of %d: %v", len(done), want, done)
	}
}

// TestOffline holds that site.zip is the site without itself, that its home
// page does not offer it, and that every link in it leads to a file in it.
func TestOffline(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		z, err := zip.OpenReader(filepath.Join(s.dir, "site.zip"))
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		copied := map[string]string{}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			name, ok := strings.CutPrefix(f.Name, "site/")
			if !ok || copied[name] != "" {
				t.Errorf("%s is twice or not in the folder", f.Name)
			}
			copied[name] = string(text)
		}
		var want []string
		for _, name := range files(t, s.dir, "") {
			if name == "site.zip" {
				continue
			}
			want = append(want, name)
			if text, ok := copied[name]; !ok || text != s.read(t, name) && name != "index.html" {
				t.Errorf("%s is missing or another", name)
			}
		}
		if len(copied) != len(want) {
			t.Errorf("%d files of %d", len(copied), len(want))
		}
		home := s.read(t, "index.html")
		if !strings.Contains(home, `href="site.zip"`) || !strings.Contains(copied["index.html"], "A copy for use without a network") {
			t.Error("the home pages are not of the site and of a copy")
		}
		for name, text := range copied {
			if path.Ext(name) != ".html" {
				continue
			}
			for _, l := range parsePage(t, text).links {
				target, _, _ := strings.Cut(l.target, "#")
				target, _, _ = strings.Cut(target, "?")
				if target == "" || strings.Contains(target, ":") {
					continue
				}
				if to := path.Join(path.Dir(name), target); copied[to] == "" {
					t.Errorf("%s: %s is not in the file", name, l.target)
				}
			}
		}
	})
}

// TestOfflineAgain holds that site.zip is the same bytes by any number of
// goroutines, and follows an edit like a build from nothing.
func TestOfflineAgain(t *testing.T) {
	source, out := source(t, "", "", ""), filepath.Join(t.TempDir(), "out")
	built := func(out string, args ...string) string {
		must(t, append([]string{"build", "-s", source, "-o", out}, args...)...)
		text, err := os.ReadFile(filepath.Join(out, "site.zip"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := built(out, "--jobs", "1")
	if first != tiny.read(t, "site.zip") {
		t.Error("a second build makes other bytes")
	}
	edit(t, filepath.Join(source, "content", "guides", "sailing.md"), "title = \"Sailing\"", "title = \"Sailing on\"")
	second := built(out)
	if second == first {
		t.Error("it does not follow an edit")
	}
	if second != built(filepath.Join(t.TempDir(), "fresh")) {
		t.Error("after an edit it is another than from nothing")
	}
}

// TestFooter holds that pages made of one file lead to where it is edited, all
// pages to where an error is reported, and none where the site does not say so.
func TestFooter(t *testing.T) {
	hrefs := func(s *site, name string) (out []string) {
		for _, l := range parsePage(t, s.read(t, name)).links {
			if strings.HasPrefix(l.target, "https://git.example/") {
				out = append(out, l.target)
			}
		}
		return out
	}
	const edit, report = "https://git.example/harbour/edit/main/", "https://git.example/harbour/new?title="
	for name, want := range map[string][]string{
		"products/ship/index.html":       {edit + "data/products/ship.toml", report + "Ship%20firewall%20ports%20%C2%B7%20Harbour&body=%2Fproducts%2Fship%2F%20data%2Fproducts%2Fship.toml"},
		"deployments/harbour/index.html": {edit + "data/deployments/harbour.toml", report + "Harbour%20with%20one%20firewall%20%C2%B7%20Harbour&body=%2Fdeployments%2Fharbour%2F%20data%2Fdeployments%2Fharbour.toml"},
		"guides/sailing/index.html":      {edit + "content/guides/sailing.md", report + "Sailing%20%C2%B7%20Harbour&body=%2Fguides%2Fsailing%2F%20content%2Fguides%2Fsailing.md"},
		"products/index.html":            {report + "Products%20%C2%B7%20Harbour&body=%2Fproducts%2F%20"},
		"index.html":                     {report + "Harbour&body=%2F%20"},
	} {
		if got := hrefs(&tiny, name); !slices.Equal(got, want) {
			t.Errorf("%s leads to\n%s", name, strings.Join(got, "\n"))
		}
	}
	for _, name := range []string{"index.html", "products/moveit-transfer/index.html"} {
		if text := ours.read(t, name); strings.Contains(text, "Edit this page") || strings.Contains(text, "Report an error") {
			t.Errorf("%s of a site without addresses has links", name)
		}
	}
	for name, document := range map[string]string{"products/ship/index.html": "products/ship", "products/index.html": "index"} {
		var d struct {
			Version string `json:"data_version"`
		}
		if err := json.Unmarshal([]byte(tiny.read(t, "api/v1/"+document+".json")), &d); err != nil || len(d.Version) < 12 {
			t.Fatal(err, d)
		}
		if version := d.Version; !strings.Contains(tiny.read(t, name), "Data <code>"+version[:12]+"</code>") {
			t.Errorf("%s does not say %s", name, version)
		}
	}
}
