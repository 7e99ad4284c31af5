package lookup_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"portolan/generator/bench"
	"portolan/generator/catalog"
	"portolan/generator/lookup"
)

var update = flag.Bool("update", false, "rewrite what testdata/vectors.json wants")

// vector is one query and what both implementations must answer.
type vector struct {
	Query     string        `json:"query"`
	Pasted    bool          `json:"pasted,omitempty"`
	Truncated bool          `json:"truncated,omitempty"`
	Seen      []string      `json:"seen,omitempty"` // "3 nginx"
	Invalid   []string      `json:"invalid,omitempty"`
	Words     []string      `json:"words,omitempty"` // "movit typo moveit"
	Groups    []vectorGroup `json:"groups"`
}

type vectorGroup struct {
	Ask string `json:"ask"`
	// Found is each section's kind and hits: "product/flow match range".
	Found        [][]string `json:"found,omitempty"`
	AnyPort      int        `json:"any_port,omitempty"`
	AnyForbidden int        `json:"any_forbidden,omitempty"`
	Elsewhere    int        `json:"elsewhere,omitempty"`
	Nearest      []string   `json:"nearest,omitempty"`
	Registered   []string   `json:"registered,omitempty"` // "https tcp,udp,sctp 443"
}

// fixture is the catalog of testdata.
var fixture = sync.OnceValue(func() *lookup.Index {
	src, err := os.ReadFile(filepath.Join("testdata", "catalog.json"))
	if err != nil {
		panic(err)
	}
	var c catalog.Catalog
	if err := json.Unmarshal(src, &c); err != nil {
		panic(err)
	}
	return lookup.New(&c)
})

