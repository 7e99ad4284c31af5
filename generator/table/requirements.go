package table

import (
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/note"
)

// Options choose what of a product is shown.
type Options struct {
	// Columns are column ids in the order wanted; ids that are not those of
	// [RequirementColumns] are passed over. Nil: all but "flow", without
	// those in which nothing would stand.
	Columns []string
	// KeepEmpty keeps columns in which nothing stands, for readers that want
	// the same columns for every product.
	KeepEmpty bool
	// Flows tells which flows are in; nil: all.
	Flows func(*catalog.Flow) bool
}

// requirementColumns are the columns of [Requirements] in their usual order.
var requirementColumns = []struct {
	Column
	keep bool // shown even if empty
	cell func(*requirements, *catalog.Flow) Cell
}{
	{Column{ID: "flow", Title: "ID", Kind: Party}, true, (*requirements).flow},
	{Column{ID: "direction", Title: "Direction", Kind: Term}, true, (*requirements).direction},
	{Column{ID: "service", Title: "Service", Kind: Label}, true, (*requirements).service},
	{Column{ID: "from", Title: "From", Kind: Party}, true, (*requirements).from},
	{Column{ID: "to", Title: "To", Kind: Party}, true, (*requirements).to},
	{Column{ID: "ports", Title: "Ports", Kind: Ports}, true, (*requirements).ports},
	{Column{ID: "source_ports", Title: "Source ports", Kind: Ports}, false, (*requirements).sourcePorts},
	{Column{ID: "encryption", Title: "Encryption", Kind: Party}, false, (*requirements).encryption},
	{Column{ID: "need", Title: "Need", Kind: Term}, true, (*requirements).need},
	{Column{ID: "when", Title: "When", Kind: Prose}, false, (*requirements).when},
	{Column{ID: "status", Title: "Status", Kind: Term}, false, (*requirements).status},
	{Column{ID: "configurable", Title: "Configurable", Kind: Prose}, false, (*requirements).configurable},
	{Column{ID: "without", Title: "Without it", Kind: Prose}, false, (*requirements).without},
	{Column{ID: "notes", Title: "Notes", Kind: Prose}, false, (*requirements).notes},
	{Column{ID: "source", Title: "Source", Kind: Citation}, false, (*requirements).source},
}

// RequirementColumns lists the columns that [Options] may name.
func RequirementColumns() []Column {
	out := make([]Column, len(requirementColumns))
	for i, c := range requirementColumns {
		out[i] = c.Column
	}
	return out
}

// requirements is the product at work.
type requirements struct {
	c *catalog.Catalog
	p *catalog.Product
}

// Requirements is what a product needs of the network: one row per flow, in
// the file's order within its direction.
func Requirements(c *catalog.Catalog, p *catalog.Product, opt Options) *Table {
	b := &requirements{c, p}
	t := &Table{
		ID:      "requirements",
		Title:   p.Name + ": required ports",
		GroupBy: Column{ID: "direction", Title: "Direction", Kind: Term},
		At:      place(p),
	}
	cols := columnIndexes(opt.Columns)
	for _, d := range catalog.Directions() {
		g := Group{ID: string(d), Title: DirectionText(d)}
		for i := range p.Flows {
			if f := &p.Flows[i]; f.Direction == d && (opt.Flows == nil || opt.Flows(f)) {
				g.Rows = append(g.Rows, b.row(f, cols))
			}
		}
		if len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	for _, i := range cols {
		t.Columns = append(t.Columns, requirementColumns[i].Column)
	}
	if opt.Columns == nil && !opt.KeepEmpty {
		t.dropEmpty(func(i int) bool { return requirementColumns[cols[i]].keep })
	}
	t.Provenance = provenance(c, t.Title, ProductPath(p.Slug), []*catalog.Product{p})
	if p.DataVersion != "" {
		t.Provenance.DataVersion = p.DataVersion
	}
	return t
}

// place is the file of a product made from a file.
func place(p *catalog.Product) diag.Pos {
	if p.At == nil {
		return diag.Pos{}
	}
	return diag.Pos{File: p.At.At("").File}
}

// columnIndexes finds columns by their ids; nil is all but the flow's id.
func columnIndexes(ids []string) []int {
	var out []int
	if ids == nil {
		for i := 1; i < len(requirementColumns); i++ {
			out = append(out, i)
		}
	}
	for _, id := range ids {
		for i := range requirementColumns {
			if requirementColumns[i].ID == id {
				out = append(out, i)
			}
		}
	}
	return out
}

// dropEmpty removes the columns without a word in any row, unless kept. It
// is used while the table is being built.
func (t *Table) dropEmpty(keep func(int) bool) {
	for i := len(t.Columns) - 1; i >= 0; i-- {
		if keep(i) || t.says(i) {
			continue
		}
		t.Columns = slices.Delete(t.Columns, i, i+1)
		for _, g := range t.Groups {
			for j := range g.Rows {
				g.Rows[j].Cells = slices.Delete(g.Rows[j].Cells, i, i+1)
			}
		}
	}
}

func (t *Table) says(column int) bool {
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			if !r.Cells[column].IsZero() {
				return true
			}
		}
	}
	return false
}

