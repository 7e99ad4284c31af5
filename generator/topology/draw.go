package topology

import "image"

// heading is the texts of a zone, from the corner of its band.
func (l *layout) heading(zone int) []Text {
	z := &l.g.Zones[zone]
	c := l.cols[l.ranks[l.zone[zone].rank].first]
	var out []Text
	y := 8
	add := func(r TextRole, s string, lines int) {
		for _, line := range r.Wrap(s, c.width, lines) {
			t := r.at(12, y, line)
			out = append(out, t)
			y = t.Rect.Max.Y
		}
	}
	add(ZoneText, z.Name, 2)
	for _, a := range z.Addresses {
		add(LineText, a, 2)
	}
	return out
}

func (t Text) move(d image.Point) Text {
	t.At = t.At.Add(d)
	t.Rect = t.Rect.Add(d)
	return t
}

func (l *layout) draw() *Drawing {
	g := l.g
	d := &Drawing{Graph: g, Boxes: make([]Box, len(g.Nodes)), Bands: make([]Band, len(g.Zones)),
		Arrows: make([]Arrow, len(g.Edges)), Walls: make([]Wall, len(g.Firewalls))}
	chans := l.tracks()
	l.rooms(chans)
	at := l.borders(chans)
	edges, width := l.columnsAt(chans)
	top := l.walls(d, chans, at, &width)
	for i := range l.y {
		l.y[i] += top
	}
	for i := range l.pieces {
		l.pieces[i].mid += top
	}
	for z := range g.Zones {
		at := l.zone[z]
		r := &l.ranks[at.rank]
		b := &d.Bands[z]
		b.Rect = image.Rect(edges[at.rank][0], l.y[r.bands[at.cell].top], edges[at.rank][1], l.y[r.bands[at.cell].bottom])
		for _, t := range l.heading(z) {
			b.Texts = append(b.Texts, t.move(b.Rect.Min))
		}
	}
	for i := range g.Nodes {
		b := &l.boxes[i]
		c := &l.cols[b.col]
		it := &l.items[b.item]
		rect := image.Rect(c.x, l.y[it.top], c.x+c.width, l.y[it.bottom])
		d.Boxes[i].Rect = rect
		shift := image.Pt(rect.Min.X, rect.Min.Y+(rect.Dy()-b.size.Y)/2)
		for _, m := range b.texts {
			texts := make([]Text, len(m))
			for k, t := range m {
				texts[k] = t.move(shift)
			}
			d.Boxes[i].Members = append(d.Boxes[i].Members, texts)
		}
	}
	for i := range g.Edges {
		l.arrow(&d.Arrows[i], i, chans)
	}
	l.bars(d, chans, at)
	height := top + l.height + margin
	height = l.legend(d, width, height)
	d.Size = image.Pt(width, height)
	return d
}

// rooms is how much the labels take at both sides of each channel.
func (l *layout) rooms(chans []channel) {
	for i := range l.pieces {
		p := &l.pieces[i]
		ch := &chans[p.channel]
		last := l.routes[p.edge][len(l.routes[p.edge])-1] == i
		end := func(it int, last bool) {
			if l.items[it].kind != boxItem {
				return
			}
			room := 8
			if last {
				room = arrowRoom + l.blocks[p.edge].width + 6
				if l.g.Edges[p.edge].Forbidden {
					room += strikeRoom
				}
			}
			switch {
			case p.kind == leftPiece || p.kind == crossPiece && l.items[it].col < p.channel:
				ch.leftRoom = max(ch.leftRoom, room)
			default:
				ch.rightRoom = max(ch.rightRoom, room)
			}
		}
		end(p.ia, false)
		end(p.ib, last)
	}
}

