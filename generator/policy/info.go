package policy

import "portolan/generator/netspec"

// Platform spells lowered policies for one kind of firewall.
type Platform interface {
	Info() *Info
	// Render writes the file. Each entry is handed to [Printer.Entry] where it
	// is written; [Render] fails where one is not.
	Render(p *Printer, l *Lowered) error
}

// Info is what a platform can express, as data that [Lower] switches on, and
// what its page tells the reader. Zero limits mean none.
type Info struct {
	// ID is the platform's id in commands, URLs and file names.
	ID string
	// Title is its name; Vendor who makes it.
	Title, Vendor string
	// Group is where pickers list it.
	Group Group
	// Language is the syntax of the file, in one word, for readers and editors: "nft", "sh", "hcl".
	Language string
	// Ext is the file's extension, without the dot.
	Ext string
	// Comment begins a comment line of the file's head: "#", "!"; "" where the
	// format has none, and the renderer places [Lowered.Head] itself.
	Comment string

	// Hosts tells that it filters on the machine itself; Perimeters that it
	// filters what passes between networks. One that has Perimeters alone
	// also writes a host's rules, as a firewall in front of it.
	Hosts, Perimeters bool

	// Families is how address families share rules and sets.
	Families Families
	// Ends is what one end of an entry can hold.
	Ends Ends
	// FQDN is which names an address set can hold; none where Ends is OneAddress.
	FQDN FQDN
	// FQDNTo tells that names stand only where an allowed connection goes: not
	// where it comes from, and not in a deny.
	FQDNTo bool
	// Destination is the address that rules see where the firewall translates it.
	Destination Destination

	// Transports are those it can name besides TCP, UDP, ICMP and ICMPv6.
	Transports []netspec.Transport
	// AnyProtocol tells that it can name any IP protocol number.
	AnyProtocol bool
	// NoICMP tells that it cannot name ICMP and ICMPv6, NoICMPv6 that it cannot
	// name ICMPv6; NoICMPType that it cannot name one type of them.
	NoICMP, NoICMPv6, NoICMPType bool
	// MaxPorts is how many port slots an entry holds; a range takes RangeSlots
	// of them, a port one. 1 and 1: one port or range an entry.
	MaxPorts, RangeSlots int
	// NoSourcePorts tells that it cannot match the initiator's port.
	NoSourcePorts bool
	// OnePortEnd tells that it matches ports of one end alone: the listener's,
	// or the initiator's where every port of the listener is meant.
	OnePortEnd bool
	// ICMPTypes and ICMPv6Types are the message types that it has words for;
	// empty: all.
	ICMPTypes, ICMPv6Types []uint8
	// NamedServices tells that ports are objects with names of their own.
	NamedServices bool

	// Denies is whether and how it can forbid.
	Denies Denies
	// Closes tells that loading the file denies what it does not allow, default
	// deny or not, as a security group does; the head of the file says so.
	Closes bool
	// OnlyNames tells that it knows TCP to names alone, as a proxy does.
	OnlyNames bool
	// Stateless tells that replies need entries of their own.
	Stateless bool
	// Translates tells that it can write translations.
	Translates bool

	// Name limits object and entry names, Note the comment of an entry.
	Name Name
	Note Note
	// Numbers are the entries' positions; a zero step: no numbers.
	Numbers Numbers
	// Quota is how many entries of one direction and family a group holds; an
	// entry counts once for each of its addresses.
	Quota int

	// Load, Check and Remove tell how to use the file, one step each. {file} is
	// its name, {id} the policy's name in it ([Lowered.ID]).
	Load, Check, Remove []Step
	// Undo tells how a default deny undoes itself unless confirmed; empty: the platform has no such thing.
	Undo []Step
	// Facts are what a reader should know before loading it, a sentence each.
	Facts []string
	// Proof says what holds its files before they are published, a phrase
	// each: "nft -c and a real load, twice"; empty: nothing does.
	Proof []string
	// Documents are the vendor's pages that syntax and limits come from.
	Documents []Document
}

// What a platform's Proof may say besides what its real reader does. Tests
// hold that it says so where it is so, and nowhere else.
const (
	OwnReader = "a strict reader of our own, of syntax and meaning"
	Packets   = "packets in network namespaces, over IPv4 and IPv6"
)

// Fits tells whether the platform can hold rules at a vantage point.
func (to *Info) Fits(at Vantage) bool { return to.Perimeters || at.Kind == Host }

// Group is a kind of platform.
type Group string

// The groups; each value is its title in pickers.
const (
	HostFirewalls Group = "Host firewalls"
	Perimeters    Group = "Network firewalls"
	Clouds        Group = "Clouds"
	Containers    Group = "Containers"
	Others        Group = "Proxies, automation and forms"
)

// Groups lists the groups in the order of pickers.
func Groups() []Group { return []Group{HostFirewalls, Perimeters, Clouds, Containers, Others} }

// Step is one thing to do, with the command that does it; empty: none.
type Step struct{ Text, Command string }

// Document is a page of a vendor's.
type Document struct{ Title, URL string }

// Families is how address families share rules.
type Families uint8

const (
	// Mixed entries hold both, and so do sets.
	Mixed Families = iota
	// Addressed entries are of one family where they have addresses, else of
	// both; each set is of one family.
	Addressed
	// Split entries are of one family each, and so are sets.
	Split
	// OnlyIPv4 files leave IPv6 to another file.
	OnlyIPv4
	// OnlyIPv6 files leave IPv4 to another file.
	OnlyIPv6
)

// Ends is what an end of an entry can hold.
type Ends uint8

const (
	// Sets are any number of named sets.
	Sets Ends = iota
	// OneSet is one named set.
	OneSet
	// OneAddress is one prefix.
	OneAddress
)

// FQDN is which names can stand for addresses.
type FQDN uint8

const (
	// NoNames can.
	NoNames FQDN = iota
	// ExactNames are full names alone.
	ExactNames
	// AllNames may have "*." before them as well.
	AllNames
)

// Destination is the address of a translated listener that rules match.
type Destination uint8

const (
	// AfterTranslation is the host's own address.
	AfterTranslation Destination = iota
	// BeforeTranslation is the address that outsiders use.
	BeforeTranslation
)

// Denies is whether a platform can forbid.
type Denies uint8

const (
	// Ordered entries decide where they are the first that matches.
	Ordered Denies = iota
	// BlockWins over every allow, wherever it stands.
	BlockWins
	// NoDenies can be written, only allows.
	NoDenies
)

// Name limits names. The zero value allows letters, digits and "-" at any length.
type Name struct {
	// Max is in bytes.
	Max int
	// Extra are the characters allowed besides letters and digits; the first
	// stands for those that are not. Empty: "-".
	Extra string
	// Upper tells that names are written in capitals.
	Upper bool
}

// Note limits comments.
type Note struct {
	// Max is in bytes; 0: what [Safe] allows.
	Max int
	// Without are characters that it cannot hold, of those that [Safe] lets through.
	Without string
}

// Numbers are positions: First, First+Step and so on to Last.
type Numbers struct{ First, Step, Last int }
