package policytest

import (
	"embed"
	"io/fs"
	"net/netip"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/policy"
)

//go:embed corpus
var corpus embed.FS

// Case is one policy that every platform must carry or declare refused.
type Case struct {
	Name   string
	Policy *policy.Policy
}

// Load reads the data of a folder, which may name these platforms, and ends
// the test if it is wrong.
func Load(t testing.TB, fsys fs.FS, platforms ...string) *catalog.Catalog {
	t.Helper()
	sink := new(diag.List)
	c := load.Load(fsys, load.Options{Known: catalog.Known{Platforms: platforms}}, sink).Catalog
	if sink.HasErrors() || c == nil {
		for _, d := range sink.Sorted() {
			if d.Severity == diag.Error {
				t.Error(d)
			}
		}
		t.FailNow()
	}
	return c
}

// Corpus is the shared corpus: every kind of flow at every vantage point,
// with and without addresses, with and without a default deny.
func Corpus(t testing.TB) []Case { return Cases(t, CorpusCatalog(t), options()) }

// CorpusCatalog is the corpus's data, read anew.
func CorpusCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	sub, err := fs.Sub(corpus, "corpus")
	if err != nil {
		t.Fatal(err)
	}
	return Load(t, sub)
}

// Cases are all products and networks of a catalog at all their vantage points.
func Cases(t testing.TB, c *catalog.Catalog, variants map[string]policy.Options) []Case {
	t.Helper()
	var out []Case
	for _, name := range sortedKeys(variants) {
		o := variants[name]
		for _, p := range c.Products {
			if len(o.Check(p)) > 0 {
				continue // a variant of another product
			}
			sel, faults := network.Select(p, network.Choice{})
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			for _, v := range policy.Vantages(p) {
				out = append(out, Case{p.Slug + "/" + v.ID + "/" + name, policy.Product(c, sel, v, o)})
			}
		}
		if len(o.Addresses)+len(o.Ports) > 0 {
			continue
		}
		for _, d := range c.Deployments {
			sink := new(diag.List)
			n := network.Resolve(c, d, sink)
			if sink.HasErrors() {
				t.Fatal(sink.Sorted())
			}
			for _, v := range policy.NetworkVantages(d) {
				out = append(out, Case{d.Slug + "/" + v.ID + "/" + name, policy.Deployment(c, n, v, o)})
			}
		}
	}
	return out
}

func options() map[string]policy.Options {
	prefix := func(list ...string) []netspec.Prefix {
		var out []netspec.Prefix
		for _, s := range list {
			out = append(out, netspec.Prefix{Prefix: netip.MustParsePrefix(s)})
		}
		return out
	}
	port := func(s string) netspec.PortSet {
		set, err := netspec.ParsePortSet(s)
		if err != nil {
			panic(err)
		}
		return set
	}
	return map[string]policy.Options{
		"plain":     {},
		"deny":      {Deny: &policy.Deny{}},
		"deny-log":  {Deny: &policy.Deny{Log: true}},
		"translate": {Translate: true},
		"addresses": {Addresses: []policy.Assignment{
			{Endpoint: "server", Prefixes: prefix("192.0.2.200/32", "2001:db8:5::1/128")},
			{Endpoint: "node", Prefixes: prefix("192.0.2.201/32", "192.0.2.202/32")}, // IPv4 alone
			{Endpoint: "clients", Any: true},
			{Endpoint: "updates", Prefixes: prefix("0.0.0.0/0")}, // everybody, IPv4 alone
			{Endpoint: "everybody", Any: true},
		}, Ports: []policy.PortChange{{Flow: "lost", Ports: port("tcp/8053")}, {Flow: "web-ui", Ports: port("tcp/1")}}},
	}
}
