package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/proxy/reader"
)

const conf = `# comment
acl staff src 192.0.2.0/24 2001:db8::1
acl updates dstdomain -n updates.example.com .example.org
acl cloud dstdom_regex -n -i ^cloud\.example\.net$ \.cloud\.example\.net$
acl web port 443 8000-8100

http_access allow staff updates web
http_access allow cloud
http_access deny all
`

func TestRefuses(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"8000-8100", "8100-8000", "line 5: ports"},
		{"8000-8100", "65536", "ports"},
		{"8000-8100", "0", "ports"},
		{"8000-8100", "8000:8100", "ports"},
		{"192.0.2.0/24", "192.0.2.1/24", "no address"},
		{"192.0.2.0/24", "192.0.2.0/33", "no address"},
		{"192.0.2.0/24", "staff.example.com", "no address"},
		{"allow staff", "allow nobody", `ACL not found: "nobody"`},
		{"allow staff", "permit staff", "http_access"},
		{"allow cloud", "allow", "http_access"},
		{"http_access deny", "http_acces deny", "unrecognized"},
		{"acl web port", "acl web method", "acl type"},
		{"acl web port", "acl staff port", "of type src already"},
		{"acl web port 443 8000-8100", "acl web port", "no value"},
		{"acl web", "acl " + strings.Repeat("w", 64), "longer than 63"},
		{"dstdomain -n", "dstdomain -i", "has no -i"},
		{"updates.example.com .example.org", "", "is empty"},
		{"updates.example.com", "up..example.com", "no domain"},
		{"updates.example.com", "*.example.com", "no domain"},
		{`net$ \.`, `net \.`, "goes on after"},
		{`^cloud\.`, `cloud\.`, "begins inside"},
		{`^cloud\.`, `^cloud.`, "is no name"},
		{`^cloud\.`, `^(cloud)?\.`, "is no name"},
		{"allow staff updates", "allow web updates", "two lists"},
	} {
		if !strings.Contains(conf, c.old) {
			t.Fatalf("no %q to change", c.old)
		}
		_, err := reader.Squid(strings.Replace(conf, c.old, c.new, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "line ") {
			t.Errorf("%q for %q: error %v, want %q", c.new, c.old, err, c.want)
		}
	}
}

func TestMeaning(t *testing.T) {
	for _, c := range []struct {
		from, name string
		transport  netspec.Transport
		port       uint16
		want       policytest.Verdict
	}{
		{"192.0.2.9", "updates.example.com", netspec.TCP, 443, policytest.Allowed},
		{"192.0.2.9", "updates.example.com", netspec.TCP, 8101, policytest.Denied},
		{"192.0.2.9", "updates.example.com", netspec.UDP, 443, policytest.Denied},
		{"198.51.100.9", "updates.example.com", netspec.TCP, 443, policytest.Denied},
		{"192.0.2.9", "example.org", netspec.TCP, 8000, policytest.Allowed}, // ".example.org" is the domain too
		{"192.0.2.9", "*.example.org", netspec.TCP, 8000, policytest.Allowed},
		{"198.51.100.9", "*.cloud.example.net", netspec.TCP, 22, policytest.Allowed},
		{"198.51.100.9", "*.example.net", netspec.TCP, 22, policytest.Denied},
	} {
		set, err := reader.Squid(conf)
		if err != nil {
			t.Fatal(err)
		}
		p := policytest.Packet{Direction: policy.Forward, Transport: c.transport, From: netip.MustParseAddr(c.from), To: policytest.NameAddrs(c.name)[0].Addr(), FromPort: 40000, ToPort: c.port}
		if got := set.Decide(p); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.name, p, got, c.want)
		}
	}
	if set, err := reader.Squid("acl a port 1\n"); err != nil || set.Decide(policytest.Packet{Transport: netspec.TCP}) != policytest.None {
		t.Errorf("a list alone decides: %v", err)
	}
}
