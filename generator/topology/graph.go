// Package topology draws who opens a connection to whom: zones as bands from
// outside to inside, firewalls on the borders that are crossed, one arrow from
// each initiator to each of its listeners.
//
// A builder ([Product], [Network]) makes a [Graph]; [Layout] gives it geometry
// and makes a [Drawing]; a [Format] spells that. Nothing here knows markup.
package topology

import "portolan/generator/catalog"

// Graph is what a diagram shows, without geometry. It is not changed after
// construction.
type Graph struct {
	// ID is unique on its page: what ids inside the picture begin with.
	ID string
	// Title says what is shown, without a final period; Description says it
	// in a sentence or two, for those who cannot see it.
	Title, Description string
	// Zones are those that a node stands in, from outside to inside.
	Zones []Zone
	// Nodes are in the order of zones, and of the data within one.
	Nodes []Node
	// Firewalls are those that an edge crosses.
	Firewalls []Firewall
	// Edges are in the order of their first flows.
	Edges []Edge
	// Rows are the numbered flows, in order: what the table beside it shows.
	Rows []Row
}

// Zone is a band.
type Zone struct {
	ID, Name string
	// Addresses are the prefixes of it; empty: not known.
	Addresses []string
}

// Node is a box: a role of a product, hosts with the same roles, or all of a
// zone.
type Node struct {
	// ID is stable: an endpoint's, a host's, or "zone.internet".
	ID string
	// Zone is an index of Graph.Zones.
	Zone int
	Kind NodeKind
	// Self tells that it is the product, or plays a part of one.
	Self bool
	// Many tells that one member stands for several hosts.
	Many bool
	// Members are what the box lists, at least one: several where hosts have
	// the same roles and so the same connections.
	Members []Member
}

// NodeKind is what a node stands for.
type NodeKind uint8

// The kinds of node.
const (
	Role   NodeKind = iota // an endpoint whose addresses are not known, or its own
	Hosts                  // machines with addresses
	Anyone                 // any address of a zone
)

// Member is one machine or role of a node.
type Member struct {
	Title string
	// Lines are its addresses and names, one a line; may be empty.
	Lines []string
	// Href is where it is described, relative to the page; empty: nowhere.
	Href string
}

// Firewall stands on borders of zones.
type Firewall struct {
	ID, Name string
	// Zones are indices of Graph.Zones, ascending: what it stands between.
	Zones []int
	// Lines are what it translates to, one a line; may be empty.
	Lines []string
	// Href is where its rules are, relative to the page; empty: nowhere.
	Href string
}

// Edge is all that one node opens to another: allowed flows, or forbidden ones.
type Edge struct {
	// From and To are indices of Graph.Nodes; equal where the hosts of a node
	// talk among themselves, or a host to itself.
	From, To int
	// Forbidden tells that all its flows must stay closed; else none.
	Forbidden bool
	// Chain are the firewalls on the way, indices of Graph.Firewalls from the
	// initiator's side; empty inside one zone and where none stands between.
	Chain []int
	// Through are the zones it truly passes, from the initiator's to the
	// listener's, indices of Graph.Zones: those of no firewall's border that
	// lie between are gone round. One zone: both ends are in it.
	Through []int
	// Translated is the firewall that translates the listener's address, an
	// index of Graph.Firewalls; -1: none does.
	Translated int
	// Flows are at least one, in the order of rows.
	Flows []Flow
}

// Flow is one row's share of an edge.
type Flow struct {
	// Row is an index of Graph.Rows.
	Row int
	// Ports are those of the listener, in normal form: "tcp/443".
	Ports string
	// Off tells that the features or versions chosen leave it out.
	Off bool
}

// Row is a numbered flow.
type Row struct {
	// Number counts from 1; the table shows the same.
	Number int
	// Anchor is the id of its row on the page.
	Anchor  string
	Service string
	Need    catalog.Need
	Status  catalog.Status
	// Tunnel tells that the data of other flows goes on inside it.
	Tunnel bool
}

// tunnelWord is what a label says of a tunnel, below its ports where room is short.
const tunnelWord = "tunnel"

// Label is what stands at an arrow for one of its flows: its ports, and with a
// tunnel that it is one.
func (g *Graph) Label(f *Flow) string {
	if g.Rows[f.Row].Tunnel {
		return f.Ports + " " + tunnelWord
	}
	return f.Ports
}
