package tomlfile

import (
	"fmt"

	"github.com/BurntSushi/toml"
)

// Keys returns the parser's list of keys and the scanner's, and whether the
// parser takes the text. Further, what the trees of both disagree in, if they do.
func Keys(src string) (parser, scanner []string, difference string, valid bool) {
	var tree map[string]any
	meta, err := toml.Decode(src, &tree)
	if err != nil {
		return nil, nil, "", false
	}
	for _, k := range meta.Keys() {
		parser = append(parser, fmt.Sprintf("%q", []string(k)))
	}
	s := scan(src)
	if s.twice {
		return nil, nil, "", false
	}
	parent := make([]int32, len(s.nodes))
	for n := range s.nodes {
		for c := s.nodes[n].first; c != 0; c = s.nodes[c].next {
			parent[c] = int32(n)
		}
	}
	x := &places{src: src, nodes: s.nodes}
	for _, n := range s.order {
		var path []string
		for ; n != root; n = parent[n] {
			if s.nodes[n].keyLen > 0 {
				path = append([]string{x.name(n)}, path...)
			}
		}
		scanner = append(scanner, fmt.Sprintf("%q", path))
	}
	return parser, scanner, x.differs(root, tree), true
}

// differs holds the scanned tree against the parsed one.
func (x *places) differs(n int32, v any) string {
	at := fmt.Sprintf("node %d at byte %d: ", n, x.nodes[n].value)
	switch v := v.(type) {
	case map[string]any:
		if got := x.children(n); got != len(v) {
			return at + fmt.Sprintf("%d keys, want %d", got, len(v))
		}
		for c := x.nodes[n].first; c != 0; c = x.nodes[c].next {
			inner, ok := v[x.name(c)]
			if !ok {
				return at + fmt.Sprintf("key %q", x.name(c))
			}
			if d := x.differs(c, inner); d != "" {
				return d
			}
		}
	case []map[string]any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = v[i]
		}
		return x.differs(n, list)
	case []any:
		if got := x.children(n); got != len(v) {
			return at + fmt.Sprintf("%d elements, want %d", got, len(v))
		}
		i := 0
		for c := x.nodes[n].first; c != 0; c = x.nodes[c].next {
			if d := x.differs(c, v[i]); d != "" {
				return d
			}
			i++
		}
	case string:
		lit, ok := x.literal(n)
		if !ok {
			return at + "no literal"
		}
		if got := lit.unquote(x.src); got != v {
			return at + fmt.Sprintf("text %q, want %q", got, v)
		}
		if got := lit.offset(x.src, len(v)); got != lit.end {
			return at + fmt.Sprintf("text ends at %d, want %d", got, lit.end)
		}
	}
	return ""
}
