// Package reader reads the manifests of package kube back as strictly as the
// API servers and controllers do, and says what they mean.
package reader

import (
	"fmt"
	"net/netip"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Readers are the readers by the platform's id.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"kubernetes": Kubernetes, "calico": Calico, "cilium": Cilium}
}

var transports = map[string]netspec.Transport{
	"TCP": netspec.TCP, "UDP": netspec.UDP, "SCTP": netspec.SCTP, "ICMP": netspec.ICMP, "ICMPv6": netspec.ICMPv6, "UDPLite": netspec.Protocol(136),
}

// Kubernetes reads NetworkPolicies. A direction that a policy names is closed
// to what no rule allows: to TCP, UDP and SCTP by the API's definition, to
// other protocols as most network plugins have it.
func Kubernetes(text string) (r *policytest.Ruleset, err error) {
	defer catch(&err)
	list, err := manifests(text, map[string]string{"NetworkPolicy": "networking.k8s.io/v1"})
	if err != nil {
		return nil, err
	}
	r = &policytest.Ruleset{Stateful: true}
	var closed []policytest.Match
	for _, m := range list {
		f := m.spec.object("podSelector", "policyTypes", "ingress", "egress")
		if s := m.spec.need(f, "podSelector").object("matchLabels"); s["matchLabels"].n != nil {
			s["matchLabels"].labels()
		}
		closes := map[string]bool{"Ingress": true, "Egress": f["egress"].n != nil}
		if types, ok := f["policyTypes"]; ok && len(types.list()) > 0 {
			closes = map[string]bool{}
			for _, t := range types.list() {
				closes[t.oneOf("Ingress", "Egress")] = true
			}
			if len(types.list()) > 2 {
				types.fail("more than two policy types")
			}
		}
		for _, side := range []struct{ section, policyType, peers string }{{"ingress", "Ingress", "from"}, {"egress", "Egress", "to"}} {
			section, ok := f[side.section]
			if ok {
				for i, rule := range section.list() {
					if closes[side.policyType] {
						r.Rules = append(r.Rules, networkRule(rule, side.section, side.peers, fmt.Sprintf("%s %s[%d]", m.name, side.section, i))...)
					}
				}
			}
			if closes[side.policyType] {
				closed = append(closed, policytest.Match{Verdict: policytest.Denied, Directions: directions(side.section), Transport: netspec.Any, Type: -1, Name: m.name + " isolates"})
			}
		}
	}
	r.Rules = append(r.Rules, closed...)
	return r, nil
}

// networkRule is one item of ingress or egress: any of the peers on any of the ports.
func networkRule(v value, section, peers, name string) (list []policytest.Match) {
	f := v.object(peers, "ports")
	match := policytest.Match{Verdict: policytest.Allowed, Directions: directions(section), Type: -1, Name: name}
	if p, ok := f[peers]; ok && len(p.list()) > 0 {
		blocks := []netip.Prefix{} // not nil: pods that a selector names have no address here
		for _, peer := range p.list() {
			blocks = append(blocks, networkPeer(peer)...)
		}
		if section == "ingress" {
			match.From = blocks
		} else {
			match.To = blocks
		}
	}
	ports, ok := f["ports"]
	if !ok || len(ports.list()) == 0 {
		for _, t := range []netspec.Transport{netspec.TCP, netspec.UDP, netspec.SCTP} {
			match.Transport = t
			list = append(list, match)
		}
		return list
	}
	for _, p := range ports.list() {
		match.Transport, match.ToPorts = networkPort(p)
		list = append(list, match)
	}
	return list
}

func networkPeer(v value) []netip.Prefix {
	f := v.object("ipBlock", "podSelector", "namespaceSelector")
	block, ok := f["ipBlock"]
	switch {
	case len(f) == 0:
		v.fail("a peer must say whom")
	case ok && len(f) > 1:
		v.fail("ipBlock stands alone")
	case !ok:
		for _, s := range f {
			if l, ok := s.object("matchLabels")["matchLabels"]; ok {
				l.labels()
			}
		}
		return nil
	}
	return []netip.Prefix{block.need(block.object("cidr"), "cidr").prefix()}
}

func networkPort(v value) (netspec.Transport, []policy.Ports) {
	f := v.object("protocol", "port", "endPort")
	t := netspec.TCP
	if p, ok := f["protocol"]; ok {
		t = transports[p.oneOf("TCP", "UDP", "SCTP")]
	}
	port, ok := f["port"]
	if !ok {
		if _, ok := f["endPort"]; ok {
			v.fail("endPort needs a port")
		}
		return t, nil
	}
	first := port.number(1, 65535)
	last := first
	if end, ok := f["endPort"]; ok {
		last = end.number(first, 65535)
	}
	return t, []policy.Ports{{First: uint16(first), Last: uint16(last)}}
}
