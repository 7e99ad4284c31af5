package network_test

import (
	"fmt"
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

const vocabulary = `
[service.https]
name = "HTTPS"
[service.sftp]
name = "SFTP"
[service.smb]
name = "SMB"
[service.ldap]
name = "LDAP"
`

const zoneFile = `
[zone.internet]
name = "Internet"
[zone.partner]
name = "Partner"
[zone.dmz]
name = "DMZ"
[zone.internal]
name = "Internal"
[zone.management]
name = "Management"
`

const server = `
name = "Server"
vendor = "V"
kind = "server"
summary = "s"
versions = ["1", "2", "3"]
[endpoint.server]
name = "Server"
zone = "dmz"
self = true
many = true
[endpoint.users]
name = "Users"
zone = "any"
[endpoint.outsiders]
name = "Internet"
zone = "internet"
[endpoint.ldap]
name = "LDAP server"
zone = "internal"
[endpoint.updates]
name = "Updates"
zone = "internet"
[feature.ldap]
name = "LDAP"
[feature.web]
name = "Web"
default = true
[feature.fast]
name = "Fast"
group = "speed"
default = true
[feature.slow]
name = "Slow"
group = "speed"
[flow.https]
service = "https"
from = "users"
to = "server"
ports = "tcp/443"
need = "required"
configurable = true
source = "d"
[flow.sftp]
service = "sftp"
from = "users"
to = "server"
ports = "tcp/22"
need = "optional"
configurable = true
source = "d"
[flow.ldap]
service = "ldap"
from = "server"
to = "ldap"
ports = "tcp/389"
need = "conditional"
feature = "ldap"
source = "d"
[flow.both]
service = "https"
from = "server"
to = "updates"
ports = "tcp/8443"
need = "required"
feature = ["web+slow", "ldap+fast"]
source = "d"
[flow.old]
service = "https"
from = "users"
to = "server"
ports = "tcp/8080"
need = "required"
until = "2"
source = "d"
[flow.farm]
service = "smb"
from = "server"
to = "server"
ports = "tcp/445"
need = "required"
source = "d"
[flow.no-smb]
service = "smb"
from = "outsiders"
to = "server"
ports = "tcp/445"
need = "forbidden"
source = "d"
[source.d]
title = "Document"
publisher = "V"
`

const smb = `
name = "Shares"
vendor = "V"
kind = "server"
summary = "s"
[endpoint.share]
name = "Share"
zone = "dmz"
self = true
[endpoint.all]
name = "Everybody"
zone = "any"
[flow.smb]
service = "smb"
from = "all"
to = "share"
ports = "tcp/445"
need = "required"
source = "d"
[flow.web]
service = "https"
from = "all"
to = "share"
ports = "tcp/443"
need = "optional"
configurable = true
source = "d"
[source.d]
title = "Document"
publisher = "V"
`

// open loads the two products and, where given, a network.
func open(t *testing.T, deployment string) (*catalog.Catalog, *diag.List) {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range map[string]string{"services": vocabulary, "zones": zoneFile, "products/server": server, "products/smb": smb} {
		files["data/"+name+".toml"] = &fstest.MapFile{Data: []byte(text)}
	}
	if deployment != "" {
		files["data/deployments/net.toml"] = &fstest.MapFile{Data: []byte(deployment)}
	}
	var l diag.List
	r := load.Load(files, load.Options{Known: catalog.Known{Platforms: []string{"nftables"}}}, &l)
	if r.Catalog == nil {
		t.Fatal(l.Sorted())
	}
	return r.Catalog, &l
}

func TestSelect(t *testing.T) {
	c, _ := open(t, "")
	for _, k := range []struct {
		name   string
		choice network.Choice
		flows  string
		faults string
	}{
		{"defaults of the newest", network.Choice{}, "https farm no-smb", ""},
		{"an older version", network.Choice{Version: "2"}, "https old farm no-smb", ""},
		{"a feature", network.Choice{Features: []string{"ldap"}}, "https ldap both farm no-smb", ""},
		{"any of the conditions", network.Choice{Features: []string{"slow"}}, "https both farm no-smb", ""},
		{"a member of a group switches the others off", network.Choice{Features: []string{"slow", "ldap"}}, "https ldap both farm no-smb", ""},
		{"a default taken out", network.Choice{Features: []string{"ldap", "-fast"}}, "https ldap farm no-smb", ""},
		{"two of a group", network.Choice{Features: []string{"slow", "fast"}}, "https both farm no-smb", "features[1] group-conflict"},
		{"a flow asked for and one refused", network.Choice{Flows: []string{"sftp", "-https"}}, "sftp farm no-smb", ""},
		{"a forbidden flow cannot be refused", network.Choice{Flows: []string{"-no-smb"}}, "https farm no-smb", ""},
		{"all", network.Choice{All: true}, "https sftp ldap both farm no-smb", ""},
		{"unknown names", network.Choice{Version: "9", Features: []string{"ldpa"}, Flows: []string{"-x"}}, "https farm no-smb",
			"version[0] unknown-version; features[0] unknown-feature; flows[0] unknown-flow"},
	} {
		s, faults := network.Select(c.Product("server"), k.choice)
		var got, told []string
		for _, f := range s.Flows {
			got = append(got, f.ID)
		}
		for _, f := range faults {
			told = append(told, fmt.Sprintf("%s[%d] %s", f.List, f.Index, f.Code))
		}
		if diff := cmp.Diff(k.flows, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", k.name, diff)
		}
		if diff := cmp.Diff(k.faults, strings.Join(told, "; ")); diff != "" {
			t.Errorf("%s: %s", k.name, diff)
		}
	}
}

func TestSelectForbidden(t *testing.T) {
	p := &catalog.Product{
		Features: []catalog.Feature{{ID: "relay"}},
		Flows: []catalog.Flow{
			{ID: "never", Need: catalog.Forbidden},
			{ID: "not-beside-relay", Need: catalog.Forbidden, Conditions: [][]string{{"relay"}}},
		},
	}
	for _, k := range []struct {
		name   string
		choice network.Choice
		want   string
	}{
		{"its feature is off", network.Choice{}, "never"},
		{"on", network.Choice{Features: []string{"relay"}}, "never not-beside-relay"},
		{"all are on", network.Choice{All: true}, "never not-beside-relay"},
		{"nobody asks for one", network.Choice{Flows: []string{"not-beside-relay"}}, "never"},
		{"nobody refuses one", network.Choice{Features: []string{"relay"}, Flows: []string{"-not-beside-relay"}}, "never not-beside-relay"},
	} {
		s, _ := network.Select(p, k.choice)
		var got []string
		for _, f := range s.Flows {
			got = append(got, f.ID)
		}
		if diff := cmp.Diff(k.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", k.name, diff)
		}
	}
}

const twoFirewalls = `
name = "Two firewalls"
[zone.dmz]
cidr = ["192.0.2.0/24", "2001:db8:1::/64"]
[zone.internal]
cidr = "10.0.0.0/16"
[firewall.edge]
name = "Edge"
zones = ["internet", "dmz"]
platform = "nftables"
[firewall.inner]
name = "Inner"
zones = ["dmz", "internal"]
[host.node]
zone = "dmz"
address = ["192.0.2.10", "2001:db8:1::10"]
public_address = "203.0.113.10"
plays = "server/server"
[host.directory]
zone = "internal"
address = "10.0.0.5"
plays = "server/ldap"
[product.server]
features = "ldap"
`

func links(n *network.Network) []string {
	var out []string
	party := func(p network.Party) string {
		if len(p.Hosts) > 0 {
			return p.Hosts[0].ID
		}
		return p.Zone
	}
	for _, l := range n.Links {
		var chain []string
		for _, f := range l.Chain {
			chain = append(chain, f.ID)
		}
		out = append(out, fmt.Sprintf("%s %s>%s %s [%s]", l.Flow.ID, party(l.From), party(l.To), l.Ports, strings.Join(chain, " ")))
	}
	return out
}

func TestResolve(t *testing.T) {
	c, l := open(t, twoFirewalls)
	n := network.Resolve(c, c.Deployment("net"), l)
	for _, d := range l.Sorted() {
		if d.Severity == diag.Error {
			t.Error(d)
		}
	}
	want := []string{
		"https internet>node tcp/443 [edge]",
		"https dmz>node tcp/443 []",
		"https internal>node tcp/443 [inner]",
		"ldap node>directory tcp/389 [inner]",
		"both node>internet tcp/8443 [edge]",
		"farm node>node tcp/445 []",
		"no-smb internet>node tcp/445 [edge]",
	}
	if diff := cmp.Diff(want, links(n)); diff != "" {
		t.Error(diff)
	}
	if f := n.Translator(c, c.Deployment("net").Host("node")); f == nil || f.ID != "edge" {
		t.Errorf("translator %v", f)
	}
}

func TestRows(t *testing.T) {
	c, l := open(t, twoFirewalls)
	n := network.Resolve(c, c.Deployment("net"), l)
	var got []string
	for _, r := range n.Rows() {
		got = append(got, fmt.Sprint(r.Number, " ", r.Anchor(), " ", len(r.Links)))
	}
	want := []string{"1 server.https 3", "2 server.ldap 1", "3 server.both 1", "4 server.farm 1", "5 server.no-smb 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// faults runs a changed network and returns the codes of its errors, with
// their lines' text so that a place is held too.
func faults(t *testing.T, text string) []string {
	t.Helper()
	c, l := open(t, text)
	network.Resolve(c, c.Deployment("net"), l)
	var out []string
	lines := strings.Split(text, "\n")
	for _, d := range l.Sorted() {
		if strings.HasPrefix(d.Pos.File, "data/deployments/") {
			out = append(out, d.Code+" @ "+lines[d.Pos.Line-1])
		}
	}
	return out
}

func TestFaults(t *testing.T) {
	replace := func(old, by string) string {
		if !strings.Contains(twoFirewalls, old) {
			t.Fatalf("no %q to replace", old)
		}
		return strings.Replace(twoFirewalls, old, by, 1)
	}
	second := "\n[host.share]\nzone = \"dmz\"\naddress = \"192.0.2.11\"\nplays = \"smb/share\"\n[product.smb]\n"
	for _, k := range []struct {
		name, text string
		want       []string
	}{
		{"sound", twoFirewalls, nil},
		{"no firewall inwards", replace(`zones = ["dmz", "internal"]`, `zones = ["internet", "dmz"]`), []string{
			"no-path @ [product.server]", "no-path @ [product.server]", "ambiguous-path @ [product.server]", "ambiguous-path @ [product.server]"}},
		{"named with via", replace(`features = "ldap"`, `features = "ldap"`+"\nvia = { https = \"edge\", both = \"edge\" }\n[firewall.second]\nname = \"Second\"\nzones = [\"internet\", \"dmz\"]"), nil},
		{"nobody listens", replace(`plays = "server/ldap"`, ``), []string{"missing-address @ [product.server]"}},
		{"outside its zone", replace(`"192.0.2.10", `, `"192.0.3.10", `), []string{`address-outside-zone @ address = ["192.0.3.10", "2001:db8:1::10"]`}},
		{"an address twice", replace(`"10.0.0.5"`, `["10.0.0.5", "10.0.0.5"]`), []string{`duplicate-address @ address = ["10.0.0.5", "10.0.0.5"]`}},
		{"overlapping zones", replace(`"10.0.0.0/16"`, `["10.0.0.0/16", "192.0.2.128/25"]`), []string{`zone-overlap @ cidr = ["10.0.0.0/16", "192.0.2.128/25"]`}},
		{"unknown role", replace(`"server/ldap"`, `"server/lapd"`), []string{`missing-address @ [product.server]`, `unknown-role @ plays = "server/lapd"`}},
		{"unknown platform", replace(`"nftables"`, `"nftable"`), []string{`unknown-platform @ platform = "nftable"`}},
		{"two of a group", replace(`features = "ldap"`, `features = ["ldap", "slow", "fast"]`), []string{`group-conflict @ features = ["ldap", "slow", "fast"]`}},
		{"two listeners on one port", replace(`plays = "server/server"`, `plays = ["server/server", "smb/share"]`) + "[product.smb]\nflows = \"web\"\n", []string{
			"forbidden-open @ [product.smb]", "port-conflict @ [host.node]", "port-conflict @ [host.node]"}},
		{"a changed port meets another", replace(`features = "ldap"`, `features = "ldap"`+"\nflows = \"sftp\"\nports = { https = \"tcp/22\" }"), []string{`port-conflict @ [host.node]`}},
		{"two products ask one directory", twoFirewalls + "[product.second]\nproduct = \"server\"\nfeatures = \"ldap\"\n" +
			"[host.other]\nzone = \"dmz\"\naddress = \"192.0.2.12\"\nplays = \"second/server\"\n[host.both]\nzone = \"internal\"\naddress = \"10.0.0.9\"\nplays = [\"second/ldap\", \"server/ldap\"]\n", nil},
		{"its own host may share", twoFirewalls + second, nil},
		{"a forbidden flow is open", strings.Replace(twoFirewalls, `plays = "server/server"`, `plays = ["server/server", "smb/share"]`, 1) + "[product.smb]\n", []string{
			"forbidden-open @ [product.smb]", "port-conflict @ [host.node]"}},
	} {
		got := faults(t, k.text)
		slices.Sort(got)
		slices.Sort(k.want)
		if diff := cmp.Diff(k.want, got); diff != "" {
			t.Errorf("%s:\n%s", k.name, diff)
		}
	}
}