func vectors(t testing.TB) []vector {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(src, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// short is an answer as a vector.
func short(query string, a lookup.Answer) vector {
	v := vector{Query: query, Pasted: a.Pasted, Truncated: a.Truncated, Invalid: a.Invalid, Groups: []vectorGroup{}}
	for _, s := range a.Seen {
		v.Seen = append(v.Seen, strings.TrimSpace(fmt.Sprint(s.Lines, " ", strings.Join(s.Names, ","))))
	}
	for _, w := range a.Words {
		v.Words = append(v.Words, strings.TrimSpace(w.Text+" "+string(w.Match)+" "+strings.Join(w.Meant, " ")))
	}
	for _, g := range a.Groups {
		s := vectorGroup{Ask: g.Ask.Text, AnyPort: g.AnyPort, AnyForbidden: g.AnyForbidden, Elsewhere: g.Elsewhere}
		if len(g.Nearest) > 0 {
			s.Nearest = g.Nearest
		}
		for _, section := range g.Sections {
			s.Found = append(s.Found, append([]string{string(section.Kind)}, hits(section.Hits)...))
		}
		for _, r := range g.Registered {
			port := fmt.Sprint(r.First)
			if r.Last > r.First {
				port += fmt.Sprint("-", r.Last)
			}
			s.Registered = append(s.Registered, r.Name+" "+strings.Join(r.Transports, ",")+" "+port)
		}
		v.Groups = append(v.Groups, s)
	}
	return v
}

func hits(list []lookup.Hit) []string {
	out := []string{}
	for _, h := range list {
		s := h.Product + "/" + h.Flow + " " + string(h.Match)
		if h.Range != "" {
			s += " " + h.Range
		}
		out = append(out, s)
	}
	return out
}

// pretty is a vector one way only, for comparing and for the file.
func pretty(t testing.TB, v any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestVectors(t *testing.T) {
	list := vectors(t)
	if len(list) < 60 {
		t.Errorf("%d vectors, want 60 and more", len(list))
	}
	seen := map[string]bool{}
	for i, v := range list {
		if seen[v.Query] {
			t.Errorf("query %q stands twice", v.Query)
		}
		seen[v.Query] = true
		got := short(v.Query, fixture().Query(v.Query))
		if *update {
			list[i] = got
			continue
		}
		if want := pretty(t, v); pretty(t, got) != want {
			t.Errorf("query %.200q\ngot  %s\nwant %s", v.Query, pretty(t, got), want)
		}
	}
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", "vectors.json"), []byte(pretty(t, list)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestHit holds all fields of one answer, those that vectors leave out.
func TestHit(t *testing.T) {
	a := fixture().Query("tcp/4000 moveit")
	if len(a.Groups) != 1 || len(a.Groups[0].Sections) != 1 || len(a.Groups[0].Sections[0].Hits) != 1 {
		t.Fatalf("got %+v", a)
	}
	want := lookup.Hit{Product: "moveit-transfer", Name: "MOVEit Transfer", Flow: "ftps-passive", Path: "/products/moveit-transfer/#ftps-passive",
		Service: "ftps-data", ServiceName: "FTPS data channel", Direction: "inbound", From: []string{"Client or partner"}, To: []string{"MOVEit Transfer server"},
		Ports: "tcp/3000-4000", Need: "conditional", Match: lookup.Inside, Range: "tcp/3000-4000", Variant: true}
	if got := a.Groups[0].Sections[0].Hits[0]; pretty(t, got) != pretty(t, want) {
		t.Errorf("got %s\nwant %s", pretty(t, got), pretty(t, want))
	}
}

func TestHostileTextIsCut(t *testing.T) {
	for _, q := range []string{
		strings.Repeat("a", 1<<20),
		strings.Repeat("9", 1<<20),
		strings.Repeat("443,", 1<<18),
		strings.Repeat("443, ", 1<<18),
		"%asa- " + strings.Repeat(":", 1<<18),
		"listen " + strings.Repeat("::", 1<<18),
		strings.Repeat("x ", 1<<18),
		strings.Repeat("tcp ", 1<<18),
		strings.Repeat("1-2-", 1<<18),
		strings.Repeat("10.0.0.1:443 ", 1<<16),
		strings.Repeat("%asa- dst 1.1.1.1/", 1<<16),
		strings.Repeat("\xff", 1<<16),
		numbered("%d ", 30000),
		numbered("word%d ", 9000),
	} {
		a := fixture().Query(q)
		if !a.Truncated {
			t.Errorf("%.20q: not said to be cut", q)
		}
		if len(a.Asked) > lookup.MaxAsks || len(a.Words) > lookup.MaxWords || len(a.Groups) > lookup.MaxAsks {
			t.Errorf("%.20q: %d asks, %d words", q, len(a.Asked), len(a.Words))
		}
		if n := len(pretty(t, a)); n > 1<<20 {
			t.Errorf("%.20q: an answer of %d bytes", q, n)
		}
	}
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i+1)
	}
	return b.String()
}

func TestEmptyCatalog(t *testing.T) {
	x := lookup.New(&catalog.Catalog{})
	a := x.Query("443 moveit")
	if len(a.Groups) != 1 || a.Groups[0].Documented() || len(a.Groups[0].Registered) == 0 {
		t.Errorf("got %+v", a)
	}
	if strings.Contains(string(x.MarshalJS()), "null") {
		t.Errorf("null in %s", x.MarshalJS())
	}
}

// TestScriptsAreSafe holds the browser's data to forms that nothing inside
// can end early.
func TestScriptsAreSafe(t *testing.T) {
	for name, js := range map[string]string{"index": string(fixture().MarshalJS()), "registry": string(lookup.RegistryJS())} {
		if i := strings.IndexAny(js, "<>&\u2028\u2029\r"); i >= 0 {
			t.Errorf("%s has %q", name, js[i:min(len(js), i+20)])
		}
		if strings.Count(js, "\n") != 1 || !strings.HasSuffix(js, "');\n") {
			t.Errorf("%s is not one line", name)
		}
	}
}

func TestSameBytes(t *testing.T) {
	c := bench.Catalog(300)
	first := string(lookup.New(c).MarshalJS())
	slices.Reverse(c.Products)
	if string(lookup.New(c).MarshalJS()) != first {
		t.Error("the order of products changes the index")
	}
}

func TestConcurrentQueries(t *testing.T) {
	x := lookup.New(bench.Catalog(500))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, q := range []string{"443", "moveti", "ftps in", "21-22"} {
				x.Query(q)
			}
		})
	}
	wg.Wait()
}

