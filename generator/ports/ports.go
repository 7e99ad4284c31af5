// Package ports tells which ports and ranges have a page of their own, and
// which flows use a port.
//
// An [Index] is made once of a catalog and not changed afterwards. A port or
// range has a page when a flow names it, as the listener's, as the
// initiator's or in a variant; of a range so do its ends, and all its ports
// if they are few. "tcp/*" names no port, nor does a transport without ports.
package ports

import (
	"cmp"
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// fewPorts is the size up to which each port of a range has a page.
const fewPorts = 16

// Page is a port or a range with a page of its own. Bounds are inclusive; a
// single port has both the same.
type Page struct {
	Transport   netspec.Transport
	First, Last uint16
}

// Single tells whether the page is of one port.
func (p Page) Single() bool { return p.First == p.Last }

// String spells the page's ports as the data files do: "tcp/28000-30000".
func (p Page) String() string {
	return netspec.Range{Transport: p.Transport, First: p.First, Last: p.Last}.String()
}

// Path is the page's path from the site's root: "/ports/tcp/28000-30000/".
func (p Page) Path() string { return "/ports/" + p.String() + "/" }

// Compare orders pages by transport, first and last port.
func (p Page) Compare(q Page) int {
	return cmp.Or(p.Transport.Compare(q.Transport), cmp.Compare(p.First, q.First), cmp.Compare(p.Last, q.Last))
}

// Path is the path of the page of those ports, whether there is one or not.
func Path(t netspec.Transport, first, last uint16) string { return Page{t, first, last}.Path() }

// Part tells which of a flow's port sets is meant.
type Part string

// The parts, in the order in which uses are listed.
const (
	Listener Part = "listener" // the flow's ports
	Source   Part = "source"   // the initiator's ports
	Variant  Part = "variant"  // ports of another source; never opened
)

var parts = []Part{Listener, Source, Variant}

// Values lists the parts.
func (Part) Values() []string { return values(parts) }

// Relation tells how what a flow names lies to what was asked for.
type Relation string

// The relations, in the order in which uses are listed.
const (
	Exact       Relation = "exact"       // the same port or range
	Wider       Relation = "wider"       // a range that has all of it
	Overlapping Relation = "overlapping" // a range that has a part of it and more
	Narrower    Relation = "narrower"    // ports inside of it
	AnyPort     Relation = "any"         // "tcp/*", or every transport
)

var relations = []Relation{Exact, Wider, Overlapping, Narrower, AnyPort}

// Values lists the relations.
func (Relation) Values() []string { return values(relations) }

func values[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// Use is one flow that uses a port or range. Forbidden flows are uses too:
// the port must stay closed.
type Use struct {
	Product *catalog.Product
	Flow    *catalog.Flow
	Part    Part
	// Variant is the variant whose ports are meant; nil for the other parts.
	Variant *catalog.Variant
	// Relation is the closest one, where several ranges of the set meet what
	// was asked for.
	Relation Relation
}

// Ports is the whole set that the use is one of.
func (u Use) Ports() netspec.PortSet {
	switch u.Part {
	case Source:
		return u.Flow.SourcePorts
	case Variant:
		return u.Variant.Ports
	default:
		return u.Flow.Ports
	}
}

// Index answers which ports have pages and who uses them.
type Index struct {
	pages    []Page
	ranges   map[netspec.Transport]*intervals
	any      map[netspec.Transport][]Use
	uses     []Use // one per port set, in order of products, flows and parts
	services []catalog.Service
}

// NewIndex makes the index of a catalog.
func NewIndex(c *catalog.Catalog) *Index {
	x := &Index{
		ranges:   map[netspec.Transport]*intervals{},
		any:      map[netspec.Transport][]Use{},
		services: c.Services,
	}
	for _, p := range c.Products {
		for i := range p.Flows {
			f := &p.Flows[i]
			x.add(Use{Product: p, Flow: f, Part: Listener})
			x.add(Use{Product: p, Flow: f, Part: Source})
			for j := range f.Variants {
				x.add(Use{Product: p, Flow: f, Part: Variant, Variant: &f.Variants[j]})
			}
		}
	}
	for _, r := range x.ranges {
		r.build()
	}
	slices.SortFunc(x.pages, Page.Compare)
	x.pages = slices.Clip(slices.Compact(x.pages))
	return x
}

// withPorts are the transports that have pages.
var withPorts = []netspec.Transport{netspec.TCP, netspec.UDP, netspec.SCTP}

// add notes one port set and the pages that it asks for.
func (x *Index) add(u Use) {
	set := u.Ports()
	if set.IsZero() {
		return
	}
	number := len(x.uses)
	x.uses = append(x.uses, u)
	u.Relation = AnyPort
	for r := range set.Ranges() {
		switch {
		case r.Transport == netspec.Any:
			for _, t := range withPorts {
				x.any[t] = append(x.any[t], u)
			}
		case r.Form == netspec.AnyPort:
			x.any[r.Transport] = append(x.any[r.Transport], u)
		case r.Form == netspec.Exact && r.Transport.HasPorts():
			if x.ranges[r.Transport] == nil {
				x.ranges[r.Transport] = &intervals{}
			}
			x.ranges[r.Transport].add(interval{r.First, r.Last, number})
			x.addPages(r)
		}
	}
}

func (x *Index) addPages(r netspec.Range) {
	x.pages = append(x.pages, Page{r.Transport, r.First, r.Last})
	if r.Size() == 1 {
		return
	}
	x.pages = append(x.pages, Page{r.Transport, r.First, r.First}, Page{r.Transport, r.Last, r.Last})
	if r.Size() > fewPorts {
		return
	}
	for port := r.First + 1; port < r.Last; port++ {
		x.pages = append(x.pages, Page{r.Transport, port, port})
	}
}

// Pages lists all pages, ordered by transport, first and last port. The
// caller must not change the list.
func (x *Index) Pages() []Page { return x.pages }

// Has tells whether those ports have a page.
func (x *Index) Has(t netspec.Transport, first, last uint16) bool {
	_, ok := slices.BinarySearchFunc(x.pages, Page{t, first, last}, Page.Compare)
	return ok
}

// Uses lists the flows that name any of those ports by number, ordered by
// part, relation, size of the range, product and flow, each port set once.
func (x *Index) Uses(t netspec.Transport, first, last uint16) []Use {
	r := x.ranges[t]
	if r == nil {
		return nil
	}
	type hit struct{ part, relation, size, number int }
	var hits []hit
	for _, v := range r.overlapping(first, last, nil) {
		hits = append(hits, hit{slices.Index(parts, x.uses[v.number].Part), slices.Index(relations, v.relation(first, last)), int(v.last) - int(v.first), v.number})
	}
	// The closest relation of a set comes first; the others are dropped.
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.relation, b.relation), cmp.Compare(a.size, b.size))
	})
	hits = slices.CompactFunc(hits, func(a, b hit) bool { return a.number == b.number })
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.part, b.part), cmp.Compare(a.relation, b.relation), cmp.Compare(a.size, b.size), cmp.Compare(a.number, b.number))
	})
	uses := make([]Use, len(hits))
	for i, h := range hits {
		uses[i] = x.uses[h.number]
		uses[i].Relation = relations[h.relation]
	}
	return uses
}

// AnyPort lists the flows that name every port of a transport at once:
// "tcp/*", and forbidden flows of every transport. They may meet each port
// and are in no answer of Uses. The caller must not change the list.
func (x *Index) AnyPort(t netspec.Transport) []Use { return x.any[t] }

// Services lists the services whose usual ports include one of those, in the
// vocabulary's order.
func (x *Index) Services(t netspec.Transport, first, last uint16) []*catalog.Service {
	asked := netspec.NewPortSet(netspec.Range{Transport: t, First: first, Last: last})
	var out []*catalog.Service
	for i := range x.services {
		if x.services[i].Ports.Overlaps(asked) {
			out = append(out, &x.services[i])
		}
	}
	return out
}
