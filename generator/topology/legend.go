package topology

import (
	"image"
	"slices"
)

// legend places the keys below and returns the height of all.
func (l *layout) legend(d *Drawing, width, y int) int {
	type key struct {
		style Style
		mark  Mark
		text  string
	}
	var keys []key
	for s := StyleRequired; s <= StyleForbidden; s++ {
		if slices.ContainsFunc(d.Arrows, func(a Arrow) bool { return a.Style == s }) {
			keys = append(keys, key{style: s, text: styleNames[s]})
		}
	}
	if slices.ContainsFunc(d.Walls, func(w Wall) bool { return len(w.Bars) > 0 }) {
		keys = append(keys, key{mark: MarkFirewall, text: "firewall"})
	}
	if slices.ContainsFunc(d.Arrows, func(a Arrow) bool { return a.Translation != nil }) {
		keys = append(keys, key{mark: MarkTranslation, text: "address translated"})
	}
	if slices.ContainsFunc(l.blocks, func(b block) bool { return b.numbers }) {
		keys = append(keys, key{mark: MarkNumber, text: "number: row of the table"})
	}
	x := margin
	const sample, row = 34, 20
	for _, k := range keys {
		t := LegendText.at(0, 0, k.text)
		if x > margin && x+sample+8+t.Rect.Dx() > width-margin {
			x = margin
			y += row
		}
		d.Legend = append(d.Legend, Key{Style: k.style, Mark: k.mark, From: image.Pt(x, y+t.Rect.Dy()/2), To: image.Pt(x+sample, y+t.Rect.Dy()/2),
			Text: t.move(image.Pt(x+sample+8, y))})
		x += sample + 8 + t.Rect.Dx() + 18
	}
	if len(keys) > 0 {
		y += row
	}
	return y + margin/2
}

var styleNames = [...]string{
	StyleRequired:    "required",
	StyleConditional: "needed for a function",
	StyleOptional:    "optional",
	StyleDiscouraged: "discouraged by the vendor",
	StyleOff:         "not in the default selection",
	StyleForbidden:   "must stay closed",
}
