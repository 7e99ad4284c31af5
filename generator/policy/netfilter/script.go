package netfilter

import (
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// script writes a shell script that feeds iptables-restore.
type script struct{ *kind }

// kind is how the scripts differ.
type kind struct {
	info policy.Info
	// tools are the programs, by family.
	tools []tool
	// hook is the chain that ours hang in, instead of the kernel's own.
	hook string
	// accept and pass are the targets of what is allowed, and of replies where nothing is closed.
	accept, pass string
	// original matches ports as they were before translation.
	original bool
	// remarks follow the head.
	remarks []string
}

type tool struct {
	name   string
	family policy.Family
}

func (s script) Info() *policy.Info { return &s.info }

// The chains of each direction: ours end in a letter, since names hold 28 bytes.
var (
	hooks = [...]string{policy.In: "INPUT", policy.Out: "OUTPUT", policy.Forward: "FORWARD"}
	ends  = [...]string{policy.In: "-i", policy.Out: "-o", policy.Forward: "-f"}
)

func (s script) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Line("#!/bin/sh")
	p.Head("#", l.Head)
	p.Head("#", s.remarks)
	p.Line("set -eu")
	for _, x := range l.Sets {
		p.Line()
		about(p, "", x)
		p.Text(x.Variable, "='")
		for i, a := range x.Prefixes() {
			if i > 0 {
				p.Text(" ")
			}
			prefix(p, a)
		}
		p.Line("'")
	}
	p.Line()
	if l.Deny != nil {
		p.Line("# How long the rules stay unless they are confirmed.")
		p.Line("MINUTES=5")
	}
	p.Text("TOOLS='")
	for i, t := range s.tools {
		if i > 0 {
			p.Text(" ")
		}
		p.Text(t.name)
	}
	p.Line("'")
	p.Text("CHAINS='")
	for i, d := range directions(l) {
		if i > 0 {
			p.Text(" ")
		}
		p.Text(s.hooks(d), ":", l.ID, ends[d])
	}
	if s.translates(l) {
		p.Text(" PREROUTING:", l.ID, "-n")
	}
	p.Line("'")
	p.Line()
	p.Line("# add CHAIN MATCH NOTE TARGET: a rule, as iptables-restore reads it.")
	p.Line(`add() { echo "-A $1 $2 -m comment --comment \"$3\" -j $4"; }`)
	for _, t := range s.tools {
		p.Line()
		s.rules(p, l, t)
	}
	p.Line()
	if s.translates(l) {
		p.Text(askTables)
	} else {
		p.Text(ask)
	}
	p.Text(machine)
	if l.Deny == nil {
		p.Text(load)
		return nil
	}
	p.Line("UNDO=/run/", l.ID, "-", s.tools[0].name, ".undo")
	p.Text(loadTimed)
	return nil
}

func (s script) hooks(d policy.Direction) string {
	if s.hook != "" {
		return s.hook
	}
	return hooks[d]
}

// rules writes the function that writes one tool's rules.
func (s script) rules(p *policy.Printer, l *policy.Lowered, t tool) {
	p.Line("rules_", t.name, "() {")
	p.Line("\techo '*filter'")
	for _, d := range directions(l) {
		p.Line("\techo ':", l.ID, ends[d], " - [0:0]'")
	}
	for _, d := range directions(l) {
		s.chain(p, l, t, d)
	}
	p.Line("\techo COMMIT")
	s.translate(p, l, t)
	p.Line("}")
}

func (s script) chain(p *policy.Printer, l *policy.Lowered, t tool, d policy.Direction) {
	kept := false
	if l.Deny != nil {
		s.kept(p, l, t, d, s.accept)
		kept = true
	}
	for _, e := range l.Entries {
		if e.Direction != d || e.Family != t.family {
			continue
		}
		if e.Action == policy.Block && !kept {
			s.kept(p, l, t, d, s.pass)
			kept = true
		}
		s.entry(p, l, e)
		p.Entry(e)
	}
	if l.Deny == nil {
		return
	}
	if l.Deny.Log {
		fixed(p, l, d, " -m limit --limit 10/second -j LOG --log-prefix \"", l.ID, " \"")
	}
	fixed(p, l, d, " -j DROP")
}

// fixed writes a rule that depends on no address.
func fixed(p *policy.Printer, l *policy.Lowered, d policy.Direction, parts ...string) {
	p.Text("\techo '-A ", l.ID, ends[d])
	p.Text(parts...)
	p.Line("'")
}

// kept writes what passes whatever is denied. Without a default deny it goes
// on to the rules of others.
func (s script) kept(p *policy.Printer, l *policy.Lowered, t tool, d policy.Direction, target string) {
	fixed(p, l, d, " -m conntrack --ctstate RELATED,ESTABLISHED -j ", target)
	switch d {
	case policy.In:
		fixed(p, l, d, " -i lo -j ", target)
	case policy.Out:
		fixed(p, l, d, " -o lo -j ", target)
	case policy.Forward: // loopback does not pass through
	}
	if !whole(l, d) {
		return
	}
	for _, n := range policy.KeptICMP(t.family == policy.IPv6, l.At.Kind) {
		p.Text("\techo '-A ", l.ID, ends[d], " ")
		icmp(p, t.family == policy.IPv6, int(n))
		p.Line(" -j ", target, "'")
	}
}

