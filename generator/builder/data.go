package builder

import (
	"errors"
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/note"
)

// Data is one subject as the site hands it to the page: what was checked, with
// its derived fields, and without what no rule reads.
type Data struct {
	// Product or Deployment is nil.
	Product    *catalog.Product
	Deployment *catalog.Deployment
	// Services are those that a product speaks.
	Services []catalog.Service
	// Zones are all, from outside to inside.
	Zones []catalog.Zone
	// Products are the slugs of the products that a network runs: their data
	// belongs to it.
	Products []string
	// Version is that of all data, which a network's rules name.
	Version string
	// Provenance is [Subject.Provenance].
	Provenance string
}

// ProductData is a product as data.
func ProductData(c *catalog.Catalog, p *catalog.Product, provenance string) *Data {
	d := &Data{Product: slim(p), Zones: zones(c), Provenance: provenance}
	for i := range p.Flows {
		id := p.Flows[i].Service
		s := c.Service(id)
		if s != nil && !slices.ContainsFunc(d.Services, func(o catalog.Service) bool { return o.ID == id }) {
			d.Services = append(d.Services, catalog.Service{ID: id, Name: s.Name})
		}
	}
	return d
}

// DeploymentData is a network as data.
func DeploymentData(c *catalog.Catalog, d *catalog.Deployment, provenance string) *Data {
	own := *d
	own.At = nil
	out := &Data{Deployment: &own, Zones: zones(c), Version: c.Version, Provenance: provenance}
	for i := range d.Instances {
		if slug := d.Instances[i].Product; !slices.Contains(out.Products, slug) {
			out.Products = append(out.Products, slug)
		}
	}
	return out
}

func zones(c *catalog.Catalog) (out []catalog.Zone) {
	for _, z := range c.Zones {
		out = append(out, catalog.Zone{ID: z.ID, Name: z.Name})
	}
	return out
}

// slim is a product without what no rule reads. Of notes those of features
// stay, as plain text.
func slim(p *catalog.Product) *catalog.Product {
	out := *p
	out.At, out.Homepage, out.Aliases = nil, "", nil
	out.Constraints, out.Software = nil, nil
	out.Endpoints = slices.Clone(p.Endpoints)
	for i := range out.Endpoints {
		out.Endpoints[i].Note, out.Endpoints[i].ManagedSet = note.Note{}, nil
	}
	out.Features = slices.Clone(p.Features)
	for i := range out.Features {
		out.Features[i].Note = note.Note{Source: note.Plain(p.Features[i].Note.Blocks)}
	}
	out.Flows = slices.Clone(p.Flows)
	for i := range out.Flows {
		f := &out.Flows[i]
		f.Note, f.Variants, f.Advice, f.Feature, f.Source, f.Erratum, f.Setting = note.Note{}, nil, nil, nil, nil, "", ""
	}
	return &out
}

// file is where a data file says things: its lines are the places of its flows,
// so that what is said of them comes in its order.
type file struct {
	name  string
	flows []catalog.Flow
}

func (f file) At(path string) diag.Pos {
	line := slices.IndexFunc(f.flows, func(x catalog.Flow) bool { return path == "flow."+x.ID })
	return diag.Pos{File: f.name, Line: line + 1}
}

// Open makes a subject of its data, a network's with that of its products.
// It keeps the data, and may change it.
func Open(d *Data, products []*Data) (*Subject, error) {
	if (d.Product == nil) == (d.Deployment == nil) {
		return nil, errors.New("the data is of no product and no network")
	}
	in := catalog.Input{Version: d.Version, Zones: []*catalog.Zones{{List: d.Zones}}}
	if d.Product != nil {
		products = []*Data{d}
	}
	for _, x := range products {
		p := x.Product
		if p == nil {
			return nil, errors.New("a product's data is of no product")
		}
		p.At = file{"data/products/" + p.Slug + ".toml", p.Flows}
		for i := range p.Features {
			p.Features[i].Note.Blocks = note.Of(p.Features[i].Note.Source)
		}
		in.Products = append(in.Products, p)
		in.Services = append(in.Services, &catalog.Services{List: x.Services})
	}
	s := &Subject{Product: d.Product, Provenance: d.Provenance}
	if d.Deployment != nil {
		d.Deployment.At = file{name: "data/deployments/" + d.Deployment.Slug + ".toml"}
		in.Deployments = []*catalog.Deployment{d.Deployment}
	}
	s.Catalog = catalog.Assemble(in)
	if d.Deployment != nil {
		for _, slug := range d.Products {
			if s.Catalog.Product(slug) == nil {
				return nil, errors.New(diag.Sprintf("the data of product %q is missing", slug))
			}
		}
		s.Network = network.Resolve(s.Catalog, d.Deployment, new(diag.List)) // its faults were told when the site was built
	}
	return s, nil
}
