package topology

import "slices"

// Sweeps over the ranks.
const (
	orderSweeps  = 8
	settleSweeps = 12
)

// order sets the order of items within columns, and the slots of lanes that
// go round zones, so that few arrows cross.
func (l *layout) order() {
	for i := range l.items {
		if it := &l.items[i]; it.slot < 0 && it.kind == boxItem {
			l.cell(it.col, it.cell, i)
		}
	}
	for r := range l.ranks {
		l.spread(r)
	}
	// Lanes begin where their ends are, on average.
	for i := range l.items {
		it := &l.items[i]
		if it.kind == boxItem {
			continue
		}
		it.pos = l.middle(it.edge)
		if it.slot >= 0 {
			l.slot(i)
		} else {
			l.cell(it.col, it.cell, i)
		}
	}
	for r := range l.ranks {
		l.sort(r)
		l.spread(r)
	}
	best, cost := l.snapshot(nil), l.cost()
	for s := range orderSweeps {
		for k := range l.ranks {
			r := k
			if s%2 == 1 {
				r = len(l.ranks) - 1 - k
			}
			l.attract(r, s%4)
			l.reslot(r)
			l.sort(r)
			l.spread(r)
		}
		for r := range l.ranks {
			l.swap(r)
		}
		if c := l.cost(); c < cost {
			best, cost = l.snapshot(best), c
		}
	}
	l.restore(best)
}

func (l *layout) cell(col, cell, i int) {
	c := &l.cols[col]
	c.cells[cell] = append(c.cells[cell], i)
}

// middle is the mean height of an edge's boxes.
func (l *layout) middle(edge int) float64 {
	e := &l.g.Edges[edge]
	return (l.items[l.boxes[e.From].item].pos + l.items[l.boxes[e.To].item].pos) / 2
}

// slot puts a lane above or below the zones that it goes round.
func (l *layout) slot(i int) {
	it := &l.items[i]
	r := &l.ranks[it.rank]
	best, far := 0, 0.0
	for s := range r.slots {
		d := abs(l.slotPos(it.rank, s) - it.pos)
		if s == 0 || d < far {
			best, far = s, d
		}
	}
	it.slot = best
	r.slots[best] = append(r.slots[best], i)
}

// reslot moves the lanes of a rank to the slots next to where they want to be.
func (l *layout) reslot(rank int) {
	r := &l.ranks[rank]
	lanes := slices.Concat(r.slots...)
	if len(lanes) == 0 {
		return
	}
	for s := range r.slots {
		r.slots[s] = r.slots[s][:0]
	}
	for _, i := range lanes {
		l.slot(i)
	}
}

// slotPos is roughly the height of a slot.
func (l *layout) slotPos(rank, slot int) float64 {
	r := &l.ranks[rank]
	top, total := 0.0, 0.0
	for c := range r.zones {
		h := l.cellSize(r, c)
		if c < slot {
			top += h
		}
		total += h
	}
	return top - total/2
}

func (l *layout) cellSize(r *rank, cell int) float64 {
	most := 0.0
	for c := r.first; c < r.first+r.cols; c++ {
		most = max(most, l.size(l.cols[c].cells[cell]))
	}
	return most + 0.5
}

func (l *layout) size(items []int) float64 {
	sum := 0.0
	for _, i := range items {
		sum += l.items[i].size()
	}
	return sum
}

func (it *item) size() float64 {
	if it.kind == boxItem {
		return 1
	}
	return 0.3
}

// spread sets rough heights from the order.
func (l *layout) spread(rank int) {
	r := &l.ranks[rank]
	total := 0.0
	for c := range r.zones {
		total += l.cellSize(r, c)
	}
	for _, s := range r.slots {
		total += l.size(s)
	}
	y := -total / 2
	line := func(items []int) {
		for _, i := range items {
			h := l.items[i].size()
			l.items[i].pos = y + h/2
			y += h
		}
	}
	for c := range r.zones {
		line(r.slots[c])
		h := l.cellSize(r, c)
		top := y
		for k := r.first; k < r.first+r.cols; k++ {
			y = top + (h-l.size(l.cols[k].cells[c]))/2
			line(l.cols[k].cells[c])
		}
		y = top + h
	}
	line(r.slots[len(r.zones)])
}

