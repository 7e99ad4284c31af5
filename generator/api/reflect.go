package api

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/jsonschema"
)

// reflector makes the schemas of the documents' types, each once and after
// those that it is made of.
type reflector struct {
	docs    jsonschema.Docs
	done    map[reflect.Type]bool
	schemas jsonschema.Properties
}

// reference is a schema that says where a type's schema stands.
func reference(t reflect.Type) *jsonschema.Schema {
	return &jsonschema.Schema{Ref: "#/components/schemas/" + t.Name()}
}

// component adds the schema of a struct type.
func (r *reflector) component(t reflect.Type) {
	if r.done[t] {
		return
	}
	r.done[t] = true
	s := &jsonschema.Schema{Type: "object", Description: r.docs[t.Name()], AdditionalProperties: false}
	r.fields(s, t)
	r.schemas = append(r.schemas, jsonschema.Property{Name: t.Name(), Schema: s})
}

// fields adds a struct's fields; those of an embedded struct are its own.
func (r *reflector) fields(s *jsonschema.Schema, t reflect.Type) {
	for f := range t.Fields() {
		if f.Anonymous {
			r.fields(s, f.Type)
			continue
		}
		name := f.Tag.Get("json")
		p := r.value(f.Type, strings.Split(f.Tag.Get("schema"), ","))
		p.Description = r.docs.Field(t.Name(), f.Name)
		s.Properties = append(s.Properties, jsonschema.Property{Name: name, Schema: p})
		s.Required = append(s.Required, name)
	}
}

// value is the schema of a field's type.
func (r *reflector) value(t reflect.Type, tags []string) *jsonschema.Schema {
	full := slices.Contains(tags, "nonempty")
	switch t.Kind() {
	case reflect.Struct:
		r.component(t)
		return reference(t)
	case reflect.Slice:
		s := &jsonschema.Schema{Type: "array", Items: r.value(t.Elem(), []string{"nonempty"})}
		if full {
			s.MinItems = 1
		}
		return s
	case reflect.Map:
		return &jsonschema.Schema{Type: "object", AdditionalProperties: r.value(t.Elem(), nil)}
	case reflect.Bool:
		return &jsonschema.Schema{Type: "boolean"}
	case reflect.Uint16:
		return &jsonschema.Schema{Type: "integer", Minimum: new(0), Maximum: new(65535)}
	case reflect.Int:
		if t == reflect.TypeFor[schemaVersion]() {
			return &jsonschema.Schema{Type: "integer", Const: SchemaVersion}
		}
		return &jsonschema.Schema{Type: "integer", Minimum: new(0)}
	case reflect.String:
		return text(t, full, slices.Contains(tags, "url"))
	}
	panic(fmt.Sprintf("api: no schema for %s", t)) // a new kind of field; a test meets it
}

// text is the schema of a string type.
func text(t reflect.Type, full, isURL bool) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	switch known := reflect.Zero(t).Interface().(type) {
	case interface{ Values() []string }:
		s.Enum = known.Values()
	case catalog.Direction:
		for _, d := range catalog.Directions() {
			s.Enum = append(s.Enum, string(d))
		}
	case catalog.Date:
		s.Pattern = `^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`
	default:
		if isURL {
			s.Format = "uri-reference"
		}
		if full {
			s.MinLength = 1
		}
	}
	if s.Enum != nil && !full {
		s.Enum = append([]string{""}, s.Enum...)
	}
	return s
}
