// Package svg spells drawings as SVG: inline for a page, and as a file of its
// own.
//
// Both have the same elements and classes and the same [Stylesheet] and
// [Dark], which the page's own style sheets include and the file carries. There is no script, no
// foreign markup, no font and nothing else that is fetched. Colours of the
// file stand without variables, since few programs but browsers know those.
package svg

import (
	_ "embed"
	"fmt"
	"image"
	"io"
	"slices"
	"strings"

	"portolan/generator/topology"
)

// Format is the file.
type Format struct{}

// Info implements [topology.Format].
func (Format) Info() topology.Info {
	return topology.Info{ID: "svg", Extension: "svg", Title: "SVG", Use: "a picture of any size, for documents and wikis"}
}

// Render implements [topology.Format].
func (Format) Render(w io.Writer, d *topology.Drawing, page string) error {
	p := &printer{b: make([]byte, 0, 32<<10), d: d, page: page, alone: true}
	p.drawing()
	_, err := w.Write(append(p.b, '\n'))
	return err
}

// AppendInline appends the drawing as an element of the page that it is of:
// links lead into that page, and ids begin with the graph's, such as
// "diagram.title" of its title.
func AppendInline(b []byte, d *topology.Drawing) []byte {
	p := &printer{b: b, d: d}
	p.drawing()
	return p.b
}

// The fonts that [topology.TextRole.Width] reckons with.
const (
	sans = `system-ui,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,"DejaVu Sans",sans-serif`
	mono = `ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace`
)

//go:embed diagram.css
var rules string

//go:embed dark.css
var dark string

// Dark is what changes on a dark screen; it stands after [Stylesheet].
func Dark() string { return dark }

// Stylesheet is how all drawings look in light and on paper. All of it is
// below the class "diagram".
func Stylesheet() string {
	var b strings.Builder
	usual := topology.StyleRequired.Look().Width
	fmt.Fprintf(&b, ".diagram { display: block; color: %v; }\n.diagram text, .diagram tspan { font: %dpx %s; fill: currentColor; }\n.diagram .way { fill: none; stroke-width: %d; }\n",
		topology.Ink, topology.LineText.Size(), sans, usual)
	var fonts, colors, ways []rule
	for role := topology.ZoneText; role <= topology.LegendText; role++ {
		if size := role.Size(); size != topology.LineText.Size() {
			fonts = append(fonts, rule{roles[role], fmt.Sprintf("font-size: %dpx", size)})
		}
		if role.Bold() {
			fonts = append(fonts, rule{roles[role], "font-weight: 600"})
		}
		if role.Mono() {
			fonts = append(fonts, rule{roles[role], "font-family: " + mono})
		}
	}
	for _, v := range []struct {
		selector, property string
		color              topology.Color
	}{
		{"tl", "color", topology.FaintInk}, {"tk", "color", topology.FaintInk}, {"tw", "color", topology.WallInk},
		{"paper", "fill", topology.Paper}, {"sign", "fill", topology.Paper},
		{"band > rect", "fill", topology.BandFill}, {"band > rect", "stroke", topology.BandLine}, {"off .head", "fill", topology.BandFill},
		{"box > rect", "fill", topology.BoxFill}, {"box > rect", "stroke", topology.BoxLine}, {"rule", "stroke", topology.BandLine},
		{"own > rect", "fill", topology.OwnFill}, {"own > rect", "stroke", topology.OwnLine},
		{"brick", "fill", topology.WallFill}, {"mortar", "stroke", topology.WallJoint},
	} {
		colors = append(colors, rule{v.selector, fmt.Sprintf("%s: %v", v.property, v.color)})
	}
	for style := topology.StyleRequired; style <= topology.StyleForbidden; style++ {
		look := style.Look()
		colors = append(colors, rule{styles[style], fmt.Sprintf("color: %v", look.Color)})
		if look.Width != usual {
			ways = append(ways, rule{styles[style] + " .way", fmt.Sprintf("stroke-width: %d", look.Width)})
		}
		if look.Dash != nil {
			ways = append(ways, rule{styles[style] + " .way", "stroke-dasharray: " + strings.Trim(fmt.Sprint(look.Dash), "[]")})
		}
	}
	write(&b, fonts)
	write(&b, colors)
	write(&b, ways)
	return b.String() + rules
}

