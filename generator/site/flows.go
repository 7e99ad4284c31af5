package site

import (
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/table"
)

var directionTitle = map[catalog.Direction]string{
	catalog.Inbound:  "Inbound: others connect to it",
	catalog.Outbound: "Outbound: it connects to others",
	catalog.Internal: "Internal: between its own parts",
	catalog.Loopback: "Loopback: inside one machine",
	catalog.Transit:  "Transit: between others, for its sake",
}

// flowTable appends the table of a product's flows of one direction.
func (s *Site) flowTable(m *markup, p *catalog.Product, d catalog.Direction, flows []*catalog.Flow) {
	id := "table." + string(d)
	m.raw(`<div class="scroll" role="region" aria-labelledby="`, id, `" tabindex="0"><table class="stack flows" data-direction="`, string(d), `"><caption id="`, id, `">`).
		text(directionTitle[d]).raw(`</caption>`).columns("Port", "Service", "From → to", "Need", "What to know, and who says so")
	for _, f := range flows {
		s.flowRow(m, p, f)
	}
	m.copied("Copy or embed")
}

func (s *Site) flowRow(m *markup, p *catalog.Product, f *catalog.Flow) {
	m.raw(`<tr id="`, f.ID, `" class="need-`, string(f.Need), `" data-need="`, string(f.Need), `"><th scope="row" data-row="`, rowNumber(p, f), `">`)
	s.ports(m, f.Ports)
	if !f.SourcePorts.IsZero() {
		m.raw(` <span class="sub">from source port `).text(table.PortsText(f.SourcePorts)).raw(`</span>`)
	}
	m.raw(` <a class="anchor" href="#`, f.ID, `" aria-label="Link to row `, f.ID, `">#</a></th><td>`)
	s.service(m, f)
	m.raw(`</td><td>`)
	s.ends(m, p, f.From)
	m.raw(` <span class="to" role="img" aria-label="to">→</span> `)
	s.ends(m, p, f.To)
	m.raw(`</td><td>`)
	s.need(m, p, f)
	m.raw(`</td><td class="know">`)
	s.know(m, p, f)
	m.raw(`</td></tr>`)
}

// rowNumber is the number that a diagram has for a flow. The style sheet shows
// it, so that it is in no copy of the text.
func rowNumber(p *catalog.Product, f *catalog.Flow) string {
	return strconv.Itoa(slices.IndexFunc(p.Flows, func(o catalog.Flow) bool { return o.ID == f.ID }) + 1)
}

// ports appends a port set, each piece linked where it has a page. A blank
// stands in the span of what is before it: alone at the end of what has arrived
// it would have no place yet, and would count as moved when more comes.
func (s *Site) ports(m *markup, set netspec.PortSet) {
	var last netspec.Transport
	for r := range set.Ranges() {
		blank := " "
		if r.Form == netspec.Whole {
			blank = ""
		}
		switch {
		case r.Transport == last:
			m.raw(`<span class="tr">,`, blank, `</span>`)
		case last != netspec.Transport{}:
			m.raw(`<span class="tr"> `, r.Transport.String(), blank, `</span>`)
		default:
			m.raw(`<span class="tr">`, r.Transport.String(), blank, `</span>`)
		}
		last = r.Transport
		switch r.Form {
		case netspec.Whole:
		case netspec.Unstated:
			m.raw(`<span class="wordy">not stated</span>`)
		case netspec.AnyPort:
			m.raw(`<span class="wordy">any port</span>`)
		default:
			text := r.Ports()
			if path := s.portPath(r.Transport, r.First, r.Last); path != "" {
				m.link(path, "port", text)
			} else {
				m.raw(`<span class="port">`).text(text).raw(`</span>`)
			}
		}
	}
}

