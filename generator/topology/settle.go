package topology

// rule holds one height below another.
type rule struct{ upper, lower, gap int }

func (l *layout) hold(upper, lower, gap int) {
	l.rules = append(l.rules, rule{upper, lower, gap})
}

// constrain writes down what must lie below what, from above: a rule comes
// after all that its upper height depends on.
func (l *layout) constrain() {
	l.rules = make([]rule, 0, 4*len(l.y))
	for i := range l.ranks {
		r := &l.ranks[i]
		l.ports(r)
		last := l.newVar() // the top of the rank
		r.bands = make([]span, len(r.zones))
		gap := 0
		lanes := func(s int) {
			for _, it := range r.slots[s] {
				l.hold(last, l.items[it].top, max(gap, laneGap))
				last, gap = l.items[it].top, laneGap
			}
		}
		for c, z := range r.zones {
			lanes(c)
			b := span{l.newVar(), l.newVar()}
			r.bands[c] = b
			l.hold(last, b.top, gap)
			head := l.header(z)
			for k := r.first; k < r.first+r.cols; k++ {
				last, gap = b.top, head
				for _, it := range l.cols[k].cells[c] {
					last, gap = l.holdItem(last, gap, it)
				}
				l.hold(last, b.bottom, bandPad)
			}
			l.hold(b.top, b.bottom, head+bandPad)
			last, gap = b.bottom, bandGap
		}
		lanes(len(r.zones))
	}
}

// holdItem holds an item of a column below what is above it, and answers what
// the next is held below, and how far.
func (l *layout) holdItem(last, gap, i int) (int, int) {
	it := &l.items[i]
	if it.kind != boxItem {
		if gap == boxGap {
			gap = laneGap
		}
		l.hold(last, it.top, gap)
		if it.kind == turnItem {
			l.hold(it.top, it.bottom, portGap)
		}
		return it.bottom, laneGap
	}
	l.hold(last, it.top, gap)
	for _, side := range [2][]end{it.left, it.right} {
		at, space, extra := it.top, portEdge, 0
		for _, e := range side {
			v := l.port(e)
			l.hold(at, v, max(space, l.need(e)+extra))
			at, space, extra = v, portGap, 0
			if l.g.Edges[l.pieces[e.piece].edge].Forbidden && l.need(e) > portEdge {
				extra = strikeRoom/2 - 3 // the sign reaches below the arrow
			}
		}
		l.hold(at, it.bottom, portEdge)
	}
	l.hold(it.top, it.bottom, l.boxes[it.node].size.Y)
	return it.bottom, boxGap
}

// header is the height of a band's own texts.
func (l *layout) header(zone int) int {
	h := 8
	for _, t := range l.heading(zone) {
		h = max(h, t.Rect.Max.Y)
	}
	return h + 10
}

// down moves every height below those that it must lie below.
func (l *layout) down(y []int) {
	for _, r := range l.sorted {
		if v := y[r.upper] + r.gap; v > y[r.lower] {
			y[r.lower] = v
		}
	}
}

// up moves every height above those that it must lie above.
func (l *layout) up(y []int) {
	for i := len(l.sorted) - 1; i >= 0; i-- {
		r := &l.sorted[i]
		if v := y[r.lower] - r.gap; v < y[r.upper] {
			y[r.upper] = v
		}
	}
}

// settle gives every height its value. Pieces that can be level are: they make
// one height of two. The mean of two solutions, one that yields downwards and
// one that yields upwards, is a solution too.
func (l *layout) settle() {
	n := len(l.y)
	lo, hi := make([]int, n), make([]int, n)
	below, above := make([]int, n), make([]int, n)
	bounds := func() {
		clear(lo)
		l.down(lo)
		l.height = 0
		for _, v := range lo {
			l.height = max(l.height, v)
		}
		for i := range hi {
			hi[i] = l.height
		}
		l.up(hi)
	}
	// meet takes the heights in below as wishes.
	meet := func() {
		for i := range below {
			below[i] = min(max(below[i], lo[i]), hi[i])
		}
		copy(above, below)
		l.down(below)
		l.up(above)
		for i, r := range l.root {
			l.y[i] = (below[r] + above[r]) >> 1
		}
	}
	l.group()
	bounds()
	most := l.height*3/2 + 150
	off := make([]int, len(l.pieces)) // how far from level where none is made so
	for i := range l.pieces {
		p := &l.pieces[i]
		off[i] = abs(lo[p.a]+hi[p.a]-lo[p.b]-hi[p.b]) / 2
	}
	l.straighten()
	for {
		if !l.group() {
			for i := range l.pieces {
				l.pieces[i].level = false
			}
			continue
		}
		bounds()
		for i, r := range l.root {
			l.y[i] = (lo[r] + hi[r]) / 2
		}
		if !l.loosen() && !l.lower(most, off) {
			break
		}
	}
	for s := range settleSweeps {
		copy(below, l.y)
		l.wish(below, s%2 == 0)
		meet()
	}
	for l.smooth() {
		bounds()
		copy(below, l.y)
		meet()
	}
	l.tighten()
}

