package catalog

import (
	"errors"

	"portolan/generator/diag"
)

// The closed vocabularies of the data files. Each type lists its values for
// messages and schemas; the zero value means that nothing is stated.

// Kind is what a product is.
type Kind string

// The kinds of product.
const (
	KindServer    Kind = "server"
	KindAppliance Kind = "appliance"
	KindClient    Kind = "client"
	KindService   Kind = "service" // run by its vendor
)

// Values lists the kinds.
func (Kind) Values() []string {
	return values([]Kind{KindServer, KindAppliance, KindClient, KindService})
}

// Need tells whether a flow must be open.
type Need string

// The needs, strongest first.
const (
	Required    Need = "required"
	Conditional Need = "conditional" // only if a function is used
	Optional    Need = "optional"
	Forbidden   Need = "forbidden" // must stay closed
)

// Values lists the needs.
func (Need) Values() []string { return values([]Need{Required, Conditional, Optional, Forbidden}) }

// Status is the vendor's judgement of a flow.
type Status string

// The judgements.
const (
	Recommended Status = "recommended"
	Supported   Status = "supported"
	Discouraged Status = "discouraged"
	Obsolete    Status = "obsolete"
)

// Values lists the judgements.
func (Status) Values() []string {
	return values([]Status{Recommended, Supported, Discouraged, Obsolete})
}

// Allocation tells how a range of ports is used.
type Allocation string

// The ways to use a range.
const (
	AllocFixed         Allocation = "fixed"          // all of it listens
	AllocOne           Allocation = "one"            // one port of it is in use
	AllocPerConnection Allocation = "per-connection" // each connection takes one
	AllocSequential    Allocation = "sequential"     // each connection takes the next free one, from the first up
	AllocRandom        Allocation = "random"
)

// Values lists the ways.
func (Allocation) Values() []string {
	return values([]Allocation{AllocFixed, AllocOne, AllocPerConnection, AllocSequential, AllocRandom})
}

// PortsFrom tells whose document sets a range.
type PortsFrom string

// FromPeer says that the other product's document sets them, as with a remote server's
// passive ports.
const FromPeer PortsFrom = "peer"

// Values lists the origins.
func (PortsFrom) Values() []string { return values([]PortsFrom{FromPeer}) }

// Encryption is one way in which a flow is protected.
type Encryption string

// The ways of protection.
const (
	TLS      Encryption = "tls"      // TLS from the first byte
	StartTLS Encryption = "starttls" // clear text, then TLS on request
	SSH      Encryption = "ssh"
	Payload  Encryption = "payload" // what is carried is encrypted by itself
	Clear    Encryption = "none"
)

// Values lists the ways.
func (Encryption) Values() []string {
	return values([]Encryption{TLS, StartTLS, SSH, Payload, Clear})
}

// TLSVersion is a version of TLS.
type TLSVersion string

// Values lists the versions.
func (TLSVersion) Values() []string { return []string{"1.0", "1.1", "1.2", "1.3"} }

// ConstraintKind is what a constraint is about.
type ConstraintKind string

// Values lists the subjects.
func (ConstraintKind) Values() []string {
	return []string{"tls-inspection", "ftp-inspection", "address-allowlist", "no-address-allowlist", "nat", "dns", "proxy",
		"certificate", "exposure", "idle-timeout", "connections", "other"}
}

// Direction is seen from the product. It is derived, never stored.
type Direction string

// The directions, in the order in which pages show them.
const (
	Inbound  Direction = "inbound"  // another endpoint connects to the product
	Outbound Direction = "outbound" // the product connects to another endpoint
	Internal Direction = "internal" // between parts or hosts of the product
	Loopback Direction = "loopback" // inside one machine
	Transit  Direction = "transit"  // neither end is the product
)

// Directions lists the directions in the order in which pages show them.
func Directions() []Direction { return []Direction{Inbound, Outbound, Internal, Loopback, Transit} }

// Date is a calendar date, "2026-11-21"; empty: not stated.
type Date string

// UnmarshalText reads a date as RFC 3339 writes it. It does without package
// time, most of which it would bring into browsers.
func (d *Date) UnmarshalText(text []byte) error {
	s := string(text)
	year, month, day := digits(s, 0, 4), digits(s, 5, 7), digits(s, 8, 10)
	days := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days[1] = 29
	}
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || year < 0 || month < 1 || month > 12 || day < 1 || day > days[month-1] {
		return errors.New(diag.Sprintf("%q is not a date such as 2026-11-21", text))
	}
	*d = Date(text)
	return nil
}

// digits is the number that a part of a text is, -1 if it is none.
func digits(s string, from, to int) (n int) {
	if len(s) < to {
		return -1
	}
	for _, c := range []byte(s[from:to]) {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}
