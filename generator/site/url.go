package site

import "strings"

// Paths of the site are written from its root with a slash in front, and end
// in a slash where a page is meant: "/ports/tcp/443/". A page is the file
// index.html in its folder.

// file returns the output file of a page path or file path: no slash in
// front, index.html named.
func file(path string) string {
	path = strings.TrimPrefix(path, "/")
	if path == "" || strings.HasSuffix(path, "/") {
		path += "index.html"
	}
	return path
}

// relative returns the link from one page to a path of the site (with a
// fragment, where it has one). It is relative and names index.html, so that it
// works from any sub-path and from a file opened without a server.
func relative(from, to string) string {
	to, fragment, has := strings.Cut(to, "#")
	if has {
		fragment = "#" + fragment
	}
	from, to = file(from), file(to)
	if from == to && has {
		return fragment
	}
	shared := 0
	for i := 0; i < len(from) && i < len(to) && from[i] == to[i]; i++ {
		if from[i] == '/' {
			shared = i + 1
		}
	}
	return strings.Repeat("../", strings.Count(from[shared:], "/")) + to[shared:] + fragment
}
