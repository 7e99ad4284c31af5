// Package dialects is the list of all formats that tables are written in.
package dialects

import (
	"slices"
	"strings"

	"portolan/generator/table"
	"portolan/generator/table/asciidoc"
	"portolan/generator/table/confluence"
	"portolan/generator/table/csv"
	"portolan/generator/table/dokuwiki"
	"portolan/generator/table/html"
	"portolan/generator/table/jira"
	"portolan/generator/table/json"
	"portolan/generator/table/markdown"
	"portolan/generator/table/mediawiki"
	"portolan/generator/table/org"
	"portolan/generator/table/rst"
	"portolan/generator/table/textile"
	"portolan/generator/table/xlsx"
)

// all is in order of ids, which a test holds it to.
var all = []table.Dialect{
	asciidoc.Dialect{},
	confluence.Storage{},
	csv.Guarded{},
	dokuwiki.Dialect{},
	html.Fragment{},
	jira.Dialect{},
	json.Dialect{},
	markdown.Dialect{},
	mediawiki.Dialect{},
	org.Dialect{},
	csv.Raw{},
	rst.Dialect{},
	textile.Dialect{},
	csv.TSV{},
	xlsx.Dialect{},
}

// All lists the dialects in order of their ids.
func All() []table.Dialect { return slices.Clone(all) }

// IDs lists the ids in order.
func IDs() []string {
	ids := make([]string, len(all))
	for i, d := range all {
		ids[i] = d.Info().ID
	}
	return ids
}

// Lookup finds a dialect by its id or by its files' extension, with or
// without the leading dot.
func Lookup(name string) (table.Dialect, bool) {
	name = strings.TrimPrefix(name, ".")
	for _, d := range all {
		if info := d.Info(); info.ID == name || info.Extension == name {
			return d, true
		}
	}
	return nil, false
}
