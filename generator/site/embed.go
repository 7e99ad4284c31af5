package site

import (
	"encoding/json"
	"html/template"
	"slices"
	"strconv"

	"portolan/generator/build"
	"portolan/generator/catalog"
	"portolan/generator/table"
)

// embedView is a table alone, for a frame in a page of others.
type embedView struct {
	base
	Provenance table.Provenance
	Table      template.HTML
	// Profile is a product for the page's script; empty for a network.
	Profile template.HTML
}

// Canonical is the address of the page that the table stands on.
func (v embedView) Canonical() string {
	return base{site: v.site, Path: v.Provenance.URL}.Canonical()
}

// embedPath is the page of a subject's table alone.
func embedPath(subject string) string { return subject + "embed/" }

// embed plans a subject's table for frames, and its description for what
// makes the frame of an address by itself. p is nil for a network.
func (pl *planner) embed(subject string, key build.Key, p *catalog.Product, made func() *table.Table) {
	s := pl.s
	pl.page(embedPath(subject), key, func() ([]byte, error) { return s.embedPage(subject, p, made()) })
	if s.Catalog.Site.BaseURL != "" {
		pl.page(oembedPath(subject), key, func() ([]byte, error) { return s.oembed(subject, made().Title) })
	}
}

func (s *Site) embedPage(subject string, p *catalog.Product, t *table.Table) ([]byte, error) {
	path := embedPath(subject)
	m := &markup{page: path}
	s.wholeTable(m, t)
	v := embedView{base: base{site: s, Path: path, Title: t.Title}, Provenance: t.Provenance, Table: m.html()}
	if p != nil {
		var err error
		if v.Profile, err = profileOf(p); err != nil {
			return nil, err
		}
	}
	return s.render("embed", v)
}

// wholeTable appends a table with all its columns in little width: who, what
// and where in a row, and all else of it in a line below.
func (s *Site) wholeTable(m *markup, t *table.Table) {
	var above, below []int
	for i, c := range t.Columns {
		switch {
		case c.ID == t.GroupBy.ID:
		case c.Kind == table.Prose || c.Kind == table.Citation || slices.Contains([]string{"source_ports", "encryption", "firewalls", "status"}, c.ID):
			below = append(below, i)
		default:
			above = append(above, i)
		}
	}
	m.raw(`<div class="scroll" role="region" aria-labelledby="table.whole" tabindex="0"><table class="stack whole"><caption id="table.whole"><h1>`).
		text(t.Title).raw(`</h1></caption><thead><tr>`)
	for _, i := range above {
		title := t.Columns[i].Title
		m.raw(`<th scope="col"`)
		if width := columns[title].width; width != "" {
			m.raw(` class="`, width, `"`)
		}
		m.raw(`>`).text(title).raw(`</th>`)
	}
	m.raw(`</tr></thead>`)
	span := strconv.Itoa(len(above))
	for _, g := range t.Groups {
		if g.Title != "" {
			m.raw(`<tbody><tr class="group"><th scope="rowgroup" colspan="`, span, `">`).text(g.Title).raw(`</th></tr></tbody>`)
		}
		for i := range g.Rows {
			m.raw(`<tbody data-flow="`).text(g.Rows[i].ID).raw(`">`)
			wholeRow(m, t, &g.Rows[i], above)
			rowBelow(m, t, &g.Rows[i], below, span)
			m.raw(`</tbody>`)
		}
	}
	m.raw(`</table></div>`)
}

func wholeRow(m *markup, t *table.Table, r *table.Row, columns []int) {
	m.raw(`<tr>`)
	for _, i := range columns {
		cell := &r.Cells[i]
		switch c := t.Columns[i]; {
		case c.Kind == table.Label:
			m.raw(`<th scope="row">`).blocks(cell.Blocks).raw(`</th>`)
			continue
		case c.Kind == table.Ports:
			m.raw(`<td class="ports">`)
		case c.ID == "need":
			m.raw(`<td class="marked need-`, cell.Term, `">`)
		default:
			m.raw(`<td data-label="`).text(c.Title).raw(`">`)
		}
		m.blocks(cell.Blocks).raw(`</td>`)
	}
	m.raw(`</tr>`)
}

func rowBelow(m *markup, t *table.Table, r *table.Row, below []int, span string) {
	open := false
	for _, i := range below {
		if r.Cells[i].IsZero() {
			continue
		}
		if !open {
			m.raw(`<tr class="below"><td colspan="`, span, `">`)
			open = true
		}
		m.raw(`<div><b>`).text(t.Columns[i].Title).raw(`:</b> `).blocks(r.Cells[i].Blocks).raw(`</div>`)
	}
	if open {
		m.raw(`</td></tr>`)
	}
}

// The size of the frame that oEmbed names. A file cannot heed the size that
// its reader asks for, so it is one that hardly any reader finds too large.
const (
	frameWidth  = 480
	frameHeight = 360
)

func oembedPath(subject string) string { return embedPath(subject) + "oembed.json" }

// oembed is the description that https://oembed.com asks for.
func (s *Site) oembed(subject, title string) ([]byte, error) {
	address := table.Absolute(s.Catalog.Site.BaseURL)
	frame := (&markup{}).raw(`<iframe src="`).text(address("/"+file(embedPath(subject)))).raw(`" title="`).text(title).
		raw(`" width="`, strconv.Itoa(frameWidth), `" height="`, strconv.Itoa(frameHeight), `" loading="lazy"></iframe>`)
	out, err := json.MarshalIndent(struct {
		Type     string `json:"type"`
		Version  string `json:"version"`
		Title    string `json:"title"`
		Provider string `json:"provider_name"`
		Home     string `json:"provider_url"`
		HTML     string `json:"html"`
		Width    int    `json:"width"`
		Height   int    `json:"height"`
	}{"rich", "1.0", title, s.Catalog.Site.Title, s.Catalog.Site.BaseURL, string(frame.bytes()), frameWidth, frameHeight}, "", "  ")
	return append(out, '\n'), err
}

// oembedLink leads readers of a subject's page to its description; there is
// none where the site's address is not known.
func (s *Site) oembedLink(subject, title string) []alternate {
	if s.Catalog.Site.BaseURL == "" {
		return nil
	}
	return []alternate{{"application/json+oembed", title, oembedPath(subject)}}
}

const openSearchPath = "/opensearch.xml"

// HasOpenSearch tells whether browsers can be told of the lookup: its
// description needs the site's address.
func (b base) HasOpenSearch() bool { return b.site.Catalog.Site.BaseURL != "" }

// openSearch describes the lookup to browsers, as OpenSearch 1.1 has it: a
// short name has 16 characters at most.
func (s *Site) openSearch() []byte {
	name := []rune(s.Catalog.Site.Title)
	url := s.Catalog.Site.BaseURL
	m := &markup{}
	return m.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">` + "\n<ShortName>").
		text(string(name[:min(16, len(name))])).raw("</ShortName>\n<Description>").text("Look up a port, a service or a product").
		raw("</Description>\n<InputEncoding>UTF-8</InputEncoding>\n" + `<Image width="16" height="16" type="image/svg+xml">`).text(url + "favicon.svg").
		raw("</Image>\n" + `<Url type="text/html" template="`).text(url + "ports/index.html?q=").raw(`{searchTerms}"/>` + "\n</OpenSearchDescription>\n").bytes()
}
