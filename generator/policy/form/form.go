// Package form spells rules for people who open firewalls by hand: a change
// request that a network team can paste into theirs.
package form

import (
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms lists the family's platforms.
func Platforms() []policy.Platform { return []policy.Platform{changeRequest{}} }

// changeRequest is a table with a row for each rule, as RFC 4180 has it.
// A cell that a spreadsheet would calculate has an apostrophe before it.
type changeRequest struct{}

var changeRequestInfo = policy.Info{
	ID: "change-request", Title: "Change request", Vendor: "portolan", Group: policy.Others,
	Language: "csv", Ext: "csv",
	Perimeters:  true,
	FQDN:        policy.AllNames,
	Transports:  []netspec.Transport{netspec.SCTP},
	AnyProtocol: true,
	Translates:  true,
	Load: []policy.Step{
		{Text: "Put the real addresses where the column To fill in asks for them, and fill in who requests it, who approves it, and when it is to be looked at again."},
		{Text: "Attach it to the request, or paste its rows into your own form."},
	},
	Check:  []policy.Step{{Text: "Read it in any spreadsheet: everything in it is text, nothing is calculated."}},
	Remove: []policy.Step{{Text: "Request the removal of the same rows by their numbers."}},
	Facts: []string{
		"Each row is one kind of connection, from who opens it to who listens. Replies are implied, as a firewall with state lets them through.",
		"Rows are in order: the first one that matches a connection decides.",
		"A host's rules are written as those of a firewall in front of it, with its addresses; the direction is the host's own, in or out.",
		"The last rows say where it comes from, and what could not be put into a row.",
		"A cell that a spreadsheet would take for a formula begins with an apostrophe.",
	},
	Proof: []string{policy.OwnReader},
	Documents: []policy.Document{
		{Title: "RFC 4180, Common Format and MIME Type for CSV Files", URL: "https://www.rfc-editor.org/rfc/rfc4180"},
		{Title: "OWASP, CSV Injection", URL: "https://owasp.org/www-community/attacks/CSV_Injection"},
	},
}

// Lower fits a policy to a change request.
func Lower(p *policy.Policy) *policy.Lowered {
	return policy.Lower(p, &changeRequestInfo, policy.FileName(&changeRequestInfo, p.At))
}

// Info tells what it can express: everything.
func (changeRequest) Info() *policy.Info { return &changeRequestInfo }

// Render writes the table.
func (changeRequest) Render(p *policy.Printer, l *policy.Lowered) error {
	cells(p, Columns()...)
	n := 0
	write := func(r *Row) {
		n++
		cells(p, append([]string{strconv.Itoa(n)}, r.Cells()...)...)
	}
	for _, t := range l.Translations {
		write(Translated(t))
	}
	for _, r := range Rows(l, policy.Safe) {
		write(&r)
	}
	for _, e := range l.Entries { // each is in a row
		p.Entry(e)
	}
	for _, line := range l.Head {
		if line != "" {
			write(&Row{Action: "note", Justification: line})
		}
	}
	return nil
}

// cells writes a record, every cell quoted.
func cells(p *policy.Printer, list ...string) {
	for i, c := range list {
		if i > 0 {
			p.Text(",")
		}
		p.Text(`"`, strings.ReplaceAll(guard(c), `"`, `""`), `"`)
	}
	p.Text("\r\n")
}

// guard puts an apostrophe before what a spreadsheet would take for a formula.
func guard(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}
