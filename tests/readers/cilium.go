package readers

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// The fields of cilium.io/v2 that rules of addresses, names and ports use, as
// https://docs.cilium.io/en/stable/security/policy/language/ describes them. Of
// layer 7 there are only the questions of DNS. What a rule may not combine is
// held as Cilium's agent does.
type (
	ciliumPolicy struct {
		meta.TypeMeta `json:",inline"`
		Metadata      meta.ObjectMeta `json:"metadata"`
		Spec          *ciliumRule     `json:"spec,omitempty"`
		Specs         []*ciliumRule   `json:"specs,omitempty"`
	}
	ciliumRule struct {
		Description       string              `json:"description,omitempty"`
		EndpointSelector  *meta.LabelSelector `json:"endpointSelector,omitempty"`
		NodeSelector      *meta.LabelSelector `json:"nodeSelector,omitempty"`
		Ingress           []ciliumWay         `json:"ingress,omitempty"`
		IngressDeny       []ciliumWay         `json:"ingressDeny,omitempty"`
		Egress            []ciliumWay         `json:"egress,omitempty"`
		EgressDeny        []ciliumWay         `json:"egressDeny,omitempty"`
		EnableDefaultDeny *struct {
			Ingress *bool `json:"ingress,omitempty"`
			Egress  *bool `json:"egress,omitempty"`
		} `json:"enableDefaultDeny,omitempty"`
		Labels []struct {
			Key    string `json:"key"`
			Value  string `json:"value,omitempty"`
			Source string `json:"source,omitempty"`
		} `json:"labels,omitempty"`
		Log *struct {
			Value string `json:"value,omitempty"`
		} `json:"log,omitempty"`
	}
	// ciliumWay is a rule of either direction; check knows which fields each has.
	ciliumWay struct {
		FromEndpoints []meta.LabelSelector `json:"fromEndpoints,omitempty"`
		FromNodes     []meta.LabelSelector `json:"fromNodes,omitempty"`
		FromCIDR      []string             `json:"fromCIDR,omitempty"`
		FromCIDRSet   []ciliumCIDR         `json:"fromCIDRSet,omitempty"`
		FromEntities  []string             `json:"fromEntities,omitempty"`
		ToEndpoints   []meta.LabelSelector `json:"toEndpoints,omitempty"`
		ToNodes       []meta.LabelSelector `json:"toNodes,omitempty"`
		ToCIDR        []string             `json:"toCIDR,omitempty"`
		ToCIDRSet     []ciliumCIDR         `json:"toCIDRSet,omitempty"`
		ToEntities    []string             `json:"toEntities,omitempty"`
		ToFQDNs       []ciliumFQDN         `json:"toFQDNs,omitempty"`
		ToPorts       []ciliumPorts        `json:"toPorts,omitempty"`
		ICMPs         []struct {
			Fields []ciliumICMP `json:"fields,omitempty"`
		} `json:"icmps,omitempty"`
	}
	ciliumCIDR struct {
		CIDR              string              `json:"cidr,omitempty"`
		CIDRGroupRef      string              `json:"cidrGroupRef,omitempty"`
		CIDRGroupSelector *meta.LabelSelector `json:"cidrGroupSelector,omitempty"`
		Except            []string            `json:"except,omitempty"`
	}
	ciliumFQDN struct {
		MatchName    string `json:"matchName,omitempty"`
		MatchPattern string `json:"matchPattern,omitempty"`
	}
	ciliumPorts struct {
		Ports []struct {
			Port     string `json:"port"`
			EndPort  int    `json:"endPort,omitempty"`
			Protocol string `json:"protocol,omitempty"`
		} `json:"ports,omitempty"`
		ServerNames []string `json:"serverNames,omitempty"`
		Rules       *struct {
			DNS []ciliumFQDN `json:"dns,omitempty"`
		} `json:"rules,omitempty"`
	}
	ciliumICMP struct {
		Family string `json:"family,omitempty"`
		Type   any    `json:"type"`
	}
	ciliumGroup struct {
		meta.TypeMeta `json:",inline"`
		Metadata      meta.ObjectMeta `json:"metadata"`
		Spec          struct {
			ExternalCIDRs []string `json:"externalCIDRs"`
		} `json:"spec"`
	}
)

