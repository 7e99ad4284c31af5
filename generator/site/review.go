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

const reviewPath = "/review/"

// evidence is what a product’s file rests on.
type evidence struct {
	*catalog.Product
	// Oldest is when the source that was read the longest ago was read; empty:
	// of some source nobody knows when.
	Oldest catalog.Date
	// Undated are its sources that carry no version or date of their own.
	Undated int
	// Single are its flows that rest on one source where the file has several.
	Single int
	// Contested are its flows where a document contradicts itself, a standard or another document.
	Contested []*catalog.Flow
	// Unstated are its flows whose ports no source states.
	Unstated []*catalog.Flow
}

func weighed(p *catalog.Product) *evidence {
	s := &evidence{Product: p}
	for i := range p.Sources {
		src := &p.Sources[i]
		if i == 0 || src.Retrieved < s.Oldest {
			s.Oldest = src.Retrieved
		}
		if src.DocumentVersion == "" {
			s.Undated++
		}
	}
	for i := range p.Flows {
		f := &p.Flows[i]
		if f.Erratum != "" || len(f.Variants) > 0 {
			s.Contested = append(s.Contested, f)
		}
		for r := range f.Ports.Ranges() {
			if r.Form == netspec.Unstated {
				s.Unstated = append(s.Unstated, f)
				break
			}
		}
		ids := map[string]bool{}
		for _, c := range f.Sources {
			ids[c.ID] = true
		}
		if len(ids) == 1 && len(p.Sources) > 1 {
			s.Single++
		}
	}
	return s
}

type reviewView struct {
	base
	Table               template.HTML
	Contested, Unstated template.HTML
	// Accepted are the warnings that their files argue for.
	Accepted template.HTML
}

// reviewPage shows where the catalog is weakest: what was checked longest
// ago, what is contested, what rests on little. There is no clock in it, so
// the order tells and no product is called stale.
func (s *Site) reviewPage() ([]byte, error) {
	list := make([]*evidence, len(s.Catalog.Products))
	for i, p := range s.Catalog.Products {
		list[i] = weighed(p)
	}
	slices.SortStableFunc(list, func(a, b *evidence) int {
		return cmp.Or(strings.Compare(string(a.Reviewed), string(b.Reviewed)), strings.Compare(string(a.Oldest), string(b.Oldest)))
	})
	m := &markup{page: reviewPath}
	m.sorter(len(list)).raw(`<div class="scroll" role="region" aria-labelledby="table.review" tabindex="0"><table class="stack"><caption id="table.review">`, counted(len(list), "product", "products"), `, the longest unchecked first</caption>`).
		columns("Product", "Checked", "Oldest source read", "Sources", "Connections", "Contested", "Port not stated", "Rests on one source of several")
	for _, p := range list {
		m.raw(`<tr><th scope="row">`).link(productPath(p.Slug), "", p.Name).raw(`</th><td data-label="Checked">`)
		date(m, p.Reviewed)
		m.raw(`</td><td data-label="Oldest source read">`)
		date(m, p.Oldest)
		m.raw(`</td><td data-label="Sources">`, strconv.Itoa(len(p.Sources)))
		if p.Undated > 0 {
			m.raw(` <span class="sub">`, strconv.Itoa(p.Undated), ` without a version or date</span>`)
		}
		m.raw(`</td><td class="al-r" data-label="Connections">`, strconv.Itoa(len(p.Flows)), `</td><td data-label="Contested">`, countOrNone(len(p.Contested)),
			`</td><td data-label="Port not stated">`, countOrNone(len(p.Unstated)), `</td><td data-label="Rests on one source of several">`, countOrNone(p.Single), `</td></tr>`)
	}
	m.raw(`</tbody></table></div>`)
	v := reviewView{base: base{site: s, Path: reviewPath, Title: "Review", State: s.wholeState(), Description: "Where the catalog is weakest: what was checked longest ago, what documents contradict each other about, and what no document states."},
		Table: m.html()}
	v.Contested = s.questions(list, func(p *evidence) []*catalog.Flow { return p.Contested })
	v.Unstated = s.questions(list, func(p *evidence) []*catalog.Flow { return p.Unstated })
	v.Accepted = s.accepted()
	return s.render("review", v)
}

// accepted lists what products and networks argue for, file by file.
func (s *Site) accepted() template.HTML {
	m := &markup{page: reviewPath}
	list := func(path, name string, all []catalog.Acceptance) {
		if len(all) == 0 {
			return
		}
		m.raw(`<dt>`).link(path, "", name).raw(`</dt><dd><ul>`)
		for _, a := range all {
			m.raw(`<li><code>`).text(a.Code).raw(`</code> `).text(a.Reason).raw(`</li>`)
		}
		m.raw(`</ul></dd>`)
	}
	for _, p := range s.Catalog.Products {
		list(productPath(p.Slug), p.Name, p.Accept)
	}
	for _, d := range s.Catalog.Deployments {
		list(table.DeploymentPath(d.Slug), d.Name, d.Accept)
	}
	return m.html()
}

// date appends a day, or that nobody knows it.
func date(m *markup, d catalog.Date) {
	if d == "" {
		m.raw(`<span class="none">not known</span>`)
		return
	}
	m.raw(`<time datetime="`, string(d), `">`, string(d), `</time>`)
}

// some is a count, nothing where it is none.
func countOrNone(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// questions lists rows of the products that have such.
func (s *Site) questions(list []*evidence, rows func(*evidence) []*catalog.Flow) template.HTML {
	m := &markup{page: reviewPath}
	for _, p := range list {
		flows := rows(p)
		if len(flows) == 0 {
			continue
		}
		m.raw(`<dt>`).link(productPath(p.Slug), "", p.Name).raw(`</dt><dd><ul>`)
		for _, f := range flows {
			m.raw(`<li>`).link(table.FlowPath(p.Slug, f.ID), "", table.PortsText(f.Ports)+" "+s.serviceName(f)).raw(`</li>`)
		}
		m.raw(`</ul></dd>`)
	}
	return m.html()
}
