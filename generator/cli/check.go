package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"portolan/generator/diag"
	"portolan/generator/diag/report"
	"portolan/generator/site"
)

func (p *program) check() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Hold data, content and links between pages against the rules",
		Long: "Hold data, content and links between pages against the rules and print every\n" +
			"fault at its place. Warnings leave the exit status 0.",
		Example: "  portolan check\n  portolan check -s mysite --format github",
		Args:    usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if !slices.Contains(report.Formats(), report.Format(format)) {
				return fmt.Errorf("--format: unknown format %q (known: %v)", format, report.Formats())
			}
			src, err := p.source("", 0)
			if err != nil {
				return err
			}
			var list diag.List
			if _, err := site.Open(src, &list); err != nil {
				return failure{err}
			}
			if err := report.Write(p.out, report.Format(format), list.Sorted()); err != nil {
				return failure{err}
			}
			if list.HasErrors() {
				return errTold
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", string(report.Text), "text, json, github or sarif")
	return cmd
}
