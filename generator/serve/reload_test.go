package serve_test

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

func TestReloadScript(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("node is missing: apt-get install nodejs")
		}
		t.Skip("node is missing: apt-get install nodejs")
	}
	if out, err := exec.Command(node, "testdata/browser.js", "reload.js").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// The pages' policy forbids what is not from a file of the site, and the texts that are shown are not markup.
func TestReloadScriptKeepsToThePolicy(t *testing.T) {
	for _, file := range []string{"reload.js", "fault.html"} {
		src, err := os.ReadFile(file)
		must(t, err)
		if found := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|\.style\b|\bstyle=|\bon[a-z]+=|https?:`).Find(src); found != nil {
			t.Errorf("%s has %q", file, found)
		}
	}
}
