// Package terraform reads a Terraform configuration of one file, as strictly
// as Terraform plans it: variables get their defaults and must pass their own
// validations, for_each and count make instances, every argument is known.
//
// The packages that read a cloud's rules hand in what a resource may hold and
// get its instances with their values.
package terraform

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net/netip"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Schema is what a resource, or a block in one, may hold.
type Schema struct {
	Required, Optional []string
	Blocks             map[string]*Schema
}

// Block is one instance of a resource, or a block in one.
type Block struct {
	// Type and Name are a resource's; a block's Name is empty.
	Type, Name string
	Line       int
	// Blocks are those inside, in order.
	Blocks []*Block
	values map[string]cty.Value
}

// Address is how others refer to a resource: "aws_security_group.web".
func (b *Block) Address() string { return b.Type + "." + b.Name }

// Fault is a fault of the whole configuration.
type Fault struct {
	Line int
	Text string
}

func (f *Fault) Error() string { return fmt.Sprintf("line %d: %s", f.Line, f.Text) }

// Errorf is a fault of the block.
func (b *Block) Errorf(format string, args ...any) error {
	name := b.Type
	if b.Name != "" {
		name = b.Address()
	}
	return fmt.Errorf("line %d: %s: %w", b.Line, name, fmt.Errorf(format, args...))
}

// Has tells whether an argument is there and not null.
func (b *Block) Has(name string) bool {
	v, ok := b.values[name]
	return ok && !v.IsNull()
}

// Text is an argument as a string; empty: there is none.
func (b *Block) Text(name string) (string, error) {
	if !b.Has(name) {
		return "", nil
	}
	v, err := convert.Convert(b.values[name], cty.String)
	if err != nil {
		return "", b.Errorf("%s: %w", name, err)
	}
	return v.AsString(), nil
}

// Int is an argument as a whole number; 0: there is none.
func (b *Block) Int(name string) (int, error) {
	if !b.Has(name) {
		return 0, nil
	}
	v, err := convert.Convert(b.values[name], cty.Number)
	if err != nil {
		return 0, b.Errorf("%s: %w", name, err)
	}
	n, accuracy := v.AsBigFloat().Int64()
	if accuracy != big.Exact {
		return 0, b.Errorf("%s: not a whole number", name)
	}
	return int(n), nil
}

// Bool is an argument as a truth value; false: there is none.
func (b *Block) Bool(name string) (bool, error) {
	if !b.Has(name) {
		return false, nil
	}
	v, err := convert.Convert(b.values[name], cty.Bool)
	if err != nil {
		return false, b.Errorf("%s: %w", name, err)
	}
	return v.True(), nil
}

// Texts is an argument as a list of strings; nil: there is none.
func (b *Block) Texts(name string) ([]string, error) {
	if !b.Has(name) {
		return nil, nil
	}
	v := b.values[name]
	if !v.CanIterateElements() || v.Type().IsObjectType() || v.Type().IsMapType() {
		return nil, b.Errorf("%s: not a list", name)
	}
	out := []string{}
	for _, e := range v.Elements() {
		s, err := convert.Convert(e, cty.String)
		if err != nil || s.IsNull() {
			return nil, b.Errorf("%s: not a list of strings", name)
		}
		out = append(out, s.AsString())
	}
	return out, nil
}

// Prefixes is an argument as a list of address prefixes without host bits;
// nil: there is none.
func (b *Block) Prefixes(name string) ([]netip.Prefix, error) {
	list, err := b.Texts(name)
	if err != nil || list == nil {
		return nil, err
	}
	out := []netip.Prefix{}
	for _, s := range list {
		p, err := b.prefix(name, s)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// Prefix is an argument as one address prefix without host bits; the zero
// value: there is none.
func (b *Block) Prefix(name string) (netip.Prefix, error) {
	s, err := b.Text(name)
	if err != nil || s == "" {
		return netip.Prefix{}, err
	}
	return b.prefix(name, s)
}

func (b *Block) prefix(name, s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return p, b.Errorf("%s: %w", name, err)
	case p != p.Masked():
		return p, b.Errorf("%s: %s has host bits", name, s)
	}
	return p, nil
}

// Only is the block of a type inside; nil: there is none. Two are a fault.
func (b *Block) Only(kind string) (*Block, error) {
	var found *Block
	for _, x := range b.Blocks {
		if x.Type != kind {
			continue
		}
		if found != nil {
			return nil, x.Errorf("a second %s", kind)
		}
		found = x
	}
	return found, nil
}

// Read gives the instances of a configuration's resources, in order.
func Read(text string, schemas map[string]*Schema) ([]*Block, error) {
	file, diags := hclsyntax.ParseConfig([]byte(text), "file", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, fault(diags)
	}
	r := &reader{schemas: schemas, variables: map[string]cty.Value{}, named: map[string]map[string]cty.Value{}}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil, errors.New("line 1: not a configuration")
	}
	for name, a := range body.Attributes {
		return nil, fmt.Errorf("line %d: argument %s outside of any block", a.SrcRange.Start.Line, name)
	}
	for _, b := range body.Blocks {
		if err := r.declare(b); err != nil {
			return nil, err
		}
	}
	for _, b := range r.blocks {
		if err := r.local(b); err != nil {
			return nil, err
		}
	}
	for _, b := range r.resources {
		if err := r.resource(b); err != nil {
			return nil, err
		}
	}
	return r.out, nil
}

