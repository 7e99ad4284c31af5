package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/changes"
	"portolan/generator/diag"
	"portolan/generator/diag/report"
)

func (p *program) diff() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Print what changed between two data folders or two versions of a product",
		Long: "Prints what was added, removed and changed, which ports must be opened for it\n" +
			"and which rules may go. OLD and NEW are folders of sites, or PRODUCT@VERSION\n" +
			"twice. As JSON it is the record of a release that data/changes/DATE.json keeps;\n" +
			"for the first release, OLD is \"-\": nothing.",
		Example: "  portolan diff ../last-release .\n  portolan diff ibm-aspera@3.7.3 ibm-aspera@4.4 --format markdown\n" +
			"  portolan diff ../last-release . --format json > data/changes/2026-11-21.json",
		Args: usage(cobra.ExactArgs(2)),
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(changes.Formats(), changes.Format(format)) {
				return fmt.Errorf("--format: unknown format %q (known: %v)", format, changes.Formats())
			}
			report, err := p.report(args[0], args[1])
			if err != nil {
				return err
			}
			if err := changes.Write(p.out, changes.Format(format), report); err != nil {
				return failure{err}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", string(changes.Text), "text, json or markdown")
	return cmd
}

// report compares two folders, or two versions of a product of the site.
func (p *program) report(old, now string) (*changes.Report, error) {
	oldSlug, oldVersion, ofProduct := strings.Cut(old, "@")
	slug, version, both := strings.Cut(now, "@")
	if ofProduct != both && !isDir(old) && !isDir(now) {
		return nil, fmt.Errorf("either both are PRODUCT@VERSION or both are folders, not %q and %q", old, now)
	}
	if !ofProduct || !both || isDir(old) || isDir(now) {
		was, err := p.folder(old)
		if err != nil {
			return nil, err
		}
		is, err := p.folder(now)
		if err != nil {
			return nil, err
		}
		return changes.Catalogs(was, is), nil
	}
	if oldSlug != slug {
		return nil, fmt.Errorf("versions of one product can be compared, not %q with %q", oldSlug, slug)
	}
	s, err := p.open()
	if err != nil {
		return nil, err
	}
	product := s.Catalog.Product(slug)
	if product == nil {
		var slugs []string
		for _, p := range s.Catalog.Products {
			slugs = append(slugs, p.Slug)
		}
		return nil, fmt.Errorf("no product %q%s", slug, hint(slug, slugs))
	}
	for _, v := range []string{oldVersion, version} {
		if !slices.Contains(product.Versions, v) {
			return nil, fmt.Errorf("%s has no version %q%s (known: %s)", slug, v, hint(v, product.Versions), strings.Join(product.Versions, ", "))
		}
	}
	r := &changes.Report{SchemaVersion: 1, Old: s.Catalog.Version, New: s.Catalog.Version, Products: []changes.Product{}}
	if d := changes.Versions(product, oldVersion, version); d != nil {
		r.Products = append(r.Products, *d)
	}
	return r, nil
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// folder loads the data of another site; "-" has none. Its faults are printed
// with its own name before them.
func (p *program) folder(name string) (*catalog.Catalog, error) {
	if name == "-" {
		return nil, nil
	}
	if !isDir(name) {
		return nil, failure{fmt.Errorf("%s is not a folder", name)}
	}
	var list diag.List
	r := load.Load(os.DirFS(name), load.Options{Builtin: p.builtin, Known: known()}, &list)
	if r.Catalog == nil || list.HasErrors() {
		fmt.Fprintf(p.err, "%s:\n", name)
		if err := report.Write(p.err, report.Text, list.Sorted()); err != nil {
			return nil, failure{err}
		}
		return nil, errTold
	}
	return r.Catalog, nil
}
