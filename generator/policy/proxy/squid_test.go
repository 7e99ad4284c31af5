package proxy_test

import (
	"flag"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/proxy"
	"portolan/generator/policy/proxy/reader"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestConform(t *testing.T) {
	policytest.Conform(t, proxy.Platforms()[0], reader.Squid)
}

// sample is a policy of a server that fetches by name, exact and not.
func sample(deny *policy.Deny, title string) *policy.Policy {
	ports := func(text string) netspec.PortSet {
		s, err := netspec.ParsePortSet(text)
		if err != nil {
			panic(err)
		}
		return s
	}
	server := &policy.Role{ID: "server", Name: "Server", Addresses: []netip.Prefix{netip.MustParsePrefix("192.0.2.10/32"), netip.MustParsePrefix("2001:db8::10/128")}}
	updates := &policy.Role{ID: "updates", Name: title, FQDN: []string{"updates.example.com", "mirror.example.org"}}
	cloud := &policy.Role{ID: "cloud", Name: "Cloud", FQDN: []string{"*.cloud.example.net", "cloud.example.net"}}
	mail := &policy.Role{ID: "mail", Name: "Mail relay", Addresses: []netip.Prefix{netip.MustParsePrefix("198.51.100.25/32")}}
	rule := func(id, service string, to *policy.Role, listens string) policy.Rule {
		return policy.Rule{Action: policy.Allow, Direction: policy.Out, From: policy.End{Local: true, Roles: []*policy.Role{server}}, To: policy.End{Roles: []*policy.Role{to}}, Ports: ports(listens),
			Reasons: []policy.Reason{{Flow: &catalog.Flow{ID: id}, Service: service}}}
	}
	return &policy.Policy{
		Subject: policy.Subject{Path: "products/ferry", Slug: "ferry", Name: "Ferry", DataVersion: "1"},
		At:      policy.Vantage{ID: "host", Kind: policy.Host, Name: "Server"},
		Deny:    deny,
		Rules:   []policy.Rule{rule("updates", "HTTPS", updates, "tcp/80,443"), rule("cloud", title, cloud, "tcp/443,8000-8100 udp/443"), rule("mail", "SMTP", mail, "tcp/25")},
	}
}

func render(t testing.TB, p *policy.Policy) string {
	t.Helper()
	out, err := policy.Render(proxy.Platforms()[0], policy.Lower(p, proxy.Platforms()[0].Info(), "ferry.conf"))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestGolden(t *testing.T) {
	for name, p := range map[string]*policy.Policy{"names": sample(nil, "Update servers"), "deny": sample(&policy.Deny{}, "Update servers")} {
		got := render(t, p)
		file := filepath.Join("testdata", name+".conf")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

// TestParse lets Squid itself read the files of the corpus.
func TestParse(t *testing.T) {
	program, err := exec.LookPath("squid")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/squid")
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	parse := func(text string) (string, error) {
		file := filepath.Join(t.TempDir(), "squid.conf")
		// Without a name of its own it warns of what the machine is called.
		if err := os.WriteFile(file, []byte("visible_hostname proxy.test\n"+text), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(program, "-k", "parse", "-f", file).CombinedOutput()
		return string(out), err
	}
	for _, c := range append(policytest.Corpus(t), policytest.Case{Name: "sample", Policy: sample(&policy.Deny{}, "Updates")}) {
		if !proxy.Platforms()[0].Info().Fits(c.Policy.At) {
			continue
		}
		text := render(t, c.Policy)
		if out, err := parse(text); err != nil || strings.Contains(out, "WARNING") || strings.Contains(out, "ERROR") || strings.Contains(out, "empty ACL") {
			t.Errorf("%s: %v\n%s\n%s", c.Name, err, out, text)
		}
	}
	if _, err := parse("http_access allow nobody\n"); err == nil {
		t.Error("squid takes a list that is not there")
	}
}

func FuzzText(f *testing.F) {
	f.Add("Update servers")
	f.Add("x\nhttp_access allow all")
	f.Add("#\\\r\n\"")
	f.Fuzz(func(t *testing.T, title string) {
		p := sample(&policy.Deny{}, title)
		text := render(t, p)
		set, err := reader.Squid(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if faults := policytest.Compare(p, policy.Lower(p, proxy.Platforms()[0].Info(), "ferry.conf"), set); len(faults) > 0 {
			t.Fatalf("%s\n%s", strings.Join(faults, "\n"), text)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	p := sample(nil, "Update servers")
	for len(p.Rules) < 20 {
		p.Rules = append(p.Rules, p.Rules...)
	}
	l := policy.Lower(p, proxy.Platforms()[0].Info(), "ferry.conf")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Render(proxy.Platforms()[0], l); err != nil {
			b.Fatal(err)
		}
	}
}