func (s *Site) service(m *markup, f *catalog.Flow) {
	if v := s.Catalog.Service(f.Service); v != nil {
		m.link("/services/"+v.ID+"/", "", v.Name)
	}
	if text := table.ProtectionText(f); text != "" {
		m.raw(` <span class="sub">`).text(text).raw(`</span>`)
	}
}

// ends appends the parties of one end, those of one zone together.
func (s *Site) ends(m *markup, p *catalog.Product, list []string) {
	for i, id := range list {
		zone := p.Endpoint(id).Zone
		if slices.IndexFunc(list, func(o string) bool { return p.Endpoint(o).Zone == zone }) < i {
			continue
		}
		if i > 0 {
			m.raw(`, `)
		}
		for j, other := range list[i:] {
			e := p.Endpoint(other)
			if e.Zone != zone {
				continue
			}
			if j > 0 {
				m.raw(`, `)
			}
			m.raw(`<a class="end`)
			if e.Self {
				m.raw(` self`)
			}
			m.raw(`" href="#endpoint.`, other, `">`).text(e.Name).raw(`</a>`)
		}
		m.raw(` <span class="zone">`).text(s.Catalog.Zone(zone).Name).raw(`</span>`)
	}
}

func (s *Site) need(m *markup, p *catalog.Product, f *catalog.Flow) {
	needWord(m, f.Need)
	if len(f.Conditions) > 0 {
		m.raw(` <span class="sub">with `)
		for i, all := range f.Conditions {
			if i > 0 {
				m.raw(`; or `)
			}
			for j, id := range all {
				if j > 0 {
					m.raw(` and `)
				}
				m.raw(`<a href="#feature.`, id, `">`).text(p.Feature(id).Name).raw(`</a>`)
			}
		}
		m.raw(`</span>`)
	}
	if f.When != "" {
		m.raw(` <span class="sub">`).text(f.When).raw(`</span>`)
	}
	if f.Status != "" {
		m.raw(`<span class="status status-`, string(f.Status), `">`, string(f.Status), `</span>`)
	}
}

// needWord appends a need as a word. Before it, and before chips and all else
// that is "marked", the style sheet draws the need's mark: a disc, a half, a
// ring or a cross, so that colour is never the only sign.
func needWord(m *markup, n catalog.Need) {
	m.raw(`<span class="need need-`, string(n), `">`, needWords[n], `</span>`)
}

var needWords = map[catalog.Need]string{
	catalog.Required: "required", catalog.Conditional: "conditional", catalog.Optional: "optional", catalog.Forbidden: "must stay closed",
}

// know appends what is worth knowing of a flow and the documents that say so:
// the vendor's notes, then facts as a list of terms, our own remarks marked as
// such after them.
func (s *Site) know(m *markup, p *catalog.Product, f *catalog.Flow) {
	if !f.Note.IsZero() {
		m.raw(`<div>`).note(f.Note).raw(`</div>`)
	}
	m.raw(`<dl>`)
	term := func(label, text string) {
		if text != "" {
			m.raw(`<dt>`, label, `</dt><dd>`).text(text).raw(`</dd>`)
		}
	}
	term("Without it", f.Without)
	term("Changeable", table.ConfigurableText(f))
	if f.Follows.Flow != "" {
		before, after := table.FollowsWords(f)
		m.raw(`<dt>Port</dt><dd>`).text(before)
		s.flowLink(m, p.Flow(f.Follows.Flow))
		m.text(after).raw(`</dd>`)
	}
	term("Ports", strings.TrimPrefix(table.AllocationText(f), "Ports: "))
	term("Versions", table.VersionsText(f))
	s.references(m, p, f)
	for i, v := range f.Variants {
		if i == 0 {
			m.raw(`<dt>Elsewhere</dt>`)
		}
		m.raw(`<dd>`).text(table.PortsText(v.Ports)).raw(` (`)
		s.citations(m, p, v.Sources)
		m.raw(`), not opened by our rules.`)
		if !v.Note.IsZero() {
			m.raw(` <div>`).note(v.Note).raw(`</div>`)
		}
		m.raw(`</dd>`)
	}
	m.raw(`<dt>Source</dt><dd>`)
	s.citations(m, p, f.Sources)
	read(m, p, f.Sources)
	m.raw(`</dd></dl>`)
	if f.Erratum != "" {
		m.raw(`<p class="erratum"><b>Erratum:</b> `).text(f.Erratum).raw(`</p>`)
	}
	for _, a := range f.Advice {
		m.raw(`<p class="advice"><b>Our advice:</b> `).text(a.Text).raw(`</p>`)
	}
}

