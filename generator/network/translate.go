package network

import (
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// Mapping is a host's public address and the own one that a firewall leads it
// to, both of one family.
type Mapping struct {
	Host        *catalog.Host
	By          *catalog.Firewall
	Public, Own netspec.Addr
}

// Mappings are the public addresses that are translated, hosts in file order.
// Of each family the first public address goes to the first own one, and so on.
func (n *Network) Mappings(c *catalog.Catalog) []Mapping {
	var out []Mapping
	for i := range n.Deployment.Hosts {
		h := &n.Deployment.Hosts[i]
		by := n.Translator(c, h)
		if by == nil {
			continue
		}
		for _, six := range []bool{false, true} {
			family := func(list []netspec.Addr) []netspec.Addr {
				return slices.DeleteFunc(slices.Clone(list), func(a netspec.Addr) bool { return a.Is6() != six })
			}
			public, own := family(h.PublicAddress), family(h.Address)
			for i := range min(len(public), len(own)) {
				out = append(out, Mapping{h, by, public[i], own[i]})
			}
		}
	}
	return out
}

// Hides tells whether the k-th firewall of a link's chain shows its own egress
// addresses as the link's source: it has some, and lets the link out of what
// it guards.
func (n *Network) Hides(l *Link, k int) bool {
	f := l.Chain[k]
	in, out := n.crossing(l, k)
	return len(f.Egress) > 0 && n.depth(out) < n.depth(in) && n.faces(f, out)
}

// Publishes is the place in a link's chain of the firewall that leads from a
// listener's public addresses to its own; -1: the link asks for its own.
func (n *Network) Publishes(c *catalog.Catalog, l *Link, h *catalog.Host) int {
	t := n.Translator(c, h)
	k := slices.Index(l.Chain, t)
	if t == nil || k < 0 {
		return -1
	}
	if in, out := n.crossing(l, k); n.depth(in) >= n.depth(out) || !n.faces(t, in) {
		return -1
	}
	return k
}

// crossing is the zones that a link comes from and goes to at the k-th
// firewall of its chain. Where two firewalls share several, it is the
// outermost.
func (n *Network) crossing(l *Link, k int) (in, out string) {
	between := func(a, b *catalog.Firewall) string {
		i := slices.IndexFunc(n.Zones, func(z string) bool { return slices.Contains(a.Zones, z) && slices.Contains(b.Zones, z) })
		return n.Zones[i]
	}
	in, out = l.From.Zone, l.To.Zone
	if k > 0 {
		in = between(l.Chain[k-1], l.Chain[k])
	}
	if k < len(l.Chain)-1 {
		out = between(l.Chain[k], l.Chain[k+1])
	}
	return in, out
}

// depth is how far inside a zone is. The cloud, which stands behind the
// internal zones in the vocabulary, is as far outside as the internet.
func (n *Network) depth(zone string) int {
	if zone == catalog.InternetZone || zone == catalog.CloudZone {
		return 0
	}
	return 1 + slices.Index(n.Zones, zone)
}

func (n *Network) outermost(f *catalog.Firewall) int {
	least := n.depth(f.Zones[0])
	for _, z := range f.Zones {
		least = min(least, n.depth(z))
	}
	return least
}

// foreign tells whether a zone is of other people's machines.
func foreign(zone string) bool {
	return zone == catalog.InternetZone || zone == catalog.CloudZone || zone == catalog.PartnerZone
}

// faces tells whether a zone is on the outside of a firewall, where it
// translates: other people's, or the outermost that it joins.
func (n *Network) faces(f *catalog.Firewall, zone string) bool {
	return foreign(zone) || n.depth(zone) == n.outermost(f)
}
