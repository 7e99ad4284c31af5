package catalog

import (
	"slices"
	"strings"
)

// productCheck holds one product against the vocabulary and itself.
type productCheck struct {
	at
	c   *Catalog
	p   *Product
	off map[string]bool // codes of warnings that are not given

	endpointIDs, featureIDs, flowIDs, sourceIDs []string
	used                                        map[string]bool // "endpoint.x", "feature.x", "source.x"
}

func (k *productCheck) run() {
	p := k.p
	k.used = map[string]bool{}
	k.endpointIDs = ids(p.Endpoints, func(e *Endpoint) string { return e.ID })
	k.featureIDs = ids(p.Features, func(f *Feature) string { return f.ID })
	k.flowIDs = ids(p.Flows, func(f *Flow) string { return f.ID })
	k.sourceIDs = ids(p.Sources, func(s *Source) string { return s.ID })

	k.text(p)
	k.url("homepage", p.Homepage)
	if p.Category != "" {
		k.id("category", p.Category)
	}
	for i, tag := range p.Tags {
		k.id(item("tags", i), tag)
		if slices.Contains(p.Tags[:i], tag) {
			k.errorf(item("tags", i), "duplicate", "tag %q stands twice", tag)
		}
	}
	k.uniqueVersions()
	k.endpoints()
	k.features()
	for i := range p.Sources {
		s := &p.Sources[i]
		k.id("source."+s.ID, s.ID)
		k.url("source."+s.ID+".url", s.URL)
	}
	for i := range p.Flows {
		k.flow(&p.Flows[i])
	}
	k.fallbacks()
	k.follows()
	k.forbidden()
	for i := range p.Constraints {
		v := &p.Constraints[i]
		path := "constraint." + v.ID
		k.id(path, v.ID)
		k.refs(path+".flows", "flow", v.Flows, k.flowIDs)
		v.Sources = k.citations(path+".source", v.Source)
	}
	for i := range p.Software {
		v := &p.Software[i]
		k.id("software."+v.ID, v.ID)
		v.Sources = k.citations("software."+v.ID+".source", v.Source)
	}
	k.unused()
	k.advise()
	k.accepts(p.Accept)
}

func (k *productCheck) uniqueVersions() {
	for i, v := range k.p.Versions {
		if slices.Contains(k.p.Versions[:i], v) {
			k.errorf(item("versions", i), "duplicate", "version %q stands twice", v)
		}
	}
}

func (k *productCheck) endpoints() {
	self := false
	for i := range k.p.Endpoints {
		e := &k.p.Endpoints[i]
		path := "endpoint." + e.ID
		k.id(path, e.ID)
		if k.c.Zone(e.Zone) == nil {
			k.unknown(path+".zone", "zone", e.Zone, append(ids(k.c.Zones, func(z *Zone) string { return z.ID }), AnyZone))
		}
		for j, name := range e.FQDN {
			k.fqdn(item(path+".fqdn", j), name)
		}
		if e.Self && e.Zone == AnyZone {
			k.errorf(path+".zone", "bad-value", "a part of the product stands in one zone, not in any")
		}
		self = self || e.Self
		e.Managed = e.Self && k.p.Kind != KindService
		if e.ManagedSet != nil {
			e.Managed = *e.ManagedSet
		}
	}
	if !self {
		k.errorf("", "no-self", "no endpoint is part of the product (self = true)")
	}
}

func (k *productCheck) features() {
	defaults := map[string]string{}
	for i := range k.p.Features {
		f := &k.p.Features[i]
		path := "feature." + f.ID
		k.id(path, f.ID)
		if f.Group == "" {
			continue
		}
		k.id(path+".group", f.Group)
		if !f.Default {
			continue
		}
		if first, ok := defaults[f.Group]; ok {
			k.errorf(path+".default", "two-defaults", "group %q has a default already, feature %q", f.Group, first)
		} else {
			defaults[f.Group] = f.ID
		}
	}
}

// citations takes "source-id#section" apart and checks the id.
func (k *productCheck) citations(path string, list []string) []Citation {
	out := make([]Citation, 0, len(list))
	for i, s := range list {
		id, section, _ := strings.Cut(s, "#")
		if !slices.Contains(k.sourceIDs, id) {
			k.unknown(item(path, i), "source", id, k.sourceIDs)
			continue
		}
		k.used["source."+id] = true
		out = append(out, Citation{id, section})
	}
	return out
}

// unused warns of tables that nothing refers to.
func (k *productCheck) unused() {
	for _, t := range []struct {
		kind string
		ids  []string
	}{{"endpoint", k.endpointIDs}, {"feature", k.featureIDs}, {"source", k.sourceIDs}} {
		for _, id := range t.ids {
			if path := t.kind + "." + id; !k.used[path] {
				k.warnf(path, t.kind+"-unused", "nothing uses %s %q", t.kind, id)
			}
		}
	}
}
