// Package bench makes sites and catalogs of any size, to measure the program on.
//
// A product is made from its number alone: some 9 KB of TOML with 20 flows,
// as a vendor's article gives them. Most flows are on ports that every product
// has; each product also has a range and three ports that few others name.
package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Slug is the name of a product's file without its extension.
func Slug(i int) string { return fmt.Sprintf("%s-%05d", strings.ToLower(family(i)), i) }

func family(i int) string {
	return [...]string{"Harbour", "Ferry", "Beacon", "Pilot", "Anchor", "Keel", "Tide", "Mooring"}[i%8]
}

func vendor(i int) string {
	return [...]string{"Northsea Software", "Lagoon & Sons", "Meridian", "Capstan Systems", "Dogger Bank Labs"}[i%5]
}

// own is the first of a product's own ports. The numbers stay below the
// ranges that many products share; from 200 products on some meet.
func own(i int) int { return 20_000 + i*131%26_000 }

// flow is one row of the table that a product is made of.
type flow struct {
	id, service, from, to, ports string
	keys                         string // further lines
	note                         string
}

// Product is the product's file.
func Product(i int) []byte {
	var b bytes.Buffer
	b.Grow(10 << 10)
	name := fmt.Sprintf("%s Transfer %d", family(i), i)
	fmt.Fprintf(&b, "name = %q\nvendor = %q\nkind = \"server\"\nsummary = \"Managed file transfer server number %d: HTTPS, FTPS and SFTP from outside, mail, directory and database towards the inside.\"\n", name, vendor(i), i)
	fmt.Fprintf(&b, "aliases = [\"%s MFT %d\"]\nhomepage = \"https://example.org/%s\"\nreviewed = 2026-%02d-%02d\nversions = [\"2024\", \"2025\", \"2026\"]\n", family(i), i, Slug(i), i%9+1, i%28+1)
	for _, e := range endpoints {
		fmt.Fprintf(&b, "\n[endpoint.%s]\nname = %q\nzone = %q\n%s", e[0], e[1], e[2], e[3])
	}
	for _, f := range features {
		fmt.Fprintf(&b, "\n[feature.%s]\nname = %q\ndefault = %s\n%snote = %q\n", f[0], f[1], f[2], f[3], f[4])
	}
	for _, f := range flows(i) {
		fmt.Fprintf(&b, "\n[flow.%s]\nservice = %q\nfrom = %q\nto = %q\nports = %q\n%snote = %q\nsource = [\"ports#Table %d\", \"admin#%s\"]\n", f.id, f.service, f.from, f.to, f.ports, f.keys, f.note, i%7+1, f.service)
	}
	for _, c := range constraints {
		fmt.Fprintf(&b, "\n[constraint.%s]\nkind = %q\nflows = [%s]\nnote = %q\nsource = [\"admin#%s\"]\n", c[0], c[0], c[1], c[2], c[0])
	}
	fmt.Fprintf(&b, "\n[source.ports]\ntitle = \"Network ports of %s\"\npublisher = %q\nurl = \"https://example.org/%s/ports\"\nretrieved = 2026-11-%02d\n", name, vendor(i), Slug(i), i%28+1)
	fmt.Fprintf(&b, "\n[source.admin]\ntitle = \"%s Administration Guide\"\npublisher = %q\nurl = \"https://example.org/%s/guide\"\nretrieved = 2026-11-%02d\ndocument_version = \"2026.%d\"\n", name, vendor(i), Slug(i), i%28+1, i%4)
	return b.Bytes()
}

var endpoints = [][4]string{
	{"server", "Transfer server", "dmz", "self = true\nmany = true\nnote = \"One host, or the nodes of a farm. It is meant to face the internet.\"\n"},
	{"database-node", "Configuration store", "internal", "self = true\n"},
	{"browsers", "Web browsers", "any", ""},
	{"clients", "Transfer clients", "any", "note = \"Any client that speaks `FTPS` or `SFTP`; the vendor's own are *not* needed.\"\n"},
	{"admins", "Administrators", "management", ""},
	{"directory", "Directory server", "internal", ""},
	{"mail", "Mail server", "internal", "fqdn = [\"mail.{domain}\"]\n"},
	{"names", "Name and time servers", "internal", ""},
	{"licence", "Licence service", "internet", "fqdn = [\"licence.example.org\", \"*.update.example.org\"]\ncidr = [\"192.0.2.0/28\", \"2001:db8:7::/64\"]\n"},
	{"monitor", "Monitoring", "management", ""},
}

