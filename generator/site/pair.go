package site

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/table"
	"portolan/generator/topology"
)

type connectView struct {
	base
	Pair           *network.Pair
	Client, Server template.HTML // links to their pages
	// Sides is the strip: who opens what, and whose range counts.
	Sides template.HTML
	// Diagram is who opens what to whom.
	Diagram     template.HTML
	Tables      []template.HTML
	Ranges      template.HTML
	Differ      template.HTML
	Constraints template.HTML
	Rules       template.HTML
	Zip         string
	// NoRules tells that the vendors set the firewalls of both sides.
	NoRules bool
	// Unmanaged is the name of a side whose vendor sets its firewalls; empty: none.
	Unmanaged string
	// Reverse is the page of the same two, the other way round; empty: none.
	Reverse string
	Formats template.HTML
}

func (s *Site) connectPage(p *network.Pair, rules *ruleSet, drawing func() *topology.Drawing) ([]byte, error) {
	path := table.ConnectPath(p)
	name := p.Client.Name + " to " + p.Server.Name
	section := func(write func(m *markup)) template.HTML {
		m := &markup{page: path}
		write(m)
		return m.html()
	}
	v := connectView{
		base: base{site: s, Path: path, Title: name + ": firewall ports", Section: connectPath, Crumbs: []crumb{{"Product to product", connectPath}},
			Description: "What opens when " + p.Client.Name + " calls " + p.Server.Name + ": which side opens what, to which ports, whose passive range counts."},
		Pair:    p,
		Client:  section(func(m *markup) { m.link(productPath(p.Client.Slug), "", p.Client.Name) }),
		Server:  section(func(m *markup) { m.link(productPath(p.Server.Slug), "", p.Server.Name) }),
		Sides:   section(func(m *markup) { s.sides(m, p) }),
		Diagram: section(func(m *markup) { s.diagram(m, drawing()) }),
		Ranges:  section(func(m *markup) { s.ranges(m, p) }),
		Differ:  section(func(m *markup) { s.differ(m, p) }),
		Formats: s.copyLinks(path),
	}
	for _, usual := range []bool{true, false} {
		if slices.ContainsFunc(p.Links, func(l network.PairLink) bool { return l.Usual == usual }) {
			v.Tables = append(v.Tables, section(func(m *markup) { s.pairTable(m, p, usual) }))
		}
	}
	v.Constraints = section(func(m *markup) {
		s.pairConstraints(m, p.Client, func(l *network.PairLink) string { return l.Client.ID }, p)
		s.pairConstraints(m, p.Server, func(l *network.PairLink) string { return l.Server.ID }, p)
	})
	switch {
	case len(s.platforms) == 0:
	case len(rules.At) == 0:
		v.NoRules = true
	default:
		v.Rules, v.Zip = section(func(m *markup) { s.pairRulesInline(m, rules) }), path+"rules.zip"
		has := func(id string) bool {
			return slices.ContainsFunc(rules.At, func(at ruleVantage) bool { return at.ID == id })
		}
		switch {
		case !has("client"):
			v.Unmanaged = p.Client.Name
		case !has("server"):
			v.Unmanaged = p.Server.Name
		}
	}
	if i := slices.IndexFunc(s.pairs, func(o network.Pair) bool { return o.Client == p.Server && o.Server == p.Client }); i >= 0 {
		v.Reverse = table.ConnectPath(&s.pairs[i])
	}
	return s.render("connect", v)
}

// sides appends the strip: a card for what each side opens, and one for the
// passive range if there is any.
func (s *Site) sides(m *markup, p *network.Pair) {
	card := func(title string, body func()) {
		m.raw(`<div><dt>`).text(title).raw(`</dt><dd>`)
		body()
		m.raw(`</dd></div>`)
	}
	m.raw(`<dl class="sides">`)
	card(p.Client.Name+" opens", func() { s.sideChips(m, p, false) })
	card(p.Server.Name+" opens", func() { s.sideChips(m, p, true) })
	if l := rangeLink(p); l != nil {
		card("Whose passive range counts", func() {
			m.raw(`<p>That of <b>`).text(p.Server.Name).raw(`</b>: `)
			s.ports(m, l.Ports)
			if !l.Usual {
				m.raw(` <span class="sub">where `).text(table.ServiceText(s.Catalog, p.Links[l.Controls[0]].Server.Service)).raw(` is used</span>`)
			}
			m.raw(` <a class="sub" href="#page.range">Why, and what the documents say</a></p>`)
		})
	}
	m.raw(`</dl>`)
}

// rangeLink is the passive data channel that a reader needs: the usual one,
// else the first.
func rangeLink(p *network.Pair) *network.PairLink {
	var first *network.PairLink
	for i := range p.Links {
		switch l := &p.Links[i]; {
		case !l.Passive():
		case l.Usual:
			return l
		case first == nil:
			first = l
		}
	}
	return first
}

