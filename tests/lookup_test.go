package tests

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// pastes are lines as tools print and firewalls log them, with the rows of the
// table that they become: port, lines, what the lines say, and whether nothing
// is documented.
func pastes(nothing string) []map[string]string {
	lines := func(list ...string) string { return strings.Join(list, "\n") }
	return []map[string]string{
		{"name": "ss", "start": "index.html", "rows": "tcp/443 2 nginx; tcp/28500 1 java; tcp/" + nothing + " 1 cupsd nothing", "text": lines(
			`State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process`,
			`LISTEN 0      511          0.0.0.0:443       0.0.0.0:*     users:(("nginx",pid=812,fd=6))`,
			`LISTEN 0      511             [::]:443          [::]:*     users:(("nginx",pid=812,fd=7))`,
			`LISTEN 0      50           0.0.0.0:28500     0.0.0.0:*     users:(("java",pid=90,fd=9))`,
			`LISTEN 0      128        127.0.0.1:`+nothing+`       0.0.0.0:*     users:(("cupsd",pid=91,fd=9))`)},
		{"name": "netstat", "start": "matrix/index.html", "rows": "tcp/22 1 sshd; tcp/990 1 java; udp/123 1", "text": lines(
			`Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name`,
			`tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      734/sshd: /usr/sbin`,
			`tcp6       0      0 :::990                  :::*                    LISTEN      1811/java`,
			`udp        0      0 0.0.0.0:123             0.0.0.0:*`)},
		{"name": "netstat of Windows", "start": "index.html", "rows": "tcp/445 1; tcp/443 2", "text": lines(
			`  TCP    0.0.0.0:445            0.0.0.0:0              LISTENING       4`,
			`  TCP    192.0.2.10:51234       203.0.113.7:443        ESTABLISHED     1200`,
			`  TCP    192.0.2.10:51235       203.0.113.7:443        TIME_WAIT       0`)},
		{"name": "nmap", "start": "ports/index.html", "rows": "tcp/21 1 ftp; tcp/990 1; tcp/" + nothing + " 1 unknown nothing", "text": lines(
			`PORT      STATE    SERVICE`, `21/tcp    open     ftp`, `990/tcp   filtered ftps`, nothing+`/tcp   open     unknown`)},
		{"name": "iptables", "start": "products/index.html", "rows": "tcp/990 2; udp/53 1", "text": lines(
			`Nov 21 10:00:00 fw kernel: DROP IN=eth0 OUT= SRC=203.0.113.7 DST=192.0.2.10 LEN=60 TTL=52 PROTO=TCP SPT=51000 DPT=990 SYN`,
			`Nov 21 10:00:01 fw kernel: DROP IN=eth0 OUT= SRC=203.0.113.8 DST=192.0.2.10 LEN=60 TTL=52 PROTO=TCP SPT=51001 DPT=990 SYN`,
			`Nov 21 10:00:02 fw kernel: DROP IN=eth0 OUT= SRC=203.0.113.7 DST=192.0.2.10 LEN=60 TTL=52 PROTO=UDP SPT=51002 DPT=53`)},
		{"name": "Cisco ASA", "start": "index.html", "rows": "tcp/990 1; tcp/22 1", "text": lines(
			`Nov 21 2026 10:00:00: %ASA-4-106023: Deny tcp src outside:203.0.113.7/51000 dst dmz:192.0.2.10/990 by access-group "outside_in" [0x0, 0x0]`,
			`Nov 21 2026 10:00:01: %ASA-6-302013: Built inbound TCP connection 1234 for outside:203.0.113.7/51001 (203.0.113.7/51001) to dmz:192.0.2.10/22 (192.0.2.10/22)`)},
		{"name": "Windows firewall", "start": "guides/index.html", "rows": "tcp/990 1; udp/53 1", "text": lines(
			`#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags`,
			`2026-11-21 10:00:00 DROP TCP 203.0.113.7 192.0.2.10 51000 990 60 S 1 0 64240 - - - RECEIVE`,
			`2026-11-21 10:00:01 ALLOW UDP 192.0.2.10 192.0.2.53 51001 53 0 - - - - - - - SEND`)},
	}
}

// TestLookup holds the lookup in Chromium, from a server below a path and from
// the disk: "/" on every kind of page, the panel and its keys, pasted lines,
// negative answers, and that nothing is loaded for it before it is used.
func TestLookup(t *testing.T) {
	t.Parallel()
	npm(t, "axe-core/axe.min.js")
	const below = "/docs/ports/"
	server := httptest.NewServer(http.StripPrefix(below, http.FileServer(http.Dir(ours.dir))))
	defer server.Close()
	row := ""
	for _, f := range product(t, &ours, "globalscape-eft").Flows {
		if f.Direction == "inbound" && f.PortsText == "tcp/28000-30000" {
			row = "products/globalscape-eft/index.html#" + f.ID
			break
		}
	}
	pages := []string{"index.html", "ports/index.html", "ports/tcp/443/index.html", "products/index.html", "products/moveit-transfer/index.html",
		"matrix/index.html", "compare/index.html", "services/sftp/index.html", "deployments/moveit-farm/index.html", "platforms/nftables/index.html",
		"products/liquidfiles/rules/nftables/index.html", "guides/index.html", "changes/index.html", "404.html"}
	nothing := undocumented(t)
	logs := pastes(nothing)
	bases := []string{server.URL + below, "file://" + ours.dir + "/"}
	done := inBrowser(t, "lookup.js", map[string]any{
		"bases": bases, "pages": pages, "product": "products/moveit-transfer/index.html", "products": len(files(t, ours.dir+"/api/v1/products", ".json")),
		"inside": "28500", "word": "eft", "range": "28000-30000", "row": row, "common": "443", "nothing": nothing, "pastes": logs,
	})
	if want := len(bases)*(7+len(pages)+len(logs)) + 6; len(done) != want {
		t.Errorf("%d steps of %d: %v", len(done), want, done)
	}
}
