// Package mermaid spells drawings as Mermaid flowcharts, for wikis and README
// files that draw those: GitHub, GitLab, Confluence and others.
//
// Mermaid places everything itself, so only the graph is spelled. What all
// versions since 9 read is used and nothing else: no front matter, no Markdown
// strings, no shapes by name. A firewall is no node, since arrows that meet in
// one no longer tell who connects to whom; an arrow's label names it instead.
//
// Mermaid refuses texts of more than [MaxText] characters and charts of more
// than [MaxEdges] arrows. A drawing beyond gives up detail, and says so.
package mermaid

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"portolan/generator/netspec"
	"portolan/generator/topology"
)

// What Mermaid accepts unless its site is configured to accept more.
const (
	MaxText  = 50_000
	MaxEdges = 500
)

// Format is the flowchart.
type Format struct{}

// Info implements [topology.Format].
func (Format) Info() topology.Info {
	return topology.Info{ID: "mermaid", Extension: "mmd", Title: "Mermaid", Use: "text that GitHub, GitLab and many wikis draw"}
}

// Render implements [topology.Format].
func (Format) Render(w io.Writer, d *topology.Drawing, page string) error {
	edges := min(len(d.Graph.Edges), MaxEdges)
	var text string
	for level := full; ; {
		p := &printer{d: d, g: d.Graph, page: page, level: level, edges: edges, taken: map[string]bool{}}
		p.chart()
		text = p.b.String()
		if len(text) <= MaxText {
			break
		}
		switch {
		case level < bare:
			level++
		case edges > 0:
			edges /= 2
		default:
			return fmt.Errorf("%s: the boxes alone are more than Mermaid's %d characters", d.Graph.Title, MaxText)
		}
	}
	_, err := io.WriteString(w, text)
	return err
}

// detail is how much is said; more is left out at each level.
type detail int

const (
	full    detail = iota
	noLinks        // no addresses of the page
	noLines        // no addresses of hosts
	bare           // no labels of arrows
)

type printer struct {
	b     strings.Builder
	d     *topology.Drawing
	g     *topology.Graph
	page  string
	level detail
	// edges is how many are drawn.
	edges int
	taken map[string]bool
	nodes []string
}

func (p *printer) chart() {
	g := p.g
	p.line("%%%% %s", comment(g.Title))
	if p.page != "" {
		p.line("%%%% %s", comment(p.page))
	}
	p.line("flowchart LR")
	p.nodes = make([]string, len(g.Nodes))
	var own []string
	for z := range g.Zones {
		zone := &g.Zones[z]
		p.line(`  subgraph %s["%s"]`, p.id("z", zone.ID), strings.Join(texts(zone.Name, p.lines(zone.Addresses)), "<br/>"))
		for i := range g.Nodes {
			n := &g.Nodes[i]
			if n.Zone != z {
				continue
			}
			p.nodes[i] = p.id("n", n.ID)
			p.line(`    %s["%s"]`, p.nodes[i], p.label(n))
			if n.Self {
				own = append(own, p.nodes[i])
			}
		}
		p.line("  end")
	}
	drawn := map[topology.Style][]string{}
	for i := range p.edges {
		style := p.d.Arrows[i].Style
		p.edge(&g.Edges[i], style)
		drawn[style] = append(drawn[style], strconv.Itoa(i))
	}
	if left := len(g.Edges) - p.edges; left > 0 {
		p.line(`  %s["and %d more arrows that Mermaid has no room for"]`, p.id("more"), left)
	}
	for s := topology.StyleRequired; s <= topology.StyleForbidden; s++ {
		if len(drawn[s]) == 0 {
			continue
		}
		look := s.Look()
		// Colours that are seen on white and in the dark.
		style := fmt.Sprintf("stroke:%v,stroke-width:%dpx", colors[s], look.Width)
		p.line("  linkStyle %s %s", strings.Join(drawn[s], ","), style)
	}
	if len(own) > 0 {
		p.line("  classDef own stroke:%v,stroke-width:3px", colors[topology.StyleRequired])
		p.line("  class %s own", strings.Join(own, ","))
	}
	if p.page == "" || p.level >= noLinks {
		return
	}
	for i := range g.Nodes {
		if n := &g.Nodes[i]; len(n.Members) == 1 && n.Members[0].Href != "" {
			p.line(`  click %s "%s"`, p.nodes[i], address(topology.Address(p.page, n.Members[0].Href)))
		}
	}
}

