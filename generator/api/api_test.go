package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"portolan/generator/api"
	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/ports"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// documents are all documents of a catalog by path, with the name of the
// schema that describes each.
func documents(t testing.TB, c *catalog.Catalog, a *api.API) map[string]document {
	t.Helper()
	out := map[string]document{
		api.IndexPath: {"Index", a.Index()}, api.ProductsPath: {"ProductList", a.Products()}, api.PortsPath: {"PortList", a.Ports()},
		api.ServicesPath: {"ServiceList", a.Services()}, api.DeploymentsPath: {"DeploymentList", a.Deployments()},
		api.PlatformsPath: {"PlatformList", a.Platforms()},
	}
	for _, p := range c.Products {
		out[api.ProductPath(p.Slug)] = document{"Product", a.Product(p)}
	}
	for _, p := range ports.NewIndex(c).Pages() {
		if p.Single() {
			out[api.PortPath(p)] = document{"Port", a.Port(p)}
		}
	}
	for _, d := range c.Deployments {
		var list diag.List
		n := network.Resolve(c, d, &list)
		if list.HasErrors() {
			t.Fatal(list.Sorted())
		}
		out[api.DeploymentPath(d.Slug)] = document{"Deployment", a.Deployment(n)}
	}
	return out
}

// plain is a platform with as little as a platform can have.
type plain struct{}

func (plain) Info() *policy.Info {
	return &policy.Info{ID: "plain", Title: "Plain", Vendor: "Yard", Group: policy.Others, Language: "text", Ext: "txt"}
}

func (plain) Render(*policy.Printer, *policy.Lowered) error { return nil }

type document struct {
	schema string
	json   []byte
}

func TestGolden(t *testing.T) {
	c := fixture(t)
	a := made(c, api.Options{License: "Apache-2.0", Platforms: []policy.Platform{plain{}}})
	all := documents(t, c, a)
	for _, path := range []string{api.IndexPath, api.ProductsPath, api.ProductPath("ship"), api.ProductPath("raft"), api.PortsPath,
		"api/v1/ports/tcp/443.json", "api/v1/ports/tcp/20.json", api.ServicesPath, api.DeploymentsPath, api.DeploymentPath("harbour"), api.PlatformsPath} {
		golden(t, path, all[path].json)
	}
	// Of the description, one path and one schema: all are made alike.
	var doc struct {
		Paths      map[string]json.RawMessage
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(a.OpenAPI(), &doc); err != nil {
		t.Fatal(err)
	}
	golden(t, "openapi_path.json", doc.Paths["/products/{slug}.json"])
	golden(t, "openapi_schema.json", doc.Components.Schemas["Flow"])

	files, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !compared[f] {
			t.Errorf("%s is compared with nothing", f)
		}
	}
}

var compared = map[string]bool{}

// golden compares the indented form, which people can read.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	name := filepath.Join("testdata", strings.ReplaceAll(strings.TrimPrefix(path, api.Folder), "/", "_"))
	compared[name] = true
	var b bytes.Buffer
	if err := json.Indent(&b, got, "", "\t"); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, got)
	}
	if *update {
		if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("%s: %s", path, d)
	}
}

var begin = regexp.MustCompile(`^\{"schema_version":1,"data_version":"[0-9a-f]{4,16}",`)

func TestForm(t *testing.T) {
	c := fixture(t)
	a := made(c, api.Options{})
	for path, d := range documents(t, c, a) {
		var b bytes.Buffer
		if err := json.Compact(&b, d.json); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if !bytes.Equal(d.json, append(b.Bytes(), '\n')) {
			t.Errorf("%s is not one compact line with a newline", path)
		}
		var v any
		if err := json.Unmarshal(d.json, &v); err != nil {
			t.Fatal(err)
		}
		noNull(t, path, v)
		if !begin.Match(d.json) {
			t.Errorf("%s does not begin with its versions", path)
		}
	}
}

func noNull(t *testing.T, path string, v any) {
	switch v := v.(type) {
	case nil:
		t.Errorf("%s is null", path)
	case map[string]any:
		for k, e := range v {
			noNull(t, path+"."+k, e)
		}
	case []any:
		for i, e := range v {
			noNull(t, fmt.Sprintf("%s[%d]", path, i), e)
		}
	}
}

