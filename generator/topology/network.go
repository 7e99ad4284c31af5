package topology

import (
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/network"
)

// Network is the graph of a concrete network: the flows that are in, between
// hosts with their addresses. Hosts of one zone with the same roles have the
// same connections and share a box.
func Network(c *catalog.Catalog, n *network.Network) *Graph {
	d := n.Deployment
	b := newBuilder(c, "diagram", d.Name)
	b.addresses = func(zone string) []string {
		z := d.Zone(zone)
		if z == nil {
			return nil
		}
		out := make([]string, len(z.CIDR))
		for i, p := range z.CIDR {
			out[i] = p.String()
		}
		return out
	}
	for _, r := range n.Rows() {
		row := b.row(r.Number, r.Anchor(), r.Flow)
		for _, l := range r.Links {
			for _, from := range b.party(n, l.From) {
				for _, to := range b.party(n, l.To) {
					if r.Flow.Direction == catalog.Loopback && from != to {
						continue
					}
					e := link{from: from, to: to, through: through(l),
						flow: Flow{Row: row, Ports: l.Ports.String()}, deny: r.Flow.Need == catalog.Forbidden}
					for _, f := range l.Chain {
						e.chain = append(e.chain, f.ID)
					}
					e.translated = translator(c, n, l)
					b.edge(e)
				}
			}
		}
	}
	// A host that nothing connects to stands there all the same.
	for i := range d.Hosts {
		b.party(n, network.Party{Zone: d.Hosts[i].Zone, Hosts: []*catalog.Host{&d.Hosts[i]}})
	}
	return b.graph(func(id string) Firewall {
		f := d.Firewall(id)
		out := Firewall{ID: id, Name: f.Name, Href: "#" + id}
		if len(f.Egress) > 0 {
			out.Lines = []string{"seen as " + join(f.Egress)}
		}
		return out
	})
}

// through are the zones on the way: both ends, and between two firewalls the
// zone that they share.
func through(l *network.Link) []string {
	out := []string{l.From.Zone}
	for i := 1; i < len(l.Chain); i++ {
		for _, z := range l.Chain[i-1].Zones {
			if slices.Contains(l.Chain[i].Zones, z) {
				out = append(out, z)
				break
			}
		}
	}
	if l.To.Zone != l.From.Zone {
		out = append(out, l.To.Zone)
	}
	return out
}

// translator is the firewall on a link's way that translates its listener's
// address; empty: none does.
func translator(c *catalog.Catalog, n *network.Network, l *network.Link) string {
	for _, h := range l.To.Hosts {
		if f := n.Translator(c, h); f != nil && slices.Contains(l.Chain, f) {
			return f.ID
		}
	}
	return ""
}

// party is the nodes of one end of a link.
func (b *builder) party(n *network.Network, p network.Party) []string {
	var out []string
	for _, h := range p.Hosts {
		if id := b.host(n, h); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	switch {
	case len(out) > 0:
	case p.Whole:
		out = append(out, b.node(Node{ID: "zone." + p.Zone, Kind: Anyone, Members: []Member{{Title: anyone(p.Zone)}}}, p.Zone))
	default:
		e := *p.Endpoint
		out = append(out, b.node(Node{ID: "endpoint." + e.ID, Kind: Role, Self: e.Self,
			Members: []Member{{Title: e.Name, Lines: names(&e)}}}, p.Zone))
	}
	return out
}

func anyone(zone string) string {
	if zone == catalog.InternetZone {
		return "Any address"
	}
	return "Any host of the zone"
}

// host is the node of a machine, which those with the same roles share.
func (b *builder) host(n *network.Network, h *catalog.Host) string {
	d := n.Deployment
	twin := func(o catalog.Host) bool {
		return o.ID == h.ID || len(h.Plays) > 0 && o.Zone == h.Zone && slices.Equal(o.Plays, h.Plays)
	}
	first := d.Hosts[slices.IndexFunc(d.Hosts, twin)]
	node := Node{ID: first.ID, Kind: Hosts}
	for i := range d.Hosts {
		o := &d.Hosts[i]
		if !twin(*o) {
			continue
		}
		m := Member{Title: o.Title(), Href: "#" + o.ID}
		for _, a := range o.Address {
			m.Lines = append(m.Lines, a.String())
		}
		if f := n.Translator(b.c, o); f != nil {
			m.Lines = append(m.Lines, "outside: "+join(o.PublicAddress))
		}
		node.Members = append(node.Members, m)
		node.Self = node.Self || b.plays(d, o)
	}
	return b.node(node, h.Zone)
}

// plays tells whether a host is a part of a product of the network.
func (b *builder) plays(d *catalog.Deployment, h *catalog.Host) bool {
	return slices.ContainsFunc(h.Plays, func(role string) bool {
		id, endpoint, _ := strings.Cut(role, "/")
		v := d.Instance(id)
		if v == nil {
			return false
		}
		p := b.c.Product(v.Product)
		if p == nil {
			return false
		}
		e := p.Endpoint(endpoint)
		return e != nil && e.Self
	})
}

func join(list []netspec.Addr) string {
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = a.String()
	}
	return strings.Join(words, ", ")
}