// colors have enough contrast on white and on what dark themes use.
var colors = map[topology.Style]topology.Color{
	topology.StyleRequired: 0x1f7fa8, topology.StyleConditional: 0x9a7016, topology.StyleOptional: 0x78828f,
	topology.StyleDiscouraged: 0xc9661a, topology.StyleOff: 0x8b939d, topology.StyleForbidden: 0xd0423c,
}

// arrows are dotted where they are not always there, and end in a cross where
// they must not be.
var arrows = [...]string{
	topology.StyleRequired: "-->", topology.StyleConditional: "-.->", topology.StyleOptional: "-.->",
	topology.StyleDiscouraged: "-->", topology.StyleOff: "-.->", topology.StyleForbidden: "--x",
}

func (p *printer) edge(e *topology.Edge, style topology.Style) {
	label := ""
	if p.level < bare {
		label = `|"` + strings.Join(escaped(p.words(e)), "<br/>") + `"|`
	}
	p.line("  %s %s%s %s", p.nodes[e.From], arrows[style], label, p.nodes[e.To])
}

// labelMax is how many flows an arrow names; of more, it names the ports alone.
const labelMax = 6

// words are the lines of an arrow's label.
func (p *printer) words(e *topology.Edge) []string {
	var out []string
	if e.Forbidden {
		out = append(out, "must stay closed:")
	}
	if len(e.Flows) <= labelMax {
		for i := range e.Flows {
			f := &e.Flows[i]
			words := p.g.Rows[f.Row].Service + remark(p.g.StyleOf(f))
			if f.Ports != "any" {
				words = p.g.Label(f) + " " + words
			}
			if !slices.Contains(out, words) {
				out = append(out, words)
			}
		}
	} else {
		out = append(out, p.ports(e)...)
	}
	if p.walls() {
		for _, w := range e.Chain {
			name := "through " + p.g.Firewalls[w].Name
			if w == e.Translated {
				name += ", which translates"
			}
			out = append(out, name)
		}
	}
	return out
}

// remark is what is said of a flow that is not plainly required. What must stay
// closed has an arrow of its own, which says it.
func remark(s topology.Style) string {
	if s == topology.StyleRequired || s == topology.StyleForbidden {
		return ""
	}
	return " (" + s.Look().Word + ")"
}

// ports are the ports of an edge's flows in lines of one style each.
func (p *printer) ports(e *topology.Edge) []string {
	var sets [topology.StyleForbidden + 1]netspec.PortSet
	var out []string
	for i := range e.Flows {
		f := &e.Flows[i]
		set, err := netspec.ParsePortSet(f.Ports)
		if err != nil { // "any"
			out = append(out, f.Ports+remark(p.g.StyleOf(f)))
			continue
		}
		s := p.g.StyleOf(f)
		sets[s] = sets[s].Union(set)
	}
	for s, set := range sets {
		if set.IsZero() {
			continue
		}
		lines := wrap(set.String(), 36)
		lines[len(lines)-1] += remark(topology.Style(s))
		out = append(out, lines...)
	}
	return out
}

// wrap breaks ports into lines of at most width, after commas and spaces.
func wrap(ports string, width int) []string {
	var out []string
	for len(ports) > width {
		cut := strings.LastIndexAny(ports[:width], ", ")
		if cut <= 0 {
			cut = strings.IndexAny(ports, ", ")
		}
		if cut < 0 {
			break
		}
		out = append(out, strings.TrimSpace(ports[:cut+1]))
		ports = ports[cut+1:]
	}
	return append(out, ports)
}

