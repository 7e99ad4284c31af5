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
	p.Line("set -eu")
	for _, x := range l.Sets {
		p.Line()
		about(p, x)
		p.Text(x.Variable, "=")
		for i, a := range x.Prefixes() {
			if i > 0 {
				p.Text(",")
			}
			prefix(p, a)
		}
		p.Line()
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
	for i, d := range directions(l.At.Kind) {
		if i > 0 {
			p.Text(" ")
		}
		p.Text(s.hooks(d), ":", l.ID, ends[d])
	}
	p.Line("'")
	for _, t := range s.tools {
		p.Line()
		s.rules(p, l, t)
	}
	p.Line()
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

// rules writes the function that gives one tool its rules.
func (s script) rules(p *policy.Printer, l *policy.Lowered, t tool) {
	p.Line("rules_", t.name, "() {")
	p.Line("\t", t.name, "-restore -w --noflush \"$@\" <<RULES")
	p.Line("*filter")
	for _, d := range directions(l.At.Kind) {
		p.Line(":", l.ID, ends[d], " - [0:0]")
	}
	for _, d := range directions(l.At.Kind) {
		s.chain(p, l, t, d)
	}
	p.Line("COMMIT")
	p.Line("RULES")
	p.Line("}")
}

func (s script) chain(p *policy.Printer, l *policy.Lowered, t tool, d policy.Direction) {
	established := false
	if l.Deny != nil {
		s.kept(p, l, t, d)
		established = true
	}
	for _, e := range l.Entries {
		if e.Direction != d || e.Family != t.family {
			continue
		}
		if e.Action == policy.Block && !established {
			p.Line("-A ", l.ID, ends[d], " -m conntrack --ctstate RELATED,ESTABLISHED -j ", s.pass)
			established = true
		}
		if e.Log {
			s.entry(p, l, e)
			p.Line(" -j LOG --log-prefix \"", l.ID, " \"")
		}
		s.entry(p, l, e)
		if e.Action == policy.Allow {
			p.Line(" -j ", s.accept)
		} else {
			p.Line(" -j DROP")
		}
		p.Entry(e)
	}
	if l.Deny == nil {
		return
	}
	if l.Deny.Log {
		p.Line("-A ", l.ID, ends[d], " -m limit --limit 10/second -j LOG --log-prefix \"", l.ID, " \"")
	}
	p.Line("-A ", l.ID, ends[d], " -j DROP")
}

// kept writes what a default deny lets through.
func (s script) kept(p *policy.Printer, l *policy.Lowered, t tool, d policy.Direction) {
	p.Line("-A ", l.ID, ends[d], " -m conntrack --ctstate RELATED,ESTABLISHED -j ", s.accept)
	switch d {
	case policy.In:
		p.Line("-A ", l.ID, ends[d], " -i lo -j ACCEPT")
	case policy.Out:
		p.Line("-A ", l.ID, ends[d], " -o lo -j ACCEPT")
	}
	for _, n := range policy.KeptICMP(t.family == policy.IPv6, l.At.Kind) {
		p.Text("-A ", l.ID, ends[d])
		icmp(p, t.family == policy.IPv6, int(n))
		p.Line(" -j ", s.accept)
	}
}

// icmp writes a message type; -1: all.
func icmp(p *policy.Printer, v6 bool, n int) {
	protocol, option := " -p icmp", " --icmp-type "
	if v6 {
		protocol, option = " -p ipv6-icmp", " --icmpv6-type "
	}
	p.Text(protocol)
	if n >= 0 {
		p.Text(option)
		number(p, n)
	}
}

// entry writes what an entry matches, and why it is there.
func (s script) entry(p *policy.Printer, l *policy.Lowered, e *policy.Entry) {
	p.Text("-A ", l.ID, ends[e.Direction])
	side(p, " -s ", e.From)
	side(p, " -d ", e.To)
	switch t := e.Transport; {
	case t == netspec.Any:
	case pings(t):
		icmp(p, t == netspec.ICMPv6, e.ICMPType)
	case t.HasPorts():
		p.Text(" -p ", t.String())
		s.ports(p, e)
	default:
		p.Text(" -p ")
		number(p, int(t.Number()))
	}
	p.Text(" -m comment --comment \"", e.Note, "\"")
}

func side(p *policy.Printer, option string, s policy.Side) {
	for i, x := range s.Sets {
		if i == 0 {
			p.Text(option)
		} else {
			p.Text(",")
		}
		p.Text("$", x.Variable)
	}
}

func (s script) ports(p *policy.Printer, e *policy.Entry) {
	switch {
	case len(e.SourcePorts) == 1:
		p.Text(" --sport ")
	case len(e.SourcePorts) > 1:
		p.Text(" -m multiport --sports ")
	}
	ports(p, e.SourcePorts, ":", ",")
	switch {
	case s.original && len(e.Ports) > 0:
		p.Text(" -m conntrack --ctdir ORIGINAL --ctorigdstport ")
	case len(e.Ports) == 1:
		p.Text(" --dport ")
	case len(e.Ports) > 1:
		p.Text(" -m multiport --dports ")
	}
	ports(p, e.Ports, ":", ",")
}

// machine is the part of a script that is the same in all: what it does with
// its tools and chains.
const machine = `# What follows hangs the chains where packets pass, or takes them away.
each() {
	for tool in $TOOLS; do
		for chain in $CHAINS; do "$@" "${chain%%:*}" "${chain#*:}"; done
	done
}

known() { "$tool" -w -n -L "$1" >/dev/null; }

enter() { "$tool" -w -C "$1" -j "$2" 2>/dev/null || "$tool" -w -I "$1" -j "$2"; }

leave() {
	while "$tool" -w -C "$1" -j "$2" 2>/dev/null; do "$tool" -w -D "$1" -j "$2"; done
	"$tool" -w -F "$2" 2>/dev/null || return 0
	"$tool" -w -X "$2"
}

load() {
	each known
	for tool in $TOOLS; do "rules_$tool"; done
	each enter
}

check() { for tool in $TOOLS; do "rules_$tool" --test; done; }

`

const load = `case ${1-load} in
load) load ;;
check) check ;;
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
	back </dev/null >/dev/null 2>&1 &
	echo "In $MINUTES minutes the rules go away again, unless you run: sh $0 confirm"
	;;
load:confirm)
	load
	rm -f "$UNDO"
	;;
confirm:) rm -f "$UNDO" ;;
check:) check ;;
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
