package scaffold

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/network"
)

// Deployment is a network's file, with these products on it: the zones that
// their flows touch, one firewall that joins them, and a host for each party
// that needs an address, of the ranges that are kept for documentation. The
// slug is valid, and the products are of the catalog.
func Deployment(c *catalog.Catalog, slug string, products []*catalog.Product) File {
	d := &draft{c: c}
	for _, p := range products {
		d.product(p)
	}
	return File{"data/deployments/" + slug + ".toml", d.text(slug, products)}
}

// draft is a network in the making.
type draft struct {
	c     *catalog.Catalog
	zones []string // that flows touch
	hosts []host
}

type host struct {
	id, name, zone string
	plays          []string
	number         int // in its zone, from 1
}

// product adds what the flows of a product need that are in by default.
func (d *draft) product(p *catalog.Product) {
	sel, _ := network.Select(p, network.Choice{}) // the default choice has no faults
	from, to := map[string]bool{}, map[string]bool{}
	for _, f := range sel.Flows {
		if f.Need == catalog.Forbidden {
			continue
		}
		for _, id := range f.From {
			from[id] = true
		}
		for _, id := range f.To {
			to[id] = true
		}
	}
	machine := -1 // the host that the parts run on which no network reaches
	var inside []string
	for i := range p.Endpoints {
		e := &p.Endpoints[i]
		switch {
		case !from[e.ID] && !to[e.ID] && !(e.Self && e.Managed):
			continue
		case e.Zone == catalog.HostZone:
			inside = append(inside, p.Slug+"/"+e.ID)
			continue
		}
		if e.Zone != catalog.AnyZone {
			d.zone(e.Zone)
		}
		if !needsHost(e, to[e.ID]) {
			continue
		}
		n := 1
		if e.Self && e.Many {
			n = 2
		}
		for k := range n {
			if at := d.host(p, e, k, n); e.Self && machine < 0 {
				machine = at
			}
		}
	}
	if len(inside) == 0 {
		return
	}
	if machine < 0 {
		machine = d.host(p, &catalog.Endpoint{ID: "machine", Name: "Machine", Zone: d.inner()}, 0, 1)
		d.hosts[machine].plays = nil
		d.zone(d.hosts[machine].zone)
	}
	d.hosts[machine].plays = append(d.hosts[machine].plays, inside...)
}

// needsHost tells whether an endpoint is to be played by a machine of the
// network: the product's own that somebody there looks after, and who listens
// without an address that is known. The internet is every address.
func needsHost(e *catalog.Endpoint, listens bool) bool {
	if e.Self && e.Managed {
		return true
	}
	return listens && len(e.CIDR)+len(e.FQDN) == 0 && e.Zone != catalog.InternetZone && e.Zone != catalog.AnyZone
}

func (d *draft) zone(id string) {
	if !slices.Contains(d.zones, id) {
		d.zones = append(d.zones, id)
	}
}

// host adds the k-th of n hosts of an endpoint and returns its place.
func (d *draft) host(p *catalog.Product, e *catalog.Endpoint, k, n int) int {
	h := host{id: e.ID, name: e.Name, zone: e.Zone, plays: []string{p.Slug + "/" + e.ID}, number: 1}
	if n > 1 {
		h.id += fmt.Sprint(k + 1)
		h.name += fmt.Sprint(" ", k+1)
	}
	taken := func(id string) bool {
		return id == firewallID || slices.ContainsFunc(d.hosts, func(o host) bool { return o.id == id })
	}
	if taken(h.id) {
		h.id = p.Slug + "-" + h.id
	}
	for base, i := h.id, 2; taken(h.id); i++ {
		h.id = fmt.Sprint(base, "-", i)
	}
	for _, o := range d.hosts {
		if o.zone == h.zone {
			h.number++
		}
	}
	d.hosts = append(d.hosts, h)
	return len(d.hosts) - 1
}

// inner is the zone where a product stands of which nothing else is known.
func (d *draft) inner() string {
	if d.c.Zone("internal") != nil {
		return "internal"
	}
	for _, z := range slices.Backward(d.c.Zones) {
		if z.ID != catalog.HostZone {
			return z.ID
		}
	}
	return catalog.InternetZone
}

const firewallID = "edge"

// ordered are the network's zones from outside to inside, two at least.
func (d *draft) ordered() []string {
	zones := slices.Clone(d.zones)
	for _, id := range []string{catalog.InternetZone, "dmz", d.inner()} {
		if len(zones) < 2 && d.c.Zone(id) != nil && !slices.Contains(zones, id) {
			zones = append(zones, id)
		}
	}
	slices.SortFunc(zones, func(a, b string) int { return d.c.ZoneOrder(a) - d.c.ZoneOrder(b) })
	return zones
}

