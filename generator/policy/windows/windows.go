// Package windows spells rules for the firewall of Windows: as a PowerShell
// script and as a command file for netsh.
//
// Neither has rule order: a block beats every allow.
package windows

import (
	"net/netip"
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the values of this family.
func Platforms() []policy.Platform { return []policy.Platform{powershell{}, netsh{}} }

// family is what both spellings have in common.
func family() policy.Info {
	return policy.Info{
		Vendor:      "Microsoft",
		Group:       policy.HostFirewalls,
		Hosts:       true,
		Families:    policy.Mixed,
		Ends:        policy.Sets,
		FQDN:        policy.NoNames,
		AnyProtocol: true,
		Denies:      policy.BlockWins,
		Name:        policy.Name{Max: 120, Extra: "-"},
	}
}

// facts hold for both spellings.
var facts = []string{
	"There is no order: a block beats every allow, whichever came first.",
	"Replies to what is allowed pass by themselves, and so does what stays on the machine (loopback).",
	"The rules hold in all profiles (domain, private, public).",
	"What Windows and other programs allow stays allowed, with a default deny too: turn off what you do not want.",
	"Where a group policy turns off the merging of local rules, rules made here have no effect; make them in that policy.",
	"Blocked connections are written down only where the log of the profile is on.",
}

// prefix writes an address as Windows takes it: a bare address, a prefix, or
// the range of a whole family, which has no prefix there.
func prefix(p *policy.Printer, a netip.Prefix) {
	switch {
	case a.IsSingleIP():
		var b [48]byte
		p.Write(a.Addr().AppendTo(b[:0]))
	case a.Bits() > 0:
		var b [48]byte
		p.Write(a.AppendTo(b[:0]))
	case a.Addr().Is4():
		p.Text("0.0.0.0-255.255.255.255")
	default:
		p.Text("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
	}
}

func ports(p *policy.Printer, r policy.Ports) {
	var b [12]byte
	text := strconv.AppendUint(b[:0], uint64(r.First), 10)
	if !r.Single() {
		text = append(text, '-')
		text = strconv.AppendUint(text, uint64(r.Last), 10)
	}
	p.Write(text)
}

// ends are the other end of an entry, whose own end is this machine, and the ports of both.
func ends(e *policy.Entry) (remote policy.Side, localPorts, remotePorts []policy.Ports) {
	if e.Direction == policy.Out {
		return e.To, e.SourcePorts, e.Ports
	}
	return e.From, e.Ports, e.SourcePorts
}

// protocol is a transport's name, or its number where it has none.
func protocol(t netspec.Transport, tcp, udp, icmp, icmpv6, all string) string {
	switch t {
	case netspec.TCP:
		return tcp
	case netspec.UDP:
		return udp
	case netspec.ICMP:
		return icmp
	case netspec.ICMPv6:
		return icmpv6
	case netspec.Any:
		return all
	}
	return strconv.Itoa(int(t.Number()))
}

// undo is how long a default deny waits to be kept, in minutes.
const undo = "10"
