package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/form/reader"
	"portolan/generator/policy/policytest"
)

const head = `"No.","Action","Direction","Opened by","Source addresses","Source ports","Destination","Destination addresses","Transport","Destination ports","Service","Justification","Without it","Stated in","Flow","Need","Translation","To fill in","Status","Requested by","Approved by","Review on"` + "\r\n"

// request has a row of each sort.
const request = head +
	`"1","allow","in","Clients","198.51.100.0/24, 2001:db8::1","20","Server","192.0.2.10","tcp","21, 28000-30000","FTP","files","","","","","","","ready","","",""` + "\r\n" +
	`"2","allow","out","Server","192.0.2.10","any","Updates","*.example.com","udp","any","QUIC","updates","","","","","","Placeholder: put the addresses here.","to fill in","","",""` + "\r\n" +
	`"3","allow","","Everybody","any","","Server","192.0.2.10","icmp","type 8, type 3","","ping","","","","","","","ready","","",""` + "\r\n" +
	`"4","deny","","Everybody","any","any","Everybody","any","any","any","","the rest","","","","","","","ready","","",""` + "\r\n" +
	`"5","note","","","","","","","","","","made by","","","","","","","","","",""` + "\r\n"

func TestRefuses(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"28000-30000", "30000-28000", `ports "30000-28000"`},
		{"28000-30000", "28000:30000", "ports"},
		{"28000-30000", "65536", "ports"},
		{`"21, `, `"0, `, "ports"},
		{`"21, `, `"21,`, "ports"},
		{`"20"`, `""`, `ports "" of tcp`},
		{"type 8", "type 256", "type 256"},
		{"type 8, type 3", "8", "ports"},
		{`"icmp"`, `"tcp"`, `of tcp`},
		{`"udp"`, `"quic"`, `transport "quic"`},
		{`"udp"`, `"ip/17"`, `transport "ip/17"`},
		{"198.51.100.0/24", "198.51.100.1/24", "no address, block or name"},
		{"198.51.100.0/24", "198.51.100.1/32", "no address, block or name"},
		{"2001:db8::1", "fe80::1%eth0", "no address"},
		{"*.example.com", "*.*.example.com", "no address"},
		{`"allow","out"`, `"permit","out"`, "action"},
		{`"allow","out"`, `"allow","outside"`, "direction"},
		{`"Clients"`, `""`, "who opens it"},
		{`"files"`, `""`, "no justification"},
		{`"to fill in"`, `"ready"`, "status"},
		{`"ready","","",""`, `"ready","Ann","",""`, "where a person signs"},
		{`"files"`, `"=1+1"`, "would be calculated"},
		{`"files"`, `"-1"`, "would be calculated"},
		{`"files"`, "\"a\tb\"", "not one line"},
		{`"2",`, `"3",`, "number"},
		{`"Service",`, `"Dienst",`, "header"},
		{`"20",`, ``, "wrong number of fields"},
		{"\"\r\n\"4\"", "\"\n\"4\"", "CR LF"},
		{`"made by"`, `"made " by"`, ""},
	} {
		if !strings.Contains(request, c.old) {
			t.Fatalf("no %q to change", c.old)
		}
		_, err := reader.ChangeRequest(strings.Replace(request, c.old, c.new, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "line ") {
			t.Errorf("%q for %q: error %v, want %q", c.new, c.old, err, c.want)
		}
	}
	if _, err := reader.ChangeRequest(""); err == nil {
		t.Error("nothing is taken for a request")
	}
}

func TestMeaning(t *testing.T) {
	set, err := reader.ChangeRequest(request)
	if err != nil {
		t.Fatal(err)
	}
	updates := policytest.NameAddrs("*.example.com")[0].Addr().String()
	for _, c := range []struct {
		transport        netspec.Transport
		from, to         string
		fromPort, toPort uint16
		typ              uint8
		want             policytest.Verdict
	}{
		{netspec.TCP, "198.51.100.7", "192.0.2.10", 20, 29000, 0, policytest.Allowed},
		{netspec.TCP, "198.51.100.7", "192.0.2.10", 21, 29000, 0, policytest.Denied},
		{netspec.TCP, "198.51.101.7", "192.0.2.10", 20, 29000, 0, policytest.Denied},
		{netspec.UDP, "192.0.2.10", updates, 40000, 443, 0, policytest.Allowed},
		{netspec.ICMP, "10.1.2.3", "192.0.2.10", 0, 0, 8, policytest.Allowed},
		{netspec.ICMP, "10.1.2.3", "192.0.2.10", 0, 0, 5, policytest.Denied},
	} {
		p := policytest.Packet{Direction: policy.Forward, Transport: c.transport, From: netip.MustParseAddr(c.from), To: netip.MustParseAddr(c.to), FromPort: c.fromPort, ToPort: c.toPort, Type: c.typ}
		if got := set.Decide(p); got != c.want {
			t.Errorf("%s: %s, want %s", p, got, c.want)
		}
	}
}
