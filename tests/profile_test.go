package tests

import (
	"bytes"
	"encoding/json"
	"html"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy/platforms"
)

// outcome is what profile.js and network.Select say of a choice.
type outcome struct {
	Version string          `json:"version"`
	On      map[string]bool `json:"on"`
	Flows   []string        `json:"flows"`
}

// selected is what network.Select says.
func selected(p *catalog.Product, c network.Choice) outcome {
	s, _ := network.Select(p, c)
	out := outcome{s.Version, s.On, []string{}}
	for _, f := range s.Flows {
		out.Flows = append(out.Flows, f.ID)
	}
	return out
}

// carried is the data of a product that a page carries for its script.
func carried(t *testing.T, page string) json.RawMessage {
	t.Helper()
	_, text, found := strings.Cut(page, `<div id="page.profile" data-product='`)
	text, _, closed := strings.Cut(text, `'`)
	if !found || !closed {
		t.Fatal("the page carries nothing for its script")
	}
	return json.RawMessage(html.UnescapeString(text))
}

// products are those of a site's source.
func products(t *testing.T, s *site) []*catalog.Product {
	t.Helper()
	var l diag.List
	c := load.Load(os.DirFS(s.source), load.Options{Known: catalog.Known{Platforms: platforms.IDs()}}, &l).Catalog
	if c == nil {
		t.Fatal(l.Sorted())
	}
	return c.Products
}

// choices are n random choices of a product, some of what it has not.
func choices(p *catalog.Product, n int, r *rand.Rand) []network.Choice {
	var features, flows []string
	for _, f := range p.Features {
		features = append(features, f.ID, "-"+f.ID)
	}
	for i := range p.Flows {
		flows = append(flows, p.Flows[i].ID, "-"+p.Flows[i].ID)
	}
	odd := []string{"nothing", "-nothing", "--", "__proto__", "-constructor"}
	some := func(of []string) []string {
		out := []string{}
		for range r.IntN(6) {
			list := of
			if len(of) == 0 || r.IntN(10) == 0 {
				list = odd
			}
			out = append(out, list[r.IntN(len(list))])
		}
		return out
	}
	versions := append([]string{"", "9999.9"}, p.Versions...)
	out := []network.Choice{{}, {All: true}}
	for len(out) < n {
		out = append(out, network.Choice{Version: versions[r.IntN(len(versions))], Features: some(features), Flows: some(flows), All: r.IntN(5) == 0})
	}
	return out
}

// TestProfileSelects holds the script's choice of flows against network.Select,
// for every product and many choices, and through the address that carries them.
func TestProfileSelects(t *testing.T) {
	node := tool(t, "node", "nodejs")
	for _, name := range []string{"profile.js", "fragment.js"} { // what is read here, a cached result depends on
		if _, err := os.ReadFile(filepath.Join("..", "templates", "assets", name)); err != nil {
			t.Fatal(err)
		}
	}
	type spoken struct {
		Version  string   `json:"version"`
		Features []string `json:"features"`
		Flows    []string `json:"flows"`
		All      bool     `json:"all"`
	}
	type subject struct {
		Product json.RawMessage `json:"product"`
		Choices []spoken        `json:"choices"`
	}
	r := rand.New(rand.NewPCG(6, 11))
	var subjects []subject
	var asked [][]network.Choice
	var of []*catalog.Product
	seen := map[string]bool{}
	eachSite(t, func(t *testing.T, s *site) {
		for _, p := range products(t, s) {
			page := "products/" + p.Slug + "/"
			x := subject{Product: carried(t, s.read(t, page+"index.html"))}
			if diff := cmp.Diff(string(x.Product), string(carried(t, s.read(t, page+"embed/index.html")))); diff != "" {
				t.Errorf("%s: its frame carries other data: %s", p.Slug, diff)
			}
			list := choices(p, 400, r)
			for _, c := range list {
				x.Choices = append(x.Choices, spoken{c.Version, append([]string{}, c.Features...), append([]string{}, c.Flows...), c.All})
			}
			subjects, asked, of = append(subjects, x), append(asked, list), append(of, p)
			for _, f := range p.Features {
				seen["group"] = seen["group"] || f.Group != ""
				seen["default"] = seen["default"] || f.Default
			}
			for i := range p.Flows {
				f := &p.Flows[i]
				seen["since"] = seen["since"] || f.Since != ""
				seen["until"] = seen["until"] || f.Until != ""
				seen["all of them"] = seen["all of them"] || len(f.Conditions) > 0 && len(f.Conditions[0]) > 1
				seen["any of them"] = seen["any of them"] || len(f.Conditions) > 1
				seen[string(f.Need)] = true
			}
		}
	})
	for _, what := range []string{"group", "default", "since", "until", "all of them", "any of them", "required", "conditional", "optional", "forbidden"} {
		if !seen[what] {
			t.Errorf("no product has what is to be tried: %s", what)
		}
	}
	input, err := json.Marshal(subjects)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join("web", "select.js"))
	cmd.Stdin = bytes.NewReader(input)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("select.js: %v\n%s", err, stderr.String())
	}
	var got [][]outcome
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(of) {
		t.Fatalf("%d answers for %d products", len(got), len(of))
	}
	for i, p := range of {
		for j, c := range asked[i] {
			if diff := cmp.Diff(selected(p, c), got[i][j]); diff != "" {
				t.Fatalf("%s, %+v: -here +page\n%s", p.Slug, c, diff)
			}
		}
	}
}

