package request_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/form"
	"portolan/generator/policy/form/reader"
	"portolan/generator/policy/platforms"
	"portolan/generator/policy/policytest"
	"portolan/generator/request"
	"portolan/generator/request/workbook"
	"portolan/generator/sheet/sheettest"
	"portolan/generator/table"
)

// subject is a request with the policies that it unites.
type subject struct {
	name     string
	policies []*policy.Policy
	request  *request.Request
	table    *table.Table
}

var links = table.Absolute("https://site.example/")

func ofNetwork(c *catalog.Catalog, d *catalog.Deployment) subject {
	n := network.Resolve(c, d, new(diag.List))
	s := subject{name: d.Slug}
	for _, at := range policy.NetworkVantages(d) {
		s.policies = append(s.policies, policy.Deployment(c, n, at, policy.Options{Translate: true}))
	}
	s.table = table.Network(c, n).WithLinks(links)
	s.request = request.Network(n, s.policies, s.table.ProvenanceLine())
	return s
}

func ofProduct(c *catalog.Catalog, p *catalog.Product, all bool, o policy.Options) subject {
	sel, _ := network.Select(p, network.Choice{All: all})
	s := subject{name: p.Slug}
	for _, at := range policy.Vantages(p) {
		s.policies = append(s.policies, policy.Product(c, sel, at, o))
	}
	s.table = table.Requirements(c, p, table.Options{Columns: []string{}}).WithLinks(links)
	s.request = request.Product(p, s.policies, s.table.ProvenanceLine())
	return s
}

// subjects are the requests of the repository's own data and of the corpus
// that all platforms pass.
func subjects(t *testing.T) []subject {
	var out []subject
	for _, c := range []*catalog.Catalog{policytest.CorpusCatalog(t), policytest.Load(t, os.DirFS("../.."), platforms.IDs()...)} {
		for _, d := range c.Deployments {
			out = append(out, ofNetwork(c, d))
		}
		for _, p := range c.Products {
			out = append(out, ofProduct(c, p, false, policy.Options{}), ofProduct(c, p, true, policy.Options{Deny: &policy.Deny{Log: true}}))
		}
	}
	if len(out) < 10 {
		t.Fatalf("%d subjects", len(out))
	}
	return out
}

// records reads the comma-separated values, the header taken off.
func records(t *testing.T, r *request.Request) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(r.CSV()), "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(request.Columns(), all[0]); d != "" {
		t.Fatal(d)
	}
	return all[1:]
}

// TestEveryRule: the rows of each firewall do to packets what its policy does,
// each of its rules is a row, and no row is of another.
func TestEveryRule(t *testing.T) {
	for _, s := range subjects(t) {
		rows := map[string][][]string{} // by firewall
		for i, cells := range records(t, s.request) {
			if cells[0] != strconv.Itoa(i+1) {
				t.Errorf("%s: row %d has the number %s", s.name, i+1, cells[0])
			}
			if cells[2] != "translate" {
				rows[cells[1]] = append(rows[cells[1]], cells)
			}
		}
		n := 0
		for _, p := range s.policies {
			own := rows[p.At.Name]
			n += len(own)
			l := form.Lower(p)
			set, err := reader.ChangeRequest(alone(own))
			if err != nil {
				t.Errorf("%s at %s: %v", s.name, p.At.ID, err)
				continue
			}
			if faults := policytest.Compare(p, l, set); len(faults) > 0 {
				t.Errorf("%s at %s: %s", s.name, p.At.ID, strings.Join(faults, "\n"))
			}
			once(t, s.name+" at "+p.At.ID, p, own)
		}
		if n != s.request.Rules() {
			t.Errorf("%s: %d rows of %d", s.name, n, s.request.Rules())
		}
	}
}

