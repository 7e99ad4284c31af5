package topology

import (
	"cmp"
	"slices"
)

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
	found := false
	for i := range l.pieces {
		p := &l.pieces[i]
		if d := abs(l.y[p.a] - l.y[p.b]); p.kind != crossPiece || p.level || p.rough || d == 0 || d >= 2*apart {
			continue
		}
		if p.level = true; l.group() {
			found = true
		} else {
			p.level, p.rough = false, true
		}
	}
	if found {
		l.group()
	}
	return found
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
	found := false
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
				found = true
			}
		}
	}
	return found
}