// The zero of everything is empty, not absent and not null.
func TestEmpty(t *testing.T) {
	c := catalog.New(catalog.Input{Products: []*catalog.Product{{Slug: "void", At: nowhere{}}}, Deployments: []*catalog.Deployment{{
		Slug: "void", At: nowhere{}, Zones: []catalog.NetZone{{ID: "gone"}}, Firewalls: []catalog.Firewall{{}}, Hosts: []catalog.Host{{}},
		Instances: []catalog.Instance{{ID: "void"}, {ID: "gone"}}}}}, catalog.Known{}, &diag.List{})
	a := made(c, api.Options{})
	p := &catalog.Product{Endpoints: make([]catalog.Endpoint, 1), Features: make([]catalog.Feature, 1), Constraints: make([]catalog.Constraint, 1),
		Flows:    []catalog.Flow{{Variants: make([]catalog.Variant, 1), Conditions: make([][]string, 1), Sources: make([]catalog.Citation, 1), Advice: make([]catalog.Advice, 1)}},
		Software: make([]catalog.Software, 1), Sources: make([]catalog.Source, 1)}
	n := network.Resolve(c, c.Deployments[0], &diag.List{})
	party := network.Party{Endpoint: &catalog.Endpoint{}}
	n.Links = append(n.Links, network.Link{Instance: &catalog.Instance{}, Flow: &catalog.Flow{}, From: party, To: party})
	for name, doc := range map[string][]byte{"index": a.Index(), "products": a.Products(), "product": a.Product(p), "ports": a.Ports(),
		"port": a.Port(ports.Page{Transport: netspec.TCP, First: 1, Last: 1}), "services": a.Services(), "deployments": a.Deployments(), "deployment": a.Deployment(n),
		"platforms": made(c, api.Options{Platforms: []policy.Platform{plain{}}}).Platforms(), "no platforms": a.Platforms()} {
		var v any
		if err := json.Unmarshal(doc, &v); err != nil {
			t.Fatal(err)
		}
		noNull(t, name, v)
	}
	var v any
	if err := json.Unmarshal(a.OpenAPI(), &v); err != nil {
		t.Fatal(err)
	}
}

// compiled returns the validators of the schemas in openapi.json.
func compiled(t testing.TB, a *api.API) func(schema string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.OpenAPI()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource("https://site.example/openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return func(schema string) *jsonschema.Schema {
		t.Helper()
		s, err := compiler.Compile("https://site.example/openapi.json#/components/schemas/" + schema)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

func TestDocumentsMatchTheirSchemas(t *testing.T) {
	c := fixture(t)
	a := made(c, api.Options{BaseURL: "https://site.example/charts/"})
	schema := compiled(t, a)
	for path, d := range documents(t, c, a) {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.json))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema(d.schema).Validate(v); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// The repository's own data make documents as described.
func TestOwnData(t *testing.T) {
	r := load.Load(os.DirFS("../.."), load.Options{}, &diag.List{})
	c := r.Catalog
	if c == nil || len(c.Products) == 0 {
		t.Fatal("no data")
	}
	a := made(c, api.Options{})
	schema := compiled(t, a)
	for path, d := range documents(t, c, a) {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.json))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema(d.schema).Validate(v); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A schema that accepts all would pass the test above.
func TestSchemasRefuse(t *testing.T) {
	c := fixture(t)
	a := made(c, api.Options{})
	schema := compiled(t, a)("Product")
	for name, spoil := range map[string]func(p, flow map[string]any){
		"null":               func(p, _ map[string]any) { p["aliases"] = nil },
		"missing field":      func(_, f map[string]any) { delete(f, "erratum") },
		"another field":      func(_, f map[string]any) { f["colour"] = "" },
		"unknown need":       func(_, f map[string]any) { f["need"] = "perhaps" },
		"empty need":         func(_, f map[string]any) { f["need"] = "" },
		"unknown direction":  func(_, f map[string]any) { f["direction"] = "up" },
		"a date with a time": func(p, _ map[string]any) { p["reviewed"] = "2026-11-21T00:00:00Z" },
		"no source":          func(_, f map[string]any) { f["sources"] = []any{} },
		"two types":          func(_, f map[string]any) { f["from"] = "clients" },
		"port out of range":  func(_, f map[string]any) { f["ports"].([]any)[0].(map[string]any)["last"] = 65536 },
		"another version":    func(p, _ map[string]any) { p["schema_version"] = 2 },
		"unknown encryption": func(_, f map[string]any) { f["encryption"] = []any{"rot13"} },
	} {
		var p map[string]any
		if err := json.Unmarshal(a.Product(c.Product("ship")), &p); err != nil {
			t.Fatal(err)
		}
		spoil(p, p["flows"].([]any)[0].(map[string]any))
		if schema.Validate(p) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// Every schema and every property says what it is, and every field is required.
func TestSchemasDescribe(t *testing.T) {
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Description string
				Required    []string
				Properties  map[string]struct{ Description string }
			}
		}
	}
	c := fixture(t)
	if err := json.Unmarshal(made(c, api.Options{}).OpenAPI(), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Components.Schemas) < 20 {
		t.Errorf("%d schemas", len(doc.Components.Schemas))
	}
	for name, s := range doc.Components.Schemas {
		if s.Description == "" {
			t.Errorf("%s has no description", name)
		}
		for field, p := range s.Properties {
			if p.Description == "" {
				t.Errorf("%s.%s has no description", name, field)
			}
			if !slices.Contains(s.Required, field) {
				t.Errorf("%s.%s is not required", name, field)
			}
		}
	}
}

// What openapi.json names is there: schemas, and the documents of its examples.
func TestOpenAPIHoldsTogether(t *testing.T) {
	c := fixture(t)
	a := made(c, api.Options{})
	raw := a.OpenAPI()
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{api.OpenAPIPath: true}
	for path := range documents(t, c, a) {
		have[path] = true
	}
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	each(doc, func(key string, v any) {
		if key != "$ref" {
			return
		}
		if name := strings.TrimPrefix(v.(string), "#/components/schemas/"); schemas[name] == nil {
			t.Errorf("no schema %s", v)
		}
	})
	for path, item := range doc["paths"].(map[string]any) {
		params := item.(map[string]any)["get"].(map[string]any)["parameters"].([]any)
		for _, p := range params {
			name, example := p.(map[string]any)["name"].(string), p.(map[string]any)["example"]
			if !strings.Contains(path, "{"+name+"}") || example == nil {
				t.Errorf("%s: parameter %s with example %v", path, name, example)
			}
			path = strings.Replace(path, "{"+name+"}", fmt.Sprint(example), 1)
		}
		if strings.Contains(path, "{") || !have[api.Folder+path[1:]] {
			t.Errorf("%s is no document", path)
		}
	}
}

func each(v any, do func(key string, v any)) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if s, ok := e.(string); ok {
				do(k, s)
			}
			each(e, do)
		}
	case []any:
		for _, e := range v {
			each(e, do)
		}
	}
}

