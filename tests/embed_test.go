package tests

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// inBrowser runs a script of web/ with a configuration, gives its lines to
// the reader and returns the steps that it did.
func inBrowser(t *testing.T, script string, config map[string]any) (done []string) {
	t.Helper()
	config["chromium"] = chromium(t)
	node := tool(t, "node", "nodejs")
	npm(t, "playwright-core/package.json")
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, text, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join("web", script), file)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, stderr.String())
	}
	for line := range strings.Lines(string(out)) {
		var r struct {
			Where, Text string
			Done        []string
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		if r.Done == nil {
			t.Errorf("%s: %s", r.Where, r.Text)
		}
		done = append(done, r.Done...)
	}
	return done
}

// TestEmbed holds tables in pages of another origin, and of files, against
// Chromium: each frame is as high as its table, nobody else is obeyed, and on
// paper no row is lost.
func TestEmbed(t *testing.T) {
	tool(t, "pdftotext")
	const below = "/docs/ports/"
	server := httptest.NewServer(http.StripPrefix(below, http.FileServer(http.Dir(ours.dir))))
	defer server.Close()
	const first, second = "products/globalscape-eft/embed/", "products/moveit-transfer/embed/"
	pages := func(base string) map[string]string {
		sandbox := ` sandbox="allow-scripts"`
		if strings.HasPrefix(base, "file") {
			sandbox = "" // there a sandboxed page may load nothing
		}
		frame := func(page, attributes string) string {
			return `<iframe` + sandbox + ` title="A table" width="400" height="300" src="` + base + page + `" ` + attributes + `></iframe>`
		}
		script := `<script src="` + base + `embed.js"></script>`
		one := script + `<portolan-table product="globalscape-eft"></portolan-table>`
		return map[string]string{
			"two.html":    one + `<portolan-table src="` + base + second + `index.html" title="Another"></portolan-table>`,
			"bound.html":  script + `<portolan-table deployment="moveit-farm" max-height="300"></portolan-table>`,
			"bare.html":   `<script>heard = []; addEventListener('message', function (e) { heard.push({id: e.data.id, height: e.data.height, own: e.source === document.getElementById(e.data.id).contentWindow}); });</script>` + frame(first+"index.html", `name="by-name" id="by-name"`) + frame(second+"index.html#by-fragment", `id="by-fragment"`),
			"forged.html": `<script>heard = []; addEventListener('message', function (e) { heard.push(e.data.height); });</script>` + one + `<iframe title="A forger" src="forger.html"></iframe>`,
			"forger.html": "Hm.",
			"strict.html": `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; frame-src ` + server.URL + "; img-src data:\">\n" + frame(first+"index.html", ""),
		}
	}
	hosts := map[string]string{}
	for scheme, base := range map[string]string{"http": server.URL + below, "file": "file://" + ours.dir + "/"} {
		dir := t.TempDir()
		for name, text := range pages(base) {
			policy, rest, ok := strings.Cut(text, "\n")
			if !ok {
				policy, rest = "", text
			}
			text = `<!doctype html><html lang="en"><head>` + policy + `<link rel="icon" href="data:,"><title>A wiki</title></head><body><h1>A wiki</h1>` + rest + `</body></html>`
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		hosts[scheme] = "file://" + dir + "/"
		if scheme == "http" {
			host := httptest.NewServer(http.FileServer(http.Dir(dir)))
			defer host.Close()
			hosts[scheme] = host.URL + "/"
		}
	}
	type paper struct {
		Page string `json:"page"`
		File string `json:"file"`
	}
	var papers []paper
	for _, name := range []string{second + "index.html", "deployments/moveit-farm/embed/index.html"} {
		papers = append(papers, paper{name, filepath.Join(t.TempDir(), "page.pdf")})
	}
	done := inBrowser(t, "embed.js", map[string]any{"site": server.URL + below, "http": hosts["http"], "file": hosts["file"], "first": first, "second": second, "print": papers})
	if want := 2*4 + 2 + len(papers); len(done) != want {
		t.Errorf("%d steps of %d: %v", len(done), want, done)
	}
	for _, p := range papers {
		if _, err := os.Stat(p.File); err == nil {
			printed(t, p.Page, p.File)
		}
	}
}

// printed holds that each page of the PDF begins with the table's header, and
// that every row is on one of them.
func printed(t *testing.T, name, file string) {
	t.Helper()
	out, err := exec.Command(tool(t, "pdftotext"), "-raw", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	squash := func(s string) string { return strings.Join(strings.Fields(s), "") }
	sheets := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	if len(sheets) < 2 {
		t.Errorf("%s: %d sheets", name, len(sheets))
	}
	head := squash(strings.Join(cells(t, ours.read(t, name), "thead"), ""))
	for i, sheet := range sheets {
		if !strings.Contains(squash(sheet), head) {
			t.Errorf("%s: sheet %d of %d is without %q:\n%.300s", name, i+1, len(sheets), head, sheet)
		}
	}
	all := squash(strings.ReplaceAll(string(out), "\f", ""))
	all = strings.ReplaceAll(all, head, "")
	lost := 0
	rows := cells(t, ours.read(t, name), "tbody")
	for _, row := range rows {
		if row = squash(row); !strings.Contains(all, row) {
			lost++
			t.Logf("%s: not found: %s", name, row)
		}
	}
	if lost > 0 || len(rows) < 20 {
		t.Errorf("%s: %d of %d cells are not on paper", name, lost, len(rows))
	}
}

// cells are the texts of the cells in the parts of that name, line breaks as blanks.
func cells(t *testing.T, text, part string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != part {
			continue
		}
		for c := range n.Descendants() {
			if c.Type != html.ElementNode || c.Data != "td" && c.Data != "th" || c.FirstChild == nil {
				continue
			}
			var b strings.Builder
			for d := range c.Descendants() {
				if d.Type == html.TextNode {
					b.WriteString(d.Data + " ")
				}
			}
			out = append(out, b.String())
		}
	}
	return out
}

// TestWithAddress holds what only a site that knows its address has: the
// description of frames and that of the lookup.
func TestWithAddress(t *testing.T) {
	s := site{name: "based", dir: filepath.Join(t.TempDir(), "public")}
	const url = "https://ports.example/docs/"
	must(t, "build", "-s", tiny.source, "-o", s.dir, "--base-url", url)
	for _, subject := range []string{"products/ship/", "deployments/harbour/"} {
		var o struct {
			Type, Version, Title, HTML string
			Width, Height              int
		}
		name := subject + "embed/oembed.json"
		if err := json.Unmarshal([]byte(s.read(t, name)), &o); err != nil {
			t.Fatal(err)
		}
		frame := `<iframe src="` + url + subject + `embed/index.html" title="` + o.Title + `" width="480" height="360" loading="lazy"></iframe>`
		if o.Type != "rich" || o.Version != "1.0" || o.Title == "" || o.HTML != frame || o.Width != 480 || o.Height != 360 {
			t.Errorf("%s: %+v", name, o)
		}
		if link := `type="application/json+oembed"`; !strings.Contains(s.read(t, subject+"index.html"), link) || !strings.Contains(s.read(t, subject+"index.html"), `href="`+url+name+`"`) {
			t.Errorf("%s: no link to %s", subject, name)
		}
	}
	var d struct {
		XMLName   xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
		ShortName string
		URL       struct {
			Template string `xml:"template,attr"`
		} `xml:"Url"`
	}
	if err := xml.Unmarshal([]byte(s.read(t, "opensearch.xml")), &d); err != nil {
		t.Fatal(err)
	}
	if d.ShortName != "Harbour" || d.URL.Template != url+"ports/index.html?q={searchTerms}" {
		t.Errorf("%+v", d)
	}
	if !strings.Contains(s.read(t, "index.html"), `<link rel="search" type="application/opensearchdescription+xml"`) {
		t.Error("no page leads to opensearch.xml")
	}
	for _, name := range files(t, tiny.dir, "") {
		if slices.Contains([]string{"oembed.json", "opensearch.xml"}, filepath.Base(name)) {
			t.Errorf("%s without an address", name)
		}
	}
}
