package reader_test

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/oci/reader"
	"portolan/generator/policy/policytest"
)

const configuration = `
variable "vcn_id" {
  type = string
}
variable "web_addresses" {
  type    = list(string)
  default = ["192.0.2.0/28", "198.51.100.7/32"]
}
resource "oci_core_network_security_group" "g" {
  compartment_id = "c"
  vcn_id         = var.vcn_id
  display_name   = "web"
}
resource "oci_core_network_security_group_security_rule" "https" {
  for_each                  = toset(var.web_addresses)
  network_security_group_id = oci_core_network_security_group.g.id
  description               = "HTTPS"
  direction                 = "INGRESS"
  source                    = each.value
  source_type               = "CIDR_BLOCK"
  protocol                  = "6"
  stateless                 = false
  tcp_options {
    source_port_range {
      min = 20
      max = 20
    }
    destination_port_range {
      min = 443
      max = 444
    }
  }
}
resource "oci_core_network_security_group_security_rule" "ping" {
  network_security_group_id = oci_core_network_security_group.g.id
  direction                 = "EGRESS"
  destination               = "::/0"
  destination_type          = "CIDR_BLOCK"
  protocol                  = "58"
  icmp_options {
    type = 128
  }
}
`

func TestAccepts(t *testing.T) {
	set, err := reader.Terraform(configuration)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		packet policytest.Packet
		want   policytest.Verdict
	}{
		{policytest.Packet{Transport: netspec.TCP, From: netip.MustParseAddr("192.0.2.15"), FromPort: 20, ToPort: 443}, policytest.Allowed},
		{policytest.Packet{Transport: netspec.TCP, From: netip.MustParseAddr("198.51.100.7"), FromPort: 20, ToPort: 444}, policytest.Allowed},
		{policytest.Packet{Transport: netspec.TCP, From: netip.MustParseAddr("192.0.2.15"), FromPort: 21, ToPort: 443}, policytest.Denied},
		{policytest.Packet{Transport: netspec.TCP, From: netip.MustParseAddr("192.0.2.15"), FromPort: 20, ToPort: 445}, policytest.Denied},
		{policytest.Packet{Transport: netspec.TCP, From: netip.MustParseAddr("192.0.2.16"), FromPort: 20, ToPort: 443}, policytest.Denied},
		{policytest.Packet{Direction: policy.Out, Transport: netspec.ICMPv6, From: netip.MustParseAddr("fd00::1"), To: netip.MustParseAddr("2001:db8::1"), Type: 128}, policytest.Allowed},
		{policytest.Packet{Direction: policy.Out, Transport: netspec.ICMPv6, From: netip.MustParseAddr("fd00::1"), To: netip.MustParseAddr("2001:db8::1"), Type: 129}, policytest.Denied},
	} {
		if !c.packet.To.IsValid() {
			c.packet.To = netip.MustParseAddr("10.0.0.1")
		}
		if got := set.Decide(c.packet); got != c.want {
			t.Errorf("%s: %s, want %s", c.packet, got, c.want)
		}
	}
}

// TestRefuses changes one thing in a text that is taken.
func TestRefuses(t *testing.T) {
	for _, c := range [][2]string{
		{`min = 443`, `min = 445`},
		{`min = 443`, `min = 0`},
		{`min = 443`, `min = "x"`},
		{`max = 444`, `max = 65536`},
		{`min = 443`, ``},
		{`tcp_options`, `udp_options`},
		{`tcp_options`, `tcp_option`},
		{`source_port_range {`, `destination_port_range {`},
		{`type = 128`, `type = 256`},
		{`type = 128`, ``},
		{`"58"`, `"1"`},
		{`"58"`, `"icmp"`},
		{`"6"`, `"06"`},
		{`"INGRESS"`, `"IN"`},
		{`"INGRESS"`, `"EGRESS"`},
		{`"192.0.2.0/28"`, `"192.0.2.1/28"`},
		{`"192.0.2.0/28"`, `"192.0.2.0/33"`},
		{`source                    = each.value`, ``},
		{`"CIDR_BLOCK"`, `"CIDR"`},
		{`stateless                 = false`, `stateless = true`},
		{`group.g.id`, `group.h.id`},
		{`"HTTPS"`, `"` + strings.Repeat("x", 256) + `"`},
		{`"HTTPS"`, `"HTTPS`},
		{`each.value`, `each.values`},
		{`"ping"`, `"https"`},
		{`compartment_id = "c"`, ``},
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
