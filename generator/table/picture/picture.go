// Package picture draws a small table as SVG, for places that take nothing
// but images: who connects to whom, on which ports, whether it must be and when.
// What else is prose stays on the page, which the picture names.
//
// There is no script, no font and nothing that is fetched. Texts are measured
// for every font that may be there, so none leaves its cell.
package picture

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/table"
	"portolan/generator/topology"
)

// Fits tells whether a table of so many rows is legible as a picture.
func Fits(rows int) bool { return 0 < rows && rows <= 40 }

// Distances, in pixels.
const (
	margin  = 12
	padX    = 8
	padY    = 5
	leading = 3 // between lines of a cell
	end     = 1 << 10
)

// widest is how wide a column's text may be before it is wrapped; 0: the
// column is not shown.
func widest(c table.Column) int {
	switch c.ID {
	case "when": // "required" may be so only under a condition
		return 170
	case "encryption", "source_ports", "status":
		return 0
	}
	return map[table.Kind]int{table.Label: 130, table.Party: 190, table.Ports: 150, table.Term: 130}[c.Kind]
}

// shown are the columns that a picture has room for.
func shown(t *table.Table) (out []int) {
	for i, c := range t.Columns {
		if c.ID != t.GroupBy.ID && widest(c) > 0 {
			out = append(out, i)
		}
	}
	return out
}

// marks are the shapes of needs, so that colour is not what tells.
var marks = map[string]string{string(catalog.Required): "● ", string(catalog.Conditional): "◐ ", string(catalog.Optional): "○ ", string(catalog.Forbidden): "✕ "}

// role is how a cell is set.
func role(k table.Kind) topology.TextRole {
	if k == table.Ports {
		return topology.PortText
	}
	return topology.LegendText
}

// drawing is a picture in the making.
type drawing struct {
	back  bytes.Buffer // what lies below the text
	body  bytes.Buffer
	y     int
	cols  []int // of the table
	left  []int // where each column's text begins
	width int
}

// SVG is the picture of a table.
func SVG(t *table.Table) []byte {
	d := &drawing{cols: shown(t), y: margin}
	cells := d.measure(t)
	d.paragraph(topology.TitleText, "b", t.Title, margin)
	d.y += padY
	d.header(t)
	at := 0
	for _, g := range t.Groups {
		if g.Title != "" {
			d.band("g", g.Title)
		}
		for range g.Rows {
			d.row(t, cells[at])
			at++
		}
	}
	d.rule()
	d.y += padY
	d.paragraph(topology.LegendText, "f", t.ProvenanceLine(), margin)
	d.y += margin

	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-labelledby="t d"><title id="t">`, d.width, d.y, d.width, d.y)
	text(&out, t.Title)
	out.WriteString(`</title><desc id="d">`)
	text(&out, t.ProvenanceLine())
	out.WriteString("</desc><style>" + style + "</style>")
	fmt.Fprintf(&out, `<rect class="paper" width="%d" height="%d"/>`, d.width, d.y)
	out.Write(d.back.Bytes())
	out.Write(d.body.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes()
}

// measure wraps all cells and sets the columns. A row's cells are lines.
func (d *drawing) measure(t *table.Table) [][][]string {
	widths := make([]int, len(d.cols))
	for k, i := range d.cols {
		widths[k] = topology.ZoneText.Width(t.Columns[i].Title)
	}
	var rows [][][]string
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			row := make([][]string, len(d.cols))
			for k, i := range d.cols {
				c := t.Columns[i]
				for part := range strings.SplitSeq(marks[r.Cells[i].Term]+r.Cells[i].Plain(), "\n") {
					row[k] = append(row[k], role(c.Kind).Wrap(part, widest(c), end)...)
				}
				for _, line := range row[k] {
					widths[k] = max(widths[k], role(c.Kind).Width(line))
				}
			}
			rows = append(rows, row)
		}
	}
	x := margin
	for _, w := range widths {
		d.left = append(d.left, x+padX)
		x += w + 2*padX
	}
	d.width = max(x+margin, 320)
	return rows
}

// line writes one line of text at the height that is reached.
func (d *drawing) line(r topology.TextRole, class, s string, x int) {
	if s == "" {
		return
	}
	fmt.Fprintf(&d.body, `<text class="%s" x="%d" y="%d">`, class, x, d.y+r.Ascent())
	text(&d.body, s)
	d.body.WriteString("</text>")
}

// step goes to the next line.
func (d *drawing) step(r topology.TextRole) { d.y += r.Ascent() + r.Descent() + leading }

// paragraph writes text over the whole width.
func (d *drawing) paragraph(r topology.TextRole, class, s string, x int) {
	for _, line := range r.Wrap(s, d.width-2*margin, end) {
		d.line(r, class, line, x)
		d.step(r)
	}
}

func (d *drawing) header(t *table.Table) {
	top := d.y
	d.y += padY
	for k, i := range d.cols {
		d.line(topology.ZoneText, "h", t.Columns[i].Title, d.left[k])
	}
	d.step(topology.ZoneText)
	d.y += padY - leading
	fmt.Fprintf(&d.back, `<rect class="head" x="%d" y="%d" width="%d" height="%d"/>`, margin, top, d.width-2*margin, d.y-top)
}

// band writes the title of a group.
func (d *drawing) band(class, s string) {
	d.rule()
	d.y += padY
	d.paragraph(topology.ZoneText, class, s, margin+padX)
	d.y += padY - leading
}

func (d *drawing) rule() {
	fmt.Fprintf(&d.back, `<path class="rule" d="M%d %d.5H%d"/>`, margin, d.y, d.width-margin)
}

func (d *drawing) row(t *table.Table, cells [][]string) {
	d.rule()
	top, bottom := d.y+padY, d.y
	for k, i := range d.cols {
		r := role(t.Columns[i].Kind)
		class := map[bool]string{true: "m", false: "c"}[r.Mono()]
		if t.Columns[i].Kind == table.Label {
			class = "l"
		}
		d.y = top
		for _, line := range cells[k] {
			d.line(r, class, line, d.left[k])
			d.step(r)
		}
		bottom = max(bottom, d.y)
	}
	d.y = bottom + padY - leading
}

// text writes a text as XML can hold it.
func text(b *bytes.Buffer, s string) {
	_ = xml.EscapeText(b, []byte(s)) // to memory
}

// The fonts are those that [topology.TextRole.Width] reckons with.
const style = `text{font:11px system-ui,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,"DejaVu Sans",sans-serif;fill:#16202c}` +
	`.b{font-size:13px;font-weight:600}.h,.g{font-size:12px;font-weight:600}.m{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}` +
	`.f{fill:#4a5563}.paper{fill:#fff}.head{fill:#f1eee7}.rule{stroke:#c9c3b6;fill:none}` +
	`@media screen and (prefers-color-scheme:dark){text{fill:#e4e8ee}.f{fill:#b3bdca}.paper{fill:#11161d}.head{fill:#1d2530}.rule{stroke:#303b49}}`
