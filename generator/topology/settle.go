package topology

import (
	"cmp"
	"slices"
)

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

// group makes one height of those that are to be level, and puts the rules in
// an order in which no height is used before it is known. It tells whether
// there is such an order.
func (l *layout) group() bool {
	n := len(l.y)
	l.root = l.root[:0]
	for i := range n {
		l.root = append(l.root, i)
	}
	find := func(i int) int {
		for l.root[i] != i {
			l.root[i] = l.root[l.root[i]]
			i = l.root[i]
		}
		return i
	}
	for i := range l.pieces {
		if p := &l.pieces[i]; p.level {
			a, b := find(p.a), find(p.b)
			l.root[max(a, b)] = min(a, b)
		}
	}
	for i := range l.root {
		l.root[i] = find(i)
	}
	// Rules by their upper heights, and how many there are of each lower one.
	first, count := make([]int, n+1), make([]int, n)
	for _, r := range l.rules {
		first[l.root[r.upper]+1]++
		count[l.root[r.lower]]++
	}
	for i := range n {
		first[i+1] += first[i]
	}
	by := make([]rule, len(l.rules))
	next := slices.Clone(first)
	for _, r := range l.rules {
		u := l.root[r.upper]
		by[next[u]] = rule{u, l.root[r.lower], r.gap}
		next[u]++
	}
	l.sorted = l.sorted[:0]
	queue := next[:0]
	for i := range n {
		if l.root[i] == i && count[i] == 0 {
			queue = append(queue, i)
		}
	}
	for k := 0; k < len(queue); k++ {
		u := queue[k]
		for _, r := range by[first[u]:first[u+1]] {
			l.sorted = append(l.sorted, r)
			if count[r.lower]--; count[r.lower] == 0 {
				queue = append(queue, r.lower)
			}
		}
	}
	return len(l.sorted) == len(l.rules)
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

// lower gives up the level pieces that pull the most where the ranks get
// higher than a bound, and tells whether there were any.
func (l *layout) lower(most int, off []int) bool {
	if l.height <= most {
		return false
	}
	worst := 0
	for i := range l.pieces {
		if l.pieces[i].level {
			worst = max(worst, off[i])
		}
	}
	for i := range l.pieces {
		if p := &l.pieces[i]; p.level && off[i] >= worst-worst/8 {
			p.level = false
		}
	}
	return worst > 0
}

// smooth makes pieces level that nearly are, and tells whether there were any.
func (l *layout) smooth() bool {
	any := false
	for i := range l.pieces {
		p := &l.pieces[i]
		if d := abs(l.y[p.a] - l.y[p.b]); p.kind != crossPiece || p.level || p.rough || d == 0 || d >= 2*apart {
			continue
		}
		if p.level = true; l.group() {
			any = true
		} else {
			p.level, p.rough = false, true
		}
	}
	if any {
		l.group()
	}
	return any
}

// straighten chooses pieces to be level: as many of each channel as do not
// cross, those between two passing lanes before others.
func (l *layout) straighten() {
	type line struct {
		piece, right int
		left         int
		sum, before  int
	}
	// The order of ends at each side of each channel.
	rank := make([]int, len(l.y))
	for i := range l.cols {
		n := 0
		for _, side := range [2]bool{false, true} {
			n = 0
			l.column(i, func(it *item) {
				list := it.left
				if side {
					list = it.right
				}
				if it.kind != boxItem {
					rank[it.top], rank[it.bottom] = n, n+1
					n += 2
					return
				}
				for _, e := range list {
					rank[l.port(e)] = n
					n++
				}
			})
		}
	}
	byChannel := make([][]line, len(l.cols)+1)
	for i := range l.pieces {
		p := &l.pieces[i]
		if p.kind != crossPiece {
			continue
		}
		a, b := p.a, p.b
		if !l.rightward(p) {
			a, b = b, a
		}
		weight := 2
		for _, it := range [2]int{p.ia, p.ib} {
			if l.items[it].kind == laneItem {
				weight++
			}
		}
		byChannel[p.channel] = append(byChannel[p.channel], line{piece: i, left: rank[a], right: rank[b], sum: weight, before: -1})
	}
	for _, lines := range byChannel {
		slices.SortFunc(lines, func(a, b line) int { return cmp.Or(a.left-b.left, a.right-b.right, a.piece-b.piece) })
		best := -1
		for i := range lines {
			a := &lines[i]
			own, most := a.sum, 0
			for j := range lines[:i] {
				if b := &lines[j]; b.right < a.right && b.left < a.left && b.sum > most {
					most, a.before = b.sum, j
				}
			}
			if a.sum = own + most; best < 0 || a.sum > lines[best].sum {
				best = i
			}
		}
		for ; best >= 0; best = lines[best].before {
			l.pieces[lines[best].piece].level = true
		}
	}
}

// column visits the items of a column from above, lanes round its zones too.
func (l *layout) column(col int, visit func(*item)) {
	c := &l.cols[col]
	r := &l.ranks[c.rank]
	for k := range r.slots {
		for _, i := range r.slots[k] {
			visit(&l.items[i])
		}
		if k < len(c.cells) {
			for _, i := range c.cells[k] {
				visit(&l.items[i])
			}
		}
	}
}

// loosen gives up level pieces where they stretch boxes too much, and tells
// whether there were any.
func (l *layout) loosen() bool {
	any := false
	for i := range l.items {
		it := &l.items[i]
		if it.kind != boxItem {
			continue
		}
		most := max(l.boxes[it.node].size.Y, boxStretch*max(len(it.left), len(it.right))) + boxStretch/2
		for _, side := range [2][]end{it.left, it.right} {
			// The outermost of the longer half goes.
			first, last := -1, -1
			for k, e := range side {
				if l.pieces[e.piece].level {
					if first < 0 {
						first = k
					}
					last = k
				}
			}
			if first < last && l.y[l.port(side[last])]-l.y[l.port(side[first])] > most {
				mid := (l.y[l.port(side[first])] + l.y[l.port(side[last])]) / 2
				k := last
				n := 0
				for _, e := range side {
					if l.pieces[e.piece].level {
						if l.y[l.port(e)] < mid {
							n--
						} else {
							n++
						}
					}
				}
				if n > 0 {
					k = first
				}
				l.pieces[side[k].piece].level = false
				any = true
			}
		}
	}
	return any
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
