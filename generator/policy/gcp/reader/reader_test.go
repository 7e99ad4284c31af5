package reader_test

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/gcp/reader"
	"portolan/generator/policy/policytest"
)

const configuration = `
variable "web_addresses" {
  type    = list(string)
  default = ["192.0.2.0/28", "198.51.100.7/32"]
}
resource "google_compute_firewall" "https" {
  name          = "https"
  description   = "HTTPS"
  network       = "default"
  direction     = "INGRESS"
  priority      = 1000
  target_tags   = ["web"]
  source_ranges = var.web_addresses
  allow {
    protocol = "tcp"
    ports    = ["443", "28000-30000"]
  }
}
resource "google_compute_firewall" "deny" {
  name               = "deny"
  network            = "default"
  direction          = "EGRESS"
  priority           = 1000
  target_tags        = ["web"]
  destination_ranges = ["::/0"]
  deny {
    protocol = "all"
  }
  log_config {
    metadata = "EXCLUDE_ALL_METADATA"
  }
}
`

const script = `set -eu
web='192.0.2.0/28,198.51.100.7/32'
MODE=${1:-apply}
[ "$MODE" != check ] || exit 0
rule() {
	name=$1
	shift
	if gcloud compute firewall-rules describe "$name" --format none >/dev/null 2>&1; then
		[ "$MODE" = apply ] || gcloud compute firewall-rules delete "$name" --quiet
	elif [ "$MODE" = apply ]; then
		gcloud compute firewall-rules create "$name" --network default --target-tags web "$@"
	fi
}
rule https --description HTTPS --direction INGRESS --action ALLOW --priority 1000 --rules tcp:443,tcp:28000-30000 --source-ranges "$web" --no-enable-logging
rule deny --direction EGRESS --action DENY --priority 1000 --rules all --destination-ranges ::/0 --enable-logging
`

var texts = map[string]string{"gcp-terraform": configuration, "gcp-gcloud": script}

// TestAccepts holds what the two texts, which say the same, mean.
func TestAccepts(t *testing.T) {
	for id, text := range texts {
		set, err := reader.Readers()[id](text)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		for _, c := range []struct {
			direction policy.Direction
			t         netspec.Transport
			from, to  string
			port      uint16
			want      policytest.Verdict
		}{
			{policy.In, netspec.TCP, "192.0.2.15", "10.0.0.1", 443, policytest.Allowed},
			{policy.In, netspec.TCP, "198.51.100.7", "10.0.0.1", 28000, policytest.Allowed},
			{policy.In, netspec.TCP, "192.0.2.16", "10.0.0.1", 443, policytest.None},
			{policy.In, netspec.TCP, "192.0.2.15", "10.0.0.1", 30001, policytest.None},
			{policy.In, netspec.UDP, "192.0.2.15", "10.0.0.1", 443, policytest.None},
			{policy.Out, netspec.TCP, "fd00::1", "2001:db8::1", 443, policytest.Denied},
			{policy.Out, netspec.GRE, "fd00::1", "2001:db8::1", 0, policytest.Denied},
			{policy.Out, netspec.TCP, "10.0.0.1", "192.0.2.15", 443, policytest.None},
		} {
			p := policytest.Packet{Direction: c.direction, Transport: c.t, From: netip.MustParseAddr(c.from), To: netip.MustParseAddr(c.to), FromPort: 40000, ToPort: c.port}
			if got := set.Decide(p); got != c.want {
				t.Errorf("%s: %s: %s, want %s", id, p, got, c.want)
			}
		}
	}
}

