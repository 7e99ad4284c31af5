package svg

import (
	"image"
	"strconv"

	"portolan/generator/topology"
)

// raw appends markup of our own.
func (p *printer) raw(parts ...string) *printer {
	for _, s := range parts {
		p.b = append(p.b, s...)
	}
	return p
}

func (p *printer) int(n int) *printer {
	p.b = strconv.AppendInt(p.b, int64(n), 10)
	return p
}

func (p *printer) point(at image.Point) *printer { return p.int(at.X).raw(` `).int(at.Y) }

// id appends an id of the drawing's own. It has a dot, which ids of data have not.
func (p *printer) id(name string) *printer { return p.text(p.d.Graph.ID).raw(`.`, name) }

// text appends a text of the data for elements and quoted attributes.
func (p *printer) text(s string) *printer {
	s = topology.Plain(s)
	last := 0
	for i := range len(s) {
		var escaped string
		switch s[i] {
		case '&':
			escaped = `&amp;`
		case '<':
			escaped = `&lt;`
		case '>':
			escaped = `&gt;`
		case '"':
			escaped = `&#34;`
		default:
			continue
		}
		p.raw(s[last:i], escaped)
		last = i + 1
	}
	return p.raw(s[last:])
}

// open opens a link to a place relative to the page, or a group where there
// are no links, and returns its end.
func (p *printer) open(href string) string {
	if !p.links() {
		p.raw(`<g>`)
		return `</g>`
	}
	if p.alone {
		href = topology.Address(p.page, href)
	}
	p.raw(`<a href="`).text(href).raw(`">`)
	return `</a>`
}

// linked appends lines that lead to a place, wherever in r they are hit.
func (p *printer) linked(href string, r image.Rectangle, list []topology.Text) *printer {
	if !p.links() || href == "" {
		return p.texts(list)
	}
	end := p.open(href)
	return p.hit(r).block(list).raw(end)
}

// rect appends a rectangle with round corners whose line of one pixel is sharp.
func (p *printer) rect(class string, r image.Rectangle, round int) *printer {
	p.raw(`<rect`)
	if class != "" {
		p.raw(` class="`, class, `"`)
	}
	return p.raw(` x="`).int(r.Min.X).raw(`.5" y="`).int(r.Min.Y).raw(`.5" width="`).int(r.Dx() - 1).raw(`" height="`).int(r.Dy() - 1).
		raw(`" rx="`).int(round).raw(`"/>`)
}

// hit appends what a pointer can hit and a focus is drawn on.
func (p *printer) hit(r image.Rectangle) *printer {
	return p.raw(`<path class="hit" d="`).outline(r).raw(`"/>`)
}

// outline appends the path of a rectangle.
func (p *printer) outline(r image.Rectangle) *printer {
	return p.raw(`M`).point(r.Min).raw(`h`).int(r.Dx()).raw(`v`).int(r.Dy()).raw(`h`).int(-r.Dx()).raw(`z`)
}

func (p *printer) texts(list []topology.Text) *printer {
	for _, t := range list {
		p.span(t, false)
	}
	return p
}

// span appends one line of text.
func (p *printer) span(t topology.Text, off bool) *printer {
	p.raw(`<text class="`, roles[t.Role])
	if off {
		p.raw(` off`)
	}
	return p.raw(`" x="`).int(t.At.X).raw(`" y="`).int(t.At.Y).raw(`">`).text(t.Text).raw(`</text>`)
}

// block appends lines that are read as one text.
func (p *printer) block(list []topology.Text) *printer {
	p.raw(`<text>`)
	for i, t := range list {
		if i > 0 {
			p.raw("\n")
		}
		p.raw(`<tspan class="`, roles[t.Role], `" x="`).int(t.At.X).raw(`" y="`).int(t.At.Y).raw(`">`).text(t.Text).raw(`</tspan>`)
	}
	return p.raw(`</text>`)
}

// cover is what some texts cover.
func cover(list []topology.Text) image.Rectangle {
	var out image.Rectangle
	for _, t := range list {
		out = out.Union(t.Rect)
	}
	return out
}
