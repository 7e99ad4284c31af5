package sheet

import "github.com/xuri/excelize/v2"

// The kinds of cell.
const (
	plain = iota
	strong
	link
	header
	framed
	framedStrong
	framedLink
	kinds // how many there are
)

// kind is how a cell looks, in a table or on a page of text.
func (c *Cell) kind(table bool) int {
	k := plain
	switch {
	case c.Sheet != "", address(c.Link) != "":
		k = link
	case c.Strong:
		k = strong
	}
	if table {
		k += framed
	}
	return k
}

const (
	face   = "Arial" // or what has its measures, everywhere
	size   = 9
	ink    = "1F2933" // text
	blue   = "0B5CAD" // links
	rule   = "C3CAD3" // frames
	ground = "E4E9F0" // the header
)

// styles adds one style for each kind of cell. Format 49 is "@": text.
func (x *writer) styles() error {
	frame := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		frame = append(frame, excelize.Border{Type: side, Color: rule, Style: 1})
	}
	for k := range kinds {
		s := &excelize.Style{NumFmt: 49, Font: &excelize.Font{Family: face, Size: size, Color: ink},
			Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}
		if k >= header {
			s.Border = frame
		}
		switch k {
		case header:
			s.Font.Bold = true
			s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{ground}}
			s.Alignment.Vertical = "center"
		case strong, framedStrong:
			s.Font.Bold = true
		case link, framedLink:
			s.Font.Color, s.Font.Underline = blue, "single"
		}
		id, err := x.file.NewStyle(s)
		if err != nil {
			return err
		}
		x.style[k] = id
	}
	return nil
}
