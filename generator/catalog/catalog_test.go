package catalog_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/note"
)

// paths locates a value by its path, so that a test sees which value is meant.
type paths struct{}

func (paths) At(path string) diag.Pos { return diag.Pos{File: path, Line: 1, Col: 1} }

func ports(t *testing.T, text string) netspec.PortSet {
	t.Helper()
	s, err := netspec.ParsePortSet(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// product is a sound product; each test spoils one thing.
func product(t *testing.T) *catalog.Product {
	return &catalog.Product{
		Slug: "p", At: paths{}, Name: "P", Vendor: "V", Kind: catalog.KindServer, Summary: "s",
		Endpoints: []catalog.Endpoint{
			{ID: "server", Name: "Server", Zone: "dmz", Self: true},
			{ID: "users", Name: "Users", Zone: "internet"},
			{ID: "any", Name: "Any", Zone: "any"},
			{ID: "inside", Name: "Inside", Zone: "internal"},
		},
		Flows: []catalog.Flow{
			{ID: "in", Service: "https", From: []string{"users", "any"}, To: []string{"server"}, Ports: ports(t, "tcp/443"), Need: catalog.Required, Source: []string{"d#s"}},
			{ID: "out", Service: "https", From: []string{"server"}, To: []string{"inside"}, Ports: ports(t, "tcp/8443"), Need: catalog.Optional, Source: []string{"d"}},
		},
		Sources: []catalog.Source{{ID: "d", Title: "D", Publisher: "V"}},
	}
}

// codes checks a product and returns what is told, as "code path".
func codes(p *catalog.Product, off ...string) []string {
	var list diag.List
	catalog.New(catalog.Input{
		Site: &catalog.Site{At: paths{}, Title: "t", WarningsOff: off},
		Services: []*catalog.Services{{At: paths{}, List: []catalog.Service{
			{ID: "https", Name: "HTTPS", Encryption: []catalog.Encryption{catalog.TLS}}, {ID: "http", Name: "HTTP", Encryption: []catalog.Encryption{catalog.Clear}},
			{ID: "dns", Name: "DNS"}, {ID: "ldap", Name: "LDAP", Encryption: []catalog.Encryption{catalog.Clear, catalog.StartTLS}}, {ID: "radius", Name: "RADIUS"}, {ID: "snmp-trap", Name: "SNMP"},
		}}},
		Zones:    []*catalog.Zones{{At: paths{}, List: []catalog.Zone{{ID: "internet", Name: "I"}, {ID: "dmz", Name: "D"}, {ID: "internal", Name: "N"}}}},
		Products: []*catalog.Product{p},
	}, catalog.Known{}, &list)
	var out []string
	for _, d := range list.Sorted() {
		out = append(out, d.Code+" "+d.Pos.File)
	}
	return out
}

func TestProductFaults(t *testing.T) {
	for _, k := range []struct {
		name  string
		spoil func(p *catalog.Product)
		want  []string
	}{
		{"sound", func(*catalog.Product) {}, nil},
		{"scheme", func(p *catalog.Product) { p.Homepage = "javascript:alert(1)" }, []string{"bad-url homepage"}},
		{"no host", func(p *catalog.Product) { p.Homepage = "https:///x" }, []string{"bad-url homepage"}},
		{"blank in a URL", func(p *catalog.Product) { p.Sources[0].URL = "https://example.org/a b" }, []string{"bad-url source.d.url"}},
		{"mailto", func(p *catalog.Product) { p.Homepage = "mailto:a@example.org" }, nil},
		{"control", func(p *catalog.Product) { p.Vendor = "V\x07" }, []string{"bad-text vendor"}},
		{"bidirectional override", func(p *catalog.Product) { p.Flows[0].When = "a\u202eb" }, []string{"bad-text flow.in.when"}},
		{"line break in a name", func(p *catalog.Product) { p.Endpoints[0].Name = "a\nb" }, []string{"bad-text endpoint.server.name"}},
		{"line break in a note", func(p *catalog.Product) { p.Flows[0].Note = note.Note{Source: "a\n\nb"} }, nil},
		{"control in a note", func(p *catalog.Product) { p.Flows[0].Note = note.Note{Source: "a\x1bb"} }, []string{"bad-text flow.in.note"}},
		{"not UTF-8", func(p *catalog.Product) { p.Aliases = []string{"ok", "a\xffb"} }, []string{"bad-text aliases[1]"}},
		{"id", func(p *catalog.Product) { p.Flows[0].ID = "In_1" }, []string{"bad-id flow.In_1"}},
		{"category", func(p *catalog.Product) { p.Category = "File transfer" }, []string{"bad-id category"}},
		{"tags", func(p *catalog.Product) { p.Tags = []string{"linux", "Windows", "linux"} }, []string{"bad-id tags[1]", "duplicate tags[2]"}},
		{"names", func(p *catalog.Product) {
			p.Endpoints[0].FQDN = []string{"*.example.org", "{id}.fs.example.org", "{a}-x.example.org", "{a}.{b}"}
		}, nil},
		{"bad names", func(p *catalog.Product) {
			p.Endpoints[0].FQDN = []string{"host", "a..b", "{open.example.org", "a.*.org", "-a.org", "{}.org", "a b.org"}
		}, []string{"bad-fqdn endpoint.server.fqdn[0]", "bad-fqdn endpoint.server.fqdn[1]", "bad-fqdn endpoint.server.fqdn[2]", "bad-fqdn endpoint.server.fqdn[3]",
			"bad-fqdn endpoint.server.fqdn[4]", "bad-fqdn endpoint.server.fqdn[5]", "bad-fqdn endpoint.server.fqdn[6]"}},
		{"versions twice", func(p *catalog.Product) { p.Versions = []string{"1", "1"} }, []string{"duplicate versions[1]"}},
		{"an endpoint twice", func(p *catalog.Product) { p.Flows[0].From = []string{"users", "users", "any"} }, []string{"duplicate flow.in.from[1]"}},
		{"fallback to itself", func(p *catalog.Product) { p.Flows[0].FallbackOf, p.Flows[1].FallbackOf = "out", "in" },
			[]string{"fallback-cycle flow.in.fallback_of", "fallback-cycle flow.out.fallback_of"}},
		{"forbidden as wide as allowed", func(p *catalog.Product) {
			f := p.Flows[0]
			f.ID, f.Need, f.From = "shut", catalog.Forbidden, []string{"users"}
			p.Flows = append(p.Flows, f)
		}, []string{"forbidden-allowed flow.in"}},
		{"forbidden and wider than allowed", func(p *catalog.Product) {
			f := p.Flows[0]
			f.ID, f.Need, f.Ports = "shut", catalog.Forbidden, ports(t, "any")
			p.Flows = append(p.Flows, f)
		}, nil},
		{"forbidden without a number", func(p *catalog.Product) { p.Flows[1].Need, p.Flows[1].Ports = catalog.Forbidden, ports(t, "tcp/?") }, []string{"forbidden-unknown flow.out.ports"}},
	} {
		p := product(t)
		k.spoil(p)
		if diff := cmp.Diff(k.want, codes(p)); diff != "" {
			t.Errorf("%s:\n%s", k.name, diff)
		}
	}
}

// TestTies holds what a flow may say of others.
func TestTies(t *testing.T) {
	for _, k := range []struct {
		name  string
		spoil func(p *catalog.Product)
		want  []string
	}{
		{"follows", func(p *catalog.Product) { p.Flows[1].Follows = catalog.Follows{Flow: "in", Add: 8000} }, nil},
		{"follows below", func(p *catalog.Product) { p.Flows[0].Follows = catalog.Follows{Flow: "out", Add: -8000} }, nil},
		{"follows what is not stated", func(p *catalog.Product) {
			p.Flows[0].Ports, p.Flows[1].Ports = ports(t, "tcp/?"), ports(t, "tcp/?")
			p.Flows[1].Follows = catalog.Follows{Flow: "in", Add: 10000}
		}, nil},
		{"states what follows something not stated", func(p *catalog.Product) {
			p.Flows[0].Ports, p.Flows[1].Follows = ports(t, "tcp/?"), catalog.Follows{Flow: "in", Add: 8000}
		}, []string{"follows-ports flow.out.ports"}},
		{"follows with other ports", func(p *catalog.Product) { p.Flows[1].Follows = catalog.Follows{Flow: "in", Add: 8001} }, []string{"follows-ports flow.out.ports"}},
		{"follows nobody", func(p *catalog.Product) { p.Flows[1].Follows = catalog.Follows{Flow: "inn", Add: 8000} }, []string{"unknown-flow flow.out.follows.flow"}},
		{"follows itself", func(p *catalog.Product) { p.Flows[1].Follows = catalog.Follows{Flow: "out"} }, []string{"follows-cycle flow.out.follows.flow"}},
		{"follow each other", func(p *catalog.Product) {
			p.Flows[0].Follows, p.Flows[1].Follows = catalog.Follows{Flow: "out", Add: -8000}, catalog.Follows{Flow: "in", Add: 8000}
		}, []string{"follows-cycle flow.in.follows.flow", "follows-cycle flow.out.follows.flow"}},
		{"follows another transport", func(p *catalog.Product) {
			p.Flows[1].Ports, p.Flows[1].Follows = ports(t, "udp/8443"), catalog.Follows{Flow: "in", Add: 8000}
		}, []string{"follows-transport flow.out.follows"}},
		{"follows too far", func(p *catalog.Product) { p.Flows[1].Follows = catalog.Follows{Flow: "in", Add: 65100} }, []string{"follows-range flow.out.follows.add"}},
		{"follows too far whatever the port", func(p *catalog.Product) {
			p.Flows[0].Ports, p.Flows[1].Ports = ports(t, "tcp/?"), ports(t, "tcp/?")
			p.Flows[1].Follows = catalog.Follows{Flow: "in", Add: -65535}
		}, []string{"follows-range flow.out.follows.add"}},
		{"follows any port", func(p *catalog.Product) {
			p.Flows[0].Ports, p.Flows[0].Dynamic = ports(t, "tcp/*"), true
			p.Flows[1].Follows = catalog.Follows{Flow: "in", Add: 1}
		}, []string{"follows-range flow.out.follows.add"}},
		{"carries", func(p *catalog.Product) {
			p.Flows[1].To, p.Flows[1].Carries = []string{"server"}, []string{"in"}
			p.Flows[1].From = []string{"inside"}
		}, nil},
		{"carries nothing known", func(p *catalog.Product) { p.Flows[1].Carries = []string{"inn"} }, []string{"unknown-flow flow.out.carries[0]"}},
		{"carries itself", func(p *catalog.Product) { p.Flows[1].Carries = []string{"out"} }, []string{"carries-itself flow.out.carries[0]"}},
		{"carries what ends elsewhere", func(p *catalog.Product) { p.Flows[1].Carries = []string{"in"} }, []string{"carries-elsewhere flow.out.carries[0]"}},
		{"carry each other", func(p *catalog.Product) {
			p.Flows[1].From, p.Flows[1].To = []string{"inside"}, []string{"server"}
			p.Flows[0].Carries, p.Flows[1].Carries = []string{"out"}, []string{"in"}
		}, []string{"carries-itself flow.in.carries[0]", "carries-itself flow.out.carries[0]"}},
		{"carries what must stay closed", func(p *catalog.Product) {
			p.Flows[1].From, p.Flows[1].To, p.Flows[1].Carries = []string{"inside"}, []string{"server"}, []string{"in"}
			p.Flows[0].Need = catalog.Forbidden
		}, []string{"carries-forbidden flow.out.carries[0]"}},
	} {
		p := product(t)
		k.spoil(p)
		if diff := cmp.Diff(k.want, codes(p)); diff != "" {
			t.Errorf("%s:\n%s", k.name, diff)
		}
	}
}

// TestPortsOf holds whose change decides the ports of flows that follow each
// other in a row, and which are left without.
func TestPortsOf(t *testing.T) {
	p := product(t)
	flow := func(id, set string, follows catalog.Follows) {
		f := p.Flows[0]
		f.ID, f.Ports, f.Follows = id, ports(t, set), follows
		p.Flows = append(p.Flows, f)
	}
	flow("up", "tcp/10443", catalog.Follows{Flow: "in", Add: 10000})
	flow("same", "tcp/10443", catalog.Follows{Flow: "up"})
	up := p.Flow("up")
	up.Configurable, up.Allowed = true, ports(t, "tcp/10000-65535")
	if got := codes(p); got != nil {
		t.Fatal(got)
	}
	for _, k := range []struct {
		changed        map[string]string
		in, up, same   string
		by             string // of "same"
		stranded, text string
	}{
		{nil, "tcp/443", "tcp/10443", "tcp/10443", "", "", ""},
		{map[string]string{"out": "tcp/1"}, "tcp/443", "tcp/10443", "tcp/10443", "", "", ""},
		{map[string]string{"in": "tcp/8443,8444"}, "tcp/8443,8444", "tcp/18443,18444", "tcp/18443,18444", "in", "", ""},
		{map[string]string{"in": "tcp/8443", "up": "tcp/20000"}, "tcp/8443", "tcp/20000", "tcp/20000", "up", "", ""},
		{map[string]string{"in": "tcp/8443", "same": "tcp/1"}, "tcp/8443", "tcp/18443", "tcp/1", "same", "", ""},
		{map[string]string{"in": "tcp/60000"}, "tcp/60000", "tcp/10443", "tcp/10443", "in", "up",
			`flow "up" follows "in": tcp/60000 + 10000 leaves no port between 1 and 65535 for it`},
		{map[string]string{"in": "tcp/60000", "up": "tcp/20000"}, "tcp/60000", "tcp/20000", "tcp/20000", "up", "", ""},
	} {
		changed := map[string]netspec.PortSet{}
		for id, set := range k.changed {
			changed[id] = ports(t, set)
		}
		for id, want := range map[string]string{"in": k.in, "up": k.up, "same": k.same} {
			got, by, ok := p.PortsOf(p.Flow(id), changed)
			if !got.Equal(ports(t, want)) || ok != (k.stranded == "" || id == "in") {
				t.Errorf("%v: %s is on %s, %v, want %s", k.changed, id, got, ok, want)
			}
			if id == "same" && (by == nil) != (k.by == "") || by != nil && id == "same" && by.ID != k.by {
				t.Errorf("%v: %v decides, want %q", k.changed, by, k.by)
			}
		}
		got := p.Strand(changed)
		if k.stranded == "" {
			if len(got) > 0 {
				t.Errorf("%v: %v", k.changed, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Flow.ID != k.stranded || got[0].By.ID != "in" || got[0].Text != k.text {
			t.Errorf("%v: %+v", k.changed, got)
		}
	}
	up.Allowed = ports(t, "tcp/10000-10999")
	if got := p.Strand(map[string]netspec.PortSet{"in": ports(t, "tcp/8443")}); len(got) != 1 ||
		got[0].Text != `flow "up" follows "in" and would be on "tcp/18443", outside of what the product allows, "tcp/10000-10999"` {
		t.Errorf("%+v", got)
	}
	up.Configurable, p.Flow("in").Configurable = false, true
	for id, want := range map[string]bool{"in": true, "up": true, "same": true, "out": false} {
		if p.Movable(p.Flow(id)) != want {
			t.Errorf("%s is movable: %v", id, !want)
		}
	}
}

func TestAdvice(t *testing.T) {
	for _, k := range []struct {
		name  string
		spoil func(f *catalog.Flow) // of the outgoing flow
		want  string
	}{
		{"none", func(*catalog.Flow) {}, ""},
		{"DNS by UDP", func(f *catalog.Flow) { f.Service, f.Ports = "dns", ports(t, "udp/53") }, "dns-udp-only"},
		{"DNS by both", func(f *catalog.Flow) { f.Service, f.Ports = "dns", ports(t, "tcp/53 udp/53") }, ""},
		{"RADIUS before its standard", func(f *catalog.Flow) { f.Service, f.Ports = "radius", ports(t, "udp/1645") }, "radius-prestandard"},
		{"RADIUS", func(f *catalog.Flow) { f.Service, f.Ports = "radius", ports(t, "udp/1812-1813") }, ""},
		{"notifications to the agent's port", func(f *catalog.Flow) { f.Service, f.Ports = "snmp-trap", ports(t, "udp/161") }, "snmp-trap-port"},
		{"notifications", func(f *catalog.Flow) { f.Service, f.Ports = "snmp-trap", ports(t, "udp/162") }, ""},
		{"LDAP", func(f *catalog.Flow) { f.Service = "ldap" }, "ldap-plain"},
		{"LDAP with StartTLS", func(f *catalog.Flow) { f.Service, f.Encryption = "ldap", []catalog.Encryption{catalog.StartTLS} }, ""},
		{"1,000 ports", func(f *catalog.Flow) { f.Ports = ports(t, "tcp/2001-3000") }, ""},
		{"1,001 ports", func(f *catalog.Flow) { f.Ports = ports(t, "tcp/2000-3000") }, "wide-range"},
		{"clear text inside", func(f *catalog.Flow) { f.Service, f.From, f.To = "http", []string{"inside"}, []string{"server"} }, ""},
		{"clear text from the internet", func(f *catalog.Flow) { f.Service, f.From, f.To = "http", []string{"users"}, []string{"server"} }, "cleartext-internet"},
	} {
		p := product(t)
		f := &p.Flows[1]
		k.spoil(f)
		var want []string
		if k.want != "" {
			want = []string{k.want + " flow.out.ports"}
		}
		// The endpoint that a case no longer uses is not its subject.
		unused := func(s string) bool { return s == "endpoint-unused endpoint.inside" }
		got := slices.DeleteFunc(codes(p), unused)
		if diff := cmp.Diff(want, got, cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
			t.Errorf("%s:\n%s", k.name, diff)
		}
		if len(want) == 1 && (len(f.Advice) != 1 || f.Advice[0].Code != k.want) {
			t.Errorf("%s: advice %v", k.name, f.Advice)
		}
		if k.want == "" {
			continue
		}
		p = product(t)
		k.spoil(&p.Flows[1])
		if got := slices.DeleteFunc(codes(p, k.want), unused); len(got) > 0 || len(p.Flows[1].Advice) > 0 {
			t.Errorf("%s, turned off: %v, %v", k.name, got, p.Flows[1].Advice)
		}
	}
}

func TestDirections(t *testing.T) {
	p := product(t)
	p.Endpoints = append(p.Endpoints, catalog.Endpoint{ID: "node", Name: "Node", Zone: "dmz", Self: true, Many: true})
	flow := func(from, to string) catalog.Flow {
		return catalog.Flow{ID: from + "-" + to, Service: "https", From: []string{from}, To: []string{to}, Ports: ports(t, "tcp/1"), Need: catalog.Required, Source: []string{"d"}}
	}
	p.Flows = append(p.Flows, flow("users", "server"), flow("server", "users"), flow("server", "node"), flow("node", "node"), flow("server", "server"), flow("users", "inside"))
	if got := codes(p); got != nil {
		t.Fatal(got)
	}
	want := []catalog.Direction{catalog.Inbound, catalog.Outbound, catalog.Inbound, catalog.Outbound, catalog.Internal, catalog.Internal, catalog.Loopback, catalog.Transit}
	for i, f := range p.Flows {
		if f.Direction != want[i] {
			t.Errorf("%s is %s, want %s", f.ID, f.Direction, want[i])
		}
	}
}

// TestDate holds that dates are those of package time.
func TestDate(t *testing.T) {
	texts := []string{"", "2026", "2026-11-2", "2026-11-211", "2026/11/21", "-026-11-21", "2026-1a-21", "0000-01-01", "9999-12-31", "１２-11-21"}
	for _, year := range []string{"1900", "2000", "2023", "2024"} {
		for month := range 14 {
			for day := range 33 {
				texts = append(texts, fmt.Sprintf("%s-%02d-%02d", year, month, day))
			}
		}
	}
	for _, text := range texts {
		var d catalog.Date
		err := d.UnmarshalText([]byte(text))
		_, want := time.Parse(time.DateOnly, text)
		if (err == nil) != (want == nil) {
			t.Errorf("%q: %v, package time: %v", text, err, want)
		}
	}
}
