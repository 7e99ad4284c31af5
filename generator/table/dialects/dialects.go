// Package dialects is the list of all formats that tables are written in.
package dialects

import (
	"slices"
	"strings"

	"portolan/generator/table"
	"portolan/generator/table/csv"
	"portolan/generator/table/html"
	"portolan/generator/table/json"
	"portolan/generator/table/markdown"
)

// all is in order of ids, which a test holds it to.
var all = []table.Dialect{
	csv.Guarded{},
	html.Fragment{},
	json.Dialect{},
	markdown.Dialect{},
	csv.Raw{},
	csv.TSV{},
}

// All lists the dialects in order of their ids.
func All() []table.Dialect { return slices.Clone(all) }

// IDs lists the ids, which are also the extensions of the files, in order.
func IDs() []string {
	ids := make([]string, len(all))
	for i, d := range all {
		ids[i] = d.Info().ID
	}
	return ids
}

// ByID returns the dialect with that id or extension ("md", ".md"), nil if
// there is none.
func ByID(id string) table.Dialect {
	id = strings.TrimPrefix(id, ".")
	for _, d := range all {
		if d.Info().ID == id {
			return d
		}
	}
	return nil
}
