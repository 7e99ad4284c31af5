package site

import (
	"html/template"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/ports"
)

// use is a flow as another page lists it.
type use struct {
	product *catalog.Product
	flow    *catalog.Flow
}

type portView struct {
	base
	Heading string
	Lead    string
	Usual   []*catalog.Service
	Groups  []portGroup
	Near    template.HTML
	JSON    string
}

type portGroup struct {
	ID, Title string
	Table     template.HTML
}

// portGroups are the ways in which a flow can use a port, in the order shown.
var portGroups = []struct {
	id, title string
	has       func(ports.Use) bool
}{
	{"exact", "Named exactly", func(u ports.Use) bool { return u.Part == ports.Listener && u.Relation == ports.Exact }},
	{"wider", "Inside a wider range", func(u ports.Use) bool { return u.Part == ports.Listener && u.Relation == ports.Wider }},
	{"part", "Named in part", func(u ports.Use) bool {
		return u.Part == ports.Listener && u.Relation != ports.Exact && u.Relation != ports.Wider
	}},
	{"source", "As a source port", func(u ports.Use) bool { return u.Part == ports.Source }},
	{"variant", "Named by another source only", func(u ports.Use) bool { return u.Part == ports.Variant }},
}

// portRange spells a page's ports for people, without the transport.
func portRange(p ports.Page) string {
	_, text, _ := strings.Cut(p.String(), "/")
	return text
}

func (s *Site) portPage(page ports.Page) ([]byte, error) {
	path := page.Path()
	heading := transportTitle[page.Transport] + " " + portRange(page)
	all := s.Ports.Uses(page.Transport, page.First, page.Last)
	v := portView{
		base: base{site: s, Path: path, Title: heading, Section: "/ports/", Crumbs: []crumb{{"Ports", "/ports/"}},
			Description: "Which products use " + heading + ", in which direction, and whether it must be open."},
		Heading: heading, Usual: s.usual(page),
	}
	v.Lead = portLead(all)
	for _, g := range portGroups {
		var uses []use
		for _, u := range all {
			if g.has(u) {
				uses = append(uses, use{u.Product, u.Flow})
			}
		}
		if len(uses) > 0 {
			m := &markup{page: path}
			s.useTable(m, g.id, g.title, uses)
			v.Groups = append(v.Groups, portGroup{g.id, g.title, m.html()})
		}
	}
	if page.Single() {
		v.JSON = "/api/v1/ports/" + page.String() + ".json"
	}
	v.Near = linkItems(path, "port", s.nearPorts(page))
	return s.render("port", v)
}

// usual are the services that have the port as theirs, or the very range. A
// service that may be anywhere in a wide range says nothing of one port in it.
func (s *Site) usual(page ports.Page) []*catalog.Service {
	asked := netspec.NewPortSet(netspec.Range{Transport: page.Transport, First: page.First, Last: page.Last})
	return slices.DeleteFunc(s.Ports.Services(page.Transport, page.First, page.Last), func(v *catalog.Service) bool {
		own := v.Ports.Of(page.Transport)
		return own.Size() > fewPorts && !own.Equal(asked)
	})
}

// fewPorts is how many usual ports a service can have for each to be its own.
const fewPorts = 16

// portLead says in one sentence who uses the port.
func portLead(uses []ports.Use) string {
	var names []string
	seen := map[string]bool{}
	for _, u := range uses {
		if !seen[u.Product.Slug] {
			seen[u.Product.Slug] = true
			names = append(names, u.Product.Name)
		}
	}
	if n := len(names); n > 6 {
		names = append(names[:5], "others")
	}
	switch n := len(names); n {
	case 0:
		return "No documented requirement."
	case 1:
		return "Documented for " + names[0] + "."
	default:
		return "Documented for " + strings.Join(names[:n-1], ", ") + " and " + names[n-1] + "."
	}
}

// nearPorts are the pages just before and after, of the same transport.
func (s *Site) nearPorts(page ports.Page) []crumb {
	all := s.Ports.Pages()
	var out []crumb
	i := s.portPlace[page]
	for j := max(0, i-3); j < min(len(all), i+4); j++ {
		if j != i && all[j].Transport == page.Transport {
			out = append(out, crumb{portRange(all[j]), all[j].Path()})
		}
	}
	return out
}

// portNames appends what a list says beside a port: its usual services, else
// the services of the flows that use it.
func (s *Site) portNames(m *markup, page ports.Page) {
	seen := map[string]bool{}
	for _, u := range s.Ports.Uses(page.Transport, page.First, page.Last) {
		if u.Relation != ports.Exact && len(seen) > 0 || len(seen) >= 3 {
			continue
		}
		if name := s.serviceName(u.Flow); !seen[name] {
			if len(seen) > 0 {
				m.raw(`, `)
			}
			m.text(name)
			seen[name] = true
		}
	}
}

// useTable appends a table of flows of several products.
func (s *Site) useTable(m *markup, id, title string, uses []use) {
	if len(uses) == 0 {
		m.raw(`<p>No product of this catalog.</p>`)
		return
	}
	m.sorter(len(uses)).raw(`<div class="scroll" role="region" aria-labelledby="table.`, id, `" tabindex="0"><table class="stack uses"><caption class="vh" id="table.`, id, `">`).text(title).
		raw(`</caption>`).columns("Product", "Direction", "Ports", "Service", "From → to", "Need")
	for _, u := range uses {
		p, f := u.product, u.flow
		m.raw(`<tr class="need-`, string(f.Need), `"><th scope="row">`).link(productPath(p.Slug)+"#"+f.ID, "", p.Name).raw(`</th><td>`, string(f.Direction), `</td><td>`)
		s.ports(m, f.Ports)
		m.raw(`</td><td>`).link(servicePath(f.Service), "", s.serviceName(f)).raw(`</td><td>`).text(s.endNames(p, f.From)).
			raw(` <span class="to" role="img" aria-label="to">→</span> `).text(s.endNames(p, f.To)).
			raw(`</td><td>`)
		needWord(m, f.Need)
		m.raw(`</td></tr>`)
	}
	m.raw(`</tbody></table></div>`)
}

func (s *Site) endNames(p *catalog.Product, list []string) string {
	names := make([]string, len(list))
	for i, id := range list {
		names[i] = p.Endpoint(id).Name
	}
	return strings.Join(names, ", ")
}

// portPath is the page of a port or range; empty where it has none.
func (s *Site) portPath(t netspec.Transport, first, last uint16) string {
	if !s.Ports.Has(t, first, last) {
		return ""
	}
	return ports.Path(t, first, last)
}

// pagesOf lists the pages that s.ports links a port set to, for a key.
func (s *Site) pagesOf(set netspec.PortSet) []string {
	var out []string
	for r := range set.Ranges() {
		out = append(out, s.portPath(r.Transport, r.First, r.Last))
	}
	return out
}
