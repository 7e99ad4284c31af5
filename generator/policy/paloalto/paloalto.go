// Package paloalto spells policies for the firewalls of Palo Alto Networks, as
// set commands: address objects and a group for each role, services, and
// security rules.
package paloalto

import (
	"net/netip"
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the family's.
func Platforms() []policy.Platform { return []policy.Platform{panos{}} }

type panos struct{}

var panosInfo = policy.Info{
	ID: "palo-alto", Title: "Palo Alto Networks PAN-OS", Vendor: "Palo Alto Networks", Group: policy.Perimeters,
	Language: "panos", Ext: "set", Comment: "#",
	Perimeters: true,
	Families:   policy.Mixed, Ends: policy.Sets,
	FQDN:        policy.ExactNames,
	Destination: policy.BeforeTranslation,
	AnyProtocol: true,
	// A list of ports has 1023 characters; the longest range has 11, and a comma.
	MaxPorts: 85, RangeSlots: 1,
	NamedServices: true,
	// Names may have 63 characters; endings are ours.
	Name: policy.Name{Max: 58},
	Load: []policy.Step{
		{Text: "so that a long paste is taken line by line", Command: "set cli scripting-mode on"},
		{Command: "configure"},
		{Text: "Paste the file. PAN-OS knows no comments: it answers lines that begin with a number sign with Unknown command, and goes on."},
		{Text: "once the rules stand where they should", Command: "commit"},
	},
	Check: []policy.Step{
		{Text: "before commit", Command: "validate full"},
	},
	Remove: []policy.Step{
		{Text: `in configuration mode, paste the lines of this file that begin with "delete".`},
		{Command: "commit"},
	},
	Facts: []string{
		"The rules hold between any zones. Put the names of yours in the place of any behind from and to.",
		"New rules come last. Where one of yours denies everything, move them before it: move rulebase security rules NAME before YOURS. Loading again puts them last again.",
		"A rule that an earlier file had and this one has no more stays: all of them carry the file's tag, by which they can be found.",
		"Without a rule PAN-OS denies what passes from one zone to another and allows what stays in one; with the file's default deny, what stays in one is denied as well.",
		"Rules name ports with application any. Where App-ID is wanted, put the application there, and application-default for the service.",
		"The destination is the address before translation, and the zone the one after it.",
		"Messages of ICMP are told apart by applications of the file's own, except echo, which is ping and ping6.",
		"Names as addresses are looked up by the firewall, which needs a name server.",
		"The commands are those of a firewall; on Panorama they begin with set device-group.",
	},
	Proof: []string{policy.OwnReader},
	Documents: []policy.Document{
		{Title: "PAN-OS configure CLI command hierarchy", URL: "https://docs.paloaltonetworks.com/pan-os/10-0/cli-reference/pan-os-10-0-configure-cli-command-hierarchy"},
		{Title: "PAN-OS CLI quick start: Modify the Configuration", URL: "https://docs.paloaltonetworks.com/pan-os/10-2/pan-os-cli-quick-start/use-the-cli/modify-the-configuration"},
		{Title: "Security policy rules", URL: "https://docs.paloaltonetworks.com/pan-os/10-2/pan-os-admin/policy/security-policy"},
	},
}

func (panos) Info() *policy.Info { return &panosInfo }

func (panos) Render(p *policy.Printer, l *policy.Lowered) error {
	w := &writer{Printer: p, l: l, short: "pl-" + hash(l.ID)}
	p.Head("#", l.Head)
	w.delete()
	p.Line()
	p.Line("set tag ", l.ID, ` comments "Made by portolan from `, l.Subject.Path, `"`)
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
		w.deny()
	}
	return nil
}

type writer struct {
	*policy.Printer
	l *policy.Lowered
	// short begins the names of applications, which may have 31 characters.
	short string
}

// hash is FNV-1a, of 32 bits, as eight digits.
func hash(s string) string {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return strconv.FormatUint(uint64(h)|1<<32, 16)[1:]
}

func (w *writer) number(n int) {
	var b [8]byte
	w.Write(strconv.AppendInt(b[:0], int64(n), 10))
}

// indexed is a name with a number behind it, which no name of a role or rule is like.
func indexed(name string, n int) string { return name + "_" + strconv.Itoa(n) }

// Endings of the rules for what IP needs and for everything else.
const icmp, rest = "_icmp", "_rest"

// delete takes away what an earlier file left, what names other things first.
func (w *writer) delete() {
	w.Line()
	w.Line("# What an earlier file of this name left goes first; at the first load nothing is there.")
	const rules = "delete rulebase security rules "
	for _, e := range w.l.Entries {
		w.Line(rules, e.Name)
	}
	w.Line(rules, w.l.ID, icmp)
	w.Line(rules, w.l.ID, rest)
	for _, s := range w.l.Sets {
		w.Line("delete address-group ", s.Name)
		for i := range len(s.V4) + len(s.V6) + len(s.FQDN) {
			w.Line("delete address ", indexed(s.Name, i+1))
		}
	}
	for _, s := range w.l.Services {
		if s.Transport.HasPorts() {
			w.Line("delete service ", s.Name)
		} else if name := w.custom(s.Transport, s.ICMPType); name != "" {
			w.Line("delete application ", name)
		}
	}
	w.kept(func(t netspec.Transport, kind int) { w.Line("delete application ", w.custom(t, kind)) })
	w.Line("delete tag ", w.l.ID)
}

// kept hands out the messages that a default deny keeps.
func (w *writer) kept(do func(netspec.Transport, int)) {
	if w.l.Deny == nil {
		return
	}
	for _, t := range []netspec.Transport{netspec.ICMP, netspec.ICMPv6} {
		for _, kind := range policy.KeptICMP(t == netspec.ICMPv6, w.l.At.Kind) {
			do(t, int(kind))
		}
	}
}

