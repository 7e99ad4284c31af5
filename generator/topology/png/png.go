// Package png paints drawings as PNG, for documents that take nothing else: in
// light colours, at twice the drawing's size for sharp print.
//
// The palette holds the few colours that are used. Texts are in the Go fonts,
// which the program carries, and never wider than the drawing says.
package png

import (
	"image"
	"io"

	"portolan/generator/topology"
)

// scale is how many pixels a pixel of the drawing is wide.
const scale = 2

// Format is the picture.
type Format struct{}

// Info implements [topology.Format].
func (Format) Info() topology.Info {
	return topology.Info{ID: "png", Extension: "png", Title: "PNG", Use: "for documents that take no SVG", Binary: true}
}

// Render implements [topology.Format]. A PNG has no links.
func (Format) Render(w io.Writer, d *topology.Drawing, _ string) error {
	p := &painter{
		canvas: newCanvas(d.Size.Mul(scale), topology.Paper),
		d:      d,
		set:    typesetter{letters: map[letter]glyph{}},
	}
	p.drawing()
	return p.encode(w)
}

type painter struct {
	*canvas
	d   *topology.Drawing
	set typesetter
}

func (p *painter) drawing() {
	g := p.d.Graph
	for _, v := range p.d.Bands {
		p.box(v.Rect, 6, topology.BandFill, topology.BandLine, 1)
		for i, t := range v.Texts {
			ink := topology.Ink
			if i > 0 {
				ink = topology.FaintInk
			}
			p.text(t, ink)
		}
	}
	for i := range p.d.Walls {
		p.wall(&p.d.Walls[i])
	}
	for i := range p.d.Boxes {
		p.node(&p.d.Boxes[i], &g.Nodes[i])
	}
	for i := range p.d.Arrows {
		p.arrow(&p.d.Arrows[i])
	}
	for i := range p.d.Legend {
		p.key(&p.d.Legend[i])
	}
}

func scaled(r image.Rectangle) image.Rectangle {
	return image.Rectangle{r.Min.Mul(scale), r.Max.Mul(scale)}
}

func (p *painter) text(t topology.Text, ink topology.Color) { p.slanted(t, ink, false) }

func (p *painter) slanted(t topology.Text, ink topology.Color, slant bool) {
	p.set.text(p.canvas, t.At.Mul(scale), (t.Rect.Max.X-t.At.X)*scale, topology.Plain(t.Text), t.Role, slant, p.index(ink))
}

// box paints a rectangle with round corners and a line around.
func (p *painter) box(r image.Rectangle, radius int, inside, line topology.Color, width int) {
	r = scaled(r)
	p.round(r, radius*scale, p.index(line))
	p.round(r.Inset(width*scale), max(0, radius-width)*scale, p.index(inside))
}

func (p *painter) wall(v *topology.Wall) {
	if !v.Beam.Empty() {
		p.fill(scaled(v.Beam), p.index(topology.WallFill))
	}
	for _, r := range v.Bars {
		p.bricks(r)
	}
	for _, t := range v.Texts {
		p.text(t, topology.WallInk)
	}
}

// bricks paints a wall. Its joints are at the same places everywhere.
func (p *painter) bricks(r image.Rectangle) {
	const length, height = 12, 6
	p.fill(scaled(r), p.index(topology.WallFill))
	joint := p.index(topology.WallJoint)
	for y := r.Min.Y - r.Min.Y%height; y < r.Max.Y; y += height {
		p.fill(scaled(image.Rect(r.Min.X, y, r.Max.X, y+1).Intersect(r)), joint)
		shift := length / 4
		if y/height%2 != 0 {
			shift = length * 3 / 4
		}
		for x := r.Min.X - r.Min.X%length + shift - length; x < r.Max.X; x += length {
			p.fill(scaled(image.Rect(x, y, x+1, y+height).Intersect(r)), joint)
		}
	}
}

func (p *painter) node(v *topology.Box, n *topology.Node) {
	inside, line, width := topology.BoxFill, topology.BoxLine, 1
	if n.Self {
		inside, line, width = topology.OwnFill, topology.OwnLine, 2
	}
	if n.Many {
		p.box(v.Rect.Add(image.Pt(6, -6)), 4, inside, line, width)
		p.box(v.Rect.Add(image.Pt(3, -3)), 4, inside, line, width)
	}
	p.box(v.Rect, 4, inside, line, width)
	for i, texts := range v.Members {
		for _, t := range texts {
			ink := topology.Ink
			if t.Role == topology.LineText {
				ink = topology.FaintInk
			}
			p.text(t, ink)
		}
		if i+1 < len(v.Members) {
			y := (cover(texts).Max.Y + cover(v.Members[i+1]).Min.Y) / 2
			p.fill(scaled(image.Rect(v.Rect.Min.X+width, y, v.Rect.Max.X-width, y+1)), p.index(topology.BandLine))
		}
	}
}

