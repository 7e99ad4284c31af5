package topology

import (
	"image"
	"strconv"
	"strings"
)

// Bounds of the labels at one end of an arrow, in pixels.
const (
	labelWidth = 160
	labelLines = 8
	labelPitch = 14
	labelGap   = 8 // between the parts of a line
)

// block is the labels of an edge, laid into lines above the arrow's last part.
type block struct {
	parts         []part
	width, height int
	numbers       bool // of rows, instead of ports
}

type part struct {
	flow  int
	text  string
	off   bool
	alone bool // on a line of its own
	line  int
	x, w  int
	right int // what the line leaves free on its right
}

// newBlock sets an edge's flows: their ports, else the numbers of their rows,
// else runs of those.
func newBlock(g *Graph, e *Edge) block {
	var b block
	b.parts = make([]part, 0, len(e.Flows))
	for i, f := range e.Flows {
		ports := split(f.Ports)
		tunnel := g.Rows[f.Row].Tunnel
		if tunnel {
			ports = append(ports, tunnelWord)
		}
		for _, s := range ports {
			b.parts = append(b.parts, part{flow: i, text: s, off: f.Off, alone: tunnel})
		}
	}
	if b.set() {
		return b
	}
	b.numbers = true
	b.parts = b.parts[:0]
	for i, f := range e.Flows {
		b.parts = append(b.parts, part{flow: i, text: strconv.Itoa(g.Rows[f.Row].Number), off: f.Off})
	}
	if b.set() {
		return b
	}
	b.parts = b.parts[:0]
	for i := 0; i < len(e.Flows); {
		number := func(j int) int { return g.Rows[e.Flows[j].Row].Number }
		j, off := i, e.Flows[i].Off
		for j+1 < len(e.Flows) && number(j+1) == number(j)+1 {
			j++
			off = off && e.Flows[j].Off
		}
		p := part{flow: i, text: strconv.Itoa(number(i)), off: off}
		if j > i {
			p.text += "–" + strconv.Itoa(number(j))
		}
		b.parts = append(b.parts, p)
		i = j + 1
	}
	b.set()
	return b
}

// split breaks ports that no line holds, at spaces and after commas.
func split(ports string) []string {
	if PortText.Width(ports) <= labelWidth {
		return []string{ports}
	}
	var out []string
	for ports != "" {
		n := PortText.fit(ports, labelWidth)
		if n < len(ports) {
			if i := max(strings.LastIndexByte(ports[:n+1], ' '), strings.LastIndexByte(ports[:n], ',')); i > 0 {
				n = i + 1
			}
		}
		out = append(out, strings.TrimSpace(ports[:n]))
		ports = ports[n:]
	}
	return out
}

// set lays the parts into lines and tells whether they fit.
func (b *block) set() bool {
	widest := 0
	for i := range b.parts {
		p := &b.parts[i]
		p.w = PortText.Width(p.text)
		widest = max(widest, p.w)
	}
	limit := labelWidth
	lines := b.flow(limit)
	// As narrow as the number of lines allows.
	for w := max(widest, limit/2); lines > 1 && w < limit; w += 8 {
		if b.flow(w) == lines {
			limit = w
		}
	}
	lines = b.flow(limit)
	b.height = lines * labelPitch
	return lines <= labelLines
}

func (b *block) flow(limit int) int {
	x, line, first := 0, 0, 0
	b.width = 0
	end := func(to int) {
		for j := first; j < to; j++ {
			b.parts[j].right = -x
		}
		b.width = max(b.width, x)
		first = to
	}
	for i := range b.parts {
		p := &b.parts[i]
		if i > first {
			if x+labelGap+p.w > limit || p.alone || b.parts[i-1].alone {
				end(i)
				line++
				x = 0
			} else {
				x += labelGap
			}
		}
		p.x, p.line = x, line
		x += p.w
	}
	end(len(b.parts))
	for i := range b.parts {
		b.parts[i].right += b.width
	}
	return line + 1
}

// place makes the labels above the line at y, from x on, or where toLeft, up to x.
func (b *block) place(x, y int, toLeft bool) []Label {
	out := make([]Label, len(b.parts))
	top := y - 2 - b.height
	for i, p := range b.parts {
		at := image.Pt(x+p.x, top+p.line*labelPitch)
		if toLeft {
			at.X = x - b.width + p.right + p.x
		}
		out[i] = Label{Flow: p.flow, Off: p.off, Text: PortText.at(at.X, at.Y, p.text)}
	}
	return out
}
