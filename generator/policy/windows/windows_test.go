package windows_test

import (
	"flag"
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/windows"
	"portolan/generator/policy/windows/reader"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestConform(t *testing.T) {
	for _, pl := range windows.Platforms() {
		t.Run(pl.Info().ID, func(t *testing.T) { policytest.Conform(t, pl, reader.Readers()[pl.Info().ID]) })
	}
}

func TestGolden(t *testing.T) {
	for _, pl := range windows.Platforms() {
		policytest.Golden(t, pl, "rules", policytest.Sample(policy.Host), *update)
		p := policytest.Sample(policy.Host)
		p.Rules, p.Deny = p.Rules[:1], &policy.Deny{Log: true}
		policytest.Golden(t, pl, "deny", p, *update)
	}
}

// TestManyAddresses holds that a role of hundreds of addresses makes no line
// that the command interpreter cuts.
func TestManyAddresses(t *testing.T) {
	p := policytest.Sample(policy.Host)
	r := p.Roles[0]
	r.Addresses = nil
	for i := range 400 {
		a := [16]byte{0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, byte(i >> 7), byte(i << 1), 1}
		r.Addresses = append(r.Addresses, netip.PrefixFrom(netip.AddrFrom16(a), 128))
	}
	for _, pl := range windows.Platforms() {
		policytest.Check(t, pl, reader.Readers()[pl.Info().ID], []policytest.Case{{Name: "many", Policy: p}})
	}
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{"", "'; Remove-Item C:\\ #", "\u2019\u2018", `" & del %PATH% ^|`, "a\r\nb", "$(x)`", "all", "goto x", "rem", ")", strings.Repeat("a name that goes on and on, ", 12)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, pl := range windows.Platforms() {
			policytest.Texts(t, pl, reader.Readers()[pl.Info().ID], policy.Host, text)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	for _, pl := range windows.Platforms() {
		b.Run(pl.Info().ID, func(b *testing.B) {
			for _, c := range policytest.Corpus(b) {
				if c.Name != "small/host/plain" {
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
