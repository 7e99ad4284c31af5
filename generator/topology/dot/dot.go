// Package dot spells drawings in DOT, the language of Graphviz.
//
// Graphviz places everything itself, so only the graph is spelled: zones are
// clusters in columns from outside to inside. Arrows that go from an inner zone
// to an outer one are written the other way round with dir=back, so that they
// don't turn the columns.
package dot

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/topology"
)

// Format is the digraph.
type Format struct{}

// Info implements [topology.Format].
func (Format) Info() topology.Info {
	return topology.Info{ID: "dot", Extension: "dot", Title: "Graphviz", Use: "text for Graphviz and what reads its language"}
}

// Render implements [topology.Format].
func (Format) Render(w io.Writer, d *topology.Drawing, page string) error {
	p := &printer{g: d.Graph, page: page}
	p.digraph(d)
	_, err := io.WriteString(w, p.b.String())
	return err
}

type printer struct {
	b    strings.Builder
	g    *topology.Graph
	page string
}

// attributes are names and values by turns; values are as DOT spells them. An
// empty value is left out.
type attributes []string

func (a attributes) String() string {
	var out []string
	for i := 0; i < len(a); i += 2 {
		if a[i+1] != "" {
			out = append(out, a[i]+"="+a[i+1])
		}
	}
	return strings.Join(out, ", ")
}

func (p *printer) digraph(d *topology.Drawing) {
	g := p.g
	p.line("digraph %s {", Quote(g.ID))
	p.line("  graph [%v];", attributes{
		"label", Label(g.Title), "labelloc", "t", "tooltip", Tip(g.Description), "URL", address(p.page),
		"rankdir", "LR", "newrank", "true", "ranksep", "1", "nodesep", "0.5",
		"fontname", `"Helvetica,Arial,sans-serif"`, "fontsize", "16", "fontcolor", color(topology.Ink)})
	p.line("  node [%v];", attributes{
		"shape", "box", "style", `"rounded,filled"`, "fillcolor", color(topology.BoxFill), "color", color(topology.BoxLine), "fontcolor", color(topology.Ink),
		"fontname", `"Helvetica,Arial,sans-serif"`, "fontsize", "12", "margin", `"0.2,0.1"`})
	p.line("  edge [%v];", attributes{
		"fontname", `"Courier New,monospace"`, "fontsize", "10", "arrowsize", "0.8", "labeldistance", "4", "labelangle", "0"})
	for z := range g.Zones {
		p.zone(z)
	}
	// Columns: a pair of nodes of each two neighbours.
	var before string
	for z := range g.Zones {
		i := slices.IndexFunc(g.Nodes, func(n topology.Node) bool { return n.Zone == z })
		if i < 0 {
			continue
		}
		id := Quote(g.Nodes[i].ID)
		if before != "" {
			p.line("  %s -> %s [style=invis, weight=10];", before, id)
		}
		before = id
	}
	for i := range g.Edges {
		p.edge(&g.Edges[i], d.Arrows[i].Style)
	}
	p.line("}")
}

func (p *printer) zone(z int) {
	zone := &p.g.Zones[z]
	p.line("  subgraph %s {", Quote("cluster_"+zone.ID))
	p.line("    graph [%v];", attributes{
		"label", Label(append([]string{zone.Name}, zone.Addresses...)...), "tooltip", Tip(zone.Name),
		"style", `"rounded,filled"`, "fillcolor", color(topology.BandFill), "color", color(topology.BandLine), "fontsize", "14"})
	p.line("    rank=same;")
	for i := range p.g.Nodes {
		n := &p.g.Nodes[i]
		if n.Zone != z {
			continue
		}
		var words []string
		for _, m := range n.Members {
			words = append(append(words, m.Title), m.Lines...)
		}
		a := attributes{"label", Label(words...), "tooltip", Tip(n.Name()), "URL", p.link(n.Members[0].Href)}
		if n.Self {
			a = append(a, "fillcolor", color(topology.OwnFill), "color", color(topology.OwnLine), "penwidth", "2")
		}
		if n.Many {
			a = append(a, "peripheries", "2")
		}
		p.line("    %s [%v];", Quote(n.ID), a)
	}
	p.line("  }")
}

