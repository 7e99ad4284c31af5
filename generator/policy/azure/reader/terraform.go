package reader

import (
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/terraform"
)

var schemas = map[string]*terraform.Schema{
	"azurerm_network_security_group": {Required: []string{"name", "location", "resource_group_name"}, Optional: []string{"tags"}},
	"azurerm_network_security_rule": {
		Required: []string{"name", "resource_group_name", "network_security_group_name", "protocol", "access", "priority", "direction"},
		Optional: []string{
			"description", "source_port_range", "source_port_ranges", "destination_port_range", "destination_port_ranges",
			"source_address_prefix", "source_address_prefixes", "destination_address_prefix", "destination_address_prefixes",
		},
	},
}

// Terraform reads a configuration of the azurerm provider.
func Terraform(text string) (*policytest.Ruleset, error) {
	blocks, err := terraform.Read(text, schemas)
	if err != nil {
		return nil, err
	}
	group := ""
	for _, b := range blocks {
		if b.Type != "azurerm_network_security_group" {
			continue
		}
		name, err := b.Text("name")
		if err != nil {
			return nil, err
		}
		if group != "" || !named(name) {
			return nil, b.Errorf("a second group, or no name: %q", name)
		}
		group = b.Address()
	}
	var rules []*rule
	for _, b := range blocks {
		if b.Type != "azurerm_network_security_rule" {
			continue
		}
		r := &rule{line: b.Line}
		of := ""
		for _, f := range []struct {
			name string
			to   *string
		}{
			{"name", &r.name}, {"description", &r.description}, {"direction", &r.direction}, {"access", &r.access}, {"protocol", &r.protocol},
			{"network_security_group_name", &of},
			{"source_port_range", &r.source.port}, {"source_address_prefix", &r.source.prefix},
			{"destination_port_range", &r.destination.port}, {"destination_address_prefix", &r.destination.prefix},
		} {
			if *f.to, err = b.Text(f.name); err != nil {
				return nil, err
			}
		}
		for _, f := range []struct {
			name string
			to   *[]string
		}{
			{"source_port_ranges", &r.source.ports}, {"source_address_prefixes", &r.source.prefixes},
			{"destination_port_ranges", &r.destination.ports}, {"destination_address_prefixes", &r.destination.prefixes},
		} {
			if *f.to, err = b.Texts(f.name); err != nil {
				return nil, err
			}
		}
		if r.priority, err = b.Int("priority"); err != nil {
			return nil, err
		}
		if of != group || group == "" {
			return nil, b.Errorf("no group %s", of)
		}
		rules = append(rules, r)
	}
	return ruleset(rules)
}
