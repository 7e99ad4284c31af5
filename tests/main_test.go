// Package tests holds the built program and the built site against what they
// promise: standards, links, a real browser, and the facts of the documents.
//
// Two sites are built by the real program: the repository's own, and a tiny
// one in testdata/site that goldens are made of, so that editing a product
// never touches one.
//
// Tests that take long, measure no time and only read the two run beside each
// other, after the rest.
package tests

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The program and its sites, made once by TestMain.
var (
	program string
	ours    = site{name: "ours", source: ".."}
	tiny    = site{name: "tiny", source: "testdata/site"}
)

// A site that was built.
type site struct{ name, source, dir string }

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := setUp(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tests:", err)
		code = 1
	}
	os.Exit(code)
}

func setUp(m *testing.M) (int, error) {
	tmp, err := os.MkdirTemp("", "portolan-tests-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(tmp)
	if err := touch(); err != nil {
		return 0, err
	}
	if out, err := exec.Command("go", "run", "../generator/builder/pack", "..", filepath.Join("..", "templates", "builder")).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("the rule builder: %w\n%s", err, out)
	}
	program = filepath.Join(tmp, "portolan")
	if out, err := exec.Command("go", "build", "-o", program, "..").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go build: %w\n%s", err, out)
	}
	for _, s := range []*site{&ours, &tiny} {
		s.dir = filepath.Join(tmp, s.name)
		if r := run("build", "-s", s.source, "-o", s.dir); r.code != 0 {
			return 0, fmt.Errorf("building %s: exit code %d\n%s", s.name, r.code, r.stderr)
		}
	}
	return m.Run(), nil
}

// touch opens every folder that the program and the sites are made from, so
// that the go command knows of them and does not take this package's result
// from its cache after an edit.
func touch() error {
	return filepath.WalkDir("..", func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && slices.Contains([]string{".git", "bin", "public", "node_modules"}, e.Name()) {
			return fs.SkipDir
		}
		return err
	})
}

// A result is what a run of the program left.
type result struct {
	code           int
	stdout, stderr string
}

// run runs the program without standard input.
func run(args ...string) result {
	cmd := exec.Command(program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	r := result{stdout: stdout.String(), stderr: stderr.String()}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		r.code = exit.ExitCode()
	case err != nil:
		r.code, r.stderr = -1, err.Error()
	}
	return r
}

// tool returns the path of the first of some programs that is there. Without
// any the test is skipped, but fails in continuous integration.
func tool(t *testing.T, names ...string) string {
	t.Helper()
	if *update {
		t.Skip("only goldens are written")
	}
	for _, name := range names {
		if file, err := exec.LookPath(name); err == nil {
			return file
		}
	}
	missing(t, names[0]+" is not installed")
	return ""
}

// chromium returns the path of the browser: the one without windows, if it is
// there, since it opens a page in a fifth of the time.
func chromium(t *testing.T) string {
	t.Helper()
	return tool(t, "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
}

// npm returns the path of a file of an installed npm package.
func npm(t *testing.T, name string) string {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("web", "node_modules", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err != nil {
		missing(t, name+" is not installed")
	}
	return file
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what + "; tests/tools.sh tells how to get it")
}

// files lists the files of a folder with a suffix, by their slashed paths
// below it, sorted. The manifest is not among them.
func files(t *testing.T, dir, suffix string) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.HasSuffix(name, suffix) && !strings.HasPrefix(name, ".") {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// read returns the text of a file of the site.
func (s *site) read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// eachSite runs a test on both sites.
func eachSite(t *testing.T, f func(t *testing.T, s *site)) {
	for _, s := range []*site{&ours, &tiny} {
		t.Run(s.name, func(t *testing.T) { f(t, s) })
	}
}
