// Package topologytest is graphs for the tests of formats.
package topologytest

import (
	"fmt"

	"portolan/generator/catalog"
	"portolan/generator/topology"
)

// Texts are texts that mean something in one format or another.
func Texts() []string {
	return []string{
		`end`, `x`, `o`, `"`, `'`, `\`, `---`, `-->`, `]]>`, `--><!--`, `]`, `|`, `#`, `&`, `;`, `%`,
		`she said "no" & left`, `back\slash\`, `\N \G \l \n \E`, `<b>bold</b><br/>`, `<img src=x onerror=alert(1)>`, `</div></script><script>alert(1)</script>`,
		`[square] {brace} (round) |bar|`, "`code` **bold** _low_ ~~gone~~", "`**all of it**`", `1. first`, `2) second`, `- item`, `+ item`, `* item`, `# title`, `> quote`, `====`,
		`#quot; #35; #x`, `&amp; &#60; &lt;`, "\ufb02\u00b0\u00b060\u00b6\u00df", `https://example.com/?a=1&b=2`, `www.example.com`, `a@example.com`, `[text](https://example.com)`, `![x](y)`,
		`style a:#b;`, `classDef a:#b;`, `%%{init: {"theme": "dark"}}%%`, `%% comment`, `click a "b"`, `a:::b`, `fa:fa-car`, `$$x^2$$`, `%name%`, `subgraph z`,
		"two\nlines\tand a tab", "nothing\x00here\x1b", "not \xff UTF-8", "turned \u202eright\u202c to \u2066left\u2069", "emoji 🛳️ 港湾 née", "  spaces  ",
		`<?xml?>`, `<!DOCTYPE a>`, `a=b, c="d"`, `digraph {`, `->`, `constructor`, `__proto__`,
	}
}

// Hostile is a graph whose texts are those of [Texts], by turns, and whose ids
// are words of the formats.
func Hostile() *topology.Graph {
	n := 0
	text := func() string {
		list := Texts()
		n++
		return list[(n-1)%len(list)]
	}
	ids := []string{"end", "x", "o", "style", "click", "default", "a-b", "a.b", "a_b", "classDef", "subgraph", "node", "__proto__", "constructor", "legend", "graph", "edge", "zone.a"}
	g := &topology.Graph{ID: "diagram", Title: `Hostile "title" --> ]]> \N {x} & <b>`, Description: text()}
	for i, id := range []string{"end", "a", "linkStyle"} {
		g.Zones = append(g.Zones, topology.Zone{ID: id, Name: text(), Addresses: []string{fmt.Sprintf("192.0.2.%d", i), text()}})
	}
	for i, id := range ids {
		node := topology.Node{ID: id, Zone: i * len(g.Zones) / len(ids), Kind: topology.Hosts, Self: i%5 == 0, Many: i%4 == 1}
		for range 1 + i%3/2 {
			node.Members = append(node.Members, topology.Member{Title: text(), Lines: []string{text()}, Href: `#` + text()})
		}
		g.Nodes = append(g.Nodes, node)
	}
	g.Firewalls = []topology.Firewall{{ID: "end", Name: text(), Zones: []int{0, 1}, Href: "../" + text()}, {ID: "x", Name: text(), Zones: []int{1, 2}, Lines: []string{text()}}}
	needs := []catalog.Need{catalog.Required, catalog.Conditional, catalog.Optional}
	for i := range g.Nodes {
		from, to := i, (i*7+5)%len(g.Nodes)
		e := topology.Edge{From: from, To: to, Translated: -1, Through: []int{g.Nodes[from].Zone}}
		step := 1
		if g.Nodes[to].Zone < g.Nodes[from].Zone {
			step = -1
		}
		for z := g.Nodes[from].Zone; z != g.Nodes[to].Zone; z += step {
			e.Chain = append(e.Chain, min(z, z+step))
			e.Through = append(e.Through, z+step)
		}
		if len(e.Chain) > 0 && i%3 == 0 {
			e.Translated = e.Chain[0]
		}
		e.Forbidden = i%6 == 5
		for k := range 1 + i%4 {
			row := topology.Row{Number: len(g.Rows) + 1, Anchor: text(), Service: text(), Need: needs[(i+k)%3]}
			if e.Forbidden {
				row.Need = catalog.Forbidden
			} else if i%7 == 3 {
				row.Status = catalog.Discouraged
			}
			row.Tunnel = !e.Forbidden && i%5 == 2
			g.Rows = append(g.Rows, row)
			e.Flows = append(e.Flows, topology.Flow{Row: len(g.Rows) - 1, Ports: fmt.Sprintf("tcp/%d", 1000+len(g.Rows)), Off: i%5 == 4 || k == 3})
		}
		g.Edges = append(g.Edges, e)
	}
	return g
}
