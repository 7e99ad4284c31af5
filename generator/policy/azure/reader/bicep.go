package reader

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/policy/policytest"
)

// Bicep reads a Bicep file: parameters with their defaults, one network
// security group, outputs.
func Bicep(text string) (set *policytest.Ruleset, err error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, scope: map[string]any{}}
	for !p.ended() {
		if err := p.statement(); err != nil {
			return nil, err
		}
	}
	if p.group == nil {
		return nil, errors.New("line 1: no network security group")
	}
	return p.ruleset()
}

// token is of a kind: "name", "text", "number", "line" (its end), "end", or
// punctuation, which is its own kind.
type token struct {
	kind, text string
	line       int
}

// lex cuts a text into tokens.
func lex(text string) ([]token, error) {
	var out []token
	line := 1
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\n':
			out = append(out, token{"line", "", line})
			line++
			i++
		case c == ' ' || c == '\t':
			i++
		case strings.HasPrefix(text[i:], "//"):
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case c == '\'':
			s, n, err := quoted(text[i:])
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", line, err)
			}
			out = append(out, token{"text", s, line})
			i += n
		case strings.IndexByte("{}[]().,:=@", c) >= 0:
			out = append(out, token{string(c), "", line})
			i++
		case strings.IndexByte(word, c) >= 0:
			j := i
			for j < len(text) && strings.IndexByte(word, text[j]) >= 0 {
				j++
			}
			kind := "name"
			if c >= '0' && c <= '9' {
				kind = "number"
			}
			out = append(out, token{kind, text[i:j], line})
			i = j
		default:
			return nil, fmt.Errorf("line %d: character %q", line, c)
		}
	}
	return append(out, token{"line", "", line}, token{"end", "", line}), nil
}

