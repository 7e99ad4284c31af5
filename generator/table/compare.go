package table

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/note"
)

// ComparePath is the site path of a comparison of two products.
func ComparePath(a, b *catalog.Product) string { return "/compare/" + a.Slug + "-vs-" + b.Slug + "/" }

// Likeness tells how the products of a row compare.
type Likeness string

// The likenesses.
const (
	Same    Likeness = "same"    // all have the row, with the same ports
	Differs Likeness = "differs" // all have it, with different ports
	Some    Likeness = "some"    // some lack it
)

// Line is a row of a comparison.
type Line struct {
	Kin
	// Claims has one entry a product; nil: it says nothing of the kin.
	Claims []*Claim
	// Likeness and Words tell how they compare: "same ports", "only Ferry".
	Likeness Likeness
	Words    string
}

// Align joins sides by kin.
func Align(c *catalog.Catalog, sides []*Side) []Line {
	var lines []Line
	for i, s := range sides {
		for j := range s.Flows {
			claim := &s.Flows[j]
			at, found := slices.BinarySearchFunc(lines, claim.Kin, func(l Line, k Kin) int { return compareKin(c, l.Kin, k) })
			if !found {
				lines = slices.Insert(lines, at, Line{Kin: claim.Kin, Claims: make([]*Claim, len(sides))})
			}
			lines[at].Claims[i] = claim
		}
	}
	for i := range lines {
		lines[i].judge(sides)
	}
	return lines
}

func (l *Line) judge(sides []*Side) {
	var names, lack []string
	var first *Claim
	ports, needs := true, true
	for i, claim := range l.Claims {
		if claim == nil {
			lack = append(lack, sides[i].Product.Name)
			continue
		}
		names = append(names, sides[i].Product.Name)
		if first == nil {
			first = claim
		}
		ports, needs = ports && claim.Ports == first.Ports, needs && claim.Needs == first.Needs
	}
	switch {
	case len(lack) > 0:
		l.Likeness, l.Words = Some, "only "+series(names, "and")
		if len(lack) < len(names) {
			l.Words = "all but " + series(lack, "and")
		}
		if !ports {
			l.Words += ", ports differ"
		}
	case !ports:
		l.Likeness, l.Words = Differs, "ports differ"
	case !needs:
		l.Likeness, l.Words = Same, "same ports, needs differ"
	default:
		l.Likeness, l.Words = Same, "same ports"
	}
}

// Comparison is products side by side: one row per direction, zone of the
// other party and service ([Kin]), a column per product, and how they compare.
func Comparison(c *catalog.Catalog, products []*catalog.Product) *Table {
	sides, t := sidesOf(c, products, "comparison", "ports side by side")
	t.GroupBy = Column{ID: "direction", Title: "Direction", Kind: Term}
	t.Columns = slices.Concat([]Column{{ID: "service", Title: "Service", Kind: Label}, {ID: "party", Title: "Other side", Kind: Party}},
		productColumns(products, Prose), []Column{{ID: "likeness", Title: "Compared", Kind: Term}})
	for _, l := range Align(c, sides) {
		r := Row{ID: l.ID(), Attrs: []Attr{{"service", l.Service}, {"likeness", string(l.Likeness)}},
			Cells: []Cell{{Blocks: linked(ServicePath(l.Service), ServiceText(c, l.Service))}, {Blocks: text(KinText(c, l.Kin))}}}
		for i, claim := range l.Claims {
			var cell Cell
			if claim != nil {
				for j := range claim.Entries {
					cell.Blocks = append(cell.Blocks, claim.Entries[j].block(products[i]))
				}
			}
			r.Cells = append(r.Cells, cell)
		}
		r.Cells = append(r.Cells, Cell{Blocks: note.Of(l.Words), Term: string(l.Likeness)})
		if n := len(t.Groups); n == 0 || t.Groups[n-1].ID != string(l.Direction) {
			t.Groups = append(t.Groups, Group{ID: string(l.Direction), Title: DirectionText(l.Direction)})
		}
		g := &t.Groups[len(t.Groups)-1]
		g.Rows = append(g.Rows, r)
	}
	return t
}

// Merged is a row of what is opened once.
type Merged struct {
	Call
	// Requests has one entry a product; nil: it does not call.
	Requests []*Request
	// Need is the strongest of all.
	Need catalog.Need
}

