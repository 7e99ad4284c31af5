// Package drawio spells drawings as files of draw.io (diagrams.net): not
// pictures, but shapes that stay joined when they are moved.
//
// Zones are containers, boxes stand inside their zone, arrows are attached to
// boxes where the drawing has them and keep their way; what marks an arrow is
// a child of it. Ids come from those of the data. Colours are for white paper:
// draw.io turns them for the dark itself. Labels are HTML to draw.io, so texts
// are escaped once for it, and once more for the file.
package drawio

import (
	"fmt"
	"image"
	"io"
	"math"
	"strconv"
	"strings"

	"portolan/generator/topology"
)

// Format is the file.
type Format struct{}

// Info implements [topology.Format].
func (Format) Info() topology.Info {
	return topology.Info{ID: "drawio", Extension: "drawio", Title: "draw.io", Use: "to go on drawing, in draw.io, Confluence and others"}
}

// Render implements [topology.Format].
func (Format) Render(w io.Writer, d *topology.Drawing, page string) error {
	p := &printer{d: d, page: page, taken: map[string]bool{"0": true, "1": true}}
	p.file()
	_, err := io.WriteString(w, p.b.String())
	return err
}

// printer writes a file. Coordinates of what it is given are the drawing's.
type printer struct {
	b     strings.Builder
	d     *topology.Drawing
	page  string
	taken map[string]bool
	zones []frame
	nodes []string // ids, as terminals
}

// frame is a cell that others stand in.
type frame struct {
	id string
	at image.Point
}

// layer is the page itself.
var layer = frame{id: "1"}

func (p *printer) file() {
	g := p.d.Graph
	p.b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	fmt.Fprintf(&p.b, `<mxfile host="portolan"><diagram id="%s" name="%s">`+"\n", attribute(g.ID), attribute(g.Title))
	fmt.Fprintf(&p.b, `<mxGraphModel dx="%d" dy="%d" grid="1" gridSize="10" guides="1" tooltips="1" connect="1" arrows="1" fold="1" page="1" pageScale="1" pageWidth="%d" pageHeight="%d" math="0" shadow="0" adaptiveColors="auto"><root>`+"\n",
		p.d.Size.X, p.d.Size.Y, p.d.Size.X, p.d.Size.Y)
	p.b.WriteString(`<mxCell id="0"/><mxCell id="1" parent="0"/>` + "\n")
	for i := range p.d.Bands {
		p.zone(i)
	}
	for i := range p.d.Walls {
		p.firewall(i)
	}
	for i := range p.d.Boxes {
		p.node(i)
	}
	for i := range p.d.Arrows {
		p.edge(i)
	}
	p.legend()
	p.b.WriteString("</root></mxGraphModel></diagram></mxfile>\n")
}

// cell is a shape, or an arrow, where way is not nil.
type cell struct {
	id, parent, style string
	// label is HTML; href and tip may be empty.
	label, href, tip string
	geometry         string
	source, target   string
}

func (p *printer) cell(c cell) {
	inner := fmt.Sprintf(` style="%s" parent="%s"`, attribute(c.style), attribute(c.parent))
	if c.source != "" {
		inner += fmt.Sprintf(` edge="1" source="%s" target="%s"`, attribute(c.source), attribute(c.target))
	} else {
		inner += ` vertex="1"`
	}
	if strings.Contains(c.style, "part=1;") || strings.HasPrefix(c.style, "edgeLabel;") {
		inner += ` connectable="0"`
	}
	href := topology.Address(p.page, c.href)
	if href == "" && c.tip == "" {
		fmt.Fprintf(&p.b, `<mxCell id="%s" value="%s"%s>%s</mxCell>`+"\n", attribute(c.id), attribute(c.label), inner, c.geometry)
		return
	}
	fmt.Fprintf(&p.b, `<UserObject id="%s" label="%s"`, attribute(c.id), attribute(c.label))
	if c.tip != "" {
		fmt.Fprintf(&p.b, ` tooltip="%s"`, attribute(html(c.tip)))
	}
	if href != "" {
		fmt.Fprintf(&p.b, ` link="%s"`, attribute(href))
	}
	fmt.Fprintf(&p.b, `><mxCell%s>%s</mxCell></UserObject>`+"\n", inner, c.geometry)
}

