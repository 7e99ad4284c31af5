package site

import (
	"html/template"
	"slices"
	"strconv"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

type matrixView struct {
	base
	// Ticks and Products are what it is filtered by.
	Ticks          []ticks
	Products       ticks
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
		`<thead><tr><td></td>`)
	var products []*catalog.Product
	for _, k := range s.categories() {
		m.raw(`<th scope="colgroup" colspan="`, strconv.Itoa(len(k.Products)), `"><span>`, k.Title, `</span></th>`)
		products = append(products, k.Products...)
	}
	m.raw(`</tr><tr><th scope="col">Service</th>`)
	for _, p := range products {
		m.raw(`<th scope="col" data-product="`, p.Slug, `"`).facts(p).raw(`>`).link(productPath(p.Slug), "", p.Name).raw(`</th>`)
	}
	m.raw(`</tr></thead><tbody>`)
	for i := range s.Catalog.Services {
		v := &s.Catalog.Services[i]
		if len(s.speakers[v.ID]) == 0 {
			continue
		}
		m.raw(`<tr><th scope="row">`).link(servicePath(v.ID), "", v.Name).raw(`</th>`)
		for _, p := range products {
			s.matrixCell(m, p, v.ID)
		}
		m.raw(`</tr>`)
	}
	m.raw(`</tbody></table></div>`)
	names := ticks{Name: "product", Legend: "Products"}
	for _, p := range products {
		names.Values = append(names.Values, tick{p.Slug, p.Name})
	}
	every := func(string) bool { return true }
	return s.render("matrix", matrixView{
		base: base{site: s, Path: path, Title: "Matrix", Section: path, Description: "Which product speaks which service, on which port and in which direction.", State: s.wholeState()},
		Ticks: []ticks{
			tickWords("direction", "Direction", directionWords(), every), tickWords("need", "Need", catalog.Need("").Values(), every),
			s.kindTicks(), s.categoryTicks(), s.tagTicks(),
		},
		Products: names, Compares: s.compares(), Table: m.html(), Formats: s.copyLinks(path),
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
	m.raw(`<td`)
	if len(entries) > 0 { // paper has no heads: it names the product in each cell
		m.raw(` data-of="`).text(p.Name).raw(`"`)
	}
	m.raw(`>`)
	for _, d := range catalog.Directions() {
		open := false
		for _, e := range entries {
			if e.Direction != d {
				continue
			}
			if !open {
				m.raw(`<ul data-dir="`, directionShort[d], `">`)
				open = true
			}
			need := glanceNeed(p, e.Flow)
			m.raw(`<li data-direction="`, string(d), `" data-need="`, string(need), `"><a class="marked need-`, string(need), `" href="`).href(productPath(p.Slug) + "#" + e.ID).raw(`">`)
			shortPorts(m, e.Ports)
			m.raw(`<span class="vh"> `, string(d), ` `, needWords[need], `</span></a>`)
			if e.count > 1 {
				m.raw(` <span class="tr">×`, strconv.Itoa(e.count), `</span>`)
			}
			m.raw(`</li>`)
		}
		if open {
			m.raw(`</ul>`)
		}
	}
	m.raw(`</td>`)
}

// shortPorts appends a port set in little width: equal ports of several
// transports once, and the transport only where it is not TCP, but for those
// who hear the page.
func shortPorts(m *markup, set netspec.PortSet) {
	var ranges []netspec.Range
	for r := range set.Ranges() {
		ranges = append(ranges, r)
	}
	like := func(a, b netspec.Range) bool {
		return a.First == b.First && a.Last == b.Last && a.Form == b.Form && a.Form != netspec.Whole
	}
	for i, r := range ranges {
		if slices.IndexFunc(ranges, func(o netspec.Range) bool { return like(o, r) }) < i && r.Form != netspec.Whole {
			continue
		}
		if i > 0 {
			m.raw(` `)
		}
		switch {
		case r.Form == netspec.Whole && r.Transport == netspec.Any:
			m.raw(`<span class="wordy">anything</span>`)
			continue
		case r.Form == netspec.Whole:
			m.raw(`<span class="wordy">`, r.Transport.String(), `</span>`)
			continue
		case r.Form == netspec.Unstated:
			m.raw(`<span class="wordy">not stated</span>`)
		case r.Form == netspec.AnyPort:
			m.raw(`<span class="wordy">any port</span>`)
		default:
			m.raw(`<span class="port">`).text(r.Ports()).raw(`</span>`)
		}
		if r.Transport == netspec.TCP && !slices.ContainsFunc(ranges, func(o netspec.Range) bool { return o != r && like(o, r) }) {
			m.raw(`<span class="vh"> tcp</span>`)
			continue
		}
		for _, o := range ranges {
			if like(o, r) {
				m.raw(` <span class="tr">`, o.Transport.String(), `</span>`)
			}
		}
	}
}