type reader struct {
	schemas   map[string]*Schema
	variables map[string]cty.Value
	// named are what references see: by type and name.
	named     map[string]map[string]cty.Value
	data      map[string]map[string]cty.Value
	locals    map[string]cty.Value
	blocks    []*hclsyntax.Block // of locals
	resources []*hclsyntax.Block
	out       []*Block
}

func fault(diags hcl.Diagnostics) error {
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		line := 1
		if d.Subject != nil {
			line = d.Subject.Start.Line
		}
		return fmt.Errorf("line %d: %s: %s", line, d.Summary, d.Detail)
	}
	return nil
}

func at(b *hclsyntax.Block, format string, args ...any) error {
	return fmt.Errorf("line %d: %s: %w", b.DefRange().Start.Line, b.Type, fmt.Errorf(format, args...))
}

// top is how many labels the blocks of a configuration have.
var top = map[string]int{"terraform": 0, "locals": 0, "provider": 1, "variable": 1, "output": 1, "data": 2, "resource": 2}

// declare takes up a block of the configuration, all but what resources hold.
func (r *reader) declare(b *hclsyntax.Block) error {
	n, ok := top[b.Type]
	switch {
	case !ok:
		return at(b, "not a block of a configuration")
	case len(b.Labels) != n:
		return at(b, "%d labels, not %d", len(b.Labels), n)
	}
	for _, label := range b.Labels {
		if !hclsyntax.ValidIdentifier(label) {
			return at(b, "%q is not a name", label)
		}
	}
	switch b.Type {
	case "variable":
		return r.variable(b)
	case "locals":
		r.blocks = append(r.blocks, b)
	case "data":
		if r.data == nil {
			r.data = map[string]map[string]cty.Value{}
		}
		return reserve(r.data, b, "data.")
	case "resource":
		schema := r.schemas[b.Labels[0]]
		if schema == nil {
			return at(b, "%s is not a type of resource", b.Labels[0])
		}
		r.resources = append(r.resources, b)
		return reserve(r.named, b, "")
	}
	return nil
}

// reserve makes a resource known to references. Its attributes are their own
// addresses: what a provider would compute nobody knows here.
func reserve(named map[string]map[string]cty.Value, b *hclsyntax.Block, prefix string) error {
	kind, name := b.Labels[0], b.Labels[1]
	if _, ok := named[kind][name]; ok {
		return at(b, "a second %s %s", kind, name)
	}
	if named[kind] == nil {
		named[kind] = map[string]cty.Value{}
	}
	address := cty.StringVal(prefix + kind + "." + name)
	v := cty.ObjectVal(map[string]cty.Value{"id": address, "name": address, "location": address, "self_link": address})
	if _, counted := b.Body.Attributes["count"]; counted {
		v = cty.ListVal([]cty.Value{v})
	}
	named[kind][name] = v
	return nil
}

// variable gives a variable its default, and holds that to its validations.
func (r *reader) variable(b *hclsyntax.Block) error {
	name := b.Labels[0]
	if _, ok := r.variables[name]; ok {
		return at(b, "a second variable %s", name)
	}
	wanted := cty.DynamicPseudoType
	value := cty.StringVal("var." + name)
	nullable := true
	for key, a := range b.Body.Attributes {
		var diags hcl.Diagnostics
		switch key {
		case "type":
			wanted, diags = typeexpr.TypeConstraint(a.Expr)
		case "default":
			value, diags = a.Expr.Value(nil)
		case "nullable":
			var v cty.Value
			v, diags = a.Expr.Value(nil)
			nullable = !diags.HasErrors() && v.True()
		case "description", "sensitive":
			_, diags = a.Expr.Value(nil)
		default:
			return at(b, "%s: unknown argument %s", name, key)
		}
		if diags.HasErrors() {
			return fault(diags)
		}
	}
	value, err := convert.Convert(value, wanted)
	switch {
	case err != nil:
		return at(b, "%s: default: %w", name, err)
	case value.IsNull() && !nullable:
		return at(b, "%s: default: null", name)
	}
	r.variables[name] = value
	for _, v := range b.Body.Blocks {
		if v.Type != "validation" {
			return at(v, "not a block of a variable")
		}
		if err := r.validate(name, v); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) validate(name string, b *hclsyntax.Block) error {
	condition, message := b.Body.Attributes["condition"], b.Body.Attributes["error_message"]
	if condition == nil || message == nil || len(b.Body.Attributes) != 2 {
		return at(b, "%s: a validation has a condition and an error_message", name)
	}
	ok, diags := condition.Expr.Value(r.context(nil))
	if diags.HasErrors() {
		return fault(diags)
	}
	if !ok.Type().Equals(cty.Bool) {
		return at(b, "%s: the condition is not true or false", name)
	}
	if ok.IsKnown() && ok.False() {
		text, diags := message.Expr.Value(r.context(nil))
		if diags.HasErrors() {
			return fault(diags)
		}
		return at(b, "%s: %s", name, text.AsString())
	}
	return nil
}

// local takes up the locals of a block, which refer to no other locals.
func (r *reader) local(b *hclsyntax.Block) error {
	if r.locals == nil {
		r.locals = map[string]cty.Value{}
	}
	for name, a := range b.Body.Attributes {
		v, diags := a.Expr.Value(r.context(nil))
		if diags.HasErrors() {
			return fault(diags)
		}
		if _, ok := r.locals[name]; ok {
			return at(b, "a second local %s", name)
		}
		r.locals[name] = v
	}
	return nil
}

var functions = map[string]function.Function{
	"coalesce": stdlib.CoalesceFunc, "concat": stdlib.ConcatFunc, "distinct": stdlib.DistinctFunc, "length": stdlib.LengthFunc, "merge": stdlib.MergeFunc,
	"one": one, "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
}

// one is Terraform's: the element of a list of at most one.
var one = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		list := args[0].AsValueSlice()
		switch len(list) {
		case 0:
			return cty.NullVal(cty.String), nil
		case 1:
			return list[0], nil
		}
		return cty.NilVal, errors.New("more than one element")
	},
})