func cilium(_ testing.TB, texts []string) []error {
	policy := func(namespaced bool) func([]byte) error {
		return func(document []byte) error {
			var p ciliumPolicy
			if err := decode(document, &p); err != nil {
				return err
			}
			rules := p.Specs
			if p.Spec != nil {
				rules = append(rules, p.Spec)
			}
			all := []error{named(p.Metadata, namespaced)}
			if len(rules) == 0 {
				all = append(all, errors.New("neither spec nor specs"))
			}
			for i, r := range rules {
				if err := r.check(namespaced); err != nil {
					all = append(all, fmt.Errorf("rule %d: %w", i, err))
				}
			}
			return errors.Join(all...)
		}
	}
	return each(texts, func(text string) error {
		return manifests(text, "cilium.io/v2", map[string]func([]byte) error{
			"CiliumNetworkPolicy": policy(true), "CiliumClusterwideNetworkPolicy": policy(false),
			"CiliumCIDRGroup": func(document []byte) error {
				var g ciliumGroup
				if err := decode(document, &g); err != nil {
					return err
				}
				return errors.Join(named(g.Metadata, false), nets(g.Spec.ExternalCIDRs))
			},
		})
	})
}

func (r *ciliumRule) check(namespaced bool) error {
	all := []error{selector(plainLabels(r.EndpointSelector), "endpointSelector"), selector(plainLabels(r.NodeSelector), "nodeSelector")}
	switch {
	case (r.EndpointSelector == nil) == (r.NodeSelector == nil):
		all = append(all, errors.New("want one of endpointSelector and nodeSelector"))
	case r.NodeSelector != nil && namespaced:
		all = append(all, errors.New("nodeSelector: only a CiliumClusterwideNetworkPolicy has it"))
	}
	if len(r.Ingress)+len(r.IngressDeny)+len(r.Egress)+len(r.EgressDeny) == 0 {
		all = append(all, errors.New("no rules"))
	}
	for _, list := range []struct {
		name          string
		rules         []ciliumWay
		ingress, deny bool
	}{{"ingress", r.Ingress, true, false}, {"ingressDeny", r.IngressDeny, true, true}, {"egress", r.Egress, false, false}, {"egressDeny", r.EgressDeny, false, true}} {
		for i, w := range list.rules {
			if err := w.check(list.ingress, list.deny); err != nil {
				all = append(all, fmt.Errorf("%s[%d]: %w", list.name, i, err))
			}
		}
	}
	return errors.Join(all...)
}

// plainLabels takes off what Cilium puts before a label, its source.
func plainLabels(s *meta.LabelSelector) *meta.LabelSelector {
	if s == nil {
		return nil
	}
	out := &meta.LabelSelector{MatchLabels: map[string]string{}}
	cut := func(k string) string {
		for _, source := range []string{"k8s:", "any:", "reserved:"} {
			k = strings.TrimPrefix(k, source)
		}
		return k
	}
	for k, v := range s.MatchLabels {
		out.MatchLabels[cut(k)] = v
	}
	for _, e := range s.MatchExpressions {
		e.Key = cut(e.Key)
		out.MatchExpressions = append(out.MatchExpressions, e)
	}
	return out
}

var ciliumEntities = []string{"all", "world", "world-ipv4", "world-ipv6", "cluster", "host", "init", "ingress", "remote-node", "health", "kube-apiserver", "unmanaged", "none"}

