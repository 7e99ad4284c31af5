// Package tomlfile decodes one TOML file strictly and tells every fault of it
// at its line and column.
//
// The parser answers only what the values are, as a generic tree. Where they
// stand is found by a scanner of our own, and one walk over the tree beside
// the target type checks and fills it, so that nothing stops at the first
// fault and nothing is decoded twice. Only a syntax error is told alone, since
// nothing after it can be trusted. No input makes the package panic, and
// hostile ones are refused before the parser meets them.
//
// # Tags
//
// A target is a struct; a field without a tag is not read.
//
//	toml:"name"            the key
//	toml:"name,required"   a file without it, or with an empty text, is at fault
//	toml:"name,keyed"      a slice of structs, in the file the tables [name.ID] in their order
//	toml:",key"            takes the ID of such a table
//	toml:"-"               is not read
//
// Fields are strings, booleans, integers, pointers to them, structs, maps from
// strings, slices (a single value may stand for a list of one), and types that
// read their own text (encoding.TextUnmarshaler; a string type among them takes
// TOML's local dates too). A string type with a method Values() []string takes
// only those values.
package tomlfile

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"portolan/generator/diag"
)

const (
	// MaxSize is the largest file that is read, in bytes.
	MaxSize = 4 << 20
	// maxDepth is how deeply tables and lists may be nested.
	maxDepth = 32
	// maxFaults is how many faults of one file are told.
	maxFaults = 1000
)

// Decode reads a file's content into a new T. All faults go to the sink, and
// after any of them the *T is nil. The *Index is never nil.
func Decode[T any](file string, src []byte, sink diag.Sink) (*T, *Index) {
	x, tree := read(file, src, sink)
	now := &Index{func() *places { return x }}
	if tree == nil {
		return nil, now
	}
	out := new(T)
	w := &walker{x: x, sink: sink}
	w.structure(root, tree, reflect.ValueOf(out).Elem())
	if !w.finish() {
		return nil, now
	}
	return out, later(file, x.src)
}

// read returns the file's places and its values, nil after a fault.
func read(file string, src []byte, sink diag.Sink) (*places, map[string]any) {
	if len(src) > MaxSize {
		diag.Errorf(sink, diag.Pos{File: file}, "too-large", "the file is larger than %d MiB, the most that is read", MaxSize>>20)
		return begin(file, ""), nil
	}
	text := strings.TrimPrefix(string(src), "\uFEFF")
	x := begin(file, text)
	if at, code, fault := badByte(text); fault != "" {
		diag.Errorf(sink, x.pos(at), code, "%s", fault)
		return x, nil
	}
	s := scan(text)
	x.nodes = s.nodes
	if s.deep {
		diag.Errorf(sink, x.pos(s.at), "too-deep", "tables and lists are nested more than %d deep", maxDepth)
		return x, nil
	}
	if rest := text[s.at:]; strings.Count(rest, "[")+strings.Count(rest, "{") > 10_000 {
		// The scanner gave up, so the nesting is not known; the parser recurses.
		diag.Errorf(sink, x.pos(s.at), "toml-syntax", "this is not TOML")
		return x, nil
	}
	tree, at, fault := parse(text)
	switch {
	case fault != "" || s.done:
	case s.twice:
		key, n, _ := s.keyPart()
		tree, at, fault = nil, s.at-n, fmt.Sprintf("key %q is defined twice", name(text, int32(key), int32(n)))
	default:
		tree, at, fault = nil, s.at, "this is not TOML"
	}
	if fault != "" {
		diag.Errorf(sink, x.pos(at), "toml-syntax", "%s", fault)
	}
	return x, tree
}

// parse returns the values, or what is wrong with the text and at which byte.
func parse(text string) (tree map[string]any, at int, fault string) {
	defer func() {
		if r := recover(); r != nil { // the parser panics where it doubts itself
			tree, at, fault = nil, 0, "the file cannot be read as TOML"
		}
	}()
	tree = make(map[string]any)
	_, err := toml.Decode(text, &tree)
	if err == nil {
		return tree, 0, ""
	}
	var syntax toml.ParseError
	if !errors.As(err, &syntax) {
		return nil, 0, err.Error()
	}
	at, end := syntax.Position.Start, syntax.Position.Start+syntax.Position.Len
	for at >= 0 && at < min(end, len(text))-1 && (text[at] == ' ' || text[at] == '\t') {
		at++ // what the parser skipped before it met the fault
	}
	return nil, at, lowerFirst(strings.TrimSuffix(syntax.Message, "."))
}

// badByte finds the first byte that no TOML file may hold; fault is empty
// where there is none. The parser would tell it too, one column off.
func badByte(text string) (at int, code, fault string) {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && n == 1 {
				return i, "not-utf8", fmt.Sprintf("byte 0x%02x is not UTF-8", c)
			}
			i += n
			continue
		case c == '\r' && !strings.HasPrefix(text[i:], "\r\n"), c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0x7f:
			return i, "toml-syntax", fmt.Sprintf("control character U+%04X", c)
		}
		i++
	}
	return 0, "", ""
}

// lowerFirst makes a sentence's first letter small, unless it begins a name in capitals.
func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(next) {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}
