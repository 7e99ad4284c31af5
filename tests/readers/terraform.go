package readers

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// terraform holds a configuration of one file against the tables of resources,
// with Terraform's own parser and expressions. Variables have their defaults,
// which must pass their validations, and what only the cloud knows is unknown.
// It misses what a provider looks up, and types of data sources.
func terraform(_ testing.TB, texts []string) []error {
	return each(texts, func(text string) error {
		file, diags := hclsyntax.ParseConfig([]byte(text), "rules.tf", hcl.InitialPos)
		if diags.HasErrors() {
			return flat(diags)
		}
		body, ok := file.Body.(*hclsyntax.Body)
		if !ok {
			return errors.New("no HCL of the native syntax")
		}
		c := &configuration{}
		c.read(body)
		return errors.Join(c.faults...)
	})
}

// flat is all that diagnostics say.
func flat(diags hcl.Diagnostics) error {
	var all []error
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			all = append(all, fmt.Errorf("line %d: %s: %s", d.Subject.Start.Line, d.Summary, d.Detail))
		}
	}
	return errors.Join(all...)
}

// A configuration is what has been read of a file.
type configuration struct {
	variables, locals map[string]cty.Value
	// declared are resources, and data sources under "data", by type and name.
	declared map[string]map[string]cty.Value
	data     map[string]map[string]cty.Value
	// priorities are those taken, of Azure's rules.
	priorities map[string]int
	faults     []error
}

func (c *configuration) fault(at hcl.Range, format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("line %d: %w", at.Start.Line, fmt.Errorf(format, args...)))
}

func (c *configuration) read(body *hclsyntax.Body) {
	c.variables, c.locals = map[string]cty.Value{}, map[string]cty.Value{}
	c.declared, c.data = map[string]map[string]cty.Value{}, map[string]map[string]cty.Value{}
	c.priorities = map[string]int{}
	for _, a := range body.Attributes {
		c.fault(a.NameRange, "argument %s outside of blocks", a.Name)
	}
	labels := map[string]int{"terraform": 0, "locals": 0, "provider": 1, "variable": 1, "output": 1, "data": 2, "resource": 2}
	var blocks []*hclsyntax.Block
	for _, b := range body.Blocks {
		if n, ok := labels[b.Type]; !ok || n != len(b.Labels) {
			c.fault(b.TypeRange, "block %s with %d labels", b.Type, len(b.Labels))
			continue
		}
		for _, l := range b.Labels {
			if !hclsyntax.ValidIdentifier(l) {
				c.fault(b.TypeRange, "%q is no name", l)
			}
		}
		switch b.Type {
		case "variable":
			c.variable(b)
		case "resource":
			c.declare(c.declared, b)
		case "data":
			c.declare(c.data, b)
		}
		blocks = append(blocks, b)
	}
	for _, b := range blocks {
		if b.Type == "locals" {
			for _, a := range sorted(b.Body.Attributes) {
				if _, twice := c.locals[a.Name]; twice {
					c.fault(a.NameRange, "another local %s", a.Name)
				}
				c.locals[a.Name] = cty.DynamicVal
			}
		}
	}
	// Locals may use later ones: as many rounds as there are.
	for range len(c.locals) {
		for _, b := range blocks {
			if b.Type != "locals" {
				continue
			}
			for _, a := range sorted(b.Body.Attributes) {
				if v, diags := a.Expr.Value(c.context(nil)); !diags.HasErrors() {
					c.locals[a.Name] = v
				}
			}
		}
	}
	for _, b := range blocks {
		c.block(b)
	}
}

// sorted lists attributes in the order of the file.
func sorted(attributes hclsyntax.Attributes) []*hclsyntax.Attribute {
	var out []*hclsyntax.Attribute
	for _, a := range attributes {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b *hclsyntax.Attribute) int { return a.NameRange.Start.Byte - b.NameRange.Start.Byte })
	return out
}

