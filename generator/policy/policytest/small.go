package policytest

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Words are the texts of a small policy.
type Words struct{ Subject, Slug, Role, Service, Flow string }

// Small is a policy of a few rules: a list of ports from two roles, a source
// port, everybody, a ping, and what is forbidden.
func Small(kind policy.Kind, deny *policy.Deny, w Words) *policy.Policy {
	partners := &policy.Role{ID: "partners", Name: w.Role, Zone: "partner", Placeholder: true, Addresses: addresses("192.0.2.0/28", "198.51.100.7/32", "2001:db8::/64")}
	staff := &policy.Role{ID: "staff", Name: "Staff", Zone: "internal", Addresses: addresses("10.1.0.0/16", "fd00:1::/48")}
	server := &policy.Role{ID: "server", Name: "Server", Zone: "dmz", Self: true, Addresses: addresses("203.0.113.10/32", "2001:db8:1::10/128")}
	everybody := &policy.Role{ID: "internet", Name: "Internet", Zone: "internet", Any: true}
	flow := func(id string) []policy.Reason {
		return []policy.Reason{{Service: w.Service, Flow: &catalog.Flow{ID: id}}}
	}
	ports := func(text string) netspec.PortSet {
		set, err := netspec.ParsePortSet(text)
		if err != nil {
			panic(err)
		}
		return set
	}
	in, out := policy.Forward, policy.Forward
	here := policy.End{Roles: []*policy.Role{server}}
	if kind == policy.Host {
		in, out, here.Local = policy.In, policy.Out, true
	}
	of := func(roles ...*policy.Role) policy.End { return policy.End{Roles: roles} }
	p := &policy.Policy{
		Subject: policy.Subject{Path: "products/" + w.Slug, Slug: w.Slug, Name: w.Subject, DataVersion: "1"},
		At:      policy.Vantage{ID: "perimeter", Kind: kind, Name: "Firewall between the zones"},
		Roles:   []*policy.Role{partners, staff, server, everybody},
		Deny:    deny,
		Rules: []policy.Rule{
			{Direction: in, From: of(partners, staff), To: here, Ports: ports("tcp/443,990,28000-30000"), Reasons: flow(w.Flow)},
			{Direction: in, From: of(everybody), To: here, Ports: ports("udp/443"), Reasons: flow("quic")},
			{Direction: in, From: of(staff), To: here, Ports: ports("icmp/8"), Reasons: flow("ping")},
			{Direction: out, From: here, To: of(partners), Ports: ports("tcp/1024-65535"), SourcePorts: ports("tcp/20"), Reasons: flow("active")},
			{Action: policy.Block, Direction: in, From: of(everybody), To: here, Ports: ports("tcp/445"), Reasons: flow("smb")},
		},
	}
	if kind == policy.Host {
		p.At.ID, p.At.Name = "host", "Server"
	}
	return p
}

func addresses(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

var plain = Words{"Example", "example", "Partners", "FTPS", "transfer"}

// Goldens holds a platform's small files against those in testdata: on a host,
// between zones, and with everything else denied. Each is read back as well.
func Goldens(t *testing.T, pl policy.Platform, read Reader, update bool) {
	t.Helper()
	info := pl.Info()
	for _, c := range []struct {
		name string
		kind policy.Kind
		deny *policy.Deny
	}{
		{"host", policy.Host, nil},
		{"perimeter", policy.Perimeter, nil},
		{"deny", policy.Host, &policy.Deny{Log: true}},
	} {
		p := Small(c.kind, c.deny, plain)
		if !info.Fits(p.At) || c.name == "host" && !info.Hosts {
			continue
		}
		t.Run(info.ID+"-"+c.name, func(t *testing.T) {
			l := policy.Lower(p, info, info.ID+"-"+p.At.ID+"."+info.Ext)
			got, err := policy.Render(pl, l)
			if err != nil {
				t.Fatal(err)
			}
			set, err := read(string(got))
			if err != nil {
				t.Fatalf("%v\n%s", err, got)
			}
			for _, fault := range Compare(p, l, set) {
				t.Error(fault)
			}
			name := filepath.Join("testdata", info.ID+"-"+c.name+"."+info.Ext)
			if update {
				if err := os.WriteFile(name, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatalf("%v; go test -update writes it", err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Errorf("%s: -want +got:\n%s", name, d)
			}
		})
	}
}

// Quoting holds that no text of the data changes what a file does.
func Quoting(f *testing.F, platforms []policy.Platform, readers map[string]Reader) {
	f.Helper()
	for _, s := range []string{"", "a", `"; drop`, "'$(reboot)`x`\\", "{{ x }} %s # no\n- more", ": , - /", "é→“x”", strings.Repeat("long ", 60), "# end\r\nRULES\nCOMMIT"} {
		f.Add(s, "x", "HTTPS")
		f.Add("x", s, "HTTPS")
		f.Add("x", "x", s)
	}
	f.Fuzz(func(t *testing.T, subject, role, service string) {
		for _, pl := range platforms {
			for _, deny := range []*policy.Deny{nil, {Log: true}} {
				kind := policy.Host
				if !pl.Info().Hosts {
					kind = policy.Perimeter
				}
				p := Small(kind, deny, Words{subject, "example", role, service, "transfer"})
				l := policy.Lower(p, pl.Info(), "file")
				text, err := policy.Render(pl, l)
				if err != nil {
					t.Fatal(err)
				}
				set, err := readers[pl.Info().ID](string(text))
				if err != nil {
					t.Fatalf("%s: %v\n%s", pl.Info().ID, err, text)
				}
				for _, fault := range Compare(p, l, set) {
					t.Errorf("%s: %s\n%s", pl.Info().ID, fault, text)
				}
			}
		}
	})
}

// Bench measures platforms with a policy of twenty rules and more.
func Bench(b *testing.B, platforms []policy.Platform) {
	b.Helper()
	p := Small(policy.Perimeter, nil, plain)
	for len(p.Rules) < 20 {
		p.Rules = append(p.Rules, p.Rules[0])
		last := &p.Rules[len(p.Rules)-1]
		last.To = policy.End{Roles: p.Roles[1:2]}
		last.Ports, _ = netspec.ParsePortSet("tcp/" + string(rune('1'+len(p.Rules)%9)) + string(rune('0'+len(p.Rules)%10)))
	}
	for _, pl := range platforms {
		l := policy.Lower(p, pl.Info(), "file")
		b.Run(pl.Info().ID, func(b *testing.B) {
			b.ReportMetric(float64(len(l.Entries)), "entries")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := policy.Render(pl, l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
