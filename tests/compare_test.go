package tests

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// A comparison as its copy in JSON has it: a member for each product.
type comparison struct{ Rows []map[string]string }

// TestCompareWhole holds that a comparison leaves out no flow of either
// product, and that each has its row under the flow's direction.
func TestCompareWhole(t *testing.T) {
	for _, name := range files(t, ours.dir, "-vs-liquidfiles/index.html") {
		comparedWhole(t, name)
	}
	comparedWhole(t, "compare/moveit-transfer-vs-sftpgo/index.html")
}

func comparedWhole(t *testing.T, name string) {
	t.Helper()
	dir := strings.TrimSuffix(name, "index.html")
	var table comparison
	if err := json.Unmarshal([]byte(ours.read(t, dir+"table.json")), &table); err != nil {
		t.Fatal(err)
	}
	for _, slug := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(dir, "compare/"), "/"), "-vs-") {
		for _, f := range product(t, &ours, slug).Flows {
			if !slices.ContainsFunc(table.Rows, func(row map[string]string) bool {
				return strings.EqualFold(row["direction"], f.Direction) && strings.HasSuffix(row["id"], "."+f.Service) && strings.Contains(row[slug], inWords(f.PortsText)+", ")
			}) {
				t.Errorf("%s: no row has %s of %s", name, f.ID, slug)
			}
		}
	}
}

// inWords is a port set as tables word it where numbers do not tell.
func inWords(ports string) string {
	switch {
	case ports == "any":
		return "any transport"
	case strings.ContainsAny(ports, "?*"):
		ports = strings.ReplaceAll(ports, " ", "; ")
	}
	return strings.NewReplacer("/?", ", port not stated", "/*", ", any port").Replace(ports)
}

// TestCompareFacts holds what a pair of documents comes to, worked out by hand
// from the two: the comparison, what is opened once, and what collides.
func TestCompareFacts(t *testing.T) {
	var table comparison
	if err := json.Unmarshal([]byte(ours.read(t, "compare/liquidfiles-vs-moveit-transfer/table.json")), &table); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range table.Rows {
		got[row["id"]] = row["likeness"]
	}
	for id, want := range map[string]string{
		"inbound.internet.https":         "ports differ", // 8443 for MOVEit Mobile
		"inbound.internet.sftp":          "same ports",
		"inbound.internet.ftps-implicit": "only MOVEit Transfer",
		"inbound.management.ssh":         "only LiquidFiles",
		"outbound.ldaps":                 "same ports",
		"outbound.dns":                   "only LiquidFiles",
		"outbound.radius":                "only MOVEit Transfer",
	} {
		if got[id] != want {
			t.Errorf("%s: %q, want %q", id, got[id], want)
		}
	}
	page := visible(t, ours.read(t, "compare/liquidfiles-vs-moveit-transfer/index.html"))
	_, once, _ := strings.Cut(page, "Open once for all of them")
	once, host, _ := strings.Cut(once, "Can they sit on one host?")
	for _, k := range []struct{ in, line string }{
		{once, "LDAPS tcp 636 Internal\nconditional\nonly with LDAP authentication LDAP server Source: Network and Firewall connections\nonly with LDAP authentication LDAP server Source: Firewall Configuration"},
		{once, "SMTP tcp 25 Internal\nrequired"},
		{host, "tcp/443 DMZ\nnot on one address: no document tells how to move it"},
		{host, "tcp/44000-44100 DMZ\na range overlaps: no document tells how to change it"},
	} {
		if !strings.Contains(k.in, k.line) {
			t.Errorf("no %q in %s", k.line, k.in)
		}
	}
}
