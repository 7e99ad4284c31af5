package site

import (
	"html/template"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/edl"
	"portolan/generator/table"
	"portolan/generator/topology"
)

type productView struct {
	base
	Product *catalog.Product
	Strip   template.HTML
	Diagram template.HTML
	Tables  []template.HTML
	// Features, Constraints, Software, Endpoints and Sources are the page's lists.
	Endpoints   template.HTML
	Features    []featureGroup
	Constraints template.HTML
	Software    template.HTML
	Sources     []catalog.Source
	Formats     template.HTML
	// Talks are the products that it calls, that call it and that it is
	// compared with.
	Talks template.HTML
	// Rules is the picker of platforms, Zip all rule files.
	Rules template.HTML
	Zip   string
	// Upgrades is what differs from version to version.
	Upgrades template.HTML
	// Verify is the connection tests to download.
	Verify template.HTML
	// Profile is the product for the page's script.
	Profile template.HTML
	// Ticks are what its tables are filtered by.
	Ticks []ticks
}

type featureGroup struct {
	Title    string
	Features []featureView
}

type featureView struct {
	catalog.Feature
	Note  template.HTML
	Flows template.HTML
}

func productPath(slug string) string { return "/products/" + slug + "/" }

func (s *Site) productPage(p *catalog.Product, rules *ruleSet, drawing func() *topology.Drawing) ([]byte, error) {
	path := productPath(p.Slug)
	v := productView{
		base: base{site: s, Path: path, Title: p.Name + " firewall ports", Section: "/products/",
			Description: "Which ports " + p.Name + " needs, who opens each connection and why. " + p.Summary,
			Crumbs:      []crumb{{"Products", "/products/"}},
			Alternates:  append(s.oembedLink(path, p.Name), alternate{"application/json", p.Name + " as JSON", "/api/v1/products/" + p.Slug + ".json"}),
			File:        productFile(p), State: productState(p)},
		Product: p, Sources: p.Sources, Ticks: flowTicks(p), Formats: s.copyLinks(path, append(pictureLink(path, len(p.Flows)), crumb{"API", "/api/v1/products/" + p.Slug + ".json"})...),
	}
	section := func(write func(m *markup)) template.HTML {
		m := &markup{page: path}
		write(m)
		return m.html()
	}
	v.Strip = section(func(m *markup) { s.appendStrip(m, p) })
	v.Diagram = section(func(m *markup) { s.diagram(m, drawing()) })
	for _, d := range catalog.Directions() {
		var flows []*catalog.Flow
		for i := range p.Flows {
			if p.Flows[i].Direction == d {
				flows = append(flows, &p.Flows[i])
			}
		}
		if len(flows) > 0 {
			v.Tables = append(v.Tables, section(func(m *markup) { s.flowTable(m, p, d, flows) }))
		}
	}
	if len(s.platforms) > 0 {
		v.Rules, v.Zip = s.picker(rules, path, ""), path+"rules.zip"
		v.Verify = rules.verifyList(path)
	}
	v.Talks = section(func(m *markup) {
		s.talks(m, p)
		s.comparisons(m, p)
	})
	v.Features = s.featureGroups(p, path)
	v.Endpoints = section(func(m *markup) { s.endpoints(m, p) })
	v.Constraints = section(func(m *markup) { s.constraints(m, p) })
	v.Upgrades = section(func(m *markup) { s.upgrades(m, p) })
	v.Software = section(func(m *markup) { s.software(m, p) })
	var err error
	if v.Profile, err = profileOf(p); err != nil {
		return nil, err
	}
	return s.render("product", v)
}

// featureGroups lists the features that exclude each other together, the
// others after them.
func (s *Site) featureGroups(p *catalog.Product, path string) []featureGroup {
	var groups []featureGroup
	single := featureGroup{Title: "Each on or off by itself"}
	for _, f := range p.Features {
		m := &markup{page: path}
		view := featureView{Feature: f, Note: m.note(f.Note).html()}
		m = &markup{page: path}
		for i := range p.Flows {
			uses := func(all []string) bool { return slices.Contains(all, f.ID) }
			if slices.ContainsFunc(p.Flows[i].Conditions, uses) {
				if len(m.b) > 0 {
					m.raw(`, `)
				}
				s.flowLink(m, &p.Flows[i])
			}
		}
		view.Flows = m.html()
		if f.Group == "" {
			single.Features = append(single.Features, view)
			continue
		}
		i := slices.IndexFunc(groups, func(g featureGroup) bool { return g.Features[0].Group == f.Group })
		if i < 0 {
			groups = append(groups, featureGroup{Title: "At most one of these (" + strings.ReplaceAll(f.Group, "-", " ") + ")"})
			i = len(groups) - 1
		}
		groups[i].Features = append(groups[i].Features, view)
	}
	if len(single.Features) > 0 {
		groups = append(groups, single)
	}
	return groups
}

