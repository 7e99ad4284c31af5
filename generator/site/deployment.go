package site

import (
	"html/template"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/network"
	"portolan/generator/topology"
)

type deploymentsView struct {
	base
	Deployments []*catalog.Deployment
}

func (s *Site) deploymentsPage() ([]byte, error) {
	const path = "/deployments/"
	return s.render("deployments", deploymentsView{
		base:        base{site: s, Path: path, Title: "Networks", Section: path, Description: "Concrete networks: which host opens what to which, and across which firewall.", State: s.wholeState()},
		Deployments: s.Catalog.Deployments,
	})
}

type deploymentView struct {
	base
	Deployment  *catalog.Deployment
	Findings    []findingView
	Diagram     template.HTML
	Connections template.HTML
	// Translation is empty where no address is translated.
	Translation   template.HTML
	Firewalls     []template.HTML
	Inside, Hosts template.HTML
	Rules         template.HTML
	Zip           string
	// Verify is the connection tests to download.
	Verify template.HTML
	// Formats are the copies of the connections.
	Formats template.HTML
}

// findingView is a thing to look at: Number and Anchor are its row's, 0 and
// the anchor of its host or firewall where it has none.
type findingView struct {
	Code, Text, Advice string
	Number             int
	Anchor             string
}

func (s *Site) deploymentPage(n *network.Network, rules *ruleSet, drawing func() *topology.Drawing) ([]byte, error) {
	d := n.Deployment
	path := "/deployments/" + d.Slug + "/"
	v := deploymentView{
		base: base{site: s, Path: path, Title: d.Name, Section: "/deployments/", Description: d.Summary, Crumbs: []crumb{{"Networks", "/deployments/"}}, Alternates: s.oembedLink(path, d.Name),
			File: deploymentFile(d), State: s.wholeState()},
		Deployment: d, Formats: s.copyLinks(path, pictureLink(path, len(n.Rows()))...),
	}
	v.Diagram = s.diagram(&markup{page: path}, drawing()).html()
	for _, f := range s.Findings[n] {
		v.Findings = append(v.Findings, finding(f))
	}
	w := &networkWriter{s: s, n: n, rows: n.Rows(), m: &markup{page: path}}
	w.connections()
	v.Connections = w.m.html()
	w.published()
	w.hidden()
	v.Translation = w.m.html()
	for i := range d.Firewalls {
		f := &d.Firewalls[i]
		w.firewall(f)
		s.inline(w.m, rules, f.ID, f.Platform)
		v.Firewalls = append(v.Firewalls, w.m.html())
	}
	w.inside()
	v.Inside = w.m.html()
	w.hosts()
	v.Hosts = w.m.html()
	if len(s.platforms) > 0 {
		v.Rules, v.Zip = s.picker(rules, path, ""), path+"rules.zip"
		v.Verify = rules.verifyList(path)
	}
	return s.render("deployment", v)
}

func finding(f network.Finding) findingView {
	v := findingView{Code: f.Code, Text: sentence(f.Text), Advice: sentence(f.Hint)}
	switch {
	case f.Row != nil:
		v.Number, v.Anchor = f.Row.Number, f.Row.Anchor()
	case f.Firewall != nil:
		v.Anchor = f.Firewall.ID
	case f.Host != nil:
		v.Anchor = f.Host.ID
	}
	return v
}

// sentence makes a diagnostic's text one.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }
