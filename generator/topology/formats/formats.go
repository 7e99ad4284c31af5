// Package formats is the list of all formats that diagrams are written in.
package formats

import (
	"slices"
	"strings"

	"portolan/generator/topology"
	"portolan/generator/topology/dot"
	"portolan/generator/topology/drawio"
	"portolan/generator/topology/mermaid"
	"portolan/generator/topology/png"
	"portolan/generator/topology/svg"
)

// all is in order of ids, which a test holds it to.
var all = []topology.Format{
	dot.Format{},
	drawio.Format{},
	mermaid.Format{},
	png.Format{},
	svg.Format{},
}

// All lists the formats in order of their ids.
func All() []topology.Format { return slices.Clone(all) }

// IDs lists the ids in order.
func IDs() []string {
	ids := make([]string, len(all))
	for i, f := range all {
		ids[i] = f.Info().ID
	}
	return ids
}

// Lookup finds a format by its id or by its files' extension, with or without
// the leading dot.
func Lookup(name string) (topology.Format, bool) {
	name = strings.TrimPrefix(name, ".")
	for _, f := range all {
		if info := f.Info(); info.ID == name || info.Extension == name {
			return f, true
		}
	}
	return nil, false
}
