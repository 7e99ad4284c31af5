// Package table is the neutral form of every table that the site shows and
// that people copy: port requirements, the matrix, the connections of a
// network.
//
// A builder ([Requirements], [Matrix], [Network]) makes a [Table] of
// paragraphs, lists and links, one flow a row, no cell spanning another.
// [Lower] fits it to what a format can carry, and a [Dialect] only spells it.
// A Table is not changed after construction: every pass returns its own.
package table

import (
	"strings"
	"unicode/utf8"

	"portolan/generator/diag"
	"portolan/generator/note"
)

// Table is one table. Every row has one cell per column.
type Table struct {
	// ID names the table on its page.
	ID string
	// Title says what it shows, without a final period.
	Title string
	// Columns are in order of reading.
	Columns []Column
	// Groups hold the rows; a table that is not grouped has one group
	// without a title.
	Groups []Group
	// GroupBy names what the groups are told apart by. Where a format cannot
	// show groups and no column has this id, [Lower] adds the column.
	GroupBy Column
	// Provenance says where a copy comes from.
	Provenance Provenance
	// Links answers the address of a path of the site; nil: the site's
	// address is not known and such links are plain text.
	Links Links
	// At is the place in the data that faults of the table are told at.
	At diag.Pos
}

// Column is one column.
type Column struct {
	// ID is stable: the key in JSON and the class on the page.
	ID    string
	Title string
	// Kind tells how the column is to be set.
	Kind Kind
	// Link is the site's page of what the column is about; empty: none.
	Link string
}

// Kind is what the cells of a column are.
type Kind uint8

// The kinds of column.
const (
	Prose    Kind = iota // sentences
	Label                // what names the row; at most one column of a table
	Term                 // a word out of a few
	Party                // who takes part
	Ports                // numbers, not to be broken across lines
	Citation             // documents
)

// Group is rows that belong together under a title.
type Group struct {
	ID    string
	Title string
	Rows  []Row
}

// Row is one line.
type Row struct {
	// ID is the anchor, unique in the table.
	ID    string
	Cells []Cell
	// Attrs are facts of the row that a page filters by, in a fixed order.
	Attrs []Attr
}

// Attr is one fact of a row. Name is lower case letters.
type Attr struct{ Name, Value string }

// Attr is the fact of that name, "" if the row has none.
func (r *Row) Attr(name string) string {
	for _, a := range r.Attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Cell is what stands in one column of one row.
type Cell struct {
	// Blocks is the text; empty: nothing is stated.
	Blocks []note.Block
	// Term is the data's word behind a cell of kind Term, such as
	// "conditional"; empty for all others.
	Term string
}

// IsZero tells whether nothing stands in the cell.
func (c Cell) IsZero() bool { return len(c.Blocks) == 0 }

// Plain is the cell's text without markup.
func (c Cell) Plain() string {
	if len(c.Blocks) == 1 {
		if p, ok := c.Blocks[0].(*note.Paragraph); ok && len(p.Inlines) == 1 {
			if text, ok := p.Inlines[0].(note.Text); ok {
				return string(text)
			}
		}
	}
	return note.Plain(c.Blocks)
}

// Provenance says what a copy is a copy of.
type Provenance struct {
	// Title is the table's.
	Title string
	// DataVersion is the content hash of the data: of a table about one
	// product that product's, so that a copy is not outdated by other facts.
	DataVersion string
	// Reviewed is when the facts were last held against their sources, of
	// several products the longest ago; empty: not stated.
	Reviewed string
	// Sources are the documents behind the rows.
	Sources []Source
	// URL is the site's path where the table stands.
	URL string
	// Lost is what the copy could not carry, in a word each; [Lower] sets it.
	Lost []string
}

// Source is a document that rows are taken from.
type Source struct {
	Title, Publisher, URL, Retrieved, DocumentVersion string
}

// ShortVersion is the part of the data version that people are shown.
func (p Provenance) ShortVersion() string { return p.DataVersion[:min(12, len(p.DataVersion))] }

// Text is the line that every copy carries, without its address:
// "LiquidFiles: required ports. portolan data 3f2a9c01bd34, reviewed 2026-11-21".
func (p Provenance) Text() string {
	s := p.Title + ". portolan data " + p.ShortVersion()
	if p.DataVersion == "" {
		s = p.Title + ". portolan"
	}
	if p.Reviewed != "" {
		s += ", reviewed " + p.Reviewed
	}
	if len(p.Lost) > 0 {
		s += ", without " + strings.Join(p.Lost, ", ")
	}
	return clean(s)
}

// CopyURL is the absolute address at which the table's current state stands;
// empty: the site's address is not known.
func (t *Table) CopyURL() string {
	if u := t.Href(t.Provenance.URL); strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://") {
		return u
	}
	return ""
}