func (c *configuration) declare(in map[string]map[string]cty.Value, b *hclsyntax.Block) {
	kind, name := b.Labels[0], b.Labels[1]
	if in[kind] == nil {
		in[kind] = map[string]cty.Value{}
	}
	if _, twice := in[kind][name]; twice {
		c.fault(b.TypeRange, "another %s %s", kind, name)
	}
	in[kind][name] = cty.DynamicVal
}

func (c *configuration) block(b *hclsyntax.Block) {
	switch b.Type {
	case "locals":
		c.free(b.Body, "")
	case "provider":
		c.free(b.Body, "features")
	case "data":
		c.free(b.Body, "filter timeouts")
	case "terraform":
		for _, a := range b.Body.Attributes {
			if a.Name != "required_version" {
				c.fault(a.NameRange, "terraform: argument %s", a.Name)
			}
		}
		for _, x := range b.Body.Blocks {
			if x.Type != "required_providers" {
				c.fault(x.TypeRange, "terraform: block %s", x.Type)
			}
			c.free(x.Body, "")
		}
	case "output":
		c.only(b, "value description sensitive depends_on", "value")
	case "resource":
		c.resource(b)
	}
}

// free reads a body that may hold any arguments, and blocks of the types.
func (c *configuration) free(body *hclsyntax.Body, blocks string) {
	for _, a := range sorted(body.Attributes) {
		if _, diags := a.Expr.Value(c.context(nil)); diags.HasErrors() {
			c.faults = append(c.faults, flat(diags))
		}
	}
	for _, b := range body.Blocks {
		if !slices.Contains(strings.Fields(blocks), b.Type) {
			c.fault(b.TypeRange, "block %s", b.Type)
			continue
		}
		c.free(b.Body, "")
	}
}

// only reads a block that may hold some arguments and no blocks.
func (c *configuration) only(b *hclsyntax.Block, may, must string) {
	for _, a := range sorted(b.Body.Attributes) {
		if !slices.Contains(strings.Fields(may), a.Name) {
			c.fault(a.NameRange, "%s: argument %s", b.Type, a.Name)
		} else if _, diags := a.Expr.Value(c.context(nil)); diags.HasErrors() {
			c.faults = append(c.faults, flat(diags))
		}
	}
	for _, name := range strings.Fields(must) {
		if b.Body.Attributes[name] == nil {
			c.fault(b.TypeRange, "%s without %s", b.Type, name)
		}
	}
	for _, x := range b.Body.Blocks {
		c.fault(x.TypeRange, "%s: block %s", b.Type, x.Type)
	}
}

func (c *configuration) variable(b *hclsyntax.Block) {
	name := b.Labels[0]
	if _, twice := c.variables[name]; twice {
		c.fault(b.TypeRange, "another variable %s", name)
	}
	wanted := cty.DynamicPseudoType
	if a := b.Body.Attributes["type"]; a != nil {
		t, _, diags := typeexpr.TypeConstraintWithDefaults(a.Expr)
		if diags.HasErrors() {
			c.faults = append(c.faults, flat(diags))
		}
		wanted = t
	}
	value := cty.UnknownVal(wanted)
	for _, a := range sorted(b.Body.Attributes) {
		switch a.Name {
		case "type":
		case "default", "description", "sensitive", "nullable", "ephemeral":
			v, diags := a.Expr.Value(nil) // No expressions of others.
			if diags.HasErrors() {
				c.faults = append(c.faults, flat(diags))
				continue
			}
			if a.Name != "default" {
				continue
			}
			converted, err := convert.Convert(v, wanted)
			if err != nil {
				c.fault(a.NameRange, "variable %s: default: %w", name, err)
				continue
			}
			value = converted
		default:
			c.fault(a.NameRange, "variable: argument %s", a.Name)
		}
	}
	c.variables[name] = value
	for _, x := range b.Body.Blocks {
		if x.Type != "validation" {
			c.fault(x.TypeRange, "variable: block %s", x.Type)
			continue
		}
		c.only(x, "condition error_message", "condition error_message")
		if a := x.Body.Attributes["condition"]; a != nil {
			c.condition(a, "variable "+name)
		}
	}
}

