package readers

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// The fields of projectcalico.org/v3, as
// https://docs.tigera.io/calico/latest/reference/resources/ lists them, those of
// HTTP left out. Selectors are held to be of balanced quotes and parentheses
// alone: their grammar is not read.
type (
	calicoPolicy struct {
		meta.TypeMeta `json:",inline"`
		Metadata      meta.ObjectMeta `json:"metadata"`
		Spec          calicoSpec      `json:"spec"`
	}
	calicoSpec struct {
		Tier                   string       `json:"tier,omitempty"`
		Order                  *float64     `json:"order,omitempty"`
		Selector               string       `json:"selector,omitempty"`
		NamespaceSelector      string       `json:"namespaceSelector,omitempty"`
		ServiceAccountSelector string       `json:"serviceAccountSelector,omitempty"`
		Types                  []string     `json:"types,omitempty"`
		Ingress                []calicoRule `json:"ingress,omitempty"`
		Egress                 []calicoRule `json:"egress,omitempty"`
		DoNotTrack             bool         `json:"doNotTrack,omitempty"`
		PreDNAT                bool         `json:"preDNAT,omitempty"`
		ApplyOnForward         bool         `json:"applyOnForward,omitempty"`
		PerformanceHints       []string     `json:"performanceHints,omitempty"`
	}
	calicoRule struct {
		Metadata    *calicoAnnotations `json:"metadata,omitempty"`
		Action      string             `json:"action"`
		Protocol    json.RawMessage    `json:"protocol,omitempty"`
		NotProtocol json.RawMessage    `json:"notProtocol,omitempty"`
		ICMP        *calicoICMP        `json:"icmp,omitempty"`
		NotICMP     *calicoICMP        `json:"notICMP,omitempty"`
		IPVersion   *int               `json:"ipVersion,omitempty"`
		Source      calicoEntity       `json:"source,omitempty"`
		Destination calicoEntity       `json:"destination,omitempty"`
	}
	calicoAnnotations struct {
		Annotations map[string]string `json:"annotations,omitempty"`
	}
	calicoICMP struct {
		Type *int `json:"type,omitempty"`
		Code *int `json:"code,omitempty"`
	}
	calicoEntity struct {
		Nets              []string          `json:"nets,omitempty"`
		NotNets           []string          `json:"notNets,omitempty"`
		Selector          string            `json:"selector,omitempty"`
		NotSelector       string            `json:"notSelector,omitempty"`
		NamespaceSelector string            `json:"namespaceSelector,omitempty"`
		Ports             []json.RawMessage `json:"ports,omitempty"`
		NotPorts          []json.RawMessage `json:"notPorts,omitempty"`
		ServiceAccounts   *struct {
			Names    []string `json:"names,omitempty"`
			Selector string   `json:"selector,omitempty"`
		} `json:"serviceAccounts,omitempty"`
		Services *struct {
			Name      string `json:"name,omitempty"`
			Namespace string `json:"namespace,omitempty"`
		} `json:"services,omitempty"`
	}
	calicoTier struct {
		meta.TypeMeta `json:",inline"`
		Metadata      meta.ObjectMeta `json:"metadata"`
		Spec          struct {
			Order         *float64 `json:"order,omitempty"`
			DefaultAction string   `json:"defaultAction,omitempty"`
		} `json:"spec"`
	}
	calicoSet struct {
		meta.TypeMeta `json:",inline"`
		Metadata      meta.ObjectMeta `json:"metadata"`
		Spec          struct {
			Nets []string `json:"nets,omitempty"`
		} `json:"spec"`
	}
)

func calico(_ testing.TB, texts []string) []error {
	policy := func(namespaced bool) func([]byte) error {
		return func(document []byte) error {
			var p calicoPolicy
			if err := decode(document, &p); err != nil {
				return err
			}
			return errors.Join(named(p.Metadata, namespaced), p.Spec.check(namespaced))
		}
	}
	set := func(namespaced bool) func([]byte) error {
		return func(document []byte) error {
			var s calicoSet
			if err := decode(document, &s); err != nil {
				return err
			}
			return errors.Join(named(s.Metadata, namespaced), nets(s.Spec.Nets))
		}
	}
	tier := func(document []byte) error {
		var x calicoTier
		if err := decode(document, &x); err != nil {
			return err
		}
		return errors.Join(named(x.Metadata, false), among("", "Deny", "Pass")(x.Spec.DefaultAction))
	}
	return each(texts, func(text string) error {
		return manifests(text, "projectcalico.org/v3", map[string]func([]byte) error{
			"Tier":          tier,
			"NetworkPolicy": policy(true), "GlobalNetworkPolicy": policy(false),
			"NetworkSet": set(true), "GlobalNetworkSet": set(false),
		})
	})
}

