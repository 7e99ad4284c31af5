package site

import (
	"portolan/generator/catalog"
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

// appendStrip writes the groups as a definition list of chips.
func (s *Site) appendStrip(m *markup, p *catalog.Product) {
	m.raw(`<dl class="strip">`)
	for _, g := range s.strip(p) {
		if len(g.flows) == 0 {
			continue
		}
		m.raw(`<div><dt>`, g.title, `</dt><dd><ul>`)
		for _, f := range g.flows {
			m.raw(`<li>`)
			s.chip(m, f, "#"+f.ID)
			m.raw(`</li>`)
		}
		m.raw(`</ul></dd></div>`)
	}
	m.raw(`</dl>`)
}

// chip is a flow in its shortest form: mark, ports, service.
func (s *Site) chip(m *markup, f *catalog.Flow, path string) {
	if path[0] == '#' {
		path = m.page + path
	}
	m.raw(`<a class="chip need-`, string(f.Need), `" href="`).href(path).raw(`"><span aria-hidden="true">`, needMark[f.Need], `</span> <span class="port">`).
		text(portsText(f.Ports)).raw(`</span> `).text(s.serviceName(f)).raw(` <span class="vh">`, needWords[f.Need], `</span></a>`)
}

func (s *Site) serviceName(f *catalog.Flow) string {
	if v := s.Catalog.Service(f.Service); v != nil {
		return v.Name
	}
	return f.Service
}
