package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"portolan/generator/catalog"
	"portolan/generator/catalog/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// compile makes the validator of a kind of data file.
func compile(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	text, err := schema.For(kind)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// decode reads TOML as an editor does: dates are texts.
func decode(t *testing.T, src string) any {
	t.Helper()
	var v map[string]any
	if _, err := toml.Decode(src, &v); err != nil {
		t.Fatal(err)
	}
	return plain(v)
}

func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = plain(e)
		}
	case []map[string]any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e)
		}
		return out
	case []any:
		for i, e := range v {
			v[i] = plain(e)
		}
	case time.Time:
		return v.Format(time.DateOnly)
	case int64:
		return float64(v)
	}
	return v
}

// The site's own data are as their schemas say.
func TestOwnData(t *testing.T) {
	for kind, pattern := range map[string]string{"product": "products/*.toml", "deployment": "deployments/*.toml",
		"services": "services.toml", "zones": "zones.toml", "site": "site.toml"} {
		s := compile(t, kind)
		files, err := filepath.Glob("../../../data/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 && kind != "deployment" {
			t.Errorf("no files of kind %s", kind)
		}
		for _, f := range files {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(decode(t, string(src))); err != nil {
				t.Errorf("%s: %v", f, err)
			}
		}
	}
}

const product = `
name = "Ship"
vendor = "Yard"
kind = "server"
summary = "Carries files."
reviewed = 2026-11-21
[endpoint.server]
name = "Server"
zone = "dmz"
cidr = ["192.0.2.0/24", "2001:db8::1"]
[feature.web]
name = "Web"
[flow.https]
service = "https"
from = "clients"
to = ["server"]
ports = "tcp/80,443-445 udp/443 icmp/8 icmpv6 esp ip/94"
variants = [{ ports = "tcp/*", source = "guide#3" }]
need = "required"
status = ""
feature = ["web+passive", "web + active"]
source = ["guide#3", "guide"]
[software.driver]
platform = "macos"
name = "Driver"
identifiers = { team_id = "T" }
source = "guide"
[source.guide]
title = "Guide"
publisher = "Yard"
url = "https://ship.example/"
`

const deployment = `
name = "Harbour"
[zone.dmz]
cidr = "192.0.2.0/24"
plays = ["ship/clients"]
[firewall.edge]
name = "Edge"
zones = ["internet", "dmz"]
egress = ["203.0.113.1"]
[host.node1]
zone = "dmz"
address = "192.0.2.10"
[product.ship]
features = ["web", "-active"]
version = ""
ports = { https = "tcp/8443" }
via = { https = "edge" }
`

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		kind, text   string
		replacements []string // pairs of old and new, each one fault
	}{
		{"product", product, []string{
			`name = "Ship"`, ``,
			`name = "Ship"`, `name = ""`,
			`name = "Ship"`, `name = 1`,
			`name = "Ship"`, `nmae = "Ship"`,
			`kind = "server"`, `kind = "ship"`,
			`reviewed = 2026-11-21`, `reviewed = "yesterday"`,
			`[endpoint.server]`, `[endpoint.Server]`,
			`[endpoint.server]`, `[endpoint.server-]`,
			`[endpoint.server]`, `[endpoint.` + strings.Repeat("x", 64) + `]`,
			`[feature.web]`, `[[feature]]`,
			`zone = "dmz"`, `zone = "dmz"` + "\n" + `self = "yes"`,
			`192.0.2.0/24`, `dmz.example`,
			`from = "clients"`, `from = []`,
			`from = "clients"`, `from = "Any client"`,
			`"tcp/80,443-445`, `"80,443-445`,
			`"tcp/80,443-445`, `"tcp/080`,
			`"tcp/80,443-445`, `"tcp`,
			`"tcp/80,443-445`, `"any`,
			`ports = "tcp/*"`, `port = "tcp/*"`,
			`need = "required"`, `need = "Required"`,
			`need = "required"`, `need = ""`,
			`status = ""`, `status = "fine"`,
			`"web+passive"`, `"web+"`,
			`source = ["guide#3", "guide"]`, ``,
			`source = ["guide#3", "guide"]`, `source = ["#3"]`,
			`team_id = "T"`, `team_id = 1`,
			`https://ship.example/`, `ship.example`,
		}},
		{"deployment", deployment, []string{
			`"192.0.2.0/24"`, `"192.0.2.0/24 "`,
			`"ship/clients"`, `"clients"`,
			`address = "192.0.2.10"`, ``,
			`address = "192.0.2.10"`, `address = "192.0.2.10/32"`,
			`"-active"`, `"--active"`,
			`{ https = "tcp/8443" }`, `{ https = 8443 }`,
			`{ https = "edge" }`, `{ https = "" }`,
		}},
		{"services", "[service.web]\nname = \"Web\"\nencryption = [\"tls\"]\n", []string{
			`"tls"`, `"rot13"`,
			`[service.web]`, `[services.web]`,
			`name`, `Name`,
		}},
		{"zones", "[zone.dmz]\nname = \"DMZ\"\n", []string{`[zone.dmz]`, `[zone]`}},
		{"site", "title = \"Charts\"\nbase_url = \"\"\nwarnings_off = [\"wide-range\"]\ncompare_limit = 0\n" +
			"edit_url = \"https://git.example/edit/{path}\"\nreport_url = \"mailto:ports@example.org?subject={title}\"\nsite_zip = true\n", []string{
			`compare_limit = 0`, `compare_limit = -1`,
			`base_url = ""`, `base_url = "https://site.example/charts"`,
			`"wide-range"`, `"wide"`,
			`edit/{path}`, `edit/`,
			`mailto:`, `javascript:`,
			`site_zip = true`, `site_zip = "yes"`,
		}},
	} {
		s := compile(t, c.kind)
		if err := s.Validate(decode(t, c.text)); err != nil {
			t.Errorf("%s without a fault: %v", c.kind, err)
		}
		for pair := range slices.Chunk(c.replacements, 2) {
			spoiled := strings.Replace(c.text, pair[0], pair[1], 1)
			if spoiled == c.text {
				t.Errorf("%s: no %q", c.kind, pair[0])
			}
			if s.Validate(decode(t, spoiled)) == nil {
				t.Errorf("%s: %q is accepted for %q", c.kind, pair[1], pair[0])
			}
		}
	}
}

