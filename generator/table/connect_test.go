package table_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/table"
	"portolan/generator/table/tabletest"
)

// pairFiles are a client and a server whose documents differ in everything
// that documents can differ in.
var pairFiles = map[string]string{
	"services": `
[service]
ftps-explicit = { name = "FTPS" }
ftps-data = { name = "FTPS data" }
sftp = { name = "SFTP" }
ldap = { name = "LDAP" }
`,
	"zones": `
[zone]
internet = { name = "Internet" }
partner = { name = "Partner" }
dmz = { name = "DMZ" }
internal = { name = "Internal" }
`,
	"products/gull": `
name = "Gull"
vendor = "V"
kind = "client"
summary = "s"
reviewed = 2026-03-01
[endpoint]
me = { name = "Gull", zone = "dmz", self = true }
peer = { name = "Server", zone = "partner" }
[feature]
ftps = { name = "FTPS", default = true }
active = { name = "Active mode" }
sftp = { name = "SFTP" }
[flow.control]
service = "ftps-explicit"
from = "me"
to = "peer"
ports = "tcp/21"
need = "conditional"
feature = "ftps"
configurable = true
setting = "Settings > Port"
encryption = "starttls"
related = ["passive", "active"]
source = "faq#Ports"
[flow.passive]
service = "ftps-data"
from = "me"
to = "peer"
ports = "tcp/2000-2100"
ports_from = "peer"
need = "conditional"
feature = "ftps"
source = "faq#Ports"
[flow.active]
service = "ftps-data"
from = "peer"
to = "me"
ports = "tcp/*"
source_ports = "tcp/20"
dynamic = true
need = "conditional"
feature = "ftps+active"
status = "discouraged"
source = "faq#Ports"
[flow.sftp]
service = "sftp"
from = "me"
to = "peer"
ports = "tcp/?"
need = "conditional"
feature = "sftp"
source = "faq"
[source.faq]
title = "Questions"
publisher = "V"
url = "https://v.example/faq"
`,
	"products/harbours": `
name = "Harbours"
vendor = "W"
kind = "server"
summary = "s"
reviewed = 2026-02-01
[endpoint]
node = { name = "Node", zone = "internal", self = true }
users = { name = "Users", zone = "internal" }
[flow.control]
service = "ftps-explicit"
from = "users"
to = "node"
ports = "tcp/8021"
need = "required"
configurable = true
setting = "node.conf"
allowed = "tcp/1024-65535"
encryption = "tls"
related = ["range", "active"]
source = "guide#FTP"
[flow.range]
service = "ftps-data"
from = "users"
to = "node"
ports = "tcp/3000-3100"
need = "required"
configurable = true
setting = "node.conf"
source = "guide#FTP"
[flow.active]
service = "ftps-data"
from = "node"
to = "users"
ports = "tcp/*"
dynamic = true
need = "optional"
status = "discouraged"
source = "guide#FTP"
[flow.sftp]
service = "sftp"
from = "users"
to = "node"
ports = "tcp/22"
need = "required"
source = "guide#SFTP"
[source.guide]
title = "Guide"
publisher = "W"
`,
}

func pairCatalog(t *testing.T, replace ...string) *catalog.Catalog {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range pairFiles {
		files["data/"+name+".toml"] = &fstest.MapFile{Data: []byte(strings.NewReplacer(replace...).Replace(text))}
	}
	var l diag.List
	c := load.Load(files, load.Options{Known: catalog.Known{}}, &l).Catalog
	if c == nil || l.HasErrors() {
		t.Fatal(l.Sorted())
	}
	return c
}

func TestConnect(t *testing.T) {
	g := tabletest.NewGoldens(t)
	c := pairCatalog(t)
	pairs := network.Pairs(c)
	if len(pairs) != 1 {
		t.Fatalf("%d pairs", len(pairs))
	}
	g.Check("connect.txt", tabletest.Dump(table.Connect(c, &pairs[0], table.ConnectOptions{})))
	usual := table.Connect(c, &pairs[0], table.ConnectOptions{Usual: true, KeepEmpty: true})
	if len(usual.Groups) != 1 || usual.Groups[0].ID != "usual" || usual.Column("source_ports") < 0 {
		t.Errorf("the usual rows alone: groups %v, columns %v", usual.Groups, usual.Columns)
	}
}

// Whose passive range counts, however silent the documents are.
func TestRangeText(t *testing.T) {
	const peer, range_ = "ports = \"tcp/2000-2100\"\nports_from = \"peer\"", "ports = \"tcp/3000-3100\"\nneed = \"required\"\nconfigurable = true\nsetting = \"node.conf\""
	for _, k := range []struct{ name, client, server, want string }{
		{"an example of its own", peer, range_, "Harbours' range counts: tcp/3000-3100. tcp/2000-2100 in Gull's document does not. It can be changed (node.conf); then the new one counts on both sides."},
		{"left to the server", "ports = \"tcp/?\"\nports_from = \"peer\"", "ports = \"tcp/3000-3100\"\nneed = \"required\"", "Harbours' range counts: tcp/3000-3100. Gull's document leaves it to the server."},
		{"not named", "ports = \"tcp/?\"", "ports = \"tcp/3000-3100\"\nneed = \"required\"", "Harbours' range counts: tcp/3000-3100. Gull's document names none."},
		{"the same", "ports = \"tcp/3000-3100\"", "ports = \"tcp/3000-3100\"\nneed = \"required\"", "Harbours' range counts: tcp/3000-3100. Gull's document has the same."},
		{"only the client's", "ports = \"tcp/2000-2100\"", "ports = \"tcp/?\"\nneed = \"required\"", "Harbours' range counts, but its document states none; tcp/2000-2100 is from Gull's. Ask the administrator of Harbours."},
		{"neither", "ports = \"tcp/?\"", "ports = \"tcp/?\"\nneed = \"required\"", "Neither document states the passive range. Harbours' counts: ask its administrator."},
	} {
		p := network.Pairs(pairCatalog(t, peer, k.client, range_, k.server))[0]
		for i := range p.Links {
			if l := &p.Links[i]; l.Passive() {
				if diff := cmp.Diff(k.want, table.RangeText(&p, l)); diff != "" {
					t.Errorf("%s: %s", k.name, diff)
				}
			}
		}
	}
}
