package site

import (
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/table"
)

// networkWriter writes the tables of one network's page.
type networkWriter struct {
	s    *Site
	n    *network.Network
	rows []network.Row
	m    *markup
}

// table opens a table with a caption and columns; the caller writes rows and
// calls close.
func (w *networkWriter) table(id, class, caption string, columns ...string) {
	w.m.raw(`<div class="scroll" role="region" aria-labelledby="table.`, id, `" tabindex="0"><table class="`, class, `"><caption id="table.`, id, `">`).
		text(caption).raw(`</caption>`).columns(columns...)
}

func (w *networkWriter) close() { w.m.copied("Copy") }

// connections is the table of all rows, which diagrams and the other tables
// point at.
func (w *networkWriter) connections() {
	w.m.sorter(len(w.rows))
	w.table("connections", "stack links", "Connections, as their initiators open them", "No.", "Ports", "Service", "From → to", "Firewalls on the way", "Need", "Product and source")
	for i := range w.rows {
		r := &w.rows[i]
		p := w.s.Catalog.Product(r.Instance.Product)
		no := strconv.Itoa(r.Number)
		w.m.raw(`<tr id="`, r.Anchor(), `" class="need-`, string(r.Flow.Need), `"><th scope="row"><a class="no" href="#`, r.Anchor(), `" aria-label="Connection `, no, `">`, no, `</a></th><td>`)
		w.ports(r)
		w.m.raw(`</td><td>`)
		w.service(r.Flow)
		w.m.raw(`</td><td>`)
		w.ends(r)
		w.tunnel(p, r)
		w.m.raw(`</td><td>`)
		w.chains(r)
		w.m.raw(`</td><td>`)
		w.need(r.Flow)
		w.m.raw(`</td><td>`).link(productPath(p.Slug)+"#"+r.Flow.ID, "", w.instance(p, r.Instance)).raw(` <span class="sub">`)
		w.citations(p, r.Flow.Sources)
		w.m.raw(`</span></td></tr>`)
	}
	w.close()
}

// tunnel says which rows go on inside this one, or inside which it goes on,
// and that no rule is needed the other way.
func (w *networkWriter) tunnel(p *catalog.Product, r *network.Row) {
	var carried, tunnels []*network.Row
	for i := range w.rows {
		o := &w.rows[i]
		switch {
		case o.Instance != r.Instance:
		case slices.Contains(r.Flow.Carries, o.Flow.ID):
			carried = append(carried, o)
		case slices.Contains(o.Flow.Carries, r.Flow.ID):
			tunnels = append(tunnels, o)
		}
	}
	say := func(words string, rows []*network.Row, after string) {
		w.m.raw(`<span class="sub">`, words)
		w.numbers(rows)
		w.m.text(after).raw(`</span>`)
	}
	if len(carried) > 0 {
		say("Carries ", carried, table.CarriesText(w.s.Catalog, p, r.Flow).After)
	}
	if len(tunnels) > 0 {
		f := tunnels[0].Flow
		say("Goes on inside ", tunnels, table.InsideText(w.s.Catalog, p, f))
	}
}

// instance is the product's name, with the instance's id where it has several.
func (w *networkWriter) instance(p *catalog.Product, v *catalog.Instance) string {
	if !slices.ContainsFunc(w.n.Deployment.Instances, func(o catalog.Instance) bool { return o.Product == v.Product && o.ID != v.ID }) {
		return p.Name
	}
	return p.Name + " (" + v.ID + ")"
}

func (w *networkWriter) ports(r *network.Row) {
	w.s.ports(w.m, r.Links[0].Ports)
	if !r.Flow.SourcePorts.IsZero() {
		w.m.raw(` <span class="sub">from source port `).text(table.PortsText(r.Flow.SourcePorts)).raw(`</span>`)
	}
}

func (w *networkWriter) service(f *catalog.Flow) {
	w.m.link(servicePath(f.Service), "", w.s.serviceName(f))
	if text := table.ProtectionText(f); text != "" {
		w.m.raw(` <span class="sub">`).text(text).raw(`</span>`)
	}
}

func (w *networkWriter) need(f *catalog.Flow) {
	needWord(w.m, f.Need)
	if f.Status != "" {
		w.m.raw(`<span class="status status-`, string(f.Status), `">`, string(f.Status), `</span>`)
	}
}

