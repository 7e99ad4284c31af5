package site

import (
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/table"
)

// A strip shows what a product opens in one glance: its flows by where the
// other end stands, each a chip that leads to its row.

type stripGroup struct {
	title string
	flows []*catalog.Flow
}

// strip sorts a product's flows into groups; a flow whose ends lie in several
// zones stands with the outermost.
func (s *Site) strip(p *catalog.Product) []stripGroup {
	groups := []stripGroup{
		{title: "In from anywhere and the internet"}, {title: "In from partners and the cloud"}, {title: "In from the inside"},
		{title: "Out to anywhere and the internet"}, {title: "Out to partners and the cloud"}, {title: "Out to the inside"},
		{title: "Between its own parts"}, {title: "Between others, for its sake"}, {title: "Must stay closed"},
	}
	for i := range p.Flows {
		f := &p.Flows[i]
		at := 0
		switch {
		case f.Need == catalog.Forbidden:
			at = 8
		case f.Direction == catalog.Inbound:
			at = s.distance(p, f.From)
		case f.Direction == catalog.Outbound:
			at = 3 + s.distance(p, f.To)
		case f.Direction == catalog.Transit:
			at = 7
		default:
			at = 6
		}
		groups[at].flows = append(groups[at].flows, f)
	}
	return groups
}

// distance is 0 for any and the internet, 1 for partners and the cloud, 2 for
// everything nearer.
func (s *Site) distance(p *catalog.Product, ends []string) int {
	near := 2
	for _, id := range ends {
		switch p.Endpoint(id).Zone {
		case catalog.AnyZone, catalog.InternetZone:
			return 0
		case "partner", "cloud":
			near = 1
		}
	}
	return near
}

// appendStrip writes the groups as a definition list of chips. Flows of one
// group that open the same thing share a chip, which leads to the first and
// has the strongest need of them.
func (s *Site) appendStrip(m *markup, p *catalog.Product) {
	m.raw(`<dl class="strip">`)
	for _, g := range s.strip(p) {
		if len(g.flows) == 0 {
			continue
		}
		m.raw(`<div><dt>`, g.title, `</dt><dd><ul>`)
		for i, f := range g.flows {
			same := func(o *catalog.Flow) bool { return o.Service == f.Service && o.Ports.Equal(f.Ports) }
			if slices.IndexFunc(g.flows, same) < i {
				continue
			}
			need := glanceNeed(p, f)
			m.raw(`<li data-flows="`, f.ID)
			for _, o := range g.flows[i+1:] {
				if !same(o) {
					continue
				}
				m.raw(` `, o.ID)
				if needRank(glanceNeed(p, o)) < needRank(need) {
					need = glanceNeed(p, o)
				}
			}
			m.raw(`">`)
			s.chip(m, f, need)
			m.raw(`</li>`)
		}
		m.raw(`</ul></dd></div>`)
	}
	m.raw(`</dl>`)
}

// glanceNeed is a flow's need as one glance should see it: what is required
// only while a feature is on that is off by default is conditional.
func glanceNeed(p *catalog.Product, f *catalog.Flow) catalog.Need {
	on := func(id string) bool { return p.Feature(id).Default }
	byDefault := func(all []string) bool {
		return !slices.ContainsFunc(all, func(id string) bool { return !on(id) })
	}
	if f.Need == catalog.Required && len(f.Conditions) > 0 && !slices.ContainsFunc(f.Conditions, byDefault) {
		return catalog.Conditional
	}
	return f.Need
}

func needRank(n catalog.Need) int { return slices.Index(n.Values(), string(n)) }

// chip is a flow in its shortest form: ports and service, and its need by
// mark and line.
func (s *Site) chip(m *markup, f *catalog.Flow, need catalog.Need) {
	m.raw(`<a class="chip need-`, string(need), `" href="#`, f.ID, `"><span class="port">`).
		text(table.PortsText(f.Ports)).raw(`</span> `).text(s.serviceName(f)).raw(` <span class="vh">`, needWords[need], `</span></a>`)
}

func (s *Site) serviceName(f *catalog.Flow) string { return table.ServiceText(s.Catalog, f.Service) }
