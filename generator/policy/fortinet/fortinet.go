// Package fortinet spells rules for Fortinet's FortiGate: address objects and
// a group for each role, services, and policies of the table that holds both
// address families.
package fortinet

import (
	"net/netip"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the values of this family.
func Platforms() []policy.Platform { return []policy.Platform{fortigate{}} }

type fortigate struct{}

// Objects' names may have 79 characters, of which some are for endings of
// ours; policies' may have 35.
const (
	longest       = 60
	longestPolicy = 35
)

var info = &policy.Info{
	ID: "fortigate", Title: "FortiGate", Vendor: "Fortinet", Group: policy.Perimeters,
	Language: "fortios", Ext: "conf", Comment: "#",
	Perimeters:    true,
	Families:      policy.Split,
	Ends:          policy.Sets,
	FQDN:          policy.AllNames,
	Destination:   policy.BeforeTranslation,
	Transports:    []netspec.Transport{netspec.SCTP},
	AnyProtocol:   true,
	NamedServices: true,
	Denies:        policy.Ordered,
	Translates:    true,
	Name:          policy.Name{Max: longest},
	Check:         []policy.Step{{Text: "FortiOS has no trial run. Save the configuration first, and look at the policies afterwards."}},
	Load:          []policy.Step{{Text: "paste it into a console session, or run it as a script: the administrator's menu, Configuration, Scripts."}},
	Remove:        []policy.Step{{Text: "paste the lines at the end of this file, without their number signs."}},
	Undo: []policy.Step{
		{Text: "before loading: the FortiGate restarts with what is saved unless you save within 600 seconds", Command: "config system global"},
		{Command: "set cfg-save revert"},
		{Command: "set cfg-revert-timeout 600"},
		{Command: "end"},
		{Text: "afterwards, to keep the rules", Command: "execute cfg save"},
	},
	Facts: []string{
		"Interfaces are any: put your own in the place of srcintf and dstintf, so that policies hold where they should.",
		"Policy numbers are from 100000000 to 999999999, made from the rule's name, so that loading twice changes nothing and your own stay free.",
		"New policies come last. Move the first of them above your own denies, and load again: the others follow it.",
		"A rule that a later file has no more stays until you remove it: remove with the old file first.",
		"FortiOS denies what no policy allows. The management of the FortiGate itself is not a matter of these policies.",
		"Where a virtual IP of your own translates an address, name it in dstaddr: a policy with a plain address does not match its traffic, unless central NAT is on.",
		"Policies of one table for IPv4 and IPv6 need FortiOS 6.4 or later.",
	},
	Proof: []string{policy.OwnReader},
	Documents: []policy.Document{
		{Title: "CLI reference: config firewall policy", URL: "https://docs.fortinet.com/document/fortigate/7.4.8/cli-reference/"},
		{Title: "CLI reference: config firewall service custom", URL: "https://docs.fortinet.com/document/fortigate/7.4.8/cli-reference/198499981"},
		{Title: "CLI basics", URL: "https://docs.fortinet.com/document/fortigate/7.4.8/administration-guide/402940/cli-basics"},
	},
}

func (fortigate) Info() *policy.Info { return info }

func (fortigate) Render(p *policy.Printer, l *policy.Lowered) error {
	w := &writer{Printer: p, l: l, own: l.ID}
	p.Head("#", l.Head)
	for _, s := range l.Sets {
		w.set(s)
	}
	w.translations()
	w.services()
	w.policies()
	w.removal()
	return nil
}

type writer struct {
	*policy.Printer
	l *policy.Lowered
	// own begins the names that are of no entry; entries' have no dot.
	own string
	ids []uint32
}

// title is the name of a policy: the entry's, or, where that is too long, its
// end behind what stands for the whole.
func title(name, short string) string {
	if len(name) <= longestPolicy {
		return name
	}
	const begin = "pl-00000000-"
	text := strconv.FormatUint(uint64(hash(name)), 16)
	return begin[:len(begin)-1-len(text)] + text + "-" + short[:min(len(short), longestPolicy-len(begin))]
}

// hash is FNV-1a, of 32 bits.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// id is the number of a policy, the same for the same name: below those that
// FortiManager keeps to itself, and above those that people give.
func (w *writer) id(name string) string {
	n := 100_000_000 + hash(name)%900_000_000
	for again := true; again; {
		again = false
		for _, o := range w.ids {
			if o == n {
				n, again = n+1, true
			}
		}
	}
	w.ids = append(w.ids, n)
	return strconv.FormatUint(uint64(n), 10)
}

// six ends the words of IPv6.
func six(v6 bool) string {
	if v6 {
		return "6"
	}
	return ""
}

// set defines a role: an object for each address, and a group of them.
// Addresses that a virtual IP stands for are no objects.
func (w *writer) set(s *policy.Set) {
	v6 := six(s.Family == policy.IPv6)
	w.Line()
	w.Line("# ", s.Title)
	if s.Hint != "" {
		w.Line("# ", s.Hint)
	}
	prefixes := s.Prefixes()
	if n := w.translated(s); n > 0 && n == len(prefixes) {
		w.Line("# Its virtual IPs are below.")
		return
	}
	w.Line("config firewall address", v6)
	for i, a := range prefixes {
		w.object(s, i)
		if v6 == "" {
			w.Text("        set subnet ")
			w.address(a.Addr())
			w.Text(" ")
			w.address(netmask(a.Bits()))
			w.Line()
		} else {
			w.Text("        set ip6 ")
			var b [48]byte
			w.Write(a.AppendTo(b[:0]))
			w.Line()
		}
		w.Line("    next")
	}
	for i, name := range s.FQDN {
		w.object(s, i)
		w.Line("        set type fqdn")
		w.Line(`        set fqdn "`, name, `"`)
		w.Line("    next")
	}
	w.Line("end")
	w.Line("config firewall addrgrp", v6)
	w.Line(`    edit "`, s.Name, `"`)
	w.Text("        set member")
	for i := range len(prefixes) + len(s.FQDN) {
		w.Text(` "`, s.Name, ".", strconv.Itoa(i+1), `"`)
	}
	w.Line()
	w.Line("    next")
	w.Line("end")
}

// object begins an address; its name has a dot, which no entry's has.
func (w *writer) object(s *policy.Set, i int) {
	w.Line(`    edit "`, s.Name, ".", strconv.Itoa(i+1), `"`)
}

func (w *writer) address(a netip.Addr) {
	var b [48]byte
	w.Write(a.AppendTo(b[:0]))
}

func netmask(bits int) netip.Addr {
	n := ^uint32(0) << (32 - bits)
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

// translated counts the addresses of a set that a virtual IP stands for.
func (w *writer) translated(s *policy.Set) (n int) {
	if len(w.l.Translations) == 0 {
		return 0
	}
	for _, a := range s.Prefixes() {
		if w.public(a) {
			n++
		}
	}
	return n
}

func (w *writer) public(a netip.Prefix) bool {
	if a.IsSingleIP() {
		for _, t := range w.l.Translations {
			if t.Public == a.Addr() {
				return true
			}
		}
	}
	return false
}

// vip names a virtual IP after its address: names cannot be sure to have colons.
func (w *writer) vip(a netip.Addr) {
	w.Text(` "`, w.own, ".", strings.ReplaceAll(a.String(), ":", "-"), `"`)
}

func (w *writer) translations() {
	for _, v6 := range []bool{false, true} {
		begun := false
		for _, t := range w.l.Translations {
			if t.Public.Is6() != v6 {
				continue
			}
			if !begun {
				w.Line()
				w.Line("config firewall vip", six(v6))
				begun = true
			}
			w.Text("    edit")
			w.vip(t.Public)
			w.Line()
			w.Line(`        set comment "`, t.Name, `"`)
			if !v6 {
				w.Line(`        set extintf "any"`)
			}
			w.Text("        set extip ")
			w.address(t.Public)
			w.Line()
			w.Text("        set mappedip ")
			w.address(t.Real)
			w.Line()
			w.Line("    next")
		}
		if begun {
			w.Line("end")
		}
	}
}

func (w *writer) services() {
	if len(w.l.Services) == 0 && w.l.Deny == nil {
		return
	}
	w.Line()
	w.Line("config firewall service custom")
	for _, s := range w.l.Services {
		w.Line(`    edit "`, s.Name, `"`)
		w.Line(`        set comment "`, s.Title, `"`)
		switch s.Transport {
		case netspec.TCP, netspec.UDP, netspec.SCTP:
			w.ranges(s)
		case netspec.ICMP:
			w.icmp("ICMP", s.ICMPType)
		case netspec.ICMPv6:
			w.icmp("ICMP6", s.ICMPType)
		default:
			w.Line("        set protocol IP")
			w.Line("        set protocol-number ", strconv.Itoa(int(s.Transport.Number())))
		}
		w.Line("    next")
	}
	if w.l.Deny != nil {
		for _, v6 := range []bool{false, true} {
			for _, t := range policy.KeptICMP(v6, w.l.At.Kind) {
				w.Line(`    edit "`, w.own, ".icmp", six(v6), "-", strconv.Itoa(int(t)), `"`)
				w.icmp("ICMP"+six(v6), int(t))
				w.Line("    next")
			}
		}
	}
	w.Line("end")
}

func (w *writer) icmp(protocol string, t int) {
	w.Line("        set protocol ", protocol)
	if t >= 0 {
		w.Line("        set icmptype ", strconv.Itoa(t))
	}
}

// every is every port.
var every = []policy.Ports{{First: 1, Last: 65535}}

// ranges writes the listener's ports, each with each of the initiator's behind a colon.
func (w *writer) ranges(s *policy.Service) {
	to := s.Ports
	if len(to) == 0 {
		to = every
	}
	w.Text("        set ", s.Transport.String(), "-portrange")
	for _, p := range to {
		if len(s.SourcePorts) == 0 {
			w.Text(" ")
			w.ports(p)
		}
		for _, q := range s.SourcePorts {
			w.Text(" ")
			w.ports(p)
			w.Text(":")
			w.ports(q)
		}
	}
	w.Line()
}

func (w *writer) ports(p policy.Ports) {
	var b [12]byte
	text := strconv.AppendUint(b[:0], uint64(p.First), 10)
	if !p.Single() {
		text = append(text, '-')
		text = strconv.AppendUint(text, uint64(p.Last), 10)
	}
	w.Write(text)
}

func (w *writer) policies() {
	if len(w.l.Entries) == 0 && w.l.Deny == nil {
		return
	}
	w.Line()
	w.Line("config firewall policy")
	for _, e := range w.l.Entries {
		w.begin(e.Name, e.Short, e.Action)
		w.end("src", e.Family, e.From)
		w.end("dst", e.Family, e.To)
		if e.Service == nil {
			w.Line(`        set service "ALL"`)
		} else {
			w.Line(`        set service "`, e.Service.Name, `"`)
		}
		w.finish(e.Action, e.Family, e.Log, e.Note)
		w.Entry(e)
	}
	if w.l.Deny != nil {
		for _, f := range []policy.Family{policy.IPv4, policy.IPv6} {
			w.rest(f)
		}
	}
	// They stand together and in this order, wherever the first of them is.
	for i := 1; i < len(w.ids); i++ {
		w.Line("    move ", strconv.FormatUint(uint64(w.ids[i]), 10), " after ", strconv.FormatUint(uint64(w.ids[i-1]), 10))
	}
	w.Line("end")
}

// begin opens a policy. The action comes first: what else can be set depends on it.
func (w *writer) begin(name, short string, a policy.Action) {
	w.Line("    edit ", w.id(name))
	w.Line(`        set name "`, title(name, short), `"`)
	w.Line(`        set srcintf "any"`)
	w.Line(`        set dstintf "any"`)
	if a == policy.Block {
		w.Line("        set action deny")
	} else {
		w.Line("        set action accept")
	}
}

func (w *writer) end(which string, f policy.Family, s policy.Side) {
	w.Text("        set ", which, "addr", six(f == policy.IPv6))
	if s.Any {
		w.Text(` "all"`)
	}
	for _, set := range s.Sets {
		n := w.translated(set)
		if n == 0 || n < len(set.V4)+len(set.V6) {
			w.Text(` "`, set.Name, `"`)
		}
		if n == 0 {
			continue
		}
		for _, a := range set.Prefixes() {
			if w.public(a) {
				w.vip(a.Addr())
			}
		}
	}
	w.Line()
}

func (w *writer) finish(a policy.Action, f policy.Family, log bool, note string) {
	w.Line(`        set schedule "always"`)
	switch {
	case a == policy.Allow:
	case log:
		w.Line("        set logtraffic all")
	default:
		w.Line("        set logtraffic disable")
	}
	if a == policy.Block && f == policy.IPv4 {
		w.Line("        set match-vip enable")
	}
	w.Line(`        set comments "`, note, `"`)
	w.Line("    next")
}

// rest denies everything else of a family but what IP itself needs.
func (w *writer) rest(f policy.Family) {
	v6, ending := f == policy.IPv6, ""
	if v6 {
		ending = "-v6"
	}
	all := policy.Side{Any: true}
	w.begin(w.own+".icmp"+ending, "icmp"+ending, policy.Allow)
	w.end("src", f, all)
	w.end("dst", f, all)
	w.Text("        set service")
	for _, t := range policy.KeptICMP(v6, w.l.At.Kind) {
		w.Text(` "`, w.own, ".icmp", six(v6), "-", strconv.Itoa(int(t)), `"`)
	}
	w.Line()
	w.finish(policy.Allow, f, false, "Errors and path MTU discovery")
	w.begin(w.own+".deny"+ending, "deny"+ending, policy.Block)
	w.end("src", f, all)
	w.end("dst", f, all)
	w.Line(`        set service "ALL"`)
	w.finish(policy.Block, f, w.l.Deny.Log, "Everything else")
}

// removal is what takes all of it away, users first, as comments.
func (w *writer) removal() {
	w.Line()
	w.Line("# To remove:")
	if len(w.ids) > 0 {
		w.Line("# config firewall policy")
		for _, id := range w.ids {
			w.Line("#     delete ", strconv.FormatUint(uint64(id), 10))
		}
		w.Line("# end")
	}
	if len(w.l.Services) > 0 || w.l.Deny != nil {
		w.Line("# config firewall service custom")
		for _, s := range w.l.Services {
			w.Line(`#     delete "`, s.Name, `"`)
		}
		if w.l.Deny != nil {
			for _, v6 := range []bool{false, true} {
				for _, t := range policy.KeptICMP(v6, w.l.At.Kind) {
					w.Line(`#     delete "`, w.own, ".icmp", six(v6), "-", strconv.Itoa(int(t)), `"`)
				}
			}
		}
		w.Line("# end")
	}
	for _, t := range w.l.Translations {
		w.Line("# config firewall vip", six(t.Public.Is6()))
		w.Text("#     delete")
		w.vip(t.Public)
		w.Line()
		w.Line("# end")
	}
	for _, s := range w.l.Sets {
		if n := w.translated(s); n > 0 && n == len(s.V4)+len(s.V6) {
			continue
		}
		v6 := six(s.Family == policy.IPv6)
		w.Line("# config firewall addrgrp", v6)
		w.Line(`#     delete "`, s.Name, `"`)
		w.Line("# end")
		w.Line("# config firewall address", v6)
		for i := range len(s.V4) + len(s.V6) + len(s.FQDN) {
			w.Line(`#     delete "`, s.Name, ".", strconv.Itoa(i+1), `"`)
		}
		w.Line("# end")
	}
}
