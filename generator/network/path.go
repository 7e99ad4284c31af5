package network

import (
	"slices"

	"portolan/generator/catalog"
)

// paths returns every shortest chain of firewalls from one zone to another,
// over the zones that firewalls share. Inside one zone the chain is empty. No
// result: there is no chain.
func paths(d *catalog.Deployment, from, to string) [][]*catalog.Firewall {
	if from == to {
		return [][]*catalog.Firewall{nil}
	}
	type state struct {
		zone  string
		chain []*catalog.Firewall
	}
	level := []state{{zone: from}}
	seen := map[string]bool{from: true}
	for len(level) > 0 {
		var found [][]*catalog.Firewall
		var next []state
		for _, s := range level {
			for i := range d.Firewalls {
				f := &d.Firewalls[i]
				if !slices.Contains(f.Zones, s.zone) || slices.Contains(s.chain, f) {
					continue
				}
				chain := append(slices.Clone(s.chain), f)
				if slices.Contains(f.Zones, to) {
					found = append(found, chain)
					continue
				}
				for _, z := range f.Zones {
					if !seen[z] {
						next = append(next, state{z, chain})
					}
				}
			}
		}
		if len(found) > 0 {
			return distinct(found)
		}
		for _, s := range next {
			seen[s.zone] = true
		}
		level = next
	}
	return nil
}

// distinct drops chains of the same firewalls that go over different zones.
func distinct(chains [][]*catalog.Firewall) [][]*catalog.Firewall {
	var out [][]*catalog.Firewall
	for _, c := range chains {
		if !slices.ContainsFunc(out, func(o []*catalog.Firewall) bool { return slices.Equal(o, c) }) {
			out = append(out, c)
		}
	}
	return out
}

// zones lists the zones that the network has, from outside to inside.
func zones(c *catalog.Catalog, d *catalog.Deployment) []string {
	var out []string
	for _, z := range c.Zones {
		has := d.Zone(z.ID) != nil ||
			slices.ContainsFunc(d.Firewalls, func(f catalog.Firewall) bool { return slices.Contains(f.Zones, z.ID) }) ||
			slices.ContainsFunc(d.Hosts, func(h catalog.Host) bool { return h.Zone == z.ID })
		if has {
			out = append(out, z.ID)
		}
	}
	return out
}
