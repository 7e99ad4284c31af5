package table

import (
	"cmp"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/note"
)

// Side is one product as it is held against others. It is made of that product
// and the vocabulary alone: what it says beside another product's is found by
// joining sides, which [Align], [Gather] and [Collide] do here and the page's
// script does in a browser.
type Side struct {
	Product *catalog.Product
	// Flows are what it needs, one entry a kin, in order.
	Flows []Claim
	// Calls are what it wants from shared infrastructure, one entry a call, in order.
	Calls []Request
	// Listens are its listeners on machines that the reader runs, by zone and range.
	Listens []Listener
}

// Kin is what flows of different products are likened by.
type Kin struct {
	Direction catalog.Direction
	// Zone is the outermost zone of the other party, "any" counting as the
	// internet. It is empty where the service itself tells who the other party
	// is (calls of infrastructure), or where there is no other party.
	Zone    string
	Service string
}

// ID is the kin as an anchor: "inbound.internet.https".
func (k Kin) ID() string {
	if k.Zone == "" {
		return string(k.Direction) + "." + k.Service
	}
	return string(k.Direction) + "." + k.Zone + "." + k.Service
}

// Claim is all that a product says of one kin.
type Claim struct {
	Kin
	// Entries are its flows, those that say the same as one.
	Entries []Entry
	// Ports are those that are to be open, and behind "not" those that must
	// stay closed; equal texts are equal ports.
	Ports string
	// Needs are the needs that occur, in order; equal texts are equal needs.
	Needs string
}

// Entry is one statement: flows of a product that differ in their ends at most.
type Entry struct {
	// Flow is the first of them.
	Flow *catalog.Flow
	// Ports and Need are its ports and its need in words.
	Ports, Need string
	// Details are the rest in lines: who with whom; when; the vendor's
	// judgement, protection and whether the port can be changed; constraints.
	Details []string

	from, to []string
}

// Request is a call of infrastructure or of the internet, which a network's
// edge opens once for all products that make it.
type Request struct {
	Call
	// Flows are the product's, the neediest first.
	Flows []*catalog.Flow
	// Others names whom they call.
	Others string
}

// Call is what requests of different products are merged by.
type Call struct {
	Service string
	Ports   string
	// Zone is where the called one stands, "any" counting as the internet.
	Zone string
}

// ID is the call as an anchor.
func (c Call) ID() string {
	return "once." + c.Zone + "." + c.Service + "." + anchor(c.Ports)
}

// anchor makes letters, digits and dashes of a port set in words.
func anchor(ports string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, ports), "-")
}

// Listener is a range of ports that a product's own machines in a zone listen on.
type Listener struct {
	Zone string
	// Range is of exact ports.
	Range netspec.Range
	// Flows are the product's to it, the neediest first.
	Flows []*catalog.Flow
	// Services names what listens: "FTP, FTPS (explicit)".
	Services string
	// Moves tells that each of them can be set to another port.
	Moves bool
}

// NewSide makes a product's side.
func NewSide(c *catalog.Catalog, p *catalog.Product) *Side {
	s := &Side{Product: p}
	for i := range p.Flows {
		f := &p.Flows[i]
		s.claim(c, f)
		if f.Need == catalog.Forbidden {
			continue
		}
		if f.Direction == catalog.Outbound {
			s.request(c, f)
		}
		s.listen(c, f)
	}
	for i := range s.Flows {
		s.Flows[i].finish(c, p)
	}
	slices.SortFunc(s.Flows, func(a, b Claim) int { return compareKin(c, a.Kin, b.Kin) })
	slices.SortFunc(s.Calls, func(a, b Request) int { return compareCalls(c, a.Call, b.Call) })
	slices.SortFunc(s.Listens, func(a, b Listener) int {
		return cmp.Or(cmp.Compare(zoneRank(c, a.Zone), zoneRank(c, b.Zone)), compareRanges(a.Range, b.Range))
	})
	return s
}

// KinOf is what a flow is likened to others by.
func KinOf(c *catalog.Catalog, p *catalog.Product, f *catalog.Flow) Kin {
	k := Kin{Direction: f.Direction, Service: f.Service}
	switch v := c.Service(f.Service); {
	case f.Direction == catalog.Inbound:
		k.Zone = outermost(c, p, f.From)
	case f.Direction == catalog.Outbound && (v == nil || !v.Infrastructure):
		k.Zone = outermost(c, p, f.To)
	}
	return k
}

