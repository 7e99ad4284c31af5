package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portolan/generator/cli"
)

// runner runs the program, which must end with the exit code that is wanted.
func runner(t *testing.T) func(want int, args ...string) (stdout, stderr string) {
	return func(want int, args ...string) (stdout, stderr string) {
		t.Helper()
		var out, err bytes.Buffer
		if code := cli.Run(context.Background(), os.DirFS("../.."), args, nil, &out, &err); code != want {
			t.Errorf("%v: exit %d, want %d\n%s", args, code, want, &err)
		}
		return out.String(), err.String()
	}
}

// TestNew: a site, a product and a network that were just begun are without a
// fault, and can be built.
func TestNew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "site")
	run := runner(t)
	stdout, stderr := run(0, "new", "site", dir)
	if !strings.Contains(stdout, filepath.Join(dir, "data", "site.toml")+"\n") || !strings.Contains(stderr, "portolan serve -s "+dir) {
		t.Errorf("%s%s", stdout, stderr)
	}
	if stdout, stderr := run(0, "check", "-s", dir); stdout+stderr != "" {
		t.Errorf("a new site has faults:\n%s%s", stdout, stderr)
	}
	run(0, "build", "-s", dir)
	for _, name := range []string{"index.html", "products/example-server/index.html", "about/index.html"} {
		if _, err := os.Stat(filepath.Join(dir, "public", filepath.FromSlash(name))); err != nil {
			t.Error(err)
		}
	}

	product := filepath.Join(dir, "data", "products", "harbour-drop.toml")
	stdout, stderr = run(0, "new", "product", "harbour-drop", "-s", dir)
	if stdout != product+"\n" || !strings.Contains(stderr, "portolan check -s "+dir) {
		t.Errorf("%s%s", stdout, stderr)
	}
	stdout, _ = run(0, "new", "deployment", "branch", "-s", dir, "--product", "harbour-drop", "--product", "example-server")
	if stdout != filepath.Join(dir, "data", "deployments", "branch.toml")+"\n" {
		t.Error(stdout)
	}
	run(0, "new", "deployment", "empty", "-s", dir)
	if stdout, stderr := run(0, "check", "-s", dir); stdout+stderr != "" {
		t.Errorf("new files have faults:\n%s%s", stdout, stderr)
	}
	run(0, "build", "-s", dir)
}

// TestNewRefuses: nothing is overwritten, and every error says what to do.
func TestNewRefuses(t *testing.T) {
	dir, run := filepath.Join(t.TempDir(), "site"), runner(t)
	product := filepath.Join(dir, "data", "products", "harbour-drop.toml")
	run(0, "new", "site", dir)
	run(0, "new", "deployment", "branch", "-s", dir)
	if err := os.WriteFile(product, []byte("name = \"Mine\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"new product harbour-drop", 1, "harbour-drop.toml is there already; nothing was written"},
		{"new deployment other", 1, `key "vendor" is missing`}, // the site has faults now
		{"new product Harbour", 2, `"Harbour" cannot be part of an address`},
		{"new product ../x", 2, "cannot be part of an address"},
		{"new product a--b", 2, "cannot be part of an address"},
		{"new product", 2, "accepts 1 arg"},
		{"new", 2, "say what: site DIR, product SLUG or deployment SLUG"},
		{"new network x", 2, `unknown command "network"`},
	} {
		if _, stderr := run(c.code, append(strings.Fields(c.args), "-s", dir)...); !strings.Contains(stderr, c.want) {
			t.Errorf("%s: no %q in %s", c.args, c.want, stderr)
		}
	}
	if b, err := os.ReadFile(product); err != nil || string(b) != "name = \"Mine\"\n" {
		t.Errorf("overwritten: %s, %v", b, err)
	}
	if _, stderr := run(1, "new", "site", dir); !strings.Contains(stderr, "is there already and not empty; nothing was written") {
		t.Error(stderr)
	}
	if _, stderr := run(1, "new", "site", product); stderr == "" {
		t.Error("a site in the place of a file")
	}
	if _, stderr := run(1, "new", "product", "x", "-s", t.TempDir()); !strings.Contains(stderr, "is no site") {
		t.Error(stderr)
	}
	if err := os.Remove(product); err != nil {
		t.Fatal(err)
	}
	run(0, "new", "product", "harbour-drop", "-s", dir)
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"new deployment other --product harbour-drp", 2, `no product "harbour-drp"; did you mean "harbour-drop"? (known: example-server, harbour-drop)`},
		{"new deployment other --product harbour-drop --product harbour-drop", 2, `"harbour-drop" stands twice`},
		{"new deployment branch", 1, "branch.toml is there already"},
	} {
		if _, stderr := run(c.code, append(strings.Fields(c.args), "-s", dir)...); !strings.Contains(stderr, c.want) {
			t.Errorf("%s: no %q in %s", c.args, c.want, stderr)
		}
	}
}
