package cli

import (
	"context"

	"github.com/spf13/cobra"

	"portolan/generator/build"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/serve"
	"portolan/generator/site"
)

func (p *program) serve() *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the site, and show it again when a file changes",
		Long: "Show the site and reload the browser when data, content or templates change.\n" +
			"While something is wrong the page says what, and the last good site stays.",
		Example: "  portolan serve\n  portolan serve -s mysite --addr 127.0.0.1:9000",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			src, err := p.source("", 0)
			if err != nil {
				return err
			}
			src.Cache = new(load.Cache)
			open := func(context.Context) ([]build.Output, []diag.Diagnostic, error) {
				var list diag.List
				s, err := site.Open(src, &list)
				if s == nil {
					return nil, list.Sorted(), err
				}
				return s.Plan(), list.Sorted(), err
			}
			if err := serve.Run(cmd.Context(), serve.Options{Dir: p.dir, Addr: addr, Open: open, Log: p.err}); err != nil {
				return failure{err}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&addr, "addr", serve.DefaultAddr, "the `address` to listen at")
	return cmd
}
