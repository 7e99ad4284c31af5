package png

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

// canvas is a paletted picture. Coverage is told in few steps, so that what is
// mixed of two colours needs few more.
type canvas struct {
	*image.Paletted
	mixed  map[mix]uint8
	raster vector.Rasterizer
	mask   *image.Alpha // of the last path
}

// steps is how many kinds of coverage there are, nothing not counted.
const steps = 5

// mix is what colour over stands on another at a coverage.
type mix struct{ under, over, step uint8 }

func newCanvas(size image.Point, paper color.Color) *canvas {
	return &canvas{
		Paletted: image.NewPaletted(image.Rectangle{Max: size}, color.Palette{paper}),
		mixed:    map[mix]uint8{},
		mask:     image.NewAlpha(image.Rect(0, 0, 64, 64)),
	}
}

// index is the place of a colour in the palette. A full palette answers with
// the nearest.
func (c *canvas) index(want color.Color) uint8 {
	r, g, b, _ := want.RGBA()
	for i, have := range c.Palette {
		if x, y, z, _ := have.RGBA(); x == r && y == g && z == b {
			return uint8(i)
		}
	}
	if len(c.Palette) == 256 {
		return uint8(c.Palette.Index(want))
	}
	c.Palette = append(c.Palette, color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff})
	return uint8(len(c.Palette) - 1)
}

// over is a colour at a coverage of 0 to steps on another.
func (c *canvas) over(under, over, step uint8) uint8 {
	switch {
	case step == 0 || under == over:
		return under
	case step == steps:
		return over
	}
	k := mix{under, over, step}
	out, ok := c.mixed[k]
	if !ok {
		r0, g0, b0, _ := c.Palette[under].RGBA()
		r1, g1, b1, _ := c.Palette[over].RGBA()
		part := func(a, b uint32) uint8 { return uint8((a*(steps-uint32(step)) + b*uint32(step)) / steps >> 8) }
		out = c.index(color.RGBA{part(r0, r1), part(g0, g1), part(b0, b1), 0xff})
		c.mixed[k] = out
	}
	return out
}

// fill paints a rectangle.
func (c *canvas) fill(r image.Rectangle, ink uint8) {
	r = r.Intersect(c.Rect)
	if r.Empty() {
		return
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := c.Pix[c.PixOffset(r.Min.X, y):c.PixOffset(r.Max.X, y)]
		row[0] = ink
		for n := 1; n < len(row); n *= 2 {
			copy(row[n:], row[:n])
		}
	}
}

// stamp paints a colour through a mask whose upper left corner lies at a point.
func (c *canvas) stamp(mask *image.Alpha, at image.Point, ink uint8) {
	r := mask.Rect.Sub(mask.Rect.Min).Add(at)
	clip := r.Intersect(c.Rect)
	for y := clip.Min.Y; y < clip.Max.Y; y++ {
		from := mask.Pix[(y-r.Min.Y)*mask.Stride:]
		row := c.Pix[c.PixOffset(clip.Min.X, y):c.PixOffset(clip.Max.X, y)]
		for x := range row {
			if a := from[x+clip.Min.X-r.Min.X]; a != 0 {
				row[x] = c.over(row[x], ink, uint8((int(a)*steps+127)/255))
			}
		}
	}
}

// vec is a point of a path, in pixels of the canvas.
type vec struct{ x, y float32 }

func at(p image.Point) vec { return vec{float32(p.X), float32(p.Y)} }

func (a vec) add(b vec) vec            { return vec{a.x + b.x, a.y + b.y} }
func (a vec) sub(b vec) vec            { return vec{a.x - b.x, a.y - b.y} }
func (a vec) mul(f float32) vec        { return vec{a.x * f, a.y * f} }
func (a vec) len() float32             { return float32(math.Hypot(float64(a.x), float64(a.y))) }
func (a vec) mid(b vec, t float32) vec { return a.add(b.sub(a).mul(t)) }

