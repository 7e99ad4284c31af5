package tabletest

import (
	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/note"
)

// Catalog is a small catalog in which every kind of fact occurs.
func Catalog() *catalog.Catalog {
	sink := new(diag.List)
	c := catalog.New(catalog.Input{
		Site: &catalog.Site{At: place("data/site.toml"), Title: "Test", WarningsOff: catalog.WarningCodes()},
		Services: []*catalog.Services{{At: place("data/services.toml"), List: []catalog.Service{
			{ID: "https", Name: "HTTPS"}, {ID: "smtp", Name: "SMTP"}, {ID: "ldap", Name: "LDAP"},
			{ID: "ftps-data", Name: "FTPS data"}, {ID: "ping", Name: "Ping"}, {ID: "unused", Name: "Not in use"},
		}}},
		Zones: []*catalog.Zones{{At: place("data/zones.toml"), List: []catalog.Zone{
			{ID: "internet", Name: "Internet"}, {ID: "dmz", Name: "DMZ"}, {ID: "internal", Name: "Internal network"},
		}}},
		Products:    []*catalog.Product{client(), server()},
		Deployments: []*catalog.Deployment{harbour()},
		Version:     "3f2a9c01bd3477e05b1f",
	}, catalog.Known{}, sink)
	if sink.HasErrors() {
		panic(sink.Sorted()[0].String())
	}
	// The catalog's own advice is worded elsewhere; this is ours to read.
	f := c.Product("ferry").Flow("ftps-passive")
	f.Advice = append(f.Advice, catalog.Advice{Code: "wide-range", Text: "Narrow the range."})
	return c
}

// place is a locator that knows the file and nothing more.
type place string

func (p place) At(string) diag.Pos { return diag.Pos{File: string(p)} }

func harbour() *catalog.Deployment {
	return &catalog.Deployment{
		Slug: "harbour", At: place("data/deployments/harbour.toml"), Name: "Harbour",
		Zones: []catalog.NetZone{
			{ID: "internet"}, {ID: "dmz", CIDR: prefixes("192.0.2.0/24", "2001:db8::/64")},
			{ID: "internal", CIDR: prefixes("10.0.0.0/16"), Plays: []string{"ferry/directory"}},
		},
		Firewalls: []catalog.Firewall{
			{ID: "edge", Name: "Edge firewall", Zones: []string{"internet", "dmz"}},
			{ID: "inner", Name: "Inner firewall", Zones: []string{"dmz", "internal"}},
		},
		Hosts: []catalog.Host{
			{ID: "node1", Zone: "dmz", Address: addresses("192.0.2.10"), PublicAddress: addresses("203.0.113.10"), Plays: []string{"ferry/server"}},
			{ID: "node2", Name: "second node", Zone: "dmz", Address: addresses("192.0.2.11", "2001:db8::11"), Plays: []string{"ferry/server"}},
		},
		Instances: []catalog.Instance{{ID: "ferry", Product: "ferry", Features: []string{"ldap", "mail"}}},
	}
}

