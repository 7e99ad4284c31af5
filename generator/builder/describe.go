package builder

import (
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/note"
	"portolan/generator/policy"
	"portolan/generator/policy/platforms"
)

// The kinds of subject.
const (
	KindProduct    = "product"
	KindDeployment = "deployment"
)

// Description is what can be chosen of a subject. Of a network its file has
// chosen: there are vantages alone.
type Description struct {
	Kind, Slug, Name string
	Versions         []string
	Features         []Feature
	Endpoints        []Endpoint
	Flows            []Flow
	Vantages         []Vantage
}

// Feature is a function that switches flows on.
type Feature struct {
	ID, Name string
	Default  bool
	Group    string
	Note     string // plain text
}

// Endpoint is a party of flows.
type Endpoint struct {
	ID, Name, Zone      string
	Self, Managed, Many bool
	FQDN, CIDR          []string
}

// Flow is a connection. Direction and need are the data's words, ports its
// normal form; Allowed is what the ports may be changed to, empty: not stated.
type Flow struct {
	ID, Name, Service, Ports, Direction, Need string
	Features                                  [][]string
	When                                      string
	Configurable                              bool
	Allowed                                   string
	Follows                                   Follows
	From, To                                  []string
	Since, Until                              string
}

// Follows is the flow whose ports a flow's go by, empty: none, and what is
// added to them.
type Follows struct {
	Flow string
	Add  int
}

// Vantage is a place that there can be rules for: its kind is "host" or "perimeter".
type Vantage struct{ ID, Name, Kind string }

// Describe tells what can be chosen.
func (s *Subject) Describe() *Description {
	d := &Description{Kind: KindDeployment, Slug: s.Slug(), Name: s.Name()}
	for _, v := range s.Vantages() {
		kind := "perimeter"
		if v.Kind == policy.Host {
			kind = "host"
		}
		d.Vantages = append(d.Vantages, Vantage{v.ID, v.Name, kind})
	}
	p := s.Product
	if p == nil {
		return d
	}
	d.Kind, d.Versions = KindProduct, p.Versions
	for _, f := range p.Features {
		d.Features = append(d.Features, Feature{f.ID, f.Name, f.Default, f.Group, note.Plain(f.Note.Blocks)})
	}
	for i := range p.Endpoints {
		e := &p.Endpoints[i]
		x := Endpoint{ID: e.ID, Name: e.Name, Zone: e.Zone, Self: e.Self, Managed: e.Managed, Many: e.Many, FQDN: e.FQDN}
		for _, c := range e.CIDR {
			x.CIDR = append(x.CIDR, c.String())
		}
		d.Endpoints = append(d.Endpoints, x)
	}
	for i := range p.Flows {
		f := &p.Flows[i]
		d.Flows = append(d.Flows, Flow{ID: f.ID, Name: serviceName(s.Catalog, f.Service), Service: f.Service, Ports: f.Ports.String(),
			Direction: string(f.Direction), Need: string(f.Need), Features: f.Conditions, When: f.When, Configurable: f.Configurable,
			Allowed: f.Allowed.String(), Follows: Follows(f.Follows), From: f.From, To: f.To, Since: f.Since, Until: f.Until})
	}
	return d
}

func serviceName(c *catalog.Catalog, id string) string {
	if s := c.Service(id); s != nil {
		return s.Name
	}
	return id
}

// Platform is what a picker shows of a platform. Hosts, Perimeters, Translates
// and Closes are those of [policy.Info].
type Platform struct {
	ID, Title, Vendor, Group, Language, Ext string
	Hosts, Perimeters, Translates           bool
	// FQDN is "none", "exact" or "all"; Undo tells that a default deny undoes itself unless confirmed.
	FQDN         string
	Closes, Undo bool
	Facts        []string
}

// Platforms lists the platforms in the order of pickers.
func Platforms() (out []Platform) {
	for _, g := range policy.Groups() {
		for _, p := range platforms.All() {
			i := p.Info()
			if i.Group != g {
				continue
			}
			out = append(out, Platform{ID: i.ID, Title: i.Title, Vendor: i.Vendor, Group: string(g), Language: i.Language, Ext: i.Ext,
				Hosts: i.Hosts, Perimeters: i.Perimeters, Translates: i.Translates, FQDN: [...]string{"none", "exact", "all"}[i.FQDN],
				Closes: i.Closes, Undo: len(i.Undo) > 0, Facts: i.Facts})
		}
	}
	return out
}

// known is the platforms with these ids; without any, all.
func known(ids []string) []policy.Platform {
	all := platforms.All()
	if len(ids) > 0 {
		all = slices.DeleteFunc(all, func(p policy.Platform) bool { return !slices.Contains(ids, p.Info().ID) })
	}
	return all
}
