// Package policy turns a product's or a network's flows into firewall rules
// that belong to no platform, and fits those to what one platform can say.
//
// [Product] and [Deployment] compile a [Policy] at a [Vantage]; [Lower] fits it
// to a platform's [Info], plain data; a [Platform] spells what came out.
//
// Nothing is dropped in silence: a flow is in a rule or in [Policy.Left], a
// rule becomes entries or is in [Lowered.Refused]. What is opened is never
// widened, and an address that nobody gave never becomes "any".
package policy

import (
	"net/netip"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// Policy is what one firewall must do, in no platform's terms.
type Policy struct {
	Subject Subject
	At      Vantage
	// Roles are the parties of the rules, in order of first use.
	Roles []*Role
	// Rules are ordered: allows, then what is forbidden. The first that matches decides.
	Rules []Rule
	// Left are the flows that are in but need no rule here, or can have none.
	Left []Left
	// Deny is what happens to everything else; nil leaves that to the firewall.
	Deny *Deny
	// Translations are the addresses that this firewall changes; empty unless asked for.
	Translations []Translation
}

// Subject is what the rules are of.
type Subject struct {
	// Path is its page: "products/liquidfiles" or "deployments/farm".
	Path string
	Slug string
	Name string
	// Version is the product's version; empty: it has none, or a network.
	Version string
	// DataVersion changes when the facts may have changed.
	DataVersion string
	// Features are the ids of those that are on, in file order.
	Features []string
	// More are features that are off and would bring the first rule where the
	// choice brings none: switched on together. Empty: no feature would.
	More []string
}

// Kind tells where a firewall stands.
type Kind uint8

const (
	// Host is on the machine itself.
	Host Kind = iota
	// Perimeter is between zones.
	Perimeter
)

// Vantage is the firewall that rules are for.
type Vantage struct {
	// ID ends the file's name: "host", "host-gateway", "perimeter"; of a
	// network the id of a firewall or host.
	ID   string
	Kind Kind
	// Name is what people call it.
	Name string
	// Endpoint is the product's endpoint that a host is; empty otherwise.
	Endpoint string
}

// Role is a party of rules: an endpoint of a product, a host or zone of a network.
type Role struct {
	// ID is unique in the policy.
	ID string
	// Name is what people call it; Zone where it stands.
	Name, Zone string
	// Addresses are where it is, as the firewall sees it. Never empty unless Any, or FQDN alone is known.
	Addresses []netip.Prefix
	// Before are its addresses before this firewall translates them; empty: it does not.
	Before []netip.Prefix
	// FQDN are its names, exact or with "*." before; those with {placeholders} are left out.
	FQDN []string
	// Templates are its names that have {placeholders}.
	Templates []string
	// Any tells that every address is meant, because somebody said so.
	Any bool
	// Placeholder tells that Addresses are of the documentation ranges (RFC
	// 5737, RFC 3849), for want of real ones.
	Placeholder bool
	// Self tells that it is part of the product.
	Self bool
}

// End is one end of a rule.
type End struct {
	// Local is the machine that the rules are on, Roles then being its own.
	Local bool
	// Roles are the parties, any of which it may be; one at least.
	Roles []*Role
}

// Action is what a rule does.
type Action uint8

const (
	// Allow lets a connection be opened; replies are implied.
	Allow Action = iota
	// Block stops it without an answer.
	Block
)

// String is "allow" or "deny".
func (a Action) String() string {
	if a == Block {
		return "deny"
	}
	return "allow"
}

// Direction is how connections pass the firewall.
type Direction uint8

const (
	// In ends on this machine.
	In Direction = iota
	// Out begins on this machine.
	Out
	// Forward passes through.
	Forward
)

// String is "in", "out" or "forward".
func (d Direction) String() string { return [...]string{"in", "out", "forward"}[d] }

// Rule is one kind of connection, as its initiator opens it.
type Rule struct {
	Action    Action
	Direction Direction
	From, To  End
	// Ports are the listener's; every one is known. Any transport only where Action is Block.
	Ports netspec.PortSet
	// SourcePorts are the initiator's; a transport absent from it means any.
	SourcePorts netspec.PortSet
	// Reasons are the flows that need it, one at least.
	Reasons []Reason
}

// Reason is a flow that a rule is there for.
type Reason struct {
	// Instance is the product's instance in a network; empty for a product.
	Instance string
	Product  *catalog.Product
	Flow     *catalog.Flow
	// Service is what the flow speaks, by name.
	Service string
	// Carries are the flows that are in and go on inside this one, a tunnel;
	// Inside are the tunnels that are in and carry this one.
	Carries, Inside []*catalog.Flow
}

// ID names the flow in its subject: "web-ui", in a network "transfer.web-ui".
func (r Reason) ID() string {
	if r.Instance != "" {
		return r.Instance + "." + r.Flow.ID
	}
	return r.Flow.ID
}

// Left is a flow that is in but has no rule here.
type Left struct {
	Reason Reason
	Why    Why
	// With is the flow of the other product's document where it is a link of a
	// pair: one flow may have several, each to another host. Else it is nil.
	With *catalog.Flow
}

// Why tells why a flow has no rule.
type Why uint8

const (
	// Elsewhere is a flow that does not pass this firewall.
	Elsewhere Why = iota
	// Inside is one that stays on the machine.
	Inside
	// NoPort is one whose source states no port, and none was given.
	NoPort
)

// Deny is the default of a policy that closes everything else. It keeps
// established connections, loopback, and the ICMP that IP needs ([KeptICMP]).
type Deny struct {
	// Log writes down what is denied.
	Log bool
}

// Translation is an address that a firewall changes on the way in.
type Translation struct {
	Name         string
	Public, Real netip.Addr
}

// KeptICMP are the message types that a default deny keeps, of one family:
// without them path MTU discovery and, on a machine itself, neighbour
// discovery break (RFC 4890 section 4, RFC 1812 section 4.3.2).
func KeptICMP(v6 bool, k Kind) []uint8 {
	switch {
	case !v6:
		return []uint8{3, 11, 12} // unreachable, time exceeded, parameter problem
	case k == Perimeter:
		return []uint8{1, 2, 3, 4}
	}
	return []uint8{1, 2, 3, 4, 130, 131, 132, 133, 134, 135, 136, 143} // and neighbours, routers, listeners
}
