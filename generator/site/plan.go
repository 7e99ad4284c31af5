package site

import (
	"context"
	"fmt"

	"portolan/generator/api"
	"portolan/generator/build"
	"portolan/generator/catalog"
	"portolan/generator/edl"
	"portolan/generator/lookup"
	"portolan/generator/netspec"
	"portolan/generator/table"
	"portolan/generator/topology"
)

// Plan lists every file of the site. The caller must not change the list.
func (s *Site) Plan() []build.Output { return s.plan }

func newPlan(s *Site) []build.Output {
	pl := &planner{s: s, all: s.look.With("everything", s.Catalog.Version, fmt.Sprint(s.words))}
	pl.fixed()
	for _, p := range s.Catalog.Products {
		pl.product(p)
	}
	pl.pairs()
	pl.comparisons()
	pl.ports()
	for i := range s.Catalog.Services {
		v := &s.Catalog.Services[i]
		key := pl.users("service "+v.ID, s.speakers[v.ID]).With(s.pagesOf(v.Ports)...)
		pl.page(servicePath(v.ID), key, func() ([]byte, error) { return s.servicePage(v) })
	}
	for _, c := range s.Content {
		pl.page(c.Path, s.look.With("content", string(c.key[:])), func() ([]byte, error) { return s.contentPage(c) })
	}
	pl.deployments()
	pl.platforms()
	pl.offline()
	return pl.out
}

type planner struct {
	s   *Site
	all build.Key // of what shows the whole catalog
	out []build.Output
}

func (pl *planner) page(path string, key build.Key, render func() ([]byte, error)) {
	pl.out = append(pl.out, build.Output{Path: file(path), Key: key.With(path), Source: path,
		Render: func(context.Context) ([]byte, error) { return render() }})
}

func (pl *planner) file(path string, key build.Key, render func() []byte) {
	pl.page(path, key, func() ([]byte, error) { return render(), nil })
}

// users is the key of what shows some products.
func (pl *planner) users(kind string, products []*catalog.Product) build.Key {
	parts := make([]string, 0, len(products)+2)
	parts = append(parts, kind, string(pl.s.words[:]))
	for _, p := range products {
		parts = append(parts, p.Slug, p.DataVersion)
	}
	return pl.s.look.With(parts...)
}

// fixed plans what every site has once.
func (pl *planner) fixed() {
	s := pl.s
	for _, p := range []struct {
		path   string
		render func() ([]byte, error)
	}{
		{"/", s.homePage}, {"/products/", s.productsPage}, {"/matrix/", s.matrixPage}, {"/ports/", s.portsPage},
		{"/services/", s.servicesPage}, {notFoundPath, s.notFoundPage}, {reviewPath, s.reviewPage},
	} {
		pl.page(p.path, pl.all, p.render)
	}
	if (base{site: s}).Has(guidesPath) {
		var b build.KeyBuilder
		for _, c := range s.Content {
			b.Bytes(c.key[:])
		}
		guides := b.Key()
		pl.page(guidesPath, s.look.With("guides", string(guides[:])), s.guidesPage)
	}
	pl.page(changesPath, pl.released(), s.changesPage)
	if len(s.Releases) > 0 {
		pl.file(atomPath, pl.released(), s.atom)
		pl.page(jsonFeedPath, pl.released(), s.jsonFeed)
	}
	for _, a := range s.Assets.All() {
		pl.file("/assets/"+a.Output, s.look, func() []byte { return a.Content })
	}
	pl.copies("/matrix/", pl.all, func() *table.Table { return table.Matrix(s.Catalog, table.MatrixOptions{}) })
	pl.file("/favicon.svg", s.look, func() []byte { return s.favicon })
	pl.file("/embed.js", s.look, func() []byte { return s.element })
	if s.Catalog.Site.BaseURL != "" {
		pl.file(openSearchPath, s.look, s.openSearch)
	}
	pl.file("/robots.txt", s.look, s.robots)
	pl.file(headersPath, s.look, s.headers)
	pl.file("/sitemap.xml", pl.all, s.sitemap)

	pl.file("/assets/lookup-index.js", pl.all, func() []byte { return lookup.New(s.Catalog).MarshalJS() })
	pl.file("/assets/lookup-registry.js", s.look, lookup.RegistryJS)

	for _, d := range []struct {
		path   string
		render func() []byte
	}{
		{api.IndexPath, s.api.Index}, {api.ProductsPath, s.api.Products}, {api.PortsPath, s.api.Ports},
		{api.ServicesPath, s.api.Services}, {api.DeploymentsPath, s.api.Deployments},
		{api.PlatformsPath, s.api.Platforms}, {api.OpenAPIPath, s.api.OpenAPI},
	} {
		pl.file(d.path, pl.all, d.render)
	}
}

