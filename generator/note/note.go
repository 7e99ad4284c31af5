// Package note holds the short Markdown texts inside data as a small closed
// tree, and prints it.
//
// note/markdown makes the tree; a printer of any format walks it and never
// meets raw markup: what is not one of the types below does not exist here.
package note

import (
	"strconv"
	"strings"
)

// Note is one text. Its zero value is empty.
type Note struct {
	// Source is the Markdown as the data file writes it.
	Source string
	// Blocks is what it means; empty until note/markdown has parsed it.
	Blocks []Block
}

// UnmarshalText keeps the source; parsing is note/markdown's.
func (n *Note) UnmarshalText(text []byte) error {
	n.Source = string(text)
	return nil
}

// IsZero tells whether there is no text.
func (n Note) IsZero() bool { return n.Source == "" }

// Block is a *Paragraph or a *List.
type Block interface{ block() }

// Paragraph is a run of inline text.
type Paragraph struct{ Inlines []Inline }

// List has one or more items; Start is the first number of an ordered one.
type List struct {
	Ordered bool
	Start   int
	Items   [][]Block
}

func (*Paragraph) block() {}
func (*List) block()      {}

// Inline is a Text, Code, *Strong, *Emphasis, *Link or Break.
type Inline interface{ inline() }

// Text is plain text, entities decoded.
type Text string

// Code is text to be shown as typed.
type Code string

// Strong is important text.
type Strong struct{ Inlines []Inline }

// Emphasis is stressed text.
type Emphasis struct{ Inlines []Inline }

// Link leads to URL: http, https, mailto, or a path of the site itself that
// begins with a slash.
type Link struct {
	URL     string
	Inlines []Inline
}

// Break is a forced line break.
type Break struct{}

func (Text) inline()      {}
func (Code) inline()      {}
func (*Strong) inline()   {}
func (*Emphasis) inline() {}
func (*Link) inline()     {}
func (Break) inline()     {}

// Of returns one paragraph of plain text, or nothing for "".
func Of(text string) []Block {
	if text == "" {
		return nil
	}
	return []Block{&Paragraph{[]Inline{Text(text)}}}
}

// Plain returns the text without its markup: paragraphs and items on lines of
// their own, list items marked with "- " or their number and indented as deep
// as their first line's text.
func Plain(blocks []Block) string {
	var b strings.Builder
	for i, bl := range blocks {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch bl := bl.(type) {
		case *Paragraph:
			b.WriteString(PlainInlines(bl.Inlines))
		case *List:
			plainList(&b, bl)
		}
	}
	return b.String()
}

func plainList(b *strings.Builder, l *List) {
	for i, item := range l.Items {
		if i > 0 {
			b.WriteByte('\n')
		}
		mark := "- "
		if l.Ordered {
			mark = strconv.Itoa(l.Start+i) + ". "
		}
		b.WriteString(mark)
		b.WriteString(strings.ReplaceAll(Plain(item), "\n", "\n"+strings.Repeat(" ", len(mark))))
	}
}

// PlainInlines returns the text of inlines without markup; a break is a newline.
func PlainInlines(list []Inline) string {
	var b strings.Builder
	for _, in := range list {
		switch in := in.(type) {
		case Text:
			b.WriteString(string(in))
		case Code:
			b.WriteString(string(in))
		case *Strong:
			b.WriteString(PlainInlines(in.Inlines))
		case *Emphasis:
			b.WriteString(PlainInlines(in.Inlines))
		case *Link:
			b.WriteString(PlainInlines(in.Inlines))
		case Break:
			b.WriteByte('\n')
		}
	}
	return b.String()
}
