package site

import (
	"bytes"

	"portolan/generator/build"
	"portolan/generator/topology"
	"portolan/generator/topology/formats"
	"portolan/generator/topology/svg"
)

const diagramGuide = "/guides/reading-the-diagrams/"

func diagramPath(page string, f topology.Format) string {
	return page + "diagram." + f.Info().Extension
}

// diagram appends the section of a page that shows who connects to whom.
func (s *Site) diagram(m *markup, d *topology.Drawing) *markup {
	m.raw(`<section aria-labelledby="page.diagram"><h2 id="page.diagram">Who connects to whom</h2>`,
		`<p>Each arrow goes from the one who opens a connection to the one who listens; each label leads to its row.`)
	if (base{site: s}).Has(diagramGuide) {
		m.raw(` `).link(diagramGuide, "", "How to read it").raw(`.`)
	}
	m.raw(`</p><div class="scroll drawn" role="region" aria-labelledby="`, d.Graph.ID, `.title" tabindex="0">`)
	m.b = svg.AppendInline(m.b, d)
	m.raw(`</div><ul class="inline" aria-label="The diagram as a file">`)
	for _, f := range formats.All() {
		m.raw(`<li><a download href="`).href(diagramPath(m.page, f)).raw(`">As `, f.Info().Title, `</a> <span class="sub">`, f.Info().Use, `</span></li>`)
	}
	return m.raw(`</ul></section>`)
}

// diagrams plans a page's drawing as files.
func (pl *planner) diagrams(page string, key build.Key, drawing func() *topology.Drawing) {
	address := ""
	if pl.s.Catalog.Site.BaseURL != "" {
		address = base{site: pl.s, Path: page}.Canonical()
	}
	for _, f := range formats.All() {
		pl.page(diagramPath(page, f), key, func() ([]byte, error) {
			return buffered(func(b *bytes.Buffer) error { return f.Render(b, drawing(), address) })
		})
	}
}
