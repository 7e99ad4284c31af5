package site

import (
	"encoding/json"
	"html/template"
	"strings"

	"portolan/generator/policy"
)

const builderPath = "/rules/"

type builderView struct {
	base
	Subjects []builderSubject
	// Listed is the subjects for the page's script, as JSON.
	Listed string
	// Root is the link to the site's root, with a slash at its end.
	Root string
	// Platforms is how many platforms there are rules for.
	Platforms int
}

// builderSubject is a product or network that rules can be made for.
type builderSubject struct {
	Kind, Slug, Name string
	// Path is its page, Picker its ready-made files.
	Path   string
	Picker template.HTML
}

func (s *Site) builderPage() ([]byte, error) {
	v := builderView{
		base: base{site: s, Path: builderPath, Title: "Firewall rules", Section: builderPath,
			Description: "Firewall rules with your own features, addresses and ports, for every platform, made in the browser; and the ready-made files."},
		Root: strings.TrimSuffix(relative(builderPath, "/"), "index.html"), Platforms: len(s.platforms),
	}
	add := func(kind, slug, name, path string, at []policy.Vantage) {
		set := s.ruleSet(path, name, at, nil)
		v.Subjects = append(v.Subjects, builderSubject{kind, slug, name, path, s.picker(set, builderPath, "")})
	}
	for _, p := range s.Catalog.Products {
		add("product", p.Slug, p.Name, productPath(p.Slug), policy.Vantages(p))
	}
	for _, n := range s.Networks {
		d := n.Deployment
		add("deployment", d.Slug, d.Name, "/deployments/"+d.Slug+"/", policy.NetworkVantages(d))
	}
	listed := []map[string]string{}
	for _, x := range v.Subjects {
		listed = append(listed, map[string]string{"kind": x.Kind, "slug": x.Slug, "name": x.Name})
	}
	text, err := json.Marshal(listed)
	if err != nil {
		return nil, err
	}
	v.Listed = string(text)
	return s.render("builder", v)
}
