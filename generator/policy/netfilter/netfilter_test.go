package netfilter_test

import (
	"flag"
	"testing"

	"portolan/generator/policy/netfilter"
	"portolan/generator/policy/netfilter/reader"
	"portolan/generator/policy/policytest"
)

var update = flag.Bool("update", false, "write the goldens")

func TestConform(t *testing.T) {
	for _, pl := range netfilter.Platforms() {
		t.Run(pl.Info().ID, func(t *testing.T) {
			t.Parallel()
			policytest.Conform(t, pl, reader.Readers()[pl.Info().ID])
		})
	}
}

func TestGoldens(t *testing.T) {
	for _, pl := range netfilter.Platforms() {
		policytest.Goldens(t, pl, reader.Readers()[pl.Info().ID], *update)
	}
}

func FuzzQuoting(f *testing.F) { policytest.Quoting(f, netfilter.Platforms(), reader.Readers()) }

func BenchmarkRender(b *testing.B) { policytest.Bench(b, netfilter.Platforms()) }
