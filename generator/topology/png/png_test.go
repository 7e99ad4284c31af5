package png_test

import (
	"bytes"
	"image"
	"image/color"
	stdpng "image/png"
	"strings"
	"testing"

	"portolan/generator/topology"
	"portolan/generator/topology/png"
	"portolan/generator/topology/topologytest"
)

func picture(t testing.TB, d *topology.Drawing) *image.Paletted {
	t.Helper()
	var b bytes.Buffer
	if err := (png.Format{}).Render(&b, d, ""); err != nil {
		t.Fatal(err)
	}
	img, err := stdpng.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return img.(*image.Paletted)
}

// inked is what is not paper.
func inked(img *image.Paletted) image.Rectangle {
	var out image.Rectangle
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			if img.At(x, y) != (color.RGBA{0xff, 0xff, 0xff, 0xff}) {
				out = out.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return out
}

// TestTextFits holds that a text is never wider than the drawing says, and
// that one with room keeps its width.
func TestTextFits(t *testing.T) {
	for role := topology.ZoneText; role <= topology.LegendText; role++ {
		for _, text := range []string{"WWWWWWWWWWWWWWWW", strings.Repeat("m", 200), "i"} {
			r := image.Rect(40, 20, 140, 40)
			d := &topology.Drawing{Graph: &topology.Graph{}, Size: image.Pt(400, 60),
				Legend: []topology.Key{{Mark: topology.MarkFirewall, From: image.Pt(-50, -50), To: image.Pt(-50, -50),
					Text: topology.Text{At: image.Pt(40, 34), Rect: r, Role: role, Text: text}}}}
			ink := inked(picture(t, d))
			room := image.Rect(2*r.Min.X-1, 2*r.Min.Y, 2*r.Max.X+1, 2*r.Max.Y)
			if ink.Empty() || !ink.In(room) {
				t.Errorf("role %d: %.20q covers %v of %v", role, text, ink, room)
			}
			if len(text) > 1 && ink.Dx() < 180 {
				t.Errorf("role %d: %.20q is narrowed to %v", role, text, ink)
			}
		}
	}
}

// TestPicture holds what is drawn at places that are known.
func TestPicture(t *testing.T) {
	d := topology.Layout(topologytest.Ferry())
	img := picture(t, d)
	if want := (image.Rectangle{Max: d.Size.Mul(2)}); img.Rect != want {
		t.Fatalf("%v; want %v", img.Rect, want)
	}
	is := func(what string, at image.Point, want topology.Color) {
		t.Helper()
		r, g, b, _ := img.At(at.X, at.Y).RGBA()
		if got := topology.Color(r>>8<<16 | g>>8<<8 | b>>8); got != want {
			t.Errorf("%s at %v is %v; want %v", what, at, got, want)
		}
	}
	for i, b := range d.Boxes {
		inside := topology.BoxFill
		if d.Graph.Nodes[i].Self {
			inside = topology.OwnFill
		}
		is("a box", b.Rect.Max.Mul(2).Sub(image.Pt(20, 8)), inside)
	}
	for _, b := range d.Bands {
		is("a band", b.Rect.Min.Mul(2).Add(image.Pt(20, 4)), topology.BandFill)
	}
	for _, a := range d.Arrows {
		tip := a.Points[len(a.Points)-1]
		along := tip.Sub(a.Points[len(a.Points)-2])
		step := 6
		if along.X < 0 {
			step = -6
		}
		is("a head", tip.Mul(2).Sub(image.Pt(step, 0)), a.Style.Look().Color)
	}
}

// FuzzText holds that no text stops the picture.
func FuzzText(f *testing.F) {
	for _, s := range topologytest.Texts() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := &topology.Drawing{Graph: &topology.Graph{}, Size: image.Pt(60, 30),
			Bands: []topology.Band{{Rect: image.Rect(0, 0, 60, 30), Texts: []topology.Text{{At: image.Pt(5, 20), Rect: image.Rect(5, 10, 55, 25), Text: text}}}}}
		picture(t, d)
	})
}
