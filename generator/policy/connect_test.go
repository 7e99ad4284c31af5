package policy_test

import (
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

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

// TestTwoCallers: two hosts of a client call one flow of the server. At each,
// the one link is in a rule and the other is left.
func TestTwoCallers(t *testing.T) {
	files := maps.Clone(pairFiles)
	files["data/products/fleet.toml"] = &fstest.MapFile{Data: []byte(`
name = "Fleet"
vendor = "V"
kind = "client"
summary = "s"
[endpoint]
tug = { name = "Tug", zone = "dmz", self = true }
barge = { name = "Barge", zone = "internal", self = true }
quay = { name = "Any server", zone = "any" }
[flow]
tug-sftp = { service = "sftp", from = "tug", to = "quay", ports = "tcp/22", need = "required", source = "d" }
barge-sftp = { service = "sftp", from = "barge", to = "quay", ports = "tcp/22", need = "required", source = "d" }
[source.d]
title = "D"
publisher = "V"
`)}
	c := policytest.Load(t, files)
	pairs := network.Pairs(c)
	p := &pairs[slices.IndexFunc(pairs, func(p network.Pair) bool { return p.Slug() == "fleet-to-harbour" })]
	got := map[string]string{}
	for _, at := range policy.PairVantages(p) {
		made := policy.Connect(c, p, at)
		for _, r := range made.Rules {
			got[at.ID] += "in " + r.Reasons[1].Flow.ID + " "
		}
		for _, l := range made.Left {
			got[at.ID] += "left " + l.With.ID + " "
		}
	}
	want := map[string]string{
		"client": "in tug-sftp left barge-sftp ", "client-barge": "in barge-sftp left tug-sftp ",
		"server": "in tug-sftp in barge-sftp ", "perimeter": "in tug-sftp in barge-sftp ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
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
				left := slices.ContainsFunc(got.Left, func(x policy.Left) bool { return x.Reason.Flow == l.Listener() && x.With == l.Initiator() })
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
