package lookup

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// dataVersion is that of the columns' form; the browser refuses any other.
const dataVersion = 2

// columns are the catalog as the browser gets it: dictionaries, and for each
// flow one number a column. Flows stand in order of their product's slug,
// their port set and their id. All that a query needs beside it, [compile]
// makes of it, in Go as in the browser.
type columns struct {
	Version    int      `json:"version"`
	Directions []string `json:"directions"`
	Needs      []string `json:"needs"`

	// One entry a product.
	Slugs   []string   `json:"slugs"`
	Names   []string   `json:"names"`
	Vendors []string   `json:"vendors"`
	Aliases [][]string `json:"aliases"`
	Counts  []int      `json:"counts"`  // its flows, which follow those of the product before
	Parties [][]int    `json:"parties"` // the ends of its flows, as numbers of phrases
	// Routes are its flows' distinct ways: direction, number of initiators,
	// initiators, listeners; the ends as numbers of its parties.
	Routes [][][]int `json:"routes"`

	Services [][3]string `json:"services"` // id, name, registered name
	Phrases  []string    `json:"phrases"`  // names of endpoints
	Firsts   []int       `json:"firsts"`   // distinct port sets by first port: that port, less the set's before
	ShapeOf  []int       `json:"shape"`    // the rest of the set
	Shapes   []string    `json:"shapes"`   // sets in normal form, "#" for the first port
	IDs      []string    `json:"ids"`      // flow ids
	Kinds    [][2]int    `json:"kinds"`    // distinct pairs of flow id and service

	// One entry a flow.
	SetOf  []int `json:"set"`  // its port set, less that of the flow before in its product
	KindOf []int `json:"kind"` // its id and service
	WayOf  []int `json:"way"`  // its product's route times four, plus its need

	// Variants are pairs: a flow, less that of the pair before, and a port set.
	Variants []int `json:"variants"`
}

// sets spells the port sets.
func (c *columns) sets() []string {
	out, first := make([]string, len(c.Firsts)), 0
	for i, step := range c.Firsts {
		first += step
		out[i] = strings.Replace(c.Shapes[c.ShapeOf[i]], "#", strconv.Itoa(first), 1)
	}
	return out
}

var (
	directions = texts(catalog.Directions())
	needs      = catalog.Need("").Values()
)

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// dictionary numbers texts in order of their first use.
type dictionary[T comparable] struct {
	list   []T
	number map[T]int
}

func (d *dictionary[T]) add(v T) int {
	if i, ok := d.number[v]; ok {
		return i
	}
	if d.number == nil {
		d.number = map[T]int{}
	}
	d.number[v] = len(d.list)
	d.list = append(d.list, v)
	return len(d.list) - 1
}

// collector turns a catalog into columns.
type collector struct {
	out      *columns
	services map[string]*catalog.Service
	service  dictionary[[3]string]
	phrase   dictionary[string]
	id       dictionary[string]
	kind     dictionary[[2]int]
	set      map[string]int
	lastVar  int
}

func collect(c *catalog.Catalog) *columns {
	k := &collector{
		out: &columns{Version: dataVersion, Directions: directions, Needs: needs,
			Slugs: []string{}, Names: []string{}, Vendors: []string{}, Aliases: [][]string{}, Counts: []int{}, Parties: [][]int{}, Routes: [][][]int{},
			Firsts: []int{}, ShapeOf: []int{}, SetOf: []int{}, KindOf: []int{}, WayOf: []int{}, Variants: []int{}},
		services: map[string]*catalog.Service{},
	}
	for i := range c.Services {
		k.services[c.Services[i].ID] = &c.Services[i]
	}
	k.numberSets(c)
	for _, p := range slices.SortedFunc(slices.Values(c.Products), func(a, b *catalog.Product) int { return cmp.Compare(a.Slug, b.Slug) }) {
		k.product(p)
	}
	k.out.Services, k.out.Phrases, k.out.IDs, k.out.Kinds = some(k.service.list), some(k.phrase.list), some(k.id.list), some(k.kind.list)
	return k.out
}

// some is the list, never null in JSON.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// numberSets orders the distinct port sets by their first port, so that the
// numbers of one product's flows grow in small steps.
func (k *collector) numberSets(c *catalog.Catalog) {
	first := map[string]int{}
	note := func(s netspec.PortSet) {
		for r := range s.Ranges() {
			first[s.String()] = int(r.First)
			return
		}
		first[""] = 0
	}
	for _, p := range c.Products {
		for _, f := range p.Flows {
			note(f.Ports)
			for _, v := range f.Variants {
				note(v.Ports)
			}
		}
	}
	sets := slices.SortedFunc(maps.Keys(first), func(a, b string) int { return cmp.Or(cmp.Compare(first[a], first[b]), cmp.Compare(a, b)) })
	k.set = make(map[string]int, len(first))
	var shapes dictionary[string]
	previous := 0
	for i, s := range sets {
		k.set[s] = i
		k.out.Firsts = append(k.out.Firsts, first[s]-previous)
		previous = first[s]
		if first[s] > 0 {
			s = strings.Replace(s, "/"+strconv.Itoa(first[s]), "/#", 1)
		}
		k.out.ShapeOf = append(k.out.ShapeOf, shapes.add(s))
	}
	k.out.Shapes = some(shapes.list)
}

