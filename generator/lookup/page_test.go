package lookup_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/bench"
	"portolan/generator/catalog"
	"portolan/generator/lookup"
	"portolan/generator/netspec"
)

// node is the program that runs the page's script. A person's machine may be
// without it, the build's may not.
func node(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("node is missing, which runs the page's script")
		}
		t.Skip("node is missing, which runs the page's script")
	}
	return path
}

// inPage answers the queries with templates/assets/lookup.js over the data
// that x writes.
func inPage(t *testing.T, x *lookup.Index, queries []string) []any {
	t.Helper()
	program, dir := node(t), t.TempDir()
	index, registry := filepath.Join(dir, "index.js"), filepath.Join(dir, "registry.js")
	for path, src := range map[string][]byte{index: x.MarshalJS(), registry: lookup.RegistryJS()} {
		if err := os.WriteFile(path, src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	script, err := filepath.Abs(filepath.Join("..", "..", "templates", "assets", "lookup.js"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{script, filepath.Join("testdata", "answer.js")} {
		if _, err := os.ReadFile(path); err != nil { // what is read here, a cached result depends on
			t.Fatal(err)
		}
	}
	input, err := json.Marshal(queries)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, filepath.Join("testdata", "answer.js"), script, index, registry)
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, stderr.String())
	}
	var answers []any
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	if len(answers) != len(queries) {
		t.Fatalf("%d answers to %d queries", len(answers), len(queries))
	}
	return answers
}

// sameAnswers holds every field of the page's answers to those of Query.
func sameAnswers(t *testing.T, x *lookup.Index, queries []string) {
	t.Helper()
	for i, inPage := range inPage(t, x, queries) {
		var want any
		if err := json.Unmarshal([]byte(pretty(t, x.Query(queries[i]))), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(inPage, want) {
			t.Errorf("query %.300q\n%s", queries[i], cmp.Diff(want, inPage))
		}
	}
}

func TestPageVectors(t *testing.T) {
	var queries []string
	for _, v := range vectors(t) {
		queries = append(queries, v.Query)
	}
	for i, answer := range inPage(t, fixture(), queries) {
		var a lookup.Answer
		if err := json.Unmarshal([]byte(pretty(t, answer)), &a); err != nil {
			t.Fatal(err)
		}
		if got, want := pretty(t, short(queries[i], a)), pretty(t, vectors(t)[i]); got != want {
			t.Errorf("query %.300q\npage %s\nwant %s", queries[i], got, want)
		}
	}
	sameAnswers(t, fixture(), queries)
}

func TestPageRandom(t *testing.T) {
	sameAnswers(t, fixture(), randomQueries(1000))
	sameAnswers(t, lookup.New(bench.Catalog(2000)), randomQueries(300))
	sameAnswers(t, lookup.New(bench.Catalog(6000)), []string{"tcp", "mo", "m", "in", "ser tcp", "se in", "mo 443", "in 443", "1-1024"}) // more than MaxFound
}

// TestPageCrowded asks for ports that more flows have than an answer shows:
// wide ranges one over another, some of them closed, some in sets with others,
// some said by another source only, and ports that are the client's choice.
func TestPageCrowded(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	ports := func() netspec.PortSet {
		low := 1 + r.IntN(500)
		high := low + r.IntN(300)
		text := []string{
			fmt.Sprintf("tcp/%d-%d", low, high), fmt.Sprintf("udp/%d-%d", low, high), fmt.Sprintf("tcp/%d-%d udp/%d", low, high, low+r.IntN(200)),
			fmt.Sprintf("tcp/%d", low), fmt.Sprintf("tcp/%d udp/%d-%d", low, low/2+1, high), fmt.Sprintf("tcp/%d,%d-%d", low, low+250, high+300),
			fmt.Sprintf("udp/1-%d", high), "tcp/443", "tcp/*", "tcp/1-65535", "any", "icmp/8", "icmp/8 icmp/13 udp/53", "esp", "sctp/2905-2910",
		}
		var set netspec.PortSet
		if err := set.UnmarshalText([]byte(text[min(r.IntN(2*len(text)), r.IntN(len(text)))])); err != nil {
			t.Fatal(err)
		}
		return set
	}
	c := bench.Catalog(4000)
	for _, p := range c.Products {
		for i := range p.Flows {
			f := &p.Flows[i]
			f.Ports = ports()
			if r.IntN(12) == 0 {
				f.Need = catalog.Forbidden
			}
			if r.IntN(30) == 0 {
				f.Variants = []catalog.Variant{{Ports: ports()}, {Ports: ports()}}
			}
		}
	}
	words := strings.Fields("in out tcp m se mo required forbidden ser glo gloxal scapemo " + strings.Join(strings.Fields(c.Products[7].Name), " "))
	var queries []string
	for range 150 {
		q := []string{"", "", "tcp/", "udp/", "icmp/", "sctp/29"}[r.IntN(6)] + strconv.Itoa(1+r.IntN(700))
		if r.IntN(3) == 0 {
			q += "-" + strconv.Itoa(1+r.IntN(700))
		}
		for range r.IntN(3) {
			q += " " + words[r.IntN(len(words))]
		}
		queries = append(queries, q)
	}
	queries = append(queries, "1-65535", "tcp/1-65535 in", "0-65535", "2-65535", "icmp/8", "icmp/0", "1-1 se", "tcp/*", "sctp/2906-2907", "65535")
	sameAnswers(t, lookup.New(c), queries)
}

// TestPageRanges asks for ranges over many others, narrow and wide, of which a
// few come first.
func TestPageRanges(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 17))
	c := bench.Catalog(3000)
	for _, p := range c.Products {
		for i := range p.Flows {
			f := &p.Flows[i]
			low := 1 + r.IntN(3000)
			text := fmt.Sprintf("%s/%d-%d", []string{"tcp", "udp", "tcp"}[r.IntN(3)], low, low+1+r.IntN(1+r.IntN(1500)))
			switch r.IntN(40) {
			case 0:
				text = "icmp/8"
			case 1:
				text = fmt.Sprintf("udp/1-%d", 2+r.IntN(90))
			}
			if err := f.Ports.UnmarshalText([]byte(text)); err != nil {
				t.Fatal(err)
			}
			if r.IntN(6) == 0 {
				f.Need = catalog.Forbidden
			}
		}
	}
	queries := []string{"icmp/8", "icmp/3", "icmp/8 in", "65535", "65000-65535"}
	for range 60 {
		low := 1 + r.IntN(3000)
		queries = append(queries, fmt.Sprintf("%s%d-%d%s", []string{"", "tcp/", "udp/"}[r.IntN(3)], low, low+r.IntN(3000), []string{"", "", " in"}[r.IntN(3)]))
	}
	sameAnswers(t, lookup.New(c), queries)
}

