package table

import (
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/network"
)

// DeploymentPath is the site path of a deployment's page.
func DeploymentPath(slug string) string { return "/deployments/" + slug + "/" }

// Network is the connections of a concrete network, numbered as on its page:
// one row per flow, with the addresses of its ends and the firewalls on the
// way.
func Network(c *catalog.Catalog, n *network.Network) *Table {
	d := n.Deployment
	t := &Table{
		ID:    "connections",
		Title: d.Name + ": connections",
		Columns: []Column{
			{ID: "number", Title: "No.", Kind: Term},
			{ID: "service", Title: "Service", Kind: Label},
			{ID: "from", Title: "From", Kind: Party},
			{ID: "to", Title: "To", Kind: Party},
			{ID: "ports", Title: "Ports", Kind: Ports},
			{ID: "firewalls", Title: "Firewalls", Kind: Party},
			{ID: "need", Title: "Need", Kind: Term},
			{ID: "without", Title: "Without it", Kind: Prose},
			{ID: "source", Title: "Source", Kind: Citation},
		},
		GroupBy: Column{ID: "product", Title: "Product", Kind: Party},
	}
	if d.At != nil {
		t.At.File = d.At.At("").File
	}
	var products []*catalog.Product
	rows := n.Rows()
	for i := range rows {
		r := &rows[i]
		p := c.Product(r.Instance.Product)
		if k := len(t.Groups); k == 0 || t.Groups[k-1].ID != r.Instance.ID {
			t.Groups = append(t.Groups, Group{ID: r.Instance.ID, Title: instanceText(p, r.Instance)})
		}
		if !slices.Contains(products, p) {
			products = append(products, p)
		}
		g := &t.Groups[len(t.Groups)-1]
		g.Rows = append(g.Rows, networkRow(c, n, p, r))
	}
	t.dropEmpty(func(i int) bool { return t.Columns[i].ID != "without" })
	t.Provenance = provenance(c, t.Title, DeploymentPath(d.Slug), products)
	return t
}

// instanceText is the product's name, with the instance's id where that says more.
func instanceText(p *catalog.Product, v *catalog.Instance) string {
	if v.ID == p.Slug {
		return p.Name
	}
	return p.Name + " (" + v.ID + ")"
}

func networkRow(c *catalog.Catalog, n *network.Network, p *catalog.Product, r *network.Row) Row {
	var from, to []string
	for _, l := range r.Links {
		from, to = once(from, PartyText(c, n, l.From)), once(to, PartyText(c, n, l.To))
	}
	return Row{
		ID:    r.Anchor(),
		Attrs: append([]Attr{{"instance", r.Instance.ID}}, flowAttrs(r.Flow)...),
		Cells: []Cell{
			{Blocks: text(strconv.Itoa(r.Number))},
			{Blocks: linked(FlowPath(p.Slug, r.Flow.ID), ServiceText(c, r.Flow.Service))},
			{Blocks: text(strings.Join(from, "\n"))},
			{Blocks: text(strings.Join(to, "\n"))},
			linkPorts(r.Links[0]),
			{Blocks: text(strings.Join(chainTexts(c, r), "\n"))},
			needCell(p, r.Flow),
			{Blocks: text(r.Flow.Without)},
			(&requirements{c: c, p: p}).source(r.Flow),
		},
	}
}

// once adds a text to those that are there, unless it is one of them.
func once(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// chainTexts are the firewalls on the way; where they differ, each with the
// zones between which they stand.
func chainTexts(c *catalog.Catalog, r *network.Row) []string {
	var chains, told []string
	for _, l := range r.Links {
		names := make([]string, len(l.Chain))
		for i, f := range l.Chain {
			names[i] = f.Name
		}
		chain := strings.Join(names, ", then ")
		chains = once(chains, chain)
		if chain == "" {
			chain = "none"
		}
		told = once(told, zoneText(c, l.From.Zone)+" to "+zoneText(c, l.To.Zone)+": "+chain)
	}
	if len(chains) == 1 {
		return chains
	}
	return told
}

func zoneText(c *catalog.Catalog, id string) string {
	if z := c.Zone(id); z != nil {
		return z.Name
	}
	return id
}

// PartyText names one end of a connection with its addresses, a host a line:
// "node1 (DMZ): 192.0.2.10, public 203.0.113.10".
func PartyText(c *catalog.Catalog, n *network.Network, p network.Party) string {
	zone := zoneText(c, p.Zone)
	var lines []string
	for _, h := range p.Hosts {
		name := h.Name
		if name == "" {
			name = h.ID
		}
		var addresses []string
		for _, a := range h.Address {
			addresses = append(addresses, a.String())
		}
		for _, a := range h.PublicAddress {
			addresses = append(addresses, "public "+a.String())
		}
		lines = append(lines, named(name, zone, addresses))
	}
	if len(lines) > 0 {
		return strings.Join(lines, "\n")
	}
	var addresses []string
	if p.Whole {
		if z := n.Deployment.Zone(p.Zone); z != nil {
			for _, a := range z.CIDR {
				addresses = append(addresses, a.String())
			}
		}
		return named(p.Endpoint.Name, "anywhere in "+zone, addresses)
	}
	addresses = append(addresses, p.Endpoint.FQDN...)
	for _, a := range p.Endpoint.CIDR {
		addresses = append(addresses, a.String())
	}
	return named(p.Endpoint.Name, zone, addresses)
}

func named(name, zone string, addresses []string) string {
	s := name + " (" + zone + ")"
	if len(addresses) > 0 {
		s += ": " + strings.Join(addresses, ", ")
	}
	return s
}

// linkPorts are a link's ports. Ports that this network changed have no page
// in the site.
func linkPorts(l *network.Link) Cell {
	if l.Ports.Equal(l.Flow.Ports) {
		return portsCell(l.Ports)
	}
	return Cell{Blocks: text(PortsText(l.Ports))}
}
