package form_test

import (
	"encoding/csv"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/form"
	"portolan/generator/policy/form/reader"
	"portolan/generator/policy/policytest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestConform(t *testing.T) {
	policytest.Conform(t, form.Platforms()[0], reader.ChangeRequest)
}

// sample is a policy in which every column has something to say.
func sample(title, service, without string) *policy.Policy {
	ports := func(text string) netspec.PortSet {
		s, err := netspec.ParsePortSet(text)
		if err != nil {
			panic(err)
		}
		return s
	}
	product := &catalog.Product{Sources: []catalog.Source{{ID: "guide", Title: "Ferry guide"}}}
	flow := func(id string) []policy.Reason {
		return []policy.Reason{{Product: product, Flow: &catalog.Flow{ID: id, Need: catalog.Required, Status: catalog.Supported, Without: without, Sources: []catalog.Citation{{ID: "guide", Section: "Ports"}}}, Service: service}}
	}
	server := &policy.Role{ID: "server", Name: "Server", Addresses: []netip.Prefix{netip.MustParsePrefix("192.0.2.10/32"), netip.MustParsePrefix("2001:db8::10/128")}, Placeholder: true}
	clients := &policy.Role{ID: "clients", Name: title, Addresses: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("2001:db8:1::/48")}}
	updates := &policy.Role{ID: "updates", Name: "Update servers", FQDN: []string{"*.example.com"}}
	everybody := &policy.Role{ID: "all", Name: "Everybody", Any: true}
	local, end := policy.End{Local: true, Roles: []*policy.Role{server}}, func(r *policy.Role) policy.End { return policy.End{Roles: []*policy.Role{r}} }
	return &policy.Policy{
		Subject: policy.Subject{Path: "products/ferry", Slug: "ferry", Name: "Ferry", DataVersion: "1"},
		At:      policy.Vantage{ID: "host", Kind: policy.Host, Name: "Server"},
		Deny:    &policy.Deny{Log: true},
		Rules: []policy.Rule{
			{Action: policy.Allow, Direction: policy.In, From: end(clients), To: local, Ports: ports("tcp/21,28000-30000"), Reasons: flow("ftp")},
			{Action: policy.Allow, Direction: policy.Out, From: local, To: end(clients), Ports: ports("tcp/1024-65535"), SourcePorts: ports("tcp/20"), Reasons: flow("active")},
			{Action: policy.Allow, Direction: policy.Out, From: local, To: end(updates), Ports: ports("tcp/443"), Reasons: flow("updates")},
			{Action: policy.Allow, Direction: policy.In, From: end(clients), To: local, Ports: ports("icmp/8 esp"), Reasons: flow("ping")},
			{Action: policy.Block, Direction: policy.In, From: end(everybody), To: local, Ports: ports("tcp/445"), Reasons: flow("no-smb")},
		},
	}
}

func render(t testing.TB, p *policy.Policy) string {
	t.Helper()
	out, err := policy.Render(form.Platforms()[0], policy.Lower(p, form.Platforms()[0].Info(), "request.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestGolden(t *testing.T) {
	got := render(t, sample("Clients", "FTP", "nobody uploads"))
	file := filepath.Join("testdata", "request.csv")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestFormulas: no text of the data begins a formula in a spreadsheet.
func TestFormulas(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "-2+3+cmd|' /C calc'!A0"} {
		p := sample(text, text, text)
		p.Subject.Name = text
		records, err := csv.NewReader(strings.NewReader(render(t, p))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(records[0], form.Columns()) {
			t.Errorf("header %q", records[0])
		}
		for _, r := range records {
			for _, c := range r {
				if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
					t.Errorf("%q: cell %q", text, c)
				}
			}
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("Clients", "FTP", "nobody uploads")
	f.Add("\"a\",\"b\"", "=x", "\r\n1,2")
	f.Fuzz(func(t *testing.T, title, service, without string) {
		p := sample(title, service, without)
		text := render(t, p)
		set, err := reader.ChangeRequest(text)
		if err != nil && policy.Safe(title) != "" { // a party without a name is refused
			t.Fatalf("%v\n%s", err, text)
		}
		if err != nil {
			return
		}
		l := policy.Lower(p, form.Platforms()[0].Info(), "request.csv")
		if faults := policytest.Compare(p, l, set); len(faults) > 0 {
			t.Fatalf("%s\n%s", strings.Join(faults, "\n"), text)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	p := sample("Clients", "FTP", "nobody uploads")
	for len(p.Rules) < 20 {
		p.Rules = append(p.Rules, p.Rules...)
	}
	l := policy.Lower(p, form.Platforms()[0].Info(), "request.csv")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Render(form.Platforms()[0], l); err != nil {
			b.Fatal(err)
		}
	}
}
