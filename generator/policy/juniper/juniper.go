// Package juniper spells policies for Juniper's SRX: a configuration group of
// set commands, with an address set for each role and global policies.
package juniper

import (
	"net/netip"
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the family's.
func Platforms() []policy.Platform { return []policy.Platform{srx{}} }

type srx struct{}

// An application has so many terms at most.
const terms = 8

var srxInfo = policy.Info{
	ID: "juniper-srx", Title: "Juniper SRX", Vendor: "Juniper Networks", Group: policy.Perimeters,
	Language: "junos", Ext: "set", Comment: "#",
	Perimeters: true,
	Families:   policy.Mixed, Ends: policy.Sets,
	FQDN:        policy.ExactNames,
	Destination: policy.AfterTranslation,
	AnyProtocol: true,
	MaxPorts:    terms, RangeSlots: 1,
	NamedServices: true,
	// Names may have 63 characters; endings are ours.
	Name: policy.Name{Max: 58},
	Load: []policy.Step{
		{Text: "in configuration mode; replaces the group as a whole", Command: "load set /var/tmp/{file}"},
		{Command: "commit"},
	},
	Check: []policy.Step{
		{Text: "after load, before commit", Command: "show | compare"},
		{Command: "commit check"},
	},
	Remove: []policy.Step{
		{Command: "delete apply-groups {id}"},
		{Command: "delete groups {id}"},
		{Command: "commit"},
	},
	Undo: []policy.Step{
		{Text: "instead of commit: takes everything back in five minutes", Command: "commit confirmed 5"},
		{Text: "once you still get in: keeps it", Command: "commit"},
	},
	Facts: []string{
		"Everything is in one configuration group, which the configuration inherits: nothing of yours is touched, and removing the group removes all of it.",
		"The rules are global policies, which hold between all zones. The SRX tries policies of a pair of zones first: one of those that denies the rest decides before these.",
		"Where you have global policies of your own, look at their order after loading, with show security policies global.",
		"The SRX denies what no policy allows, unless its default-policy says otherwise.",
		"Policies are of connections through the SRX; its own management is set in host-inbound-traffic of each zone.",
		"The addresses are in the global address book. Address books inside zones, of old configurations, cannot stand beside it.",
		"A policy sees a translated machine's own address.",
		"Names in the address book need a name server in the configuration.",
		"An application layer gateway, of FTP for one, may open more ports than the policies.",
	},
	Proof: []string{policy.OwnReader},
	Documents: []policy.Document{
		{Title: "Example: Configuring Global Policy", URL: "https://www.juniper.net/documentation/en_US/release-independent/nce/topics/example/security-policy-global-policy-configuring.html"},
		{Title: "Address Books and Address Sets", URL: "https://www.juniper.net/documentation/us/en/software/junos/security-policies/topics/topic-map/security-address-books-sets.html"},
		{Title: "applications Hierarchy Level", URL: "https://www.juniper.net/documentation/en_US/junos13.2/topics/reference/statement-hierarchy/applications.html"},
		{Title: "Use Configuration Groups to Quickly Configure Devices", URL: "https://www.juniper.net/documentation/us/en/software/junos/cli/topics/topic-map/configuration-groups-usage.html"},
	},
}

func (srx) Info() *policy.Info { return &srxInfo }

func (srx) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	p.Line()
	p.Line("# What an earlier file of this name left goes first; the first line is for where there is nothing yet.")
	p.Line("set groups ", l.ID)
	p.Line("delete groups ", l.ID)
	w := &writer{p, "set groups " + l.ID + " "}
	for _, s := range l.Sets {
		w.set(s)
	}
	if len(l.Services) > 0 {
		p.Line()
	}
	for _, s := range l.Services {
		w.service(s)
	}
	p.Line()
	for _, e := range l.Entries {
		w.entry(e)
	}
	if l.Deny != nil {
		w.deny(l)
	}
	p.Line()
	p.Line("set apply-groups ", l.ID)
	if len(l.Entries) == 0 && l.Deny == nil { // no group is left to apply
		p.Line("delete apply-groups ", l.ID)
	}
	return nil
}

type writer struct {
	*policy.Printer
	// begin begins every command of the group.
	begin string
}

func (w *writer) number(n int) {
	var b [8]byte
	w.Write(strconv.AppendInt(b[:0], int64(n), 10))
}

// indexed is a name with a number behind it, which no name of a role or rule is like.
func indexed(name string, n int) string { return name + "_" + strconv.Itoa(n) }

