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

// Party is who, and where: names and addresses, a comma between them.
type Party struct{ Names, Addresses string }

// Statement is a place in a document. Section and URL may be empty.
type Statement struct{ Title, Section, URL string }

// String is "Ferry guide, Ports".
func (s Statement) String() string {
	if s.Section == "" {
		return s.Title
	}
	return s.Title + ", " + s.Section
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
	stated := make([]string, len(r.Stated))
	for i, s := range r.Stated {
		stated[i] = s.String()
	}
	return []string{r.Action, r.Direction, r.From.Names, r.From.Addresses, r.SourcePorts, r.To.Names, r.To.Addresses,
		r.Transport, r.Ports, r.Service, r.Justification, r.Without, strings.Join(stated, "; "), r.Flows, r.Need, r.Translation, r.Fill, r.Status(),
		"", "", ""}
}

var everybody = Party{"Everybody", "any"}

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
		out = append(out, Row{Action: "allow", From: everybody, To: everybody, Transport: t.String(), Ports: types(policy.KeptICMP(t == netspec.ICMPv6, l.At.Kind)),
			Justification: "What IP itself needs (RFC 4890, RFC 1812)"})
	}
	rest := Row{Action: "deny", From: everybody, To: everybody, Transport: "any", SourcePorts: "any", Ports: "any", Justification: "Everything else"}
	if l.Deny.Log {
		rest.Justification += ", logged"
	}
	return append(out, rest)
}

// Translated is the row of an address that the firewall changes on the way in.
func Translated(t policy.Translation) *Row {
	return &Row{Action: "translate", From: everybody, To: Party{t.Name, t.Public.String()}, Transport: "any", SourcePorts: "any", Ports: "any",
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

func party(e policy.End, s *policy.Side) Party { return Party{who(e, s), where(s)} }

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
