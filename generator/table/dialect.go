package table

import (
	"io"

	"portolan/generator/diag"
)

// A Dialect spells tables in one format. Render takes a table that [Lower]
// has fitted to its Info; [Write] does both.
type Dialect interface {
	Info() Info
	Render(w io.Writer, t *Table) error
}

// Info is what a format is and can do; plain data, held against a table
// before the dialect sees it.
type Info struct {
	// ID is the format's public name: "md", "raw.csv".
	ID string
	// Title is what people call it.
	Title string
	// Extension is that of its files, without the leading dot.
	Extension string
	// MediaType is what a web server should say that its files are.
	MediaType string
	// Binary tells that its files are no text.
	Binary bool
	// For is whom its files are for.
	For Use
	// Can is what a cell and a table of it can carry.
	Can Ability
	// Swap is pairs of characters: one that no cell can hold, and the one to
	// be written in its place: "|¦".
	Swap string
	// NotInCode, NotInLink and NotInMark are characters that text as typed, the
	// text of a link, and strong or stressed text cannot hold. With one of them
	// it is running text.
	NotInCode, NotInLink, NotInMark string
	// Before and After are the characters that may stand right before and
	// right after strong, stressed and typed text, the ends of a line aside.
	// Empty: any may.
	Before, After string
}

// Use is whom a format is for, in words for a heading.
type Use string

// The uses, and [Uses] in order.
const (
	ForWikis     Use = "Wikis"
	ForDocuments Use = "Documents"
	ForData      Use = "Sheets and programs"
)

// Uses lists the uses.
func Uses() []Use { return []Use{ForWikis, ForDocuments, ForData} }

// Ability is a set of things that a format can carry.
type Ability uint16

// The abilities.
const (
	CanLink      Ability = 1 << iota // a link in running text
	CanCode                          // text shown as typed
	CanStrong                        // important text
	CanEmphasize                     // stressed text
	CanNest                          // markup inside strong or stressed text and links
	CanBreak                         // a line break in a cell
	CanParagraph                     // several paragraphs in a cell
	CanList                          // a list in a cell
	CanGroup                         // headings between rows
	CanCite                          // a line of text beside the table

	// CanMarkUp is everything that running text is made of.
	CanMarkUp = CanLink | CanCode | CanStrong | CanEmphasize | CanNest
	// CanAll is everything.
	CanAll = CanMarkUp | CanBreak | CanParagraph | CanList | CanGroup | CanCite
)

// Has tells whether all of the abilities are there.
func (a Ability) Has(b Ability) bool { return a&b == b }

// Write renders a table in a dialect, fitted to it first. What the format
// cannot carry is told to the sink.
func Write(w io.Writer, d Dialect, t *Table, sink diag.Sink) error {
	return d.Render(w, Lower(t, d.Info(), sink))
}
