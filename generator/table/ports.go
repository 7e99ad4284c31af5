package table

import (
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/note"
	"portolan/generator/ports"
)

// PortUses is everything that uses the ports of a page: the flows that listen
// there, the nearest first, then those that come from there, then what another
// source says of a flow.
func PortUses(c *catalog.Catalog, x *ports.Index, page ports.Page) *Table {
	t := &Table{
		ID:    "uses",
		Title: page.String() + ": documented uses",
		Columns: []Column{
			{ID: "product", Title: "Product", Kind: Party},
			{ID: "flow", Title: "Flow", Kind: Label},
			{ID: "direction", Title: "Direction", Kind: Term},
			{ID: "service", Title: "Service", Kind: Party},
			{ID: "ports", Title: "Ports", Kind: Ports},
			{ID: "need", Title: "Need", Kind: Term},
		},
		GroupBy: Column{ID: "use", Title: "Use", Kind: Term},
	}
	uses := slices.Concat(x.Uses(page.Transport, page.First, page.Last), x.AnyPort(page.Transport))
	var products []*catalog.Product
	for _, id := range useGroups {
		g := Group{ID: id, Title: useTitle(id, page)}
		for _, u := range uses {
			if useGroup(u) != id {
				continue
			}
			g.Rows = append(g.Rows, useRow(c, u, rowID(g.Rows, id+"."+u.Product.Slug+"."+u.Flow.ID)))
			if !slices.Contains(products, u.Product) {
				products = append(products, u.Product)
			}
		}
		if len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	t.Provenance = provenance(c, t.Title, page.Path(), products)
	return t
}

// useGroups are the groups of a table of uses in order: the relations of what
// listens, then the other parts of a flow.
var useGroups = []string{string(ports.Exact), string(ports.Wider), string(ports.Narrower), string(ports.Overlapping), string(ports.AnyPort),
	string(ports.Source), string(ports.Variant)}

func useGroup(u ports.Use) string {
	if u.Part == ports.Listener {
		return string(u.Relation)
	}
	return string(u.Part)
}

func useTitle(id string, page ports.Page) string {
	switch id {
	case string(ports.Exact):
		if page.Single() {
			return "This port"
		}
		return "This range"
	case string(ports.Wider):
		return "A wider range"
	case string(ports.Narrower):
		return "A part of this range"
	case string(ports.Overlapping):
		return "An overlapping range"
	case string(ports.AnyPort):
		return "Any port of the transport"
	case string(ports.Source):
		return "As source port"
	case string(ports.Variant):
		return "Said by another source, not opened"
	}
	return id
}

// rowID keeps apart the rows of a flow of which several sources differ.
func rowID(rows []Row, id string) string {
	for slices.ContainsFunc(rows, func(r Row) bool { return r.ID == id }) {
		id += ".also"
	}
	return id
}

func useRow(c *catalog.Catalog, u ports.Use, id string) Row {
	p, f := u.Product, u.Flow
	named := PortsInlines(u.Ports())
	switch u.Part {
	case ports.Source:
		named = slices.Concat(PortsInlines(f.Ports), []note.Inline{note.Text(" from ")}, named)
	case ports.Variant:
		named = slices.Concat(named, []note.Inline{note.Text(" instead of ")}, PortsInlines(f.Ports))
	case ports.Listener:
	}
	return Row{
		ID:    id,
		Attrs: append([]Attr{{"product", p.Slug}}, flowAttrs(f)...),
		Cells: []Cell{
			{Blocks: linked(ProductPath(p.Slug), p.Name)},
			{Blocks: linked(FlowPath(p.Slug, f.ID), f.ID)},
			directionCell(f),
			serviceCell(c, f),
			{Blocks: paragraph(named)},
			needCell(p, f),
		},
	}
}