// walls tells whether arrows name their firewalls: not where there is one that
// all arrows between zones pass.
func (p *printer) walls() bool {
	return len(p.g.Firewalls) > 1 || slices.ContainsFunc(p.g.Edges, func(e topology.Edge) bool {
		return (len(e.Chain) == 0) != (p.g.Nodes[e.From].Zone == p.g.Nodes[e.To].Zone)
	})
}

func (p *printer) label(n *topology.Node) string {
	var out []string
	for _, m := range n.Members {
		title := m.Title
		if n.Many {
			title += " (several)"
		}
		out = append(out, texts(title, p.lines(m.Lines))...)
	}
	return strings.Join(out, "<br/>")
}

func (p *printer) lines(list []string) []string {
	if p.level >= noLines {
		return nil
	}
	return list
}

func texts(first string, more []string) []string {
	return escaped(append([]string{first}, more...))
}

func escaped(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = Escape(s)
	}
	return out
}

func (p *printer) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

// id makes an id of letters, digits and low lines that is no word of Mermaid's.
func (p *printer) id(kind string, words ...string) string {
	id := kind
	for _, w := range words {
		id += "_" + strings.Map(func(r rune) rune {
			if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
				return r
			}
			return '_'
		}, w)
	}
	id = strings.NewReplacer("style", "sty_le", "classDef", "class_Def").Replace(id) // see Escape
	// Version 9 finds its words at the end of others.
	for _, word := range []string{"end", "class", "click", "default", "graph", "flowchart", "href", "call", "interpolate"} {
		if strings.HasSuffix(id, word) {
			id += "_"
			break
		}
	}
	out := id
	for n := 2; p.taken[out]; n++ {
		out = id + "_" + strconv.Itoa(n)
	}
	p.taken[out] = true
	return out
}

// Escape is a text as it stands between quotation marks: whatever could mean
// something to Mermaid, to the Markdown in it or to HTML is an entity of its own
// form, "#35;" for "#". Two things it looks for only after entities are read: its
// own signs for them, "ﬂ°" and "¶ß", and icons such as "fa:fa-car". The ligature
// is spelled out, the others get an invisible joiner.
func Escape(text string) string {
	text = icons.ReplaceAllString(topology.Plain(text), "$1:\u2060fa-")
	text = signs.Replace(text)
	var b strings.Builder
	start, number := true, false // of the line, and only digits so far
	for i, r := range text {
		before, after := text[:i], text[i:]
		safe := r > 0x7f || unicode.IsLetter(r) || unicode.IsDigit(r)
		switch r {
		case ',', '/', '(':
			safe = true
		case ' ', '-', '+': // a list
			safe = !start
		case ')':
			safe = !number // "1)" begins a list
		case '.': // so does "1. ", and "www." a link
			safe = !(number && (len(after) == 1 || after[1] == ' ')) && !strings.HasSuffix(strings.ToLower(before), "www")
		case ':': // of a link
			safe = !strings.HasPrefix(after, "://")
		case 's', 'c': // Mermaid looks for style sheets anywhere in a line
			safe = !strings.HasPrefix(after, "style") && !strings.HasPrefix(after, "classDef")
		}
		if safe {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
		number = (start || number) && unicode.IsDigit(r)
		start = false
	}
	return b.String()
}

var (
	icons = regexp.MustCompile(`(fa[a-z]?):fa-`)
	signs = strings.NewReplacer("\ufb02", "fl", "¶ß", "¶\u2060ß")
)

// comment is a text that ends no comment and begins no directive.
func comment(s string) string {
	return strings.NewReplacer("{", "(", "}", ")").Replace(topology.Plain(s))
}

// address is an address that stands between quotation marks.
func address(s string) string {
	return strings.NewReplacer(`"`, "%22", " ", "%20", "<", "%3C", ">", "%3E", "`", "%60", ";", "%3B", `\`, "%5C").Replace(topology.Plain(s))
}
