// Package cisco spells policies as access lists of Cisco's firewalls, routers
// and switches, with an object group for each role.
package cisco

import (
	"net/netip"
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the family's.
func Platforms() []policy.Platform { return []policy.Platform{asa{}, &ios, &nxos} }

// Names may have 64 characters on all three; endings are ours.
const longest = 60

// masked writes one machine's address, a network of IPv4 with its mask, one of
// IPv6 with its length.
func masked(p *policy.Printer, x netip.Prefix) {
	var b [64]byte
	switch {
	case x.IsSingleIP():
		p.Text("host ")
		p.Write(x.Addr().AppendTo(b[:0]))
	case x.Addr().Is4():
		out := append(x.Addr().AppendTo(b[:0]), ' ')
		n := ^uint32(0) << (32 - x.Bits())
		p.Write(netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}).AppendTo(out))
	default:
		p.Write(x.AppendTo(b[:0]))
	}
}

// slashed is masked with a length for both families.
func slashed(p *policy.Printer, x netip.Prefix) {
	if x.IsSingleIP() {
		masked(p, x)
		return
	}
	var b [64]byte
	p.Write(x.AppendTo(b[:0]))
}

func number(p *policy.Printer, n int) {
	var b [8]byte
	p.Write(strconv.AppendInt(b[:0], int64(n), 10))
}

// ports writes what one end's port must be; nothing: any.
func ports(p *policy.Printer, list []policy.Ports) {
	if len(list) == 0 {
		return
	}
	x := list[0]
	if x.Single() {
		p.Text(" eq ")
		number(p, int(x.First))
		return
	}
	p.Text(" range ")
	number(p, int(x.First))
	p.Text(" ")
	number(p, int(x.Last))
}

// match writes the ends with their ports, and what kind of message it is.
func match(p *policy.Printer, e *policy.Entry, group string) {
	side(p, e.From, group)
	ports(p, e.SourcePorts)
	side(p, e.To, group)
	ports(p, e.Ports)
	if e.ICMPType >= 0 {
		p.Text(" ")
		number(p, e.ICMPType)
	}
}

func side(p *policy.Printer, s policy.Side, group string) {
	if len(s.Sets) == 0 {
		p.Text(" any")
		return
	}
	p.Text(group, s.Sets[0].Name)
}

var actions = [...]string{policy.Allow: "permit ", policy.Block: "deny "}

// protocol writes a transport by the name that the device has for it, else by number.
func protocol(p *policy.Printer, t netspec.Transport, names map[netspec.Transport]string) {
	if s, ok := names[t]; ok {
		p.Text(s)
		return
	}
	number(p, int(t.Number()))
}
