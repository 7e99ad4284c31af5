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

// Cilium reads CiliumCIDRGroups and CiliumNetworkPolicies that name them.
// Deny rules beat allows whatever their order.
func Cilium(text string) (r *policytest.Ruleset, err error) {
	defer catch(&err)
	const version = "cilium.io/v2"
	list, err := manifests(text, map[string]string{"CiliumCIDRGroup": version, "CiliumNetworkPolicy": version})
	if err != nil {
		return nil, err
	}
	c := cilium{groups: map[string][]netip.Prefix{}, ruleset: &policytest.Ruleset{Stateful: true, BlockWins: true}}
	for _, m := range list {
		if m.kind == "CiliumCIDRGroup" {
			nets := []netip.Prefix{}
			for _, n := range m.spec.need(m.spec.object("externalCIDRs"), "externalCIDRs").list() {
				nets = append(nets, n.prefix())
			}
			c.groups[m.name] = nets
		}
	}
	for _, m := range list {
		if m.kind == "CiliumNetworkPolicy" {
			c.policy(m)
		}
	}
	return c.ruleset, nil
}

type cilium struct {
	groups  map[string][]netip.Prefix
	ruleset *policytest.Ruleset
	// names tells that a rule lets names through, lookups that one shows them to Cilium.
	names, lookups bool
}

func (c *cilium) policy(m manifest) {
	f := m.spec.object("description", "endpointSelector", "enableDefaultDeny", "ingress", "ingressDeny", "egress", "egressDeny")
	if d, ok := f["description"]; ok {
		d.str()
	}
	if s := m.spec.need(f, "endpointSelector").object("matchLabels"); s["matchLabels"].n != nil {
		s["matchLabels"].labels()
	}
	rules := 0
	for _, s := range []struct {
		name, section string
		verdict       policytest.Verdict
	}{{"ingress", "ingress", policytest.Allowed}, {"ingressDeny", "ingress", policytest.Denied}, {"egress", "egress", policytest.Allowed}, {"egressDeny", "egress", policytest.Denied}} {
		if section, ok := f[s.name]; ok {
			for i, v := range section.list() {
				rules++
				c.rule(v, s.section, s.verdict, fmt.Sprintf("%s %s[%d]", m.name, s.name, i))
			}
		}
	}
	if rules == 0 {
		m.spec.fail("a policy needs a rule")
	}
	if c.names && !c.lookups {
		m.spec.fail("toFQDNs without a rule that shows Cilium the lookups")
	}
	closes := map[string]bool{
		"ingress": f["ingress"].n != nil || f["ingressDeny"].n != nil,
		"egress":  f["egress"].n != nil || f["egressDeny"].n != nil,
	}
	if d, ok := f["enableDefaultDeny"]; ok {
		for name, v := range d.object("ingress", "egress") {
			closes[name] = v.truth()
		}
	}
	if closes["ingress"] != closes["egress"] {
		m.spec.fail("a default deny of one direction alone is not read here")
	}
	if closes["ingress"] {
		c.ruleset.Default = policytest.Denied
	}
}

func (c *cilium) rule(v value, section string, verdict policytest.Verdict, name string) {
	peers := []string{"toCIDR", "toCIDRSet", "toEndpoints", "toFQDNs", "toPorts", "icmps"}
	if section == "ingress" {
		peers = []string{"fromCIDR", "fromCIDRSet", "fromEndpoints", "toPorts", "icmps"}
	}
	if verdict == policytest.Denied && section == "egress" {
		peers = []string{"toCIDR", "toCIDRSet", "toEndpoints", "toPorts", "icmps"}
	}
	f := v.object(peers...)
	base := policytest.Match{Verdict: verdict, Directions: directions(section), Transport: netspec.Any, Type: -1, Name: name}
	nets, who := c.peers(f)
	if section == "ingress" {
		base.From = nets
	} else {
		base.To = nets
	}
	ports, hasPorts := f["toPorts"]
	icmps, hasICMP := f["icmps"]
	switch {
	case hasPorts && hasICMP:
		v.fail("icmps and toPorts in one rule")
	case hasICMP:
		for _, list := range icmps.list() {
			fields := list.need(list.object("fields"), "fields").list()
			if len(fields) > 40 {
				list.fail("more than 40 types")
			}
			for _, field := range fields {
				c.add(base, icmpField(field))
			}
		}
	case hasPorts:
		for _, p := range ports.list() {
			c.portRule(p, base, who, section, verdict)
		}
	default:
		c.ruleset.Rules = append(c.ruleset.Rules, base)
	}
}

// add appends the rule, of that transport and those ports or types.
func (c *cilium) add(base policytest.Match, part policytest.Match) {
	base.Transport, base.ToPorts, base.Type, base.Family = part.Transport, part.ToPorts, part.Type, part.Family
	c.ruleset.Rules = append(c.ruleset.Rules, base)
}

