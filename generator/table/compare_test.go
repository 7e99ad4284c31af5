package table_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/table"
)

// likeFiles are the vocabulary of the comparisons below.
var likeFiles = map[string]string{
	"services": `
[service]
https = { name = "HTTPS" }
ssh = { name = "SSH" }
ftps-data = { name = "FTPS data" }
dns = { name = "DNS", infrastructure = true }
ldap = { name = "LDAP", infrastructure = true }
`,
	"zones": `
[zone]
internet = { name = "Internet" }
dmz = { name = "DMZ" }
internal = { name = "Internal" }
`,
}

// likeCatalog makes products "a", "b" … named A, B …, one for each text, which
// is a line per flow: service, from, to, ports, and further settings. The
// ends are "me" (in the DMZ), "any", "net" (the internet), "lan" and "near"
// (inside).
func likeCatalog(t *testing.T, products ...string) *catalog.Catalog {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range likeFiles {
		files["data/"+name+".toml"] = &fstest.MapFile{Data: []byte(text)}
	}
	for i, flows := range products {
		slug := string(rune('a' + i))
		var b strings.Builder
		b.WriteString("name = \"" + strings.ToUpper(slug) + "\"\nvendor = \"V\"\nkind = \"server\"\nsummary = \"s\"\n[endpoint]\nme = { name = \"Me\", zone = \"dmz\", self = true }\n")
		for _, e := range []struct{ id, name, zone string }{{"any", "Anyone", "any"}, {"net", "Users", "internet"}, {"lan", "Server", "internal"}, {"near", "Neighbour", "internal"}} {
			if strings.Contains(flows, " "+e.id+" ") {
				b.WriteString(e.id + " = { name = \"" + e.name + "\", zone = \"" + e.zone + "\" }\n")
			}
		}
		for j, line := range strings.Split(flows, "\n") {
			w := strings.SplitN(line+" ", " ", 5)
			b.WriteString("[flow.f" + string(rune('1'+j)) + "]\nservice = \"" + w[0] + "\"\nfrom = \"" + w[1] + "\"\nto = \"" + w[2] + "\"\nports = \"" + w[3] + "\"\nsource = \"d#P\"\n")
			b.WriteString(strings.ReplaceAll(w[4], ";", "\n") + "\n")
			if !strings.Contains(w[4], "need") {
				b.WriteString("need = \"required\"\n")
			}
		}
		b.WriteString("[source.d]\ntitle = \"Manual of " + slug + "\"\npublisher = \"V\"\n")
		files["data/products/"+slug+".toml"] = &fstest.MapFile{Data: []byte(b.String())}
	}
	var l diag.List
	c := load.Load(files, load.Options{Known: catalog.Known{}}, &l).Catalog
	if c == nil || l.HasErrors() {
		t.Fatal(l.Sorted())
	}
	return c
}

// rowsOf are a table's rows, a line each, cells between bars.
func rowsOf(tab *table.Table) []string {
	var out []string
	for _, g := range tab.Groups {
		for _, r := range g.Rows {
			var cells []string
			for _, c := range r.Cells {
				cells = append(cells, strings.ReplaceAll(c.Plain(), "\n", " / "))
			}
			out = append(out, strings.Join(cells, " | "))
		}
	}
	return out
}

