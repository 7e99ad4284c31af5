package reader

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"portolan/generator/policy/policytest"
)

// CloudFormation reads a template.
func CloudFormation(text string) (*policytest.Ruleset, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		// "yaml: line 3: ..."
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("line 1: not a template")
	}
	top, err := fields(doc.Content[0], []string{"Resources"}, "AWSTemplateFormatVersion", "Description", "Parameters")
	if err != nil {
		return nil, err
	}
	t := &template{lists: map[string]*prefixList{}}
	if v := top["AWSTemplateFormatVersion"]; v != nil && v.Value != "2010-09-09" {
		return nil, fmt.Errorf("line %d: format version %s", v.Line, v.Value)
	}
	if v := top["Description"]; v != nil && len(v.Value) > 1024 {
		return nil, fmt.Errorf("line %d: description is longer than 1024", v.Line)
	}
	if t.parameters, err = fields(top["Parameters"], nil, anything...); err != nil {
		return nil, err
	}
	for name, p := range t.parameters {
		f, err := fields(p, []string{"Type"}, "Default", "Description", "AllowedPattern", "MinLength")
		if err != nil {
			return nil, err
		}
		if kind := f["Type"].Value; kind != "String" && kind != "AWS::EC2::VPC::Id" {
			return nil, fmt.Errorf("line %d: parameter %s: type %s", p.Line, name, kind)
		}
	}
	if t.resources, err = fields(top["Resources"], nil, anything...); err != nil {
		return nil, err
	}
	return t.read(top["Resources"])
}

type template struct {
	parameters, resources map[string]*yaml.Node
	lists                 map[string]*prefixList
}

type prefixList struct {
	prefixes []netip.Prefix
	max      int
}

// anything lets a mapping have every key of letters and digits.
var anything = []string{"*"}

// fields are the values of a mapping by key; nothing: an absent one.
func fields(n *yaml.Node, required []string, optional ...string) (map[string]*yaml.Node, error) {
	out := map[string]*yaml.Node{}
	if n == nil {
		return out, nil
	}
	if n.Kind != yaml.MappingNode || n.Tag != "!!map" {
		return nil, fmt.Errorf("line %d: not a mapping", n.Line)
	}
	for i := 0; i < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		named := slices.Equal(optional, anything) && k.Value != "" && strings.Trim(k.Value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "" && len(k.Value) <= 255
		switch {
		case out[k.Value] != nil:
			return nil, fmt.Errorf("line %d: a second %s", k.Line, k.Value)
		case !named && !slices.Contains(required, k.Value) && !slices.Contains(optional, k.Value):
			return nil, fmt.Errorf("line %d: unknown key %s", k.Line, k.Value)
		}
		out[k.Value] = v
	}
	for _, k := range required {
		if out[k] == nil {
			return nil, fmt.Errorf("line %d: no %s", n.Line, k)
		}
	}
	return out, nil
}

// word is a scalar of a type: "!!str", "!!int".
func word(n *yaml.Node, tag string) (string, error) {
	if n == nil {
		return "", nil
	}
	if n.Kind != yaml.ScalarNode || n.Tag != tag {
		return "", fmt.Errorf("line %d: %q is not a %s", n.Line, n.Value, strings.TrimPrefix(tag, "!!"))
	}
	return n.Value, nil
}

func number(n *yaml.Node) (*int, error) {
	s, err := word(n, "!!int")
	if err != nil || n == nil {
		return nil, err
	}
	v, err := strconv.Atoi(s)
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", n.Line, err)
	}
	return &v, nil
}

// prefix is an address prefix of a family.
func prefix(n *yaml.Node, four bool) (netip.Prefix, error) {
	s, err := word(n, "!!str")
	if err != nil {
		return netip.Prefix{}, err
	}
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return p, fmt.Errorf("line %d: %w", n.Line, err)
	case p.Addr().Is4() != four:
		return p, fmt.Errorf("line %d: %s is of the other family", n.Line, s)
	case p != p.Masked():
		return p, fmt.Errorf("line %d: %s has host bits", n.Line, s)
	}
	return p, nil
}

func (t *template) read(n *yaml.Node) (*policytest.Ruleset, error) {
	var rules []*rule
	names := map[string]bool{}
	for pass := range 2 { // lists first: groups refer to them
		for i := 0; i < len(n.Content); i += 2 {
			id, r := n.Content[i].Value, n.Content[i+1]
			f, err := fields(r, []string{"Type", "Properties"}, "DependsOn", "DeletionPolicy")
			if err != nil {
				return nil, err
			}
			switch kind := f["Type"].Value; {
			case kind == "AWS::EC2::PrefixList" && pass == 0:
				if t.lists[id], err = list(f["Properties"]); err != nil {
					return nil, err
				}
			case kind == "AWS::EC2::SecurityGroup" && pass == 1:
				more, err := t.group(id, f["Properties"], names)
				if err != nil {
					return nil, err
				}
				rules = append(rules, more...)
			case kind != "AWS::EC2::PrefixList" && kind != "AWS::EC2::SecurityGroup":
				return nil, fmt.Errorf("line %d: unknown type %s", r.Line, kind)
			}
		}
	}
	return ruleset(rules)
}