// sideChips appends what one side opens: the usual links large, other ways in one line.
func (s *Site) sideChips(m *markup, p *network.Pair, back bool) {
	var usual, other []*network.PairLink
	var to []string
	for i := range p.Links {
		switch l := &p.Links[i]; {
		case l.Back != back:
		case l.Usual:
			usual = append(usual, l)
			for _, e := range l.To() {
				if name := e.Name + ", " + s.Catalog.Zone(e.Zone).Name; !slices.Contains(to, name) {
					to = append(to, name)
				}
			}
		default:
			other = append(other, l)
		}
	}
	chips := func(list []*network.PairLink, class string) {
		m.raw(`<ul>`)
		for i, l := range list {
			if slices.ContainsFunc(list[:i], func(o *network.PairLink) bool {
				return o.Server.Service == l.Server.Service && o.Ports.Equal(l.Ports)
			}) {
				continue
			}
			m.raw(`<li><a class="chip `, class, `" href="#`, l.ID(), `"><span class="port">`).text(table.PortsText(l.Ports)).
				raw(`</span> `).text(table.ServiceText(s.Catalog, l.Server.Service)).raw(`</a></li>`)
		}
		m.raw(`</ul>`)
	}
	switch {
	case len(usual) > 0:
		chips(usual, "need-required")
		m.raw(`<p class="sub">to `).text(strings.Join(to, "; ")).raw(`</p>`)
		if slices.ContainsFunc(usual, func(l *network.PairLink) bool { return len(l.Controls) == 0 && !l.Default }) {
			m.raw(`<p class="sub">Not all of it is on by default at both; <a href="#table.usual">what to switch on</a>.</p>`)
		}
	case len(other) > 0:
		m.raw(`<p><b>Nothing</b> with the usual settings.</p>`)
	default:
		m.raw(`<p><b>Nothing</b>: it is called, and answers.</p>`)
	}
	if len(other) > 0 {
		m.raw(`<p class="sub">Only if it is set up so:</p>`)
		chips(other, "need-conditional")
	}
}

// pairTable appends the table of the usual links, or of the others.
func (s *Site) pairTable(m *markup, p *network.Pair, usual bool) {
	id, title := "table.usual", "With the usual settings"
	if !usual {
		id, title = "table.other", "Other ways, each only if both sides are set up for it"
	}
	rows := 0
	for i := range p.Links {
		if p.Links[i].Usual == usual {
			rows++
		}
	}
	m.sorter(rows)
	m.raw(`<div class="scroll" role="region" aria-labelledby="`, id, `" tabindex="0"><table class="stack flows"><caption id="`, id, `">`, title,
		`</caption>`).columns("Port", "Service", "Opened by → to", "Need on each side", "What to know, and both documents")
	for i := range p.Links {
		if p.Links[i].Usual == usual {
			s.pairRow(m, p, i)
		}
	}
	m.raw(`</tbody></table></div>`)
}

// pairRow appends the row of the i-th link.
func (s *Site) pairRow(m *markup, p *network.Pair, i int) {
	l := &p.Links[i]
	row := l.ID()
	m.raw(`<tr id="`, row, `"><th scope="row" data-row="`, strconv.Itoa(i+1), `">`)
	s.ports(m, l.Ports)
	if !l.SourcePorts.IsZero() {
		m.raw(` <span class="sub">from source port `).text(table.PortsText(l.SourcePorts)).raw(`</span>`)
	}
	m.raw(` <a class="anchor" href="#`, row, `" aria-label="Link to row `, row, `">#</a></th><td>`)
	s.service(m, l.Server)
	m.raw(`</td><td>`)
	opener, listener := table.OpenedBy(p, l)
	s.pairEnd(m, opener, l.From())
	m.raw(` <span class="to" role="img" aria-label="to">→</span> `)
	s.pairEnd(m, listener, l.To())
	m.raw(`</td><td>`)
	s.pairNeed(m, p.Client, l.Client)
	s.pairNeed(m, p.Server, l.Server)
	m.raw(`</td><td class="know">`)
	if l.Passive() {
		m.raw(`<p>`).text(table.RangeText(p, l)).raw(`</p>`)
	} else if text := table.SilenceText(p, l); text != "" {
		m.raw(`<p>`).text(text).raw(`</p>`)
	}
	for _, d := range l.Disagreements {
		if d.About == network.OtherPlace || l.Passive() && d.About == network.OtherPorts {
			continue // said once for all rows, or by the range
		}
		m.raw(`<p class="erratum"><b>The documents differ:</b> `).text(table.DisagreementText(s.Catalog, p, l, d)).raw(`</p>`)
	}
	if text := table.JudgementText(p, l); text != "" {
		m.raw(`<p>`).text(text).raw(`</p>`)
	}
	m.raw(`<dl>`)
	if text := table.ChangeText(s.Catalog, p, l); text != "" {
		m.raw(`<dt>Changeable</dt><dd>`).text(text).raw(`</dd>`)
	}
	for i, c := range l.Controls {
		if i == 0 {
			m.raw(`<dt>Belongs with</dt><dd>`)
		} else {
			m.raw(`, `)
		}
		m.raw(`<a href="#`, p.Links[c].ID(), `">`).text(table.PortsText(p.Links[c].Ports) + " " + table.ServiceText(s.Catalog, p.Links[c].Server.Service)).raw(`</a>`)
	}
	if len(l.Controls) > 0 {
		m.raw(`</dd>`)
	}
	m.raw(`<dt>Sources</dt><dd>`)
	s.pairSource(m, p.Client, l.Client)
	m.raw(`</dd><dd>`)
	s.pairSource(m, p.Server, l.Server)
	m.raw(`</dd></dl></td></tr>`)
}

