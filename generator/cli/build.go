package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"portolan/generator/build"
	"portolan/generator/site"
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
			if out == "" {
				out = filepath.Join(p.dir, "public")
			}
			stats, err := p.buildInto(cmd.Context(), out, baseURL, build.Options{Jobs: jobs, Progress: p.progress()})
			if err != nil {
				return err
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

// buildInto builds the site in a folder. Where the folder is known to be what
// the site's files make, none of them is parsed.
func (p *program) buildInto(ctx context.Context, out, baseURL string, opts build.Options) (build.Stats, error) {
	src, err := p.source(baseURL, opts.Jobs)
	if err != nil {
		return build.Stats{}, err
	}
	opts.Program, opts.Inputs = programID(), site.Inputs(src)
	if stats, done := p.intact(ctx, out, opts); done {
		return stats, nil
	}
	s, warnings, err := p.read(src)
	if err != nil {
		return build.Stats{}, err
	}
	p.remark(warnings)
	opts.Remark = warnings
	if site.Inputs(src) != opts.Inputs {
		opts.Inputs = build.Key{} // A file changed while it was read, so it is not sure what the site is made from.
	}
	dir, err := build.Open(out)
	if err != nil {
		return build.Stats{}, failure{err}
	}
	defer dir.Close()
	_, stats, err := build.Run(ctx, s.Plan(), dir.Manifest(), dir, opts)
	if err != nil {
		return stats, failure{err}
	}
	return stats, nil
}

// intact tells whether nothing is to be done. A fault of the folder is left
// to the build that follows.
func (p *program) intact(ctx context.Context, out string, opts build.Options) (build.Stats, bool) {
	if _, err := os.Stat(out); err != nil {
		return build.Stats{}, false
	}
	dir, err := build.Open(out)
	if err != nil {
		return build.Stats{}, false
	}
	defer dir.Close()
	m := dir.Manifest()
	if same, err := build.Fresh(ctx, m, dir, opts); !same || err != nil {
		return build.Stats{}, false
	}
	p.remark(m.Remark)
	return build.Stats{Outputs: len(m.Entries)}, true
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
