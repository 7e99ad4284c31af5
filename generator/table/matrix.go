package table

import (
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/note"
)

// MatrixOptions choose what the matrix shows.
type MatrixOptions struct {
	// Products are slugs in the order wanted; nil: all, in order of slugs.
	// Slugs that the catalog does not have are passed over.
	Products []string
}

// Matrix is services by products. A line of a cell is a flow's direction,
// ports and need, linked to the product's row, or to the first of several that
// say the same. Services that no product speaks are left out.
func Matrix(c *catalog.Catalog, opt MatrixOptions) *Table {
	products := c.Products
	if opt.Products != nil {
		products = nil
		for _, slug := range opt.Products {
			if i := slices.IndexFunc(c.Products, func(p *catalog.Product) bool { return p.Slug == slug }); i >= 0 {
				products = append(products, c.Products[i])
			}
		}
	}
	t := &Table{ID: "matrix", Title: "Services and products"}
	t.Columns = []Column{{ID: "service", Title: "Service", Kind: Label}}
	t.Columns = append(t.Columns, productColumns(products, Ports)...)
	t.Groups = []Group{{Rows: matrixRows(c, products)}}
	t.Provenance = provenance(c, t.Title, "/matrix/", products)
	return t
}

func matrixRows(c *catalog.Catalog, products []*catalog.Product) []Row {
	type place struct {
		service string
		column  int
	}
	cells := make(map[place][]note.Inline)
	used := make(map[string]bool)
	for i, p := range products {
		for j := range p.Flows {
			f := &p.Flows[j]
			at := place{f.Service, i + 1}
			used[f.Service] = true
			words := matrixWords(p, f)
			switch {
			case slices.ContainsFunc(cells[at], func(in note.Inline) bool { return note.PlainInlines([]note.Inline{in}) == words }):
				continue
			case len(cells[at]) > 0:
				cells[at] = append(cells[at], note.Break{})
			}
			cells[at] = append(cells[at], &note.Link{URL: FlowPath(p.Slug, f.ID), Inlines: []note.Inline{note.Text(words)}})
		}
	}
	var rows []Row
	for i := range c.Services {
		s := &c.Services[i]
		if !used[s.ID] {
			continue
		}
		r := Row{ID: s.ID, Cells: make([]Cell, len(products)+1), Attrs: []Attr{{"service", s.ID}}}
		r.Cells[0] = Cell{Blocks: linked(ServicePath(s.ID), s.Name)}
		for j := range products {
			r.Cells[j+1] = Cell{Blocks: paragraph(cells[place{s.ID, j + 1}])}
		}
		rows = append(rows, r)
	}
	return rows
}

// matrixWords is one flow in a few words: "in tcp/443, required".
func matrixWords(p *catalog.Product, f *catalog.Flow) string {
	need := string(f.Need)
	if f.Need == catalog.Forbidden {
		need = NeedText(p, f)
	}
	return directionWord(f.Direction) + " " + PortsText(f.Ports) + ", " + need
}
