package network

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// Pair is two products that talk: the first calls the second.
type Pair struct {
	Client, Server *catalog.Product
	// Acquainted tells that a document knows of both: a party of the one is
	// named for the other, or both cite one document. Others merely speak the same.
	Acquainted bool
	// Links are its connections, one at least: in the client's file order,
	// then the server's, each control channel followed by its data channels.
	Links []PairLink
}

// Slug names a pair: "files-com-to-globalscape-eft".
func (p *Pair) Slug() string { return p.Client.Slug + "-to-" + p.Server.Slug }

// DataVersion changes when the facts of either product may have changed.
func (p *Pair) DataVersion() string {
	h := fnv.New128a()
	h.Write([]byte(p.Client.DataVersion + " " + p.Server.DataVersion))
	var out strings.Builder
	for _, b := range h.Sum(nil) {
		out.WriteByte("0123456789abcdef"[b>>4])
		out.WriteByte("0123456789abcdef"[b&15])
	}
	return out.String()
}

// PairLink is one connection of a pair: a flow of the client's document and
// the flow of the server's that it meets.
type PairLink struct {
	Client, Server *catalog.Flow
	// Back tells that the server's product opens it, as FTP's active mode does.
	Back bool
	// Here are the client's own endpoints of it, There the server's.
	Here, There []*catalog.Endpoint
	// Ports are the listener's, as far as the initiator uses them: what opens
	// in fact. SourcePorts are the initiator's, as its own document has them.
	Ports, SourcePorts netspec.PortSet
	// ByClient tells that Ports are the word of the client's document, not of
	// the server's.
	ByClient bool
	// Controls are the places in [Pair.Links] of the control channels that a
	// data channel belongs to; empty: it is none.
	Controls []int
	// Default tells that it is in while both products have their defaults.
	Default bool
	// Usual are the links by default; of those that can stand in for each
	// other, where none is, the one to choose: protected, and switched on at
	// one side at least if there is such a one.
	Usual bool
	// Disagreements are what the two documents say differently.
	Disagreements []Disagreement
}

// ID names the link in its pair, by the ids of both flows: where its row
// stands on the pair's page.
func (l *PairLink) ID() string { return l.Client.ID + "." + l.Server.ID }

// Initiator is the flow of the product that opens the link, Listener that of the other.
func (l *PairLink) Initiator() *catalog.Flow {
	if l.Back {
		return l.Server
	}
	return l.Client
}

// Listener is the flow of the product that is called.
func (l *PairLink) Listener() *catalog.Flow {
	if l.Back {
		return l.Client
	}
	return l.Server
}

// From are the endpoints that open the link, To those that are called.
func (l *PairLink) From() []*catalog.Endpoint {
	if l.Back {
		return l.There
	}
	return l.Here
}

// To are the endpoints that are called.
func (l *PairLink) To() []*catalog.Endpoint {
	if l.Back {
		return l.Here
	}
	return l.There
}

// Passive tells whether it is a data channel that the client opens: its
// range is the one that an administrator of FTP asks for.
func (l *PairLink) Passive() bool { return len(l.Controls) > 0 && !l.Back }

// Some services say nothing of what is behind them: that both speak HTTPS
// joins no two products. They count between products that know each other.
var bare = set("all", "dfsr", "esp", "frs", "gre", "grpc", "http", "http-proxy", "http3", "https", "ike", "ipsec-nat-t", "msrpc", "msrpc-dynamic",
	"netbios-dgm", "netbios-ns", "netbios-ssn", "ping", "pptp", "rdp", "remote-support", "smb", "snmp", "ssh", "turn", "webrtc-media", "websocket")

// File transfer runs between organisations: its client may stand anywhere, if
// it is there to transfer files. All else is called in the zone where its
// listener stands.
var transfer = set("as2", "ftp", "ftps-explicit", "ftps-implicit", "s3", "scp", "sftp", "webdav")

// overHTTP are services that a document may list as HTTP or HTTPS alone.
var overHTTP = set("as2", "s3", "webdav")

// dataOf is the data channel of a control channel.
var dataOf = map[string]string{"ftp": "ftp-data", "ftps-explicit": "ftps-data", "ftps-implicit": "ftps-data"}

func set(ids ...string) map[string]bool {
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}

