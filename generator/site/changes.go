package site

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/changes"
)

const changesPath = "/changes/"

// feedPaths are the feeds of releases.
const (
	atomPath     = "/feed.xml"
	jsonFeedPath = "/feed.json"
)

type changesView struct {
	base
	// Version is that of the data as the site shows it; Newer tells that no
	// release is recorded of it.
	Version  string
	Newer    bool
	Releases template.HTML
}

func (s *Site) changesPage() ([]byte, error) {
	v := changesView{
		base: base{site: s, Path: changesPath, Title: "Changes", Section: changesPath,
			Description: "What was added, removed and changed in each release of the data, and which rules may go.", State: s.wholeState()},
		Version: s.Catalog.Version,
		Newer:   len(s.Releases) == 0 || s.Releases[0].Report.New != s.Catalog.Version,
	}
	if len(s.Releases) > 0 {
		v.Alternates = []alternate{{"application/atom+xml", "Releases of the data", atomPath}, {"application/feed+json", "Releases of the data", jsonFeedPath}}
	}
	m := &markup{page: changesPath}
	for _, r := range s.Releases {
		m.raw(`<section aria-labelledby="`, r.Date, `"><h2 id="`, r.Date, `"><time datetime="`, r.Date, `">`, r.Date, `</time></h2><p class="sub">Data `).
			text(r.Report.New).raw(`: `).text(summary(r.Report)).raw(`.</p>`)
		for _, k := range []changes.Kind{changes.Added, changes.Removed} {
			s.wholeProducts(m, r.Report, k)
		}
		for i := range r.Report.Products {
			if p := &r.Report.Products[i]; p.Kind == changes.Changed {
				m.raw(`<h3 id="`).text(r.Date + "." + p.Slug).raw(`">`)
				s.productName(m, p)
				m.raw(`</h3>`)
				s.differences(m, p, r.Date+"."+p.Slug)
			}
		}
		m.raw(`</section>`)
	}
	v.Releases = m.html()
	return s.render("changes", v)
}

// summary is a report in a few words: "2 products added, 1 changed".
func summary(r *changes.Report) string {
	count := map[changes.Kind]int{}
	for i := range r.Products {
		count[r.Products[i].Kind]++
	}
	var parts []string
	for _, k := range []changes.Kind{changes.Added, changes.Changed, changes.Removed} {
		if n := count[k]; n > 0 {
			noun := ""
			if len(parts) == 0 {
				noun = plural(n, " product", " products")
			}
			parts = append(parts, strconv.Itoa(n)+noun+" "+string(k))
		}
	}
	if len(parts) == 0 {
		return "nothing differs"
	}
	return strings.Join(parts, ", ")
}

// wholeProducts appends the products that came or went.
func (s *Site) wholeProducts(m *markup, r *changes.Report, k changes.Kind) {
	mark := map[changes.Kind]string{changes.Added: "Added: ", changes.Removed: "Removed: "}[k]
	for i := range r.Products {
		if p := &r.Products[i]; p.Kind == k {
			if mark != ", " {
				m.raw(`<p>`)
			}
			m.raw(mark)
			s.productName(m, p)
			mark = ", "
		}
	}
	if mark == ", " {
		m.raw(`.</p>`)
	}
}

// productName links the product if the site still has it.
func (s *Site) productName(m *markup, p *changes.Product) {
	if s.Catalog.Product(p.Slug) != nil {
		m.link(productPath(p.Slug), "", p.Name)
	} else {
		m.text(p.Name)
	}
}

// differences appends the list of changes, what to open and what may go.
func (s *Site) differences(m *markup, p *changes.Product, id string) {
	s.ruleChanges(m, p, "To open", id+".open", p.Open)
	s.ruleChanges(m, p, "May be closed", id+".close", p.Close)
	if len(p.Changes) == 0 {
		return
	}
	m.raw(`<details><summary>`, strconv.Itoa(len(p.Changes)), plural(len(p.Changes), " change", " changes"), ` in the file</summary><ul class="changes">`)
	for i := range p.Changes {
		c := &p.Changes[i]
		m.raw(`<li><b>`, string(c.Kind), `</b> <code>`).text(c.What()).raw(`</code> `).text(c.Title)
		if len(c.Fields) > 0 {
			m.raw(`<dl>`)
			for _, f := range c.Fields {
				m.raw(`<dt>`).text(f.Name).raw(`</dt><dd>`)
				said(m, "del", f.Old)
				m.raw(` → `)
				said(m, "ins", f.New)
				m.raw(`</dd>`)
			}
			m.raw(`</dl>`)
		}
		m.raw(`</li>`)
	}
	m.raw(`</ul></details>`)
}

func said(m *markup, tag, text string) {
	if text == "" {
		m.raw(`<span class="sub">nothing</span>`)
		return
	}
	m.raw(`<`, tag, `>`).text(text).raw(`</`, tag, `>`)
}

