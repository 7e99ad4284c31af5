package reader_test

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/hetzner/reader"
	"portolan/generator/policy/policytest"
)

const configuration = `
variable "web_addresses" {
  type    = list(string)
  default = ["192.0.2.0/28", "2001:db8::/64"]
}
resource "hcloud_firewall" "web" {
  name = "web"
  rule {
    description = "HTTPS"
    direction   = "in"
    protocol    = "tcp"
    port        = "443-444"
    source_ips  = var.web_addresses
  }
  rule {
    direction  = "in"
    protocol   = "icmp"
    source_ips = ["::/0"]
  }
}
`

const out = `
resource "hcloud_firewall" "out" {
  name = "out"
  rule {
    direction       = "out"
    protocol        = "udp"
    port            = "any"
    destination_ips = ["192.0.2.0/28"]
  }
}
`

func packet(d policy.Direction, t netspec.Transport, from, to string, port uint16) policytest.Packet {
	return policytest.Packet{Direction: d, Transport: t, From: netip.MustParseAddr(from), To: netip.MustParseAddr(to), FromPort: 40000, ToPort: port}
}

func TestAccepts(t *testing.T) {
	for _, c := range []struct {
		text   string
		packet policytest.Packet
		want   policytest.Verdict
	}{
		{configuration, packet(policy.In, netspec.TCP, "192.0.2.15", "10.0.0.1", 444), policytest.Allowed},
		{configuration, packet(policy.In, netspec.TCP, "2001:db8::1", "fd00::1", 443), policytest.Allowed},
		{configuration, packet(policy.In, netspec.TCP, "192.0.2.16", "10.0.0.1", 443), policytest.Denied},
		{configuration, packet(policy.In, netspec.TCP, "192.0.2.15", "10.0.0.1", 445), policytest.Denied},
		{configuration, packet(policy.In, netspec.ICMPv6, "2001:db8:1::1", "fd00::1", 0), policytest.Allowed},
		{configuration, packet(policy.In, netspec.ICMP, "192.0.2.15", "10.0.0.1", 0), policytest.Denied},
		{configuration, packet(policy.Out, netspec.TCP, "10.0.0.1", "192.0.2.15", 80), policytest.None},
		{configuration + out, packet(policy.Out, netspec.TCP, "10.0.0.1", "192.0.2.15", 80), policytest.Denied},
		{configuration + out, packet(policy.Out, netspec.UDP, "10.0.0.1", "192.0.2.15", 80), policytest.Allowed},
		{configuration + out, packet(policy.In, netspec.TCP, "192.0.2.15", "10.0.0.1", 443), policytest.Allowed},
	} {
		set, err := reader.Terraform(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Decide(c.packet); got != c.want {
			t.Errorf("%s: %s, want %s", c.packet, got, c.want)
		}
	}
}

// TestRefuses changes one thing in a text that is taken.
func TestRefuses(t *testing.T) {
	many := strings.Repeat("  rule {\n    direction  = \"in\"\n    protocol   = \"esp\"\n    source_ips = [\"192.0.2.1/32\"]\n  }\n", 49)
	for _, c := range [][2]string{
		{`"443-444"`, `"444-443"`},
		{`"443-444"`, `"443:444"`},
		{`"443-444"`, `"0"`},
		{`"443-444"`, `"65536"`},
		{`    port        = "443-444"`, ``},
		{`"icmp"`, `"icmpv6"`},
		{`"icmp"`, `"ah"`},
		{`protocol   = "icmp"`, `protocol = "icmp"
    port = "8"`},
		{`"in"`, `"both"`},
		{`"in"`, `"out"`}, // with sources
		{`"192.0.2.0/28"`, `"192.0.2.1/28"`},
		{`"192.0.2.0/28"`, `"192.0.2.0/33"`},
		{`["192.0.2.0/28", "2001:db8::/64"]`, `[]`},
		{`source_ips  = var.web_addresses`, ``},
		{`source_ips  =`, `sources =`},
		{`name = "web"`, ``},
		{`name = "web"`, `name = "` + strings.Repeat("x", 129) + `"`},
		{`"HTTPS"`, `"` + strings.Repeat("x", 256) + `"`},
		{`"HTTPS"`, `"HTTPS`},
		{`  rule {`, many + `  rule {`}, // 51 rules
		{configuration, ``},
		{`hcloud_firewall`, `hcloud_firewalls`},
	} {
		text := strings.Replace(configuration, c[0], c[1], 1)
		if text == configuration {
			t.Errorf("%q is not in the text", c[0])
			continue
		}
		_, err := reader.Terraform(text)
		if err == nil {
			t.Errorf("taken with %q for %q", c[1], c[0])
		} else if !regexp.MustCompile(`^line \d+: `).MatchString(err.Error()) {
			t.Errorf("no line in %q", err)
		}
	}
}
