package tests

import (
	"archive/zip"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestBuilderPage holds the rule builder against Chromium, below a path of a
// server and as a file: it makes what the program prints, tells a wrong address
// at its field, keeps all choices in the address, and needs no mouse.
func TestBuilderPage(t *testing.T) {
	t.Parallel()
	npm(t, "axe-core/axe.min.js")
	const below = "/docs/ports/"
	server := httptest.NewServer(http.StripPrefix(below, http.FileServer(http.Dir(ours.dir))))
	defer server.Close()
	type same struct{ Hash, Text string }
	var cases []same
	for _, c := range []struct{ hash, args string }{
		{"#platform=nftables&of=liquidfiles&at=host", "liquidfiles --platform nftables --at host"},
		{"#platform=cisco-asa&deny&log&of=moveit-transfer&at=perimeter&feature=ldap&feature=-ftps&set.server=192.0.2.10,2001:db8:5::10",
			"moveit-transfer --platform cisco-asa --at perimeter --feature ldap --feature -ftps --set server=192.0.2.10,2001:db8:5::10 --default-deny --log"},
		{"#platform=windows-powershell&of=globalscape-eft&port.ftps-passive=tcp/50000-50100&set.clients=any",
			"globalscape-eft --platform windows-powershell --port ftps-passive=tcp/50000-50100 --set clients=any"},
		{"#platform=kubernetes&of=nextcloud&all&flow=-aio-interface", "nextcloud --platform kubernetes --all --flow -aio-interface"},
		{"#platform=fortigate&of=moveit-farm&at=inner&nat", "moveit-farm --platform fortigate --at inner --nat"},
	} {
		r := run(append([]string{"rules", "-s", ours.source}, strings.Fields(c.args)...)...)
		if r.code != 0 {
			t.Fatalf("rules %s: %s", c.args, r.stderr)
		}
		cases = append(cases, same{c.hash, r.stdout})
	}
	archive := filepath.Join(t.TempDir(), "rules.zip")
	done := inBrowser(t, "builderpage.js", map[string]any{
		"bases": []string{server.URL + below, "file://" + ours.dir + "/"}, "same": cases, "archive": archive,
		"program": program + " rules -s " + ours.source,
	})
	if want := 2*(14+len(cases)) + 4; len(done) != want {
		t.Errorf("%d steps of %d: %v", len(done), want, done)
	}
	if t.Failed() {
		return
	}
	builderArchive(t, archive)
}

// builderArchive holds the archive of two products that the page made: what was
// chosen is in the files of every platform, and what nobody chose is as published.
func builderArchive(t *testing.T, name string) {
	t.Helper()
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if strings.HasPrefix(f.Name, "liquidfiles/") && strings.Contains(f.Name, "-host.") && !strings.Contains(f.Name, "/squid-") && // a proxy has no rule for who comes in
			!strings.Contains(string(text), "10.9.8.7") && !strings.Contains(string(text), "2001:db8:77::7") {
			t.Errorf("%s has not the address that was put in", f.Name)
		}
		if rules, ok := strings.CutPrefix(f.Name, "globalscape-eft/"); ok && !strings.Contains(rules, "/") && rules != "change-request.csv" {
			if want := ours.read(t, "products/globalscape-eft/rules/"+rules); string(text) != want {
				t.Errorf("%s is not the published file", f.Name)
			}
		}
	}
	for _, want := range []string{"liquidfiles/nftables-host.nft", "liquidfiles/cisco-asa-perimeter.cfg", "liquidfiles/change-request.csv", "globalscape-eft/verify/bash-server.sh"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s among %v", want, names)
		}
	}
}
