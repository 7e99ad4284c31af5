package hostfw

import (
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// pf writes a file for an anchor.
type pf struct{}

var pfInfo = policy.Info{
	ID: "pf", Title: "pf", Vendor: "OpenBSD", Group: policy.HostFirewalls,
	Language: "pf", Ext: "conf", Comment: "#",
	Hosts: true, Perimeters: true,
	Families: policy.Mixed, Ends: policy.Sets, AnyProtocol: true,
	// A table's name; a label holds 63 bytes.
	Name: policy.Name{Max: 31},
	Note: policy.Note{Max: 63},
	Load: []policy.Step{
		{Text: "once: put this line into /etc/pf.conf, before rules that would decide first, and load that", Command: `anchor "{id}"`},
		{Text: "replaces the anchor as a whole, so that it can be repeated", Command: "pfctl -a {id} -f {file}"},
		{Text: "For every start, add to /etc/pf.conf: load anchor, the name, from, and where the file is."},
	},
	Check:  []policy.Step{{Command: "pfctl -n -a {id} -f {file}"}},
	Remove: []policy.Step{{Command: "pfctl -a {id} -F all"}},
	Undo: []policy.Step{
		{Text: "before loading: takes the rules back in five minutes", Command: "(sleep 300; pfctl -a {id} -F all) &"},
		{Text: "once you still get in: keeps them", Command: "kill %1"},
	},
	Facts: []string{
		"It is for OpenBSD, FreeBSD and macOS. On macOS, load it into the anchor com.apple/ and the name: the main file has that already.",
		"The rules are in an anchor of their own; nothing else is touched. They are quick: what matches here is decided here.",
		"Connections that pass make states; states pass before any rule, so replies need no rule.",
		"Connections that were there before pf was on have no state: with a default deny they end.",
		"With a default deny of a machine, rules after the anchor are not asked any more, and outgoing connections such as DNS and updates are denied unless they are listed.",
		"Between zones, the default deny is of what passes through; connections of the firewall itself are left to its other rules.",
	},
	Proof: []string{policy.OwnReader},
	Documents: []policy.Document{
		{Title: "pf.conf(5), OpenBSD", URL: "https://man.openbsd.org/pf.conf.5"},
		{Title: "pf.conf(5), FreeBSD", URL: "https://man.freebsd.org/cgi/man.cgi?query=pf.conf&sektion=5"},
		{Title: "pfctl(8)", URL: "https://man.openbsd.org/pfctl.8"},
	},
}

func (pf) Info() *policy.Info { return &pfInfo }

// pfProtocols are the families and names of the protocols of messages.
var pfProtocols = map[netspec.Transport][3]string{
	netspec.ICMP:   {" inet", "icmp", " icmp-type "},
	netspec.ICMPv6: {" inet6", "ipv6-icmp", " icmp6-type "},
}

func (pf) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	for _, s := range l.Sets {
		p.Line()
		about(p, "", s)
		p.Text("table <", s.Name, "> { ")
		prefixes(p, s.Prefixes(), ", ")
		p.Line(" }")
	}
	p.Line()
	if l.Deny != nil {
		if l.At.Kind == policy.Host {
			p.Line("pass quick on lo0 all")
		}
		for i, t := range []netspec.Transport{netspec.ICMP, netspec.ICMPv6} {
			x := pfProtocols[t]
			p.Text("pass quick", x[0], " proto ", x[1], " all", x[2], "{ ")
			for j, n := range policy.KeptICMP(i == 1, l.At.Kind) {
				if j > 0 {
					p.Text(", ")
				}
				number(p, int(n))
			}
			p.Line(" }")
		}
	}
	for _, e := range l.Entries {
		pfEntry(p, e)
	}
	if l.Deny == nil {
		return nil
	}
	p.Text("block drop")
	if l.Deny.Log {
		p.Text(" log")
	}
	if l.At.Kind == policy.Host {
		p.Line(" quick all")
	} else {
		p.Line(" quick from ! (self) to ! (self)")
	}
	return nil
}

func pfEntry(p *policy.Printer, e *policy.Entry) {
	if e.Action == policy.Allow {
		p.Text("pass")
	} else {
		p.Text("block drop")
	}
	if e.Direction != policy.Forward {
		p.Text(" ", e.Direction.String())
	}
	if e.Log {
		p.Text(" log")
	}
	p.Text(" quick")
	x, pinging := pfProtocols[e.Transport]
	switch {
	case pinging:
		p.Text(x[0], " proto ", x[1])
	case e.Transport == netspec.Any:
	case e.Transport.HasPorts():
		p.Text(" proto ", e.Transport.String())
	default:
		p.Text(" proto ")
		number(p, int(e.Transport.Number()))
	}
	pfSide(p, " from ", e.From, e.SourcePorts)
	pfSide(p, " to ", e.To, e.Ports)
	if e.ICMPType >= 0 {
		p.Text(x[2])
		number(p, e.ICMPType)
	}
	if e.Action == policy.Allow {
		p.Text(" keep state")
	}
	p.Line(" label \"", e.Note, "\"")
	p.Entry(e)
}

func pfSide(p *policy.Printer, word string, s policy.Side, list []policy.Ports) {
	p.Text(word)
	switch len(s.Sets) {
	case 0:
		p.Text("any")
	case 1:
		p.Text("<", s.Sets[0].Name, ">")
	default:
		for i, x := range s.Sets {
			if i == 0 {
				p.Text("{ ")
			} else {
				p.Text(", ")
			}
			p.Text("<", x.Name, ">")
		}
		p.Text(" }")
	}
	switch len(list) {
	case 0:
	case 1:
		p.Text(" port ")
		port(p, list[0], ":")
	default:
		p.Text(" port { ")
		ports(p, list, ":", ", ")
		p.Text(" }")
	}
}
