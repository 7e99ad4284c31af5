package markdown

import (
	"strings"

	"portolan/generator/note"
)

// plain reads a note of one line that has no markup but text shown as typed,
// which most notes are, without the parser; false: it may be something else.
func plain(src string) ([]note.Block, bool) {
	if src == "" || !isLetter(src[0]) || src[len(src)-1] == ' ' || strings.Contains(src, "://") || strings.Contains(src, "  ") {
		return nil, false
	}
	var out []note.Inline
	for rest := src; rest != ""; {
		end := strings.IndexByte(rest, '`')
		if end < 0 {
			end = len(rest)
		}
		for i := range end {
			if !isPlain[rest[i]] {
				return nil, false
			}
		}
		if end > 0 {
			out = append(out, note.Text(rest[:end]))
		}
		if end == len(rest) {
			break
		}
		code, after, ok := strings.Cut(rest[end+1:], "`")
		if !ok || code == "" || code[0] == ' ' || code[len(code)-1] == ' ' || after != "" && after[0] == '`' {
			return nil, false
		}
		for i := range len(code) {
			if code[i] < ' ' || code[i] > '~' {
				return nil, false
			}
		}
		out = append(out, note.Code(code))
		rest = after
	}
	return []note.Block{&note.Paragraph{Inlines: out}}, true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isPlain are the bytes that stand for themselves wherever they stand, but at
// the beginning of a line.
var isPlain = func() (is [256]bool) {
	for c := range is {
		is[c] = isLetter(byte(c)) || '0' <= c && c <= '9' || strings.IndexByte(" .,;:()/%?'\"-+=", byte(c)) >= 0
	}
	return is
}()
