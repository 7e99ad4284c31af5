package network

import (
	"cmp"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
)

// Network is a deployment with its flows run through it.
type Network struct {
	Deployment *catalog.Deployment
	// Zones are the zones it has, from outside to inside.
	Zones []string
	// Links are its connections: instances in file order, then flows in file order.
	Links []Link
}

// Link is one flow between two parties of a network.
type Link struct {
	Instance *catalog.Instance
	Flow     *catalog.Flow
	// Ports are the listener's ports here: the product's, or this network's own.
	Ports    netspec.PortSet
	From, To Party
	// Chain is the firewalls on the way, from the initiator's side; empty
	// inside one zone.
	Chain []*catalog.Firewall
}

// Party is one end of a link: hosts of one zone, or the zone as a whole, or
// what the endpoint itself has for addresses and names.
type Party struct {
	Endpoint *catalog.Endpoint
	Zone     string
	Hosts    []*catalog.Host
	// Whole tells that any address of the zone is meant.
	Whole bool
}

// Resolve runs the chosen flows of every instance through the network and
// reports what is wrong with it: choices that exclude each other, listeners
// without an address, missing or ambiguous chains of firewalls, ports taken
// twice, forbidden flows that are open.
func Resolve(c *catalog.Catalog, d *catalog.Deployment, sink diag.Sink) *Network {
	n := &Network{Deployment: d, Zones: zones(c, d)}
	r := &resolver{c: c, n: n, sink: sink, told: map[string]bool{}}
	for i := range d.Instances {
		v := &d.Instances[i]
		p := c.Product(v.Product)
		if p == nil {
			continue // told by the catalog's checks
		}
		path := "product." + v.ID
		sel, faults := Select(p, Choice{Version: v.Version, Features: v.Features, Flows: v.Flows})
		for _, f := range faults {
			if f.Code == "group-conflict" { // the others are told by the catalog's checks
				diag.Errorf(sink, d.At.At(diag.Sprintf("%s.%s[%d]", path, f.List, f.Index)), f.Code, "%s", f.Text)
			}
		}
		for _, f := range sel.Flows {
			r.flow(v, p, f)
		}
	}
	r.portConflicts()
	r.forbidden()
	return n
}

// Translator is the firewall that translates a host's public addresses: the
// one it names, else the outermost that joins its zone; nil if it has none.
func (n *Network) Translator(c *catalog.Catalog, h *catalog.Host) *catalog.Firewall {
	if len(h.PublicAddress) == 0 {
		return nil
	}
	if h.TranslatedBy != "" {
		return n.Deployment.Firewall(h.TranslatedBy)
	}
	outermost := func(f *catalog.Firewall) int {
		order := len(c.Zones)
		for _, z := range f.Zones {
			order = min(order, c.ZoneOrder(z))
		}
		return order
	}
	var best *catalog.Firewall
	for _, chain := range paths(n.Deployment, catalog.InternetZone, h.Zone) {
		for _, f := range chain {
			if best == nil || outermost(f) < outermost(best) {
				best = f
			}
		}
	}
	return best
}

type resolver struct {
	c    *catalog.Catalog
	n    *Network
	sink diag.Sink
	told map[string]bool
}

// once reports an error, each text only once at a place.
func (r *resolver) once(path, code, format string, args ...any) {
	text := diag.Sprintf(format, args...)
	if key := path + "\x00" + text; !r.told[key] {
		r.told[key] = true
		diag.Errorf(r.sink, r.n.Deployment.At.At(path), code, "%s", text)
	}
}

func (r *resolver) flow(v *catalog.Instance, p *catalog.Product, f *catalog.Flow) {
	path := "product." + v.ID
	ports, _, _ := p.PortsOf(f, v.Ports)
	for _, fromID := range f.From {
		for _, toID := range f.To {
			from, to := p.Endpoint(fromID), p.Endpoint(toID)
			if from == nil || to == nil {
				continue
			}
			if f.Direction == catalog.Loopback {
				r.loopback(v, f, ports, from)
				continue
			}
			listeners := r.parties(v, to)
			if len(listeners) == 0 {
				if f.Need != catalog.Forbidden {
					r.once(path, "missing-address", "nothing plays %s/%s, which flow %q connects to: give it a host, a zone's plays or a cidr", v.ID, to.ID, f.ID)
				}
				continue
			}
			for _, a := range r.initiators(v, from, f) {
				for _, b := range listeners {
					r.link(Link{Instance: v, Flow: f, Ports: ports, From: a, To: b})
				}
			}
		}
	}
}

