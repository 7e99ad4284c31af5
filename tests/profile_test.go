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
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/builder"
	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/policy/platforms"
)

// outcome is what profile.js and network.Select say of a choice.
type outcome struct {
	Version string          `json:"version"`
	On      map[string]bool `json:"on"`
	Flows   []string        `json:"flows"`
	// Ports are those that changes come to, by flow; Faults what is said of them.
	Ports  map[string]string  `json:"ports"`
	Faults map[string][]fault `json:"faults"`
}

type fault struct {
	Text    string `json:"text"`
	Hint    string `json:"hint"`
	Warning bool   `json:"warning"`
}

// selected is what network.Select says.
func selected(p *catalog.Product, c network.Choice) outcome {
	s, _ := network.Select(p, c)
	out := outcome{s.Version, s.On, []string{}, map[string]string{}, map[string][]fault{}}
	for _, f := range s.Flows {
		out.Flows = append(out.Flows, f.ID)
	}
	return out
}

// choice is what a reader may choose on a product's page.
type choice struct {
	network.Choice
	Ports map[string]string
}

// judge adds what the rule builder says of the changed ports, and holds them
// against the rules: all that is open at some place for a flow alone is what
// the page shows of it.
func (o *outcome) judge(t *testing.T, c *catalog.Catalog, p *catalog.Product, ask choice, shown map[string]string) {
	t.Helper()
	s := &builder.Subject{Catalog: c, Product: p}
	r := builder.Request{Platform: "nftables", Version: ask.Version, Features: ask.Features, Flows: ask.Flows, All: ask.All, Ports: ask.Ports}
	for i, at := range s.Vantages() {
		r.At = at.ID
		got := s.Compile(&r)
		for _, m := range got.Moved {
			if m.Ports != p.Flow(m.Flow).Ports.String() {
				o.Ports[m.Flow] = m.Ports
			}
		}
		for _, f := range got.Faults {
			if id, ok := strings.CutPrefix(f.Field, "port."); ok && i == 0 && p.Flow(id) != nil {
				o.Faults[id] = append(o.Faults[id], fault{f.Text, f.Hint, f.Warning})
			}
		}
		for _, rule := range got.Policy.Rules {
			for _, reason := range rule.Reasons {
				f := reason.Flow
				want := f.Ports
				if text, ok := shown[f.ID]; ok {
					var err error
					if want, err = netspec.ParsePortSet(text); err != nil || want.String() != text {
						t.Errorf("%s, %+v: the page shows %q of %s: %v", p.Slug, ask, text, f.ID, err)
						continue
					}
				}
				if !want.Known() && shown[f.ID] == "" {
					continue // no rule has a port that is not stated
				}
				if len(rule.Reasons) == 1 && !rule.Ports.Equal(want) || !rule.Ports.Covers(want) {
					t.Errorf("%s, %+v: the page shows %s of %s, a rule has %s", p.Slug, ask, want, f.ID, rule.Ports)
				}
			}
		}
	}
	for id, text := range ask.Ports {
		f := p.Flow(id)
		if f == nil || slices.ContainsFunc(o.Faults[id], func(f fault) bool { return !f.Warning }) {
			continue
		}
		if set, err := netspec.ParsePortSet(text); err == nil && !set.Equal(f.Ports) {
			o.Ports[id] = set.String()
		}
	}
}