// set defines an address for each of a role, and the group of them.
func (w *writer) set(s *policy.Set) {
	w.Line()
	n := 0
	for _, list := range [][]netip.Prefix{s.V4, s.V6} {
		for _, x := range list {
			n++
			w.Text("set address ", indexed(s.Name, n), " ip-netmask ")
			var b [64]byte
			w.Write(x.AppendTo(b[:0]))
			w.Line()
		}
	}
	for _, name := range s.FQDN {
		n++
		w.Line("set address ", indexed(s.Name, n), " fqdn ", name)
	}
	for i := range n {
		w.Line("set address-group ", s.Name, " static ", indexed(s.Name, i+1))
	}
	w.Text("set address-group ", s.Name, ` description "`, s.Title, ".")
	if s.Hint != "" {
		w.Text(" ", s.Hint)
	}
	w.Line(`"`)
}

// service defines a service, or an application for what has no ports.
func (w *writer) service(s *policy.Service) {
	if !s.Transport.HasPorts() {
		w.define(s.Transport, s.ICMPType)
		return
	}
	w.Text("set service ", s.Name, " protocol ", s.Transport.String(), " port ")
	if len(s.Ports) == 0 {
		w.Text("1-65535")
	}
	w.ports(s.Ports)
	if len(s.SourcePorts) > 0 {
		w.Text(" source-port ")
		w.ports(s.SourcePorts)
	}
	w.Line()
}

func (w *writer) ports(list []policy.Ports) {
	for i, x := range list {
		if i > 0 {
			w.Text(",")
		}
		w.number(int(x.First))
		if !x.Single() {
			w.Text("-")
			w.number(int(x.Last))
		}
	}
}

// message is a protocol without ports, and a type of message or -1.
type message struct {
	t    netspec.Transport
	kind int
}

// predefined are the applications that every firewall knows.
var predefined = map[message]string{
	{netspec.ICMP, -1}: "[ icmp ping ]", {netspec.ICMP, 8}: "ping", {netspec.ICMPv6, -1}: "[ ipv6-icmp ping6 ]", {netspec.ICMPv6, 128}: "ping6",
	{netspec.GRE, -1}: "gre", {netspec.ESP, -1}: "ipsec-esp", {netspec.AH, -1}: "ipsec-ah",
}

// custom is the name of an application of our own; empty: there is a predefined one.
func (w *writer) custom(t netspec.Transport, kind int) string {
	switch {
	case predefined[message{t, kind}] != "":
		return ""
	case t == netspec.ICMP:
		return w.short + "-icmp-" + strconv.Itoa(kind)
	case t == netspec.ICMPv6:
		return w.short + "-icmp6-" + strconv.Itoa(kind)
	}
	return w.short + "-ip-" + strconv.Itoa(int(t.Number()))
}

func (w *writer) define(t netspec.Transport, kind int) {
	name := w.custom(t, kind)
	if name == "" {
		return
	}
	w.Text("set application ", name, " category networking subcategory ip-protocol technology network-protocol risk 1 default ident-by-")
	switch t {
	case netspec.ICMP:
		w.Text("icmp-type type ")
		w.number(kind)
	case netspec.ICMPv6:
		w.Text("icmp6-type type ")
		w.number(kind)
	default:
		w.Text("ip-protocol ")
		w.number(int(t.Number()))
	}
	w.Line()
}

const rules = "set rulebase security rules "

func (w *writer) entry(e *policy.Entry) {
	w.Text(rules, e.Name, " from any to any source ")
	w.side(e.From)
	w.Text(" destination ")
	w.side(e.To)
	w.Line()
	application, service := "any", "any"
	if s := e.Service; s != nil && s.Transport.HasPorts() {
		service = s.Name
	} else if s != nil {
		// Any other service would let the first packets of whatever else pass.
		service = "application-default"
		if application = w.custom(s.Transport, s.ICMPType); application == "" {
			application = predefined[message{s.Transport, s.ICMPType}]
		}
	}
	w.Text(rules, e.Name, " application ", application, " service ", service)
	w.action(e.Action, e.Log)
	w.Line(rules, e.Name, " tag ", w.l.ID, ` description "`, e.Note, `"`)
	w.Entry(e)
}

func (w *writer) side(s policy.Side) {
	if len(s.Sets) == 0 {
		w.Text("any")
		return
	}
	w.Text("[ ")
	for _, x := range s.Sets {
		w.Text(x.Name, " ")
	}
	w.Text("]")
}

// action ends a line; what is allowed is logged unless somebody says otherwise.
func (w *writer) action(a policy.Action, log bool) {
	switch {
	case a == policy.Allow:
		w.Line(" action allow")
	case log:
		w.Line(" action drop log-end yes")
	default:
		w.Line(" action drop log-end no")
	}
}

// deny ends the rules with what IP needs, and with everything else.
func (w *writer) deny() {
	w.Line()
	w.Line("# What IP needs, and everything else.")
	w.kept(w.define)
	w.Line(rules, w.l.ID, icmp, " from any to any source any destination any")
	w.Text(rules, w.l.ID, icmp, " application [ ")
	w.kept(func(t netspec.Transport, kind int) { w.Text(w.custom(t, kind), " ") })
	w.Line("] service application-default action allow")
	w.Line(rules, w.l.ID, icmp, " tag ", w.l.ID)
	w.Line(rules, w.l.ID, rest, " from any to any source any destination any")
	w.Text(rules, w.l.ID, rest, " application any service any")
	w.action(policy.Block, w.l.Deny.Log)
	w.Line(rules, w.l.ID, rest, " tag ", w.l.ID)
}
