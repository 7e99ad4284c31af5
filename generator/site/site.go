// Package site is the published site: its URL space, the views of its pages
// and the plan of every file that is written.
//
// A page is a typed view and a template of the same name; tables are appended
// as bytes by this package. Every link is relative and names its index.html.
// A plan holds no rendered bytes: each output renders when the runner asks,
// and its key covers all that the render reads.
package site

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"portolan/generator/api"
	"portolan/generator/asset"
	"portolan/generator/build"
	"portolan/generator/catalog"
	"portolan/generator/changes"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/note"
	"portolan/generator/policy"
	"portolan/generator/ports"
	"portolan/generator/topology/svg"
)

// Input is what a site is made of.
type Input struct {
	Catalog *catalog.Catalog
	// Content are the pages of content/.
	Content []*Content
	// Broken are slugs of products whose files have faults, so that the
	// catalog lacks them: links to what they would have shown are no faults.
	Broken []string
	// Releases are the recorded releases of the data, newest first.
	Releases []changes.Release
	// Templates holds the page templates and, under assets/, what pages load.
	Templates fs.FS
}

// Site is a catalog with all that its pages need, made once and not changed.
type Site struct {
	Catalog  *catalog.Catalog
	Content  []*Content
	Networks []*network.Network
	// Findings are what is to be looked at in each network.
	Findings map[*network.Network][]network.Finding
	Releases []changes.Release
	Ports    *ports.Index
	Assets   *asset.Set

	api       *api.API
	templates map[string]*template.Template
	speakers  map[string][]*catalog.Product // by service id
	portPlace map[ports.Page]int
	parts     sync.Map          // template.HTML by partKey
	platforms []policy.Platform // that rules are published for
	pairs     []network.Pair    // that have a page
	could     []network.Pair    // that have none
	compared  []compared
	favicon   []byte
	element   []byte // embed.js
	engine    engine // of the rule builder
	plan      []build.Output
	look      build.Key // templates, assets and the site's own settings
	words     build.Key // the vocabulary
}

// New makes the site and reports links that lead nowhere. Faults of templates
// and assets are errors of the program's or the site's own files and come
// back as an error.
func New(in Input, sink diag.Sink) (*Site, error) {
	s := &Site{Catalog: in.Catalog, Content: in.Content, Releases: in.Releases, Ports: ports.NewIndex(in.Catalog),
		Findings: map[*network.Network][]network.Finding{}, speakers: map[string][]*catalog.Product{}, portPlace: map[ports.Page]int{}, platforms: publishedPlatforms(in.Catalog.Site)}
	for _, d := range in.Catalog.Deployments {
		s.addNetwork(d, sink)
	}
	for _, p := range in.Catalog.Products {
		for i := range p.Flows {
			id := p.Flows[i].Service
			if list := s.speakers[id]; len(list) == 0 || list[len(list)-1] != p {
				s.speakers[id] = append(list, p)
			}
		}
	}
	s.pairs, s.could = talkingPairs(in.Catalog)
	s.compared = comparedPairs(in.Catalog)
	for i, page := range s.Ports.Pages() {
		s.portPlace[page] = i
	}
	s.api = api.New(in.Catalog, s.Ports, api.Options{BaseURL: in.Catalog.Site.BaseURL, Platforms: s.platforms, NoteHTML: note.AppendHTML})
	if err := s.loadTemplates(in.Templates); err != nil {
		return nil, err
	}
	s.plan = newPlan(s)
	s.checkLinks(in.Broken, sink)
	s.checkRules(sink)
	return s, nil
}

// addNetwork resolves a network and, if nothing is wrong with it, looks it over.
func (s *Site) addNetwork(d *catalog.Deployment, sink diag.Sink) {
	var own diag.List
	n := network.Resolve(s.Catalog, d, &own)
	s.Networks = append(s.Networks, n)
	if !own.HasErrors() {
		s.Findings[n] = network.Findings(s.Catalog, n)
	}
	for _, x := range own.Sorted() {
		sink.Add(x)
	}
	for _, f := range s.Findings[n] {
		sink.Add(f.Diagnostic)
	}
}

// kinds are the kinds of page; each has a template of its name.
var kinds = []string{"404", "builder", "changes", "compare", "compares", "connect", "connects", "deployment", "deployments", "embed", "guide", "guides", "home", "matrix", "platform", "platforms", "port", "ports", "product", "products", "review", "rules", "service", "services"}

