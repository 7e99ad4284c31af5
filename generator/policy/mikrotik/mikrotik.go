// Package mikrotik spells rules for MikroTik's RouterOS: a script with a
// chain and address lists of its own, in both address families.
package mikrotik

import (
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the values of this family.
func Platforms() []policy.Platform { return []policy.Platform{routeros{}} }

type routeros struct{}

var info = &policy.Info{
	ID: "mikrotik", Title: "MikroTik RouterOS", Vendor: "MikroTik", Group: policy.Perimeters,
	Language: "routeros", Ext: "rsc", Comment: "#",
	Perimeters:  true,
	Families:    policy.Split,
	Ends:        policy.OneSet,
	FQDN:        policy.ExactNames,
	Destination: policy.AfterTranslation,
	AnyProtocol: true,
	MaxPorts:    15, RangeSlots: 2,
	Denies:     policy.Ordered,
	Translates: true,
	Name:       policy.Name{Max: 100},
	Check:      []policy.Step{{Text: "reads it without doing it, in recent versions of RouterOS 7", Command: `/import file-name={file} verbose=yes dry-run`}},
	Load:       []policy.Step{{Text: "after uploading the file", Command: `/import file-name={file}`}},
	Remove: []policy.Step{
		{Command: `/ip firewall filter remove [find comment~"^{id}:"]; /ipv6 firewall filter remove [find comment~"^{id}:"]`},
		{Text: "and the lists and translations", Command: `/ip firewall address-list remove [find comment~"^{id}:"]; /ipv6 firewall address-list remove [find comment~"^{id}:"]; /ip firewall nat remove [find comment~"^{id}:"]; /ipv6 firewall nat remove [find comment~"^{id}:"]`},
	},
	Undo: []policy.Step{{Text: "keeps the default deny; without it a scheduled task takes the rules away after 10 minutes", Command: `/system scheduler remove [find name="{id}"]`}},
	Facts: []string{
		"The rules are a chain of their own. A jump leads to it, in the chain forward, above your own rules but for fasttrack, which keeps working. Put it elsewhere as you like, until you load again.",
		"What passes through the router alone is filtered: its own management is in the chains input and output, which stay as they are.",
		"Rules see a translated listener by its real address, since dstnat comes before forward.",
		"All that the script makes begins its comment with its name, and is removed at its start: loading twice changes nothing. In between, for less than a second, the rules are not there.",
		"A list can hold names: the router looks them up by itself.",
		"IPv6 needs the ipv6 package in RouterOS 6; in 7 it is always there. Translation of IPv6 needs 7.1.",
		"Safe Mode (Ctrl-X) takes back what a session did if it breaks.",
	},
	Proof: []string{policy.OwnReader},
	Documents: []policy.Document{
		{Title: "Filter", URL: "https://help.mikrotik.com/docs/spaces/ROS/pages/48660574/Filter"},
		{Title: "Address-lists", URL: "https://help.mikrotik.com/docs/spaces/ROS/pages/130220087/Address-lists"},
		{Title: "NAT", URL: "https://help.mikrotik.com/docs/spaces/ROS/pages/3211299/NAT"},
		{Title: "Scripting", URL: "https://help.mikrotik.com/docs/spaces/ROS/pages/47579229/Scripting"},
		{Title: "Configuration management", URL: "https://help.mikrotik.com/docs/spaces/ROS/pages/328155/Configuration+Management"},
	},
}

func (routeros) Info() *policy.Info { return info }

func (routeros) Render(p *policy.Printer, l *policy.Lowered) error {
	w := &writer{p, l}
	p.Head("#", l.Head)
	p.Line()
	p.Line("# What an earlier run left")
	for _, f := range []string{"/ip", "/ipv6"} {
		w.remove(f, "filter")
		w.remove(f, "address-list")
	}
	for _, v6 := range []bool{false, true} {
		if w.translates(v6) {
			w.remove(menu(v6), "nat")
		}
	}
	for _, s := range l.Sets {
		w.set(s)
	}
	w.translations()
	for _, v6 := range []bool{false, true} {
		w.filters(v6)
	}
	if l.Deny != nil {
		w.undo()
	}
	for _, v6 := range []bool{false, true} {
		w.jump(v6)
	}
	return nil
}

type writer struct {
	*policy.Printer
	l *policy.Lowered
}

func menu(v6 bool) string {
	if v6 {
		return "/ipv6"
	}
	return "/ip"
}

func title(v6 bool) string {
	if v6 {
		return "IPv6"
	}
	return "IPv4"
}

func (w *writer) remove(family, kind string) {
	w.Line(family, " firewall ", kind, ` remove [find comment~"^`, w.l.ID, `:"]`)
}

// set defines a role, an item for each address.
func (w *writer) set(s *policy.Set) {
	family := menu(s.Family == policy.IPv6)
	w.Line()
	w.Line("# ", s.Title)
	if s.Hint != "" {
		w.Line("# ", s.Hint)
	}
	for _, a := range s.Prefixes() {
		w.Text(family, ` firewall address-list add list="`, s.Name, `" address=`)
		var b [48]byte
		if a.IsSingleIP() && a.Addr().Is4() {
			w.Write(a.Addr().AppendTo(b[:0]))
		} else {
			w.Write(a.AppendTo(b[:0]))
		}
		w.comment(s.Title)
	}
	for _, name := range s.FQDN {
		w.Text(family, ` firewall address-list add list="`, s.Name, `" address=`, name)
		w.comment(s.Title)
	}
}

// comment ends an item with what it is known by.
func (w *writer) comment(text string) { w.Line(` comment="`, w.l.ID, ": ", text, `"`) }

func (w *writer) translates(v6 bool) bool {
	for _, t := range w.l.Translations {
		if t.Public.Is6() == v6 {
			return true
		}
	}
	return false
}

func (w *writer) translations() {
	if len(w.l.Translations) > 0 {
		w.Line()
		w.Line("# Translated addresses")
	}
	for _, t := range w.l.Translations {
		var b [48]byte
		if t.Public.Is6() {
			w.Text("/ipv6 firewall nat add chain=dstnat action=dst-nat dst-address=")
			w.Write(t.Public.AppendTo(b[:0]))
			w.Text("/128 to-address=")
			w.Write(t.Real.AppendTo(b[:0]))
			w.Text("/128")
		} else {
			w.Text("/ip firewall nat add chain=dstnat action=dst-nat dst-address=")
			w.Write(t.Public.AppendTo(b[:0]))
			w.Text(" to-addresses=")
			w.Write(t.Real.AppendTo(b[:0]))
		}
		w.comment(t.Name)
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

func (w *writer) filters(v6 bool) {
	if !w.used(v6) {
		return
	}
	w.Line()
	w.Line("# ", title(v6), ", passing through")
	w.Line(menu(v6), " firewall filter")
	w.add("accept")
	w.Text(" connection-state=established,related,untracked")
	w.comment("replies")
	for _, e := range w.l.Entries {
		if (e.Family == policy.IPv6) == v6 {
			w.rule(e)
			w.Entry(e)
		}
	}
	if w.l.Deny == nil {
		return
	}
	for _, t := range policy.KeptICMP(v6, w.l.At.Kind) {
		w.add("accept")
		w.icmp(v6, int(t))
		w.comment("errors and path MTU discovery")
	}
	w.add("drop")
	w.log(w.l.Deny.Log)
	w.comment("everything else")
}

func (w *writer) add(action string) { w.Text(`add chain="`, w.l.ID, `" action=`, action) }

func (w *writer) rule(e *policy.Entry) {
	if e.Action == policy.Block {
		w.add("drop")
	} else {
		w.add("accept")
	}
	switch e.Transport {
	case netspec.Any:
	case netspec.TCP, netspec.UDP:
		w.Text(" protocol=", e.Transport.String())
	case netspec.ICMP, netspec.ICMPv6:
		w.icmp(e.Transport == netspec.ICMPv6, e.ICMPType)
	default:
		w.Text(" protocol=", strconv.Itoa(int(e.Transport.Number())))
	}
	w.end(" src", e.From, e.SourcePorts)
	w.end(" dst", e.To, e.Ports)
	w.log(e.Log)
	w.comment(e.Note)
}

func (w *writer) icmp(v6 bool, t int) {
	if v6 {
		w.Text(" protocol=icmpv6")
	} else {
		w.Text(" protocol=icmp")
	}
	if t >= 0 {
		w.Text(" icmp-options=", strconv.Itoa(t), ":0-255")
	}
}

func (w *writer) end(which string, s policy.Side, list []policy.Ports) {
	if !s.Any {
		w.Text(which, `-address-list="`, s.Sets[0].Name, `"`)
	}
	for i, r := range list {
		if i == 0 {
			w.Text(which, "-port=")
		} else {
			w.Text(",")
		}
		var b [12]byte
		text := strconv.AppendUint(b[:0], uint64(r.First), 10)
		if !r.Single() {
			text = append(text, '-')
			text = strconv.AppendUint(text, uint64(r.Last), 10)
		}
		w.Write(text)
	}
}

func (w *writer) log(yes bool) {
	if yes {
		w.Text(` log=yes log-prefix="`, w.l.ID, `"`)
	}
}

// undo is the timed way back: a task that takes the rules and itself away.
func (w *writer) undo() {
	id := w.l.ID
	w.Line()
	w.Line("# The way back: in 10 minutes, unless the task is removed")
	w.Line(`/system scheduler remove [find name="`, id, `"]`)
	w.Line(`/system scheduler add name="`, id, `" interval=10m on-event="/ip firewall filter remove [find comment~\"^`, id, `:\"]; /ipv6 firewall filter remove [find comment~\"^`, id, `:\"]; /system scheduler remove [find name=\"`, id, `\"]" comment="`, id, `: undo"`)
}

// jump leads to the chain, as the last thing: from then on it holds, whole.
// It stands behind fasttrack, which would see no packet more otherwise.
func (w *writer) jump(v6 bool) {
	if !w.used(v6) {
		return
	}
	family, n := menu(v6), "4"
	if v6 {
		n = "6"
	}
	w.Line()
	w.Line(":local rules", n, " [", family, " firewall filter find chain=forward dynamic=no]")
	w.Line(":local at", n, " 0")
	w.Line(":local count", n, " 0")
	w.Line(":foreach rule in=$rules", n, " do={")
	w.Line("    :set count", n, " ($count", n, " + 1)")
	w.Line("    :if ([", family, ` firewall filter get $rule action] = "fasttrack-connection") do={ :set at`, n, " $count", n, " }")
	w.Line("}")
	w.Text(":if ($at", n, " < $count", n, ") do={ ")
	w.jumpRule(family)
	w.Text(" place-before=[:pick $rules", n, " $at", n, "] } else={ ")
	w.jumpRule(family)
	w.Line(" }")
}

func (w *writer) jumpRule(family string) {
	w.Text(family, ` firewall filter add chain=forward action=jump jump-target="`, w.l.ID, `" comment="`, w.l.ID, `: all of it"`)
}