// attract moves the rough heights of a rank's items to the mean of what they
// are joined with.
func (l *layout) attract(rank, mode int) {
	r := &l.ranks[rank]
	move := func(items []int) {
		for _, i := range items {
			it := &l.items[i]
			sum, n := 0.0, 0.0
			if mode != 3 || len(it.right) == 0 {
				for _, e := range it.left {
					sum, n = sum+l.items[l.other(e)].pos, n+1
				}
			}
			if mode != 2 || len(it.left) == 0 {
				for _, e := range it.right {
					sum, n = sum+l.items[l.other(e)].pos, n+1
				}
			}
			if n > 0 {
				it.pos = sum / n
			}
		}
	}
	for _, s := range r.slots {
		move(s)
	}
	for k := r.first; k < r.first+r.cols; k++ {
		for _, c := range l.cols[k].cells {
			move(c)
		}
	}
}

// other is the item at the other end of a piece.
func (l *layout) other(e end) int {
	if p := &l.pieces[e.piece]; e.last {
		return p.ia
	}
	return l.pieces[e.piece].ib
}

// sort puts a rank's items in the order of their rough heights.
func (l *layout) sort(rank int) {
	r := &l.ranks[rank]
	by := func(items []int) {
		slices.SortStableFunc(items, func(a, b int) int {
			x, y := &l.items[a], &l.items[b]
			switch {
			case x.pos < y.pos-1e-9:
				return -1
			case x.pos > y.pos+1e-9:
				return 1
			}
			return 0
		})
	}
	for _, s := range r.slots {
		by(s)
	}
	for k := r.first; k < r.first+r.cols; k++ {
		for _, c := range l.cols[k].cells {
			by(c)
		}
	}
}

// swap exchanges neighbours while that saves crossings.
func (l *layout) swap(rank int) {
	r := &l.ranks[rank]
	try := func(items []int) bool {
		better := false
		for i := 0; i+1 < len(items); i++ {
			a, b := items[i], items[i+1]
			if l.crossings(b, a) < l.crossings(a, b) {
				items[i], items[i+1] = b, a
				x, y := &l.items[a], &l.items[b]
				top := x.pos - x.size()/2
				y.pos = top + y.size()/2
				x.pos = top + y.size() + x.size()/2
				better = true
			}
		}
		return better
	}
	for range 3 {
		better := false
		for _, s := range r.slots {
			better = try(s) || better
		}
		for k := r.first; k < r.first+r.cols; k++ {
			for _, c := range l.cols[k].cells {
				better = try(c) || better
			}
		}
		if !better {
			return
		}
	}
}

// crossings counts those of the pieces of two neighbours, a above b.
func (l *layout) crossings(a, b int) int {
	n := 0
	count := func(x, y []end) {
		for _, e := range x {
			p := l.items[l.other(e)].pos
			for _, f := range y {
				if l.pieces[e.piece].kind == crossPiece && l.pieces[f.piece].kind == crossPiece && p > l.items[l.other(f)].pos+1e-9 {
					n++
				}
			}
		}
	}
	count(l.items[a].left, l.items[b].left)
	count(l.items[a].right, l.items[b].right)
	return n
}

