package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"portolan/generator/build"
)

func (p *program) build() *cobra.Command {
	var out, baseURL string
	var jobs int
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Write the site",
		Long: "Write the site. What did not change is not written again. If anything is wrong,\n" +
			"nothing is written and the previous site stays as it was.",
		Example: "  portolan build\n  portolan build -s mysite -o /srv/www/ports --base-url https://ports.example.org/",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if jobs < 0 {
				return fmt.Errorf("--jobs: %d is less than none", jobs)
			}
			s, err := p.open(baseURL, jobs)
			if err != nil {
				return err
			}
			if out == "" {
				out = filepath.Join(p.dir, "public")
			}
			dir, err := build.Open(out)
			if err != nil {
				return failure{err}
			}
			defer dir.Close()
			_, stats, err := build.Run(cmd.Context(), s.Plan(), dir.Manifest(), dir, build.Options{Program: programID(), Jobs: jobs, Progress: p.progress()})
			if err != nil {
				return failure{err}
			}
			fmt.Fprintf(p.err, "%s: %d files, %d written, %d deleted\n", out, stats.Outputs, stats.Written, stats.Deleted)
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "the `folder` to write into (default: public in the site's folder)")
	cmd.Flags().StringVar(&baseURL, "base-url", "", "the site's address, instead of site.toml's `URL`")
	cmd.Flags().IntVar(&jobs, "jobs", 0, "`number` of files made at a time (default: one per core)")
	return cmd
}

// progress draws a line that counts up, on a terminal only.
func (p *program) progress() func(done, total int) {
	if !isTerminal(p.err) {
		return nil
	}
	last := -1
	return func(done, total int) {
		percent := 100
		if total > 0 {
			percent = done * 100 / total
		}
		if percent != last {
			last = percent
			fmt.Fprintf(p.err, "\r%3d %% of %d files", percent, total)
		}
		if done == total {
			fmt.Fprint(p.err, "\r\033[K")
		}
	}
}
