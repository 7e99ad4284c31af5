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

func ports(text string) netspec.PortSet {
	s, err := netspec.ParsePortSet(text)
	if err != nil {
		panic(err)
	}
	return s
}

// sample is a policy of a server that fetches by name, exact and not.
func sample(deny *policy.Deny, title string) *policy.Policy {
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

// TestRefused: what no list of names can say is left out of it and named, by
// what it is.
func TestRefused(t *testing.T) {
	byName := policy.Role{ID: "updates", Name: "Updates", FQDN: []string{"updates.example.com", "*.example.org"}}
	byAddress := policy.Role{ID: "mail", Name: "Mail relay", Addresses: []netip.Prefix{netip.MustParsePrefix("198.51.100.25/32")}}
	ofOnesOwn := policy.Role{ID: "tenant", Name: "Tenant", FQDN: []string{"login.example.com"}, Templates: []string{"{tenant}.example.com"}}
	placeholder := byName
	placeholder.Placeholder, placeholder.Addresses = true, byAddress.Addresses
	for _, test := range []struct {
		name   string
		change func(*policy.Rule)
		want   []string // reasons; none: it is all there
		part   bool     // of the rule is there all the same
	}{
		{"names", func(r *policy.Rule) { r.To.Roles = []*policy.Role{&byName} }, nil, false},
		{"names with documentation addresses", func(r *policy.Rule) { r.To.Roles = []*policy.Role{&placeholder} }, nil, false},
		{"an address", func(r *policy.Rule) { r.To.Roles = []*policy.Role{&byAddress} }, []string{"it is reached by address, not by a name"}, false},
		{"a name and an address", func(r *policy.Rule) { r.To.Roles = []*policy.Role{&byName, &byAddress} }, []string{"it is reached by address, not by a name"}, false},
		{"a name of one's own", func(r *policy.Rule) { r.To.Roles = []*policy.Role{&ofOnesOwn} }, []string{"a name of its own is yet to be filled in, or is none that a list holds"}, false},
		{"what comes in", func(r *policy.Rule) { r.Direction, r.From, r.To = policy.In, r.To, r.From }, []string{"a proxy lists names that may be reached"}, false},
		{"what is forbidden", func(r *policy.Rule) { r.Action = policy.Block }, []string{"it cannot forbid, and what no rule allows is left to its default"}, false},
		{"not TCP", func(r *policy.Rule) { r.Ports = ports("udp/443 icmp/8") }, []string{"a proxy passes TCP alone, not udp", "a proxy passes TCP alone, not icmp"}, false},
		{"not all TCP", func(r *policy.Rule) { r.Ports = ports("tcp/443 udp/443") }, []string{"a proxy passes TCP alone, not udp"}, true},
		{"a source port", func(r *policy.Rule) { r.SourcePorts = ports("tcp/20") }, []string{"it cannot match the source port tcp/20, and any source port would open more"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := sample(&policy.Deny{}, "Update servers")
			p.Rules = p.Rules[:1]
			rule := &p.Rules[0]
			test.change(rule)
			text, l, err := policy.File(proxy.Platforms()[0], p)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, x := range l.Refused {
				got = append(got, x.Why)
				if line := "# NOT HERE: updates: " + x.Why + "."; !strings.Contains(unwrapped(string(text)), line) {
					t.Errorf("the file does not say %q\n%s", line, text)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			there := len(test.want) == 0 || test.part
			if strings.Contains(string(text), "http_access allow") != there {
				t.Errorf("allowed %t, not %t\n%s", !there, there, text)
			}
			set, err := reader.Squid(string(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range policytest.Compare(p, l, set) {
				t.Error(fault)
			}
		})
	}
}

// unwrapped is a text whose comments are a line each again.
func unwrapped(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if out.Len() > 0 {
			if rest, ok := strings.CutPrefix(line, "# "); ok && !strings.HasPrefix(rest, "NOT HERE") {
				out.WriteString(" " + rest)
				continue
			}
			out.WriteString("\n")
		}
		out.WriteString(line)
	}
	return out.String()
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
