// Package topologytest holds drawings against what they must show: nothing
// covers anything else, every arrow joins its boxes, and passes the zones and
// firewalls that it passes in truth.
package topologytest

import (
	"fmt"
	"image"
	"slices"
	"strings"

	"portolan/generator/topology"
)

// near is how close two lines may come, in pixels.
const near = 4

// Check returns what is wrong with a drawing, in words; nothing is best.
func Check(d *topology.Drawing) []string {
	c := checker{d: d, g: d.Graph}
	if len(d.Bands) != len(c.g.Zones) || len(d.Boxes) != len(c.g.Nodes) || len(d.Walls) != len(c.g.Firewalls) || len(d.Arrows) != len(c.g.Edges) {
		c.report("%d bands, %d boxes, %d walls, %d arrows of %d zones, %d nodes, %d firewalls, %d edges",
			len(d.Bands), len(d.Boxes), len(d.Walls), len(d.Arrows), len(c.g.Zones), len(c.g.Nodes), len(c.g.Firewalls), len(c.g.Edges))
		return c.out
	}
	for i := range d.Arrows {
		c.segments = append(c.segments, segments(d.Arrows[i].Points))
	}
	c.gather()
	c.areas()
	c.texts()
	for i := range d.Arrows {
		c.arrow(i)
		c.labels(i)
	}
	c.pairs()
	c.legend()
	return c.out
}

type checker struct {
	d        *topology.Drawing
	g        *topology.Graph
	out      []string
	list     []area
	segments [][]image.Rectangle // per arrow
	numbers  bool                // of rows, instead of ports, occur
}

// area is something that covers its place.
type area struct {
	name string
	rect image.Rectangle
	// inside is what it stands in: another area; -1: the canvas.
	inside int
	kind   kind
	// owner is the band, box, wall or arrow that it belongs to.
	owner int
}

type kind uint8

const (
	band kind = iota
	box
	bar
	text
	label
	key
)

func (c *checker) report(format string, args ...any) {
	c.out = append(c.out, fmt.Sprintf(format, args...))
}

// segments are the lines of an arrow as areas of no thickness.
func segments(points []image.Point) []image.Rectangle {
	var out []image.Rectangle
	for i := 1; i < len(points); i++ {
		out = append(out, image.Rectangle{points[i-1], points[i]}.Canon())
	}
	return out
}

// overlap tells whether two areas share a point, borders counted.
func overlap(a, b image.Rectangle) bool {
	return a.Min.X <= b.Max.X && b.Min.X <= a.Max.X && a.Min.Y <= b.Max.Y && b.Min.Y <= a.Max.Y
}

// within tells whether a lies in b, borders counted.
func within(a, b image.Rectangle) bool {
	return a.Min.X >= b.Min.X && a.Max.X <= b.Max.X && a.Min.Y >= b.Min.Y && a.Max.Y <= b.Max.Y
}

// shrunk is an area without its border.
func shrunk(r image.Rectangle) image.Rectangle {
	return image.Rect(r.Min.X+1, r.Min.Y+1, r.Max.X-1, r.Max.Y-1)
}

func (c *checker) canvas() image.Rectangle { return image.Rectangle{Max: c.d.Size} }

func (c *checker) gather() {
	add := func(a area) int {
		c.list = append(c.list, a)
		return len(c.list) - 1
	}
	texts := func(list []topology.Text, owner, inside int) {
		for _, t := range list {
			add(area{fmt.Sprintf("text %q", t.Text), t.Rect, inside, text, owner})
		}
	}
	bands := make([]int, len(c.d.Bands))
	for i, b := range c.d.Bands {
		bands[i] = add(area{fmt.Sprintf("band %q", c.g.Zones[i].Name), b.Rect, -1, band, i})
		texts(b.Texts, i, bands[i])
	}
	for i, b := range c.d.Boxes {
		in := add(area{fmt.Sprintf("box %d %q", i, c.g.Nodes[i].Members[0].Title), b.Rect, bands[c.g.Nodes[i].Zone], box, i})
		for _, m := range b.Members {
			texts(m, i, in)
		}
	}
	for i, w := range c.d.Walls {
		for _, r := range w.Bars {
			add(area{fmt.Sprintf("bar of %q", c.g.Firewalls[i].Name), r, -1, bar, i})
		}
		if !w.Beam.Empty() {
			add(area{fmt.Sprintf("beam of %q", c.g.Firewalls[i].Name), w.Beam, -1, bar, i})
		}
		texts(w.Texts, -1, -1)
	}
	for i, a := range c.d.Arrows {
		for _, l := range a.Labels {
			add(area{fmt.Sprintf("label %q of arrow %d", l.Text.Text, i), l.Text.Rect, bands[c.g.Nodes[c.g.Edges[i].To].Zone], label, i})
		}
	}
	for _, k := range c.d.Legend {
		r := image.Rectangle{k.From, k.To}.Canon().Union(k.Text.Rect)
		add(area{fmt.Sprintf("key %q", k.Text.Text), r, -1, key, -1})
	}
}

