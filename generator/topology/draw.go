package topology

import (
	"cmp"
	"image"
	"slices"
)

// heading is the texts of a zone, from the corner of its band.
func (l *layout) heading(zone int) []Text {
	z := &l.g.Zones[zone]
	c := l.cols[l.ranks[l.zone[zone].rank].first]
	var out []Text
	y := 8
	add := func(r TextRole, s string, lines int) {
		for _, line := range r.wrap(s, c.width, lines) {
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
	borders := l.borders(chans)
	edges, width := l.across2(chans)
	top := l.walls(d, chans, borders, &width)
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
	l.bars(d, chans)
	height := top + l.height + margin
	height = legend(d, width, height)
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

// borders finds which firewalls stand left of which rank.
func (l *layout) borders(chans []channel) []int {
	count := make([]int, len(l.g.Firewalls))
	for w := range l.g.Firewalls {
		f := &l.g.Firewalls[w]
		outer := len(l.ranks)
		for _, z := range f.Zones {
			outer = min(outer, l.zone[z].rank)
		}
		for _, z := range f.Zones {
			if r := l.zone[z].rank; r > outer {
				ch := &chans[l.ranks[r].first]
				if !slices.Contains(ch.walls, w) {
					ch.walls = append(ch.walls, w)
					count[w]++
				}
			}
		}
	}
	for i := range l.pieces {
		if p := &l.pieces[i]; p.wall >= 0 {
			if ch := &chans[p.channel]; !slices.Contains(ch.walls, p.wall) {
				ch.walls = append(ch.walls, p.wall)
				count[p.wall]++
			}
		}
	}
	for i := range chans {
		slices.Sort(chans[i].walls)
	}
	return count
}

// across2 sets everything's x and returns the left and right edges of the
// ranks' bands, and the width.
func (l *layout) across2(chans []channel) ([][2]int, int) {
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

// walls places beams and names above the bands and returns where those begin.
func (l *layout) walls(d *Drawing, chans []channel, borders []int, width *int) int {
	type line struct {
		wall, x0, x1 int
		row          int
		texts        []Text
	}
	var lines []line
	rowHeight := 0
	for w := range l.g.Firewalls {
		if borders[w] == 0 {
			continue
		}
		n := line{wall: w, x0: -1}
		for c := range chans {
			if k := slices.Index(chans[c].walls, w); k >= 0 {
				x := chans[c].bar + k*barSpace
				if n.x0 < 0 {
					n.x0 = x
				}
				n.x1 = x + barWidth
			}
		}
		f := &l.g.Firewalls[w]
		y := 0
		add := func(s string) {
			for _, s := range WallText.wrap(s, 240, 2) {
				t := WallText.at(0, y, s)
				n.texts = append(n.texts, t)
				y = t.Rect.Max.Y
			}
		}
		add(f.Name)
		for _, s := range f.Lines {
			add(s)
		}
		rowHeight = max(rowHeight, y+6)
		widest := 0
		for _, t := range n.texts {
			widest = max(widest, t.Rect.Max.X)
		}
		// The name begins with the beam; a single bar has it in its middle.
		at := n.x0
		if borders[w] == 1 {
			at = max(margin, (n.x0+n.x1-widest)/2)
		}
		for i := range n.texts {
			n.texts[i] = n.texts[i].move(image.Pt(at, 0))
		}
		n.x0, n.x1 = min(n.x0, at), max(n.x1, at+widest)
		*width = max(*width, n.x1+margin)
		lines = append(lines, n)
	}
	rows := 0
	for i := range lines {
		a := &lines[i]
		for j := range lines[:i] {
			if b := &lines[j]; b.row >= a.row && a.x0 < b.x1+16 && b.x0 < a.x1+16 {
				a.row = b.row + 1
			}
		}
		rows = max(rows, a.row+1)
	}
	step := rowHeight + barWidth + 10
	for i := range lines {
		n := &lines[i]
		y := margin + n.row*step
		low := 0
		for _, t := range n.texts {
			low = max(low, t.Rect.Max.Y)
		}
		w := &d.Walls[n.wall]
		for _, t := range n.texts {
			w.Texts = append(w.Texts, t.move(image.Pt(0, y+rowHeight-6-low)))
		}
		beam := y + rowHeight - 2
		left, right := -1, 0
		for c := range chans {
			if k := slices.Index(chans[c].walls, n.wall); k >= 0 {
				x := chans[c].bar + k*barSpace
				if left < 0 {
					left = x
				}
				right = x + barWidth
			}
		}
		w.Beam = image.Rect(left, beam, right, beam+barWidth)
	}
	return margin + rows*step
}

// bars sets the bars from the beam down along the bands of their zones, with
// gaps where an arrow passes that does not cross the firewall here.
func (l *layout) bars(d *Drawing, chans []channel) {
	var cuts [][2]int
	for c := range chans {
		ch := &chans[c]
		for k, w := range ch.walls {
			x := ch.bar + k*barSpace
			r := &l.ranks[l.cols[c].rank]
			wall := &d.Walls[w]
			top, bottom := wall.Beam.Max.Y, 0
			cuts = cuts[:0]
			for cell, z := range r.zones {
				if slices.Contains(l.g.Firewalls[w].Zones, z) {
					bottom = max(bottom, l.y[r.bands[cell].bottom])
				}
			}
			for cell, z := range r.zones {
				if b := r.bands[cell]; !slices.Contains(l.g.Firewalls[w].Zones, z) && l.y[b.top] < bottom {
					cuts = append(cuts, [2]int{l.y[b.top] - 4, l.y[b.bottom] + 4})
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
				} else {
					cuts = append(cuts, [2]int{y - 5, y + 5})
				}
			}
			for o := range d.Walls {
				if b := d.Walls[o].Beam; o != w && b.Min.X < x+barWidth && x < b.Max.X {
					cuts = append(cuts, [2]int{b.Min.Y - 3, b.Max.Y + 3})
				}
				for _, t := range d.Walls[o].Texts {
					if o != w && t.Rect.Min.X < x+barWidth && x < t.Rect.Max.X {
						cuts = append(cuts, [2]int{t.Rect.Min.Y - 3, t.Rect.Max.Y + 3})
					}
				}
			}
			slices.SortFunc(cuts, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
			for _, cut := range cuts {
				if cut[1] <= top {
					continue
				}
				if cut[0] >= bottom {
					break
				}
				if cut[0] > top {
					wall.Bars = append(wall.Bars, image.Rect(x, top, x+barWidth, cut[0]))
				}
				top = cut[1]
			}
			if top < bottom {
				wall.Bars = append(wall.Bars, image.Rect(x, top, x+barWidth, bottom))
			}
		}
	}
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
			pt := image.Pt(ch.bar+slices.Index(ch.walls, p.wall)*barSpace+barWidth/2, l.right(p))
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

// legend places the keys below and returns the height of all.
func legend(d *Drawing, width, y int) int {
	type key struct {
		style Style
		mark  Mark
		text  string
	}
	var keys []key
	for s := StyleRequired; s <= StyleForbidden; s++ {
		if slices.ContainsFunc(d.Arrows, func(a Arrow) bool { return a.Style == s }) {
			keys = append(keys, key{style: s, text: styleNames[s]})
		}
	}
	if slices.ContainsFunc(d.Walls, func(w Wall) bool { return len(w.Bars) > 0 }) {
		keys = append(keys, key{mark: MarkFirewall, text: "firewall"})
	}
	if slices.ContainsFunc(d.Arrows, func(a Arrow) bool { return a.Translation != nil }) {
		keys = append(keys, key{mark: MarkTranslation, text: "address translated"})
	}
	if slices.ContainsFunc(d.Arrows, numbered) {
		keys = append(keys, key{mark: MarkNumber, text: "number: row of the table"})
	}
	x := margin
	const sample, row = 34, 20
	for _, k := range keys {
		t := LegendText.at(0, 0, k.text)
		if x > margin && x+sample+8+t.Rect.Dx() > width-margin {
			x = margin
			y += row
		}
		d.Legend = append(d.Legend, Key{Style: k.style, Mark: k.mark, From: image.Pt(x, y+t.Rect.Dy()/2), To: image.Pt(x+sample, y+t.Rect.Dy()/2),
			Text: t.move(image.Pt(x+sample+8, y))})
		x += sample + 8 + t.Rect.Dx() + 18
	}
	if len(keys) > 0 {
		y += row
	}
	return y + margin/2
}

func numbered(a Arrow) bool {
	return slices.ContainsFunc(a.Labels, func(l Label) bool { return l.Text.Text != "" && l.Text.Text[0] >= '0' && l.Text.Text[0] <= '9' })
}

var styleNames = [...]string{
	StyleRequired:    "required",
	StyleConditional: "needed for a function",
	StyleOptional:    "optional",
	StyleDiscouraged: "discouraged by the vendor",
	StyleOff:         "not in the default selection",
	StyleForbidden:   "must stay closed",
}
