package tests

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/policy"
	"portolan/generator/policy/platforms"
)

var builderSeed = flag.Uint64("builder-seed", 0, "the seed of TestBuilder's samples; 0: another each time")

// A ruleRequest is what the page asks of the engine.
type ruleRequest struct {
	Kind     string            `json:"kind"`
	Slug     string            `json:"slug"`
	Platform string            `json:"platform"`
	At       string            `json:"at"`
	Version  string            `json:"version"`
	Features []string          `json:"features"`
	Flows    []string          `json:"flows"`
	All      bool              `json:"all"`
	NAT      bool              `json:"nat"`
	Set      map[string]string `json:"set"`
	Ports    map[string]string `json:"ports"`
	Deny     bool              `json:"deny"`
	Log      bool              `json:"log"`
}

// args are the request's flags.
func (r *ruleRequest) args() []string {
	out := []string{"rules", r.Slug, "--platform=" + r.Platform, "--at=" + r.At, "--version=" + r.Version}
	for _, f := range r.Features {
		out = append(out, "--feature="+f)
	}
	for _, f := range r.Flows {
		out = append(out, "--flow="+f)
	}
	for _, id := range slices.Sorted(maps.Keys(r.Set)) {
		out = append(out, "--set="+id+"="+r.Set[id])
	}
	for _, id := range slices.Sorted(maps.Keys(r.Ports)) {
		out = append(out, "--port="+id+"="+r.Ports[id])
	}
	for name, on := range map[string]bool{"--all": r.All, "--nat": r.NAT, "--default-deny": r.Deny, "--log": r.Log} {
		if on {
			out = append(out, name)
		}
	}
	return out
}

// A ruleResult is what the engine answers, as far as it is held against something.
type ruleResult struct {
	File   *struct{ Name, Text string }
	At     string
	Rules  int
	In, On []string
	Faults []struct {
		Field, Text, Hint string
		Warning           bool
	}
	Warnings []string
	Tests    []struct{ Name, Text string }
	Request  *struct{ Name, Text string }
}

// An engineAnswer is what web/builder.js writes.
type engineAnswer struct {
	Platforms []struct{ ID string }
	Results   []ruleResult
	Archives  []string
	Sizes     []int // as it is, in gzip, in Brotli
	Faults    []string
}

// runEngine runs the engine of our site.
func runEngine(t *testing.T, requests []*ruleRequest, archives [][]*ruleRequest, sizes bool) *engineAnswer {
	t.Helper()
	text, err := json.Marshal(map[string]any{"requests": requests, "archives": archives, "sizes": sizes})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool(t, "node", "nodejs"), filepath.Join("web", "builder.js"), ours.dir+"/")
	cmd.Stdin = bytes.NewReader(text)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	a := new(engineAnswer)
	if err := json.Unmarshal(out, a); err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Faults {
		t.Error(f)
	}
	return a
}

// sampler draws requests, right ones and wrong ones.
type sampler struct {
	*rand.Rand
	c *catalog.Catalog
}

// once tells whether a thing happens that happens once in n times.
func (s *sampler) once(n int) bool { return s.IntN(n) == 0 }

// some is a random part of a list, each put through a function.
func some[T any](s *sampler, list []T, text func(*T) string) (out []string) {
	for i := range list {
		if s.once(4) {
			x := text(&list[i])
			if s.once(2) {
				x = "-" + x
			}
			out = append(out, x)
		}
	}
	s.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	if s.once(25) {
		out = append(out, "no-such")
	}
	return out
}

var sampleAddresses = []string{
	"192.0.2.7", "198.51.100.0/24", "10.0.0.0/8", "2001:db8::7", "2001:db8:1::/48", "any", "files.example.com", "*.example.com", "0.0.0.0/0", "::/0",
	"10.20.0.0/16,10.21.5.9,fd00::/8", "192.0.2.1, 192.0.2.2 192.0.2.3", "192.0.2.9,files.example.com", "192.0.2.128/25,192.0.2.0/25",
}

var wrongAddresses = []string{"", ",", "10.0.0.1/8", "1.2.3", "::ffff:192.0.2.1", "fe80::1%eth0", "name", "-x.example.com", "a b", "any,1.2.3,4.5.6.7.8", "<b>", "€"}

var samplePorts = []string{"tcp/8443", "udp/5000-5100", "tcp/2121,50000-50100", "tcp/443 udp/443", "tcp/1", "tcp/65535", "icmp/8", "esp", "sctp/9899"}

var wrongPorts = []string{"", "443", "tcp/0", "tcp/70000", "tcp/?", "any", "tcp/*", "tcp/20-10", "nix/5", "tcp/1,tcp/2"}

func (s *sampler) pick(list []string) string { return list[s.IntN(len(list))] }