// Gather merges the calls of sides.
func Gather(c *catalog.Catalog, sides []*Side) []Merged {
	var rows []Merged
	for i, s := range sides {
		for j := range s.Calls {
			r := &s.Calls[j]
			at, found := slices.BinarySearchFunc(rows, r.Call, func(m Merged, k Call) int { return compareCalls(c, m.Call, k) })
			if !found {
				rows = slices.Insert(rows, at, Merged{Call: r.Call, Requests: make([]*Request, len(sides)), Need: r.Flows[0].Need})
			}
			m := &rows[at]
			m.Requests[i] = r
			if n := r.Flows[0].Need; needRank(n) < needRank(m.Need) {
				m.Need = n
			}
		}
	}
	return rows
}

// Union is what is opened once for all of some products: their outbound flows
// to services that the vocabulary has as infrastructure (names, time,
// directories, mail, logs, databases, proxies), wherever those stand, and all
// their outbound flows to the internet. Flows of one service, port set and
// zone of the other side are one row, with the strongest need.
func Union(c *catalog.Catalog, products []*catalog.Product) *Table {
	sides, t := sidesOf(c, products, "once", "what to open once")
	t.Columns = slices.Concat([]Column{{ID: "service", Title: "Service", Kind: Label}, {ID: "ports", Title: "Ports", Kind: Ports}, {ID: "zone", Title: "Where", Kind: Party}},
		productColumns(products, Prose), []Column{{ID: "need", Title: "Need", Kind: Term}})
	g := Group{ID: "once"}
	for _, m := range Gather(c, sides) {
		r := Row{ID: m.ID(), Attrs: []Attr{{"service", m.Service}, {"need", string(m.Need)}},
			Cells: []Cell{{Blocks: linked(ServicePath(m.Service), ServiceText(c, m.Service))}, {}, {Blocks: text(zoneText(c, m.Zone))}}}
		for i, q := range m.Requests {
			var cell Cell
			if q != nil {
				r.Cells[1] = portsCell(q.Flows[0].Ports)
				cell.Blocks = requestBlocks(c, products[i], q)
			}
			r.Cells = append(r.Cells, cell)
		}
		r.Cells = append(r.Cells, Cell{Blocks: note.Of(string(m.Need)), Term: string(m.Need)})
		g.Rows = append(g.Rows, r)
	}
	t.Groups = []Group{g}
	return t
}

// requestBlocks is what one product wants of a call: need, whom, document.
func requestBlocks(c *catalog.Catalog, p *catalog.Product, q *Request) []note.Block {
	f := q.Flows[0]
	inlines := []note.Inline{&note.Link{URL: FlowPath(p.Slug, f.ID), Inlines: []note.Inline{note.Text(NeedText(p, f))}}, note.Break{}, note.Text(q.Others), note.Break{}}
	return paragraph(append(inlines, (&requirements{c, p}).cite(q.Citations())...))
}

