package site

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"portolan/generator/build"
	"portolan/generator/builder"
	"portolan/generator/builder/plain"
	"portolan/generator/catalog"
	"portolan/generator/policy/platforms"
)

const builderPath = "/rules/"

type builderView struct {
	base
	Groups []builderGroup
	// Root is the link to the site's root, with a slash at its end.
	Root string
	// Platforms is how many platforms there are rules for, Published their ids
	// where these are not all.
	Platforms int
	Published string
	// Engine is the program that makes rules in the page; zero: there is none.
	Engine engine
}

// builderGroup is the products, or the networks, that rules can be made for.
type builderGroup struct {
	Kind, Title string
	Subjects    []builderSubject
}

// builderSubject is one of them. Path is its page.
type builderSubject struct{ Slug, Name, Path string }

func (s *Site) builderPage() ([]byte, error) {
	v := builderView{
		base: base{site: s, Path: builderPath, Title: "Firewall rules", Section: builderPath,
			Description: "Firewall rules with your own features, addresses and ports, for every platform, made in the browser; and the ready-made files."},
		Root: strings.TrimSuffix(relative(builderPath, "/"), "index.html"), Platforms: len(s.platforms), Engine: s.engine,
	}
	if len(s.platforms) < len(platforms.All()) {
		var ids []string
		for _, p := range s.platforms {
			ids = append(ids, p.Info().ID)
		}
		v.Published = strings.Join(ids, " ")
	}
	products, networks := builderGroup{Kind: builder.KindProduct, Title: "Products"}, builderGroup{Kind: builder.KindDeployment, Title: "Networks"}
	for _, p := range s.Catalog.Products {
		products.Subjects = append(products.Subjects, builderSubject{p.Slug, p.Name, productPath(p.Slug)})
	}
	for _, n := range s.Networks {
		d := n.Deployment
		networks.Subjects = append(networks.Subjects, builderSubject{d.Slug, d.Name, "/deployments/" + d.Slug + "/"})
	}
	for _, g := range []builderGroup{products, networks} {
		if len(g.Subjects) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	return s.render("builder", v)
}

// engine is the rule builder as package builder/pack has it, by the names of
// its files in the site.
type engine struct {
	// Wasm is the program, Script the same for pages that can fetch nothing,
	// Exec Go's support script: paths from the site's root.
	Wasm, Script, Exec string

	program func() ([]byte, error) // compressed
	exec    []byte
}

// loadEngine reads the engine of a folder of templates. Without one the site
// has no builder, and says so.
func loadEngine(fsys fs.FS) (e engine, err error) {
	list, err := fs.ReadDir(fsys, "builder")
	if errors.Is(err, fs.ErrNotExist) {
		return e, nil
	}
	for _, f := range list {
		name := path.Join("builder", f.Name())
		if wasm, ok := strings.CutSuffix(f.Name(), ".wasm.gz"); ok {
			e.Wasm, e.Script = "assets/"+wasm+".wasm", "assets/"+wasm+".js"
			e.program = func() ([]byte, error) { return fs.ReadFile(fsys, name) }
		} else if err == nil && strings.HasPrefix(f.Name(), "exec.") {
			e.Exec = "assets/" + f.Name()
			e.exec, err = fs.ReadFile(fsys, name)
		}
	}
	if err == nil && (e.Wasm == "" || e.Exec == "") {
		err = errors.New("templates/builder is not whole: make it anew with make program")
	}
	return e, err
}

// wasm is the program as browsers run it.
func (e *engine) wasm() ([]byte, error) {
	packed, err := e.program()
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// script is the program within a script.
func (e *engine) script() ([]byte, error) {
	packed, err := e.program()
	return fmt.Appendf(nil, "portolanEngine.data('program','%s')\n", base64.StdEncoding.EncodeToString(packed)), err
}

// builder plans the page of the rule builder, its engine and the data of each subject.
func (pl *planner) builder() {
	s := pl.s
	pl.page(builderPath, pl.all, s.builderPage)
	if s.engine.Wasm == "" {
		return
	}
	pl.page("/"+s.engine.Wasm, s.look, s.engine.wasm)
	pl.page("/"+s.engine.Script, s.look, s.engine.script)
	pl.file("/"+s.engine.Exec, s.look, func() []byte { return s.engine.exec })
	data := func(name string, key build.Key, produce func() *builder.Data) {
		pl.page(builderPath+"data/"+name+".js", key, func() ([]byte, error) {
			text, err := json.Marshal(plain.Sparse(produce()))
			return fmt.Appendf(nil, "portolanEngine.data('%s',%s)\n", name, text), err
		})
	}
	for _, p := range s.Catalog.Products {
		data("products/"+p.Slug, pl.users("product", []*catalog.Product{p}), func() *builder.Data {
			return builder.ProductData(s.Catalog, p, s.productProvenance(p).ProvenanceLine())
		})
	}
	for _, n := range s.Networks {
		data("deployments/"+n.Deployment.Slug, pl.all, func() *builder.Data {
			return builder.DeploymentData(s.Catalog, n.Deployment, s.networkProvenance(n).ProvenanceLine())
		})
	}
}