func (s *sampler) request() *ruleRequest {
	r := &ruleRequest{Set: map[string]string{}, Ports: map[string]string{}, Features: []string{}, Flows: []string{}}
	r.Platform = s.pick(platforms.IDs())
	r.Deny, r.NAT = s.once(2), s.once(20)
	r.Log = r.Deny && s.once(2) || s.once(40)
	if s.once(40) {
		r.Platform = s.pick([]string{"", "nftable", "no-such"})
	}
	var at []policy.Vantage
	if n := s.IntN(len(s.c.Products) + len(s.c.Deployments)); n < len(s.c.Products) {
		p := s.c.Products[n]
		r.Kind, r.Slug, at = "product", p.Slug, policy.Vantages(p)
		s.choose(r, p)
	} else {
		d := s.c.Deployments[n-len(s.c.Products)]
		r.Kind, r.Slug, at = "deployment", d.Slug, policy.NetworkVantages(d)
		r.NAT = s.once(2)
		r.All = s.once(20)
		if s.once(20) {
			r.Features = []string{"no-such"}
		}
	}
	if r.Kind == "deployment" || s.once(2) {
		r.At = at[s.IntN(len(at))].ID
	}
	if s.once(25) {
		r.At = s.pick([]string{"hots", "no-such", ""})
	}
	return r
}

// choose draws what a product can have chosen of it.
func (s *sampler) choose(r *ruleRequest, p *catalog.Product) {
	if n := len(p.Versions); n > 0 && s.once(2) {
		r.Version = p.Versions[s.IntN(n)]
	}
	if s.once(30) {
		r.Version = "0.0"
	}
	r.All = s.once(5)
	r.Features = append(r.Features, some(s, p.Features, func(f *catalog.Feature) string { return f.ID })...)
	if s.once(2) {
		r.Flows = append(r.Flows, some(s, p.Flows, func(f *catalog.Flow) string { return f.ID })...)
	}
	for i := range p.Endpoints {
		if s.once(3) {
			r.Set[p.Endpoints[i].ID] = s.pick(sampleAddresses)
		}
		if s.once(60) {
			r.Set[p.Endpoints[i].ID] = s.pick(wrongAddresses)
		}
	}
	for i := range p.Flows {
		if s.once(15) {
			r.Ports[p.Flows[i].ID] = s.pick(samplePorts)
		}
		if s.once(150) {
			r.Ports[p.Flows[i].ID] = s.pick(wrongPorts)
		}
	}
	if s.once(40) {
		r.Set["no-such"] = "any"
	}
	if s.once(40) {
		r.Ports["no-such"] = "tcp/1"
	}
}

// TestBuilder holds the builder, as it runs in browsers, against the command
// line: the same file byte for byte, and the same faults.
func TestBuilder(t *testing.T) {
	t.Parallel()
	var l diag.List
	c := load.Load(os.DirFS(ours.source), load.Options{Known: catalog.Known{Platforms: platforms.IDs()}}, &l).Catalog
	if c == nil {
		t.Fatal(l.Sorted())
	}
	seed := *builderSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	s := &sampler{rand.New(rand.NewPCG(seed, 0)), c}
	requests := make([]*ruleRequest, 300)
	for i := range requests {
		requests[i] = s.request()
	}
	answer := runEngine(t, requests, [][]*ruleRequest{}, false)
	var mu sync.Mutex
	made, refused := 0, 0
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				want := run(append(requests[i].args(), "-s", ours.source)...)
				text := against(&answer.Results[i], want)
				mu.Lock()
				if want.code == 0 {
					made++
				} else {
					refused++
				}
				if text != "" {
					t.Errorf("-builder-seed=%d, sample %d: portolan %s: %s", seed, i, strings.Join(requests[i].args(), " "), text)
				}
				mu.Unlock()
			}
		})
	}
	for i := range requests {
		next <- i
	}
	close(next)
	group.Wait()
	if made < 100 || refused < 20 {
		t.Errorf("-builder-seed=%d: %d samples have a file, %d are refused", seed, made, refused)
	}
	if len(answer.Platforms) != len(platforms.IDs()) {
		t.Errorf("%d platforms", len(answer.Platforms))
	}
}

