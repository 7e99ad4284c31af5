// Package form spells rules for people who open firewalls by hand: a change
// request that a network team can paste into theirs.
package form

import (
	"net/netip"
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

// Columns are the header of the table, in order.
func Columns() []string {
	return []string{"No.", "Action", "Direction", "Opened by", "Source addresses", "Source ports", "Destination", "Destination addresses",
		"Transport", "Destination ports", "Service", "Justification", "Stated in", "To fill in", "Requested by", "Approved by", "Review on"}
}

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

// Info tells what it can express: everything.
func (changeRequest) Info() *policy.Info { return &changeRequestInfo }

// row is the cells that rows differ in; the rest are for people to fill in.
type row struct {
	action, direction              string
	openedBy, sources, sourcePorts string
	destination, targets           string
	transport, ports               string
	service, justification, source string
	fill                           string
}

// Render writes the table.
func (changeRequest) Render(p *policy.Printer, l *policy.Lowered) error {
	cells(p, Columns()...)
	n := 0
	write := func(r row) {
		n++
		cells(p, strconv.Itoa(n), r.action, r.direction, r.openedBy, r.sources, r.sourcePorts, r.destination, r.targets, r.transport, r.ports, r.service, r.justification, r.source, r.fill, "", "", "")
	}
	for _, t := range l.Translations {
		write(row{action: "translate", openedBy: "Everybody", sources: "any", destination: t.Name, targets: t.Public.String(), transport: "any", ports: "any", justification: "Its own address is " + t.Real.String()})
	}
	for _, e := range l.Entries {
		r := e.Rule
		write(row{
			action: e.Action.String(), direction: r.Direction.String(),
			openedBy: who(r.From, &e.From), sources: where(&e.From), sourcePorts: portList(e.Transport, e.SourcePorts, -1),
			destination: who(r.To, &e.To), targets: where(&e.To), transport: e.Transport.String(), ports: portList(e.Transport, e.Ports, e.ICMPType),
			service: policy.Safe(r.Reasons[0].Service), justification: justification(e), source: stated(r.Reasons), fill: fill(e),
		})
		p.Entry(e)
	}
	if l.Deny != nil {
		kept := row{action: "allow", openedBy: "Everybody", sources: "any", destination: "Everybody", targets: "any", justification: "What IP itself needs (RFC 4890, RFC 1812)"}
		for _, t := range []netspec.Transport{netspec.ICMP, netspec.ICMPv6} {
			kept.transport, kept.ports = t.String(), types(policy.KeptICMP(t == netspec.ICMPv6, l.At.Kind))
			write(kept)
		}
		rest := row{action: "deny", openedBy: "Everybody", sources: "any", destination: "Everybody", targets: "any", transport: "any", ports: "any", justification: "Everything else"}
		if l.Deny.Log {
			rest.justification += ", logged"
		}
		write(rest)
	}
	for _, line := range l.Head {
		if line != "" {
			write(row{action: "note", justification: line})
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

// who is an end by name.
func who(e policy.End, s *policy.Side) string {
	if s.Any {
		return "Everybody"
	}
	names := make([]string, 0, len(e.Roles))
	for _, set := range s.Sets {
		names = append(names, set.Title)
	}
	if len(names) == 0 {
		for _, r := range e.Roles {
			names = append(names, policy.Safe(r.Name))
		}
	}
	return strings.Join(names, ", ")
}

// where is an end by address or name of the network.
func where(s *policy.Side) string {
	if s.Any {
		return "any"
	}
	var b []byte
	for _, set := range s.Sets {
		for _, list := range [...][]netip.Prefix{set.V4, set.V6} {
			for _, x := range list {
				if len(b) > 0 {
					b = append(b, ", "...)
				}
				if x.IsSingleIP() {
					b = x.Addr().AppendTo(b)
				} else {
					b = x.AppendTo(b)
				}
			}
		}
		for _, name := range set.FQDN {
			if len(b) > 0 {
				b = append(b, ", "...)
			}
			b = append(b, name...)
		}
	}
	return string(b)
}

// portList is "443, 28000-30000", "any", "type 8", or empty for a transport
// without ports.
func portList(t netspec.Transport, list []policy.Ports, icmpType int) string {
	switch {
	case icmpType >= 0:
		return types([]uint8{uint8(icmpType)})
	case len(list) == 0 && (t.HasPorts() || t == netspec.Any):
		return "any"
	}
	var b []byte
	for i, r := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = strconv.AppendUint(b, uint64(r.First), 10)
		if !r.Single() {
			b = strconv.AppendUint(append(b, '-'), uint64(r.Last), 10)
		}
	}
	return string(b)
}

// types are message types of ICMP: "type 3, type 11".
func types(list []uint8) string {
	var b []byte
	for i, t := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = strconv.AppendUint(append(b, "type "...), uint64(t), 10)
	}
	return string(b)
}

// justification says what a rule is for: its flows, and what fails without them.
func justification(e *policy.Entry) string {
	parts := []string{e.Note}
	for _, r := range e.Rule.Reasons {
		if r.Flow.When != "" {
			parts = append(parts, "when: "+policy.Safe(r.Flow.When))
		}
		if r.Flow.Without != "" && e.Action == policy.Allow {
			parts = append(parts, "without it: "+policy.Safe(r.Flow.Without))
		}
	}
	return strings.Join(parts, "; ")
}

// stated are the documents and sections that ask for the flows.
func stated(reasons []policy.Reason) string {
	var parts []string
	seen := map[string]bool{}
	for _, r := range reasons {
		if r.Product == nil {
			continue
		}
		for _, c := range r.Flow.Sources {
			text := c.ID
			if s := r.Product.Source(c.ID); s != nil {
				text = s.Title
			}
			if c.Section != "" {
				text += ", " + c.Section
			}
			if text = policy.Safe(text); !seen[text] {
				seen[text] = true
				parts = append(parts, text)
			}
		}
	}
	return strings.Join(parts, "; ")
}

// fill says which addresses are to be put in.
func fill(e *policy.Entry) string {
	var parts []string
	for _, s := range [...]struct {
		name string
		side *policy.Side
	}{{"Source", &e.From}, {"Destination", &e.To}} {
		for _, set := range s.side.Sets {
			if set.Hint != "" {
				parts = append(parts, s.name+", "+set.Title+": "+set.Hint)
			}
		}
	}
	return strings.Join(parts, " ")
}