// areas holds that everything lies in what contains it, and beside all else.
func (c *checker) areas() {
	canvas := c.canvas()
	for i, a := range c.list {
		if a.rect.Empty() {
			c.report("%s is empty", a.name)
		}
		if !within(a.rect, canvas) {
			c.report("%s is outside of the canvas", a.name)
		}
		if a.inside >= 0 && !within(a.rect, c.list[a.inside].rect) {
			c.report("%s is outside of %s", a.name, c.list[a.inside].name)
		}
		for j, b := range c.list[:i] {
			if a.inside == j || b.inside == i || a.inside >= 0 && c.list[a.inside].inside == j || a.kind == bar && b.kind == bar && a.owner == b.owner {
				continue
			}
			if a.rect.Overlaps(b.rect) {
				c.report("%s covers %s", a.name, b.name)
			}
		}
	}
}

// texts holds that no text is wider or higher than it says.
func (c *checker) texts() {
	one := func(t topology.Text) {
		if t.Text == "" || strings.TrimSpace(t.Text) != t.Text {
			c.report("text %q is not trimmed", t.Text)
		}
		if w := t.Role.Width(t.Text); t.At.X < t.Rect.Min.X || t.At.X+w > t.Rect.Max.X {
			c.report("text %q is %d wide and has %d", t.Text, w, t.Rect.Dx())
		}
		if t.At.Y-t.Role.Ascent() < t.Rect.Min.Y || t.At.Y+t.Role.Descent() > t.Rect.Max.Y {
			c.report("text %q at %v leaves %v", t.Text, t.At, t.Rect)
		}
	}
	for i, b := range c.d.Boxes {
		if len(b.Members) != len(c.g.Nodes[i].Members) {
			c.report("box %d has %d of %d members", i, len(b.Members), len(c.g.Nodes[i].Members))
		}
		for k, m := range b.Members {
			if len(m) == 0 || m[0].Role != topology.TitleText {
				c.report("member %d of box %d has no title", k, i)
			}
			for _, t := range m {
				one(t)
			}
		}
	}
	for i, b := range c.d.Bands {
		if len(b.Texts) == 0 {
			c.report("band %d has no name", i)
		}
		for _, t := range b.Texts {
			one(t)
		}
	}
	for i, w := range c.d.Walls {
		if len(w.Bars) > 0 && len(w.Texts) == 0 {
			c.report("wall %d has no name", i)
		}
		for _, t := range w.Texts {
			one(t)
		}
	}
	for _, a := range c.d.Arrows {
		for _, l := range a.Labels {
			one(l.Text)
		}
	}
	for _, k := range c.d.Legend {
		one(k.Text)
	}
}