func TestComparison(t *testing.T) {
	for _, k := range []struct {
		name     string
		products []string
		want     []string
	}{
		{"the same, from anywhere as from the internet", []string{"https any me tcp/443", "https net me tcp/443 encryption = \"tls\""}, []string{
			"HTTPS | Internet | tcp/443, required / Anyone (any zone) → Me (DMZ) | tcp/443, required / Users (Internet) → Me (DMZ) / TLS | same ports"}},
		{"another need", []string{"https net me tcp/443", "https net me tcp/443 need = \"optional\""}, []string{
			"HTTPS | Internet | tcp/443, required / Users (Internet) → Me (DMZ) | tcp/443, optional / Users (Internet) → Me (DMZ) | same ports, needs differ"}},
		{"other ports", []string{"https net me tcp/443", "https net me tcp/8443 configurable = true;allowed = \"tcp/1024-65535\""}, []string{
			"HTTPS | Internet | tcp/443, required / Users (Internet) → Me (DMZ) | tcp/8443, required / Users (Internet) → Me (DMZ) / The port can be changed to tcp/1024-65535 | ports differ"}},
		{"closed here, open there", []string{"https net me tcp/443", "https net me tcp/443 need = \"forbidden\""}, []string{
			"HTTPS | Internet | tcp/443, required / Users (Internet) → Me (DMZ) | tcp/443, must stay closed / Users (Internet) → Me (DMZ) | ports differ"}},
		{"only some, in the order of directions", []string{"ssh me lan tcp/22\nssh lan me tcp/22", "ssh lan me tcp/22", "ssh lan me tcp/23"}, []string{
			"SSH | Internal | tcp/22, required / Server (Internal) → Me (DMZ) | tcp/22, required / Server (Internal) → Me (DMZ) | tcp/23, required / Server (Internal) → Me (DMZ) | ports differ",
			"SSH | Internal | tcp/22, required / Me (DMZ) → Server (Internal) |  |  | only A"}},
		{"some differ", []string{"ssh lan me tcp/22", "ssh lan me tcp/23", "https net me tcp/443"}, []string{
			"HTTPS | Internet |  |  | tcp/443, required / Users (Internet) → Me (DMZ) | only C",
			"SSH | Internal | tcp/22, required / Server (Internal) → Me (DMZ) | tcp/23, required / Server (Internal) → Me (DMZ) |  | all but C, ports differ"}},
		{"flows that say the same", []string{"ssh lan me tcp/22\nssh near me tcp/22", "ssh lan me tcp/22\nssh near me tcp/22 status = \"discouraged\""}, []string{
			"SSH | Internal | tcp/22, required / Server (Internal); Neighbour (Internal) → Me (DMZ) | tcp/22, required / Server (Internal) → Me (DMZ) / tcp/22, required / Neighbour (Internal) → Me (DMZ) / Discouraged | same ports"}},
		{"infrastructure, wherever it stands", []string{"dns me lan udp/53", "dns me net udp/53"}, []string{
			"DNS | Its server, wherever it stands | udp/53, required / Me (DMZ) → Server (Internal) | udp/53, required / Me (DMZ) → Users (Internet) | same ports"}},
		{"between its own parts", []string{"ssh me me tcp/22", "ssh me me tcp/22"}, []string{
			"SSH | Its own parts | tcp/22, required / Me (DMZ) → Me (DMZ) | tcp/22, required / Me (DMZ) → Me (DMZ) | same ports"}},
	} {
		c := likeCatalog(t, k.products...)
		if diff := cmp.Diff(k.want, rowsOf(table.Comparison(c, c.Products))); diff != "" {
			t.Errorf("%s:\n%s", k.name, diff)
		}
	}
}

func TestUnion(t *testing.T) {
	for _, k := range []struct {
		name     string
		products []string
		want     []string
	}{
		{"merged, the strongest need", []string{"ldap me lan tcp/389 need = \"optional\"", "ldap me near tcp/389"}, []string{
			"LDAP | tcp/389 | Internal | optional / Server / Manual of a, P | required / Neighbour / Manual of b, P | required"}},
		{"another port, another zone", []string{"dns me lan udp/53", "dns me net udp/53\ndns me lan udp/5353"}, []string{
			"DNS | udp/53 | Internet |  | required / Users / Manual of b, P | required",
			"DNS | udp/53 | Internal | required / Server / Manual of a, P |  | required",
			"DNS | udp/5353 | Internal |  | required / Server / Manual of b, P | required"}},
		{"several flows of a product", []string{"dns me lan udp/53 need = \"optional\"\ndns me near udp/53", "ssh lan me tcp/22"}, []string{
			"DNS | udp/53 | Internal | required / Server; Neighbour / Manual of a, P |  | required"}},
		{"anything to the internet, nothing else", []string{"ssh me any tcp/22", "ssh me net tcp/22\nhttps me lan tcp/443\nhttps net me tcp/443\ndns lan me udp/53"}, []string{
			"SSH | tcp/22 | Internet | required / Anyone / Manual of a, P | required / Users / Manual of b, P | required"}},
		{"what must stay closed", []string{"dns me net udp/53 need = \"forbidden\"", "ssh lan me tcp/22"}, nil},
	} {
		c := likeCatalog(t, k.products...)
		if diff := cmp.Diff(k.want, rowsOf(table.Union(c, c.Products))); diff != "" {
			t.Errorf("%s:\n%s", k.name, diff)
		}
	}
}