// set defines an address for each of a role, and the set of them.
func (w *writer) set(s *policy.Set) {
	w.Line()
	w.Line("# ", s.Title)
	if s.Hint != "" {
		w.Line("# ", s.Hint)
	}
	const book = "security address-book global "
	n := 0
	for _, list := range [][]netip.Prefix{s.V4, s.V6} {
		for _, x := range list {
			n++
			w.Text(w.begin, book, "address ", indexed(s.Name, n), " ")
			var b [64]byte
			w.Write(x.AppendTo(b[:0]))
			w.Line()
		}
	}
	for _, name := range s.FQDN {
		n++
		w.Line(w.begin, book, "address ", indexed(s.Name, n), " dns-name ", name)
	}
	for i := range n {
		w.Line(w.begin, book, "address-set ", s.Name, " address ", indexed(s.Name, i+1))
	}
}

// service defines an application with a term for each pair of port ranges, or
// several of them in a set where one is not enough.
func (w *writer) service(s *policy.Service) {
	sources, targets := max(len(s.SourcePorts), 1), max(len(s.Ports), 1)
	several := sources*targets > terms
	for i := range sources * targets {
		name := s.Name
		if several {
			name = indexed(s.Name, i/terms+1)
		}
		w.term(name, i%terms+1, s.Transport)
		if len(s.SourcePorts) > 0 {
			w.Text(" source-port ")
			w.ports(s.SourcePorts[i/targets])
		}
		if len(s.Ports) > 0 {
			w.Text(" destination-port ")
			w.ports(s.Ports[i%targets])
		}
		if s.ICMPType >= 0 {
			w.icmp(s.Transport, s.ICMPType)
		}
		w.Line()
		if several && i%terms == 0 {
			w.Line(w.begin, "applications application-set ", s.Name, " application ", name)
		}
	}
}

// names are the protocols' names in terms; other protocols have numbers.
var names = map[netspec.Transport]string{
	netspec.TCP: "tcp", netspec.UDP: "udp", netspec.ICMP: "icmp", netspec.ICMPv6: "icmp6", netspec.ESP: "esp", netspec.AH: "ah", netspec.GRE: "gre",
}

func (w *writer) term(application string, n int, t netspec.Transport) {
	w.Text(w.begin, "applications application ", application, " term t")
	w.number(n)
	w.Text(" protocol ")
	if s, ok := names[t]; ok {
		w.Text(s)
		return
	}
	w.number(int(t.Number()))
}

func (w *writer) icmp(t netspec.Transport, n int) {
	w.Text(" ", names[t], "-type ")
	w.number(n)
}

func (w *writer) ports(x policy.Ports) {
	w.number(int(x.First))
	if !x.Single() {
		w.Text("-")
		w.number(int(x.Last))
	}
}

func (w *writer) entry(e *policy.Entry) {
	application := "any"
	if e.Service != nil {
		application = e.Service.Name
	}
	rule := w.begin + "security policies global policy " + e.Name
	w.Line(rule, ` description "`, e.Note, `"`)
	w.Text(rule, " match source-address ")
	w.side(e.From)
	w.Text(rule, " match destination-address ")
	w.side(e.To)
	w.Line(rule, " match application ", application)
	w.then(rule, e.Action, e.Log)
	w.Entry(e)
}

func (w *writer) side(s policy.Side) {
	switch len(s.Sets) {
	case 0:
		w.Line("any")
	case 1:
		w.Line(s.Sets[0].Name)
	default:
		w.Text("[ ")
		for _, x := range s.Sets {
			w.Text(x.Name, " ")
		}
		w.Line("]")
	}
}

func (w *writer) then(rule string, a policy.Action, log bool) {
	if a == policy.Allow {
		w.Line(rule, " then permit")
	} else {
		w.Line(rule, " then deny")
	}
	if log {
		w.Line(rule, " then log session-init")
	}
}

// deny ends the policies with what IP needs, and with everything else.
func (w *writer) deny(l *policy.Lowered) {
	icmp, rest := l.ID+"_icmp", l.ID+"_rest"
	w.Line()
	w.Line("# What IP needs, and everything else.")
	n := 0
	for _, t := range []netspec.Transport{netspec.ICMP, netspec.ICMPv6} {
		for _, kind := range policy.KeptICMP(t == netspec.ICMPv6, l.At.Kind) {
			n++
			w.term(icmp, n, t)
			w.icmp(t, int(kind))
			w.Line()
		}
	}
	for _, name := range []string{icmp, rest} {
		rule := w.begin + "security policies global policy " + name
		application, action := icmp, policy.Allow
		if name == rest {
			application, action = "any", policy.Block
		}
		w.Line(rule, " match source-address any")
		w.Line(rule, " match destination-address any")
		w.Line(rule, " match application ", application)
		w.then(rule, action, name == rest && l.Deny.Log)
	}
}