// condition must hold, or be unknown.
func (c *configuration) condition(a *hclsyntax.Attribute, of string) {
	v, diags := a.Expr.Value(c.context(nil))
	if diags.HasErrors() {
		return // Said before.
	}
	if v, err := convert.Convert(v, cty.Bool); err != nil {
		c.fault(a.NameRange, "%s: condition: %w", of, err)
	} else if v.IsKnown() && !v.IsNull() && v.False() {
		c.fault(a.NameRange, "%s: its own default does not pass its validation", of)
	}
}

// The functions that files may use.
var functions = map[string]function.Function{
	"abs": stdlib.AbsoluteFunc, "coalesce": stdlib.CoalesceFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc,
	"distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc, "format": stdlib.FormatFunc, "join": stdlib.JoinFunc,
	"keys": stdlib.KeysFunc, "length": stdlib.LengthFunc, "lookup": stdlib.LookupFunc, "lower": stdlib.LowerFunc, "merge": stdlib.MergeFunc,
	"regex": stdlib.RegexFunc, "replace": stdlib.ReplaceFunc, "setproduct": stdlib.SetProductFunc, "setunion": stdlib.SetUnionFunc, "split": stdlib.SplitFunc,
	"substr": stdlib.SubstrFunc, "upper": stdlib.UpperFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
	"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)), "tonumber": stdlib.MakeToFunc(cty.Number), "tostring": stdlib.MakeToFunc(cty.String),
	// What these answer matters only to conditions: it is left open.
	"alltrue": open(cty.Bool), "anytrue": open(cty.Bool), "can": open(cty.Bool), "cidrhost": open(cty.String), "cidrnetmask": open(cty.String),
	"startswith": open(cty.Bool), "strcontains": open(cty.Bool), "one": open(cty.DynamicPseudoType), "try": open(cty.DynamicPseudoType),
}

// open is a function of any arguments with an unknown result.
func open(of cty.Type) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "any", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true, AllowDynamicType: true},
		Type:     function.StaticReturnType(of),
		Impl:     func([]cty.Value, cty.Type) (cty.Value, error) { return cty.UnknownVal(of), nil },
	})
}

// context is what expressions see: all that is declared, and what a repetition adds.
func (c *configuration) context(repeated map[string]cty.Value) *hcl.EvalContext {
	vars := map[string]cty.Value{"var": cty.ObjectVal(c.variables), "local": cty.ObjectVal(c.locals)}
	data := map[string]cty.Value{}
	for kind, named := range c.data {
		data[kind] = cty.ObjectVal(named)
	}
	vars["data"] = cty.ObjectVal(data)
	for kind, named := range c.declared {
		vars[kind] = cty.ObjectVal(named)
	}
	for name, v := range repeated {
		vars[name] = v
	}
	return &hcl.EvalContext{Variables: vars, Functions: functions}
}

