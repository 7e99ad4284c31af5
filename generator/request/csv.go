package request

import (
	"strconv"
	"strings"

	"portolan/generator/policy/form"
	"portolan/generator/sheet/cell"
)

// Columns are the header of the comma-separated values.
func Columns() []string {
	head := form.Columns()
	out := append([]string{head[0], "Firewall"}, head[1:]...)
	return append(out, "Document", "Provenance")
}

// CSV is the request as RFC 4180 has it: all rules, then all translations,
// with the platform's columns, every cell text and none a formula.
func (r *Request) CSV() []byte {
	b := []byte("\uFEFF")
	last := r.Provenance
	record := func(cells []string) {
		for i, c := range cells {
			if i > 0 {
				b = append(b, ',')
			}
			b = cell.AppendGuarded(b, cell.Clean(c))
		}
		b = append(b, "\r\n"...)
	}
	row := func(firewall string, r *Row) {
		record(append(append([]string{strconv.Itoa(r.Number), firewall}, r.Cells()...), strings.Join(r.URLs(), " "), last))
	}
	record(Columns())
	for _, list := range [][]Firewall{r.Firewalls, r.Hosts} {
		for i := range list {
			for j := range list[i].Rows {
				row(list[i].Name, &list[i].Rows[j])
			}
		}
	}
	for _, c := range r.Changes {
		x := Row{Number: c.Number, Row: form.Row{Action: "translate", Transport: "any", SourcePorts: "any", Ports: "any", Justification: c.Of}}
		if c.Inbound {
			x.From, x.To = form.Everybody(), form.Party{{Name: c.Of, Addresses: []string{c.Before}}}
			x.Translation = "inbound: destination " + c.Before + " becomes " + c.After
		} else {
			x.From, x.To = form.Party{{Name: "Inside hosts", Addresses: []string{c.Before}}}, form.Everybody()
			x.Translation = "outbound: source becomes " + c.After
		}
		row(c.By, &x)
	}
	return b
}
