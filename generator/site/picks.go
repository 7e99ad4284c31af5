package site

import (
	"bytes"
	"encoding/json"
	"slices"

	"portolan/generator/build"
	"portolan/generator/catalog"
	"portolan/generator/table"
	"portolan/generator/table/csv"
	"portolan/generator/table/html"
	"portolan/generator/table/markdown"
)

// picks is a table for the page's dialog, which leaves columns and rows out.
// It carries the files as their dialects write them, in which cells can be told
// apart without knowing how text is escaped: the browser only cuts.
type picks struct {
	Title string `json:"title"`
	// Columns are the titles of all columns. Files that can say nothing
	// beside the table have one more.
	Columns []string `json:"columns"`
	// Cells are the places of the columns whose cells a set-up changes, by id.
	Cells map[string]int `json:"cells"`
	// By is what the rows are grouped by.
	By string `json:"by"`
	// Groups, Needs and Features are ids and names, by which rows are chosen.
	Groups   [][2]string `json:"groups"`
	Needs    [][2]string `json:"needs"`
	Features [][2]string `json:"features"`
	// Rows are a group, a need, conditions and an id: alternatives apart by
	// blanks, what must be on together joined by "+".
	Rows [][4]string `json:"rows"`
	// Files are whole files by the extension.
	Files map[string]string `json:"files"`
}

// picksPath is the file that a subject's dialog loads.
func picksPath(subject string) string { return subject + "table.js" }

// picks plans what a subject's dialog loads. features are those of a product.
func (pl *planner) picks(subject string, key build.Key, features []catalog.Feature, made func() *table.Table) {
	pl.page(picksPath(subject), key, func() ([]byte, error) { return pl.s.picks(made(), features) })
}

func (s *Site) picks(t *table.Table, features []catalog.Feature) ([]byte, error) {
	out := picks{Title: t.Title, By: t.GroupBy.Title, Groups: [][2]string{}, Needs: [][2]string{}, Features: [][2]string{}, Cells: map[string]int{}, Files: map[string]string{}}
	used := map[string]bool{}
	for _, g := range t.Groups {
		out.Groups = append(out.Groups, [2]string{g.ID, g.Title})
		for _, r := range g.Rows {
			row := [4]string{g.ID, r.Attr("need"), r.Attr("features"), r.ID}
			used[row[1]] = true
			out.Rows = append(out.Rows, row)
		}
	}
	for _, need := range catalog.Required.Values() {
		if used[need] {
			out.Needs = append(out.Needs, [2]string{need, needWords[catalog.Need(need)]})
		}
	}
	for _, f := range features {
		out.Features = append(out.Features, [2]string{f.ID, f.Name})
	}
	for i, c := range table.Lower(t, markdown.Dialect{}.Info(), discard{}).Columns {
		out.Columns = append(out.Columns, c.Title)
		if slices.Contains([]string{"from", "to", "ports"}, c.ID) {
			out.Cells[c.ID] = i
		}
	}
	for _, d := range []table.Dialect{csv.Guarded{}, html.Fragment{}, markdown.Dialect{}, csv.TSV{}} {
		text, err := s.copyOf(d, t)
		if err != nil {
			return nil, err
		}
		out.Files[d.Info().Extension] = string(text)
	}
	return buffered(func(b *bytes.Buffer) error {
		b.WriteString("window.portolanTable=")
		e := json.NewEncoder(b)
		e.SetEscapeHTML(false)
		return e.Encode(out)
	})
}

// Picks is what the dialog of the page loads.
func (v productView) Picks() string { return picksPath(v.Path) }

// Line says where a copy of a table of the page comes from.
func (v productView) Line() string {
	return table.Provenance{Title: v.Product.Name, DataVersion: v.Product.DataVersion, Reviewed: string(v.Product.Reviewed)}.Text()
}

// Picks is what the dialog of the page loads.
func (v deploymentView) Picks() string { return picksPath(v.Path) }

// Line says where a copy of a table of the page comes from.
func (v deploymentView) Line() string {
	return table.Provenance{Title: v.Deployment.Name, DataVersion: v.site.Catalog.Version}.Text()
}
