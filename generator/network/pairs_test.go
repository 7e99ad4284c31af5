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

const talkServices = `
[service]
https = { name = "HTTPS" }
sftp = { name = "SFTP", ports = "tcp/22" }
s3 = { name = "S3 object storage" }
ftps-explicit = { name = "FTPS" }
ftps-data = { name = "FTPS data" }
ldap = { name = "LDAP" }
ldaps = { name = "LDAPS" }
dns = { name = "DNS" }
smtp = { name = "SMTP" }
`

const talkZones = `
[zone]
internet = { name = "Internet" }
partner = { name = "Partner" }
dmz = { name = "DMZ" }
internal = { name = "Internal" }
cloud = { name = "Cloud" }
`

// talker makes a product's file: endpoints as "id zone name" ("*" before the
// id: its own; "@" before the zone: with a name of its own), flows as "id
// service from to ports" and further keys after " | ".
func talker(name, vendor, document string, endpoints, flows []string, features ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "name = %q\nvendor = %q\nkind = \"server\"\nsummary = \"s\"\n[source.d]\ntitle = \"D\"\npublisher = \"P\"\nurl = %q\n", name, vendor, document)
	for _, f := range features {
		id, on := strings.CutSuffix(f, "!")
		fmt.Fprintf(&b, "[feature.%s]\nname = %q\ndefault = %v\n", id, id, on)
	}
	for _, e := range endpoints {
		part := strings.SplitN(e, " ", 3)
		id, self := strings.CutPrefix(part[0], "*")
		zone, named := strings.CutPrefix(part[1], "@")
		fmt.Fprintf(&b, "[endpoint.%s]\nname = %q\nzone = %q\nself = %v\n", id, part[2], zone, self)
		if named {
			b.WriteString("fqdn = \"api.example.org\"\n")
		}
	}
	for _, f := range flows {
		f, more, _ := strings.Cut(f, " | ")
		part := strings.SplitN(f, " ", 5)
		fmt.Fprintf(&b, "[flow.%s]\nservice = %q\nfrom = %q\nto = %q\nports = %q\nsource = \"d\"\n%s\n", part[0], part[1], part[2], part[3], part[4], strings.ReplaceAll(more, "; ", "\n"))
		if !strings.Contains(more, "need") {
			b.WriteString("need = \"required\"\n")
		}
	}
	return b.String()
}

// talks loads products and returns their pairs, a link a line: what each
// flow is called, the ports, "<" where the server opens it, "*" where it is
// usual, and what the documents differ in.
func talks(t *testing.T, products map[string]string) []string {
	t.Helper()
	files := fstest.MapFS{"data/services.toml": {Data: []byte(talkServices)}, "data/zones.toml": {Data: []byte(talkZones)}}
	for slug, text := range products {
		files["data/products/"+slug+".toml"] = &fstest.MapFile{Data: []byte(text)}
	}
	var l diag.List
	r := load.Load(files, load.Options{Known: catalog.Known{}}, &l)
	if r.Catalog == nil || len(r.Catalog.Products) != len(products) {
		t.Fatal(l.Sorted())
	}
	matters := [...]string{"ports", "transports", "source ports", "protection", "place"}
	var out []string
	for _, p := range network.Pairs(r.Catalog) {
		for _, l := range p.Links {
			line := fmt.Sprintf("%s: %s %s %s", p.Slug(), l.Client.ID, l.Server.ID, l.Ports)
			if !l.SourcePorts.IsZero() {
				line += " from " + l.SourcePorts.String()
			}
			if l.Back {
				line += " <"
			}
			if l.Usual {
				line += " *"
			}
			for _, d := range l.Disagreements {
				line += " !" + matters[d.About]
			}
			out = append(out, line)
		}
	}
	return out
}

var store = talker("Store", "S", "https://s.example/ports",
	[]string{"*node dmz Node", "client any SFTP clients"}, []string{"sftp sftp client node tcp/2222 | configurable = true"})

