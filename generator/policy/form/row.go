package form

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Row is one line of a change request.
type Row struct {
	// Action is "allow", "deny", "translate" or "note".
	Action string
	// Direction is how connections pass: "in", "out", "forward"; empty: every way.
	Direction string
	// From opens the connection, To listens.
	From, To Party
	// SourcePorts and Ports are "443, 28000-30000", "any", "type 8", or empty
	// for a transport without ports.
	Transport, SourcePorts, Ports string
	// Service is what is spoken, by name.
	Service string
	// Justification says what the row is for, Without what stops when it is refused.
	Justification, Without string
	// Stated are the documents that ask for it.
	Stated []Statement
	// Flows are the ids of the flows that need it, Need is how much, and what the
	// vendor thinks of it.
	Flows, Need string
	// Translation says which address the firewall changes; empty: none.
	Translation string
	// Fill says which addresses are yet to be filled in; empty: none.
	Fill string
}

// Party is who is at one end: any of its members.
type Party []Member

// Member is somebody, and where.
type Member struct {
	Name string
	// Addresses are addresses, blocks and names of the network; "any" is every one.
	Addresses []string
}

// Names are who, a comma between them; Addresses are where.
func (p Party) Names() string {
	names := make([]string, len(p))
	for i, m := range p {
		names[i] = m.Name
	}
	return strings.Join(names, ", ")
}

// Addresses are where, a comma between them.
func (p Party) Addresses() string {
	var all []string
	for _, m := range p {
		all = append(all, m.Addresses...)
	}
	return strings.Join(all, ", ")
}

// Statement is a place in a document. Section and URL may be empty.
type Statement struct{ Title, Section, URL string }

// Documents names the documents that ask for a row with their sections:
// "Ferry guide: Ports; Mail".
func (r *Row) Documents() []string {
	var out, titles []string
	for _, s := range r.Stated {
		i := slices.Index(titles, s.Title)
		switch {
		case i < 0 && s.Section == "":
			out, titles = append(out, s.Title), append(titles, s.Title)
		case i < 0:
			out, titles = append(out, s.Title+": "+s.Section), append(titles, s.Title)
		case s.Section != "" && out[i] == s.Title:
			out[i] += ": " + s.Section
		case s.Section != "":
			out[i] += "; " + s.Section
		}
	}
	return out
}

// Status is how far a row has come before anybody has seen it.
func (r *Row) Status() string {
	switch {
	case r.Action == "note":
		return ""
	case r.Fill != "":
		return "to fill in"
	}
	return "ready"
}

// Columns are the header of the table, in order.
func Columns() []string {
	return []string{"No.", "Action", "Direction", "Opened by", "Source addresses", "Source ports", "Destination", "Destination addresses",
		"Transport", "Destination ports", "Service", "Justification", "Without it", "Stated in", "Flow", "Need", "Translation", "To fill in", "Status",
		"Requested by", "Approved by", "Review on"}
}

// Cells are a row's cells below [Columns], without the number. The last three
// are for people to fill in.
func (r *Row) Cells() []string {
	return []string{r.Action, r.Direction, r.From.Names(), r.From.Addresses(), r.SourcePorts, r.To.Names(), r.To.Addresses(),
		r.Transport, r.Ports, r.Service, r.Justification, r.Without, strings.Join(r.Documents(), " / "), r.Flows, r.Need, r.Translation, r.Fill, r.Status(),
		"", "", ""}
}

// Everybody is every address.
func Everybody() Party { return Party{{"Everybody", []string{"any"}}} }

// Rows are the rows of a policy that was lowered to this platform: one for
// each entry in order, and of a default deny what it keeps and closes. The
// data's own sentences, which may be in any script and of any length, go
// through prose.
func Rows(l *policy.Lowered, prose func(string) string) []Row {
	var out []Row
	for _, e := range l.Entries {
		r := e.Rule
		row := Row{
			Action: e.Action.String(), Direction: r.Direction.String(),
			From: party(r.From, &e.From), To: party(r.To, &e.To),
			Transport: e.Transport.String(), SourcePorts: portList(e.Transport, e.SourcePorts, -1), Ports: portList(e.Transport, e.Ports, e.ICMPType),
			Service: prose(r.Reasons[0].Service), Translation: translation(l, e), Fill: fill(e),
		}
		row.reasons(e, prose)
		out = append(out, row)
	}
	if l.Deny == nil {
		return out
	}
	for _, t := range []netspec.Transport{netspec.ICMP, netspec.ICMPv6} {
		out = append(out, Row{Action: "allow", From: Everybody(), To: Everybody(), Transport: t.String(), Ports: types(policy.KeptICMP(t == netspec.ICMPv6, l.At.Kind)),
			Justification: "What IP itself needs (RFC 4890, RFC 1812)"})
	}
	rest := Row{Action: "deny", From: Everybody(), To: Everybody(), Transport: "any", SourcePorts: "any", Ports: "any", Justification: "Everything else"}
	if l.Deny.Log {
		rest.Justification += ", logged"
	}
	return append(out, rest)
}

