package readers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// cloudformation holds templates against AWS's own description of resources:
// names of properties, which must be there, and their types. What refers to
// something must find it. Values of security groups are held as the API does;
// conditions and functions besides Ref, GetAtt, Sub, Join, Select, Split and If
// are refused.
func cloudformation(t testing.TB, texts []string) []error {
	t.Helper()
	out := make([]error, len(texts))
	templates := make([]*template, len(texts))
	types := map[string]bool{}
	for i, text := range texts {
		templates[i], out[i] = parseTemplate(text)
		if out[i] != nil {
			continue
		}
		for _, r := range templates[i].Resources {
			types[r.Type] = true
		}
	}
	described := map[string]awsResource{}
	args := slices.Sorted(maps.Keys(types))
	said := node(t, "cloudformation.js", []string{"@aws-cdk/aws-service-spec", "@aws-cdk/service-spec-types"}, nil, args...)
	if err := json.Unmarshal(said, &described); err != nil {
		t.Fatal("cloudformation.js: ", err)
	}
	for i, x := range templates {
		if out[i] == nil {
			out[i] = x.check(described)
		}
	}
	return out
}

type template struct {
	AWSTemplateFormatVersion string
	Description              string
	Metadata                 map[string]any
	Parameters               map[string]templateParameter
	Mappings                 map[string]any
	Conditions               map[string]any
	Resources                map[string]templateResource
	Outputs                  map[string]struct {
		Description, Condition string
		Value                  any
		Export                 map[string]any
	}
}

type templateParameter struct {
	Type, Description, AllowedPattern, ConstraintDescription string
	Default                                                  any
	AllowedValues                                            []any
	MinLength, MaxLength, MinValue, MaxValue                 *int
	NoEcho                                                   bool
}

type templateResource struct {
	Type, Condition, DeletionPolicy, UpdateReplacePolicy string
	DependsOn                                            any
	Metadata                                             map[string]any
	Properties                                           map[string]any
}

type awsResource struct {
	Properties map[string]awsProperty
	Attributes []string
}

type awsProperty struct {
	Required bool
	Type     json.RawMessage
}

// parseTemplate reads YAML with its short forms of functions.
func parseTemplate(text string) (*template, error) {
	var document yaml.Node
	d := yaml.NewDecoder(strings.NewReader(text))
	if err := d.Decode(&document); err != nil {
		return nil, err
	}
	var more yaml.Node
	if d.Decode(&more) == nil {
		return nil, errors.New("more than one document")
	}
	plain, err := long(&document)
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(plain)
	if err != nil {
		return nil, err
	}
	j := json.NewDecoder(bytes.NewReader(encoded))
	j.DisallowUnknownFields()
	var out template
	if err := j.Decode(&out); err != nil {
		return nil, err
	}
	return &out, nil
}

// long is a node with the long form of functions: !Ref X is {Ref: X}.
func long(n *yaml.Node) (any, error) {
	var value any
	switch n.Kind {
	case yaml.DocumentNode:
		return long(n.Content[0])
	case yaml.AliasNode:
		return nil, fmt.Errorf("line %d: CloudFormation has no aliases", n.Line)
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			if _, twice := out[key.Value]; twice {
				return nil, fmt.Errorf("line %d: %s again", key.Line, key.Value)
			}
			v, err := long(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			out[key.Value] = v
		}
		value = out
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			v, err := long(c)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		value = out
	default:
		if n.Tag == "!!timestamp" || strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
			value = n.Value
		} else if err := n.Decode(&value); err != nil {
			return nil, err
		}
	}
	switch {
	case !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!"):
		return value, nil
	case n.Tag == "!Ref" || n.Tag == "!Condition":
		return map[string]any{n.Tag[1:]: value}, nil
	case n.Tag == "!GetAtt":
		if s, ok := value.(string); ok {
			resource, attribute, _ := strings.Cut(s, ".")
			value = []any{resource, attribute}
		}
	}
	return map[string]any{"Fn::" + n.Tag[1:]: value}, nil
}