// ends are the initiators and listeners of a row, those of one listener
// together; where one initiator opens them all, its listeners.
func (w *networkWriter) ends(r *network.Row) {
	if one(r.Links, func(l *network.Link) *network.Party { return &l.From }) {
		to := make([]*network.Party, len(r.Links))
		for i, l := range r.Links {
			to[i] = &l.To
		}
		w.pair([]*network.Party{&r.Links[0].From}, to, r.Flow)
		return
	}
	for i, l := range r.Links {
		if slices.IndexFunc(r.Links, func(o *network.Link) bool { return same(&o.To, &l.To) }) < i {
			continue
		}
		var from []*network.Party
		for _, o := range r.Links {
			if same(&o.To, &l.To) {
				from = append(from, &o.From)
			}
		}
		w.pair(from, []*network.Party{&l.To}, r.Flow)
	}
}

// pair appends initiators and listeners as a line.
func (w *networkWriter) pair(from, to []*network.Party, f *catalog.Flow) {
	w.m.raw(`<p>`)
	w.parties(from)
	if f.Direction == catalog.Loopback {
		w.m.raw(` to itself</p>`)
		return
	}
	w.m.raw(` <span class="to" role="img" aria-label="to">→</span> `)
	w.parties(to)
	w.m.raw(`</p>`)
}

func same(a, b *network.Party) bool {
	return a.Zone == b.Zone && a.Whole == b.Whole && a.Endpoint == b.Endpoint && slices.Equal(a.Hosts, b.Hosts)
}

// one tells whether all links have the same party at that end.
func one(links []*network.Link, end func(*network.Link) *network.Party) bool {
	return !slices.ContainsFunc(links, func(l *network.Link) bool { return !same(end(l), end(links[0])) })
}

// parties appends several ends, each once.
func (w *networkWriter) parties(list []*network.Party) {
	for i, p := range list {
		if slices.IndexFunc(list, func(o *network.Party) bool { return o.Zone == p.Zone && w.name(o) == w.name(p) }) < i {
			continue
		}
		switch {
		case i > 0 && p.Whole && list[i-1].Whole: // one "anywhere" stands for all zones that follow
			w.m.raw(` `)
			w.zone(p.Zone)
			continue
		case i > 0:
			w.m.raw(`, `)
		}
		w.end(p)
	}
}

// name is one end in words: its hosts, all of its zone, or its endpoint.
func (w *networkWriter) name(p *network.Party) string {
	switch {
	case p.Whole:
		return "anywhere"
	case len(p.Hosts) == 0:
		return p.Endpoint.Name
	}
	var names []string
	for _, h := range p.Hosts {
		names = append(names, h.Title())
	}
	return strings.Join(names, ", ")
}

// end appends one end: its hosts, each linked, and the zone.
func (w *networkWriter) end(p *network.Party) {
	if len(p.Hosts) == 0 {
		w.m.text(w.name(p))
	}
	for i, h := range p.Hosts {
		if i > 0 {
			w.m.raw(`, `)
		}
		w.host(h)
	}
	w.m.raw(` `)
	w.zone(p.Zone)
}

func (w *networkWriter) zone(id string) {
	w.m.raw(`<span class="zone">`).text(w.s.Catalog.Zone(id).Name).raw(`</span>`)
}

func (w *networkWriter) host(h *catalog.Host) {
	w.m.raw(`<a class="end" href="#`, h.ID, `">`).text(h.Title()).raw(`</a>`)
}

// chains are the firewalls on the way; where they differ, by the zones that
// links come from, or go to.
func (w *networkWriter) chains(r *network.Row) {
	equal := func(o *network.Link, l *network.Link) bool { return slices.Equal(o.Chain, l.Chain) }
	differ := slices.ContainsFunc(r.Links, func(l *network.Link) bool { return !equal(l, r.Links[0]) })
	zone := func(l *network.Link) string { return l.From.Zone }
	if one(r.Links, func(l *network.Link) *network.Party { return &l.From }) {
		zone = func(l *network.Link) string { return l.To.Zone }
	}
	for i, l := range r.Links {
		if slices.IndexFunc(r.Links, func(o *network.Link) bool { return equal(o, l) }) < i {
			continue
		}
		w.m.raw(`<p>`)
		for j, o := range r.Links {
			first := slices.IndexFunc(r.Links, func(x *network.Link) bool { return equal(x, o) && zone(x) == zone(o) }) == j
			if differ && first && equal(o, l) {
				w.zone(zone(o))
				w.m.raw(` `)
			}
		}
		for k, f := range l.Chain {
			if k > 0 {
				w.m.raw(`, then `)
			}
			w.m.raw(`<a href="#`, f.ID, `">`).text(f.Name).raw(`</a>`)
		}
		if len(l.Chain) == 0 {
			w.m.raw(`none`)
		}
		w.m.raw(`</p>`)
	}
}

