package ports_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/ports"
)

func set(t testing.TB, text string) netspec.PortSet {
	t.Helper()
	if text == "" {
		return netspec.PortSet{}
	}
	s, err := netspec.ParsePortSet(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type nowhere struct{}

func (nowhere) At(string) diag.Pos { return diag.Pos{File: "test.toml"} }

// index makes the index of one product whose flows are written as
// "id ports [source PORTS] [variant PORTS] [forbidden]", sets joined by ";".
func index(t testing.TB, flows ...string) *ports.Index {
	t.Helper()
	p := &catalog.Product{Slug: "thing", At: nowhere{}, Name: "Thing", Kind: catalog.KindServer,
		Endpoints: []catalog.Endpoint{{ID: "server", Zone: "dmz", Self: true}, {ID: "clients", Zone: "any"}},
		Sources:   []catalog.Source{{ID: "guide"}},
	}
	for _, text := range flows {
		words := strings.Fields(text)
		f := catalog.Flow{ID: words[0], Service: "web", From: []string{"clients"}, To: []string{"server"}, Need: catalog.Required, Source: []string{"guide"}}
		f.Ports = set(t, strings.ReplaceAll(words[1], ";", " "))
		f.Dynamic = f.Ports.HasAnyPort()
		for i := 2; i < len(words); i++ {
			switch words[i] {
			case "source":
				i++
				f.SourcePorts = set(t, words[i])
			case "variant":
				i++
				f.Variants = append(f.Variants, catalog.Variant{Ports: set(t, words[i]), Source: []string{"guide"}})
			case "forbidden":
				f.Need, f.From, f.To = catalog.Forbidden, f.To, f.From
			}
		}
		p.Flows = append(p.Flows, f)
	}
	return ports.NewIndex(made(t, p))
}

// made checks products and makes a catalog of them.
func made(t testing.TB, products ...*catalog.Product) *catalog.Catalog {
	t.Helper()
	var list diag.List
	c := catalog.New(catalog.Input{
		Services: []*catalog.Services{{At: nowhere{}, List: []catalog.Service{
			{ID: "web", Ports: set(t, "tcp/80,443")}, {ID: "quic", Ports: set(t, "udp/443")}, {ID: "alt", Ports: set(t, "tcp/443")}}}},
		Zones:    []*catalog.Zones{{At: nowhere{}, List: []catalog.Zone{{ID: "internet"}, {ID: "dmz"}}}},
		Products: products,
	}, catalog.Known{}, &list)
	if list.HasErrors() {
		t.Fatal(list.Sorted())
	}
	return c
}

func TestPages(t *testing.T) {
	x := index(t,
		"web tcp/443,80;udp/443",
		"few tcp/3000-3003",
		"sixteen udp/100-115",
		"seventeen udp/200-216",
		"active tcp/* source tcp/20",
		"unknown tcp/?",
		"old tcp/443 variant tcp/8443",
		"shut sctp/2905 forbidden",
		"none icmp/8;esp;gre;icmpv6",
		"all any forbidden",
	)
	var got []string
	for _, p := range x.Pages() {
		got = append(got, p.String())
		if !x.Has(p.Transport, p.First, p.Last) {
			t.Errorf("Has does not know %s", p)
		}
	}
	want := []string{"tcp/20", "tcp/80", "tcp/443", "tcp/3000", "tcp/3000-3003", "tcp/3001", "tcp/3002", "tcp/3003", "tcp/8443"}
	for port := 100; port <= 115; port++ {
		want = append(want, fmt.Sprintf("udp/%d", port))
		if port == 100 {
			want = append(want, "udp/100-115")
		}
	}
	want = append(want, "udp/200", "udp/200-216", "udp/216", "udp/443", "sctp/2905")
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, none := range []ports.Page{{netspec.TCP, 1, 65535}, {netspec.TCP, 444, 444}, {netspec.UDP, 208, 208}, {netspec.ICMP, 8, 8}} {
		if x.Has(none.Transport, none.First, none.Last) {
			t.Errorf("%s has a page", none)
		}
	}
	if got := ports.Path(netspec.TCP, 443, 443); got != "/ports/tcp/443/" {
		t.Error(got)
	}
	if got := ports.Path(netspec.TCP, 28000, 30000); got != "/ports/tcp/28000-30000/" {
		t.Error(got)
	}
}

func uses(list []ports.Use) string {
	var words []string
	for _, u := range list {
		words = append(words, fmt.Sprintf("%s:%s:%s", u.Flow.ID, u.Part, u.Relation))
	}
	return strings.Join(words, " ")
}

func TestUses(t *testing.T) {
	x := index(t,
		"wide tcp/1024-65535",
		"one tcp/3001",
		"few tcp/3000-3003",
		"twice tcp/2990-3001,3003",
		"from tcp/25 source tcp/3000-3010",
		"said tcp/26 variant tcp/3001 variant tcp/27",
		"star tcp/*;udp/5",
		"udp udp/3001",
		"shut tcp/3001 forbidden",
		"all any forbidden",
	)
	for text, want := range map[string]string{
		"tcp/3001": "one:listener:exact shut:listener:exact few:listener:wider twice:listener:wider wide:listener:wider from:source:wider said:variant:exact",
		"tcp/3000-3003": "few:listener:exact wide:listener:wider twice:listener:overlapping one:listener:narrower shut:listener:narrower " +
			"from:source:wider said:variant:narrower",
		"tcp/27":    "said:variant:exact",
		"udp/5":     "star:listener:exact",
		"udp/3001":  "udp:listener:exact",
		"tcp/1":     "",
		"sctp/3001": "",
	} {
		for r := range set(t, text).Ranges() {
			if d := cmp.Diff(want, uses(x.Uses(r.Transport, r.First, r.Last))); d != "" {
				t.Errorf("%s: %s", text, d)
			}
		}
	}
	if got, want := uses(x.AnyPort(netspec.TCP)), "star:listener:any all:listener:any"; got != want {
		t.Errorf("any tcp port: %q, want %q", got, want)
	}
	if got, want := uses(x.AnyPort(netspec.SCTP)), "all:listener:any"; got != want {
		t.Errorf("any sctp port: %q, want %q", got, want)
	}
	if u := x.Uses(netspec.TCP, 27, 27)[0]; u.Ports().String() != "tcp/27" {
		t.Errorf("ports of the second variant: %q", u.Ports())
	}
}

func TestServices(t *testing.T) {
	x := index(t, "web tcp/443")
	var got []string
	for _, s := range x.Services(netspec.TCP, 443, 443) {
		got = append(got, s.ID)
	}
	if d := cmp.Diff([]string{"web", "alt"}, got); d != "" {
		t.Error(d)
	}
}

// Uses answers what a look at every flow would.
func TestUsesAgainstAll(t *testing.T) {
	c := many(t, 20)
	x := ports.NewIndex(c)
	for _, page := range x.Pages() {
		asked := netspec.NewPortSet(netspec.Range{Transport: page.Transport, First: page.First, Last: page.Last})
		var want, got []string
		for _, p := range c.Products {
			for _, f := range p.Flows {
				if f.Ports.Overlaps(asked) {
					want = append(want, p.Slug+"/"+f.ID)
				}
			}
		}
		for _, u := range x.Uses(page.Transport, page.First, page.Last) {
			got = append(got, u.Product.Slug+"/"+u.Flow.ID)
		}
		slices.Sort(got)
		slices.Sort(want)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%s: %s", page, d)
		}
	}
}

// many is a catalog of products with 20 flows each: a few usual ports that
// all share, ranges, and ports of their own.
func many(t testing.TB, products int) *catalog.Catalog {
	random := rand.New(rand.NewPCG(1, 2))
	var list []*catalog.Product
	for n := range products {
		p := &catalog.Product{Slug: fmt.Sprintf("product-%04d", n), At: nowhere{}, Name: "Product", Kind: catalog.KindServer,
			Endpoints: []catalog.Endpoint{{ID: "server", Zone: "dmz", Self: true}, {ID: "clients", Zone: "any"}},
			Sources:   []catalog.Source{{ID: "guide"}}}
		for i := range 20 {
			r := netspec.Range{Transport: netspec.TCP}
			switch {
			case i < 8:
				r.First = []uint16{21, 22, 80, 443, 990, 25, 389, 636}[i]
				r.Last = r.First
			case i < 10:
				r.First = uint16(20000 + 100*random.IntN(300))
				r.Last = r.First + uint16(random.IntN(1000))
			default:
				r.First = uint16(1 + random.IntN(10000))
				r.Last = r.First
			}
			p.Flows = append(p.Flows, catalog.Flow{ID: fmt.Sprintf("flow-%d", i), Service: "web", From: []string{"clients"}, To: []string{"server"},
				Ports: netspec.NewPortSet(r), Need: catalog.Required, Source: []string{"guide"}})
		}
		list = append(list, p)
	}
	return made(t, list...)
}

func BenchmarkIndex(b *testing.B) {
	for _, n := range []int{10, 1000, 5000} {
		c := many(b, n)
		b.Run(fmt.Sprintf("products=%d", n), func(b *testing.B) {
			for b.Loop() {
				ports.NewIndex(c)
			}
		})
	}
}

func BenchmarkUses(b *testing.B) {
	for _, n := range []int{10, 1000, 5000} {
		x := ports.NewIndex(many(b, n))
		b.Run(fmt.Sprintf("products=%d", n), func(b *testing.B) {
			answers := 0
			for b.Loop() {
				for _, p := range x.Pages() {
					if p.Single() && p.First > 1024 {
						answers += len(x.Uses(p.Transport, p.First, p.Last))
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(answers), "ns/use")
		})
	}
}
