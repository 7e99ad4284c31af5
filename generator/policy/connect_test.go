package policy_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/platforms"
	"portolan/generator/policy/policytest"
	"portolan/generator/table/tabletest"
)

// pairFiles are a client that its vendor runs and one that is yours, and a
// server of two kinds of host with an active mode.
var pairFiles = fstest.MapFS{
	"data/services.toml": {Data: []byte(`
[service]
ftps-explicit = { name = "FTPS" }
ftps-data = { name = "FTPS data" }
sftp = { name = "SFTP" }
`)},
	"data/zones.toml": {Data: []byte(`
[zone]
internet = { name = "Internet" }
partner = { name = "Partner" }
dmz = { name = "DMZ" }
internal = { name = "Internal" }
cloud = { name = "Cloud" }
`)},
	"data/products/cloud.toml": {Data: []byte(`
name = "Sky"
vendor = "V"
kind = "service"
summary = "s"
[endpoint]
me = { name = "Sky", zone = "cloud", self = true }
peer = { name = "Server", zone = "partner" }
[flow]
sftp = { service = "sftp", from = "me", to = "peer", ports = "tcp/?", need = "required", source = "d" }
[source.d]
title = "D"
publisher = "V"
`)},
	"data/products/gull.toml": {Data: []byte(`
name = "Gull"
vendor = "V"
kind = "client"
summary = "s"
[endpoint]
me = { name = "Gull", zone = "internal", self = true }
peer = { name = "Server", zone = "partner" }
[flow]
control = { service = "ftps-explicit", from = "me", to = "peer", ports = "tcp/21", need = "required", source = "d", related = ["passive", "active"] }
passive = { service = "ftps-data", from = "me", to = "peer", ports = "tcp/2000-2100", ports_from = "peer", need = "required", source = "d" }
active = { service = "ftps-data", from = "peer", to = "me", ports = "tcp/*", dynamic = true, need = "required", source = "d" }
[source.d]
title = "D"
publisher = "V"
`)},
	"data/products/harbour.toml": {Data: []byte(`
name = "Harbour"
vendor = "W"
kind = "server"
summary = "s"
[endpoint]
node = { name = "Node", zone = "dmz", self = true, cidr = ["192.0.2.77/32"] }
gate = { name = "Gate", zone = "internal", self = true }
users = { name = "Users", zone = "any" }
[flow]
control = { service = "ftps-explicit", from = "users", to = "node", ports = "tcp/21", need = "required", source = "d", related = ["range", "active"] }
range = { service = "ftps-data", from = "users", to = "node", ports = "tcp/3000-3100", need = "required", source = "d" }
active = { service = "ftps-data", from = "node", to = "users", ports = "tcp/*", source_ports = "tcp/20", dynamic = true, need = "required", source = "d" }
sftp = { service = "sftp", from = "users", to = "gate", ports = "tcp/22", need = "required", source = "d" }
[source.d]
title = "D"
publisher = "W"
`)},
}

func TestConnect(t *testing.T) {
	goldens := tabletest.NewGoldens(t)
	c := policytest.Load(t, pairFiles)
	for _, p := range network.Pairs(c) {
		for _, at := range policy.PairVantages(&p) {
			goldens.Check(p.Slug()+"-"+at.ID+".txt", policytest.Dump(policy.Connect(c, &p, at)))
		}
	}
}

// TestEveryPair: each usual link of our own data is in a rule at the server
// and between the two, or it is said why not; and every platform can carry
// or refuses the rules.
func TestEveryPair(t *testing.T) {
	c := ours(t)
	pairs := network.Pairs(c)
	if len(pairs) == 0 {
		t.Fatal("no pairs")
	}
	for _, p := range pairs {
		for _, at := range policy.PairVantages(&p) {
			got := policy.Connect(c, &p, at)
			for i := range p.Links {
				l := &p.Links[i]
				in := slices.ContainsFunc(got.Rules, func(r policy.Rule) bool {
					return slices.ContainsFunc(r.Reasons, func(x policy.Reason) bool { return x.Flow == l.Server }) &&
						slices.ContainsFunc(r.Reasons, func(x policy.Reason) bool { return x.Flow == l.Client }) && r.Ports.Covers(l.Ports)
				})
				left := slices.ContainsFunc(got.Left, func(x policy.Left) bool { return x.Reason.Flow == l.Server || x.Reason.Flow == l.Client })
				if want := l.Usual && !left; in != want {
					t.Errorf("%s at %s: %s and %s in a rule: %v, want %v", p.Slug(), at.ID, l.Client.ID, l.Server.ID, in, want)
				}
			}
			for _, pl := range platforms.All() {
				if !pl.Info().Fits(at) {
					continue
				}
				if _, _, err := policy.File(pl, got); err != nil {
					t.Errorf("%s at %s: %s: %v", p.Slug(), at.ID, pl.Info().ID, err)
				}
			}
		}
	}
}
