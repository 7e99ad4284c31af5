package topology

import (
	"image"
	"io"
)

// Drawing is a graph with geometry: everything is placed, in pixels from the
// upper left corner, and no text is wider than it says.
type Drawing struct {
	Graph *Graph
	// Size is the canvas; all else lies inside.
	Size image.Point
	// Bands are the zones, in order, with their names.
	Bands []Band
	// Boxes are the nodes, in order.
	Boxes []Box
	// Walls are the firewalls, in order.
	Walls []Wall
	// Arrows are the edges, in order.
	Arrows []Arrow
	// Legend explains the styles that occur, and no others.
	Legend []Key
}

// Band is the place of a zone.
type Band struct {
	Rect  image.Rectangle
	Texts []Text
}

// Box is the place of a node.
type Box struct {
	Rect image.Rectangle
	// Members are the texts of each of the node's members, in order.
	Members [][]Text
}

// Wall is the place of a firewall.
type Wall struct {
	// Bars stand on the borders, with gaps where an arrow passes that does
	// not cross this firewall.
	Bars []image.Rectangle
	// Beam joins the bars of several borders; empty: one border.
	Beam  image.Rectangle
	Texts []Text
}

// Arrow is the way of an edge: level and upright lines from the initiator's
// box to the listener's.
type Arrow struct {
	// Points are at least two; the first lies on the border of the
	// initiator's box, the last on that of the listener's.
	Points []image.Point
	Style  Style
	// Labels stand at the listener's end, in the order of the edge's flows:
	// its ports, or where there are too many, the numbers of its rows.
	Labels []Label
	// Crossings are where it passes the firewalls of its chain, in order.
	Crossings []image.Point
	// Translation is where the listener's address is translated, one of the
	// crossings; nil: nowhere.
	Translation *image.Point
	// Barred is where a forbidden arrow is struck through; nil: it is allowed.
	Barred *image.Point
}

// Label is one flow of an arrow.
type Label struct {
	// Flow is an index of the edge's flows.
	Flow int
	Text Text
	// Off tells that the flow is not in.
	Off bool
}

// Style is how an arrow is drawn: as its strongest flow that is in.
type Style uint8

// The styles, strongest first.
const (
	StyleRequired Style = iota
	StyleConditional
	StyleOptional
	StyleDiscouraged // discouraged or obsolete by the vendor
	StyleOff         // in none of the chosen features or versions
	StyleForbidden
)

// Key is one line of the legend.
type Key struct {
	// Style is what the sample shows where Mark is MarkNone.
	Style Style
	Mark  Mark
	// From and To are the sample's ends.
	From, To image.Point
	Text     Text
}

// Mark is a sign other than an arrow that the legend explains.
type Mark uint8

// The marks.
const (
	MarkNone Mark = iota
	MarkFirewall
	MarkTranslation
	MarkNumber // a number is a row of the table
)

// Text is one line of text.
type Text struct {
	// At is the left end of the baseline.
	At image.Point
	// Rect is what it covers, wide enough for every font of the stack.
	Rect image.Rectangle
	Role TextRole
	Text string
}

// TextRole tells how a text is set.
type TextRole uint8

// The roles of text.
const (
	ZoneText  TextRole = iota // the name of a zone
	TitleText                 // the name of a member
	LineText                  // an address or name below it, in equal widths
	WallText                  // the name of a firewall
	PortText                  // ports or a row's number, in equal widths
	LegendText
)

// Format spells drawings.
type Format interface {
	Info() Info
	// Render writes a drawing to be kept on its own: links lead to page, the
	// address of the page that shows it; empty: there are none.
	Render(w io.Writer, d *Drawing, page string) error
}

// Info is what a format is.
type Info struct {
	// ID is its name on the command line; Extension that of its files,
	// without the dot.
	ID, Extension string
	// Title is what people call it.
	Title string
	// Use says in a few words what it is good for.
	Use string
	// Binary tells that it is no text.
	Binary bool
}