var features = [][5]string{
	{"ftps", "FTPS", "true", "", "The document recommends explicit mode; *implicit* is kept for old clients."},
	{"sftp", "SFTP", "true", "", "One of the three ways in."},
	{"redirect", "Redirect from HTTP", "false", "group = \"plain\"\n", "Optional, and generally not recommended."},
	{"cluster", "High availability", "false", "", "Two nodes or more share one configuration store. See **Clustering**."},
	{"sql-remote", "Remote database", "false", "", "Instead of the built-in one."},
}

var constraints = [][3]string{
	{"tls-inspection", `"licence"`, "Do not inspect TLS on the way to the licence service: the client pins its certificate, and *activation fails* without a message."},
	{"ftp-inspection", `"ftps-explicit", "ftps-data"`, "Switch the firewall's FTP helper off. It cannot read the control channel after `AUTH TLS`, and some helpers drop the connection then."},
	{"nat", `"ftps-data"`, "Behind address translation set the outer address in *Settings → FTP → Passive address*, or clients are told an inner one."},
	{"idle-timeout", `"sftp"`, "Idle sessions must be kept for at least 15 minutes."},
}

func flows(i int) []flow {
	first := own(i)
	all := []flow{
		{"web-ui", "https", "browsers", "server", "tcp/443", "need = \"required\"\nwithout = \"Nobody can sign in with a browser.\"\nencryption = [\"tls\"]\ntls_min = \"1.2\"\nconfigurable = true\nsetting = \"Settings, Web, Port\"\n", "The web interface and the REST API. HTTP/2 is offered; `QUIC` is not."},
		{"web-redirect", "http", "browsers", "server", "tcp/80", "need = \"optional\"\nfeature = \"redirect\"\nstatus = \"discouraged\"\nencryption = [\"none\"]\nrelated = [\"web-ui\"]\n", "Sends browsers on to HTTPS and **nothing else**."},
		{"sftp", "sftp", "clients", "server", "tcp/22", "need = \"conditional\"\nfeature = \"sftp\"\nwhen = \"Users transfer with SFTP or SCP.\"\nencryption = [\"ssh\"]\nconfigurable = true\nsetting = \"Settings, SSH, Port\"\n", "Every command and file goes over this one connection."},
		{"ftps-explicit", "ftps-explicit", "clients", "server", "tcp/21", "need = \"conditional\"\nfeature = \"ftps\"\nwhen = \"Users transfer with FTPS.\"\nencryption = [\"starttls\"]\nrelated = [\"ftps-data\"]\n", "Control channel. It begins in clear text and changes to TLS after `AUTH TLS`."},
		{"ftps-implicit", "ftps-implicit", "clients", "server", "tcp/990", "need = \"optional\"\nfeature = \"ftps\"\nstatus = \"discouraged\"\nencryption = [\"tls\"]\nrelated = [\"ftps-data\"]\n", "Control channel with TLS from the first byte, for clients that know no other way."},
		{"ftps-data", "ftps-data", "clients", "server", fmt.Sprintf("tcp/%d-%d", first, first+40), "need = \"conditional\"\nfeature = \"ftps\"\nallocation = \"per-connection\"\nencryption = [\"tls\"]\nwithout = \"Clients can sign in but neither list nor transfer.\"\nconfigurable = true\nsetting = \"Settings, FTP, Passive ports\"\nrelated = [\"ftps-explicit\", \"ftps-implicit\"]\n", "Passive mode: the client opens it to a port that the server names.\n\n- Open *all* of the range.\n- Size it for the number of transfers at a time."},
		{"admin", "https", "admins", "server", fmt.Sprintf("tcp/%d", first+50), "need = \"required\"\nencryption = [\"tls\"]\nwithout = \"The server cannot be configured from afar.\"\n", "Administration. **Never** open it to the internet."},
		{"agents", "https", "clients", "server", fmt.Sprintf("tcp/%d", first+60), "need = \"optional\"\nencryption = [\"tls\"]\nsince = \"2025\"\n", "Agents poll the server; they need nothing inbound of their own."},
		{"cluster", "syslog", "server", "server", fmt.Sprintf("tcp/%d udp/%d", first+70, first+70), "need = \"conditional\"\nfeature = \"cluster\"\nwhen = \"More than one node is in use.\"\n", "Heartbeats and events between the nodes, in both directions."},
		{"config", "postgresql", "server", "database-node", "tcp/5432", "need = \"conditional\"\nfeature = \"cluster\"\nencryption = [\"tls\"]\nwithout = \"Nodes fall back to their last configuration.\"\n", "The shared configuration store."},
		{"mail", "submission", "server", "mail", "tcp/25,587", "need = \"optional\"\nwhen = \"Notifications are sent.\"\nencryption = [\"starttls\"]\n", "One of the two; which one is set under *Notifications*."},
		{"ldaps", "ldaps", "server", "directory", "tcp/636", "need = \"optional\"\nwhen = \"Users sign in with directory accounts.\"\nencryption = [\"tls\"]\n", "Global catalogue queries are not used."},
		{"dns", "dns", "server", "names", "tcp/53 udp/53", "need = \"required\"\nwithout = \"No name resolves, so neither mail nor licence work.\"\n", "Both transports: long answers come over TCP."},
		{"ntp", "ntp", "server", "names", "udp/123", "need = \"required\"\n", "A clock that is wrong by more than five minutes breaks one-time passwords."},
		{"syslog", "syslog", "server", "monitor", "udp/514", "need = \"optional\"\nstatus = \"supported\"\n", "Audit events in RFC 5424 form."},
		{"snmp", "snmp", "monitor", "server", "udp/161", "need = \"optional\"\n", "Read only; see [the guide](https://example.org/snmp)."},
		{"licence", "https", "server", "licence", "tcp/443", "need = \"required\"\nencryption = [\"tls\"]\nwithout = \"After 14 days nobody but administrators can sign in.\"\n", "Activation and updates. A proxy with `CONNECT` is supported."},
		{"sql", "mssql", "server", "directory", "tcp/1433", "need = \"conditional\"\nfeature = \"sql-remote\"\nencryption = [\"tls\", \"none\"]\n", "Named instances also need `udp/1434`, which the document leaves out."},
		{"shares", "smb", "server", "directory", "tcp/445", "need = \"optional\"\nwhen = \"Files are kept on shares.\"\nerratum = \"The document also lists 139, which SMB 2 and later do not use.\"\n", "SMB 2 or later."},
		{"remote-desktop", "rdp", "browsers", "server", "tcp/3389", "need = \"forbidden\"\n", "The document asks to close it towards the internet."},
	}
	if i%40 == 0 { // Some products leave the choice to the operating system.
		all[7].ports, all[7].service = "tcp/49152-65535", "msrpc-dynamic"
	}
	return all
}

