package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"portolan/generator/catalog/schema"
)

func (p *program) schema() *cobra.Command {
	kinds := schema.Kinds()
	return &cobra.Command{
		Use:       "schema " + strings.Join(kinds, "|"),
		Short:     "Print the JSON Schema of a data file, for editors",
		Example:   "  portolan schema product > product.schema.json",
		ValidArgs: kinds,
		Args:      usage(cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs)),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := schema.For(args[0])
			if err != nil {
				return failure{err}
			}
			if _, err := p.out.Write(text); err != nil {
				return failure{fmt.Errorf("writing the schema: %w", err)}
			}
			return nil
		},
	}
}
