package tests

import (
	"archive/zip"
	"encoding/json"
	"html"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/policy"
	"portolan/generator/policy/platforms"
	"portolan/generator/policy/policytest"
	"portolan/tests/packets"
	"portolan/tests/readers"
)

// platformList is what the API says of the platforms.
func platformList(t *testing.T, s site) (out []struct {
	ID, Extension string
	BetweenZones  bool `json:"between_zones"`
}) {
	t.Helper()
	var doc struct{ Platforms json.RawMessage }
	b, err := os.ReadFile(filepath.Join(s.dir, "api/v1/platforms.json"))
	if err == nil {
		err = json.Unmarshal(b, &doc)
	}
	if err == nil {
		err = json.Unmarshal(doc.Platforms, &out)
	}
	if err != nil || len(out) == 0 {
		t.Fatalf("%d platforms, %v", len(out), err)
	}
	return out
}

// ruleFiles are the rule files of a site by path.
func ruleFiles(t *testing.T, s site) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob(filepath.Join(s.dir, "*/*/rules/*.*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(s.dir, f)
		out[filepath.ToSlash(rel)] = string(b)
	}
	return out
}

// TestRuleFiles: each product has a file for every platform at each of its
// places, the archive holds the same files, and the pages show them.
func TestRuleFiles(t *testing.T) {
	files := ruleFiles(t, ours)
	products, err := filepath.Glob(filepath.Join(ours.dir, "products/*/rules.zip"))
	if err != nil || len(products) < 6 {
		t.Fatalf("%d products with rules, %v", len(products), err)
	}
	for _, name := range products {
		folder, _ := filepath.Rel(ours.dir, filepath.Dir(name))
		folder = filepath.ToSlash(folder)
		for _, p := range platformList(t, ours) {
			host := folder + "/rules/" + p.ID + "-host." + p.Extension
			perimeter := folder + "/rules/" + p.ID + "-perimeter." + p.Extension
			_, onHost := files[host]
			_, between := files[perimeter]
			if between != p.BetweenZones || !onHost && hasHost(files, folder) {
				t.Errorf("%s: %s on the host %t, between the zones %t", folder, p.ID, onHost, between)
			}
			for _, f := range []string{host, perimeter} {
				if text, ok := files[f]; ok {
					page := read(t, filepath.Join(ours.dir, folder, "rules", p.ID, "index.html"))
					if !strings.Contains(html.UnescapeString(page), text) {
						t.Errorf("%s is not on its page", f)
					}
				}
			}
		}
		archive(t, name, folder+"/rules", files)
	}
}

// hasHost tells whether a product has any file of a host: one that its vendor
// runs may have none.
func hasHost(files map[string]string, folder string) bool {
	_, ok := files[folder+"/rules/nftables-host.nft"]
	return ok
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func archive(t *testing.T, name, folder string, files map[string]string) {
	t.Helper()
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil || string(b) != files[path.Join(folder, f.Name)] {
			t.Errorf("%s: %s differs from the file beside it, %v", name, f.Name, err)
		}
	}
	n := 0
	for p := range files {
		if strings.HasPrefix(p, folder+"/") {
			n++
		}
	}
	if n != len(z.File) {
		t.Errorf("%s has %d files, the folder %d", name, len(z.File), n)
	}
}

// TestReaders: what really reads a platform's files accepts every one of ours,
// and with a default deny too.
func TestReaders(t *testing.T) {
	t.Parallel()
	files := ruleFiles(t, ours)
	for _, p := range platforms.All() {
		id := p.Info().ID
		if readers.Describe(id) == "" {
			continue
		}
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			texts := map[string]string{}
			for name, text := range files {
				if slices.Contains(slow, id) && strings.HasPrefix(name, "deployments/") {
					continue
				}
				if !empty(text) && strings.HasPrefix(path.Base(name), id+"-") && strings.HasSuffix(name, "."+p.Info().Ext) && ofPlatform(id, path.Base(name)) {
					texts[name] = text
				}
			}
			if len(texts) == 0 {
				t.Fatal("no files")
			}
			if !slices.Contains(slow, id) {
				maps.Copy(texts, denying(t, p))
			}
			readers.AcceptAll(t, id, texts)
		})
	}
}

// slow are platforms whose programs take seconds for a file, minutes for one of
// a network: of theirs those of products are loaded. Others are where packets
// are sent, or in their own family's tests.
var slow = []string{"ufw", "firewalld"}

// empty tells whether a file holds nothing but remarks: that of a machine
// without a rule may.
func empty(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

// ofPlatform tells whether a file's name begins with this platform's id and
// not with a longer one.
func ofPlatform(id, name string) bool {
	for _, other := range platforms.IDs() {
		if len(other) > len(id) && strings.HasPrefix(name, other+"-") {
			return false
		}
	}
	return true
}

// denying are a platform's files with a default deny, of the corpus that all
// platforms pass.
func denying(t *testing.T, p policy.Platform) map[string]string {
	out := map[string]string{}
	for _, c := range policytest.Corpus(t) {
		if c.Policy.Deny == nil || !p.Info().Fits(c.Policy.At) {
			continue
		}
		text, _, err := policy.File(p, c.Policy)
		if err != nil {
			t.Fatal(err)
		}
		out[c.Name] = string(text)
	}
	return out
}

// TestProof: what a platform's page says of its checks is what checks it.
func TestProof(t *testing.T) {
	for _, p := range platforms.All() {
		var want []string
		if about := readers.Describe(p.Info().ID); about != "" {
			want = append(want, about)
		}
		want = append(want, policy.OwnReader) // generator/policy/platforms holds that each has one
		if slices.Contains(packets.Proven(), p.Info().ID) {
			want = append(want, policy.Packets)
		}
		if d := cmp.Diff(want, p.Info().Proof); d != "" {
			t.Errorf("%s: %s", p.Info().ID, d)
		}
	}
}

// TestConnectionTests: the files that test connections are scripts that
// their programs read.
func TestConnectionTests(t *testing.T) {
	for reader, pattern := range map[string]string{"bash": "*.sh", "powershell": "*.ps1"} {
		names, err := filepath.Glob(filepath.Join(ours.dir, "*/*/verify", pattern))
		if err != nil || len(names) == 0 {
			t.Fatalf("%d files %s, %v", len(names), pattern, err)
		}
		texts := map[string]string{}
		for _, name := range names {
			texts[name] = read(t, name)
		}
		readers.AcceptAll(t, reader, texts)
	}
}

// TestCommandsInText: the commands that guides and the README show do work.
func TestCommandsInText(t *testing.T) {
	names, err := filepath.Glob("../content/guides/*.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range append(names, "../README.md") {
		text := strings.ReplaceAll(read(t, name), "\\\n", " ")
		for line := range strings.Lines(text) {
			args, ok := strings.CutPrefix(strings.TrimSpace(line), "portolan rules ")
			if !ok {
				continue
			}
			n++
			if r := run(append([]string{"rules", "-s", ours.source}, strings.Fields(args)...)...); r.code != 0 {
				t.Errorf("%s: portolan rules %s: exit %d\n%s", name, args, r.code, r.stderr)
			}
		}
	}
	if n < 4 {
		t.Errorf("%d commands found", n)
	}
}
