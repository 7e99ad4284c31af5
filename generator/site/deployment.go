package site

import (
	"html/template"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/network"
)

type deploymentsView struct {
	base
	Deployments []*catalog.Deployment
}

func (s *Site) deploymentsPage() ([]byte, error) {
	const path = "/deployments/"
	return s.render("deployments", deploymentsView{
		base:        base{site: s, Path: path, Title: "Networks", Section: path, Description: "Concrete networks: which host opens what to which, and across which firewall."},
		Deployments: s.Catalog.Deployments,
	})
}

type deploymentView struct {
	base
	Deployment    *catalog.Deployment
	Firewalls     []template.HTML
	Inside, Hosts template.HTML
	Rules         template.HTML
	Zip           string
	// Verify is the connection tests to download.
	Verify template.HTML
	// Formats are the copies of the connections.
	Formats template.HTML
}

func (s *Site) deploymentPage(n *network.Network, rules *ruleSet) ([]byte, error) {
	d := n.Deployment
	path := "/deployments/" + d.Slug + "/"
	v := deploymentView{
		base:       base{site: s, Path: path, Title: d.Name, Section: "/deployments/", Description: d.Summary, Crumbs: []crumb{{"Networks", "/deployments/"}}},
		Deployment: d, Formats: s.copyLinks(path),
	}
	for i := range d.Firewalls {
		f := &d.Firewalls[i]
		m := &markup{page: path}
		m.raw(`<h3 id="`, f.ID, `">`).text(f.Name).raw(`</h3><p class="sub">Between `).text(s.zoneNames(f.Zones)).raw(`</p>`)
		s.linkTable(m, f.ID, f.Name, n.Links, func(l *network.Link) bool { return slices.Contains(l.Chain, f) })
		s.inline(m, rules, f.ID, f.Platform)
		v.Firewalls = append(v.Firewalls, m.html())
	}
	m := &markup{page: path}
	s.linkTable(m, "inside", "Connections inside one zone or one host", n.Links, func(l *network.Link) bool { return len(l.Chain) == 0 })
	v.Inside = m.html()
	m = &markup{page: path}
	s.hosts(m, n)
	v.Hosts = m.html()
	if len(s.platforms) > 0 {
		v.Rules, v.Zip = s.picker(rules, path, ""), path+"rules.zip"
		v.Verify = rules.verifyList(path)
	}
	return s.render("deployment", v)
}

// linkTable appends the links that are wanted.
func (s *Site) linkTable(m *markup, id, title string, links []network.Link, want func(*network.Link) bool) {
	m.raw(`<div class="scroll" role="region" aria-labelledby="table.`, id, `" tabindex="0"><table><caption id="table.`, id, `">`).text(title).
		raw(`</caption><thead><tr><th scope="col">Ports</th><th scope="col">Service</th><th scope="col">From</th><th scope="col">To</th>`,
			`<th scope="col">Product</th><th scope="col">Need</th></tr></thead><tbody>`)
	none := true
	for i := range links {
		l := &links[i]
		if !want(l) {
			continue
		}
		none = false
		f := l.Flow
		m.raw(`<tr class="need-`, string(f.Need), `"><th scope="row">`)
		s.ports(m, l.Ports)
		m.raw(`</th><td>`).link(servicePath(f.Service), "", s.serviceName(f)).raw(`</td><td>`)
		s.party(m, l.From)
		m.raw(`</td><td>`)
		s.party(m, l.To)
		m.raw(`</td><td>`).link(productPath(l.Instance.Product)+"#"+f.ID, "", s.Catalog.Product(l.Instance.Product).Name).
			raw(`</td><td><span class="need"><span aria-hidden="true">`, needMark[f.Need], `</span> `, needWords[f.Need], `</span></td></tr>`)
	}
	if none {
		m.raw(`<tr><td colspan="6">None.</td></tr>`)
	}
	m.raw(`</tbody></table></div>`)
}

// party appends one end of a link: its hosts with their addresses, or what
// stands for the whole zone or the endpoint's own addresses.
func (s *Site) party(m *markup, p network.Party) {
	for i, h := range p.Hosts {
		if i > 0 {
			m.raw(`<br>`)
		}
		m.text(h.Title())
		for _, a := range h.Address {
			m.raw(` <code>`, a.String(), `</code>`)
		}
	}
	switch {
	case len(p.Hosts) > 0:
	case p.Whole:
		m.raw(`any address`)
	default:
		m.text(p.Endpoint.Name)
		for _, name := range p.Endpoint.FQDN {
			m.raw(` <code>`).text(name).raw(`</code>`)
		}
		for _, c := range p.Endpoint.CIDR {
			m.raw(` <code>`, c.String(), `</code>`)
		}
	}
	m.raw(` <span class="zone">`).text(s.Catalog.Zone(p.Zone).Name).raw(`</span>`)
}

func (s *Site) zoneNames(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = s.Catalog.Zone(id).Name
	}
	return strings.Join(names, ", ")
}

func (s *Site) hosts(m *markup, n *network.Network) {
	m.raw(`<div class="scroll" role="region" aria-labelledby="table.hosts" tabindex="0"><table><caption id="table.hosts">Hosts and what they do</caption>`,
		`<thead><tr><th scope="col">Host</th><th scope="col">Zone</th><th scope="col">Addresses</th><th scope="col">Seen from outside as</th><th scope="col">Plays</th></tr></thead><tbody>`)
	for i := range n.Deployment.Hosts {
		h := &n.Deployment.Hosts[i]
		m.raw(`<tr id="`, h.ID, `"><th scope="row">`).text(h.Title()).raw(`</th><td>`).text(s.Catalog.Zone(h.Zone).Name).raw(`</td><td>`)
		for _, a := range h.Address {
			m.raw(`<code>`, a.String(), `</code> `)
		}
		m.raw(`</td><td>`)
		for _, a := range h.PublicAddress {
			m.raw(`<code>`, a.String(), `</code> `)
		}
		if f := n.Translator(s.Catalog, h); f != nil {
			m.raw(` <span class="sub">translated by `).text(f.Name).raw(`</span>`)
		}
		m.raw(`</td><td>`).text(strings.Join(h.Plays, ", ")).raw(`</td></tr>`)
	}
	m.raw(`</tbody></table></div>`)
}
