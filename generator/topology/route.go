package topology

// item is what has a place in a column: a box, an arrow that passes, or the
// turn of an arrow that comes and leaves on the same side.
type item struct {
	kind itemKind
	node int // of a box
	edge int // of the others
	rank int
	col  int // of a lane around zones: the rank's first
	cell int // the zone within the rank
	slot int // of a lane around zones; else -1
	// top and bottom are variables: a box's borders, a lane's height twice, or
	// a turn's two ports.
	top, bottom int
	// left and right are the ends of pieces at each side.
	left, right []end
	pos         float64 // rough height while orders are sought
}

type itemKind uint8

const (
	boxItem itemKind = iota
	laneItem
	turnItem
)

// end is one end of a piece.
type end struct {
	piece int
	last  bool // the piece's end, else its begin
}

// piece is the part of an arrow in one channel: level, upright, level. Channel
// c lies left of column c.
type piece struct {
	edge, channel int
	kind          pieceKind
	// a and b are its ends in the arrow's direction: variables and items.
	a, b   int
	ia, ib int
	wall   int  // the firewall that it passes here, or -1
	level  bool // both ends are at one height
	rough  bool // it cannot be level
	// track is where it is upright, and x the same in pixels; -1: nowhere. One
	// that turns twice has a second such place, and its height between both.
	track, x        int
	track2, x2, mid int
}

type pieceKind uint8

const (
	crossPiece pieceKind = iota // from the one column to the other
	leftPiece                   // both ends at the right side of the left column
	rightPiece                  // both ends at the left side of the right column
)

func (l *layout) newItem(it item) int {
	i := len(l.items)
	l.items = append(l.items, it)
	l.ranks[it.rank].items = append(l.ranks[it.rank].items, i)
	return i
}

// route leads every edge through channels and columns: first those between
// columns, then those beside one, where there is room.
func (l *layout) route() {
	l.routes = make([][]int, len(l.g.Edges))
	sides := map[pair]pieceKind{}
	for _, beside := range [2]bool{false, true} {
		for i := range l.g.Edges {
			e := &l.g.Edges[i]
			from, to := &l.boxes[e.From], &l.boxes[e.To]
			r := router{l: l, edge: i, item: from.item, col: from.col, wall: -1}
			switch {
			case beside != (len(l.ways[i]) == 1 && from.col == to.col):
			case beside:
				p := pair{min(e.From, e.To), max(e.From, e.To)}
				kind, ok := sides[p]
				if !ok {
					kind = l.side(from.item, to.item)
					sides[p] = kind
				}
				r.beside(to, kind)
			default:
				r.run(e, to)
			}
		}
	}
}

// router walks along one edge.
type router struct {
	l    *layout
	edge int
	item int // where it stands
	col  int
	// border is the channel in which it passes the firewall.
	border, wall int
}

func (r *router) run(e *Edge, to *box) {
	l := r.l
	way := l.ways[r.edge]
	if len(way) == 1 {
		r.inner(to)
		return
	}
	for k := 1; k < len(way); k++ {
		from, into := l.zone[way[k-1]], l.zone[way[k]]
		step := 1
		if into.rank < from.rank {
			step = -1
		}
		r.border, r.wall = l.ranks[max(from.rank, into.rank)].first, -1
		if k-1 < len(e.Chain) {
			r.wall = e.Chain[k-1]
		}
		// The rest of its own zone's columns.
		for l.inRank(r.col+step, from.rank) {
			r.pass(r.col+step, from)
		}
		// Round the zones between.
		for q := from.rank + step; q != into.rank; q += step {
			r.round(q, step)
		}
		// Into the next zone, through it, or to the box.
		c := r.col + step
		switch {
		case k == len(way)-1:
			for c != to.col {
				r.pass(c, into)
				c += step
			}
			r.step(to.item, c)
		case (l.zone[way[k+1]].rank > into.rank) != (step > 0):
			r.turn(c, into, step)
		default:
			r.pass(c, into)
		}
	}
}

// beside leads an edge along one side of its column.
func (r *router) beside(to *box, kind pieceKind) {
	channel := r.col
	if kind == leftPiece {
		channel++
	}
	r.add(piece{channel: channel, kind: kind, ib: to.item, wall: -1})
}

// inner leads an edge between the columns of one zone.
func (r *router) inner(to *box) {
	l := r.l
	step := 1
	if to.col < r.col {
		step = -1
	}
	at := place{l.items[to.item].rank, l.items[to.item].cell}
	for r.col+step != to.col {
		r.pass(r.col+step, at)
	}
	r.step(to.item, to.col)
}

// side is where an edge between two boxes of a column runs: where fewer
// arrows are.
func (l *layout) side(a, b int) pieceKind {
	lean := 0
	for _, it := range [2]int{a, b} {
		lean += len(l.items[it].left) - len(l.items[it].right)
	}
	if lean < 0 {
		return rightPiece
	}
	return leftPiece
}

func (l *layout) inRank(col, rank int) bool {
	return col >= 0 && col < len(l.cols) && l.cols[col].rank == rank
}

// pass goes through a zone's column.
func (r *router) pass(col int, at place) {
	l := r.l
	it := l.newItem(item{kind: laneItem, edge: r.edge, rank: at.rank, col: col, cell: at.cell, slot: -1})
	r.step(it, col)
}

// round goes round the zones of a rank.
func (r *router) round(rank, step int) {
	l := r.l
	q := &l.ranks[rank]
	it := l.newItem(item{kind: laneItem, edge: r.edge, rank: rank, col: q.first, cell: -1, slot: 0})
	col := q.first
	if step < 0 {
		col = q.first + q.cols - 1
	}
	r.step(it, col)
	if step > 0 {
		r.col = q.first + q.cols - 1
	} else {
		r.col = q.first
	}
}

// turn goes into a zone and back out on the same side.
func (r *router) turn(col int, at place, step int) {
	l := r.l
	it := l.newItem(item{kind: turnItem, edge: r.edge, rank: at.rank, col: col, cell: at.cell, slot: -1})
	r.step(it, col)
	kind, channel := rightPiece, col
	if step < 0 {
		kind, channel = leftPiece, col+1
	}
	r.add(piece{channel: channel, kind: kind, ib: it, wall: -1})
}

// step goes to an item of the next column.
func (r *router) step(to, col int) {
	channel := max(r.col, col)
	wall := -1
	if channel == r.border {
		wall = r.wall
	}
	r.add(piece{channel: channel, kind: crossPiece, ib: to, wall: wall})
	r.col = col
}

func (r *router) add(p piece) {
	l := r.l
	p.edge, p.ia, p.track, p.track2 = r.edge, r.item, -1, -1
	i := len(l.pieces)
	l.pieces = append(l.pieces, p)
	l.routes[r.edge] = append(l.routes[r.edge], i)
	// Which sides it touches.
	rightOf := func(it, other int) bool { // the item's right side
		if p.kind != crossPiece {
			return p.kind == leftPiece
		}
		a, b := &l.items[it], &l.items[other]
		return a.rank < b.rank || a.rank == b.rank && a.col < b.col
	}
	attach := func(it, other int, last bool) {
		t := &l.items[it]
		if rightOf(it, other) {
			t.right = append(t.right, end{i, last})
		} else {
			t.left = append(t.left, end{i, last})
		}
	}
	attach(p.ia, p.ib, false)
	attach(p.ib, p.ia, true)
	r.item = p.ib
}
