package tabletest

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Reading is how an HTML text is read.
type Reading struct {
	// Leads tells whether a link may lead to an address; nil: to those of
	// [HostileTable] and [Catalog].
	Leads func(href string) bool
	// Elements may be there beside those that tables are made of.
	Elements []atom.Atom
}

// ReadHTML reads the only table of an HTML text as a browser does, and fails
// the test for anything in it that runs, loads or was not meant to be markup.
func ReadHTML(t *testing.T, text string) Grid {
	t.Helper()
	return Reading{}.HTML(t, text)
}

// HTML is [ReadHTML] with its own mind about links and elements.
func (r Reading) HTML(t *testing.T, text string) Grid {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	tables := 0
	var grid Grid
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("a comment: %q", n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		r.checkElement(t, n)
		switch n.DataAtom {
		case atom.Table:
			tables++
		case atom.Tr:
			if row := readRow(n); row != nil {
				grid = append(grid, row)
			}
		}
	}
	if tables != 1 {
		t.Errorf("read %d tables, want 1", tables)
	}
	return grid
}

// allowed are the elements that tables are made of, with those of the document
// around them and those that readers of Markdown add.
var allowed = map[atom.Atom]bool{
	atom.Html: true, atom.Head: true, atom.Body: true, atom.Table: true, atom.Caption: true, atom.Thead: true, atom.Tbody: true,
	atom.Tr: true, atom.Th: true, atom.Td: true, atom.P: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Br: true,
	atom.A: true, atom.Code: true, atom.Strong: true, atom.Em: true,
}

func (r Reading) checkElement(t *testing.T, n *html.Node) {
	t.Helper()
	if !allowed[n.DataAtom] && !slices.Contains(r.Elements, n.DataAtom) {
		t.Errorf("an element <%s> where text was meant: %q", n.Data, cellText(n))
	}
	leads := r.Leads
	if leads == nil {
		leads = ours
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "href" && a.Val == "mailto:"+strings.TrimPrefix(cellText(n), "mailto:"):
			// Some readers of Markdown find mail addresses in text, whatever it takes.
		case a.Key == "href":
			if !leads(a.Val) {
				t.Errorf("a link to %q", a.Val)
			}
		case strings.HasPrefix(a.Key, "on"), a.Key == "src":
			t.Errorf("an attribute %s=%q", a.Key, a.Val)
		}
	}
}

func ours(href string) bool {
	return strings.HasPrefix(href, "https://a.example/") || strings.HasPrefix(href, "https://site.example/ports/") || strings.HasPrefix(href, "https://docs.example/")
}

// readRow reads the cells of a row, nil for a heading over all columns.
func readRow(tr *html.Node) []string {
	var row []string
	for n := range tr.ChildNodes() {
		if n.DataAtom == atom.Td || n.DataAtom == atom.Th {
			for _, a := range n.Attr {
				if a.Key == "colspan" {
					return nil
				}
			}
			row = append(row, strings.TrimSpace(cellText(n)))
		}
	}
	return row
}

// cellText is the text as [note.Plain] writes it: blocks on lines of their
// own, items marked.
func cellText(n *html.Node) string {
	var b strings.Builder
	item := 0
	for _, a := range n.Attr {
		if start, err := strconv.Atoi(a.Val); err == nil && n.DataAtom == atom.Ol && a.Key == "start" {
			item = start - 1
		}
	}
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.DataAtom == atom.Br:
			b.WriteByte('\n')
		case c.DataAtom == atom.Li:
			item++
			if n.DataAtom == atom.Ol {
				b.WriteString("\n" + strconv.Itoa(item) + ". " + cellText(c))
			} else {
				b.WriteString("\n- " + cellText(c))
			}
		case c.DataAtom == atom.P, c.DataAtom == atom.Div, c.DataAtom == atom.Ul, c.DataAtom == atom.Ol:
			b.WriteString("\n" + cellText(c) + "\n")
		default:
			b.WriteString(cellText(c))
		}
	}
	return b.String()
}

// ReadCSV reads comma-separated values, a byte order mark taken off.
func ReadCSV(t *testing.T, text string) Grid {
	t.Helper()
	grid, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return grid
}
