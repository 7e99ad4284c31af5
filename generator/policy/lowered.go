package policy

import (
	"net/netip"

	"portolan/generator/netspec"
)

// Lowered is a policy in the terms of one platform. Every text in it is plain
// ASCII from [Safe]'s list, every name fits the platform, every port and
// prefix is valid: a renderer quotes as its syntax asks and decides nothing.
type Lowered struct {
	Info *Info
	// At is the vantage point; its Kind is Perimeter where the platform stands
	// in front of a machine rather than on it.
	At Vantage
	// ID names the whole, in the platform's alphabet: "portolan-liquidfiles-host".
	// Prefix begins every name of it.
	ID, Prefix string
	// Head is what the file says of itself, a line each, without a comment
	// sign: what it is, what is left out and why, what to fill in.
	Head []string
	// Missing is what Head says that is not in the file, a sentence each.
	Missing []string
	// Sets are the address sets that entries name, defined once at the top.
	Sets []*Set
	// Services are the named services, where the platform has such.
	Services []*Service
	// Entries are in order: allows, replies, denies.
	Entries []*Entry
	// Refused are the rules, or parts of them, that it cannot say.
	Refused []Refusal
	// Deny is the policy's default; nil: left to the firewall.
	Deny *Deny
	// Translations are empty unless asked for and possible.
	Translations []Translation
	// Subject is what the rules are of, its texts made safe.
	Subject Subject
	// Groups is how many groups of Info.Quota entries there are, one at least.
	Groups int
}

// Family is the address families of an entry or set.
type Family uint8

const (
	// Both families.
	Both Family = iota
	// IPv4 alone.
	IPv4
	// IPv6 alone.
	IPv6
)

// String is "", "IPv4" or "IPv6".
func (f Family) String() string { return [...]string{"", "IPv4", "IPv6"}[f] }

// Set is a named set of addresses, never empty.
type Set struct {
	// Name is unique in the file and fits the platform. Role is the data's id of who it is.
	Name, Role string
	// Variable is a name for it in scripts: unique in the file, lower-case
	// letters, digits and "_", a letter first.
	Variable string
	// Title says who it is.
	Title string
	// Hint says what to fill in; empty where the addresses are real.
	Hint string
	// Family is Both where the platform mixes families in a set.
	Family Family
	// V4 and V6 are sorted and don't overlap. Both empty only where FQDN is not.
	V4, V6 []netip.Prefix
	// FQDN are names instead of addresses: V4 and V6 are empty then.
	FQDN []string
	// Placeholder tells that the addresses are of the documentation ranges.
	Placeholder bool
}

// Prefixes are V4 and V6 together.
func (s *Set) Prefixes() []netip.Prefix { return append(s.V4[:len(s.V4):len(s.V4)], s.V6...) }

// Side is one end of an entry.
type Side struct {
	// Local is the machine that the file is loaded on: no address is matched.
	Local bool
	// Any is every address of the entry's families.
	Any bool
	// Sets are whom it may be, one at least unless Local, Any or Prefix; one where Info.Ends is OneSet.
	Sets []*Set
	// Prefix is the one address where Info.Ends is OneAddress, Sets being whose.
	Prefix netip.Prefix
}

// Ports is a range, both ends inclusive, 1 to 65535.
type Ports struct{ First, Last uint16 }

// Single tells whether it is one port.
func (p Ports) Single() bool { return p.First == p.Last }

// Service is a named service, what an entry matches besides addresses.
type Service struct {
	Name, Title        string
	Transport          netspec.Transport
	Ports, SourcePorts []Ports
	ICMPType           int
}

// Entry is one rule as the platform can hold it.
type Entry struct {
	// Name is unique in the file and begins with Lowered.Prefix; Short is it without that.
	Name, Short string
	// Number is its position; 0 where Info.Numbers has no step. Numbers run on
	// for each direction and family apart where families are split.
	Number    int
	Action    Action
	Direction Direction
	// Family is Both only where the platform's Families allow it.
	Family   Family
	From, To Side
	// Transport is one transport; netspec.Any only in a deny.
	Transport netspec.Transport
	// Ports are the listener's, sorted; empty: every port, or a transport without ports.
	Ports []Ports
	// SourcePorts are the initiator's; empty: every port.
	SourcePorts []Ports
	// ICMPType is the message type; -1: all, or not ICMP.
	ICMPType int
	// Service is what the entry matches, where Info.NamedServices.
	Service *Service
	// Reply tells that the entry lets answers back, on a stateless platform:
	// of TCP, packets that are not the first (established); else the mirrored match.
	Reply bool
	// Log tells that what it denies is to be written down.
	Log bool
	// Note says why it is there: service and flows.
	Note string
	// Rule is what it comes from.
	Rule *Rule
	// Group is 0 to Lowered.Groups-1.
	Group int
}

// Refusal is what a platform cannot say.
type Refusal struct {
	Rule *Rule
	// Why is a safe phrase: "security groups cannot match source ports".
	Why string
}