// Translated is the row of an address that the firewall changes on the way in.
func Translated(t policy.Translation) *Row {
	return &Row{Action: "translate", From: Everybody(), To: Party{{t.Name, []string{t.Public.String()}}}, Transport: "any", SourcePorts: "any", Ports: "any",
		Justification: "Its own address is " + t.Real.String(), Translation: becomes(t)}
}

func becomes(t policy.Translation) string {
	return "inbound: destination " + t.Public.String() + " becomes " + t.Real.String()
}

// translation tells which addresses of the listeners the firewall changes.
func translation(l *policy.Lowered, e *policy.Entry) string {
	if e.Action != policy.Allow {
		return ""
	}
	var parts []string
	for _, r := range e.Rule.To.Roles {
		for _, t := range l.Translations {
			has := func(list []netip.Prefix, a netip.Addr) bool {
				return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.IsSingleIP() && p.Addr() == a })
			}
			if has(r.Before, t.Public) && has(r.Addresses, t.Real) {
				parts = append(parts, becomes(t))
			}
		}
	}
	return strings.Join(parts, "; ")
}

// reasons says what a rule is for: its flows, what fails without them, and who says so.
func (r *Row) reasons(e *policy.Entry, prose func(string) string) {
	why, without, flows, needs := []string{e.Note}, []string{}, []string{}, []string{}
	add := func(list *[]string, text string) {
		if text != "" && !slices.Contains(*list, text) {
			*list = append(*list, text)
		}
	}
	for _, x := range e.Rule.Reasons {
		if x.Flow.When != "" {
			add(&why, "when: "+prose(x.Flow.When))
		}
		for _, text := range x.Tunnel() {
			add(&why, prose(text))
		}
		if e.Action == policy.Allow {
			add(&without, prose(x.Flow.Without))
		}
		add(&flows, x.ID())
		need := string(x.Flow.Need)
		if x.Flow.Status != "" {
			need += " (" + string(x.Flow.Status) + ")"
		}
		add(&needs, need)
		r.cite(x, prose)
	}
	r.Justification, r.Without = strings.Join(why, "; "), strings.Join(without, "; ")
	r.Flows, r.Need = strings.Join(flows, ", "), strings.Join(needs, ", ")
}

// cite adds the documents and sections that ask for a flow.
func (r *Row) cite(x policy.Reason, prose func(string) string) {
	if x.Product == nil {
		return
	}
	for _, c := range x.Flow.Sources {
		s := Statement{Title: prose(c.ID), Section: prose(c.Section)}
		if doc := x.Product.Source(c.ID); doc != nil {
			s.Title, s.URL = prose(doc.Title), doc.URL
		}
		if !slices.Contains(r.Stated, s) {
			r.Stated = append(r.Stated, s)
		}
	}
}

// party is an end by name, and by address or name of the network.
func party(e policy.End, s *policy.Side) Party {
	if s.Any {
		return Everybody()
	}
	var out Party
	for _, set := range s.Sets {
		m := Member{Name: set.Title}
		for _, list := range [...][]netip.Prefix{set.V4, set.V6} {
			for _, x := range list {
				if x.IsSingleIP() {
					m.Addresses = append(m.Addresses, x.Addr().String())
				} else {
					m.Addresses = append(m.Addresses, x.String())
				}
			}
		}
		m.Addresses = append(m.Addresses, set.FQDN...)
		out = append(out, m)
	}
	if len(out) == 0 {
		for _, r := range e.Roles {
			out = append(out, Member{Name: policy.Safe(r.Name)})
		}
	}
	return out
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
