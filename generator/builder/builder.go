// Package builder makes firewall rules of what a person chooses: for the
// command line and for the page /rules/, which runs the same code in the browser.
//
// A [Subject] is a product or a network. [Subject.Compile] holds a [Request]
// against it and compiles its policy; [Subject.Build] adds the file, and all that
// the page shows of it. Every fault is told, not only the first.
package builder

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/platforms"
)

// Subject is what rules are made for: a product or a network.
type Subject struct {
	Catalog *catalog.Catalog
	// Product is nil of a network, Network of a product.
	Product *catalog.Product
	Network *network.Network
	// Provenance is the line that says where a change request's rows come from.
	Provenance string
}

// Vantages are the places that there can be rules for.
func (s *Subject) Vantages() []policy.Vantage {
	if s.Product != nil {
		return policy.Vantages(s.Product)
	}
	return policy.NetworkVantages(s.Network.Deployment)
}

// Slug is the subject's own, Name what people call it.
func (s *Subject) Slug() string {
	if s.Product != nil {
		return s.Product.Slug
	}
	return s.Network.Deployment.Slug
}

// Name is what people call it.
func (s *Subject) Name() string {
	if s.Product != nil {
		return s.Product.Name
	}
	return s.Network.Deployment.Name
}

// Request is what a person chooses, in the words of "portolan rules".
type Request struct {
	// Platform is a platform's id, At a vantage's; empty: the product's host
	// where the platform filters on machines, else its perimeter.
	Platform, At string
	// Version is the product's; empty: the newest.
	Version string
	// Features and Flows are ids; with "-" before one it is switched off.
	Features, Flows []string
	// All switches on what excludes nothing else, and takes every flow.
	All bool
	// NAT asks for a network's address translation.
	NAT bool
	// Set is the addresses of endpoints, Ports the ports of flows, by id.
	Set, Ports map[string]string
	// Deny denies everything else, Log logs that.
	Deny, Log bool
}

// Fault is what is wrong with a request.
type Fault struct {
	// Field is where: "platform", "at", "version", "feature.ID", "flow.ID",
	// "set.ENDPOINT", "port.FLOW", "log"; empty: the whole.
	Field string
	// Text says it; Hint may tell a remedy.
	Text, Hint string
	// Warning tells that the rules are made all the same.
	Warning bool
}

// Message is the text with its hint.
func (f Fault) Message() string {
	if f.Hint == "" {
		return f.Text
	}
	return f.Text + "; " + f.Hint
}

// Compiled is what a request comes to.
type Compiled struct {
	// Platform is nil where it is unknown, Policy where it or the place is.
	Platform policy.Platform
	Policy   *policy.Policy
	// Selection is which features and flows are in; nil of a network.
	Selection *network.Selection
	// Moved are the flows that follow one whose ports the request changes.
	Moved []Moved
	// Faults are in the order of the request's fields. With an error among
	// them the policy is of the rest.
	Faults []Fault
}

// Failed tells whether a fault is more than a warning.
func (c *Compiled) Failed() bool {
	return slices.ContainsFunc(c.Faults, func(f Fault) bool { return !f.Warning })
}

func (c *Compiled) fault(field, text, hint string) {
	c.Faults = append(c.Faults, Fault{Field: field, Text: text, Hint: hint})
}

// Contradictions are the faults of a policy that would open what must stay closed.
func Contradictions(p *policy.Policy) (out []Fault) {
	for _, x := range p.Contradictions() {
		field := ""
		if x.Allow.Instance == "" {
			field = "flow." + x.Allow.Flow.ID
		}
		out = append(out, Fault{Field: field, Text: x.Allow.ID() + " opens all that " + x.Forbid.ID() + " forbids"})
	}
	return out
}

// Compile holds a request against the subject and compiles what it asks for.
func (s *Subject) Compile(r *Request) *Compiled {
	c := &Compiled{Platform: platforms.Lookup(r.Platform)}
	to := &policy.Info{Hosts: true, Perimeters: true} // while it is not known, any place will do
	if c.Platform != nil {
		to = c.Platform.Info()
	} else {
		c.fault("platform", "unknown platform "+quoted(r.Platform), guess(r.Platform, platforms.IDs()))
	}
	at, known := vantage(c, s.Vantages(), to, r.At)
	compile := s.choose(c, r)
	if known {
		c.Policy = compile(at)
	}
	return c
}

// choose is what a request says beside the platform and the place: it returns
// what compiles it at a place.
func (s *Subject) choose(c *Compiled, r *Request) func(policy.Vantage) *policy.Policy {
	o := policy.Options{Translate: r.NAT}
	if r.Deny {
		o.Deny = &policy.Deny{Log: r.Log}
	} else if r.Log {
		c.fault("log", "there is nothing to log", "what is denied is logged where a default deny is asked for")
	}
	if s.Product == nil {
		if field, chosen := r.ofProduct(); chosen {
			c.fault(field, s.Slug()+" is a network", "its file says which features, flows, addresses, ports and versions it has")
		}
		return func(at policy.Vantage) *policy.Policy { return policy.Deployment(s.Catalog, s.Network, at, o) }
	}
	if r.NAT {
		c.fault("", s.Slug()+" is a product", "only a network says which firewall translates addresses")
		o.Translate = false
	}
	sel, faults := network.Select(s.Product, network.Choice{Version: r.Version, Features: r.Features, Flows: r.Flows, All: r.All})
	c.Selection = sel
	for _, f := range faults {
		field := "version"
		switch f.List {
		case "features":
			field = "feature." + strings.TrimPrefix(r.Features[f.Index], "-")
		case "flows":
			field = "flow." + strings.TrimPrefix(r.Flows[f.Index], "-")
		}
		c.fault(field, f.Text, f.Hint)
	}
	s.options(c, r, &o)
	return func(at policy.Vantage) *policy.Policy { return policy.Product(s.Catalog, sel, at, o) }
}

