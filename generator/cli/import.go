package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/diag/report"
	"portolan/generator/importer"
)

func (p *program) importTable() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Print a draft product from an existing port table",
		Long: "Reads a port table (" + strings.Join(importer.Formats(), ", ") + ") whose first row names its columns, such as\n" +
			"Source, Destination, Protocol, Port, Description, and prints a product file with\n" +
			"every row in it. What it guesses or does not understand is a comment in the\n" +
			"draft and a warning with the row's line.",
		Example: "  portolan import ports.csv > data/products/acme-transfer.toml\n  portolan import manual.md --name \"Acme Transfer\"",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			src, err := os.ReadFile(args[0])
			if err != nil {
				return failure{err}
			}
			g, err := importer.Read(args[0], src)
			if err != nil {
				return failure{err}
			}
			words, err := p.vocabulary()
			if err != nil {
				return err
			}
			var list diag.List
			text, err := importer.Draft(g, importer.Options{Name: name, Catalog: words}, &list)
			if err != nil {
				return failure{err}
			}
			if _, err := p.out.Write(text); err != nil {
				return failure{err}
			}
			return report.Write(p.err, report.Text, list.Sorted())
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "the product's `name`; otherwise made of the file's")
	return cmd
}

// vocabulary is the services and zones of the site, or those that the program
// carries where there is no site or it has faults: a draft can be made anyway.
func (p *program) vocabulary() (*catalog.Catalog, error) {
	var list diag.List
	if r := load.Load(os.DirFS(p.dir), load.Options{Builtin: p.builtin, Known: known()}, &list); r.Catalog != nil {
		return r.Catalog, nil
	}
	r := load.Load(p.builtin, load.Options{Known: known()}, &list)
	if r.Catalog == nil {
		return nil, failure{fmt.Errorf("the program's own vocabulary cannot be read: %v", list.Sorted())}
	}
	return r.Catalog, nil
}
