package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/table"
)

const comparePath = "/compare/"

// compared is two products that have a page that compares them, the one with
// the lesser slug first.
type compared struct {
	A, B *catalog.Product
	// Alike is the number of services that both speak.
	Alike int
}

// compares tells whether there is anything to compare.
func (s *Site) compares() bool { return len(s.Catalog.Products) > 1 }

// comparedPairs are the pairs of one kind, the most alike first, as many as the
// site wants. What a reader runs is one kind, be it a program or an appliance.
func comparedPairs(c *catalog.Catalog) []compared {
	limit := 60
	if n := c.Site.CompareLimit; n != nil {
		limit = *n
	}
	place := make(map[string]int, len(c.Services))
	for i := range c.Services {
		place[c.Services[i].ID] = i
	}
	speaks := make([][]uint64, len(c.Products)) // a bit for each service
	for i, p := range c.Products {
		speaks[i] = make([]uint64, len(c.Services)/64+1)
		for j := range p.Flows {
			n := place[p.Flows[j].Service]
			speaks[i][n/64] |= 1 << (n % 64)
		}
	}
	kind := func(p *catalog.Product) catalog.Kind {
		if p.Kind == catalog.KindAppliance {
			return catalog.KindServer
		}
		return p.Kind
	}
	var out []compared
	for i, a := range c.Products {
		for j := i + 1; j < len(c.Products); j++ {
			b := c.Products[j]
			if kind(a) != kind(b) {
				continue
			}
			x := compared{A: a, B: b}
			for k := range speaks[i] {
				x.Alike += bits.OnesCount64(speaks[i][k] & speaks[j][k])
			}
			// Products come by slug, so what is equally alike stays in that order.
			at, _ := slices.BinarySearchFunc(out, x.Alike, func(o compared, n int) int {
				if o.Alike >= n {
					return -1
				}
				return 1
			})
			if x.Alike == 0 || at >= limit {
				continue
			}
			if len(out) == limit {
				out = out[:limit-1]
			}
			out = slices.Insert(out, at, x)
		}
	}
	return out
}

type comparesView struct {
	base
	Table template.HTML
	// Categories are the products to choose from.
	Categories []categoryView
	// Frame is the page's part that the script fills.
	Frame template.HTML
}

func (s *Site) comparesPage() ([]byte, error) {
	v := comparesView{base: base{site: s, Path: comparePath, Title: "Compare products", Section: comparePath,
		Description: "Products side by side: which ports each needs, what is opened once for all of them, and whether they can share a host."}}
	m := &markup{page: comparePath}
	if len(s.compared) > 0 {
		m.raw(`<div class="scroll" role="region" aria-labelledby="table.comparisons" tabindex="0"><table class="snug"><caption id="table.comparisons">`,
			counted(len(s.compared), "pair", "pairs"), ` of one kind, the most alike first</caption>`).columns("Pair", "Services in common")
		for _, x := range s.compared {
			m.raw(`<tr><th scope="row">`).link(table.ComparePath(x.A, x.B), "", x.A.Name+" and "+x.B.Name).raw(`</th><td class="al-r">`, strconv.Itoa(x.Alike), `</td></tr>`)
		}
		m.raw(`</tbody></table></div>`)
	}
	v.Table = m.html()
	v.Categories = s.categories()
	m = &markup{page: comparePath}
	s.compareSections(m, nil)
	v.Frame = m.html()
	return s.render("compares", v)
}

type compareView struct {
	base
	A, B    *catalog.Product
	Tables  template.HTML
	Choose  string
	Formats template.HTML
}

func (s *Site) comparePage(x compared) ([]byte, error) {
	path := table.ComparePath(x.A, x.B)
	m := &markup{page: path}
	s.compareSections(m, []*table.Side{table.NewSide(s.Catalog, x.A), table.NewSide(s.Catalog, x.B)})
	return s.render("compare", compareView{
		base: base{site: s, Path: path, Title: x.A.Name + " and " + x.B.Name + " compared", Section: comparePath,
			Description: "The firewall ports of " + x.A.Name + " and " + x.B.Name + " side by side, what is opened once for both, and whether they can share a host.",
			Crumbs:      []crumb{{"Compare", comparePath}}},
		A: x.A, B: x.B, Tables: m.html(), Choose: relative(path, comparePath) + "?p=" + x.A.Slug + "," + x.B.Slug,
		Formats: s.copyLinks(path),
	})
}

// likeMark is a shape for each likeness, so that colour is never the only sign.
var likeMark = map[table.Likeness]string{table.Same: "=", table.Differs: "≠", table.Some: "◨"}