// TestDenyFirst holds that of two rules of one priority the one that denies decides.
func TestDenyFirst(t *testing.T) {
	text := strings.NewReplacer("EGRESS", "INGRESS", "destination_ranges", "source_ranges", "::/0", "0.0.0.0/0").Replace(configuration)
	set, err := reader.Terraform(text)
	if err != nil {
		t.Fatal(err)
	}
	p := policytest.Packet{Transport: netspec.TCP, From: netip.MustParseAddr("192.0.2.15"), To: netip.MustParseAddr("10.0.0.1"), FromPort: 40000, ToPort: 443}
	if got := set.Decide(p); got != policytest.Denied {
		t.Errorf("%s: %s", p, got)
	}
}

// TestRefuses changes one thing in each text that is taken.
func TestRefuses(t *testing.T) {
	for id, changes := range map[string][][2]string{
		"gcp-terraform": {
			{`"28000-30000"`, `"30000-28000"`},
			{`"28000-30000"`, `"28000:30000"`},
			{`"443"`, `"0"`},
			{`"443"`, `"65536"`},
			{`"tcp"`, `"esp"`}, // with ports
			{`"tcp"`, `"TCP"`},
			{`"192.0.2.0/28"`, `"192.0.2.1/28"`},
			{`"192.0.2.0/28"`, `"2001:db8::/64"`},
			{`["192.0.2.0/28", "198.51.100.7/32"]`, `[]`}, // every IPv4 address
			{`source_ranges = var`, `destination_ranges = var`},
			{`source_ranges = var.web_addresses`, ``},
			{`["web"]`, `[]`}, // every machine
			{`["web"]`, `["Web"]`},
			{`["web"]`, `["web2"]`}, // another tag than the second rule
			{`"https"
  desc`, `"Https"
  desc`},
			{`"https"
  desc`, `"https-"
  desc`},
			{`"https"
  desc`, `"deny"
  desc`},
			{`"https"
  desc`, `"` + strings.Repeat("x", 64) + `"
  desc`},
			{`= 1000`, `= 65536`},
			{`= 1000`, `= "high"`},
			{`"INGRESS"`, `"IN"`},
			{`  network       = "default"`, ``},
			{`allow {`, `allows {`},
			{`deny {`, `allow {
    protocol = "tcp"
  }
  deny {`},
			{`"EXCLUDE_ALL_METADATA"`, `"NONE"`},
			{`"HTTPS"`, `"HTTPS`},
		},
		"gcp-gcloud": {
			{`tcp:28000-30000`, `tcp:30000-28000`},
			{`tcp:28000-30000`, `28000-30000`},
			{`tcp:443`, `tcp:0`},
			{`tcp:443`, `icmp:8`},
			{`tcp:443`, `tpc:443`},
			{`192.0.2.0/28`, `192.0.2.1/28`},
			{`192.0.2.0/28`, `2001:db8::/64`},
			{`192.0.2.0/28,198.51.100.7/32`, ``},
			{`--source-ranges`, `--destination-ranges`},
			{`--source-ranges`, `--source-range`},
			{`--target-tags web`, `--target-tags WEB`},
			{`--target-tags web`, ``},
			{`--network default`, ``},
			{`--priority 1000`, `--priority 65536`},
			{`--priority 1000`, ``},
			{`--action ALLOW`, `--action PERMIT`},
			{`rule https`, `rule Https`},
			{`[ "$MODE" != check ] || exit 0`, `gcloud compute firewall-rules list`},
			{`gcloud compute firewall-rules delete`, `: gcloud compute firewall-rules delete`},
			{`if gcloud compute`, `if ! gcloud compute`},
			{`	shift`, ``},
			{`fi
}`, `}`},
		},
	} {
		for _, c := range changes {
			text := strings.Replace(texts[id], c[0], c[1], 1)
			if text == texts[id] {
				t.Errorf("%s: %q is not in the text", id, c[0])
				continue
			}
			_, err := reader.Readers()[id](text)
			if err == nil {
				t.Errorf("%s: taken with %q for %q", id, c[1], c[0])
			} else if !regexp.MustCompile(`^line \d+: `).MatchString(err.Error()) {
				t.Errorf("%s: no line in %q", id, err)
			}
		}
	}
}