// id makes an id that no other cell has.
func (p *printer) id(words ...string) string {
	id := topology.Plain(strings.Join(words, "."))
	out := id
	for n := 2; p.taken[out]; n++ {
		out = id + "-" + strconv.Itoa(n)
	}
	p.taken[out] = true
	return out
}

const container = "container=1;collapsible=0;recursiveResize=0;"

func (p *printer) zone(i int) {
	v, z := &p.d.Bands[i], &p.d.Graph.Zones[i]
	id := p.id("zone", z.ID)
	p.zones = append(p.zones, frame{id, v.Rect.Min})
	p.cell(cell{id: id, parent: layer.id, geometry: place(v.Rect, layer), label: lines(v.Texts),
		style: "rounded=1;absoluteArcSize=1;arcSize=12;html=1;" + container + fill(topology.BandFill, topology.BandLine, 1) + corner(v.Rect, v.Texts)})
}

func (p *printer) node(i int) {
	v, n := &p.d.Boxes[i], &p.d.Graph.Nodes[i]
	in := p.zones[n.Zone]
	id := p.id("node", n.ID)
	p.nodes = append(p.nodes, id)
	look := fill(topology.BoxFill, topology.BoxLine, 1)
	if n.Self {
		look = fill(topology.OwnFill, topology.OwnLine, 2)
	}
	look = "rounded=1;absoluteArcSize=1;arcSize=8;html=1;" + look
	own := frame{id, v.Rect.Min}
	if len(v.Members) == 1 && !n.Many {
		p.cell(cell{id: id, parent: in.id, geometry: place(v.Rect, in), label: lines(v.Members[0]), href: n.Members[0].Href, style: look + corner(v.Rect, v.Members[0])})
		return
	}
	// Sheets behind it, and members, move with what the arrows are attached to.
	face := look
	if n.Many {
		face = "html=1;fillColor=none;strokeColor=none;"
	}
	p.cell(cell{id: id, parent: in.id, geometry: place(v.Rect, in), style: face + container})
	if n.Many {
		for k, by := range []image.Point{{6, -6}, {3, -3}, {}} {
			p.cell(cell{id: p.id(id, "sheet", strconv.Itoa(k+1)), parent: id, geometry: place(v.Rect.Add(by), own), style: look + "part=1;"})
		}
	}
	top := v.Rect.Min.Y
	for k, texts := range v.Members {
		r := image.Rect(v.Rect.Min.X, top, v.Rect.Max.X, v.Rect.Max.Y)
		if k+1 < len(v.Members) {
			r.Max.Y = (cover(texts).Max.Y + cover(v.Members[k+1]).Min.Y) / 2
			p.cell(cell{id: p.id(id, "rule", strconv.Itoa(k+1)), parent: id, geometry: place(image.Rect(r.Min.X, r.Max.Y, r.Max.X, r.Max.Y+1), own),
				style: "html=1;part=1;" + fill(topology.BandLine, topology.BandLine, 0)})
		}
		top = r.Max.Y
		p.cell(cell{id: p.id(id, "member", strconv.Itoa(k+1)), parent: id, geometry: place(r, own), label: lines(texts), href: n.Members[k].Href,
			style: "html=1;fillColor=none;strokeColor=none;part=1;" + corner(r, texts)})
	}
}