func TestDescriptions(t *testing.T) {
	for _, kind := range schema.Kinds() {
		text, err := schema.For(kind)
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		described(t, kind, doc)
		defs, _ := doc["$defs"].(map[string]any) // a site has none
		for name, def := range defs {
			described(t, kind+" "+name, def.(map[string]any))
		}
	}
}

func described(t *testing.T, where string, s map[string]any) {
	t.Helper()
	if s["description"] == nil {
		t.Errorf("%s has no description", where)
	}
	for key, p := range s["properties"].(map[string]any) {
		text, _ := p.(map[string]any)["description"].(string)
		if text == "" {
			t.Errorf("%s: %s has no description", where, key)
		}
		if strings.Contains(text, "Set ") {
			t.Errorf("%s: %s is described by a name of the program: %s", where, key, text)
		}
	}
}

// Each field that the forms name is there, and is a text or holds texts.
func TestForms(t *testing.T) {
	types := map[string]reflect.Type{}
	for _, t := range []reflect.Type{reflect.TypeFor[catalog.Site](), reflect.TypeFor[catalog.Service](), reflect.TypeFor[catalog.Product](),
		reflect.TypeFor[catalog.Endpoint](), reflect.TypeFor[catalog.Feature](), reflect.TypeFor[catalog.Flow](), reflect.TypeFor[catalog.Follows](), reflect.TypeFor[catalog.Variant](),
		reflect.TypeFor[catalog.Constraint](), reflect.TypeFor[catalog.Software](), reflect.TypeFor[catalog.Source](), reflect.TypeFor[catalog.NetZone](),
		reflect.TypeFor[catalog.Firewall](), reflect.TypeFor[catalog.Host](), reflect.TypeFor[catalog.Instance]()} {
		types[t.Name()] = t
	}
	for _, form := range schema.Forms() {
		name, field, _ := strings.Cut(form, ".")
		if types[name] == nil {
			t.Errorf("%s: no such type", form)
			continue
		}
		if _, ok := types[name].FieldByName(field); !ok {
			t.Errorf("%s: no such field", form)
		}
	}
}

func TestGolden(t *testing.T) {
	got, err := schema.For("zones")
	if err != nil {
		t.Fatal(err)
	}
	const name = "testdata/zones.json"
	if *update {
		if err := os.WriteFile(name, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Error(d)
	}
}

func TestUnknownKind(t *testing.T) {
	_, err := schema.For("prodcut")
	if err == nil || !strings.Contains(err.Error(), `did you mean "product"?`) {
		t.Errorf("error %v", err)
	}
}
