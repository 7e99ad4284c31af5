package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"portolan/generator/catalog"
	"portolan/generator/scaffold"
)

// newFiles is "portolan new"; "new" itself is a word of the language.
func (p *program) newFiles() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Begin a site, a product or a network",
		Long: "Writes files that are valid as they are and say in comments what to do with\n" +
			"them. Nothing that stands there is overwritten.",
		Example: "  portolan new site mysite\n  portolan new product harbour-drop -s mysite\n  portolan new deployment branch --product liquidfiles --product minio",
		Args:    usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return errors.New("portolan new: say what: site DIR, product SLUG or deployment SLUG")
		},
	}
	cmd.AddCommand(p.newSite(), p.newProduct(), p.newDeployment())
	return cmd
}

func (p *program) newSite() *cobra.Command {
	return &cobra.Command{
		Use:     "site DIR",
		Short:   "Make a folder with a site of one product",
		Example: "  portolan new site mysite && portolan serve -s mysite",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := args[0]
			entries, err := os.ReadDir(dir)
			switch {
			case err == nil && len(entries) > 0:
				return failure{fmt.Errorf("%s is there already and not empty; nothing was written", dir)}
			case err != nil && !errors.Is(err, fs.ErrNotExist):
				return failure{err}
			}
			if err := p.create(dir, scaffold.Site()...); err != nil {
				return err
			}
			p.next("portolan serve -s %[1]s                 look at it", "portolan new product SLUG -s %[1]s      add a product", dir)
			return nil
		},
	}
}

func (p *program) newProduct() *cobra.Command {
	return &cobra.Command{
		Use:     "product SLUG",
		Short:   "Write a product's file, to be filled in",
		Example: "  portolan new product harbour-drop",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := p.accept(args[0]); err != nil {
				return err
			}
			f := scaffold.Product(args[0])
			if err := p.create(p.dir, f); err != nil {
				return err
			}
			p.next("edit %[2]s", "portolan check -s %[1]s", p.dir, filepath.Join(p.dir, filepath.FromSlash(f.Path)))
			return nil
		},
	}
}

func (p *program) newDeployment() *cobra.Command {
	var slugs []string
	cmd := &cobra.Command{
		Use:     "deployment SLUG",
		Short:   "Write a network's file, with a host for each party that needs one",
		Example: "  portolan new deployment branch --product liquidfiles",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := p.accept(args[0]); err != nil {
				return err
			}
			s, err := p.open()
			if err != nil {
				return err
			}
			var products []*catalog.Product
			for _, slug := range slugs {
				product := s.Catalog.Product(slug)
				var known []string
				for _, o := range s.Catalog.Products {
					known = append(known, o.Slug)
				}
				switch {
				case product == nil:
					return fmt.Errorf("--product: no product %q%s (known: %s)", slug, hint(slug, known), strings.Join(known, ", "))
				case slices.Contains(products, product):
					return fmt.Errorf("--product: %q stands twice", slug)
				}
				products = append(products, product)
			}
			f := scaffold.Deployment(s.Catalog, args[0], products)
			if err := p.create(p.dir, f); err != nil {
				return err
			}
			p.next("edit %[2]s: put your own addresses in", "portolan check -s %[1]s", p.dir, filepath.Join(p.dir, filepath.FromSlash(f.Path)))
			return nil
		},
	}
	cmd.Flags().StringArrayVar(&slugs, "product", nil, "a product that stands there, by its `SLUG` (repeatable)")
	return cmd
}

// accept tells whether a file of that slug can be made in the site's folder.
func (p *program) accept(slug string) error {
	if !catalog.ValidID(slug) {
		return fmt.Errorf("%q cannot be part of an address: lower-case letters, digits and single hyphens are meant", slug)
	}
	if info, err := os.Stat(filepath.Join(p.dir, "data")); err != nil || !info.IsDir() {
		return failure{fmt.Errorf("%s is no site: it has no folder data; portolan new site DIR makes one", p.dir)}
	}
	return nil
}

// create writes new files into a folder, and says which. One that is there
// already is an error, and then none is written.
func (p *program) create(dir string, files ...scaffold.File) error {
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			if err == nil {
				err = fmt.Errorf("%s is there already; nothing was written", name)
			}
			return failure{err}
		}
	}
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := write(name, f.Text); err != nil {
			return failure{err}
		}
		if _, err := fmt.Fprintln(p.out, name); err != nil {
			return failure{err}
		}
	}
	return nil
}

// write makes a file, never over another.
func write(name, text string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// next says to a person what to do now.
func (p *program) next(first, second string, args ...any) {
	fmt.Fprintf(p.err, "Next:\n  "+first+"\n  "+second+"\n", args...)
}
