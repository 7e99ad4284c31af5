package policy_test

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// infos are platforms that differ in one thing each, and one in all.
func infos() []*policy.Info {
	whole := func(i policy.Info) *policy.Info {
		i.Hosts, i.Perimeters, i.Transports, i.AnyProtocol = true, true, []netspec.Transport{netspec.SCTP}, true
		return &i
	}
	list := []*policy.Info{
		whole(policy.Info{ID: "mixed"}),
		whole(policy.Info{ID: "addressed", Families: policy.Addressed}),
		whole(policy.Info{ID: "split", Families: policy.Split}),
		whole(policy.Info{ID: "only-v4", Families: policy.OnlyIPv4}),
		whole(policy.Info{ID: "only-v6", Families: policy.OnlyIPv6}),
		whole(policy.Info{ID: "one-set", Ends: policy.OneSet}),
		whole(policy.Info{ID: "one-address", Ends: policy.OneAddress, Families: policy.Split}),
		whole(policy.Info{ID: "exact-names", FQDN: policy.ExactNames}),
		whole(policy.Info{ID: "all-names", FQDN: policy.AllNames, Families: policy.Split}),
		whole(policy.Info{ID: "names-to", FQDN: policy.AllNames, FQDNTo: true}),
		whole(policy.Info{ID: "no-icmp-v6", NoICMPv6: true}),
		whole(policy.Info{ID: "before", Destination: policy.BeforeTranslation}),
		whole(policy.Info{ID: "multiport", MaxPorts: 15, RangeSlots: 2}),
		whole(policy.Info{ID: "one-port", MaxPorts: 1, RangeSlots: 1}),
		whole(policy.Info{ID: "no-source-port", NoSourcePorts: true}),
		whole(policy.Info{ID: "one-port-end", OnePortEnd: true, ICMPTypes: []uint8{3}, ICMPv6Types: []uint8{128}}),
		whole(policy.Info{ID: "no-icmp", NoICMP: true}),
		whole(policy.Info{ID: "no-icmp-type", NoICMPType: true}),
		whole(policy.Info{ID: "services", NamedServices: true, Name: policy.Name{Max: 31}}),
		whole(policy.Info{ID: "block-wins", Denies: policy.BlockWins}),
		whole(policy.Info{ID: "no-denies", Denies: policy.NoDenies}),
		whole(policy.Info{ID: "closes", Closes: true, Denies: policy.NoDenies}),
		whole(policy.Info{ID: "stateless", Stateless: true}),
		whole(policy.Info{ID: "stateless-split", Stateless: true, Families: policy.Split, Ends: policy.OneAddress, MaxPorts: 1, RangeSlots: 1}),
		whole(policy.Info{ID: "short-names", Name: policy.Name{Max: 20, Extra: "_", Upper: true}}),
		whole(policy.Info{ID: "numbers", Numbers: policy.Numbers{First: 100, Step: 10, Last: 4096}, Families: policy.Split}),
		whole(policy.Info{ID: "quota", Quota: 10, Ends: policy.OneAddress, Families: policy.Split}),
		{ID: "front", Perimeters: true},
		{ID: "host", Hosts: true},
		{ID: "proxy", Perimeters: true, OnlyNames: true, FQDN: policy.AllNames, Closes: true},
		{ID: "all", Perimeters: true, Families: policy.Split, Ends: policy.OneAddress, MaxPorts: 1, RangeSlots: 1, NoSourcePorts: true, NoICMPType: true, Stateless: true, Name: policy.Name{Max: 17}},
	}
	return list
}

// meaning is what entries do, without a platform's text between.
func meaning(l *policy.Lowered) *policytest.Ruleset {
	set := &policytest.Ruleset{Stateful: !l.Info.Stateless, BlockWins: l.Info.Denies == policy.BlockWins}
	side := func(s policy.Side) []netip.Prefix {
		if s.Local || s.Any {
			return nil
		}
		if s.Prefix.IsValid() {
			return []netip.Prefix{s.Prefix}
		}
		out := []netip.Prefix{}
		for _, x := range s.Sets {
			out = append(out, x.Prefixes()...)
			for _, n := range x.FQDN {
				out = append(out, policytest.NameAddrs(n)...)
			}
		}
		return out
	}
	for _, e := range l.Entries {
		m := policytest.Match{Verdict: policytest.Allowed, Directions: []policy.Direction{e.Direction}, From: side(e.From), To: side(e.To), Family: e.Family,
			Transport: e.Transport, FromPorts: e.SourcePorts, ToPorts: e.Ports, Type: e.ICMPType, Established: e.Reply && e.Transport == netspec.TCP, Name: e.Name}
		if e.Action == policy.Block {
			m.Verdict = policytest.Denied
		}
		set.Rules = append(set.Rules, m)
	}
	if l.Deny != nil || l.Info.Closes {
		set.Default = policytest.Denied
		if l.Deny != nil {
			for _, v6 := range []bool{false, true} {
				t := netspec.ICMP
				if v6 {
					t = netspec.ICMPv6
				}
				for _, n := range policy.KeptICMP(v6, l.At.Kind) {
					set.Rules = append(set.Rules, policytest.Match{Verdict: policytest.Allowed, Transport: t, Type: int(n)})
				}
			}
		}
	}
	return set
}

