package reader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"portolan/generator/policy"
)

// value is a node of a manifest. Its methods hold it to the type that the API
// server wants there; what does not fit panics with a fault.
type value struct{ n *yaml.Node }

type fault struct {
	line int
	text string
}

func (f fault) Error() string { return fmt.Sprintf("line %d: %s", f.line, f.text) }

func (v value) fail(format string, args ...any) {
	panic(fault{v.n.Line, fmt.Sprintf(format, args...)})
}

// catch turns a fault into the error of the function that defers it.
func catch(err *error) {
	switch r := recover().(type) {
	case nil:
	case fault:
		*err = r
	default:
		panic(r)
	}
}

// documents splits a stream; documents of comments alone are none.
func documents(text string) (list []value, err error) {
	dec := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	for {
		n := new(yaml.Node)
		err := dec.Decode(n)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			line, rest, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: line "), ": ")
			if i, bad := strconv.Atoi(line); bad == nil {
				return nil, fault{i, rest}
			}
			return nil, fault{1, err.Error()}
		}
		if n.Kind == yaml.DocumentNode && !(n.Content[0].Kind == yaml.ScalarNode && n.Content[0].Tag == "!!null") {
			list = append(list, value{n.Content[0]})
		}
	}
}

func (v value) target() *yaml.Node {
	if v.n.Kind == yaml.AliasNode {
		return v.n.Alias
	}
	return v.n
}

// object is a mapping that has only the given keys, each once.
func (v value) object(keys ...string) map[string]value {
	fields := v.mapping()
	for name, f := range fields {
		known := false
		for _, k := range keys {
			known = known || k == name
		}
		if !known {
			f.fail("unknown field %q", name)
		}
	}
	return fields
}

func (v value) mapping() map[string]value {
	n := v.target()
	if n.Kind != yaml.MappingNode {
		v.fail("an object is wanted here")
	}
	fields := make(map[string]value, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key := value{n.Content[i]}.str()
		if _, twice := fields[key]; twice {
			value{n.Content[i]}.fail("field %q stands twice", key)
		}
		fields[key] = value{n.Content[i+1]}
	}
	return fields
}

func (v value) list() []value {
	n := v.target()
	if n.Kind != yaml.SequenceNode {
		v.fail("a list is wanted here")
	}
	list := make([]value, len(n.Content))
	for i, c := range n.Content {
		list[i] = value{c}
	}
	return list
}

// need is a field that must be there.
func (v value) need(fields map[string]value, name string) value {
	f, ok := fields[name]
	if !ok {
		v.fail("%s is missing", name)
	}
	return f
}

// ambiguous are the plain words that the YAML 1.1 of Kubernetes' tools takes
// for something else than text.
var ambiguous = regexp.MustCompile(`^(?i:y|yes|n|no|true|false|on|off|null|~|[-+]?[0-9][0-9_]*(\.[0-9_]*)?(e[-+]?[0-9]+)?|0x[0-9a-f_]+|0o?[0-7_]+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[-+]?[0-9]+(:[0-5]?[0-9])+|\.inf|\.nan|=|<<)$`)

func (v value) str() string {
	n := v.target()
	plain := n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || plain && ambiguous.MatchString(n.Value) {
		v.fail("a text is wanted here, not %q", n.Value)
	}
	return n.Value
}

func (v value) number(least, most int) int {
	n := v.target()
	i, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil {
		v.fail("a number is wanted here, not %q", n.Value)
	}
	if i < least || i > most {
		v.fail("%d is not in %d to %d", i, least, most)
	}
	return i
}

func (v value) truth() bool {
	n := v.target()
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || n.Value != "true" && n.Value != "false" {
		v.fail("true or false is wanted here, not %q", n.Value)
	}
	return n.Value == "true"
}

func (v value) oneOf(words ...string) string {
	s := v.str()
	for _, w := range words {
		if s == w {
			return s
		}
	}
	v.fail("%q is none of %s", s, strings.Join(words, ", "))
	return ""
}

// matching is a text of the form, at most longest bytes long.
func (v value) matching(form *regexp.Regexp, longest int) string {
	s := v.str()
	if len(s) > longest || !form.MatchString(s) {
		v.fail("%q is not a valid name here", s)
	}
	return s
}

// The forms of names: RFC 1123, and Kubernetes' labels.
var (
	label      = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
	subdomain  = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	labelValue = regexp.MustCompile(`^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$`)
)

// labels are the entries of a map of labels.
func (v value) labels() map[string]string {
	out := map[string]string{}
	for key, val := range v.mapping() {
		prefix, name, found := strings.Cut(key, "/")
		if !found {
			prefix, name = "", key
		}
		if name == "" || len(name) > 63 || !labelValue.MatchString(name) || found && (len(prefix) > 253 || !subdomain.MatchString(prefix)) {
			val.fail("%q is no name of a label", key)
		}
		out[key] = val.matching(labelValue, 63)
	}
	return out
}

// prefix is a CIDR block without host bits.
func (v value) prefix() netip.Prefix {
	s := v.str()
	p, err := netip.ParsePrefix(s)
	if err != nil || p.Addr().Is4In6() || p.Masked() != p {
		v.fail("%q is no CIDR block", s)
	}
	return p
}

// manifest is one object of a stream.
type manifest struct {
	at         value
	kind, name string
	labels     map[string]string
	spec       value
}

// manifests reads the frame of each object: apiVersion, kind, metadata, spec.
// kinds are the API versions by kind; no two objects may share kind and name.
func manifests(text string, kinds map[string]string) (list []manifest, err error) {
	defer catch(&err)
	docs, err := documents(text)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, d := range docs {
		f := d.object("apiVersion", "kind", "metadata", "spec")
		m := manifest{at: d, kind: d.need(f, "kind").str(), spec: d.need(f, "spec")}
		version, ok := kinds[m.kind]
		if got := d.need(f, "apiVersion").str(); !ok || got != version {
			d.fail("no kind %q in %s", m.kind, got)
		}
		meta := d.need(f, "metadata").object("name", "namespace", "labels", "annotations")
		m.name = d.need(meta, "name").matching(subdomain, 253)
		if ns, ok := meta["namespace"]; ok {
			ns.matching(label, 63)
		}
		if l, ok := meta["labels"]; ok {
			m.labels = l.labels()
		}
		if a, ok := meta["annotations"]; ok {
			for _, text := range a.mapping() {
				text.str()
			}
		}
		if seen[m.kind+"/"+m.name] {
			d.fail("%s %s stands twice", m.kind, m.name)
		}
		seen[m.kind+"/"+m.name] = true
		list = append(list, m)
	}
	return list, nil
}

// directions are those of a rule in a section.
func directions(section string) []policy.Direction {
	if section == "ingress" {
		return []policy.Direction{policy.In}
	}
	return []policy.Direction{policy.Out}
}
