package site_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"portolan/generator/diag"
	"portolan/generator/site"
)

// TestConnectLimit holds that products which a document knows of together
// always have a page, and of the others as many as the site wants.
func TestConnectLimit(t *testing.T) {
	file := func(name, party, from, to, service string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(`
name = "` + name + `"
vendor = "V"
kind = "server"
summary = "s"
[endpoint.self]
name = "` + name + `"
zone = "internet"
self = true
[endpoint.party]
name = "` + party + `"
zone = "internet"
[flow.one]
service = "` + service + `"
from = "` + from + `"
to = "` + to + `"
ports = "tcp/22"
need = "required"
source = "d"
[source.d]
title = "D"
publisher = "V"
`)}
	}
	for _, k := range []struct{ site, want, listed string }{
		{"", "c-to-known c-to-stranger", ""},
		{"connect_limit = 1", "c-to-known c-to-stranger", ""},
		{"connect_limit = 0", "c-to-known", "Stranger"},
	} {
		files := fstest.MapFS{
			"data/site.toml":              {Data: []byte("title = \"T\"\n" + k.site + "\n")},
			"data/products/c.toml":        file("Caller", "Any server", "self", "party", "sftp"),
			"data/products/known.toml":    file("Known Drop", "Caller", "party", "self", "sftp"),
			"data/products/stranger.toml": file("Stranger", "Any client", "party", "self", "sftp"),
		}
		var list diag.List
		s, err := site.Open(site.Source{Files: files, Builtin: os.DirFS("../..")}, &list)
		if err != nil || s == nil {
			t.Fatal(err, list.Sorted())
		}
		var pages []string
		for _, o := range s.Plan() {
			name, ok := strings.CutPrefix(o.Path, "connect/")
			switch slug, page := strings.CutSuffix(name, "/index.html"); {
			case !ok:
			case page && !strings.Contains(slug, "/"):
				pages = append(pages, slug)
			case name == "index.html":
				text, err := o.Render(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				_, could, _ := strings.Cut(string(text), "Could talk")
				if got := strings.Contains(could, k.listed); (k.listed == "") != (could == "") || !got {
					t.Errorf("%q: what could talk: %q", k.site, could)
				}
			}
		}
		if got := strings.Join(pages, " "); got != k.want {
			t.Errorf("%q: %s, want %s", k.site, got, k.want)
		}
	}
}
