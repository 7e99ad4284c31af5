package site

import (
	"encoding/json"
	"html/template"
	"strings"

	"portolan/generator/catalog"
)

// profile is what profile.js knows of a product, so that it tells which flows
// are in as network.Select does, and which ports they have as package policy does.
type profile struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	// Versions are those of the product, the newest last.
	Versions  []string          `json:"versions"`
	Features  []profileFeature  `json:"features"`
	Flows     []profileFlow     `json:"flows"`
	Endpoints []profileEndpoint `json:"endpoints"`
}

type profileFeature struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Default bool   `json:"default,omitempty"`
	Group   string `json:"group,omitempty"`
}

type profileFlow struct {
	ID   string       `json:"id"`
	Need catalog.Need `json:"need"`
	// When are its conditions: any of them, all features of one.
	When  [][]string `json:"when,omitempty"`
	Since string     `json:"since,omitempty"`
	Until string     `json:"until,omitempty"`
	// Follows is the flow whose ports these go by.
	Follows *profileFollows `json:"follows,omitempty"`
	// From and To are the parties of its ends.
	From []string `json:"from"`
	To   []string `json:"to"`
	// Ports are those that it has, Allowed those that it may be given where
	// that is stated. Settable tells that a person can say another one.
	Ports    string `json:"ports"`
	Allowed  string `json:"allowed,omitempty"`
	Settable bool   `json:"settable,omitempty"`
	Dynamic  bool   `json:"dynamic,omitempty"`
}

// profileFollows is [catalog.Follows].
type profileFollows struct {
	Flow string `json:"flow"`
	Add  int    `json:"add"`
}

type profileEndpoint struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// profileOf is an element of a product's pages that carries data for scripts.
func profileOf(p *catalog.Product) (template.HTML, error) {
	v := profile{Slug: p.Slug, Name: p.Name, Versions: append([]string{}, p.Versions...), Features: []profileFeature{}}
	for _, f := range p.Features {
		v.Features = append(v.Features, profileFeature{f.ID, f.Name, f.Default, f.Group})
	}
	for i := range p.Flows {
		f := &p.Flows[i]
		of := profileFlow{
			ID: f.ID, Need: f.Need, When: f.Conditions, Since: f.Since, Until: f.Until, From: f.From, To: f.To,
			Ports: f.Ports.String(), Allowed: f.Allowed.String(), Settable: (f.Configurable || !f.Ports.Known()) && f.Need != catalog.Forbidden, Dynamic: f.Dynamic,
		}
		if f.Follows.Flow != "" {
			of.Follows = &profileFollows{f.Follows.Flow, f.Follows.Add}
		}
		v.Flows = append(v.Flows, of)
	}
	for _, e := range p.Endpoints {
		v.Endpoints = append(v.Endpoints, profileEndpoint{e.ID, e.Name})
	}
	text, err := json.Marshal(v) // which leaves no "<" and no "&" in it
	return template.HTML(`<div id="page.profile" data-product='` + strings.ReplaceAll(string(text), "'", "&#39;") + `' hidden></div>`), err
}