// tally counts the rows of each likeness: "= 3 with the same ports · ≠ 1 with
// other ports · ◨ 4 that some lack".
func tally(lines []table.Line) string {
	words := map[table.Likeness]string{table.Same: "with the same ports", table.Differs: "with other ports", table.Some: "that some lack"}
	count := map[table.Likeness]int{}
	for _, l := range lines {
		count[l.Likeness]++
	}
	var parts []string
	for _, like := range []table.Likeness{table.Same, table.Differs, table.Some} {
		if count[like] > 0 {
			parts = append(parts, likeMark[like]+" "+counted(count[like], "row", "rows")+" "+words[like])
		}
	}
	return strings.Join(parts, " · ")
}

// compareSections appends the three tables of a comparison. Without sides
// they are the frame that the page's script fills (templates/assets/compare.js),
// which joins the sides as package table does and takes all else from
// [Site.compareData].
func (s *Site) compareSections(m *markup, sides []*table.Side) {
	m.raw(`<section aria-labelledby="page.side"><h2 id="page.side">Side by side</h2>`)
	lines := table.Align(s.Catalog, sides)
	m.raw(`<p class="tally">`)
	if sides != nil {
		m.text(tally(lines))
	}
	m.raw(`</p>`)
	s.compareTable(m, "comparison", "What each needs, by who opens it, where the other side stands, and service", []string{"Service", "Compared"}, sides)
	m.raw(`<tbody>`)
	var last catalog.Direction
	for _, l := range lines {
		if l.Direction != last {
			last = l.Direction
			m.raw(`<tr class="group"><th scope="rowgroup" colspan="`, strconv.Itoa(2+len(sides)), `">`, directionTitle[last], `</th></tr>`)
		}
		m.raw(`<tr id="`, l.ID(), `"><th scope="row">`)
		s.kinHead(m, l.Kin)
		m.raw(`</th><td class="like like-`, string(l.Likeness), `"><span aria-hidden="true">`, likeMark[l.Likeness], `</span> `).text(l.Words).raw(`</td>`)
		for i, c := range l.Claims {
			s.productCell(m, sides[i], c != nil, func() { s.claimCell(m, sides[i].Product, c) })
		}
		m.raw(`</tr>`)
	}
	m.raw(`</tbody></table></div></section><section aria-labelledby="page.once"><h2 id="page.once">Open once for all of them</h2>`,
		`<p>Outbound connections to servers that a network has once (names, time, directories, mail, databases, logs, proxies), and all those to the internet. Equal service, ports and place of the other side are one row, with the strongest need.</p>`)
	s.compareTable(m, "once", "What is opened once", []string{"Service", "Need"}, sides)
	m.raw(`<tbody>`)
	for _, r := range table.Gather(s.Catalog, sides) {
		m.raw(`<tr id="`, r.ID(), `"><th scope="row">`)
		for _, q := range r.Requests {
			if q != nil {
				s.callHead(m, q)
				break
			}
		}
		m.raw(`</th><td>`)
		needMarkup(m, r.Need)
		m.raw(`</td>`)
		for i, q := range r.Requests {
			s.productCell(m, sides[i], q != nil, func() { s.requestCell(m, sides[i].Product, q) })
		}
		m.raw(`</tr>`)
	}
	m.raw(`</tbody></table></div></section><section aria-labelledby="page.host"><h2 id="page.host">Can they sit on one host?</h2>`,
		`<p>Ports of one zone that more than one of them listens on, with the ports that their documents state. Only machines that you run yourself count.</p>`)
	s.compareTable(m, "conflicts", "Ports that more than one listens on", []string{"Ports", "On one address"}, sides)
	m.raw(`<tbody>`)
	collisions := table.Collide(s.Catalog, sides)
	for _, k := range collisions {
		m.raw(`<tr id="`, k.ID(), `"><th scope="row"><span class="port">`, k.Range.String(), `</span> <span class="zone">`).text(s.Catalog.Zone(k.Zone).Name).raw(`</span></th><td>`, k.Words, `</td>`)
		for i, list := range k.Listeners {
			s.productCell(m, sides[i], len(list) > 0, func() {
				for _, l := range list {
					s.listenerCell(m, sides[i].Product, l)
				}
			})
		}
		m.raw(`</tr>`)
	}
	if sides != nil && len(collisions) == 0 {
		m.raw(`<tr><td colspan="`, strconv.Itoa(2+len(sides)), `">`, noCollision, `</td></tr>`)
	}
	m.raw(`</tbody></table></div></section>`)
}