// citations appends documents and sections, linked to the product's page.
func (w *networkWriter) citations(p *catalog.Product, list []catalog.Citation) {
	for i, c := range list {
		if slices.IndexFunc(list, func(o catalog.Citation) bool { return o.ID == c.ID }) < i {
			continue
		}
		if i > 0 {
			w.m.raw(`; `)
		}
		w.m.link(productPath(p.Slug)+"#source."+c.ID, "", p.Source(c.ID).Title)
	}
}

// numbers links rows by their numbers.
func (w *networkWriter) numbers(rows []*network.Row) {
	for i, r := range rows {
		if i > 0 {
			w.m.raw(`, `)
		}
		no := strconv.Itoa(r.Number)
		w.m.raw(`<a class="no" href="#`, r.Anchor(), `" aria-label="Connection `, no, `">`, no, `</a>`)
	}
}

func (w *networkWriter) addresses(list []netspec.Addr) {
	for i, a := range list {
		if i > 0 {
			w.m.raw(` `)
		}
		w.m.raw(`<code>`, a.String(), `</code>`)
	}
}

// carrying lists the rows with a link that is wanted, but of forbidden flows.
func (w *networkWriter) carrying(want func(*network.Link) bool) (out []*network.Row) {
	for i := range w.rows {
		if r := &w.rows[i]; r.Flow.Need != catalog.Forbidden && slices.ContainsFunc(r.Links, want) {
			out = append(out, r)
		}
	}
	return out
}

// published is the table of public addresses, if there are any.
func (w *networkWriter) published() {
	list := w.n.Mappings(w.s.Catalog)
	if len(list) == 0 {
		return
	}
	w.table("published", "wide", "Public addresses and where they lead", "Public address", "Own address", "Host", "Translated by", "Ports from outside", "Connections")
	for _, x := range list {
		rows := w.carrying(func(l *network.Link) bool {
			return slices.Contains(l.To.Hosts, x.Host) && w.n.Publishes(w.s.Catalog, l, x.Host) >= 0
		})
		var ports netspec.PortSet
		for _, r := range rows {
			ports = ports.Union(r.Links[0].Ports)
		}
		w.m.raw(`<tr><th scope="row"><code>`, x.Public.String(), `</code></th><td><code>`, x.Own.String(), `</code></td><td>`)
		w.host(x.Host)
		w.m.raw(`</td><td><a href="#`, x.By.ID, `">`).text(x.By.Name).raw(`</a></td><td>`)
		w.s.ports(w.m, ports)
		if len(rows) == 0 {
			w.m.raw(`none`)
		}
		w.m.raw(`</td><td class="al-r">`)
		w.numbers(rows)
		w.m.raw(`</td></tr>`)
	}
	w.close()
}

// hidden is the table of source addresses that inside hosts show beyond a
// firewall, if there are any.
func (w *networkWriter) hidden() {
	d := w.n.Deployment
	if !slices.ContainsFunc(d.Firewalls, func(f catalog.Firewall) bool { return len(f.Egress) > 0 }) {
		return
	}
	w.table("egress", "wide", "Source addresses that inside hosts show", "Beyond", "They show", "Coming from", "Connections")
	for i := range d.Firewalls {
		f := &d.Firewalls[i]
		if len(f.Egress) == 0 {
			continue
		}
		hides := func(l *network.Link) bool {
			k := slices.Index(l.Chain, f)
			return k >= 0 && w.n.Hides(l, k)
		}
		rows := w.carrying(hides)
		var from []string
		for _, r := range rows {
			for _, l := range r.Links {
				if hides(l) && !slices.Contains(from, l.From.Zone) {
					from = append(from, l.From.Zone)
				}
			}
		}
		w.m.raw(`<tr><th scope="row"><a href="#`, f.ID, `">`).text(f.Name).raw(`</a></th><td>`)
		w.addresses(f.Egress)
		w.m.raw(`</td><td>`).text(w.s.zoneNames(from)).raw(`</td><td class="al-r">`)
		w.numbers(rows)
		if len(rows) == 0 {
			w.m.raw(`none`)
		}
		w.m.raw(`</td></tr>`)
	}
	w.close()
}