// Which products meet, and which must not.
func TestWhoMeets(t *testing.T) {
	sender := func(zone, name, service string) string {
		return talker("Sender", "V", "https://v.example/", []string{"*me internal Sender", "peer " + zone + " " + name}, []string{"out " + service + " me peer tcp/22"})
	}
	server := func(service, zone string, callers ...string) string {
		return talker("Store", "S", "https://s.example/", append([]string{"*node " + zone + " Node"}, callers...), []string{"in " + service + " caller node tcp/22"})
	}
	for _, k := range []struct {
		name, sender, store string
		want                bool
	}{
		{"anybody's client and anybody's server", sender("partner", "Server", "sftp"), server("sftp", "dmz", "caller any Clients"), true},
		{"another service", sender("partner", "Server", "smtp"), server("sftp", "dmz", "caller any Clients"), false},
		{"a server with a name of its own", sender("@partner", "Server", "sftp"), server("sftp", "dmz", "caller any Clients"), false},
		{"a client with a name of its own", sender("partner", "Server", "sftp"), server("sftp", "dmz", "caller @any Clients"), false},
		{"a server of the same make", sender("partner", "Sender cloud", "sftp"), server("sftp", "dmz", "caller any Clients"), false},
		{"a client of the vendor", sender("partner", "Server", "sftp"), server("sftp", "dmz", "caller any S sync"), false},
		{"HTTPS between strangers", sender("partner", "Server", "https"), server("https", "dmz", "caller any Clients"), false},
		{"HTTPS to a server by name", sender("partner", "Store", "https"), server("https", "dmz", "caller any Clients"), true},
		{"HTTPS from a client by name", sender("partner", "Server", "https"), server("https", "dmz", "caller any Sender"), true},
		{"a name inside a word", sender("partner", "Storehouse", "https"), server("https", "dmz", "caller any Clients"), false},
		{"HTTPS to what is named for the service", sender("partner", "Object storage", "https"), server("s3", "dmz", "caller any Clients"), true},
		{"HTTPS to something else", sender("partner", "Server", "https"), server("s3", "dmz", "caller any Clients"), false},
		{"a directory in its zone", sender("internal", "Directory", "ldap"), server("ldap", "internal", "caller internal Members"), true},
		{"a relay in another zone", sender("internet", "Relay", "smtp"), server("smtp", "dmz", "caller any Everybody"), false},
		{"a relay by name", sender("internet", "Store", "smtp"), server("smtp", "dmz", "caller any Everybody"), true},
	} {
		got := talks(t, map[string]string{"sender": k.sender, "store": k.store})
		if (len(got) == 1) != k.want || len(got) > 1 {
			t.Errorf("%s: %q", k.name, got)
		}
	}
}

// What may transfer files beside what it is for calls only those it names.
func TestCarriers(t *testing.T) {
	client := func(peer string, flows ...string) string {
		return talker("Sender", "V", "https://v.example/", []string{"*me internal Sender", "peer internal " + peer, "users any Users"}, flows, "snapshots", "archive!")
	}
	const asked = " | need = \"conditional\"; feature = \"snapshots\""
	for _, k := range []struct {
		name, client string
		want         int
	}{
		{"only if a feature asks for it", client("Snapshots", "out sftp me peer tcp/22"+asked), 0},
		{"only by hand", client("Snapshots", "out sftp me peer tcp/22 | need = \"optional\""), 0},
		{"by name", client("Store", "out sftp me peer tcp/22"+asked), 1},
		{"as it comes", client("Snapshots", "out sftp me peer tcp/22 | need = \"conditional\"; feature = \"archive\""), 1},
		{"by several services", client("Snapshots", "out sftp me peer tcp/22"+asked, "more s3 me peer tcp/443"+asked), 1},
		{"twice by one", client("Snapshots", "out sftp me peer tcp/22"+asked, "more sftp me peer tcp/2022"+asked), 0},
		{"it is called too", client("Snapshots", "out sftp me peer tcp/22"+asked, "in s3 users me tcp/443"), 1},
	} {
		if got := talks(t, map[string]string{"sender": k.client, "store": store}); len(got) != k.want {
			t.Errorf("%s: %q", k.name, got)
		}
	}
}

// A party named for a third product is nobody else, and a bare service meets
// only the party that was named.
func TestThirdParties(t *testing.T) {
	sender := talker("Sender", "V", "https://v.example/",
		[]string{"*me internal Sender", "mine dmz Vault server", "other cloud Cloud drive", "any partner SFTP server"},
		[]string{"web https me mine tcp/443", "drive https me other tcp/443", "sftp sftp me any tcp/22", "vault-sftp sftp me mine tcp/22"})
	vault := talker("Vault", "W", "https://w.example/", []string{"*node dmz Node", "users any Users"}, []string{"web https users node tcp/443", "sftp sftp users node tcp/22"})
	want := []string{
		"sender-to-store: sftp sftp tcp/2222 * !ports",
		"sender-to-vault: web web tcp/443 *",
		"sender-to-vault: sftp sftp tcp/22 *",
		"sender-to-vault: vault-sftp sftp tcp/22 *",
	}
	if diff := cmp.Diff(want, talks(t, map[string]string{"sender": sender, "vault": vault, "store": store})); diff != "" {
		t.Error(diff)
	}
}

