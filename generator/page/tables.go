package page

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// Table is a table of a Markdown document as plain text.
type Table struct {
	// Rows are the header and the rows below it; each has as many cells as
	// the header.
	Rows []TableRow
}

// TableRow is one line of a table.
type TableRow struct {
	// Line counts from 1.
	Line  int
	Cells []string
}

// Tables reads the tables of any Markdown document, in order. What is not a
// table is passed over; "<br>" in a cell is a line break.
func Tables(source []byte) []Table {
	source = bytes.ReplaceAll(bytes.ReplaceAll(source, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	p := &Page{source: clean(source)}
	lines := newLines("", 1, p.source)
	p.doc = markdown().Parser().Parse(text.NewReader(p.source))
	var out []Table
	_ = ast.Walk(p.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Kind() != table.KindTable || !entering {
			return ast.WalkContinue, nil
		}
		var t Table
		for row := n.FirstChild(); row != nil; row = row.NextSibling() {
			r := TableRow{Line: lines.at(row.Pos()).Line}
			for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
				r.Cells = append(r.Cells, p.cell(cell))
			}
			t.Rows = append(t.Rows, r)
		}
		out = append(out, t)
		return ast.WalkSkipChildren, nil
	})
	return out
}

// cell is the text of a cell with its line breaks.
func (p *Page) cell(cell ast.Node) string {
	var parts []string
	line := ast.NewParagraph()
	end := func() { parts = append(parts, p.plain(line)); line = ast.NewParagraph() }
	for c := cell.FirstChild(); c != nil; {
		next := c.NextSibling()
		if raw, ok := c.(*ast.RawHTML); ok {
			if strings.HasPrefix(strings.ToLower(string(raw.Segments.Value(p.source))), "<br") {
				end()
			}
		} else {
			line.AppendChild(line, c)
		}
		c = next
	}
	end()
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// widths are the classes of a table's columns by what is the longest in each,
// so that its rows move nothing while they arrive; none for the widest, which
// takes what is left, and for others of more than a line.
func (p *Page) widths(n ast.Node) []string {
	var longest []int
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			at := column(cell)
			if at == len(longest) {
				longest = append(longest, 0)
			}
			longest[at] = max(longest[at], utf8.RuneCountInString(p.plain(cell)))
		}
	}
	out := make([]string, len(longest))
	widest := 0
	for i, n := range longest {
		if n > longest[widest] {
			widest = i
		}
		for _, w := range [...]struct {
			most  int
			class string
		}{{4, "w1"}, {10, "w2"}, {12, "w3"}, {18, "w4"}, {30, "w6"}} {
			if n <= w.most {
				out[i] = w.class
				break
			}
		}
	}
	if len(out) > 0 {
		out[widest] = ""
	}
	return out
}

// column counts the cells before one in its row.
func column(cell ast.Node) int {
	i := 0
	for c := cell.PreviousSibling(); c != nil; c = c.PreviousSibling() {
		i++
	}
	return i
}