// released is the key of what shows the releases of the data.
func (pl *planner) released() build.Key {
	parts := []string{"releases"}
	for _, r := range pl.s.Releases {
		parts = append(parts, r.Date, fmt.Sprint(*r.Report))
	}
	return pl.all.With(parts...)
}

func (pl *planner) product(p *catalog.Product) {
	s, path := pl.s, productPath(p.Slug)
	key := pl.users("product", []*catalog.Product{p})
	rules := s.productRules(p)
	drawing := recall(func() *topology.Drawing { return topology.Layout(topology.Product(s.Catalog, p)) })
	pl.page(path, key.With(s.talksKey(p)...).With(s.comparisonsKey(p)...), func() ([]byte, error) { return s.productPage(p, rules, drawing) })
	pl.diagrams(path, key, drawing)
	pl.file(api.ProductPath(p.Slug), key, func() []byte { return s.api.Product(p) })
	pl.rules(rules, key)
	pl.request(path, key, func() *requested { return s.productRequest(p, rules) })
	for i := range p.Endpoints {
		for _, l := range edl.Lists(&p.Endpoints[i]) {
			pl.file(path+"endpoints/"+l.Name, key, l.Text)
		}
	}
	requirements := recall(func() *table.Table { return table.Requirements(s.Catalog, p, table.Options{}) })
	pl.copies(path, key, requirements)
	pl.embed(path, key, p, requirements)
	pl.picture(path, key, len(p.Flows), requirements)
	pl.picks(path, key, p.Features, requirements)
}

func (pl *planner) ports() {
	s := pl.s
	anyPort := map[netspec.Transport]string{} // how many flows name every port: a document says so
	for _, page := range s.Ports.Pages() {
		if anyPort[page.Transport] == "" {
			anyPort[page.Transport] = fmt.Sprint(len(s.Ports.AnyPort(page.Transport)))
		}
	}
	seen := map[*catalog.Product]bool{}
	for _, page := range s.Ports.Pages() {
		var products []*catalog.Product
		clear(seen)
		for _, u := range s.Ports.Uses(page.Transport, page.First, page.Last) {
			if !seen[u.Product] {
				seen[u.Product] = true
				products = append(products, u.Product)
			}
		}
		key := pl.users("port", products)
		near := s.look.With(fmt.Sprint(s.nearPorts(page)))
		pl.page(page.Path(), key.With(string(near[:])), func() ([]byte, error) { return s.portPage(page) })
		if page.Single() {
			pl.file(api.PortPath(page), key.With(anyPort[page.Transport]), func() []byte { return s.api.Port(page) })
		}
	}
}

func (pl *planner) deployments() {
	s := pl.s
	if len(s.Networks) == 0 {
		return
	}
	pl.page("/deployments/", pl.all, s.deploymentsPage)
	for _, n := range s.Networks {
		d := n.Deployment
		path := "/deployments/" + d.Slug + "/"
		rules := s.networkRules(n)
		drawing := recall(func() *topology.Drawing { return topology.Layout(topology.Network(s.Catalog, n)) })
		pl.page(path, pl.all, func() ([]byte, error) { return s.deploymentPage(n, rules, drawing) })
		pl.diagrams(path, pl.all, drawing)
		pl.rules(rules, pl.all)
		pl.request(path, pl.all, func() *requested { return s.networkRequest(n, rules) })
		pl.file(api.DeploymentPath(d.Slug), pl.all, func() []byte { return s.api.Deployment(n) })
		connections := recall(func() *table.Table { return table.Network(s.Catalog, n) })
		pl.copies(path, pl.all, connections)
		pl.embed(path, pl.all, nil, connections)
		pl.picture(path, pl.all, len(n.Rows()), connections)
		pl.picks(path, pl.all, nil, connections)
	}
}

func (pl *planner) platforms() {
	if len(pl.s.platforms) == 0 {
		return
	}
	pl.page(platformsPath, pl.s.look, pl.s.platformsPage)
	pl.builder()
	for _, p := range pl.s.platforms {
		pl.page(platformPath(p.Info().ID), pl.all, func() ([]byte, error) { return pl.s.platformPage(p) })
	}
}
