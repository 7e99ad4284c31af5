// Package changes tells what differs between two states of the data, or two
// versions of one product: what was added, removed and changed, and what that
// means for a firewall: what must be opened, and what may be closed.
//
// A [Report] is also the record of a release: data/changes/<date>.json holds
// one, as "portolan diff --format json" prints it.
package changes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/network"
)

// Report is what differs. Products without a difference are not in it.
type Report struct {
	// SchemaVersion is 1.
	SchemaVersion int `json:"schema_version"`
	// Old and New are the data versions; empty where there was no data.
	Old string `json:"old"`
	New string `json:"new"`
	// Products are sorted by slug.
	Products []Product `json:"products"`
}

// Product is what differs in one product.
type Product struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// From and To are the versions of the product that are compared; both
	// empty: the newest of either state of the data.
	From string `json:"from"`
	To   string `json:"to"`
	// Changes are in the order of the file: the product itself, endpoints,
	// features, flows, constraints, software, sources; removed ones last.
	Changes []Change `json:"changes"`
	// Open is what the new state needs and the old had not; Close is what the
	// old state needed and the new has not: rules that may go. Flows of every
	// feature count, forbidden ones do not. Both are empty of a product that
	// was added or removed as a whole.
	Open  []Rule `json:"open"`
	Close []Rule `json:"close"`
}

// Kind is what became of a thing.
type Kind string

// The kinds of change.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
)

// Change is one thing that differs.
type Change struct {
	Kind Kind `json:"kind"`
	// Part is the table of the data file: "flow", "endpoint" …; empty: the
	// product's own keys.
	Part string `json:"part"`
	// ID is the thing's; empty for the product's own keys.
	ID string `json:"id"`
	// Title says what it is: of a flow its service, ports and ends.
	Title string `json:"title"`
	// Fields are what differs in a changed thing, in the order of the data
	// format; empty for others.
	Fields []Field `json:"fields"`
}

// Field is one key with its values in words; empty: not stated.
type Field struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Rule is what one endpoint opens to another.
type Rule struct {
	// From and To are names of endpoints.
	From string `json:"from"`
	To   string `json:"to"`
	// Ports are in normal form.
	Ports string `json:"ports"`
	// Flows are the ids of the flows that need them.
	Flows []string `json:"flows"`
}

// Empty tells whether nothing differs.
func (r *Report) Empty() bool { return len(r.Products) == 0 }

// Catalogs compares all products of two states of the data; a nil catalog has
// none.
func Catalogs(old, now *catalog.Catalog) *Report {
	r := &Report{SchemaVersion: 1, Products: []Product{}}
	was, is := index(old), index(now)
	if old != nil {
		r.Old = old.Version
	}
	if now != nil {
		r.New = now.Version
	}
	for _, slug := range union(was, is) {
		if p := compare(newest(was[slug]), newest(is[slug])); p != nil {
			r.Products = append(r.Products, *p)
		}
	}
	return r
}

// Versions compares two versions of a product, nil if nothing differs. Both
// must be versions that it has.
func Versions(p *catalog.Product, from, to string) *Product {
	out := compare(state{p, from}, state{p, to})
	if out != nil {
		out.From, out.To = from, to
	}
	return out
}

// state is a product as one of its versions has it.
type state struct {
	p       *catalog.Product
	version string
}

func newest(p *catalog.Product) state {
	if p == nil || len(p.Versions) == 0 {
		return state{p: p}
	}
	return state{p, p.Versions[len(p.Versions)-1]}
}

// flows are those of the version.
func (s state) flows() []*catalog.Flow {
	var out []*catalog.Flow
	if s.p == nil {
		return nil
	}
	for i := range s.p.Flows {
		if f := &s.p.Flows[i]; network.InVersion(s.p, f, s.version) {
			out = append(out, f)
		}
	}
	return out
}

func index(c *catalog.Catalog) map[string]*catalog.Product {
	out := map[string]*catalog.Product{}
	if c != nil {
		for _, p := range c.Products {
			out[p.Slug] = p
		}
	}
	return out
}

func union(a, b map[string]*catalog.Product) []string {
	var out []string
	for slug := range a {
		out = append(out, slug)
	}
	for slug := range b {
		if a[slug] == nil {
			out = append(out, slug)
		}
	}
	slices.Sort(out)
	return out
}

