// Package schema writes the JSON Schema of each kind of data file, for
// editors that complete and check TOML as it is typed.
//
// The schemas are made of the catalog's types: keys and what is required from
// their tags, values from their vocabularies, descriptions from their doc
// comments. They know what one file can tell by itself; whether ids lead
// anywhere is for `portolan check`.
package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/jsonschema"
)

// kinds are the kinds of data files in the order of the command's help.
var kinds = []struct {
	name string
	file reflect.Type
}{
	{"product", reflect.TypeFor[catalog.Product]()},
	{"deployment", reflect.TypeFor[catalog.Deployment]()},
	{"services", reflect.TypeFor[catalog.Services]()},
	{"zones", reflect.TypeFor[catalog.Zones]()},
	{"site", reflect.TypeFor[catalog.Site]()},
}

// Kinds lists the kinds of data files.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// For returns the schema of a kind of data file, indented, with a final
// newline.
func For(kind string) ([]byte, error) {
	i := slices.Index(Kinds(), kind)
	if i < 0 {
		err := fmt.Errorf("unknown kind of data file %q", kind)
		if near := diag.Nearest(kind, Kinds()); near != "" {
			err = fmt.Errorf("%w; did you mean %q?", err, near)
		}
		return nil, err
	}
	docs, err := jsonschema.ReadDocs(catalog.GoSource)
	if err != nil {
		return nil, err
	}
	t := kinds[i].file
	r := &reflector{docs: docs, done: map[reflect.Type]bool{}}
	s := r.table(t)
	s.Schema = jsonschema.Dialect
	s.Title = "portolan: " + kind
	s.Defs = r.defs

	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// reflector makes the schemas of the types that a file is made of.
type reflector struct {
	docs jsonschema.Docs
	done map[reflect.Type]bool
	defs jsonschema.Properties
}

// reference adds a type's schema to the definitions and refers to it.
func (r *reflector) reference(t reflect.Type) *jsonschema.Schema {
	if !r.done[t] {
		r.done[t] = true
		r.defs = append(r.defs, jsonschema.Property{Name: t.Name(), Schema: r.table(t)})
	}
	return &jsonschema.Schema{Ref: "#/$defs/" + t.Name()}
}

// table is the schema of a struct: a file or a table in it.
func (r *reflector) table(t reflect.Type) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Description: r.docs[t.Name()], AdditionalProperties: false}
	for f := range t.Fields() {
		key, option, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if key == "" || key == "-" {
			continue
		}
		var p *jsonschema.Schema
		if option == "keyed" {
			p = r.keyed(f.Type.Elem())
		} else {
			p = r.value(f.Type, forms[t.Name()+"."+f.Name], option == "required")
		}
		p.Description = r.describe(t, f.Name)
		s.Properties = append(s.Properties, jsonschema.Property{Name: key, Schema: p})
		if option == "required" {
			s.Required = append(s.Required, key)
		}
	}
	return s
}

// describe is a field's description. A field that only keeps whether the file
// says something, as ManagedSet does, is described by the one it is for.
func (r *reflector) describe(t reflect.Type, field string) string {
	if short, ok := strings.CutSuffix(field, "Set"); ok {
		if text := r.docs.Field(t.Name(), short); text != "" {
			return text
		}
	}
	return r.docs.Field(t.Name(), field)
}

// keyed is a table of tables by id.
func (r *reflector) keyed(t reflect.Type) *jsonschema.Schema {
	return &jsonschema.Schema{
		Type:                 "object",
		PatternProperties:    jsonschema.Properties{{Name: "^" + id + "$", Schema: r.reference(t)}},
		PropertyNames:        &jsonschema.Schema{MaxLength: maxID},
		MinProperties:        1,
		AdditionalProperties: false,
	}
}

// value is the schema of a key's value. An optional text may be empty, which
// says as much as leaving it out.
func (r *reflector) value(t reflect.Type, as form, required bool) *jsonschema.Schema {
	if s := text(t, as, required); s != nil {
		return s
	}
	switch t.Kind() {
	case reflect.Bool:
		return &jsonschema.Schema{Type: "boolean"}
	case reflect.Int:
		s := &jsonschema.Schema{Type: "integer", Minimum: &as.least}
		if as.most > 0 {
			s.Maximum = &as.most
		}
		return s
	case reflect.Pointer:
		return r.value(t.Elem(), as, required)
	case reflect.Struct:
		return r.reference(t)
	case reflect.Map:
		return &jsonschema.Schema{Type: "object", AdditionalProperties: r.value(t.Elem(), as, true)}
	case reflect.Slice:
		item := r.value(t.Elem(), as, true)
		list := &jsonschema.Schema{Type: "array", Items: item, MinItems: 1}
		if item.Type != "string" {
			return list
		}
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{item, list}} // a text is a list of one
	}
	panic(fmt.Sprintf("schema: no schema for %s", t)) // a new kind of field; a test meets it
}
