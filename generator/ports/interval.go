package ports

import (
	"cmp"
	"slices"
)

// interval is one range of one port set; number is the set's place among all.
type interval struct {
	first, last uint16
	number      int
}

// relation is how the interval lies to other ports that it overlaps.
func (v interval) relation(first, last uint16) Relation {
	switch {
	case v.first == first && v.last == last:
		return Exact
	case v.first <= first && last <= v.last:
		return Wider
	case first <= v.first && v.last <= last:
		return Narrower
	}
	return Overlapping
}

// intervals answers which of many intervals overlap others, in time that
// grows with the answer and only slowly with their number. It is a balanced
// tree laid out in the sorted list: the root of list[lo:hi] is its middle.
type intervals struct {
	list []interval
	// reach is the last port of each subtree, by the place of its root.
	reach []uint16
}

func (s *intervals) add(v interval) { s.list = append(s.list, v) }

// build is called once, after the last add.
func (s *intervals) build() {
	slices.SortFunc(s.list, func(a, b interval) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last), cmp.Compare(a.number, b.number))
	})
	s.reach = make([]uint16, len(s.list))
	s.buildIn(0, len(s.list))
}

func (s *intervals) buildIn(lo, hi int) uint16 {
	if lo == hi {
		return 0
	}
	mid := (lo + hi) / 2
	s.reach[mid] = max(s.list[mid].last, s.buildIn(lo, mid), s.buildIn(mid+1, hi))
	return s.reach[mid]
}

// overlapping appends the intervals that share a port with first to last.
func (s *intervals) overlapping(first, last uint16, out []interval) []interval {
	return s.overlappingIn(0, len(s.list), first, last, out)
}

func (s *intervals) overlappingIn(lo, hi int, first, last uint16, out []interval) []interval {
	for lo < hi {
		mid := (lo + hi) / 2
		if s.reach[mid] < first {
			return out
		}
		out = s.overlappingIn(lo, mid, first, last, out)
		v := s.list[mid]
		if v.first > last {
			return out
		}
		if v.last >= first {
			out = append(out, v)
		}
		lo = mid + 1
	}
	return out
}