// KinText names the other party of a kin.
func KinText(c *catalog.Catalog, k Kin) string {
	switch {
	case k.Zone != "":
		return zoneText(c, k.Zone)
	case k.Direction == catalog.Outbound:
		return "Its server, wherever it stands"
	case k.Direction == catalog.Transit:
		return "Two others"
	}
	return "Its own parts"
}

func outermost(c *catalog.Catalog, p *catalog.Product, ends []string) string {
	zone := ""
	for _, id := range ends {
		if z := zoneOf(p, id); zone == "" || zoneRank(c, z) < zoneRank(c, zone) {
			zone = z
		}
	}
	return zone
}

// zoneOf is where an endpoint stands; anywhere is as far as the internet.
func zoneOf(p *catalog.Product, endpoint string) string {
	e := p.Endpoint(endpoint)
	switch {
	case e == nil:
		return ""
	case e.Zone == catalog.AnyZone:
		return catalog.InternetZone
	}
	return e.Zone
}

func zoneRank(c *catalog.Catalog, id string) int {
	return slices.IndexFunc(c.Zones, func(z catalog.Zone) bool { return z.ID == id })
}

func serviceRank(c *catalog.Catalog, id string) int {
	return slices.IndexFunc(c.Services, func(v catalog.Service) bool { return v.ID == id })
}

func needRank(n catalog.Need) int { return slices.Index(n.Values(), string(n)) }

func compareKin(c *catalog.Catalog, a, b Kin) int {
	d := catalog.Directions()
	return cmp.Or(cmp.Compare(slices.Index(d, a.Direction), slices.Index(d, b.Direction)), cmp.Compare(zoneRank(c, a.Zone), zoneRank(c, b.Zone)),
		cmp.Compare(serviceRank(c, a.Service), serviceRank(c, b.Service)))
}

// compareCalls orders by service: what is looked for in a list of things to open.
func compareCalls(c *catalog.Catalog, a, b Call) int {
	return cmp.Or(cmp.Compare(serviceRank(c, a.Service), serviceRank(c, b.Service)), cmp.Compare(zoneRank(c, a.Zone), zoneRank(c, b.Zone)), cmp.Compare(a.Ports, b.Ports))
}

func compareRanges(a, b netspec.Range) int {
	return cmp.Or(cmp.Compare(a.Transport.String(), b.Transport.String()), cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last))
}

// claim adds a flow to what the product says of its kin.
func (s *Side) claim(c *catalog.Catalog, f *catalog.Flow) {
	k := KinOf(c, s.Product, f)
	i := slices.IndexFunc(s.Flows, func(l Claim) bool { return l.Kin == k })
	if i < 0 {
		i = len(s.Flows)
		s.Flows = append(s.Flows, Claim{Kin: k})
	}
	e := Entry{Flow: f, Ports: PortsText(f.Ports), Need: NeedText(s.Product, f), Details: claimDetails(c, s.Product, f), from: f.From, to: f.To}
	for j := range s.Flows[i].Entries {
		if o := &s.Flows[i].Entries[j]; o.Ports == e.Ports && o.Need == e.Need && slices.Equal(o.Details, e.Details) {
			o.from, o.to = union(o.from, f.From), union(o.to, f.To)
			return
		}
	}
	s.Flows[i].Entries = append(s.Flows[i].Entries, e)
}

