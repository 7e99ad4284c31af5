package catalog

import (
	"slices"

	"portolan/generator/diag"
	"portolan/generator/netspec"
)

// wideRange is the number of ports above which a range is called wide.
const wideRange = 1000

// An adviser remarks on a flow whose statement departs from a standard or is
// commonly misread; "" where it has nothing to say. It sees the whole product,
// because what one flow lacks another may say.
type adviser struct {
	code string
	say  func(c *Catalog, p *Product, f *Flow) string
}

var advisers = []adviser{
	{"cleartext-internet", adviseClearText},
	{"dns-udp-only", adviseDNS},
	{"ldap-plain", adviseLDAP},
	{"radius-prestandard", adviseRADIUS},
	{"snmp-trap-port", adviseSNMP},
	{"wide-range", adviseWideRange},
}

// findings are the codes of what package network warns of.
var findings = []string{
	"egress-missing", "exposed-administration", "exposed-backend", "exposed-cleartext", "exposed-inside", "exposed-range", "family-missing",
	"feature-idle", "firewall-idle", "flow-discouraged", "host-idle", "public-address-idle", "public-address-missing", "zone-opened",
}

// WarningCodes lists the codes of all warnings, which site.toml can turn off.
func WarningCodes() []string {
	codes := []string{"condition-without-feature", "endpoint-unused", "feature-unused", "source-unused", "ports-dropped", "port-not-configurable",
		"page-heading-jump", "misplaced-file", "not-expressible", "accept-idle"}
	codes = append(codes, findings...)
	for _, a := range advisers {
		codes = append(codes, a.code)
	}
	slices.Sort(codes)
	return codes
}

// advise fills the flows' advice and gives each as a warning.
func (k *productCheck) advise() {
	for i := range k.p.Flows {
		f := &k.p.Flows[i]
		if f.Need == Forbidden {
			continue
		}
		for _, a := range advisers {
			text := a.say(k.c, k.p, f)
			if text == "" || k.off[a.code] {
				continue
			}
			f.Advice = append(f.Advice, Advice{a.code, text})
			k.warnf("flow."+f.ID+".ports", a.code, "%s", text)
		}
	}
}

// Protection is what protects a flow: what it says, else what its service
// says; empty: not known.
func (c *Catalog) Protection(f *Flow) []Encryption {
	if len(f.Encryption) > 0 {
		return f.Encryption
	}
	if s := c.Service(f.Service); s != nil {
		return s.Encryption
	}
	return nil
}

func adviseClearText(c *Catalog, p *Product, f *Flow) string {
	if carriesData := func(t netspec.Transport) bool { return t == netspec.TCP || t == netspec.UDP }; !slices.ContainsFunc(f.Ports.Transports(), carriesData) {
		return ""
	}
	if ways := c.Protection(f); f.Direction != Inbound || len(ways) == 0 || slices.ContainsFunc(ways, func(e Encryption) bool { return e != Clear }) {
		return ""
	}
	for _, id := range f.From {
		if z := p.Endpoint(id).Zone; z == AnyZone || z == InternetZone {
			return "clear text from the internet: whoever is on the path can read and change it; open it only where nothing protected will do"
		}
	}
	return ""
}

func adviseDNS(_ *Catalog, p *Product, f *Flow) string {
	tcp := func(g *Flow) bool {
		return g.Service == "dns" && slices.Equal(g.From, f.From) && slices.Equal(g.To, f.To) && slices.Contains(g.Ports.Transports(), netspec.TCP)
	}
	if f.Service != "dns" || slices.ContainsFunc(p.Flows, func(g Flow) bool { return tcp(&g) }) {
		return ""
	}
	return "DNS needs TCP 53 as well: answers that do not fit a datagram are asked for again over TCP (RFC 7766, section 5)"
}

func adviseLDAP(c *Catalog, _ *Product, f *Flow) string {
	if f.Service != "ldap" || !slices.Contains(c.Protection(f), Clear) {
		return ""
	}
	return "LDAP without TLS carries passwords in clear text: prefer LDAPS, or require StartTLS (RFC 4513, section 6.3.3)"
}

func adviseRADIUS(_ *Catalog, _ *Product, f *Flow) string {
	old := netspec.NewPortSet(netspec.Range{Transport: netspec.UDP, First: 1645, Last: 1646})
	if f.Service != "radius" || !f.Ports.Overlaps(old) {
		return ""
	}
	return "RADIUS is registered on UDP 1812 (accounting 1813); 1645 and 1646 are from before the standard (RFC 2865, section 3): ask which of them the server listens on"
}

func adviseSNMP(_ *Catalog, _ *Product, f *Flow) string {
	agent := netspec.NewPortSet(netspec.Range{Transport: netspec.UDP, First: 161, Last: 161})
	if f.Service != "snmp-trap" || !f.Ports.Overlaps(agent) {
		return ""
	}
	return "SNMP notifications go to UDP 162 of the manager by default; 161 is where agents listen for queries (RFC 3417, section 3.2): ask which port the console listens on"
}

func adviseWideRange(_ *Catalog, _ *Product, f *Flow) string {
	for r := range f.Ports.Ranges() {
		if r.Form == netspec.Exact && r.Size() > wideRange {
			return diag.Sprintf("%d ports are open to whatever else starts to listen on the host: use a smaller range where the product allows it", r.Size())
		}
	}
	return ""
}
