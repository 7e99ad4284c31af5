package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"portolan/generator/diag"
	"portolan/generator/diag/report"
	"portolan/generator/network"
	"portolan/generator/site"
	"portolan/generator/table"
	"portolan/generator/table/dialects"
)

func (p *program) table() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "table PRODUCT|DEPLOYMENT|matrix",
		Short:   "Print a table in the markup of another place",
		Example: "  portolan table liquidfiles --format md\n  portolan table matrix --format csv > matrix.csv\n  portolan table moveit-transfer --format xlsx > ports.xlsx",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			d, ok := dialects.Lookup(format)
			if !ok {
				return fmt.Errorf("--format: unknown format %q%s (known: %s)", format, hint(format, dialects.IDs()), strings.Join(dialects.IDs(), ", "))
			}
			if d.Info().Binary && isScreen(p.out) {
				return fmt.Errorf("--format %s is no text to be read on a terminal: send it to a file, as in > %s.%s", d.Info().ID, args[0], d.Info().Extension)
			}
			s, err := p.open()
			if err != nil {
				return err
			}
			t, err := chooseTable(s, args[0])
			if err != nil {
				return err
			}
			var list diag.List
			if err := d.Render(p.out, table.Lower(t, d.Info(), &list)); err != nil {
				return failure{err}
			}
			return report.Write(p.err, report.Text, list.Sorted())
		},
	}
	cmd.Flags().StringVar(&format, "format", "md", strings.Join(dialects.IDs(), ", "))
	return cmd
}

func chooseTable(s *site.Site, name string) (*table.Table, error) {
	if name == "matrix" {
		return table.Matrix(s.Catalog, table.MatrixOptions{}), nil
	}
	if p := s.Catalog.Product(name); p != nil {
		return table.Requirements(s.Catalog, p, table.Options{}), nil
	}
	i := slices.IndexFunc(s.Networks, func(n *network.Network) bool { return n.Deployment.Slug == name })
	if i >= 0 {
		return table.Network(s.Catalog, s.Networks[i]), nil
	}
	return nil, unknownSubject(s, name, "matrix")
}

// unknownSubject is the error of a name that is no product, no network and
// none of the others that could be meant.
func unknownSubject(s *site.Site, name string, others ...string) error {
	names := others
	for _, p := range s.Catalog.Products {
		names = append(names, p.Slug)
	}
	for _, d := range s.Catalog.Deployments {
		names = append(names, d.Slug)
	}
	return fmt.Errorf("no product or network %q%s", name, hint(name, names))
}

// hint proposes the nearest known name.
func hint(name string, known []string) string {
	if n := diag.Nearest(name, known); n != "" {
		return fmt.Sprintf("; did you mean %q?", n)
	}
	return ""
}