// quoted reads a string and tells its length.
func quoted(text string) (string, int, error) {
	if strings.HasPrefix(text, "'''") {
		return "", 0, errors.New("a string of several lines")
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			return b.String(), i + 1, nil
		case c == '\n':
			return "", 0, errors.New("a string without an end")
		case c == '$' && strings.HasPrefix(text[i:], "${"):
			return "", 0, errors.New("an expression in a string")
		case c == '\\':
			i++
			if i >= len(text) || strings.IndexByte(`\'`, text[i]) < 0 {
				return "", 0, errors.New("an escape that these files have no use for")
			}
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, errors.New("a string without an end")
}

type parser struct {
	tokens []token
	at     int
	// scope has the values of parameters and of the resource.
	scope map[string]any
	group *object
	// least is what the decorators before a parameter ask of it.
	least int
}

// object keeps the lines of its fields.
type object struct {
	line   int
	fields map[string]any
	lines  map[string]int
}

func (p *parser) is(kind string) bool { return p.tokens[p.at].kind == kind }

// ended passes over empty lines and tells whether nothing follows.
func (p *parser) ended() bool {
	for p.is("line") {
		p.at++
	}
	return p.is("end")
}

func (p *parser) fault(format string, args ...any) error {
	return fmt.Errorf("line %d: %w", p.tokens[p.at].line, fmt.Errorf(format, args...))
}

// take is the next token, which must be of a kind.
func (p *parser) take(kind string) (token, error) {
	t := p.tokens[p.at]
	if t.kind != kind {
		return t, p.fault("%s %q, not a %s", t.kind, t.text, kind)
	}
	p.at++
	return t, nil
}

func (p *parser) takeAll(kinds ...string) (last token, err error) {
	for _, k := range kinds {
		if last, err = p.take(k); err != nil {
			return last, err
		}
	}
	return last, nil
}

func (p *parser) statement() error {
	if p.is("@") {
		return p.decorator()
	}
	keyword, err := p.take("name")
	if err != nil {
		return err
	}
	name, err := p.take("name")
	if err != nil {
		return err
	}
	if _, ok := p.scope[name.text]; ok {
		return p.fault("a second %s", name.text)
	}
	switch keyword.text {
	case "param":
		err = p.parameter(name.text)
	case "resource":
		err = p.resource(name.text)
	case "output":
		if _, err = p.takeAll("name", "="); err == nil {
			_, err = p.expression()
		}
	default:
		return p.fault("%s is no statement", keyword.text)
	}
	if err != nil {
		return err
	}
	_, err = p.take("line")
	return err
}

func (p *parser) decorator() error {
	p.at++
	name, err := p.take("name")
	if err != nil {
		return err
	}
	if _, err := p.take("("); err != nil {
		return err
	}
	v, err := p.expression()
	if err != nil {
		return err
	}
	switch s := v.(type) {
	case string:
		if name.text != "description" {
			return p.fault("decorator %s", name.text)
		}
		if s == "" {
			return p.fault("an empty description")
		}
	case int:
		if name.text != "minLength" {
			return p.fault("decorator %s", name.text)
		}
		p.least = s
	default:
		return p.fault("decorator %s", name.text)
	}
	_, err = p.takeAll(")", "line")
	return err
}

func (p *parser) parameter(name string) error {
	kind, err := p.takeAll("name", "=")
	if err != nil {
		return err
	}
	kind = p.tokens[p.at-2]
	v, err := p.expression()
	if err != nil {
		return err
	}
	switch x := v.(type) {
	case string:
		if kind.text != "string" {
			return p.fault("%s is no %s", name, kind.text)
		}
	case []any:
		if kind.text != "array" {
			return p.fault("%s is no %s", name, kind.text)
		}
		if len(x) < p.least {
			return p.fault("%s is shorter than %d", name, p.least)
		}
	default:
		return p.fault("%s is no %s", name, kind.text)
	}
	p.least = 0
	p.scope[name] = v
	return nil
}

func (p *parser) resource(name string) error {
	kind, err := p.take("text")
	if err != nil {
		return err
	}
	id, version, _ := strings.Cut(kind.text, "@")
	if id != "Microsoft.Network/networkSecurityGroups" || len(version) != len("2023-11-01") || p.group != nil {
		return p.fault("resource %s", kind.text)
	}
	if _, err := p.take("="); err != nil {
		return err
	}
	v, err := p.expression()
	if err != nil {
		return err
	}
	o, ok := v.(*object)
	if !ok {
		return p.fault("%s is no object", name)
	}
	p.group = o
	p.scope[name] = &object{fields: map[string]any{"id": name}}
	return nil
}

func (p *parser) expression() (any, error) {
	t := p.tokens[p.at]
	p.at++
	switch t.kind {
	case "text":
		return t.text, nil
	case "number":
		n, err := strconv.Atoi(t.text)
		if err != nil {
			return nil, p.fault("%w", err)
		}
		return n, nil
	case "{":
		return p.object(t.line)
	case "[":
		return p.array()
	case "name":
		return p.name(t)
	}
	p.at--
	return nil, p.fault("%s is no value", t.kind)
}

// name is a reference, with its fields, or a call.
func (p *parser) name(t token) (any, error) {
	v, known := p.scope[t.text]
	if p.is("(") {
		p.at++
		var args []any
		for !p.is(")") {
			if len(args) > 0 {
				if _, err := p.take(","); err != nil {
					return nil, err
				}
			}
			a, err := p.expression()
			if err != nil {
				return nil, err
			}
			args = append(args, a)
		}
		p.at++
		var err error
		if v, err = p.call(t.text, args); err != nil {
			return nil, err
		}
		known = true
	}
	if !known {
		return nil, p.fault("%s is not declared", t.text)
	}
	for p.is(".") {
		p.at++
		field, err := p.take("name")
		if err != nil {
			return nil, err
		}
		o, ok := v.(*object)
		if !ok || o.fields[field.text] == nil {
			return nil, p.fault("no field %s", field.text)
		}
		v = o.fields[field.text]
	}
	return v, nil
}

func (p *parser) call(name string, args []any) (any, error) {
	switch {
	case name == "resourceGroup" && len(args) == 0:
		return &object{fields: map[string]any{"location": "location"}}, nil
	case name == "union" && len(args) > 1:
		var out []any
		for _, a := range args {
			list, ok := a.([]any)
			if !ok {
				return nil, p.fault("union of what is no array")
			}
			for _, x := range list {
				if !slices.Contains(out, x) {
					out = append(out, x)
				}
			}
		}
		return out, nil
	}
	return nil, p.fault("function %s of %d arguments", name, len(args))
}

func (p *parser) object(line int) (any, error) {
	o := &object{line: line, fields: map[string]any{}, lines: map[string]int{}}
	if _, err := p.take("line"); err != nil {
		return nil, err
	}
	for !p.is("}") {
		key, err := p.takeAll("name", ":")
		if err != nil {
			return nil, err
		}
		key = p.tokens[p.at-2]
		if o.fields[key.text] != nil {
			return nil, p.fault("a second %s", key.text)
		}
		o.lines[key.text] = key.line
		if o.fields[key.text], err = p.expression(); err != nil {
			return nil, err
		}
		if _, err := p.take("line"); err != nil {
			return nil, err
		}
	}
	p.at++
	return o, nil
}

func (p *parser) array() (any, error) {
	out := []any{}
	if _, err := p.take("line"); err != nil {
		return nil, err
	}
	for !p.is("]") {
		v, err := p.expression()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if _, err := p.take("line"); err != nil {
			return nil, err
		}
	}
	p.at++
	return out, nil
}

// only holds the fields of an object to those that Azure knows.
func (o *object) only(known ...string) error {
	for name, line := range o.lines {
		if !slices.Contains(known, name) {
			return fmt.Errorf("line %d: unknown property %s", line, name)
		}
	}
	return nil
}

func get[T any](o *object, name string, required bool) (T, error) {
	v, ok := o.fields[name].(T)
	if !ok && (required || o.fields[name] != nil) {
		return v, fmt.Errorf("line %d: %s: %T", max(o.line, o.lines[name]), name, o.fields[name])
	}
	return v, nil
}

// ruleset reads the group.
func (p *parser) ruleset() (*policytest.Ruleset, error) {
	if err := p.group.only("name", "location", "tags", "properties"); err != nil {
		return nil, err
	}
	name, err := get[string](p.group, "name", true)
	if err != nil {
		return nil, err
	}
	if !named(name) {
		return nil, fmt.Errorf("line %d: %q is no name", p.group.lines["name"], name)
	}
	if _, err := get[string](p.group, "location", true); err != nil {
		return nil, err
	}
	properties, err := get[*object](p.group, "properties", true)
	if err != nil {
		return nil, err
	}
	if err := properties.only("securityRules", "flushConnection"); err != nil {
		return nil, err
	}
	list, err := get[[]any](properties, "securityRules", true)
	if err != nil {
		return nil, err
	}
	var rules []*rule
	for _, x := range list {
		o, ok := x.(*object)
		if !ok {
			return nil, fmt.Errorf("line %d: a rule that is no object", properties.line)
		}
		r, err := securityRule(o)
		if err != nil {
			return nil, err
		}
		rules = append(rules, r)
	}
	return ruleset(rules)
}

func securityRule(o *object) (*rule, error) {
	if err := o.only("name", "properties"); err != nil {
		return nil, err
	}
	r := &rule{line: o.line}
	var err error
	if r.name, err = get[string](o, "name", true); err != nil {
		return nil, err
	}
	q, err := get[*object](o, "properties", true)
	if err != nil {
		return nil, err
	}
	if err := q.only("description", "priority", "direction", "access", "protocol", "sourceAddressPrefix", "sourceAddressPrefixes", "sourcePortRange",
		"sourcePortRanges", "destinationAddressPrefix", "destinationAddressPrefixes", "destinationPortRange", "destinationPortRanges"); err != nil {
		return nil, err
	}
	if r.priority, err = get[int](q, "priority", true); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name     string
		to       *string
		required bool
	}{
		{"description", &r.description, false}, {"direction", &r.direction, true}, {"access", &r.access, true}, {"protocol", &r.protocol, true},
		{"sourceAddressPrefix", &r.source.prefix, false}, {"sourcePortRange", &r.source.port, false},
		{"destinationAddressPrefix", &r.destination.prefix, false}, {"destinationPortRange", &r.destination.port, false},
	} {
		if *f.to, err = get[string](q, f.name, f.required); err != nil {
			return nil, err
		}
	}
	for _, f := range []struct {
		name string
		to   *[]string
	}{
		{"sourceAddressPrefixes", &r.source.prefixes}, {"sourcePortRanges", &r.source.ports},
		{"destinationAddressPrefixes", &r.destination.prefixes}, {"destinationPortRanges", &r.destination.ports},
	} {
		list, err := get[[]any](q, f.name, false)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			s, ok := x.(string)
			if !ok {
				return nil, fmt.Errorf("line %d: %s: %T", q.lines[f.name], f.name, x)
			}
			*f.to = append(*f.to, s)
		}
	}
	return r, nil
}