// arrow holds one arrow against its boxes, zones and firewalls.
func (c *checker) arrow(i int) {
	a, e := &c.d.Arrows[i], &c.g.Edges[i]
	if len(a.Points) < 2 {
		c.report("arrow %d has %d points", i, len(a.Points))
		return
	}
	for k := 1; k < len(a.Points); k++ {
		d := a.Points[k].Sub(a.Points[k-1])
		if (d.X == 0) == (d.Y == 0) {
			c.report("arrow %d goes askew, or nowhere, from %v to %v", i, a.Points[k-1], a.Points[k])
		}
		if k > 1 {
			if b := a.Points[k-1].Sub(a.Points[k-2]); (b.X == 0) == (d.X == 0) {
				c.report("arrow %d has a needless point %v", i, a.Points[k-1])
			}
		}
		if !within(c.segments[i][k-1], c.canvas()) {
			c.report("arrow %d leaves the canvas", i)
		}
	}
	c.touches(i, "begins", a.Points[0], a.Points[1], e.From)
	c.touches(i, "ends", a.Points[len(a.Points)-1], a.Points[len(a.Points)-2], e.To)
	for k, s := range c.segments[i] {
		for b := range c.d.Boxes {
			r := c.d.Boxes[b].Rect
			own := b == e.From && k == 0 || b == e.To && k == len(c.segments[i])-1
			if own && overlap(s, shrunk(r)) || !own && overlap(s, r) {
				c.report("arrow %d crosses box %d", i, b)
			}
		}
		for _, t := range c.list {
			switch {
			case t.kind == label && overlap(s, t.rect), t.kind == text && overlap(s, t.rect), t.kind == key && overlap(s, t.rect):
				c.report("arrow %d crosses %s", i, t.name)
			case t.kind == bar && overlap(s, t.rect):
				if !slices.ContainsFunc(a.Crossings, func(p image.Point) bool {
					return overlap(image.Rectangle{p, p}, t.rect) && overlap(image.Rectangle{p, p}, s)
				}) {
					c.report("arrow %d crosses a %s unseen", i, t.name)
				} else if s.Dy() > 0 {
					c.report("arrow %d runs along a %s", i, t.name)
				}
			}
		}
	}
	c.way(i)
	c.walls(i)
	c.unguarded(i)
	if e.Forbidden != (a.Barred != nil) || e.Forbidden != (a.Style == topology.StyleForbidden) {
		c.report("arrow %d is forbidden %t, of style %d, and barred %v", i, e.Forbidden, a.Style, a.Barred)
	}
	if a.Barred != nil && !c.on(i, *a.Barred) {
		c.report("arrow %d is barred beside itself", i)
	}
	off := !slices.ContainsFunc(e.Flows, func(f topology.Flow) bool { return !f.Off })
	if !e.Forbidden && off != (a.Style == topology.StyleOff) {
		c.report("arrow %d is off %t and of style %d", i, off, a.Style)
	}
}

// on tells whether a point lies on an arrow.
func (c *checker) on(i int, p image.Point) bool { return c.along(i, p) >= 0 }

// along is how far from its begin an arrow passes a point; -1: never.
func (c *checker) along(i int, p image.Point) int {
	sum := 0
	for k, s := range c.segments[i] {
		d := p.Sub(c.d.Arrows[i].Points[k])
		if overlap(image.Rectangle{p, p}, s) {
			return sum + max(d.X, -d.X) + max(d.Y, -d.Y)
		}
		sum += s.Dx() + s.Dy()
	}
	return -1
}

// touches holds that an end lies on the border of its box and leaves it.
func (c *checker) touches(i int, what string, p, next image.Point, node int) {
	r := c.d.Boxes[node].Rect
	left := p.X == r.Min.X && next.X < p.X && p.Y > r.Min.Y && p.Y < r.Max.Y
	right := p.X == r.Max.X && next.X > p.X && p.Y > r.Min.Y && p.Y < r.Max.Y
	above := p.Y == r.Min.Y && next.Y < p.Y && p.X > r.Min.X && p.X < r.Max.X
	below := p.Y == r.Max.Y && next.Y > p.Y && p.X > r.Min.X && p.X < r.Max.X
	if !left && !right && !above && !below {
		c.report("arrow %d %s at %v, not on the border of box %d %v", i, what, p, node, r)
	}
}