// rule is one declaration for what a class in drawings and what follows it select.
type rule struct{ selector, declaration string }

// write prints rules; a declaration stands once, for all that have it.
func write(b *strings.Builder, list []rule) {
	for i, r := range list {
		if slices.ContainsFunc(list[:i], func(o rule) bool { return o.declaration == r.declaration }) {
			continue
		}
		for j, o := range list[i:] {
			switch {
			case o.declaration != r.declaration:
				continue
			case j > 0:
				b.WriteString(", ")
			}
			b.WriteString(".diagram ." + o.selector)
		}
		b.WriteString(" { " + r.declaration + "; }\n")
	}
}

// The classes of what is drawn.
var (
	roles = [...]string{
		topology.ZoneText: "tz", topology.TitleText: "tt", topology.LineText: "tl",
		topology.WallText: "tw", topology.PortText: "tp", topology.LegendText: "tk",
	}
	styles = [...]string{
		topology.StyleRequired: "required", topology.StyleConditional: "conditional", topology.StyleOptional: "optional",
		topology.StyleDiscouraged: "discouraged", topology.StyleOff: "off", topology.StyleForbidden: "forbidden",
	}
)

type printer struct {
	b []byte
	d *topology.Drawing
	// alone tells that this is a file, page the address that it is shown at.
	alone bool
	page  string
}

// links tells whether there are any.
func (p *printer) links() bool { return !p.alone || p.page != "" }

func (p *printer) drawing() {
	g, size := p.d.Graph, p.d.Size
	p.raw(`<svg class="diagram"`)
	if p.alone {
		p.raw(` xmlns="http://www.w3.org/2000/svg"`)
	}
	p.raw(` role="group" aria-labelledby="`).id("title").raw(` `).id("desc").raw(`" width="`).int(size.X).raw(`" height="`).int(size.Y).
		raw(`" viewBox="0 0 `).int(size.X).raw(` `).int(size.Y).raw(`">`)
	p.raw(`<title id="`).id("title").raw(`">`).text(g.Title).raw(`</title><desc id="`).id("desc").raw(`">`).text(g.Description).raw(`</desc>`)
	if p.alone {
		p.raw(`<style>`, Stylesheet(), "@media screen and (prefers-color-scheme: dark) {\n", Dark(), `}</style>`)
	}
	p.raw(`<defs><pattern id="`).id("bricks").raw(`" width="12" height="12" patternUnits="userSpaceOnUse">`,
		`<path class="brick" d="M0 0h12v12H0z"/><path class="mortar" d="M0 .5h12M0 6.5h12M3.5 0v6M9.5 6v6"/></pattern></defs>`)
	p.raw(`<path class="paper" d="M0 0`).raw(`h`).int(size.X).raw(`v`).int(size.Y).raw(`H0z"/>`)
	for _, v := range p.d.Bands {
		p.raw(`<g class="band">`).rect("", v.Rect, 6).texts(v.Texts).raw(`</g>`)
	}
	for i := range p.d.Walls {
		p.wall(&p.d.Walls[i], &g.Firewalls[i])
	}
	for i := range p.d.Boxes {
		p.box(&p.d.Boxes[i], &g.Nodes[i])
	}
	reach := reaches(p.d.Arrows)
	for i := range p.d.Arrows {
		a := &p.d.Arrows[i]
		p.arrow(a, &g.Edges[i], reach[:len(a.Labels)])
		reach = reach[len(a.Labels):]
	}
	p.raw(`<g class="legend">`)
	for i := range p.d.Legend {
		p.key(&p.d.Legend[i])
	}
	p.raw(`</g></svg>`)
}

func (p *printer) wall(v *topology.Wall, f *topology.Firewall) {
	p.raw(`<g class="wall"><path fill="url(#`).id("bricks").raw(`)" d="`)
	if !v.Beam.Empty() {
		p.outline(v.Beam)
	}
	for _, bar := range v.Bars {
		p.outline(bar)
	}
	p.raw(`"/>`)
	p.linked(f.Href, cover(v.Texts), v.Texts).raw(`</g>`)
}

