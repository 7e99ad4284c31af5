// Package reader reads the files of package gcp back, as strictly as Google
// Cloud and Terraform take them.
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
	return map[string]policytest.Reader{"gcp-terraform": Terraform, "gcp-gcloud": Gcloud}
}

// rule is a firewall rule as the API has it.
type rule struct {
	line                                  int
	name, description, network, direction string
	action                                string // "allow" or "deny"
	priority                              int
	sources, destinations, tags           []string
	services                              []service
	logging                               bool
}

// service is a protocol with its ports; none: all.
type service struct {
	protocol string
	ports    []string
}

func (r *rule) fault(format string, args ...any) error {
	return fmt.Errorf("line %d: rule %s: %w", r.line, r.name, fmt.Errorf(format, args...))
}

// label tells whether a name is one of RFC 1035: letters, digits and hyphens, a
// letter first, no hyphen last.
func label(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	return s != "" && len(s) <= 63 && strings.Contains(letters, s[:1]) && strings.Trim(s, letters+"0123456789-") == "" && !strings.HasSuffix(s, "-")
}

var protocols = map[string]netspec.Transport{
	"tcp": netspec.TCP, "udp": netspec.UDP, "sctp": netspec.SCTP, "icmp": netspec.ICMP, "esp": netspec.ESP, "ah": netspec.AH, "all": netspec.Any,
}

// matches are what a rule does, one for each protocol, or why Google refuses it.
func (r *rule) matches() ([]policytest.Match, error) {
	switch {
	case !label(r.name):
		return nil, r.fault("not a name")
	case len(r.description) > 2048:
		return nil, r.fault("the description is longer than 2048")
	case r.network == "":
		return nil, r.fault("no network")
	case r.priority < 0 || r.priority > 65535:
		return nil, r.fault("priority %d is not from 0 to 65535", r.priority)
	case len(r.services) == 0:
		return nil, r.fault("no protocol")
	case len(r.tags) == 0:
		return nil, r.fault("no target tag: it would be for all machines of the network")
	}
	for _, t := range r.tags {
		if !label(t) {
			return nil, r.fault("%q is no tag", t)
		}
	}
	m := policytest.Match{Type: -1, Name: r.name}
	switch r.action {
	case "allow":
		m.Verdict = policytest.Allowed
	case "deny":
		m.Verdict = policytest.Denied
	default:
		return nil, r.fault("action %q", r.action)
	}
	list := r.sources
	switch {
	case r.direction == "INGRESS" && r.destinations == nil:
		m.Directions = []policy.Direction{policy.In}
	case r.direction == "EGRESS" && r.sources == nil:
		m.Directions, list = []policy.Direction{policy.Out}, r.destinations
	default:
		return nil, r.fault("direction %q with ranges of the other end", r.direction)
	}
	prefixes, err := r.prefixes(list)
	if err != nil {
		return nil, err
	}
	if m.From = prefixes; r.direction == "EGRESS" {
		m.From, m.To = nil, prefixes
	}
	m.Family = policy.IPv4
	if !prefixes[0].Addr().Is4() {
		m.Family = policy.IPv6
	}
	var out []policytest.Match
	for _, s := range r.services {
		x := m
		if x.Transport, x.ToPorts, err = r.service(s); err != nil {
			return nil, err
		}
		if x.Transport == netspec.ICMP && x.Family == policy.IPv6 || x.Transport == netspec.ICMPv6 && x.Family == policy.IPv4 {
			return nil, r.fault("%s with addresses of the other family", s.protocol)
		}
		out = append(out, x)
	}
	return out, nil
}

// prefixes are the rule's ranges; none would mean every IPv4 address.
func (r *rule) prefixes(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		switch {
		case err != nil:
			return nil, r.fault("%w", err)
		case p != p.Masked():
			return nil, r.fault("%s has host bits", s)
		case len(out) > 0 && out[0].Addr().Is4() != p.Addr().Is4():
			return nil, r.fault("addresses of both families")
		}
		out = append(out, p)
	}
	if len(out) == 0 || len(out) > 5000 {
		return nil, r.fault("%d ranges, not from 1 to 5000", len(out))
	}
	return out, nil
}

func (r *rule) service(s service) (netspec.Transport, []policy.Ports, error) {
	t, ok := protocols[s.protocol]
	if !ok {
		n, err := strconv.ParseUint(s.protocol, 10, 8)
		if err != nil || strconv.Itoa(int(n)) != s.protocol {
			return t, nil, r.fault("protocol %q", s.protocol)
		}
		t = netspec.Protocol(uint8(n))
	}
	if len(s.ports) > 0 && !t.HasPorts() {
		return t, nil, r.fault("ports of %s", s.protocol)
	}
	var out []policy.Ports
	for _, x := range s.ports {
		first, last, isRange := strings.Cut(x, "-")
		if !isRange {
			last = first
		}
		a, err1 := strconv.ParseUint(first, 10, 16)
		b, err2 := strconv.ParseUint(last, 10, 16)
		if err1 != nil || err2 != nil || a == 0 || a > b || strings.HasPrefix(first, "0") {
			return t, nil, r.fault("%q are no ports", x)
		}
		out = append(out, policy.Ports{First: uint16(a), Last: uint16(b)})
	}
	return t, out, nil
}

// ruleset is what rules mean at a machine that bears their tag. Of rules of
// one priority those that deny come first.
func ruleset(rules []*rule) (*policytest.Ruleset, error) {
	slices.SortStableFunc(rules, func(a, b *rule) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(b.action, a.action)) // "deny" after "allow" in letters
	})
	set := &policytest.Ruleset{Stateful: true}
	seen := map[string]bool{}
	for _, r := range rules {
		m, err := r.matches()
		if err != nil {
			return nil, err
		}
		switch {
		case seen[r.name]:
			return nil, r.fault("a second rule of that name")
		case r.network != rules[0].network || !slices.Equal(r.tags, rules[0].tags):
			return nil, r.fault("another network or tag than the first")
		}
		seen[r.name] = true
		set.Rules = append(set.Rules, m...)
	}
	return set, nil
}