func (r *resolver) loopback(v *catalog.Instance, f *catalog.Flow, ports netspec.PortSet, e *catalog.Endpoint) {
	for _, party := range r.parties(v, e) {
		for _, h := range party.Hosts {
			one := Party{Endpoint: e, Zone: h.Zone, Hosts: []*catalog.Host{h}}
			r.n.Links = append(r.n.Links, Link{Instance: v, Flow: f, Ports: ports, From: one, To: one})
		}
	}
}

// parties tells who plays an endpoint: hosts by zone, zones as a whole, or
// the endpoint's own addresses and names. None: nobody is known.
func (r *resolver) parties(v *catalog.Instance, e *catalog.Endpoint) []Party {
	role := v.ID + "/" + e.ID
	var out []Party
	for i := range r.n.Deployment.Hosts {
		h := &r.n.Deployment.Hosts[i]
		if !slices.Contains(h.Plays, role) {
			continue
		}
		j := slices.IndexFunc(out, func(p Party) bool { return p.Zone == h.Zone })
		if j < 0 {
			out = append(out, Party{Endpoint: e, Zone: h.Zone})
			j = len(out) - 1
		}
		out[j].Hosts = append(out[j].Hosts, h)
	}
	for i := range r.n.Deployment.Zones {
		if z := &r.n.Deployment.Zones[i]; slices.Contains(z.Plays, role) {
			out = append(out, Party{Endpoint: e, Zone: z.ID, Whole: true})
		}
	}
	switch {
	case len(out) > 0:
	case e.Zone == catalog.AnyZone:
		for _, z := range r.n.Zones {
			out = append(out, Party{Endpoint: e, Zone: z, Whole: true})
		}
	case len(e.CIDR)+len(e.FQDN) > 0:
		out = append(out, Party{Endpoint: e, Zone: e.Zone})
	case e.Zone == catalog.InternetZone:
		out = append(out, Party{Endpoint: e, Zone: e.Zone, Whole: true})
	}
	slices.SortStableFunc(out, func(a, b Party) int { return cmp.Compare(r.c.ZoneOrder(a.Zone), r.c.ZoneOrder(b.Zone)) })
	return out
}

// initiators are the parties of an endpoint; one that nobody plays is its
// whole zone.
func (r *resolver) initiators(v *catalog.Instance, e *catalog.Endpoint, f *catalog.Flow) []Party {
	if ps := r.parties(v, e); len(ps) > 0 {
		return ps
	}
	if !slices.Contains(r.n.Zones, e.Zone) {
		if f.Need != catalog.Forbidden {
			r.once("product."+v.ID, "no-path", "this network has no zone %q, from which %s/%s opens flow %q: say who plays it", e.Zone, v.ID, e.ID, f.ID)
		}
		return nil
	}
	return []Party{{Endpoint: e, Zone: e.Zone, Whole: true}}
}

// link finds the chain of firewalls and keeps the link, once: endpoints that
// nobody plays are the same whole zone.
func (r *resolver) link(l Link) {
	path := "product." + l.Instance.ID
	for i := len(r.n.Links) - 1; i >= 0 && r.n.Links[i].Flow == l.Flow && r.n.Links[i].Instance == l.Instance; i-- {
		if o := &r.n.Links[i]; o.From.same(l.From) && o.To.same(l.To) {
			return
		}
	}
	if l.From.Zone == l.To.Zone {
		anyEnd := l.From.Endpoint.Zone == catalog.AnyZone || l.To.Endpoint.Zone == catalog.AnyZone
		if !anyEnd || len(l.From.Hosts)+len(l.To.Hosts) > 0 {
			r.n.Links = append(r.n.Links, l)
		}
		return
	}
	chains := paths(r.n.Deployment, l.From.Zone, l.To.Zone)
	if via := l.Instance.Via[l.Flow.ID]; via != "" && len(chains) > 1 {
		chains = slices.DeleteFunc(chains, func(c []*catalog.Firewall) bool {
			return !slices.ContainsFunc(c, func(f *catalog.Firewall) bool { return f.ID == via })
		})
	}
	forbidden := l.Flow.Need == catalog.Forbidden
	switch {
	case len(chains) == 0 && !forbidden:
		r.once(path, "no-path", "no chain of firewalls leads from zone %q to zone %q, as flow %q needs", l.From.Zone, l.To.Zone, l.Flow.ID)
		return
	case len(chains) > 1 && !forbidden:
		r.once(path, "ambiguous-path", "flow %q can go from zone %q to zone %q over %s: name the firewall with via",
			l.Flow.ID, l.From.Zone, l.To.Zone, chainNames(chains))
		return
	case len(chains) > 0:
		l.Chain = chains[0]
	}
	r.n.Links = append(r.n.Links, l)
}

