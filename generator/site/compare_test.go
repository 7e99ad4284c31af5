package site_test

import (
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/build"
	"portolan/generator/diag"
	"portolan/generator/site"
)

// likeSite is a site of servers p, q and r, a client c and a firm's service s.
// All speak HTTPS; p and r speak SFTP as well.
func likeSite(t *testing.T, settings string, replace ...string) *site.Site {
	t.Helper()
	sftp := strings.NewReplacer("web", "sftp", `"https"`, `"sftp"`, "443", "22").Replace(product[strings.Index(product, "[flow"):strings.Index(product, "[source")])
	files := fstest.MapFS{"data/site.toml": {Data: []byte("title = \"T\"\n" + settings)}}
	for slug, text := range map[string]string{
		"p": product + sftp, "q": strings.Replace(product, "server\"\ns", "appliance\"\ns", 1), "r": product + sftp,
		"c": strings.Replace(product, `kind = "server"`, `kind = "client"`, 1), "s": strings.Replace(product, `kind = "server"`, `kind = "service"`, 1),
	} {
		text = strings.Replace(strings.ReplaceAll(text, "NOTE", "n"), `name = "P"`, `name = "`+strings.ToUpper(slug)+`"`, 1)
		if len(replace) > 0 && slug == replace[0] {
			text = strings.NewReplacer(replace[1:]...).Replace(text)
		}
		files["data/products/"+slug+".toml"] = &fstest.MapFile{Data: []byte(text)}
	}
	var list diag.List
	s, err := site.Open(site.Source{Files: files, Builtin: os.DirFS("../..")}, &list)
	if err != nil || s == nil {
		t.Fatal(err, list.Sorted())
	}
	return s
}

// TestComparedPairs: what a reader runs is compared, the most alike first, up
// to the site's limit.
func TestComparedPairs(t *testing.T) {
	for _, k := range []struct {
		settings string
		want     []string
	}{
		{"", []string{"compare/p-vs-q", "compare/p-vs-r", "compare/q-vs-r"}},
		{"compare_limit = 2", []string{"compare/p-vs-q", "compare/p-vs-r"}},
		{"compare_limit = 1", []string{"compare/p-vs-r"}},
		{"compare_limit = 0", nil},
	} {
		var got []string
		for _, o := range likeSite(t, k.settings).Plan() {
			if strings.Contains(o.Path, "-vs-") && path.Base(o.Path) == "index.html" {
				got = append(got, path.Dir(o.Path))
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(k.want, got); diff != "" {
			t.Errorf("%q: %s", k.settings, diff)
		}
	}
}

// TestComparisonKeys: an edited product renders its comparisons and its part of
// the chooser's data, and no other's.
func TestComparisonKeys(t *testing.T) {
	keys := func(s *site.Site) map[string]build.Key {
		out := map[string]build.Key{}
		for _, o := range s.Plan() {
			if strings.Contains(o.Path, "compare/") {
				out[o.Path] = o.Key
			}
		}
		return out
	}
	before, after := keys(likeSite(t, "")), keys(likeSite(t, "", "q", "required", "optional"))
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, base := path.Split(name); before[name] != after[name] && !strings.HasPrefix(base, "table.") {
			changed = append(changed, name)
		}
	}
	if diff := cmp.Diff([]string{"assets/compare/q.js", "compare/index.html", "compare/p-vs-q/index.html", "compare/q-vs-r/index.html"}, changed); diff != "" {
		t.Error(diff)
	}
}
