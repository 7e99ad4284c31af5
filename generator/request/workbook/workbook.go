// Package workbook spells a change request as a workbook.
package workbook

import (
	"slices"
	"strconv"
	"strings"

	"portolan/generator/policy"
	"portolan/generator/policy/form"
	"portolan/generator/request"
	"portolan/generator/sheet"
	"portolan/generator/table"
	"portolan/generator/table/xlsx"
)

// The names of the sheets that are not a firewall's.
const (
	aboutSheet  = "About"
	hostsSheet  = "Host firewalls"
	natSheet    = "NAT"
	listSheet   = "Address lists"
	sourceSheet = "Sources"
)

// book is a request with the subject's table, for its provenance and documents.
type book struct {
	*request.Request
	table *table.Table
}

// Bytes is a request as a workbook: what it is, a sheet for each firewall, one
// for all hosts, what is translated, and the documents of the subject's table.
func Bytes(of *request.Request, t *table.Table) ([]byte, error) {
	r := book{of, t}
	out := sheet.Workbook{Title: "Change request: " + r.Title, Date: r.table.Provenance.Reviewed, Sheets: []sheet.Sheet{{}}}
	var long lists
	for i := range r.Firewalls {
		f := &r.Firewalls[i]
		s := sheet.Sheet{Name: r.sheetName(f), Columns: columns(false)}
		for j := range f.Rows {
			s.Rows = append(s.Rows, cells(&f.Rows[j], "", &long))
		}
		out.Sheets = append(out.Sheets, s)
	}
	if len(r.Hosts) > 0 {
		s := sheet.Sheet{Name: hostsSheet, Columns: columns(true)}
		for i := range r.Hosts {
			f := &r.Hosts[i]
			for j := range f.Rows {
				s.Rows = append(s.Rows, cells(&f.Rows[j], f.Name, &long))
			}
		}
		out.Sheets = append(out.Sheets, s)
	}
	if len(r.Changes) > 0 {
		out.Sheets = append(out.Sheets, r.nat())
	}
	if len(long) > 0 {
		out.Sheets = append(out.Sheets, long.sheet())
	}
	out.Sheets = append(out.Sheets, xlsx.Sources(r.table))
	out.Sheets[0] = r.about(long)
	return out.Bytes()
}

// sheetName is a firewall's name, and its id where another sheet is called so.
func (r book) sheetName(f *request.Firewall) string {
	same := func(o request.Firewall) bool { return o.Name == f.Name && o.ID != f.ID }
	if slices.ContainsFunc(r.Firewalls, same) || slices.Contains([]string{aboutSheet, hostsSheet, natSheet, listSheet, sourceSheet}, f.Name) {
		return f.Name + " (" + f.ID + ")"
	}
	return f.Name
}

// columns are those of a sheet of rules. Hosts share one, and translate nothing.
func columns(hosts bool) []sheet.Column {
	out := []string{"No."}
	if hosts {
		out = append(out, "Host", "Direction")
	}
	out = append(out, "Action", "Source", "Destination", "Service", "Justification", "Without it", "Stated in", "Document", "Flow", "Need")
	if !hosts {
		out = append(out, "Translation")
	}
	return titled(append(out, "To fill in", "Status", "Requested by", "Approved by", "Review on"))
}

func titled(titles []string) []sheet.Column {
	out := make([]sheet.Column, len(titles))
	for i, t := range titles {
		out[i].Title = t
	}
	return out
}

// cells are a row's, below the columns; host is whose it is, empty for a
// firewall between zones.
func cells(r *request.Row, host string, long *lists) []sheet.Cell {
	var out []sheet.Cell
	texts := func(list ...string) {
		for _, s := range list {
			out = append(out, sheet.Cell{Text: s})
		}
	}
	texts(strconv.Itoa(r.Number))
	if host != "" {
		texts(host, r.Direction)
	}
	out = append(out, sheet.Cell{Text: r.Action, Strong: true}, long.party(r.From), long.party(r.To))
	texts(service(r), strings.ReplaceAll(r.Justification, "; ", "\n"), r.Without, strings.Join(r.Documents(), "\n"))
	out = append(out, document(r))
	texts(r.Flows, r.Need)
	if host == "" {
		texts(strings.ReplaceAll(r.Translation, "; ", "\n"))
	}
	texts(r.Fill, r.Status())
	return out
}