// against holds a result against the command line's; empty: they are alike.
func against(got *ruleResult, want result) string {
	failed := false
	for _, f := range got.Faults {
		failed = failed || !f.Warning
		if !strings.Contains(want.stderr, f.Text) || !strings.Contains(want.stderr, f.Hint) {
			return fmt.Sprintf("the builder alone says %q; %q: %s", f.Text, f.Hint, want.stderr)
		}
	}
	switch {
	case failed && want.code == 0:
		return fmt.Sprintf("the command line finds nothing wrong, the builder %v", got.Faults)
	case !failed && want.code != 0:
		return "the builder finds nothing wrong: " + want.stderr
	case failed && got.File != nil:
		return "a file in spite of faults"
	case failed:
		return ""
	case got.File == nil:
		return "no file"
	case got.Request == nil:
		return "no change request"
	}
	for _, w := range got.Warnings {
		if !strings.Contains(want.stderr, w) {
			return "the builder alone warns: " + w
		}
	}
	if n := strings.Count(want.stderr, "\n"); n != len(got.Warnings)+len(got.Faults) {
		return fmt.Sprintf("%d warnings of %d:\n%s", len(got.Warnings)+len(got.Faults), n, want.stderr)
	}
	return cmp.Diff(want.stdout, got.File.Text)
}

// TestBuilderArchive holds the archives that the builder makes of defaults
// against those of the site, and its tests and change requests against the
// site's files.
func TestBuilderArchive(t *testing.T) {
	requests := []*ruleRequest{{Kind: "product", Slug: "moveit-transfer", Platform: "nftables"}, {Kind: "deployment", Slug: "moveit-farm", Platform: "nftables", At: "inner", NAT: true}}
	answer := runEngine(t, requests, [][]*ruleRequest{{requests[0]}, {requests[1]}, requests}, false)
	for i, r := range requests {
		folder := r.Kind + "s/" + r.Slug + "/"
		got := unzip(t, answer.Archives[i])
		both := unzip(t, answer.Archives[2])
		want := map[string]string{"change-request.csv": ours.read(t, folder+"change-request.csv")}
		packed, err := zip.OpenReader(filepath.Join(ours.dir, filepath.FromSlash(folder+"rules.zip")))
		if err != nil {
			t.Fatal(err)
		}
		defer packed.Close()
		for _, f := range packed.File {
			want[f.Name] = content(t, f)
		}
		for _, name := range files(t, ours.dir, "") {
			if rest, ok := strings.CutPrefix(name, folder); ok && strings.HasPrefix(rest, "verify/") {
				want[rest] = ours.read(t, name)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", r.Slug, d)
		}
		for name, text := range want {
			if both[r.Slug+"/"+name] != text {
				t.Errorf("with others, %s is another", r.Slug+"/"+name)
			}
		}
		if got := answer.Results[i]; got.Request.Text != want["change-request.csv"] {
			t.Errorf("%s: another change request", r.Slug)
		}
	}
	for _, x := range answer.Results[0].Tests {
		if want := ours.read(t, "products/moveit-transfer/verify/"+x.Name); x.Text != want {
			t.Errorf("%s: %s", x.Name, cmp.Diff(want, x.Text))
		}
	}
	if len(answer.Results[0].Tests) == 0 {
		t.Error("no tests of the host")
	}
}

func unzip(t *testing.T, text string) map[string]string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		if _, twice := out[f.Name]; twice {
			t.Errorf("%s is twice in an archive", f.Name)
		}
		out[f.Name] = content(t, f)
	}
	return out
}

func content(t *testing.T, f *zip.File) string {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// builderLimit is how many bytes the builder may cost its reader: the program
// as a server sends it, in Brotli of quality 11.
const builderLimit = 900_000

// TestBuilderSize holds the builder to its limit.
func TestBuilderSize(t *testing.T) {
	sizes := runEngine(t, []*ruleRequest{}, [][]*ruleRequest{}, true).Sizes
	t.Logf("bytes as they are, in gzip, in Brotli: %v", sizes)
	if n := sizes[2]; n > builderLimit {
		t.Errorf("the builder has %d bytes in Brotli, more than %d", n, builderLimit)
	}
}

// TestEngine runs the engine in Chromium under the page's policy: over http, from
// a folder, and where the program cannot be fetched.
func TestEngine(t *testing.T) {
	server := httptest.NewServer(http.StripPrefix("/docs/ports/", http.FileServer(http.Dir(ours.dir))))
	defer server.Close()
	r := &ruleRequest{Kind: "product", Slug: "moveit-transfer", Platform: "cisco-asa", Features: []string{"ldap"}, Set: map[string]string{"server": "192.0.2.10"}, Deny: true}
	want := run(append(r.args(), "-s", ours.source)...)
	if want.code != 0 {
		t.Fatal(want.stderr)
	}
	at := server.URL + "/docs/ports/rules/index.html"
	done := inBrowser(t, "engine.js", map[string]any{
		"request": r, "text": want.stdout, "pages": map[string]string{"http": at, "without fetch": at, "file": "file://" + ours.dir + "/rules/index.html"},
	})
	t.Logf("milliseconds: %s", strings.Join(done, ", "))
	if len(done) != 3 {
		t.Errorf("done: %v", done)
	}
}
