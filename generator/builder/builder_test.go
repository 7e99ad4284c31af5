package builder_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/builder"
	"portolan/generator/builder/plain"
	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy/platforms"
	"portolan/generator/policy/policytest"
)

// carried is data as it arrives in the browser.
func carried(t *testing.T, d *builder.Data) *builder.Data {
	t.Helper()
	text, err := json.Marshal(plain.Sparse(d))
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	if tree, err = plain.Parse(plain.Text(tree)); err != nil {
		t.Fatal(err)
	}
	out := new(builder.Data)
	if err := plain.Into(tree, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// subjects are those of a catalog, each with its like made of carried data.
func subjects(t *testing.T, c *catalog.Catalog) (out [][2]*builder.Subject) {
	t.Helper()
	open := func(d *builder.Data, products ...*builder.Data) *builder.Subject {
		s, err := builder.Open(d, products)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, p := range c.Products {
		own := &builder.Subject{Catalog: c, Product: p, Provenance: "here"}
		out = append(out, [2]*builder.Subject{own, open(carried(t, builder.ProductData(c, p, "here")))})
	}
	for _, d := range c.Deployments {
		data := carried(t, builder.DeploymentData(c, d, "here"))
		var products []*builder.Data
		for _, slug := range data.Products {
			products = append(products, carried(t, builder.ProductData(c, c.Product(slug), "")))
		}
		own := &builder.Subject{Catalog: c, Network: network.Resolve(c, d, new(diag.List)), Provenance: "here"}
		out = append(out, [2]*builder.Subject{own, open(data, products...)})
	}
	return out
}

// TestData holds that what the site hands to the page makes the same of each
// request as the whole catalog does.
func TestData(t *testing.T) {
	for name, c := range map[string]*catalog.Catalog{"corpus": policytest.CorpusCatalog(t), "ours": policytest.Load(t, os.DirFS("../.."), platforms.IDs()...)} {
		for _, s := range subjects(t, c) {
			if d := cmp.Diff(plain.Of(s[0].Describe()), plain.Of(s[1].Describe())); d != "" {
				t.Errorf("%s, %s: %s", name, s[0].Slug(), d)
			}
			for _, r := range []builder.Request{{}, {All: true, Deny: true, Log: true}} {
				if s[0].Network != nil {
					r.All, r.NAT = false, true
				}
				for _, at := range s[0].Vantages() {
					r.Platform, r.At = "change-request", at.ID
					for i, of := range []func(*builder.Subject) any{
						func(s *builder.Subject) any { return plain.Of(s.Build(&r)) },
						func(s *builder.Subject) any { return plain.Of(s.Beside(&r)) },
					} {
						if d := cmp.Diff(of(s[0]), of(s[1])); d != "" {
							t.Errorf("%s, %s at %s, %d: %s", name, s[0].Slug(), at.ID, i, d)
						}
					}
				}
			}
		}
	}
}

// TestFaults holds that every fault is told at its field, and that the rest is made.
func TestFaults(t *testing.T) {
	c := policytest.CorpusCatalog(t)
	small := &builder.Subject{Catalog: c, Product: c.Product("small")}
	town := &builder.Subject{Catalog: c, Network: network.Resolve(c, c.Deployment("town"), new(diag.List))}
	for _, test := range []struct {
		s    *builder.Subject
		r    builder.Request
		want []string // "!" before those that are errors
	}{
		{small, builder.Request{Platform: "nftables"}, nil},
		{small, builder.Request{Platform: "x", At: "y", Version: "1", Features: []string{"-f"}, Flows: []string{"g"}, Log: true, NAT: true},
			[]string{"!platform", "!at", "!log", "!", "!version", "!feature.f", "!flow.g"}},
		{small, builder.Request{Platform: "nftables", Set: map[string]string{"no": "any", "clients": "1.2.3 10.0.0.1/8,x", "staff": " , "}, Ports: map[string]string{"web-ui": "443", "no": "tcp/1", "list": "tcp/*"}},
			[]string{"!set.clients", "!set.clients", "!set.clients", "!port.web-ui", "!set.no", "!set.staff", "!port.list", "!port.no"}},
		{small, builder.Request{Platform: "nftables", Set: map[string]string{"clients": "192.0.2.7,a.example.com"}, Ports: map[string]string{"list": "tcp/2121"}}, []string{"set.clients", "port.list"}},
		{small, builder.Request{Platform: "nftables", Set: map[string]string{"clients": "any", "staff": "any", "everybody": "any"}, Ports: map[string]string{"list": "tcp/100-500"}}, []string{"port.list", "!flow.list"}},
		{town, builder.Request{Platform: "cisco-asa"}, []string{"!at"}},
		{town, builder.Request{Platform: "nftables", At: "edge", Ports: map[string]string{"b": "1", "a": "1"}}, []string{"!port.a"}},
		{town, builder.Request{Platform: "windows-powershell", At: "edge", All: true}, []string{"!at", "!"}},
	} {
		got := test.s.Build(&test.r)
		var fields []string
		failed := false
		for _, f := range got.Faults {
			if f.Warning {
				fields = append(fields, f.Field)
			} else {
				fields = append(fields, "!"+f.Field)
				failed = true
			}
		}
		if d := cmp.Diff(test.want, fields); d != "" {
			t.Errorf("%+v: %s\n%v", test.r, d, got.Faults)
		}
		if failed != (got.File == nil) || failed != (test.s.Beside(&test.r).Request == nil) {
			t.Errorf("%+v: a file in spite of faults, or none without", test.r)
		}
		if test.s == small && len(got.In) == 0 {
			t.Errorf("%+v: nothing is in: %v", test.r, got)
		}
	}
}

// TestCarried holds what is told of a network: at each place the flows that the
// file has rules for, and the features that its file has on.
func TestCarried(t *testing.T) {
	c := policytest.Load(t, os.DirFS("../.."), platforms.IDs()...)
	for _, d := range c.Deployments {
		n := network.Resolve(c, d, new(diag.List))
		s := &builder.Subject{Catalog: c, Network: n, Provenance: "here"}
		some := false
		for _, at := range s.Vantages() {
			got := s.Build(&builder.Request{Platform: "nftables", At: at.ID})
			var want []string
			for i := range n.Links {
				l := &n.Links[i]
				id := l.Instance.ID + "." + l.Flow.ID
				passes := slices.ContainsFunc(l.Chain, func(f *catalog.Firewall) bool { return f.ID == at.ID })
				ends := slices.ContainsFunc(slices.Concat(l.From.Hosts, l.To.Hosts), func(h *catalog.Host) bool { return h.ID == at.ID })
				if (passes || ends) && l.Ports.Known() && !slices.Contains(want, id) {
					want = append(want, id)
				}
			}
			for _, id := range got.In {
				if !slices.Contains(want, id) {
					t.Errorf("%s at %s: %s does not pass", d.Slug, at.ID, id)
				}
			}
			some = some || len(got.In) > 0
			if got.Rules > 0 != (len(got.In) > 0) {
				t.Errorf("%s at %s: %d rules of %v", d.Slug, at.ID, got.Rules, got.In)
			}
			for _, v := range d.Instances {
				for _, f := range v.Features {
					if id, off := strings.CutPrefix(f, "-"); slices.Contains(got.On, v.ID+"."+id) == off {
						t.Errorf("%s: %s of %s is on: %v", d.Slug, id, v.ID, !off)
					}
				}
			}
		}
		if !some {
			t.Errorf("%s: nothing passes anywhere", d.Slug)
		}
	}
}

// weed is a product of which one flow follows another.
func weed(t *testing.T) *catalog.Catalog {
	return policytest.Load(t, fstest.MapFS{
		"data/site.toml":     {Data: []byte("title = \"Test\"\n")},
		"data/zones.toml":    {Data: []byte("[zone.dmz]\nname = \"DMZ\"\n[zone.internal]\nname = \"Internal\"\n")},
		"data/services.toml": {Data: []byte("[service.s3]\nname = \"S3\"\n[service.grpc]\nname = \"gRPC\"\n")},
		"data/products/weed.toml": {Data: []byte(`name = "Weed"
vendor = "V"
kind = "server"
summary = "S."

[endpoint.gateway]
name = "Gateway"
zone = "internal"
self = true

[endpoint.filer]
name = "Filer"
zone = "dmz"

[flow.s3]
service = "s3"
from = "filer"
to = "gateway"
ports = "tcp/8333"
need = "required"
configurable = true
source = "d"

[flow.s3-grpc]
service = "grpc"
from = "filer"
to = "gateway"
ports = "tcp/18333"
follows = { flow = "s3", add = 10000 }
need = "required"
source = "d"

[source.d]
title = "D"
publisher = "P"
`)},
	})
}

// TestFollows holds that flows which follow one go with its ports in the file,
// the tests and the change request, unless they have ports of their own.
func TestFollows(t *testing.T) {
	c := weed(t)
	own := &builder.Subject{Catalog: c, Product: c.Product("weed")}
	sent, err := plain.Parse(plain.Text(plain.Sparse(builder.ProductData(c, c.Product("weed"), ""))))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		ports      map[string]string
		want, none string
		moved      []builder.Moved
		fault      string
	}{
		{nil, "18333", "9000", nil, ""},
		{map[string]string{"s3": "tcp/9000"}, "19000", "18333", []builder.Moved{{Flow: "s3-grpc", Ports: "tcp/19000"}}, ""},
		{map[string]string{"s3": "tcp/9000", "s3-grpc": "tcp/9001"}, "9001", "19000", nil, ""},
		{map[string]string{"s3-grpc": "tcp/9001"}, "9001", "18333", nil, ""},
		{map[string]string{"s3": "tcp/60000"}, "", "", nil,
			`port.s3: flow "s3-grpc" follows "s3": tcp/60000 + 10000 leaves no port between 1 and 65535 for it; give flow "s3-grpc" ports of its own as well`},
		{map[string]string{"s3": "tcp/60000", "s3-grpc": "tcp/9001"}, "9001", "18333", nil, ""},
	} {
		var d builder.Data
		if err := plain.Into(sent, &d); err != nil {
			t.Fatal(err)
		}
		page, err := builder.Open(&d, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*builder.Subject{own, page} {
			r := &builder.Request{Platform: "nftables", Ports: test.ports}
			got := s.Build(r)
			if test.fault != "" {
				if got.File != nil || len(got.Faults) != 1 || got.Faults[0].Field+": "+got.Faults[0].Message() != test.fault {
					t.Errorf("%v: %+v", test.ports, got.Faults)
				}
				continue
			}
			if len(got.Faults) > 0 || got.File == nil {
				t.Fatalf("%v: %v", test.ports, got.Faults)
			}
			for _, text := range []string{got.File.Text, s.Beside(r).Request.Text} {
				if !strings.Contains(text, test.want) || strings.Contains(text, test.none) {
					t.Errorf("%v: no %s, or %s:\n%s", test.ports, test.want, test.none, text)
				}
			}
			if d := cmp.Diff(test.moved, got.Moved); d != "" {
				t.Errorf("%v: %s", test.ports, d)
			}
		}
	}
}

// TestArchive holds what an archive has, and that one order with a fault is told by name.
func TestArchive(t *testing.T) {
	c := policytest.CorpusCatalog(t)
	small := &builder.Subject{Catalog: c, Product: c.Product("small"), Provenance: "here"}
	order := builder.Order{Subject: small}
	files, err := builder.Archive([]builder.Order{order}, []string{"nftables", "windows-netsh"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	want := []string{"nftables-host.nft", "windows-netsh-host.cmd", "nftables-host-node.nft", "windows-netsh-host-node.cmd", "nftables-host-idle.nft", "windows-netsh-host-idle.cmd", "nftables-perimeter.nft"}
	if d := cmp.Diff(want, names[:len(want)]); d != "" || names[len(names)-1] != "change-request.csv" || !slices.ContainsFunc(names, func(n string) bool { return n == "verify/bash-server.sh" }) {
		t.Errorf("%s %v", d, names)
	}
	all, err := builder.Archive([]builder.Order{order, order}, nil)
	if err != nil || all[0].Name[:6] != "small/" || all[len(all)-1].Name != "small-2/change-request.csv" {
		t.Errorf("%v, %d files", err, len(all))
	}
	order.Request.Flows = []string{"no"}
	if _, err := builder.Archive([]builder.Order{order}, nil); err == nil || err.Error() != `Small: unknown flow "no"` {
		t.Errorf("%v", err)
	}
}