// ruleChanges appends a table of what opens or may be closed.
func (s *Site) ruleChanges(m *markup, p *changes.Product, title, id string, rules []changes.Rule) {
	if len(rules) == 0 {
		return
	}
	m.raw(`<div class="scroll" role="region" aria-labelledby="table.`).text(id).raw(`" tabindex="0"><table class="stack"><caption id="table.`).text(id).raw(`">`, title, `</caption>`).columns("Ports", "From", "To", "For")
	known := s.Catalog.Product(p.Slug)
	for _, r := range rules {
		m.raw(`<tr><th scope="row"><span class="port">`).text(r.Ports).raw(`</span></th><td data-label="From">`).text(r.From).raw(`</td><td data-label="To">`).text(r.To).raw(`</td><td data-label="For">`)
		for i, f := range r.Flows {
			if i > 0 {
				m.raw(`, `)
			}
			if known != nil && known.Flow(f) != nil {
				m.link(productPath(p.Slug)+"#"+f, "", f)
			} else {
				m.text(f)
			}
		}
		m.raw(`</td></tr>`)
	}
	if m.page == changesPath {
		m.raw(`</tbody></table></div>`)
	} else {
		m.copied("Copy")
	}
}

// upgrades appends what differs from each version of a product to the next.
func (s *Site) upgrades(m *markup, p *catalog.Product) {
	for i := 1; i < len(p.Versions); i++ {
		d := changes.Versions(p, p.Versions[i-1], p.Versions[i])
		if d == nil {
			continue
		}
		m.raw(`<h3>From `).text(d.From).raw(` to `).text(d.To).raw(`</h3>`)
		s.differences(m, d, "version."+strconv.Itoa(i))
	}
}

// entry is a release as a feed tells it.
type entry struct {
	id, title, url, date, html string
}

// entries are the releases, newest first. Addresses are absolute where the
// site's own is known, else relative to the feed.
func (s *Site) entries() []entry {
	out := make([]entry, len(s.Releases))
	for i, r := range s.Releases {
		m := &markup{page: atomPath}
		m.raw(`<ul>`)
		for j := range r.Report.Products {
			p := &r.Report.Products[j]
			m.raw(`<li>`).text(p.Heading())
			for _, o := range p.Open {
				m.raw(`<br>To open: `).text(o.Ports + ", " + o.From + " to " + o.To)
			}
			for _, o := range p.Close {
				m.raw(`<br>May be closed: `).text(o.Ports + ", " + o.From + " to " + o.To)
			}
			m.raw(`</li>`)
		}
		m.raw(`</ul>`)
		out[i] = entry{
			id:    urn("release", r.Date, r.Report.New),
			title: "Data of " + r.Date + ": " + summary(r.Report),
			url:   s.Catalog.Site.BaseURL + "changes/index.html#" + r.Date,
			date:  r.Date + "T00:00:00Z",
			html:  string(m.html()),
		}
	}
	return out
}

// urn is a name-based identifier (RFC 9562, version 8) that stays what it is
// wherever the site is served.
func urn(parts ...string) string {
	sum := sha256.Sum256([]byte("portolan\x00" + strings.Join(parts, "\x00")))
	sum[6] = sum[6]&0x0f | 0x80
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// atom is the feed of releases (RFC 4287).
func (s *Site) atom() []byte {
	list := s.entries()
	m := &markup{page: atomPath}
	m.raw(`<?xml version="1.0" encoding="utf-8"?>`, "\n", `<feed xmlns="http://www.w3.org/2005/Atom"><id>`, urn("feed", s.Catalog.Site.Title), `</id><title>`).
		text(s.Catalog.Site.Title+": releases of the data").raw(`</title><author><name>`).text(s.Catalog.Site.Title).raw(`</name></author><updated>`, list[0].date, `</updated>`)
	if url := s.Catalog.Site.BaseURL; url != "" {
		m.raw(`<link rel="self" href="`).text(url + strings.TrimPrefix(atomPath, "/")).raw(`"/>`)
	}
	m.raw(`<link rel="alternate" href="`).text(s.Catalog.Site.BaseURL + "changes/index.html").raw("\"/>\n")
	for _, e := range list {
		m.raw(`<entry><id>`, e.id, `</id><title>`).text(e.title).raw(`</title><updated>`, e.date, `</updated><link rel="alternate" href="`).text(e.url).
			raw(`"/><content type="html">`).text(e.html).raw("</content></entry>\n")
	}
	return m.raw("</feed>\n").bytes()
}

// jsonFeed is the same as JSON Feed 1.1.
func (s *Site) jsonFeed() ([]byte, error) {
	type item struct {
		ID        string `json:"id"`
		URL       string `json:"url"`
		Title     string `json:"title"`
		HTML      string `json:"content_html"`
		Published string `json:"date_published"`
	}
	feed := struct {
		Version string `json:"version"`
		Title   string `json:"title"`
		Home    string `json:"home_page_url,omitempty"`
		Feed    string `json:"feed_url,omitempty"`
		Items   []item `json:"items"`
	}{Version: "https://jsonfeed.org/version/1.1", Title: s.Catalog.Site.Title + ": releases of the data", Items: []item{}}
	if url := s.Catalog.Site.BaseURL; url != "" {
		feed.Home, feed.Feed = url, url+strings.TrimPrefix(jsonFeedPath, "/")
	}
	for _, e := range s.entries() {
		feed.Items = append(feed.Items, item{e.id, e.url, e.title, e.html, e.date})
	}
	text, err := json.Marshal(feed)
	return append(text, '\n'), err
}