func (s *Site) pairEnd(m *markup, p *catalog.Product, list []*catalog.Endpoint) {
	for i, e := range list {
		if i > 0 {
			m.raw(`, `)
		}
		m.raw(`<a class="end self" href="`).href(productPath(p.Slug) + "#endpoint." + e.ID).raw(`">`).text(e.Name).
			raw(`</a> <span class="zone">`).text(s.Catalog.Zone(e.Zone).Name).raw(`</span>`)
	}
}

func (s *Site) pairNeed(m *markup, p *catalog.Product, f *catalog.Flow) {
	need := glanceNeed(p, f)
	m.raw(`<p><span class="sub">`).text(p.Name).raw(`</span> `)
	needWord(m, need)
	if len(f.Conditions) > 0 {
		m.raw(` <span class="sub">with `).text(table.ConditionsText(p, f.Conditions)).raw(`</span>`)
	}
	m.raw(`</p>`)
}

// pairSource links a flow's row at its product, and the documents behind it.
func (s *Site) pairSource(m *markup, p *catalog.Product, f *catalog.Flow) {
	m.raw(`<a href="`).href(table.FlowPath(p.Slug, f.ID)).raw(`">`).text(p.Name).raw(`, `, f.ID, `</a>: `)
	s.pairCitations(m, p, f)
}

func (s *Site) pairCitations(m *markup, p *catalog.Product, f *catalog.Flow) {
	for i, c := range f.Sources {
		same := func(o catalog.Citation) bool { return o.ID == c.ID }
		if slices.IndexFunc(f.Sources, same) < i {
			continue
		}
		if i > 0 {
			m.raw(`; `)
		}
		m.raw(`<a href="`).href(productPath(p.Slug) + "#source." + c.ID).raw(`">`).text(p.Source(c.ID).Title).raw(`</a>`)
		mark := ": "
		for _, o := range f.Sources[i:] {
			if same(o) && o.Section != "" {
				m.raw(mark).text(o.Section)
				mark = "; "
			}
		}
	}
}

// ranges appends whose passive range counts, a paragraph for each that there can be.
func (s *Site) ranges(m *markup, p *network.Pair) {
	var told []string
	for i := range p.Links {
		l := &p.Links[i]
		if !l.Passive() {
			continue
		}
		text := table.RangeText(p, l)
		if slices.Contains(told, text) {
			continue
		}
		told = append(told, text)
		m.raw(`<p>`)
		if !l.Usual {
			m.raw(`<b>With `).text(wayText(p, l)).raw(`:</b> `)
		}
		m.text(text).raw(` <span class="sub">`).text(p.Client.Name).raw(`: `)
		s.pairCitations(m, p.Client, l.Client)
		m.raw(`. `).text(p.Server.Name).raw(`: `)
		s.pairCitations(m, p.Server, l.Server)
		m.raw(`.</span></p>`)
		if !l.Server.Note.IsZero() {
			m.raw(`<div class="said"><p><b>`).text(p.Server.Name).raw(`:</b></p>`).note(l.Server.Note).raw(`</div>`)
		}
	}
}

// wayText is the condition of a link at its server, for one that is not usual.
func wayText(p *network.Pair, l *network.PairLink) string {
	if len(l.Server.Conditions) > 0 {
		return table.ConditionsText(p.Server, l.Server.Conditions)
	}
	if len(l.Client.Conditions) > 0 {
		return table.ConditionsText(p.Client, l.Client.Conditions)
	}
	return "that way"
}

