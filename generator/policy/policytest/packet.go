// Package policytest holds what the tests of policies and of every platform
// share: a model of what a rule file does to packets, against which the readers
// of rendered files are written, and the corpus that every platform passes.
package policytest

import (
	"fmt"
	"net/netip"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Packet is the first packet of a connection, or, where Reply, one that answers it.
type Packet struct {
	// Direction is how it passes the machine that holds the rules.
	Direction        policy.Direction
	From, To         netip.Addr
	Transport        netspec.Transport
	FromPort, ToPort uint16 // 0 where the transport has none
	// Type is the message type of ICMP and ICMPv6.
	Type uint8
	// Reply tells that it answers a connection: of TCP, that it is not the first packet.
	Reply bool
}

// String is for reports: "in tcp 192.0.2.1:40000 to 192.0.2.2:443".
func (p Packet) String() string {
	s := fmt.Sprintf("%s %s %s", p.Direction, p.Transport, p.From)
	if p.Transport.HasPorts() {
		s = fmt.Sprintf("%s %s %s to %s", p.Direction, p.Transport, netip.AddrPortFrom(p.From, p.FromPort), netip.AddrPortFrom(p.To, p.ToPort))
	} else {
		s = fmt.Sprintf("%s to %s", s, p.To)
		if p.Transport == netspec.ICMP || p.Transport == netspec.ICMPv6 {
			s = fmt.Sprintf("%s type %d", s, p.Type)
		}
	}
	if p.Reply {
		s += " (reply)"
	}
	return s
}

// Verdict is what a file does to a packet.
type Verdict uint8

const (
	// None is for what the file says nothing of.
	None Verdict = iota
	// Allowed packets pass.
	Allowed
	// Denied packets don't, answered or not.
	Denied
)

// String is "none", "allowed" or "denied".
func (v Verdict) String() string { return [...]string{"none", "allowed", "denied"}[v] }

// Match is what one rule of a file says.
type Match struct {
	Verdict Verdict
	// Directions are those it applies to; empty: all.
	Directions []policy.Direction
	// From and To are the addresses; nil: every address of the families.
	From, To []netip.Prefix
	// Family: policy.Both where the rule does not tell families apart.
	Family policy.Family
	// Transport is the protocol; netspec.Any: every one.
	Transport netspec.Transport
	// FromPorts and ToPorts are port ranges; nil: every port.
	FromPorts, ToPorts []policy.Ports
	// Type is the ICMP type, -1 for all.
	Type int
	// Established: only packets that are not the first of a connection.
	Established bool
	// Name is the rule's name or line, for reports.
	Name string
}

// Ruleset is what a file means.
type Ruleset struct {
	// Rules are in the order that the platform tries them.
	Rules []Match
	// BlockWins: a Denied beats every Allowed, whatever the order.
	BlockWins bool
	// Stateful: replies to what is allowed are let through without a rule.
	Stateful bool
	// Default is what happens to a packet that no rule matches; None where
	// the file leaves that to the firewall.
	Default Verdict
}

// Reader reads a rendered file back, as strictly as the platform does: what
// the real program refuses is an error that names the line.
type Reader func(text string) (*Ruleset, error)

// Decide is what a ruleset does to a packet.
func (r *Ruleset) Decide(p Packet) Verdict {
	if p.Reply && r.Stateful {
		return Allowed
	}
	found := None
	for i := range r.Rules {
		m := &r.Rules[i]
		if !m.matches(p) {
			continue
		}
		if !r.BlockWins {
			return m.Verdict
		}
		if m.Verdict == Denied {
			return Denied
		}
		found = m.Verdict
	}
	if found == None {
		return r.Default
	}
	return found
}

func (m *Match) matches(p Packet) bool {
	switch {
	case len(m.Directions) > 0 && !contains(m.Directions, p.Direction),
		m.Family == policy.IPv4 && !p.From.Is4(), m.Family == policy.IPv6 && p.From.Is4(),
		m.Established && !p.Reply,
		m.Transport != netspec.Any && m.Transport != p.Transport:
		return false
	}
	if icmp := p.Transport == netspec.ICMP || p.Transport == netspec.ICMPv6; icmp && m.Transport != netspec.Any && m.Type >= 0 && m.Type != int(p.Type) {
		return false
	}
	// Addresses are last: they are most of the work.
	return ports(m.FromPorts, p.FromPort) && ports(m.ToPorts, p.ToPort) &&
		(m.From == nil || within(m.From, p.From)) && (m.To == nil || within(m.To, p.To))
}

func contains(list []policy.Direction, d policy.Direction) bool {
	for _, x := range list {
		if x == d {
			return true
		}
	}
	return false
}

func within(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func ports(list []policy.Ports, n uint16) bool {
	if list == nil {
		return true
	}
	for _, p := range list {
		if p.First <= n && n <= p.Last {
			return true
		}
	}
	return false
}
