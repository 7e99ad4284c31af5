package readers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	strictjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// kubernetes decodes manifests of NetworkPolicies into the API's own types,
// with the decoder that the API server uses for strict validation. The types
// know neither the limits of values nor what excludes what: that is held here,
// as the API server does.
func kubernetes(_ testing.TB, texts []string) []error {
	return each(texts, func(text string) error {
		return manifests(text, "networking.k8s.io/v1", map[string]func([]byte) error{
			"NetworkPolicy": func(document []byte) error {
				var p networking.NetworkPolicy
				if err := decode(document, &p); err != nil {
					return err
				}
				return errors.Join(named(p.ObjectMeta, true), policy(p.Spec))
			},
		})
	})
}

// manifests reads documents of YAML, each of one of the kinds. All must be of
// another name.
func manifests(text, version string, kinds map[string]func([]byte) error) error {
	names := map[string]bool{}
	var all []error
	n := 0
	for part := range strings.SplitSeq("\n"+text, "\n---\n") {
		if bare(part) {
			continue
		}
		n++
		document, err := yaml.YAMLToJSONStrict([]byte(part))
		if err != nil {
			all = append(all, fmt.Errorf("document %d: %w", n, err))
			continue
		}
		var head struct {
			APIVersion, Kind string
			Metadata         struct{ Name, Namespace string }
		}
		if err := json.Unmarshal(document, &head); err != nil {
			all = append(all, fmt.Errorf("document %d: %w", n, err))
			continue
		}
		id := head.Kind + " " + head.Metadata.Namespace + "/" + head.Metadata.Name
		switch read := kinds[head.Kind]; {
		case head.APIVersion != version || read == nil:
			all = append(all, fmt.Errorf("document %d: a %s of %s", n, head.Kind, head.APIVersion))
		case names[id]:
			all = append(all, fmt.Errorf("document %d: another %s", n, id))
		default:
			if err := read(document); err != nil {
				all = append(all, fmt.Errorf("%s: %w", id, err))
			}
		}
		names[id] = true
	}
	if n == 0 {
		all = append(all, errors.New("no document"))
	}
	return errors.Join(all...)
}

// bare tells whether a document has nothing but comments.
func bare(document string) bool {
	for line := range strings.Lines(document) {
		if s := strings.TrimSpace(line); s != "" && s != "---" && !strings.HasPrefix(s, "#") {
			return false
		}
	}
	return true
}

// decode refuses unknown and repeated fields, and those in another case.
func decode(document []byte, into any) error {
	faults, err := strictjson.UnmarshalStrict(document, into)
	return errors.Join(append(faults, err)...)
}

// said is a list of what a validation of the API's says.
func said(what string, faults []string) error {
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s", what, strings.Join(faults, "; "))
}

func named(m meta.ObjectMeta, namespaced bool) error {
	all := []error{said("metadata.name", validation.IsDNS1123Subdomain(m.Name))}
	if m.Namespace != "" {
		all = append(all, said("metadata.namespace", validation.IsDNS1123Label(m.Namespace)))
		if !namespaced {
			all = append(all, errors.New("metadata.namespace: the kind has none"))
		}
	}
	all = append(all, metavalidation.ValidateLabels(m.Labels, field.NewPath("metadata", "labels")).ToAggregate())
	size := 0
	for k, v := range m.Annotations {
		all = append(all, said("metadata.annotations", validation.IsQualifiedName(strings.ToLower(k))))
		size += len(k) + len(v)
	}
	if size > 256<<10 {
		all = append(all, errors.New("metadata.annotations: more than 256 KiB"))
	}
	return join(all)
}

// join is errors.Join that knows the nil of an aggregate.
func join(all []error) error {
	var out []error
	for _, err := range all {
		if err != nil && err.Error() != "" {
			out = append(out, err)
		}
	}
	return errors.Join(out...)
}

