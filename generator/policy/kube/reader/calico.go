package reader

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Calico reads a Tier, GlobalNetworkSets and GlobalNetworkPolicies of it, in
// the order that "calicoctl apply" makes them: what a policy names stands before it.
func Calico(text string) (r *policytest.Ruleset, err error) {
	defer catch(&err)
	const version = "projectcalico.org/v3"
	list, err := manifests(text, map[string]string{"Tier": version, "GlobalNetworkSet": version, "GlobalNetworkPolicy": version})
	if err != nil {
		return nil, err
	}
	c := calico{tiers: map[string]policytest.Verdict{}, ruleset: &policytest.Ruleset{Stateful: true}}
	for _, m := range list {
		switch m.kind {
		case "Tier":
			c.tier(m)
		case "GlobalNetworkSet":
			c.set(m)
		case "GlobalNetworkPolicy":
			c.policy(m)
		}
	}
	return c.ruleset, nil
}

type calico struct {
	// tiers are the verdicts at the end of each.
	tiers   map[string]policytest.Verdict
	sets    []networkSet
	ruleset *policytest.Ruleset
}

type networkSet struct {
	labels map[string]string
	nets   []netip.Prefix
}

func (c *calico) tier(m manifest) {
	if !label.MatchString(m.name) || m.name == "default" {
		m.at.fail("%q is no name for a tier of one's own", m.name)
	}
	f := m.spec.object("order", "defaultAction")
	if o, ok := f["order"]; ok {
		o.number(0, 1<<31-1)
	}
	c.tiers[m.name] = policytest.Denied
	if a, ok := f["defaultAction"]; ok && a.oneOf("Deny", "Pass") == "Pass" {
		c.tiers[m.name] = policytest.None
	}
}

func (c *calico) set(m manifest) {
	s := networkSet{labels: m.labels}
	for _, n := range m.spec.need(m.spec.object("nets"), "nets").list() {
		s.nets = append(s.nets, n.prefix())
	}
	c.sets = append(c.sets, s)
}

func (c *calico) policy(m manifest) {
	f := m.spec.object("tier", "order", "selector", "types", "ingress", "egress")
	tier := m.spec.need(f, "tier").str()
	end, ok := c.tiers[tier]
	if !ok {
		m.spec.fail("no tier %q", tier)
	}
	if rest, ok := strings.CutPrefix(m.name, tier+"."); !ok || !label.MatchString(rest) {
		m.at.fail("policy %q is not named after its tier %q", m.name, tier)
	}
	if o, ok := f["order"]; ok {
		o.number(0, 1<<31-1)
	}
	selector(m.spec.need(f, "selector"))
	closes := map[string]bool{"Ingress": f["ingress"].n != nil || f["egress"].n == nil, "Egress": f["egress"].n != nil}
	if types, ok := f["types"]; ok {
		closes = map[string]bool{}
		for _, t := range types.list() {
			word := t.oneOf("Ingress", "Egress")
			if closes[word] {
				t.fail("%s stands twice", word)
			}
			closes[word] = true
		}
	}
	for _, side := range []struct{ section, policyType string }{{"ingress", "Ingress"}, {"egress", "Egress"}} {
		if section, ok := f[side.section]; ok {
			rules := section.list()
			if len(rules) > 1024 {
				section.fail("more than 1024 rules")
			}
			for i, rule := range rules {
				match, final := c.rule(rule, side.section, fmt.Sprintf("%s %s[%d]", m.name, side.section, i))
				if closes[side.policyType] && final {
					c.ruleset.Rules = append(c.ruleset.Rules, match)
				}
			}
		}
		if closes[side.policyType] {
			c.ruleset.Rules = append(c.ruleset.Rules, policytest.Match{Verdict: end, Directions: directions(side.section), Transport: netspec.Any, Type: -1, Name: "end of tier " + tier})
		}
	}
}

