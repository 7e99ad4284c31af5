package hostfw

import (
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// ufw writes a script of its commands.
type ufw struct{}

var ufwInfo = policy.Info{
	ID: "ufw", Title: "ufw", Vendor: "Canonical", Group: policy.HostFirewalls,
	Language: "sh", Ext: "sh", Comment: "#",
	Hosts: true, Perimeters: true,
	Families: policy.Addressed, Ends: policy.Sets,
	Transports: []netspec.Transport{netspec.ESP, netspec.AH, netspec.GRE},
	NoICMP:     true,
	MaxPorts:   15, RangeSlots: 2,
	Name: policy.Name{Max: 60},
	Load: []policy.Step{
		{Text: "can be repeated; after a change, remove first with the file as it was", Command: "sh {file}"},
		{Text: "Once, if ufw is off: allow your own remote access, then ufw enable."},
	},
	Check:  []policy.Step{{Command: "sh {file} check"}},
	Remove: []policy.Step{{Command: "sh {file} remove"}},
	Undo:   undo,
	Facts: []string{
		"Each rule's comment begins with the name of this file's policy; rules of other comments are not touched.",
		"ufw keeps one rule for equal packets. One that you have already stays yours, unless it has a comment of its own or says deny where this file says allow: then it becomes this file's.",
		"ufw itself lets established connections, loopback, ping and the ICMP that IP needs pass (before.rules, before6.rules).",
		"Once on, ufw denies incoming connections that no rule allows, and lets outgoing ones pass; the first rule that matches decides, in the order in which rules were added.",
		"With a default deny, ufw's own defaults are set; the ones before are kept in a file in /etc/ufw and come back with remove.",
		"With a default deny, outgoing connections of this machine such as DNS and updates are denied too, unless they are listed.",
		"Docker publishes ports past ufw: see its own file.",
	},
	Proof: []string{"ShellCheck; ufw itself, twice, then loaded", policy.OwnReader, policy.Packets},
	Documents: []policy.Document{
		{Title: "ufw(8)", URL: "https://manpages.debian.org/bookworm/ufw/ufw.8.en.html"},
		{Title: "Ubuntu Server: Firewall", URL: "https://documentation.ubuntu.com/server/how-to/security/firewalls/"},
	},
}

func (ufw) Info() *policy.Info { return &ufwInfo }

// ufwDefaults are ufw's words for what it denies by default, and its settings.
var ufwDefaults = [...][2]string{policy.In: {"incoming", "INPUT"}, policy.Out: {"outgoing", "OUTPUT"}, policy.Forward: {"routed", "FORWARD"}}

func (ufw) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Line("#!/bin/sh")
	p.Head("#", l.Head)
	p.Line("set -eu")
	variables(p, l)
	if l.Deny != nil {
		timed(p, l, "/run")
	}
	p.Line()
	p.Line("ID=", l.ID)
	p.Text(ufwAdd)
	p.Line("rules() {")
	for _, e := range l.Entries {
		ufwEntry(p, e)
	}
	if len(l.Entries) == 0 {
		p.Line("\t:")
	}
	p.Line("}")
	p.Text(ufwRemove)
	if l.Deny == nil {
		p.Text(ufwLoad)
		actions(p, l)
		return nil
	}
	p.Text(ufwPolicy)
	p.Line("close() {")
	p.Text("\t[ -e \"$BEFORE\" ] || echo \"")
	for i, d := range directions(l) {
		if i > 0 {
			p.Text(" ")
		}
		p.Text("$(policy ", ufwDefaults[d][1], "):", ufwDefaults[d][0])
	}
	p.Line("\" >\"$BEFORE\"")
	for _, d := range directions(l) {
		p.Line("\tufw default deny ", ufwDefaults[d][0])
	}
	if l.Deny.Log {
		p.Line("\tufw logging on")
	}
	p.Line("}")
	p.Text(ufwLoadClosed)
	actions(p, l)
	return nil
}

func ufwEntry(p *policy.Printer, e *policy.Entry) {
	p.Text("\t")
	loop(p, "S", e.From)
	loop(p, "D", e.To)
	p.Text("add '", e.Note, "' ")
	if e.Direction == policy.Forward {
		p.Text("route ", e.Action.String())
	} else {
		p.Text(e.Action.String(), " ", e.Direction.String())
	}
	if e.Log {
		p.Text(" log")
	}
	if e.Transport != netspec.Any {
		p.Text(" proto ", e.Transport.String())
	}
	everywhere := "any"
	if !addressed(e.From) && !addressed(e.To) {
		everywhere = [...]string{policy.Both: "any", policy.IPv4: "0.0.0.0/0", policy.IPv6: "::/0"}[e.Family]
	}
	ufwSide(p, " from ", "\"$S\"", everywhere, e.From, e.SourcePorts)
	ufwSide(p, " to ", "\"$D\"", everywhere, e.To, e.Ports)
	done(p, e)
	p.Entry(e)
}

func ufwSide(p *policy.Printer, word, variable, everywhere string, s policy.Side, list []policy.Ports) {
	if addressed(s) {
		p.Text(word, variable)
	} else {
		p.Text(word, everywhere)
	}
	if len(list) > 0 {
		p.Text(" port ")
		ports(p, list, ":", ",")
	}
}

const ufwAdd = `
# add NOTE RULE...: a rule with our comment. One that is there without a comment
# stays as it is: ufw would give it ours, and remove would take it away.
add() {
	NOTE=$1
	shift
	[ "$(LC_ALL=C ufw --dry-run "$@" | grep -cv '^Skipping adding existing rule')" = 0 ] || ufw "$@" comment "$ID: $NOTE"
}

`

const ufwRemove = `
check() {
	add() {
		shift
		ufw --dry-run "$@" >/dev/null
	}
	rules
}

# Deletes what has our comment, as ufw itself lists it.
clear() {
	ufw show added | while read -r WORD RULE; do
		[ "$WORD" = ufw ] || continue
		case $RULE in *" comment '$ID: "*) ;; *) continue ;; esac
		RULE=${RULE%% comment *}
		case $RULE in
		route\ *) ufw route delete ${RULE#route } ;;
		*) ufw delete $RULE ;;
		esac </dev/null
	done
}

`

const ufwLoad = `load() { rules; }

remove() { clear; }
`

const ufwPolicy = `# What ufw did by default before is kept here.
BEFORE=/etc/ufw/$ID.before

policy() {
	while IFS== read -r KEY VALUE; do
		[ "$KEY" = "DEFAULT_$1_POLICY" ] || continue
		case $VALUE in
		*ACCEPT*) echo allow ;;
		*REJECT*) echo reject ;;
		*) echo deny ;;
		esac
	done </etc/default/ufw
}

`

const ufwLoadClosed = `
load() {
	rules
	close
}

remove() {
	if [ -e "$BEFORE" ]; then
		for WORD in $(cat "$BEFORE"); do ufw default "${WORD%%:*}" "${WORD#*:}"; done
		rm -f "$BEFORE"
	fi
	clear
}
`