// firewall is a group: its bars, its beam and name.
func (p *printer) firewall(i int) {
	v, f := &p.d.Walls[i], &p.d.Graph.Firewalls[i]
	all := v.Beam.Union(cover(v.Texts))
	for _, r := range v.Bars {
		all = all.Union(r)
	}
	id := p.id("firewall", f.ID)
	own := frame{id, all.Min}
	p.cell(cell{id: id, parent: layer.id, geometry: place(all, layer), style: "group;html=1;fillColor=none;strokeColor=none;pointerEvents=0;" + container})
	bricks := "html=1;part=1;" + fill(topology.WallFill, topology.WallFill, 0)
	if !v.Beam.Empty() {
		p.cell(cell{id: p.id(id, "beam"), parent: id, geometry: place(v.Beam, own), style: bricks})
	}
	for _, r := range v.Bars {
		p.cell(cell{id: p.id(id, "bar"), parent: id, geometry: place(r, own), style: bricks})
	}
	if len(v.Texts) > 0 {
		r := cover(v.Texts)
		p.cell(cell{id: p.id(id, "name"), parent: id, geometry: place(r, own), label: lines(v.Texts), href: f.Href,
			style: "text;html=1;part=1;fillColor=none;strokeColor=none;fontColor=" + topology.WallInk.String() + ";" + corner(r, v.Texts)})
	}
}

func (p *printer) edge(i int) {
	v, e := &p.d.Arrows[i], &p.d.Graph.Edges[i]
	g := p.d.Graph
	// Inside one zone its way moves with the zone.
	in := layer
	if z := g.Nodes[e.From].Zone; z == g.Nodes[e.To].Zone && len(e.Chain) == 0 {
		in = p.zones[z]
	}
	look := v.Style.Look()
	id := p.id("edge", g.Nodes[e.From].ID, g.Nodes[e.To].ID)
	last := len(v.Points) - 1
	style := "edgeStyle=orthogonalEdgeStyle;rounded=1;arcSize=12;orthogonalLoop=1;jettySize=auto;html=1;endArrow=block;endSize=7;endFill=1;" +
		stroke(look) + end("exit", v.Points[0], p.d.Boxes[e.From].Rect) + end("entry", v.Points[last], p.d.Boxes[e.To].Rect)
	if v.Style == topology.StyleOff {
		style = strings.Replace(style, "endFill=1", "endFill=0", 1)
	}
	var b strings.Builder
	b.WriteString(`<mxGeometry relative="1" as="geometry">`)
	if way := turns(v.Points); len(way) > 0 {
		b.WriteString(`<Array as="points">`)
		for _, at := range way {
			fmt.Fprintf(&b, `<mxPoint x="%d" y="%d"/>`, at.X-in.at.X, at.Y-in.at.Y)
		}
		b.WriteString(`</Array>`)
	}
	b.WriteString(`</mxGeometry>`)
	p.cell(cell{id: id, parent: in.id, style: style, geometry: b.String(), source: p.nodes[e.From], target: p.nodes[e.To]})

	if v.Translation != nil {
		p.cell(cell{id: p.id(id, "translation"), parent: id, label: "⇄", geometry: beside(v.Points, *v.Translation, image.Pt(18, 18)),
			style: "shape=ellipse;perimeter=ellipsePerimeter;html=1;part=1;fontSize=12;strokeWidth=2;fillColor=" + topology.Paper.String() + ";strokeColor=" + look.Color.String() + ";fontColor=" + look.Color.String() + ";"})
	}
	if v.Barred != nil {
		p.cell(cell{id: p.id(id, "barred"), parent: id, geometry: beside(v.Points, *v.Barred, image.Pt(12, 12)),
			style: "shape=umlDestroy;html=1;part=1;strokeWidth=3;strokeColor=" + look.Color.String() + ";"})
	}
	for k := range v.Labels {
		l := &v.Labels[k]
		f := &e.Flows[l.Flow]
		row := &g.Rows[f.Row]
		color := look.Color
		if l.Off {
			color = topology.StyleOff.Look().Color
		}
		p.cell(cell{id: p.id(id, row.Anchor), parent: id, label: lines([]topology.Text{l.Text}), href: "#" + row.Anchor, tip: g.Sentence(e, f),
			geometry: beside(v.Points, image.Pt(l.Text.Rect.Min.X, (l.Text.Rect.Min.Y+l.Text.Rect.Max.Y)/2), image.Point{}),
			style:    "edgeLabel;html=1;align=left;verticalAlign=middle;resizable=0;points=[];spacing=0;labelBackgroundColor=none;fontColor=" + color.String() + ";" + italic(l.Off)})
	}
}