// Pairs are the products that can talk to each other as their documents
// stand, in order of their slugs. A product is not paired with itself.
//
// Two flows meet if the party that the client calls and the party that calls
// the server can be those two products, and they speak the same. A party can
// be the other product if it is named for it, or is anybody: has no names or
// addresses of its own, and is named neither for a third product nor for its
// own product's make ("MOVEit Freely"). Services are the same by id, or where
// one document says HTTP or HTTPS and names its party for what the other
// says ("Object storage", S3). A bare service, and file transfer of a product
// that is there for something else, needs acquaintance: a party
// named for the other product, and then no other party, or one document
// behind both flows. Except for file transfer and among acquaintances, the party called must stand in the
// listener's zone: an internet provider's mail relay is no host of the DMZ.
//
// Data channels belong to control channels that meet, in the direction that
// both documents have: passive, or active ([PairLink.Back]). Forbidden flows
// and those of older versions are left out.
func Pairs(c *catalog.Catalog) []Pair {
	m := newMatcher(c)
	var out []Pair
	for _, a := range c.Products {
		for _, b := range m.candidates(a) {
			if links := m.links(a, b); len(links) > 0 {
				out = append(out, Pair{a, b, m.acquainted(a, b), links})
			}
		}
	}
	return out
}

// matcher knows who is who in a catalog.
type matcher struct {
	// named are the products that an endpoint is named for.
	named map[*catalog.Endpoint][]*catalog.Product
	// own tells that an endpoint is named for its product's make.
	own map[*catalog.Endpoint]bool
	// documents are the addresses of the documents behind a product's flows.
	documents map[*catalog.Product][]string
	// listeners are the products that are called with a service.
	listeners map[string][]*catalog.Product
	// carriers are the products that are there to transfer files: called with a
	// service of file transfer, calling with several, or with one as they come.
	// A database that may fetch its snapshots by FTP is none.
	carriers map[*catalog.Product]bool
	// known are the products that a product may know by name or document.
	known map[*catalog.Product][]*catalog.Product
}

func newMatcher(c *catalog.Catalog) *matcher {
	m := &matcher{named: map[*catalog.Endpoint][]*catalog.Product{}, own: map[*catalog.Endpoint]bool{}, documents: map[*catalog.Product][]string{},
		listeners: map[string][]*catalog.Product{}, carriers: map[*catalog.Product]bool{}, known: map[*catalog.Product][]*catalog.Product{}}
	type title struct {
		words string
		of    *catalog.Product
	}
	titles := map[string][]title{} // by their first word
	authors := map[string][]*catalog.Product{}
	for _, p := range c.Products {
		for _, name := range append([]string{p.Name}, p.Aliases...) {
			if w := words(name); len(w) >= 5 { // three letters and two spaces: shorter ones are words of any language
				first, _, _ := strings.Cut(w[1:], " ")
				titles[first] = append(titles[first], title{w, p})
			}
		}
		for i := range p.Sources {
			if d := document(p.Sources[i].URL); d != "" {
				m.documents[p] = append(m.documents[p], d)
				authors[d] = append(authors[d], p)
			}
		}
		for _, f := range flowsOf(p, catalog.Inbound) {
			if l := m.listeners[f.Service]; len(l) == 0 || l[len(l)-1] != p {
				m.listeners[f.Service] = append(l, p)
			}
		}
		m.carriers[p] = carries(p)
	}
	for _, p := range c.Products {
		maker := words(brand(p))
		vendor := words(p.Vendor)
		for i := range p.Endpoints {
			e := &p.Endpoints[i]
			name := words(e.Name)
			for w := range strings.FieldsSeq(name) {
				for _, t := range titles[w] {
					if strings.Contains(name, t.words) && !slices.Contains(m.named[e], t.of) {
						m.named[e] = append(m.named[e], t.of)
					}
				}
			}
			m.own[e] = strings.Contains(name, maker) || strings.Contains(name, vendor)
			for _, o := range m.named[e] {
				m.known[p] = append(m.known[p], o)
				m.known[o] = append(m.known[o], p)
			}
		}
		for _, d := range m.documents[p] {
			m.known[p] = append(m.known[p], authors[d]...)
		}
	}
	return m
}

// carries tells whether a product is there to transfer files.
func carries(p *catalog.Product) bool {
	if slices.ContainsFunc(flowsOf(p, catalog.Inbound), func(f *catalog.Flow) bool { return transfer[f.Service] }) {
		return true
	}
	sel, _ := Select(p, Choice{})
	service := ""
	for _, f := range flowsOf(p, catalog.Outbound) {
		switch {
		case !transfer[f.Service]:
		case slices.Contains(sel.Flows, f), service != "" && f.Service != service:
			return true
		default:
			service = f.Service
		}
	}
	return false
}

// words is a name in lower case as words between single spaces, with one
// before and one after.
func words(s string) string {
	list := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(list, " ") + " "
}