// icmp writes a message type; -1: all.
func icmp(p *policy.Printer, v6 bool, n int) {
	protocol, option := "-p icmp", " --icmp-type "
	if v6 {
		protocol, option = "-p ipv6-icmp", " --icmpv6-type "
	}
	p.Text(protocol)
	if n >= 0 {
		p.Text(option)
		number(p, n)
	}
}

// entry writes a rule for each of its addresses, one a line: iptables-restore
// takes no list of more than 1,022 bytes.
func (s script) entry(p *policy.Printer, l *policy.Lowered, e *policy.Entry) {
	p.Text("\t")
	loop(p, "S", e.From)
	loop(p, "D", e.To)
	s.adds(p, l, e, e.SourcePorts[:min(1, len(e.SourcePorts))])
	for i := 1; i < len(e.SourcePorts); i++ { // a list at each end is more than a rule holds
		p.Text("; ")
		s.adds(p, l, e, e.SourcePorts[i:i+1])
	}
	if addressed(e.From) {
		p.Text("; done")
	}
	if addressed(e.To) {
		p.Text("; done")
	}
	p.Line()
}

// adds writes the rules of an entry for one source port, or any.
func (s script) adds(p *policy.Printer, l *policy.Lowered, e *policy.Entry, source []policy.Ports) {
	if e.Log {
		s.add(p, l, e, source)
		p.Text("'LOG --log-prefix \"", l.ID, " \"'; ")
	}
	s.add(p, l, e, source)
	if e.Action == policy.Allow {
		p.Text(s.accept)
	} else {
		p.Text("DROP")
	}
}

func loop(p *policy.Printer, variable string, s policy.Side) {
	if !addressed(s) {
		return
	}
	p.Text("for ", variable, " in")
	for _, x := range s.Sets {
		p.Text(" $", x.Variable)
	}
	p.Text("; do ")
}

func (s script) add(p *policy.Printer, l *policy.Lowered, e *policy.Entry, source []policy.Ports) {
	p.Text("add ", l.ID, ends[e.Direction], " \"")
	if addressed(e.From) {
		p.Text("-s $S ")
	}
	if addressed(e.To) {
		p.Text("-d $D ")
	}
	switch t := e.Transport; {
	case t == netspec.Any:
	case pings(t):
		icmp(p, t == netspec.ICMPv6, e.ICMPType)
	case t.HasPorts():
		p.Text("-p ", t.String())
		s.ports(p, e.Ports, source)
	default:
		p.Text("-p ")
		number(p, int(t.Number()))
	}
	p.Text("\" '", e.Note, "' ")
}

func (s script) ports(p *policy.Printer, list, source []policy.Ports) {
	if len(source) > 0 {
		p.Text(" --sport ")
		ports(p, source, ":", ",")
	}
	switch {
	case len(list) == 0:
		return
	case s.original:
		p.Text(" -m conntrack --ctdir ORIGINAL --ctorigdstport ")
	case len(list) == 1:
		p.Text(" --dport ")
	default:
		p.Text(" -m multiport --dports ")
	}
	ports(p, list, ":", ",")
}

// machine is the part of a script that is the same in all: what it does with
// its tools and chains.
const machine = `# What follows hangs the chains where packets pass, or takes them away.
each() {
	for TOOL in $TOOLS; do
		for CHAIN in $CHAINS; do "$@" "${CHAIN%%:*}" "${CHAIN#*:}"; done
	done
}

known() { ask -n -L "$1" >/dev/null; }

enter() { ask -C "$1" -j "$2" 2>/dev/null || ask -I "$1" -j "$2"; }

leave() {
	while ask -C "$1" -j "$2" 2>/dev/null; do ask -D "$1" -j "$2"; done
	ask -F "$2" 2>/dev/null || return 0
	ask -X "$2"
}

restore() { for TOOL in $TOOLS; do "rules_$TOOL" | "$TOOL-restore" -w --noflush "$@"; done; }

load() {
	each known
	restore
	each enter
}

`

const load = `case ${1-load} in
load) load ;;
check) restore --test ;;
remove) each leave ;;
*)
	echo "usage: $0 [load | check | remove]" >&2
	exit 2
	;;
esac
`

const loadTimed = `
# Takes the rules away again unless somebody confirms them in time.
back() {
	trap '' HUP INT
	sleep $((MINUTES * 60))
	[ "$(cat "$UNDO" 2>/dev/null)" = $$ ] || return 0
	rm -f "$UNDO"
	each leave
}

case ${1-load}:${2-} in
load:)
	load
	echo $$ >"$UNDO"
	{ back; } </dev/null >/dev/null 2>&1 & # in braces, or dash keeps the terminal or pipe open
	echo "In $MINUTES minutes the rules go away again, unless you run: sh $0 confirm"
	;;
load:confirm)
	load
	rm -f "$UNDO"
	;;
confirm:) rm -f "$UNDO" ;;
check:) restore --test ;;
remove:)
	rm -f "$UNDO"
	each leave
	;;
*)
	echo "usage: $0 [load [confirm] | confirm | check | remove]" >&2
	exit 2
	;;
esac
`