// firewall is what one firewall lets through, with the addresses that it sees.
func (w *networkWriter) firewall(f *catalog.Firewall) {
	at := func(l *network.Link) bool { return slices.Contains(l.Chain, f) }
	through := len(w.carrying(at))
	w.m.raw(`<h3 id="`, f.ID, `">`).text(f.Name).raw(`</h3><p class="sub">Between `).text(w.s.zoneNames(f.Zones)).raw(`</p>`)
	w.m.raw(`<details class="rules"><summary>`, counted(through, "connection", "connections"), ` through it, with the addresses that it sees</summary>`)
	w.table(f.ID, "wide", f.Name, "No.", "Ports", "Service", "From", "To", "Need")
	none := true
	for i := range w.rows {
		r := &w.rows[i]
		for _, l := range r.Links {
			k := slices.Index(l.Chain, f)
			if k < 0 {
				continue
			}
			none = false
			w.m.raw(`<tr class="need-`, string(r.Flow.Need), `"><th scope="row">`)
			w.numbers([]*network.Row{r})
			w.m.raw(`</th><td>`)
			w.ports(r)
			w.m.raw(`</td><td>`).link(servicePath(r.Flow.Service), "", w.s.serviceName(r.Flow)).raw(`</td><td>`)
			w.source(l, k)
			w.m.raw(`</td><td>`)
			w.target(l, k)
			w.m.raw(`</td><td>`)
			w.need(r.Flow)
			w.m.raw(`</td></tr>`)
		}
	}
	if none {
		w.m.raw(`<tr><td colspan="6">None.</td></tr>`)
	}
	w.close()
	w.m.raw(`</details>`)
}

// source is a link's initiator as the k-th firewall of its chain sees it.
func (w *networkWriter) source(l *network.Link, k int) {
	var by *catalog.Firewall
	for i, f := range l.Chain[:k] {
		if w.n.Hides(l, i) {
			by = f
		}
	}
	if by == nil {
		w.s.party(w.m, l.From)
		return
	}
	w.end(&l.From)
	w.m.raw(` <span class="sub">shown as `)
	w.addresses(by.Egress)
	w.m.raw(`</span>`)
}

// target is a link's listener as the k-th firewall of its chain sees it.
func (w *networkWriter) target(l *network.Link, k int) {
	if len(l.To.Hosts) == 0 {
		w.s.party(w.m, l.To)
		return
	}
	for i, h := range l.To.Hosts {
		if i > 0 {
			w.m.raw(`<br>`)
		}
		w.m.text(h.Title()).raw(` `)
		at := w.n.Publishes(w.s.Catalog, l, h)
		if at < k { // beyond its translation, or without one
			w.addresses(h.Address)
			continue
		}
		w.addresses(h.PublicAddress)
		if at == k {
			w.m.raw(` <span class="to" role="img" aria-label="translated to">→</span>`)
		}
		for _, a := range h.Address {
			if own := !slices.ContainsFunc(h.PublicAddress, func(p netspec.Addr) bool { return p.Is6() == a.Is6() }); own || at == k {
				w.m.raw(` <code>`, a.String(), `</code>`)
			}
		}
	}
	w.m.raw(` `)
	w.zone(l.To.Zone)
}

// inside are the connections that no firewall sees.
func (w *networkWriter) inside() {
	w.table("inside", "wide", "Connections inside one zone or one host", "No.", "Ports", "Service", "From", "To", "Need")
	none := true
	for i := range w.rows {
		r := &w.rows[i]
		for _, l := range r.Links {
			if len(l.Chain) > 0 {
				continue
			}
			none = false
			w.m.raw(`<tr class="need-`, string(r.Flow.Need), `"><th scope="row">`)
			w.numbers([]*network.Row{r})
			w.m.raw(`</th><td>`)
			w.ports(r)
			w.m.raw(`</td><td>`).link(servicePath(r.Flow.Service), "", w.s.serviceName(r.Flow)).raw(`</td><td>`)
			w.s.party(w.m, l.From)
			w.m.raw(`</td><td>`)
			w.s.party(w.m, l.To)
			w.m.raw(`</td><td>`)
			w.need(r.Flow)
			w.m.raw(`</td></tr>`)
		}
	}
	if none {
		w.m.raw(`<tr><td colspan="6">None.</td></tr>`)
	}
	w.close()
}