// brand is the word of a product's name that its maker's other products
// share: the first, if it is spelled as no word of the language is
// ("MOVEit"). Else it is the name.
func brand(p *catalog.Product) string {
	first, _, _ := strings.Cut(p.Name, " ")
	if i := strings.IndexFunc(first, unicode.IsUpper); i >= 0 && strings.IndexFunc(first[i+1:], unicode.IsUpper) >= 0 {
		return first
	}
	return p.Name
}

// document is a document's address without what does not tell documents apart.
func document(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	return strings.TrimSuffix(rest, "/")
}

// flowsOf are a product's flows of one direction that can be open in its
// newest version.
func flowsOf(p *catalog.Product, d catalog.Direction) []*catalog.Flow {
	newest := ""
	if n := len(p.Versions); n > 0 {
		newest = p.Versions[n-1]
	}
	var out []*catalog.Flow
	for i := range p.Flows {
		if f := &p.Flows[i]; f.Direction == d && f.Need != catalog.Forbidden && InVersion(p, f, newest) {
			out = append(out, f)
		}
	}
	return out
}

// candidates are the products that a product may call, in order of their slugs.
func (m *matcher) candidates(a *catalog.Product) []*catalog.Product {
	seen := map[*catalog.Product]bool{a: true}
	var out []*catalog.Product
	add := func(list []*catalog.Product) {
		for _, b := range list {
			if !seen[b] {
				seen[b] = true
				out = append(out, b)
			}
		}
	}
	add(m.known[a])
	for _, f := range flowsOf(a, catalog.Outbound) {
		if !bare[f.Service] {
			add(m.listeners[f.Service])
		}
		if f.Service == "http" || f.Service == "https" {
			for over := range overHTTP {
				add(m.listeners[over])
			}
		}
		if overHTTP[f.Service] {
			add(m.listeners["http"])
			add(m.listeners["https"])
		}
	}
	slices.SortFunc(out, func(x, y *catalog.Product) int { return cmp.Compare(x.Slug, y.Slug) })
	return out
}

// meeting is a link in the making, with the parties through which it came about.
type meeting struct {
	PairLink
	called, calling []string // endpoints of the client's document, of the server's
}

// links are the connections from one product to another.
func (m *matcher) links(a, b *catalog.Product) []PairLink {
	var met []meeting
	ins := flowsOf(b, catalog.Inbound)
	for _, fa := range flowsOf(a, catalog.Outbound) {
		for _, fb := range ins {
			if isData(fa.Service) || isData(fb.Service) {
				continue
			}
			x := meeting{PairLink: PairLink{Client: fa, Server: fb}}
			m.meet(a, b, &x)
			if len(x.called) > 0 && x.agree() {
				met = append(met, x)
				met = channels(met, len(met)-1, a, b)
			}
		}
	}
	links := make([]PairLink, len(met))
	for i := range met {
		x := &met[i]
		x.Here, x.There = selves(a, x.Client), selves(b, x.Server)
		x.place(b, x.calling)
		links[i] = x.PairLink
	}
	usual(a, b, links)
	return links
}

func isData(service string) bool { return service == "ftp-data" || service == "ftps-data" }