// polygons paints shapes of straight sides. Where they overlap they are one
// shape if they turn the same way.
func (c *canvas) polygons(shapes [][]vec, ink uint8) {
	low, high := vec{math.MaxFloat32, math.MaxFloat32}, vec{-math.MaxFloat32, -math.MaxFloat32}
	for _, s := range shapes {
		for _, p := range s {
			low = vec{min(low.x, p.x), min(low.y, p.y)}
			high = vec{max(high.x, p.x), max(high.y, p.y)}
		}
	}
	origin := image.Pt(int(math.Floor(float64(low.x))), int(math.Floor(float64(low.y))))
	size := image.Pt(int(math.Ceil(float64(high.x))), int(math.Ceil(float64(high.y)))).Sub(origin)
	if size.X <= 0 || size.Y <= 0 {
		return
	}
	c.raster.Reset(size.X, size.Y)
	o := at(origin)
	for _, s := range shapes {
		for i, p := range s {
			p = p.sub(o)
			if i == 0 {
				c.raster.MoveTo(p.x, p.y)
			} else {
				c.raster.LineTo(p.x, p.y)
			}
		}
		c.raster.ClosePath()
	}
	if n := size.X * size.Y; n > cap(c.mask.Pix) {
		c.mask = image.NewAlpha(image.Rectangle{Max: size})
	} else {
		c.mask.Pix, c.mask.Stride, c.mask.Rect = c.mask.Pix[:n], size.X, image.Rectangle{Max: size}
		clear(c.mask.Pix)
	}
	c.raster.Draw(c.mask, c.mask.Rect, image.Opaque, image.Point{})
	c.stamp(c.mask, origin, ink)
}

// disc are the points of a circle.
func disc(middle vec, radius float32) []vec {
	const n = 32
	out := make([]vec, n)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		out[i] = middle.add(vec{float32(cos) * radius, float32(sin) * radius})
	}
	return out
}

// round paints a rectangle with round corners.
func (c *canvas) round(r image.Rectangle, radius int, ink uint8) {
	c.fill(image.Rect(r.Min.X+radius, r.Min.Y, r.Max.X-radius, r.Max.Y), ink)
	c.fill(image.Rect(r.Min.X, r.Min.Y+radius, r.Min.X+radius, r.Max.Y-radius), ink)
	c.fill(image.Rect(r.Max.X-radius, r.Min.Y+radius, r.Max.X, r.Max.Y-radius), ink)
	for _, k := range []struct{ x, y int }{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		corner := image.Pt(r.Min.X+k.x*r.Dx(), r.Min.Y+k.y*r.Dy())
		middle := image.Pt(corner.X+radius*(1-2*k.x), corner.Y+radius*(1-2*k.y))
		pie := []vec{at(middle)}
		const n = 8
		for i := range n + 1 {
			sin, cos := math.Sincos(math.Pi / 2 * float64(i) / n)
			pie = append(pie, at(middle).add(vec{float32(cos) * float32(radius*(2*k.x-1)), float32(sin) * float32(radius*(2*k.y-1))}))
		}
		c.polygons([][]vec{pie}, ink)
	}
}

// stroke paints a line through points. Dashes are lengths of what is painted
// and what is not, by turns; none: all of it is.
func (c *canvas) stroke(way []vec, width float32, dash []float32, ink uint8) {
	if len(dash) == 0 {
		dash = []float32{math.MaxFloat32}
	}
	on, k, left := true, 0, dash[0]
	var bent [][]vec
	for i := 1; i < len(way); i++ {
		from, to := way[i-1], way[i]
		length := to.sub(from).len()
		for done := float32(0); done < length; {
			step := min(left, length-done)
			if on {
				a, b := from.mid(to, done/length), from.mid(to, (done+step)/length)
				if r, ok := upright(a, b, width); ok {
					c.fill(r, ink)
				} else {
					bent = append(bent, quad(a, b, width))
				}
			}
			done += step
			if left -= step; left <= 0 {
				on, k = !on, (k+1)%len(dash)
				left = dash[k]
			}
		}
	}
	if len(bent) > 0 {
		// One by one: all of a long way in one mask would be large.
		for _, q := range bent {
			c.polygons([][]vec{q}, ink)
		}
	}
}

// upright is the rectangle of a level or upright line.
func upright(a, b vec, width float32) (image.Rectangle, bool) {
	half := width / 2
	round := func(f float32) int { return int(math.Round(float64(f))) }
	switch {
	case a.y == b.y:
		return image.Rect(round(a.x), round(a.y-half), round(b.x), round(a.y+half)), true
	case a.x == b.x:
		return image.Rect(round(a.x-half), round(a.y), round(a.x+half), round(b.y)), true
	}
	return image.Rectangle{}, false
}

func quad(a, b vec, width float32) []vec {
	d := b.sub(a)
	n := vec{-d.y, d.x}.mul(width / 2 / d.len())
	return []vec{a.add(n), b.add(n), b.sub(n), a.sub(n)}
}
