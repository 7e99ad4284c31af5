// Package sheet writes workbooks (Office Open XML, ISO/IEC 29500) from a small
// model of sheets, columns and rows.
//
// Every cell is text: no formula, no number, no date, so that "0443", "1-2" and
// "=1+1" stay what they are in every reader. The same workbook is the same
// bytes: it carries no time of its making. It is the only user of excelize.
package sheet

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"portolan/generator/sheet/cell"
)

// Workbook is one file.
type Workbook struct {
	// Title is the document's, and stands at the foot of printed pages.
	Title string
	// Date is when its contents were true, "2026-11-21"; empty: not said.
	Date string
	// Sheets are in order, one at least; the first is shown when the file is opened.
	Sheets []Sheet
}

// Sheet is a table, or a page of text.
type Sheet struct {
	// Name is what its tab should say; [Workbook.Names] tells what it says.
	Name string
	// Columns are the header: frozen, repeated on printed pages, with a filter.
	// Where no column has a title there is no header, and the sheet is a page
	// of text.
	Columns []Column
	// Rows have at most as many cells as there are columns.
	Rows [][]Cell
}

// Column is one column. It is as wide as its cells ask for, and the sheet as
// wide as a printed page is legible.
type Column struct{ Title string }

// Cell is text, on several lines if need be.
type Cell struct {
	Text string
	// Link is an address that the cell leads to: http, https or mailto. Empty,
	// of another scheme or too long: none.
	Link string
	// Sheet is the Name of a sheet of the workbook that the cell leads to;
	// empty: none.
	Sheet string
	// Strong is important text.
	Strong bool
}

// Limits of the format, which Excel enforces.
const (
	maxRows  = 1 << 20
	maxText  = 32767 // of a cell, in UTF-16 units
	maxLink  = 2079  // of an address, in bytes
	maxLinks = 65530 // of a sheet
)

// Bytes is the file.
func (w *Workbook) Bytes() ([]byte, error) {
	if len(w.Sheets) == 0 {
		return nil, errors.New("a workbook has one sheet at least")
	}
	x := &writer{book: w, file: excelize.NewFile(), names: w.Names(), hyperlinks: hyperlinks{}}
	defer x.file.Close()
	x.file.SetZipWriter(func(out io.Writer) excelize.ZipWriter { return &container{out: out, links: x.hyperlinks} })
	if err := errors.Join(x.styles(), x.properties(), x.tabs()); err != nil {
		return nil, err
	}
	for i := range w.Sheets {
		if err := errors.Join(x.links(&w.Sheets[i], i+1), x.sheet(&w.Sheets[i], x.names[i])); err != nil {
			return nil, fmt.Errorf("sheet %q: %w", x.names[i], err)
		}
	}
	b, err := x.file.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// writer is one workbook at work.
type writer struct {
	book       *Workbook
	file       *excelize.File
	names      []string
	style      [kinds]int
	hyperlinks hyperlinks
}

func (x *writer) properties() error {
	p := &excelize.DocProperties{Title: cell.Clean(x.book.Title), Creator: "portolan", LastModifiedBy: "portolan"}
	if x.book.Date != "" {
		p.Created = x.book.Date + "T00:00:00Z"
		p.Modified = p.Created
	}
	return x.file.SetDocProps(p)
}

func (x *writer) tabs() error {
	for i, name := range x.names {
		if i == 0 {
			if err := x.file.SetSheetName("Sheet1", name); err != nil {
				return err
			}
		} else if _, err := x.file.NewSheet(name); err != nil {
			return err
		}
	}
	return nil
}

// isTable tells whether the sheet has a header.
func (s *Sheet) isTable() bool {
	for _, c := range s.Columns {
		if c.Title != "" {
			return true
		}
	}
	return false
}

// sheet writes one sheet: what stands around its rows first, for the rows are
// streamed.
func (x *writer) sheet(s *Sheet, name string) error {
	widths := s.widths()
	if err := x.page(s, name, widths); err != nil {
		return err
	}
	out, err := x.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, w := range slices.Backward(widths) { // each is put before those that are there
		if err := out.SetColWidth(i+1, i+1, w); err != nil {
			return err
		}
	}
	n, row := 0, make([]any, 0, len(s.Columns))
	put := func(height float64) error {
		n++
		return out.SetRow("A"+strconv.Itoa(n), row, excelize.RowOpts{Height: height})
	}
	if s.isTable() {
		titles := make([]Cell, len(s.Columns))
		for i, c := range s.Columns {
			titles[i].Text = c.Title
			row = append(row, excelize.Cell{StyleID: x.style[header], Value: cell.Clean(c.Title)})
		}
		if err := errors.Join(out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}), put(height(titles, widths))); err != nil {
			return err
		}
	}
	for _, cells := range s.Rows {
		row = row[:0]
		for _, c := range cells {
			row = append(row, excelize.Cell{StyleID: x.style[c.kind(s.isTable())], Value: fit(cell.Clean(c.Text))})
		}
		for s.isTable() && len(row) < len(s.Columns) {
			row = append(row, excelize.Cell{StyleID: x.style[framed], Value: ""})
		}
		if err := put(height(cells, widths)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// page is filter, print set-up and what else is the same for all rows.
func (x *writer) page(s *Sheet, name string, widths []float64) error {
	if len(s.Rows) >= maxRows {
		return fmt.Errorf("%d rows; the format holds %d and a header", len(s.Rows), maxRows-1)
	}
	f, yes, no, one, free, a4 := x.file, true, false, 1, 0, 9
	orientation, side, edge, foot := "portrait", 0.7, 0.6, 0.3
	var errs []error
	if s.isTable() {
		side = 0.4
		if sum(widths) > textual {
			orientation = "landscape"
		}
		last, err := excelize.CoordinatesToCellName(len(s.Columns), len(s.Rows)+1)
		errs = append(errs, err,
			f.AutoFilter(name, "A1:"+last, nil),
			f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: quoted(name) + "!$1:$1", Scope: name}),
			// A port in a cell of text is no mistake to be marked.
			f.AddIgnoredErrors(name, "A1:"+last, excelize.IgnoredErrorsNumberStoredAsText))
	} else {
		errs = append(errs, f.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: &no}))
	}
	footer := cut(strings.ReplaceAll(cell.Clean(x.book.Title), "\n", " "), 80) + " - " + name
	return errors.Join(append(errs,
		f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &yes}),
		f.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &one, FitToHeight: &free}),
		f.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &edge, Bottom: &edge, Header: &foot, Footer: &foot}),
		// "&" begins a code there, "&8 " one for the size of what follows.
		f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&8 " + strings.ReplaceAll(footer, "&", "&&") + "&R&8 &P / &N"}))...)
}
