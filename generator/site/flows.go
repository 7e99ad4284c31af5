package site

import (
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// needMark is a shape for each need, so that colour is never the only sign.
var needMark = map[catalog.Need]string{
	catalog.Required: "●", catalog.Conditional: "◐", catalog.Optional: "○", catalog.Forbidden: "✕",
}

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
	m.raw(`<div class="scroll" role="region" aria-labelledby="`, id, `" tabindex="0"><table class="flows"><caption id="`, id, `">`).
		text(directionTitle[d]).raw(`</caption><thead><tr><th scope="col">Port</th><th scope="col">Service</th><th scope="col">From → to</th>`,
		`<th scope="col">Need</th><th scope="col">What to know</th><th scope="col">Source</th></tr></thead><tbody>`)
	for _, f := range flows {
		s.flowRow(m, p, f)
	}
	m.raw(`</tbody></table></div>`)
}

func (s *Site) flowRow(m *markup, p *catalog.Product, f *catalog.Flow) {
	m.raw(`<tr id="`, f.ID, `" class="need-`, string(f.Need), `" data-need="`, string(f.Need), `" data-features="`, strings.Join(f.Feature, " "), `"><th scope="row">`)
	s.ports(m, f.Ports)
	if !f.SourcePorts.IsZero() {
		m.raw(`<span class="sub">from source port `).text(portsText(f.SourcePorts)).raw(`</span>`)
	}
	if f.Dynamic {
		m.raw(`<span class="sub">negotiated</span>`)
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
	m.raw(`</td><td class="src">`)
	s.citations(m, p, f.Sources)
	m.raw(`</td></tr>`)
}

// ports appends a port set, each piece linked where it has a page.
func (s *Site) ports(m *markup, set netspec.PortSet) {
	var last netspec.Transport
	for r := range set.Ranges() {
		if r.Transport != last {
			if last != (netspec.Transport{}) {
				m.raw(` `)
			}
			m.raw(`<span class="tr">`, r.Transport.String(), `</span>`)
		} else {
			m.raw(`<span class="tr">,</span>`)
		}
		last = r.Transport
		switch {
		case r.Form == netspec.Whole && r.Transport == netspec.Any:
		case r.Form == netspec.Whole:
		case r.Form == netspec.Unstated:
			m.raw(` <span class="port">not stated</span>`)
		case r.Form == netspec.AnyPort:
			m.raw(` <span class="port">any port</span>`)
		default:
			text := strings.ReplaceAll(r.Ports(), "-", "–")
			if path := s.portPath(r.Transport, r.First, r.Last); path != "" {
				m.raw(` `).link(path, "port", text)
			} else {
				m.raw(` <span class="port">`).text(text).raw(`</span>`)
			}
		}
	}
}

// portsText spells a port set for people.
func portsText(set netspec.PortSet) string {
	var b strings.Builder
	var last netspec.Transport
	for r := range set.Ranges() {
		switch {
		case r.Transport == netspec.Any:
			b.WriteString("every port and protocol")
			continue
		case r.Transport == last:
			b.WriteString(", ")
		case b.Len() > 0:
			b.WriteString("; ")
			fallthrough
		default:
			b.WriteString(r.Transport.String())
		}
		last = r.Transport
		switch r.Form {
		case netspec.Unstated:
			b.WriteString(" not stated")
		case netspec.AnyPort:
			b.WriteString(" any port")
		case netspec.Exact:
			b.WriteString(" " + strings.ReplaceAll(r.Ports(), "-", "–"))
		}
	}
	return b.String()
}

func (s *Site) service(m *markup, f *catalog.Flow) {
	if v := s.Catalog.Service(f.Service); v != nil {
		m.link("/services/"+v.ID+"/", "", v.Name)
	}
	for i, e := range f.Encryption {
		if i == 0 {
			m.raw(`<span class="sub">`)
		} else {
			m.raw(` or `)
		}
		m.text(encryptionWords[e])
	}
	if f.TLSMin != "" {
		m.raw(`, TLS `).text(string(f.TLSMin)).raw(` or newer`)
	}
	if len(f.Encryption) > 0 {
		m.raw(`</span>`)
	}
}

var encryptionWords = map[catalog.Encryption]string{
	catalog.TLS: "TLS", catalog.StartTLS: "StartTLS", catalog.SSH: "SSH", catalog.Payload: "payload encrypted", catalog.Clear: "clear text",
}

func (s *Site) ends(m *markup, p *catalog.Product, list []string) {
	for i, id := range list {
		if i > 0 {
			m.raw(`, `)
		}
		e := p.Endpoint(id)
		m.raw(`<a class="end`)
		if e.Self {
			m.raw(` self`)
		}
		m.raw(`" href="#endpoint.`, id, `">`).text(e.Name).raw(`</a> <span class="zone">`).text(s.Catalog.Zone(e.Zone).Name).raw(`</span>`)
	}
}

func (s *Site) need(m *markup, p *catalog.Product, f *catalog.Flow) {
	m.raw(`<span class="need"><span aria-hidden="true">`, needMark[f.Need], `</span> `, needWords[f.Need], `</span>`)
	if len(f.Conditions) > 0 {
		m.raw(`<span class="sub">with `)
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
		m.raw(`<span class="sub">`).text(f.When).raw(`</span>`)
	}
	if f.Status != "" {
		m.raw(`<span class="status status-`, string(f.Status), `">`, string(f.Status), `</span>`)
	}
}

var needWords = map[catalog.Need]string{
	catalog.Required: "required", catalog.Conditional: "conditional", catalog.Optional: "optional", catalog.Forbidden: "must stay closed",
}

// know appends what is worth knowing of a flow: consequences, notes and
// settings of the vendor first, our own remarks marked as such after them.
func (s *Site) know(m *markup, p *catalog.Product, f *catalog.Flow) {
	labelled := func(class, label, text string) {
		if text != "" {
			m.raw(`<p`, class, `><b>`, label, `</b> `).text(text).raw(`</p>`)
		}
	}
	if !f.Note.IsZero() {
		m.raw(`<div>`).note(f.Note).raw(`</div>`)
	}
	labelled("", "Without it:", f.Without)
	s.changeable(m, f)
	if f.PortsFrom == catalog.FromPeer {
		m.raw(`<p><b>Whose range:</b> the other side’s document sets the ports.</p>`)
	}
	labelled("", "How the range is used:", allocationWords[f.Allocation])
	labelled("", "Versions:", lifetimeText(f))
	s.references(m, p, f)
	for _, v := range f.Variants {
		m.raw(`<p><b>Elsewhere:</b> `).text(portsText(v.Ports)).raw(` (`)
		s.citations(m, p, v.Sources)
		m.raw(`), not opened by our rules.</p>`)
	}
	labelled(` class="erratum"`, "Erratum:", f.Erratum)
	for _, a := range f.Advice {
		labelled(` class="advice"`, "Our advice:", a.Text)
	}
}

func (s *Site) changeable(m *markup, f *catalog.Flow) {
	if !f.Configurable {
		return
	}
	m.raw(`<p><b>Can be changed</b>`)
	if f.Setting != "" {
		m.raw(`: `).text(f.Setting)
	}
	if !f.Allowed.IsZero() {
		m.raw(` (to `).text(portsText(f.Allowed)).raw(`)`)
	}
	m.raw(`</p>`)
}

// references links the flows and constraints that belong to a flow.
func (s *Site) references(m *markup, p *catalog.Product, f *catalog.Flow) {
	if f.FallbackOf != "" {
		m.raw(`<p><b>Stands in for</b> <a href="#`, f.FallbackOf, `">`, f.FallbackOf, `</a></p>`)
	}
	for i, id := range f.Related {
		if i == 0 {
			m.raw(`<p><b>Belongs with</b> `)
		} else {
			m.raw(`, `)
		}
		m.raw(`<a href="#`, id, `">`, id, `</a>`)
	}
	if len(f.Related) > 0 {
		m.raw(`</p>`)
	}
	for _, c := range p.Constraints {
		if slices.Contains(c.Flows, f.ID) {
			m.raw(`<p><b>Mind:</b> <a href="#constraint.`, c.ID, `">`).text(constraintTitle[string(c.Kind)]).raw(`</a></p>`)
		}
	}
}

var allocationWords = map[catalog.Allocation]string{
	catalog.AllocFixed: "all of it listens.", catalog.AllocOne: "one port of it is in use.",
	catalog.AllocPerConnection: "each connection takes one port of it.", catalog.AllocRandom: "a random port of it each time.",
}

func lifetimeText(f *catalog.Flow) string {
	switch {
	case f.Since != "" && f.Since == f.Until:
		return f.Since + " only"
	case f.Since != "" && f.Until != "":
		return f.Since + " to " + f.Until
	case f.Since != "":
		return "since " + f.Since
	case f.Until != "":
		return "until " + f.Until
	}
	return ""
}

func (s *Site) citations(m *markup, p *catalog.Product, list []catalog.Citation) {
	for i, c := range list {
		if i > 0 {
			m.raw(`; `)
		}
		m.raw(`<a href="#source.`, c.ID, `">`).text(p.Source(c.ID).Title).raw(`</a>`)
		if c.Section != "" {
			m.raw(`, `).text(c.Section)
		}
	}
}

var constraintTitle = map[string]string{
	"tls-inspection": "TLS inspection", "ftp-inspection": "FTP inspection", "address-allowlist": "Address allow-list", "no-address-allowlist": "No address allow-list",
	"nat": "Address translation", "dns": "DNS", "proxy": "Proxy", "certificate": "Certificate", "exposure": "Exposure", "idle-timeout": "Idle time-out",
	"connections": "Connections", "other": "Other",
}
