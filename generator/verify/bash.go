package verify

import (
	"strconv"
	"strings"
)

// bash writes the roles, the tests as calls of a function, and the engine
// that is the same in every file.
func bash(out *page, pl *plan) {
	out.line("#!/usr/bin/env bash")
	out.comments(pl.head)
	out.comments([]string{
		"", "bash FILE --help lists the options.", "",
		"shellcheck disable=SC2034,SC2317 # roles, and some functions, are used by name",
	})
	out.line("# Whom to call: addresses or names, separated by spaces; --set ROLE=HOST does it without editing.")
	names := make([]string, len(pl.roles))
	for i, r := range pl.roles {
		names[i] = r.name
		out.comments(r.about)
		out.line("role_", r.name, "='", strings.Join(r.hosts, " "), "'")
	}
	out.line("roles='", strings.Join(names, " "), "'")
	out.line()
	out.line("# How it must end, role, transport, ports, source port, flows, service.")
	out.line("tests() {")
	for i := range pl.checks {
		c := &pl.checks[i]
		source := "-"
		if c.source != 0 {
			source = strconv.Itoa(int(c.source))
		}
		out.line("  check ", string(c.want), " ", c.to.name, " ", c.transport.String(), " ", list(c.ports), " ", source, " ", c.flows, " '", c.service, "'")
	}
	for _, l := range pl.left {
		out.line("  left ", l.flows, " '", l.service, "' '", l.why, "'")
	}
	out.line("}")
	out.line()
	out.text = append(out.text, bashEngine...)
}
