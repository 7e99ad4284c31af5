package site

import "testing"

func TestRelative(t *testing.T) {
	for _, c := range [][3]string{
		{"/", "/products/", "products/index.html"},
		{"/products/a/", "/", "../../index.html"},
		{"/products/a/", "/products/b/", "../b/index.html"},
		{"/products/a/", "/products/a/#flow", "#flow"},
		{"/products/a/", "/products/a/table.md", "table.md"},
		{"/products/a/", "/products/a/", "index.html"},
		{"/ports/tcp/443/", "/ports/tcp/80/", "../80/index.html"},
		{"/ports/tcp/443/", "/services/https/", "../../../services/https/index.html"},
		{"/404.html", "/assets/x.css", "assets/x.css"},
		{"/guides/a/", "/guides/ab/#x", "../ab/index.html#x"},
	} {
		if got := relative(c[0], c[1]); got != c[2] {
			t.Errorf("relative(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}
