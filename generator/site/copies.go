package site

import (
	"bytes"
	"html/template"
	"slices"

	"portolan/generator/build"
	"portolan/generator/diag"
	"portolan/generator/table"
	"portolan/generator/table/dialects"
	"portolan/generator/table/picture"
)

// dialects are the table formats that the site publishes.
func (s *Site) dialects() []table.Dialect {
	all := dialects.All()
	if wanted := s.Catalog.Site.Formats; len(wanted) > 0 {
		all = slices.DeleteFunc(all, func(d table.Dialect) bool { return !slices.Contains(wanted, d.Info().ID) })
	}
	return all
}

// copies plans the copies of a page's table, one a format beside the page.
func (pl *planner) copies(page string, key build.Key, made func() *table.Table) {
	made = recall(made)
	for _, d := range pl.s.dialects() {
		pl.page(copyPath(page, d), key, func() ([]byte, error) { return pl.s.copyOf(d, made()) })
	}
}

// picture plans the picture of a page's table, if it is of few rows.
func (pl *planner) picture(page string, key build.Key, rows int, made func() *table.Table) {
	if picture.Fits(rows) {
		pl.file(picturePath(page), key, func() []byte {
			t := made()
			if url := pl.s.Catalog.Site.BaseURL; url != "" {
				t = t.WithLinks(table.Absolute(url))
			}
			return picture.SVG(t)
		})
	}
}

// pictureLink leads to the picture of a table of so many rows; none if there is none.
func pictureLink(page string, rows int) []crumb {
	if picture.Fits(rows) {
		return []crumb{{"Picture (SVG)", picturePath(page)}}
	}
	return nil
}

func picturePath(page string) string { return page + "table.svg" }

func copyPath(page string, d table.Dialect) string { return page + "table." + d.Info().Extension }

// copyOf spells a table for another place. Its links are absolute where the
// site's address is known, and plain text where it is not.
func (s *Site) copyOf(d table.Dialect, t *table.Table) ([]byte, error) {
	if url := s.Catalog.Site.BaseURL; url != "" {
		t = t.WithLinks(table.Absolute(url))
	}
	return buffered(func(b *bytes.Buffer) error { return table.Write(b, d, t, discard{}) })
}

// discard drops what a format cannot carry: the copy's own line of provenance
// says it, and the command line tells where a person asks for one table.
type discard struct{}

func (discard) Add(diag.Diagnostic) {}

// copyLinks are the copies of the table on a page by whom they are for, and
// further links to data.
func (s *Site) copyLinks(page string, more ...crumb) template.HTML {
	m := &markup{page: page}
	m.raw(`<dl class="picker">`)
	for _, use := range table.Uses() {
		var links []crumb
		for _, d := range s.dialects() {
			if info := d.Info(); info.For == use {
				links = append(links, crumb{info.Title, copyPath(page, d)})
			}
		}
		if use == table.ForData {
			links = append(links, more...)
		}
		if len(links) == 0 {
			continue
		}
		m.raw(`<dt>`, string(use), `</dt><dd><ul>`)
		for _, l := range links {
			m.raw(`<li>`).link(l.Path, "", l.Title).raw(`</li>`)
		}
		m.raw(`</ul></dd>`)
	}
	return m.raw(`</dl>`).html()
}
