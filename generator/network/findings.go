package network

import (
	"net/netip"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
)

// Finding is a thing in a network that can be, but that whoever answers for
// its firewalls should look at: a warning, with our advice as its hint.
type Finding struct {
	diag.Diagnostic
	// Row, Firewall and Host are what it is about; nil where it is about none.
	Row      *Row
	Firewall *catalog.Firewall
	Host     *catalog.Host
}

// wideRange is the number of ports from which a range is too many to open to
// the internet.
const wideRange = 1000

// An inspector looks for one kind of finding.
type inspector struct {
	code string
	look func(*inspection)
}

var inspectors = []inspector{
	{"exposed-cleartext", exposedClearText},
	{"exposed-administration", exposedAdministration},
	{"exposed-backend", exposedBackend},
	{"exposed-range", exposedRange},
	{"exposed-inside", exposedInside},
	{"zone-opened", zoneOpened},
	{"flow-discouraged", flowDiscouraged},
	{"public-address-missing", publicAddressMissing},
	{"public-address-idle", publicAddressIdle},
	{"egress-missing", egressMissing},
	{"family-missing", familyMissing},
	{"feature-idle", featureIdle},
	{"firewall-idle", firewallIdle},
	{"host-idle", hostIdle},
}

// FindingCodes lists the codes of all findings.
func FindingCodes() []string {
	out := make([]string, len(inspectors))
	for i, x := range inspectors {
		out[i] = x.code
	}
	return out
}

// Findings looks over a network that [Resolve] found no error in. What the
// site turned off is left out. A network in which nothing connects is only begun.
func Findings(c *catalog.Catalog, n *Network) []Finding {
	a := &inspection{c: c, n: n, d: n.Deployment}
	for _, r := range n.Rows() {
		if r.Flow.Need != catalog.Forbidden {
			a.rows = append(a.rows, r)
		}
	}
	if len(a.rows) == 0 {
		return nil // a network that is just begun
	}
	for _, x := range inspectors {
		if c.Site == nil || !slices.Contains(c.Site.WarningsOff, x.code) {
			a.code = x.code
			x.look(a)
		}
	}
	return a.out
}

type inspection struct {
	c    *catalog.Catalog
	n    *Network
	d    *catalog.Deployment
	rows []Row // but of forbidden flows
	code string
	out  []Finding
}

func (a *inspection) add(f Finding, path, text, advice string) {
	f.Diagnostic = diag.Diagnostic{Pos: a.d.At.At(path), Severity: diag.Warning, Code: a.code, Text: text, Hint: advice}
	a.out = append(a.out, f)
}

// row adds a finding about a row, at what the network itself says of its flow.
func (a *inspection) row(r *Row, text, advice string) {
	v, path := r.Instance, "product."+r.Instance.ID
	if i := slices.Index(v.Flows, r.Flow.ID); i >= 0 {
		path = diag.Sprintf("%s.flows[%d]", path, i)
	} else if _, ok := v.Ports[r.Flow.ID]; ok {
		path += ".ports." + r.Flow.ID
	}
	a.add(Finding{Row: r}, path, text, advice)
}

