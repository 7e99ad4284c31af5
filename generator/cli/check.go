package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"portolan/generator/diag"
	"portolan/generator/diag/report"
	"portolan/generator/site"
	"portolan/generator/sources"
)

func (p *program) check() *cobra.Command {
	var format string
	var asking bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Hold data, content and links between pages against the rules",
		Long: "Hold data, content and links between pages against the rules and print every\n" +
			"fault at its place. Warnings leave the exit status 0.\n\n" +
			"With --sources it asks the servers of all documents that sources name whether\n" +
			"they are still there, and prints what it learnt instead of other warnings. It\n" +
			"asks one host once a second; some minutes may pass.",
		Example: "  portolan check\n  portolan check -s mysite --format github\n  portolan check --sources",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(report.Formats(), report.Format(format)) {
				return fmt.Errorf("--format: unknown format %q (known: %v)", format, report.Formats())
			}
			src, err := p.source("", 0)
			if err != nil {
				return err
			}
			var list diag.List
			s, err := site.Open(src, &list)
			if err != nil {
				return failure{err}
			}
			if asking && s != nil {
				list = diag.List{}
				n := sources.Check(cmd.Context(), s.Catalog, sources.Options{Agent: "portolan/" + versionText()}, &list)
				fmt.Fprintf(p.err, "%d addresses asked for\n", n)
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
	cmd.Flags().StringVar(&format, "format", string(report.Text), "text, json, github, gitlab or sarif")
	cmd.Flags().BoolVar(&asking, "sources", false, "ask whether the sources' documents are still at their addresses")
	return cmd
}
