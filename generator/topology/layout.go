package topology

import "image"

// Distances, in pixels.
const (
	margin     = 16
	boxWidth   = 190 // at most
	boxNarrow  = 120 // at least
	boxPadX    = 10
	boxPadY    = 8
	boxGap     = 18 // between boxes of a column
	memberGap  = 8
	laneGap    = 14 // around an arrow that passes
	bandPad    = 16
	bandGap    = 14
	trackGap   = 10
	barWidth   = 8
	barSpace   = 22 // from bar to bar
	portGap    = 12
	portEdge   = 8  // from a port to the border of its box
	boxStretch = 72 // an arrow may make its box so much higher, to be level
	arrowRoom  = 13 // for the head
	strikeRoom = 16 // for the sign of a forbidden arrow
)

// layout is a drawing in the making.
//
// Zones between which nothing runs share a rank, one above the other; a rank
// is one or more columns of boxes. Between neighbouring columns is a channel:
// all that is upright lies in the channels' tracks, all that is level has a
// height of its own on its side of the channel.
type layout struct {
	g     *Graph
	ranks []rank
	cols  []column
	zone  []place // per zone
	boxes []box   // per node
	items []item
	// pieces are the parts of arrows, each inside one channel.
	pieces []piece
	ways   [][]int // per edge, the zones that it passes
	routes [][]int // per edge, its pieces in order
	blocks []block // per edge
	y      []int   // the heights of boxes' borders, ports and lanes
	rules  []rule  // y[lower] ≥ y[upper]+gap
	root   []int   // the height that stands for all that are level with it
	sorted []rule
	height int // of the ranks
}

// place is where a zone stands: a rank, and its place in it from above.
type place struct{ rank, cell int }

type rank struct {
	zones []int
	// first and cols are the columns.
	first, cols int
	// slots hold the lanes that go round the zones: above each, and below all.
	slots [][]int
	// items are all of the rank's.
	items []int
	bands []span
}

// span is a band's height: variables.
type span struct{ top, bottom int }

type column struct {
	rank int
	// cells hold the items of each zone, from above.
	cells    [][]int
	x, width int
}

type box struct {
	item, col int
	texts     [][]Text // from the box's corner
	size      image.Point
}

// Layout places a graph.
func Layout(g *Graph) *Drawing {
	l := &layout{g: g}
	l.rank()
	l.measure()
	l.route()
	l.order()
	l.constrain()
	l.settle()
	return l.draw()
}

// measure sets the boxes' texts and the labels.
func (l *layout) measure() {
	for i := range l.g.Nodes {
		b := &l.boxes[i]
		y := boxPadY
		width := 0
		for k, m := range l.g.Nodes[i].Members {
			if k > 0 {
				y += memberGap
			}
			var texts []Text
			add := func(r TextRole, s string, lines int) {
				for _, line := range r.Wrap(s, boxWidth-2*boxPadX, lines) {
					t := r.at(boxPadX, y, line)
					texts = append(texts, t)
					y = t.Rect.Max.Y
					width = max(width, t.Rect.Max.X)
				}
			}
			add(TitleText, m.Title, 3)
			for _, s := range m.Lines {
				add(LineText, s, 2)
			}
			b.texts = append(b.texts, texts)
		}
		b.size = image.Pt(width+boxPadX, y+boxPadY)
		c := &l.cols[b.col]
		c.width = max(c.width, b.size.X)
	}
	l.blocks = make([]block, len(l.g.Edges))
	for i := range l.g.Edges {
		l.blocks[i] = newBlock(l.g, &l.g.Edges[i])
	}
	for i := range l.cols {
		l.cols[i].width = max(l.cols[i].width, boxNarrow)
	}
}

// style is an edge's style.
func style(g *Graph, e *Edge) Style {
	if e.Forbidden {
		return StyleForbidden
	}
	out := StyleOff
	for _, f := range e.Flows {
		if !f.Off {
			out = min(out, rowStyle(&g.Rows[f.Row]))
		}
	}
	return out
}

func (l *layout) newVar() int {
	l.y = append(l.y, 0)
	return len(l.y) - 1
}
