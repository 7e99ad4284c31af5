package topology

import (
	"image"
	"strings"
)

// Size is the font size in pixels.
func (r TextRole) Size() int {
	switch r {
	case TitleText:
		return 13
	case ZoneText, WallText:
		return 12
	default:
		return 11
	}
}

// Mono tells that all its letters have equal widths.
func (r TextRole) Mono() bool { return r == LineText || r == PortText }

// Bold tells that it is set in weight 600.
func (r TextRole) Bold() bool { return r == ZoneText || r == TitleText || r == WallText }

// Ascent and Descent are how far a line reaches above and below its baseline,
// in pixels.
func (r TextRole) Ascent() int { return (r.Size()*93 + 99) / 100 }

// Descent is how far a line reaches below its baseline, in pixels.
func (r TextRole) Descent() int { return (r.Size()*24 + 99) / 100 }

func (r TextRole) height() int { return r.Ascent() + r.Descent() }

// Width is how wide a text gets at most, in pixels, in any font of the stacks
// that renderers name:
//
//	system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, "DejaVu Sans", sans-serif
//	ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace
func (r TextRole) Width(s string) int {
	sum := 0
	for _, c := range s {
		sum += r.advance(c)
	}
	return (sum*r.Size() + 99) / 100
}

// The advance widths of ASCII from the space on, in hundredths of an em,
// rounded up: of each letter the widest of DejaVu Sans, Noto Sans, Roboto and
// Liberation Sans (which has the widths of Arial and Helvetica), regular and
// bold, read from the fonts' own tables. Most are DejaVu's; the others measure
// an eighth less on average.
var (
	regular = [...]uint8{32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 56, 84, 32, 37, 32, 42, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 56,
		102, 69, 69, 73, 78, 67, 62, 78, 76, 34, 56, 67, 56, 91, 76, 79, 67, 79, 73, 67, 62, 74, 69, 99, 69, 67, 69, 40, 42, 40, 84, 56,
		50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 56, 64, 84}
	bold = [...]uint8{35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 55, 84, 38, 42, 38, 42, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84, 84, 84, 62,
		100, 78, 77, 74, 84, 69, 69, 83, 84, 39, 56, 78, 64, 100, 84, 86, 74, 86, 78, 73, 69, 82, 78, 111, 78, 73, 73, 46, 43, 46, 84, 56,
		50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 56, 72, 84}
)

// advance is the width of a letter in hundredths of an em. Letters beyond
// ASCII have a bound of their kind.
func (r TextRole) advance(c rune) int {
	switch {
	case c >= 0x300 && c < 0x370: // combining
		return 0
	case fullWidth(c):
		return 105
	case r.Mono() && c < 0x2c00:
		return 61
	case c >= ' ' && int(c-' ') < len(regular):
		if r.Bold() {
			return int(bold[c-' '])
		}
		return int(regular[c-' '])
	case c >= 0x2010 && c < 0x2030: // dashes, quotes, the ellipsis
		return 100
	case c < 0x1c4: // accented Latin
		return 117
	default:
		return 156
	}
}

// fullWidth tells letters that fill a square.
func fullWidth(c rune) bool {
	return c >= 0x1100 && c < 0x1160 || c >= 0x2e80 && c < 0xa4d0 || c >= 0xac00 && c < 0xd7a4 ||
		c >= 0xf900 && c < 0xfb00 || c >= 0xfe30 && c < 0xfe50 || c >= 0xff00 && c < 0xff61 || c >= 0x20000 && c < 0x3fffe
}

// at is a line of text whose upper left corner is given.
func (r TextRole) at(x, y int, s string) Text {
	return Text{At: image.Pt(x, y+r.Ascent()), Rect: image.Rect(x, y, x+r.Width(s), y+r.height()), Role: r, Text: s}
}

// Wrap breaks a text into at most lines of a width in pixels, at spaces, else
// at the joints of a name, else anywhere; what is left over is cut with "…".
func (r TextRole) Wrap(s string, width, lines int) []string {
	if s = strings.Join(strings.Fields(s), " "); r.Width(s) <= width {
		return []string{s}
	}
	var out []string
	for s != "" {
		if r.Width(s) <= width {
			return append(out, s)
		}
		if len(out) == lines-1 {
			return append(out, r.cut(s, width))
		}
		n := r.fit(s, width)
		switch i := strings.LastIndexByte(s[:min(n+1, len(s))], ' '); {
		case i > 0:
			n = i
		default:
			if i := strings.LastIndexAny(s[:n], ".-/:_@,"); i > n/4 {
				n = i
				if s[i] != '.' { // a name goes on with its dot
					n++
				}
			}
		}
		out = append(out, s[:n])
		s = strings.TrimPrefix(s[n:], " ")
	}
	return out
}

// fit is how many bytes of a text a width holds, at least those of a letter.
func (r TextRole) fit(s string, width int) int {
	sum := 0
	for i, c := range s {
		if sum += r.advance(c); i > 0 && (sum*r.Size()+99)/100 > width {
			return i
		}
	}
	return len(s)
}

// cut shortens a text to a width.
func (r TextRole) cut(s string, width int) string {
	if r.Width(s) <= width {
		return s
	}
	n := r.fit(s, width-r.Width("…"))
	s = strings.TrimRight(s[:n], " .,-")
	if s == "" {
		return "…"
	}
	return s + "…"
}
