// Package markdown reads the Markdown of notes into note's closed tree. A note
// means what CommonMark says of it, or is refused with a fault: nothing that
// the tree cannot hold is dropped in silence.
//
// It drives github.com/gomarkdown/markdown/parser through that parser's own
// extension points, a block hook and inline callbacks, which answer for every
// block and every special character: the built-in ones depart from CommonMark
// (lists, emphasis, escapes, entities, code spans). Links of bare http and
// https addresses are the one addition to CommonMark.
package markdown

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gomarkdown/markdown/ast"
	"github.com/gomarkdown/markdown/parser"

	"portolan/generator/note"
)

// MaxBytes is the longest note that is parsed.
const MaxBytes = 8 << 10

// maxDepth bounds lists inside lists, and emphasis inside emphasis. The
// parser below would drop what is nested deeper than 64 without a word.
const maxDepth = 8

// The codes of a Fault.
const (
	CodeHTML        = "note-html"
	CodeImage       = "note-image"
	CodeHeading     = "note-heading"
	CodeURL         = "note-url"
	CodeUnsupported = "note-unsupported"
	CodeTooLong     = "note-too-long"
)

// Fault is one thing that a note may not contain. Offset counts bytes of the
// source and is found by search: of two equal faults in one line it may name
// the wrong one.
type Fault struct {
	Offset int
	Code   string
	Text   string
	Hint   string
}

// Parse reads a note. With any fault the tree is nil; the faults are sorted by
// offset. White space alone is a note without blocks.
func Parse(src string) ([]note.Block, []Fault) {
	if len(src) > MaxBytes {
		text := "a note of " + strconv.Itoa(len(src)) + " bytes; at most " + strconv.Itoa(MaxBytes) + " are read"
		return nil, []Fault{{Offset: MaxBytes, Code: CodeTooLong, Text: text, Hint: "move the text to a page of content/ and link to it"}}
	}
	r := &reader{src: src, found: make(map[string]int)}
	blocks := r.blocks(r.parse().GetChildren(), 0)
	if len(r.faults) > 0 {
		slices.SortStableFunc(r.faults, func(a, b Fault) int { return cmp.Compare(a.Offset, b.Offset) })
		return nil, r.faults
	}
	return blocks, nil
}

// reader parses one note.
type reader struct {
	src    string
	faults []Fault
	found  map[string]int // of what was searched for, where to search on
}

// parse gives a tree of *item and *ast.Paragraph, the latter with its inline
// text still unparsed in Content.
func (r *reader) parse() ast.Node {
	p := parser.NewWithExtensions(parser.NoExtensions)
	p.Opts.ParserHook = r.block
	p.Block(prepare(r.src))
	return p.Doc
}

// refuse adds a fault about literal, a piece of the source.
func (r *reader) refuse(literal, code, text, hint string) {
	literal, _, _ = strings.Cut(strings.TrimLeft(literal, " "), "\n")
	literal = strings.TrimRight(literal, " ")
	from := r.found[literal]
	at := strings.Index(r.src[from:], literal)
	if at < 0 || literal == "" {
		from, at = 0, max(0, strings.Index(r.src, literal))
	}
	r.found[literal] = min(from+at+len(literal), len(r.src))
	r.faults = append(r.faults, Fault{Offset: from + at, Code: code, Text: text, Hint: hint})
}

// blocks turns the parser's nodes into note's. Neighbouring items of one kind
// of marker are a list.
func (r *reader) blocks(nodes []ast.Node, depth int) []note.Block {
	var out []note.Block
	var list *note.List
	var marker byte
	for _, n := range nodes {
		switch n := n.(type) {
		case *item:
			if depth == maxDepth {
				r.refuse(n.line, CodeUnsupported, "lists nested too deeply", "")
				return out
			}
			if list == nil || marker != n.marker {
				list = &note.List{Ordered: n.ordered, Start: n.start}
				marker = n.marker
				out = append(out, list)
			}
			content := r.blocks(n.Children, depth+1)
			if len(content) == 0 && len(r.faults) == 0 {
				r.refuse(n.line, CodeUnsupported, "a list item without text", "")
			}
			list.Items = append(list.Items, content)
		case *ast.Paragraph:
			list = nil
			if inlines := r.inlines(n.Content); len(inlines) > 0 {
				out = append(out, &note.Paragraph{Inlines: inlines})
			}
		}
	}
	return out
}