func (c *configuration) resource(b *hclsyntax.Block) {
	s, ok := resources[b.Labels[0]]
	if !ok {
		c.fault(b.TypeRange, "no resource %s is known here", b.Labels[0])
		return
	}
	of := b.Labels[0] + "." + b.Labels[1]
	rounds := []map[string]cty.Value{nil}
	if a := b.Body.Attributes["for_each"]; a != nil {
		rounds = nil
		for _, e := range c.elements(a, nil, of, true) {
			rounds = append(rounds, map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": e.key, "value": e.value})})
		}
	} else if a := b.Body.Attributes["count"]; a != nil {
		if v, diags := a.Expr.Value(c.context(nil)); diags.HasErrors() {
			c.faults = append(c.faults, flat(diags))
		} else if _, err := convert.Convert(v, cty.Number); err != nil {
			c.fault(a.NameRange, "%s: count: %w", of, err)
		}
		rounds = []map[string]cty.Value{{"count": cty.ObjectVal(map[string]cty.Value{"index": cty.UnknownVal(cty.Number)})}}
	}
	for _, round := range rounds {
		c.instance(b.Body, s, round, of, true)
	}
}

type element struct{ key, value cty.Value }

// elements are those of a for_each; where none is known, one that is unknown.
func (c *configuration) elements(a *hclsyntax.Attribute, repeated map[string]cty.Value, of string, strict bool) []element {
	unknown := []element{{cty.UnknownVal(cty.String), cty.DynamicVal}}
	v, diags := a.Expr.Value(c.context(repeated))
	if diags.HasErrors() {
		c.faults = append(c.faults, flat(diags))
		return unknown
	}
	if !v.IsWhollyKnown() || v.IsNull() {
		return unknown
	}
	t := v.Type()
	if !t.IsSetType() && !t.IsMapType() && !t.IsObjectType() && (strict || !t.IsListType() && !t.IsTupleType()) {
		c.fault(a.NameRange, "%s: for_each over a %s", of, t.FriendlyName())
		return unknown
	}
	var out []element
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		out = append(out, element{k, e})
	}
	if len(out) == 0 {
		return unknown // So that its body is read.
	}
	return out
}

// instance reads one body with the values of its round. Top tells that it is a
// resource itself, which may hold what all resources may.
func (c *configuration) instance(body *hclsyntax.Body, s schema, round map[string]cty.Value, of string, top bool) {
	v := values{at: body.SrcRange, of: of, texts: map[string][]string{}, unknown: map[string]bool{}, blocks: map[string]int{}}
	for _, a := range sorted(body.Attributes) {
		if top && slices.Contains([]string{"for_each", "count", "provider"}, a.Name) {
			continue
		}
		value, diags := a.Expr.Value(c.context(round))
		if diags.HasErrors() {
			c.faults = append(c.faults, flat(diags))
			continue
		}
		if top && a.Name == "depends_on" {
			continue
		}
		arg, ok := s.arguments[a.Name]
		if !ok {
			c.fault(a.NameRange, "%s: no argument %s", of, a.Name)
			continue
		}
		if err := v.set(a.Name, arg, value); err != nil {
			c.fault(a.NameRange, "%s: %s: %w", of, a.Name, err)
		}
	}
	for name, arg := range s.arguments {
		if arg.required && !v.has(name) {
			c.fault(body.SrcRange, "%s: %s is missing", of, name)
		}
	}
	for _, b := range body.Blocks {
		c.nested(b, s, &v, round, top)
	}
	for name, inner := range s.blocks {
		if n := v.blocks[name]; n < inner.min || inner.max > 0 && n > inner.max {
			c.fault(body.SrcRange, "%s: %d blocks %s", of, n, name)
		}
	}
	if s.check != nil {
		if err := s.check(&v); err != nil {
			c.fault(body.SrcRange, "%s: %w", of, err)
		}
	}
	c.priority(&v)
}