func chainNames(chains [][]*catalog.Firewall) string {
	names := make([]string, len(chains))
	for i, c := range chains {
		var ids []string
		for _, f := range c {
			ids = append(ids, f.ID)
		}
		names[i] = strings.Join(ids, "+")
	}
	return strings.Join(names, " or ")
}

// portConflicts reports listeners of different products, or of one whose
// ports were changed, on the same port of one host.
func (r *resolver) portConflicts() {
	type listener struct{ l *Link }
	byHost := map[*catalog.Host][]listener{}
	for i := range r.n.Links {
		l := &r.n.Links[i]
		if l.Flow.Need == catalog.Forbidden {
			continue
		}
		for _, h := range l.To.Hosts {
			for _, o := range byHost[h] {
				if r.conflict(o.l, l) {
					r.once("host."+h.ID, "port-conflict", "%s/%s and %s/%s both listen on %s of host %q",
						o.l.Instance.ID, o.l.Flow.ID, l.Instance.ID, l.Flow.ID, l.Ports, h.ID)
				}
			}
			byHost[h] = append(byHost[h], listener{l})
		}
	}
}

// conflict tells whether two links cannot listen side by side. Flows of one
// instance that share a port in the product's own document, or belong
// together, share a listener. Of two instances that ask one service of a host,
// one may speak of the other's listener, or both of a third: a directory
// answers everybody on one port.
func (r *resolver) conflict(a, b *Link) bool {
	f, g := a.Flow, b.Flow
	switch {
	case !a.Ports.Overlaps(b.Ports) || a.Ports.HasAnyPort() || b.Ports.HasAnyPort():
		return false
	case a.Instance != b.Instance:
		return f.Service != g.Service || a.To.Endpoint.Self && b.To.Endpoint.Self
	case f == g || f.Service == g.Service || f.Ports.Overlaps(g.Ports):
		return false
	}
	return !slices.Contains(f.Related, g.ID) && !slices.Contains(g.Related, f.ID)
}

// forbidden reports allowed links that open all that a forbidden flow closes.
func (r *resolver) forbidden() {
	for i := range r.n.Links {
		deny := &r.n.Links[i]
		if deny.Flow.Need != catalog.Forbidden {
			continue
		}
		for j := range r.n.Links {
			allow := &r.n.Links[j]
			if allow.Flow.Need == catalog.Forbidden || !allow.Ports.Covers(deny.Ports) || !allow.From.covers(deny.From) || !allow.To.covers(deny.To) {
				continue
			}
			r.once("product."+allow.Instance.ID, "forbidden-open", "flow %q opens %s from zone %q to zone %q, which flow %s/%q forbids",
				allow.Flow.ID, deny.Ports, deny.From.Zone, deny.To.Zone, deny.Instance.ID, deny.Flow.ID)
		}
	}
}

// same tells whether both are the same addresses.
func (a Party) same(b Party) bool {
	return a.Zone == b.Zone && a.Whole == b.Whole && slices.Equal(a.Hosts, b.Hosts) && (a.Whole || len(a.Hosts) > 0 || a.Endpoint == b.Endpoint)
}

// covers tells whether every address of b is one of a.
func (a Party) covers(b Party) bool {
	if a.Zone != b.Zone {
		return false
	}
	if a.Whole {
		return true
	}
	return len(b.Hosts) > 0 && !slices.ContainsFunc(b.Hosts, func(h *catalog.Host) bool { return !slices.Contains(a.Hosts, h) })
}