// differ appends what the documents differ in, each once with the rows that it touches.
func (s *Site) differ(m *markup, p *network.Pair) {
	type matter struct {
		text  string
		first *network.PairLink
		links []*network.PairLink
	}
	var list []*matter
	for i := range p.Links {
		l := &p.Links[i]
		for _, d := range l.Disagreements {
			text := table.DisagreementText(s.Catalog, p, l, d)
			j := slices.IndexFunc(list, func(x *matter) bool { return x.text == text })
			if j < 0 {
				list = append(list, &matter{text: text, first: l})
				j = len(list) - 1
			}
			list[j].links = append(list[j].links, l)
		}
	}
	for i, x := range list {
		if i == 0 {
			m.raw(`<ul class="differ">`)
		}
		m.raw(`<li>`).text(x.text).raw(` <span class="sub">`)
		if len(x.links) == len(p.Links) && len(p.Links) > 1 {
			m.raw(`All rows`)
		} else {
			for j, l := range x.links {
				if j > 0 {
					m.raw(`, `)
				}
				m.raw(`<a href="#`, l.ID(), `">`).text(table.PortsText(l.Ports) + " " + table.ServiceText(s.Catalog, l.Server.Service)).raw(`</a>`)
			}
		}
		m.raw(`. `).text(p.Client.Name).raw(`: `)
		s.pairCitations(m, p.Client, x.first.Client)
		m.raw(`. `).text(p.Server.Name).raw(`: `)
		s.pairCitations(m, p.Server, x.first.Server)
		m.raw(`.</span></li>`)
	}
	if len(list) > 0 {
		m.raw(`</ul>`)
	}
}

// pairConstraints appends the constraints of one product that touch a flow of the pair.
func (s *Site) pairConstraints(m *markup, p *catalog.Product, flow func(*network.PairLink) string, pair *network.Pair) {
	for i := range p.Constraints {
		c := &p.Constraints[i]
		if !slices.ContainsFunc(pair.Links, func(l network.PairLink) bool { return slices.Contains(c.Flows, flow(&l)) }) {
			continue
		}
		id := "constraint." + p.Slug + "." + c.ID
		m.raw(`<section class="constraint" id="`, id, `"><h3>`).text(p.Name).raw(`: `, table.ConstraintName(c)).
			raw(` <a class="anchor" href="#`, id, `" aria-label="Link to this constraint">#</a></h3><div>`).note(c.Note).
			raw(`</div><p class="sub"><a href="`).href(productPath(p.Slug) + "#constraint." + c.ID).raw(`">Its flows and source</a></p></section>`)
	}
}

// shown are the platforms whose rules stand on a pair's page, the rest being
// in the archive: two of machines and two between networks.
var shown = []string{"nftables", "windows-powershell", "cisco-asa", "fortigate"}

// shownFiles are the rule files of a vantage point that its pair's page shows:
// those of the shown platforms that are made for such a place, or, where the
// site publishes none of them, the first that there is.
func shownFiles(at *ruleVantage) []*ruleFile {
	var out []*ruleFile
	for _, id := range shown {
		for _, f := range at.Files {
			info := f.Platform.Info()
			if info.ID == id && info.Hosts == (at.Kind == policy.Host) {
				out = append(out, f)
			}
		}
	}
	if len(out) == 0 && len(at.Files) > 0 {
		out = at.Files[:1]
	}
	return out
}

func (s *Site) pairRules(p *network.Pair) *ruleSet {
	return s.ruleSet(table.ConnectPath(p), p.Client.Name+" to "+p.Server.Name, policy.PairVantages(p), func(v policy.Vantage) *policy.Policy {
		return policy.Connect(s.Catalog, p, v)
	})
}

// pairRulesInline appends the shown rule files of each vantage point.
func (s *Site) pairRulesInline(m *markup, set *ruleSet) {
	for i := range set.At {
		at := &set.At[i]
		m.raw(`<h3 id="rules.`, at.ID, `">`).text(vantageTitle(at.Vantage)).raw(`</h3>`)
		for _, f := range shownFiles(at) {
			made := f.Made()
			if made.Err != nil {
				continue // its own file tells
			}
			info := f.Platform.Info()
			m.raw(`<details class="rules"><summary>`).text(info.Title).raw(`, `, counted(len(made.Lowered.Entries), "rule", "rules"), `</summary>`,
				`<p class="actions"><a download href="`).href(f.Path).raw(`">Download <code>`, f.name(), `</code></a> <a href="`).href(platformPath(info.ID)).
				raw(`">How to load it</a></p><pre class="rules" tabindex="0" role="region" aria-label="Rules: `).text(vantageTitle(at.Vantage) + ", " + info.Title).
				raw(`"><code>`).text(string(made.Text)).raw(`</code></pre></details>`)
		}
	}
}

func vantageTitle(at policy.Vantage) string {
	if at.Kind == policy.Host {
		return "On " + at.Name
	}
	return at.Name
}
