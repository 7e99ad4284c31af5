package tests

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// facts were read from the vendors' own documents, not from the data files,
// so that data which loses a port or turns an arrow round fails here.
//
// A fact is a direction, ports, services and needs, then what else must hold:
// from=PORTS (source ports), dynamic, configurable, status=WORD. Alternatives
// stand between bars, where the document leaves it open or the model may say
// it in two ways. A flow must hold all of the ports.
var facts = map[string]struct{ document, facts string }{
	"liquidfiles": {"LiquidFiles documentation, Network Connections", `
		inbound  tcp/80          http                  required
		inbound  tcp/443         https                 required
		outbound udp/53          dns                   required
		outbound tcp/25          smtp                  required
		outbound tcp/80          http                  required
		outbound tcp/443         https                 required
		inbound  tcp/222         ssh                   required|optional|conditional
		outbound tcp/389         ldap                  conditional
		outbound tcp/636         ldaps                 conditional
		outbound udp/123         ntp                   conditional
		inbound  tcp/25          smtp                  conditional
		inbound  tcp/21          ftp|ftps-explicit     conditional
		inbound  tcp/44000-44100 ftp-data|ftps-data    conditional
		inbound  tcp/22          sftp                  conditional
		inbound  tcp/22          scp|sftp              conditional
		outbound tcp/443         remote-support|tls    conditional|optional
		outbound tcp/?           http-proxy            required|conditional|optional`},
	"moveit-transfer": {"MOVEit Transfer, Firewall Configuration", `
		inbound  tcp/443         https                 required
		inbound  tcp/80          http                  optional
		inbound  tcp/8443        https                 conditional  configurable
		inbound  tcp/8080        http                  optional|conditional  configurable
		inbound  tcp/21          ftps-explicit         conditional
		inbound  tcp/990         ftps-implicit         conditional
		inbound  tcp/1024-65535  ftps-data             conditional  dynamic status=discouraged
		inbound  tcp/?|tcp/3000-3003 ftps-data         conditional  dynamic configurable status=recommended
		outbound tcp/*|tcp/?     ftps-data             conditional  dynamic status=discouraged
		inbound  tcp/10021       ftps-explicit         conditional
		inbound  tcp/10990       ftps-implicit         conditional
		inbound  tcp/22          sftp                  conditional
		outbound tcp/25          smtp                  required
		outbound udp/1645        radius                conditional  configurable
		outbound tcp/389         ldap                  conditional  configurable
		outbound tcp/636         ldaps                 conditional  configurable
		outbound tcp/1433        mssql                 conditional  configurable
		outbound tcp/1434|udp/1434 mssql-browser       conditional|optional
		internal|outbound tcp/445 smb                  conditional
		inbound  tcp/445         smb                   forbidden
		outbound tcp/445         smb                   forbidden
		outbound udp/123         ntp                   conditional|optional  from=udp/1024-65535|udp/49152-65535
		outbound udp/514         syslog                conditional
		outbound udp/161         snmp|snmp-trap        conditional
		inbound  tcp/33062       mysql                 conditional|optional  configurable status=obsolete`},
	"globalscape-eft": {"Globalscape knowledge base 10022, the server's column", `
		inbound  tcp/990         ftps-implicit         conditional|required
		outbound tcp/*           ftps-data             conditional|required  from=tcp/989
		inbound  tcp/28000-30000 ftps-data             conditional|required  configurable
		inbound  tcp/21          ftps-explicit         conditional|required  configurable
		outbound tcp/*           ftps-data             conditional|required  from=tcp/20
		inbound  tcp/22          sftp                  conditional  configurable
		inbound  tcp/80          http                  conditional  configurable
		inbound  tcp/443         https                 conditional  configurable`},
	"cuteftp": {"Globalscape knowledge base 10022, the client's column", `
		outbound tcp/990         ftps-implicit         conditional
		inbound  tcp/*           ftps-data             conditional  dynamic from=tcp/989
		outbound tcp/28000-30000 ftps-data             conditional
		outbound tcp/21          ftps-explicit         conditional
		inbound  tcp/*           ftps-data             conditional  dynamic from=tcp/20
		outbound tcp/22          sftp                  conditional
		outbound tcp/80          http                  conditional
		outbound tcp/443         https                 conditional`},
	"lucidlink": {"LucidLink, Firewall port(s) and required software disclosure", `
		outbound tcp/443         lucidlink             required
		outbound tcp/443         https|s3              required
		inbound|internal|outbound|transit tcp/443 https|s3 conditional
		loopback tcp/7778        lucidlink-rest|http   required`},
	"files-com": {"Files.com, FTP (Outbound to a Remote)", `
		outbound tcp/21          ftp                   conditional  configurable
		outbound tcp/21          ftps-explicit         conditional  configurable status=recommended
		outbound tcp/990         ftps-implicit         conditional  configurable
		outbound tcp/?|tcp/*     ftps-data|ftp-data    required|conditional  dynamic`},
}