func italic(on bool) string {
	if on {
		return "fontStyle=2;"
	}
	return ""
}

// legend is a group, one line below it for each sign.
func (p *printer) legend() {
	if len(p.d.Legend) == 0 {
		return
	}
	var all image.Rectangle
	for _, k := range p.d.Legend {
		all = all.Union(k.Text.Rect).Union(image.Rectangle{k.From, k.To}.Canon().Inset(-10))
	}
	id := p.id("legend")
	own := frame{id, all.Min}
	p.cell(cell{id: id, parent: layer.id, geometry: place(all, layer), style: "group;html=1;fillColor=none;strokeColor=none;" + container})
	for i := range p.d.Legend {
		k := &p.d.Legend[i]
		middle := k.From.Add(k.To).Div(2)
		around := func(w, h int) string {
			return place(image.Rect(middle.X-w/2, middle.Y-h/2, middle.X+w/2, middle.Y+h/2), own)
		}
		sign := func(label, style, geometry string) {
			p.cell(cell{id: p.id(id, "sign", strconv.Itoa(i+1)), parent: id, label: label, geometry: geometry, style: style + "html=1;part=1;"})
		}
		look := k.Style.Look()
		switch k.Mark {
		case topology.MarkFirewall:
			sign("", fill(topology.WallFill, topology.WallFill, 0), around(8, 16))
		case topology.MarkTranslation:
			sign("⇄", "shape=ellipse;perimeter=ellipsePerimeter;fontSize=12;"+fill(topology.Paper, topology.Ink, 2), around(18, 18))
		case topology.MarkNumber:
			sign("12", "text;fillColor=none;strokeColor=none;align=center;verticalAlign=middle;fontFamily=Courier New;fontSize=12;", around(30, 16))
		default:
			sign("", "shape=line;"+stroke(look), place(image.Rect(k.From.X, k.From.Y-5, k.To.X-8, k.To.Y+5), own))
			sign("", "shape=triangle;fillColor="+look.Color.String()+";strokeColor="+look.Color.String()+";", place(image.Rect(k.To.X-10, k.To.Y-4, k.To.X, k.To.Y+4), own))
			if k.Style == topology.StyleForbidden {
				sign("", "shape=umlDestroy;strokeWidth=3;strokeColor="+look.Color.String()+";", around(12, 12))
			}
		}
		p.cell(cell{id: p.id(id, "text", strconv.Itoa(i+1)), parent: id, geometry: place(k.Text.Rect, own), label: lines([]topology.Text{k.Text}),
			style: "text;html=1;part=1;fillColor=none;strokeColor=none;fontColor=" + topology.FaintInk.String() + ";" + corner(k.Text.Rect, []topology.Text{k.Text})})
	}
}

// place is the geometry of a rectangle inside a frame.
func place(r image.Rectangle, in frame) string {
	r = r.Sub(in.at)
	return fmt.Sprintf(`<mxGeometry x="%d" y="%d" width="%d" height="%d" as="geometry"/>`, r.Min.X, r.Min.Y, r.Dx(), r.Dy())
}

// beside is the geometry of a child of an arrow, with its middle at a point: as
// far along the arrow as the nearest point of it, and off that.
func beside(way []image.Point, at, size image.Point) string {
	along, near := nearest(way, at)
	offset := at.Sub(near).Sub(size.Div(2))
	return fmt.Sprintf(`<mxGeometry x="%s" width="%d" height="%d" relative="1" as="geometry"><mxPoint x="%d" y="%d" as="offset"/></mxGeometry>`,
		number(2*along-1), size.X, size.Y, offset.X, offset.Y)
}