// Citations are the documents behind a request, each section once.
func (q *Request) Citations() []catalog.Citation {
	var out []catalog.Citation
	for _, f := range q.Flows {
		for _, s := range f.Sources {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// Collision is ports that several products listen on in one zone, so that one
// host cannot serve them all as they come.
type Collision struct {
	Zone  string
	Range netspec.Range
	// Listeners has those of each product.
	Listeners [][]*Listener
	// Words tell what can be done: "one of them has to move".
	Words string
}

// ID is the collision as an anchor.
func (k Collision) ID() string {
	return "host." + k.Zone + "." + anchor(k.Range.String())
}

// Collide finds the ports that two sides or more listen on in the same zone.
func Collide(c *catalog.Catalog, sides []*Side) []Collision {
	var out []Collision
	order := func(a, b Collision) int {
		return cmp.Or(cmp.Compare(zoneRank(c, a.Zone), zoneRank(c, b.Zone)), compareRanges(a.Range, b.Range))
	}
	add := func(i int, l *Listener, r netspec.Range) {
		k := Collision{Zone: l.Zone, Range: r}
		at, found := slices.BinarySearchFunc(out, k, order)
		if !found {
			k.Listeners = make([][]*Listener, len(sides))
			out = slices.Insert(out, at, k)
		}
		if list := &out[at].Listeners[i]; !slices.Contains(*list, l) {
			*list = append(*list, l)
		}
	}
	for i, a := range sides {
		for j, b := range sides[i+1:] {
			for x := range a.Listens {
				for y := range b.Listens {
					la, lb := &a.Listens[x], &b.Listens[y]
					both := netspec.Range{Transport: la.Range.Transport, Form: netspec.Exact, First: max(la.Range.First, lb.Range.First), Last: min(la.Range.Last, lb.Range.Last)}
					if la.Zone == lb.Zone && la.Range.Transport == lb.Range.Transport && both.First <= both.Last {
						add(i, la, both)
						add(i+1+j, lb, both)
					}
				}
			}
		}
	}
	for i := range out {
		out[i].judge()
	}
	return out
}

// judge tells whether they can share a host. A port has one listener, so of
// the products that name it all but one have to move; a range that merely
// has it in it can be set apart.
func (k *Collision) judge() {
	products, fixed, named, stuck := 0, 0, 0, 0
	for _, list := range k.Listeners {
		if len(list) == 0 {
			continue
		}
		products++
		if slices.ContainsFunc(list, func(l *Listener) bool { return !l.Moves }) {
			fixed++
		}
		if slices.ContainsFunc(list, (*Listener).single) {
			named++
		}
		if slices.ContainsFunc(list, func(l *Listener) bool { return l.single() && !l.Moves }) {
			stuck++
		}
	}
	switch {
	case named < 2 && fixed == products:
		k.Words = "a range overlaps: no document tells how to change it"
	case named < 2:
		k.Words = "a range overlaps: set them apart"
	case stuck > 1:
		k.Words = "not on one address: no document tells how to move it"
	case named == 2 && stuck == 1:
		k.Words = "the one that can be changed has to move"
	default:
		k.Words = "all but one have to move"
	}
}

// single tells that it is one port.
func (l *Listener) single() bool { return l.Range.First == l.Range.Last }

// Conflicts is the ports that several products listen on in one zone.
func Conflicts(c *catalog.Catalog, products []*catalog.Product) *Table {
	sides, t := sidesOf(c, products, "conflicts", "ports that both need on one host")
	t.Columns = slices.Concat([]Column{{ID: "ports", Title: "Ports", Kind: Label}, {ID: "zone", Title: "Zone", Kind: Party}},
		productColumns(products, Prose), []Column{{ID: "together", Title: "On one host", Kind: Prose}})
	g := Group{ID: "conflicts"}
	for _, k := range Collide(c, sides) {
		r := Row{ID: k.ID(), Cells: []Cell{{Blocks: text(k.Range.String())}, {Blocks: text(zoneText(c, k.Zone))}}}
		for i, list := range k.Listeners {
			var cell Cell
			for _, l := range list {
				f := l.Flows[0]
				cell.Blocks = append(cell.Blocks, &note.Paragraph{Inlines: []note.Inline{
					&note.Link{URL: FlowPath(products[i].Slug, f.ID), Inlines: []note.Inline{note.Text(l.Services)}},
					note.Text(", " + l.Range.String() + ", " + l.MoveText())}})
			}
			r.Cells = append(r.Cells, cell)
		}
		r.Cells = append(r.Cells, Cell{Blocks: text(k.Words)})
		g.Rows = append(g.Rows, r)
	}
	t.Groups = []Group{g}
	return t
}

// MoveText tells whether a listener can be set to another port.
func (l *Listener) MoveText() string {
	if l.Moves {
		return "can be changed"
	}
	return "no change documented"
}

// sidesOf begins a table over products.
func sidesOf(c *catalog.Catalog, products []*catalog.Product, id, what string) ([]*Side, *Table) {
	sides, names := make([]*Side, len(products)), make([]string, len(products))
	var versions strings.Builder
	for i, p := range products {
		sides[i], names[i] = NewSide(c, p), p.Name
		versions.WriteString(p.DataVersion + " ")
	}
	t := &Table{ID: id, Title: series(names, "and") + ": " + what}
	path := "/compare/"
	if len(products) == 2 {
		path = ComparePath(products[0], products[1])
	}
	t.Provenance = provenance(c, t.Title, path, products)
	sum := sha256.Sum256([]byte(versions.String()))
	t.Provenance.DataVersion = hex.EncodeToString(sum[:])
	return sides, t
}

// productColumns are columns of one product each.
func productColumns(products []*catalog.Product, kind Kind) []Column {
	out := make([]Column, len(products))
	for i, p := range products {
		out[i] = Column{ID: p.Slug, Title: p.Name, Kind: kind, Link: ProductPath(p.Slug)}
	}
	return out
}
