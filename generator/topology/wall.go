package topology

import (
	"cmp"
	"image"
	"slices"
)

// stem is how wide a bar is where it passes a zone that is not its own.
const stem = 2

// borders finds on which borders each firewall stands, as channels, from the
// left: left of each of its zones but the outermost.
func (l *layout) borders(chans []channel) [][]int {
	at := make([][]int, len(l.g.Firewalls))
	add := func(w, c int) {
		if !slices.Contains(at[w], c) {
			at[w] = append(at[w], c)
		}
	}
	for w := range l.g.Firewalls {
		f := &l.g.Firewalls[w]
		outer := len(l.ranks)
		for _, z := range f.Zones {
			outer = min(outer, l.zone[z].rank)
		}
		for _, z := range f.Zones {
			if r := l.zone[z].rank; r > outer {
				add(w, l.ranks[r].first)
			}
		}
	}
	for i := range l.pieces {
		if p := &l.pieces[i]; p.wall >= 0 {
			add(p.wall, p.channel)
		}
	}
	for w, list := range at {
		slices.Sort(list)
		for _, c := range list {
			chans[c].walls = append(chans[c].walls, w)
		}
	}
	// Side by side, those that go on to the left stand on the left.
	for c := range chans {
		lean := func(w int) int {
			first, last := at[w][0], at[w][len(at[w])-1]
			switch {
			case first < c && last == c:
				return -1
			case first == c && last > c:
				return 1
			}
			return 0
		}
		slices.SortStableFunc(chans[c].walls, func(a, b int) int { return lean(a) - lean(b) })
	}
	return at
}

// barAt is the left edge of a firewall's bar.
func (ch *channel) barAt(w int) int { return ch.bar + slices.Index(ch.walls, w)*barSpace }

// walls places beams and names above the bands and returns where those begin.
func (l *layout) walls(d *Drawing, chans []channel, at [][]int, width *int) int {
	type line struct {
		wall, row   int
		left, right int // of the beam
		x0, x1      int // with the name
		texts       []Text
	}
	var lines []line
	height := 0 // of the names
	for w, list := range at {
		if len(list) == 0 {
			continue
		}
		first, last := &chans[list[0]], &chans[list[len(list)-1]]
		n := line{wall: w, left: first.barAt(w), right: last.barAt(w) + barWidth}
		f := &l.g.Firewalls[w]
		y, wide := 0, 0
		add := func(s string) {
			for _, s := range WallText.Wrap(s, 240, 2) {
				t := WallText.at(0, y, s)
				n.texts = append(n.texts, t)
				y, wide = t.Rect.Max.Y, max(wide, t.Rect.Max.X)
			}
		}
		add(f.Name)
		for _, s := range f.Lines {
			add(s)
		}
		height = max(height, y)
		// The name begins with the beam. A bar on its own has it in its middle,
		// one of several on its outer side.
		x := n.left
		if len(list) == 1 {
			switch k := slices.Index(first.walls, w); {
			case len(first.walls) == 1 || k > 0 && k < len(first.walls)-1:
				x = (n.left + n.right - wide) / 2
			case k == 0:
				x = n.right - wide
			}
		}
		x = max(x, margin)
		for i := range n.texts {
			n.texts[i] = n.texts[i].move(image.Pt(x, -y))
		}
		n.x0, n.x1 = min(n.left, x), max(n.right, x+wide)
		*width = max(*width, n.x1+margin)
		lines = append(lines, n)
	}
	// The widest are on top, so that their bars pass the others' beams outside.
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(b.right-b.left, a.right-a.left) })
	rows := 0
	for i := range lines {
		a := &lines[i]
		for j := range lines[:i] {
			if b := &lines[j]; b.row >= a.row && a.x0 < b.x1+barSpace && b.x0 < a.x1+barSpace {
				a.row = b.row + 1
			}
		}
		rows = max(rows, a.row+1)
	}
	step := height + 4 + barWidth + 10
	for i := range lines {
		n := &lines[i]
		y := margin + n.row*step + height
		w := &d.Walls[n.wall]
		for _, t := range n.texts {
			w.Texts = append(w.Texts, t.move(image.Pt(0, y)))
		}
		w.Beam = image.Rect(n.left, y+4, n.right, y+4+barWidth)
	}
	return margin + rows*step
}