var logicalID = regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`)

func (x *template) check(described map[string]awsResource) error {
	var all []error
	if v := x.AWSTemplateFormatVersion; v != "" && v != "2010-09-09" {
		all = append(all, fmt.Errorf("AWSTemplateFormatVersion %s", v))
	}
	if len(x.Description) > 1024 {
		all = append(all, errors.New("description: more than 1024 bytes"))
	}
	if len(x.Resources) == 0 || len(x.Resources) > 500 || len(x.Parameters) > 200 {
		all = append(all, fmt.Errorf("%d resources, %d parameters", len(x.Resources), len(x.Parameters)))
	}
	for _, name := range slices.Sorted(maps.Keys(x.Parameters)) {
		if _, both := x.Resources[name]; both || !logicalID.MatchString(name) {
			all = append(all, fmt.Errorf("parameter %s: not a name of its own", name))
		}
		if err := x.Parameters[name].check(); err != nil {
			all = append(all, fmt.Errorf("parameter %s: %w", name, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.Resources)) {
		r := x.Resources[name]
		d, ok := described[r.Type]
		var err error
		switch {
		case !logicalID.MatchString(name):
			err = errors.New("no name of letters and digits")
		case !ok:
			err = fmt.Errorf("no type %s", r.Type)
		default:
			err = errors.Join(x.depends(r), x.properties(r.Properties, d.Properties, described), awsGroup(r.Type, r.Properties))
		}
		if err != nil {
			all = append(all, fmt.Errorf("resource %s: %w", name, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.Outputs)) {
		if err := x.value(x.Outputs[name].Value, json.RawMessage(`"string"`), described); err != nil {
			all = append(all, fmt.Errorf("output %s: %w", name, err))
		}
	}
	return errors.Join(all...)
}

func (x *template) depends(r templateResource) error {
	var names []any
	switch d := r.DependsOn.(type) {
	case string:
		names = []any{d}
	case []any:
		names = d
	}
	for _, n := range names {
		if s, ok := n.(string); !ok || x.Resources[s].Type == "" {
			return fmt.Errorf("DependsOn %v: there is none", n)
		}
	}
	return nil
}

var parameterType = regexp.MustCompile(`^(String|Number|List<Number>|CommaDelimitedList|(List<)?AWS::[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9]+>?|AWS::SSM::Parameter::Value<.+>)$`)

func (p templateParameter) check() error {
	if !parameterType.MatchString(p.Type) {
		return fmt.Errorf("type %q", p.Type)
	}
	if len(p.Description) > 4000 {
		return errors.New("description: more than 4000 bytes")
	}
	if p.Default == nil {
		return nil
	}
	value := fmt.Sprint(p.Default)
	switch p.Default.(type) {
	case string, float64, bool:
	default:
		return errors.New("default: want one value")
	}
	if p.AllowedPattern != "" {
		re, err := regexp.Compile(`^(?:` + p.AllowedPattern + `)$`)
		if err != nil {
			return fmt.Errorf("AllowedPattern: %w", err)
		}
		items := []string{value}
		if p.Type == "CommaDelimitedList" {
			items = strings.Split(value, ",")
		}
		for _, s := range items {
			if !re.MatchString(strings.TrimSpace(s)) {
				return fmt.Errorf("default %q does not pass AllowedPattern", s)
			}
		}
	}
	if len(p.AllowedValues) > 0 && !slices.ContainsFunc(p.AllowedValues, func(v any) bool { return fmt.Sprint(v) == value }) {
		return fmt.Errorf("default %q is none of AllowedValues", value)
	}
	if p.Type == "Number" {
		if err := like(`-?[0-9]+(\.[0-9]+)?`)(value); err != nil {
			return fmt.Errorf("default: %w", err)
		}
	}
	return nil
}

func (x *template) properties(have map[string]any, described map[string]awsProperty, all map[string]awsResource) error {
	var out []error
	for _, name := range slices.Sorted(maps.Keys(have)) {
		p, ok := described[name]
		if !ok {
			out = append(out, fmt.Errorf("no property %s", name))
			continue
		}
		if err := x.value(have[name], p.Type, all); err != nil {
			out = append(out, fmt.Errorf("%s: %w", name, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(described)) {
		if _, ok := have[name]; described[name].Required && !ok {
			out = append(out, fmt.Errorf("%s is missing", name))
		}
	}
	return errors.Join(out...)
}

// value holds a value against a type, as cloudformation.js prints it.
func (x *template) value(v any, kind json.RawMessage, described map[string]awsResource) error {
	if m, ok := v.(map[string]any); ok && len(m) == 1 {
		for name, argument := range m {
			if name == "Ref" || strings.HasPrefix(name, "Fn::") {
				return x.function(name, argument, kind, described)
			}
		}
	}
	var word string
	if json.Unmarshal(kind, &word) == nil {
		return scalar(v, word)
	}
	var t struct {
		Array, Map json.RawMessage
		OneOf      []json.RawMessage
		Object     map[string]awsProperty
	}
	if err := json.Unmarshal(kind, &t); err != nil {
		return err
	}
	switch {
	case t.Array != nil:
		list, ok := v.([]any)
		if !ok {
			return fmt.Errorf("want a list, not %v", v)
		}
		var all []error
		for i, e := range list {
			if err := x.value(e, t.Array, described); err != nil {
				all = append(all, fmt.Errorf("%d: %w", i, err))
			}
		}
		return errors.Join(all...)
	case t.Object != nil:
		m, ok := v.(map[string]any)
		if !ok {
			return fmt.Errorf("want properties, not %v", v)
		}
		return x.properties(m, t.Object, described)
	case t.OneOf != nil:
		var all []error
		for _, k := range t.OneOf {
			err := x.value(v, k, described)
			if err == nil {
				return nil
			}
			all = append(all, err)
		}
		return errors.Join(all...)
	}
	return nil
}

func scalar(v any, kind string) error {
	ok := true
	switch kind {
	case "string":
		switch v.(type) {
		case string, float64, bool:
		default:
			ok = false
		}
	case "integer", "number":
		switch n := v.(type) {
		case float64:
			ok = kind == "number" || n == float64(int64(n))
		case string:
			ok = like(`-?[0-9]+`)(n) == nil
		default:
			ok = false
		}
	case "boolean":
		switch b := v.(type) {
		case bool:
		case string:
			ok = b == "true" || b == "false"
		default:
			ok = false
		}
	}
	if !ok {
		return fmt.Errorf("%v is no %s", v, kind)
	}
	return nil
}

var substitution = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

func (x *template) function(name string, argument any, kind json.RawMessage, described map[string]awsResource) error {
	list, _ := argument.([]any)
	var all []error
	switch name {
	case "Ref":
		s, ok := argument.(string)
		if !ok {
			return fmt.Errorf("!Ref %v", argument)
		}
		return x.reference(s, described)
	case "Fn::GetAtt":
		if len(list) != 2 {
			return fmt.Errorf("!GetAtt %v", argument)
		}
		return x.reference(fmt.Sprint(list[0])+"."+fmt.Sprint(list[1]), described)
	case "Fn::Sub":
		format, ok := argument.(string)
		own := map[string]any{}
		if len(list) == 2 {
			format, ok = list[0].(string)
			if m, isMap := list[1].(map[string]any); isMap {
				own = m
			}
		}
		if !ok {
			return fmt.Errorf("!Sub %v", argument)
		}
		for _, m := range substitution.FindAllStringSubmatch(format, -1) {
			if _, ok := own[m[1]]; !ok {
				all = append(all, x.reference(m[1], described))
			}
		}
	case "Fn::If":
		if len(list) != 3 || x.Conditions[fmt.Sprint(list[0])] == nil {
			return fmt.Errorf("!If %v", argument)
		}
		all = append(all, x.value(list[1], kind, described), x.value(list[2], kind, described))
	case "Fn::Join", "Fn::Split", "Fn::Select":
		if len(list) != 2 {
			return fmt.Errorf("%s %v", name, argument)
		}
		for _, v := range list[1:] {
			if inner, ok := v.([]any); ok {
				for _, e := range inner {
					all = append(all, x.value(e, json.RawMessage(`"string"`), described))
				}
			} else {
				all = append(all, x.value(v, json.RawMessage(`"string"`), described))
			}
		}
	default:
		return fmt.Errorf("function %s", name)
	}
	return errors.Join(all...)
}

// reference must name a parameter, a resource, its attribute, or one of AWS's own.
func (x *template) reference(s string, described map[string]awsResource) error {
	name, attribute, dotted := strings.Cut(s, ".")
	if r, ok := x.Resources[name]; ok && (!dotted || slices.Contains(described[r.Type].Attributes, attribute)) {
		return nil
	}
	if _, ok := x.Parameters[name]; ok && !dotted {
		return nil
	}
	if slices.Contains([]string{"AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"}, s) {
		return nil
	}
	return fmt.Errorf("nothing is called %s", s)
}

// awsGroup holds the values of security groups, as far as the template has them.
func awsGroup(kind string, p map[string]any) error {
	var all []error
	switch kind {
	case "AWS::EC2::SecurityGroup":
		if s, ok := p["GroupDescription"].(string); ok {
			all = append(all, awsText(s))
		}
		if s, ok := p["GroupName"].(string); ok {
			all = append(all, awsName(s))
		}
		for _, way := range []string{"SecurityGroupIngress", "SecurityGroupEgress"} {
			list, _ := p[way].([]any)
			for i, e := range list {
				if m, ok := e.(map[string]any); ok && m["Fn::If"] == nil {
					if err := awsPermission(m); err != nil {
						all = append(all, fmt.Errorf("%s %d: %w", way, i, err))
					}
				}
			}
		}
	case "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress":
		all = append(all, awsPermission(p))
	}
	return errors.Join(all...)
}

func awsPermission(p map[string]any) error {
	var all []error
	ends := 0
	for name, v := range p {
		if slices.Contains([]string{"CidrIp", "CidrIpv6", "SourcePrefixListId", "DestinationPrefixListId", "SourceSecurityGroupId", "DestinationSecurityGroupId"}, name) {
			ends++
		}
		s, ok := v.(string)
		if !ok {
			continue
		}
		switch name {
		case "CidrIp":
			all = append(all, cidr(4)(s))
		case "CidrIpv6":
			all = append(all, cidr(6)(s))
		case "Description":
			all = append(all, awsText(s))
		}
	}
	if ends != 1 {
		all = append(all, fmt.Errorf("%d sources or destinations, want one", ends))
	}
	literal := func(name string) (string, bool) {
		switch v := p[name].(type) {
		case nil:
			return "", true
		case string, float64:
			return fmt.Sprint(v), true
		}
		return "", false
	}
	protocol, a := literal("IpProtocol")
	from, b := literal("FromPort")
	to, c := literal("ToPort")
	if a && b && c {
		all = append(all, awsProtocol(protocol), awsRange(protocol, from, to))
	}
	return errors.Join(all...)
}