// block are the addresses of a zone with so many hosts: of RFC 5737 and RFC
// 3849, and where those are too few, of RFC 2544.
func (d *draft) block(zone string) (four, six netip.Prefix) {
	i, hosts := d.c.ZoneOrder(zone), 0
	for _, h := range d.hosts {
		if h.zone == zone {
			hosts++
		}
	}
	six = netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0, byte(i >> 8), 0, byte(i)}), 64)
	switch {
	case hosts > 200 || hosts > 20 && zone != "dmz" && zone != "internal" || i >= 8 && zone != "dmz" && zone != "internal":
		four = netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18 + byte(i>>5), byte(i << 3), 0}), 21)
	case zone == "dmz":
		four = netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 0, 2, 0}), 24)
	case zone == "internal":
		four = netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 51, 100, 0}), 24)
	default:
		four = netip.PrefixFrom(netip.AddrFrom4([4]byte{203, 0, 113, byte(i * 32)}), 27)
	}
	return four, six
}

// address is the n-th of a block, 1 being its tenth address.
func address(p netip.Prefix, n int) netip.Addr {
	a := p.Addr()
	for range n + 9 {
		a = a.Next()
	}
	return a
}

func (d *draft) text(slug string, products []*catalog.Product) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# A concrete network. The addresses are of the ranges that are kept for")
	line("# documentation (RFC 5737, RFC 3849): put your own in the place of each.")
	line("# \"portolan check\" finds what does not fit, \"portolan schema deployment\"")
	line("# describes every key to your editor.")
	line("")
	line("name = %s", quote(title(slug)))
	line("summary = \"Says in a sentence what it shows.\"")
	line("")
	line("# The zones with their addresses. The internet is what no other zone claims.")
	for _, id := range d.ordered() {
		line("")
		line("[zone.%s]", id)
		if id != catalog.InternetZone {
			four, six := d.block(id)
			line("cidr = [%s, %s]", quote(four.String()), quote(six.String()))
		}
	}
	line("")
	line("# What stands between them. Several firewalls may: a connection takes the shortest")
	line("# chain over the zones that they share.")
	line("")
	line("[firewall.%s]", firewallID)
	line("name = \"Edge firewall\"")
	line("zones = %s", list(d.ordered()))
	line("# platform = \"nftables\"            # its rules stand on the page; \"portolan rules --help\" lists all")
	line("# egress = \"203.0.113.254\"         # the source address that inside hosts show beyond it")
	line("")
	line("# The machines, and which parties of the products they are. One may be several,")
	line("# and several one. Who opens connections and is played by nobody is its whole zone.")
	if len(d.hosts) == 0 {
		line("")
		line("# [host.server]")
		line("# zone = \"dmz\"")
		line("# address = \"192.0.2.10\"")
		line("# public_address = \"203.0.113.10\"  # what outsiders reach it by")
		line("# plays = \"INSTANCE/ENDPOINT\"")
	}
	for _, h := range d.hosts {
		four, six := d.block(h.zone)
		line("")
		line("[host.%s]", h.id)
		line("name = %s", quote(h.name))
		line("zone = %s", quote(h.zone))
		line("address = [%s, %s]", quote(address(four, h.number).String()), quote(address(six, h.number).String()))
		line("plays = %s", list(h.plays))
	}
	line("")
	line("# The products on them. An instance is called as its product is, unless it says so. A")
	line("# feature that is switched on may ask for another host: \"portolan check\" says which.")
	if len(products) == 0 {
		line("")
		line("# [product.INSTANCE]")
		line("# product = \"SLUG\"")
		line("# features = [\"ID\"]              # added to the defaults; \"-ID\" takes one out")
	}
	for _, p := range products {
		line("")
		line("[product.%s]", p.Slug)
		d.features(line, p)
		if n := len(p.Versions); n > 0 {
			line("# version = %s", quote(p.Versions[n-1]))
		}
	}
	return b.String()
}

// features says in comments which features a product has.
func (d *draft) features(line func(string, ...any), p *catalog.Product) {
	var on, off []string
	for _, f := range p.Features {
		if f.Default {
			on = append(on, f.ID)
		} else {
			off = append(off, f.ID)
		}
	}
	if len(off) > 0 {
		line("# features = %s    # to switch on%s", list(off[:1]), others(off[1:]))
	}
	if len(on) > 0 {
		line("# features = %s    # to switch off%s", list([]string{"-" + on[0]}), others(on[1:]))
	}
}

func others(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return "; also: " + strings.Join(ids, ", ")
}