// document is the addresses of the documents, a line each; the cell leads to the first.
func document(r *request.Row) (c sheet.Cell) {
	list := r.URLs()
	if len(list) > 0 {
		c.Link = list[0]
	}
	c.Text = strings.Join(list, "\n")
	return c
}

// service is what is spoken over which ports: "HTTPS", then "tcp 443".
func service(r *request.Row) string {
	ports := r.Transport
	if r.Ports != "" && r.Transport != "any" {
		ports += " " + r.Ports
	}
	if r.SourcePorts != "" && r.SourcePorts != "any" {
		ports += "\nfrom " + r.Transport + " " + r.SourcePorts
	}
	if r.Service == "" {
		return ports
	}
	return r.Service + "\n" + ports
}

// lists are the addresses of those who have more than a cell should hold, by name.
type lists []form.Member

// most is how many addresses stand in a cell.
const most = 12

// party names each member with its addresses below it. Where there are many,
// they stand in the sheet of lists.
func (l *lists) party(p form.Party) (c sheet.Cell) {
	for i, m := range p {
		if i > 0 {
			c.Text += "\n"
		}
		switch {
		case len(m.Addresses) > most:
			c.Text += m.Name + ": " + strconv.Itoa(len(m.Addresses)) + " addresses, those of \"" + l.add(m) + "\" in the sheet " + listSheet
		case len(m.Addresses) == 1:
			c.Text += m.Name + ": " + m.Addresses[0]
		default:
			c.Text += strings.Join(append([]string{m.Name}, m.Addresses...), "\n")
		}
	}
	return c
}

// add keeps a list, once, and returns its name.
func (l *lists) add(m form.Member) string {
	name := m.Name
	for n := 2; ; n++ {
		i := slices.IndexFunc(*l, func(o form.Member) bool { return o.Name == name })
		switch {
		case i < 0:
			*l = append(*l, form.Member{Name: name, Addresses: m.Addresses})
			return name
		case slices.Equal((*l)[i].Addresses, m.Addresses):
			return name
		}
		name = m.Name + " " + strconv.Itoa(n)
	}
}

func (l lists) sheet() sheet.Sheet {
	out := sheet.Sheet{Name: listSheet, Columns: titled([]string{"List", "Address"})}
	for _, m := range l {
		for _, a := range m.Addresses {
			out.Rows = append(out.Rows, []sheet.Cell{{Text: m.Name}, {Text: a}})
		}
	}
	return out
}