// guides is how many content pages a site has.
const guides = 3

func guide(i int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "+++\ntitle = \"Guide %d\"\nsummary = \"How to read the tables, part %d.\"\norder = %d\n+++\n\n", i, i, i)
	for section := range 8 {
		fmt.Fprintf(&b, "## Section %d\n\nPassive mode needs a range, see [a product](/products/%s/) and `PASV`. Some *emphasis* and a list:\n\n- one\n- two\n\n| Mode | Port |\n| --- | --- |\n| explicit | 21 |\n| implicit | 990 |\n\n", section, Slug(section))
	}
	return b.Bytes()
}

// Write makes a site of n products, 8 or more, in a folder.
func Write(dir string, n int) error {
	files := map[string][]byte{
		"data/site.toml": []byte("title = \"Ports\"\nsummary = \"Which ports the products need.\"\nbase_url = \"https://ports.example.org/\"\n" +
			"platforms = [\"nftables\", \"cisco-asa\", \"windows-powershell\"]\n"), // as many rule texts as the site it is measured beside
		"content/about.md": []byte("+++\ntitle = \"About\"\nsummary = \"What this is.\"\n+++\n\nA site to measure on.\n"),
	}
	for i := range guides {
		files[fmt.Sprintf("content/guides/guide-%d.md", i)] = guide(i)
	}
	for i := range n {
		files["data/products/"+Slug(i)+".toml"] = Product(i)
	}
	for _, d := range []string{"data/products", "content/guides"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o777); err != nil {
			return err
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Edit writes a product's file anew with a sentence more in its summary.
func Edit(dir string, i, version int) error {
	src := bytes.Replace(Product(i), []byte("towards the inside."), fmt.Appendf(nil, "towards the inside. Edition %d.", version), 1)
	return os.WriteFile(filepath.Join(dir, "data/products", Slug(i)+".toml"), src, 0o666)
}
