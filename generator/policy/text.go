package policy

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode/utf8"
)

// safeMax is the length of the longest text, in bytes.
const safeMax = 100

// Safe makes any text fit for any rule file: one line of at most 100 bytes
// of "A-Za-z0-9 ._:/()+,-". Accents are dropped, other characters become one
// space. It is the only way from the data into a rule file: nothing in its list
// quotes, ends, expands or comments anything on any platform, inside quotes or a comment.
func Safe(text string) string { return clip(clean(text), safeMax) }

// clean is Safe without a limit of length. What is clean already costs nothing.
func clean(text string) string {
	if tidied(text) {
		return text
	}
	var b strings.Builder
	space, dropped := false, false // since the last character that is kept
	for _, r := range text {
		s := plain(r)
		if s == "" || s == " " {
			space, dropped = true, dropped || r != ' '
			continue
		}
		// What is dropped before a mark leaves no space; "and ::/0" keeps its own.
		if space && b.Len() > 0 && !(dropped && strings.ContainsAny(s, ",.:)")) {
			b.WriteByte(' ')
		}
		space, dropped = false, false
		b.WriteString(s)
	}
	return b.String()
}

// tidied tells whether clean would change nothing.
func tidied(text string) bool {
	for i := range len(text) {
		c := text[i]
		if c == ' ' {
			if i == 0 || i == len(text)-1 || text[i+1] == ' ' {
				return false
			}
		} else if !allowed(c) {
			return false
		}
	}
	return true
}

func allowed(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("._:/()+,-", c) >= 0
}

// plain spells a character in the allowed ones; empty: it has no spelling.
func plain(r rune) string {
	switch {
	case r < 0x80 && allowed(byte(r)):
		return string(r)
	case r == '–', r == '—', r == '‑':
		return "-"
	case r == '→':
		return "to"
	}
	if i := strings.IndexRune(accented, r); i >= 0 {
		return unaccented[utf8.RuneCountInString(accented[:i]):][:1]
	}
	return ""
}

// Letters of the names of people and vendors.
const (
	accented   = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ"
	unaccented = "aaaaaaceeeeiiiinoooooouuuuyyAAAAAACEEEEIIIINOOOOOOUUUUY"
)

// clip cuts text to at most n bytes, at a space where one is near, and marks
// the cut with "..".
func clip(text string, n int) string {
	if n <= 0 || len(text) <= n {
		return text
	}
	if n <= 2 {
		return text[:n]
	}
	cut := text[:n-2]
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ") + ".."
}

// without drops the given characters.
func without(text, chars string) string {
	if !strings.ContainsAny(text, chars) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(chars, r) {
			return -1
		}
		return r
	}, text)
}

// wrap breaks text, its words one space apart, into lines of at most n bytes.
func wrap(text string, n int) (lines []string) {
	for len(text) > n {
		at := strings.LastIndexByte(text[:n+1], ' ')
		if at < 0 { // a word longer than a line
			at = strings.IndexByte(text, ' ')
		}
		if at < 0 {
			break
		}
		lines = append(lines, text[:at])
		text = text[at+1:]
	}
	return append(lines, text)
}

// Digest is a number of 24 bits that tells texts apart: FNV-1a, folded. Nobody
// gains by two texts that share one, and a cryptographic hash would bring its
// self tests into the program that browsers load.
func Digest(text string) uint32 {
	h := fnv.New64a()
	h.Write([]byte(text))
	n := h.Sum64()
	return uint32(n^n>>24^n>>48) & 0xffffff
}

// Fingerprint is a text's digest as six hexadecimal digits.
func Fingerprint(text string) string {
	n := strconv.FormatUint(uint64(Digest(text)), 16)
	return strings.Repeat("0", 6-len(n)) + n
}

// names hands out the names of one file: of the platform's alphabet and
// length, no two alike, also where capitals don't count.
type names struct {
	limits Name
	// prefix begins them all.
	prefix string
	taken  map[string]bool
}

// fit is one name of the prefix and a local part. A local part that is too
// long ends in a fingerprint of the whole.
func (n *names) fit(local string) string {
	full := n.spell(n.prefix + local)
	name := full
	if n.limits.Max > 0 && len(name) > n.limits.Max {
		name = n.cut(full)
	}
	for i := 2; n.taken[strings.ToLower(name)]; i++ {
		name = full + n.spell("-"+strconv.Itoa(i))
		if n.limits.Max > 0 && len(name) > n.limits.Max {
			name = n.cut(name)
		}
	}
	n.taken[strings.ToLower(name)] = true
	return name
}

func (n *names) cut(full string) string {
	tail := n.spell("-" + Fingerprint(full))
	return strings.TrimRight(full[:n.limits.Max-len(tail)], n.extra()) + tail
}

func (n *names) extra() string {
	if n.limits.Extra == "" {
		return "-"
	}
	return n.limits.Extra
}

// spell writes a text in the platform's alphabet.
func (n *names) spell(text string) string {
	extra := n.extra()
	for i := range len(text) {
		if n.letter(text[i], extra) != text[i] {
			out := []byte(text)
			for i, c := range out {
				out[i] = n.letter(c, extra)
			}
			return string(out)
		}
	}
	return text
}

// letter is a character, or what stands for it.
func (n *names) letter(c byte, extra string) byte {
	switch {
	case c >= 'a' && c <= 'z' && n.limits.Upper:
		return c - 'a' + 'A'
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(extra, c) >= 0:
		return c
	}
	return extra[0]
}