func TestSameBytes(t *testing.T) {
	first := documents(t, fixture(t), made(fixture(t), api.Options{}))
	for range 5 {
		c := fixture(t)
		again := documents(t, c, made(c, api.Options{}))
		if !reflect.DeepEqual(first, again) {
			t.Fatal("the same data gave other bytes")
		}
	}
}

// A note's link leads to the site: from the API's folder, or with its address.
func TestNoteLinks(t *testing.T) {
	c := fixture(t)
	for base, want := range map[string]string{
		"":                      `<a href=\"../../products/raft/index.html#sail\">`,
		"https://site.example/": `<a href=\"https://site.example/products/raft/#sail\">`,
	} {
		if doc := made(c, api.Options{BaseURL: base}).Product(c.Product("ship")); !bytes.Contains(doc, []byte(want)) {
			t.Errorf("base %q: no %s", base, want)
		}
	}
}

// thirty is a product of thirty flows.
func thirty(b *testing.B) (*catalog.Catalog, *catalog.Product) {
	p := ship(b)
	flow := p.Flows[0]
	flow.Related = nil
	p.Flows = nil
	for i := range 30 {
		flow.ID = fmt.Sprintf("flow-%d", i)
		p.Flows = append(p.Flows, flow)
	}
	p.Constraints = nil
	c := fixture(b)
	in := catalog.Input{Site: c.Site, Services: []*catalog.Services{{At: nowhere{}, List: c.Services}}, Zones: []*catalog.Zones{{At: nowhere{}, List: c.Zones}},
		Products: []*catalog.Product{p}}
	return catalog.New(in, catalog.Known{}, &diag.List{}), p
}

func BenchmarkProduct(b *testing.B) {
	c, p := thirty(b)
	a := made(c, api.Options{})
	b.SetBytes(int64(len(a.Product(p))))
	b.ReportAllocs()
	for b.Loop() {
		a.Product(p)
	}
}

func BenchmarkOpenAPI(b *testing.B) {
	a := made(fixture(b), api.Options{})
	b.ReportAllocs()
	for b.Loop() {
		a.OpenAPI()
	}
}
