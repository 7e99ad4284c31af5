package png

import (
	"image"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"portolan/generator/topology"
)

// fonts are the Go fonts, parsed once: Latin, Greek and Cyrillic. What they
// don't have is drawn as a box.
var fonts = sync.OnceValue(func() (out struct{ plain, bold, mono *sfnt.Font }) {
	for font, src := range map[**sfnt.Font][]byte{&out.plain: goregular.TTF, &out.bold: gobold.TTF, &out.mono: gomono.TTF} {
		f, err := sfnt.Parse(src)
		if err != nil {
			panic(err) // they are a part of the program
		}
		*font = f
	}
	return out
})

func face(r topology.TextRole) *sfnt.Font {
	switch {
	case r.Mono():
		return fonts().mono
	case r.Bold():
		return fonts().bold
	}
	return fonts().plain
}

// glyph is a letter as it is painted.
type glyph struct {
	mask *image.Alpha // nil: nothing, as of a space
	// at is where the mask lies, from the pen.
	at image.Point
	// advance moves the pen, in 64ths of a pixel before narrowing.
	advance fixed.Int26_6
}

type letter struct {
	font   *sfnt.Font
	r      rune
	size   int
	narrow int // thousandths of its width
	slant  bool
}

// typesetter keeps letters that were drawn. It is for one goroutine.
type typesetter struct {
	buffer  sfnt.Buffer
	raster  vector.Rasterizer
	letters map[letter]glyph
}

// text paints a line in no more than room pixels: one that is wider is narrowed.
func (s *typesetter) text(c *canvas, pen image.Point, room int, text string, role topology.TextRole, slant bool, ink uint8) {
	f, size := face(role), role.Size()*scale
	width := fixed.Int26_6(0)
	for _, r := range text {
		width += s.advance(f, r, size)
	}
	narrow := 1000
	if w := width.Ceil(); w > room {
		narrow = max(1, room*1000/w)
	}
	x := fixed.I(pen.X)
	for _, r := range text {
		g := s.glyph(letter{f, r, size, narrow, slant})
		if g.mask != nil {
			c.stamp(g.mask, image.Pt(x.Round(), pen.Y).Add(g.at), ink)
		}
		x += g.advance * fixed.Int26_6(narrow) / 1000
	}
}

func (s *typesetter) advance(f *sfnt.Font, r rune, size int) fixed.Int26_6 {
	i, err := f.GlyphIndex(&s.buffer, r)
	if err != nil {
		return 0
	}
	a, err := f.GlyphAdvance(&s.buffer, i, fixed.I(size), font.HintingNone)
	if err != nil {
		return 0
	}
	return a
}

func (s *typesetter) glyph(l letter) glyph {
	g, ok := s.letters[l]
	if !ok {
		g = s.draw(l)
		s.letters[l] = g
	}
	return g
}

func (s *typesetter) draw(l letter) glyph {
	out := glyph{advance: s.advance(l.font, l.r, l.size)}
	i, err := l.font.GlyphIndex(&s.buffer, l.r)
	if err != nil {
		return out
	}
	outline, err := l.font.LoadGlyph(&s.buffer, i, fixed.I(l.size), nil)
	if err != nil || len(outline) == 0 {
		return out
	}
	place := func(p fixed.Point26_6) vec {
		v := vec{float32(p.X) / 64 * float32(l.narrow) / 1000, float32(p.Y) / 64}
		if l.slant {
			v.x -= v.y / 5
		}
		return v
	}
	low, high := vec{math.MaxFloat32, math.MaxFloat32}, vec{-math.MaxFloat32, -math.MaxFloat32}
	for _, seg := range outline {
		for _, p := range seg.Args[:arguments[seg.Op]] {
			v := place(p)
			low, high = vec{min(low.x, v.x), min(low.y, v.y)}, vec{max(high.x, v.x), max(high.y, v.y)}
		}
	}
	out.at = image.Pt(int(math.Floor(float64(low.x))), int(math.Floor(float64(low.y))))
	size := image.Pt(int(math.Ceil(float64(high.x))), int(math.Ceil(float64(high.y)))).Sub(out.at)
	if size.X <= 0 || size.Y <= 0 {
		return out
	}
	origin := at(out.at)
	s.raster.Reset(size.X, size.Y)
	for _, seg := range outline {
		a, b, c := place(seg.Args[0]).sub(origin), place(seg.Args[1]).sub(origin), place(seg.Args[2]).sub(origin)
		switch seg.Op {
		case sfnt.SegmentOpMoveTo:
			s.raster.MoveTo(a.x, a.y)
		case sfnt.SegmentOpLineTo:
			s.raster.LineTo(a.x, a.y)
		case sfnt.SegmentOpQuadTo:
			s.raster.QuadTo(a.x, a.y, b.x, b.y)
		case sfnt.SegmentOpCubeTo:
			s.raster.CubeTo(a.x, a.y, b.x, b.y, c.x, c.y)
		}
	}
	out.mask = image.NewAlpha(image.Rectangle{Max: size})
	s.raster.Draw(out.mask, out.mask.Rect, image.Opaque, image.Point{})
	return out
}

// arguments is how many points a segment has.
var arguments = [...]int{sfnt.SegmentOpMoveTo: 1, sfnt.SegmentOpLineTo: 1, sfnt.SegmentOpQuadTo: 2, sfnt.SegmentOpCubeTo: 3}
