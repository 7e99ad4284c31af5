package tests

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestKeyboard holds that Tab reaches everything that a mouse can operate on
// each kind of page, that one sees where the focus is, and that nothing covers
// it. What the parts do then, their own tests hold.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.FileServer(http.Dir(ours.dir)))
	defer server.Close()
	pages := []string{"index.html", "products/index.html", "products/moveit-transfer/index.html", "products/globalscape-eft/embed/index.html",
		"matrix/index.html", "compare/index.html", "compare/liquidfiles-vs-moveit-transfer/index.html", "connect/index.html", "ports/index.html", "ports/tcp/990/index.html",
		"services/index.html", "services/sftp/index.html", "deployments/moveit-farm/index.html", "platforms/index.html", "platforms/nftables/index.html",
		"products/liquidfiles/rules/nftables/index.html", "rules/index.html", "guides/index.html", "guides/embedding/index.html", "changes/index.html", "404.html"}
	done := inBrowser(t, "keyboard.js", map[string]any{"base": server.URL + "/", "pages": pages})
	if len(done) != len(pages) {
		t.Errorf("%d of %d pages were walked through", len(done), len(pages))
	}
	for _, line := range done {
		t.Log(line)
	}
}
