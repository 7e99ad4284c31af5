package tests

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// browserConfig is what web/browser.js is told.
type browserConfig struct {
	Chromium string `json:"chromium"`
	// Bases are the addresses of the site: with http, below a path, and as files.
	Bases []string `json:"bases"`
	// Pages are looked at closely, one of each kind.
	Pages []string `json:"pages"`
	// Every is every page.
	Every []string `json:"every"`
	Want  struct {
		Query   string `json:"query"`   // typed into the lookup
		Nothing string `json:"nothing"` // a port that no product documents
		Link    string `json:"link"`    // the row that must be among the answers
		Shows   string `json:"shows"`   // what that row says
		Service string `json:"service"` // part of some services' names, not of all
		Page    string `json:"page"`    // a page with tables
		// Pairs are pairs of products with a page that compares them.
		Pairs [][]string `json:"pairs"`
	} `json:"want"`
}

// TestBrowser holds our site against Chromium, from a server below a path and
// from the disk: quiet on the console, nothing asked of others, no page wider
// than its window, no violation that axe finds, the same text without
// JavaScript, and lookup and filters do what they say.
func TestBrowser(t *testing.T) {
	t.Parallel()
	c := browserConfig{Chromium: chromium(t), Every: files(t, ours.dir, ".html")}
	node := tool(t, "node", "nodejs")
	npm(t, "playwright-core/package.json")
	npm(t, "axe-core/axe.min.js")

	// Copies of tables are fragments for other places, not pages.
	// Rules of one product and platform look like those of another.
	c.Every = slices.DeleteFunc(c.Every, func(name string) bool {
		return strings.HasSuffix(name, "/table.html") || strings.Contains(name, "/rules/") && !strings.HasPrefix(name, "products/moveit-transfer/")
	})
	const below = "/docs/ports/"
	server := httptest.NewServer(http.StripPrefix(below, http.FileServer(http.Dir(ours.dir))))
	defer server.Close()
	c.Bases = []string{server.URL + below, "file://" + ours.dir + "/"}
	c.Pages = []string{"index.html", "products/index.html", "products/globalscape-eft/index.html", "products/moveit-transfer/index.html", "products/moveit-transfer/embed/index.html",
		"matrix/index.html", "compare/index.html", "compare/liquidfiles-vs-moveit-transfer/index.html", "ports/index.html", "ports/tcp/443/index.html", "ports/tcp/28000-30000/index.html", "services/index.html", "services/https/index.html",
		"guides/index.html", "guides/active-and-passive-ftp/index.html", "about/index.html", "404.html",
		"platforms/index.html", "platforms/windows-powershell/index.html", "products/moveit-transfer/rules/nftables/index.html",
		"products/nextcloud/rules/kubernetes/index.html", "deployments/moveit-farm/rules/palo-alto/index.html"}
	for _, name := range files(t, ours.dir, "index.html") {
		if strings.HasPrefix(name, "deployments/") && !strings.Contains(name, "/rules/") && !strings.HasSuffix(name, "/embed/index.html") {
			c.Pages = append(c.Pages, name)
		}
	}
	c.Want.Query, c.Want.Link, c.Want.Shows = "28500", "products/globalscape-eft/index.html#", "28000-30000"
	for _, f := range product(t, &ours, "globalscape-eft").Flows {
		if f.Direction == "inbound" && f.PortsText == "tcp/28000-30000" {
			c.Want.Link += f.ID
			break
		}
	}
	c.Want.Nothing = undocumented(t)
	c.Want.Service, c.Want.Page = "ftps", "products/moveit-transfer/index.html"

	for _, name := range files(t, ours.dir, "index.html") {
		if dir, ok := strings.CutPrefix(name, "compare/"); ok && strings.Contains(dir, "-vs-") {
			c.Want.Pairs = append(c.Want.Pairs, strings.Split(strings.TrimSuffix(dir, "/index.html"), "-vs-"))
		}
	}
	if len(c.Want.Pairs) == 0 {
		t.Fatal("no page compares two products")
	}

	config := filepath.Join(t.TempDir(), "config.json")
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, text, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join("web", "browser.js"), config)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("browser.js: %v", err)
	}
	if stderr.Len() > 0 {
		t.Log(stderr.String())
	}
	readReport(t, string(out), &c)
}

// slowly serves pages in parts with pauses between, as a slow line does, so
// that each part is painted before the next: what moves then, moves always.
func slowly(h http.Handler) http.Handler {
	const parts, least, pause = 12, 4096, 60 * time.Millisecond
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		whole := httptest.NewRecorder()
		h.ServeHTTP(whole, r)
		maps.Copy(w.Header(), whole.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(whole.Code)
		body := whole.Body.Bytes()
		if !strings.HasPrefix(whole.Header().Get("Content-Type"), "text/html") {
			_, _ = w.Write(body)
			return
		}
		for part := range slices.Chunk(body, max(least, len(body)/parts+1)) {
			_, _ = w.Write(part) // who is gone needs no more
			_ = http.NewResponseController(w).Flush()
			time.Sleep(pause)
		}
	})
}

