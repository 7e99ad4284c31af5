package tests

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A page is what links need to know of an HTML file.
type page struct {
	ids   map[string]int
	links []link
	// scripts and styles are what the page loads from its own site, as a
	// content security policy counts them.
	scripts, styles int
}

type link struct{ element, attribute, target string }

func parsePage(t *testing.T, text string) page {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	p := page{ids: map[string]int{}}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attrs := map[string]string{}
		for _, a := range n.Attr {
			attrs[a.Key] = a.Val
			switch a.Key {
			case "id":
				p.ids[a.Val]++
			case "href", "src", "action", "data", "poster", "cite", "srcset", "formaction":
				p.links = append(p.links, link{n.Data, a.Key, a.Val})
			}
		}
		switch {
		case n.Data == "script" && attrs["src"] != "":
			p.scripts++
		case n.Data == "link" && attrs["rel"] == "stylesheet":
			p.styles++
		}
	}
	return p
}

// TestLinks holds that every link of every page leads to a file of the site
// and to an anchor that is there; that none begins at the server's root or
// ends at a folder, so that the site works below any path and from a disk;
// and that nothing but a reader's click leads out of the site.
func TestLinks(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		pages := map[string]page{}
		for _, name := range files(t, s.dir, ".html") {
			pages[name] = parsePage(t, s.read(t, name))
		}
		n := 0
		for name, p := range pages {
			for id, count := range p.ids {
				if count > 1 {
					t.Errorf("%s: id %q stands %d times", name, id, count)
				}
			}
			for _, l := range p.links {
				n++
				if why := s.fault(pages, name, l); why != "" {
					t.Errorf("%s: <%s %s=%q> %s", name, l.element, l.attribute, l.target, why)
				}
			}
		}
		if n < 10*len(pages) {
			t.Errorf("only %d links on %d pages", n, len(pages))
		}
	})
}

// fault tells what is wrong with a link of a page, "" if nothing is.
func (s *site) fault(pages map[string]page, name string, l link) string {
	u, err := url.Parse(l.target)
	switch {
	case err != nil:
		return err.Error()
	case u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "mailto":
		if l.element != "a" {
			return "is loaded from elsewhere"
		}
		return ""
	case u.Scheme != "" || u.Host != "":
		return "is neither of the site nor of the web"
	case strings.HasPrefix(u.Path, "/"):
		return "begins at the server's root"
	case strings.HasSuffix(u.Path, "/"):
		return "names a folder"
	}
	target := name
	if u.Path != "" {
		target = path.Join(path.Dir(name), u.Path)
	}
	if strings.HasPrefix(target, "..") {
		return "leaves the site"
	}
	info, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(target)))
	switch {
	case err != nil:
		return "leads nowhere"
	case info.IsDir():
		return "leads to a folder"
	}
	// What has "=" is choices that a page's script reads.
	if u.Fragment != "" && !strings.Contains(u.Fragment, "=") && strings.HasSuffix(target, ".html") && pages[target].ids[u.Fragment] == 0 {
		return "has no such anchor"
	}
	return ""
}

// TestReachable holds that a reader who starts at home reaches every page but
// the error page.
func TestReachable(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		seen := map[string]bool{}
		queue := []string{"index.html"}
		for len(queue) > 0 {
			name := queue[0]
			queue = queue[1:]
			if seen[name] {
				continue
			}
			seen[name] = true
			for _, l := range parsePage(t, s.read(t, name)).links {
				u, err := url.Parse(l.target)
				if err == nil && l.element == "a" && u.Scheme == "" && strings.HasSuffix(u.Path, ".html") {
					queue = append(queue, path.Join(path.Dir(name), u.Path))
				}
			}
		}
		for _, name := range files(t, s.dir, "index.html") {
			if !seen[name] && !slices.Contains(strings.Split(name, "/"), "embed") {
				t.Errorf("no way leads to %s", name)
			}
		}
	})
}

// visible is the text of a page's matter, a line for each block and cell.
func visible(t *testing.T, text string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node, inside bool)
	walk = func(n *html.Node, inside bool) {
		block := false
		if n.Type == html.ElementNode {
			inside = inside || n.Data == "main"
			block = !slices.Contains([]string{"a", "abbr", "b", "bdi", "code", "em", "span", "strong", "sub", "sup", "time"}, n.Data)
		}
		if n.Type == html.TextNode && inside {
			b.WriteString(n.Data)
		}
		for c := range n.ChildNodes() {
			walk(c, inside)
		}
		if block && inside {
			b.WriteString("\n")
		}
	}
	walk(root, false)
	var lines []string
	for line := range strings.Lines(b.String()) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
