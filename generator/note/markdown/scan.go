package markdown

import (
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	reEntity = regexp.MustCompile(`^&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});`)
	reURI    = regexp.MustCompile(`^<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\x00-\x20<>\x7f]*)>`)
	reMail   = regexp.MustCompile("^<([a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*)>")
	reTag    = regexp.MustCompile(`^<(?:[A-Za-z][A-Za-z0-9-]*(?:[ \t\n]+[A-Za-z_:][A-Za-z0-9:._-]*(?:[ \t\n]*=[ \t\n]*(?:[^"'=<>` + "`" + `\x00-\x20]+|'[^']*'|"[^"]*"))?)*[ \t\n]*/?|/[A-Za-z][A-Za-z0-9-]*[ \t\n]*)>`)
	reBare   = regexp.MustCompile(`^(?i:https?)://(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]*[A-Za-z0-9](?::[0-9]+)?(?:[/?#][^ \t\n<"` + "`" + `]*)?`)
	reEnd    = regexp.MustCompile(`&[A-Za-z0-9]+;$`)
)

// decodeEntity decodes the character reference that data starts with.
func decodeEntity(data []byte) (length int, text string) {
	m := reEntity.FindSubmatch(data[:min(len(data), 40)])
	if m == nil {
		return 0, ""
	}
	digits, base := string(m[1]), 10
	if len(m[2]) > 0 {
		digits, base = string(m[2]), 16
	}
	if digits == "" {
		text = html.UnescapeString(string(m[0]))
		if strings.HasSuffix(text, ";") && text != ";" { // unknown, or known only without its semicolon
			return 0, ""
		}
		return len(m[0]), text
	}
	n, _ := strconv.ParseUint(digits, base, 32)
	if n < ' ' && n != '\t' && n != '\n' && n != '\r' || n == 0x7f || !utf8.ValidRune(rune(n)) {
		return len(m[0]), "\uFFFD"
	}
	return len(m[0]), string(rune(n))
}

// unescape decodes the character references of s and, where asked, its
// backslash escapes.
func unescape(s string, escapes bool) string {
	if !strings.ContainsAny(s, `\&`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && escapes && i+1 < len(s) && isPunct(s[i+1]):
			i++
			b.WriteByte(s[i])
		case s[i] == '&':
			if n, t := decodeEntity([]byte(s[i:])); n > 0 {
				b.WriteString(t)
				i += n - 1
				continue
			}
			b.WriteByte('&')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// autolink is what stands between angle brackets.
type autolink struct {
	length    int
	url, text string
}

func angleLink(data []byte) *autolink {
	if m := reURI.FindSubmatch(data); m != nil {
		return &autolink{len(m[0]), string(m[1]), string(m[1])}
	}
	if m := reMail.FindSubmatch(data); m != nil {
		return &autolink{len(m[0]), "mailto:" + string(m[1]), string(m[1])}
	}
	return nil
}

// tag gives the length of the raw HTML that data starts with, 0 for none. In
// unclosed, unless nil, it keeps what it has looked for in vain.
func tag(data []byte, unclosed map[string]bool) int {
	for _, k := range [...]struct{ open, close string }{{"<!--", "-->"}, {"<?", "?>"}, {"<![CDATA[", "]]>"}, {"<!", ">"}} {
		if !bytes.HasPrefix(data, []byte(k.open)) {
			continue
		}
		if k.open == "<!" && (len(data) < 3 || data[2]|0x20 < 'a' || data[2]|0x20 > 'z') {
			continue
		}
		if unclosed[k.open] {
			return 0
		}
		from := len(k.open)
		if k.open == "<!--" { // <!--> and <!---> are comments
			from = 2
		}
		if i := bytes.Index(data[from:], []byte(k.close)); i >= 0 {
			return from + i + len(k.close)
		}
		if unclosed != nil {
			unclosed[k.open] = true
		}
		return 0
	}
	return len(reTag.Find(data))
}

// target is the "(destination "title")" of a link.
type target struct {
	length int
	url    string
	title  bool
}

// linkTarget reads what follows the "]" of a link, nil if it is none.
func linkTarget(data []byte) *target {
	if len(data) == 0 || data[0] != '(' {
		return nil
	}
	i := skipSpace(data, 1)
	from, to := i, 0
	if i < len(data) && data[i] == '<' {
		from++
		for i = from; i < len(data) && data[i] != '>' && data[i] != '<' && data[i] != '\n'; i++ {
			if data[i] == '\\' && i+1 < len(data) && isPunct(data[i+1]) {
				i++
			}
		}
		if i >= len(data) || data[i] != '>' {
			return nil
		}
		to = i
		i++
	} else {
		if i = bareTarget(data, i); i < 0 {
			return nil
		}
		to = i
	}
	out := &target{url: unescape(string(data[from:to]), true)}
	if next := skipSpace(data, i); next > i && next < len(data) {
		if i = next; data[i] != ')' {
			if i = linkTitle(data, i); i < 0 {
				return nil
			}
			out.title = true
			i = skipSpace(data, i)
		}
	}
	if i >= len(data) || data[i] != ')' {
		return nil
	}
	out.length = i + 1
	return out
}

// bareTarget gives the end of a destination without angle brackets, -1 if its
// parentheses do not match.
func bareTarget(data []byte, i int) int {
	depth := 0
	for ; i < len(data) && data[i] > ' ' && data[i] != 0x7f; i++ {
		switch data[i] {
		case '\\':
			if i+1 < len(data) && isPunct(data[i+1]) {
				i++
			}
		case '(':
			depth++
		case ')':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	if depth > 0 {
		return -1
	}
	return i
}

// linkTitle gives the end of the title that starts at i, -1 if there is none.
func linkTitle(data []byte, i int) int {
	end := data[i]
	switch end {
	case '"', '\'':
	case '(':
		end = ')'
	default:
		return -1
	}
	for i++; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case end:
			return i + 1
		case '(':
			if end == ')' {
				return -1
			}
		}
	}
	return -1
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t' || data[i] == '\n') {
		i++
	}
	return i
}

// bareURL gives the length of the http or https address that data starts with,
// by the rules of GFM's extended autolinks: punctuation at its end and closing
// parentheses without an opening one belong to the sentence.
func bareURL(data []byte) int {
	n := len(reBare.Find(data))
	for n > 0 {
		switch c := data[n-1]; {
		case strings.IndexByte(`?!.,:*_~'`, c) >= 0:
			n--
		case c == ')' && bytes.Count(data[:n], []byte(")")) > bytes.Count(data[:n], []byte("(")):
			n--
		case c == ';':
			if m := reEnd.Find(data[:n]); m != nil {
				n -= len(m)
			} else {
				n--
			}
		default:
			return n
		}
	}
	return 0
}

// badURL says why a destination may not stand in a note, "" if it may.
func badURL(s string) (why, hint string) {
	const hosts = "write https://…, http://…, mailto:… or a path of the site that begins with one /"
	if s == "" {
		return "a link without destination", hosts
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return "a space, control character or backslash in the destination " + strconv.Quote(s), "write a space as %20"
	}
	u, err := url.Parse(s)
	if err != nil {
		return "the destination " + strconv.Quote(s) + " is not a URL", ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Hostname() != "" {
			return "", ""
		}
	case "mailto":
		if strings.Contains(u.Opaque, "@") {
			return "", ""
		}
	case "":
		if s[0] == '/' && !strings.HasPrefix(s, "//") {
			return "", ""
		}
	}
	return "the destination " + strconv.Quote(s) + " is neither of the web nor of the site", hosts
}
