package tests

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestAPI holds every document of both sites against the schema that
// openapi.json names for its address, and that every address is described.
func TestAPI(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		const folder = "api/v1/"
		raw, err := jsonschema.UnmarshalJSON(strings.NewReader(s.read(t, folder+"openapi.json")))
		if err != nil {
			t.Fatal(err)
		}
		var spec struct {
			Paths map[string]struct {
				Get struct {
					Responses map[string]struct {
						Content map[string]struct {
							Schema struct {
								Ref string `json:"$ref"`
							}
						}
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(s.read(t, folder+"openapi.json")), &spec); err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft2020)
		if err := c.AddResource("openapi.json", raw); err != nil {
			t.Fatal(err)
		}
		used := map[string]bool{}
		for _, name := range files(t, s.dir, ".json") {
			if !strings.HasPrefix(name, folder) || name == folder+"openapi.json" {
				continue
			}
			address := pathOf(spec.Paths, strings.TrimPrefix(name, folder))
			if address == "" {
				t.Errorf("%s is not described", name)
				continue
			}
			used[address] = true
			ref := spec.Paths[address].Get.Responses["200"].Content["application/json"].Schema.Ref
			if ref == "" {
				t.Errorf("%s: no schema", address)
				continue
			}
			schema, err := c.Compile("openapi.json" + ref)
			if err != nil {
				t.Errorf("%s: %v", address, err)
				continue
			}
			document, err := jsonschema.UnmarshalJSON(strings.NewReader(s.read(t, name)))
			if err == nil {
				err = schema.Validate(document)
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for address := range spec.Paths {
			if !used[address] && !strings.Contains(address, "openapi") && !strings.Contains(address, "{") {
				t.Errorf("%s is described, but is not there", address)
			}
		}
	})
}

// pathOf returns the described path that a document's address belongs to, the
// one with the fewest parameters.
func pathOf[T any](paths map[string]T, address string) string {
	var fit []string
	parameter := regexp.MustCompile(`\\\{[a-z_]+\\\}`)
	for p := range paths {
		pattern := parameter.ReplaceAllString(regexp.QuoteMeta(strings.TrimPrefix(p, "/")), `[^/]+`)
		if regexp.MustCompile("^" + pattern + "$").MatchString(address) {
			fit = append(fit, p)
		}
	}
	if len(fit) == 0 {
		return ""
	}
	return slices.MinFunc(fit, func(a, b string) int { return strings.Count(a, "{") - strings.Count(b, "{") })
}

// TestNoNull holds that no field of the API is null: every field is there,
// empty where there is nothing to say.
func TestNoNull(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, name := range files(t, s.dir, ".json") {
			if !strings.HasPrefix(name, "api/") || strings.HasSuffix(name, "openapi.json") {
				continue
			}
			var v any
			if err := json.Unmarshal([]byte(s.read(t, name)), &v); err != nil {
				t.Fatal(err)
			}
			if at := null(v); at != "" {
				t.Errorf("%s: %s is null", name, at)
			}
		}
	})
}

// null returns the path of the first null inside a value, "" if there is none.
func null(v any) string {
	switch v := v.(type) {
	case nil:
		return "."
	case map[string]any:
		for key, e := range v {
			if at := null(e); at != "" {
				return "." + key + at
			}
		}
	case []any:
		for _, e := range v {
			if at := null(e); at != "" {
				return "[]" + at
			}
		}
	}
	return ""
}
