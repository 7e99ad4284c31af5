package hostfw

import (
	"errors"

	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// firewalld writes a script of firewall-cmd that makes policies of our own.
type firewalld struct{}

var firewalldInfo = policy.Info{
	ID: "firewalld", Title: "firewalld", Vendor: "Red Hat", Group: policy.HostFirewalls,
	Language: "sh", Ext: "sh", Comment: "#",
	Hosts: true, Perimeters: true,
	Families: policy.Addressed, Ends: policy.OneSet,
	Transports: []netspec.Transport{netspec.SCTP}, AnyProtocol: true,
	MaxPorts: 1, RangeSlots: 1,
	// A rule matches the ports of one end alone, and nothing here says "of one end".
	OnePortEnd:  true,
	ICMPTypes:   []uint8{0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14},
	ICMPv6Types: []uint8{1, 2, 3, 4, 128, 129, 133, 134, 135, 136, 137},
	// An ipset's; policies, which hold 17, have names of their own.
	Name:    policy.Name{Max: 31},
	Numbers: policy.Numbers{First: 100, Step: 1, Last: 32000},
	Load: []policy.Step{
		{Text: "can be repeated; writes the permanent configuration, has it checked, and reloads", Command: "sh {file}"},
	},
	Check:  []policy.Step{{Text: "changes nothing: tells whether firewalld runs and knows policies", Command: "sh {file} check"}},
	Remove: []policy.Step{{Command: "sh {file} remove"}},
	Undo:   undo,
	Facts: []string{
		"It takes firewalld 0.9 or later, whose policies filter outgoing and forwarded connections too; zones alone don't.",
		"The rules are in policies and ipsets of their own, which are made anew each time; zones are not touched.",
		"firewalld lets established connections and loopback pass before any rule.",
		"A reload drops what was only set at run time, without --permanent.",
		"A rule of firewalld matches the ports of one end alone: what names the initiator's port is left out, never written without it.",
		"With a default deny, what your zones allow is denied as well, and so are outgoing connections of this machine such as DNS and updates, unless they are listed.",
		"With a default deny, all ICMPv6 to link-local multicast addresses is kept, since firewalld has no names for the messages of multicast listeners.",
	},
	Proof: []string{"ShellCheck; firewall-offline-cmd, twice, then --check-config", policy.OwnReader},
	Documents: []policy.Document{
		{Title: "firewalld: Policy objects", URL: "https://firewalld.org/documentation/concepts.html"},
		{Title: "firewalld.richlanguage(5)", URL: "https://firewalld.org/documentation/man-pages/firewalld.richlanguage.html"},
		{Title: "firewall-cmd(1)", URL: "https://firewalld.org/documentation/man-pages/firewall-cmd.html"},
	},
}

func (firewalld) Info() *policy.Info { return &firewalldInfo }

// firewalldPolicy is how a direction's policy is called, and between what it is.
var firewalldPolicy = [...]struct{ name, from, to string }{
	policy.In: {"in", "ANY", "HOST"}, policy.Out: {"out", "HOST", "ANY"}, policy.Forward: {"fwd", "ANY", "ANY"},
}

// messageNames are the names of message types.
var messageNames = map[netspec.Transport]map[int]string{
	netspec.ICMP: {
		0: "echo-reply", 3: "destination-unreachable", 4: "source-quench", 5: "redirect", 8: "echo-request", 9: "router-advertisement",
		10: "router-solicitation", 11: "time-exceeded", 12: "parameter-problem", 13: "timestamp-request", 14: "timestamp-reply",
	},
	netspec.ICMPv6: {
		1: "destination-unreachable", 2: "packet-too-big", 3: "time-exceeded", 4: "parameter-problem", 128: "echo-request", 129: "echo-reply",
		133: "router-solicitation", 134: "router-advertisement", 135: "neighbour-solicitation", 136: "neighbour-advertisement", 137: "redirect",
	},
}

func (firewalld) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Line("#!/bin/sh")
	p.Head("#", l.Head)
	p.Line("set -eu")
	variables(p, l)
	if l.Deny != nil {
		timed(p, l, "/run")
	}
	// A policy's name is too short for the policy's id: what is left of it is a fingerprint.
	p.Line()
	p.Line("ID=pl-", policy.Fingerprint(l.ID))
	p.Text("POLICIES='")
	for i, d := range directions(l) {
		if i > 0 {
			p.Text(" ")
		}
		x := firewalldPolicy[d]
		p.Text(x.name, ":", x.from, ":", x.to)
	}
	p.Line("'")
	p.Line("TITLE='", l.ID, "'")
	p.Text("SETS='")
	for i, s := range l.Sets {
		if i > 0 {
			p.Text(" ")
		}
		p.Text(s.Name)
	}
	p.Line("'")
	p.Text(firewalldTools)
	p.Line("rules() {")
	for _, s := range l.Sets {
		p.Line("\tnew_set ", s.Name, " ", [...]string{policy.IPv4: "inet", policy.IPv6: "inet6"}[s.Family], " $", s.Variable)
	}
	for _, d := range directions(l) {
		if l.Deny != nil {
			firewalldKept(p, l, d)
		}
		note := ""
		for _, e := range l.Entries {
			if e.Direction != d {
				continue
			}
			if e.Note != note {
				p.Line("\t# ", e.Note)
				note = e.Note
			}
			if err := firewalldEntry(p, l, e); err != nil {
				return err
			}
		}
		if l.Deny == nil {
			continue
		}
		if l.Deny.Log {
			firewalldRule(p, d, 32767, policy.Both)
			p.Line(" log prefix=\"", l.ID, " \" level=\"info\" limit value=\"10/s\"'")
		}
		p.Line("\tfw --policy=\"$ID-", firewalldPolicy[d].name, "\" --set-target=DROP")
	}
	if len(l.Sets)+len(l.Entries) == 0 && l.Deny == nil {
		p.Line("\t:")
	}
	p.Line("}")
	p.Text(firewalldLoad)
	actions(p, l)
	return nil
}

