package aws_test

import (
	"flag"
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/aws"
	"portolan/generator/policy/aws/reader"
	"portolan/generator/policy/policytest"
)

var update = flag.Bool("update", false, "write the goldens")

func TestConform(t *testing.T) {
	for _, pl := range aws.Platforms() {
		t.Run(pl.Info().ID, func(t *testing.T) {
			t.Parallel()
			policytest.Conform(t, pl, reader.Readers()[pl.Info().ID])
		})
	}
}

func TestGoldens(t *testing.T) {
	for _, pl := range aws.Platforms() {
		policytest.Goldens(t, pl, reader.Readers()[pl.Info().ID], *update)
	}
}

func FuzzQuoting(f *testing.F) { policytest.Quoting(f, aws.Platforms(), reader.Readers()) }

func BenchmarkRender(b *testing.B) { policytest.Bench(b, aws.Platforms()) }

// TestGroups holds that more rules than a group holds go to several, which
// together say the same.
func TestGroups(t *testing.T) {
	p := policytest.Small(policy.Host, &policy.Deny{}, policytest.Words{Slug: "example", Flow: "transfer"})
	partners := p.Roles[0]
	for i := range byte(16) {
		partners.Addresses = append(partners.Addresses, netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 51, 100, 64 + 2*i}), 32))
	}
	for _, pl := range aws.Platforms() {
		l := policy.Lower(p, pl.Info(), "file")
		if l.Groups < 2 {
			t.Errorf("%s: %d group", pl.Info().ID, l.Groups)
		}
		text, err := policy.Render(pl, l)
		if err != nil {
			t.Fatal(err)
		}
		set, err := reader.Readers()[pl.Info().ID](string(text))
		if err != nil {
			t.Fatalf("%s: %v", pl.Info().ID, err)
		}
		for _, fault := range policytest.Compare(p, l, set) {
			t.Errorf("%s: %s", pl.Info().ID, fault)
		}
	}
}

// TestTooMany holds that what has more addresses than a group holds rules is
// left out and named, without the other party of its rule, and that what just
// fits a group is not.
func TestTooMany(t *testing.T) {
	for _, test := range []struct {
		addresses int
		refused   bool
	}{{48, false}, {49, true}} { // of 60 rules, 12 are kept for ICMP
		p := policytest.Small(policy.Host, &policy.Deny{}, policytest.Words{Slug: "example", Flow: "transfer"})
		partners := p.Roles[0]
		partners.Addresses = nil
		for i := range byte(test.addresses) {
			partners.Addresses = append(partners.Addresses, netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 51, 100, 2 * i}), 32))
		}
		for _, pl := range aws.Platforms() {
			text, l, err := policy.File(pl, p)
			if err != nil {
				t.Fatal(err)
			}
			const why = "transfer: its addresses count as 49 entries, and a group holds 48."
			if got := strings.Contains(strings.Join(l.Head, "\n"), why); got != test.refused {
				t.Errorf("%s: %d addresses, refused %t: %q", pl.Info().ID, test.addresses, got, l.Head)
			}
			set, err := reader.Readers()[pl.Info().ID](string(text))
			if err != nil {
				t.Fatalf("%s: %v", pl.Info().ID, err)
			}
			partner := policytest.Allowed
			if test.refused {
				partner = policytest.Denied
			}
			for from, want := range map[string]policytest.Verdict{"198.51.100.0": partner, "198.51.100.94": partner, "198.51.100.1": policytest.Denied, "10.1.0.1": policytest.Allowed} {
				pk := policytest.Packet{Direction: policy.In, From: netip.MustParseAddr(from), To: netip.MustParseAddr("203.0.113.10"), Transport: netspec.TCP, FromPort: 40000, ToPort: 28000}
				if got := set.Decide(pk); got != want {
					t.Errorf("%s: %d addresses, %s: %s, not %s", pl.Info().ID, test.addresses, pk, got, want)
				}
			}
		}
	}
}