func list(n *yaml.Node) (*prefixList, error) {
	f, err := fields(n, []string{"PrefixListName", "AddressFamily", "MaxEntries"}, "Entries", "Tags")
	if err != nil {
		return nil, err
	}
	name, err := word(f["PrefixListName"], "!!str")
	if err != nil {
		return nil, err
	}
	if name == "" || len(name) > 255 || strings.HasPrefix(name, "com.amazonaws") {
		return nil, fmt.Errorf("line %d: %q is no name of a prefix list", n.Line, name)
	}
	most, err := number(f["MaxEntries"])
	if err != nil {
		return nil, err
	}
	family := f["AddressFamily"].Value
	if family != "IPv4" && family != "IPv6" {
		return nil, fmt.Errorf("line %d: address family %s", n.Line, family)
	}
	out := &prefixList{max: *most}
	entries := f["Entries"]
	if entries == nil || entries.Kind != yaml.SequenceNode || len(entries.Content) == 0 || len(entries.Content) > min(100, *most) {
		return nil, fmt.Errorf("line %d: %s: not from 1 to %d entries", n.Line, name, min(100, *most))
	}
	for _, e := range entries.Content {
		x, err := fields(e, []string{"Cidr"}, "Description")
		if err != nil {
			return nil, err
		}
		p, err := prefix(x["Cidr"], family == "IPv4")
		if err != nil {
			return nil, err
		}
		if slices.Contains(out.prefixes, p) {
			return nil, fmt.Errorf("line %d: a second %s", e.Line, p)
		}
		out.prefixes = append(out.prefixes, p)
	}
	return out, nil
}

func (t *template) group(id string, n *yaml.Node, names map[string]bool) ([]*rule, error) {
	f, err := fields(n, []string{"GroupDescription", "VpcId"}, "GroupName", "SecurityGroupIngress", "SecurityGroupEgress", "Tags")
	if err != nil {
		return nil, err
	}
	name, err := word(f["GroupName"], "!!str")
	if err != nil {
		return nil, err
	}
	if err := groupName(n.Line, name); err != nil {
		return nil, err
	}
	if names[name] {
		return nil, fmt.Errorf("line %d: a second group %s", n.Line, name)
	}
	names[name] = true
	about, err := word(f["GroupDescription"], "!!str")
	if err != nil {
		return nil, err
	}
	if err := text(n.Line, "group description", about); err != nil {
		return nil, err
	}
	if err := t.vpc(f["VpcId"]); err != nil {
		return nil, err
	}
	var out []*rule
	for _, egress := range []bool{false, true} {
		key := "SecurityGroupIngress"
		if egress {
			key = "SecurityGroupEgress"
		}
		rules := f[key]
		if rules == nil && egress { // EC2 lets everything out then
			for _, p := range []string{"0.0.0.0/0", "::/0"} {
				out = append(out, &rule{line: n.Line, group: id, egress: true, protocol: "-1", prefixes: []netip.Prefix{netip.MustParsePrefix(p)}})
			}
			continue
		}
		if rules == nil {
			continue
		}
		if rules.Kind != yaml.SequenceNode {
			return nil, fmt.Errorf("line %d: %s is not a list", rules.Line, key)
		}
		for _, x := range rules.Content {
			r, err := t.permission(x, egress)
			if err != nil {
				return nil, err
			}
			r.group = id
			out = append(out, r)
		}
	}
	return out, nil
}

// vpc holds the choice of the VPC to the template's parameter: rules for what
// goes out need one.
func (t *template) vpc(n *yaml.Node) error {
	if n.Tag != "!Ref" || t.parameters[n.Value] == nil {
		return fmt.Errorf("line %d: VpcId is no parameter", n.Line)
	}
	return nil
}

func (t *template) permission(n *yaml.Node, egress bool) (*rule, error) {
	peer := "SourcePrefixListId"
	if egress {
		peer = "DestinationPrefixListId"
	}
	f, err := fields(n, []string{"IpProtocol"}, "Description", "FromPort", "ToPort", "CidrIp", "CidrIpv6", peer)
	if err != nil {
		return nil, err
	}
	r := &rule{line: n.Line, egress: egress}
	if r.protocol, err = word(f["IpProtocol"], "!!str"); err != nil {
		return nil, err
	}
	if r.description, err = word(f["Description"], "!!str"); err != nil {
		return nil, err
	}
	if r.from, err = number(f["FromPort"]); err != nil {
		return nil, err
	}
	if r.to, err = number(f["ToPort"]); err != nil {
		return nil, err
	}
	peers := 0
	for _, key := range []string{"CidrIp", "CidrIpv6"} {
		if f[key] == nil {
			continue
		}
		p, err := prefix(f[key], key == "CidrIp")
		if err != nil {
			return nil, err
		}
		r.prefixes = append(r.prefixes, p)
		peers++
	}
	if ref := f[peer]; ref != nil {
		l := t.lists[ref.Value]
		if ref.Tag != "!Ref" || l == nil {
			return nil, fmt.Errorf("line %d: no prefix list %s", ref.Line, ref.Value)
		}
		r.prefixes, r.list, r.cost = l.prefixes, ref.Value, l.max
		peers++
	}
	if peers != 1 {
		return nil, fmt.Errorf("line %d: exactly one of CidrIp, CidrIpv6 and %s", n.Line, peer)
	}
	return r, nil
}
