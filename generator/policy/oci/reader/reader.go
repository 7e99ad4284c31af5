// Package reader reads the files of package oci back, as strictly as Oracle
// Cloud Infrastructure and Terraform take them.
package reader

import (
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/terraform"
)

// Readers are the readers by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"oci-terraform": Terraform}
}

const group, member = "oci_core_network_security_group", "oci_core_network_security_group_security_rule"

var (
	between = &terraform.Schema{Required: []string{"min", "max"}}
	ports   = &terraform.Schema{Blocks: map[string]*terraform.Schema{"source_port_range": between, "destination_port_range": between}}
	schemas = map[string]*terraform.Schema{
		group: {Required: []string{"compartment_id", "vcn_id"}, Optional: []string{"display_name", "freeform_tags"}},
		member: {
			Required: []string{"network_security_group_id", "direction", "protocol"},
			Optional: []string{"description", "source", "source_type", "destination", "destination_type", "stateless"},
			Blocks:   map[string]*terraform.Schema{"tcp_options": ports, "udp_options": ports, "icmp_options": {Required: []string{"type"}, Optional: []string{"code"}}},
		},
	}
)

// Terraform reads a configuration of the oci provider.
func Terraform(text string) (*policytest.Ruleset, error) {
	blocks, err := terraform.Read(text, schemas)
	if err != nil {
		return nil, err
	}
	held := map[string]int{}
	for _, b := range blocks {
		if b.Type != group {
			continue
		}
		name, err := b.Text("display_name")
		if err != nil {
			return nil, err
		}
		if len(name) > 255 {
			return nil, b.Errorf("the name is longer than 255")
		}
		held[b.Address()] = 0
	}
	set := &policytest.Ruleset{Stateful: true, Default: policytest.Denied}
	for _, b := range blocks {
		if b.Type != member {
			continue
		}
		of, err := b.Text("network_security_group_id")
		if err != nil {
			return nil, err
		}
		n, ok := held[of]
		if !ok || n == 120 {
			return nil, b.Errorf("no group %s, or 120 rules in it", of)
		}
		held[of]++
		m, err := match(b)
		if err != nil {
			return nil, err
		}
		set.Rules = append(set.Rules, *m)
	}
	if len(held) == 0 || len(held) > 5 {
		return nil, &terraform.Fault{Line: 1, Text: strconv.Itoa(len(held)) + " groups, not one to five"}
	}
	return set, nil
}

func match(b *terraform.Block) (*policytest.Match, error) {
	var text struct{ description, direction, protocol string }
	for _, f := range []struct {
		name string
		to   *string
	}{{"description", &text.description}, {"direction", &text.direction}, {"protocol", &text.protocol}} {
		var err error
		if *f.to, err = b.Text(f.name); err != nil {
			return nil, err
		}
	}
	if len(text.description) > 255 {
		return nil, b.Errorf("the description is longer than 255")
	}
	if loose, err := b.Bool("stateless"); err != nil || loose {
		return nil, b.Errorf("a stateless rule")
	}
	m := &policytest.Match{Verdict: policytest.Allowed, Type: -1, Name: b.Name}
	if err := ends(b, m, text.direction); err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(text.protocol, 10, 8)
	switch {
	case text.protocol == "all":
		m.Transport = netspec.Any
	case err != nil || strconv.Itoa(int(n)) != text.protocol:
		return nil, b.Errorf("protocol %q", text.protocol)
	default:
		m.Transport = netspec.Protocol(uint8(n))
	}
	if m.Transport == netspec.ICMP && m.Family == policy.IPv6 || m.Transport == netspec.ICMPv6 && m.Family == policy.IPv4 {
		return nil, b.Errorf("protocol %s with an address of the other family", text.protocol)
	}
	for _, o := range b.Blocks {
		if err := options(o, m); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// ends reads the address of the end that a direction asks for.
func ends(b *terraform.Block, m *policytest.Match, direction string) error {
	mine, other := "source", "destination"
	switch direction {
	case "INGRESS":
		m.Directions = []policy.Direction{policy.In}
	case "EGRESS":
		m.Directions = []policy.Direction{policy.Out}
		mine, other = other, mine
	default:
		return b.Errorf("direction %q", direction)
	}
	if b.Has(other) || b.Has(other+"_type") {
		return b.Errorf("%s of %s", other, direction)
	}
	if kind, err := b.Text(mine + "_type"); err != nil || kind != "CIDR_BLOCK" {
		return b.Errorf("%s_type %q", mine, kind)
	}
	list, err := b.Prefix(mine)
	switch {
	case err != nil:
		return err
	case !list.IsValid():
		return b.Errorf("no %s", mine)
	}
	m.Family = policy.IPv4
	if !list.Addr().Is4() {
		m.Family = policy.IPv6
	}
	if m.Directions[0] == policy.Out {
		m.To = append(m.To, list)
	} else {
		m.From = append(m.From, list)
	}
	return nil
}

// options reads ports or an ICMP type, of the protocol alone.
func options(o *terraform.Block, m *policytest.Match) error {
	of := map[string][]netspec.Transport{"tcp_options": {netspec.TCP}, "udp_options": {netspec.UDP}, "icmp_options": {netspec.ICMP, netspec.ICMPv6}}[o.Type]
	if m.Transport != of[0] && m.Transport != of[len(of)-1] || m.Type >= 0 || m.FromPorts != nil || m.ToPorts != nil {
		return o.Errorf("a second one, or of another protocol than %s", m.Transport)
	}
	if o.Type == "icmp_options" {
		n, err := o.Int("type")
		if err != nil || n < 0 || n > 255 || o.Has("code") {
			return o.Errorf("type %d, or a code", n)
		}
		m.Type = n
		return nil
	}
	for _, f := range []struct {
		name string
		to   *[]policy.Ports
	}{{"source_port_range", &m.FromPorts}, {"destination_port_range", &m.ToPorts}} {
		x, err := o.Only(f.name)
		if err != nil {
			return err
		}
		if x == nil {
			continue
		}
		first, err1 := x.Int("min")
		last, err2 := x.Int("max")
		if err1 != nil || err2 != nil || first < 1 || last > 65535 || first > last {
			return x.Errorf("ports %d to %d", first, last)
		}
		*f.to = []policy.Ports{{First: uint16(first), Last: uint16(last)}}
	}
	return nil
}
