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

// Sample is a small policy for goldens: a server that clients reach on a port
// and a range, that connects back from a port of its own, that fetches from
// names, and that clients must not reach on another port. Each call makes one anew.
func Sample(k policy.Kind) *policy.Policy {
	prefixes := func(list ...string) (out []netip.Prefix) {
		for _, s := range list {
			out = append(out, netip.MustParsePrefix(s))
		}
		return out
	}
	clients := &policy.Role{ID: "clients", Name: "Clients", Zone: "internet", Placeholder: true, Addresses: prefixes("203.0.113.0/28", "2001:db8::/64")}
	server := &policy.Role{ID: "server", Name: "File server", Zone: "dmz", Self: true, Addresses: prefixes("192.0.2.10/32", "2001:db8:0:1::10/128")}
	updates := &policy.Role{ID: "updates", Name: "Update servers", Zone: "internet", Placeholder: true, Addresses: prefixes("203.0.113.32/28"), FQDN: []string{"updates.example.com"}}
	p := &policy.Policy{
		Subject: policy.Subject{Path: "products/files", Slug: "files", Name: "Files", Version: "2", DataVersion: "1"},
		At:      policy.Vantage{ID: "perimeter", Kind: policy.Perimeter, Name: "Firewall between the zones"},
		Roles:   []*policy.Role{clients, server, updates},
	}
	here := policy.End{Roles: []*policy.Role{server}}
	in, out := policy.Forward, policy.Forward
	if k == policy.Host {
		p.At = policy.Vantage{ID: "host", Kind: policy.Host, Name: "File server", Endpoint: "server"}
		here.Local, in, out = true, policy.In, policy.Out
	}
	add := func(a policy.Action, d policy.Direction, flow, service string, from, to policy.End, ports, sources string) {
		parse := func(text string) (s netspec.PortSet) {
			if text == "" {
				return s
			}
			s, err := netspec.ParsePortSet(text)
			if err != nil {
				panic(err)
			}
			return s
		}
		p.Rules = append(p.Rules, policy.Rule{
			Action: a, Direction: d, From: from, To: to, Ports: parse(ports), SourcePorts: parse(sources),
			Reasons: []policy.Reason{{Flow: &catalog.Flow{ID: flow}, Service: service}},
		})
	}
	end := func(r *policy.Role) policy.End { return policy.End{Roles: []*policy.Role{r}} }
	add(policy.Allow, in, "web", "HTTPS", end(clients), here, "tcp/443,28000-30000", "")
	add(policy.Allow, out, "active", "FTP data", here, end(clients), "tcp/*", "tcp/20")
	add(policy.Allow, out, "update", "HTTPS", here, end(updates), "tcp/443", "")
	add(policy.Allow, in, "ping", "Ping", end(clients), here, "icmp/8", "")
	add(policy.Block, in, "no-shares", "SMB", end(clients), here, "tcp/445", "")
	return p
}

// Golden holds what a platform writes for a policy to a file in testdata, or
// rewrites that.
func Golden(t *testing.T, pl policy.Platform, name string, p *policy.Policy, update bool) {
	t.Helper()
	file := filepath.Join("testdata", pl.Info().ID+"-"+name+"."+pl.Info().Ext)
	got, err := policy.Render(pl, policy.Lower(p, pl.Info(), pl.Info().ID+"-"+p.At.ID+"."+pl.Info().Ext))
	if err != nil {
		t.Fatal(err)
	}
	if update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s (-want +got), -update rewrites it:\n%s", file, diff)
	}
}

// Texts puts a text of anybody's wherever the data could have one, renders the
// sample and reads it back: nothing but the texts may change.
func Texts(t *testing.T, pl policy.Platform, read Reader, k policy.Kind, text string) {
	t.Helper()
	p := Sample(k)
	p.Subject.Name, p.Subject.Version, p.Subject.Slug, p.At.Name = text, text, text, text
	p.Deny = &policy.Deny{Log: true}
	for _, r := range p.Roles {
		r.Name, r.Zone, r.ID = text, text, r.ID+text
		r.Templates = []string{text}
	}
	for i := range p.Rules {
		r := &p.Rules[i].Reasons[0]
		r.Service, r.Flow.ID = text, r.Flow.ID+text
	}
	l := policy.Lower(p, pl.Info(), "file")
	got, err := policy.Render(pl, l)
	if err != nil {
		t.Fatal(err)
	}
	set, err := read(string(got))
	if err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	if faults := Compare(p, l, set); len(faults) > 0 {
		t.Errorf("%d packets go wrong, the first: %s\n%s", len(faults), faults[0], got)
	}
}
