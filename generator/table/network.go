package table

import (
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/network"
	"portolan/generator/note"
)

// DeploymentPath is the site path of a deployment's page.
func DeploymentPath(slug string) string { return "/deployments/" + slug + "/" }

// Network is the connections of a concrete network: one row per flow and pair
// of parties, with addresses and the firewalls on the way.
func Network(c *catalog.Catalog, n *network.Network) *Table {
	d := n.Deployment
	t := &Table{
		ID:    "connections",
		Title: d.Name + ": connections",
		Columns: []Column{
			{ID: "service", Title: "Service", Kind: Label},
			{ID: "from", Title: "From", Kind: Party},
			{ID: "to", Title: "To", Kind: Party},
			{ID: "ports", Title: "Ports", Kind: Ports},
			{ID: "firewalls", Title: "Firewalls", Kind: Party},
			{ID: "need", Title: "Need", Kind: Term},
			{ID: "without", Title: "Without it", Kind: Prose},
		},
		GroupBy: Column{ID: "product", Title: "Product", Kind: Party},
	}
	if d.At != nil {
		t.At.File = d.At.At("").File
	}
	var products []*catalog.Product
	times := make(map[string]int)
	for i := range n.Links {
		l := &n.Links[i]
		p := c.Product(l.Instance.Product)
		if k := len(t.Groups); k == 0 || t.Groups[k-1].ID != l.Instance.ID {
			t.Groups = append(t.Groups, Group{ID: l.Instance.ID, Title: instanceText(p, l.Instance)})
		}
		if !slices.Contains(products, p) {
			products = append(products, p)
		}
		g := &t.Groups[len(t.Groups)-1]
		g.Rows = append(g.Rows, linkRow(c, n, p, l, times))
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

func linkRow(c *catalog.Catalog, n *network.Network, p *catalog.Product, l *network.Link, times map[string]int) Row {
	id := l.Instance.ID + "." + l.Flow.ID
	if times[id]++; times[id] > 1 {
		id += "." + strconv.Itoa(times[id])
	}
	firewalls := make([]string, len(l.Chain))
	for i, f := range l.Chain {
		firewalls[i] = f.Name
	}
	return Row{
		ID:    id,
		Attrs: append([]Attr{{"instance", l.Instance.ID}}, flowAttrs(l.Flow)...),
		Cells: []Cell{
			{Blocks: linked(FlowPath(p.Slug, l.Flow.ID), ServiceText(c, l.Flow.Service))},
			{Blocks: text(PartyText(c, n, l.From))},
			{Blocks: text(PartyText(c, n, l.To))},
			linkPorts(l),
			{Blocks: note.Of(strings.Join(firewalls, ", then "))},
			needCell(p, l.Flow),
			{Blocks: text(l.Flow.Without)},
		},
	}
}

// PartyText names one end of a connection with its addresses, a host a line:
// "node1 (DMZ): 192.0.2.10, public 203.0.113.10".
func PartyText(c *catalog.Catalog, n *network.Network, p network.Party) string {
	zone := p.Zone
	if z := c.Zone(p.Zone); z != nil {
		zone = z.Name
	}
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