// hosts is the list of the machines, and what each listens on and opens.
func (w *networkWriter) hosts() {
	d := w.n.Deployment
	w.table("hosts", "wide", "Hosts and what they do", "Host", "Zone", "Addresses", "Seen from outside as", "Plays")
	for i := range d.Hosts {
		h := &d.Hosts[i]
		w.m.raw(`<tr id="`, h.ID, `"><th scope="row"><a href="#table.`, h.ID, `">`).text(h.Title()).raw(`</a></th><td>`).text(w.s.Catalog.Zone(h.Zone).Name).raw(`</td><td>`)
		w.addresses(h.Address)
		w.m.raw(`</td><td>`)
		w.addresses(h.PublicAddress)
		if f := w.n.Translator(w.s.Catalog, h); f != nil {
			w.m.raw(` <span class="sub">translated by `).text(f.Name).raw(`</span>`)
		}
		w.m.raw(`</td><td>`)
		for j, role := range h.Plays {
			if j > 0 {
				w.m.raw(`<br>`)
			}
			w.m.text(w.role(role))
		}
		w.m.raw(`</td></tr>`)
	}
	w.close()
	for i := range d.Hosts {
		w.machine(&d.Hosts[i])
	}
}

// role is "instance/endpoint" in words: "LiquidFiles: DNS server".
func (w *networkWriter) role(role string) string {
	id, end, _ := strings.Cut(role, "/")
	v := w.n.Deployment.Instance(id)
	p := w.s.Catalog.Product(v.Product)
	return w.instance(p, v) + ": " + p.Endpoint(end).Name
}

// machine is what one host listens on, and then what it opens.
func (w *networkWriter) machine(h *catalog.Host) {
	has := func(p *network.Party) bool { return slices.Contains(p.Hosts, h) }
	listens := w.carrying(func(l *network.Link) bool { return has(&l.To) })
	opens := w.carrying(func(l *network.Link) bool { return has(&l.From) && l.Flow.Direction != catalog.Loopback })
	if len(listens)+len(opens) == 0 {
		return
	}
	w.m.raw(`<details class="rules"><summary>`).text(h.Title()).raw(`: `, strconv.Itoa(len(listens)), ` in, `, strconv.Itoa(len(opens)), ` out</summary>`)
	w.table(h.ID, "wide", h.Title(), "No.", "Way", "Ports", "Service", "Other end")
	row := func(r *network.Row, way string, other func(*network.Link) *network.Party, want func(*network.Link) bool) {
		w.m.raw(`<tr class="need-`, string(r.Flow.Need), `"><th scope="row">`)
		w.numbers([]*network.Row{r})
		w.m.raw(`</th><td>`, way, `</td><td>`)
		w.ports(r)
		w.m.raw(`</td><td>`).link(servicePath(r.Flow.Service), "", w.s.serviceName(r.Flow)).raw(`</td><td>`)
		if r.Flow.Direction == catalog.Loopback {
			w.m.raw(`itself</td></tr>`)
			return
		}
		var others []*network.Party
		for _, l := range r.Links {
			if want(l) {
				others = append(others, other(l))
			}
		}
		w.parties(others)
		w.m.raw(`</td></tr>`)
	}
	for _, r := range listens {
		row(r, "listens", func(l *network.Link) *network.Party { return &l.From }, func(l *network.Link) bool { return has(&l.To) })
	}
	for _, r := range opens {
		row(r, "opens", func(l *network.Link) *network.Party { return &l.To }, func(l *network.Link) bool { return has(&l.From) })
	}
	w.close()
	w.m.raw(`</details>`)
}

// party appends one end of a link: its hosts with their addresses, or what
// stands for the whole zone or the endpoint's own addresses.
func (s *Site) party(m *markup, p network.Party) {
	for i, h := range p.Hosts {
		if i > 0 {
			m.raw(`<br>`)
		}
		m.text(h.Title())
		for _, a := range h.Address {
			m.raw(` <code>`, a.String(), `</code>`)
		}
	}
	switch {
	case len(p.Hosts) > 0:
	case p.Whole:
		m.raw(`anywhere`)
	default:
		m.text(p.Endpoint.Name)
		for _, name := range p.Endpoint.FQDN {
			m.raw(` <code>`).text(name).raw(`</code>`)
		}
		for _, c := range p.Endpoint.CIDR {
			m.raw(` <code>`, c.String(), `</code>`)
		}
	}
	m.raw(` <span class="zone">`).text(s.Catalog.Zone(p.Zone).Name).raw(`</span>`)
}

func (s *Site) zoneNames(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = s.Catalog.Zone(id).Name
	}
	return strings.Join(names, ", ")
}
