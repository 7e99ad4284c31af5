package api

import (
	"fmt"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// Products is products.json.
func (a *API) Products() []byte {
	return encode(&ProductList{
		Envelope: a.envelope(),
		Products: list(a.c.Products, func(p **catalog.Product) ProductItem { return productItem(*p) }),
	})
}

func productItem(p *catalog.Product) ProductItem {
	return ProductItem{
		ProductHead: head(p),
		Counts: ProductCounts{
			Endpoints: len(p.Endpoints), Features: len(p.Features), Flows: len(p.Flows),
			Constraints: len(p.Constraints), Software: len(p.Software), Sources: len(p.Sources),
		},
		URL:  url(ProductPath(p.Slug)),
		Page: productPage(p.Slug, ""),
	}
}

func head(p *catalog.Product) ProductHead {
	return ProductHead{
		Slug: p.Slug, Name: p.Name, Vendor: p.Vendor, Kind: p.Kind, Summary: p.Summary, Category: p.Category, Tags: some(p.Tags),
		Aliases: some(p.Aliases), Homepage: p.Homepage, Reviewed: p.Reviewed, Versions: some(p.Versions),
	}
}

// Product is products/<slug>.json.
func (a *API) Product(p *catalog.Product) []byte {
	return encode(&Product{
		Envelope:    Envelope{SchemaVersion, p.DataVersion},
		ProductHead: head(p),
		Endpoints:   list(p.Endpoints, a.endpoint),
		Features: list(p.Features, func(f *catalog.Feature) Feature {
			return Feature{f.ID, f.Name, f.Default, f.Group, f.Note.Source, a.html(f.Note)}
		}),
		Flows: list(p.Flows, func(f *catalog.Flow) Flow { return a.flow(p, f) }),
		Constraints: list(p.Constraints, func(k *catalog.Constraint) Constraint {
			return Constraint{k.ID, k.Kind, some(k.Flows), k.Note.Source, a.html(k.Note), citations(k.Sources)}
		}),
		Software: list(p.Software, a.software),
		Sources: list(p.Sources, func(s *catalog.Source) Source {
			return Source{s.ID, s.Title, s.Publisher, s.URL, s.Retrieved, s.DocumentVersion}
		}),
	})
}

func (a *API) endpoint(e *catalog.Endpoint) Endpoint {
	return Endpoint{
		ID: e.ID, Name: e.Name, Zone: e.Zone, Self: e.Self, Managed: e.Managed, Many: e.Many,
		FQDN: some(e.FQDN), CIDR: texts(e.CIDR), Note: e.Note.Source, NoteHTML: a.html(e.Note),
	}
}

func (a *API) software(s *catalog.Software) Software {
	ids := s.Identifiers
	if ids == nil {
		ids = map[string]string{}
	}
	return Software{s.ID, s.Platform, s.Name, ids, s.Note.Source, a.html(s.Note), citations(s.Sources)}
}

func (a *API) flow(p *catalog.Product, f *catalog.Flow) Flow {
	return Flow{
		ID: f.ID, Service: f.Service, From: some(f.From), To: some(f.To), Direction: f.Direction,
		Ports: ranges(f.Ports), PortsText: f.Ports.String(), PortsKnown: f.Ports.Known(), Follows: Follows(f.Follows), PortsFrom: f.PortsFrom,
		Allocation: f.Allocation, Dynamic: f.Dynamic, SourcePorts: ranges(f.SourcePorts),
		Variants: list(f.Variants, func(v *catalog.Variant) Variant {
			return Variant{v.Ports.String(), v.Note.Source, a.html(v.Note), citations(v.Sources)}
		}),
		Carries: some(f.Carries), CarriedBy: list(p.Tunnels(f), func(t **catalog.Flow) string { return (*t).ID }),
		FallbackOf: f.FallbackOf, Need: f.Need, Features: list(f.Conditions, func(all *[]string) []string { return some(*all) }),
		When: f.When, Without: f.Without, Status: f.Status,
		Configurable: f.Configurable, Setting: f.Setting, Allowed: f.Allowed.String(),
		Encryption: some(f.Encryption), TLSMin: f.TLSMin, Related: some(f.Related), Since: f.Since, Until: f.Until,
		Note: f.Note.Source, NoteHTML: a.html(f.Note), Sources: citations(f.Sources), Erratum: f.Erratum,
		Advice: list(f.Advice, func(v *catalog.Advice) Advice { return Advice{v.Code, v.Text} }),
	}
}

func citations(in []catalog.Citation) []Citation {
	return list(in, func(c *catalog.Citation) Citation { return Citation{c.ID, c.Section} })
}

func ranges(s netspec.PortSet) []Range {
	out := make([]Range, 0, s.Len())
	for r := range s.Ranges() {
		out = append(out, Range{r.Transport.String(), r.First, r.Last})
	}
	return out
}

// texts spells addresses and prefixes.
func texts[T fmt.Stringer](in []T) []string {
	return list(in, func(v *T) string { return (*v).String() })
}
