package tests

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
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
	c := browserConfig{Chromium: tool(t, "chromium", "chromium-browser", "google-chrome"), Every: files(t, ours.dir, ".html")}
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
		if done.Loads < 12*pages+len(c.Every) || done.Audits < 4*pages || done.Compared != 2*pages || len(done.Steps) != 22 {
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