func server() *catalog.Product {
	return &catalog.Product{
		Slug: "ferry", At: place("data/products/ferry.toml"), Name: "Ferry", Vendor: "Example", Kind: catalog.KindServer, Summary: "Carries files.", Versions: []string{"8.0", "8.1", "8.2"}, Reviewed: "2026-11-21",
		Endpoints: []catalog.Endpoint{
			{ID: "server", Name: "Ferry server", Zone: "dmz", Self: true},
			{ID: "user", Name: "User", Zone: "internet"},
			{ID: "partner", Name: "Partner on the internet", Zone: "internet"},
			{ID: "directory", Name: "Directory", Zone: "internal"},
			{ID: "anyone", Name: "Anyone", Zone: "any"},
		},
		Features: []catalog.Feature{
			{ID: "ftps", Name: "FTPS"}, {ID: "passive", Name: "passive mode"}, {ID: "ldap", Name: "LDAP sign-in"},
			{ID: "ad", Name: "Active Directory"}, {ID: "mail", Name: "mail"},
		},
		Sources: []catalog.Source{
			{ID: "guide", Title: "Admin Guide", Publisher: "Example", URL: "https://docs.example/ports(1).html", Retrieved: "2026-11-01", DocumentVersion: "8.2"},
			{ID: "printed", Title: "Printed handbook", Publisher: "Example"},
		},
		Flows: []catalog.Flow{
			{
				ID: "web", Service: "https", From: []string{"user", "partner"}, To: []string{"server"}, Ports: ports("tcp/443"),
				Need: catalog.Required, Status: catalog.Recommended, Configurable: true, Setting: "Settings > Web", Allowed: ports("tcp/1-65535"),
				Encryption: []catalog.Encryption{catalog.TLS}, TLSMin: "1.2", Without: "Nobody can sign in.",
				Source: []string{"guide#Ports"},
				Note: note.Note{Source: "Set **it** in `web.conf`:\n\n- one\n- two", Blocks: []note.Block{
					&note.Paragraph{Inlines: []note.Inline{note.Text("Set "), &note.Strong{Inlines: []note.Inline{note.Text("it")}}, note.Text(" in "), note.Code("web.conf"), note.Text(":")}},
					&note.List{Start: 1, Items: [][]note.Block{note.Of("one"), note.Of("two")}},
				}},
			},
			{
				ID: "ftps-passive", Service: "ftps-data", From: []string{"user"}, To: []string{"server"}, Ports: ports("tcp/989,44000-44100"),
				SourcePorts: ports("tcp/20"), Need: catalog.Conditional, Feature: []string{"ftps+passive", "mail"},
				Allocation: catalog.AllocPerConnection, Dynamic: true, Encryption: []catalog.Encryption{catalog.TLS, catalog.Clear},
				Related:  []string{"web"},
				Source:   []string{"guide#Ports", "printed#p. 12"},
				Variants: []catalog.Variant{{Ports: ports("tcp/44000-44999"), Note: note.Note{Source: "For a farm."}, Source: []string{"printed#p. 12"}}},
				Erratum:  "The table says 4400.",
			},
			{
				ID: "ldap", Service: "ldap", From: []string{"server"}, To: []string{"directory"}, Ports: ports("tcp/389 udp/389"),
				Need: catalog.Conditional, Feature: []string{"ldap", "ad"}, When: "If users sign in by directory", Since: "8.0", Until: "8.2",
				Status: catalog.Supported, Encryption: []catalog.Encryption{catalog.StartTLS, catalog.Clear},
				Source: []string{"printed"},
			},
			{
				ID: "mail", Service: "smtp", From: []string{"server"}, To: []string{"anyone"}, Ports: ports("tcp/25 tcp/?"),
				Need: catalog.Optional, Feature: []string{"mail"}, FallbackOf: "web", PortsFrom: catalog.FromPeer,
				Source: []string{"guide"},
			},
			{
				ID: "closed", Service: "smtp", From: []string{"anyone"}, To: []string{"server"}, Ports: ports("any"),
				Need: catalog.Forbidden, Source: []string{"guide"},
			},
		},
	}
}

func client() *catalog.Product {
	return &catalog.Product{
		Slug: "dinghy", At: place("data/products/dinghy.toml"), Name: "Dinghy", Vendor: "Example", Kind: catalog.KindClient, Summary: "Fetches files.", Reviewed: "2026-10-02",
		Endpoints: []catalog.Endpoint{
			{ID: "client", Name: "Dinghy", Zone: "internal", Self: true}, {ID: "remote", Name: "Server", Zone: "internet"},
		},
		Sources: []catalog.Source{{ID: "faq", Title: "Questions", Publisher: "Example", URL: "https://example.test/faq"}},
		Flows: []catalog.Flow{
			{
				ID: "web", Service: "https", From: []string{"client"}, To: []string{"remote"}, Ports: ports("tcp/443,8443"),
				Need: catalog.Required, Source: []string{"faq"},
			},
			{
				ID: "data", Service: "ftps-data", From: []string{"client"}, To: []string{"remote"}, Ports: ports("tcp/*"), Dynamic: true,
				Need: catalog.Optional, Source: []string{"faq"},
			},
			{
				ID: "ping", Service: "ping", From: []string{"client"}, To: []string{"remote"}, Ports: ports("icmp/8 icmpv6/128"),
				Need: catalog.Optional, Source: []string{"faq"},
			},
		},
	}
}

func ports(text string) netspec.PortSet {
	s, err := netspec.ParsePortSet(text)
	if err != nil {
		panic(err)
	}
	return s
}

func prefixes(texts ...string) (out []netspec.Prefix) {
	for _, text := range texts {
		p, err := netspec.ParsePrefix(text)
		if err != nil {
			panic(err)
		}
		out = append(out, p)
	}
	return out
}

func addresses(texts ...string) (out []netspec.Addr) {
	for _, text := range texts {
		a, err := netspec.ParseAddr(text)
		if err != nil {
			panic(err)
		}
		out = append(out, a)
	}
	return out
}
