package sheet

import (
	"bytes"
	"errors"

	"github.com/xuri/excelize/v2"
)

// Page is a sheet as it was read: the text of its cells as a person sees
// them. Rows are from the first of the sheet, empty ones included; they end
// with their last cell.
type Page struct {
	Name string
	Rows [][]string
}

// Limits of what is read, in bytes once unpacked.
const (
	maxBook  = 256 << 20
	maxSheet = 64 << 20
)

// Read reads a workbook that anybody wrote, hidden sheets too.
func Read(src []byte) (pages []Page, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(src), excelize.Options{UnzipSizeLimit: maxBook, UnzipXMLSizeLimit: maxSheet})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			return nil, err
		}
		pages = append(pages, Page{Name: name, Rows: rows})
	}
	return pages, nil
}
