package reader

import (
	"fmt"
	"strings"

	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/terraform"
)

var schemas = map[string]*terraform.Schema{
	"aws_security_group": {Optional: []string{"name", "name_prefix", "description", "vpc_id", "tags", "revoke_rules_on_delete"}},
	"aws_vpc_security_group_ingress_rule": {
		Required: []string{"security_group_id", "ip_protocol"},
		Optional: []string{"cidr_ipv4", "cidr_ipv6", "description", "from_port", "to_port", "prefix_list_id", "referenced_security_group_id", "tags"},
	},
	"aws_vpc_security_group_egress_rule": {
		Required: []string{"security_group_id", "ip_protocol"},
		Optional: []string{"cidr_ipv4", "cidr_ipv6", "description", "from_port", "to_port", "prefix_list_id", "referenced_security_group_id", "tags"},
	},
}

// Terraform reads a configuration of the AWS provider. The provider takes the
// rule that lets everything out from the groups that it makes.
func Terraform(text string) (*policytest.Ruleset, error) {
	blocks, err := terraform.Read(text, schemas)
	if err != nil {
		return nil, err
	}
	groups := map[string]bool{}
	names := map[string]bool{}
	for _, b := range blocks {
		if b.Type != "aws_security_group" {
			continue
		}
		name, err := b.Text("name")
		if err != nil {
			return nil, err
		}
		if err := groupName(b.Line, name); err != nil {
			return nil, err
		}
		if names[name] {
			return nil, b.Errorf("a second group %s", name)
		}
		names[name], groups[b.Address()] = true, true
	}
	var rules []*rule
	for _, b := range blocks {
		if b.Type == "aws_security_group" {
			continue
		}
		r, err := resource(b)
		if err != nil {
			return nil, err
		}
		if !groups[r.group] {
			return nil, b.Errorf("no group %s", r.group)
		}
		rules = append(rules, r)
	}
	return ruleset(rules)
}

func resource(b *terraform.Block) (*rule, error) {
	r := &rule{line: b.Line, egress: strings.Contains(b.Type, "egress")}
	for _, f := range []struct {
		name string
		to   *string
	}{{"security_group_id", &r.group}, {"ip_protocol", &r.protocol}, {"description", &r.description}} {
		s, err := b.Text(f.name)
		if err != nil {
			return nil, err
		}
		*f.to = s
	}
	for _, f := range []struct {
		name string
		to   **int
	}{{"from_port", &r.from}, {"to_port", &r.to}} {
		if !b.Has(f.name) {
			continue
		}
		n, err := b.Int(f.name)
		if err != nil {
			return nil, err
		}
		if n < -1 || n > 65535 {
			return nil, b.Errorf("%s: %d is not from -1 to 65535", f.name, n)
		}
		*f.to = &n
	}
	for _, name := range []string{"cidr_ipv4", "cidr_ipv6"} {
		p, err := b.Prefix(name)
		if err != nil {
			return nil, err
		}
		if !p.IsValid() {
			continue
		}
		if p.Addr().Is4() != (name == "cidr_ipv4") {
			return nil, b.Errorf("%s: %s is of the other family", name, p)
		}
		r.prefixes = append(r.prefixes, p)
	}
	if len(r.prefixes) != 1 {
		return nil, fmt.Errorf("line %d: exactly one of cidr_ipv4 and cidr_ipv6", b.Line)
	}
	return r, nil
}