// selves are the product's own endpoints of a flow.
func selves(p *catalog.Product, f *catalog.Flow) []*catalog.Endpoint {
	var out []*catalog.Endpoint
	for _, id := range slices.Concat(f.From, f.To) {
		if e := p.Endpoint(id); e != nil && e.Self && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

// meet finds the parties of two flows that can be the other product.
func (m *matcher) meet(a, b *catalog.Product, x *meeting) {
	together := m.oneDocument(a, b, x.Client, x.Server)
	for _, to := range x.Client.To {
		for _, from := range x.Server.From {
			called, calling := a.Endpoint(to), b.Endpoint(from)
			if called == nil || calling == nil {
				continue
			}
			switch {
			case !m.canBe(called, b), !m.canBe(calling, a), !same(x.Client, x.Server, called, calling):
				continue
			case bare[x.Client.Service] && bare[x.Server.Service], transfer[x.Client.Service] && !m.carriers[a]:
				if !m.meant(a, called, b) || !m.meant(b, calling, a) || !together && !m.names(a, b) && !m.names(b, a) {
					continue
				}
			case together, slices.Contains(m.named[called], b), slices.Contains(m.named[calling], a):
			case !transfer[x.Client.Service] && !transfer[x.Server.Service] && !slices.ContainsFunc(selves(b, x.Server), func(e *catalog.Endpoint) bool { return e.Zone == called.Zone }):
				continue
			}
			if !slices.Contains(x.called, to) {
				x.called = append(x.called, to)
			}
			if !slices.Contains(x.calling, from) {
				x.calling = append(x.calling, from)
			}
		}
	}
}

// names tells whether a product's file has a party that is named for another product.
func (m *matcher) names(p, other *catalog.Product) bool {
	for i := range p.Endpoints {
		if slices.Contains(m.named[&p.Endpoints[i]], other) {
			return true
		}
	}
	return false
}

// acquainted tells whether one product's file names the other, or both cite one document.
func (m *matcher) acquainted(a, b *catalog.Product) bool {
	return m.names(a, b) || m.names(b, a) ||
		slices.ContainsFunc(m.documents[a], func(d string) bool { return slices.Contains(m.documents[b], d) })
}

// meant tells whether a party is the one that its file names for a product,
// where it names one.
func (m *matcher) meant(p *catalog.Product, e *catalog.Endpoint, other *catalog.Product) bool {
	return slices.Contains(m.named[e], other) || !m.names(p, other)
}

// canBe tells whether an endpoint of another product's file can be a product.
func (m *matcher) canBe(e *catalog.Endpoint, p *catalog.Product) bool {
	if slices.Contains(m.named[e], p) {
		return true
	}
	return len(m.named[e]) == 0 && !m.own[e] && len(e.FQDN)+len(e.CIDR) == 0
}

// same tells whether two flows speak the same service.
func same(fa, fb *catalog.Flow, called, calling *catalog.Endpoint) bool {
	over := func(plain, service string, party *catalog.Endpoint) bool {
		return (plain == "http" || plain == "https") && overHTTP[service] && namedFor(party, service)
	}
	return fa.Service == fb.Service || over(fa.Service, fb.Service, called) || over(fb.Service, fa.Service, calling)
}

// namedFor tells whether a party's name says a service that runs over HTTP.
func namedFor(e *catalog.Endpoint, service string) bool {
	name := words(e.Name)
	return strings.Contains(name, words(service)) || service == "s3" && strings.Contains(name, " object storage ")
}

// oneDocument tells whether two flows cite the same document.
func (m *matcher) oneDocument(a, b *catalog.Product, fa, fb *catalog.Flow) bool {
	if !slices.ContainsFunc(m.documents[a], func(d string) bool { return slices.Contains(m.documents[b], d) }) {
		return false
	}
	cited := func(p *catalog.Product, f *catalog.Flow) (out []string) {
		for _, c := range f.Sources {
			if s := p.Source(c.ID); s != nil && document(s.URL) != "" {
				out = append(out, document(s.URL))
			}
		}
		return out
	}
	theirs := cited(b, fb)
	return slices.ContainsFunc(cited(a, fa), func(d string) bool { return slices.Contains(theirs, d) })
}

// channels adds the data channels of the control channel at a place.
func channels(met []meeting, control int, a, b *catalog.Product) []meeting {
	x := met[control]
	if dataOf[x.Client.Service] == "" || dataOf[x.Client.Service] != dataOf[x.Server.Service] {
		return met
	}
	for _, back := range []bool{false, true} {
		mine, theirs := catalog.Outbound, catalog.Inbound
		if back {
			mine, theirs = theirs, mine
		}
		for _, da := range flowsOf(a, mine) {
			for _, db := range flowsOf(b, theirs) {
				if !belongs(a, da, x.Client, x.called) || !belongs(b, db, x.Server, x.calling) {
					continue
				}
				i := slices.IndexFunc(met, func(o meeting) bool { return o.Client == da && o.Server == db })
				if i >= 0 {
					met[i].Controls = append(met[i].Controls, control)
					continue
				}
				d := meeting{PairLink: PairLink{Client: da, Server: db, Back: back, Controls: []int{control}}, called: x.called, calling: x.calling}
				if d.agree() {
					met = append(met, d)
				}
			}
		}
	}
	return met
}

// belongs tells whether a flow is the data channel of a control channel and
// of its parties: by what its document relates, else by its service.
func belongs(p *catalog.Product, data, control *catalog.Flow, parties []string) bool {
	if data.Service != dataOf[control.Service] || !slices.ContainsFunc(slices.Concat(data.From, data.To), func(id string) bool { return slices.Contains(parties, id) }) {
		return false
	}
	related := func(f *catalog.Flow) bool {
		return slices.Contains(data.Related, f.ID) || slices.Contains(f.Related, data.ID)
	}
	if related(control) {
		return true
	}
	for i := range p.Flows {
		if f := &p.Flows[i]; dataOf[f.Service] != "" && related(f) {
			return false
		}
	}
	return true
}
