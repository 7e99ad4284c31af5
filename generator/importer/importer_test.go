package importer_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/importer"
	"portolan/generator/policy/platforms"
	"portolan/generator/table"
	"portolan/generator/table/dialects"
)

// data is the repository's own catalog.
func data(t testing.TB) *catalog.Catalog {
	t.Helper()
	var l diag.List
	r := load.Load(os.DirFS("../.."), load.Options{Known: catalog.Known{Platforms: platforms.IDs(), Formats: dialects.IDs()}}, &l)
	if r.Catalog == nil {
		t.Fatal(l.Sorted())
	}
	return r.Catalog
}

// draft imports a table and loads the draft as a product.
func draft(t testing.TB, c *catalog.Catalog, file string, src []byte, name string) (text string, p *catalog.Product, in *catalog.Catalog, told []string) {
	t.Helper()
	g, err := importer.Read(file, src)
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	out, err := importer.Draft(g, importer.Options{Name: name, Catalog: c}, &l)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range l.Sorted() {
		told = append(told, d.Pos.String()+" "+d.Text)
	}
	files := fstest.MapFS{"data/products/draft.toml": &fstest.MapFile{Data: out}}
	var words []byte // services that the vocabulary lacks are told as comments
	if _, after, ok := strings.Cut(string(out), "# Services that the vocabulary lacks; for data/services.toml:\n"); ok {
		after, _, _ = strings.Cut(after, "\n\n")
		for line := range strings.Lines(after) {
			words = append(words, strings.TrimPrefix(line, "# ")...)
		}
		files["data/services.toml"] = &fstest.MapFile{Data: words}
	}
	var faults diag.List
	r := load.Load(files, load.Options{Builtin: os.DirFS("../.."), Known: catalog.Known{}}, &faults)
	for _, d := range faults.Sorted() {
		if d.Severity == diag.Error {
			t.Errorf("%s: the draft is wrong: %s\n%s", file, d, out)
		}
	}
	if r.Catalog == nil || r.Catalog.Product("draft") == nil {
		t.Fatalf("%s: no product in\n%s", file, out)
	}
	return string(out), r.Catalog.Product("draft"), r.Catalog, told
}

// TestRoundTrip exports every product and imports it again: the table of the
// draft says the same, apart from notes and documents.
func TestRoundTrip(t *testing.T) {
	c := data(t)
	columns := []string{"direction", "service", "from", "to", "ports", "source_ports", "encryption", "need", "when", "status", "configurable", "without"}
	plain := func(c *catalog.Catalog, p *catalog.Product) string {
		var b strings.Builder
		for _, g := range table.Requirements(c, p, table.Options{Columns: columns}).Groups {
			for _, r := range g.Rows {
				for _, cell := range r.Cells {
					b.WriteString(strings.Join(strings.Fields(cell.Plain()), " ") + " | ")
				}
				b.WriteByte('\n')
			}
		}
		return b.String()
	}
	for _, id := range []string{"csv", "raw.csv", "md", "xlsx"} { // TSV has no line breaks
		d, ok := dialects.Lookup(id)
		if !ok {
			t.Fatalf("%s is read and not written", id)
		}
		for _, p := range c.Products {
			var b bytes.Buffer
			if err := d.Render(&b, table.Lower(table.Requirements(c, p, table.Options{}), d.Info(), new(diag.List))); err != nil {
				t.Fatal(err)
			}
			_, again, with, _ := draft(t, c, p.Slug+"."+d.Info().Extension, b.Bytes(), p.Name)
			if diff := cmp.Diff(strings.Split(plain(c, p), "\n"), strings.Split(plain(with, again), "\n")); diff != "" {
				t.Errorf("%s as %s: %s", p.Slug, id, diff)
			}
		}
	}
}

