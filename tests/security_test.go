package tests

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// policyOf is the content security policy that a page carries; the builder's
// pages may also compile WebAssembly, a table for frames loads less.
func policyOf(name string, builder bool) string {
	script := "'self'"
	if builder {
		script += " 'wasm-unsafe-eval'"
	}
	if strings.HasSuffix(name, "/embed/index.html") {
		return "default-src 'none'; script-src " + script + "; style-src 'self'; base-uri 'none'; form-action 'none'"
	}
	return "default-src 'none'; script-src " + script + "; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'"
}

// TestSecurity holds that every page says what it may load before it loads
// anything, that it needs no exception from it, and that it tells other sites
// nothing but where it is published.
func TestSecurity(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, name := range files(t, s.dir, ".html") {
			text := s.read(t, name)
			if !strings.HasPrefix(text, "<!doctype html>") {
				continue // a copy for other places
			}
			root, err := html.Parse(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			var before []string // what stands in front of the policy
			var policy, referrer string
			builder := false
			for n := range root.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				attr := map[string]string{}
				for _, a := range n.Attr {
					attr[a.Key] = a.Val
					if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
						t.Errorf("%s: <%s> has %s=%q", name, n.Data, a.Key, a.Val)
					}
				}
				switch n.Data {
				case "meta":
					if attr["name"] == "referrer" {
						referrer = attr["content"]
					}
					if attr["http-equiv"] == "Content-Security-Policy" && policy == "" {
						policy = attr["content"]
						continue
					}
				case "style":
					t.Errorf("%s has a <style>", name)
				case "script":
					if attr["src"] == "" && !strings.HasSuffix(attr["type"], "json") {
						t.Errorf("%s has a script in it", name)
					}
					if strings.Contains(attr["src"], "/engine.") {
						builder = true
					}
				}
				if policy == "" {
					before = append(before, n.Data)
				}
			}
			if want := policyOf(name, builder); policy != want {
				t.Errorf("%s: its policy is %q, want %q", name, policy, want)
			}
			if !slices.Equal(before, []string{"html", "head", "meta"}) {
				t.Errorf("%s: in front of the policy stands %v", name, before)
			}
			if referrer != "strict-origin-when-cross-origin" {
				t.Errorf("%s: referrer is %q", name, referrer)
			}
		}
	})
}
