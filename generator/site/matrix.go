package site

import (
	"html/template"

	"portolan/generator/catalog"
)

type matrixView struct {
	base
	Directions []catalog.Direction
	Needs      []catalog.Need
	Products   []*catalog.Product
	Table      template.HTML
}

var directionShort = map[catalog.Direction]string{
	catalog.Inbound: "in", catalog.Outbound: "out", catalog.Internal: "int", catalog.Loopback: "lo", catalog.Transit: "via",
}

// matrixPage shows services by products. Its filters hide entries; without
// JavaScript all of it shows.
func (s *Site) matrixPage() ([]byte, error) {
	const path = "/matrix/"
	m := &markup{page: path}
	m.raw(`<div class="scroll tall" role="region" aria-labelledby="table.matrix.caption" tabindex="0"><table class="matrix" id="table.matrix"><caption class="vh" id="table.matrix.caption">Services by products</caption>`,
		`<thead><tr><th scope="col">Service</th>`)
	for _, p := range s.Catalog.Products {
		m.raw(`<th scope="col" data-product="`, p.Slug, `">`).link(productPath(p.Slug), "", p.Name).raw(`</th>`)
	}
	m.raw(`</tr></thead><tbody>`)
	for i := range s.Catalog.Services {
		v := &s.Catalog.Services[i]
		if len(s.speakers[v.ID]) == 0 {
			continue
		}
		m.raw(`<tr><th scope="row">`).link(servicePath(v.ID), "", v.Name).raw(`</th>`)
		for _, p := range s.Catalog.Products {
			s.matrixCell(m, p, v.ID)
		}
		m.raw(`</tr>`)
	}
	m.raw(`</tbody></table></div>`)
	return s.render("matrix", matrixView{
		base:       base{site: s, Path: path, Title: "Matrix", Section: path, Description: "Which product speaks which service, on which port and in which direction."},
		Directions: catalog.Directions(), Needs: []catalog.Need{catalog.Required, catalog.Conditional, catalog.Optional, catalog.Forbidden},
		Products: s.Catalog.Products, Table: m.html(),
	})
}

func (s *Site) matrixCell(m *markup, p *catalog.Product, service string) {
	m.raw(`<td>`)
	open := false
	for i := range p.Flows {
		f := &p.Flows[i]
		if f.Service != service {
			continue
		}
		if !open {
			m.raw(`<ul>`)
			open = true
		}
		m.raw(`<li class="need-`, string(f.Need), `" data-direction="`, string(f.Direction), `" data-need="`, string(f.Need), `"><a href="`).href(productPath(p.Slug)+"#"+f.ID).
			raw(`"><span class="need" aria-hidden="true">`, needMark[f.Need], `</span> <span class="dir">`, directionShort[f.Direction], `</span> <span class="port">`).
			text(portsText(f.Ports)).raw(`</span><span class="vh"> `, needWords[f.Need], `</span></a></li>`)
	}
	if open {
		m.raw(`</ul>`)
	}
	m.raw(`</td>`)
}