// rows are the flows of a product in short.
func rows(p *catalog.Product) []string {
	var out []string
	for i := range p.Flows {
		f := &p.Flows[i]
		s := f.Service + " " + strings.Join(f.From, ",") + " > " + strings.Join(f.To, ",") + " " + f.Ports.String()
		if !f.SourcePorts.IsZero() {
			s += " from " + f.SourcePorts.String()
		}
		out = append(out, s+" "+string(f.Need))
	}
	return out
}

func TestDraft(t *testing.T) {
	c := data(t)
	for _, test := range []struct {
		name, file, src string
		want, told      []string
	}{
		{"source and destination", "a.csv", "Source,Destination,Protocol,Port,Description\nClients,Server,TCP,443,Web\nServer,Directory,TCP/UDP,389,Sign-in\n",
			[]string{"https clients > server tcp/443 required", "ldap server > directory tcp/389 required", "cldap server > directory udp/389 required"},
			[]string{`a.csv:2 the service "https" is taken from the usual port`, "a.csv:3 the row is 2 flows by its usual ports"}},
		{"as vendors print it", "b.csv", "Protocol / Function,source,destination,port,description\nhttp(s),any,,80 & 443,web\nDNS,,DNS server,53 (UDP),\nLDAP,,LDAP server,389/636,\n",
			[]string{"http any > b tcp/80 required", "https any > b tcp/443 required", "dns b > dns-server udp/53 required", "ldap b > ldap-server tcp/389,636 required"},
			[]string{"b.csv:2 the row is 2 flows by its usual ports"}},
		{"what listens only", "c.md", "# Ports\n\n| Port | Protocol | Direction | Purpose |\n| --- | --- | --- | --- |\n| 22 | TCP | in | SSH |\n| 123 | UDP | outgoing | Time |\n",
			[]string{"ssh peers > c tcp/22 required", "ntp c > peers udp/123 required"},
			[]string{`c.md:6 the service "ntp" is taken from the usual port`}},
		{"headings inside", "d.csv", "Name;Port;From;To;Required\nInbound;;;;\nHTTPS;tcp/443;Users;Box;yes\nOutbound;;;;\nSMTP;25;Box;Relay;optional\n",
			[]string{"https users > box tcp/443 required", "smtp box > relay tcp/25 optional"}, nil},
		{"source ports", "e.tsv", "Service\tFrom\tTo\tPorts\tSource port\tNeed\nFTP data\tServer\tClient\t1024-65535\t20\tmust stay closed\n",
			[]string{"ftp-data server > client tcp/1024-65535 from tcp/20 forbidden"}, []string{"e.tsv:2 no transport is stated; tcp is assumed"}},
	} {
		_, p, _, told := draft(t, c, test.file, []byte(test.src), "")
		if diff := cmp.Diff(test.want, rows(p)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
		if diff := cmp.Diff(test.told, told); diff != "" {
			t.Errorf("%s: told %s", test.name, diff)
		}
	}
}

// TestPorts holds how cells of ports are read, by their flows' ports; empty:
// the row is kept as a comment.
func TestPorts(t *testing.T) {
	c := data(t)
	for _, test := range []struct{ cell, protocol, want string }{
		{"443", "TCP", "tcp/443"},
		{"443", "tcp/udp", "tcp/443 udp/443"},
		{"443/tcp", "", "tcp/443"},
		{"TCP 443", "", "tcp/443"},
		{"TCP: 80, 443; UDP: 53", "", "tcp/80,443 udp/53"},
		{"53 (UDP), 80 (TCP)", "", "tcp/80 udp/53"},
		{"TCP/UDP 389", "", "tcp/389 udp/389"},
		{"1000 - 2000", "UDP", "udp/1000-2000"},
		{"1000–2000", "UDP", "udp/1000-2000"},
		{"1000 to 2000", "UDP", "udp/1000-2000"},
		{"28000 through 30000", "tcp", "tcp/28000-30000"},
		{">1023", "TCP", "tcp/1024-65535"},
		{"1024+", "TCP", "tcp/1024-65535"},
		{"any", "TCP", "tcp/*"},
		{"*", "TCP", "tcp/*"},
		{"dynamic", "TCP", "tcp/*"},
		{"21, 44000-44100", "", "tcp/21,44000-44100"},
		{"tcp, port not stated; udp/53", "", "tcp/? udp/53"},
		{"any transport", "", "any"},
		{"", "ESP", "esp"},
		{"N/A", "ICMP", "icmp"},
		{"see the manual", "TCP", ""},
		{"99999", "TCP", ""},
		{"2000-1000", "TCP", ""},
		{"", "TCP", ""},
	} {
		need := "yes"
		if test.want == "any" {
			need = "blocked"
		}
		src := "From,To,Protocol,Port,Name,Need\nUsers,Box,\"" + test.protocol + "\",\"" + test.cell + "\",HTTPS," + need + "\n"
		text, p, _, told := draft(t, c, "box.csv", []byte(src), "Box")
		var got string
		if len(p.Flows) > 0 {
			got = p.Flows[0].Ports.String()
		}
		if got != test.want {
			t.Errorf("%q %q: %q, want %q", test.cell, test.protocol, got, test.want)
		}
		if test.want == "" && (len(told) == 0 || !strings.Contains(text, "# row 2, no ports are understood")) {
			t.Errorf("%q %q: the row is lost: %v\n%s", test.cell, test.protocol, told, text)
		}
	}
}

func TestFaults(t *testing.T) {
	c := data(t)
	for _, test := range []struct{ file, src, want string }{
		{"a.csv", "", "a.csv: no table in it"},
		{"a.csv", "one,two\n1,2\n", "a.csv: no row names the columns"},
		{"a.csv", "Port,Protocol\n\xff,tcp\n", "a.csv: not UTF-8"},
		{"a.md", "Port 443 must be open.", "a.md: no table in it"},
		{"a.pdf", "x", `a.pdf: no reader for files ".pdf"`},
	} {
		g, err := importer.Read(test.file, []byte(test.src))
		if err == nil {
			_, err = importer.Draft(g, importer.Options{Catalog: c}, new(diag.List))
		}
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s %q: %v", test.file, test.src, err)
		}
	}
}