// TestProfile holds the set-up of a product's page against Chromium, with a
// server below a path and from the disk: what is chosen is applied to all of
// the page, stands in its address and is there again for who gets the link.
func TestProfile(t *testing.T) {
	npm(t, "axe-core/axe.min.js")
	const below = "/docs/ports/"
	server := httptest.NewServer(http.StripPrefix(below, http.FileServer(http.Dir(ours.dir))))
	defer server.Close()
	want := map[string][]string{}
	for _, p := range products(t, &ours) {
		switch p.Slug {
		case "moveit-transfer":
			want["nothing"] = selected(p, network.Choice{}).Flows
			want["ldap"] = selected(p, network.Choice{Features: []string{"ldap"}}).Flows
		case "active-directory":
			want["oldest"] = selected(p, network.Choice{Version: p.Versions[0]}).Flows
			want["versions"] = p.Versions
		}
	}
	done := inBrowser(t, "profile.js", map[string]any{
		"bases": []string{server.URL + below, "file://" + ours.dir + "/"}, "want": want,
	})
	var steps int
	for _, line := range done {
		command, ok := strings.CutPrefix(line, "command: ")
		if !ok {
			steps++
			continue
		}
		shell(t, command)
	}
	if want := 32; steps != want {
		t.Errorf("%d steps of %d: %v", steps, want, done)
	}
}

// shell runs a command line that a page offers, as a reader would paste it.
func shell(t *testing.T, command string) {
	t.Helper()
	sh := tool(t, "sh")
	if strings.Contains(command, "touch") { // a hostile link: words, and nothing else
		dir := t.TempDir()
		cmd := exec.Command(sh, "-c", `portolan() { printf '%s\n' "$#"; }; `+command)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		left, _ := os.ReadDir(dir)
		if err != nil || string(out) != "6\n" || len(left) != 0 {
			t.Errorf("%s: %v, %s, left %v", command, err, out, left)
		}
		return
	}
	out, err := exec.Command(sh, "-c", `portolan() { "`+program+`" "$@" -s ..; }; `+command).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "3389") {
		t.Errorf("%s: %v\n%.600s", command, err, out)
	}
}

// TestProfileFollows holds that the page's data tells whose ports a flow goes by.
func TestProfileFollows(t *testing.T) {
	n := 0
	for _, p := range products(t, &ours) {
		var data struct {
			Flows []struct {
				ID      string
				Follows catalog.Follows
			}
		}
		if err := json.Unmarshal(carried(t, ours.read(t, "products/"+p.Slug+"/index.html")), &data); err != nil {
			t.Fatal(err)
		}
		for i := range p.Flows {
			if data.Flows[i].Follows != p.Flows[i].Follows {
				t.Errorf("%s: %+v of flow %s", p.Slug, data.Flows[i], p.Flows[i].ID)
			}
			if p.Flows[i].Follows.Flow != "" {
				n++
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d flows follow another", n)
	}
}