// portsMax is how many flows an arrow names by their ports; of more, it names
// them by the numbers of their rows.
const portsMax = 6

func (p *printer) edge(e *topology.Edge, style topology.Style) {
	g := p.g
	var ports, numbers, says []string
	for i := range e.Flows {
		f := &e.Flows[i]
		if s := g.Label(f); !slices.Contains(ports, s) {
			ports = append(ports, s)
		}
		numbers = append(numbers, strconv.Itoa(g.Rows[f.Row].Number))
		says = append(says, g.Sentence(e, f))
	}
	if len(ports) > portsMax {
		ports = rows(numbers)
	}
	if e.Forbidden {
		ports = append(ports, "must stay closed")
	}
	for _, w := range e.Chain {
		tip := "through " + g.Firewalls[w].Name
		if w == e.Translated {
			tip += ", which translates"
		}
		says = append(says, tip)
	}
	look := style.Look()
	tip := Tip(says...)
	from, to, head := e.From, e.To, "head"
	back := g.Nodes[from].Zone > g.Nodes[to].Zone
	if back {
		from, to, head = to, from, "tail"
	}
	// Between zones a label has room of its own; within one, where Graphviz
	// keeps none, it stands at the listener's end.
	place := "label"
	if g.Nodes[from].Zone == g.Nodes[to].Zone {
		place = head + "label"
	}
	a := attributes{place, Label(ports...), "tooltip", tip, place + "tooltip", tip,
		"URL", p.link("#" + g.Rows[e.Flows[0].Row].Anchor), "style", lines[style], "penwidth", strconv.Itoa(look.Width),
		"color", color(look.Color), "fontcolor", color(look.Color)}
	if back {
		a = append(a, "dir", "back")
	}
	if e.Forbidden {
		a = append(a, "arrow"+head, "tee")
	}
	p.line("  %s -> %s [%v];", Quote(g.Nodes[from].ID), Quote(g.Nodes[to].ID), a)
}

// rows names rows by their numbers, a few to a line.
func rows(numbers []string) []string {
	var out []string
	for part := range slices.Chunk(numbers, 8) {
		out = append(out, strings.Join(part, " "))
	}
	out[0] = "rows " + out[0]
	return out
}

var lines = [...]string{
	topology.StyleRequired: "solid", topology.StyleConditional: "dashed", topology.StyleOptional: "dotted",
	topology.StyleDiscouraged: "dashed", topology.StyleOff: "dotted", topology.StyleForbidden: "solid",
}

func (p *printer) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

// link is the address of a place of the page; empty: there is none.
func (p *printer) link(href string) string { return address(topology.Address(p.page, href)) }

func address(href string) string {
	if href == "" {
		return ""
	}
	return Label(strings.ReplaceAll(href, `\`, "%5C"))
}

func color(c topology.Color) string { return `"` + c.String() + `"` }

// Quote is a text as an id, where nothing but a quotation mark means anything.
func Quote(id string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(topology.Plain(id)) + `"`
}

// Label is a text of lines as a label: there a reverse solidus begins an escape
// such as \N, the name of the node, and an ampersand an entity.
func Label(lines ...string) string { return join(labels, lines) }

// Tip is [Label] of a tooltip. Graphviz reads those twice, so that no reverse
// solidus can be told from an escape; a sign that looks the same stands for it.
func Tip(lines ...string) string { return join(tips, lines) }

func join(escaper *strings.Replacer, lines []string) string {
	out := make([]string, len(lines))
	for i, s := range lines {
		out[i] = escaper.Replace(topology.Plain(s))
	}
	return `"` + strings.Join(out, `\n`) + `"`
}

var (
	labels = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`)
	tips   = strings.NewReplacer(`\`, "\u29f5", `"`, `\"`, `&`, `&amp;`)
)