func TestConflicts(t *testing.T) {
	for _, k := range []struct {
		name     string
		products []string
		want     []string
	}{
		{"nobody can move", []string{"https net me tcp/443", "https lan me tcp/443"}, []string{
			"tcp/443 | DMZ | HTTPS, tcp/443, no change documented | HTTPS, tcp/443, no change documented | not on one address: no document tells how to move it"}},
		{"one can move, ranges in part", []string{"ftps-data net me tcp/2000-3000 configurable = true", "ssh lan me tcp/22,2500-3500"}, []string{
			"tcp/2500-3000 | DMZ | FTPS data, tcp/2000-3000, can be changed | SSH, tcp/2500-3500, no change documented | a range overlaps: set them apart"}},
		{"a port with a flow that cannot move", []string{"https net me tcp/443 configurable = true\nssh lan me tcp/443", "https net me tcp/443 configurable = true"}, []string{
			"tcp/443 | DMZ | HTTPS, SSH, tcp/443, no change documented | HTTPS, tcp/443, can be changed | the one that can be changed has to move"}},
		{"a port in a range, which cannot move", []string{"ftps-data net me tcp/2000-3000", "ssh lan me tcp/2022"}, []string{
			"tcp/2022 | DMZ | FTPS data, tcp/2000-3000, no change documented | SSH, tcp/2022, no change documented | a range overlaps: no document tells how to change it"}},
		{"a port beside a range that has it", []string{"ssh net me tcp/2022\nftps-data net me tcp/2000-3000", "ssh lan me tcp/2022 configurable = true"}, []string{
			"tcp/2022 | DMZ | FTPS data, tcp/2000-3000, no change documented / SSH, tcp/2022, no change documented | SSH, tcp/2022, can be changed | the one that can be changed has to move"}},
		{"three of them", []string{"https net me tcp/443", "https net me tcp/443 configurable = true", "https net me tcp/443 configurable = true"}, []string{
			"tcp/443 | DMZ | HTTPS, tcp/443, no change documented | HTTPS, tcp/443, can be changed | HTTPS, tcp/443, can be changed | all but one have to move"}},
		{"another transport, port or direction", []string{"https net me tcp/443\nssh me lan tcp/22\nftps-data net me tcp/* dynamic = true", "https net me udp/443\nssh lan me tcp/22"}, nil},
		{"what must stay closed", []string{"https net me tcp/443", "https net me tcp/443 need = \"forbidden\""}, nil},
	} {
		c := likeCatalog(t, k.products...)
		if diff := cmp.Diff(k.want, rowsOf(table.Conflicts(c, c.Products))); diff != "" {
			t.Errorf("%s:\n%s", k.name, diff)
		}
	}
}

// A service that a vendor runs is on nobody's host.
func TestConflictsOfServices(t *testing.T) {
	c := likeCatalog(t, "https net me tcp/443", "https net me tcp/443")
	c.Products[1].Endpoints[slices.IndexFunc(c.Products[1].Endpoints, func(e catalog.Endpoint) bool { return e.Self })].Managed = false
	if rows := rowsOf(table.Conflicts(c, c.Products)); rows != nil {
		t.Errorf("%q", rows)
	}
}

// A comparison's copy is outdated when one of its products changes, and tells
// where it stands.
func TestComparisonProvenance(t *testing.T) {
	c := likeCatalog(t, "https net me tcp/443", "https net me tcp/443", "ssh lan me tcp/22")
	p := table.Comparison(c, c.Products[:2]).Provenance
	if p.URL != "/compare/a-vs-b/" || p.Title != "A and B: ports side by side" || len(p.Sources) != 2 {
		t.Errorf("%+v", p)
	}
	if other := table.Comparison(c, c.Products[1:]).Provenance; other.DataVersion == p.DataVersion {
		t.Error("two comparisons have one data version")
	}
}
