// Package csv spells tables as delimited text: [Guarded] for spreadsheets,
// [Raw] and [TSV] for programs. Nothing can stand beside such a table, so its
// provenance is its last column.
package csv

import (
	"io"

	"portolan/generator/sheet/cell"
	"portolan/generator/table"
)

// Guarded is the dialect "csv": RFC 4180 with a byte order mark, every cell
// quoted, and an apostrophe before what a spreadsheet would calculate.
type Guarded struct{}

// Raw is the dialect "raw.csv": RFC 4180, every cell quoted, exactly the text.
type Raw struct{}

// TSV is the dialect "tsv" as IANA registers it: no quoting, so no line break
// and no tab in a cell.
type TSV struct{}

// plain is what a cell of text on several lines can carry: a list is lines too.
const plain = table.CanBreak | table.CanParagraph | table.CanList

// Info tells what the format is.
func (Guarded) Info() table.Info {
	return table.Info{ID: "csv", Extension: "csv", Title: "CSV, for spreadsheets", MediaType: "text/csv; charset=utf-8; header=present", For: table.ForData, Can: plain}
}

// Info tells what the format is.
func (Raw) Info() table.Info {
	return table.Info{ID: "raw.csv", Extension: "raw.csv", Title: "CSV, exact, for programs", MediaType: "text/csv; charset=utf-8; header=present", For: table.ForData, Can: plain}
}

// Info tells what the format is.
func (TSV) Info() table.Info {
	return table.Info{ID: "tsv", Extension: "tsv", Title: "Tab-separated values", MediaType: "text/tab-separated-values; charset=utf-8", For: table.ForData}
}

// Render writes the table.
func (Guarded) Render(w io.Writer, t *table.Table) error {
	b := append(buffer(t), "\uFEFF"...)
	_, err := w.Write(appendRows(b, t, cell.AppendGuarded, ',', "\r\n"))
	return err
}

// Render writes the table.
func (Raw) Render(w io.Writer, t *table.Table) error {
	_, err := w.Write(appendRows(buffer(t), t, cell.AppendQuoted, ',', "\r\n"))
	return err
}

// Render writes the table.
func (TSV) Render(w io.Writer, t *table.Table) error {
	_, err := w.Write(appendRows(buffer(t), t, func(b []byte, s string) []byte { return append(b, s...) }, '\t', "\n"))
	return err
}

func buffer(t *table.Table) []byte { return make([]byte, 0, 256+48*(t.Rows()+1)*len(t.Columns)) }

func appendRows(b []byte, t *table.Table, spell func([]byte, string) []byte, comma byte, end string) []byte {
	for i := range t.Columns {
		if i > 0 {
			b = append(b, comma)
		}
		b = spell(b, t.Columns[i].Title)
	}
	b = append(b, end...)
	for _, g := range t.Groups {
		for i := range g.Rows {
			for j := range g.Rows[i].Cells {
				if j > 0 {
					b = append(b, comma)
				}
				b = spell(b, g.Rows[i].Cells[j].Plain())
			}
			b = append(b, end...)
		}
	}
	return b
}
