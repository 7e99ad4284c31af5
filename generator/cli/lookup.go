package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"portolan/generator/lookup"
)

func (p *program) lookup() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lookup QUERY...",
		Short: "Answer what a port, a service or a product is",
		Long: "Answer what a port, a range, a service or a product is, from the same index as\n" +
			"the site's lookup. \"-\" reads lines of ss, netstat, nmap or a firewall log.",
		Example: "  portolan lookup 28500\n  portolan lookup moveit ldap\n  ss -tlnp | portolan lookup -",
		Args:    usage(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			query := strings.Join(args, " ")
			if query == "-" {
				text, err := io.ReadAll(io.LimitReader(p.in, lookup.MaxText+1))
				if err != nil {
					return failure{err}
				}
				query = string(text)
			}
			s, err := p.open()
			if err != nil {
				return err
			}
			answer := lookup.New(s.Catalog).Query(query)
			if asJSON {
				e := json.NewEncoder(p.out)
				e.SetIndent("", "  ")
				e.SetEscapeHTML(false)
				return e.Encode(answer)
			}
			return writeAnswer(p.out, &answer)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the answer as JSON")
	return cmd
}

// writeAnswer prints an answer for people: a list of rows for every port that
// was asked for, or for the words.
func writeAnswer(w io.Writer, a *lookup.Answer) error {
	b := bufio.NewWriter(w)
	for _, text := range a.Invalid {
		fmt.Fprintf(b, "%s is no port\n", text)
	}
	for _, word := range a.Words {
		switch {
		case word.Match == "":
			fmt.Fprintf(b, "nothing is called %q\n", word.Text)
		case len(word.Meant) > 0:
			fmt.Fprintf(b, "%q taken for %s\n", word.Text, strings.Join(word.Meant, ", "))
		}
	}
	for i := range a.Groups {
		writeGroup(b, &a.Groups[i])
	}
	if len(a.Groups) == 0 {
		b.WriteString("no documented requirement\n")
	}
	if a.Truncated {
		b.WriteString("the text names more than is looked up at once\n")
	}
	return b.Flush()
}

func writeGroup(b *bufio.Writer, g *lookup.Group) {
	if g.Ask.Text != "" {
		fmt.Fprintf(b, "%s\n", g.Ask.Text)
	}
	if !g.Documented() {
		b.WriteString("  no documented requirement\n")
		if len(g.Nearest) > 0 {
			fmt.Fprintf(b, "  next to it: %s\n", strings.Join(g.Nearest, ", "))
		}
		for _, r := range g.Registered {
			fmt.Fprintf(b, "  registered name %s (%s), a registration only\n", r.Name, strings.Join(r.Transports, ", "))
		}
	}
	for _, s := range g.Sections {
		writeSection(b, &s)
	}
	if g.More {
		fmt.Fprintf(b, "  more than %d rows: another word narrows them\n", lookup.MaxFound)
	}
	if g.Elsewhere > 0 {
		fmt.Fprintf(b, "  %d more without the other words\n", g.Elsewhere)
	}
	if g.AnyPort > 0 {
		fmt.Fprintf(b, "  %d more use any port\n", g.AnyPort)
	}
}

// titles say what the rows of a section have in common.
var titles = map[lookup.Kind]string{
	lookup.Listens:   "listens",
	lookup.Connects:  "connects out",
	lookup.Between:   "between its own parts, or between others",
	lookup.Within:    "inside a range",
	lookup.Parts:     "a part of what was asked",
	lookup.Alternate: "only another source says so, never opened",
	lookup.Closed:    "must stay closed",
}

func writeSection(b *bufio.Writer, s *lookup.Section) {
	fmt.Fprintf(b, "  %s:\n", titles[s.Kind])
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, h := range s.Hits {
		how := ""
		if h.Match == lookup.Inside || h.Match == lookup.Overlap {
			how = string(h.Match) + " " + h.Range
		}
		fmt.Fprintf(t, "    %s\t%s\t%s\t%s\t%s → %s\t%s\t%s\n", h.Name, h.Ports, h.ServiceName, h.Direction, strings.Join(h.From, ", "), strings.Join(h.To, ", "), h.Need, how)
	}
	_ = t.Flush() // b keeps the error.
	if n := s.Total - len(s.Hits); n > 0 {
		fmt.Fprintf(b, "    and %d more\n", n)
	}
}