// firewalldRule begins a rule.
func firewalldRule(p *policy.Printer, d policy.Direction, priority int, f policy.Family) {
	p.Text("\trule ", firewalldPolicy[d].name, " 'rule priority=\"")
	number(p, priority)
	p.Text("\"")
	p.Text([...]string{policy.Both: "", policy.IPv4: ` family="ipv4"`, policy.IPv6: ` family="ipv6"`}[f])
}

// firewalldKept writes what a default deny lets through besides replies and loopback.
func firewalldKept(p *policy.Printer, l *policy.Lowered, d policy.Direction) {
	for _, t := range []netspec.Transport{netspec.ICMP, netspec.ICMPv6} {
		f, listeners := policy.IPv4, false
		if t == netspec.ICMPv6 {
			f = policy.IPv6
		}
		for _, n := range policy.KeptICMP(f == policy.IPv6, l.At.Kind) {
			name := messageNames[t][int(n)]
			if name == "" {
				listeners = true
				continue
			}
			firewalldRule(p, d, 1, f)
			p.Line(" icmp-type name=\"", name, "\" accept'")
		}
		if listeners {
			firewalldRule(p, d, 2, f)
			p.Line(" destination address=\"ff02::/16\" protocol value=\"ipv6-icmp\" accept'")
		}
	}
}

func firewalldEntry(p *policy.Printer, l *policy.Lowered, e *policy.Entry) error {
	firewalldRule(p, e.Direction, e.Number, e.Family)
	if addressed(e.From) {
		p.Text(" source ipset=\"", e.From.Sets[0].Name, "\"")
	}
	if addressed(e.To) {
		p.Text(" destination ipset=\"", e.To.Sets[0].Name, "\"")
	}
	switch t := e.Transport; {
	case t == netspec.Any:
	case e.ICMPType >= 0:
		name := messageNames[t][e.ICMPType]
		if name == "" {
			return errors.New(diag.Sprintf("%s type %d has no name", t, e.ICMPType))
		}
		p.Text(" icmp-type name=\"", name, "\"")
	case len(e.Ports) > 0 && len(e.SourcePorts) > 0:
		return errors.New(diag.Sprintf("entry %s has ports at both ends", e.Name))
	case len(e.Ports) > 0:
		p.Text(" port port=\"")
		port(p, e.Ports[0], "-")
		p.Text("\" protocol=\"", t.String(), "\"")
	case len(e.SourcePorts) > 0:
		p.Text(" source-port port=\"")
		port(p, e.SourcePorts[0], "-")
		p.Text("\" protocol=\"", t.String(), "\"")
	case t.HasPorts():
		p.Text(" protocol value=\"", t.String(), "\"")
	default:
		p.Text(" protocol value=\"")
		number(p, int(t.Number()))
		p.Text("\"")
	}
	if e.Log {
		p.Text(" log prefix=\"", l.ID, " \" level=\"info\"")
	}
	if e.Action == policy.Allow {
		p.Line(" accept'")
	} else {
		p.Line(" drop'")
	}
	p.Entry(e)
	return nil
}

const firewalldTools = `
fw() { firewall-cmd --permanent "$@" >/dev/null; }

rule() { fw --policy="$ID-$1" --add-rich-rule="$2"; }

# new_set NAME FAMILY ADDRESS...: a set holds no prefix of every address, only its halves.
new_set() {
	NAME=$1
	fw --new-ipset="$NAME" --type=hash:net --option=family="$2"
	shift 2
	ENTRIES=
	for A; do
		case $A in
		0.0.0.0/0) ENTRIES="$ENTRIES --add-entry=0.0.0.0/1 --add-entry=128.0.0.0/1" ;;
		::/0) ENTRIES="$ENTRIES --add-entry=::/1 --add-entry=8000::/1" ;;
		*) ENTRIES="$ENTRIES --add-entry=$A" ;;
		esac
	done
	[ -z "$ENTRIES" ] || fw --ipset="$NAME" $ENTRIES
}

`

const firewalldLoad = `
check() { firewall-cmd --permanent --get-policies >/dev/null; }

# Deletes from the permanent configuration what there is of ours.
clear() {
	THERE=" $(firewall-cmd --permanent --get-policies) "
	for X in $POLICIES; do
		case $THERE in *" $ID-${X%%:*} "*) fw --delete-policy="$ID-${X%%:*}" ;; esac
	done
	THERE=" $(firewall-cmd --permanent --get-ipsets) "
	for X in $SETS; do
		case $THERE in *" $X "*) fw --delete-ipset="$X" ;; esac
	done
}

load() {
	check
	clear
	for X in $POLICIES; do
		ENDS=${X#*:}
		fw --new-policy="$ID-${X%%:*}"
		fw --policy="$ID-${X%%:*}" --set-short="$TITLE"
		fw --policy="$ID-${X%%:*}" --add-ingress-zone="${ENDS%%:*}"
		fw --policy="$ID-${X%%:*}" --add-egress-zone="${ENDS#*:}"
	done
	rules
	firewall-cmd --check-config >/dev/null
	firewall-cmd --reload >/dev/null
}

remove() {
	clear
	firewall-cmd --reload >/dev/null
}
`
