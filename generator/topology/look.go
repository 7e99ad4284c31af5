package topology

import (
	"fmt"
	"image/color"
)

// Color is 0xrrggbb, opaque.
type Color uint32

// RGBA implements [color.Color].
func (c Color) RGBA() (r, g, b, a uint32) {
	return color.RGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: 0xff}.RGBA()
}

// String is the colour as "#rrggbb".
func (c Color) String() string { return fmt.Sprintf("#%06x", uint32(c)) }

// The colours of a drawing on paper, for formats that know neither style
// sheets nor the dark.
const (
	Ink       Color = 0x1a2230 // names
	FaintInk  Color = 0x4d5867 // lines below names, and the legend
	WallInk   Color = 0x8f3724 // names of firewalls
	Paper     Color = 0xffffff
	BandFill  Color = 0xf6f4ee
	BandLine  Color = 0xd9d5ca // also between the members of a box
	BoxFill   Color = 0xffffff
	BoxLine   Color = 0x566070
	OwnFill   Color = 0xe3eef3 // of a box that is the product
	OwnLine   Color = 0x0b5a7d
	WallFill  Color = 0xa8442e
	WallJoint Color = 0xf6f4ee // between its bricks
)

// Look is how arrows of a style are drawn on paper: told apart by dash and
// width as well as by colour.
type Look struct {
	Color Color
	// Width is in pixels.
	Width int
	// Dash are the lengths of dashes and of the gaps after them, by turns;
	// nil: a solid line.
	Dash []int
	// Word is the style in a word or two.
	Word string
}

// Look is how arrows of the style are drawn on paper.
func (s Style) Look() Look {
	switch s {
	case StyleRequired:
		return Look{0x0b4f6c, 2, nil, "required"}
	case StyleConditional:
		return Look{0x6b4a08, 2, []int{8, 4}, "conditional"}
	case StyleOptional:
		return Look{0x4d5867, 2, []int{2, 4}, "optional"}
	case StyleDiscouraged:
		return Look{0xb04a00, 2, []int{12, 3, 2, 3}, "discouraged"}
	case StyleOff:
		return Look{0x656d79, 1, []int{3, 3}, "off"}
	case StyleForbidden:
		return Look{0xa3231f, 2, nil, "must stay closed"}
	}
	panic("topology: no such style")
}
