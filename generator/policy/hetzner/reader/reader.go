// Package reader reads the files of package hetzner back, as strictly as
// Hetzner Cloud and Terraform take them.
package reader

import (
	"net/netip"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/terraform"
)

// Readers are the readers by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"hetzner-terraform": Terraform}
}

var schemas = map[string]*terraform.Schema{
	"hcloud_firewall": {
		Required: []string{"name"},
		Optional: []string{"labels"},
		Blocks: map[string]*terraform.Schema{
			"rule":     {Required: []string{"direction", "protocol"}, Optional: []string{"port", "source_ips", "destination_ips", "description"}},
			"apply_to": {Optional: []string{"server", "label_selector"}},
		},
	},
}

// Terraform reads a configuration of the hcloud provider.
func Terraform(text string) (*policytest.Ruleset, error) {
	blocks, err := terraform.Read(text, schemas)
	if err != nil {
		return nil, err
	}
	set := &policytest.Ruleset{Stateful: true, Default: policytest.Denied}
	names := map[string]bool{}
	out, effective := false, 0
	for _, b := range blocks {
		name, err := b.Text("name")
		if err != nil {
			return nil, err
		}
		if name == "" || len(name) > 128 || names[name] {
			return nil, b.Errorf("%q is no name, or a second one", name)
		}
		names[name] = true
		if len(b.Blocks) > 50 {
			return nil, b.Errorf("%d rules, more than 50", len(b.Blocks))
		}
		for _, x := range b.Blocks {
			if x.Type != "rule" {
				continue
			}
			m, n, err := match(x)
			if err != nil {
				return nil, err
			}
			out = out || m[0].Directions[0] == policy.Out
			if effective += n; effective > 500 {
				return nil, x.Errorf("more than 500 rules, an address counting as one")
			}
			set.Rules = append(set.Rules, m...)
		}
	}
	if len(blocks) == 0 || len(blocks) > 5 {
		return nil, &terraform.Fault{Line: 1, Text: strconv.Itoa(len(blocks)) + " firewalls, not one to five"}
	}
	if !out { // without a rule for what leaves, the firewall leaves that alone
		set.Rules = append(set.Rules, policytest.Match{Verdict: policytest.None, Directions: []policy.Direction{policy.Out}, Type: -1, Transport: netspec.Any, Name: "no rule"})
	}
	return set, nil
}

var protocols = map[string]netspec.Transport{"tcp": netspec.TCP, "udp": netspec.UDP, "esp": netspec.ESP, "gre": netspec.GRE}

// match is what a rule does, and how many addresses it has.
func match(b *terraform.Block) ([]policytest.Match, int, error) {
	var text struct{ direction, protocol, port, description string }
	for _, f := range []struct {
		name string
		to   *string
	}{{"direction", &text.direction}, {"protocol", &text.protocol}, {"port", &text.port}, {"description", &text.description}} {
		var err error
		if *f.to, err = b.Text(f.name); err != nil {
			return nil, 0, err
		}
	}
	if len(text.description) > 255 {
		return nil, 0, b.Errorf("the description is longer than 255")
	}
	m := policytest.Match{Verdict: policytest.Allowed, Type: -1, Name: text.description}
	mine, other := "source_ips", "destination_ips"
	switch text.direction {
	case "in":
		m.Directions = []policy.Direction{policy.In}
	case "out":
		m.Directions = []policy.Direction{policy.Out}
		mine, other = other, mine
	default:
		return nil, 0, b.Errorf("direction %q", text.direction)
	}
	if b.Has(other) {
		return nil, 0, b.Errorf("%s of direction %s", other, text.direction)
	}
	prefixes, err := b.Prefixes(mine)
	if err != nil {
		return nil, 0, err
	}
	if len(prefixes) == 0 || len(prefixes) > 100 {
		return nil, 0, b.Errorf("%d addresses, not from 1 to 100", len(prefixes))
	}
	aim(&m, prefixes)
	t, known := protocols[text.protocol]
	switch {
	case text.protocol == "icmp" && text.port == "":
		return icmp(m, prefixes), len(prefixes), nil
	case !known, t.HasPorts() != (text.port != ""):
		return nil, 0, b.Errorf("protocol %q with port %q", text.protocol, text.port)
	}
	m.Transport = t
	if text.port != "" && text.port != "any" {
		first, last, isRange := strings.Cut(text.port, "-")
		if !isRange {
			last = first
		}
		x, err1 := strconv.ParseUint(first, 10, 16)
		y, err2 := strconv.ParseUint(last, 10, 16)
		if err1 != nil || err2 != nil || x == 0 || x > y || isRange && x == y {
			return nil, 0, b.Errorf("%q is no port", text.port)
		}
		m.ToPorts = []policy.Ports{{First: uint16(x), Last: uint16(y)}}
	}
	return []policytest.Match{m}, len(prefixes), nil
}

// aim points a match at the other end's addresses.
func aim(m *policytest.Match, prefixes []netip.Prefix) {
	if m.Directions[0] == policy.Out {
		m.To = prefixes
	} else {
		m.From = prefixes
	}
}

// icmp is the ICMP of each family that there are addresses of.
func icmp(m policytest.Match, prefixes []netip.Prefix) []policytest.Match {
	var four, six []netip.Prefix
	for _, p := range prefixes {
		if p.Addr().Is4() {
			four = append(four, p)
		} else {
			six = append(six, p)
		}
	}
	var out []policytest.Match
	for _, x := range []struct {
		t    netspec.Transport
		list []netip.Prefix
	}{{netspec.ICMP, four}, {netspec.ICMPv6, six}} {
		if x.list != nil {
			m.Transport = x.t
			aim(&m, x.list)
			out = append(out, m)
		}
	}
	return out
}
