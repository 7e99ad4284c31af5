package catalog_test

import (
	"testing"

	"portolan/generator/catalog"
)

func TestLinksOfASite(t *testing.T) {
	s := &catalog.Site{
		EditURL:   "https://git.example/edit/main/{path}?plain",
		ReportURL: "https://git.example/new?title={title}&body={page}%0A{path}",
	}
	const page, path, title = "https://ports.example/a/?b=c&d", "data/products/a b.toml", "A & B: ports, “both”"
	for _, k := range []struct{ what, got, want string }{
		{"to edit", s.EditLink(path), "https://git.example/edit/main/data/products/a%20b.toml?plain"},
		{"nothing to edit", s.EditLink(""), ""},
		{"to report", s.ReportLink(page, path, title), "https://git.example/new?title=A%20%26%20B%3A%20ports%2C%20%E2%80%9Cboth%E2%80%9D" +
			"&body=https%3A%2F%2Fports.example%2Fa%2F%3Fb%3Dc%26d%0Adata%2Fproducts%2Fa%20b.toml"},
		{"without a file", s.ReportLink("/a/", "", ""), "https://git.example/new?title=&body=%2Fa%2F%0A"},
		{"none", new(catalog.Site).ReportLink(page, path, title) + new(catalog.Site).EditLink(path), ""},
		{"a value with braces", s.ReportLink("{path}", "x", "{"), "https://git.example/new?title=%7B&body=%7Bpath%7D%0Ax"},
	} {
		if k.got != k.want {
			t.Errorf("%s: %s, not %s", k.what, k.got, k.want)
		}
	}
}