// TestBrowserShifts holds that nothing moves on a page of any kind while it
// arrives, on a desk and on a phone, whatever its address has the scripts do;
// and that a link to a row leads there.
func TestBrowserShifts(t *testing.T) {
	node, chromium := tool(t, "node", "nodejs"), chromium(t)
	npm(t, "playwright-core/package.json")
	server := httptest.NewServer(slowly(http.FileServer(http.Dir(ours.dir))))
	defer server.Close()

	config := struct {
		Chromium string   `json:"chromium"`
		Base     string   `json:"base"`
		Widths   []int    `json:"widths"`
		Most     float64  `json:"most"` // cumulative, in parts of the window
		Pages    []string `json:"pages"`
		Rows     []string `json:"rows"` // of them those whose address names a row
	}{Chromium: chromium, Base: server.URL + "/", Widths: []int{1280, 360}, Most: maxShift}
	// A page of each kind, and of the kinds whose tables differ, more.
	config.Pages = []string{"index.html", "404.html", "products/index.html", "products/moveit-transfer/index.html", "products/globalscape-eft/index.html", "products/moveit-transfer/embed/index.html",
		"products/moveit-transfer/rules/nftables/index.html", "products/nextcloud/rules/kubernetes/index.html", "matrix/index.html",
		"compare/index.html", "compare/liquidfiles-vs-moveit-transfer/index.html", "compare/axway-securetransport-vs-globalscape-eft/index.html",
		"ports/index.html", "ports/tcp/443/index.html", "ports/tcp/22/index.html", "ports/tcp/28000-30000/index.html", "ports/udp/53/index.html",
		"services/index.html", "services/https/index.html", "services/ftp-data/index.html", "connect/index.html", "connect/cuteftp-to-moveit-transfer/index.html",
		"guides/index.html", "guides/active-and-passive-ftp/index.html", "guides/writing-a-product-file/index.html", "guides/tables-in-a-wiki/index.html", "about/index.html",
		"platforms/index.html", "platforms/windows-powershell/index.html", "platforms/aws-terraform/index.html", "review/index.html", "changes/index.html", "rules/index.html", "deployments/index.html",
		"deployments/moveit-farm/rules/palo-alto/index.html",
		// What scripts do for an address.
		"compare/index.html?p=liquidfiles,moveit-transfer,globalscape-eft", "ports/index.html?q=28500", "matrix/index.html#table.matrix",
		"rules/index.html#of=moveit-transfer", "products/moveit-transfer/index.html#feature=-ftps", "products/globalscape-eft/index.html#http&port.http=8080",
		"products/index.html#words=sftp&kind=server", "matrix/index.html#direction=inbound"}
	for _, name := range files(t, ours.dir, "index.html") {
		if dir, ok := strings.CutPrefix(name, "deployments/"); ok && dir != "index.html" && !strings.Contains(dir, "/rules/") {
			config.Pages = append(config.Pages, name)
		}
	}
	for _, slug := range []string{"moveit-transfer", "globalscape-eft"} {
		flows := product(t, &ours, slug).Flows
		for _, i := range []int{2, len(flows) / 2, len(flows) - 1} {
			config.Rows = append(config.Rows, "products/"+slug+"/index.html#"+flows[i].ID)
		}
	}
	config.Pages = append(config.Pages, config.Rows...)

	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join("web", "shifts.js"), place(t, t.TempDir(), "config.json", string(text)))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("shifts.js: %v\n%s", err, stderr.String())
	}
	loads := ""
	for line := range strings.Lines(string(out)) {
		var r struct{ Kind, Where, Text string }
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		if r.Kind == "done" {
			loads = r.Text
			continue
		}
		t.Errorf("%s: %s: %s", r.Kind, r.Where, r.Text)
	}
	if want := strconv.Itoa(len(config.Pages) * len(config.Widths)); loads != want {
		t.Errorf("%s pages of %s were looked at", loads, want)
	}
}

// undocumented returns a port that the program knows nothing of.
func undocumented(t *testing.T) string {
	t.Helper()
	for port := 600; port < 1024; port++ {
		text := strconv.Itoa(port)
		if r := must(t, "lookup", "-s", ours.source, text); strings.Contains(r.stdout, "no documented requirement") {
			return text
		}
	}
	t.Fatal("every port below 1024 is documented")
	return ""
}

// readReport turns the lines of browser.js into faults, and holds that it did
// all that it was told.
func readReport(t *testing.T, out string, c *browserConfig) {
	t.Helper()
	seen := map[string]int{}
	finished := false
	for line := range strings.Lines(out) {
		var r struct{ Kind, Where, Text string }
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		if r.Kind != "done" {
			// The same fault at six sizes is one fault.
			if seen[r.Kind+r.Text]++; seen[r.Kind+r.Text] == 1 {
				t.Errorf("%s: %s: %s", r.Kind, r.Where, r.Text)
			}
			continue
		}
		finished = true
		var done struct {
			Loads, Audits, Compared int
			Steps                   []string
		}
		if err := json.Unmarshal([]byte(r.Text), &done); err != nil {
			t.Fatal(err)
		}
		pages := len(c.Pages)
		t.Logf("%d pages loaded, %d audited, %d compared without JavaScript, %d steps", done.Loads, done.Audits, done.Compared, len(done.Steps))
		if done.Loads < 12*pages+len(c.Every) || done.Audits < 4*pages || done.Compared != 2*pages || len(done.Steps) != 24 {
			t.Errorf("not all was done: %+v", done)
		}
	}
	if !finished {
		t.Error("browser.js did not come to its end")
	}
	for fault, n := range seen {
		if n > 1 {
			t.Logf("%d times: %s", n, fault)
		}
	}
}