func (w *ciliumWay) check(ingress, deny bool) error {
	var all []error
	from := map[string]int{"fromEndpoints": len(w.FromEndpoints), "fromNodes": len(w.FromNodes), "fromCIDR": len(w.FromCIDR), "fromCIDRSet": len(w.FromCIDRSet), "fromEntities": len(w.FromEntities)}
	to := map[string]int{"toEndpoints": len(w.ToEndpoints), "toNodes": len(w.ToNodes), "toCIDR": len(w.ToCIDR), "toCIDRSet": len(w.ToCIDRSet), "toEntities": len(w.ToEntities), "toFQDNs": len(w.ToFQDNs)}
	own, other := to, from
	if ingress {
		own, other = from, to
	}
	if n := used(other); len(n) > 0 {
		all = append(all, fmt.Errorf("%s in the wrong direction", strings.Join(n, ", ")))
	}
	if n := used(own); len(n) > 1 {
		all = append(all, fmt.Errorf("%s cannot be combined", strings.Join(n, " and ")))
	}
	if deny && len(w.ToFQDNs) > 0 {
		all = append(all, errors.New("toFQDNs in a deny"))
	}
	if len(w.ICMPs) > 0 && len(w.ToPorts) > 0 {
		all = append(all, errors.New("icmps and toPorts cannot be combined"))
	}
	for _, s := range slices.Concat(w.FromCIDR, w.ToCIDR) {
		if _, err := netip.ParseAddr(s); err != nil {
			all = append(all, nets([]string{s}))
		}
	}
	for _, c := range slices.Concat(w.FromCIDRSet, w.ToCIDRSet) {
		if c.CIDRGroupRef == "" && c.CIDRGroupSelector == nil {
			all = append(all, block(c.CIDR, c.Except))
		}
	}
	for _, e := range slices.Concat(w.FromEntities, w.ToEntities) {
		if !slices.Contains(ciliumEntities, e) {
			all = append(all, fmt.Errorf("entity %q", e))
		}
	}
	for i := range w.FromEndpoints {
		all = append(all, selector(plainLabels(&w.FromEndpoints[i]), "fromEndpoints"))
	}
	for i := range w.ToEndpoints {
		all = append(all, selector(plainLabels(&w.ToEndpoints[i]), "toEndpoints"))
	}
	for _, f := range w.ToFQDNs {
		all = append(all, f.check())
	}
	for _, p := range w.ToPorts {
		all = append(all, p.check(ingress, deny))
	}
	for _, x := range w.ICMPs {
		if len(x.Fields) > 40 {
			all = append(all, errors.New("icmps: more than 40 fields"))
		}
		for _, f := range x.Fields {
			all = append(all, f.check())
		}
	}
	return errors.Join(all...)
}

// used lists the members that are there, sorted.
func used(members map[string]int) []string {
	var out []string
	for name, n := range members {
		if n > 0 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

var (
	ciliumName    = regexp.MustCompile(`^[-a-zA-Z0-9_.]{1,255}$`)
	ciliumPattern = regexp.MustCompile(`^[-a-zA-Z0-9_.*]{1,255}$`)
)

func (f ciliumFQDN) check() error {
	switch {
	case (f.MatchName == "") == (f.MatchPattern == ""):
		return errors.New("want one of matchName and matchPattern")
	case f.MatchName != "" && !ciliumName.MatchString(f.MatchName):
		return fmt.Errorf("matchName %q", f.MatchName)
	case f.MatchPattern != "" && !ciliumPattern.MatchString(f.MatchPattern):
		return fmt.Errorf("matchPattern %q", f.MatchPattern)
	}
	return nil
}

func (p ciliumPorts) check(ingress, deny bool) error {
	var all []error
	if len(p.Ports) > 40 {
		all = append(all, errors.New("toPorts: more than 40 ports"))
	}
	if p.Rules != nil {
		if ingress || deny {
			all = append(all, errors.New("toPorts: rules of DNS are for allowed egress alone"))
		}
		if len(p.Ports) == 0 {
			all = append(all, errors.New("toPorts: rules of DNS want ports"))
		}
		for _, f := range p.Rules.DNS {
			all = append(all, f.check())
		}
	}
	for _, x := range p.Ports {
		if !slices.Contains([]string{"", "ANY", "TCP", "UDP", "SCTP", "ICMP", "ICMPv6"}, x.Protocol) {
			all = append(all, fmt.Errorf("protocol %q", x.Protocol))
		}
		first, err := strconv.ParseUint(x.Port, 10, 16)
		switch {
		case err != nil && x.EndPort != 0:
			all = append(all, fmt.Errorf("endPort beside port %q", x.Port))
		case err != nil:
			all = append(all, said("port", validation.IsValidPortName(x.Port)))
		case x.EndPort != 0 && (x.EndPort < int(first) || x.EndPort > 65535 || first == 0):
			all = append(all, fmt.Errorf("ports %s to %d", x.Port, x.EndPort))
		case x.EndPort != 0 && p.Rules != nil:
			all = append(all, errors.New("rules of DNS want single ports"))
		}
	}
	return errors.Join(all...)
}

func (f ciliumICMP) check() error {
	if !slices.Contains([]string{"", "IPv4", "IPv6"}, f.Family) {
		return fmt.Errorf("icmps: family %q", f.Family)
	}
	switch n := f.Type.(type) {
	case string: // the name of a type
		if n != "" {
			return nil
		}
	case int64:
		if 0 <= n && n <= 255 {
			return nil
		}
	}
	return fmt.Errorf("icmps: type %v", f.Type)
}
