package tomlfile

import (
	"strings"
	"time"
)

// plain reads what nearly every data file is made of: headers of one or two
// names, and keys with a string, a number, a date, true or false, a small
// table on one line, or a list of strings or of such tables. It takes a small part of the parser's time, and takes nothing
// that the parser would not: at the first thing that it does not know, or that
// is wrong, it gives up, and the parser reads the file from its beginning.
func plain(src string) (tree map[string]any, ok bool) {
	p := plainReader{src: src}
	tree = make(map[string]any)
	table, top := tree, true
	for {
		p.blank()
		switch {
		case p.at == len(src):
			return tree, true
		case src[p.at] == '[':
			if table, top = p.header(tree), false; table == nil {
				return nil, false
			}
		default:
			key := p.key()
			if _, twice := table[key]; key == "" || twice {
				return nil, false
			}
			p.spaces()
			if !p.take('=') {
				return nil, false
			}
			p.spaces()
			v, ok := p.value()
			if _, inline := v.(map[string]any); !ok || inline && top { // a header must not add to it
				return nil, false
			}
			table[key] = v
		}
		if p.spaces(); p.at < len(src) && src[p.at] != '\n' && src[p.at] != '#' {
			return nil, false
		}
	}
}

type plainReader struct {
	src string
	at  int
}

// blank passes over spaces, line ends and comments.
func (p *plainReader) blank() {
	for p.at < len(p.src) {
		switch p.src[p.at] {
		case ' ', '\t', '\n':
			p.at++
		case '#':
			end := strings.IndexByte(p.src[p.at:], '\n')
			if end < 0 {
				end = len(p.src) - p.at
			}
			p.at += end
		default:
			return
		}
	}
}

func (p *plainReader) spaces() {
	for p.at < len(p.src) && (p.src[p.at] == ' ' || p.src[p.at] == '\t') {
		p.at++
	}
}

func (p *plainReader) take(c byte) bool {
	if p.at < len(p.src) && p.src[p.at] == c {
		p.at++
		return true
	}
	return false
}

// key reads a name without quotes; empty: there is none.
func (p *plainReader) key() string {
	start := p.at
	for p.at < len(p.src) && isBare(p.src[p.at]) {
		p.at++
	}
	return p.src[start:p.at]
}

// header makes the table of [a] or [a.b], which must not be there; nil: it is,
// or it is named in another way.
func (p *plainReader) header(tree map[string]any) map[string]any {
	p.at++
	name, into := p.key(), tree
	if p.take('.') {
		switch outer := tree[name].(type) {
		case nil:
			into = make(map[string]any)
			tree[name] = into
		case map[string]any:
			into = outer
		default:
			return nil
		}
		if name == "" {
			return nil
		}
		name = p.key()
	}
	if _, twice := into[name]; name == "" || twice || !p.take(']') {
		return nil
	}
	table := make(map[string]any)
	into[name] = table
	return table
}

func (p *plainReader) value() (any, bool) {
	if p.at == len(p.src) {
		return nil, false
	}
	switch c := p.src[p.at]; {
	case c == '"' || c == '\'':
		return p.text()
	case c == '[':
		return p.list(true)
	case c == '{':
		return p.inline()
	case '1' <= c && c <= '9':
		return p.number()
	case p.word("true"):
		return true, true
	case p.word("false"):
		return false, true
	}
	return nil, false
}

// word takes a word that ends where a value may.
func (p *plainReader) word(w string) bool {
	rest, ok := strings.CutPrefix(p.src[p.at:], w)
	if !ok || rest != "" && isBare(rest[0]) {
		return false
	}
	p.at += len(w)
	return true
}

// text reads a string on one line; of escapes it knows the usual ones.
func (p *plainReader) text() (any, bool) {
	if strings.HasPrefix(p.src[p.at:], `"""`) || strings.HasPrefix(p.src[p.at:], `'''`) {
		return nil, false
	}
	start := p.at
	lit, next, ok := readLiteral(p.src, start)
	if !ok {
		return nil, false
	}
	p.at = next
	inside := p.src[lit.start:lit.end]
	if !lit.basic {
		return inside, true
	}
	for i := 0; i < len(inside); i++ {
		if inside[i] != '\\' {
			continue
		}
		if i++; strings.IndexByte(`"\nt`, inside[i]) < 0 {
			return nil, false
		}
	}
	return lit.unquote(p.src), true
}

// list reads a list of strings or, if they may stand there, of tables. It may
// go over several lines.
func (p *plainReader) list(tables bool) (any, bool) {
	p.at++
	out := []any{}
	for {
		p.blank()
		if p.take(']') {
			return out, true
		}
		if p.at == len(p.src) {
			return nil, false
		}
		var v any
		ok := false
		switch c := p.src[p.at]; {
		case c == '"' || c == '\'':
			v, ok = p.text()
		case c == '{' && tables:
			v, ok = p.inline()
		}
		if !ok {
			return nil, false
		}
		out = append(out, v)
		if p.blank(); !p.take(',') && (p.at == len(p.src) || p.src[p.at] != ']') {
			return nil, false
		}
	}
}

// inline reads a table of strings and lists of strings on one line.
func (p *plainReader) inline() (any, bool) {
	p.at++
	out := make(map[string]any)
	for {
		p.spaces()
		key := p.key()
		p.spaces()
		if _, twice := out[key]; key == "" || twice || !p.take('=') {
			return nil, false
		}
		if p.spaces(); p.at == len(p.src) {
			return nil, false
		}
		var v any
		ok := false
		switch p.src[p.at] {
		case '"', '\'':
			v, ok = p.text()
		case '[':
			v, ok = p.list(false)
		}
		if !ok {
			return nil, false
		}
		out[key] = v
		if p.spaces(); p.take('}') {
			return out, true
		}
		if !p.take(',') {
			return nil, false
		}
	}
}

// number reads a date, or an integer that is not signed.
func (p *plainReader) number() (any, bool) {
	word := p.key()
	if p.at < len(p.src) && strings.IndexByte(" \t\n#", p.src[p.at]) < 0 || len(word) > len(time.DateOnly) {
		return nil, false
	}
	if len(word) == len(time.DateOnly) && word[4] == '-' {
		if p.at < len(p.src) && p.src[p.at] == ' ' {
			return nil, false // a time may follow
		}
		date, err := time.Parse(time.DateOnly, word)
		return date, err == nil
	}
	n := int64(0)
	for _, c := range []byte(word) {
		if c < '0' || c > '9' {
			return nil, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}
