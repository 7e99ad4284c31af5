package table_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/note"
	"portolan/generator/table"
	"portolan/generator/table/tabletest"
)

func TestForms(t *testing.T) {
	g := tabletest.NewGoldens(t)
	c := tabletest.Catalog()
	p := c.Products[1]
	plain := table.Info{ID: "plain"}
	sink := new(diag.List)
	all := table.Requirements(c, p, table.Options{})
	g.Check("requirements.txt", tabletest.Dump(all))
	g.Check("columns.txt", tabletest.Dump(table.Requirements(c, p, table.Options{
		Columns: []string{"flow", "status", "nonsense", "ports"},
		Flows:   func(f *catalog.Flow) bool { return f.Need == catalog.Required },
	})))
	g.Check("matrix.txt", tabletest.Dump(table.Matrix(c, table.MatrixOptions{})))
	g.Check("network.txt", tabletest.Dump(table.Network(c, network.Resolve(c, c.Deployment("harbour"), sink))))
	if sink.HasErrors() {
		t.Fatal(sink.Sorted())
	}
	sink = new(diag.List)
	g.Check("lowered.txt", tabletest.Dump(table.Lower(all.WithLinks(table.Absolute("https://site.example/ports/")), plain, sink)))
	var told strings.Builder
	for _, d := range sink.Sorted() {
		told.WriteString(d.String() + "\n")
	}
	g.Check("lowered-told.txt", told.String())
}

func TestRequirementsSameColumnsForEveryProduct(t *testing.T) {
	c := tabletest.Catalog()
	for _, p := range c.Products {
		got := table.Requirements(c, p, table.Options{KeepEmpty: true}).Columns
		if want := table.RequirementColumns()[1:]; len(got) != len(want) {
			t.Errorf("%s: %d columns, want %d", p.Slug, len(got), len(want))
		}
	}
}

// TestProductVersion holds that a copy is not outdated by what changes elsewhere.
func TestProductVersion(t *testing.T) {
	c := tabletest.Catalog()
	p := *c.Product("ferry")
	p.DataVersion = "aabbccddeeff0011"
	if got := table.Requirements(c, &p, table.Options{}).ProvenanceLine(); !strings.Contains(got, "portolan data aabbccddeeff,") {
		t.Error(got)
	}
}

func TestMatrixOfSome(t *testing.T) {
	m := table.Matrix(tabletest.Catalog(), table.MatrixOptions{Products: []string{"ferry", "nobody"}})
	if len(m.Columns) != 2 || m.Columns[1].ID != "ferry" {
		t.Errorf("columns %v", m.Columns)
	}
	if got := m.Rows(); got != 4 {
		t.Errorf("%d rows, want the 4 services that Ferry speaks", got)
	}
}

func TestPortsText(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"tcp/443", "tcp/443"},
		{"tcp/80,443 udp/443", "tcp/80,443 udp/443"},
		{"tcp/21,44000-44100", "tcp/21,44000-44100"},
		{"tcp/*", "tcp, any port"},
		{"udp/?", "udp, port not stated"},
		{"tcp/443 tcp/?", "tcp/443; tcp, port not stated"},
		{"tcp/? udp/53", "tcp, port not stated; udp/53"},
		{"icmp/8 icmpv6/128", "icmp/8 icmpv6/128"},
		{"esp udp/500", "udp/500 esp"},
		{"any", "any transport"},
	} {
		s, err := netspec.ParsePortSet(test.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := table.PortsText(s); got != test.want {
			t.Errorf("%s: %q, want %q", test.in, got, test.want)
		}
	}
}

func TestConditionsText(t *testing.T) {
	p := tabletest.Catalog().Products[1]
	for _, test := range []struct {
		in   [][]string
		want string
	}{
		{[][]string{{"mail"}}, "mail"},
		{[][]string{{"ldap"}, {"ad"}}, "LDAP sign-in or Active Directory"},
		{[][]string{{"ldap"}, {"ad"}, {"mail"}}, "LDAP sign-in, Active Directory or mail"},
		{[][]string{{"ftps", "passive"}}, "FTPS and passive mode"},
		{[][]string{{"ftps", "passive"}, {"mail"}}, "FTPS and passive mode, or mail"},
	} {
		if got := table.ConditionsText(p, test.in); got != test.want {
			t.Errorf("%v: %q, want %q", test.in, got, test.want)
		}
	}
}