// nat is the sheet of what is translated.
func (r book) nat() sheet.Sheet {
	out := sheet.Sheet{Name: natSheet, Columns: titled([]string{"No.", "Firewall", "Direction", "Whose", "Before", "After", "Requested by", "Approved by", "Review on"})}
	for _, c := range r.Changes {
		var cells []sheet.Cell
		for _, t := range []string{strconv.Itoa(c.Number), c.By, c.Direction(), c.Of, c.Before, c.After} {
			cells = append(cells, sheet.Cell{Text: t})
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// about is the first sheet: what this is and how to use it.
func (r book) about(long lists) sheet.Sheet {
	out := sheet.Sheet{Name: aboutSheet, Columns: make([]sheet.Column, 2)}
	line := func(cells ...sheet.Cell) { out.Rows = append(out.Rows, cells) }
	heading := func(text string) {
		line()
		line(sheet.Cell{Text: text, Strong: true})
	}
	step := func(what, how string) { line(sheet.Cell{Text: what}, sheet.Cell{Text: how}) }

	line(sheet.Cell{Text: "Change request", Strong: true}, sheet.Cell{Text: r.Title, Strong: true})
	if r.Summary != "" {
		step("", r.Summary)
	}
	heading("What this is")
	step("Rows", "One row for each firewall rule, from who opens the connection to who listens, with what it is for, what stops without it, and the document that asks for it. Replies are implied, as a firewall with state lets them through.")
	step("Order", "Of the rows of one firewall or host the first that matches a connection decides.")
	step("Numbers", "Each row has a number of its own in the whole workbook, and the same one in the table of comma-separated values.")
	if len(r.Firewalls) > 0 && len(r.Changes) > 0 {
		step("Addresses", "They are those that the firewall at hand sees, after it has translated the destination and before it translates the source. The column Translation and the sheet NAT say what it changes.")
	}
	heading("How to use it")
	fill := 0
	for _, list := range [][]request.Firewall{r.Firewalls, r.Hosts} {
		for i := range list {
			fill += toFill(list[i].Rows)
		}
	}
	n := 0
	do := func(text string) {
		n++
		step(strconv.Itoa(n)+".", text)
	}
	if fill > 0 {
		do("Put the real addresses into the " + counted(fill, "row", "rows") + " where To fill in asks for them: those that stand there are for documentation alone and open nothing.")
	}
	do("Strike out what you do not use: the column Need says what is required, and Without it what stops.")
	do("Fill in Requested by, Approved by and Review on, and hand it to your change board.")
	do("To take rules back, request the removal of the same rows by their numbers.")
	heading("Sheets")
	for i := range r.Firewalls {
		f := &r.Firewalls[i]
		line(sheet.Cell{Text: f.Name, Sheet: r.sheetName(f)}, sheet.Cell{Text: said(f.Rows)})
	}
	if len(r.Hosts) > 0 {
		var all []request.Row
		for i := range r.Hosts {
			all = append(all, r.Hosts[i].Rows...)
		}
		line(sheet.Cell{Text: hostsSheet, Sheet: hostsSheet}, sheet.Cell{Text: "What each of " + counted(len(r.Hosts), "host", "hosts") + " lets in and out: " + said(all)})
	}
	if len(r.Changes) > 0 {
		line(sheet.Cell{Text: natSheet, Sheet: natSheet}, sheet.Cell{Text: "Addresses that firewalls change: " + counted(len(r.Changes), "translation", "translations")})
	}
	if len(long) > 0 {
		line(sheet.Cell{Text: listSheet, Sheet: listSheet}, sheet.Cell{Text: "The addresses of whom the rows name with a list: " + counted(len(long), "list", "lists")})
	}
	line(sheet.Cell{Text: sourceSheet, Sheet: sourceSheet}, sheet.Cell{Text: "The documents that ask for the rules"})
	r.missing(heading, step)
	heading("Where it comes from")
	p := r.table.Provenance
	step("Made by", "portolan")
	step("Data version", p.DataVersion)
	if p.Reviewed != "" {
		step("Reviewed", p.Reviewed+": when the facts were last held against their documents")
	}
	if u := r.table.CopyURL(); u != "" {
		line(sheet.Cell{Text: "Current state"}, sheet.Cell{Text: u, Link: u})
	}
	return out
}

// missing says what is not among the rows, and at which firewalls.
func (r book) missing(heading func(string), step func(what, how string)) {
	var order []string
	where := map[string][]string{}
	for _, list := range [][]request.Firewall{r.Firewalls, r.Hosts} {
		for i := range list {
			for _, text := range list[i].Missing {
				if where[text] == nil {
					order = append(order, text)
				}
				where[text] = append(where[text], list[i].Name)
			}
		}
	}
	if len(order) == 0 {
		return
	}
	heading("What is not in it")
	for _, text := range order {
		step("", strings.Join(where[text], ", ")+": "+text)
	}
}

func toFill(rows []request.Row) (n int) {
	for i := range rows {
		if rows[i].Fill != "" {
			n++
		}
	}
	return n
}

// said is "12 rules, 3 of them to fill in".
func said(rows []request.Row) string {
	text := counted(len(rows), "rule", "rules")
	denies := 0
	for i := range rows {
		if rows[i].Action == policy.Block.String() {
			denies++
		}
	}
	if denies > 0 {
		text += ", " + strconv.Itoa(denies) + " of them forbidding"
	}
	if n := toFill(rows); n > 0 {
		text += ", " + strconv.Itoa(n) + " with addresses to fill in"
	}
	return text
}

// counted is "1 rule" or "3 rules".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