// rule reads one rule; Log alone does not decide.
func (c *calico) rule(v value, section, name string) (m policytest.Match, final bool) {
	f := v.object("action", "ipVersion", "protocol", "icmp", "source", "destination", "metadata")
	m = policytest.Match{Directions: directions(section), Transport: netspec.Any, Type: -1, Name: name}
	action := v.need(f, "action").oneOf("Allow", "Deny", "Log", "Pass")
	m.Verdict = map[string]policytest.Verdict{"Allow": policytest.Allowed, "Deny": policytest.Denied}[action]
	if p, ok := f["protocol"]; ok {
		if p.target().Tag == "!!int" {
			m.Transport = netspec.Protocol(uint8(p.number(1, 255)))
		} else {
			m.Transport = transports[p.oneOf("TCP", "UDP", "ICMP", "ICMPv6", "SCTP", "UDPLite")]
		}
	}
	if p, ok := f["ipVersion"]; ok {
		m.Family = map[int]policy.Family{4: policy.IPv4, 6: policy.IPv6}[p.number(4, 6)]
		if m.Family == policy.Both {
			p.fail("ipVersion is 4 or 6")
		}
	}
	for t, family := range map[netspec.Transport]policy.Family{netspec.ICMP: policy.IPv4, netspec.ICMPv6: policy.IPv6} {
		if m.Transport == t {
			if m.Family != policy.Both && m.Family != family {
				v.fail("%s is not of this ipVersion", t)
			}
			m.Family = family
		}
	}
	if i, ok := f["icmp"]; ok {
		if m.Transport != netspec.ICMP && m.Transport != netspec.ICMPv6 {
			i.fail("icmp needs protocol ICMP or ICMPv6")
		}
		m.Type = i.need(i.object("type"), "type").number(0, 254)
	}
	if s, ok := f["metadata"]; ok {
		for _, a := range s.need(s.object("annotations"), "annotations").mapping() {
			a.str()
		}
	}
	if s, ok := f["source"]; ok {
		m.From, m.FromPorts = c.entity(s, m.Transport)
	}
	if d, ok := f["destination"]; ok {
		m.To, m.ToPorts = c.entity(d, m.Transport)
	}
	if v4, v6 := families(m.From, m.To); v4 && v6 && (f["source"].has("nets") || f["destination"].has("nets")) {
		v.fail("IPv4 and IPv6 nets in one rule")
	}
	return m, action != "Log"
}

// has tells whether an object that was read has a field.
func (v value) has(name string) bool {
	if v.n == nil {
		return false
	}
	_, ok := v.mapping()[name]
	return ok
}

func families(lists ...[]netip.Prefix) (v4, v6 bool) {
	for _, list := range lists {
		for _, p := range list {
			v4 = v4 || p.Addr().Is4()
			v6 = v6 || p.Addr().Is6()
		}
	}
	return v4, v6
}

// entity is one end of a rule: nil prefixes are everybody.
func (c *calico) entity(v value, t netspec.Transport) (nets []netip.Prefix, ports []policy.Ports) {
	f := v.object("nets", "selector", "namespaceSelector", "ports")
	if list, ok := f["nets"]; ok {
		for _, n := range list.list() {
			nets = append(nets, n.prefix())
		}
	}
	if s, ok := f["selector"]; ok {
		if nets != nil {
			v.fail("nets and selector in one end are not read here")
		}
		key, values := selector(s)
		if n, ok := f["namespaceSelector"]; ok && n.str() == "global()" {
			nets = c.selected(s, key, values)
		} else {
			nets = []netip.Prefix{} // pods, which have no address here
		}
	}
	if list, ok := f["ports"]; ok {
		if t != netspec.TCP && t != netspec.UDP && t != netspec.SCTP && t != netspec.Protocol(136) {
			list.fail("ports need a protocol with ports")
		}
		if len(list.list()) > 50 {
			list.fail("more than 50 ports")
		}
		for _, p := range list.list() {
			ports = append(ports, numberOrRange(p))
		}
	}
	return nets, ports
}

// selected are the addresses of the sets that a selector finds.
func (c *calico) selected(at value, key string, values []string) (nets []netip.Prefix) {
	for _, want := range values {
		found := false
		for _, s := range c.sets {
			if s.labels[key] == want {
				found = true
				nets = append(nets, s.nets...)
			}
		}
		if !found {
			at.fail("no GlobalNetworkSet has %s %q", key, want)
		}
	}
	return nets
}

var (
	equals = regexp.MustCompile(`^([A-Za-z0-9_./-]+)\s*==\s*'([^']*)'$`)
	among  = regexp.MustCompile(`^([A-Za-z0-9_./-]+)\s+in\s*\{((?:\s*'[^']*'\s*,)*\s*'[^']*'\s*)\}$`)
)

// selector reads the two forms of selectors that name labels one by one.
func selector(v value) (key string, values []string) {
	s := v.str()
	if len(s) > 1024 {
		v.fail("a selector of %d characters", len(s))
	}
	if m := equals.FindStringSubmatch(s); m != nil {
		return m[1], m[2:]
	}
	m := among.FindStringSubmatch(s)
	if m == nil {
		v.fail("selector %q is not understood", s)
	}
	for _, word := range strings.Split(m[2], ",") {
		values = append(values, strings.Trim(strings.TrimSpace(word), "'"))
	}
	return m[1], values
}

var portRange = regexp.MustCompile(`^([0-9]{1,5}):([0-9]{1,5})$`)

// numberOrRange is 443 or "28000:30000".
func numberOrRange(v value) policy.Ports {
	if v.target().Tag == "!!int" && v.target().Style == 0 && !strings.Contains(v.target().Value, ":") {
		n := v.number(1, 65535)
		return policy.Ports{First: uint16(n), Last: uint16(n)}
	}
	m := portRange.FindStringSubmatch(v.str())
	if m == nil {
		v.fail("%q is no port or range", v.str())
	}
	first, err1 := strconv.Atoi(m[1])
	last, err2 := strconv.Atoi(m[2])
	if err1 != nil || err2 != nil || first < 1 || last > 65535 || first > last {
		v.fail("ports %q", v.str())
	}
	return policy.Ports{First: uint16(first), Last: uint16(last)}
}
