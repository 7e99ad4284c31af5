// Package page reads content pages: TOML front matter and a body in Markdown
// (CommonMark with GFM's tables, strikethrough, task lists and bare links).
//
// What a body says is known before it is printed: its headings, anchors and
// links with their positions, and every fault. Raw HTML never reaches a page.
// A [Page] does not change after [Parse] and may be printed by several
// goroutines at once.
package page

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"portolan/generator/diag"
)

// Page is one parsed body.
type Page struct {
	File    string
	TOC     []Heading // the headings of level 2 and 3 that stand in no list or quote
	Links   []Link    // in the order of the text, images too
	Anchors []string  // the ids of all headings, in the order of the text

	source []byte
	doc    ast.Node
	links  map[ast.Node]int    // index into Links
	labels map[ast.Node]string // of tables
}

// Heading is one entry of the table of contents.
type Heading struct {
	Level int
	ID    string
	Text  string
}

// Link is a link or an image as the author wrote it.
type Link struct {
	URL   string // escapes and character references decoded
	Pos   diag.Pos
	Text  string // of an image: its alternative text
	Image bool
}

// External tells whether the link leads out of the site.
func (l Link) External() bool { return isExternal(l.URL) }

// Parse reads the body of file, whose first line is bodyLine of the file, and
// tells its faults to sink. The page is complete even then, less what is faulty.
func Parse(file string, body []byte, bodyLine int, sink diag.Sink) *Page {
	source := bytes.ReplaceAll(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	r := &reader{
		Page: &Page{File: file, links: make(map[ast.Node]int), labels: make(map[ast.Node]string)},
		sink: sink, lines: newLines(file, bodyLine, source), ids: make(map[string]bool), tables: make(map[string]int), level: 1,
	}
	if at := firstOdd(source); at >= 0 {
		r.faultAt(r.lines.at(at), "page-character", "a control character, or bytes that are not UTF-8", "")
		source = clean(source)
		r.lines = newLines(file, bodyLine, source)
	}
	r.source = source
	r.doc = markdown().Parser().Parse(text.NewReader(source))
	_ = ast.Walk(r.doc, r.visit) // visit gives no error
	return r.Page
}

func markdown() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(
		extension.Table, extension.Strikethrough, extension.TaskList,
		extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"})),
	))
}

// reader walks the document once.
type reader struct {
	*Page
	sink   diag.Sink
	lines  lines
	ids    map[string]bool
	level  int            // of the heading above, the page's title being 1
	above  string         // its text
	tables map[string]int // how many tables have a label
}

func (r *reader) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	switch n := n.(type) {
	case *ast.Heading:
		r.heading(n)
	case *ast.Link:
		if !r.add(n, n.Destination, n.Reference, false) {
			r.fault(n, "page-url", "a link without destination", "")
		} else if r.plain(n) == "" {
			r.fault(n, "page-link-text", "a link without text", "")
		}
	case *ast.Image:
		r.image(n)
	case *ast.AutoLink:
		dest := n.URL(r.source)
		if n.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(dest), []byte("mailto:")) {
			dest = append([]byte("mailto:"), dest...)
		}
		r.addLink(n, Link{URL: string(dest), Text: string(n.Label(r.source)), Pos: r.find(n, n.Label(r.source))})
	case *ast.HTMLBlock:
		r.fault(n, "page-html", "raw HTML in a page", "write Markdown, or put what is meant literally between `backticks`")
	case *ast.RawHTML:
		r.fault(n, "page-html", "raw HTML in a page", "write Markdown, or put what is meant literally between `backticks`")
	default:
		r.table(n)
	}
	return ast.WalkContinue, nil
}

func (r *reader) heading(n *ast.Heading) {
	title := r.plain(n)
	switch {
	case n.Level == 1:
		r.fault(n, "page-h1", "a heading of level 1 in the body", "the title comes from the front matter; begin with ##")
	case n.Level > r.level+1:
		diag.Warnf(r.sink, r.lines.at(n.Pos()), "page-heading-jump", "a heading of level %d below one of level %d", n.Level, r.level)
	}
	if title == "" {
		r.fault(n, "page-heading-empty", "a heading without text", "")
	}
	id := r.unique(slug(title))
	n.SetAttributeString("id", []byte(id))
	r.Anchors = append(r.Anchors, id)
	if (n.Level == 2 || n.Level == 3) && n.Parent() == r.doc {
		r.TOC = append(r.TOC, Heading{Level: n.Level, ID: id, Text: title})
	}
	r.level, r.above = n.Level, title
}

func (r *reader) image(n *ast.Image) {
	if !r.add(n, n.Destination, n.Reference, true) {
		r.fault(n, "page-image", "an image without source", "")
		return
	}
	l := r.Links[len(r.Links)-1]
	if isExternal(l.URL) {
		r.faultAt(l.Pos, "page-image", "an image of another site", "put the file beside the page; no page asks another origin for anything")
	}
	if strings.TrimSpace(l.Text) == "" {
		r.fault(n, "page-image-alt", "an image without alternative text", "say in the brackets what it shows")
	}
}

// add keeps a link or image; it answers false if it leads nowhere.
func (r *reader) add(n ast.Node, dest []byte, ref *ast.ReferenceLink, image bool) bool {
	if len(dest) == 0 {
		return false
	}
	l := Link{URL: resolve(dest), Text: r.plain(n), Image: image}
	if ref != nil {
		l.Pos = r.lines.at(n.Pos())
	} else {
		l.Pos = r.find(n, dest)
	}
	r.addLink(n, l)
	return true
}

func (r *reader) addLink(n ast.Node, l Link) {
	r.links[n] = len(r.Links)
	r.Links = append(r.Links, l)
	if why := badURL(l.URL); why != "" && !(l.Image && isExternal(l.URL)) {
		r.faultAt(l.Pos, "page-url", why, "")
	}
}

// find gives the position of literal, which n holds behind its text.
func (r *reader) find(n ast.Node, literal []byte) diag.Pos {
	from := max(0, n.Pos())
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && entering {
			from = max(from, t.Segment.Stop)
		}
		return ast.WalkContinue, nil
	})
	if i := bytes.Index(r.source[min(from, len(r.source)):], literal); i >= 0 {
		return r.lines.at(from + i)
	}
	return r.lines.at(n.Pos())
}

func (r *reader) fault(n ast.Node, code, text, hint string) {
	r.faultAt(r.lines.at(n.Pos()), code, text, hint)
}

func (r *reader) faultAt(pos diag.Pos, code, text, hint string) {
	r.sink.Add(diag.Diagnostic{Pos: pos, Code: code, Text: text, Hint: hint})
}

func isExternal(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme != "" || u.Host != "" || strings.HasPrefix(s, "//"))
}

// badURL says why a page may not link there, "" if it may.
func badURL(s string) string {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "a destination that is not a URL"
	case strings.ContainsRune(s, '\\'):
		return "a backslash in a destination"
	case u.Scheme == "" && strings.HasPrefix(s, "//"):
		return "a destination without scheme"
	}
	switch u.Scheme {
	case "":
		return ""
	case "http", "https":
		if u.Hostname() == "" {
			return "a destination without host"
		}
		return ""
	case "mailto":
		return ""
	}
	return "a destination that is not http, https, mailto or a path"
}
