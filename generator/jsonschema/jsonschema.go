// Package jsonschema writes JSON Schema (draft 2020-12), as far as our own
// data files and documents need it, and takes the descriptions from the doc
// comments of the Go types, so that there is no second text to keep in step.
package jsonschema

import (
	"bytes"
	"encoding/json"
)

// Dialect is the address of the draft that schemas are written in.
const Dialect = "https://json-schema.org/draft/2020-12/schema"

// Schema is one schema. A field's zero value is left out.
type Schema struct {
	Schema      string     `json:"$schema,omitempty"`
	Ref         string     `json:"$ref,omitempty"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Type        string     `json:"type,omitempty"`
	Const       any        `json:"const,omitempty"`
	Enum        []string   `json:"enum,omitempty"`
	Format      string     `json:"format,omitempty"`
	Pattern     string     `json:"pattern,omitempty"`
	MinLength   int        `json:"minLength,omitempty"`
	MaxLength   int        `json:"maxLength,omitempty"`
	Minimum     *int       `json:"minimum,omitempty"`
	Maximum     *int       `json:"maximum,omitempty"`
	Items       *Schema    `json:"items,omitempty"`
	MinItems    int        `json:"minItems,omitempty"`
	AnyOf       []*Schema  `json:"anyOf,omitempty"`
	Properties  Properties `json:"properties,omitempty"`
	// PatternProperties are schemas by the pattern of the property's name.
	PatternProperties Properties `json:"patternProperties,omitempty"`
	PropertyNames     *Schema    `json:"propertyNames,omitempty"`
	MinProperties     int        `json:"minProperties,omitempty"`
	// AdditionalProperties is false, a *Schema, or nil.
	AdditionalProperties any        `json:"additionalProperties,omitempty"`
	Required             []string   `json:"required,omitempty"`
	Defs                 Properties `json:"$defs,omitempty"`
}

// Property is a schema with its name.
type Property struct {
	Name   string
	Schema *Schema
}

// Properties are written as an object in the order of the list.
type Properties []Property

// Get returns the schema of that name, nil if there is none.
func (ps Properties) Get(name string) *Schema {
	for _, p := range ps {
		if p.Name == name {
			return p.Schema
		}
	}
	return nil
}

// MarshalJSON writes the object.
func (ps Properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range ps {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(p.Name)
		if err != nil {
			return nil, err
		}
		schema, err := json.Marshal(p.Schema)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(schema)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
