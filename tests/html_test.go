package tests

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A remark is what vnu, the Nu HTML Checker, says of a file.
type remark struct {
	URL, Type, SubType, Message, Extract string
	LastLine                             int
}

// checker runs vnu and returns its remarks.
func checker(t *testing.T, args ...string) []remark {
	t.Helper()
	jar := npm(t, "vnu-jar/build/dist/vnu.jar")
	cmd := exec.Command(tool(t, "java"), append([]string{"-Xss4m", "-jar", jar, "--format", "json", "--exit-zero-always"}, args...)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr // The report goes there.
	if err := cmd.Run(); err != nil {
		t.Fatalf("vnu: %v\n%s", err, stderr.String())
	}
	var report struct{ Messages []remark }
	if err := json.Unmarshal([]byte(stderr.String()), &report); err != nil {
		t.Fatalf("vnu: %v\n%s", err, stderr.String())
	}
	return report.Messages
}

// csp is what vnu says of a page that is read from a file: there 'self' is no
// origin, so that it takes the page's own files for foreign ones.
const csp = "Resource violates Content Security Policy (meta tag): external "

// TestHTML holds every page of both sites, and every table for other places,
// against the Nu HTML Checker. Nothing is forgiven but the warnings of csp,
// and of these there must be as many as the pages load files.
func TestHTML(t *testing.T) {
	t.Parallel()
	eachSite(t, func(t *testing.T, s *site) {
		dir := t.TempDir()
		loads := map[string]int{}
		for _, name := range files(t, s.dir, ".html") {
			text := s.read(t, name)
			if p := parsePage(t, text); strings.HasPrefix(text, "<!doctype html>") {
				loads[name] = p.scripts + p.styles
			} else {
				text = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A copy</title></head><body>\n" + text + "</body></html>\n"
			}
			file := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		forgiven := map[string]int{}
		for _, m := range checker(t, "--skip-non-html", dir) {
			_, name, _ := strings.Cut(m.URL, filepath.Base(dir)+"/")
			if strings.HasPrefix(m.Message, csp) && (strings.Contains(m.Message, "“script-src”") || strings.Contains(m.Message, "“style-src”")) {
				forgiven[name]++
				continue
			}
			t.Errorf("%s:%d: %s\n%s", name, m.LastLine, m.Message, m.Extract)
		}
		for _, name := range slices.Sorted(maps.Keys(loads)) {
			if forgiven[name] != loads[name] {
				t.Errorf("%s: loads %d files, and %d are named in warnings of the checker", name, loads[name], forgiven[name])
			}
		}
	})
}

// TestStyleAndDrawings holds the stylesheets and drawings of our site against
// the same checker.
func TestStyleAndDrawings(t *testing.T) {
	for flag, suffix := range map[string]string{"--css": ".css", "--svg": ".svg"} {
		args := []string{flag}
		for _, name := range files(t, ours.dir, suffix) {
			args = append(args, filepath.Join(ours.dir, filepath.FromSlash(name)))
		}
		if len(args) == 1 {
			t.Errorf("no %s file", suffix)
			continue
		}
		for _, m := range checker(t, args...) {
			t.Errorf("%s:%d: %s\n%s", strings.TrimPrefix(m.URL, "file:"+ours.dir), m.LastLine, m.Message, m.Extract)
		}
	}
}
