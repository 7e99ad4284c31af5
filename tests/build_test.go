package tests

import (
	"encoding/json"
	"encoding/xml"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A snapshot is what a folder holds: content and time of change by path.
type snapshot map[string]stamp

type stamp struct {
	Text    string
	Changed int64
}

func snap(t *testing.T, dir string) snapshot {
	t.Helper()
	out := snapshot{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		b, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		out[filepath.ToSlash(rel)] = stamp{string(b), info.ModTime().UnixNano()}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// texts is a snapshot without times.
func (s snapshot) texts() map[string]string {
	out := make(map[string]string, len(s))
	for name, st := range s {
		out[name] = st.Text
	}
	return out
}

func same(t *testing.T, what string, want, got map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if text, ok := got[name]; !ok {
			t.Errorf("%s: %s is gone", what, name)
		} else if text != want[name] {
			t.Errorf("%s: %s differs", what, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is new", what, name)
		}
	}
}

// source copies the tiny site and changes one of its files; an empty file
// name changes nothing.
func source(t *testing.T, file, old, by string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "site")
	if err := os.CopyFS(dir, os.DirFS(tiny.source)); err != nil {
		t.Fatal(err)
	}
	if file != "" {
		edit(t, filepath.Join(dir, file), old, by)
	}
	return dir
}

func edit(t *testing.T, file, old, by string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(b), old, by, 1)
	if text == string(b) {
		t.Fatalf("no %q in %s", old, file)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, args ...string) result {
	t.Helper()
	r := run(args...)
	if r.code != 0 {
		t.Fatalf("portolan %s: exit code %d\n%s", strings.Join(args, " "), r.code, r.stderr)
	}
	return r
}

const ship = "data/products/ship.toml"

// TestFailedBuild holds that a build with any fault leaves the previous site
// as it was, times included, and makes no new one.
func TestFailedBuild(t *testing.T) {
	for _, k := range []struct{ name, file, old, by string }{
		{"syntax", ship, `name = "Ship"`, `name = Ship`},
		{"unknown id", ship, `from = "users"`, `from = "user"`},
		{"unknown service", ship, `service = "https"`, `service = "http5"`},
		{"dead link in a note", ship, "/guides/sailing/", "/guides/sinking/"},
		{"dead link in a guide", "content/guides/sailing.md", "/products/ship/#web", "/products/boat/"},
		{"dead anchor in a guide", "content/guides/sailing.md", "/products/ship/#web", "/products/ship/#wide"},
		{"network", "data/deployments/harbour.toml", `"192.0.2.10", `, `"192.0.3.10", `},
	} {
		t.Run(k.name, func(t *testing.T) {
			dir := source(t, "", "", "")
			out := filepath.Join(t.TempDir(), "public")
			must(t, "build", "-s", dir, "-o", out)
			before := snap(t, out)
			edit(t, filepath.Join(dir, k.file), k.old, k.by)
			r := run("build", "-s", dir, "-o", out)
			if r.code != 1 || !strings.Contains(r.stderr, k.file+":") {
				t.Errorf("exit code %d, and %q does not name %s", r.code, r.stderr, k.file)
			}
			if diff := cmp.Diff(before, snap(t, out)); diff != "" {
				t.Error(diff)
			}
			fresh := filepath.Join(t.TempDir(), "fresh")
			if r := run("build", "-s", dir, "-o", fresh); r.code != 1 {
				t.Errorf("exit code %d", r.code)
			}
			if _, err := os.Stat(fresh); err == nil {
				t.Error("a folder was made")
			}
		})
	}
}

// TestSameBytes holds that the number of jobs, the folder and the run change
// no byte.
func TestSameBytes(t *testing.T) {
	dir := t.TempDir()
	want := snap(t, ours.dir).texts()
	for _, jobs := range []string{"1", "8"} {
		out := filepath.Join(dir, jobs)
		must(t, "build", "-s", ours.source, "-o", out, "--jobs", jobs)
		same(t, "--jobs "+jobs, want, snap(t, out).texts())
	}
}

// TestSecondBuild holds that a build writes nothing where nothing changed, and
// after an edit the same as a build from nothing.
func TestSecondBuild(t *testing.T) {
	dir := source(t, "", "", "")
	out := filepath.Join(t.TempDir(), "public")
	must(t, "build", "-s", dir, "-o", out)
	before := snap(t, out)
	if r := must(t, "build", "-s", dir, "-o", out); !strings.Contains(r.stderr, " 0 written, 0 deleted") {
		t.Error(r.stderr)
	}
	after := snap(t, out)
	delete(before, ".portolan-manifest") // Its time says when the files were last looked at.
	delete(after, ".portolan-manifest")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}

	for _, e := range []struct{ name, file, old, by string }{
		{"a port", ship, `"tcp/443"`, `"tcp/8443"`},
		{"a product's name", ship, `name = "Ship"`, `name = "Barge"`},
		{"a guide's title", "content/guides/sailing.md", `title = "Sailing"`, `title = "Rowing"`},
		{"the site's title", "data/site.toml", `title = "Harbour"`, `title = "Port"`},
		{"a host", "data/deployments/harbour.toml", `"10.0.0.5"`, `"10.0.0.6"`},
	} {
		edit(t, filepath.Join(dir, e.file), e.old, e.by)
		must(t, "build", "-s", dir, "-o", out)
		fresh := filepath.Join(t.TempDir(), "fresh")
		must(t, "build", "-s", dir, "-o", fresh)
		same(t, e.name, snap(t, fresh).texts(), snap(t, out).texts())
	}
}

// TestIncremental holds, on our own data, that a build after an edit leaves
// what a build from nothing would: no page shows what is no longer so.
func TestIncremental(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"data", "content"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(ours.source, name))); err != nil {
			t.Fatal(err)
		}
	}
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	write := func(name, text string) {
		if err := os.WriteFile(at(name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "public")
	must(t, "build", "-s", dir, "-o", out)
	text, err := os.ReadFile(filepath.Join(tiny.source, ship))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []struct {
		name string
		edit func()
	}{
		{"a product more", func() { write(ship, strings.ReplaceAll(string(text), "/guides/sailing/", "/products/cuteftp/")) }},
		{"a product's port", func() { edit(t, at(ship), "tcp/50000-50100", "tcp/28000-29000") }},
		{"a product's name", func() { edit(t, at(ship), `name = "Ship"`, `name = "Barge"`) }},
		{"a service of its own", func() {
			edit(t, at("data/services.toml"), "[service.https]", "[service.semaphore]\nname = \"Semaphore\"\nports = \"tcp/28000-29000\"\n\n[service.https]")
		}},
		{"a zone's name", func() { edit(t, at("data/zones.toml"), "name = \"", "name = \"The ") }},
		{"a page less", func() {
			if err := os.Remove(at("content/about.md")); err != nil {
				t.Fatal(err)
			}
		}},
		{"a product less", func() {
			if err := os.Remove(at(ship)); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		e.edit()
		must(t, "build", "-s", dir, "-o", out)
		fresh := filepath.Join(t.TempDir(), "fresh")
		must(t, "build", "-s", dir, "-o", fresh)
		same(t, e.name, snap(t, fresh).texts(), snap(t, out).texts())
	}
}

// TestForeignFolder holds that a build touches no folder that it did not make.
func TestForeignFolder(t *testing.T) {
	out := t.TempDir()
	if err := os.WriteFile(filepath.Join(out, "thesis.txt"), []byte("years"), 0o666); err != nil {
		t.Fatal(err)
	}
	before := snap(t, out)
	if r := run("build", "-s", tiny.source, "-o", out); r.code != 1 || !strings.Contains(r.stderr, out) {
		t.Errorf("exit code %d, %q", r.code, r.stderr)
	}
	if diff := cmp.Diff(before, snap(t, out)); diff != "" {
		t.Error(diff)
	}

	// What somebody adds to a site stays, and .gitkeep does not stand in the way.
	out = t.TempDir()
	if err := os.WriteFile(filepath.Join(out, ".gitkeep"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	must(t, "build", "-s", tiny.source, "-o", out)
	added := filepath.Join(out, "CNAME")
	if err := os.WriteFile(added, []byte("ports.example"), 0o666); err != nil {
		t.Fatal(err)
	}
	must(t, "build", "-s", source(t, ship, "ABCDE12345", "ABCDE54321"), "-o", out)
	for _, name := range []string{"CNAME", ".gitkeep"} {
		if _, err := os.Stat(filepath.Join(out, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestExitCodes(t *testing.T) {
	broken := source(t, ship, `need = "required"`, `need = "requird"`)
	for _, k := range []struct {
		code           int
		args           string
		stdout, stderr string
	}{
		{0, "--help", "portolan build", ""},
		{0, "build --help", "Example", ""},
		{0, "version", "portolan ", ""},
		{0, "check -s " + tiny.source, "", ""},
		{0, "lookup -s " + tiny.source + " 50050", "tcp/50000-50100", ""},
		{0, "table ship -s " + tiny.source, "tcp/50000-50100", ""},
		{0, "schema product", `"$schema"`, ""},
		{1, "check -s " + broken, `did you mean "required"`, ""},
		{1, "build -s " + broken, "", `did you mean "required"`},
		{1, "lookup 443 -s " + broken, "", "requird"},
		{1, "check -s /nowhere/at/all", "", "nowhere"},
		{2, "biuld", "", "biuld"},
		{2, "build --no-such-flag", "", "no-such-flag"},
		{2, "build surplus", "", "surplus"},
		{2, "build --jobs many", "", "many"},
		{2, "check --format yaml", "", "yaml"},
		{2, "table", "", "table"},
		{2, "table ship --format pdf -s " + tiny.source, "", "pdf"},
		{2, "table shipp -s " + tiny.source, "", `did you mean "ship"`},
		{2, "schema boat", "", "boat"},
		{2, "lookup", "", "lookup"},
	} {
		r := run(strings.Fields(k.args)...)
		if r.code != k.code || !strings.Contains(r.stdout, k.stdout) || !strings.Contains(r.stderr, k.stderr) {
			t.Errorf("portolan %s: exit code %d, want %d with %q and %q\n%s%s", k.args, r.code, k.code, k.stdout, k.stderr, r.stdout, r.stderr)
		}
		if k.code == 2 && r.stdout != "" {
			t.Errorf("portolan %s: faults of the command line on standard output: %q", k.args, r.stdout)
		}
	}
}

// TestCheckFormats holds that each format of portolan check tells the same
// faults, in the form that its readers want.
func TestCheckFormats(t *testing.T) {
	dir := source(t, ship, `need = "required"`, `need = "requird"`)
	edit(t, filepath.Join(dir, ship), `allocation = "random"`, `allocation = "randon"`)
	texts := map[string]string{}
	for _, format := range []string{"text", "json", "github", "gitlab", "sarif"} {
		r := run("check", "-s", dir, "--format", format)
		if r.code != 1 {
			t.Errorf("%s: exit code %d", format, r.code)
		}
		texts[format] = r.stdout
	}
	lines := strings.Split(strings.TrimSpace(texts["text"]), "\n")
	form := regexp.MustCompile(`^data/products/ship\.toml:\d+:\d+: error: .+ \[[a-z-]+\]$`)
	for _, line := range lines {
		if !form.MatchString(line) {
			t.Errorf("text: %q", line)
		}
	}
	if len(lines) != 2 {
		t.Errorf("%d faults: %s", len(lines), texts["text"])
	}

	var list []struct {
		File, Severity, Code, Text string
		Line, Col                  int
	}
	if err := json.Unmarshal([]byte(texts["json"]), &list); err != nil || len(list) != len(lines) {
		t.Errorf("json: %v, %d faults", err, len(list))
	}
	for _, d := range list {
		if d.File != ship || d.Line < 1 || d.Col < 1 || d.Severity != "error" || d.Code == "" || d.Text == "" {
			t.Errorf("json: %+v", d)
		}
	}

	command := regexp.MustCompile(`^::error file=data/products/ship\.toml,line=\d+,col=\d+,title=[^:]*::.+$`)
	for line := range strings.Lines(texts["github"]) {
		if !command.MatchString(strings.TrimSpace(line)) && !strings.Contains(line, "title=portolan%3A") {
			t.Errorf("github: %q", line)
		}
	}

	var quality []struct {
		Location struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	if err := json.Unmarshal([]byte(texts["gitlab"]), &quality); err != nil || len(quality) != len(lines) {
		t.Errorf("gitlab: %v, %d faults", err, len(quality))
	}
	for i, f := range quality {
		if f.Location.Path != ship || f.Location.Lines.Begin != list[i].Line {
			t.Errorf("gitlab: %+v", f)
		}
	}

	var sarif struct {
		Version string
		Runs    []struct {
			Results []struct {
				RuleID, Level string
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(texts["sarif"]), &sarif); err != nil || sarif.Version != "2.1.0" || len(sarif.Runs) != 1 {
		t.Fatalf("sarif: %v\n%s", err, texts["sarif"])
	}
	for i, r := range sarif.Runs[0].Results {
		at := r.Locations[0].PhysicalLocation
		if r.Level != "error" || at.ArtifactLocation.URI != ship || at.Region.StartLine != list[i].Line || at.Region.StartColumn != list[i].Col {
			t.Errorf("sarif: %+v", r)
		}
	}
}

// TestAccept: what a file argues for is not told again, of that file and code
// alone; arguments for nothing, and without words, are.
func TestAccept(t *testing.T) {
	check := func(by string) result {
		return run("check", "-s", source(t, ship, `ports = "tcp/50000-50100"`, by))
	}
	const wide = `ports = "tcp/40000-50100"`
	if r := check(wide); r.code != 0 || !strings.Contains(r.stdout, "[wide-range]") {
		t.Fatalf("exit code %d: %s", r.code, r.stdout)
	}
	with := func(table string) result {
		dir := source(t, ship, `ports = "tcp/50000-50100"`, wide)
		edit(t, filepath.Join(dir, ship), "[flow.", table+"\n\n[flow.")
		return run("check", "-s", dir)
	}
	if r := with("[accept.wide-range]\nreason = \"The harbour has no other.\""); r.code != 0 || strings.Contains(r.stdout, "wide-range") || strings.Contains(r.stdout, "accept") {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
	if r := with("[accept.dns-udp-only]\nreason = \"No such thing.\""); r.code != 0 || !strings.Contains(r.stdout, "[wide-range]") || !strings.Contains(r.stdout, "[accept-idle]") {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
	if r := with("[accept.wide-range]"); r.code != 1 || !strings.Contains(r.stdout, "reason") {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
	if r := with("[accept.wide-rang]\nreason = \"Typed in a hurry.\""); r.code != 1 || !strings.Contains(r.stdout, `did you mean "wide-range"?`) {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
}

// TestBaseURL holds that the site's address changes what must be absolute and
// nothing else, and that the map of the site names every page.
func TestBaseURL(t *testing.T) {
	s := site{name: "based", dir: filepath.Join(t.TempDir(), "public")}
	const url = "https://ports.example/docs/"
	must(t, "build", "-s", tiny.source, "-o", s.dir, "--base-url", url)
	var sitemap struct {
		URL []struct {
			Loc string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(s.read(t, "sitemap.xml")), &sitemap); err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, u := range sitemap.URL {
		got = append(got, u.Loc)
	}
	for _, name := range files(t, s.dir, "index.html") {
		text := s.read(t, name)
		if page, ok := strings.CutSuffix(name, "embed/index.html"); ok {
			name = page // the same table: its own page is what to find
		} else {
			want = append(want, url+strings.TrimSuffix(name, "index.html"))
		}
		if canonical := `<link rel="canonical" href="` + url + strings.TrimSuffix(name, "index.html") + `">`; !strings.Contains(text, canonical) {
			t.Errorf("%s: no %s", name, canonical)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// A host shows 404.html at any address, so that only absolute links lead
	// anywhere from it.
	for _, l := range parsePage(t, s.read(t, "404.html")).links {
		if !strings.HasPrefix(l.target, "https://") && !strings.HasPrefix(l.target, "#") {
			t.Errorf("404.html: %s is relative", l.target)
		}
	}
}

// TestTinyFiles holds which files a site of one product has, so that no change
// of the plan goes unseen.
func TestTinyFiles(t *testing.T) {
	hash := regexp.MustCompile(`\.[0-9a-f]{8}\.(css|js|wasm)$`)
	var names []string
	for _, name := range files(t, tiny.dir, "") {
		if !strings.HasPrefix(name, "services/") || name == "services/index.html" || strings.Contains(name, "https/") {
			names = append(names, hash.ReplaceAllString(name, ".HASH.$1")+"\n")
		}
	}
	slices.Sort(names)
	golden(t, "files.txt", strings.Join(names, ""))
}

// golden compares a text with a file of testdata, which -update rewrites.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (make golden rewrites it):\n%s", file, diff)
	}
}

// TestTinyText holds what a reader is told on the pages of the tiny site, and
// not in which markup, so that words and order do not change unseen.
func TestTinyText(t *testing.T) {
	var b strings.Builder
	for _, name := range []string{"products/ship/index.html", "ports/tcp/50000-50100/index.html", "services/https/index.html", "deployments/harbour/index.html", "guides/sailing/index.html"} {
		b.WriteString("== " + name + "\n" + visible(t, tiny.read(t, name)) + "\n")
	}
	golden(t, "pages.txt", b.String())
}
