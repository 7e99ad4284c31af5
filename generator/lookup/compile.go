package lookup

import (
	"cmp"
	"slices"
)

// compile makes all that a query needs of the columns.
func compile(cols *columns) *Index {
	sets := cols.sets()
	x := &Index{cols: cols, sets: sets, ofSet: make([][]int32, len(sets)), variantOf: make([][]int32, len(sets))}
	x.flows = make([]flow, 0, len(cols.SetOf))
	for p, count := range cols.Counts {
		set := 0
		routes := make([][]int, len(cols.Routes[p]))
		for i, r := range cols.Routes[p] {
			routes[i] = append([]int(nil), r[:2]...)
			for _, n := range r[2:] {
				routes[i] = append(routes[i], cols.Parties[p][n])
			}
		}
		for range count {
			i := len(x.flows)
			set += cols.SetOf[i]
			kind := cols.Kinds[cols.KindOf[i]]
			way := cols.WayOf[i]
			x.flows = append(x.flows, flow{product: p, set: set, id: kind[0], service: kind[1],
				need: way % len(cols.Needs), route: routes[way/len(cols.Needs)]})
			x.ofSet[set] = append(x.ofSet[set], int32(i))
		}
	}
	last := 0
	for i := 0; i+1 < len(cols.Variants); i += 2 {
		last += cols.Variants[i]
		set := cols.Variants[i+1]
		x.variantOf[set] = append(x.variantOf[set], int32(last))
	}
	x.spans()
	x.words = x.vocabulary()
	return x
}

// spans sorts the port sets' parts into those found by number and the rest.
func (x *Index) spans() {
	for set, text := range x.sets {
		for _, s := range spansOf(text, set) {
			switch {
			case s.form != 0:
				x.open = append(x.open, s)
			case s.first == s.last:
				x.single = append(x.single, s)
			default:
				x.wide = append(x.wide, s)
			}
		}
	}
	slices.SortStableFunc(x.single, func(a, b span) int { return cmp.Compare(a.first, b.first) })
}

// needOf, directionOf, from and to read a flow.
func (x *Index) needOf(f *flow) string      { return x.cols.Needs[f.need] }
func (x *Index) directionOf(f *flow) string { return x.cols.Directions[f.route[0]] }
func (x *Index) from(f *flow) []string      { return x.phrases(f.route[2 : 2+f.route[1]]) }
func (x *Index) to(f *flow) []string        { return x.phrases(f.route[2+f.route[1]:]) }

func (x *Index) phrases(numbers []int) []string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = x.cols.Phrases[n]
	}
	return out
}

// vocabulary collects the words of all that a flow is found by.
func (x *Index) vocabulary() *vocabulary {
	v := newVocabulary()
	c := x.cols
	products := v.entities(len(c.Slugs))
	for i := range c.Slugs {
		v.name(products+i, c.Slugs[i])
		v.name(products+i, c.Names[i])
		v.name(products+i, c.Vendors[i])
		for _, a := range c.Aliases[i] {
			v.name(products+i, a)
		}
	}
	services := v.entities(len(c.Services))
	for i, s := range c.Services {
		for _, name := range s {
			v.name(services+i, name)
		}
	}
	phrases := v.entities(len(c.Phrases))
	v.firstMinor, v.lastMinor = phrases, phrases+len(c.Phrases)-1
	for i, name := range c.Phrases {
		v.name(phrases+i, name)
	}
	dirs, needs := v.reserve(c.Directions), v.reserve(c.Needs)
	transports := dictionary[string]{}
	ofSet := make([][]int, len(x.sets))
	for set, text := range x.sets {
		for _, s := range spansOf(text, set) {
			if t := transports.add(s.transport); !slices.Contains(ofSet[set], t) {
				ofSet[set] = append(ofSet[set], t)
			}
		}
	}
	first := v.reserve(transports.list)
	v.listing(len(x.flows), func(i int, add func(entity int)) {
		f := &x.flows[i]
		add(products + f.product)
		add(services + f.service)
		add(dirs + f.route[0])
		add(needs + f.need)
		for _, n := range f.route[2:] {
			add(phrases + n)
		}
		for _, t := range ofSet[f.set] {
			add(first + t)
		}
	})
	v.sort()
	return v
}