// way holds that an arrow passes the zones of its way, in that order, and no
// others.
func (c *checker) way(i int) {
	e := &c.g.Edges[i]
	want := []int{c.g.Nodes[e.From].Zone}
	for _, z := range append(slices.Clone(e.Through), c.g.Nodes[e.To].Zone) {
		if z != want[len(want)-1] {
			want = append(want, z)
		}
	}
	var got []int
	points := c.d.Arrows[i].Points
	for k, s := range c.segments[i] {
		// The bands on this line, in its direction.
		type hit struct{ band, at int }
		var hits []hit
		for b := range c.d.Bands {
			if r := c.d.Bands[b].Rect; overlap(s, r) {
				at := r.Min.X
				if s.Dx() == 0 {
					at = r.Min.Y
				}
				if points[k+1].X < points[k].X || points[k+1].Y < points[k].Y {
					at = -at
				}
				hits = append(hits, hit{b, at})
			}
		}
		slices.SortFunc(hits, func(a, b hit) int { return a.at - b.at })
		for _, h := range hits {
			if len(got) == 0 || got[len(got)-1] != h.band {
				got = append(got, h.band)
			}
		}
	}
	if !slices.Equal(got, want) {
		c.report("arrow %d passes zones %v, but should %v", i, got, want)
	}
}

// unguarded holds that no piece of wall stands above an arrow that passes over
// all zones that the firewall guards there: it would seem to break through.
func (c *checker) unguarded(i int) {
	for w, wall := range c.d.Walls {
		for _, bar := range wall.Bars {
			guarded := c.guarded(w, bar)
			if bar.Dx() <= thinBar || guarded.Empty() {
				continue
			}
			for _, s := range c.segments[i] {
				passes := s.Dy() == 0 && s.Min.X < bar.Min.X && bar.Max.X < s.Max.X
				crosses := slices.ContainsFunc(c.d.Arrows[i].Crossings, func(p image.Point) bool { return bar.Min.X <= p.X && p.X < bar.Max.X })
				if passes && !crosses && bar.Max.Y <= s.Min.Y && s.Min.Y < guarded.Min.Y {
					c.report("arrow %d passes above what firewall %d guards, through its wall %v", i, w, bar)
				}
			}
		}
	}
}

// thinBar is how wide a bar is, at most, that is no wall but joins two of them.
const thinBar = 2

// guarded covers the bands of a firewall's zones that are next to a bar, on its right.
func (c *checker) guarded(w int, bar image.Rectangle) (out image.Rectangle) {
	next := c.canvas().Max.X
	for _, b := range c.d.Bands {
		if b.Rect.Min.X >= bar.Max.X {
			next = min(next, b.Rect.Min.X)
		}
	}
	for z, b := range c.d.Bands {
		if b.Rect.Min.X == next && slices.Contains(c.g.Firewalls[w].Zones, z) {
			out = out.Union(b.Rect)
		}
	}
	return out
}

// walls holds that an arrow crosses its chain, one after the other.
func (c *checker) walls(i int) {
	a, e := &c.d.Arrows[i], &c.g.Edges[i]
	if len(a.Crossings) != len(e.Chain) {
		c.report("arrow %d has %d crossings of %d firewalls", i, len(a.Crossings), len(e.Chain))
		return
	}
	last := -1
	for k, p := range a.Crossings {
		at := c.along(i, p)
		if at <= last {
			c.report("arrow %d does not cross its firewalls in their order", i)
		}
		last = at
		point := image.Rectangle{p, p.Add(image.Pt(1, 1))}
		if !slices.ContainsFunc(c.d.Walls[e.Chain[k]].Bars, point.In) {
			c.report("arrow %d crosses firewall %d at %v, where no bar is", i, e.Chain[k], p)
		}
	}
	at := slices.Index(e.Chain, e.Translated)
	switch {
	case at < 0 && a.Translation != nil:
		c.report("arrow %d is not translated, but says so", i)
	case at >= 0 && (a.Translation == nil || *a.Translation != a.Crossings[at]):
		c.report("arrow %d is translated where it does not cross that firewall", i)
	}
}

