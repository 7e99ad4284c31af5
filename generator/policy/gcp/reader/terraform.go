package reader

import (
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/terraform"
)

var (
	services = &terraform.Schema{Required: []string{"protocol"}, Optional: []string{"ports"}}
	schemas  = map[string]*terraform.Schema{
		"google_compute_firewall": {
			Required: []string{"name", "network"},
			Optional: []string{"description", "direction", "priority", "source_ranges", "destination_ranges", "target_tags", "disabled", "project"},
			Blocks:   map[string]*terraform.Schema{"allow": services, "deny": services, "log_config": {Required: []string{"metadata"}}},
		},
	}
)

// Terraform reads a configuration of the Google provider.
func Terraform(text string) (*policytest.Ruleset, error) {
	blocks, err := terraform.Read(text, schemas)
	if err != nil {
		return nil, err
	}
	var rules []*rule
	for _, b := range blocks {
		r := &rule{line: b.Line, direction: "INGRESS", priority: 1000}
		for _, f := range []struct {
			name string
			to   *string
		}{{"name", &r.name}, {"description", &r.description}, {"network", &r.network}, {"direction", &r.direction}} {
			if !b.Has(f.name) {
				continue
			}
			if *f.to, err = b.Text(f.name); err != nil {
				return nil, err
			}
		}
		for _, f := range []struct {
			name string
			to   *[]string
		}{{"source_ranges", &r.sources}, {"destination_ranges", &r.destinations}, {"target_tags", &r.tags}} {
			if *f.to, err = b.Texts(f.name); err != nil {
				return nil, err
			}
		}
		if b.Has("priority") {
			if r.priority, err = b.Int("priority"); err != nil {
				return nil, err
			}
		}
		if err := r.blocks(b); err != nil {
			return nil, err
		}
		rules = append(rules, r)
	}
	return ruleset(rules)
}

// blocks reads what a rule allows or denies, and whether it logs.
func (r *rule) blocks(b *terraform.Block) error {
	for _, x := range b.Blocks {
		if x.Type == "log_config" {
			metadata, err := x.Text("metadata")
			if err != nil || metadata != "EXCLUDE_ALL_METADATA" && metadata != "INCLUDE_ALL_METADATA" {
				return x.Errorf("metadata %q", metadata)
			}
			r.logging = true
			continue
		}
		if r.action != "" && r.action != x.Type {
			return x.Errorf("both allow and deny")
		}
		r.action = x.Type
		s := service{}
		var err error
		if s.protocol, err = x.Text("protocol"); err != nil {
			return err
		}
		if s.ports, err = x.Texts("ports"); err != nil {
			return err
		}
		r.services = append(r.services, s)
	}
	return nil
}
