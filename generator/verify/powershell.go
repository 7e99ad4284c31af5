package verify

import (
	"strconv"
	"strings"
)

// powershell writes the roles, the tests as calls of a function, and the
// engine that is the same in every file. All data stands in single quotes.
func powershell(out *page, pl *plan) {
	out.comments(pl.head)
	out.comments([]string{
		"",
		"-Set 'ROLE=HOST,HOST;ROLE=HOST'  whom to call, addresses or names",
		"-Only FLOW,FLOW                  only the tests of these flows",
		"-Timeout SECONDS                 how long a test may take; 5 unless said. Windows needs 2 to learn that a port is refused",
		"-Jobs N                          how many tests run at a time; 16 unless said",
		"-RefusedOk                       refused counts as open: for the time before the service runs",
		"-Json                            the results as JSON",
		"",
		"Results: open, refused (reached, but nothing listens or a firewall rejects),",
		"filtered (no answer), unreachable (a router said so), no-name (the name does",
		"not resolve), inconclusive (UDP without an answer), error, skipped.",
		"Of a range its first and last port are called, and three between.",
		"Exit code: 0 all as wanted, 1 some not, 2 wrong usage or nothing was called.",
	})
	out.line("[CmdletBinding()]")
	out.line("param([string[]]$Set = @(), [string[]]$Only = @(), [int]$Timeout = 5, [int]$Jobs = 16, [switch]$RefusedOk, [switch]$Json)")
	out.line()
	out.line("# Whom to call: addresses or names, separated by spaces; -Set does it without editing.")
	out.line("$roles = [ordered]@{}")
	for _, r := range pl.roles {
		out.comments(r.about)
		out.line("$roles['", r.name, "'] = '", strings.Join(r.hosts, " "), "'")
	}
	out.line()
	out.line("$checks = New-Object System.Collections.ArrayList")
	out.line("function Add-Check([string]$Want, [string]$Role, [string]$Transport, [string]$Ports, [int]$Source, [string]$Flow, [string]$Service) {")
	out.line("    [void]$checks.Add([pscustomobject]@{ Want = $Want; Role = $Role; Transport = $Transport; Ports = $Ports; Source = $Source; Flow = $Flow; Service = $Service })")
	out.line("}")
	out.line("# How it must end, role, transport, ports, source port, flows, service.")
	for i := range pl.checks {
		c := &pl.checks[i]
		out.line("Add-Check '", string(c.want), "' '", c.to.name, "' '", c.transport.String(), "' '", list(c.ports), "' ", strconv.Itoa(int(c.source)), " '", c.flows, "' '", c.service, "'")
	}
	for _, l := range pl.left {
		out.line("Add-Check '-' '-' '-' '", l.why, "' 0 '", l.flows, "' '", l.service, "'")
	}
	out.line()
	out.text = append(out.text, powershellEngine...)
}