// once holds that the rows name the flows of each rule once for each of its
// transports and types, and no others. In front of a machine that is one of
// many like it, what it may open to them and they to it is one rule.
func once(t *testing.T, name string, p *policy.Policy, rows [][]string) {
	t.Helper()
	want, got := map[string]int{}, map[string]int{}
	for i := range p.Rules {
		r := &p.Rules[i]
		if slices.ContainsFunc(p.Rules[:i], func(o policy.Rule) bool {
			return o.Action == r.Action && ids(o.Reasons) == ids(r.Reasons) && slices.Equal(o.From.Roles, r.From.Roles) && slices.Equal(o.To.Roles, r.To.Roles) && o.Ports.Equal(r.Ports)
		}) {
			continue
		}
		for _, tr := range r.Ports.Transports() {
			n := 1
			if types := r.Ports.Of(tr); tr == netspec.ICMP || tr == netspec.ICMPv6 {
				n = max(1, types.Len())
			}
			want[r.Action.String()+" "+ids(r.Reasons)+" "+tr.String()] += n
		}
	}
	for _, cells := range rows {
		if cells[15] != "" {
			got[cells[2]+" "+cells[15]+" "+cells[9]]++
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s: -want +got\n%s", name, d)
	}
}

func ids(list []policy.Reason) string {
	var out []string
	for _, r := range list {
		out = append(out, r.ID())
	}
	return strings.Join(out, ", ")
}

// alone is the form of one firewall: without the columns that unite them.
func alone(rows [][]string) string {
	var b bytes.Buffer
	write := func(cells []string) {
		for i, c := range cells {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	write(form.Columns())
	for i, cells := range rows {
		write(append([]string{strconv.Itoa(i + 1)}, cells[2:len(cells)-2]...))
	}
	return b.String()
}

// TestWorkbook: openpyxl reads the same rows in the workbook, all as text.
func TestWorkbook(t *testing.T) {
	all := subjects(t)
	files := make([][]byte, len(all))
	for i, s := range all {
		b, err := workbook.Bytes(s.request, s.table)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		again, err := workbook.Bytes(s.request, s.table)
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("%s: other bytes the second time, %v", s.name, err)
		}
		files[i] = b
	}
	for i, book := range sheettest.Read(t, files...) {
		s := all[i]
		byNumber := map[string]map[string]string{}
		for _, sh := range book.Sheets {
			if d := cmp.Diff([]string{"s"}, sh.Types); d != "" && len(sh.Cells) > 1 {
				t.Errorf("%s, %s: cells that are no text: %s", s.name, sh.Name, d)
			}
			if sh.Name == "About" {
				continue
			}
			if sh.Frozen != "A2" || sh.Repeated != "$1:$1" || sh.Filter == "" {
				t.Errorf("%s, %s: no header: %+v", s.name, sh.Name, sh)
			}
			if sh.Cells[0][0] != "No." {
				continue
			}
			for _, cells := range sh.Cells[1:] {
				row := map[string]string{"sheet": sh.Name}
				for k, c := range cells {
					row[sh.Cells[0][k]] = c
				}
				if byNumber[cells[0]] != nil {
					t.Errorf("%s: number %s twice", s.name, cells[0])
				}
				byNumber[cells[0]] = row
			}
		}
		list := records(t, s.request)
		if len(list) != len(byNumber) {
			t.Errorf("%s: %d rows in the workbook, %d as comma-separated values", s.name, len(byNumber), len(list))
		}
		for _, cells := range list {
			same(t, s.name, byNumber[cells[0]], cells, book)
		}
		if book.Active != "About" || book.Sheets[len(book.Sheets)-1].Name != "Sources" {
			t.Errorf("%s: shows %s first", s.name, book.Active)
		}
	}
}

// same holds a row of the workbook against its comma-separated values.
func same(t *testing.T, name string, row map[string]string, cells []string, book sheettest.Book) {
	t.Helper()
	value := func(column string) string { return cells[slices.Index(request.Columns(), column)] }
	if value("Action") == "translate" {
		if row["sheet"] != "NAT" || row["Firewall"] != value("Firewall") || !strings.Contains(value("Translation"), row["After"]) {
			t.Errorf("%s: translation %v is %v", name, cells, row)
		}
		return
	}
	for _, c := range []string{"Action", "Without it", "Flow", "Need", "To fill in", "Status"} {
		if row[c] != strings.TrimPrefix(value(c), "'") {
			t.Errorf("%s: row %s: %s %q, not %q", name, cells[0], c, row[c], value(c))
		}
	}
	if got := strings.ReplaceAll(row["Translation"], "\n", "; "); got != value("Translation") {
		t.Errorf("%s: row %s: translation %q, not %q", name, cells[0], got, value("Translation"))
	}
	if row["sheet"] == "Host firewalls" {
		if row["Host"] != value("Firewall") || row["Direction"] != value("Direction") {
			t.Errorf("%s: row %s: %v", name, cells[0], row)
		}
	}
	for end, columns := range map[string][2]string{"Source": {"Opened by", "Source addresses"}, "Destination": {"Destination", "Destination addresses"}} {
		text := row[end]
		for _, sh := range book.Sheets { // long lists stand apart
			if sh.Name == "Address lists" && strings.Contains(text, sh.Name) {
				for _, r := range sh.Cells[1:] {
					if strings.Contains(text, `"`+r[0]+`"`) {
						text += "\n" + r[1]
					}
				}
			}
		}
		words := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ' ' })
		for _, a := range strings.Split(value(columns[1]), ", ") {
			if !slices.Contains(words, a) {
				t.Errorf("%s: row %s: no %s in %q", name, cells[0], a, text)
			}
		}
		for _, who := range strings.Split(value(columns[0]), ", ") {
			if !strings.Contains(text, who) {
				t.Errorf("%s: row %s: no %s in %q", name, cells[0], who, text)
			}
		}
	}
	for _, word := range []string{value("Service"), value("Transport"), value("Destination ports")} {
		if !strings.Contains(row["Service"], word) {
			t.Errorf("%s: row %s: no %q in the service %q", name, cells[0], word, row["Service"])
		}
	}
	if row["Requested by"]+row["Approved by"]+row["Review on"] != "" {
		t.Errorf("%s: row %s is signed", name, cells[0])
	}
}

