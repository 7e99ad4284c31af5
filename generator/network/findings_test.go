package network_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/network"
)

// everything is a product with a flow of each sort that findings look for.
const everything = `
name = "Everything"
vendor = "V"
kind = "server"
summary = "s"
[endpoint.server]
name = "Server"
zone = "dmz"
self = true
[endpoint.users]
name = "Users"
zone = "internet"
[endpoint.partners]
name = "Partners"
zone = "partner"
[endpoint.database]
name = "Database"
zone = "internal"
[endpoint.updates]
name = "Updates"
zone = "internet"
[feature.directory]
name = "Directory"
[feature.ssl]
name = "TLS"
[flow.web]
service = "https"
from = ["users", "partners"]
to = "server"
ports = "tcp/443"
need = "required"
source = "d"
[flow.plain]
service = "http"
from = ["users", "partners"]
to = "server"
ports = "tcp/80"
need = "optional"
source = "d"
[flow.either]
service = "http"
from = "users"
to = "server"
ports = "tcp/8080"
need = "optional"
encryption = ["tls", "none"]
source = "d"
[flow.admin]
service = "ssh"
from = "partners"
to = "server"
ports = "tcp/22"
need = "optional"
source = "d"
[flow.shares]
service = "smb"
from = "users"
to = "server"
ports = "tcp/445"
need = "optional"
source = "d"
[flow.partner-shares]
service = "smb"
from = "partners"
to = "server"
ports = "tcp/445"
need = "optional"
source = "d"
[flow.range]
service = "ftps-data"
from = "users"
to = "server"
ports = "tcp/40000-50000"
need = "optional"
configurable = true
dynamic = true
source = "d"
[flow.database]
service = "mssql"
from = "server"
to = "database"
ports = "tcp/1433"
need = "required"
source = "d"
[flow.reports]
service = "https"
from = "users"
to = "database"
ports = "tcp/8443"
need = "optional"
source = "d"
[flow.old]
service = "ftps-explicit"
from = "users"
to = "server"
ports = "tcp/21"
need = "optional"
status = "obsolete"
source = "d"
[flow.directory]
service = "ldaps"
from = "server"
to = "database"
ports = "tcp/636"
need = "conditional"
feature = "directory+ssl"
source = "d"
[flow.updates]
service = "https"
from = "server"
to = "updates"
ports = "tcp/443"
need = "required"
source = "d"
[flow.no-admin]
service = "rdp"
from = "users"
to = "server"
ports = "tcp/3389"
need = "forbidden"
source = "d"
[source.d]
title = "Document"
publisher = "V"
`

const soundNetwork = `
name = "Sound"
[zone.partner]
cidr = "198.51.100.0/24"
[zone.dmz]
cidr = ["10.0.2.0/24", "2001:db8:2::/64"]
[zone.internal]
cidr = ["10.0.1.0/24", "2001:db8:1::/64"]
[firewall.edge]
name = "Edge"
zones = ["internet", "partner", "dmz"]
egress = "203.0.113.1"
[firewall.core]
name = "Core"
zones = ["dmz", "internal"]
[host.node]
zone = "dmz"
address = ["10.0.2.10", "2001:db8:2::10"]
public_address = "203.0.113.10"
plays = "p/server"
[host.database]
zone = "internal"
address = ["10.0.1.5", "2001:db8:1::5"]
plays = "p/database"
[product.p]
`

// findings are a network's, each with its line and what it is about.
func findings(t *testing.T, text, off string) []string {
	t.Helper()
	builtin := os.DirFS("../..")
	site := fstest.MapFS{}
	for name, text := range map[string]string{"data/products/p.toml": everything, "data/deployments/net.toml": text, "data/site.toml": "title = \"T\"\nbase_url = \"\"\n" + off} {
		site[name] = &fstest.MapFile{Data: []byte(text)}
	}
	var l diag.List
	c := load.Load(site, load.Options{Builtin: builtin}, &l).Catalog
	if c == nil || l.HasErrors() {
		t.Fatal(l.Sorted())
	}
	n := network.Resolve(c, c.Deployment("net"), &l)
	if l.HasErrors() {
		t.Fatal(l.Sorted())
	}
	var out []string
	lines := strings.Split(text, "\n")
	for _, f := range network.Findings(c, n) {
		about := ""
		if f.Row != nil {
			about = " row " + f.Row.Anchor()
		}
		if f.Firewall != nil {
			about += " firewall " + f.Firewall.ID
		}
		if f.Host != nil {
			about += " host " + f.Host.ID
		}
		if f.Severity != diag.Warning || f.Text == "" || f.Hint == "" {
			t.Errorf("%+v", f.Diagnostic)
		}
		out = append(out, f.Code+about+" @ "+lines[f.Pos.Line-1])
	}
	return out
}

