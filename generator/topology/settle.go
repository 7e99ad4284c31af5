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
		at, space := it.top, 8
		for _, e := range side {
			p := &l.pieces[e.piece]
			v, need := p.a, space
			if e.last {
				v = p.b
				need = max(space, l.blocks[p.edge].height+4)
			}
			l.hold(at, v, need)
			at, space = v, portGap
		}
		l.hold(at, it.bottom, 8)
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
	for _, r := range l.rules {
		if v := y[r.upper] + r.gap; v > y[r.lower] {
			y[r.lower] = v
		}
	}
}

// up moves every height above those that it must lie above.
func (l *layout) up(y []int) {
	for i := len(l.rules) - 1; i >= 0; i-- {
		r := &l.rules[i]
		if v := y[r.lower] - r.gap; v < y[r.upper] {
			y[r.upper] = v
		}
	}
}

// settle gives every height its value: each wants to be level with its other
// end, as far as the rules allow. The mean of two solutions, one that yields
// downwards and one that yields upwards, is a solution too.
func (l *layout) settle() {
	n := len(l.y)
	lo, hi := make([]int, n), make([]int, n)
	l.down(lo)
	for _, v := range lo {
		l.height = max(l.height, v)
	}
	for i := range hi {
		hi[i] = l.height
	}
	l.up(hi)
	for i := range l.y {
		l.y[i] = (lo[i] + hi[i]) / 2
	}
	want, below := make([]int, n), make([]int, n)
	for range settleSweeps {
		for i := range want {
			want[i] = l.y[i]
		}
		l.wish(want)
		for i := range want {
			want[i] = min(max(want[i], lo[i]), hi[i])
		}
		copy(below, want)
		l.down(below)
		l.up(want)
		for i := range l.y {
			l.y[i] = (below[i] + want[i]) >> 1
		}
	}
	l.tighten()
}

// wish sets where heights would like to be.
func (l *layout) wish(want []int) {
	for i := range l.items {
		it := &l.items[i]
		switch it.kind {
		case laneItem, turnItem:
			sum, n := 0, 0
			for _, side := range [2][]end{it.left, it.right} {
				for _, e := range side {
					if p := &l.pieces[e.piece]; p.kind == crossPiece {
						sum, n = sum+l.far(e), n+1
					}
				}
			}
			if n > 0 {
				want[it.top] = sum / n
				want[it.bottom] = sum / n
			}
		default:
			sum, n := 0, 0
			for _, side := range [2][]end{it.left, it.right} {
				for _, e := range side {
					if p := &l.pieces[e.piece]; p.kind == crossPiece {
						sum, n = sum+l.far(e), n+1
					}
				}
			}
			size := l.boxes[it.node].size.Y
			mid := (l.y[it.top] + l.y[it.bottom]) / 2
			if n > 0 {
				mid = sum / n
			}
			most := max(size, 72*max(len(it.left), len(it.right)))
			if max(len(it.left), len(it.right)) < 3 {
				most = size
			}
			top, bottom := mid-size/2, mid-size/2+size
			for _, side := range [2][]end{it.left, it.right} {
				for _, e := range side {
					p := &l.pieces[e.piece]
					v := p.a
					if e.last {
						v = p.b
					}
					y := l.far(e)
					if p.kind == crossPiece {
						y = min(max(y, mid-most/2+8), mid+most/2-8)
						top, bottom = min(top, y-8), max(bottom, y+8)
					} else {
						y = min(max(y, mid-size/2+8), mid+size/2-8)
					}
					want[v] = y
				}
			}
			want[it.top], want[it.bottom] = top, bottom
		}
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
			space := 8
			for _, e := range side {
				p := &l.pieces[e.piece]
				v, need := p.a, space
				if e.last {
					v, need = p.b, max(space, l.blocks[p.edge].height+4)
				}
				first, last = min(first, l.y[v]-need), max(last, l.y[v]+8)
				space = 0
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
		for c, b := range r.bands {
			if len(r.slots[c]) == 0 {
				switch {
				case c == 0:
					l.y[b.top] = 0
				default:
					l.y[r.bands[c-1].bottom] = l.y[b.top] - bandGap
				}
			}
			if c == len(r.bands)-1 && len(r.slots[c+1]) == 0 {
				l.y[b.bottom] = l.height
			}
		}
	}
}
