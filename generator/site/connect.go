package site

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/network"
	"portolan/generator/table"
	"portolan/generator/topology"
)

const connectPath = "/connect/"

// talkingPairs are the pairs that have a page, and those that have none. All
// that a document knows of have one; of those that merely speak the same, as
// every client and every server of a service do, as many as the site wants.
func talkingPairs(c *catalog.Catalog) (pages, others []network.Pair) {
	left := 60
	if n := c.Site.ConnectLimit; n != nil {
		left = *n
	}
	all := network.Pairs(c)
	alike := func(p *network.Pair) int { // services with a channel of their own
		seen := map[string]bool{}
		for i := range p.Links {
			if l := &p.Links[i]; len(l.Controls) == 0 {
				seen[l.Server.Service] = true
			}
		}
		return len(seen)
	}
	var mere []int
	for i := range all {
		if !all[i].Acquainted {
			mere = append(mere, i)
		}
	}
	slices.SortStableFunc(mere, func(a, b int) int { return alike(&all[b]) - alike(&all[a]) })
	out := map[int]bool{}
	for _, i := range mere[min(left, len(mere)):] {
		out[i] = true
	}
	for i, p := range all {
		if out[i] {
			others = append(others, p)
		} else {
			pages = append(pages, p)
		}
	}
	return pages, others
}

type connectsView struct {
	base
	Table template.HTML
	// Could are the pairs that speak the same and have no page.
	Could template.HTML
}

func (s *Site) connectsPage() ([]byte, error) {
	m := &markup{page: connectPath}
	m.sorter(len(s.pairs)).raw(`<div class="scroll" role="region" aria-labelledby="table.pairs" tabindex="0"><table class="stack"><caption id="table.pairs">`,
		counted(len(s.pairs), "pair", "pairs"), ` of products that talk</caption>`).columns("Pair", "The first opens", "The second opens", "Other ways")
	for i := range s.pairs {
		p := &s.pairs[i]
		m.raw(`<tr><th scope="row">`).link(table.ConnectPath(p), "", p.Client.Name+" to "+p.Server.Name).raw(`</th><td data-label="The first opens">`)
		s.opened(m, p, func(l *network.PairLink) bool { return l.Usual && !l.Back })
		m.raw(`</td><td data-label="The second opens">`)
		s.opened(m, p, func(l *network.PairLink) bool { return l.Usual && l.Back })
		m.raw(`</td><td data-label="Other ways">`)
		var ways []string
		for j := range p.Links {
			l := &p.Links[j]
			if name := table.ServiceText(s.Catalog, l.Server.Service); !l.Usual && len(l.Controls) == 0 && !slices.Contains(ways, name) {
				ways = append(ways, name)
			}
		}
		m.text(strings.Join(ways, ", ")).raw(`</td></tr>`)
	}
	m.raw(`</tbody></table></div>`)
	could := &markup{page: connectPath}
	for i := range s.could {
		p := &s.could[i]
		if i == 0 || s.could[i-1].Client != p.Client {
			could.raw(`<dt>`).link(productPath(p.Client.Slug), "", p.Client.Name).raw(`</dt><dd><ul>`)
		}
		could.raw(`<li>`).link(productPath(p.Server.Slug), "", p.Server.Name).raw(`</li>`)
		if i == len(s.could)-1 || s.could[i+1].Client != p.Client {
			could.raw(`</ul></dd>`)
		}
	}
	return s.render("connects", connectsView{
		base: base{site: s, Path: connectPath, Title: "Product to product", Section: connectPath,
			Description: "Two products that talk: which side opens what, to which ports, and whose passive range counts."},
		Table: m.html(), Could: could.html(),
	})
}

// opened appends the wanted links of a pair as ports and services.
func (s *Site) opened(m *markup, p *network.Pair, want func(*network.PairLink) bool) {
	none := true
	for i := range p.Links {
		l := &p.Links[i]
		if !want(l) {
			continue
		}
		if !none {
			m.raw(`<br>`)
		}
		none = false
		s.ports(m, l.Ports)
		m.raw(` `).text(table.ServiceText(s.Catalog, l.Server.Service))
	}
	if none {
		m.raw(`<span class="sub">nothing</span>`)
	}
}

// talks appends the pairs that a product is in.
func (s *Site) talks(m *markup, p *catalog.Product) {
	list := func(title string, want func(*network.Pair) *catalog.Product) {
		some := false
		for i := range s.pairs {
			other := want(&s.pairs[i])
			if other == nil {
				continue
			}
			if !some {
				some = true
				m.raw(`<dt>`, title, `</dt><dd><ul>`)
			}
			m.raw(`<li>`).link(table.ConnectPath(&s.pairs[i]), "", other.Name).raw(`</li>`)
		}
		if some {
			m.raw(`</ul></dd>`)
		}
	}
	list("Talks to", func(x *network.Pair) *catalog.Product {
		if x.Client == p {
			return x.Server
		}
		return nil
	})
	list("Is reached by", func(x *network.Pair) *catalog.Product {
		if x.Server == p {
			return x.Client
		}
		return nil
	})
}

// talksKey is what a product's page reads of the pairs it is in.
func (s *Site) talksKey(p *catalog.Product) []string {
	var out []string
	for i := range s.pairs {
		if x := &s.pairs[i]; x.Client == p || x.Server == p {
			out = append(out, x.Slug(), x.Client.Name, x.Server.Name)
		}
	}
	return out
}

// pairKey tells apart what third products make of a pair: which flows meet.
func pairKey(p *network.Pair) string {
	var b strings.Builder
	for i := range p.Links {
		l := &p.Links[i]
		b.WriteString(l.ID() + strconv.FormatBool(l.Back) + fmt.Sprint(len(l.Disagreements)) + " ")
	}
	return b.String()
}

func (pl *planner) pairs() {
	s := pl.s
	if len(s.pairs) == 0 {
		return
	}
	pl.page(connectPath, pl.all, s.connectsPage)
	for i := range s.pairs {
		p := &s.pairs[i]
		path := table.ConnectPath(p)
		key := pl.users("connect", []*catalog.Product{p.Client, p.Server}).With(pairKey(p))
		rules := s.pairRules(p)
		drawing := recall(func() *topology.Drawing { return topology.Layout(topology.Connect(s.Catalog, p)) })
		reverse := slices.ContainsFunc(s.pairs, func(o network.Pair) bool { return o.Client == p.Server && o.Server == p.Client })
		pl.page(path, key.With(strconv.FormatBool(reverse)), func() ([]byte, error) { return s.connectPage(p, rules, drawing) })
		pl.diagrams(path, key, drawing)
		pl.copies(path, key, func() *table.Table { return table.Connect(s.Catalog, p, table.ConnectOptions{}) })
		if len(s.platforms) == 0 {
			continue
		}
		for i := range rules.At {
			for _, f := range shownFiles(&rules.At[i]) {
				pl.page(f.Path, key, func() ([]byte, error) { return f.Made().Text, f.Made().Err })
			}
		}
		if len(rules.At) > 0 {
			pl.page(path+"rules.zip", key, rules.archive)
		}
	}
}