// One document behind both flows makes strangers acquainted.
func TestOneDocument(t *testing.T) {
	client := talker("Sender", "V", "https://v.example/guide/?page=1", []string{"*me internal Sender", "peer partner Server"}, []string{"web https me peer tcp/443"})
	server := talker("Store", "V2", "https://v.example/guide", []string{"*node dmz Node", "users any Users"}, []string{"web https users node tcp/443"})
	want := []string{"sender-to-store: web web tcp/443 *"}
	if diff := cmp.Diff(want, talks(t, map[string]string{"sender": client, "store": server})); diff != "" {
		t.Error(diff)
	}
}

// What two statements of ports come to.
func TestAgreement(t *testing.T) {
	for _, k := range []struct{ name, client, server, want string }{
		{"the same", "tcp/22", "tcp/22", "tcp/22 *"},
		{"the server's port", "tcp/22", "tcp/2222", "tcp/2222 * !ports"},
		{"the client's, of several", "tcp/22", "tcp/22,2222", "tcp/22 *"},
		{"the server's, of several", "tcp/22,2222", "tcp/22", "tcp/22 *"},
		{"some of each", "tcp/22,2222", "tcp/22,2022", "tcp/22,2022 * !ports"},
		{"the client's document is silent", "tcp/?", "tcp/22", "tcp/22 *"},
		{"the server's is", "tcp/22", "tcp/?", "tcp/22 *"},
		{"both are", "tcp/?", "tcp/?", "tcp/? *"},
		{"the client's waits for the server's", "tcp/22 | ports_from = \"peer\"", "tcp/2222", "tcp/2222 * !ports"},
		{"a range from the server's", "tcp/2000-3000 | ports_from = \"peer\"", "tcp/2100-2200", "tcp/2100-2200 *"},
		{"no common transport", "tcp/22", "udp/22", ""},
		{"one transport of two", "udp/53", "tcp/53 udp/53", "udp/53 * !transports"},
		{"source ports of the initiator", "tcp/22 | source_ports = \"tcp/1024-65535\"", "tcp/22", "tcp/22 from tcp/1024-65535 *"},
		{"source ports of the other", "tcp/22", "tcp/22 | source_ports = \"tcp/49152-65535\"", "tcp/22 * !source ports"},
		{"protection of one", "tcp/22 | encryption = \"ssh\"", "tcp/22", "tcp/22 *"},
		{"protection that excludes the other's", "tcp/22 | encryption = [\"tls\", \"payload\"]", "tcp/22 | encryption = [\"starttls\", \"payload\"]", "tcp/22 * !protection"},
	} {
		got := talks(t, map[string]string{
			"a": talker("Sender", "V", "", []string{"*me internal Sender", "peer partner Server"}, []string{"out sftp me peer " + k.client}),
			"b": talker("Store", "S", "", []string{"*node dmz Node", "users any Users"}, []string{"in sftp users node " + k.server}),
		})
		var want []string
		if k.want != "" {
			want = []string{"a-to-b: out in " + k.want}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", k.name, diff)
		}
	}
}

// The server's document has its clients elsewhere.
func TestPlace(t *testing.T) {
	for zone, want := range map[string]bool{"internal": false, "dmz": true, "cloud": true} {
		got := talks(t, map[string]string{
			"a": talker("Sender", "V", "", []string{"*me " + zone + " Sender", "peer partner Server"}, []string{"out sftp me peer tcp/22"}),
			"b": talker("Store", "S", "", []string{"*node internal Node", "users internal Users"}, []string{"in sftp users node tcp/22"}),
		})
		if len(got) != 1 || strings.Contains(got[0], "!place") != want {
			t.Errorf("from %s: %q", zone, got)
		}
	}
}