const noCollision = "None: in no zone do two of them listen on the same port."

// compareTable opens a table that has a column per product.
func (s *Site) compareTable(m *markup, id, caption string, heads []string, sides []*table.Side) {
	none := ""
	if id == "conflicts" {
		none = ` data-none="` + noCollision + `"`
	}
	m.raw(`<div class="scroll" role="region" aria-labelledby="table.`, id, `" tabindex="0"><table class="stack compare"`, none, `><caption id="table.`, id, `">`, caption, `</caption><thead><tr>`)
	for _, h := range heads {
		m.raw(`<th scope="col">`, h, `</th>`)
	}
	for _, side := range sides {
		m.raw(`<th scope="col">`).link(productPath(side.Product.Slug), "", side.Product.Name).raw(`</th>`)
	}
	m.raw(`</tr></thead>`)
}

func (s *Site) productCell(m *markup, side *table.Side, says bool, write func()) {
	m.raw(`<td data-product="`).text(side.Product.Name).raw(`">`)
	if says {
		write()
	} else {
		m.raw(nothing)
	}
	m.raw(`</td>`)
}

const nothing = `<span class="none">not stated</span>`

func (s *Site) kinHead(m *markup, k table.Kin) {
	m.link(servicePath(k.Service), "", table.ServiceText(s.Catalog, k.Service)).raw(` <span class="sub">`).text(table.KinText(s.Catalog, k)).raw(`</span>`)
}

func (s *Site) callHead(m *markup, q *table.Request) {
	m.link(servicePath(q.Service), "", table.ServiceText(s.Catalog, q.Service)).raw(` <span class="ports">`)
	s.ports(m, q.Flows[0].Ports)
	m.raw(`</span> <span class="zone">`).text(s.Catalog.Zone(q.Zone).Name).raw(`</span>`)
}

func needMarkup(m *markup, n catalog.Need) {
	m.raw(`<p>`)
	needWord(m, n)
	m.raw(`</p>`)
}

// flowMark appends a flow's need as a shape and a link to its row.
func (s *Site) flowMark(m *markup, p *catalog.Product, f *catalog.Flow, class, text string) {
	m.raw(`<p class="marked need-`, string(f.Need), `">`).link(table.FlowPath(p.Slug, f.ID), class, text)
}

func (s *Site) claimCell(m *markup, p *catalog.Product, c *table.Claim) {
	for i := range c.Entries {
		e := &c.Entries[i]
		s.flowMark(m, p, e.Flow, "port", e.Ports)
		m.raw(` `).text(e.Need)
		for _, line := range e.Details {
			m.raw(` <span class="sub">`).text(line).raw(`</span>`)
		}
		m.raw(`</p>`)
	}
}

func (s *Site) requestCell(m *markup, p *catalog.Product, q *table.Request) {
	f := q.Flows[0]
	s.flowMark(m, p, f, "", table.NeedText(p, f))
	m.raw(` <span class="sub">`).text(q.Others).raw(`</span> <span class="sub">Source: `)
	for i, id := range sourceIDs(q.Citations()) {
		if i > 0 {
			m.raw(`; `)
		}
		m.link(productPath(p.Slug)+"#source."+id, "", p.Source(id).Title)
	}
	m.raw(`</span></p>`)
}

// sourceIDs are the documents of citations, each once.
func sourceIDs(list []catalog.Citation) []string {
	var out []string
	for _, c := range list {
		if !slices.Contains(out, c.ID) {
			out = append(out, c.ID)
		}
	}
	return out
}

func (s *Site) listenerCell(m *markup, p *catalog.Product, l *table.Listener) {
	s.flowMark(m, p, l.Flows[0], "", l.Services)
	m.raw(` <span class="port">`, l.Range.String(), `</span> <span class="sub">`, l.MoveText(), `</span></p>`)
}

// compareDataVersion is that of the form below; the page's script refuses any other.
const compareDataVersion = 1

// compareSide is a side as the page's script gets it: what it joins by, and
// the markup of its cells on the page /compare/, so that script and pages
// cannot spell a fact differently.
type compareSide struct {
	Version int    `json:"version"`
	Name    string `json:"name"`
	Head    string `json:"head"` // of its column
	// Flows: anchor, order, heading of its direction, row head, ports, needs, cell.
	Flows [][7]any `json:"flows"`
	// Calls: anchor, order, row head, place of its need, need's cell, cell.
	Calls [][6]any `json:"calls"`
	// Listens: zone's place, id and name, transport, first and last port,
	// whether it can move, cell.
	Listens [][8]any `json:"listens"`
}

