package tomlfile

import "strings"

// root is the node of the file itself.
const root = 0

type kind uint8

const (
	leaf   kind = iota // a string, number, boolean or date
	list               // [ … ]
	inline             // { … }
	table              // [header], or what a dotted key or header implies
	tables             // [[header]]: its children are its elements
)

// node is a key with its value, or an element of a list. Offsets are bytes
// from the file's start; 0 is no node, as the root is nobody's child.
type node struct {
	key, keyLen int32 // as written, with its quotes; of an element, length 0
	value       int32 // of a table the header's bracket, or the implying key
	first, next int32 // first child, next sibling
	kind        kind
	stated      bool // a table with a header of its own
}

// place is how a table may be named again.
type place struct {
	parent int32
	name   string
}

// scanner finds keys and values, and trusts the parser to tell whether they
// are right: it reads whatever has the shape of TOML.
type scanner struct {
	src   string
	at    int // how far it came
	done  bool
	deep  bool // it stopped because of the nesting
	twice bool // it stopped at a key that has a value already, which the parser lets pass
	nodes []node
	last  []int32 // each node's last child
	open  map[place]int32
	order []int32 // each key and header in file order, as the parser lists them
}

func scan(src string) *scanner {
	n := len(src)/24 + 8
	s := &scanner{src: src, open: make(map[place]int32), nodes: make([]node, 0, n), last: make([]int32, 0, n)}
	s.nodes, s.last = append(s.nodes, node{kind: table, stated: true}), append(s.last, 0)
	s.done = s.file()
	return s
}

func (s *scanner) file() bool {
	current, depth := int32(root), 0
	for {
		s.skip(true)
		if s.at == len(s.src) {
			return true
		}
		ok := false
		if s.src[s.at] == '[' {
			current, depth, ok = s.header()
		} else {
			ok = s.pair(current, depth)
		}
		if !ok || !s.lineEnd() {
			return false
		}
	}
}

// header reads [a.b] or [[a.b]] and returns the table that it begins.
func (s *scanner) header() (n int32, depth int, ok bool) {
	start := s.at
	s.at++
	many := s.take('[')
	for {
		s.skip(false)
		key, keyLen, ok := s.keyPart()
		if depth++; !ok || !s.within(depth) {
			return 0, 0, false
		}
		s.skip(false)
		if s.take('.') {
			if n, ok = s.enter(n, key, keyLen, start); !ok {
				return 0, 0, false
			}
			continue
		}
		if !s.take(']') || many && !s.take(']') {
			return 0, 0, false
		}
		n, ok = s.begin(n, key, keyLen, start, many)
		return n, depth + 1, ok
	}
}

// enter returns the table of that name in n for what stands below it.
func (s *scanner) enter(n int32, key, keyLen, value int) (int32, bool) {
	child, ok := s.table(n, key, keyLen, value)
	if s.nodes[child].kind == tables {
		return s.last[child], ok
	}
	return child, ok
}

// table returns the table of that name in n, making it where there is none;
// false where it is an inline table, which cannot be added to.
func (s *scanner) table(n int32, key, keyLen, value int) (int32, bool) {
	at := place{n, name(s.src, int32(key), int32(keyLen))}
	child, ok := s.open[at]
	if !ok {
		child = s.add(n, node{key: int32(key), keyLen: int32(keyLen), value: int32(value), kind: table})
		s.open[at] = child
	}
	if s.nodes[child].kind == inline {
		s.at, s.twice = key, true
		return child, false
	}
	return child, true
}

// begin returns the table that a header states.
func (s *scanner) begin(n int32, key, keyLen, value int, many bool) (int32, bool) {
	child, ok := s.table(n, key, keyLen, value)
	if !ok {
		return child, false
	}
	s.order = append(s.order, child)
	if many {
		s.nodes[child].kind = tables
		return s.add(child, node{key: int32(value), value: int32(value), kind: table, stated: true}), true
	}
	if c := &s.nodes[child]; !c.stated {
		c.key, c.value, c.stated = int32(key), int32(value), true
	}
	return child, true
}