// bars sets the bars from the beam down along the bands of their zones, with
// gaps where an arrow passes that does not cross the firewall here.
func (l *layout) bars(d *Drawing, chans []channel, at [][]int) {
	var cuts, thin [][2]int
	for w, list := range at {
		wall := &d.Walls[w]
		own := l.g.Firewalls[w].Zones
		for _, c := range list {
			ch := &chans[c]
			x := ch.barAt(w)
			r := &l.ranks[l.cols[c].rank]
			top, bottom := wall.Beam.Max.Y, 0
			if len(list) == 1 {
				top = wall.Beam.Min.Y
			}
			cuts, thin = cuts[:0], thin[:0]
			first := -1 // where the first of its own bands begins
			for cell, z := range r.zones {
				if b := r.bands[cell]; slices.Contains(own, z) {
					bottom = max(bottom, l.y[b.bottom])
					if first < 0 {
						first = l.y[b.top] - bandGap/2
					}
				} else {
					thin = append(thin, [2]int{l.y[b.top] - bandGap/2, l.y[b.bottom] + bandGap/2})
				}
			}
			for i := range l.pieces {
				p := &l.pieces[i]
				if p.channel != c || p.kind != crossPiece {
					continue
				}
				y := l.right(p)
				if p.wall == w {
					bottom = max(bottom, y+6)
					first = min(first, y-6)
				} else {
					cuts = append(cuts, [2]int{y - 5, y + 5})
				}
			}
			// What passes above all that it guards passes no wall.
			if slices.ContainsFunc(cuts, func(c [2]int) bool { return top < c[0] && c[1] <= first }) {
				thin = slices.DeleteFunc(thin, func(t [2]int) bool { return t[1] <= first })
				thin = slices.Insert(thin, 0, [2]int{top, first})
			}
			cuts = append(cuts, others(d, at, w, x)...)
			slices.SortFunc(cuts, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
			add := func(to int) {
				for _, t := range thin {
					if t[0] > top {
						wall.add(x, top, min(t[0], to), barWidth)
						top = t[0]
					}
					wall.add(x+(barWidth-stem)/2, top, min(t[1], to), stem)
					top = max(top, min(t[1], to))
				}
				wall.add(x, top, to, barWidth)
			}
			for _, cut := range cuts {
				if cut[0] >= bottom {
					break
				}
				if cut[1] > top {
					add(cut[0])
					top = cut[1]
				}
			}
			add(bottom)
		}
		if len(list) == 1 {
			wall.Beam = image.Rectangle{}
		}
	}
}

// others are the heights at which the beams and names of other firewalls pass
// the bar of firewall w at x.
func others(d *Drawing, at [][]int, w, x int) (cuts [][2]int) {
	cross := func(r image.Rectangle) {
		if r.Min.X < x+barWidth+4 && x-4 < r.Max.X {
			cuts = append(cuts, [2]int{r.Min.Y - 3, r.Max.Y + 3})
		}
	}
	for o := range d.Walls {
		if o == w {
			continue
		}
		if len(at[o]) > 1 {
			cross(d.Walls[o].Beam)
		}
		for _, t := range d.Walls[o].Texts {
			cross(t.Rect)
		}
	}
	return cuts
}

// add gives a wall a piece of a bar, if there is any.
func (w *Wall) add(x, top, bottom, width int) {
	if top < bottom {
		w.Bars = append(w.Bars, image.Rect(x, top, x+width, bottom))
	}
}