// compareDataPath is where a product's side stands. It is a file of its own,
// so that a reader loads what is chosen, and an edit renders one of them.
func compareDataPath(p *catalog.Product) string { return "/assets/compare/" + p.Slug + ".js" }

func (s *Site) compareData(p *catalog.Product) ([]byte, error) {
	side := table.NewSide(s.Catalog, p)
	cell := func(write func(m *markup)) template.HTML {
		m := &markup{page: comparePath}
		write(m)
		return m.html()
	}
	out := compareSide{Version: compareDataVersion, Name: p.Name, Flows: [][7]any{}, Calls: [][6]any{}, Listens: [][8]any{},
		Head: string(cell(func(m *markup) { m.link(productPath(p.Slug), "", p.Name) }))}
	zone := func(id string) int {
		return slices.IndexFunc(s.Catalog.Zones, func(z catalog.Zone) bool { return z.ID == id })
	}
	service := func(id string) int {
		return slices.IndexFunc(s.Catalog.Services, func(v catalog.Service) bool { return v.ID == id })
	}
	for i := range side.Flows {
		c := &side.Flows[i]
		out.Flows = append(out.Flows, [7]any{c.ID(), []any{slices.Index(catalog.Directions(), c.Direction), zone(c.Zone), service(c.Service)}, directionTitle[c.Direction],
			cell(func(m *markup) { s.kinHead(m, c.Kin) }), c.Ports, c.Needs, cell(func(m *markup) { s.claimCell(m, p, c) })})
	}
	for i := range side.Calls {
		q := &side.Calls[i]
		need := q.Flows[0].Need
		out.Calls = append(out.Calls, [6]any{q.ID(), []any{service(q.Service), zone(q.Zone), q.Ports}, cell(func(m *markup) { s.callHead(m, q) }),
			needRank(need), cell(func(m *markup) { needMarkup(m, need) }), cell(func(m *markup) { s.requestCell(m, p, q) })})
	}
	for i := range side.Listens {
		l := &side.Listens[i]
		out.Listens = append(out.Listens, [8]any{zone(l.Zone), l.Zone, s.Catalog.Zone(l.Zone).Name, l.Range.Transport.String(), l.Range.First, l.Range.Last, l.Moves,
			cell(func(m *markup) { s.listenerCell(m, p, l) })})
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "(window.portolanCompare = window.portolanCompare || {})[%q] = ", p.Slug)
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // a file of its own: nothing ends a script in it
	err := enc.Encode(out)
	return b.Bytes(), err
}

// comparisons appends the pages that compare a product with others.
func (s *Site) comparisons(m *markup, p *catalog.Product) {
	if !s.compares() {
		return
	}
	m.raw(`<dt>Compare with</dt><dd><ul>`)
	for _, x := range s.compared {
		if other := x.other(p); other != nil {
			m.raw(`<li>`).link(table.ComparePath(x.A, x.B), "", other.Name).raw(`</li>`)
		}
	}
	m.raw(`<li><a href="`).text(relative(m.page, comparePath) + "?p=" + p.Slug).raw(`">any others</a></li></ul></dd>`)
}

// other is the product of a pair that p is compared with; nil: p is not in it.
func (x compared) other(p *catalog.Product) *catalog.Product {
	switch p {
	case x.A:
		return x.B
	case x.B:
		return x.A
	}
	return nil
}

// comparisonsKey is what a product's page reads of the comparisons it is in.
func (s *Site) comparisonsKey(p *catalog.Product) []string {
	var out []string
	for _, x := range s.compared {
		if other := x.other(p); other != nil {
			out = append(out, other.Slug, other.Name)
		}
	}
	return out
}

func (pl *planner) comparisons() {
	s := pl.s
	if !s.compares() {
		return
	}
	var pages []string
	for _, x := range s.compared {
		pages = append(pages, table.ComparePath(x.A, x.B))
	}
	pl.page(comparePath, pl.all.With(pages...), s.comparesPage)
	for _, p := range s.Catalog.Products {
		pl.page(compareDataPath(p), pl.users("compare data", []*catalog.Product{p}), func() ([]byte, error) { return s.compareData(p) })
	}
	for _, x := range s.compared {
		path, products := table.ComparePath(x.A, x.B), []*catalog.Product{x.A, x.B}
		key := pl.users("compare", products)
		pl.page(path, key, func() ([]byte, error) { return s.comparePage(x) })
		pl.copies(path, key, func() *table.Table { return table.Comparison(s.Catalog, products) })
	}
}
