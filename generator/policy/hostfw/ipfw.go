package hostfw

import (
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// ipfw writes a script of its commands.
type ipfw struct{}

var ipfwInfo = policy.Info{
	ID: "ipfw", Title: "ipfw", Vendor: "FreeBSD", Group: policy.HostFirewalls,
	Language: "sh", Ext: "sh", Comment: "#",
	Hosts: true, Perimeters: true,
	Families: policy.Mixed, Ends: policy.OneSet,
	Transports: []netspec.Transport{netspec.SCTP}, AnyProtocol: true,
	MaxPorts: 30, RangeSlots: 1,
	Name:    policy.Name{Max: 63},
	Note:    policy.Note{Max: 80},
	Numbers: policy.Numbers{First: 2010, Step: 10, Last: 29990},
	Load: []policy.Step{
		{Text: "can be repeated", Command: "sh {file}"},
		{Text: "For every start, run it from the file that firewall_script names in /etc/rc.conf."},
	},
	Check:  []policy.Step{{Command: "sh {file} check"}},
	Remove: []policy.Step{{Command: "sh {file} remove"}},
	Undo:   undo,
	Facts: []string{
		"The rules are a set of their own, SET in the file, and the tables that they name; nothing else is touched. Give each file a set that no other has.",
		"The set is off while it is loaded, and on at once.",
		"The rules have the numbers 2000 to 30000: what your other rules decide before does not come here.",
		"Connections that are allowed make dynamic rules, which let replies pass.",
		"ipfw itself denies what no rule allows, unless the kernel was told otherwise.",
		"With a default deny, established TCP connections stay, other rules after 30000 are not asked any more, and outgoing connections of a machine such as DNS and updates are denied unless they are listed.",
		"Between zones, the default deny is of what passes through; connections of the firewall itself are left to its other rules.",
		"Logging takes sysctl net.inet.ip.fw.verbose=1.",
	},
	Proof: []string{policy.OwnReader},
	Documents: []policy.Document{
		{Title: "ipfw(8)", URL: "https://man.freebsd.org/cgi/man.cgi?query=ipfw&sektion=8"},
		{Title: "FreeBSD Handbook: IPFW", URL: "https://docs.freebsd.org/en/books/handbook/firewalls/#firewalls-ipfw"},
	},
}

func (ipfw) Info() *policy.Info { return &ipfwInfo }

func (ipfw) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Line("#!/bin/sh")
	p.Head("#", l.Head)
	p.Line("set -eu")
	variables(p, l)
	if l.Deny != nil {
		timed(p, l, "/var/run")
	}
	p.Line()
	p.Line("# The rules' own set, 1 to 30: no other file may have it.")
	p.Text("SET=")
	number(p, 1+int(policy.Digest(l.ID)>>16)%30)
	p.Line()
	p.Text("TABLES='")
	for i, s := range l.Sets {
		if i > 0 {
			p.Text(" ")
		}
		p.Text(s.Name)
	}
	p.Line("'")
	p.Text(ipfwTools)
	p.Line("rules() {")
	for _, s := range l.Sets {
		p.Line("\tnew_table ", s.Name, " $", s.Variable)
	}
	p.Line("\tadd 2000 check-state")
	if l.Deny != nil {
		if l.At.Kind == policy.Host {
			p.Line("\tadd 2001 allow ip from any to any via lo0")
		}
		p.Line("\tadd 2002 allow tcp from any to any established")
		ipfwKept(p, l, false, "\tadd 2003 allow icmp from any to any icmptypes ")
		ipfwKept(p, l, true, "\tadd 2004 allow ipv6-icmp from any to any icmp6types ")
	}
	for _, e := range l.Entries {
		ipfwEntry(p, e)
	}
	if l.Deny != nil {
		p.Text("\tadd 30000 deny ")
		if l.Deny.Log {
			p.Text("log ")
		}
		if l.At.Kind == policy.Host {
			p.Line("ip from any to any")
		} else {
			p.Line("ip from not me to not me")
		}
	}
	p.Line("}")
	p.Text(ipfwLoad)
	actions(p, l)
	return nil
}

func ipfwKept(p *policy.Printer, l *policy.Lowered, v6 bool, rule string) {
	p.Text(rule)
	for i, n := range policy.KeptICMP(v6, l.At.Kind) {
		if i > 0 {
			p.Text(",")
		}
		number(p, int(n))
	}
	p.Line()
}

func ipfwEntry(p *policy.Printer, e *policy.Entry) {
	if e.Action == policy.Block && e.Transport == netspec.Any {
		// Of TCP, what begins a connection: the rest are replies, or belong to one.
		ipfwRule(p, e, "tcp")
		ipfwRule(p, e, "not tcp")
	} else {
		ipfwRule(p, e, "")
	}
	p.Entry(e)
}

func ipfwRule(p *policy.Printer, e *policy.Entry, protocol string) {
	p.Text("\tadd ")
	number(p, e.Number)
	if e.Action == policy.Allow {
		p.Text(" allow ")
	} else {
		p.Text(" deny ")
	}
	if e.Log {
		p.Text("log ")
	}
	switch t := e.Transport; {
	case protocol != "":
		p.Text(protocol)
	case t == netspec.ICMPv6:
		p.Text("ipv6-icmp")
	case pings(t), t.HasPorts():
		p.Text(t.String())
	default:
		number(p, int(t.Number()))
	}
	ipfwSide(p, " from ", e.From, e.SourcePorts)
	ipfwSide(p, " to ", e.To, e.Ports)
	if e.Direction != policy.Forward {
		p.Text(" ", e.Direction.String())
	}
	switch {
	case e.ICMPType >= 0 && e.Transport == netspec.ICMP:
		p.Text(" icmptypes ")
		number(p, e.ICMPType)
	case e.ICMPType >= 0:
		p.Text(" icmp6types ")
		number(p, e.ICMPType)
	case e.Transport == netspec.TCP, protocol == "tcp":
		p.Text(" setup")
	}
	if e.Action == policy.Allow {
		p.Text(" keep-state")
	}
	p.Line(" // '", e.Note, "'")
}

func ipfwSide(p *policy.Printer, word string, s policy.Side, list []policy.Ports) {
	if addressed(s) {
		p.Text(word, "'table(", s.Sets[0].Name, ")'")
	} else {
		p.Text(word, "any")
	}
	if len(list) > 0 {
		p.Text(" ")
		ports(p, list, "-", ",")
	}
}

const ipfwTools = `
add() {
	NUMBER=$1
	shift
	ipfw -q add "$NUMBER" set "$SET" "$@"
}

new_table() {
	TABLE=$1
	shift
	ipfw -q table "$TABLE" create type addr
	for A; do ipfw -q table "$TABLE" add "$A"; done
}

`

const ipfwLoad = `
check() {
	ipfw() { command ipfw -n "$@" >/dev/null; }
	rules
}

clear() {
	ipfw -q delete set "$SET" 2>/dev/null || :
	for TABLE in $TABLES; do ipfw -q table "$TABLE" destroy 2>/dev/null || :; done
}

load() {
	ipfw -q set disable "$SET"
	clear
	rules
	ipfw -q set enable "$SET"
}

remove() { clear; }
`
