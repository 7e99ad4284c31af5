// Package network tells which flows of a product are in, and how they run
// through a concrete network: which hosts are their ends, which firewalls they
// cross and what stands against them.
package network

import (
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/diag"
)

// Choice is what a person wants of a product. Its zero value is the newest
// version with the default features.
type Choice struct {
	// Version is the product's version; empty: the newest.
	Version string
	// Features are added to the defaults; "-" before one takes it out.
	Features []string
	// Flows are asked for, or refused with "-", by id, whatever the features say.
	Flows []string
	// All switches on every feature that no group excludes (of a group: its
	// default, or none) and takes every flow but forbidden ones.
	All bool
}

// Selection is what a Choice comes to.
type Selection struct {
	Product *catalog.Product
	Version string
	// On are the ids of the features that are on.
	On map[string]bool
	// Flows are those that are in, in file order; forbidden ones too, which
	// nobody asks for or refuses: one that names features says nothing while
	// none of its conditions holds, any other stays forbidden whatever is chosen.
	Flows []*catalog.Flow
}

// Fault is a choice that cannot be: Index is the place in Choice.Features or
// Choice.Flows.
type Fault struct {
	List  string // "features", "flows" or "version"
	Index int
	Code  string
	Text  string
	Hint  string
}

// Select applies a choice to a product. Faults leave out what is wrong; the
// selection is of the rest.
func Select(p *catalog.Product, ch Choice) (*Selection, []Fault) {
	s := &Selection{Product: p, Version: ch.Version, On: map[string]bool{}}
	var faults []Fault
	if ch.Version != "" && !slices.Contains(p.Versions, ch.Version) {
		faults = append(faults, unknown("version", 0, "version", ch.Version, p.Versions))
		s.Version = ""
	}
	if n := len(p.Versions); s.Version == "" && n > 0 {
		s.Version = p.Versions[n-1]
	}
	faults = append(faults, s.switchFeatures(ch)...)
	asked := map[string]bool{}
	for i, id := range ch.Flows {
		name, refused := strings.CutPrefix(id, "-")
		if p.Flow(name) == nil {
			faults = append(faults, unknown("flows", i, "flow", name, flowIDs(p)))
			continue
		}
		asked[name] = !refused
	}
	for i := range p.Flows {
		f := &p.Flows[i]
		want, said := asked[f.ID]
		switch {
		case !InVersion(p, f, s.Version):
		case f.Need == catalog.Forbidden:
			if len(f.Conditions) == 0 || s.in(f) {
				s.Flows = append(s.Flows, f)
			}
		case said && want, !said && ch.All, !said && s.in(f):
			s.Flows = append(s.Flows, f)
		}
	}
	return s, faults
}

// switchFeatures starts from the defaults (or all) and applies the choice.
func (s *Selection) switchFeatures(ch Choice) (faults []Fault) {
	p := s.Product
	for _, f := range p.Features {
		s.On[f.ID] = f.Default || ch.All && f.Group == ""
	}
	chosen := map[string]string{} // group to the member that was asked for
	for i, id := range ch.Features {
		name, off := strings.CutPrefix(id, "-")
		f := p.Feature(name)
		switch {
		case f == nil:
			faults = append(faults, unknown("features", i, "feature", name, featureIDs(p)))
			continue
		case off:
			s.On[name] = false
			continue
		case f.Group != "" && chosen[f.Group] != "" && chosen[f.Group] != name:
			faults = append(faults, Fault{List: "features", Index: i, Code: "group-conflict",
				Text: diag.Sprintf("features %q and %q of group %q exclude each other", chosen[f.Group], name, f.Group)})
			continue
		case f.Group != "":
			chosen[f.Group] = name
			for _, other := range p.Features {
				if other.Group == f.Group {
					s.On[other.ID] = false
				}
			}
		}
		s.On[name] = true
	}
	return faults
}

// in tells whether a flow is in by its need and conditions.
func (s *Selection) in(f *catalog.Flow) bool {
	if len(f.Conditions) == 0 {
		return f.Need == catalog.Required
	}
	return slices.ContainsFunc(f.Conditions, func(all []string) bool {
		return !slices.ContainsFunc(all, func(id string) bool { return !s.On[id] })
	})
}

// InVersion tells whether a flow is in a product's version; a product without
// versions has all its flows.
func InVersion(p *catalog.Product, f *catalog.Flow, version string) bool {
	at := slices.Index(p.Versions, version)
	if at < 0 {
		return true
	}
	return (f.Since == "" || slices.Index(p.Versions, f.Since) <= at) && (f.Until == "" || at <= slices.Index(p.Versions, f.Until))
}

func unknown(list string, i int, kind, name string, known []string) Fault {
	f := Fault{List: list, Index: i, Code: "unknown-" + kind, Text: diag.Sprintf("unknown %s %q", kind, name)}
	if n := diag.Nearest(name, known); n != "" {
		f.Hint = diag.Sprintf("did you mean %q?", n)
	}
	return f
}

func flowIDs(p *catalog.Product) (out []string) {
	for i := range p.Flows {
		out = append(out, p.Flows[i].ID)
	}
	return out
}

func featureIDs(p *catalog.Product) (out []string) {
	for i := range p.Features {
		out = append(out, p.Features[i].ID)
	}
	return out
}
