package site

import (
	"strings"
)

type notFoundView struct{ base }

// notFoundPath is the page that hosts serve for addresses that do not exist.
const notFoundPath = "/404.html"

func (s *Site) notFoundPage() ([]byte, error) {
	return s.render("404", notFoundView{base{site: s, Path: notFoundPath, Title: "Not found", Description: "No page of this site has that address."}})
}

func (s *Site) robots() []byte {
	text := "User-agent: *\nAllow: /\n"
	if url := s.Catalog.Site.BaseURL; url != "" {
		text += "Sitemap: " + url + "sitemap.xml\n"
	}
	return []byte(text)
}

// sitemap lists the pages that readers look for. The protocol wants absolute addresses; without a
// base URL they are written from the root of whatever host serves the site.
func (s *Site) sitemap() []byte {
	url := s.Catalog.Site.BaseURL
	if url == "" {
		url = "/"
	}
	m := &markup{}
	m.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	for _, o := range s.plan {
		page, ok := strings.CutSuffix(o.Path, "index.html")
		if !ok || strings.HasSuffix(page, "/embed/") {
			continue // a frame's page is the same table again
		}
		m.raw(`<url><loc>`).text(url + page).raw(`</loc>`)
		if slug, ok := strings.CutPrefix(page, "products/"); ok {
			if p := s.Catalog.Product(strings.TrimSuffix(slug, "/")); p != nil && p.Reviewed != "" {
				m.raw(`<lastmod>`, string(p.Reviewed), `</lastmod>`)
			}
		}
		m.raw("</url>\n")
	}
	return m.raw("</urlset>\n").bytes()
}
