package sheet

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// hyperlinks are the links of the workbook's sheets as parts of its file. The
// library looks through all links of a sheet for each new one, so that those of
// a large catalog would take most of a build's time.
type hyperlinks map[string][]byte // by part: what goes into it

// Of a sheet, links stand before the margins, which each has.
const margins = "<pageMargins "

// into puts the links of a part where they belong.
func (h hyperlinks) into(part string, content []byte) ([]byte, error) {
	links := h[part]
	if links == nil {
		return content, nil
	}
	i := bytes.LastIndex(content, []byte(margins))
	if i < 0 {
		return nil, fmt.Errorf("%s has no place for links", part)
	}
	out := make([]byte, 0, len(content)+len(links))
	return append(append(append(out, content[:i]...), links...), content[i:]...), nil
}

// links notes where the cells of a sheet lead to.
func (x *writer) links(s *Sheet, number int) error {
	var refs, targets bytes.Buffer
	top, n := 1, 0
	if s.isTable() {
		top = 2
	}
	for i, row := range s.Rows {
		for j := range row {
			isPlace, to := x.target(&row[j])
			if to == "" || n == maxLinks {
				continue
			}
			n++
			at, err := excelize.CoordinatesToCellName(j+1, top+i)
			if err != nil {
				return err
			}
			refs.WriteString(`<hyperlink ref="` + at + `"`)
			if isPlace {
				attribute(&refs, "location", to)
			} else {
				id := "rId" + strconv.Itoa(n)
				attribute(&refs, "r:id", id)
				targets.WriteString(`<Relationship Type="` + excelize.SourceRelationshipHyperLink + `" TargetMode="External"`)
				attribute(&targets, "Id", id)
				attribute(&targets, "Target", to)
				targets.WriteString("/>")
			}
			refs.WriteString("/>")
		}
	}
	part := "sheet" + strconv.Itoa(number) + ".xml"
	if refs.Len() > 0 {
		x.hyperlinks["xl/worksheets/"+part] = fmt.Appendf(nil, "<hyperlinks>%s</hyperlinks>", refs.Bytes())
	}
	if targets.Len() > 0 {
		x.file.Pkg.Store("xl/worksheets/_rels/"+part+".rels", fmt.Appendf(nil,
			`%s<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`, xml.Header, targets.Bytes()))
	}
	return nil
}

func attribute(out *bytes.Buffer, name, value string) {
	out.WriteString(" " + name + `="`)
	_ = xml.EscapeText(out, []byte(value)) // a buffer takes all
	out.WriteByte('"')
}

// target is where a cell leads to, empty: nowhere; isPlace: one of this workbook.
func (x *writer) target(c *Cell) (isPlace bool, to string) {
	if c.Sheet == "" {
		return false, address(c.Link)
	}
	for i := range x.book.Sheets {
		if x.book.Sheets[i].Name == c.Sheet {
			return true, quoted(x.names[i]) + "!A1"
		}
	}
	return true, ""
}
