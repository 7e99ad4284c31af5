package topology

import "slices"

// apart is how far level lines stay from each other, and upright lines of one
// track end to end.
const apart = 7

// upright is an upright line in need of a track.
type upright struct {
	piece  int
	l, r   int // the heights at its left and right, or of both ends
	lo, hi int
	second bool // of a piece that turns twice
	track  int
}

// channel is the tracks between two columns.
type channel struct {
	left, cross, right int // how many tracks of each kind
	// labels of arrows that end at the left column's right sides, and at the
	// right column's left sides: the room that they take.
	leftRoom, rightRoom int
	x                   [3]int // where the tracks of each kind begin
	walls               []int  // firewalls on the border, from the left
	bar                 int    // where the first bar begins
}

// tracks gives every piece that is not level its track.
func (l *layout) tracks() []channel {
	chans := make([]channel, len(l.cols)+1)
	byChannel := make([][]int, len(chans))
	for i := range l.pieces {
		p := &l.pieces[i]
		byChannel[p.channel] = append(byChannel[p.channel], i)
	}
	for c, list := range byChannel {
		ch := &chans[c]
		var lines [3][]upright
		for _, i := range list {
			p := &l.pieces[i]
			a, b := l.y[p.a], l.y[p.b]
			if p.kind == crossPiece {
				if !l.rightward(p) {
					a, b = b, a
				}
				if a == b {
					continue
				}
			}
			lines[p.kind] = append(lines[p.kind], upright{piece: i, l: a, r: b, lo: min(a, b), hi: max(a, b)})
		}
		ch.cross = l.across(list, lines[crossPiece])
		ch.left = l.along(lines[leftPiece], 1)
		ch.right = l.along(lines[rightPiece], -1)
	}
	return chans
}

// along gives tracks to lines whose ends are on one side, short ones next to
// it: counted from the left, or where step is -1, from the right.
func (l *layout) along(lines []upright, step int) int {
	slices.SortStableFunc(lines, func(a, b upright) int { return (a.hi - a.lo) - (b.hi - b.lo) })
	n := 0
	for i := range lines {
		a := &lines[i]
		for j := range lines[:i] {
			if b := &lines[j]; b.track >= a.track && a.lo < b.hi+apart && b.lo < a.hi+apart {
				a.track = b.track + 1
			}
		}
		n = max(n, a.track+1)
	}
	for i := range lines {
		t := lines[i].track
		if step < 0 {
			t = n - 1 - t
		}
		l.pieces[lines[i].piece].track = t
	}
	return n
}

// across gives tracks to lines between both sides. Where the left part of one
// is level with the right part of another, the one must stand left of the
// other; a circle of such is broken by one that turns twice.
func (l *layout) across(all []int, lines []upright) int {
	n := len(lines)
	var order []upright
	placed := make([]bool, n)
	levels := []int(nil)
	for len(order) < n {
		best, cost := -1, 0
		for i := range lines {
			if placed[i] {
				continue
			}
			free, c := true, 0
			for j := range lines {
				if placed[j] || i == j {
					continue
				}
				if before(&lines[j], &lines[i]) {
					free = false
					break
				}
				c += cross(&lines[i], &lines[j]) - cross(&lines[j], &lines[i])
			}
			if free && (best < 0 || c < cost) {
				best, cost = i, c
			}
		}
		if best >= 0 {
			placed[best] = true
			order = append(order, lines[best])
			continue
		}
		// A circle: the first that another waits for turns at a free height
		// between, and so need not stand left of that one.
		for i := range lines {
			if placed[i] || lines[i].second {
				continue
			}
			for j := range lines {
				if !placed[j] && best < 0 && before(&lines[i], &lines[j]) {
					best = i
				}
			}
		}
		if levels == nil {
			for _, i := range all {
				levels = append(levels, l.y[l.pieces[i].a], l.y[l.pieces[i].b])
			}
		}
		u := lines[best]
		mid := free(levels, (u.lo+u.hi)/2)
		levels = append(levels, mid)
		p := &l.pieces[u.piece]
		p.mid, p.track2 = mid, 0
		first, second := u, u
		first.r, first.lo, first.hi = mid, min(u.l, mid), max(u.l, mid)
		second.l, second.lo, second.hi = mid, min(u.r, mid), max(u.r, mid)
		second.second = true
		order = append(order, first)
		lines[best] = second
		n++
	}
	return l.pack(order)
}

// pack gives tracks to lines in their order: as far left as those before allow
// that it meets.
func (l *layout) pack(order []upright) int {
	tracks := 0
	for i := range order {
		a := &order[i]
		for j := range order[:i] {
			b := &order[j]
			if b.track < a.track {
				continue
			}
			meet := a.lo < b.hi+apart && b.lo < a.hi+apart ||
				a.l > b.lo-apart && a.l < b.hi+apart || b.r > a.lo-apart && b.r < a.hi+apart
			if meet || before(b, a) || b.piece == a.piece {
				a.track = b.track + 1
			}
		}
		tracks = max(tracks, a.track+1)
		if p := &l.pieces[a.piece]; a.second {
			p.track2 = a.track
		} else {
			p.track = a.track
		}
	}
	return tracks
}

// before tells that a must stand left of b.
func before(a, b *upright) bool { return abs(a.l-b.r) < apart && a.piece != b.piece }

// cross is how often two lines cross, a left of b.
func cross(a, b *upright) int {
	n := 0
	if b.l > a.lo && b.l < a.hi {
		n++
	}
	if a.r > b.lo && a.r < b.hi {
		n++
	}
	return n
}

// free is the height next to a wish that is apart from all others.
func free(levels []int, wish int) int {
	for d := 0; ; d++ {
		for _, y := range [2]int{wish + d, wish - d} {
			ok := true
			for _, o := range levels {
				if abs(o-y) < apart {
					ok = false
					break
				}
			}
			if ok {
				return y
			}
		}
	}
}
