package policy

import (
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
)

// Fault is what is wrong with an option.
type Fault struct {
	// Endpoint or Flow is the id that the option is for.
	Endpoint, Flow string
	// Text says it; Hint may tell a remedy.
	Text, Hint string
	// Warning tells that it can be done all the same.
	Warning bool
}

// Check holds options against a product.
func (o Options) Check(p *catalog.Product) (faults []Fault) {
	var endpoints, flows []string
	for i := range p.Endpoints {
		endpoints = append(endpoints, p.Endpoints[i].ID)
	}
	for i := range p.Flows {
		flows = append(flows, p.Flows[i].ID)
	}
	for _, a := range o.Addresses {
		tell := func(f Fault) {
			f.Endpoint = a.Endpoint
			faults = append(faults, f)
		}
		switch {
		case p.Endpoint(a.Endpoint) == nil:
			tell(unknown("endpoint", a.Endpoint, endpoints))
		case len(a.Prefixes) > 0 && len(a.FQDN) > 0:
			tell(Fault{Warning: true, Text: diag.Sprintf("endpoint %q: its addresses are taken, %s is not", a.Endpoint, strings.Join(a.FQDN, ", "))})
		case !a.Any && len(a.Prefixes)+len(a.FQDN) == 0:
			tell(Fault{Text: diag.Sprintf("endpoint %q is given no address", a.Endpoint), Hint: `"any" is every address`})
		}
	}
	for i, c := range o.Ports {
		tell := func(f Fault) {
			f.Flow = c.Flow
			faults = append(faults, f)
		}
		f := p.Flow(c.Flow)
		switch {
		case f == nil:
			tell(unknown("flow", c.Flow, flows))
			continue
		case slices.ContainsFunc(o.Ports[:i], func(x PortChange) bool { return x.Flow == c.Flow }):
			tell(Fault{Text: diag.Sprintf("flow %q is given ports twice", c.Flow), Hint: "name them all in one"})
		case c.Ports.IsZero() || !c.Ports.Known():
			tell(Fault{Text: diag.Sprintf("flow %q is given no port", c.Flow)})
		case c.Ports.IsAny() && f.Need != catalog.Forbidden:
			tell(Fault{Text: diag.Sprintf("flow %q would open every transport", c.Flow)})
		case c.Ports.HasAnyPort() && !f.Dynamic:
			tell(Fault{Text: diag.Sprintf("flow %q would open every port", c.Flow), Hint: "name the ports"})
		case f.Ports.Known() && f.Ports.Len() > 1 && (c.Ports.Len() < f.Ports.Len() || drops(f.Ports, c.Ports)):
			tell(Fault{Warning: true, Text: diag.Sprintf("flow %q: %s replaces all of %s", c.Flow, c.Ports, f.Ports)})
		}
		if !f.Allowed.IsZero() && !f.Allowed.Covers(c.Ports) {
			tell(Fault{Warning: true, Text: diag.Sprintf("flow %q: the product allows %s, not all of %s", c.Flow, f.Allowed, c.Ports)})
		}
	}
	for _, s := range p.Strand(o.changed()) {
		faults = append(faults, Fault{Flow: s.By.ID, Text: s.Text, Hint: s.Hint})
	}
	return faults
}

// PortsOf are the ports of a product's flow with these options, and the flow
// whose change decided them; nil: none did.
func (o Options) PortsOf(p *catalog.Product, f *catalog.Flow) (netspec.PortSet, *catalog.Flow) {
	ports, by, _ := p.PortsOf(f, o.changed())
	return ports, by
}

// changed are the ports that flows are given, by id.
func (o Options) changed() map[string]netspec.PortSet {
	out := make(map[string]netspec.PortSet, len(o.Ports))
	for _, c := range o.Ports {
		out[c.Flow] = c.Ports
	}
	return out
}

// drops tells whether a transport of the first set is not in the second.
func drops(old, now netspec.PortSet) bool {
	return slices.ContainsFunc(old.Transports(), func(t netspec.Transport) bool { return now.Of(t).IsZero() })
}

func unknown(kind, name string, list []string) Fault {
	f := Fault{Text: diag.Sprintf("unknown %s %q", kind, name)}
	if n := diag.Nearest(name, list); n != "" {
		f.Hint = diag.Sprintf("did you mean %q?", n)
	}
	return f
}

// ParseAssignment reads what "--set ENDPOINT=ADDR[,ADDR]" gives an endpoint:
// addresses, prefixes, names, or "any".
func ParseAssignment(endpoint string, values []string) (Assignment, error) {
	a := Assignment{Endpoint: endpoint}
	for _, v := range values {
		if v == "any" {
			a.Any = true
			continue
		}
		p, err := netspec.ParsePrefix(v)
		switch {
		case err == nil:
			a.Prefixes = append(a.Prefixes, p)
		case catalog.ValidFQDN(v):
			a.FQDN = append(a.FQDN, v)
		default:
			return a, err
		}
	}
	return a, nil
}
