package tests

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy/platforms"
	"portolan/generator/topology"
)

// drawings are those of our site by the folders that they stand in.
func drawings(t *testing.T) map[string]*topology.Drawing {
	t.Helper()
	var l diag.List
	c := load.Load(os.DirFS(ours.source), load.Options{Known: catalog.Known{Platforms: platforms.IDs()}}, &l).Catalog
	if c == nil {
		t.Fatal(l.Sorted())
	}
	out := map[string]*topology.Drawing{}
	for _, p := range c.Products {
		out["products/"+p.Slug+"/"] = topology.Layout(topology.Product(c, p))
	}
	for _, d := range c.Deployments {
		out["deployments/"+d.Slug+"/"] = topology.Layout(topology.Network(c, network.Resolve(c, d, &l)))
	}
	return out
}

// diagramConfig is what web/diagrams.js is told.
type diagramConfig struct {
	Chromium string `json:"chromium"`
	Base     string `json:"base"`
	// Diagrams are what the browser must find, in pixels of the drawing.
	Diagrams []diagram `json:"diagrams"`
}

type diagram struct {
	Folder string            `json:"folder"`
	Size   image.Point       `json:"size"`
	Texts  []diagramText     `json:"texts"`
	Boxes  []image.Rectangle `json:"boxes"`
}

type diagramText struct {
	topology.Text
	// Label tells that nothing else may come near: it stands on an arrow.
	Label bool
}

// TestDiagrams measures every diagram in Chromium, on its page and as a
// picture: each text is where the layout put it and no wider than it
// reckoned, no label touches another or a box, all is inside, and in light and
// in dark stands out from what it is drawn on. Labels are links with names,
// arrows light up with them, and a narrow window scrolls the diagram and not
// the page.
func TestDiagrams(t *testing.T) {
	t.Parallel()
	c := diagramConfig{Chromium: chromium(t)}
	node := tool(t, "node", "nodejs")
	npm(t, "playwright-core/package.json")
	server := httptest.NewServer(http.FileServer(http.Dir(ours.dir)))
	defer server.Close()
	c.Base = server.URL + "/"
	texts := 0
	for folder, d := range drawings(t) {
		v := diagram{Folder: folder, Size: d.Size}
		add := func(label bool, list ...topology.Text) {
			for _, text := range list {
				v.Texts = append(v.Texts, diagramText{text, label})
			}
		}
		for _, b := range d.Bands {
			add(false, b.Texts...)
		}
		for _, w := range d.Walls {
			add(false, w.Texts...)
		}
		for _, b := range d.Boxes {
			v.Boxes = append(v.Boxes, b.Rect)
			for _, m := range b.Members {
				add(false, m...)
			}
		}
		for _, a := range d.Arrows {
			for _, l := range a.Labels {
				add(true, l.Text)
			}
		}
		for _, k := range d.Legend {
			add(false, k.Text)
		}
		texts += 2 * len(v.Texts)
		c.Diagrams = append(c.Diagrams, v)
	}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(config, text, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join("web", "diagrams.js"), config)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("diagrams.js: %v\n%s", err, stderr.String())
	}
	measured := 0
	for line := range strings.Lines(string(out)) {
		var r struct {
			Kind, Where, Text string
			Measured          int
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		if r.Kind != "done" {
			t.Errorf("%s: %s: %s", r.Where, r.Kind, r.Text)
		}
		measured += r.Measured
	}
	if measured != texts || texts == 0 {
		t.Errorf("%d texts were measured, of %d", measured, texts)
	}
}

// TestDiagramsElsewhere holds that librsvg, which draws pictures for much of
// what is no browser, reads every diagram and draws all of it.
func TestDiagramsElsewhere(t *testing.T) {
	rsvg := tool(t, "rsvg-convert")
	for folder, d := range drawings(t) {
		cmd := exec.Command(rsvg, filepath.Join(ours.dir, filepath.FromSlash(folder), "diagram.svg"))
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil || stderr.Len() > 0 {
			t.Errorf("%s: %v %s", folder, err, stderr.String())
			continue
		}
		picture, err := png.Decode(bytes.NewReader(out))
		if err != nil {
			t.Errorf("%s: %v", folder, err)
			continue
		}
		if picture.Bounds().Size() != d.Size {
			t.Errorf("%s: %v, want %v", folder, picture.Bounds().Size(), d.Size)
		}
		// What is read but not understood would be black.
		for i, b := range d.Boxes {
			if r, g, b, _ := picture.At(b.Rect.Min.X+3, b.Rect.Max.Y-4).RGBA(); r < 0xd000 || g < 0xd000 || b < 0xd000 {
				t.Errorf("%s: box %d is dark", folder, i)
			}
		}
	}
}