// compare returns nil if nothing differs.
func compare(old, now state) *Product {
	known := cmp.Or(now.p, old.p)
	out := &Product{Slug: known.Slug, Name: known.Name, Kind: Changed, Changes: []Change{}}
	switch {
	case old.p == nil:
		out.Kind = Added
	case now.p == nil:
		out.Kind = Removed
	default:
		out.Changes = append(out.Changes, things(old, now)...)
	}
	out.Open, out.Close = []Rule{}, []Rule{}
	if out.Kind == Changed {
		out.Open, out.Close = rules(old, now), rules(now, old)
		if len(out.Changes) == 0 {
			return nil
		}
	}
	return out
}

// things compares everything that two states of a product say.
func things(old, now state) []Change {
	var out []Change
	if old.p != now.p {
		if f := differ(*old.p, *now.p); len(f) > 0 {
			out = append(out, Change{Kind: Changed, Title: now.p.Name, Fields: f})
		}
		out = append(out, keyed("endpoint", old.p.Endpoints, now.p.Endpoints, func(e catalog.Endpoint) (string, string) { return e.ID, e.Name })...)
		out = append(out, keyed("feature", old.p.Features, now.p.Features, func(f catalog.Feature) (string, string) { return f.ID, f.Name })...)
	}
	out = append(out, flows(old, now)...)
	if old.p != now.p {
		out = append(out, keyed("constraint", old.p.Constraints, now.p.Constraints, func(c catalog.Constraint) (string, string) { return c.ID, string(c.Kind) })...)
		out = append(out, keyed("software", old.p.Software, now.p.Software, func(s catalog.Software) (string, string) { return s.ID, s.Name })...)
		out = append(out, keyed("source", old.p.Sources, now.p.Sources, func(s catalog.Source) (string, string) { return s.ID, s.Title })...)
	}
	return out
}

// keyed compares two lists of things that have ids.
func keyed[T any](part string, old, now []T, name func(T) (id, title string)) []Change {
	var out []Change
	place := map[string]int{}
	for i, v := range old {
		id, _ := name(v)
		place[id] = i
	}
	for _, v := range now {
		id, title := name(v)
		i, had := place[id]
		delete(place, id)
		if !had {
			out = append(out, Change{Kind: Added, Part: part, ID: id, Title: title, Fields: []Field{}})
		} else if f := differ(old[i], v); len(f) > 0 {
			out = append(out, Change{Kind: Changed, Part: part, ID: id, Title: title, Fields: f})
		}
	}
	for _, v := range old {
		if id, title := name(v); has(place, id) {
			out = append(out, Change{Kind: Removed, Part: part, ID: id, Title: title, Fields: []Field{}})
		}
	}
	return out
}

func has(m map[string]int, key string) bool {
	_, ok := m[key]
	return ok
}

// flows compares the flows of two states, each named by its own product's
// endpoints.
func flows(old, now state) []Change {
	type named struct {
		catalog.Flow
		title string
	}
	list := func(s state) []named {
		var out []named
		for _, f := range s.flows() {
			out = append(out, named{*f, title(s.p, f)})
		}
		return out
	}
	was, is := list(old), list(now)
	out := keyed("flow", was, is, func(f named) (string, string) { return f.ID, f.title })
	return out
}

// title says which connection a flow is: "https tcp/443, Browsers to Server".
func title(p *catalog.Product, f *catalog.Flow) string {
	return fmt.Sprintf("%s %s, %s to %s", f.Service, f.Ports, ends(p, f.From), ends(p, f.To))
}

func ends(p *catalog.Product, ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id
		if e := p.Endpoint(id); e != nil {
			names[i] = e.Name
		}
	}
	return strings.Join(names, ", ")
}

// rules are what now needs between two endpoints and old did not. Endpoints
// are the same when their ids are.
func rules(old, now state) []Rule {
	type pair struct{ from, to string }
	had := map[pair]netspec.PortSet{}
	pairs := func(s state, visit func(k pair, f *catalog.Flow)) {
		for _, f := range s.flows() {
			if f.Need == catalog.Forbidden {
				continue
			}
			for _, from := range f.From {
				for _, to := range f.To {
					visit(pair{from, to}, f)
				}
			}
		}
	}
	pairs(old, func(k pair, f *catalog.Flow) { had[k] = had[k].Union(f.Ports) })
	out := []Rule{}
	place := map[pair]int{}
	sets := map[pair]netspec.PortSet{}
	pairs(now, func(k pair, f *catalog.Flow) {
		left := f.Ports.Minus(had[k])
		if left.IsZero() {
			return
		}
		i, ok := place[k]
		if !ok {
			i = len(out)
			place[k] = i
			out = append(out, Rule{From: ends(now.p, []string{k.from}), To: ends(now.p, []string{k.to})})
		}
		sets[k] = sets[k].Union(left)
		out[i].Ports = sets[k].String()
		out[i].Flows = append(out[i].Flows, f.ID)
	})
	return out
}