func union(list, more []string) []string {
	list = slices.Clip(list)
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// claimDetails are a flow's facts beside its ends, ports and need.
func claimDetails(c *catalog.Catalog, p *catalog.Product, f *catalog.Flow) []string {
	var out []string
	if s := WhenText(p, f); s != "" {
		out = append(out, strings.Split(s, "\n")...)
	}
	var facts []string
	if f.Status != "" {
		facts = append(facts, string(f.Status))
	}
	if s := ProtectionText(f); s != "" {
		facts = append(facts, s)
	}
	if f.Configurable {
		s := "the port can be changed"
		if !f.Allowed.IsZero() {
			s += " to " + PortsText(f.Allowed)
		}
		facts = append(facts, s)
	}
	if s := FollowsText(c, p, f); s != "" {
		facts = append(facts, s)
	}
	if len(facts) > 0 {
		out = append(out, title(strings.Join(facts, " · ")))
	}
	var mind []string
	for i := range p.Constraints {
		if k := &p.Constraints[i]; slices.Contains(k.Flows, f.ID) && !slices.Contains(mind, ConstraintName(k)) {
			mind = append(mind, ConstraintName(k))
		}
	}
	if len(mind) > 0 {
		out = append(out, "Mind: "+strings.Join(mind, ", "))
	}
	return out
}

// finish says who talks to whom, once all flows are in.
func (l *Claim) finish(c *catalog.Catalog, p *catalog.Product) {
	var open, closed netspec.PortSet
	var needs []string
	for i := range l.Entries {
		e := &l.Entries[i]
		e.Details = append([]string{EndpointsText(c, p, e.from) + " → " + EndpointsText(c, p, e.to)}, e.Details...)
		if e.Flow.Need == catalog.Forbidden {
			closed = closed.Union(e.Flow.Ports)
		} else {
			open = open.Union(e.Flow.Ports)
		}
		needs = append(needs, string(e.Flow.Need))
	}
	l.Ports = open.String()
	if !closed.IsZero() {
		l.Ports += " not " + closed.String()
	}
	slices.SortFunc(needs, func(a, b string) int { return cmp.Compare(needRank(catalog.Need(a)), needRank(catalog.Need(b))) })
	l.Needs = strings.Join(slices.Compact(needs), " ")
}

// request adds an outbound flow if it is one that is opened once for all: it
// calls a service that the vocabulary has as infrastructure, or somebody on
// the internet.
func (s *Side) request(c *catalog.Catalog, f *catalog.Flow) {
	v := c.Service(f.Service)
	for _, id := range f.To {
		zone := zoneOf(s.Product, id)
		if zone != catalog.InternetZone && (v == nil || !v.Infrastructure) {
			continue
		}
		call := Call{f.Service, PortsText(f.Ports), zone}
		i := slices.IndexFunc(s.Calls, func(r Request) bool { return r.Call == call })
		if i < 0 {
			i = len(s.Calls)
			s.Calls = append(s.Calls, Request{Call: call})
		}
		r := &s.Calls[i]
		if name := s.Product.Endpoint(id).Name; !slices.Contains(strings.Split(r.Others, "; "), name) {
			r.Others = strings.TrimPrefix(r.Others+"; "+name, "; ")
		}
		r.Flows = byNeed(r.Flows, f)
	}
}

// listen adds a flow's ports to the listeners of each of the product's own
// machines that it goes to.
func (s *Side) listen(c *catalog.Catalog, f *catalog.Flow) {
	for _, id := range f.To {
		e := s.Product.Endpoint(id)
		if e == nil || !e.Self || !e.Managed || e.Zone == catalog.AnyZone {
			continue
		}
		for r := range f.Ports.Ranges() {
			if r.Form != netspec.Exact || !r.Transport.HasPorts() {
				continue
			}
			i := slices.IndexFunc(s.Listens, func(l Listener) bool { return l.Zone == e.Zone && l.Range == r })
			if i < 0 {
				i = len(s.Listens)
				s.Listens = append(s.Listens, Listener{Zone: e.Zone, Range: r, Moves: true})
			}
			l := &s.Listens[i]
			l.Flows = byNeed(l.Flows, f)
			l.Moves = l.Moves && s.Product.Movable(f)
			if name := ServiceText(c, f.Service); !slices.Contains(strings.Split(l.Services, ", "), name) {
				l.Services = strings.TrimPrefix(l.Services+", "+name, ", ")
			}
		}
	}
}

// byNeed adds a flow to a list, the neediest first.
func byNeed(list []*catalog.Flow, f *catalog.Flow) []*catalog.Flow {
	if slices.Contains(list, f) {
		return list
	}
	i := slices.IndexFunc(list, func(o *catalog.Flow) bool { return needRank(f.Need) < needRank(o.Need) })
	if i < 0 {
		i = len(list)
	}
	return slices.Insert(list, i, f)
}

// block is an entry in a cell: its ports, linked to its row, and its need in
// the first line, its details in lines of their own.
func (e *Entry) block(p *catalog.Product) note.Block {
	inlines := []note.Inline{&note.Link{URL: FlowPath(p.Slug, e.Flow.ID), Inlines: []note.Inline{note.Text(e.Ports)}}, note.Text(", " + e.Need)}
	for _, line := range e.Details {
		inlines = append(inlines, note.Break{}, note.Text(line))
	}
	return &note.Paragraph{Inlines: inlines}
}
