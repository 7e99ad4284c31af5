package api_test

import (
	"net/netip"
	"testing"

	"portolan/generator/api"
	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/note"
	"portolan/generator/ports"
)

func set(t testing.TB, text string) netspec.PortSet {
	t.Helper()
	s, err := netspec.ParsePortSet(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func text(source string) note.Note { return note.Note{Source: source, Blocks: note.Of(source)} }

type nowhere struct{}

func (nowhere) At(path string) diag.Pos { return diag.Pos{File: "test.toml " + path} }

// ship is a product with every kind of field filled.
func ship(t testing.TB) *catalog.Product {
	link := note.Note{Source: "See [raft](/products/raft/#sail).", Blocks: []note.Block{&note.Paragraph{Inlines: []note.Inline{
		note.Text("See "), &note.Link{URL: "/products/raft/#sail", Inlines: []note.Inline{note.Text("raft")}}, note.Text(".")}}}}
	return &catalog.Product{
		Slug: "ship", At: nowhere{}, DataVersion: "5a17", Name: "Ship <&>", Vendor: "Yard", Kind: catalog.KindServer, Summary: "Carries files.",
		Category: "vessel", Tags: []string{"steel", "blue"}, Aliases: []string{"Boat"}, Homepage: "https://ship.example/", Reviewed: "2026-11-21", Versions: []string{"1", "2"},
		Endpoints: []catalog.Endpoint{
			{ID: "server", Name: "Server", Zone: "dmz", Self: true, Many: true, Note: link},
			{ID: "clients", Name: "Clients", Zone: catalog.AnyZone},
			{ID: "store", Name: "Store", Zone: "cloud", FQDN: []string{"*.store.example"},
				CIDR: []netspec.Prefix{{Prefix: netip.MustParsePrefix("203.0.113.0/24")}, {Prefix: netip.MustParsePrefix("2001:db8::1/128")}}},
		},
		Features: []catalog.Feature{
			{ID: "web", Name: "Web", Default: true, Note: text("On.")},
			{ID: "passive", Name: "Passive", Group: "mode"}, {ID: "active", Name: "Active", Group: "mode"},
		},
		Flows: []catalog.Flow{
			{ID: "https", Service: "https", From: []string{"clients"}, To: []string{"server"}, Ports: set(t, "tcp/443,8443 udp/443"),
				Variants: []catalog.Variant{{Ports: set(t, "tcp/4443"), Note: text("Until 2."), Source: []string{"guide#old"}}},
				Need:     catalog.Conditional, Feature: []string{"web", "web + active"}, When: "Always.", Without: "Nothing works.", Status: catalog.Recommended,
				Configurable: true, Setting: "Settings", Allowed: set(t, "tcp/443,8443 udp/443"), Encryption: []catalog.Encryption{catalog.TLS}, TLSMin: "1.2",
				Related: []string{"data"}, Since: "1", Until: "2", Note: link, Source: []string{"guide#3", "guide"}, Erratum: "It says TPC."},
			{ID: "data", Service: "data", From: []string{"server"}, To: []string{"clients"}, Ports: set(t, "tcp/*"), SourcePorts: set(t, "tcp/20"),
				PortsFrom: catalog.FromPeer, Allocation: catalog.AllocPerConnection, Dynamic: true, FallbackOf: "https", Need: catalog.Optional,
				Feature: []string{"active"}, Source: []string{"guide"}},
			{ID: "store", Service: "https", From: []string{"server"}, To: []string{"store"}, Ports: set(t, "tcp/?"), Need: catalog.Required, Source: []string{"guide"}},
			{ID: "nodes", Service: "data", From: []string{"server"}, To: []string{"server"}, Ports: set(t, "tcp/3000-3002 icmp/8 icmp/0 esp ip/94"),
				Need: catalog.Required, Source: []string{"guide"}},
			{ID: "http", Service: "https", From: []string{"clients"}, To: []string{"server"}, Ports: set(t, "tcp/80"), Need: catalog.Required,
				Encryption: []catalog.Encryption{catalog.Clear}, Source: []string{"guide"}},
			{ID: "admin", Service: "https", From: []string{"clients"}, To: []string{"server"}, Ports: set(t, "tcp/81"), Need: catalog.Optional,
				Follows: catalog.Follows{Flow: "http", Add: 1}, Carries: []string{"https", "http"}, Source: []string{"guide"}},
			{ID: "shut", Service: "data", From: []string{"clients"}, To: []string{"server"}, Ports: set(t, "any"), Need: catalog.Forbidden, Source: []string{"guide"}},
		},
		Constraints: []catalog.Constraint{{ID: "nat", Kind: "nat", Flows: []string{"data"}, Note: text("No NAT."), Source: []string{"guide#5"}}},
		Software: []catalog.Software{{ID: "driver", Platform: "macos", Name: "Driver", Identifiers: map[string]string{"team_id": "T", "bundle_id": "B"},
			Note: text("Approve it."), Source: []string{"guide"}}},
		Sources: []catalog.Source{{ID: "guide", Title: "Guide", Publisher: "Yard", URL: "https://ship.example/guide", Retrieved: "2026-11-20", DocumentVersion: "2"}},
	}
}

// raft is a product with as little as a product can have.
func raft(t testing.TB) *catalog.Product {
	return &catalog.Product{
		Slug: "raft", At: nowhere{}, DataVersion: "af7e", Name: "Raft", Vendor: "Yard", Kind: catalog.KindClient, Summary: "Floats.",
		Endpoints: []catalog.Endpoint{{ID: "raft", Name: "Raft", Zone: "internal", Self: true}, {ID: "server", Name: "Server", Zone: "dmz"}},
		Flows: []catalog.Flow{{ID: "sail", Service: "https", From: []string{"raft"}, To: []string{"server"}, Ports: set(t, "tcp/443"), Need: catalog.Required,
			Source: []string{"book"}}},
		Software: []catalog.Software{{ID: "rope", Platform: "any", Name: "Rope", Source: []string{"book"}}},
		Sources:  []catalog.Source{{ID: "book", Title: "Book", Publisher: "Yard"}},
	}
}

func harbour(t testing.TB) *catalog.Deployment {
	addr := func(s string) netspec.Addr { return netspec.Addr{Addr: netip.MustParseAddr(s)} }
	prefix := func(s string) netspec.Prefix { return netspec.Prefix{Prefix: netip.MustParsePrefix(s)} }
	return &catalog.Deployment{
		Slug: "harbour", At: nowhere{}, Name: "Harbour", Summary: "Two hosts.",
		Zones: []catalog.NetZone{{ID: "dmz", CIDR: []netspec.Prefix{prefix("192.0.2.0/24")}}, {ID: "internal", CIDR: []netspec.Prefix{prefix("10.0.0.0/8")}, Plays: []string{"ship/clients"}}},
		Firewalls: []catalog.Firewall{
			{ID: "edge", Name: "Edge", Zones: []string{"internet", "cloud", "dmz"}, Platform: "nftables", Egress: []netspec.Addr{addr("203.0.113.200")}},
			{ID: "inner", Name: "Inner", Zones: []string{"dmz", "internal"}},
		},
		Hosts: []catalog.Host{
			{ID: "node1", Name: "Node 1", Zone: "dmz", Address: []netspec.Addr{addr("192.0.2.10")}, PublicAddress: []netspec.Addr{addr("203.0.113.10")}, Plays: []string{"ship/server"}},
			{ID: "node2", Zone: "dmz", Address: []netspec.Addr{addr("192.0.2.11")}, Plays: []string{"ship/server", "raft/server"}},
		},
		Instances: []catalog.Instance{
			{ID: "ship", Features: []string{"active"}, Version: "1", Ports: map[string]netspec.PortSet{"https": set(t, "tcp/8443 udp/443")}},
			{ID: "raft"},
		},
	}
}

// fixture is a catalog of two products and a network.
func fixture(t testing.TB) *catalog.Catalog {
	t.Helper()
	var list diag.List
	c := catalog.New(catalog.Input{
		Site: &catalog.Site{At: nowhere{}, Title: "Charts", Summary: "Test data."},
		Services: []*catalog.Services{{At: nowhere{}, List: []catalog.Service{
			{ID: "https", Name: "HTTPS", Ports: set(t, "tcp/443 udp/443"), Encryption: []catalog.Encryption{catalog.TLS}, IANA: "https",
				Reference: "https://www.rfc-editor.org/rfc/rfc9110", Note: text("HTTP in TLS.")},
			{ID: "data", Name: "Data"},
		}}},
		Zones: []*catalog.Zones{{At: nowhere{}, List: []catalog.Zone{
			{ID: "internet", Name: "Internet"}, {ID: "dmz", Name: "DMZ"}, {ID: "internal", Name: "Internal"}, {ID: "cloud", Name: "Cloud"}}}},
		Products:    []*catalog.Product{ship(t), raft(t)},
		Deployments: []*catalog.Deployment{harbour(t)},
		Version:     "5a17",
	}, catalog.Known{Platforms: []string{"nftables"}}, &list)
	if list.HasErrors() {
		t.Fatal(list.Sorted())
	}
	return c
}

func made(c *catalog.Catalog, o api.Options) *api.API {
	return api.New(c, ports.NewIndex(c), o)
}