func TestEncryptionText(t *testing.T) {
	for _, test := range []struct {
		list  []catalog.Encryption
		least catalog.TLSVersion
		want  string
	}{
		{nil, "", ""},
		{[]catalog.Encryption{catalog.TLS}, "", "TLS"},
		{[]catalog.Encryption{catalog.TLS}, "1.2", "TLS 1.2 or newer"},
		{[]catalog.Encryption{catalog.StartTLS, catalog.Clear}, "1.2", "STARTTLS or none; TLS 1.2 or newer"},
		{[]catalog.Encryption{catalog.StartTLS}, "1.2", "STARTTLS with TLS 1.2 or newer"},
		{nil, "1.3", "TLS 1.3 or newer"},
	} {
		if got := table.EncryptionText(test.list, test.least); got != test.want {
			t.Errorf("%v %s: %q, want %q", test.list, test.least, got, test.want)
		}
	}
}

func TestHref(t *testing.T) {
	site := (&table.Table{}).WithLinks(table.Absolute("https://site.example/ports/"))
	for _, test := range []struct{ in, want string }{
		{"/products/x/#web", "https://site.example/ports/products/x/#web"},
		{"https://a.example/a b|c", "https://a.example/a%20b%7Cc"},
		{"HTTPS://a.example/?q=\"<>\"", "HTTPS://a.example/?q=%22%3C%3E%22"},
		{"https://a.example/é", "https://a.example/%C3%A9"},
		{"mailto:a@b.example", "mailto:a@b.example"},
		{"javascript:alert(1)", ""},
		{"data:text/html,x", ""},
		{"//evil.example/", ""},
		{"https:", ""},
		{"https://[2001:db8::1]/", ""},
		{"relative", ""},
		{"", ""},
	} {
		if got := site.Href(test.in); got != test.want {
			t.Errorf("%q: %q, want %q", test.in, got, test.want)
		}
	}
	if got := (&table.Table{}).Href("/products/x/"); got != "" {
		t.Errorf("without an address of the site: %q", got)
	}
}

// TestLowerAbilities takes one ability away at a time: what is left carries
// every word, and the loss is told once.
func TestLowerAbilities(t *testing.T) {
	in := &table.Table{Title: "t", Columns: []table.Column{{ID: "a", Title: "A"}}, Groups: []table.Group{{Rows: []table.Row{
		{ID: "r1", Cells: []table.Cell{{Blocks: many()}}}, {ID: "r2", Cells: []table.Cell{{Blocks: many()}}},
	}}}}
	for _, test := range []struct {
		without table.Ability
		code    string
	}{
		{table.CanLink, table.LostLinks}, {table.CanCode, table.LostCode}, {table.CanStrong, table.LostStrong},
		{table.CanEmphasize, table.LostEmphasis}, {table.CanNest, table.LostNesting}, {table.CanList, table.LostLists},
		{table.CanBreak, table.LostBreaks}, {table.CanParagraph, ""}, {0, ""},
	} {
		sink := new(diag.List)
		out := table.Lower(in, table.Info{ID: "x", Can: table.CanAll &^ test.without}, sink)
		told := sink.Sorted()
		switch {
		case test.code == "" && len(told) > 0:
			t.Errorf("told %v, want nothing", told)
		case test.code != "" && (len(told) != 1 || told[0].Code != test.code || told[0].Severity != diag.Warning):
			t.Errorf("without %b told %v, want one %s", test.without, told, test.code)
		}
		got := strings.Join(strings.Fields(out.Groups[0].Rows[1].Cells[0].Plain()), " ")
		want := "one code strong code stressed break link two - item - deeper three"
		if test.without == table.CanLink {
			want = strings.Replace(want, "link", "link (https://a.example/)", 1)
		}
		if strings.ReplaceAll(got, ";", "") != want {
			t.Errorf("without %b: %q, want %q", test.without, got, want)
		}
	}
}