// A document is what a fact is held against, of /api/v1/products/SLUG.json.
type document struct {
	Flows       []apiFlow
	Constraints []struct{ ID, Kind, Note string }
	Software    []struct {
		ID, Platform, Name string
		Identifiers        map[string]string
	}
	Endpoints []struct {
		ID   string
		FQDN []string
		CIDR []string
	}
	Sources []struct{ ID, Title, Publisher, URL string }
}

type apiFlow struct {
	ID, Service, Direction, Need, Status, Erratum string
	Ports                                         []portRange
	SourcePorts                                   []portRange `json:"source_ports"`
	PortsText                                     string      `json:"ports_text"`
	PortsFrom                                     string      `json:"ports_from"`
	Dynamic, Configurable                         bool
	Sources                                       []struct{ ID, Section string }
}

type portRange struct {
	Transport   string
	First, Last int
}

func product(t *testing.T, s *site, slug string) *document {
	t.Helper()
	var d document
	if err := json.Unmarshal([]byte(s.read(t, "api/v1/products/"+slug+".json")), &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

// parseRange reads "tcp/443", "tcp/1-2", "tcp/*" and "tcp/?" as the API
// writes them.
func parseRange(text string) (portRange, error) {
	transport, ports, _ := strings.Cut(text, "/")
	switch ports {
	case "*":
		return portRange{transport, 1, 65535}, nil
	case "?":
		return portRange{transport, 0, 0}, nil
	}
	first, last, is := strings.Cut(ports, "-")
	if !is {
		last = first
	}
	a, err1 := strconv.Atoi(first)
	b, err2 := strconv.Atoi(last)
	if err1 != nil || err2 != nil {
		return portRange{}, fmt.Errorf("no port range: %q", text)
	}
	return portRange{transport, a, b}, nil
}

// holds tells whether a set of ranges has one of the alternatives. A port of
// its own is not found inside a range: what is documented as one port must be
// data as one port.
func holds(t *testing.T, set []portRange, alternatives string) bool {
	t.Helper()
	for text := range strings.SplitSeq(alternatives, "|") {
		want, err := parseRange(text)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(set, want) {
			return true
		}
	}
	return false
}

func TestFacts(t *testing.T) {
	for slug, want := range facts {
		t.Run(slug, func(t *testing.T) {
			d := product(t, &ours, slug)
			for line := range strings.Lines(want.facts) {
				if line = strings.TrimSpace(line); line == "" {
					continue
				}
				if n := countFact(t, d, line); n == 0 {
					t.Errorf("%s says: %s\nno flow of data/products/%s.toml does", want.document, strings.Join(strings.Fields(line), " "), slug)
				}
			}
		})
	}
}

// countFact counts the flows that say what a line of facts says.
func countFact(t *testing.T, d *document, line string) int {
	t.Helper()
	word := func(value, alternatives string) bool { return slices.Contains(strings.Split(alternatives, "|"), value) }
	fields := strings.Fields(line)
	n := 0
flows:
	for _, f := range d.Flows {
		if !word(f.Direction, fields[0]) || !holds(t, f.Ports, fields[1]) || !word(f.Service, fields[2]) || !word(f.Need, fields[3]) {
			continue
		}
		for _, extra := range fields[4:] {
			key, value, _ := strings.Cut(extra, "=")
			ok := false
			switch key {
			case "from":
				ok = holds(t, f.SourcePorts, value)
			case "status":
				ok = word(f.Status, value)
			case "dynamic":
				ok = f.Dynamic
			case "configurable":
				ok = f.Configurable
			default:
				t.Fatalf("unknown %q in %q", extra, line)
			}
			if !ok {
				continue flows
			}
		}
		n++
	}
	return n
}

// TestConstraints holds what the documents say beside ports.
func TestConstraints(t *testing.T) {
	for slug, kinds := range map[string][]string{
		"liquidfiles":     {"no-address-allowlist", "nat", "dns", "proxy", "tls-inspection"},
		"moveit-transfer": {"ftp-inspection", "exposure"},
		"globalscape-eft": {"ftp-inspection"},
		"cuteftp":         {"nat"},
		"lucidlink":       {"tls-inspection", "certificate"},
		"files-com":       {"address-allowlist", "certificate", "connections"},
	} {
		d := product(t, &ours, slug)
		for _, kind := range kinds {
			if !slices.ContainsFunc(d.Constraints, func(c struct{ ID, Kind, Note string }) bool { return c.Kind == kind }) {
				t.Errorf("%s: no constraint of kind %s", slug, kind)
			}
		}
	}
}

// TestSoftware holds what LucidLink asks to be installed or approved.
func TestSoftware(t *testing.T) {
	var ids []string
	for _, v := range product(t, &ours, "lucidlink").Software {
		for _, id := range v.Identifiers {
			ids = append(ids, id)
		}
		ids = append(ids, strings.ToLower(v.Platform))
	}
	for _, want := range []string{"3T5GSNBU6W", "com.lucidlink.lucidfs.filesystems.lucidfs", "macos", "linux", "windows"} {
		if !slices.Contains(ids, want) {
			t.Errorf("no %s among %q", want, ids)
		}
	}
}

// TestCounts holds how many connections a document asks for where several
// look alike.
func TestCounts(t *testing.T) {
	for _, k := range []struct {
		slug, line string
		least      int
	}{
		{"lucidlink", "outbound tcp/443 lucidlink|https|s3 required", 3},                         // service, discovery, object storage
		{"liquidfiles", "outbound tcp/443 https|remote-support required|conditional", 3},         // updates of both kinds, support
		{"moveit-transfer", "outbound|internal tcp/445 smb conditional", 1},                      // nodes and NAS
		{"globalscape-eft", "outbound tcp/* ftps-data conditional|required", 2},                  // from 20 and 989
		{"cuteftp", "inbound tcp/* ftps-data conditional dynamic", 2},                            // from 20 and 989
		{"files-com", "outbound tcp/21 ftp|ftps-explicit|ftps-implicit conditional|required", 2}, // plain and explicit
	} {
		if n := countFact(t, product(t, &ours, k.slug), k.line); n < k.least {
			t.Errorf("%s: %d flows are %s, want %d", k.slug, n, k.line, k.least)
		}
	}
}

// TestSourced holds that each of the six products cites for every flow.
func TestSourced(t *testing.T) {
	for slug := range facts {
		d := product(t, &ours, slug)
		for _, f := range d.Flows {
			if len(f.Sources) == 0 {
				t.Errorf("%s: flow %s has no source", slug, f.ID)
			}
			for _, c := range f.Sources {
				if !slices.ContainsFunc(d.Sources, func(s struct{ ID, Title, Publisher, URL string }) bool { return s.ID == c.ID }) {
					t.Errorf("%s: flow %s cites %q, which is no source", slug, f.ID, c.ID)
				}
			}
		}
	}
}
