package scaffold_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy/platforms"
	"portolan/generator/scaffold"
)

// data reads a site's data files, so that others can be put beside them.
func data(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(dir), "data", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(dir), name)
		out[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// read loads files and says what is wrong with the one that is under test,
// warnings included.
func read(t *testing.T, files fs.FS, name string) (*catalog.Catalog, []*network.Network) {
	t.Helper()
	sink := new(diag.List)
	c := load.Load(files, load.Options{Builtin: os.DirFS("../.."), Known: catalog.Known{Platforms: platforms.IDs()}}, sink).Catalog
	var networks []*network.Network
	if c != nil {
		for _, d := range c.Deployments {
			networks = append(networks, network.Resolve(c, d, sink))
		}
	}
	for _, d := range sink.Sorted() {
		if d.Pos.File == name || name == "" {
			t.Errorf("%s", d)
		}
	}
	if c == nil {
		t.FailNow()
	}
	return c, networks
}

func TestSite(t *testing.T) {
	files := fstest.MapFS{}
	for _, f := range scaffold.Site() {
		files[f.Path] = &fstest.MapFile{Data: []byte(f.Text)}
	}
	c, _ := read(t, files, "")
	if len(c.Products) != 1 || c.Products[0].Name != "Example Server" {
		t.Errorf("products %v", c.Products)
	}
	if files[".gitignore"] == nil || files["content/about.md"] == nil {
		t.Error("a file is missing")
	}
}

func TestProduct(t *testing.T) {
	for slug, name := range map[string]string{"x": "X", "harbour-drop-2": "Harbour Drop 2", strings.Repeat("a", 63): "A" + strings.Repeat("a", 62)} {
		f := scaffold.Product(slug)
		if f.Path != "data/products/"+slug+".toml" || strings.ContainsAny(f.Text, "{}") {
			t.Errorf("%s:\n%s", f.Path, f.Text)
		}
		c, _ := read(t, fstest.MapFS{"data/site.toml": {Data: []byte("title = \"t\"\n")}, f.Path: {Data: []byte(f.Text)}}, "")
		if got := c.Product(slug).Name; got != name {
			t.Errorf("%s is called %q, want %q", slug, got, name)
		}
	}
}

// TestComments: what stands in comments of a product's file is valid too.
func TestComments(t *testing.T) {
	f := scaffold.Product("example")
	var b strings.Builder
	for line := range strings.Lines(f.Text) {
		key, _, _ := strings.Cut(strings.TrimPrefix(line, "# "), " ")
		if rest, ok := strings.CutPrefix(line, "# "); ok && (strings.HasPrefix(rest, "[") || strings.Contains(rest, " = ")) && key != "product," {
			line = rest
		}
		b.WriteString(line)
	}
	if !strings.Contains(b.String(), "\n[flow.passive]") || !strings.Contains(b.String(), "\nversions = ") {
		t.Fatal(b.String())
	}
	read(t, fstest.MapFS{"data/site.toml": {Data: []byte("title = \"t\"\n")}, f.Path: {Data: []byte(b.String())}}, "")
}

// TestDeployment: for each product, each two and all of them together the
// network has neither an error nor a warning, every flow that is in runs
// through it, and each of the product's machines is there.
func TestDeployment(t *testing.T) {
	for _, dir := range []string{"../..", "../policy/policytest/corpus", "../../tests/testdata/site"} {
		files := data(t, dir)
		c, _ := read(t, files, "-")
		var cases [][]*catalog.Product
		for i, p := range c.Products {
			cases = append(cases, []*catalog.Product{p})
			for _, q := range c.Products[:i] {
				cases = append(cases, []*catalog.Product{p, q})
			}
		}
		cases = append(cases, nil, c.Products)
		for _, products := range cases {
			name := dir
			for _, p := range products {
				name += " " + p.Slug
			}
			t.Run(name, func(t *testing.T) {
				f := scaffold.Deployment(c, "new-network", products)
				with := only(files, products)
				with[f.Path] = &fstest.MapFile{Data: []byte(f.Text)}
				_, networks := read(t, with, f.Path)
				if t.Failed() {
					t.Fatal(f.Text)
				}
				for _, n := range networks {
					if n.Deployment.Slug == "new-network" {
						complete(t, c, n, products)
					}
				}
			})
		}
	}
}

// only are the files without other networks and, unless none is named, without
// other products.
func only(files fstest.MapFS, products []*catalog.Product) fstest.MapFS {
	out := maps.Clone(files)
	maps.DeleteFunc(out, func(name string, _ *fstest.MapFile) bool {
		dir, base := path.Split(name)
		named := func(p *catalog.Product) bool { return p.Slug+".toml" == base }
		return dir == "data/deployments/" || dir == "data/products/" && len(products) > 0 && !slices.ContainsFunc(products, named)
	})
	return out
}

// complete holds that every flow that is in by default has a link.
func complete(t *testing.T, c *catalog.Catalog, n *network.Network, products []*catalog.Product) {
	t.Helper()
	linked := map[string]bool{}
	for _, l := range n.Links {
		linked[l.Instance.Product+"."+l.Flow.ID] = true
	}
	played := map[string]bool{}
	for _, h := range n.Deployment.Hosts {
		for _, role := range h.Plays {
			played[role] = true
		}
	}
	for _, p := range products {
		sel, _ := network.Select(p, network.Choice{})
		for _, f := range sel.Flows {
			if f.Need != catalog.Forbidden && !linked[p.Slug+"."+f.ID] {
				t.Errorf("%s.%s has no way through the network", p.Slug, f.ID)
			}
		}
		for i := range p.Endpoints {
			if e := &p.Endpoints[i]; e.Self && e.Managed && e.Zone != catalog.HostZone && !played[p.Slug+"/"+e.ID] {
				t.Errorf("nobody plays %s/%s", p.Slug, e.ID)
			}
		}
	}
	if len(products) > 0 && len(n.Deployment.Firewalls) != 1 {
		t.Errorf("%d firewalls", len(n.Deployment.Firewalls))
	}
}

// TestManyHosts: more machines than a small block holds, and zones of a
// site's own, still have addresses that are no one else's.
func TestManyHosts(t *testing.T) {
	var b strings.Builder
	b.WriteString("name = \"Many\"\nvendor = \"v\"\nkind = \"server\"\nsummary = \"s\"\n[endpoint.self]\nname = \"Self\"\nzone = \"dmz\"\nself = true\n[source.s]\ntitle = \"t\"\npublisher = \"p\"\n")
	var zones strings.Builder
	for i := range 12 {
		fmt.Fprintf(&zones, "[zone.own%d]\nname = \"Own %d\"\n", i, i)
	}
	for i := range 300 {
		zone := []string{"partner", "management", fmt.Sprint("own", i%12), "internal"}[i%4]
		fmt.Fprintf(&b, "[endpoint.e%d]\nname = \"E\\\"%d\\\\\"\nzone = %q\n[flow.f%d]\nservice = \"https\"\nfrom = \"self\"\nto = \"e%d\"\nports = \"tcp/443\"\nneed = \"required\"\nsource = \"s\"\n", i, i, zone, i, i)
	}
	files := fstest.MapFS{
		"data/site.toml": {Data: []byte("title = \"t\"\n")}, "data/zones.toml": {Data: []byte(zones.String())}, "data/products/many.toml": {Data: []byte(b.String())},
	}
	c, _ := read(t, files, "-")
	f := scaffold.Deployment(c, "n", c.Products)
	files[f.Path] = &fstest.MapFile{Data: []byte(f.Text)}
	_, networks := read(t, files, f.Path)
	if len(networks) != 1 || len(networks[0].Deployment.Hosts) != 301 {
		t.Fatal(f.Text)
	}
	complete(t, c, networks[0], c.Products)
}
