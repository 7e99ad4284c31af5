// Package xlsx spells tables as workbooks: the table, the documents behind it
// with the version of the data, and the links that a cell could not hold.
package xlsx

import (
	"io"
	"slices"
	"strings"

	"portolan/generator/note"
	"portolan/generator/sheet"
	"portolan/generator/table"
)

// Dialect is the dialect "xlsx". Every cell is text.
type Dialect struct{}

// Info tells what the format is.
func (Dialect) Info() table.Info {
	return table.Info{ID: "xlsx", Extension: "xlsx", Title: "Excel workbook, also for LibreOffice", MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Binary: true, For: table.ForData, Can: table.CanLink | table.CanBreak | table.CanParagraph | table.CanList | table.CanCite}
}

// Render writes the table.
func (Dialect) Render(w io.Writer, t *table.Table) error {
	main := sheet.Sheet{Name: t.Title}
	if t.Title == "" {
		main.Name = "Table"
	}
	for _, c := range t.Columns {
		main.Columns = append(main.Columns, sheet.Column{Title: c.Title})
	}
	more := sheet.Sheet{Name: "Links", Columns: []sheet.Column{{Title: "Row"}, {Title: "Column"}, {Title: "Address"}}}
	label := max(slices.IndexFunc(t.Columns, func(c table.Column) bool { return c.Kind == table.Label }), 0)
	for _, g := range t.Groups {
		for i := range g.Rows {
			cells := make([]sheet.Cell, len(g.Rows[i].Cells))
			for j := range cells {
				c := &g.Rows[i].Cells[j]
				cells[j] = sheet.Cell{Text: c.Plain(), Strong: j == label}
				for k, to := range links(t, c) {
					if k == 0 && len(cells[j].Text) <= sheet.OneLine && !strings.Contains(cells[j].Text, "\n") {
						cells[j].Link = to
						continue
					}
					more.Rows = append(more.Rows, []sheet.Cell{{Text: g.Rows[i].Cells[label].Plain()}, {Text: t.Columns[j].Title}, {Text: to, Link: to}})
				}
			}
			main.Rows = append(main.Rows, cells)
		}
	}
	book := sheet.Workbook{Title: t.Provenance.Text(), Date: t.Provenance.Reviewed, Sheets: []sheet.Sheet{main, Sources(t)}}
	if len(more.Rows) > 0 {
		book.Sheets = append(book.Sheets, more)
	}
	b, err := book.Bytes()
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// Sources is a sheet of the documents behind a table, and of the data that it
// was made from.
func Sources(t *table.Table) sheet.Sheet {
	out := sheet.Sheet{Name: "Sources", Columns: []sheet.Column{{Title: "Document"}, {Title: "Publisher"}, {Title: "Address"}, {Title: "Retrieved or reviewed"}, {Title: "Version"}}}
	add := func(s table.Source) {
		link := t.Href(s.URL)
		out.Rows = append(out.Rows, []sheet.Cell{{Text: s.Title, Link: link}, {Text: s.Publisher}, {Text: s.URL, Link: link}, {Text: s.Retrieved}, {Text: s.DocumentVersion}})
	}
	for _, s := range t.Provenance.Sources {
		add(s)
	}
	add(table.Source{Title: "The data: " + t.Provenance.Text(), Publisher: "portolan", URL: t.CopyURL(), Retrieved: t.Provenance.Reviewed, DocumentVersion: t.Provenance.DataVersion})
	return out
}

// links are the addresses that a cell leads to, each once.
func links(t *table.Table, c *table.Cell) []string {
	var out []string
	for _, url := range note.Links(c.Blocks) {
		if to := t.Href(url); to != "" && !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	return out
}
