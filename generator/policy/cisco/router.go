package cisco

import (
	"net/netip"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// router writes an access list for each family, which knows nothing of
// connections. Its values are IOS and NX-OS.
type router struct {
	info policy.Info
	// lists and groups are the commands that begin them, by family.
	lists, groups [3]string
	// group stands before a group's name in an entry.
	group string
	// address writes a member of a group.
	address func(*policy.Printer, netip.Prefix)
}

func (r *router) Info() *policy.Info { return &r.info }

// ending makes the name of a family's list: the two may not have the same.
var ending = [...]string{policy.IPv4: "", policy.IPv6: "-v6"}

// routerNames are the protocols' names there, by family; other protocols have numbers.
var routerNames = [...]map[netspec.Transport]string{
	policy.IPv4: {netspec.Any: "ip", netspec.TCP: "tcp", netspec.UDP: "udp", netspec.ICMP: "icmp", netspec.ESP: "esp", netspec.AH: "ahp", netspec.GRE: "gre"},
	policy.IPv6: {netspec.Any: "ipv6", netspec.TCP: "tcp", netspec.UDP: "udp", netspec.ICMPv6: "icmp", netspec.ESP: "esp", netspec.AH: "ahp"},
}

func (r *router) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("!", l.Head)
	p.Line("!")
	p.Line("! What an earlier file of this name left goes first, the lists before their groups. At the first\n! load nothing is there, and the device says so.")
	for _, f := range []policy.Family{policy.IPv4, policy.IPv6} {
		p.Line("no ", r.lists[f], l.ID, ending[f])
	}
	for _, s := range l.Sets {
		p.Line("no ", r.groups[s.Family], s.Name)
	}
	for _, s := range l.Sets {
		about(p, s)
		p.Line(r.groups[s.Family], s.Name)
		for _, x := range s.Prefixes() {
			p.Text(" ")
			r.address(p, x)
			p.Line()
		}
	}
	for _, f := range []policy.Family{policy.IPv4, policy.IPv6} {
		r.list(p, l, f)
	}
	return nil
}

// about writes who a set is, as comments.
func about(p *policy.Printer, s *policy.Set) {
	p.Line("!")
	p.Line("! ", s.Title, ", ", s.Family.String())
	if s.Hint != "" {
		p.Line("! ", s.Hint)
	}
}

func (r *router) list(p *policy.Printer, l *policy.Lowered, f policy.Family) {
	begun, note := false, ""
	begin := func() {
		if !begun {
			p.Line("!")
			p.Line(r.lists[f], l.ID, ending[f])
		}
		begun = true
	}
	for _, e := range l.Entries {
		if e.Family != f {
			continue
		}
		begin()
		if e.Note != note {
			p.Line(" remark ", e.Note)
			note = e.Note
		}
		p.Text(" ", actions[e.Action])
		protocol(p, e.Transport, routerNames[f])
		match(p, e, r.group)
		if e.Reply && e.Transport == netspec.TCP {
			p.Text(" established")
		}
		logged(p, e.Log)
		p.Entry(e)
	}
	if l.Deny == nil {
		return
	}
	begin()
	// A list on an interface is of the router's own packets as well, so that
	// it keeps what a machine must.
	p.Line(" remark what IP needs, and everything else")
	for _, t := range policy.KeptICMP(f == policy.IPv6, policy.Host) {
		p.Text(" permit icmp any any ")
		number(p, int(t))
		p.Line()
	}
	p.Text(" deny ", routerNames[f][netspec.Any], " any any")
	logged(p, l.Deny.Log)
}
