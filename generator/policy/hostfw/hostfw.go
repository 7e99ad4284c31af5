// Package hostfw spells policies for what looks after the packet filter of a
// machine: ufw, firewalld, pf and ipfw.
package hostfw

import (
	"net/netip"
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the family's.
func Platforms() []policy.Platform {
	return []policy.Platform{ufw{}, firewalld{}, pf{}, ipfw{}}
}

// prefix writes addresses, one machine's without its length.
func prefix(p *policy.Printer, x netip.Prefix) {
	var b [48]byte
	if x.IsSingleIP() {
		_, _ = p.Write(x.Addr().AppendTo(b[:0]))
		return
	}
	_, _ = p.Write(x.AppendTo(b[:0]))
}

func prefixes(p *policy.Printer, list []netip.Prefix, between string) {
	for i, x := range list {
		if i > 0 {
			p.Text(between)
		}
		prefix(p, x)
	}
}

func number(p *policy.Printer, n int) {
	var b [8]byte
	_, _ = p.Write(strconv.AppendInt(b[:0], int64(n), 10))
}

// port writes a port or a range.
func port(p *policy.Printer, x policy.Ports, to string) {
	number(p, int(x.First))
	if !x.Single() {
		p.Text(to)
		number(p, int(x.Last))
	}
}

func ports(p *policy.Printer, list []policy.Ports, to, between string) {
	for i, x := range list {
		if i > 0 {
			p.Text(between)
		}
		port(p, x, to)
	}
}

// addressed tells whether an end matches addresses.
func addressed(s policy.Side) bool { return len(s.Sets) > 0 }

// pings tells whether a transport has message types.
func pings(t netspec.Transport) bool { return t == netspec.ICMP || t == netspec.ICMPv6 }

// directions are those of a file's rules.
func directions(l *policy.Lowered) []policy.Direction {
	if l.At.Kind == policy.Host && l.Info.Hosts {
		return []policy.Direction{policy.In, policy.Out}
	}
	return []policy.Direction{policy.Forward}
}

// about writes who a set is, as a comment.
func about(p *policy.Printer, indent string, s *policy.Set) {
	p.Text(indent, "# ", s.Title)
	if f := s.Family.String(); f != "" {
		p.Text(", ", f)
	}
	p.Line(".")
	if s.Hint != "" {
		p.Line(indent, "# ", s.Hint)
	}
}

// variables writes the sets as variables of the shell, lists with spaces between.
func variables(p *policy.Printer, l *policy.Lowered) {
	for _, s := range l.Sets {
		p.Line()
		about(p, "", s)
		p.Text(s.Variable, "='")
		prefixes(p, s.Prefixes(), " ")
		p.Line("'")
	}
}

// loop begins a loop of the shell over the addresses of an end; "; done" ends it.
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

func done(p *policy.Printer, e *policy.Entry) {
	for _, s := range []policy.Side{e.From, e.To} {
		if addressed(s) {
			p.Text("; done")
		}
	}
	p.Line()
}

// timed begins a script whose default deny undoes itself.
func timed(p *policy.Printer, l *policy.Lowered, folder string) {
	p.Line()
	p.Line("# How long the rules stay unless they are confirmed.")
	p.Line("MINUTES=5")
	p.Line("UNDO=", folder, "/", l.ID, "-", l.Info.ID, ".undo")
}

// actions ends a script that has the functions load, check and remove.
func actions(p *policy.Printer, l *policy.Lowered) {
	p.Line()
	if l.Deny == nil {
		p.Text(once)
		return
	}
	p.Text(back)
}

const once = `case ${1-load} in
load) load ;;
check) check ;;
remove) remove ;;
*)
	echo "usage: $0 [load | check | remove]" >&2
	exit 2
	;;
esac
`

const back = `# Takes the rules away again unless somebody confirms them in time.
back() {
	trap '' HUP INT
	sleep $((MINUTES * 60))
	[ "$(cat "$UNDO" 2>/dev/null)" = $$ ] || return 0
	rm -f "$UNDO"
	remove
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
check:) check ;;
remove:)
	rm -f "$UNDO"
	remove
	;;
*)
	echo "usage: $0 [load [confirm] | confirm | check | remove]" >&2
	exit 2
	;;
esac
`

// undo is how such a script is confirmed.
var undo = []policy.Step{
	{Text: "the rules go away five minutes after loading, unless you run this", Command: "sh {file} confirm"},
	{Text: "loads without a way back", Command: "sh {file} load confirm"},
}
