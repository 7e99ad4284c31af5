package cisco_test

import (
	"flag"
	"reflect"
	"strings"
	"testing"

	"portolan/generator/policy"
	"portolan/generator/policy/cisco"
	"portolan/generator/policy/cisco/reader"
	"portolan/generator/policy/policytest"
)

var update = flag.Bool("update", false, "write the goldens of testdata")

func TestConform(t *testing.T) {
	for _, pl := range cisco.Platforms() {
		t.Run(pl.Info().ID, func(t *testing.T) { policytest.Conform(t, pl, reader.Readers()[pl.Info().ID]) })
	}
}

func TestGolden(t *testing.T) {
	for _, pl := range cisco.Platforms() {
		policytest.Goldens(t, pl, reader.Readers()[pl.Info().ID], *update)
	}
}

// TestTwice: a file loaded twice does what it did at first, and its lines that
// take away leave nothing.
func TestTwice(t *testing.T) {
	for _, pl := range cisco.Platforms() {
		read := reader.Readers()[pl.Info().ID]
		for _, c := range policytest.Corpus(t) {
			if !pl.Info().Fits(c.Policy.At) {
				continue
			}
			file, _, err := policy.File(pl, c.Policy)
			if err != nil {
				t.Fatal(err)
			}
			text := string(file)
			once, err := read(text)
			if err != nil {
				t.Fatal(err)
			}
			twice, err := read(text + text)
			if err != nil {
				t.Fatalf("%s, %s: %v", pl.Info().ID, c.Name, err)
			}
			if !reflect.DeepEqual(once, twice) {
				t.Errorf("%s, %s: loading it twice makes a difference", pl.Info().ID, c.Name)
			}
			for line := range strings.Lines(string(file)) {
				if strings.HasPrefix(line, "no ") || strings.HasPrefix(line, "clear ") {
					text += line
				}
			}
			switch none, err := read(text); {
			case err != nil:
				t.Errorf("%s, %s: %v", pl.Info().ID, c.Name, err)
			case len(none.Rules) > 0:
				t.Errorf("%s, %s: %d rules are left", pl.Info().ID, c.Name, len(none.Rules))
			}
		}
	}
}

// TestTranslations: only the ASA writes them, as it wants them.
func TestTranslations(t *testing.T) {
	for _, c := range policytest.Corpus(t) {
		if c.Name != "town/edge/translate" {
			continue
		}
		for _, pl := range cisco.Platforms() {
			file, l, err := policy.File(pl, c.Policy)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Count(string(file), " nat (inside,outside) static 203.0.113.1"), len(l.Translations); got != want || (want > 0) != (pl.Info().ID == "cisco-asa") {
				t.Errorf("%s: %d translations, want %d", pl.Info().ID, got, want)
			}
		}
	}
}

func FuzzQuoting(f *testing.F) { policytest.Quoting(f, cisco.Platforms(), reader.Readers()) }

func BenchmarkRender(b *testing.B) {
	for _, pl := range cisco.Platforms() {
		b.Run(pl.Info().ID, func(b *testing.B) {
			l := policy.Lower(policytest.Sample(policy.Perimeter), pl.Info(), "file")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := policy.Render(pl, l); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(l.Entries)), "entries")
		})
	}
}
