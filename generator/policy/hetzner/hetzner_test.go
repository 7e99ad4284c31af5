package hetzner_test

import (
	"flag"
	"net/netip"
	"testing"

	"portolan/generator/policy"
	"portolan/generator/policy/hetzner"
	"portolan/generator/policy/hetzner/reader"
	"portolan/generator/policy/policytest"
)

var update = flag.Bool("update", false, "write the goldens")

func TestConform(t *testing.T) {
	for _, pl := range hetzner.Platforms() {
		t.Run(pl.Info().ID, func(t *testing.T) {
			t.Parallel()
			policytest.Conform(t, pl, reader.Readers()[pl.Info().ID])
		})
	}
}

func TestGoldens(t *testing.T) {
	for _, pl := range hetzner.Platforms() {
		policytest.Goldens(t, pl, reader.Readers()[pl.Info().ID], *update)
	}
}

func FuzzQuoting(f *testing.F) { policytest.Quoting(f, hetzner.Platforms(), reader.Readers()) }

func BenchmarkRender(b *testing.B) { policytest.Bench(b, hetzner.Platforms()) }

// TestGroups holds that more rules than a group holds go to several, which
// together say the same.
func TestGroups(t *testing.T) {
	p := policytest.Small(policy.Host, &policy.Deny{}, policytest.Words{Slug: "example", Flow: "transfer"})
	partners := p.Roles[0]
	for i := range byte(16) {
		partners.Addresses = append(partners.Addresses, netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 51, 100, 64 + 2*i}), 32))
	}
	for _, pl := range hetzner.Platforms() {
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
