package policy_test

import (
	"net/netip"
	"slices"
	"strconv"
	"testing"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// dice turn a fuzzer's bytes into choices; past their end every choice is the first.
type dice struct{ left []byte }

// n is a number below max.
func (d *dice) n(limit int) int {
	if len(d.left) == 0 {
		return 0
	}
	b := d.left[0]
	d.left = d.left[1:]
	return int(b) % limit
}

func (d *dice) yes() bool { return d.n(2) == 1 }

// one is one of a list.
func one[T any](d *dice, list ...T) T { return list[d.n(len(list))] }

// some are one at least of a list, in its order.
func some[T any](d *dice, list []T) []T {
	first := d.n(len(list))
	out := []T{list[first]}
	for _, x := range list[first+1:] {
		if d.n(4) == 3 {
			out = append(out, x)
		}
	}
	return out
}

// info is a platform of any abilities.
func (d *dice) info() *policy.Info {
	i := &policy.Info{ID: "x", Title: "X", Hosts: d.yes(), Perimeters: true}
	i.Families = policy.Families(d.n(5))
	i.Ends = policy.Ends(d.n(3))
	i.FQDN = policy.FQDN(d.n(3))
	i.FQDNTo = d.yes()
	i.Destination = policy.Destination(d.n(2))
	i.AnyProtocol = d.yes()
	if d.yes() {
		i.Transports = []netspec.Transport{netspec.SCTP}
	}
	i.NoICMP, i.NoICMPv6, i.NoICMPType = d.n(8) == 7, d.n(8) == 7, d.n(8) == 7
	i.MaxPorts = one(d, 0, 1, 2, 15)
	i.RangeSlots = min(i.MaxPorts, one(d, 1, 2))
	i.NoSourcePorts, i.NamedServices = d.n(4) == 3, d.yes()
	i.Denies = policy.Denies(d.n(3))
	i.Closes, i.Stateless, i.Translates = d.yes(), d.n(4) == 3, d.yes()
	i.Name = policy.Name{Max: one(d, 0, 64, 31, 17), Extra: one(d, "", "_", "-_."), Upper: d.yes()}
	i.Note = policy.Note{Max: one(d, 0, 40, 8), Without: one(d, "", ",:", " ")}
	if d.yes() {
		i.Numbers = policy.Numbers{First: 10, Step: 10, Last: one(d, 0, 65535)}
	}
	i.Quota = one(d, 0, 0, 60)
	i.OnlyNames = d.n(4) == 3
	return i
}

// policy is one of a few roles and rules, compiled from a product so that what
// the compiler promises holds.
func (d *dice) policy() *policy.Policy {
	p := &catalog.Product{Slug: one(d, "p", "a-product-with-a-name-that-is-long", "0"), Name: one(d, "P", "É “x” \n'"), DataVersion: "1"}
	pool := []string{"10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "192.0.2.0/24", "0.0.0.0/0", "fd00::/8", "fd00:1::/32", "2001:db8::7/128", "::/0"}
	for i := range 2 + d.n(4) {
		e := catalog.Endpoint{ID: "e" + strconv.Itoa(i), Name: one(d, "E", "", "’"), Zone: one(d, "dmz", "internet", "any", "host", "internal"), Self: i == 0 || d.n(3) == 2, Many: d.yes()}
		e.Managed = e.Self
		if d.yes() {
			for _, s := range some(d, pool) {
				e.CIDR = append(e.CIDR, netspec.Prefix{Prefix: netip.MustParsePrefix(s)})
			}
		}
		if d.n(3) == 2 {
			e.FQDN = some(d, []string{"a.example.com", "*.b.example.com", "{tenant}.example.com", "c.example.com"})
		}
		p.Endpoints = append(p.Endpoints, e)
	}
	var ids []string
	for i := range p.Endpoints {
		ids = append(ids, p.Endpoints[i].ID)
	}
	for i := range 1 + d.n(6) {
		f := catalog.Flow{ID: "f" + strconv.Itoa(i), Service: "s", From: some(d, ids), To: some(d, ids), Need: catalog.Required}
		list := []string{"tcp/443", "tcp/1-1024", "tcp/21,989-990,28000-30000", "udp/53 tcp/53", "tcp/1,3,5,7,9,11,13,15,17,19", "icmp/8 icmpv6/128", "icmp", "sctp/2905", "esp udp/500", "ip/94", "tcp/65535", "tcp/? udp/1", "tcp/?", "tcp/*"}
		if d.n(4) == 3 {
			f.Need = catalog.Forbidden
			list = append(list, "any")
		}
		f.Ports = mustPorts(one(d, list...))
		if f.Ports.Known() && slices.Equal(f.Ports.Transports(), []netspec.Transport{netspec.TCP}) && d.n(3) == 2 {
			f.SourcePorts = mustPorts(one(d, "tcp/20", "tcp/1024-65535", "tcp/20,1024-2048"))
		}
		if len(f.From) == 1 && slices.Equal(f.From, f.To) && !p.Endpoint(f.From[0]).Many {
			f.Direction = catalog.Loopback
		}
		p.Flows = append(p.Flows, f)
	}
	var o policy.Options
	if d.yes() {
		o.Deny = &policy.Deny{Log: d.yes()}
	}
	for range d.n(3) {
		a := policy.Assignment{Endpoint: one(d, ids...), Any: d.n(4) == 3}
		for _, s := range some(d, pool) {
			a.Prefixes = append(a.Prefixes, netspec.Prefix{Prefix: netip.MustParsePrefix(s)})
		}
		o.Addresses = append(o.Addresses, a)
	}
	sel := &network.Selection{Product: p}
	for i := range p.Flows {
		sel.Flows = append(sel.Flows, &p.Flows[i])
	}
	return policy.Product(&catalog.Catalog{}, sel, one(d, policy.Vantages(p)...), o)
}

func mustPorts(text string) netspec.PortSet {
	s, err := netspec.ParsePortSet(text)
	if err != nil {
		panic(err)
	}
	return s
}

// FuzzLower: any policy, fitted to any platform, does to packets what it says,
// or less where it is refused, and is what a renderer may lean on.
func FuzzLower(f *testing.F) {
	f.Add([]byte{}, []byte{})
	f.Add([]byte("\x01\x02\x00\x02\x00\x01\x01\x00\x01\x01\x02"), []byte("\x00\x01\x02\x03\x01\x02\x01\x00\x03\x01\x02\x01\x00\x01\x02\x03\x04\x05\x06\x07"))
	f.Add([]byte("\x00\x00\x00\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03"), []byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x03\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00")) // a proxy, and a server that fetches by name
	f.Fuzz(func(t *testing.T, able, said []byte) {
		info := (&dice{able}).info()
		p := (&dice{said}).policy()
		l := policy.Lower(p, info, "file")
		if err := wellFormed(l); err != nil {
			t.Error(err)
		}
		faults := policytest.Compare(p, l, meaning(l))
		if len(faults) > 0 {
			t.Errorf("%d packets go wrong, the first: %s\n%s\n%+v", len(faults), faults[0], policytest.Dump(p), *info)
			for _, e := range l.Entries {
				t.Logf("%+v", *e)
			}
			for _, x := range l.Refused {
				t.Logf("refused %s: %s", x.Rule.Reasons[0].ID(), x.Why)
			}
		}
	})
}