// FuzzDraft holds that whatever stands in cells, the draft is a file that can
// be read, and every row is in it.
func FuzzDraft(f *testing.F) {
	f.Add("HTTPS", "tcp/443", "a \"b\" \\ \u202e", "only with A or B")
	f.Add("x\ny", "80 & 443", "[a](b) `c` *d* 1. e\n# f\n- g", "With A and B, or C")
	f.Add("]]>", "999999", "\x00\x7f", "must stay closed")
	c := data(f)
	f.Fuzz(func(t *testing.T, service, ports, notes, need string) {
		if strings.ContainsAny(service+ports+notes+need, "\"\r") {
			t.Skip("quotes are csv's own")
		}
		src := "Service,From,To,Ports,Notes,Need\n\"" + service + "\",Users,Box,\"" + ports + "\",\"" + notes + "\",\"" + need + "\"\n"
		g, err := importer.Read("box.csv", []byte(src))
		if err != nil {
			t.Skip(err)
		}
		out, err := importer.Draft(g, importer.Options{Catalog: c}, new(diag.List))
		if err != nil {
			t.Skip(err)
		}
		var faults diag.List
		load.Load(fstest.MapFS{"data/products/draft.toml": &fstest.MapFile{Data: out}}, load.Options{Builtin: os.DirFS("../..")}, &faults)
		for _, d := range faults.Sorted() {
			if d.Severity == diag.Error && (d.Code == "toml-syntax" || strings.HasPrefix(d.Code, "note-")) {
				t.Errorf("%s\n%s", d, out)
			}
		}
		if !strings.Contains(strings.ToLower(string(out)), "row 2") {
			t.Errorf("the row is lost:\n%s", out)
		}
	})
}
