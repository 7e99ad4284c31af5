package table

import (
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/network"
	"portolan/generator/note"
)

// Network is every connection of a concrete network: one row per link, with
// the hosts' addresses and the firewalls on the way.
func Network(c *catalog.Catalog, n *network.Network) *Table {
	d := n.Deployment
	t := &Table{
		ID:    "network",
		Title: d.Name + ": connections",
		Columns: []Column{
			{ID: "product", Title: "Product", Kind: Party},
			{ID: "flow", Title: "Flow", Kind: Label},
			{ID: "service", Title: "Service", Kind: Party},
			{ID: "from", Title: "From", Kind: Party},
			{ID: "to", Title: "To", Kind: Party},
			{ID: "ports", Title: "Ports", Kind: Ports},
			{ID: "firewalls", Title: "Firewalls", Kind: Party},
			{ID: "need", Title: "Need", Kind: Term},
		},
	}
	g := Group{}
	var products []*catalog.Product
	for i := range n.Links {
		l := &n.Links[i]
		p := c.Product(l.Instance.Product)
		if len(products) == 0 || products[len(products)-1] != p {
			products = append(products, p)
		}
		var chain []string
		for _, f := range l.Chain {
			chain = append(chain, f.Name)
		}
		g.Rows = append(g.Rows, Row{
			Attrs: flowAttrs(l.Flow),
			Cells: []Cell{
				{Blocks: linked(ProductPath(p.Slug), p.Name)},
				{Blocks: linked(FlowPath(p.Slug, l.Flow.ID), l.Flow.ID)},
				serviceCell(c, l.Flow),
				{Blocks: text(PartyText(c, l.From))},
				{Blocks: text(PartyText(c, l.To))},
				portsCell(l.Ports),
				{Blocks: note.Of(strings.Join(chain, ", then "))},
				needCell(p, l.Flow),
			},
		})
	}
	t.Groups = []Group{g}
	t.Provenance = provenance(c, t.Title, "/deployments/"+d.Slug+"/", products)
	return t
}

// PartyText is one end of a link: hosts with their addresses, a whole zone,
// or an endpoint with the names and addresses that it has of its own.
func PartyText(c *catalog.Catalog, p network.Party) string {
	zone := p.Zone
	if z := c.Zone(p.Zone); z != nil {
		zone = z.Name
	}
	if p.Whole {
		return zone + ", any address"
	}
	var lines []string
	for _, h := range p.Hosts {
		line := h.ID
		for _, a := range h.Address {
			line += " " + a.String()
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		line := p.Endpoint.Name
		for _, name := range p.Endpoint.FQDN {
			line += " " + name
		}
		for _, prefix := range p.Endpoint.CIDR {
			line += " " + prefix.String()
		}
		lines = []string{line}
	}
	return strings.Join(lines, "\n") + " (" + zone + ")"
}
