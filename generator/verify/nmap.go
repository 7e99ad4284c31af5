package verify

import (
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
)

// nmap writes one command for each role, transport, source port and way to
// end, with all ports in one list.
func nmap(out *page, pl *plan) {
	out.line("#!/bin/sh")
	out.comments(pl.head)
	out.comments([]string{
		"",
		"sh FILE runs all; a role can be set from outside: role_ROLE='HOST HOST' sh FILE",
		"Without root there is no UDP and no source port. A closed port is one that was",
		"reached and nothing listens on; filtered means that no answer came.",
		"",
	})
	out.line("# Whom to call: addresses or names, separated by spaces.")
	for _, r := range pl.roles {
		out.comments(r.about)
		out.line("role_", r.name, "=${role_", r.name, "-'", strings.Join(r.hosts, " "), "'}")
	}
	out.line()
	out.text = append(out.text, nmapEngine...)
	done := make([]bool, len(pl.checks))
	for i := range pl.checks {
		if done[i] {
			continue
		}
		c := pl.checks[i]
		same := func(o *check) bool {
			return o.want == c.want && o.to == c.to && o.transport == c.transport && o.source == c.source
		}
		out.line()
		var ports []span
		for j := i; j < len(pl.checks); j++ {
			if o := &pl.checks[j]; same(o) {
				done[j] = true
				ports = append(ports, o.ports...)
				out.line("# ", list(o.ports), " ", o.flows, ": ", o.service)
			}
		}
		how := "-sT"
		switch {
		case c.transport == netspec.UDP:
			how = "-sU"
			ports = sampled(ports)
		case c.source != 0:
			how = "-sS" // connect scans cannot choose the port they call from
		}
		if c.source != 0 {
			how += " -g " + strconv.Itoa(int(c.source))
		}
		out.line("scan 'want ", string(c.want), "' ", c.to.name, ` "$role_`, c.to.name, `" `, how, " -p ", list(sorted(ports)))
	}
	if len(pl.left) > 0 {
		out.line()
		out.line("# Not tested:")
		for _, l := range pl.left {
			out.line("# ", l.flows, " ", l.service, ": ", l.why)
		}
	}
}

// sampled leaves of wide ranges the ends and three ports between: a UDP port
// that does not answer costs a second.
func sampled(ports []span) (out []span) {
	for _, s := range ports {
		if s.last-s.first < 64 {
			out = append(out, s)
			continue
		}
		step := (s.last - s.first) / 4
		for i := range uint16(4) {
			out = append(out, span{s.first + i*step, s.first + i*step})
		}
		out = append(out, span{s.last, s.last})
	}
	return out
}

// sorted orders ranges and drops those that are there twice.
func sorted(ports []span) []span {
	slices.SortStableFunc(ports, func(a, b span) int {
		if a.first != b.first {
			return int(a.first) - int(b.first)
		}
		return int(a.last) - int(b.last)
	})
	return slices.Compact(ports)
}