// TestLower: whatever a platform cannot say, what comes out does to packets
// what the policy says, or less where it is refused.
func TestLower(t *testing.T) {
	cases := policytest.Corpus(t)
	for _, info := range infos() {
		t.Run(info.ID, func(t *testing.T) {
			for _, c := range cases {
				if !info.Fits(c.Policy.At) {
					continue
				}
				l := policy.Lower(c.Policy, info, "file")
				if faults := policytest.Compare(c.Policy, l, meaning(l)); len(faults) > 0 {
					t.Errorf("%s: %d packets go wrong, the first:\n  %s", c.Name, len(faults), strings.Join(faults[:min(8, len(faults))], "\n  "))
				}
				if err := wellFormed(l); err != nil {
					t.Errorf("%s: %v", c.Name, err)
				}
			}
		})
	}
}

// wellFormed holds what a renderer may lean on.
func wellFormed(l *policy.Lowered) error {
	info := l.Info
	names := map[string]bool{}
	name := func(n string) error {
		switch {
		case names[n]:
			return fmt.Errorf("name %q twice", n)
		case !strings.HasPrefix(n, l.Prefix):
			return fmt.Errorf("name %q without prefix %q", n, l.Prefix)
		case info.Name.Max > 0 && len(n) > info.Name.Max:
			return fmt.Errorf("name %q is too long", n)
		case info.Name.Upper && n != strings.ToUpper(n):
			return fmt.Errorf("name %q is not in capitals", n)
		}
		names[n] = true
		return nil
	}
	variables := map[string]bool{}
	for _, s := range l.Sets {
		if err := name(s.Name); err != nil {
			return err
		}
		if variables[s.Variable] || !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(s.Variable) {
			return fmt.Errorf("variable %q", s.Variable)
		}
		variables[s.Variable] = true
		if !named(l, s) {
			return fmt.Errorf("no entry names set %s", s.Name)
		}
		if len(s.V4)+len(s.V6)+len(s.FQDN) == 0 {
			return fmt.Errorf("set %s is empty", s.Name)
		}
	}
	for _, s := range l.Services {
		if err := name(s.Name); err != nil {
			return err
		}
	}
	for _, e := range l.Entries {
		if err := name(e.Name); err != nil {
			return err
		}
		slots := 0
		for _, p := range e.Ports {
			slots++
			if !p.Single() {
				slots += max(info.RangeSlots, 1) - 1
			}
			if p.First == 0 || p.First > p.Last {
				return fmt.Errorf("%s: ports %v", e.Name, p)
			}
		}
		if info.MaxPorts > 0 && slots > info.MaxPorts {
			return fmt.Errorf("%s: %d port slots", e.Name, slots)
		}
		if n := info.Numbers; n.Step > 0 && (e.Number < n.First || n.Last > 0 && e.Number > n.Last) {
			return fmt.Errorf("%s: number %d", e.Name, e.Number)
		}
		if split := info.Families == policy.Split; split && e.Family == policy.Both || info.Families == policy.Mixed && e.Family != policy.Both {
			return fmt.Errorf("%s: family %q", e.Name, e.Family)
		}
		for _, s := range []policy.Side{e.From, e.To} {
			alone := s.Local || s.Any
			switch {
			case alone && (len(s.Sets) > 0 || s.Prefix.IsValid()), !alone && len(s.Sets) == 0,
				info.Ends != policy.Sets && len(s.Sets) > 1, !alone && (info.Ends == policy.OneAddress) != s.Prefix.IsValid(),
				s.Local && !info.Hosts:
				return fmt.Errorf("%s: side %+v", e.Name, s)
			}
		}
		if info.NamedServices && (e.Service == nil) != (e.Transport == netspec.Any) {
			return fmt.Errorf("%s: service %v", e.Name, e.Service)
		}
	}
	return nil
}

// named tells whether an entry has a set.
func named(l *policy.Lowered, s *policy.Set) bool {
	return slices.ContainsFunc(l.Entries, func(e *policy.Entry) bool {
		return slices.Contains(e.From.Sets, s) || slices.Contains(e.To.Sets, s)
	})
}