func (b *requirements) row(f *catalog.Flow, cols []int) Row {
	r := Row{ID: f.ID, Attrs: flowAttrs(f), Cells: make([]Cell, len(cols))}
	for i, c := range cols {
		r.Cells[i] = requirementColumns[c].cell(b, f)
	}
	return r
}

// flowAttrs are the facts that pages filter rows by. In "features" each word
// is an alternative, "+" joining what must be on together.
func flowAttrs(f *catalog.Flow) []Attr {
	attrs := []Attr{{"need", string(f.Need)}, {"direction", string(f.Direction)}, {"service", f.Service}}
	if len(f.Conditions) > 0 {
		alternatives := make([]string, len(f.Conditions))
		for i, all := range f.Conditions {
			alternatives[i] = strings.Join(all, "+")
		}
		attrs = append(attrs, Attr{"features", strings.Join(alternatives, " ")})
	}
	if f.Status != "" {
		attrs = append(attrs, Attr{"status", string(f.Status)})
	}
	return attrs
}

func (b *requirements) flow(f *catalog.Flow) Cell {
	return Cell{Blocks: linked(FlowPath(b.p.Slug, f.ID), f.ID)}
}

func (b *requirements) direction(f *catalog.Flow) Cell { return directionCell(f) }

func (b *requirements) service(f *catalog.Flow) Cell { return serviceCell(b.c, f) }

func (b *requirements) from(f *catalog.Flow) Cell {
	return Cell{Blocks: text(EndpointsText(b.c, b.p, f.From))}
}

func (b *requirements) to(f *catalog.Flow) Cell {
	return Cell{Blocks: text(EndpointsText(b.c, b.p, f.To))}
}

func (b *requirements) ports(f *catalog.Flow) Cell { return portsCell(f.Ports) }

func (b *requirements) sourcePorts(f *catalog.Flow) Cell { return portsCell(f.SourcePorts) }

func (b *requirements) encryption(f *catalog.Flow) Cell {
	return Cell{Blocks: note.Of(EncryptionText(f.Encryption, f.TLSMin))}
}

func (b *requirements) need(f *catalog.Flow) Cell { return needCell(b.p, f) }

func (b *requirements) when(f *catalog.Flow) Cell { return Cell{Blocks: text(WhenText(b.p, f))} }

func (b *requirements) status(f *catalog.Flow) Cell {
	return Cell{Blocks: note.Of(string(f.Status)), Term: string(f.Status)}
}

func (b *requirements) configurable(f *catalog.Flow) Cell {
	blocks := text(ConfigurableText(f))
	if inlines := b.follows(f); len(inlines) > 0 {
		blocks = append(slices.Clip(blocks), paragraph(inlines)...)
	}
	return Cell{Blocks: blocks}
}

// follows is [FollowsText], linked to the other flow's row.
func (b *requirements) follows(f *catalog.Flow) []note.Inline {
	if f.Follows.Flow == "" {
		return nil
	}
	before, after := FollowsWords(f)
	out := append([]note.Inline{note.Text(before)}, b.refs([]string{f.Follows.Flow})...)
	if after != "" {
		out = append(out, note.Text(after))
	}
	return out
}

func (b *requirements) without(f *catalog.Flow) Cell { return Cell{Blocks: text(f.Without)} }

func (b *requirements) source(f *catalog.Flow) Cell {
	return Cell{Blocks: paragraph(b.cite(f.Sources))}
}

// notes is everything else that is known of a flow: what the vendor says
// first, then what the sources disagree on, then what is ours, marked so.
func (b *requirements) notes(f *catalog.Flow) Cell {
	blocks := slices.Clip(noteBlocks(f.Note))
	blocks = append(blocks, text(AllocationText(f))...)
	if f.FallbackOf != "" {
		blocks = append(blocks, sentence("Stands in for ", b.refs([]string{f.FallbackOf}), " when that is blocked."))
	}
	if s := CarriesText(b.c, b.p, f); s != nil {
		blocks = append(blocks, b.carrying(s))
	}
	for _, s := range CarriedText(b.c, b.p, f) {
		blocks = append(blocks, b.carrying(s))
	}
	if len(f.Related) > 0 {
		blocks = append(blocks, sentence("Belongs with ", b.refs(f.Related), "."))
	}
	for _, v := range f.Variants {
		inlines := append([]note.Inline{note.Text("Another source says ")}, PortsInlines(v.Ports)...)
		inlines = append(inlines, note.Text(" ("))
		inlines = append(inlines, b.cite(v.Sources)...)
		inlines = append(inlines, note.Text(")."))
		more := noteBlocks(v.Note)
		if len(more) > 0 {
			if first, ok := more[0].(*note.Paragraph); ok { // most are a sentence
				inlines = append(append(inlines, note.Text(" ")), first.Inlines...)
				more = more[1:]
			}
		}
		blocks = append(append(blocks, &note.Paragraph{Inlines: inlines}), more...)
	}
	if f.Erratum != "" {
		blocks = append(blocks, prefixed("Erratum:", f.Erratum))
	}
	for _, a := range f.Advice {
		blocks = append(blocks, prefixed("Our advice:", a.Text))
	}
	return Cell{Blocks: blocks}
}

