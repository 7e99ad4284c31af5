package edl_test

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/edl"
	"portolan/generator/netspec"
)

func endpoint(t testing.TB, names, cidr string) *catalog.Endpoint {
	t.Helper()
	e := &catalog.Endpoint{ID: "cloud", FQDN: strings.Fields(names)}
	for _, s := range strings.Fields(cidr) {
		p, err := netspec.ParsePrefix(s)
		if err != nil {
			t.Fatal(err)
		}
		e.CIDR = append(e.CIDR, p)
	}
	return e
}

func TestLists(t *testing.T) {
	for _, c := range []struct {
		what, names, cidr string
		want              map[string]string
	}{
		{"nothing known", "", "", map[string]string{}},
		{"a placeholder alone", "{tenant}.example.com", "", map[string]string{}},
		{"names", "www.example.com {tenant}.example.com *.example.com Example.com www.example.com", "", map[string]string{
			"cloud.txt":       "example.com\n*.example.com\nwww.example.com\n",
			"cloud.names.txt": "example.com\n*.example.com\nwww.example.com\n",
		}},
		{"addresses", "", "2001:db8::/32 192.0.2.0/24 192.0.2.7 192.0.2.0/25 192.0.2.7", map[string]string{
			"cloud.txt":           "192.0.2.0/24\n192.0.2.0/25\n192.0.2.7\n2001:db8::/32\n",
			"cloud.addresses.txt": "192.0.2.0/24\n192.0.2.0/25\n192.0.2.7\n2001:db8::/32\n",
		}},
		{"both", "a.example.net b.example.com", "198.51.100.0/24", map[string]string{
			"cloud.txt":           "198.51.100.0/24\nb.example.com\na.example.net\n",
			"cloud.names.txt":     "b.example.com\na.example.net\n",
			"cloud.addresses.txt": "198.51.100.0/24\n",
		}},
		{"no name but a mistyped address", "192.0.2.1 10.0.0", "", map[string]string{}},
	} {
		got := map[string]string{}
		for _, l := range edl.Lists(endpoint(t, c.names, c.cidr)) {
			got[l.Name] = string(l.Text())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.what, diff)
		}
	}
}

// Whether a line is what a vendor's documentation lets stand in a list.
var (
	address = func(line string) bool {
		if p, err := netip.ParsePrefix(line); err == nil {
			return p.Masked() == p
		}
		_, err := netip.ParseAddr(line)
		return err == nil
	}
	label = `[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?`
	name  = regexp.MustCompile(`^(\*\.)?(` + label + `\.)+` + label + `$`).MatchString
	// PAN-OS: no scheme, at most 255 characters, a wildcard only as the first token and alone in it.
	panosDomain = func(line string) bool {
		return len(line) <= 255 && name(line) && !strings.ContainsAny(line, "/? ;&=+^")
	}
	// Check Point: addresses, prefixes, names and "*." names in one list.
	mixed = func(line string) bool { return address(line) || name(line) }
	// Sophos, Cisco, PAN-OS's domains: nothing but the entry.
	bare = func(line string) bool {
		return line != "" && line == strings.TrimSpace(line) && !strings.ContainsAny(line, "#;\t ")
	}
)

// FuzzLines: whatever stands in the data, a list holds entries of its sort and
// nothing else.
func FuzzLines(f *testing.F) {
	f.Add("www.example.com", "*.example.com")
	f.Add("# comment", "a.b # c")
	f.Add("{tenant}.example.com", "*.*.example.com")
	f.Add("x\ny.example.com", "example.com.")
	f.Fuzz(func(t *testing.T, a, b string) {
		e := endpoint(t, "", "192.0.2.0/24 2001:db8::1")
		e.FQDN = []string{a, b, "fixed.example.com"}
		for _, l := range edl.Lists(e) {
			text := string(l.Text())
			if !strings.HasSuffix(text, "\n") || strings.Contains(text, "\r") {
				t.Fatalf("%s: %q", l.Name, text)
			}
			for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
				ok := mixed(line)
				switch l.Name {
				case "cloud.names.txt":
					ok = panosDomain(line)
				case "cloud.addresses.txt":
					ok = address(line)
				}
				if !ok || !bare(line) {
					t.Fatalf("%s: line %q", l.Name, line)
				}
			}
		}
	})
}
