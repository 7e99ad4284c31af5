package fortinet_test

import (
	"flag"
	"strings"
	"testing"

	"portolan/generator/policy"
	"portolan/generator/policy/fortinet"
	"portolan/generator/policy/fortinet/reader"
	"portolan/generator/policy/policytest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestConform(t *testing.T) {
	for _, pl := range fortinet.Platforms() {
		t.Run(pl.Info().ID, func(t *testing.T) { policytest.Conform(t, pl, reader.Readers()[pl.Info().ID]) })
	}
}

func TestGolden(t *testing.T) {
	for _, pl := range fortinet.Platforms() {
		policytest.Golden(t, pl, "rules", policytest.Sample(policy.Perimeter), *update)
		p := policytest.Sample(policy.Perimeter)
		p.Rules, p.Deny = p.Rules[:1], &policy.Deny{Log: true}
		policytest.Golden(t, pl, "deny", p, *update)
	}
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{"", "'; Remove-Item C:\\ #", "\u2019\u2018", `" & del %PATH% ^|`, "a\r\nb", "$(x)`", "all", "goto x", "rem", ")", strings.Repeat("a name that goes on and on, ", 12)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, pl := range fortinet.Platforms() {
			policytest.Texts(t, pl, reader.Readers()[pl.Info().ID], policy.Perimeter, text)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	for _, pl := range fortinet.Platforms() {
		b.Run(pl.Info().ID, func(b *testing.B) {
			for _, c := range policytest.Corpus(b) {
				if c.Name != "small/perimeter/plain" {
					continue
				}
				l := policy.Lower(c.Policy, pl.Info(), "file")
				b.ReportMetric(float64(len(l.Entries)), "entries")
				for b.Loop() {
					if _, err := policy.Render(pl, l); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