// references appends the flows and constraints that belong to a flow as terms.
func (s *Site) references(m *markup, p *catalog.Product, f *catalog.Flow) {
	list := func(label string, n int, entry func(i int)) {
		for i := range n {
			if i == 0 {
				m.raw(`<dt>`, label, `</dt><dd>`)
			} else {
				m.raw(`, `)
			}
			entry(i)
		}
		if n > 0 {
			m.raw(`</dd>`)
		}
	}
	flow := func(id string) { s.flowLink(m, p.Flow(id)) }
	if f.FallbackOf != "" {
		list("Stands in for", 1, func(int) { flow(f.FallbackOf) })
	}
	carrying := func(label string, x *table.Carrying) {
		m.raw(`<dt>`, label, `</dt><dd>`)
		for i, o := range x.Flows {
			if i > 0 {
				m.raw(`, `)
			}
			s.flowLink(m, o)
			if x.Only[i] != "" {
				m.text(" (" + x.Only[i] + ")")
			}
		}
		m.text(x.After).raw(`</dd>`)
	}
	if x := table.CarriesText(s.Catalog, p, f); x != nil {
		carrying("Carries", x)
	}
	for _, x := range table.CarriedText(s.Catalog, p, f) {
		carrying("Goes on inside", x)
	}
	list("Belongs with", len(f.Related), func(i int) { flow(f.Related[i]) })
	var touch []*catalog.Constraint
	for i := range p.Constraints {
		if slices.Contains(p.Constraints[i].Flows, f.ID) {
			touch = append(touch, &p.Constraints[i])
		}
	}
	list("Mind", len(touch), func(i int) {
		m.raw(`<a href="#constraint.`, touch[i].ID, `">`).text(table.ConstraintName(touch[i])).raw(`</a>`)
	})
}

// citations appends documents and sections, those of one document together.
func (s *Site) citations(m *markup, p *catalog.Product, list []catalog.Citation) {
	for i, c := range list {
		same := func(o catalog.Citation) bool { return o.ID == c.ID }
		if slices.IndexFunc(list, same) < i {
			continue
		}
		if i > 0 {
			m.raw(`; `)
		}
		m.raw(`<a href="#source.`, c.ID, `">`).text(p.Source(c.ID).Title).raw(`</a>`)
		mark := ": "
		for _, o := range list[i:] {
			if same(o) && o.Section != "" {
				m.raw(mark).text(o.Section)
				mark = "; "
			}
		}
	}
}

// read appends the days on which the documents were read, each once.
func read(m *markup, p *catalog.Product, list []catalog.Citation) {
	var days []string
	for _, c := range list {
		if day := string(p.Source(c.ID).Retrieved); day != "" && !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	for i, day := range days {
		if i == 0 {
			m.raw(` <span class="sub">read `)
		} else {
			m.raw(`, `)
		}
		m.raw(`<time datetime="`, day, `">`, day, `</time>`)
	}
	if len(days) > 0 {
		m.raw(`</span>`)
	}
}

// flowLink names a flow of the same page by its ports and service.
func (s *Site) flowLink(m *markup, f *catalog.Flow) {
	m.raw(`<a href="#`, f.ID, `">`).text(table.PortsText(f.Ports)).raw(` `).text(s.serviceName(f)).raw(`</a>`)
}
