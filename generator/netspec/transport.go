// Package netspec reads and writes the network terms of the data: transports,
// sets of ports and address prefixes.
//
// A [PortSet] has one normal form: sorted, overlapping ranges merged,
// neighbours kept apart; parsing its String gives it back unchanged.
package netspec

import (
	"cmp"
	"strconv"
	"strings"
)

// Transport is a protocol above IP. The zero value is no transport.
type Transport struct {
	kind  transportKind
	proto uint8 // the IP protocol number, unless kind is anyTransport
}

type transportKind uint8

const (
	noTransport  transportKind = iota
	withPorts                  // tcp, udp, sctp
	withTypes                  // icmp, icmpv6: a message type may follow
	plain                      // esp, ah, gre, ip/N
	anyTransport               // every transport, of forbidden flows
)

// The transports with names of their own. Numbers: IANA, Protocol Numbers.
var (
	TCP    = Transport{withPorts, 6}
	UDP    = Transport{withPorts, 17}
	SCTP   = Transport{withPorts, 132}
	ICMP   = Transport{withTypes, 1}
	ICMPv6 = Transport{withTypes, 58}
	ESP    = Transport{plain, 50}
	AH     = Transport{plain, 51}
	GRE    = Transport{plain, 47}
	Any    = Transport{kind: anyTransport}
)

var named = []struct {
	name string
	t    Transport
}{
	{"tcp", TCP}, {"udp", UDP}, {"sctp", SCTP}, {"icmp", ICMP}, {"icmpv6", ICMPv6},
	{"esp", ESP}, {"ah", AH}, {"gre", GRE}, {"any", Any},
}

// TransportNames lists the transports that a port set may begin with.
func TransportNames() []string {
	names := make([]string, 0, len(named)+1)
	for _, n := range named {
		names = append(names, n.name)
	}
	return append(names, "ip")
}

// Protocol returns the transport of an IP protocol number: the named one
// where there is one, else one that prints as "ip/N".
func Protocol(number uint8) Transport {
	for _, n := range named {
		if n.t.kind != anyTransport && n.t.proto == number {
			return n.t
		}
	}
	return Transport{plain, number}
}

// String is the transport's name: "tcp", "esp", "ip/94", "any".
func (t Transport) String() string {
	for _, n := range named {
		if n.t == t {
			return n.name
		}
	}
	if t.kind == noTransport {
		return ""
	}
	return "ip/" + strconv.Itoa(int(t.proto))
}

// Number is the IP protocol number, 0 for Any.
func (t Transport) Number() uint8 { return t.proto }

// HasPorts tells whether the transport has port numbers.
func (t Transport) HasPorts() bool { return t.kind == withPorts }

// order puts tcp and udp first, as people write them, then by number, Any last.
func (t Transport) order() int {
	switch t {
	case TCP:
		return -2
	case UDP:
		return -1
	case Any:
		return 256
	}
	return int(t.proto)
}

// Compare orders transports: tcp, udp, then by protocol number.
func (t Transport) Compare(u Transport) int { return cmp.Compare(t.order(), u.order()) }

func transportByName(name string) (Transport, bool) {
	for _, n := range named {
		if n.name == strings.ToLower(name) {
			return n.t, true
		}
	}
	return Transport{}, false
}