// peers are the addresses of a rule and the field that names them; nil: everybody.
func (c *cilium) peers(f map[string]value) (nets []netip.Prefix, who string) {
	for _, name := range []string{"fromCIDR", "toCIDR", "fromCIDRSet", "toCIDRSet", "fromEndpoints", "toEndpoints", "toFQDNs"} {
		p, ok := f[name]
		if !ok {
			continue
		}
		if who != "" {
			p.fail("%s and %s in one rule", who, name)
		}
		who, nets = name, []netip.Prefix{}
		for _, item := range p.list() {
			switch name {
			case "fromCIDR", "toCIDR":
				nets = append(nets, item.prefix())
			case "fromCIDRSet", "toCIDRSet":
				nets = append(nets, c.cidrRule(item)...)
			case "toFQDNs":
				c.names = true
				nets = append(nets, policytest.NameAddrs(fqdnSelector(item))...)
			default:
				if l, ok := item.object("matchLabels")["matchLabels"]; ok {
					l.labels()
				}
			}
		}
	}
	return nets, who
}

func (c *cilium) cidrRule(v value) []netip.Prefix {
	f := v.object("cidr", "cidrGroupRef")
	if len(f) != 1 {
		v.fail("cidr or cidrGroupRef, not both")
	}
	if p, ok := f["cidr"]; ok {
		return []netip.Prefix{p.prefix()}
	}
	name := f["cidrGroupRef"].matching(subdomain, 253)
	nets, ok := c.groups[name]
	if !ok {
		v.fail("no CiliumCIDRGroup %q", name)
	}
	return nets
}

var (
	matchName    = regexp.MustCompile(`^([-a-zA-Z0-9_]+[.]?)+$`)
	matchPattern = regexp.MustCompile(`^([-a-zA-Z0-9_*]+[.]?)+$`)
)

// fqdnSelector is a name, or a pattern: "**." stands for any labels before it,
// which our data writes "*.".
func fqdnSelector(v value) string {
	f := v.object("matchName", "matchPattern")
	if len(f) != 1 {
		v.fail("matchName or matchPattern, not both")
	}
	if n, ok := f["matchName"]; ok {
		return n.matching(matchName, 255)
	}
	pattern := f["matchPattern"].matching(matchPattern, 255)
	if rest, ok := strings.CutPrefix(pattern, "**."); ok {
		return "*." + rest
	}
	return pattern
}

// icmpField is one message type of a family; IPv4 unless said.
func icmpField(v value) policytest.Match {
	f := v.object("family", "type")
	m := policytest.Match{Transport: netspec.ICMP, Family: policy.IPv4, Type: v.need(f, "type").number(0, 255)}
	if family, ok := f["family"]; ok && family.oneOf("IPv4", "IPv6") == "IPv6" {
		m.Transport, m.Family = netspec.ICMPv6, policy.IPv6
	}
	return m
}

// portRule is one item of toPorts.
func (c *cilium) portRule(v value, base policytest.Match, who, section string, verdict policytest.Verdict) {
	f := v.object("ports", "rules")
	ports := v.need(f, "ports").list()
	if len(ports) > 40 {
		v.fail("more than 40 ports")
	}
	rules, ok := f["rules"]
	if ok {
		if section == "ingress" || verdict == policytest.Denied {
			rules.fail("rules of DNS stand in egress alone")
		}
		for _, d := range rules.need(rules.object("dns"), "dns").list() {
			fqdnSelector(d)
		}
		c.lookups = c.lookups || who == "toEndpoints"
	}
	for _, p := range ports {
		part := portProtocol(p)
		if ok && (len(part.ToPorts) != 1 || !part.ToPorts[0].Single()) {
			p.fail("rules of DNS need single ports")
		}
		if part.Transport == netspec.Any {
			for _, t := range []netspec.Transport{netspec.TCP, netspec.UDP, netspec.SCTP} {
				part.Transport = t
				c.add(base, part)
			}
			continue
		}
		c.add(base, part)
	}
}

var digits = regexp.MustCompile(`^[0-9]{1,5}$`)

// portProtocol reads a port, which is a text; "0" is every port.
func portProtocol(v value) policytest.Match {
	f := v.object("port", "endPort", "protocol")
	m := policytest.Match{Transport: netspec.Any, Type: -1}
	if p, ok := f["protocol"]; ok {
		if word := p.oneOf("TCP", "UDP", "SCTP", "ANY"); word != "ANY" {
			m.Transport = transports[word]
		}
	}
	port := v.need(f, "port")
	first, err := strconv.Atoi(port.matching(digits, 5))
	if err != nil || first > 65535 {
		port.fail("port %q", port.str())
	}
	end, ok := f["endPort"]
	switch {
	case first == 0 && ok:
		end.fail("endPort needs a port")
	case first == 0:
		return m
	case ok:
		m.ToPorts = []policy.Ports{{First: uint16(first), Last: uint16(end.number(first, 65535))}}
	default:
		m.ToPorts = []policy.Ports{{First: uint16(first), Last: uint16(first)}}
	}
	return m
}