func (s *Site) endpoints(m *markup, p *catalog.Product) {
	m.raw(`<div class="scroll" role="region" aria-labelledby="table.endpoints" tabindex="0"><table class="stack"><caption id="table.endpoints">The parties of its connections</caption>`).
		columns("Party", "Zone", "Names and addresses", "What to know")
	for _, e := range p.Endpoints {
		m.raw(`<tr id="endpoint.`, e.ID, `"><th scope="row">`).text(e.Name)
		if e.Self {
			m.raw(` <span class="sub">part of the product</span>`)
		}
		if e.Many {
			m.raw(` <span class="sub">several hosts</span>`)
		}
		m.raw(`</th><td><span class="zone">`).text(s.Catalog.Zone(e.Zone).Name).raw(`</span></td><td>`)
		for i, name := range e.FQDN {
			if i > 0 {
				m.raw(`<br>`)
			}
			m.raw(`<code>`).text(name).raw(`</code>`)
		}
		for i, c := range e.CIDR {
			if i > 0 || len(e.FQDN) > 0 {
				m.raw(`<br>`)
			}
			m.raw(`<code>`).text(c.String()).raw(`</code>`)
		}
		s.lists(m, p, &e)
		m.raw(`</td><td>`).note(e.Note).raw(`</td></tr>`)
	}
	m.copied("Copy")
}

// lists links the lists that firewalls can fetch of a party.
func (s *Site) lists(m *markup, p *catalog.Product, e *catalog.Endpoint) {
	lists := edl.Lists(e)
	if len(lists) == 0 {
		return
	}
	m.raw(`<span class="sub">As a list: `)
	for i, l := range lists {
		if i > 0 {
			m.raw(`, `)
		}
		m.link(productPath(p.Slug)+"endpoints/"+l.Name, "", strings.TrimPrefix(l.Name, e.ID))
	}
	m.raw(`</span>`)
}

func (s *Site) constraints(m *markup, p *catalog.Product) {
	for _, c := range p.Constraints {
		m.raw(`<section class="constraint" id="constraint.`, c.ID, `"><h3>`, table.ConstraintName(&c)).
			raw(` <a class="anchor" href="#constraint.`, c.ID, `" aria-label="Link to this constraint">#</a></h3><div>`).note(c.Note).raw(`</div>`)
		for i, id := range c.Flows {
			if i == 0 {
				m.raw(`<p class="sub">Touches `)
			} else {
				m.raw(`, `)
			}
			s.flowLink(m, p.Flow(id))
		}
		if len(c.Flows) > 0 {
			m.raw(`</p>`)
		}
		m.raw(`<p class="sub">Source: `)
		s.citations(m, p, c.Sources)
		m.raw(`</p></section>`)
	}
}

func (s *Site) software(m *markup, p *catalog.Product) {
	if len(p.Software) == 0 {
		return
	}
	m.raw(`<div class="scroll" role="region" aria-labelledby="table.software" tabindex="0"><table class="stack"><caption id="table.software">What must be installed or approved</caption>`).
		columns("Platform", "Software", "Identifiers", "What to know", "Source")
	for _, v := range p.Software {
		m.raw(`<tr id="software.`, v.ID, `"><th scope="row">`).text(v.Platform).raw(`</th><td>`).text(v.Name).raw(`</td><td>`)
		for i, k := range sortedKeys(v.Identifiers) {
			if i > 0 {
				m.raw(`<br>`)
			}
			m.text(identifierName(k)).raw(` <code>`).text(v.Identifiers[k]).raw(`</code>`)
		}
		m.raw(`</td><td>`).note(v.Note).raw(`</td><td data-label="Source">`)
		s.citations(m, p, v.Sources)
		read(m, p, v.Sources)
		m.raw(`</td></tr>`)
	}
	m.copied("Copy")
}
