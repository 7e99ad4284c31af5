package site

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/table"
)

// base is what every page's view embeds.
type base struct {
	site *Site
	// Path is the page's own, "/products/liquidfiles/".
	Path string
	// Title and Description are the page's, for its head.
	Title, Description string
	// Section is the top navigation's entry that the page belongs to.
	Section string
	// Crumbs lead from the home page to the page above this one.
	Crumbs []crumb
	// Alternates are the same content in other forms.
	Alternates []alternate
	// File is the file of the site's folder that the page is made from; empty:
	// there is no one file.
	File string
	// State is that of the data which the page shows.
	State state
}

// state is that of data: its version, and the day of the newest review of it.
type state struct {
	Version  string
	Reviewed catalog.Date
}

// ShortVersion is enough of the version to tell it from others.
func (d state) ShortVersion() string { return table.Provenance{DataVersion: d.Version}.ShortVersion() }

// wholeState is that of all data. Only pages that are made anew with every
// change of the data say it.
func (s *Site) wholeState() state {
	st := state{Version: s.Catalog.Version}
	for _, p := range s.Catalog.Products {
		st.Reviewed = max(st.Reviewed, p.Reviewed)
	}
	return st
}

func productState(p *catalog.Product) state { return state{p.DataVersion, p.Reviewed} }

func productFile(p *catalog.Product) string { return "data/products/" + p.Slug + ".toml" }

func deploymentFile(d *catalog.Deployment) string { return "data/deployments/" + d.Slug + ".toml" }

// EditLink is where the page's file can be edited; empty: nowhere known.
func (b base) EditLink() string { return b.site.Catalog.Site.EditLink(b.File) }

// ReportLink is where an error on the page is reported; empty: nowhere known.
func (b base) ReportLink() string {
	page := b.Canonical()
	if page == "" {
		page = b.Path
	}
	return b.site.Catalog.Site.ReportLink(page, b.File, b.HeadTitle())
}

type crumb struct{ Title, Path string }

type alternate struct{ Type, Title, Path string }

// TypeAttr is the media type as an attribute, with a "+" for those that read
// pages without a parser.
func (a alternate) TypeAttr() template.HTMLAttr { return template.HTMLAttr(`type="` + a.Type + `"`) }

// Link is the link from the page to a path of the site: relative, but on the
// page that a host serves for any address absolute, where the site's own
// address is known.
func (b base) Link(path string) string {
	if url := b.site.Catalog.Site.BaseURL; b.Path == notFoundPath && url != "" {
		return url + strings.TrimPrefix(path, "/")
	}
	return relative(b.Path, path)
}

// AlternateLink is the link to another form of the page: absolute where the
// site's own address is known, because not all that look for one resolve links.
func (b base) AlternateLink(a alternate) string {
	if url := b.site.Catalog.Site.BaseURL; url != "" {
		return url + strings.TrimPrefix(a.Path, "/")
	}
	return b.Link(a.Path)
}

// Asset is the relative link to an asset by its name in templates/assets.
func (b base) Asset(name string) (string, error) {
	a, ok := b.site.Assets.Lookup(name)
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return b.Link("/assets/" + a.Output), nil
}

// SiteTitle is the site's name.
func (b base) SiteTitle() string { return b.site.Catalog.Site.Title }

// HeadTitle is the text of the browser's tab.
func (b base) HeadTitle() string {
	if b.Title == "" {
		return b.SiteTitle()
	}
	return b.Title + " · " + b.SiteTitle()
}

// Canonical is the page's absolute address; empty without a base URL.
func (b base) Canonical() string {
	if b.site.Catalog.Site.BaseURL == "" {
		return ""
	}
	return b.site.Catalog.Site.BaseURL + strings.TrimPrefix(b.Path, "/")
}

// Nav is the top navigation.
func (b base) Nav() []crumb {
	nav := []crumb{{"Products", "/products/"}, {"Matrix", "/matrix/"}, {"Ports", "/ports/"}, {"Services", "/services/"}}
	if len(b.site.Networks) > 0 {
		nav = append(nav, crumb{"Networks", "/deployments/"})
	}
	if len(b.site.platforms) > 0 {
		nav = append(nav, crumb{"Rules", builderPath}, crumb{"Platforms", platformsPath})
	}
	if b.Has(guidesPath) {
		nav = append(nav, crumb{"Guides", guidesPath})
	}
	return nav
}

// goKeys are the keys that lead to the site's sections, after "g".
var goKeys = map[string]string{
	"/": "h", "/products/": "p", "/matrix/": "m", "/ports/": "o", "/services/": "s", "/deployments/": "n", platformsPath: "f",
	"/rules/": "r", "/compare/": "c", "/connect/": "t", guidesPath: "g",
}

// GoKey is the key that leads to a section; empty: there is none.
func (b base) GoKey(path string) string { return goKeys[path] }

// Has tells whether the site has that page of content/, or any below
// "/guides/": a site of one's own need not have the pages of ours.
func (b base) Has(path string) bool {
	return slices.ContainsFunc(b.site.Content, func(c *Content) bool {
		return c.Path == path || path == guidesPath && strings.HasPrefix(c.Path, guidesPath)
	})
}

const guidesPath = "/guides/"

// linkItems are links of a page as items of a list.
func linkItems(page, class string, links []crumb) template.HTML {
	m := &markup{page: page}
	for _, l := range links {
		m.raw(`<li>`).link(l.Path, class, l.Title).raw(`</li>`)
	}
	return m.html()
}

// html ends the markup and makes it safe for the templates.
func (m *markup) html() template.HTML {
	text := template.HTML(m.b)
	if again := m.b[:0]; again != nil && cap(again) <= largeBuffer {
		scraps.Put(&again)
	}
	m.b = nil
	return text
}

// Runs tells whether the page runs WebAssembly, which its policy must allow.
func (b base) Runs() bool { return b.Builds() && b.Path == builderPath }

// Builds tells whether the site has the program that makes rules in the page.
func (b base) Builds() bool { return b.site.engine.Wasm != "" }