// TestPageFew asks for ports that few of many flows meet, with words of many
// names: then each flow is asked, not each name.
func TestPageFew(t *testing.T) {
	c := bench.Catalog(6000)
	n := 0
	for _, p := range c.Products {
		for i := range p.Flows {
			f := &p.Flows[i]
			text := fmt.Sprint("tcp/", 1+n%50000)
			if n++; n%40 == 0 {
				text = fmt.Sprintf("tcp/%d-%d", 59000+n%997, 60000+n%991)
			}
			if err := f.Ports.UnmarshalText([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	var queries []string
	for _, w := range "abcdefghijklmnopqrstuvwxyz" {
		queries = append(queries, fmt.Sprintf("%c 60000", w), fmt.Sprintf("%c 60001 in", w), fmt.Sprintf("%c 60000-60100", w))
	}
	sameAnswers(t, lookup.New(c), queries)
}

// TestPageNames asks for words that stand in names of products and of endpoints,
// in both of one flow and in either, as typed, as a beginning and with a typo:
// the better name counts, however the alphabet has them.
func TestPageNames(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	words := strings.Fields("abcd abcdef abcdeg babcd babcde cabcd zzabcd abce")
	c := bench.Catalog(3000)
	for _, p := range c.Products {
		p.Name = fmt.Sprint(words[r.IntN(len(words))], " ", p.Name)
		for i := range p.Endpoints {
			p.Endpoints[i].Name = fmt.Sprint(words[r.IntN(len(words))], " end")
		}
	}
	var queries []string
	for _, w := range append(words, "xabcd", "abcdex", "bacd", "zabcd", "abc", "ab", "b", "end", "abcd end", "xabcd ens", "ab babcd", "bacd in") {
		queries = append(queries, w, w+" 443", "22 "+w, w+" 1-2000", "tcp/8000-8100 "+w)
	}
	sameAnswers(t, lookup.New(c), queries)
}

func TestPageHostile(t *testing.T) {
	sameAnswers(t, fixture(), []string{
		strings.Repeat("a", 1<<17), strings.Repeat("9", 1<<17), strings.Repeat("443,", 1<<15), strings.Repeat("443, ", 1<<15),
		strings.Repeat("tcp ", 1<<15), strings.Repeat("🦓", 60_000), strings.Repeat("1-2-", 1<<15), "listen " + strings.Repeat("::", 1<<15),
		"%asa- " + strings.Repeat(":", 1<<16), "%asa- " + strings.Repeat(strings.Repeat(":", 500)+" ", 100), strings.Repeat("[", 1<<16),
		strings.Repeat("a.", 1<<15), strings.Repeat("\u202e", 60_000) + "443", numbered("%d ", 9000), numbered("word%d ", 9000),
		"__proto__ constructor prototype toString valueOf", "\x00\x01\x02", "\u2028\u2029</script><!--",
	})
}
