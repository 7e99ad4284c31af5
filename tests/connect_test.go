package tests

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// pairTable is a pair's table as JSON.
type pairTable struct {
	Rows []struct {
		ID       string
		Use      string
		OpenedBy string `json:"opened_by"`
		Service  string
		Ports    string
		Client   string `json:"source_client"`
		Server   string `json:"source_server"`
	}
}

// TestConnect holds that a pair's page leads somewhere from both products and
// from the list, and that each of its connections has ports and two documents.
func TestConnect(t *testing.T) {
	linked := func(from, to string) bool {
		return slices.ContainsFunc(parsePage(t, ours.read(t, from)).links, func(l link) bool { return path.Join(path.Dir(from), l.target) == to })
	}
	// Of these pairs no firewall is the reader's: vendors run both ends.
	vendors := map[string]bool{"aws-transfer-family-to-azure-blob-sftp": true}
	n := 0
	for _, name := range files(t, ours.dir, "index.html") {
		slug, ok := strings.CutPrefix(path.Dir(name), "connect/")
		if !ok {
			continue
		}
		n++
		client, server, ok := strings.Cut(slug, "-to-")
		if !ok {
			t.Fatalf("%s names no pair", name)
		}
		for _, from := range []string{"products/" + client + "/index.html", "products/" + server + "/index.html", "connect/index.html"} {
			if !linked(from, name) {
				t.Errorf("%s does not lead to %s", from, name)
			}
		}
		var table pairTable
		if err := json.Unmarshal([]byte(ours.read(t, path.Dir(name)+"/table.json")), &table); err != nil {
			t.Fatal(err)
		}
		usual := false
		for _, r := range table.Rows {
			usual = usual || r.Use == "Usual"
			if r.Ports == "" || r.OpenedBy == "" || r.Client == "" || r.Server == "" {
				t.Errorf("%s: row %s is not told in full: %+v", slug, r.ID, r)
			}
			if !strings.Contains(ours.read(t, name), `id="`+r.ID+`"`) {
				t.Errorf("%s: no row %s on the page", slug, r.ID)
			}
		}
		if !usual {
			t.Errorf("%s: nothing is usual", slug)
		}
		if got := linked(name, path.Dir(name)+"/rules.zip"); got == vendors[slug] {
			t.Errorf("%s: leads to all rules: %v", name, got)
		}
	}
	if n < 15 {
		t.Errorf("only %d pairs", n)
	}
}

// TestConnectFacts holds what the two documents of a pair come to, worked out
// by hand from the documents: who opens what in the usual way.
func TestConnectFacts(t *testing.T) {
	for slug, want := range map[string]string{
		"files-com-to-globalscape-eft":         "Files.com tcp/21 FTPS (explicit); Files.com tcp/28000-30000 FTPS data",
		"files-com-to-moveit-transfer":         "Files.com tcp/21 FTPS (explicit); Files.com tcp/3000-3003 FTPS data",
		"files-com-to-liquidfiles":             "Files.com tcp/22 SFTP",
		"cuteftp-to-globalscape-eft":           "CuteFTP tcp/990 FTPS (implicit); CuteFTP tcp/28000-30000 FTPS data",
		"cuteftp-to-moveit-transfer":           "CuteFTP tcp/990 FTPS (implicit); CuteFTP tcp/3000-3003 FTPS data",
		"moveit-automation-to-moveit-transfer": "MOVEit Automation tcp/443 HTTPS",
		"moveit-transfer-to-active-directory":  "MOVEit Transfer tcp/636 LDAPS",
		"liquidfiles-to-active-directory":      "LiquidFiles udp/53 DNS; LiquidFiles tcp/636 LDAPS; LiquidFiles udp/123 NTP",
		"files-com-to-globalscape-dmz-gateway": "Files.com tcp/21 FTPS (explicit); Files.com tcp/28000-30000 FTPS data",
	} {
		var table pairTable
		if err := json.Unmarshal([]byte(ours.read(t, "connect/"+slug+"/table.json")), &table); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range table.Rows {
			if r.Use == "Usual" {
				got = append(got, fmt.Sprint(r.OpenedBy, " ", r.Ports, " ", r.Service))
			}
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%s: %s\nwant %s", slug, s, want)
		}
	}
	page := visible(t, ours.read(t, "connect/files-com-to-globalscape-eft/index.html"))
	for _, line := range []string{"Globalscape EFT opens\nNothing: it is called, and answers.", "Whose passive range counts\nThat of Globalscape EFT: tcp 28000-30000"} {
		if !strings.Contains(page, line) {
			t.Errorf("no %q on\n%.600s", line, page)
		}
	}
}

// TestNoPair holds that products which only speak the same are no pair.
func TestNoPair(t *testing.T) {
	for _, slug := range []string{
		"moveit-transfer-to-liquidfiles",             // its mail server is no drop box
		"cuteftp-to-nextcloud",                       // HTTPS alone
		"lucidlink-to-nextcloud",                     // HTTPS alone
		"globalscape-eft-to-cuteftp",                 // active mode is no call
		"globalscape-dmz-gateway-to-globalscape-eft", // forbidden
		"ibm-aspera-to-minio",
		"microsoft-sql-server-to-vsftpd", // its snapshots alone go by FTP
		"seafile-to-nextcloud",           // Collabora Online is neither's own
	} {
		if slices.Contains(files(t, ours.dir, "index.html"), "connect/"+slug+"/index.html") {
			t.Errorf("%s has a page", slug)
		}
	}
}
