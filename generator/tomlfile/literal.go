package tomlfile

import (
	"strings"
	"unicode/utf8"
)

// literal is a string as the file writes it. start and end bound what stands
// between the quotes, the newline after opening triple quotes left out.
type literal struct {
	start, end int
	basic      bool // a backslash escapes
}

// readLiteral reads the string whose first quote stands at src[at] and returns
// the offset after its last one; false where it is not closed.
func readLiteral(src string, at int) (lit literal, next int, ok bool) {
	quote := src[at]
	lit.basic = quote == '"'
	if strings.HasPrefix(src[at:], `"""`) || strings.HasPrefix(src[at:], `'''`) {
		return readMultiLine(src, at, lit)
	}
	lit.start = at + 1
	for i := at + 1; i < len(src); i++ {
		switch c := src[i]; {
		case c == quote:
			lit.end = i
			return lit, i + 1, true
		case c == '\n':
			return lit, i, false
		case c == '\\' && lit.basic:
			i++
		}
	}
	return lit, len(src), false
}

// readMultiLine reads a string in triple quotes. Of a run of more than three
// quotes the last three close it.
func readMultiLine(src string, at int, lit literal) (literal, int, bool) {
	quote := src[at]
	lit.start = at + 3
	if strings.HasPrefix(src[lit.start:], "\r\n") {
		lit.start += 2
	} else if strings.HasPrefix(src[lit.start:], "\n") {
		lit.start++
	}
	for i := lit.start; i < len(src); i++ {
		if src[i] == '\\' && lit.basic {
			i++
			continue
		}
		run := i
		for run < len(src) && src[run] == quote {
			run++
		}
		if run-i >= 3 {
			lit.end = run - 3
			return lit, run, true
		}
		i = max(i, run-1)
	}
	return lit, len(src), false
}

// unquote returns what the literal means.
func (l literal) unquote(src string) string {
	raw := src[l.start:l.end]
	if !l.basic || !strings.Contains(raw, `\`) {
		return raw
	}
	var b strings.Builder
	for i := 0; i < len(raw); {
		n, text := unescape(raw[i:])
		b.WriteString(text)
		i += n
	}
	return b.String()
}

// offset returns where in the source the byte of that number of the literal's
// meaning stands, the literal's end if it is shorter.
func (l literal) offset(src string, want int) int {
	raw := src[l.start:l.end]
	if !l.basic || !strings.Contains(raw, `\`) {
		return l.start + min(max(want, 0), len(raw))
	}
	for i, meant := 0, 0; i < len(raw); {
		n, text := unescape(raw[i:])
		if meant += len(text); meant > want {
			return l.start + i
		}
		i += n
	}
	return l.end
}

// unescape returns the length and the meaning of the first character or
// escape of a basic string's inside.
func unescape(raw string) (n int, text string) {
	if raw[0] != '\\' || len(raw) < 2 {
		_, n = utf8.DecodeRuneInString(raw)
		return n, raw[:n]
	}
	switch raw[1] {
	case ' ', '\t', '\r', '\n': // a line's end that does not count
		rest := strings.TrimLeft(raw[1:], " \t\r\n")
		return len(raw) - len(rest), ""
	case 'b':
		return 2, "\b"
	case 't':
		return 2, "\t"
	case 'n':
		return 2, "\n"
	case 'f':
		return 2, "\f"
	case 'r':
		return 2, "\r"
	case 'e':
		return 2, "\x1b"
	case 'x':
		return codePoint(raw, 4)
	case 'u':
		return codePoint(raw, 6)
	case 'U':
		return codePoint(raw, 10)
	}
	_, n = utf8.DecodeRuneInString(raw[1:])
	return 1 + n, raw[1 : 1+n]
}

// codePoint reads an escape of n bytes whose digits begin at the third.
func codePoint(raw string, n int) (int, string) {
	if len(raw) < n {
		return len(raw), raw
	}
	var r rune
	for _, c := range []byte(raw[2:n]) {
		switch c |= 0x20; {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		}
	}
	return n, string(r)
}
