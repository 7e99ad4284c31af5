package changes

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Format is a way to print a report.
type Format string

// The formats of "portolan diff --format".
const (
	Text     Format = "text"
	JSON     Format = "json"
	Markdown Format = "markdown"
)

// Formats lists every Format, the default first.
func Formats() []Format { return []Format{Text, JSON, Markdown} }

// Write prints a report. An unknown format is an error and nothing is written.
func Write(w io.Writer, f Format, r *Report) error {
	b := bufio.NewWriter(w)
	switch f {
	case Text:
		text(b, r)
	case Markdown:
		markdown(b, r)
	case JSON:
		e := json.NewEncoder(b)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		if err := e.Encode(r); err != nil {
			return err
		}
	default:
		return fmt.Errorf("unknown format %q", f)
	}
	return b.Flush()
}

// Heading says what became of a product: "LiquidFiles: changed".
func (p *Product) Heading() string {
	if p.From != "" || p.To != "" {
		return fmt.Sprintf("%s: %s to %s", p.Name, p.From, p.To)
	}
	return fmt.Sprintf("%s: %s", p.Name, p.Kind)
}

// What names the thing: "flow web-ui", "the product".
func (c *Change) What() string {
	if c.Part == "" {
		return "the product"
	}
	return c.Part + " " + c.ID
}

func text(b *bufio.Writer, r *Report) {
	if r.Empty() {
		b.WriteString("nothing differs\n")
	}
	sign := map[Kind]string{Added: "+", Removed: "-", Changed: "~"}
	for i := range r.Products {
		p := &r.Products[i]
		fmt.Fprintf(b, "%s %s\n", sign[p.Kind], p.Heading())
		for _, c := range p.Changes {
			fmt.Fprintf(b, "  %s %s: %s\n", sign[c.Kind], c.What(), line(c.Title))
			for _, f := range c.Fields {
				fmt.Fprintf(b, "      %s: %s -> %s\n", f.Name, orNothing(line(f.Old)), orNothing(line(f.New)))
			}
		}
		for _, o := range p.Open {
			fmt.Fprintf(b, "  open  %s from %s to %s\n", o.Ports, line(o.From), line(o.To))
		}
		for _, o := range p.Close {
			fmt.Fprintf(b, "  close %s from %s to %s\n", o.Ports, line(o.From), line(o.To))
		}
	}
}

func orNothing(s string) string {
	if s == "" {
		return "(nothing)"
	}
	return s
}

// line makes one line of a text.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

func markdown(b *bufio.Writer, r *Report) {
	if r.Empty() {
		b.WriteString("Nothing differs.\n")
	}
	for i := range r.Products {
		p := &r.Products[i]
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(b, "## %s\n", escape(p.Heading()))
		if len(p.Changes) > 0 {
			b.WriteByte('\n')
		}
		for _, c := range p.Changes {
			fmt.Fprintf(b, "- %s %s: %s\n", c.Kind, escape(c.What()), escape(line(c.Title)))
			for _, f := range c.Fields {
				fmt.Fprintf(b, "  - %s: %s → %s\n", escape(f.Name), escape(orNothing(line(f.Old))), escape(orNothing(line(f.New))))
			}
		}
		rulesTable(b, "To open", p.Open)
		rulesTable(b, "May be closed", p.Close)
	}
}

func rulesTable(b *bufio.Writer, title string, rules []Rule) {
	if len(rules) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### %s\n\n| From | To | Ports | Flows |\n| --- | --- | --- | --- |\n", title)
	for _, r := range rules {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", escape(line(r.From)), escape(line(r.To)), escape(r.Ports), escape(strings.Join(r.Flows, ", ")))
	}
}

// escape keeps text from being read as Markdown: every punctuation mark of
// ASCII that could begin or end something may be escaped (CommonMark 2.4).
func escape(s string) string {
	var b strings.Builder
	for _, c := range s {
		if strings.ContainsRune("\\`*_{}[]<>()#+-!|~&", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}