// noteBlocks is the note as parsed, or its source where nobody has parsed it.
func noteBlocks(n note.Note) []note.Block {
	if len(n.Blocks) == 0 {
		return text(n.Source)
	}
	return n.Blocks
}

func sentence(before string, middle []note.Inline, after string) note.Block {
	return &note.Paragraph{Inlines: slices.Concat([]note.Inline{note.Text(before)}, middle, []note.Inline{note.Text(after)})}
}

func prefixed(prefix, s string) note.Block {
	head := []note.Inline{&note.Strong{Inlines: []note.Inline{note.Text(prefix)}}, note.Text(" ")}
	return &note.Paragraph{Inlines: append(head, Lines(strings.TrimSpace(s))...)}
}

// refs names other flows of the product, linked to their rows: "SFTP tcp/22".
func (b *requirements) refs(ids []string) []note.Inline {
	var out []note.Inline
	for i, id := range ids {
		if i > 0 {
			out = append(out, note.Text(", "))
		}
		name := id
		if f := b.p.Flow(id); f != nil {
			name = ServiceText(b.c, f.Service) + " " + PortsText(f.Ports)
		}
		out = append(out, &note.Link{URL: FlowPath(b.p.Slug, id), Inlines: []note.Inline{note.Text(name)}})
	}
	return out
}

// carrying is a sentence on a tunnel, the other flows linked to their rows.
func (b *requirements) carrying(s *Carrying) note.Block {
	var flows []note.Inline
	for i, f := range s.Flows {
		if i > 0 {
			flows = append(flows, note.Text(", "))
		}
		flows = append(flows, b.refs([]string{f.ID})...)
		if s.Only[i] != "" {
			flows = append(flows, note.Text(" ("+s.Only[i]+")"))
		}
	}
	return sentence(s.Before, flows, s.After)
}

// cite names documents and sections: "Admin Guide, Ports; Release notes".
func (b *requirements) cite(list []catalog.Citation) []note.Inline {
	var out []note.Inline
	for i, c := range list {
		if i > 0 {
			out = append(out, note.Text("; "))
		}
		words, url := c.ID, ""
		if s := b.p.Source(c.ID); s != nil {
			words, url = s.Title, s.URL
		}
		if c.Section != "" {
			words += ", " + c.Section
		}
		if url == "" {
			out = append(out, note.Text(words))
		} else {
			out = append(out, &note.Link{URL: url, Inlines: []note.Inline{note.Text(words)}})
		}
	}
	return out
}

// Cells that several tables have.

func paragraph(inlines []note.Inline) []note.Block {
	if len(inlines) == 0 {
		return nil
	}
	return []note.Block{&note.Paragraph{Inlines: inlines}}
}

func linked(url, words string) []note.Block {
	return paragraph([]note.Inline{&note.Link{URL: url, Inlines: []note.Inline{note.Text(words)}}})
}

func directionCell(f *catalog.Flow) Cell {
	return Cell{Blocks: note.Of(DirectionText(f.Direction)), Term: string(f.Direction)}
}

func serviceCell(c *catalog.Catalog, f *catalog.Flow) Cell {
	return Cell{Blocks: linked(ServicePath(f.Service), ServiceText(c, f.Service))}
}

func portsCell(s netspec.PortSet) Cell { return Cell{Blocks: paragraph(PortsInlines(s))} }

func needCell(p *catalog.Product, f *catalog.Flow) Cell {
	return Cell{Blocks: note.Of(NeedText(p, f)), Term: string(f.Need)}
}

// provenance is that of a table about these products.
func provenance(c *catalog.Catalog, title, url string, products []*catalog.Product) Provenance {
	out := Provenance{Title: title, DataVersion: c.Version, URL: url}
	for _, p := range products {
		if r := string(p.Reviewed); r != "" && (out.Reviewed == "" || r < out.Reviewed) {
			out.Reviewed = r
		}
		for _, s := range p.Sources {
			src := Source{s.Title, s.Publisher, s.URL, string(s.Retrieved), s.DocumentVersion}
			if !slices.Contains(out.Sources, src) {
				out.Sources = append(out.Sources, src)
			}
		}
	}
	return out
}