// labels holds that each flow has its label, beside the arrow's last line.
func (c *checker) labels(i int) {
	a, e := &c.d.Arrows[i], &c.g.Edges[i]
	if len(a.Labels) == 0 || len(c.segments[i]) == 0 {
		c.report("arrow %d has no labels", i)
		return
	}
	last := c.segments[i][len(c.segments[i])-1]
	texts := make([]string, len(e.Flows))
	for k, l := range a.Labels {
		if l.Flow < 0 || l.Flow >= len(e.Flows) || k > 0 && l.Flow < a.Labels[k-1].Flow {
			c.report("arrow %d: label %q is of flow %d", i, l.Text.Text, l.Flow)
			return
		}
		texts[l.Flow] += l.Text.Text
		if r := l.Text.Rect; r.Min.X < last.Min.X || r.Max.X > last.Max.X {
			c.report("arrow %d: label %q is not beside its last line", i, l.Text.Text)
		}
		if l.Off && !e.Flows[l.Flow].Off {
			c.report("arrow %d: label %q is off", i, l.Text.Text)
		}
	}
	squeeze := strings.NewReplacer(" ", "").Replace
	for k := 0; k < len(texts); k++ {
		number := c.g.Rows[e.Flows[k].Row].Number
		if squeeze(texts[k]) == squeeze(c.g.Label(&e.Flows[k])) {
			continue
		}
		if c.numbers = true; texts[k] == fmt.Sprint(number) {
			continue
		}
		// A run of numbers stands for all flows up to its end.
		end := k
		for end+1 < len(texts) && texts[end+1] == "" {
			end++
		}
		if texts[k] != fmt.Sprintf("%d–%d", number, c.g.Rows[e.Flows[end].Row].Number) || c.g.Rows[e.Flows[end].Row].Number-number != end-k {
			c.report("arrow %d: flow %d (%s, row %d) has label %q", i, k, e.Flows[k].Ports, number, texts[k])
		}
		k = end
	}
	if a.Barred != nil {
		mark := image.Rectangle{*a.Barred, *a.Barred}.Inset(-5)
		for _, t := range c.list {
			if (t.kind == label || t.kind == box || t.kind == text) && t.rect.Overlaps(mark) {
				c.report("the bar of arrow %d covers %s", i, t.name)
			}
		}
	}
}

// pairs holds that no two lines run together, and none ends on another.
func (c *checker) pairs() {
	for i := range c.segments {
		for j := range c.segments[:i+1] {
			for k, s := range c.segments[i] {
				for m, t := range c.segments[j] {
					if i == j && m >= k {
						break
					}
					if (s.Dx() == 0) != (t.Dx() == 0) {
						continue
					}
					grown := t
					if s.Dx() == 0 {
						grown.Min.X, grown.Max.X = t.Min.X-near, t.Max.X+near
					} else {
						grown.Min.Y, grown.Max.Y = t.Min.Y-near, t.Max.Y+near
					}
					if overlap(s, grown) {
						c.report("arrows %d and %d run together at %v and %v", i, j, s, t)
					}
				}
			}
			if i != j {
				c.corners(i, j)
				c.corners(j, i)
			}
		}
	}
}

// corners holds that no corner of an arrow lies on another arrow.
func (c *checker) corners(i, j int) {
	p := c.d.Arrows[i].Points
	for k := 1; k+1 < len(p); k++ {
		for _, s := range c.segments[j] {
			if overlap(image.Rectangle{p[k], p[k]}.Inset(-2), s) {
				c.report("arrow %d turns at %v on arrow %d", i, p[k], j)
			}
		}
	}
}

// legend holds that it explains what occurs and nothing else.
func (c *checker) legend() {
	styles, marks := map[topology.Style]int{}, map[topology.Mark]int{}
	for _, a := range c.d.Arrows {
		styles[a.Style] = 1
		if a.Translation != nil {
			marks[topology.MarkTranslation] = 1
		}
	}
	if c.numbers {
		marks[topology.MarkNumber] = 1
	}
	for _, w := range c.d.Walls {
		if len(w.Bars) > 0 {
			marks[topology.MarkFirewall] = 1
		}
	}
	for _, k := range c.d.Legend {
		if k.Mark == topology.MarkNone {
			styles[k.Style]--
		} else {
			marks[k.Mark]--
		}
	}
	for s := topology.StyleRequired; s <= topology.StyleForbidden; s++ {
		if styles[s] != 0 {
			c.report("the legend has style %d once too often, or not", s)
		}
	}
	for m := topology.MarkFirewall; m <= topology.MarkNumber; m++ {
		if marks[m] != 0 {
			c.report("the legend has mark %d once too often, or not", m)
		}
	}
}
