package site_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"portolan/generator/diag"
	"portolan/generator/site"
)

// twoSides asks a partner's machine and opens a clear-text flow, each side
// behind a firewall that translates.
const twoSides = `
name = "Two sides"
[zone.partner]
cidr = "172.16.5.0/24"
[zone.dmz]
cidr = "10.0.0.0/24"
[firewall.edge]
name = "Edge"
zones = ["internet", "dmz"]
egress = "203.0.113.1"
[firewall.theirs]
name = "Theirs"
zones = ["internet", "partner"]
[host.server]
zone = "dmz"
address = "10.0.0.5"
public_address = "203.0.113.5"
plays = ["p/server", "p/users"]
[host.archive]
name = "Archive"
zone = "partner"
address = "172.16.5.9"
public_address = "198.51.100.9"
plays = "p/archive"
[product.p]
`

// TestNetworkPage: what a network's page says of its rows, addresses and findings.
func TestNetworkPage(t *testing.T) {
	flows := `
[endpoint.archive]
name = "Archive"
zone = "partner"
[flow.store]
service = "ftp"
from = "server"
to = "archive"
ports = "tcp/21"
need = "required"
source = "d"
[flow.fetch]
service = "ftp"
from = "archive"
to = "server"
ports = "tcp/2121"
carries = "web"
need = "required"
encryption = ["none"]
source = "d"
`
	files := fstest.MapFS{
		"data/products/p.toml":        {Data: []byte(product + flows)},
		"data/deployments/sides.toml": {Data: []byte(twoSides)},
	}
	var list diag.List
	s, err := site.Open(site.Source{Files: files, Builtin: os.DirFS("../..")}, &list)
	if err != nil || s == nil {
		t.Fatal(err, list.Sorted())
	}
	told := ""
	for _, d := range list.Sorted() {
		if strings.HasPrefix(d.Pos.File, "data/deployments/") {
			told += d.String() + "\n"
		}
	}
	if !strings.Contains(told, "sides.toml:25:1: warning: flow \"fetch\" on tcp/2121 comes in clear text from \"Partner\"") {
		t.Errorf("the check says %s", told)
	}
	page := ""
	for _, o := range s.Plan() {
		if o.Path == "deployments/sides/index.html" {
			text, err := o.Render(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			page = string(text)
		}
	}
	if !strings.Contains(told, "private addresses go out through firewall \"theirs\" to zone \"Internet\"") {
		t.Errorf("the check says %s", told)
	}
	for what, text := range map[string]string{
		"a finding with its row":       `<a href="#p.fetch">Connection 3</a> <code>exposed-cleartext</code>`,
		"a row that can be pointed at": `<tr id="p.store" class="need-required"><th scope="row"><a class="no" href="#p.store" aria-label="Connection 2">2</a>`,
		"what a tunnel carries":        `<span class="sub">Carries <a class="no" href="#p.web" aria-label="Connection 1">1</a>; no rule from Server (DMZ) to Archive (Partner) is needed for that.</span>`,
		"what goes on inside one":      `<span class="sub">Goes on inside <a class="no" href="#p.fetch" aria-label="Connection 3">3</a>, opened by Archive (Partner); no rule from Server (DMZ) to Archive (Partner) is needed for it.</span>`,
		"both firewalls":               `<a href="#edge">Edge</a>, then <a href="#theirs">Theirs</a>`,
		"a citation":                   `href="../../products/p/index.html#source.d">D</a>`,
		"what a public address is for": `<code>198.51.100.9</code></th><td><code>172.16.5.9</code></td><td><a class="end" href="#archive">Archive</a></td>`,
		"what the own firewall sees":   `Archive <code>198.51.100.9</code> <span class="zone">Partner</span>`,
		"what the other one sees":      `<span class="sub">shown as <code>203.0.113.1</code></span>`,
		"what it translates":           `Archive <code>198.51.100.9</code> <span class="to" role="img" aria-label="translated to">→</span> <code>172.16.5.9</code>`,
		"what a host does":             `<summary>server: 2 in, 2 out</summary>`,
	} {
		if !strings.Contains(page, text) {
			t.Errorf("%s: no %s", what, text)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
}