// nearest is the point of a way that is nearest to another, and what part of
// the way, from 0 to 1, leads to it.
func nearest(way []image.Point, at image.Point) (along float64, near image.Point) {
	var length, where float64
	best := math.Inf(1)
	for i := 1; i < len(way); i++ {
		r := image.Rectangle{way[i-1], way[i]}.Canon()
		q := image.Pt(min(max(at.X, r.Min.X), r.Max.X), min(max(at.Y, r.Min.Y), r.Max.Y))
		if d := distance(q, at); d < best {
			best, near = d, q
			where = length + distance(way[i-1], q)
		}
		length += distance(way[i-1], way[i])
	}
	if length == 0 {
		return 0, way[0]
	}
	return where / length, near
}

func distance(a, b image.Point) float64 {
	return math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y))
}

// turns are the points of a way between its ends. A straight one gets its
// middle, so that draw.io does not look for a way of its own.
func turns(way []image.Point) []image.Point {
	if len(way) > 2 {
		return way[1 : len(way)-1]
	}
	return []image.Point{way[0].Add(way[1]).Div(2)}
}

// end is the style of where an arrow leaves or meets a box.
func end(name string, at image.Point, box image.Rectangle) string {
	part := func(n, size int) string {
		if size == 0 {
			return "0.5"
		}
		return number(float64(n) / float64(size))
	}
	return fmt.Sprintf("%[1]sX=%[2]s;%[1]sY=%[3]s;%[1]sDx=0;%[1]sDy=0;%[1]sPerimeter=0;", name, part(at.X-box.Min.X, box.Dx()), part(at.Y-box.Min.Y, box.Dy()))
}

func number(f float64) string {
	return strconv.FormatFloat(math.Round(f*1e6)/1e6, 'f', -1, 64)
}

func fill(inside, line topology.Color, width int) string {
	if width == 0 {
		return "fillColor=" + inside.String() + ";strokeColor=none;"
	}
	return fmt.Sprintf("fillColor=%v;strokeColor=%v;strokeWidth=%d;", inside, line, width)
}

func stroke(l topology.Look) string {
	out := fmt.Sprintf("strokeColor=%v;strokeWidth=%d;", l.Color, l.Width)
	if len(l.Dash) > 0 {
		out += "dashed=1;fixDash=1;dashPattern=" + strings.Trim(fmt.Sprint(l.Dash), "[]") + ";"
	}
	return out
}

// corner is the style that puts a label where its texts stand in a shape.
func corner(r image.Rectangle, texts []topology.Text) string {
	if len(texts) == 0 {
		return ""
	}
	at := cover(texts).Min.Sub(r.Min)
	return fmt.Sprintf("align=left;verticalAlign=top;spacing=0;spacingLeft=%d;spacingTop=%d;", at.X, at.Y)
}

// cover is what some texts cover.
func cover(texts []topology.Text) image.Rectangle {
	var out image.Rectangle
	for _, t := range texts {
		out = out.Union(t.Rect)
	}
	return out
}

// lines is a label of texts one below the other.
func lines(texts []topology.Text) string {
	var b strings.Builder
	for i, t := range texts {
		pitch := t.Rect.Dy()
		if i+1 < len(texts) {
			pitch = texts[i+1].Rect.Min.Y - t.Rect.Min.Y
		}
		fmt.Fprintf(&b, `<div style="font-size:%dpx;line-height:%dpx`, t.Role.Size(), pitch)
		if t.Role.Bold() {
			b.WriteString(`;font-weight:bold`)
		}
		if t.Role.Mono() {
			b.WriteString(`;font-family:Courier New,monospace`)
		}
		b.WriteString(`">` + html(t.Text) + `</div>`)
	}
	return b.String()
}

// html escapes a text for a label.
func html(s string) string { return escaper.Replace(topology.Plain(s)) }

// attribute escapes a text for the file.
func attribute(s string) string { return escaper.Replace(topology.Plain(s)) }

var escaper = strings.NewReplacer(`&`, `&amp;`, `<`, `&lt;`, `>`, `&gt;`, `"`, `&quot;`, `'`, `&#39;`)
