package site

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/table"
)

type homeView struct {
	base
	Lead         string
	Examples     []string
	Products     template.HTML
	PortCount    int
	NetworkCount int
	// PlatformCount is how many platforms there are rule files for.
	PlatformCount int
	// PairCount is how many pairs of products talk.
	PairCount int
	// Zip is the path of the site as one file; empty: there is none.
	Zip string
	// ZipFiles is how many files are in it.
	ZipFiles int
	// Offline tells that the page is that of the file.
	Offline bool
}

func (s *Site) homePage() ([]byte, error) { return s.home(false) }

// home renders the home page, offline that of a copy for use without a network.
func (s *Site) home(offline bool) ([]byte, error) {
	summary := s.Catalog.Site.Summary
	v := homeView{
		base:      base{site: s, Path: "/", Description: summary, State: s.wholeState()},
		Lead:      summary,
		Examples:  []string{"990", "28500", "tcp/443", "21-22", "sftp", "moveit ldap"},
		PortCount: len(s.Ports.Pages()), NetworkCount: len(s.Networks), PlatformCount: len(s.platforms), PairCount: len(s.pairs),
	}
	v.Offline = offline
	if s.Catalog.Site.SiteZip && !offline {
		v.Zip, v.ZipFiles = zipPath, len(s.plan)-1
	}
	m := &markup{page: "/"}
	s.productTable(m, true)
	v.Products = m.html()
	return s.render("home", v)
}

type productsView struct {
	base
	// Kinds, Categories and Tags are what it is filtered by.
	Kinds, Categories, Tags ticks

	Table template.HTML
	Pairs bool
	// Compares tells whether there are several to compare.
	Compares bool
}

func (s *Site) productsPage() ([]byte, error) {
	const path = "/products/"
	m := &markup{page: path}
	s.productTable(m, false)
	return s.render("products", productsView{
		base:  base{site: s, Path: path, Title: "Products", Section: path, Description: "Every product of the catalog with the ports it listens on.", State: s.wholeState()},
		Kinds: s.kindTicks(), Categories: s.categoryTicks(), Tags: s.tagTicks(), Table: m.html(), Pairs: len(s.pairs) > 0, Compares: s.compares(),
	})
}

// categoryView is the products of one category.
type categoryView struct {
	ID, Title string
	Products  []*catalog.Product
}

// category is what a product is listed under: its kind where it has none.
func category(p *catalog.Product) string { return cmp.Or(p.Category, string(p.Kind)) }

// categories are the products by category, or by kind where they have none;
// the categories of most products first.
func (s *Site) categories() []categoryView {
	var out []categoryView
	for _, p := range s.Catalog.Products {
		id := category(p)
		i := slices.IndexFunc(out, func(v categoryView) bool { return v.ID == id })
		if i < 0 {
			i = len(out)
			title := strings.ReplaceAll(id, "-", " ")
			out = append(out, categoryView{ID: id, Title: strings.ToUpper(title[:1]) + title[1:]})
		}
		out[i].Products = append(out[i].Products, p)
	}
	slices.SortFunc(out, func(a, b categoryView) int {
		return cmp.Or(len(b.Products)-len(a.Products), strings.Compare(a.Title, b.Title))
	})
	return out
}

// productTable lists the products with the ports that others must reach, by
// category or with their kind as a column.
func (s *Site) productTable(m *markup, grouped bool) {
	m.raw(`<div class="scroll" role="region" aria-labelledby="table.products" tabindex="0"><table class="stack"><caption class="vh" id="table.products">`,
		strconv.Itoa(len(s.Catalog.Products)), plural(len(s.Catalog.Products), " product", " products"), `</caption>`)
	titles := []string{"Product", "Kind", "Listens on", "Connects out to", "Connections", "Reviewed"}
	groups := []categoryView{{Products: s.Catalog.Products}}
	if grouped {
		groups, titles = s.categories(), slices.Delete(titles, 1, 2)
	}
	m.columns(titles...)
	for i, g := range groups {
		if i > 0 {
			m.raw(`<tbody>`)
		}
		if grouped {
			m.raw(`<tr class="group"><th scope="rowgroup" colspan="5">`, g.Title, `</th></tr>`)
		}
		for _, p := range g.Products {
			m.raw(`<tr`)
			if !grouped {
				m.facts(p)
			}
			m.raw(`><th scope="row">`).link(productPath(p.Slug), "", p.Name).raw(`<span class="by"> `).text(p.Vendor).raw(`</span></th>`)
			if !grouped {
				m.raw(`<td data-label="Kind">`, string(p.Kind), `</td>`)
			}
			m.raw(`<td data-label="Listens on">`)
			s.portSummary(m, p, catalog.Inbound)
			m.raw(`</td><td data-label="Connects out to">`)
			s.portSummary(m, p, catalog.Outbound)
			m.raw(`</td><td class="al-r" data-label="Connections">`, strconv.Itoa(len(p.Flows)), `</td><td data-label="Reviewed">`)
			if day := string(p.Reviewed); day != "" {
				m.raw(`<time datetime="`, day, `">`, day, `</time>`)
			}
			m.raw(`</td></tr>`)
		}
	}
	m.raw(`</tbody></table></div>`)
}

