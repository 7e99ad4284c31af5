// Package reader reads the files of package azure back, as strictly as Azure,
// Terraform and Bicep take them.
package reader

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Readers are the readers by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"azure-terraform": Terraform, "azure-bicep": Bicep, "azure-cli": CLI}
}

// rule is a security rule as Azure's API has it.
type rule struct {
	line                                           int
	name, description, direction, access, protocol string
	priority                                       int
	source, destination                            end
}

// end is the addresses and ports of one end: one of either, or a list.
type end struct {
	prefix, port    string
	prefixes, ports []string
}

func (r *rule) fault(format string, args ...any) error {
	return fmt.Errorf("line %d: rule %s: %w", r.line, r.name, fmt.Errorf(format, args...))
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	word    = letters + "_"
)

// named holds a name to Azure's form: of word characters, dots and hyphens, a
// letter or digit first, no dot or hyphen last.
func named(s string) bool {
	return s != "" && len(s) <= 80 && strings.Trim(s, word+".-") == "" && strings.Contains(letters, s[:1]) && strings.Contains(word, s[len(s)-1:])
}

var protocols = map[string]netspec.Transport{
	"Tcp": netspec.TCP, "Udp": netspec.UDP, "Icmp": netspec.ICMP, "Esp": netspec.ESP, "Ah": netspec.AH, "*": netspec.Any,
}

// match is what a rule does, or why Azure refuses it.
func (r *rule) match() (*policytest.Match, error) {
	m := &policytest.Match{Type: -1, Name: r.name}
	var ok bool
	switch {
	case !named(r.name):
		return nil, r.fault("not a name")
	case len(r.description) > 140:
		return nil, r.fault("the description is longer than 140")
	case r.priority < 100 || r.priority > 4096:
		return nil, r.fault("priority %d is not from 100 to 4096", r.priority)
	}
	if m.Transport, ok = protocols[r.protocol]; !ok {
		return nil, r.fault("protocol %q", r.protocol)
	}
	switch r.access {
	case "Allow":
		m.Verdict = policytest.Allowed
	case "Deny":
		m.Verdict = policytest.Denied
	default:
		return nil, r.fault("access %q", r.access)
	}
	switch r.direction {
	case "Inbound": // of a machine, or of the subnet that a connection goes to
		m.Directions = []policy.Direction{policy.In, policy.Forward}
	case "Outbound":
		m.Directions = []policy.Direction{policy.Out, policy.Forward}
	default:
		return nil, r.fault("direction %q", r.direction)
	}
	var err error
	if m.From, err = r.addresses(r.source); err != nil {
		return nil, err
	}
	if m.To, err = r.addresses(r.destination); err != nil {
		return nil, err
	}
	if len(m.From) > 0 && len(m.To) > 0 && m.From[0].Addr().Is4() != m.To[0].Addr().Is4() {
		return nil, r.fault("addresses of both families")
	}
	if m.FromPorts, err = r.ports(r.source); err != nil {
		return nil, err
	}
	if m.ToPorts, err = r.ports(r.destination); err != nil {
		return nil, err
	}
	if (m.FromPorts != nil || m.ToPorts != nil) && m.Transport != netspec.TCP && m.Transport != netspec.UDP {
		return nil, r.fault("ports with protocol %s", r.protocol)
	}
	if m.Transport == netspec.ICMP {
		m.Family = policy.IPv4
	}
	return m, nil
}

// addresses are nil where they are all.
func (r *rule) addresses(e end) ([]netip.Prefix, error) {
	list := e.prefixes
	switch {
	case (e.prefix == "") == (list == nil):
		return nil, r.fault("either one address prefix or a list")
	case e.prefix == "*":
		return nil, nil
	case e.prefix != "":
		list = []string{e.prefix}
	case len(list) == 0:
		return nil, r.fault("no address")
	}
	var out []netip.Prefix
	for _, s := range list {
		p, err := prefix(s)
		switch {
		case err != nil:
			return nil, r.fault("%w", err)
		case p != p.Masked():
			return nil, r.fault("%s has host bits", s)
		case p.Bits() == 0:
			return nil, r.fault("%s: may be every address of both families", s)
		case slices.Contains(out, p):
			return nil, r.fault("%s twice", s)
		case len(out) > 0 && out[0].Addr().Is4() != p.Addr().Is4():
			return nil, r.fault("addresses of both families")
		}
		out = append(out, p)
	}
	return out, nil
}

// prefix reads a prefix or a single address.
func prefix(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		return netip.ParsePrefix(s)
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return a.Prefix(a.BitLen())
}

// ports are nil where they are all.
func (r *rule) ports(e end) ([]policy.Ports, error) {
	list := e.ports
	switch {
	case (e.port == "") == (list == nil):
		return nil, r.fault("either one port range or a list")
	case e.port == "*":
		return nil, nil
	case e.port != "":
		list = []string{e.port}
	case len(list) == 0:
		return nil, r.fault("no port")
	}
	var out []policy.Ports
	for _, s := range list {
		first, last, isRange := strings.Cut(s, "-")
		if !isRange {
			last = first
		}
		a, err1 := strconv.ParseUint(first, 10, 16)
		b, err2 := strconv.ParseUint(last, 10, 16)
		if err1 != nil || err2 != nil || a == 0 || a > b || strings.HasPrefix(first, "0") {
			return nil, r.fault("%q are no ports", s)
		}
		out = append(out, policy.Ports{First: uint16(a), Last: uint16(b)})
	}
	return out, nil
}

// ruleset is what a group means. What its rules leave is left to Azure's own.
func ruleset(rules []*rule) (*policytest.Ruleset, error) {
	slices.SortStableFunc(rules, func(a, b *rule) int { return cmp.Compare(a.priority, b.priority) })
	set := &policytest.Ruleset{Stateful: true}
	seen := map[string]bool{}
	for _, r := range rules {
		m, err := r.match()
		if err != nil {
			return nil, err
		}
		for _, key := range []string{"name " + strings.ToLower(r.name), r.direction + " priority " + strconv.Itoa(r.priority)} {
			if seen[key] {
				return nil, r.fault("a second rule of %s", key)
			}
			seen[key] = true
		}
		set.Rules = append(set.Rules, *m)
	}
	if len(rules) > 1000 {
		return nil, rules[1000].fault("more than 1000 rules")
	}
	return set, nil
}