func many() []note.Block {
	words := func(s string) []note.Inline { return []note.Inline{note.Text(s)} }
	return []note.Block{
		&note.Paragraph{Inlines: []note.Inline{
			note.Text("one\t"), note.Code("code"), note.Text(" "),
			&note.Strong{Inlines: []note.Inline{note.Text("strong "), note.Code("code")}}, note.Text(" \x00"),
			&note.Emphasis{Inlines: words("stressed")}, note.Break{}, note.Text("break "), &note.Link{URL: "https://a.example/", Inlines: words("link")},
		}},
		&note.Paragraph{Inlines: words("two")},
		&note.List{Items: [][]note.Block{{
			&note.Paragraph{Inlines: words("item")}, &note.List{Items: [][]note.Block{note.Of("deeper")}},
		}}},
		&note.Paragraph{Inlines: words("three")},
	}
}

func TestLowerShares(t *testing.T) {
	c := tabletest.Catalog()
	in := table.Requirements(c, c.Products[1], table.Options{})
	before := tabletest.Dump(in)
	out := table.Lower(in, table.Info{Can: table.CanAll}, new(diag.List))
	if &in.Groups[0].Rows[0] != &out.Groups[0].Rows[0] {
		t.Error("rows that fit were copied")
	}
	table.Lower(in, table.Info{}, new(diag.List))
	if after := tabletest.Dump(in); after != before {
		t.Errorf("Lower changed its table:\n%s", tabletest.Diff(before, after))
	}
}

// TestLowerCharacters holds what a format declares of characters: those that it
// swaps, those that code, links and marks cannot hold, and those beside marks.
func TestLowerCharacters(t *testing.T) {
	text := func(s string) []note.Inline { return []note.Inline{note.Text(s)} }
	link := &note.Link{URL: "https://a.example/", Inlines: text("[x]")}
	for _, test := range []struct {
		name string
		to   table.Info
		in   []note.Inline
		want string
		lost string // of the provenance
	}{
		{"swap", table.Info{Swap: "|¦"}, text("a|b"), "a¦b", `"|" (here "¦")`},
		{"nothing to swap", table.Info{Swap: "|¦"}, text("a/b"), "a/b", ""},
		{"not in code", table.Info{NotInCode: "|"}, []note.Inline{note.Code("a"), note.Text(" "), note.Code("a|b")}, "[code a] a|b", "some code"},
		{"not in a link", table.Info{NotInLink: "[]"}, []note.Inline{link}, "[x] (https://a.example/)", "some links"},
		{"not in a mark", table.Info{NotInMark: "*"}, []note.Inline{&note.Strong{Inlines: text("a*")}}, "a*", "marks in marks"},
		{"within a word", table.Info{Before: " ", After: " ."}, []note.Inline{note.Text("a "), note.Code("b"), note.Text("."), &note.Strong{Inlines: text("c")}}, "a [code b].c", "strong text within words"},
		{"at the ends", table.Info{Before: " ", After: " "}, []note.Inline{note.Code("b"), note.Break{}, note.Code("c")}, "[code b][br][code c]", ""},
		{"beside a mark", table.Info{Before: " ", After: " "}, []note.Inline{note.Code("b"), note.Code("c")}, "bc", "text as typed within words"},
		{"idle breaks", table.Info{}, []note.Inline{note.Break{}, note.Text("a"), note.Break{}, note.Break{}, note.Text("b"), note.Break{}}, "a[br]b", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := &table.Table{Title: "t", Columns: []table.Column{{ID: "a", Title: "A"}}, Groups: []table.Group{{Rows: []table.Row{{Cells: []table.Cell{{Blocks: []note.Block{&note.Paragraph{Inlines: test.in}}}}}}}}}
			test.to.Can = table.CanAll
			out := table.Lower(in, test.to, new(diag.List))
			if got := tabletest.Dump(out); !strings.Contains(got, "  a: "+test.want+"\n") {
				t.Errorf("want %s in\n%s", test.want, got)
			}
			if got := strings.Join(out.Provenance.Lost, ", "); got != test.lost {
				t.Errorf("lost %s, want %s", got, test.lost)
			}
			if want := "without " + test.lost; test.lost != "" && !strings.Contains(out.ProvenanceLine(), want) {
				t.Errorf("%s does not tell %s", out.ProvenanceLine(), want)
			}
		})
	}
}