func (k *collector) product(p *catalog.Product) {
	o := k.out
	o.Slugs, o.Names, o.Vendors = append(o.Slugs, p.Slug), append(o.Names, p.Name), append(o.Vendors, p.Vendor)
	o.Aliases, o.Counts = append(o.Aliases, some(p.Aliases)), append(o.Counts, len(p.Flows))

	flows := make([]*catalog.Flow, len(p.Flows))
	for i := range p.Flows {
		flows[i] = &p.Flows[i]
	}
	sets := make(map[*catalog.Flow]int, len(flows))
	for _, f := range flows {
		sets[f] = k.set[f.Ports.String()]
	}
	slices.SortFunc(flows, func(a, b *catalog.Flow) int { return cmp.Or(cmp.Compare(sets[a], sets[b]), cmp.Compare(a.ID, b.ID)) })

	var routes dictionary[string]
	var parties dictionary[int]
	list, previous := [][]int{}, 0
	for _, f := range flows {
		route := k.route(p, f, &parties)
		number := routes.add(fmt.Sprint(route))
		if number == len(list) {
			list = append(list, route)
		}
		for _, v := range f.Variants {
			o.Variants = append(o.Variants, len(o.SetOf)-k.lastVar, k.set[v.Ports.String()])
			k.lastVar = len(o.SetOf)
		}
		o.SetOf = append(o.SetOf, sets[f]-previous)
		previous = sets[f]
		o.KindOf = append(o.KindOf, k.kind.add([2]int{k.id.add(f.ID), k.serviceOf(f.Service)}))
		o.WayOf = append(o.WayOf, number*len(needs)+max(0, slices.Index(needs, string(f.Need))))
	}
	o.Routes, o.Parties = append(o.Routes, list), append(o.Parties, some(parties.list))
}

func (k *collector) serviceOf(id string) int {
	if s := k.services[id]; s != nil {
		return k.service.add([3]string{s.ID, s.Name, s.IANA})
	}
	return k.service.add([3]string{id, id, ""})
}

func (k *collector) route(p *catalog.Product, f *catalog.Flow, parties *dictionary[int]) []int {
	route := []int{max(0, slices.Index(directions, string(f.Direction))), len(f.From)}
	for _, id := range slices.Concat(f.From, f.To) {
		name := id
		if e := p.Endpoint(id); e != nil {
			name = e.Name
		}
		route = append(route, parties.add(k.phrase.add(name)))
	}
	return route
}

// MarshalJS is the index for the browser: a classic script that sets
// window.portolanLookup. It needs neither a server nor a module.
func (x *Index) MarshalJS() []byte { return script("portolanLookup", x.cols) }

// span is some ports of a set. Whole transports and the types of ICMP are
// numbers too: a whole one is 0 to 255.
type span struct {
	transport   string
	first, last int
	form        byte // 0, '*' any port, '?' unstated, 'a' every transport
	set         int
}

// spansOf reads a port set in normal form.
func spansOf(text string, set int) []span {
	var out []span
	for field := range strings.FieldsSeq(text) {
		transport, list, _ := strings.Cut(field, "/")
		switch {
		case field == "any":
			out = append(out, span{transport: field, form: 'a', set: set})
		case transport == "ip" || list == "":
			out = append(out, span{transport: field, last: 255, set: set})
		case list == "*" || list == "?":
			out = append(out, span{transport: transport, form: list[0], set: set})
		default:
			for item := range strings.SplitSeq(list, ",") {
				first, last := bounds(item)
				out = append(out, span{transport: transport, first: first, last: last, set: set})
			}
		}
	}
	return out
}

// size is how many ports the span has.
func (s span) size() int { return s.last - s.first + 1 }

// String is the span alone in normal form.
func (s span) String() string {
	switch {
	case s.form == 'a' || !hasNumbers(s.transport) || s.last == 255 && s.first == 0:
		return s.transport
	case s.form != 0:
		return s.transport + "/" + string(s.form)
	}
	return s.transport + "/" + rangeText(s.first, s.last)
}

// full tells whether the span is every port: as "tcp/*", no answer to a number.
func (s span) full() bool { return s.first == 1 && s.last == 65535 }