// Pixels of the drawing that an arrow is made of.
const (
	headLength = 10
	headWidth  = 8
	bend       = 6 // the radius of a corner, at most
)

func (p *painter) arrow(a *topology.Arrow) {
	look := a.Style.Look()
	p.way(a.Points, a.Style)
	if a.Barred != nil {
		p.cross(*a.Barred, look.Color)
	}
	if a.Translation != nil {
		p.translation(*a.Translation, look.Color)
	}
	for _, l := range a.Labels {
		ink := look.Color
		if l.Off {
			ink = topology.StyleOff.Look().Color
		}
		p.slanted(l.Text, ink, l.Off)
	}
}

// way paints a line with round corners and its head.
func (p *painter) way(points []image.Point, style topology.Style) {
	look := style.Look()
	ink := p.index(look.Color)
	way := []vec{at(points[0].Mul(scale))}
	last := len(points) - 1
	for i := 1; i < last; i++ {
		from, here, to := at(points[i-1].Mul(scale)), at(points[i].Mul(scale)), at(points[i+1].Mul(scale))
		before, after := here.sub(from).len(), to.sub(here).len()
		room := min(bend*scale, before/2, after/2)
		if room == 0 {
			continue
		}
		a, b := here.mid(from, room/before), here.mid(to, room/after)
		const n = 8
		for k := range n + 1 {
			t := float32(k) / n
			way = append(way, a.mid(here, t).mid(here.mid(b, t), t))
		}
	}
	tip := at(points[last].Mul(scale))
	along := tip.sub(at(points[last-1].Mul(scale)))
	if along.len() == 0 {
		return
	}
	along = along.mul(1 / along.len())
	way = append(way, tip.sub(along.mul((headLength-1)*scale)))
	dash := make([]float32, len(look.Dash))
	for i, n := range look.Dash {
		dash[i] = float32(n * scale)
	}
	p.stroke(way, float32(look.Width*scale), dash, ink)
	back := tip.sub(along.mul(headLength * scale))
	across := vec{-along.y, along.x}.mul(headWidth * scale / 2)
	p.polygons([][]vec{{tip, back.add(across), back.sub(across)}}, ink)
	if style == topology.StyleOff { // hollow
		inner := tip.sub(along.mul(2.5 * scale))
		base := back.add(along.mul(scale))
		across = across.mul(.55)
		p.polygons([][]vec{{inner, base.add(across), base.sub(across)}}, p.index(topology.BandFill))
	}
}

// cross strikes an arrow through.
func (p *painter) cross(middle image.Point, color topology.Color) {
	m, ink := at(middle.Mul(scale)), p.index(color)
	for _, d := range []vec{{6 * scale, 6 * scale}, {6 * scale, -6 * scale}} {
		p.polygons([][]vec{quad(m.sub(d), m.add(d), 3*scale)}, ink)
	}
}

// translation marks where an address becomes another.
func (p *painter) translation(middle image.Point, color topology.Color) {
	m, ink := at(middle.Mul(scale)), p.index(color)
	p.polygons([][]vec{disc(m, 9.5*scale)}, ink)
	p.polygons([][]vec{disc(m, 8*scale)}, p.index(topology.Paper))
	for _, way := range []float32{1, -1} {
		end := func(x, y float32) vec { return m.add(vec{x * way * scale, y * way * scale}) }
		for _, line := range [][2]vec{{end(-5, -2.5), end(5, -2.5)}, {end(5, -2.5), end(2, -5.5)}} {
			p.polygons([][]vec{quad(line[0], line[1], 1.5*scale)}, ink)
		}
	}
}

func (p *painter) key(k *topology.Key) {
	middle := k.From.Add(k.To).Div(2)
	switch k.Mark {
	case topology.MarkFirewall:
		p.bricks(image.Rect(middle.X-4, middle.Y-8, middle.X+4, middle.Y+8))
	case topology.MarkTranslation:
		p.translation(middle, topology.Ink)
	case topology.MarkNumber:
		width := 2 * topology.PortText.Size() // of two digits, at most
		r := image.Rect(middle.X-width/2, k.Text.Rect.Min.Y, middle.X+width/2, k.Text.Rect.Max.Y)
		p.text(topology.Text{At: image.Pt(middle.X-topology.PortText.Size()*6/10, k.Text.At.Y), Rect: r, Role: topology.PortText, Text: "12"}, topology.Ink)
	default:
		p.way([]image.Point{k.From, k.To}, k.Style)
		if k.Style == topology.StyleForbidden {
			p.cross(middle, k.Style.Look().Color)
		}
	}
	p.text(k.Text, topology.FaintInk)
}

// cover is what some texts cover.
func cover(texts []topology.Text) image.Rectangle {
	var out image.Rectangle
	for _, t := range texts {
		out = out.Union(t.Rect)
	}
	return out
}