// ofProduct is the first field of a request that only a product has.
func (r *Request) ofProduct() (field string, chosen bool) {
	switch {
	case r.Version != "":
		return "version", true
	case len(r.Features) > 0:
		return "feature." + strings.TrimPrefix(r.Features[0], "-"), true
	case len(r.Flows) > 0:
		return "flow." + strings.TrimPrefix(r.Flows[0], "-"), true
	case len(r.Set) > 0:
		return "set." + slices.Min(slices.Collect(maps.Keys(r.Set))), true
	case len(r.Ports) > 0:
		return "port." + slices.Min(slices.Collect(maps.Keys(r.Ports))), true
	}
	return "", r.All
}

// options reads addresses and ports. What is wrong with them is left out.
func (s *Subject) options(c *Compiled, r *Request, o *policy.Options) {
	wrong := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(r.Set)) {
		a := policy.Assignment{Endpoint: id}
		for _, text := range strings.FieldsFunc(r.Set[id], func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
			one, err := policy.ParseAssignment(id, []string{text})
			if err != nil {
				wrong["set."+id] = true
				c.fault("set."+id, err.Error(), hint(err))
			}
			a.Any = a.Any || one.Any
			a.Prefixes, a.FQDN = append(a.Prefixes, one.Prefixes...), append(a.FQDN, one.FQDN...)
		}
		o.Addresses = append(o.Addresses, a)
	}
	for _, id := range slices.Sorted(maps.Keys(r.Ports)) {
		set, err := netspec.ParsePortSet(r.Ports[id])
		if err != nil {
			wrong["port."+id] = true
			c.fault("port."+id, err.Error(), hint(err))
		}
		o.Ports = append(o.Ports, policy.PortChange{Flow: id, Ports: set})
	}
	for _, f := range o.Check(s.Product) {
		field := "port." + f.Flow
		if f.Endpoint != "" {
			field = "set." + f.Endpoint
		}
		if wrong[field] && !f.Warning && (s.Product.Flow(f.Flow) != nil || s.Product.Endpoint(f.Endpoint) != nil) {
			continue // that nothing is left of it is told
		}
		c.Faults = append(c.Faults, Fault{field, f.Text, f.Hint, f.Warning})
		wrong[field] = wrong[field] || !f.Warning
	}
	o.Addresses = slices.DeleteFunc(o.Addresses, func(a policy.Assignment) bool { return wrong["set."+a.Endpoint] })
	o.Ports = slices.DeleteFunc(o.Ports, func(p policy.PortChange) bool { return wrong["port."+p.Flow] })
	for i := range s.Product.Flows {
		f := &s.Product.Flows[i]
		if ports, by := o.PortsOf(s.Product, f); by != nil && by != f {
			c.Moved = append(c.Moved, Moved{f.ID, ports.String()})
		}
	}
}

// hint is the remedy that a fault of syntax tells.
func hint(err error) string {
	var s *netspec.SyntaxError
	if errors.As(err, &s) {
		return s.Hint
	}
	return ""
}

// vantage finds the place that is asked for. Of a product, empty is the host
// where the platform filters on machines, else the perimeter.
func vantage(c *Compiled, list []policy.Vantage, to *policy.Info, id string) (policy.Vantage, bool) {
	var ids []string
	for _, v := range list {
		if id == v.ID && !to.Fits(v) {
			c.fault("at", to.Title+" filters on the machine itself, not at "+id, "")
			return v, false
		}
		if to.Fits(v) {
			ids = append(ids, v.ID)
		}
		if id == v.ID || id == "" && (v.ID == "host" && v.Endpoint != "" && to.Hosts || v.ID == "perimeter" && v.Kind == policy.Perimeter && !to.Hosts) {
			return v, true
		}
	}
	switch {
	case len(ids) == 0:
		c.fault("at", to.Title+" filters on machines, and here is none to set it on", "")
	case id == "":
		c.fault("at", "where the rules are for is missing", "known: "+strings.Join(ids, ", "))
	default:
		c.fault("at", "unknown "+quoted(id), guess(id, ids))
	}
	return policy.Vantage{}, false
}

// guess is what an id was probably meant to be, and what there is.
func guess(id string, known []string) string {
	list := "known: " + strings.Join(known, ", ")
	if n := diag.Nearest(id, known); n != "" {
		return "did you mean " + quoted(n) + "? (" + list + ")"
	}
	return list
}

func quoted(id string) string { return `"` + id + `"` }
