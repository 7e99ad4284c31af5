package paloalto_test

import (
	"flag"
	"reflect"
	"strings"
	"testing"

	"portolan/generator/policy"
	"portolan/generator/policy/paloalto"
	"portolan/generator/policy/paloalto/reader"
	"portolan/generator/policy/policytest"
)

var update = flag.Bool("update", false, "write the goldens of testdata")

var panos = paloalto.Platforms()[0]

func TestConform(t *testing.T) { policytest.Conform(t, panos, reader.PANOS) }

func TestGolden(t *testing.T) { policytest.Goldens(t, panos, reader.PANOS, *update) }

// TestTwice: a file loaded twice does what it did at first, and its lines that
// take away leave nothing.
func TestTwice(t *testing.T) {
	for _, c := range policytest.Corpus(t) {
		if !panos.Info().Fits(c.Policy.At) {
			continue
		}
		file, _, err := policy.File(panos, c.Policy)
		if err != nil {
			t.Fatal(err)
		}
		text := string(file)
		once, err := reader.PANOS(text)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := reader.PANOS(text + text)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if !reflect.DeepEqual(once.Rules, twice.Rules) {
			t.Errorf("%s: loading it twice makes a difference", c.Name)
		}
		for line := range strings.Lines(string(file)) {
			if strings.HasPrefix(line, "delete ") {
				text += line
			}
		}
		switch none, err := reader.PANOS(text); {
		case err != nil:
			t.Errorf("%s: %v", c.Name, err)
		case len(none.Rules) > 0:
			t.Errorf("%s: %d rules are left", c.Name, len(none.Rules))
		}
	}
}

func FuzzQuoting(f *testing.F) { policytest.Quoting(f, paloalto.Platforms(), reader.Readers()) }

func BenchmarkRender(b *testing.B) {
	l := policy.Lower(policytest.Sample(policy.Perimeter), panos.Info(), "file")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Render(panos, l); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(l.Entries)), "entries")
}