// TestFollows holds how a flow that goes by another's ports reads where its
// port is told.
func TestFollows(t *testing.T) {
	for _, k := range []struct {
		follows catalog.Follows
		want    string
	}{
		{catalog.Follows{}, ""},
		{catalog.Follows{Flow: "web"}, "the same as HTTPS tcp/443"},
		{catalog.Follows{Flow: "web", Add: 10000}, "follows HTTPS tcp/443 + 10000"},
		{catalog.Follows{Flow: "web", Add: -1}, "follows HTTPS tcp/443 - 1"},
	} {
		c := tabletest.Catalog()
		p := c.Product("ferry")
		f := p.Flow("ldap")
		f.Follows = k.follows
		if got := table.FollowsText(c, p, f); got != k.want {
			t.Errorf("%+v: %q, want %q", k.follows, got, k.want)
		}
		g := table.Requirements(c, p, table.Options{Columns: []string{"flow", "configurable"}}).Groups
		for _, r := range slices.Concat(g[0].Rows, g[1].Rows) {
			if r.ID == "ldap" && r.Cells[1].Plain() != k.want {
				t.Errorf("%+v: the cell says %q", k.follows, r.Cells[1].Plain())
			}
		}
		side := table.NewSide(c, p)
		if text := fmt.Sprintf("%+v", *side); k.want != "" && !strings.Contains(text, k.want[1:]) {
			t.Errorf("%+v: a comparison does not say so", k.follows)
		}
	}
}

// TestCarries holds how a tunnel and what goes on inside it read.
func TestCarries(t *testing.T) {
	c := tabletest.Catalog()
	p := c.Product("ferry")
	web, passive := p.Flow("web"), p.Flow("ftps-passive")
	back := *p.Flow("ldap")
	back.ID, back.From, back.To, back.Carries, back.Until = "back", []string{"directory"}, []string{"server"}, []string{"web", "ftps-passive"}, ""
	back.Conditions, back.Since = [][]string{{"passive"}}, "8.1"
	p.Flows = append(p.Flows, back)
	cell := func(id string) string {
		for _, g := range table.Requirements(c, p, table.Options{Columns: []string{"notes"}}).Groups {
			for _, r := range g.Rows {
				if r.ID == id {
					return r.Cells[0].Plain()
				}
			}
		}
		return ""
	}
	for id, want := range map[string]string{
		"back": "Carries HTTPS tcp/443, FTPS data tcp/989,44000-44100; no rule from Ferry server (DMZ) to Directory (Internal network) is needed for that.",
		"web": "Goes on inside LDAP tcp/389 udp/389 (from version 8.1, only with passive mode), opened by Directory (Internal network); " +
			"no rule from Ferry server (DMZ) to Directory (Internal network) is needed for it.",
	} {
		if got := cell(id); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q in it", id, got, want)
		}
	}
	// What is in only where the tunnel is needs no words on that.
	passive.Conditions, passive.Since = [][]string{{"ftps", "passive"}}, "8.1"
	if got := table.CarriedText(c, p, passive); len(got) != 1 || got[0].Only[0] != "" {
		t.Errorf("%+v", got[0])
	}
	if table.CarriesText(c, p, web) != nil || table.CarriedText(c, p, p.Flow("mail")) != nil {
		t.Error("flows are tunnels, or in one, that are not")
	}
}

func TestAllocationText(t *testing.T) {
	for _, k := range []struct {
		f    catalog.Flow
		want string
	}{
		{catalog.Flow{}, ""},
		{catalog.Flow{Allocation: catalog.AllocFixed}, "Ports: all of the range listens."},
		{catalog.Flow{Allocation: catalog.AllocSequential, Dynamic: true}, "Ports: each connection takes the next free port of the range, from the first up, negotiated at run time."},
	} {
		if got := table.AllocationText(&k.f); got != k.want {
			t.Errorf("%+v: %q", k.f, got)
		}
	}
	for _, a := range catalog.Allocation("").Values() { // none is without words
		if table.AllocationText(&catalog.Flow{Allocation: catalog.Allocation(a)}) == "" {
			t.Errorf("nothing is said of %q", a)
		}
	}
}