// ProvenanceLine is [Provenance.Text] with the address where it is known.
func (t *Table) ProvenanceLine() string {
	if u := t.CopyURL(); u != "" {
		return t.Provenance.Text() + ", " + u
	}
	return t.Provenance.Text()
}

// WithLinks returns the table with its site paths answered by links.
func (t *Table) WithLinks(links Links) *Table {
	out := *t
	out.Links = links
	return &out
}

// Rows counts the rows of all groups.
func (t *Table) Rows() int {
	n := 0
	for i := range t.Groups {
		n += len(t.Groups[i].Rows)
	}
	return n
}

// Column returns the index of the column with that id, -1 if there is none.
func (t *Table) Column(id string) int {
	for i := range t.Columns {
		if t.Columns[i].ID == id {
			return i
		}
	}
	return -1
}

// Links answers where a path of the site ("/ports/tcp/443/") is, seen from
// where the table will stand; "" makes the link plain text.
type Links func(path string) string

// Absolute answers with addresses below a base such as
// "https://ports.example/". An empty base answers nothing.
func Absolute(base string) Links {
	if base == "" {
		return nil
	}
	base = strings.TrimSuffix(base, "/")
	return func(path string) string { return base + path }
}

// Href is the address that a link is written with: a site path answered by
// Links, or an address of a scheme that is safe to follow. It is "" for
// everything else, and then the link's text stands alone. No character of it
// means anything to any format.
func (t *Table) Href(url string) string {
	switch {
	case strings.HasPrefix(url, "/") && !strings.HasPrefix(url, "//"):
		if t.Links == nil {
			return ""
		}
		return encode(t.Links(url))
	case safeScheme(url):
		return encode(url)
	}
	return ""
}

// safeScheme tells whether a link to the address can be followed from
// anywhere without doing harm.
func safeScheme(url string) bool {
	scheme, rest, ok := strings.Cut(url, ":")
	if !ok {
		return false
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp":
		// An address in brackets could not be told from a format's own brackets.
		return strings.HasPrefix(rest, "//") && len(rest) > 2 && !strings.HasPrefix(rest, "//[")
	case "mailto":
		return rest != ""
	}
	return false
}

const hexDigits = "0123456789ABCDEF"

// encode writes percent escapes for whatever some format could take for its own.
func encode(url string) string {
	n := 0
	for i := range len(url) {
		if mustEncode(url[i]) {
			n++
		}
	}
	if n == 0 {
		return url
	}
	out := make([]byte, 0, len(url)+2*n)
	for i := range len(url) {
		if c := url[i]; mustEncode(c) {
			out = append(out, '%', hexDigits[c>>4], hexDigits[c&15])
		} else {
			out = append(out, c)
		}
	}
	return string(out)
}

func mustEncode(c byte) bool {
	return c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>[]{}|\\^`()*'", c) >= 0
}

// clean returns text that every format can carry: valid UTF-8 on one line,
// without control characters.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfeff:
			return -1
		case r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef: // not characters
			return utf8.RuneError
		}
		return r // an invalid byte arrives here as U+FFFD
	}, s)
}

func isClean(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return s[i] >= 0x80 && utf8.ValidString(s) && isCleanText(s)
		}
	}
	return true
}

func isCleanText(s string) bool {
	for _, r := range s {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff ||
			r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef {
			return false
		}
	}
	return true
}