// need is how far a port lies below the top of its box at least.
func (l *layout) need(e end) int {
	p := &l.pieces[e.piece]
	if last := l.routes[p.edge]; e.last && last[len(last)-1] == e.piece {
		return max(portEdge, l.blocks[p.edge].height+4)
	}
	return portEdge
}

// port is an end's height, a variable.
func (l *layout) port(e end) int {
	if e.last {
		return l.pieces[e.piece].b
	}
	return l.pieces[e.piece].a
}

// wish sets where heights would like to be that are not level with another:
// lanes as their left ends, or the right ones, boxes amid what they are joined
// with.
func (l *layout) wish(want []int, fromLeft bool) {
	set := func(v, y int) { want[l.root[v]] = y }
	for i := range l.items {
		it := &l.items[i]
		sides := [2][]end{it.left, it.right}
		sum, n, level := 0, 0, false
		for _, side := range sides {
			for _, e := range side {
				if p := &l.pieces[e.piece]; p.kind == crossPiece {
					sum, n = sum+l.far(e), n+1
					level = level || p.level
				}
			}
		}
		if it.kind == laneItem {
			e := it.right[0]
			if fromLeft {
				e = it.left[0]
			}
			if !level {
				set(it.top, l.far(e))
			}
			continue
		}
		if it.kind == turnItem {
			if !level {
				set(it.top, sum/n)
				set(it.bottom, sum/n)
			}
			continue
		}
		if n == 0 { // next to what it is joined with inside the zone
			for _, side := range sides {
				for _, e := range side {
					if l.other(e) != i {
						sum, n = sum+l.far(e), n+1
					}
				}
			}
		}
		size := l.boxes[it.node].size.Y
		mid := (l.y[it.top] + l.y[it.bottom]) / 2
		if n > 0 && !level {
			mid = sum / n
		}
		top, bottom := mid-size/2, mid-size/2+size
		upper, lower := top+portEdge, bottom-portEdge
		if level {
			upper, lower = l.y[it.top]+portEdge, l.y[it.bottom]-portEdge
		}
		for _, side := range sides {
			for _, e := range side {
				y := l.y[l.port(e)]
				if !l.pieces[e.piece].level {
					if l.other(e) != i {
						y = l.far(e)
					}
					y = min(max(y, upper), lower)
					set(l.port(e), y)
				}
				top, bottom = min(top, y-l.need(e)), max(bottom, y+portEdge)
			}
		}
		set(it.top, top)
		set(it.bottom, bottom)
	}
}

// far is the height of a piece's other end.
func (l *layout) far(e end) int {
	if e.last {
		return l.y[l.pieces[e.piece].a]
	}
	return l.y[l.pieces[e.piece].b]
}

// tighten makes boxes as high as their texts and ports need, and bands as high
// as the rank.
func (l *layout) tighten() {
	for i := range l.items {
		it := &l.items[i]
		if it.kind != boxItem {
			continue
		}
		first, last := l.y[it.bottom], l.y[it.top]
		for _, side := range [2][]end{it.left, it.right} {
			for _, e := range side {
				y := l.y[l.port(e)]
				first, last = min(first, y-l.need(e)), max(last, y+portEdge)
			}
		}
		size := l.boxes[it.node].size.Y
		if first > last {
			mid := (first + last) / 2
			first, last = mid, mid
		}
		if last-first < size {
			mid := (first + last) / 2
			first = max(l.y[it.top], min(mid-size/2, l.y[it.bottom]-size))
			last = first + size
		}
		l.y[it.top], l.y[it.bottom] = first, last
	}
	for i := range l.ranks {
		r := &l.ranks[i]
		for c, b := range r.bands {
			head := l.header(r.zones[c])
			top, bottom := l.y[b.bottom], 0
			for k := r.first; k < r.first+r.cols; k++ {
				if cell := l.cols[k].cells[c]; len(cell) > 0 {
					top = min(top, l.y[l.items[cell[0]].top])
					bottom = max(bottom, l.y[l.items[cell[len(cell)-1]].bottom])
				}
			}
			if bottom == 0 {
				continue
			}
			l.y[b.top] = top - head
			l.y[b.bottom] = bottom + bandPad
		}
	}
	l.cut()
	for i := range l.ranks {
		r := &l.ranks[i]
		for c, b := range r.bands {
			if len(r.slots[c]) == 0 {
				if c == 0 {
					l.y[b.top] = 0
				} else {
					l.y[r.bands[c-1].bottom] = l.y[b.top] - bandGap
				}
			}
			if c == len(r.bands)-1 && len(r.slots[c+1]) == 0 {
				l.y[b.bottom] = l.height
			}
		}
	}
}

// cut takes away the height that nothing uses.
func (l *layout) cut() {
	top, bottom := l.height, 0
	for i := range l.ranks {
		r := &l.ranks[i]
		for _, b := range r.bands {
			top, bottom = min(top, l.y[b.top]), max(bottom, l.y[b.bottom])
		}
		for _, s := range r.slots {
			for _, it := range s {
				y := l.y[l.items[it].top]
				top, bottom = min(top, y), max(bottom, y)
			}
		}
	}
	for i := range l.y {
		l.y[i] -= top
	}
	l.height = bottom - top
}
