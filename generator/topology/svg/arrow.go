package svg

import (
	"image"

	"portolan/generator/topology"
)

// Pixels of what an arrow is made of.
const (
	headLength = 10
	headWidth  = 8
	bend       = 6 // the radius of a corner, at most
	reachable  = 24
)

// line appends the way and the head of an arrow.
func (p *printer) line(points []image.Point) {
	last := len(points) - 1
	tip := points[last]
	along := toward(points[last-1], tip)
	p.raw(`<path class="way" d="M`).point(points[0])
	for i := 1; i < last; i++ {
		at := points[i]
		in, out := toward(points[i-1], at), toward(at, points[i+1])
		room := min(bend, distance(points[i-1], at)/2, distance(at, points[i+1])/2)
		if room == 0 || in == out {
			p.on(in, at)
			continue
		}
		p.on(in, at.Sub(in.Mul(room))).raw(`q`).point(in.Mul(room)).raw(` `).point(in.Add(out).Mul(room))
	}
	// The line ends inside the head, so that it doesn't blunt the tip.
	p.on(along, tip.Sub(along.Mul(headLength-1))).raw(`"/>`)
	across := image.Pt(-along.Y, along.X).Mul(headWidth / 2)
	p.raw(`<path class="head" d="M`).point(tip).raw(`l`).point(across.Sub(along.Mul(headLength))).raw(`l`).point(across.Mul(-2)).raw(`z"/>`)
}

// on goes straight on to a point.
func (p *printer) on(along, to image.Point) *printer {
	if along.Y == 0 {
		return p.raw(`H`).int(to.X)
	}
	return p.raw(`V`).int(to.Y)
}

// bar strikes an arrow through.
func (p *printer) bar(at image.Point) {
	p.raw(`<path class="sign" d="M`).point(at.Add(image.Pt(-6, 0))).raw(`a6 6 0 1 1 12 0a6 6 0 1 1-12 0m3.5-2.5l5 5m0-5l-5 5"/>`)
}

// translation marks where an address becomes another.
func (p *printer) translation(at image.Point) {
	p.raw(`<path class="sign" d="M`).point(at.Add(image.Pt(-8, 0))).raw(`a8 8 0 1 1 16 0a8 8 0 1 1-16 0m3.5-1.5h9l-2.5-2.5m2.5 5.5h-9l2.5 2.5"/>`)
}

// toward is the unit step of a level or upright line.
func toward(from, to image.Point) image.Point {
	d := to.Sub(from)
	return image.Pt(sign(d.X), sign(d.Y))
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// distance is the length of a level or upright line.
func distance(a, b image.Point) int {
	d := a.Sub(b)
	return max(d.X, -d.X) + max(d.Y, -d.Y)
}

// reaches are what a pointer hits of each label, arrow by arrow: high enough
// for a finger, but no further than half the way to the next label.
func reaches(arrows []topology.Arrow) []image.Rectangle {
	var out []image.Rectangle
	for i := range arrows {
		for _, l := range arrows[i].Labels {
			out = append(out, l.Text.Rect)
		}
	}
	rects := append([]image.Rectangle(nil), out...)
	for i, r := range rects {
		more := max(0, reachable-r.Dy())
		up, down := (more+1)/2, (more+1)/2
		for _, o := range rects {
			if o.Min.X >= r.Max.X || o.Max.X <= r.Min.X {
				continue
			}
			if gap := r.Min.Y - o.Max.Y; gap >= 0 {
				up = min(up, gap/2)
			}
			if gap := o.Min.Y - r.Max.Y; gap >= 0 {
				down = min(down, gap/2)
			}
		}
		r.Min.Y -= up
		r.Max.Y += down
		out[i] = image.Rect(r.Min.X-3, r.Min.Y, r.Max.X+3, r.Max.Y)
	}
	return out
}