// TestTown holds what the corpus's network asks for in words.
func TestTown(t *testing.T) {
	c := policytest.CorpusCatalog(t)
	s := ofNetwork(c, c.Deployment("town"))
	b, err := workbook.Bytes(s.request, s.table)
	if err != nil {
		t.Fatal(err)
	}
	book := sheettest.Read(t, b)[0]
	var names []string
	for _, sh := range book.Sheets {
		names = append(names, sh.Name)
	}
	if d := cmp.Diff([]string{"About", "Edge", "Inner", "Host firewalls", "NAT", "Address lists", "Sources"}, names); d != "" {
		t.Error(d)
	}
	var targets []string
	for _, to := range book.Sheets[0].Links {
		targets = append(targets, to)
	}
	slices.Sort(targets)
	if d := cmp.Diff([]string{"#'Address lists'!A1", "#'Edge'!A1", "#'Host firewalls'!A1", "#'Inner'!A1", "#'NAT'!A1", "#'Sources'!A1", "https://site.example/deployments/town/"}, targets); d != "" {
		t.Error(d)
	}
	for _, text := range []string{"Change request", "What is not in it", "Data version", "https://site.example/deployments/town/"} {
		if !slices.ContainsFunc(book.Sheets[0].Cells, func(row []string) bool { return slices.Contains(row, text) }) {
			t.Errorf("the first sheet does not say %q", text)
		}
	}
	var nat []string
	for _, cells := range records(t, s.request) {
		nat = append(nat, cells[slices.Index(request.Columns(), "Translation")])
	}
	for _, text := range []string{"inbound: destination 203.0.113.10 becomes", "outbound: source becomes 203.0.113.1"} {
		if !slices.ContainsFunc(nat, func(s string) bool { return strings.HasPrefix(s, text) }) {
			t.Errorf("no row says %q: %q", text, nat)
		}
	}
}

// TestHostile: no text of the data is calculated, hidden or turned round.
func TestHostile(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"https://x.example\")", "a\x00b\x1f", "allow \u202e1.0.0.01", "line\r\nline", `"quoted", 'it'`, "_x000D_", "\xff", strings.Repeat("long ", 9000)} {
		c := policytest.CorpusCatalog(t)
		d := c.Deployment("town")
		d.Name, d.Summary, d.Firewalls[0].Name, d.Hosts[0].Name = text, text, text, text
		for _, p := range c.Products {
			for i := range p.Flows {
				p.Flows[i].Without, p.Flows[i].When = text, text
			}
			for i := range p.Sources {
				p.Sources[i].Title, p.Sources[i].Publisher = text, text
			}
		}
		s := ofNetwork(c, d)
		for _, cells := range records(t, s.request) {
			for _, cell := range cells {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") || strings.ContainsAny(cell, "\x00\t\r\u202e\x1f") {
					t.Errorf("%.40q: cell %.60q", text, cell)
				}
			}
		}
		b, err := workbook.Bytes(s.request, s.table)
		if err != nil {
			t.Fatal(err)
		}
		for _, sh := range sheettest.Read(t, b)[0].Sheets {
			if d := cmp.Diff([]string{"s"}, sh.Types); d != "" {
				t.Errorf("%.40q, %s: %s", text, sh.Name, d)
			}
			for _, row := range sh.Cells {
				for _, cell := range row {
					if strings.ContainsAny(cell, "\x00\t\r\u202e\x1f") {
						t.Errorf("%.40q, %s: cell %.60q", text, sh.Name, cell)
					}
				}
			}
		}
	}
}

func BenchmarkWorkbook(b *testing.B) {
	c := policytest.Load(b, os.DirFS("../.."), platforms.IDs()...)
	for _, s := range []subject{ofNetwork(c, c.Deployment("moveit-farm")), ofProduct(c, c.Product("liquidfiles"), false, policy.Options{})} {
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := workbook.Bytes(s.request, s.table); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