// cost is the number of crossings, and a little for what is passed on the way
// along a side.
func (l *layout) cost() float64 {
	sum := 0.0
	for i := range l.pieces {
		p := &l.pieces[i]
		pa, pb := l.items[p.ia].pos, l.items[p.ib].pos
		sum += 0.25 * abs(pa-pb)
		if p.kind != crossPiece {
			sum += abs(pa - pb)
			continue
		}
		if l.items[p.ia].col > l.items[p.ib].col {
			pa, pb = pb, pa
		}
		for j := range l.pieces[:i] {
			q := &l.pieces[j]
			if q.channel != p.channel || q.kind != crossPiece {
				continue
			}
			qa, qb := l.items[q.ia].pos, l.items[q.ib].pos
			if l.items[q.ia].col > l.items[q.ib].col {
				qa, qb = qb, qa
			}
			if (pa-qa)*(pb-qb) < -1e-9 {
				sum++
			}
		}
	}
	return sum
}

// snapshot keeps all orders.
func (l *layout) snapshot(into [][]int) [][]int {
	i := 0
	l.lists(func(list *[]int) {
		if i == len(into) {
			into = append(into, nil)
		}
		into[i] = append(into[i][:0], *list...)
		i++
	})
	return into
}

func (l *layout) restore(from [][]int) {
	i := 0
	l.lists(func(list *[]int) {
		*list = append((*list)[:0], from[i]...)
		i++
	})
	for r := range l.ranks {
		for s, lanes := range l.ranks[r].slots {
			for _, i := range lanes {
				l.items[i].slot = s
			}
		}
		l.spread(r)
	}
}

func (l *layout) lists(visit func(*[]int)) {
	for i := range l.ranks {
		r := &l.ranks[i]
		for s := range r.slots {
			visit(&r.slots[s])
		}
	}
	for i := range l.cols {
		for c := range l.cols[i].cells {
			visit(&l.cols[i].cells[c])
		}
	}
}

func abs[T int | float64](x T) T {
	if x < 0 {
		return -x
	}
	return x
}

// ports orders the ends at each side of each box: those that turn up along the
// side, loops, those that go on, those that turn down.
func (l *layout) ports(r *rank) {
	for _, i := range r.items {
		it := &l.items[i]
		switch it.kind {
		case laneItem:
			it.top = l.newVar()
			it.bottom = it.top
		case turnItem:
			it.top, it.bottom = l.newVar(), l.newVar()
		default:
			it.top, it.bottom = l.newVar(), l.newVar()
			l.portOrder(i, it.left)
			l.portOrder(i, it.right)
		}
		l.bind(it, it.left)
		l.bind(it, it.right)
	}
}

func (l *layout) portOrder(item int, side []end) {
	pos := l.items[item].pos
	// class is 0 for up along the side, 1 for loops, 2 for on, 3 for down.
	class := func(e end) int {
		p := &l.pieces[e.piece]
		switch o := l.other(e); {
		case p.kind == crossPiece:
			return 2
		case o == item:
			return 1
		case l.items[o].pos < pos:
			return 0
		default:
			return 3
		}
	}
	slices.SortStableFunc(side, func(a, b end) int {
		ca, cb := class(a), class(b)
		if ca != cb {
			return ca - cb
		}
		pa, pb := &l.pieces[a.piece], &l.pieces[b.piece]
		oa, ob := l.items[l.other(a)].pos, l.items[l.other(b)].pos
		up := ca == 0 || ca == 3 // what is nearer lies further out
		switch {
		case up && oa > ob+1e-9 || !up && oa < ob-1e-9:
			return -1
		case up && oa < ob-1e-9 || !up && oa > ob+1e-9:
			return 1
		case ca == 3:
			return pb.edge - pa.edge
		case pa.edge != pb.edge:
			return pa.edge - pb.edge
		case a.last != b.last: // a loop leaves above and comes back below
			if b.last {
				return -1
			}
			return 1
		}
		return 0
	})
}

// bind gives each end its variable.
func (l *layout) bind(it *item, side []end) {
	for _, e := range side {
		p := &l.pieces[e.piece]
		v := it.top
		if it.kind == boxItem {
			v = l.newVar()
		} else if (p.kind == crossPiece) != e.last { // a turn is left at its other port
			v = it.bottom
		}
		if e.last {
			p.b = v
		} else {
			p.a = v
		}
	}
}