func TestFindings(t *testing.T) {
	seen := map[string]bool{}
	change := func(pairs ...string) string {
		text := soundNetwork
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(text, pairs[i]) {
				t.Fatalf("no %q to replace", pairs[i])
			}
			text = strings.Replace(text, pairs[i], pairs[i+1], 1)
		}
		return text
	}
	flows := func(list string) string { return soundNetwork + "flows = [" + list + "]\n" }
	for _, k := range []struct {
		name, text string
		want       []string
	}{
		{"sound", soundNetwork, nil},
		{"clear text", flows(`"plain"`), []string{`exposed-cleartext row p.plain @ flows = ["plain"]`}},
		{"either way is not clear text", flows(`"either"`), nil},
		{"administration", flows(`"admin"`), []string{`exposed-administration row p.admin @ flows = ["admin"]`}},
		{"a share", flows(`"shares"`), []string{`exposed-backend row p.shares @ flows = ["shares"]`}},
		{"a share of partners", flows(`"partner-shares"`), nil},
		{"a wide range", flows(`"range"`), []string{`exposed-range row p.range @ flows = ["range"]`}},
		{"a range made smaller", flows(`"range"`) + "ports = { range = \"tcp/40000-40099\" }\n", nil},
		{"into the inside", change(`address = ["10.0.1.5", "2001:db8:1::5"]`, `address = ["10.0.1.5", "2001:db8:1::5"]`+"\npublic_address = \"203.0.113.5\"") + `flows = "reports"`,
			[]string{`exposed-inside row p.reports @ flows = "reports"`}},
		{"a whole zone", change(`plays = "p/database"`, ``, `cidr = ["10.0.1.0/24", "2001:db8:1::/64"]`, `cidr = ["10.0.1.0/24", "2001:db8:1::/64"]`+"\nplays = \"p/database\""),
			[]string{"zone-opened row p.database @ [product.p]", "host-idle host database @ [host.database]"}},
		{"an obsolete flow", flows(`"old"`), []string{`flow-discouraged row p.old @ flows = ["old"]`}},
		{"no public address", change(`public_address = "203.0.113.10"`, ``, `["10.0.2.10", "2001:db8:2::10"]`, `"10.0.2.10"`, `, "2001:db8:2::/64"`, ``),
			[]string{`public-address-missing row p.web host node @ address = "10.0.2.10"`}},
		{"a public address for nothing", change(`address = ["10.0.1.5", "2001:db8:1::5"]`, `address = ["10.0.1.5", "2001:db8:1::5"]`+"\npublic_address = \"203.0.113.5\""),
			[]string{`public-address-idle host database @ public_address = "203.0.113.5"`}},
		{"no egress", change(`egress = "203.0.113.1"`, ``), []string{"egress-missing row p.updates firewall edge @ [firewall.edge]"}},
		{"no egress is wanted of public addresses", change(`egress = "203.0.113.1"`, ``, `public_address = "203.0.113.10"`, ``, "10.0.2.10", "192.0.2.10", "10.0.2.0", "192.0.2.0"), nil},
		{"a family missing", change(`["10.0.2.10", "2001:db8:2::10"]`, `"10.0.2.10"`), []string{`family-missing row p.database host node @ address = "10.0.2.10"`}},
		{"a family that the zone has not", change(`["10.0.1.5", "2001:db8:1::5"]`, `"10.0.1.5"`, `["10.0.1.0/24", "2001:db8:1::/64"]`, `"10.0.1.0/24"`), nil},
		{"a feature that does nothing", soundNetwork + `features = "directory"`, []string{`feature-idle @ features = "directory"`}},
		{"and one that does", soundNetwork + `features = ["directory", "ssl"]`, nil},
		{"a firewall that nothing crosses", soundNetwork + "[firewall.spare]\nname = \"Spare\"\nzones = [\"internal\", \"management\"]\n", []string{"firewall-idle firewall spare @ [firewall.spare]"}},
		{"a host without a part", soundNetwork + "[host.spare]\nzone = \"dmz\"\naddress = \"10.0.2.99\"\n", []string{"host-idle host spare @ [host.spare]"}},
	} {
		got := findings(t, k.text, "")
		if diff := cmp.Diff(k.want, got); diff != "" {
			t.Errorf("%s:\n%s", k.name, diff)
		}
		for _, x := range k.want {
			code, _, _ := strings.Cut(x, " ")
			seen[code] = true
		}
	}
	for _, code := range network.FindingCodes() {
		if !seen[code] {
			t.Errorf("nothing finds %s", code)
		}
		if !slices.Contains(catalog.WarningCodes(), code) {
			t.Errorf("%s cannot be turned off", code)
		}
	}
	if got := findings(t, flows(`"plain"`), `warnings_off = "exposed-cleartext"`); len(got) > 0 {
		t.Errorf("turned off: %v", got)
	}
}

// The services that findings know the nature of are those of the vocabulary.
func TestClassified(t *testing.T) {
	var l diag.List
	c := load.Load(fstest.MapFS{"data/site.toml": {Data: []byte("title = \"T\"\nbase_url = \"\"\n")}}, load.Options{Builtin: os.DirFS("../..")}, &l).Catalog
	for _, id := range network.Classified() {
		if c.Service(id) == nil {
			t.Errorf("no service %q", id)
		}
	}
}