// Control channels bring their data channels, in the direction that both
// documents have.
func TestDataChannels(t *testing.T) {
	client := talker("Sender", "V", "", []string{"*me internal Sender", "peer partner Server"}, []string{
		"control ftps-explicit me peer tcp/21 | related = [\"passive\", \"active\"]",
		"passive ftps-data me peer tcp/? | ports_from = \"peer\"; dynamic = true",
		"active ftps-data peer me tcp/* | dynamic = true; need = \"conditional\"; feature = \"active\"",
	}, "active")
	server := talker("Store", "S", "", []string{"*node dmz Node", "users any Users"}, []string{
		"control ftps-explicit users node tcp/21 | related = [\"range\", \"active\"]",
		"range ftps-data users node tcp/28000-30000 | dynamic = true",
		"active ftps-data node users tcp/* | dynamic = true; source_ports = \"tcp/20\"",
		"admin ftps-explicit users node tcp/2121 | related = \"admin-range\"; need = \"conditional\"; feature = \"admin\"",
		"admin-range ftps-data users node tcp/40000-40100 | dynamic = true; need = \"conditional\"; feature = \"admin\"",
	}, "admin")
	want := []string{
		"a-to-b: control control tcp/21 *",
		"a-to-b: passive range tcp/28000-30000 *",
		"a-to-b: active active tcp/* from tcp/20 <",
		"a-to-b: control admin tcp/2121 !ports",
		"a-to-b: passive admin-range tcp/40000-40100",
	}
	// The server calls no one by itself: its active mode makes no pair of b to a.
	if diff := cmp.Diff(want, talks(t, map[string]string{"a": client, "b": server})); diff != "" {
		t.Error(diff)
	}
	passiveOnly := talker("Sender", "V", "", []string{"*me internal Sender", "peer partner Server"}, []string{
		"control ftps-explicit me peer tcp/21", "passive ftps-data me peer tcp/? | ports_from = \"peer\"; dynamic = true"})
	if got := talks(t, map[string]string{"a": passiveOnly, "b": server}); slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, "<") }) {
		t.Errorf("active mode without a client that has it: %q", got)
	}
}

// Of connections that stand in for each other one is usual, those that are
// in by default first.
func TestUsual(t *testing.T) {
	for _, k := range []struct {
		name           string
		client, server []string
		want           []string
	}{
		{"the default", []string{"c sftp me peer tcp/22", "d s3 me peer tcp/443 | need = \"optional\""}, []string{"c sftp users node tcp/22", "d s3 users node tcp/443"}, []string{"c c tcp/22 *", "d d tcp/443"}},
		{"none: the protected one", []string{"l ldap me peer tcp/389 | need = \"optional\"", "t ldaps me peer tcp/636 | need = \"optional\"; encryption = \"tls\""},
			[]string{"l ldap users node tcp/389", "t ldaps users node tcp/636 | need = \"optional\""}, []string{"l l tcp/389", "t t tcp/636 *"}},
		{"none: what one has on", []string{"c sftp me peer tcp/22 | need = \"optional\"", "d s3 me peer tcp/443 | need = \"optional\""}, []string{"c sftp users node tcp/22 | need = \"optional\"", "d s3 users node tcp/443"}, []string{"c c tcp/22", "d d tcp/443 *"}},
		{"others stand for themselves", []string{"n dns me peer udp/53", "l ldap me peer tcp/389 | need = \"optional\""}, []string{"n dns users node udp/53", "l ldap users node tcp/389"}, []string{"n n udp/53 *", "l l tcp/389 *"}},
	} {
		got := talks(t, map[string]string{
			"a": talker("Sender", "V", "", []string{"*me internal Sender", "peer internal Server"}, k.client),
			"b": talker("Store", "S", "", []string{"*node internal Node", "users internal Users"}, k.server),
		})
		for i := range k.want {
			k.want[i] = "a-to-b: " + k.want[i]
		}
		if diff := cmp.Diff(k.want, got); diff != "" {
			t.Errorf("%s: %s", k.name, diff)
		}
	}
}

// Forbidden flows and those of older versions make no pair.
func TestLeftOut(t *testing.T) {
	for _, key := range []string{"need = \"forbidden\"", "until = \"1\"; need = \"required\""} {
		server := "versions = [\"1\", \"2\"]\n" + talker("Store", "S", "", []string{"*node dmz Node", "users any Users"}, []string{"in sftp users node tcp/22 | " + key})
		client := talker("Sender", "V", "", []string{"*me internal Sender", "peer partner Server"}, []string{"out sftp me peer tcp/22"})
		if got := talks(t, map[string]string{"a": client, "b": server}); len(got) > 0 {
			t.Errorf("%s: %q", key, got)
		}
	}
}
