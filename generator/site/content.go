package site

import (
	"errors"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"

	"portolan/generator/build"
	"portolan/generator/diag"
	"portolan/generator/page"
	"portolan/generator/tomlfile"
)

// Content is one page of content/: content/guides/x.md is /guides/x/.
type Content struct {
	// File is its name in the site's folder, Path its page's path.
	File, Path string
	Front
	Page *page.Page

	key build.Key
}

// Front is the front matter of a content page.
type Front struct {
	// Title is the page's heading.
	Title string `toml:"title,required"`
	// Summary is one sentence, shown in lists and under the heading.
	Summary string `toml:"summary"`
	// Order sorts the pages of one folder; equal ones are sorted by title.
	Order int `toml:"order"`
}

// LoadContent reads all pages below content/ and reports their faults. A site
// without the folder has none.
func LoadContent(fsys fs.FS, sink diag.Sink) []*Content {
	var out []*Content
	err := fs.WalkDir(fsys, "content", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && name == "content":
			return fs.SkipAll
		case err != nil:
			diag.Errorf(sink, diag.Pos{File: name}, "unreadable", "%v", err)
		case !e.IsDir() && path.Ext(name) == ".md":
			if c := loadPage(fsys, name, sink); c != nil {
				out = append(out, c)
			}
		}
		return nil
	})
	if err != nil {
		diag.Errorf(sink, diag.Pos{File: "content"}, "unreadable", "%v", err)
	}
	slices.SortStableFunc(out, func(a, b *Content) int {
		if a.Order != b.Order {
			return a.Order - b.Order
		}
		return strings.Compare(a.Title, b.Title)
	})
	return out
}

func loadPage(fsys fs.FS, name string, sink diag.Sink) *Content {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		diag.Errorf(sink, diag.Pos{File: name}, "unreadable", "%v", err)
		return nil
	}
	front, frontLine, body, bodyLine, err := page.Split(src)
	if err == nil && frontLine == 0 {
		err = errors.New("no front matter: a page begins with +++, its title and +++")
	}
	if err != nil {
		diag.Errorf(sink, diag.Pos{File: name, Line: 1, Col: 1}, "page-front-matter", "%v", err)
		return nil
	}
	// Blank lines before the front matter keep its positions those of the file.
	padded := append([]byte(strings.Repeat("\n", frontLine-1)), front...)
	decoded, _ := tomlfile.Decode[Front](name, padded, sink)
	parsed := page.Parse(name, body, bodyLine, sink)
	if decoded == nil || parsed == nil {
		return nil
	}
	place := strings.TrimSuffix(strings.TrimPrefix(name, "content/"), ".md")
	return &Content{File: name, Path: "/" + strings.TrimSuffix(place, "index") + slashUnless(place), Front: *decoded, Page: parsed, key: build.NewKey(src)}
}

func slashUnless(place string) string {
	if place == "index" || strings.HasSuffix(place, "/index") {
		return ""
	}
	return "/"
}

// sitePath resolves a link of the page to a path of the site: one written
// from the root, or relative to the file. False: it leads out of the site.
func (c *Content) sitePath(url string) (string, bool) {
	target, fragment, has := strings.Cut(url, "#")
	if has {
		fragment = "#" + fragment
	}
	switch {
	case strings.Contains(target, ":"), strings.HasPrefix(target, "//"):
		return "", false
	case target == "":
		return c.Path + fragment, true
	case target[0] == '/':
		return target + fragment, true
	}
	full := path.Join(path.Dir(strings.TrimPrefix(c.File, "content")), target)
	if before, ok := strings.CutSuffix(full, ".md"); ok {
		full = before + "/"
	} else if strings.HasSuffix(target, "/") {
		full += "/"
	}
	return full + fragment, true
}

type guideView struct {
	base
	TOC  []page.Heading
	Body template.HTML
}

func (s *Site) contentPage(c *Content) ([]byte, error) {
	view := guideView{base: base{site: s, Path: c.Path, Title: c.Title, Description: c.Summary, File: c.File}}
	for _, h := range c.Page.TOC {
		if h.Level == 2 {
			view.TOC = append(view.TOC, h)
		}
	}
	if strings.HasPrefix(c.Path, guidesPath) {
		view.Section, view.Crumbs = guidesPath, []crumb{{"Guides", guidesPath}}
	}
	view.Body = template.HTML(c.Page.AppendHTML(nil, func(l page.Link) string {
		if to, ok := c.sitePath(l.URL); ok {
			return relative(c.Path, to)
		}
		return l.URL
	}))
	return s.render("guide", view)
}

type guidesView struct {
	base
	Guides []*Content
}

func (s *Site) guidesPage() ([]byte, error) {
	const path = guidesPath
	v := guidesView{base: base{site: s, Path: path, Title: "Guides", Section: path, Description: "How to read the tables, and what a firewall must know of file transfer."}}
	for _, c := range s.Content {
		if strings.HasPrefix(c.Path, path) {
			v.Guides = append(v.Guides, c)
		}
	}
	return s.render("guides", v)
}
