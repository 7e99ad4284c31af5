// Package checkpoint spells rules for Check Point: a shell script that gives
// mgmt_cli objects, groups, services and access rules in one session, which
// is published whole or discarded.
package checkpoint

import (
	"net/netip"
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the values of this family.
func Platforms() []policy.Platform { return []policy.Platform{checkPoint{}} }

type checkPoint struct{}

var info = &policy.Info{
	ID: "check-point", Title: "Check Point", Vendor: "Check Point", Group: policy.Perimeters,
	Language: "sh", Ext: "sh", Comment: "#",
	Perimeters:    true,
	Families:      policy.Mixed,
	Ends:          policy.Sets,
	FQDN:          policy.ExactNames,
	Destination:   policy.BeforeTranslation,
	Transports:    []netspec.Transport{netspec.SCTP},
	AnyProtocol:   true,
	NamedServices: true,
	Denies:        policy.Ordered,
	Name:          policy.Name{Max: 80},
	Check:         []policy.Step{{Text: "does all of it in a session, then discards that", Command: "sh {file} check"}},
	Load: []policy.Step{
		{Text: "on the management server, as root. From elsewhere: LOGIN='user NAME -m SERVER' before it, LAYER='...' for another layer than Network", Command: "sh {file}"},
		{Text: "with your own package; nothing holds before", Command: "mgmt_cli -r true install-policy policy-package Standard"},
	},
	Remove: []policy.Step{{Text: "then install the policy", Command: "sh {file} remove"}},
	Facts: []string{
		"The rules are in a section of their own, which is made at the top of the layer if it is not there. Move it as you like: loading again leaves it where it is.",
		"All changes are published at once, and discarded if one of them fails.",
		"Rules see a translated listener by the address that outsiders use, since they match before translation.",
		"Domain objects belong to everybody: one that is there is used only if it does not match sub-domains too, and none is removed.",
		"What this file made before and makes no more stays until you remove it: remove with the old file first.",
		"There is no timed way back: install an earlier revision of the policy to undo a default deny.",
		"R80.10 or later.",
	},
	Proof: []string{"ShellCheck", policy.OwnReader},
	Documents: []policy.Document{
		{Title: "Management API reference", URL: "https://sc1.checkpoint.com/documents/latest/APIs/index.html"},
		{Title: "mgmt_cli", URL: "https://sc1.checkpoint.com/documents/latest/APIs/index.html#mgmt_cli_tool"},
		{Title: "Domain objects", URL: "https://support.checkpoint.com/results/sk/sk120633"},
	},
}

func (checkPoint) Info() *policy.Info { return info }

func (checkPoint) Render(p *policy.Printer, l *policy.Lowered) error {
	w := &writer{p, l}
	p.Line("#!/bin/sh")
	p.Head("#", l.Head)
	p.Text(begin)
	w.clear()
	w.remove()
	for _, s := range l.Sets {
		w.set(s)
	}
	w.services()
	w.rules()
	p.Text(finish)
	return nil
}

// begin is what every script begins with: a session, which ends discarded
// unless it was published, and the verbs that the rest is written in.
const begin = `
set -eu
LAYER=${LAYER:-Network}
SID=$(mktemp)
trap 'mgmt_cli discard -s "$SID" >/dev/null 2>&1; mgmt_cli logout -s "$SID" >/dev/null 2>&1; rm -f "$SID"' EXIT
mgmt_cli login ${LOGIN:--r true} >"$SID"

# put makes an object, or brings one that is there to this state.
put() {
    kind=$1
    shift
    mgmt_cli add "$kind" "$@" ignore-warnings true -s "$SID" >/dev/null 2>&1 ||
        mgmt_cli set "$kind" "$@" ignore-warnings true -s "$SID" >/dev/null
}

# domain makes a domain object; one that is there must match no sub-domains.
domain() {
    mgmt_cli add dns-domain name "$1" is-sub-domain false -s "$SID" >/dev/null 2>&1 ||
        mgmt_cli show dns-domain name "$1" -s "$SID" | grep -q 'is-sub-domain: *false' ||
        { echo "$1 matches sub-domains too: more would be opened" >&2; exit 1; }
}

# rule makes an access rule.
rule() {
    mgmt_cli add access-rule layer "$LAYER" "$@" -s "$SID" >/dev/null
}

# gone deletes what may be there.
gone() {
    mgmt_cli delete "$@" -s "$SID" >/dev/null 2>&1 || true
}

`

const finish = `
if [ "${1:-}" = check ]; then
    echo 'Every change was taken. Discarded, nothing is changed.'
    exit 0
fi
mgmt_cli publish -s "$SID" >/dev/null
echo 'Published. Install the policy to make it hold.'
`

type writer struct {
	*policy.Printer
	l *policy.Lowered
}

// every is every port.
var every = []policy.Ports{{First: 1, Last: 65535}}

// clear deletes the rules of an earlier run: they are made anew, in order.
func (w *writer) clear() {
	w.Line("# The rules of an earlier run")
	for _, e := range w.l.Entries {
		w.Line(`gone access-rule layer "$LAYER" name '`, e.Name, "'")
	}
	if w.l.Deny != nil {
		w.Line(`gone access-rule layer "$LAYER" name '`, w.l.ID, ".icmp'")
		w.Line(`gone access-rule layer "$LAYER" name '`, w.l.ID, ".deny'")
	}
}

func (w *writer) remove() {
	w.Line(`if [ "${1:-}" = remove ]; then`)
	w.Line(`    gone access-section layer "$LAYER" name '`, w.l.ID, "'")
	for _, s := range w.l.Sets {
		if len(s.FQDN) > 0 {
			continue
		}
		w.Line("    gone group name '", s.Name, "'")
		for i, a := range s.Prefixes() {
			w.Line("    gone ", kind(a), " name '", s.Name, ".", strconv.Itoa(i+1), "'")
		}
	}
	for _, s := range w.l.Services {
		if n := parts(s); n > 1 {
			w.Line("    gone service-group name '", s.Name, "'")
			for i := range n {
				w.Line("    gone ", service(s), " name '", s.Name, ".", strconv.Itoa(i+1), "'")
			}
			continue
		}
		w.Line("    gone ", service(s), " name '", s.Name, "'")
	}
	if w.l.Deny != nil {
		for _, v6 := range []bool{false, true} {
			for _, t := range policy.KeptICMP(v6, w.l.At.Kind) {
				w.Line("    gone ", icmp(v6), " name '", w.l.ID, ".", icmp(v6), "-", strconv.Itoa(int(t)), "'")
			}
		}
	}
	w.Line(`    mgmt_cli publish -s "$SID" >/dev/null`)
	w.Line("    echo 'Removed. Install the policy to make it hold.'")
	w.Line("    exit 0")
	w.Line("fi")
}

// kind is what an address is to Check Point; all of a family is no network.
func kind(a netip.Prefix) string {
	switch {
	case a.IsSingleIP():
		return "host"
	case a.Bits() == 0:
		return "address-range"
	}
	return "network"
}

// set defines a role: an object for each address and a group of them. Domain
// objects are in no group.
func (w *writer) set(s *policy.Set) {
	w.Line()
	w.Line("# ", s.Title)
	if s.Hint != "" {
		w.Line("# ", s.Hint)
	}
	for _, name := range s.FQDN {
		w.Line("domain '.", name, "'")
	}
	if len(s.FQDN) > 0 {
		return
	}
	prefixes := s.Prefixes()
	for i, a := range prefixes {
		k := kind(a)
		w.Text("put ", k, " name '", s.Name, ".", strconv.Itoa(i+1), "' ")
		family := "4"
		if a.Addr().Is6() {
			family = "6"
		}
		switch k {
		case "host":
			w.Text("ipv", family, "-address '")
			w.address(a.Addr())
			w.Line("'")
		case "network":
			w.Text("subnet", family, " '")
			w.address(a.Addr())
			w.Line("' mask-length", family, " ", strconv.Itoa(a.Bits()))
		default:
			w.Text("ipv", family, "-address-first '")
			w.address(a.Addr())
			end := "255.255.255.255"
			if family == "6" {
				end = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
			}
			w.Line("' ipv", family, "-address-last '", end, "'")
		}
	}
	w.Text("put group name '", s.Name, "'")
	for i := range prefixes {
		w.Text(" members.", strconv.Itoa(i+1), " '", s.Name, ".", strconv.Itoa(i+1), "'")
	}
	w.Line()
}

func (w *writer) address(a netip.Addr) {
	var b [48]byte
	w.Write(a.AppendTo(b[:0]))
}

// service is the kind of object that a service is.
func service(s *policy.Service) string {
	switch {
	case s.Transport.HasPorts():
		return "service-" + s.Transport.String()
	case s.ICMPType >= 0:
		return icmp(s.Transport == netspec.ICMPv6)
	}
	return "service-other"
}

func icmp(v6 bool) string {
	if v6 {
		return "service-icmp6"
	}
	return "service-icmp"
}

// parts is how many objects a service takes: each holds one range of the
// listener's ports, and one of the initiator's.
func parts(s *policy.Service) int { return max(1, len(s.Ports)) * max(1, len(s.SourcePorts)) }

func (w *writer) services() {
	w.Line()
	for _, s := range w.l.Services {
		w.service(s)
	}
	if w.l.Deny != nil {
		for _, v6 := range []bool{false, true} {
			for _, t := range policy.KeptICMP(v6, w.l.At.Kind) {
				w.Line("put ", icmp(v6), " name '", w.l.ID, ".", icmp(v6), "-", strconv.Itoa(int(t)), "' icmp-type ", strconv.Itoa(int(t)))
			}
		}
	}
}

func (w *writer) service(s *policy.Service) {
	k := service(s)
	switch k {
	case "service-other":
		w.Line("put service-other name '", s.Name, "' ip-protocol ", strconv.Itoa(int(s.Transport.Number())), " match-for-any false")
		return
	case "service-icmp", "service-icmp6":
		w.Line("put ", k, " name '", s.Name, "' icmp-type ", strconv.Itoa(s.ICMPType))
		return
	}
	to, from := s.Ports, s.SourcePorts
	if len(to) == 0 {
		to = every
	}
	if len(from) == 0 {
		from = []policy.Ports{{}}
	}
	n := 0
	for _, p := range to {
		for _, q := range from {
			n++
			w.Text("put ", k, " name '", s.Name)
			if parts(s) > 1 {
				w.Text(".", strconv.Itoa(n))
			}
			w.Text("' port ")
			w.ports(p)
			if q.First > 0 {
				w.Text(" source-port ")
				w.ports(q)
			}
			w.Line(" match-for-any false")
		}
	}
	if n > 1 {
		w.Text("put service-group name '", s.Name, "'")
		for i := range n {
			w.Text(" members.", strconv.Itoa(i+1), " '", s.Name, ".", strconv.Itoa(i+1), "'")
		}
		w.Line()
	}
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

func (w *writer) rules() {
	w.Line()
	w.Line(`mgmt_cli show access-section layer "$LAYER" name '`, w.l.ID, `' -s "$SID" >/dev/null 2>&1 ||`)
	w.Line(`    mgmt_cli add access-section layer "$LAYER" position top name '`, w.l.ID, `' -s "$SID" >/dev/null`)
	before := ""
	for _, e := range w.l.Entries {
		w.begin(e.Name, before)
		before = e.Name
		w.end(" source", e.From)
		w.end(" destination", e.To)
		if e.Service == nil {
			w.Text(" service 'Any'")
		} else {
			w.Text(" service '", e.Service.Name, "'")
		}
		w.finish(e.Action, e.Log, e.Note)
		w.Entry(e)
	}
	if w.l.Deny == nil {
		return
	}
	w.begin(w.l.ID+".icmp", before)
	w.Text(" source 'Any' destination 'Any'")
	n := 0
	for _, v6 := range []bool{false, true} {
		for _, t := range policy.KeptICMP(v6, w.l.At.Kind) {
			n++
			w.Text(" service.", strconv.Itoa(n), " '", w.l.ID, ".", icmp(v6), "-", strconv.Itoa(int(t)), "'")
		}
	}
	w.finish(policy.Allow, false, "Errors and path MTU discovery")
	w.begin(w.l.ID+".deny", w.l.ID+".icmp")
	w.Text(" source 'Any' destination 'Any' service 'Any'")
	w.finish(policy.Block, w.l.Deny.Log, "Everything else")
}

// begin puts a rule below the one before, the first at the top of the section:
// the end of a section may be that of the layer.
func (w *writer) begin(name, before string) {
	if before == "" {
		w.Text("rule position.top '", w.l.ID, "' name '", name, "'")
		return
	}
	w.Text("rule position.below '", before, "' name '", name, "'")
}

func (w *writer) end(which string, s policy.Side) {
	if s.Any {
		w.Text(which, " 'Any'")
		return
	}
	n := 0
	for _, set := range s.Sets {
		if len(set.FQDN) == 0 {
			n++
			w.Text(which, ".", strconv.Itoa(n), " '", set.Name, "'")
		}
		for _, name := range set.FQDN {
			n++
			w.Text(which, ".", strconv.Itoa(n), " '.", name, "'")
		}
	}
}

func (w *writer) finish(a policy.Action, log bool, note string) {
	if a == policy.Block {
		w.Text(" action 'Drop'")
	} else {
		w.Text(" action 'Accept'")
	}
	if log {
		w.Text(" track.type 'Log'")
	}
	w.Line(" comments '", note, "'")
}
