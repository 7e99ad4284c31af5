package topology_test

import (
	"testing"

	"portolan/generator/topology"
	"portolan/generator/topology/topologytest"
)

func TestLayout(t *testing.T) {
	for _, g := range graphs(t) {
		for _, s := range topologytest.Check(topology.Layout(g)) {
			t.Errorf("%s: %s", g.Title, s)
		}
	}
}

func TestLayoutRandom(t *testing.T) {
	for seed := range uint64(200) {
		for _, s := range topologytest.Check(topology.Layout(topologytest.Random(seed))) {
			t.Errorf("seed %d: %s", seed, s)
		}
	}
}