// randomPorts spells a set of ports, which may be none.
func randomPorts(r *rand.Rand, f *catalog.Flow) string {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	number := func() string { return strconv.Itoa(1 + r.IntN(65535)) }
	switch r.IntN(6) {
	case 0:
		return pick(f.Ports.String(), strings.ToUpper(f.Ports.String()), f.Ports.String()+" "+f.Ports.String(), f.Allowed.String())
	case 1:
		return pick("", " ", "443", "443-450,1", "21/tcp", "tpc/1", "tcp", "tcp/", "tcp/0", "tcp/65536", "tcp/99999999999999999999", "tcp/1-", "tcp/9-2", "tcp/080", "tcp/1,,2", "tcp/-1",
			"tcp/*", "udp/?", "tcp/? udp/53", "any", "any tcp/1", "any/1", "esp", "esp/1", "icmp", "icmp/8", "icmp/256", "icmp/8,0", "icmpv6/128", "ip", "ip/50", "ip/6", "ip/94", "ip/256", "ip/x", "gre ah sctp/7", "tcp/1 tcp", "tcp /1", `tcp/"1"`)
	case 2:
		return pick("tcp", "udp", "sctp") + "/" + number()
	}
	var out []string
	for range 1 + r.IntN(3) {
		at := 1 + r.IntN(65000)
		out = append(out, pick(strconv.Itoa(at), strconv.Itoa(at)+"-"+strconv.Itoa(at+r.IntN(500))))
	}
	text := pick("tcp", "tcp", "udp") + "/" + strings.Join(out, ",")
	if r.IntN(4) == 0 {
		text += " udp/" + number()
	}
	return text
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
func products(t *testing.T, s *site) []*catalog.Product { return loaded(t, s).Products }

// loaded is the catalog of a site's source.
func loaded(t *testing.T, s *site) *catalog.Catalog {
	t.Helper()
	var l diag.List
	c := load.Load(os.DirFS(s.source), load.Options{Known: catalog.Known{Platforms: platforms.IDs()}}, &l).Catalog
	if c == nil {
		t.Fatal(l.Sorted())
	}
	return c
}

// choices are n random choices of a product, some of what it has not.
func choices(p *catalog.Product, n int, r *rand.Rand) []choice {
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
	out := []choice{{}, {Choice: network.Choice{All: true}}}
	for len(out) < n {
		c := choice{network.Choice{Version: versions[r.IntN(len(versions))], Features: some(features), Flows: some(flows), All: r.IntN(5) == 0}, map[string]string{}}
		for range r.IntN(4) {
			f := &p.Flows[r.IntN(len(p.Flows))]
			if text := randomPorts(r, f); text != "" { // which an address does not carry
				c.Ports[f.ID] = text
			}
		}
		out = append(out, c)
	}
	return out
}

// forbidding is a product whose forbidden flows are those of a feature, and
// what its page would carry: no document has such a flow yet.
func forbidding(t *testing.T, p *catalog.Product, page json.RawMessage) (*catalog.Product, json.RawMessage) {
	t.Helper()
	out := *p
	out.Flows = slices.Clone(p.Flows)
	when := [][]string{{p.Features[0].ID}}
	var data map[string]any
	if err := json.Unmarshal(page, &data); err != nil {
		t.Fatal(err)
	}
	for i := range out.Flows {
		if f := &out.Flows[i]; f.Need == catalog.Forbidden {
			f.Conditions = when
			data["flows"].([]any)[i].(map[string]any)["when"] = when
		}
	}
	text, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	return &out, text
}

// answers are what the page's scripts say of choices of products.
func answers(t *testing.T, subjects any) (out [][]outcome) {
	t.Helper()
	node := tool(t, "node", "nodejs")
	for _, name := range []string{"profile.js", "fragment.js", "ports.js"} { // what is read here, a cached result depends on
		if _, err := os.ReadFile(filepath.Join("..", "templates", "assets", name)); err != nil {
			t.Fatal(err)
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
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("select.js: %v\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestProfileSelects holds the script's choice of flows and ports against
// network.Select and the rule builder, for every product and many choices, and
// through the address that carries them.
func TestProfileSelects(t *testing.T) {
	type spoken struct {
		Version  string            `json:"version"`
		Features []string          `json:"features"`
		Flows    []string          `json:"flows"`
		All      bool              `json:"all"`
		Ports    map[string]string `json:"ports"`
	}
	type subject struct {
		Product json.RawMessage `json:"product"`
		Choices []spoken        `json:"choices"`
	}
	r := rand.New(rand.NewPCG(6, 11))
	var subjects []subject
	var asked [][]choice
	var of []*catalog.Product
	var in []*catalog.Catalog
	seen := map[string]bool{}
	add := func(c *catalog.Catalog, p *catalog.Product, data json.RawMessage) {
		x, list := subject{Product: data}, choices(p, 400, r)
		for _, c := range list {
			x.Choices = append(x.Choices, spoken{c.Version, append([]string{}, c.Features...), append([]string{}, c.Flows...), c.All, c.Ports})
		}
		subjects, asked, of, in = append(subjects, x), append(asked, list), append(of, p), append(in, c)
	}
	eachSite(t, func(t *testing.T, s *site) {
		c := loaded(t, s)
		for _, p := range c.Products {
			page := "products/" + p.Slug + "/"
			data := carried(t, s.read(t, page+"index.html"))
			if diff := cmp.Diff(string(data), string(carried(t, s.read(t, page+"embed/index.html")))); diff != "" {
				t.Errorf("%s: its frame carries other data: %s", p.Slug, diff)
			}
			add(c, p, data)
			if p.Slug == "moveit-transfer" {
				q, data := forbidding(t, p, data)
				add(c, q, data)
			}
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
	got := answers(t, subjects)
	if len(got) != len(of) {
		t.Fatalf("%d answers for %d products", len(got), len(of))
	}
	for i, p := range of {
		for j, c := range asked[i] {
			want := selected(p, c.Choice)
			want.judge(t, in[i], p, c, got[i][j].Ports)
			if diff := cmp.Diff(want, got[i][j]); diff != "" {
				t.Fatalf("%s, %+v: -here +page\n%s", p.Slug, c, diff)
			}
		}
	}
}

// TestProfileMoves holds that the port of a connection moves along with that of
// another which it follows, and that no change leaves one without a port.
func TestProfileMoves(t *testing.T) {
	type m = map[string]any
	flow := func(id, ports string, follows any) m {
		f := m{"id": id, "need": "required", "ports": ports, "settable": true}
		if follows != nil {
			f["follows"] = follows
		}
		return f
	}
	product := m{"slug": "p", "versions": []string{}, "features": []m{}, "endpoints": []m{}, "flows": []m{
		flow("base", "tcp/1000", nil), flow("next", "tcp/1001", m{"flow": "base", "add": 1}), flow("far", "tcp/1011", m{"flow": "next", "add": 10}),
		flow("before", "tcp/900", m{"flow": "base", "add": -100}), flow("round", "tcp/1", m{"flow": "round", "add": 0}), flow("alone", "tcp/1001", nil),
	}}
	for _, k := range []struct {
		name         string
		ports, wants map[string]string
	}{
		{"nothing", map[string]string{}, map[string]string{}},
		{"the base", map[string]string{"base": "tcp/2000"}, map[string]string{"base": "tcp/2000", "next": "tcp/2001", "far": "tcp/2011", "before": "tcp/1900"}},
		{"a range", map[string]string{"base": "tcp/2000-2003"}, map[string]string{"base": "tcp/2000-2003", "next": "tcp/2001-2004", "far": "tcp/2011-2014", "before": "tcp/1900-1903"}},
		{"its own wins", map[string]string{"base": "tcp/2000", "next": "tcp/7"}, map[string]string{"base": "tcp/2000", "next": "tcp/7", "far": "tcp/17", "before": "tcp/1900"}},
		{"no port is there", map[string]string{"base": "tcp/65535"}, map[string]string{}},
		{"below the first", map[string]string{"base": "tcp/50"}, map[string]string{}},
		{"a base that cannot be", map[string]string{"base": "tcp/0"}, map[string]string{}},
		{"around itself", map[string]string{"round": "tcp/2"}, map[string]string{"round": "tcp/2"}},
	} {
		got := answers(t, []m{{"product": product, "choices": []m{{"version": "", "features": []string{}, "flows": []string{}, "all": false, "ports": k.ports}}}})
		if diff := cmp.Diff(k.wants, got[0][0].Ports); diff != "" {
			t.Errorf("%s: %s", k.name, diff)
		}
	}
}

// TestProfile holds the set-up of a product's page against Chromium, with a
// server below a path and from the disk: what is chosen is applied to all of
// the page, stands in its address and is there again for who gets the link.
func TestProfile(t *testing.T) {
	t.Parallel()
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
	if want := 36; steps != want {
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