func (s *Site) loadTemplates(fsys fs.FS) error {
	var key build.KeyBuilder
	read := func(name string) (string, error) {
		src, err := fs.ReadFile(fsys, name)
		key.String(name)
		key.Bytes(src)
		return squeeze(string(src)), err
	}
	baseText, err := read("base.html")
	if err != nil {
		return err
	}
	common, err := template.New("base.html").Parse(baseText)
	if err != nil {
		return err
	}
	s.templates = make(map[string]*template.Template, len(kinds))
	for _, kind := range kinds {
		text, err := read(kind + ".html")
		if err != nil {
			return err
		}
		t, err := common.Clone()
		if err == nil {
			t, err = t.New(kind + ".html").Parse(text)
		}
		if err != nil {
			return err
		}
		s.templates[kind] = t
	}
	icon, err := fs.ReadFile(fsys, "favicon.svg")
	if err != nil {
		return err
	}
	key.Bytes(icon)
	if s.favicon, err = asset.Minify(asset.SVG, icon); err != nil {
		return fmt.Errorf("favicon.svg: %w", err)
	}
	script, err := fs.ReadFile(fsys, "embed.js")
	if err != nil {
		return err
	}
	if s.element, err = asset.Minify(asset.JavaScript, script); err != nil {
		return fmt.Errorf("embed.js: %w", err)
	}
	key.Bytes(s.element)
	if s.engine, err = loadEngine(fsys); err != nil {
		return err
	}
	files, err := fs.Sub(fsys, "assets")
	if err != nil {
		return err
	}
	if s.Assets, err = asset.NewSet(files, map[string]string{"style.css": svg.Stylesheet(), "dark.css": svg.Dark()}); err != nil {
		return err
	}
	for _, a := range s.Assets.All() {
		key.String(a.Output)
	}
	s.settings(&key)
	return nil
}

// settings adds what all pages read of the site's own files to the key, and
// makes that of the vocabulary.
func (s *Site) settings(key *build.KeyBuilder) {
	key.String(s.Catalog.Site.Title)
	key.String(s.Catalog.Site.BaseURL)
	key.String(s.Catalog.Site.EditURL)
	key.String(fmt.Sprint(s.Catalog.Site.SiteZip))
	key.String(s.Catalog.Site.ReportURL)
	key.String(fmt.Sprint(len(s.Networks) > 0))
	for _, p := range s.platforms {
		key.String(p.Info().ID)
	}
	for _, c := range s.Content {
		key.String(c.Path) // base.Has
	}
	key.String(s.engine.Wasm)
	key.String(s.engine.Exec)
	s.look = key.Key()
	var words build.KeyBuilder
	for _, v := range s.Catalog.Services {
		words.String(fmt.Sprint(v.ID, v.Name, v.Ports, v.Encryption, v.IANA, v.Infrastructure, v.Reference, v.Note.Source))
	}
	for _, z := range s.Catalog.Zones {
		words.String(fmt.Sprint(z.ID, z.Name, z.Note.Source))
	}
	s.words = words.Key()
}

// squeeze drops the indentation and blank lines of a template, so that no
// page needs a minifier. Templates hold no preformatted text.
func squeeze(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(line)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// render executes the template of a kind of page.
func (s *Site) render(kind string, view any) ([]byte, error) {
	return buffered(func(b *bytes.Buffer) error { return s.templates[kind].ExecuteTemplate(b, "page", view) })
}

// checkLinks reports links of notes and content pages to places of the site
// that do not exist.
func (s *Site) checkLinks(broken []string, sink diag.Sink) {
	known := map[string]bool{}
	for _, o := range s.plan {
		known[o.Path] = true
	}
	check := func(at diag.Pos, path string) {
		page, fragment, has := strings.Cut(path, "#")
		switch {
		case !known[file(page)] && lost(page, broken):
		case !known[file(page)]:
			diag.Errorf(sink, at, "broken-link", "no page %q", page)
		case has && !s.hasAnchor(page, fragment):
			diag.Errorf(sink, at, "broken-anchor", "page %q has no anchor %q", page, fragment)
		}
	}
	for _, c := range s.Content {
		for _, l := range c.Page.Links {
			if path, ok := c.sitePath(l.URL); ok {
				check(l.Pos, path)
			}
		}
	}
	s.Catalog.Notes(func(at diag.Locator, path string, n *note.Note) {
		for _, url := range note.Links(n.Blocks) {
			if strings.HasPrefix(url, "/") {
				check(at.At(path), url)
			}
		}
	})
}

// lost tells whether a page may be missing because products are broken: their
// own pages and those of ports.
func lost(page string, broken []string) bool {
	return len(broken) > 0 && strings.HasPrefix(page, "/ports/") ||
		slices.ContainsFunc(broken, func(slug string) bool { return strings.HasPrefix(page, productPath(slug)) })
}

// hasAnchor tells whether a page that exists has that anchor. Pages whose
// anchors are not linked to by hand are taken at their word.
func (s *Site) hasAnchor(page, fragment string) bool {
	if slug, ok := strings.CutPrefix(page, "/products/"); ok && slug != "" {
		p := s.Catalog.Product(strings.TrimSuffix(slug, "/"))
		kind, id, dotted := strings.Cut(fragment, ".")
		switch {
		case p == nil:
			return false
		case !dotted:
			return p.Flow(fragment) != nil
		case kind == "feature":
			return p.Feature(id) != nil
		case kind == "endpoint":
			return p.Endpoint(id) != nil
		case kind == "source":
			return p.Source(id) != nil
		case kind == "constraint":
			return slices.ContainsFunc(p.Constraints, func(c catalog.Constraint) bool { return c.ID == id })
		}
		return kind == "page" || kind == "software"
	}
	i := slices.IndexFunc(s.Content, func(c *Content) bool { return c.Path == page })
	return i < 0 || slices.Contains(s.Content[i].Page.Anchors, fragment)
}
