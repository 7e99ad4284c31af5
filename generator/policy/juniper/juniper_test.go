package juniper_test

import (
	"flag"
	"reflect"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/juniper"
	"portolan/generator/policy/juniper/reader"
	"portolan/generator/policy/policytest"
)

var update = flag.Bool("update", false, "write the goldens of testdata")

var srx = juniper.Platforms()[0]

func TestConform(t *testing.T) { policytest.Conform(t, srx, reader.SRX) }

func TestGolden(t *testing.T) { policytest.Goldens(t, srx, reader.SRX, *update) }

// TestTwice: a file loaded twice does what it did at first, and the steps that
// remove it leave nothing.
func TestTwice(t *testing.T) {
	for _, c := range policytest.Corpus(t) {
		if !srx.Info().Fits(c.Policy.At) {
			continue
		}
		file, l, err := policy.File(srx, c.Policy)
		if err != nil {
			t.Fatal(err)
		}
		text := string(file)
		once, err := reader.SRX(text)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := reader.SRX(text + text)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if !reflect.DeepEqual(once.Rules, twice.Rules) {
			t.Errorf("%s: loading it twice makes a difference", c.Name)
		}
		if len(l.Entries) == 0 && l.Deny == nil {
			continue // it leaves nothing to remove
		}
		for _, s := range srx.Info().Remove {
			if strings.HasPrefix(s.Command, "delete ") {
				text += strings.ReplaceAll(s.Command, "{id}", l.ID) + "\n"
			}
		}
		switch none, err := reader.SRX(text); {
		case err != nil:
			t.Errorf("%s: %v", c.Name, err)
		case len(none.Rules) > 0:
			t.Errorf("%s: %d rules are left", c.Name, len(none.Rules))
		}
	}
}

// TestTerms: more pairs of ports than an application holds go into several.
func TestTerms(t *testing.T) {
	p := policytest.Sample(policy.Perimeter)
	p.Rules = p.Rules[1:2]
	r := &p.Rules[0]
	r.SourcePorts, _ = netspec.ParsePortSet("tcp/20,30,40")
	r.Ports, _ = netspec.ParsePortSet("tcp/1000,2000-2100,3000")
	l := policy.Lower(p, srx.Info(), "file")
	file, err := policy.Render(srx, l)
	if err != nil {
		t.Fatal(err)
	}
	set, err := reader.SRX(string(file))
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Rules) != 9 {
		t.Errorf("%d terms, want 9\n%s", len(set.Rules), file)
	}
	for _, fault := range policytest.Compare(p, l, set) {
		t.Error(fault)
	}
}

func FuzzQuoting(f *testing.F) { policytest.Quoting(f, juniper.Platforms(), reader.Readers()) }

func BenchmarkRender(b *testing.B) {
	l := policy.Lower(policytest.Sample(policy.Perimeter), srx.Info(), "file")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Render(srx, l); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(l.Entries)), "entries")
}
