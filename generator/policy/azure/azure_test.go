package azure_test

import (
	"flag"
	"strings"
	"testing"

	"portolan/generator/policy"
	"portolan/generator/policy/azure"
	"portolan/generator/policy/azure/reader"
	"portolan/generator/policy/policytest"
)

var update = flag.Bool("update", false, "write the goldens")

func TestConform(t *testing.T) {
	for _, pl := range azure.Platforms() {
		t.Run(pl.Info().ID, func(t *testing.T) {
			t.Parallel()
			policytest.Conform(t, pl, reader.Readers()[pl.Info().ID])
		})
	}
}

func TestGoldens(t *testing.T) {
	for _, pl := range azure.Platforms() {
		policytest.Goldens(t, pl, reader.Readers()[pl.Info().ID], *update)
	}
}

func FuzzQuoting(f *testing.F) { policytest.Quoting(f, azure.Platforms(), reader.Readers()) }

func BenchmarkRender(b *testing.B) { policytest.Bench(b, azure.Platforms()) }

// TestBothWays holds that what passes between subnets is let out of one and
// into the other: the group may be that of either.
func TestBothWays(t *testing.T) {
	p := policytest.Small(policy.Perimeter, nil, policytest.Words{Slug: "example", Flow: "transfer"})
	for _, pl := range azure.Platforms() {
		text, err := policy.Render(pl, policy.Lower(p, pl.Info(), "file"))
		if err != nil {
			t.Fatal(err)
		}
		in, out := strings.Count(string(text), "Inbound"), strings.Count(string(text), "Outbound")
		if in == 0 || in != out {
			t.Errorf("%s: %d rules inbound, %d outbound", pl.Info().ID, in, out)
		}
	}
}
