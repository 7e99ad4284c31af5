package jsonschema_test

import (
	"encoding/json"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/jsonschema"
)

func TestOrder(t *testing.T) {
	s := &jsonschema.Schema{Type: "object", AdditionalProperties: false, Properties: jsonschema.Properties{
		{"zeta", &jsonschema.Schema{Type: "string"}}, {"alpha", &jsonschema.Schema{Type: "boolean"}}}}
	got, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"object","properties":{"zeta":{"type":"string"},"alpha":{"type":"boolean"}},"additionalProperties":false}`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
	if s.Properties.Get("alpha").Type != "boolean" || s.Properties.Get("beta") != nil {
		t.Error("Get does not find by name")
	}
}

func TestDocs(t *testing.T) {
	docs, err := jsonschema.ReadDocs(fstest.MapFS{"a.go": {Data: []byte(`package a

// Ship is a vessel.
type Ship struct {
	// Name is what
	// people call it.
	Name string
	// Flag tells its country.
	Flag string
	// A number of masts.
	Masts, Sails int
}

// List is a list.
type List []Ship
`)}, "notes.txt": {Data: []byte("no Go")}})
	if err != nil {
		t.Fatal(err)
	}
	want := jsonschema.Docs{"Ship": "Ship is a vessel.", "Ship.Name": "Name is what people call it.",
		"Ship.Flag": "Flag tells its country.", "Ship.Masts": "A number of masts.", "Ship.Sails": "A number of masts.", "List": "List is a list."}
	if d := cmp.Diff(want, docs); d != "" {
		t.Error(d)
	}
	for _, c := range []struct{ field, want string }{{"Name", "What people call it."}, {"Flag", "Tells its country."}, {"Masts", "A number of masts."}, {"Keel", ""}} {
		if got := docs.Field("Ship", c.field); got != c.want {
			t.Errorf("%s: %q, want %q", c.field, got, c.want)
		}
	}
	if _, err := jsonschema.ReadDocs(fstest.MapFS{"a.go": {Data: []byte("type")}}); err == nil {
		t.Error("no error for what is not Go")
	}
}
