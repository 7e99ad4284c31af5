package site

import (
	"html/template"
	"slices"
	"strconv"

	"portolan/generator/catalog"
	"portolan/generator/table"
)

type matrixView struct {
	base
	Directions     []catalog.Direction
	Needs          []catalog.Need
	Products       []*catalog.Product
	Kinds          []string
	Compares       bool // there are several to compare
	Table, Formats template.HTML
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
		m.raw(`<th scope="col" data-product="`, p.Slug, `" data-kind="`, string(p.Kind), `">`).link(productPath(p.Slug), "", p.Name).raw(`</th>`)
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
		base:       base{site: s, Path: path, Title: "Matrix", Section: path, Description: "Which product speaks which service, on which port and in which direction.", State: s.wholeState()},
		Directions: catalog.Directions(), Needs: []catalog.Need{catalog.Required, catalog.Conditional, catalog.Optional, catalog.Forbidden},
		Products: s.Catalog.Products, Kinds: s.productKinds(), Compares: s.compares(), Table: m.html(), Formats: s.copyLinks(path),
	})
}

// matrixCell appends a product's flows of a service. Those of one direction
// with the same ports are one entry, which leads to the neediest.
func (s *Site) matrixCell(m *markup, p *catalog.Product, service string) {
	type entry struct {
		*catalog.Flow
		count int
	}
	var entries []entry
	for i := range p.Flows {
		f := &p.Flows[i]
		if f.Service != service {
			continue
		}
		j := slices.IndexFunc(entries, func(e entry) bool {
			return e.Direction == f.Direction && e.Ports.Equal(f.Ports) && (e.Need == catalog.Forbidden) == (f.Need == catalog.Forbidden)
		})
		switch {
		case j < 0:
			entries = append(entries, entry{f, 1})
			continue
		case needRank(glanceNeed(p, f)) < needRank(glanceNeed(p, entries[j].Flow)):
			entries[j].Flow = f
		}
		entries[j].count++
	}
	m.raw(`<td>`)
	for i, e := range entries {
		if i == 0 {
			m.raw(`<ul>`)
		}
		need := glanceNeed(p, e.Flow)
		m.raw(`<li class="need-`, string(need), `" data-direction="`, string(e.Direction), `" data-need="`, string(need), `"><a href="`).href(productPath(p.Slug)+"#"+e.ID).
			raw(`"><span class="need" aria-hidden="true">`, needMark[need], `</span> <span class="dir">`, directionShort[e.Direction], `</span> <span class="port">`).
			text(table.PortsText(e.Ports)).raw(`</span><span class="vh"> `, needWords[need], `</span></a>`)
		if e.count > 1 {
			m.raw(` <span class="tr">×`, strconv.Itoa(e.count), `</span>`)
		}
		m.raw(`</li>`)
	}
	if len(entries) > 0 {
		m.raw(`</ul>`)
	}
	m.raw(`</td>`)
}
