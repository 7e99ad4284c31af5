package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"portolan/generator/network"
	"portolan/generator/site"
	"portolan/generator/topology"
	"portolan/generator/topology/formats"
)

func (p *program) diagram() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "diagram PRODUCT|DEPLOYMENT",
		Short: "Print a diagram of who connects to whom",
		Long: "Prints the diagram of a product or a network as a picture, or as text that other\n" +
			"programs draw. Its links lead to the site where data/site.toml says its address.",
		Example: "  portolan diagram liquidfiles --format mermaid\n  portolan diagram moveit-farm --format drawio > farm.drawio",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			f, ok := formats.Lookup(format)
			if !ok {
				return fmt.Errorf("--format: unknown format %q%s (known: %s)", format, hint(format, formats.IDs()), strings.Join(formats.IDs(), ", "))
			}
			info := f.Info()
			if info.Binary && isTerminal(p.out) {
				return fmt.Errorf("%s is no text for a terminal; write it to a file: > %s.%s", info.Title, args[0], info.Extension)
			}
			s, err := p.open()
			if err != nil {
				return err
			}
			g, page, err := chooseGraph(s, args[0])
			if err != nil {
				return err
			}
			if err := f.Render(p.out, topology.Layout(g), page); err != nil {
				return failure{err}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "svg", strings.Join(formats.IDs(), ", "))
	return cmd
}

// chooseGraph is the graph of a product or a network, and the address of its
// page; empty: the site has none.
func chooseGraph(s *site.Site, name string) (g *topology.Graph, page string, err error) {
	at := func(folder string) string {
		if s.Catalog.Site.BaseURL == "" {
			return ""
		}
		return s.Catalog.Site.BaseURL + folder + name + "/"
	}
	if p := s.Catalog.Product(name); p != nil {
		return topology.Product(s.Catalog, p), at("products/"), nil
	}
	i := slices.IndexFunc(s.Networks, func(n *network.Network) bool { return n.Deployment.Slug == name })
	if i >= 0 {
		return topology.Network(s.Catalog, s.Networks[i]), at("deployments/"), nil
	}
	return nil, "", unknownSubject(s, name)
}
