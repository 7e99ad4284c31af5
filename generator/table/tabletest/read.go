package tabletest

import (
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ReadHTML reads the only table of an HTML text as a browser does, and fails
// the test for anything in it that runs, loads or was not meant to be markup.
func ReadHTML(t *testing.T, text string) Grid {
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
		checkElement(t, n)
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

func checkElement(t *testing.T, n *html.Node) {
	t.Helper()
	if !allowed[n.DataAtom] {
		t.Errorf("an element <%s> where text was meant", n.Data)
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "href" && a.Val == "mailto:"+strings.TrimPrefix(cellText(n), "mailto:"):
			// Some readers of Markdown find mail addresses in text, whatever it takes.
		case a.Key == "href":
			if !strings.HasPrefix(a.Val, "https://a.example/") && !strings.HasPrefix(a.Val, "https://site.example/ports/") && !strings.HasPrefix(a.Val, "https://docs.example/") {
				t.Errorf("a link to %q", a.Val)
			}
		case strings.HasPrefix(a.Key, "on"), a.Key == "src":
			t.Errorf("an attribute %s=%q", a.Key, a.Val)
		}
	}
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
		case c.DataAtom == atom.P, c.DataAtom == atom.Ul, c.DataAtom == atom.Ol:
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