func selector(s *meta.LabelSelector, where string) error {
	if s == nil {
		return nil
	}
	faults := metavalidation.ValidateLabelSelector(s, metavalidation.LabelSelectorValidationOptions{}, field.NewPath(where))
	if len(faults) == 0 {
		return nil
	}
	return faults.ToAggregate()
}

func policy(s networking.NetworkPolicySpec) error {
	all := []error{selector(&s.PodSelector, "podSelector")}
	seen := map[networking.PolicyType]bool{}
	for _, t := range s.PolicyTypes {
		if t != networking.PolicyTypeIngress && t != networking.PolicyTypeEgress || seen[t] {
			all = append(all, fmt.Errorf("policyTypes: %s", t))
		}
		seen[t] = true
	}
	if len(s.PolicyTypes) > 0 && (len(s.Ingress) > 0 && !seen[networking.PolicyTypeIngress] || len(s.Egress) > 0 && !seen[networking.PolicyTypeEgress]) {
		all = append(all, errors.New("policyTypes: rules of a type that is not listed have no effect"))
	}
	for i, r := range s.Ingress {
		all = append(all, rule(fmt.Sprintf("ingress[%d]", i), r.Ports, r.From))
	}
	for i, r := range s.Egress {
		all = append(all, rule(fmt.Sprintf("egress[%d]", i), r.Ports, r.To))
	}
	return errors.Join(all...)
}

func rule(where string, ports []networking.NetworkPolicyPort, peers []networking.NetworkPolicyPeer) error {
	var all []error
	for i, p := range ports {
		if err := port(p); err != nil {
			all = append(all, fmt.Errorf("%s.ports[%d]: %w", where, i, err))
		}
	}
	for i, p := range peers {
		if err := peer(p); err != nil {
			all = append(all, fmt.Errorf("%s: peer %d: %w", where, i, err))
		}
	}
	return errors.Join(all...)
}

func port(p networking.NetworkPolicyPort) error {
	if p.Protocol != nil {
		switch *p.Protocol {
		case "TCP", "UDP", "SCTP":
		default:
			return fmt.Errorf("protocol %s", *p.Protocol)
		}
	}
	switch {
	case p.Port == nil && p.EndPort != nil:
		return errors.New("endPort without port")
	case p.Port == nil:
		return nil
	case p.Port.Type == intstr.String:
		if p.EndPort != nil {
			return errors.New("endPort beside the name of a port")
		}
		return said("port", validation.IsValidPortName(p.Port.StrVal))
	}
	if err := said("port", validation.IsValidPortNum(p.Port.IntValue())); err != nil || p.EndPort == nil {
		return err
	}
	if int(*p.EndPort) < p.Port.IntValue() {
		return fmt.Errorf("endPort %d is below port %d", *p.EndPort, p.Port.IntValue())
	}
	return said("endPort", validation.IsValidPortNum(int(*p.EndPort)))
}

func peer(p networking.NetworkPolicyPeer) error {
	switch {
	case p.IPBlock == nil && p.PodSelector == nil && p.NamespaceSelector == nil:
		return errors.New("selects nothing")
	case p.IPBlock != nil && (p.PodSelector != nil || p.NamespaceSelector != nil):
		return errors.New("ipBlock beside a selector")
	case p.IPBlock != nil:
		return block(p.IPBlock.CIDR, p.IPBlock.Except)
	}
	return errors.Join(selector(p.PodSelector, "podSelector"), selector(p.NamespaceSelector, "namespaceSelector"))
}

// block is a prefix with exceptions inside it.
func block(cidr string, except []string) error {
	outer, err := prefix(cidr)
	if err != nil {
		return err
	}
	var all []error
	for _, s := range except {
		inner, err := prefix(s)
		if err == nil && (!outer.Contains(inner.Addr()) || inner.Bits() <= outer.Bits()) {
			err = fmt.Errorf("except %s is not inside %s", s, cidr)
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}

// prefix reads an address with its length and no bits beyond it.
func prefix(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf("%q is no prefix: %w", s, err)
	}
	if p != p.Masked() {
		return p, fmt.Errorf("%s has host bits", s)
	}
	return p, nil
}
