package site_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"portolan/generator/diag"
	"portolan/generator/site"
)

// TestReleases holds that what was released is on the page and in the feeds.
func TestReleases(t *testing.T) {
	files := fstest.MapFS{
		"data/products/p.toml": {Data: []byte(product)},
		"data/changes/2026-01-01.json": {Data: []byte(`{"schema_version": 1, "old": "", "new": "a", "products": [
			{"slug": "p", "name": "P & Co", "kind": "added"}]}`)},
		"data/changes/2026-02-01.json": {Data: []byte(`{"schema_version": 1, "old": "a", "new": "b", "products": [
			{"slug": "p", "name": "P & Co", "kind": "changed", "changes": [{"kind": "changed", "part": "flow", "id": "web", "title": "<b>", "fields": [{"name": "ports", "old": "tcp/80", "new": "tcp/443"}]}],
			 "open": [{"from": "Users", "to": "Server", "ports": "tcp/443", "flows": ["web", "gone"]}]}]}`)},
	}
	var list diag.List
	s, err := site.Open(site.Source{Files: files, Builtin: os.DirFS("../.."), BaseURL: "https://example.com/p/"}, &list)
	if err != nil || s == nil {
		t.Fatal(err, list.Sorted())
	}
	got := map[string]string{}
	for _, o := range s.Plan() {
		switch o.Path {
		case "changes/index.html", "feed.xml", "feed.json":
			text, err := o.Render(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			got[o.Path] = string(text)
		}
	}
	for _, text := range []string{
		`<h2 id="2026-02-01">`, `<p>Added: <a href="../products/p/index.html">P &amp; Co</a>.</p>`, `id="2026-02-01.p"`,
		"&lt;b&gt;", "<del>tcp/80</del> → <ins>tcp/443</ins>", `href="../products/p/index.html#web">web</a>, gone`, "no release is recorded yet",
	} {
		if !strings.Contains(got["changes/index.html"], text) {
			t.Errorf("no %q in %s", text, got["changes/index.html"])
		}
	}
	var feed struct {
		Updated string `xml:"updated"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Content string `xml:"content"`
			Link    struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(got["feed.xml"]), &feed); err != nil {
		t.Fatal(err)
	}
	if len(feed.Entries) != 2 || feed.Updated != "2026-02-01T00:00:00Z" || feed.Entries[0].ID == feed.Entries[1].ID ||
		feed.Entries[0].Title != "Data of 2026-02-01: 1 product changed" ||
		feed.Entries[0].Link.Href != "https://example.com/p/changes/index.html#2026-02-01" ||
		!strings.Contains(feed.Entries[0].Content, "To open: tcp/443, Users to Server") {
		t.Errorf("%+v", feed)
	}
	var doc struct {
		Items []struct {
			URL  string `json:"url"`
			HTML string `json:"content_html"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(got["feed.json"]), &doc); err != nil || len(doc.Items) != 2 || doc.Items[0].URL != feed.Entries[0].Link.Href || doc.Items[0].HTML != feed.Entries[0].Content {
		t.Errorf("%v %+v", err, doc)
	}
}