// nested reads a block inside a body, a dynamic one as often as it repeats.
func (c *configuration) nested(b *hclsyntax.Block, s schema, v *values, round map[string]cty.Value, top bool) {
	switch {
	case top && b.Type == "lifecycle":
		for _, a := range sorted(b.Body.Attributes) {
			if !slices.Contains([]string{"create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"}, a.Name) {
				c.fault(a.NameRange, "lifecycle: argument %s", a.Name)
			}
		}
		for _, x := range b.Body.Blocks {
			if x.Type != "precondition" && x.Type != "postcondition" {
				c.fault(x.TypeRange, "lifecycle: block %s", x.Type)
				continue
			}
			c.only(x, "condition error_message", "condition error_message")
			if a := x.Body.Attributes["condition"]; a != nil {
				c.condition(a, v.of)
			}
		}
		return
	case top && b.Type == "timeouts":
		c.free(b.Body, "")
		return
	}
	name, content, rounds := b.Type, b.Body, []map[string]cty.Value{round}
	if b.Type == "dynamic" && len(b.Labels) == 1 {
		name, content, rounds = b.Labels[0], nil, nil
		iterator := name
		if a := b.Body.Attributes["iterator"]; a != nil {
			iterator = hcl.ExprAsKeyword(a.Expr)
		}
		for _, x := range b.Body.Blocks {
			if x.Type == "content" {
				content = x.Body
			}
		}
		a := b.Body.Attributes["for_each"]
		if a == nil || content == nil {
			c.fault(b.TypeRange, "%s: dynamic without for_each or content", v.of)
			return
		}
		for _, e := range c.elements(a, round, v.of, false) {
			r := map[string]cty.Value{iterator: cty.ObjectVal(map[string]cty.Value{"key": e.key, "value": e.value})}
			for k, x := range round {
				r[k] = x
			}
			rounds = append(rounds, r)
		}
	}
	inner, ok := s.blocks[name]
	if !ok || b.Type != "dynamic" && len(b.Labels) > 0 {
		c.fault(b.TypeRange, "%s: no block %s", v.of, name)
		return
	}
	for _, r := range rounds {
		v.blocks[name]++
		c.instance(content, *inner, r, v.of+"."+name, false)
	}
}

// priority holds that no two rules of Azure have the same in a direction.
func (c *configuration) priority(v *values) {
	if p, d := v.text("priority"), v.text("direction"); p != "" && strings.HasPrefix(v.of, "azurerm_") {
		group, _, _ := strings.Cut(v.of, ".")
		if strings.HasSuffix(v.of, ".security_rule") {
			group = v.of
		} else {
			group += v.text("network_security_group_name")
		}
		key := group + " " + d + " " + p
		if line, twice := c.priorities[key]; twice && line != v.at.Start.Line {
			c.fault(v.at, "%s: priority %s of line %d again", v.of, p, line)
		}
		c.priorities[key] = v.at.Start.Line
	}
}

// values are the arguments of one body, as far as they are known.
type values struct {
	at      hcl.Range
	of      string
	texts   map[string][]string
	unknown map[string]bool
	blocks  map[string]int
}

// set keeps an argument, once its type and each of its known values are right.
func (v *values) set(name string, arg argument, value cty.Value) error {
	value, err := convert.Convert(value, arg.kind)
	if err != nil {
		return err
	}
	switch {
	case value.IsNull():
		return nil
	case !value.IsKnown():
		v.unknown[name] = true
		return nil
	}
	list := []cty.Value{value}
	if value.CanIterateElements() {
		list = nil
		for it := value.ElementIterator(); it.Next(); {
			_, e := it.Element()
			list = append(list, e)
		}
		if len(list) == 0 && arg.filled {
			return errors.New("is empty")
		}
	}
	v.texts[name] = []string{}
	var all []error
	for _, e := range list {
		if !e.IsKnown() {
			v.unknown[name] = true
			continue
		}
		if e.IsNull() {
			return errors.New("holds null")
		}
		if !e.Type().IsPrimitiveType() {
			continue
		}
		text, err := convert.Convert(e, cty.String)
		if err != nil {
			return err
		}
		v.texts[name] = append(v.texts[name], text.AsString())
		if arg.check != nil {
			all = append(all, arg.check(text.AsString()))
		}
	}
	return errors.Join(all...)
}

// has tells whether an argument is there, known or not.
func (v *values) has(name string) bool { return v.unknown[name] || v.texts[name] != nil }

// text is an argument that is known, or empty.
func (v *values) text(name string) string {
	if t := v.texts[name]; len(t) == 1 {
		return t[0]
	}
	return ""
}

// one holds that just one of the arguments is there.
func (v *values) one(names ...string) error {
	if n := v.count(names...); n != 1 {
		return fmt.Errorf("%d of %s, want one", n, strings.Join(names, ", "))
	}
	return nil
}

func (v *values) count(names ...string) int {
	n := 0
	for _, name := range names {
		if v.has(name) || v.blocks[name] > 0 {
			n++
		}
	}
	return n
}