// portSummary appends all ports of a product's flows of one direction, those
// that are needed most first, each once.
func (s *Site) portSummary(m *markup, p *catalog.Product, d catalog.Direction) {
	var told netspec.PortSet
	for _, need := range []catalog.Need{catalog.Required, catalog.Conditional, catalog.Optional} {
		var set netspec.PortSet
		for i := range p.Flows {
			if f := &p.Flows[i]; f.Direction == d && glanceNeed(p, f) == need && !told.Covers(f.Ports) {
				set = set.Union(f.Ports)
			}
		}
		if set.IsZero() {
			continue
		}
		told = told.Union(set)
		m.raw(`<p class="marked need-`, string(need), `"><span class="vh">`, needWords[need], `: </span>`)
		s.ports(m, set)
		m.raw(`</p>`)
	}
}

type portsView struct {
	base
	Transports []transportView
}

type transportView struct {
	ID, Title string
	List      template.HTML
}

var transportTitle = map[netspec.Transport]string{netspec.TCP: "TCP", netspec.UDP: "UDP", netspec.SCTP: "SCTP"}

func (s *Site) portsPage() ([]byte, error) {
	const path = "/ports/"
	v := portsView{base: base{site: s, Path: path, Title: "Ports", Section: path, Description: "Every port and range that a documented connection names, and who uses it.", State: s.wholeState()}}
	var m *markup
	for i, page := range s.Ports.Pages() {
		if i == 0 || page.Transport != s.Ports.Pages()[i-1].Transport {
			m = &markup{page: path}
			v.Transports = append(v.Transports, transportView{ID: page.Transport.String(), Title: transportTitle[page.Transport]})
			m.raw(`<ul class="portlist" data-transport="`, page.Transport.String(), `">`)
		}
		m.raw(`<li>`).link(page.Path(), "port", portRange(page)).raw(` <span class="sub">`)
		s.portNames(m, page)
		m.raw(`</span></li>`)
		if next := i + 1; next == len(s.Ports.Pages()) || s.Ports.Pages()[next].Transport != page.Transport {
			v.Transports[len(v.Transports)-1].List = m.raw(`</ul>`).html()
		}
	}
	return s.render("ports", v)
}

type servicesView struct {
	base
	Table template.HTML
}

func servicePath(id string) string { return "/services/" + id + "/" }

func (s *Site) servicesPage() ([]byte, error) {
	const path = "/services/"
	m := &markup{page: path}
	m.raw(`<div class="scroll" role="region" aria-labelledby="table.services" tabindex="0"><table class="stack"><caption id="table.services">The vocabulary of services</caption>`).columns("Service", "Usual ports", "Protection", "Registered name", "Products")
	for i := range s.Catalog.Services {
		v := &s.Catalog.Services[i]
		m.raw(`<tr><th scope="row">`).link(servicePath(v.ID), "", v.Name).raw(`</th><td data-label="Usual ports">`)
		s.ports(m, v.Ports)
		m.raw(`</td><td data-label="Protection">`).text(protectionText(v)).raw(`</td><td data-label="Registered name">`)
		if v.IANA != "" {
			m.raw(`<code>`).text(v.IANA).raw(`</code>`)
		}
		m.raw(`</td><td data-label="Products">`)
		for j, p := range s.speakers[v.ID] {
			if j > 0 {
				m.raw(`, `)
			}
			m.link(productPath(p.Slug), "", p.Name)
		}
		m.raw(`</td></tr>`)
	}
	m.raw(`</tbody></table></div>`)
	return s.render("services", servicesView{
		base:  base{site: s, Path: path, Title: "Services", Section: path, Description: "What the connections speak: usual ports, protection, standards.", State: s.wholeState()},
		Table: m.html(),
	})
}

type serviceView struct {
	base
	Service           *catalog.Service
	Note              template.HTML
	Ports, Encryption template.HTML
	Table             template.HTML
}

func (s *Site) servicePage(v *catalog.Service) ([]byte, error) {
	path := servicePath(v.ID)
	view := serviceView{
		base: base{site: s, Path: path, Title: v.Name, Section: "/services/", Crumbs: []crumb{{"Services", "/services/"}},
			Description: "Products that speak " + v.Name + ", on which ports and in which direction."},
		Service: v,
	}
	m := &markup{page: path}
	view.Note = m.note(v.Note).html()
	m = &markup{page: path}
	s.ports(m, v.Ports)
	view.Ports = m.html()
	m = &markup{page: path}
	view.Encryption = m.text(protectionText(v)).html()
	m = &markup{page: path}
	var uses []use
	for _, p := range s.speakers[v.ID] {
		for i := range p.Flows {
			if p.Flows[i].Service == v.ID {
				uses = append(uses, use{p, &p.Flows[i]})
			}
		}
	}
	s.useTable(m, "service", v.Name, uses)
	view.Table = m.html()
	return s.render("service", view)
}

// protectionText names the ways in which a service can be protected.
func protectionText(v *catalog.Service) string {
	if len(v.Encryption) == 0 {
		return "not stated"
	}
	return table.EncryptionText(v.Encryption, "")
}