// columnsAt sets everything's x and returns the left and right edges of the
// ranks' bands, and the width.
func (l *layout) columnsAt(chans []channel) ([][2]int, int) {
	edges := make([][2]int, len(l.ranks))
	x := margin
	for c := range chans {
		ch := &chans[c]
		inside := c > 0 && c < len(l.cols) && l.cols[c].rank == l.cols[c-1].rank
		if c > 0 {
			x += ch.leftRoom
			ch.x[leftPiece] = x + trackGap/2
			x += ch.left * trackGap
			if !inside {
				x += bandPad
				edges[l.cols[c-1].rank][1] = x
			}
		}
		if c > 0 && c < len(l.cols) {
			x += 6
			ch.x[crossPiece] = x + trackGap/2
			x += ch.cross*trackGap + 2
			if n := len(ch.walls); n > 0 {
				x += 4
				ch.bar = x
				x += (n-1)*barSpace + barWidth
			}
			if !inside {
				x += 4
			}
		}
		if c < len(l.cols) {
			if !inside {
				edges[l.cols[c].rank][0] = x
				x += bandPad
			}
			ch.x[rightPiece] = x + trackGap/2
			x += ch.right*trackGap + ch.rightRoom
			l.cols[c].x = x
			x += l.cols[c].width
		}
	}
	for i := range l.pieces {
		p := &l.pieces[i]
		ch := &chans[p.channel]
		if p.track >= 0 {
			p.x = ch.x[p.kind] + p.track*trackGap
		}
		if p.track2 >= 0 {
			p.x2 = ch.x[p.kind] + p.track2*trackGap
		}
	}
	return edges, x + margin
}

// right is the height of a cross piece at its right side.
func (l *layout) right(p *piece) int {
	if l.rightward(p) {
		return l.y[p.b]
	}
	return l.y[p.a]
}

// rightward tells that a cross piece begins at its left side.
func (l *layout) rightward(p *piece) bool {
	a, b := &l.items[p.ia], &l.items[p.ib]
	return a.rank < b.rank || a.rank == b.rank && a.col < b.col
}

// arrow draws an edge.
func (l *layout) arrow(a *Arrow, edge int, chans []channel) {
	e := &l.g.Edges[edge]
	a.Style = style(l.g, e)
	route := l.routes[edge]
	at := func(x, y int) {
		p := image.Pt(x, y)
		if n := len(a.Points); n > 0 {
			if a.Points[n-1] == p {
				return
			}
			if n > 1 && (a.Points[n-2].X == x && a.Points[n-1].X == x || a.Points[n-2].Y == y && a.Points[n-1].Y == y) {
				a.Points[n-1] = p
				return
			}
		}
		a.Points = append(a.Points, p)
	}
	// side is the x at which a piece touches a box.
	side := func(p *piece, it int) int {
		c := &l.cols[l.items[it].col]
		if p.kind == leftPiece || p.kind == crossPiece && l.items[it].col < p.channel {
			return c.x + c.width
		}
		return c.x
	}
	first := &l.pieces[route[0]]
	at(side(first, first.ia), l.y[first.a])
	for _, i := range route {
		p := &l.pieces[i]
		ya, yb := l.y[p.a], l.y[p.b]
		if p.track >= 0 {
			switch {
			case p.track2 < 0:
				at(p.x, ya)
				at(p.x, yb)
			case l.rightward(p):
				at(p.x, ya)
				at(p.x, p.mid)
				at(p.x2, p.mid)
				at(p.x2, yb)
			default:
				at(p.x2, ya)
				at(p.x2, p.mid)
				at(p.x, p.mid)
				at(p.x, yb)
			}
		}
		if p.wall >= 0 {
			ch := &chans[p.channel]
			pt := image.Pt(ch.barAt(p.wall)+barWidth/2, l.right(p))
			a.Crossings = append(a.Crossings, pt)
			if p.wall == e.Translated {
				a.Translation = &pt
			}
		}
	}
	last := &l.pieces[route[len(route)-1]]
	x, y := side(last, last.ib), l.y[last.b]
	at(x, y)
	b := &l.blocks[edge]
	toLeft := x == l.cols[l.items[last.ib].col].x
	dir := 1
	if toLeft {
		dir = -1
	}
	a.Labels = b.place(x+dir*arrowRoom, y, toLeft)
	if e.Forbidden {
		pt := image.Pt(x+dir*(arrowRoom+b.width+strikeRoom/2), y)
		a.Barred = &pt
	}
}
