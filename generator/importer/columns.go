package importer

import (
	"slices"
	"strings"
)

// column is what a column of a port table holds.
type column int

const (
	unknown column = iota
	ident
	direction
	service
	from
	to
	protocol
	ports
	sourcePorts
	encryption
	need
	when
	status
	configurable
	without
	notes
	citation
	provenance
)

// headers are the words that tables head their columns with, in lower case
// without punctuation. The first that is found in a table's header counts.
var headers = map[column][]string{
	ident:        {"id", "flow id", "flow", "rule id", "ref", "reference id"},
	direction:    {"direction", "in out", "inbound outbound", "traffic direction", "traffic", "flow direction"},
	service:      {"service", "application", "application protocol", "service name", "protocol function", "function", "component", "feature", "name", "app"},
	from:         {"from", "source", "src", "source host", "source address", "source ip", "source ip address", "source system", "source component", "initiator", "client", "originator", "from source", "source zone", "connects from"},
	to:           {"to", "destination", "dest", "dst", "target", "listener", "destination host", "destination address", "destination ip", "destination ip address", "destination system", "destination component", "server", "to destination", "destination zone", "connects to", "remote host"},
	protocol:     {"protocol", "transport", "transport protocol", "proto", "tcp udp", "ip protocol", "l4", "l4 protocol", "network protocol", "type"},
	ports:        {"ports", "port", "port s", "port number", "port numbers", "destination port", "destination ports", "dest port", "dst port", "server port", "listening port", "service port", "tcp port", "udp port", "default port", "default ports", "port range", "ports used", "port protocol", "protocol port", "port and protocol", "tcp udp port", "tcp port s"},
	sourcePorts:  {"source ports", "source port", "src port", "client port", "client ports", "source port s"},
	encryption:   {"encryption", "encrypted", "security"},
	need:         {"need", "required", "required optional", "requirement", "mandatory", "mandatory optional", "required or optional", "level", "optional"},
	when:         {"when", "condition", "conditions", "required when", "needed for", "required for", "if"},
	status:       {"status"},
	configurable: {"configurable", "can be changed"},
	without:      {"without it", "impact", "consequence", "if blocked", "impact if blocked"},
	notes:        {"notes", "note", "description", "purpose", "comment", "comments", "remarks", "remark", "details", "usage", "use", "used for", "explanation", "reason", "justification", "information", "additional information"},
	citation:     {"document", "citation", "reference", "documentation", "link", "url"},
	provenance:   {"provenance"},
}

// plain is a heading in lower case without punctuation.
func plain(heading string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(heading), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	}), " ")
}

// heads tells what each column of a header holds. A table that names who
// connects "from" may call its documents "source".
func heads(cells []string) []column {
	out := make([]column, len(cells))
	taken := map[column]bool{}
	for rank := 0; ; rank++ {
		more := false
		for c := ident; c <= provenance; c++ {
			if rank >= len(headers[c]) {
				continue
			}
			more = true
			if taken[c] {
				continue
			}
			i := slices.IndexFunc(cells, func(h string) bool { return plain(h) == headers[c][rank] })
			if i >= 0 && out[i] == unknown {
				out[i], taken[c] = c, true
			}
		}
		if !more {
			break
		}
	}
	for i, h := range cells {
		if out[i] == unknown && taken[from] && plain(h) == "source" {
			out[i] = citation
		}
	}
	return out
}

// isHeader tells whether a row names columns: ports, or both ends, and one
// thing more.
func isHeader(cols []column) bool {
	known := 0
	for _, c := range cols {
		if c != unknown {
			known++
		}
	}
	has := func(c column) bool { return slices.Contains(cols, c) }
	return known >= 2 && (has(ports) || has(protocol) && (has(from) || has(to)))
}