func (p *printer) box(v *topology.Box, n *topology.Node) {
	p.raw(`<g class="box`)
	if n.Self {
		p.raw(` own`)
	}
	p.raw(`">`)
	if n.Many {
		// Two more behind it, whose upper ends are seen: arrows come from the sides.
		for _, n := range []int{6, 3} {
			r := v.Rect
			p.rect("", image.Rect(r.Min.X+n, r.Min.Y-n, r.Max.X-n, r.Max.Y-n), 4)
		}
	}
	p.rect("", v.Rect, 4)
	top := v.Rect.Min.Y
	for i, texts := range v.Members {
		bottom := v.Rect.Max.Y
		if i+1 < len(v.Members) {
			bottom = (cover(texts).Max.Y + cover(v.Members[i+1]).Min.Y) / 2
			p.raw(`<path class="rule" d="M`).int(v.Rect.Min.X).raw(` `).int(bottom).raw(`.5h`).int(v.Rect.Dx()).raw(`"/>`)
		}
		p.linked(n.Members[i].Href, image.Rect(v.Rect.Min.X, top, v.Rect.Max.X, bottom).Inset(2), texts)
		top = bottom
	}
	p.raw(`</g>`)
}

// arrow prints an edge with its labels, the i-th reaching over reach[i].
func (p *printer) arrow(a *topology.Arrow, e *topology.Edge, reach []image.Rectangle) {
	p.raw(`<g class="edge `, styles[a.Style], `">`)
	p.line(a.Points)
	if a.Barred != nil {
		p.bar(*a.Barred)
	}
	if a.Translation != nil && a.Barred == nil {
		p.translation(*a.Translation)
	}
	for i := range a.Labels {
		l := &a.Labels[i]
		end := p.open("#" + p.d.Graph.Rows[e.Flows[l.Flow].Row].Anchor)
		p.raw(`<title>`).name(e, l, run(a, e, i)).raw(`</title>`).hit(reach[i]).span(l.Text, l.Off).raw(end)
	}
	p.raw(`</g>`)
}

// run is the flows that a label stands for: those up to the next one's.
func run(a *topology.Arrow, e *topology.Edge, label int) []topology.Flow {
	first, end := a.Labels[label].Flow, len(e.Flows)
	if label+1 < len(a.Labels) {
		end = a.Labels[label+1].Flow
	}
	return e.Flows[first:max(end, first+1)]
}

// name says what a label stands for, beginning with what it shows.
func (p *printer) name(e *topology.Edge, l *topology.Label, flows []topology.Flow) *printer {
	if l.Text.Text != p.d.Graph.Label(&flows[0]) {
		p.text(l.Text.Text).raw(`: `)
	}
	for i := range flows {
		if i > 0 {
			p.raw(`; `)
		}
		p.text(p.d.Graph.Sentence(e, &flows[i]))
	}
	return p
}

func (p *printer) key(k *topology.Key) {
	p.raw(`<g`)
	if k.Mark == topology.MarkNone {
		p.raw(` class="edge `, styles[k.Style], `"`)
	}
	p.raw(`>`)
	middle := k.From.Add(k.To).Div(2)
	switch k.Mark {
	case topology.MarkNone:
		p.line([]image.Point{k.From, k.To})
		if k.Style == topology.StyleForbidden {
			p.bar(middle.Sub(image.Pt(headLength/2, 0)))
		}
	case topology.MarkFirewall:
		p.raw(`<g class="wall"><path fill="url(#`).id("bricks").raw(`)" d="`).
			outline(image.Rect(middle.X-4, middle.Y-8, middle.X+4, middle.Y+8)).raw(`"/></g>`)
	case topology.MarkTranslation:
		p.raw(`<path class="way" d="M`).point(k.From).raw(`L`).point(k.To).raw(`"/>`).translation(middle)
	case topology.MarkNumber:
		p.raw(`<text class="tp" text-anchor="middle" x="`).int(middle.X).raw(`" y="`).int(k.Text.At.Y).raw(`">12</text>`)
	}
	p.span(k.Text, false).raw(`</g>`)
}
