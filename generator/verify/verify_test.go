package verify_test

import (
	"bytes"
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
	"portolan/generator/verify"
)

var update = flag.Bool("update", false, "write the golden files anew")

func ports(t testing.TB, text string) netspec.PortSet {
	t.Helper()
	s, err := netspec.ParsePortSet(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func addresses(texts ...string) (out []netip.Prefix) {
	for _, s := range texts {
		if strings.Contains(s, "/") {
			out = append(out, netip.MustParsePrefix(s))
			continue
		}
		a := netip.MustParseAddr(s)
		out = append(out, netip.PrefixFrom(a, a.BitLen()))
	}
	return out
}

// maker makes a policy at a host, rule by rule.
type maker struct {
	t    testing.TB
	p    *policy.Policy
	self *policy.Role
}

func newMaker(t testing.TB) *maker {
	self := &policy.Role{ID: "server", Name: "Server", Self: true}
	return &maker{t, &policy.Policy{
		Subject: policy.Subject{Path: "products/mft", Slug: "mft", Name: "MFT", Version: "4.2", DataVersion: "abc123", Features: []string{"sftp", "ldap"}},
		At:      policy.Vantage{ID: "host", Kind: policy.Host, Name: "MFT server", Endpoint: "server"},
	}, self}
}

func (m *maker) role(r policy.Role) *policy.Role {
	m.p.Roles = append(m.p.Roles, &r)
	return &r
}

// rule adds a rule that lets the host call a role, or forbids it.
func (m *maker) rule(a policy.Action, flow, service, set string, to *policy.Role) *policy.Rule {
	m.p.Rules = append(m.p.Rules, policy.Rule{
		Action: a, Direction: policy.Out,
		From: policy.End{Local: true, Roles: []*policy.Role{m.self}}, To: policy.End{Roles: []*policy.Role{to}},
		Ports:   ports(m.t, set),
		Reasons: []policy.Reason{{Flow: &catalog.Flow{ID: flow, From: []string{"server"}, Ports: ports(m.t, set)}, Service: service}},
	})
	return &m.p.Rules[len(m.p.Rules)-1]
}

// sample has each kind of line once.
func sample(t testing.TB) *policy.Policy {
	m := newMaker(t)
	users := m.role(policy.Role{ID: "users", Name: "Users", Zone: "Internet", Addresses: addresses("192.0.2.10", "2001:db8::10"), Placeholder: true})
	nas := m.role(policy.Role{ID: "nas.main", Name: "NAS", Zone: "Internal", Addresses: addresses("10.0.0.7", "fd00::7", "10.9.0.0/16")})
	vendor := m.role(policy.Role{ID: "vendor", Name: "Vendor", Zone: "Internet", FQDN: []string{"updates.vendor.net", "*.cdn.vendor.net"}, Templates: []string{"{tenant}.vendor.net"}})
	internet := m.role(policy.Role{ID: "internet", Name: "Internet", Any: true})
	m.rule(policy.Allow, "updates", "HTTPS", "tcp/443", vendor)
	m.rule(policy.Allow, "nas", "SMB", "tcp/445", nas)
	m.rule(policy.Allow, "passive", "FTP data", "tcp/28000-30000", users)
	m.rule(policy.Allow, "active", "FTP data", "tcp/989", users).SourcePorts = ports(t, "tcp/20")
	wide := m.rule(policy.Allow, "callback", "FTP data", "tcp/*", users)
	wide.Reasons = append(wide.Reasons, policy.Reason{Flow: &catalog.Flow{ID: "notify", Ports: ports(t, "tcp/8443")}, Service: "HTTPS"})
	m.rule(policy.Allow, "dns", "DNS", "tcp/53 udp/53", nas)
	m.rule(policy.Allow, "tunnel", "IPsec", "esp", vendor)
	m.rule(policy.Block, "no-windows", "SMB", "tcp/445", internet)
	m.rule(policy.Block, "no-nas", "Anything", "tcp/400-500", nas)
	m.rule(policy.Block, "nothing", "Anything", "any", users)
	in := m.rule(policy.Allow, "web", "HTTPS", "tcp/443", users)
	in.Direction, in.From, in.To = policy.In, in.To, in.From
	m.p.Left = []policy.Left{
		{Reason: policy.Reason{Flow: &catalog.Flow{ID: "metering", From: []string{"server"}}, Service: "Metering"}, Why: policy.NoPort},
		{Reason: policy.Reason{Flow: &catalog.Flow{ID: "agent", From: []string{"users"}}, Service: "Agent"}, Why: policy.NoPort},
		{Reason: policy.Reason{Flow: &catalog.Flow{ID: "far", From: []string{"server"}}, Service: "Far"}, Why: policy.Elsewhere},
	}
	return m.p
}

func tool(t testing.TB, id string) verify.Tool {
	t.Helper()
	for _, tool := range verify.Tools() {
		if tool.ID == id {
			return tool
		}
	}
	t.Fatalf("no tool %s", id)
	return verify.Tool{}
}

// program is a program of tests; without it they are skipped, where CI=true they fail.
func program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return path
}

// own is what is a file's own: without the engine that is the same in every file.
func own(tool string, text []byte) string {
	if tool == "nmap" {
		before, rest, _ := strings.Cut(string(text), "set -uf\n")
		_, after, _ := strings.Cut(rest, "\n}\n")
		return before + "...\n" + after
	}
	before, _, _ := strings.Cut(string(text), "# From here on every file is the same.\n")
	return before
}

func TestGolden(t *testing.T) {
	p := sample(t)
	for _, tool := range verify.Tools() {
		t.Run(tool.ID, func(t *testing.T) {
			got := own(tool.ID, tool.Render(p))
			name := filepath.Join("testdata", tool.ID+"."+tool.Ext)
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNothingToTest(t *testing.T) {
	m := newMaker(t)
	users := m.role(policy.Role{ID: "users", Name: "Users", Any: true})
	in := m.rule(policy.Allow, "web", "HTTPS", "tcp/443", users)
	in.Direction, in.From, in.To = policy.In, in.To, in.From
	own := m.rule(policy.Allow, "loop", "HTTPS", "tcp/443", m.self)
	own.To.Local = true
	for _, tool := range verify.Tools() {
		if got := tool.Render(m.p); got != nil {
			t.Errorf("%s: %s", tool.ID, got)
		}
	}
}

// commands are a file's lines but its comments.
func commands(text []byte) []string {
	var out []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			out = append(out, line)
		}
	}
	return out
}

// hostile fills every text of a policy.
func hostile(t testing.TB, evil string) *policy.Policy {
	p := sample(t)
	p.Subject.Name, p.Subject.Version, p.Subject.Path, p.Subject.DataVersion = evil, evil, evil, evil
	p.Subject.Features = []string{evil}
	p.At.Name = evil
	for _, r := range p.Roles {
		r.Name, r.Zone = evil, evil
		r.FQDN = append(r.FQDN, evil, "*."+evil)
		r.Templates = append(r.Templates, evil, "{"+evil+"}.net", "{"+evil)
	}
	for i := range p.Rules {
		p.Rules[i].Reasons[0].Service = evil
		p.Rules[i].Reasons[0].Instance = evil
	}
	for i := range p.Left {
		p.Left[i].Reason.Service = evil
	}
	return p
}

var evils = []string{
	"'; touch /tmp/evil; '", "$(touch /tmp/evil)", "`touch /tmp/evil`", "a\nrm -rf /\n", "a\r\ntouch x", `" ; exit 0`, "\x00", "\u2018; Remove-Item x; \u2019",
	"a\u2028b", "-oG /tmp/evil", "--set=x", "${IFS}", "%PATH%", "END\n}", "\\", "*", "é\u0301", "#", "a'b", "|| true", strings.Repeat("x", 5000),
}

func TestHostileTexts(t *testing.T) {
	plain := hostile(t, "harmless")
	for _, tool := range verify.Tools() {
		for _, evil := range evils {
			text := tool.Render(hostile(t, evil))
			checkASCII(t, text)
			got, want := commands(text), commands(tool.Render(plain))
			if len(got) != len(want) {
				t.Fatalf("%s: %q makes %d commands of %d", tool.ID, evil, len(got), len(want))
			}
			for i := range got {
				if a, b := skeleton(got[i]), skeleton(want[i]); a != b {
					t.Errorf("%s: %q makes %q of %q", tool.ID, evil, got[i], want[i])
				}
			}
		}
	}
}

// skeleton is a command without what stands in single quotes, and without the
// one bare word that data makes: a flow's id.
func skeleton(line string) string {
	parts := strings.Split(strings.TrimRight(line, "\n"), "'")
	for i := range parts {
		if i%2 == 1 {
			parts[i] = ""
		}
	}
	words := strings.Fields(strings.Join(parts, "'"))
	switch {
	case len(words) == 8 && words[0] == "check":
		words[6] = "FLOW"
	case len(words) > 2 && words[0] == "left":
		words[1] = "FLOW"
	}
	return strings.Join(words, " ")
}

func checkASCII(t *testing.T, text []byte) {
	t.Helper()
	for i, c := range text {
		if c != '\n' && (c < ' ' || c > '~') {
			t.Fatalf("byte %#x at %d, after %q", c, i, text[max(0, i-40):i])
		}
	}
}

// FuzzTexts holds that no text ends its quotes, its comment or its word.
func FuzzTexts(f *testing.F) {
	for _, evil := range evils {
		f.Add(evil)
	}
	f.Fuzz(func(t *testing.T, evil string) {
		plain := hostile(t, "harmless")
		for _, tool := range verify.Tools() {
			text := tool.Render(hostile(t, evil))
			checkASCII(t, text)
			got, want := commands(text), commands(tool.Render(plain))
			if len(got) != len(want) {
				t.Fatalf("%s: %d commands of %d", tool.ID, len(got), len(want))
			}
			for i := range got {
				if a, b := skeleton(got[i]), skeleton(want[i]); a != b {
					t.Errorf("%s: %q of %q", tool.ID, got[i], want[i])
				}
			}
		}
	})
}

// TestHostileIDs fills the ids, which name variables and flows.
func TestHostileIDs(t *testing.T) {
	shell := program(t, "bash")
	for _, evil := range evils {
		p := sample(t)
		for i, r := range p.Roles {
			r.ID = evil + strings.Repeat("-", i%2) // some alike
		}
		for i := range p.Rules {
			p.Rules[i].Reasons[0].Flow.ID = evil
		}
		for _, tool := range verify.Tools() {
			text := tool.Render(p)
			checkASCII(t, text)
			if len(commands(text)) != len(commands(tool.Render(sample(t)))) {
				// Flows of one id may share a line of nmap's, not of the others.
				t.Errorf("%s: %q changes the commands", tool.ID, evil)
			}
			if tool.ID == "powershell" {
				continue
			}
			cmd := exec.Command(shell, "-n")
			cmd.Stdin = bytes.NewReader(text)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %q: %v\n%s", tool.ID, evil, err, out)
			}
		}
	}
}

func TestShellcheck(t *testing.T) {
	check := program(t, "shellcheck")
	for _, tool := range verify.Tools() {
		if tool.Ext != "sh" {
			continue
		}
		cmd := exec.Command(check, "-")
		cmd.Stdin = bytes.NewReader(tool.Render(sample(t)))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", tool.ID, err, out)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	p := sample(b)
	for _, tool := range verify.Tools() {
		b.Run(tool.ID, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tool.Render(p)
			}
		})
	}
}
