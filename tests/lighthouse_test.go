package tests

import (
	"compress/gzip"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The scores of Lighthouse that a page must have, of 100; and the benchmark
// index below which a machine is too busy or too slow to say how fast a page is.
const (
	wantPerformance = 98
	wantOthers      = 100
	slowMachine     = 1000
	maxShift        = 0.001 // cumulative, in parts of the window
)

// TestLighthouse holds the pages that people come for against Lighthouse.
func TestLighthouse(t *testing.T) {
	const below = "/docs/ports/"
	server := httptest.NewServer(packing(http.StripPrefix(below, http.FileServer(http.Dir(ours.dir)))))
	defer server.Close()
	npm(t, "lighthouse/package.json")
	pages := []string{"index.html", "products/moveit-transfer/index.html", "matrix/index.html", "deployments/moveit-farm/index.html"}
	config, err := json.Marshal(map[string]any{
		"chromium": chromium(t), "base": server.URL + below, "pages": pages, "performance": wantPerformance, "shift": maxShift})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool(t, "node", "nodejs"), filepath.Join("web", "lighthouse.mjs"), place(t, t.TempDir(), "config.json", string(config)))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("lighthouse: %v\n%s", err, stderr.String())
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		var r struct {
			Page   string
			Scores map[string]int
			Lost   []string
			Shift  float64
			Speed  float64
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		seen++
		t.Logf("%s: %v, benchmark index %.0f %s", r.Page, r.Scores, r.Speed, strings.Join(r.Lost, "; "))
		for _, category := range []string{"accessibility", "best-practices", "seo"} {
			if r.Scores[category] < wantOthers {
				t.Errorf("%s: %s is %d: %s", r.Page, category, r.Scores[category], strings.Join(r.Lost, "; "))
			}
		}
		switch score := r.Scores["performance"]; {
		case score >= wantPerformance:
		case r.Speed < slowMachine:
			t.Logf("%s: performance is %d on a machine too slow to tell", r.Page, score)
		default:
			t.Errorf("%s: performance is %d: %s", r.Page, score, strings.Join(r.Lost, "; "))
		}
		if r.Shift > maxShift {
			t.Errorf("%s shifts by %g while it loads", r.Page, r.Shift)
		}
	}
	if seen != len(pages) {
		t.Errorf("%d pages of %d were looked at", seen, len(pages))
	}
}

// packing compresses what it serves, as hosts do.
func packing(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.ServeHTTP(w, r)
			return
		}
		r.Header.Del("Range")
		z := gzip.NewWriter(w)
		defer z.Close()
		h.ServeHTTP(&packer{ResponseWriter: w, packed: z}, r)
	})
}

type packer struct {
	http.ResponseWriter
	packed  *gzip.Writer
	started bool
}

func (p *packer) WriteHeader(status int) {
	p.started = true
	p.Header().Del("Content-Length")
	p.Header().Set("Content-Encoding", "gzip")
	p.ResponseWriter.WriteHeader(status)
}

func (p *packer) Write(b []byte) (int, error) {
	if !p.started {
		p.WriteHeader(http.StatusOK)
	}
	return p.packed.Write(b)
}
