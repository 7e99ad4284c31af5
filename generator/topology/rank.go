package topology

import "portolan/generator/catalog"

// Bounds of a column.
const (
	columnBoxes = 13 // more are wrapped
	innerPairs  = 8  // from so many pairs on, a zone's boxes stand beside each other
)

func rowStyle(r *Row) Style {
	switch {
	case r.Status == catalog.Discouraged || r.Status == catalog.Obsolete:
		return StyleDiscouraged
	case r.Need == catalog.Required:
		return StyleRequired
	case r.Need == catalog.Conditional:
		return StyleConditional
	default:
		return StyleOptional
	}
}

// way is the zones that an edge passes, each step into another one.
func (l *layout) way(e *Edge) []int {
	out := []int{l.g.Nodes[e.From].Zone}
	for _, z := range e.Through {
		if z != out[len(out)-1] {
			out = append(out, z)
		}
	}
	if to := l.g.Nodes[e.To].Zone; to != out[len(out)-1] {
		out = append(out, to)
	}
	return out
}

// rank gives zones their ranks and nodes their columns. It depends on zones,
// nodes and pairs of nodes alone, so that another flow of a pair moves none.
func (l *layout) rank() {
	g := l.g
	n := len(g.Zones)
	joined := make([]bool, n*n)
	l.ways = make([][]int, len(g.Edges))
	for i := range g.Edges {
		w := l.way(&g.Edges[i])
		l.ways[i] = w
		for k := 1; k < len(w); k++ {
			joined[w[k-1]*n+w[k]] = true
			joined[w[k]*n+w[k-1]] = true
		}
	}
	l.zone = make([]place, n)
	for z := range n {
		fresh := len(l.ranks) == 0
		if !fresh {
			for _, o := range l.ranks[len(l.ranks)-1].zones {
				fresh = fresh || joined[o*n+z]
			}
		}
		if fresh {
			l.ranks = append(l.ranks, rank{})
		}
		r := &l.ranks[len(l.ranks)-1]
		l.zone[z] = place{len(l.ranks) - 1, len(r.zones)}
		r.zones = append(r.zones, z)
	}
	l.boxes = make([]box, len(g.Nodes))
	l.columns()
}

// columns spreads the boxes of each zone over the columns of its rank.
func (l *layout) columns() {
	g := l.g
	nodes := make([][]int, len(g.Zones))
	for i := range g.Nodes {
		z := g.Nodes[i].Zone
		nodes[z] = append(nodes[z], i)
	}
	// toward counts the pairs that leave to the left and to the right.
	left, right := make([]int, len(g.Nodes)), make([]int, len(g.Nodes))
	inner := make([][]pair, len(g.Zones))
	seen := map[pair]bool{}
	for i := range g.Edges {
		e := &g.Edges[i]
		p := pair{e.From, e.To}
		if p.from == p.to || seen[p] || seen[pair{p.to, p.from}] {
			continue
		}
		seen[p] = true
		w := l.ways[i]
		if len(w) == 1 {
			inner[w[0]] = append(inner[w[0]], p)
			continue
		}
		count := func(node, from, to int) {
			if l.zone[to].rank < l.zone[from].rank {
				left[node]++
			} else {
				right[node]++
			}
		}
		count(e.From, w[0], w[1])
		count(e.To, w[len(w)-1], w[len(w)-2])
	}
	layer := make([]int, len(g.Nodes))
	for ri := range l.ranks {
		r := &l.ranks[ri]
		r.first = len(l.cols)
		r.cols = 1
		deep := make([]int, len(r.zones))
		for c, z := range r.zones {
			deep[c] = layers(nodes[z], inner[z], left, right, layer)
			r.cols = max(r.cols, deep[c])
		}
		for range r.cols {
			l.cols = append(l.cols, column{rank: ri, cells: make([][]int, len(r.zones))})
		}
		r.slots = make([][]int, len(r.zones)+1)
		r.bands = make([]span, len(r.zones))
		for c, z := range r.zones {
			shift, lean := 0, 0
			for _, v := range nodes[z] {
				lean += right[v] - left[v]
			}
			if lean > 0 {
				shift = r.cols - deep[c]
			}
			for _, v := range nodes[z] {
				b := &l.boxes[v]
				b.col = r.first + shift + layer[v]
				b.item = l.newItem(item{kind: boxItem, node: v, rank: ri, col: b.col, cell: c, slot: -1})
			}
		}
	}
}

type pair struct{ from, to int }

// layers spreads the boxes of one zone over columns and returns how many:
// initiators left, listeners right, where there are many of them.
func layers(nodes []int, pairs []pair, left, right []int, layer []int) int {
	n := 1
	if len(nodes) > columnBoxes || len(pairs) >= innerPairs {
		n = max(2, (len(nodes)+columnBoxes-1)/columnBoxes)
		if len(pairs) < innerPairs {
			n = (len(nodes) + columnBoxes - 1) / columnBoxes
		}
	}
	for _, v := range nodes {
		layer[v] = 0
	}
	if n == 1 {
		return 1
	}
	paired := map[int]bool{}
	for _, p := range pairs {
		paired[p.from], paired[p.to] = true, true
	}
	// Each listener stands right of its initiators, as far as there is room;
	// a circle is cut after as many rounds as there are columns.
	for range n {
		for _, p := range pairs {
			if layer[p.to] <= layer[p.from] && layer[p.from] < n-1 {
				layer[p.to] = layer[p.from] + 1
			}
		}
	}
	count := make([]int, n)
	for _, v := range nodes {
		if paired[v] {
			count[layer[v]]++
		}
	}
	if len(pairs) == 0 {
		per := (len(nodes) + n - 1) / n
		for i, v := range nodes {
			layer[v] = i / per
		}
		return n
	}
	for _, v := range nodes {
		switch {
		case paired[v]:
			continue
		case left[v] > right[v]:
			layer[v] = 0
		case right[v] > left[v]:
			layer[v] = n - 1
		default:
			for k := range n {
				if count[k] < count[layer[v]] {
					layer[v] = k
				}
			}
		}
		count[layer[v]]++
	}
	return n
}
