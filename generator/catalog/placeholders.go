package catalog

import (
	"slices"
	"strings"
)

// placeholders replaces each {name} of an address by what value answers.
// A brace that none closes stays, and so do names without a value.
func placeholders(text string, value func(name string) (string, bool)) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		b.WriteString(before)
		if !open || !closed {
			b.WriteString(text[len(before):])
			return b.String()
		}
		if v, ok := value(name); ok {
			b.WriteString(v)
		} else {
			b.WriteString("{" + name + "}")
		}
		text = after
	}
}

// EditLink is where a file of the site can be edited; empty: nowhere known.
func (s *Site) EditLink(path string) string {
	if path == "" {
		return ""
	}
	return placeholders(s.EditURL, func(string) (string, bool) { return percent(path, "/"), true })
}

// ReportLink is where an error on a page is reported; empty: nowhere known.
// The path is that of the file which the page is made from, empty if there is
// no one file.
func (s *Site) ReportLink(page, path, title string) string {
	return placeholders(s.ReportURL, func(name string) (string, bool) {
		return percent(map[string]string{"page": page, "path": path, "title": title}[name], ""), true
	})
}

// percent encodes all but what has no meaning of its own in any part of an
// address, and what is spared.
func percent(text, spared string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~"+spared, c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// template checks an address with placeholders of these names. Empty is not checked.
func (a at) template(path, text string, names ...string) {
	if text == "" {
		return
	}
	filled := placeholders(text, func(name string) (string, bool) {
		if !slices.Contains(names, name) {
			a.unknown(path, "placeholder", name, names)
		}
		return "x", true
	})
	if why := urlFault(filled); why != "" {
		a.errorf(path, "bad-url", "%q %s", text, why)
	}
}
