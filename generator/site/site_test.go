package site_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"portolan/generator/diag"
	"portolan/generator/site"
)

const product = `
name = "P"
vendor = "V"
kind = "server"
summary = "s"
[endpoint.server]
name = "Server"
zone = "dmz"
self = true
[endpoint.users]
name = "Users"
zone = "internet"
[flow.web]
service = "https"
from = "users"
to = "server"
ports = "tcp/443"
need = "required"
source = "d"
note = "NOTE"
[source.d]
title = "D"
publisher = "V"
`

// Links of notes and pages are held against the site's pages and anchors,
// wherever the note stands.
func TestLinks(t *testing.T) {
	for _, k := range []struct{ name, service, note, page, want string }{
		{"sound", "[a](/products/p/#web)", "[a](/ports/tcp/443/)", "[a](/services/https/) [b](/products/p/#source.d)", ""},
		{"note of a service", "[a](/guides/none/)", "b", "c", "data/services.toml broken-link"},
		{"note of a flow", "a", "[b](/ports/tcp/444/)", "c", "data/products/p.toml broken-link"},
		{"anchor of a product", "a", "[b](/products/p/#wbe)", "c", "data/products/p.toml broken-anchor"},
		{"page", "a", "b", "[c](/nowhere/)", "content/about.md broken-link"},
	} {
		files := fstest.MapFS{}
		for name, text := range map[string]string{
			"data/products/p.toml": strings.Replace(product, "NOTE", k.note, 1),
			"data/services.toml":   "[service.https]\nname = \"HTTPS\"\nnote = \"" + k.service + "\"\n",
			"content/about.md":     "+++\ntitle = \"About\"\n+++\n\n" + k.page + "\n",
		} {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
		var list diag.List
		if _, err := site.Open(site.Source{Files: files, Builtin: os.DirFS("../..")}, &list); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range list.Sorted() {
			if d.Severity == diag.Error {
				got = append(got, d.Pos.File+" "+d.Code)
			}
		}
		if s := strings.Join(got, "; "); s != k.want {
			t.Errorf("%s: %q, want %q", k.name, s, k.want)
		}
	}
}