func (s calicoSpec) check(namespaced bool) error {
	all := []error{balanced(s.Selector), balanced(s.NamespaceSelector), balanced(s.ServiceAccountSelector)}
	for i, t := range s.Types {
		if t != "Ingress" && t != "Egress" || slices.Contains(s.Types[:i], t) {
			all = append(all, fmt.Errorf("types: %s", t))
		}
	}
	if len(s.Types) > 0 && (len(s.Ingress) > 0 && !slices.Contains(s.Types, "Ingress") || len(s.Egress) > 0 && !slices.Contains(s.Types, "Egress")) {
		all = append(all, errors.New("types: rules of a type that is not listed"))
	}
	if namespaced && (s.NamespaceSelector != "" || s.DoNotTrack || s.PreDNAT || s.ApplyOnForward) {
		all = append(all, errors.New("a field that only a GlobalNetworkPolicy has"))
	}
	if (s.DoNotTrack || s.PreDNAT) && !s.ApplyOnForward {
		all = append(all, errors.New("doNotTrack and preDNAT want applyOnForward"))
	}
	if s.PreDNAT && len(s.Egress) > 0 {
		all = append(all, errors.New("preDNAT has no egress"))
	}
	for i, r := range s.Ingress {
		if err := r.check(); err != nil {
			all = append(all, fmt.Errorf("ingress[%d]: %w", i, err))
		}
	}
	for i, r := range s.Egress {
		if err := r.check(); err != nil {
			all = append(all, fmt.Errorf("egress[%d]: %w", i, err))
		}
	}
	return errors.Join(all...)
}

func (r calicoRule) check() error {
	var all []error
	if !slices.Contains([]string{"Allow", "Deny", "Log", "Pass"}, r.Action) {
		all = append(all, fmt.Errorf("action %q", r.Action))
	}
	protocol, err := calicoProtocol(r.Protocol)
	all = append(all, err)
	_, err = calicoProtocol(r.NotProtocol)
	all = append(all, err)
	if r.IPVersion != nil && *r.IPVersion != 4 && *r.IPVersion != 6 {
		all = append(all, fmt.Errorf("ipVersion %d", *r.IPVersion))
	}
	for _, x := range []*calicoICMP{r.ICMP, r.NotICMP} {
		if x == nil {
			continue
		}
		switch {
		case protocol != "ICMP" && protocol != "ICMPv6":
			all = append(all, fmt.Errorf("icmp beside protocol %q", protocol))
		case x.Type == nil && x.Code != nil:
			all = append(all, errors.New("icmp: a code without a type"))
		case x.Type != nil && (*x.Type < 0 || *x.Type > 254), x.Code != nil && (*x.Code < 0 || *x.Code > 255):
			all = append(all, errors.New("icmp: type 0 to 254, code 0 to 255"))
		}
	}
	if protocol == "ICMP" && r.IPVersion != nil && *r.IPVersion == 6 || protocol == "ICMPv6" && r.IPVersion != nil && *r.IPVersion == 4 {
		all = append(all, fmt.Errorf("%s of ipVersion %d", protocol, *r.IPVersion))
	}
	families := map[bool]bool{}
	for _, e := range []calicoEntity{r.Source, r.Destination} {
		all = append(all, e.check(protocol))
		for _, n := range slices.Concat(e.Nets, e.NotNets) {
			families[strings.Contains(n, ":")] = true
		}
	}
	if len(families) == 2 {
		all = append(all, errors.New("nets of IPv4 and IPv6 in one rule"))
	}
	return errors.Join(all...)
}

// calicoProtocol is a name, or a number as text; empty: none.
func calicoProtocol(raw json.RawMessage) (string, error) {
	if raw == nil {
		return "", nil
	}
	var name string
	if json.Unmarshal(raw, &name) == nil {
		for _, known := range []string{"TCP", "UDP", "ICMP", "ICMPv6", "SCTP", "UDPLite"} {
			if name == known {
				return name, nil
			}
		}
		return name, fmt.Errorf("protocol %q", name)
	}
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 1 || n > 255 {
		return "", fmt.Errorf("protocol %s", raw)
	}
	return string(raw), nil
}

func (e calicoEntity) check(protocol string) error {
	all := []error{nets(e.Nets), nets(e.NotNets), balanced(e.Selector), balanced(e.NotSelector), balanced(e.NamespaceSelector)}
	if len(e.Ports)+len(e.NotPorts) > 0 && !slices.Contains([]string{"TCP", "UDP", "SCTP"}, protocol) {
		all = append(all, fmt.Errorf("ports beside protocol %q", protocol))
	}
	for _, p := range slices.Concat(e.Ports, e.NotPorts) {
		all = append(all, calicoPort(p))
	}
	if e.Services != nil && (len(e.Ports)+len(e.NotPorts)+len(e.Nets)+len(e.NotNets) > 0 || e.Selector != "" || e.NotSelector != "") {
		all = append(all, errors.New("services beside other matches"))
	}
	return errors.Join(all...)
}

var calicoRange = regexp.MustCompile(`^(\d{1,5})(?::(\d{1,5}))?$`)

// calicoPort is a number, a range of two with a colon, or the name of a port.
func calicoPort(raw json.RawMessage) error {
	text := string(raw)
	if unquoted := ""; json.Unmarshal(raw, &unquoted) == nil {
		text = unquoted
	}
	m := calicoRange.FindStringSubmatch(text)
	if m == nil {
		return said("port "+text, validation.IsValidPortName(text))
	}
	first, err := strconv.Atoi(m[1])
	if err != nil {
		return err
	}
	last := first
	if m[2] != "" {
		if last, err = strconv.Atoi(m[2]); err != nil {
			return err
		}
	}
	if last < first || last > 65535 {
		return fmt.Errorf("ports %s", text)
	}
	return nil
}

func nets(list []string) error {
	var all []error
	for _, s := range list {
		_, err := prefix(s)
		all = append(all, err)
	}
	return errors.Join(all...)
}

// balanced holds the quotes and parentheses of a selector.
func balanced(selector string) error {
	depth := 0
	var quote rune
	for _, c := range selector {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '{':
			depth++
		case c == ')' || c == '}':
			depth--
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 || quote != 0 {
		return fmt.Errorf("selector %s", selector)
	}
	return nil
}
