// Package vyos spells rules for VyOS: commands of the configuration mode that
// make groups and a rule set of its own for each address family.
package vyos

import (
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the values of this family.
func Platforms() []policy.Platform { return []policy.Platform{vyos{}} }

type vyos struct{}

// Rules 1 to 9 are before the entries, those past last behind them.
const (
	first = 10
	last  = 999900
)

var info = &policy.Info{
	ID: "vyos", Title: "VyOS", Vendor: "VyOS", Group: policy.Perimeters,
	Language: "vyos", Ext: "txt", Comment: "#",
	Perimeters:  true,
	Families:    policy.Split,
	Ends:        policy.OneSet,
	FQDN:        policy.ExactNames,
	Destination: policy.AfterTranslation,
	AnyProtocol: true,
	Denies:      policy.Ordered,
	Name:        policy.Name{Max: 100, Extra: "-_."},
	Numbers:     policy.Numbers{First: first, Step: 10, Last: last},
	Check:       []policy.Step{{Text: "in configuration mode, after pasting the file: shows what changes", Command: "compare"}},
	Load: []policy.Step{
		{Text: "enter configuration mode, then paste the file", Command: "configure"},
		{Text: "undone after 10 minutes unless confirmed", Command: "commit-confirm 10"},
		{Text: "keeps it, also past a restart", Command: "confirm; save"},
		{Text: "once: lead forwarded packets to the rule sets, as the end of the file shows."},
	},
	Remove: []policy.Step{{Text: "in configuration mode, after the rules that jump there; the groups are listed at the end of the file", Command: "delete firewall ipv4 name {id}; delete firewall ipv6 name {id}; commit; save"}},
	Undo:   []policy.Step{{Text: "instead of commit: VyOS goes back after 10 minutes unless you confirm, some versions with a restart", Command: "commit-confirm 10"}, {Command: "confirm; save"}},
	Facts: []string{
		"The rule sets hold once a rule of the forward filter jumps to them: its number is yours to choose, so the file shows the commands without doing them.",
		"Without a default deny a packet that no rule matches goes back to where it came from.",
		"What the file makes is deleted and made anew in one commit, so that loading twice changes nothing and no packet meets half of it.",
		"Rules see a translated listener by its real address, since destination NAT comes before the forward filter.",
		"VyOS 1.4 or later: earlier versions spell rule sets and states otherwise.",
		"Some versions before 1.4.0 refuse port 65535.",
	},
	Proof: []string{policy.OwnReader},
	Documents: []policy.Document{
		{Title: "IPv4 firewall configuration", URL: "https://docs.vyos.io/en/latest/configuration/firewall/ipv4.html"},
		{Title: "IPv6 firewall configuration", URL: "https://docs.vyos.io/en/latest/configuration/firewall/ipv6.html"},
		{Title: "Firewall groups", URL: "https://docs.vyos.io/en/latest/configuration/firewall/groups.html"},
		{Title: "Command line interface", URL: "https://docs.vyos.io/en/latest/cli.html"},
		{Title: "Interface definitions of the firewall", URL: "https://github.com/vyos/vyos-1x/tree/current/interface-definitions/include/firewall"},
	},
}

func (vyos) Info() *policy.Info { return info }

func (vyos) Render(p *policy.Printer, l *policy.Lowered) error {
	w := &writer{p, l}
	p.Head("#", l.Head)
	for _, s := range l.Sets {
		w.set(s)
	}
	for _, v6 := range []bool{false, true} {
		w.rules(v6)
	}
	w.use()
	return nil
}

type writer struct {
	*policy.Printer
	l *policy.Lowered
}

func family(v6 bool) string {
	if v6 {
		return "ipv6"
	}
	return "ipv4"
}

// kind is the kind of a group, and what its members are.
func kind(s *policy.Set) (group, member string) {
	switch {
	case len(s.FQDN) > 0:
		return "domain-group", "address"
	case s.Family == policy.IPv6:
		return "ipv6-network-group", "network"
	}
	return "network-group", "network"
}

// set defines a role, a command for each address.
func (w *writer) set(s *policy.Set) {
	group, member := kind(s)
	w.Line()
	w.Line("# ", s.Title)
	if s.Hint != "" {
		w.Line("# ", s.Hint)
	}
	w.Line("delete firewall group ", group, " ", s.Name)
	if s.Title != "" {
		w.Line("set firewall group ", group, " ", s.Name, " description '", s.Title, "'")
	}
	for _, a := range s.Prefixes() {
		w.Text("set firewall group ", group, " ", s.Name, " ", member, " ")
		var b [48]byte
		w.Write(a.AppendTo(b[:0]))
		w.Line()
	}
	for _, name := range s.FQDN {
		w.Line("set firewall group ", group, " ", s.Name, " ", member, " ", name)
	}
}

// used tells whether a family has rules.
func (w *writer) used(v6 bool) bool {
	for _, e := range w.l.Entries {
		if (e.Family == policy.IPv6) == v6 {
			return true
		}
	}
	return w.l.Deny != nil
}

// begin begins a command of the rule set.
func (w *writer) begin(v6 bool) { w.Text("set firewall ", family(v6), " name ", w.l.ID) }

func (w *writer) rules(v6 bool) {
	if !w.used(v6) {
		return
	}
	w.Line()
	if v6 {
		w.Line("# IPv6")
	} else {
		w.Line("# IPv4")
	}
	w.Line("delete firewall ", family(v6), " name ", w.l.ID)
	w.begin(v6)
	if w.l.Deny == nil {
		w.Line(" default-action return")
	} else {
		w.Line(" default-action drop")
	}
	if w.l.Deny != nil && w.l.Deny.Log {
		w.begin(v6)
		w.Line(" default-log")
	}
	r := rule{w, v6, 1}
	r.set("action accept")
	r.set("description 'Replies'")
	r.set("state established")
	r.set("state related")
	for _, e := range w.l.Entries {
		if (e.Family == policy.IPv6) == v6 {
			rule{w, v6, e.Number}.entry(e)
			w.Entry(e)
		}
	}
	if w.l.Deny != nil {
		for i, t := range policy.KeptICMP(v6, w.l.At.Kind) {
			r := rule{w, v6, last + 1 + i}
			r.set("action accept")
			r.set("description 'Errors and path MTU discovery'")
			r.icmp(int(t))
		}
	}
}

// rule is a numbered rule, of which each command sets one thing.
type rule struct {
	*writer
	v6     bool
	number int
}

func (r rule) set(parts ...string) {
	r.begin(r.v6)
	r.Text(" rule ", strconv.Itoa(r.number), " ")
	r.Line(parts...)
}

func (r rule) entry(e *policy.Entry) {
	if e.Action == policy.Block {
		r.set("action drop")
	} else {
		r.set("action accept")
	}
	r.set("description '", e.Note, "'")
	switch e.Transport {
	case netspec.Any:
	case netspec.TCP, netspec.UDP:
		r.set("protocol ", e.Transport.String())
	case netspec.ICMP, netspec.ICMPv6:
		r.icmp(e.ICMPType)
	default:
		r.set("protocol ", strconv.Itoa(int(e.Transport.Number())))
	}
	r.end("source", e.From, e.SourcePorts)
	r.end("destination", e.To, e.Ports)
	if e.Log {
		r.set("log")
	}
}

func (r rule) icmp(t int) {
	protocol, node := "icmp", "icmp"
	if r.v6 {
		protocol, node = "ipv6-icmp", "icmpv6"
	}
	r.set("protocol ", protocol)
	if t >= 0 {
		r.set(node, " type ", strconv.Itoa(t))
	}
}

func (r rule) end(which string, s policy.Side, list []policy.Ports) {
	if !s.Any {
		group := "network-group"
		if len(s.Sets[0].FQDN) > 0 {
			group = "domain-group"
		}
		r.set(which, " group ", group, " ", s.Sets[0].Name)
	}
	if len(list) == 0 {
		return
	}
	r.begin(r.v6)
	r.Text(" rule ", strconv.Itoa(r.number), " ", which, " port ")
	for i, p := range list {
		if i > 0 {
			r.Text(",")
		}
		var b [12]byte
		text := strconv.AppendUint(b[:0], uint64(p.First), 10)
		if !p.Single() {
			text = append(text, '-')
			text = strconv.AppendUint(text, uint64(p.Last), 10)
		}
		r.Write(text)
	}
	r.Line()
}

// use shows what leads packets to the rule sets, and what takes it all away.
func (w *writer) use() {
	w.Line()
	w.Line("# To use it, in the place of 5 a number before your own rules:")
	for _, v6 := range []bool{false, true} {
		if w.used(v6) {
			w.Line("# set firewall ", family(v6), " forward filter rule 5 action jump")
			w.Line("# set firewall ", family(v6), " forward filter rule 5 jump-target ", w.l.ID)
		}
	}
	w.Line("# To remove it, after these:")
	for _, v6 := range []bool{false, true} {
		if w.used(v6) {
			w.Line("# delete firewall ", family(v6), " name ", w.l.ID)
		}
	}
	for _, s := range w.l.Sets {
		group, _ := kind(s)
		w.Line("# delete firewall group ", group, " ", s.Name)
	}
}