// from lists the zones that links of a row come from, of those that are
// wanted; "" if there are none.
func (a *inspection) from(r *Row, want func(*Link) bool) string {
	var names []string
	for _, l := range r.Links {
		if name := a.zone(l.From.Zone); want(l) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if k := len(names) - 1; k > 0 {
		names = []string{strings.Join(names[:k], ", "), names[k]}
	}
	return strings.Join(names, " and ")
}

func (a *inspection) zone(id string) string {
	if z := a.c.Zone(id); z != nil {
		return diag.Sprintf("%q", z.Name)
	}
	return diag.Sprintf("%q", id)
}

// what names a row's flow.
func what(r *Row) string { return diag.Sprintf("flow %q on %s", r.Flow.ID, r.Links[0].Ports) }

// enters tells whether a link comes from other people's machines, inwards
// through a firewall.
func (a *inspection) enters(l *Link) bool {
	return len(l.Chain) > 0 && foreign(l.From.Zone) && a.n.depth(l.From.Zone) < a.n.depth(l.To.Zone)
}

// anybody tells whether a link comes in from the internet as a whole.
func (a *inspection) anybody(l *Link) bool {
	return a.enters(l) && l.From.Zone == catalog.InternetZone && l.From.Whole
}

func exposedClearText(a *inspection) {
	for i := range a.rows {
		r := &a.rows[i]
		if ways := a.c.Protection(r.Flow); len(ways) == 0 || slices.ContainsFunc(ways, func(e catalog.Encryption) bool { return e != catalog.Clear }) {
			continue
		}
		if zones := a.from(r, a.enters); zones != "" {
			a.row(r, diag.Sprintf("%s comes in clear text from %s: whoever is on the path can read and change it", what(r), zones),
				"offer what is encrypted alone, or let this do no more than lead there")
		}
	}
}

func exposedAdministration(a *inspection) {
	for i := range a.rows {
		r := &a.rows[i]
		if zones := a.from(r, a.enters); zones != "" && slices.Contains(administration, r.Flow.Service) {
			a.row(r, diag.Sprintf("%s, a way to administer, is open from %s", what(r), zones),
				"let it in from named addresses of your own, or over a VPN")
		}
	}
}

func exposedBackend(a *inspection) {
	for i := range a.rows {
		r := &a.rows[i]
		if zones := a.from(r, a.anybody); zones != "" && slices.Contains(backend, r.Flow.Service) {
			a.row(r, diag.Sprintf("%s, a service for machines of one's own, is open from %s", what(r), zones),
				"databases, directories and shares belong behind a server that speaks for them, or a VPN")
		}
	}
}

func exposedRange(a *inspection) {
	for i := range a.rows {
		r := &a.rows[i]
		zones := a.from(r, a.anybody)
		if zones == "" {
			continue
		}
		for p := range r.Links[0].Ports.Ranges() {
			if n := p.Size(); p.Form == netspec.AnyPort || p.Form == netspec.Exact && n > wideRange {
				a.row(r, diag.Sprintf("%s opens %d ports from %s to whatever else starts to listen there", what(r), n, zones),
					"set a smaller range on the server, and give it here as the flow's ports")
				break
			}
		}
	}
}

func exposedInside(a *inspection) {
	for i := range a.rows {
		r := &a.rows[i]
		inside := func(l *Link) bool {
			return a.anybody(l) && !foreign(l.To.Zone) && a.n.depth(l.To.Zone) > a.n.depth(catalog.DMZZone)
		}
		if a.from(r, inside) == "" {
			continue
		}
		k := slices.IndexFunc(r.Links, inside)
		a.row(r, diag.Sprintf("%s leads from the internet straight to zone %s", what(r), a.zone(r.Links[k].To.Zone)),
			"put what the internet reaches into a DMZ, and let that speak to the inside")
	}
}

func zoneOpened(a *inspection) {
	for i := range a.rows {
		r := &a.rows[i]
		whole := func(l *Link) bool {
			return len(l.Chain) > 0 && l.To.Whole && !foreign(l.To.Zone) && a.n.depth(l.From.Zone) < a.n.depth(l.To.Zone)
		}
		if zones := a.from(r, whole); zones != "" {
			k := slices.IndexFunc(r.Links, whole)
			a.row(r, diag.Sprintf("%s opens every address of zone %s from %s", what(r), a.zone(r.Links[k].To.Zone), zones),
				"name the hosts that are meant")
		}
	}
}

func flowDiscouraged(a *inspection) {
	for i := range a.rows {
		r := &a.rows[i]
		if s := r.Flow.Status; s == catalog.Discouraged || s == catalog.Obsolete {
			a.row(r, diag.Sprintf("%s is in use, and its vendor calls it %s", what(r), s), "take it out if nobody needs it any more")
		}
	}
}

// families tells which address families a host has.
func families(list []netspec.Addr) (v4, v6 bool) {
	for _, x := range list {
		v4, v6 = v4 || x.Is4(), v6 || x.Is6()
	}
	return v4, v6
}

// publicAddressMissing: an address that nobody beyond the network can send to
// cannot be asked from there.
func publicAddressMissing(a *inspection) {
	told := map[*catalog.Host]bool{}
	for i := range a.rows {
		r := &a.rows[i]
		for _, l := range r.Links {
			if !a.enters(l) || l.From.Zone == catalog.PartnerZone { // partners may be reached over lines of one's own
				continue
			}
			for _, h := range l.To.Hosts {
				public := func(x netspec.Addr) bool { return !x.IsPrivate() }
				if told[h] || slices.ContainsFunc(h.Address, public) || len(h.PublicAddress) > 0 {
					continue
				}
				told[h] = true
				a.add(Finding{Row: r, Host: h}, "host."+h.ID+".address",
					diag.Sprintf("host %q is asked from zone %s, and has private addresses alone", h.ID, a.zone(l.From.Zone)),
					"give it the public_address that a firewall translates")
			}
		}
	}
}

func publicAddressIdle(a *inspection) {
	for i := range a.d.Hosts {
		h := &a.d.Hosts[i]
		used := slices.ContainsFunc(a.rows, func(r Row) bool {
			return slices.ContainsFunc(r.Links, func(l *Link) bool {
				return slices.Contains(l.To.Hosts, h) && (a.n.Publishes(a.c, l, h) >= 0 || a.enters(l))
			})
		})
		if len(h.PublicAddress) > 0 && !used {
			a.add(Finding{Host: h}, "host."+h.ID+".public_address[0]", diag.Sprintf("host %q has a public address, and no flow from outside reaches it", h.ID),
				"take the address out, and nothing is translated for it")
		}
	}
}

// egressMissing: a private address on its way over the internet, which no
// firewall before has hidden.
func egressMissing(a *inspection) {
	told := map[*catalog.Firewall]bool{}
	for i := range a.rows {
		r := &a.rows[i]
		for _, l := range r.Links {
			for k, f := range l.Chain {
				if a.n.Hides(l, k) {
					break
				}
				_, out := a.n.crossing(l, k)
				if told[f] || out != catalog.InternetZone && out != catalog.CloudZone || !private(a.d, &l.From) {
					continue
				}
				told[f] = true
				a.add(Finding{Row: r, Firewall: f}, "firewall."+f.ID,
					diag.Sprintf("private addresses go out through firewall %q to zone %s, and no egress is stated", f.ID, a.zone(out)),
					"say which source address they show beyond it")
			}
		}
	}
}

// private tells whether all IPv4 addresses of a party that are known are
// private, and some are.
func private(d *catalog.Deployment, p *Party) bool {
	var known []netip.Addr
	for _, h := range p.Hosts {
		for _, x := range h.Address {
			known = append(known, x.Addr)
		}
	}
	if z := d.Zone(p.Zone); p.Whole && z != nil {
		for _, x := range z.CIDR {
			known = append(known, x.Addr())
		}
	}
	known = slices.DeleteFunc(known, func(x netip.Addr) bool { return !x.Is4() })
	return len(known) > 0 && !slices.ContainsFunc(known, func(x netip.Addr) bool { return !x.IsPrivate() })
}

// familyMissing: a host without an address of a family that its zone has, and
// that the other ends of its flows have too.
func familyMissing(a *inspection) {
	lacks := func(h *catalog.Host) (v4, v6 bool) {
		z := a.d.Zone(h.Zone)
		if z == nil {
			return false, false
		}
		has4, has6 := families(h.Address)
		for _, p := range z.CIDR {
			v4, v6 = v4 || p.Addr().Is4() && !has4, v6 || p.Addr().Is6() && !has6
		}
		return v4, v6
	}
	told := map[*catalog.Host]bool{}
	one := func(r *Row, h *catalog.Host, others []*catalog.Host) {
		no4, no6 := lacks(h)
		for _, o := range others {
			has4, has6 := families(o.Address)
			family, have := "IPv6", no6 && has6
			if no4 && has4 {
				family, have = "IPv4", true
			}
			if !have || told[h] {
				continue
			}
			told[h] = true
			a.add(Finding{Row: r, Host: h}, "host."+h.ID+".address",
				diag.Sprintf("host %q has no %s address, though its zone and host %q have: between them %s goes nowhere", h.ID, family, o.ID, family),
				"give it one, or see that no name of it has a record of that family")
		}
	}
	for i := range a.rows {
		r := &a.rows[i]
		for _, l := range r.Links {
			for _, h := range l.From.Hosts {
				one(r, h, l.To.Hosts)
			}
			for _, h := range l.To.Hosts {
				one(r, h, l.From.Hosts)
			}
		}
	}
}

// featureIdle: a feature that was switched on, and that no flow of the
// network is in for.
func featureIdle(a *inspection) {
	for i := range a.d.Instances {
		v := &a.d.Instances[i]
		p := a.c.Product(v.Product)
		if p == nil {
			continue
		}
		s, _ := Select(p, Choice{Version: v.Version, Features: v.Features, Flows: v.Flows})
		for j, id := range v.Features {
			f := p.Feature(id)
			if f == nil || slices.ContainsFunc(a.rows, func(r Row) bool { return r.Instance == v && s.because(r.Flow, id) }) {
				continue
			}
			a.add(Finding{}, diag.Sprintf("product.%s.features[%d]", v.ID, j), diag.Sprintf("feature %q of %q is on, and no flow comes in for it", id, v.ID),
				"it may want another feature beside it, or its flows are refused")
		}
	}
}

// because tells whether a feature takes part in a condition that brings a flow in.
func (s *Selection) because(f *catalog.Flow, feature string) bool {
	return slices.ContainsFunc(f.Conditions, func(all []string) bool {
		return slices.Contains(all, feature) && !slices.ContainsFunc(all, func(id string) bool { return !s.On[id] })
	})
}

func firewallIdle(a *inspection) {
	for i := range a.d.Firewalls {
		f := &a.d.Firewalls[i]
		if !slices.ContainsFunc(a.n.Links, func(l Link) bool { return l.Flow.Need != catalog.Forbidden && slices.Contains(l.Chain, f) }) {
			a.add(Finding{Firewall: f}, "firewall."+f.ID, diag.Sprintf("no flow crosses firewall %q", f.ID), "look whether its zones are those that it joins")
		}
	}
}

func hostIdle(a *inspection) {
	for i := range a.d.Hosts {
		h := &a.d.Hosts[i]
		if !slices.ContainsFunc(a.n.Links, func(l Link) bool { return slices.Contains(l.From.Hosts, h) || slices.Contains(l.To.Hosts, h) }) {
			a.add(Finding{Host: h}, "host."+h.ID, diag.Sprintf("no flow begins or ends at host %q", h.ID), "say what it plays, or switch on what it is there for")
		}
	}
}

// administration are the services that machines and programs are run by.
var administration = []string{"adws", "eft-admin", "minio-console", "rdp", "snmp", "ssh"}

// backend are the services of databases, directories, shares and the like,
// which are made for machines of one's own.
var backend = []string{
	"cldap", "clamav", "dfsr", "elasticsearch", "frs", "global-catalog", "global-catalog-tls", "kerberos", "kpasswd", "ldap", "ldaps",
	"msrpc", "msrpc-dynamic", "mssql", "mssql-browser", "mysql", "nats", "netbios-dgm", "netbios-ns", "netbios-ssn", "oracle",
	"php-fpm", "postgresql", "redis", "smb",
}

// Classified lists the services that findings know the nature of.
func Classified() []string { return slices.Concat(administration, backend) }
