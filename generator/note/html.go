package note

import (
	"strconv"
	"unicode/utf8"
)

// A LinkFunc answers what stands as href for a Link's URL, or "" to print only
// the link's text. A nil LinkFunc prints every URL as it is.
type LinkFunc = func(url string) string

// AppendHTML appends blocks as HTML: p, ol, ul, li, strong, em, code, a, br. An
// item of one paragraph, or of one paragraph and lists, has no p.
func AppendHTML(dst []byte, blocks []Block, link LinkFunc) []byte {
	for _, b := range blocks {
		switch b := b.(type) {
		case *Paragraph:
			dst = append(dst, "<p>"...)
			dst = AppendInlineHTML(dst, b.Inlines, link)
			dst = append(dst, "</p>"...)
		case *List:
			dst = appendList(dst, b, link)
		}
	}
	return dst
}

// AppendCompactHTML is AppendHTML for a table cell: a first paragraph that no
// other follows has no p.
func AppendCompactHTML(dst []byte, blocks []Block, link LinkFunc) []byte {
	if len(blocks) == 0 {
		return dst
	}
	p, ok := blocks[0].(*Paragraph)
	if !ok {
		return AppendHTML(dst, blocks, link)
	}
	for _, b := range blocks[1:] {
		if _, another := b.(*Paragraph); another {
			return AppendHTML(dst, blocks, link)
		}
	}
	dst = AppendInlineHTML(dst, p.Inlines, link)
	return AppendHTML(dst, blocks[1:], link)
}

// AppendTags appends the list with its tags in HTML; item appends what is in
// an entry.
func (l *List) AppendTags(dst []byte, item func(dst []byte, blocks []Block) []byte) []byte {
	dst, end := l.appendOpen(dst)
	for _, blocks := range l.Items {
		dst = append(dst, "<li>"...)
		dst = append(item(dst, blocks), "</li>"...)
	}
	return append(dst, end...)
}

// appendOpen appends the opening tag and returns the closing one.
func (l *List) appendOpen(dst []byte) (opened []byte, end string) {
	switch {
	case !l.Ordered:
		return append(dst, "<ul>"...), "</ul>"
	case l.Start == 1:
		return append(dst, "<ol>"...), "</ol>"
	}
	dst = append(dst, `<ol start="`...)
	dst = strconv.AppendInt(dst, int64(l.Start), 10)
	return append(dst, `">`...), "</ol>"
}

func appendList(dst []byte, l *List, link LinkFunc) []byte {
	return l.AppendTags(dst, func(dst []byte, item []Block) []byte { return AppendCompactHTML(dst, item, link) })
}

// AppendInlineHTML appends inlines as HTML.
func AppendInlineHTML(dst []byte, list []Inline, link LinkFunc) []byte {
	for _, in := range list {
		switch in := in.(type) {
		case Text:
			dst = appendEscaped(dst, string(in))
		case Code:
			dst = append(dst, "<code>"...)
			dst = appendEscaped(dst, string(in))
			dst = append(dst, "</code>"...)
		case *Strong:
			dst = append(dst, "<strong>"...)
			dst = AppendInlineHTML(dst, in.Inlines, link)
			dst = append(dst, "</strong>"...)
		case *Emphasis:
			dst = append(dst, "<em>"...)
			dst = AppendInlineHTML(dst, in.Inlines, link)
			dst = append(dst, "</em>"...)
		case *Link:
			dst = appendLink(dst, in, link)
		case Break:
			dst = append(dst, "<br>"...)
		}
	}
	return dst
}

func appendLink(dst []byte, l *Link, link LinkFunc) []byte {
	href := l.URL
	if link != nil {
		href = link(href)
	}
	if href == "" {
		return AppendInlineHTML(dst, l.Inlines, link)
	}
	dst = append(dst, `<a href="`...)
	dst = appendEscaped(dst, href)
	dst = append(dst, `">`...)
	dst = AppendInlineHTML(dst, l.Inlines, link)
	return append(dst, "</a>"...)
}

// appendEscaped escapes for text and for quoted attributes. What is not UTF-8,
// and control characters that HTML does not allow, become U+FFFD.
func appendEscaped(dst []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		size := 1
		var with string
		switch {
		case c == '&':
			with = "&amp;"
		case c == '<':
			with = "&lt;"
		case c == '>':
			with = "&gt;"
		case c == '"':
			with = "&quot;"
		case c == '\'':
			with = "&#39;"
		case c < ' ' && c != '\t' && c != '\n' || c == 0x7f:
			with = "\uFFFD"
		case c >= utf8.RuneSelf:
			var r rune
			if r, size = utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 || r <= 0x9f {
				with = "\uFFFD"
			}
		}
		if with != "" {
			dst = append(append(dst, s[from:i]...), with...)
			from = i + size
		}
		i += size
	}
	return append(dst, s[from:]...)
}