// pair reads a.b = value into the table n.
func (s *scanner) pair(n int32, depth int) bool {
	for {
		key, keyLen, ok := s.keyPart()
		if depth++; !ok || !s.within(depth) {
			return false
		}
		s.skip(false)
		if s.take('.') {
			if n, ok = s.enter(n, key, keyLen, key); !ok {
				return false
			}
			s.skip(false)
			continue
		}
		if !s.take('=') {
			return false
		}
		at := place{n, name(s.src, int32(key), int32(keyLen))}
		if _, ok := s.open[at]; ok {
			s.at, s.twice = key, true
			return false
		}
		child := s.add(n, node{key: int32(key), keyLen: int32(keyLen), stated: true})
		s.order = append(s.order, child)
		s.skip(false)
		ok = s.value(child, depth)
		if s.nodes[child].kind == inline {
			s.open[at] = child
		}
		return ok
	}
}

// value reads the value of node n, which stands depth below the root.
func (s *scanner) value(n int32, depth int) bool {
	s.nodes[n].value = int32(s.at)
	if s.at == len(s.src) {
		return false
	}
	switch s.src[s.at] {
	case '[':
		s.nodes[n].kind = list
		return s.within(depth+1) && s.listed(n, depth+1, ']')
	case '{':
		s.nodes[n].kind = inline
		return s.within(depth+1) && s.listed(n, depth+1, '}')
	case '"', '\'':
		_, next, ok := readLiteral(s.src, s.at)
		s.at = next
		return ok
	}
	end := strings.IndexAny(s.src[s.at:], ",]}#\r\n")
	if end < 0 {
		end = len(s.src) - s.at
	}
	s.at += end
	return end > 0
}

// listed reads a list's elements or an inline table's pairs.
func (s *scanner) listed(n int32, depth int, closing byte) bool {
	s.at++
	for {
		s.skip(true)
		if s.take(closing) {
			return true
		}
		ok := false
		if closing == ']' {
			ok = s.value(s.add(n, node{key: int32(s.at), stated: true}), depth)
		} else {
			ok = s.pair(n, depth-1)
		}
		if !ok {
			return false
		}
		s.skip(true)
		if !s.take(',') && (s.at == len(s.src) || s.src[s.at] != closing) {
			return false
		}
	}
}

// keyPart reads a bare or quoted key, one part of a dotted one.
func (s *scanner) keyPart() (at, length int, ok bool) {
	start := s.at
	if s.at < len(s.src) && (s.src[s.at] == '"' || s.src[s.at] == '\'') {
		_, s.at, ok = readLiteral(s.src, s.at)
		return start, s.at - start, ok
	}
	for s.at < len(s.src) && isBare(s.src[s.at]) {
		s.at++
	}
	return start, s.at - start, s.at > start
}

func isBare(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}

// add makes n the last child of parent.
func (s *scanner) add(parent int32, n node) int32 {
	id := int32(len(s.nodes))
	s.nodes, s.last = append(s.nodes, n), append(s.last, 0)
	if before := s.last[parent]; before != 0 {
		s.nodes[before].next = id
	} else {
		s.nodes[parent].first = id
	}
	s.last[parent] = id
	return id
}

func (s *scanner) within(depth int) bool {
	s.deep = s.deep || depth > maxDepth
	return depth <= maxDepth
}

func (s *scanner) take(c byte) bool {
	if s.at < len(s.src) && s.src[s.at] == c {
		s.at++
		return true
	}
	return false
}

// skip passes over blanks, and over line ends and comments too if lines is set.
func (s *scanner) skip(lines bool) {
	for s.at < len(s.src) {
		switch c := s.src[s.at]; {
		case c == ' ' || c == '\t' || lines && (c == '\r' || c == '\n'):
			s.at++
		case c == '#' && lines:
			s.comment()
		default:
			return
		}
	}
}

func (s *scanner) comment() {
	if end := strings.IndexByte(s.src[s.at:], '\n'); end >= 0 {
		s.at += end
	} else {
		s.at = len(s.src)
	}
}

// lineEnd passes over what may follow a header or a value on its line.
func (s *scanner) lineEnd() bool {
	s.skip(false)
	if s.at < len(s.src) && s.src[s.at] == '#' {
		s.comment()
	}
	return s.at == len(s.src) || s.src[s.at] == '\n' || s.src[s.at] == '\r'
}

// name returns what a key as written means.
func name(src string, key, keyLen int32) string {
	raw := src[key : key+keyLen]
	if raw == "" || raw[0] != '"' && raw[0] != '\'' {
		return raw
	}
	lit, _, _ := readLiteral(src, int(key))
	return lit.unquote(src)
}