// randomQueries mixes tokens that mean something with ones that don't.
func randomQueries(n int) []string {
	r := rand.New(rand.NewPCG(7, 11))
	pieces := strings.Fields(`443 990 21-22 tcp/443 443/tcp udp/53 28500 28000-30000 3000 4000 44050 1812 22 53 500 0 65535 65536 99999 0443 22-21
		tcp udp sctp tcp/* udp/? icmp icmp/8 icmpv6/128 esp any ip/94 ip/50 tcp+udp/53 53/tcp/udp tcp443 :443 80,443 tcp/80,udp/53, 21, to - .. port in out
		inbound outbuond internal required optoinal forbidden moveit movit mov globalscape eft ftps ftp sftp ldap ldaps files.com söhne ÜNÏCODE relay re lay
		10.0.0.1 10.0.0.1:443 [::1]:990 ::1 :::22 *:443 localhost:25 host.example:21 moveit:443 https://x.example:990/a https://x 2026-11-21 12:34:56 fe80::1
		LISTEN ESTAB UNCONN 0.0.0.0:22 0.0.0.0:* *:https PROTO=TCP SPT=51000 DPT=990 -> > 1.2.3.4.51000 10.0.0.1.990: %ASA-4-106023: Deny dst to
		inside:10.0.0.1/990 outside:1.2.3.4/51000 open closed "dport": --dports 80,443 <script> ' " \ 🦓 שלום é E İ ſ K ß İstanbul ` + "`")
	pieces = append(pieces, "\n", "\r\n", "⏎", "\u00a0", "\u200b", "\u202e", "–", "443–445", "\u2028", "\ufeff", "\x00", "", "-", "/", ",", "|")
	letters := []rune("aeioftpsmv0123459/-,:. *ü")
	out := make([]string, n)
	for i := range out {
		var b strings.Builder
		for range 1 + r.IntN(7) {
			switch r.IntN(12) {
			case 0:
				for range 1 + r.IntN(6) {
					b.WriteRune(letters[r.IntN(len(letters))])
				}
			case 1:
				fmt.Fprint(&b, r.IntN(66000))
			default:
				b.WriteString(pieces[r.IntN(len(pieces))])
			}
			if r.IntN(8) > 0 {
				b.WriteByte(' ')
			}
		}
		out[i] = b.String()
	}
	return out
}

// TestProperties holds what is true of every answer.
func TestProperties(t *testing.T) {
	for _, q := range randomQueries(1000) {
		a := fixture().Query(q)
		for i, g := range a.Groups {
			if len(a.Asked) > 0 && g.Ask != a.Asked[i] {
				t.Errorf("%q: group %d answers %q", q, i, g.Ask.Text)
			}
			if g.Documented() && len(g.Registered) > 0 {
				t.Errorf("%q: %q is documented and yet answered by the registry", q, g.Ask.Text)
			}
			kinds := []lookup.Match{lookup.Exact, lookup.Inside, lookup.Overlap, lookup.Whole, lookup.Prefix, lookup.Typo}
			if !slices.IsSortedFunc(g.Sections, func(a, b lookup.Section) int {
				return slices.Index(lookup.Kinds(), a.Kind) - slices.Index(lookup.Kinds(), b.Kind)
			}) {
				t.Errorf("%q: sections of %q are not in order", q, g.Ask.Text)
			}
			seen := map[string]lookup.Kind{}
			for _, s := range g.Sections {
				if len(s.Hits) != min(s.Total, lookup.MaxHits) || s.Total == 0 {
					t.Errorf("%q: %d hits of %d %s %q", q, len(s.Hits), s.Total, s.Kind, g.Ask.Text)
				}
				if !slices.IsSortedFunc(s.Hits, func(a, b lookup.Hit) int { return slices.Index(kinds, a.Match) - slices.Index(kinds, b.Match) }) {
					t.Errorf("%q: hits of %q are not in order", q, g.Ask.Text)
				}
				for _, h := range s.Hits {
					if was, ok := seen[h.Path]; ok {
						t.Errorf("%q: %s is said to be %s and %s", q, h.Path, was, s.Kind)
					}
					seen[h.Path] = s.Kind
					if h.Need == "forbidden" != (s.Kind == lookup.Closed) {
						t.Errorf("%q: %s, which is %s, among what %s", q, h.Path, h.Need, s.Kind)
					}
				}
			}
		}
		if again := fixture().Query(q); pretty(t, again) != pretty(t, a) {
			t.Errorf("%q: two answers", q)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Query)
	}
	f.Fuzz(func(t *testing.T, q string) {
		a := fixture().Query(q)
		for _, ask := range a.Asked {
			if ask.First < 0 || ask.First > ask.Last || ask.Last > 65535 {
				t.Errorf("%q: asks for %+v", q, ask)
			}
			b := fixture().Query(ask.Text)
			if len(b.Asked) != 1 || b.Asked[0] != ask {
				t.Errorf("%q: %q is read back as %+v", q, ask.Text, b.Asked)
			}
		}
	})
}