// context is what expressions see.
func (r *reader) context(each map[string]cty.Value) *hcl.EvalContext {
	vars := map[string]cty.Value{"var": cty.ObjectVal(r.variables), "local": cty.ObjectVal(r.locals)}
	for kind, list := range r.named {
		vars[kind] = cty.ObjectVal(list)
	}
	data := map[string]cty.Value{}
	for kind, list := range r.data {
		data[kind] = cty.ObjectVal(list)
	}
	vars["data"] = cty.ObjectVal(data)
	maps.Copy(vars, each)
	return &hcl.EvalContext{Variables: vars, Functions: functions}
}

// resource makes the instances of a resource.
func (r *reader) resource(b *hclsyntax.Block) error {
	times := []map[string]cty.Value{nil}
	each, count := b.Body.Attributes["for_each"], b.Body.Attributes["count"]
	switch {
	case each != nil && count != nil:
		return at(b, "both for_each and count")
	case each != nil:
		v, diags := each.Expr.Value(r.context(nil))
		if diags.HasErrors() {
			return fault(diags)
		}
		if !v.Type().IsSetType() && !v.Type().IsMapType() && !v.Type().IsObjectType() || v.IsNull() {
			return at(b, "for_each is neither a set nor a map")
		}
		times = nil
		for k, e := range v.Elements() {
			if v.Type().IsSetType() {
				k = e
			}
			times = append(times, map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": k, "value": e})})
		}
	case count != nil:
		v, diags := count.Expr.Value(r.context(nil))
		if diags.HasErrors() {
			return fault(diags)
		}
		n, err := convert.Convert(v, cty.Number)
		if err != nil {
			return at(b, "count: %w", err)
		}
		times = nil
		for i := range n.AsBigFloat().Sign() { // 0 or 1: these files count no further
			times = append(times, map[string]cty.Value{"count": cty.ObjectVal(map[string]cty.Value{"index": cty.NumberIntVal(int64(i))})})
		}
	}
	for _, t := range times {
		block, err := r.block(b, r.schemas[b.Labels[0]], r.context(t), []string{"for_each", "count", "depends_on", "provider"}, []string{"lifecycle"})
		if err != nil {
			return err
		}
		block.Type, block.Name = b.Labels[0], b.Labels[1]
		r.out = append(r.out, block)
	}
	return nil
}

// block reads the arguments of a block by its schema. Some arguments and
// blocks are Terraform's own.
func (r *reader) block(b *hclsyntax.Block, schema *Schema, ctx *hcl.EvalContext, own, ownBlocks []string) (*Block, error) {
	out := &Block{Type: b.Type, Line: b.DefRange().Start.Line, values: map[string]cty.Value{}}
	for _, name := range slices.Sorted(maps.Keys(b.Body.Attributes)) {
		a := b.Body.Attributes[name]
		if slices.Contains(own, name) {
			continue
		}
		if !slices.Contains(schema.Required, name) && !slices.Contains(schema.Optional, name) {
			return nil, fmt.Errorf("line %d: %s: unknown argument %s", a.SrcRange.Start.Line, b.Type, name)
		}
		v, diags := a.Expr.Value(ctx)
		if diags.HasErrors() {
			return nil, fault(diags)
		}
		out.values[name] = v
	}
	for _, name := range schema.Required {
		if !out.Has(name) {
			return nil, at(b, "no argument %s", name)
		}
	}
	for _, inner := range b.Body.Blocks {
		if slices.Contains(ownBlocks, inner.Type) {
			continue
		}
		s := schema.Blocks[inner.Type]
		if s == nil || len(inner.Labels) > 0 {
			return nil, at(inner, "unknown block")
		}
		x, err := r.block(inner, s, ctx, nil, nil)
		if err != nil {
			return nil, err
		}
		out.Blocks = append(out.Blocks, x)
	}
	return out, nil
}
