package tomlfile

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
	"weak"

	"portolan/generator/diag"
)

// Index answers where the keys and values of one file stand. It is not changed
// after Decode and may be used by several goroutines at once.
//
// A path is written with dots and indexes: "flow.web-ui.from[1]". Of a path
// that does not stand in the file, the part that does is answered; of a file
// that could not be read, its beginning.
type Index struct {
	// places are found again when they are asked for, and kept until memory
	// is short: of most files nobody asks, and they take more than the text.
	places func() *places
}

var _ diag.Locator = (*Index)(nil)

// At returns where the value stands: of a table its header, of an inline table
// its brace, of a table that only longer headers imply the first of them.
func (x *Index) At(path string) diag.Pos {
	p := x.places()
	return p.pos(int(p.nodes[p.find(path)].value))
}

// Key returns where the key stands, in a header the last part of its name; of
// a list's element, where the element stands.
func (x *Index) Key(path string) diag.Pos {
	p := x.places()
	return p.pos(int(p.nodes[p.find(path)].key))
}

// Offset returns the place of a byte inside a text, counted from the text's
// start after its escapes are read; of a value that is no text, its start.
func (x *Index) Offset(path string, bytes int) diag.Pos {
	p := x.places()
	return p.pos(p.offset(p.find(path), bytes))
}

// later is an index that scans the text again when it is asked.
func later(file, src string) *Index {
	var mu sync.Mutex
	var last weak.Pointer[places]
	return &Index{func() *places {
		mu.Lock()
		defer mu.Unlock()
		if p := last.Value(); p != nil {
			return p
		}
		p := begin(file, src)
		p.nodes = scan(src).nodes
		last = weak.Make(p)
		return p
	}}
}

// places are the keys and values of one file.
type places struct {
	file  string
	src   string
	lines []int32 // where each line begins
	nodes []node
}

func (x *places) offset(n int32, bytes int) int {
	at := int(x.nodes[n].value)
	if lit, ok := x.literal(n); ok {
		return lit.offset(x.src, bytes)
	}
	return at
}

// literal returns the string that is the node's value; false if it is none.
func (x *places) literal(n int32) (literal, bool) {
	at := int(x.nodes[n].value)
	if x.nodes[n].kind != leaf || at >= len(x.src) || x.src[at] != '"' && x.src[at] != '\'' {
		return literal{}, false
	}
	lit, _, ok := readLiteral(x.src, at)
	return lit, ok
}

// bare returns a value that is neither string, list nor table as written.
func (x *places) bare(n int32) string {
	raw := x.src[x.nodes[n].value:]
	if end := strings.IndexAny(raw, ",]}#\r\n"); end >= 0 {
		raw = raw[:end]
	}
	return strings.TrimRight(raw, " \t")
}

func (x *places) name(n int32) string { return name(x.src, x.nodes[n].key, x.nodes[n].keyLen) }

// children counts the node's children.
func (x *places) children(n int32) (count int) {
	for c := x.nodes[n].first; c != 0; c = x.nodes[c].next {
		count++
	}
	return count
}

// find returns the node that the path names, or the one that the longest part
// of it names.
func (x *places) find(path string) int32 {
	n, _ := x.reach(root, path, maxDepth)
	return n
}

// reach follows the path from n and tells how much of it was left over. A name
// may hold dots and brackets itself, so each of them is tried as its end.
func (x *places) reach(n int32, path string, depth int) (best int32, left int) {
	best, left = n, len(path)
	if path == "" || depth == 0 {
		return best, left
	}
	if path[0] == '[' {
		if child, rest, ok := x.element(n, path); ok {
			return x.reach(child, rest, depth-1)
		}
	}
	for c := x.nodes[n].first; c != 0; c = x.nodes[c].next {
		rest, ok := strings.CutPrefix(path, x.name(c))
		switch {
		case x.nodes[c].keyLen == 0 || !ok:
			continue
		case strings.HasPrefix(rest, "."):
			rest = rest[1:]
		case rest != "" && rest[0] != '[':
			continue
		}
		if got, more := x.reach(c, rest, depth-1); more < left {
			best, left = got, more
		}
	}
	return best, left
}

// element follows an index. A value that stands for a list of one is its own
// first element.
func (x *places) element(n int32, path string) (child int32, rest string, ok bool) {
	digits, rest, _ := strings.Cut(path[1:], "]")
	i, err := strconv.Atoi(digits)
	if err != nil || i < 0 {
		return 0, "", false
	}
	rest = strings.TrimPrefix(rest, ".")
	switch x.nodes[n].kind {
	case leaf, inline:
		return n, rest, i == 0
	case list, table, tables:
	}
	for c := x.nodes[n].first; c != 0; c = x.nodes[c].next {
		if i == 0 {
			return c, rest, x.nodes[c].keyLen == 0
		}
		i--
	}
	return 0, "", false
}

// begin returns the places of a file that is not scanned yet.
func begin(file, src string) *places {
	x := &places{file: file, src: src, nodes: make([]node, 1)}
	x.lines = make([]int32, 1, strings.Count(src, "\n")+1)
	for i := 0; ; {
		n := strings.IndexByte(src[i:], '\n')
		if n < 0 {
			return x
		}
		i += n + 1
		x.lines = append(x.lines, int32(i))
	}
}

// pos turns a byte offset into a position, taking one outside the file for
// the nearest inside.
func (x *places) pos(at int) diag.Pos {
	at = min(max(at, 0), len(x.src))
	for back := 1; back < utf8.UTFMax && back <= at; back++ { // out of a character's middle
		if _, n := utf8.DecodeRuneInString(x.src[at-back:]); n > back {
			at -= back
			break
		}
	}
	line, found := slices.BinarySearch(x.lines, int32(at))
	if !found {
		line--
	}
	return diag.Pos{File: x.file, Line: line + 1, Col: utf8.RuneCountInString(x.src[x.lines[line]:at]) + 1}
}
