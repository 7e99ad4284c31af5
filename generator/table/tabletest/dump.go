package tabletest

import (
	"fmt"
	"strings"

	"portolan/generator/note"
	"portolan/generator/table"
)

// Dump shows a table's neutral form for golden files: a line per cell, markup
// in brackets.
func Dump(t *table.Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "table %s %q\n", t.ID, t.Title)
	for _, c := range t.Columns {
		fmt.Fprintf(&b, "column %s %q kind %d", c.ID, c.Title, c.Kind)
		if c.Link != "" {
			fmt.Fprintf(&b, " -> %s", c.Link)
		}
		b.WriteByte('\n')
	}
	for _, g := range t.Groups {
		fmt.Fprintf(&b, "\ngroup %s %q\n", g.ID, g.Title)
		for _, r := range g.Rows {
			fmt.Fprintf(&b, "\nrow %s", r.ID)
			for _, a := range r.Attrs {
				fmt.Fprintf(&b, " %s=%q", a.Name, a.Value)
			}
			b.WriteByte('\n')
			for i, c := range r.Cells {
				if c.IsZero() {
					continue
				}
				term := ""
				if c.Term != "" {
					term = " (" + c.Term + ")"
				}
				fmt.Fprintf(&b, "  %s%s: %s\n", t.Columns[i].ID, term, blocks(c.Blocks))
			}
		}
	}
	fmt.Fprintf(&b, "\nprovenance %s\n", t.ProvenanceLine())
	for _, s := range t.Provenance.Sources {
		fmt.Fprintf(&b, "source %q\n", s)
	}
	return b.String()
}

func blocks(list []note.Block) string {
	var parts []string
	for _, bl := range list {
		switch bl := bl.(type) {
		case *note.Paragraph:
			parts = append(parts, inlines(bl.Inlines))
		case *note.List:
			for _, item := range bl.Items {
				parts = append(parts, "[item "+blocks(item)+"]")
			}
		}
	}
	return strings.Join(parts, " ¶ ")
}

func inlines(list []note.Inline) string {
	var b strings.Builder
	for _, in := range list {
		switch in := in.(type) {
		case note.Text:
			b.WriteString(string(in))
		case note.Code:
			fmt.Fprintf(&b, "[code %s]", string(in))
		case *note.Strong:
			fmt.Fprintf(&b, "[strong %s]", inlines(in.Inlines))
		case *note.Emphasis:
			fmt.Fprintf(&b, "[em %s]", inlines(in.Inlines))
		case *note.Link:
			fmt.Fprintf(&b, "[%s -> %s]", inlines(in.Inlines), in.URL)
		case note.Break:
			b.WriteString("[br]")
		}
	}
	return b.String()
}
