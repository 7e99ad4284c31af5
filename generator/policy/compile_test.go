package policy_test

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/platforms"
	"portolan/generator/policy/policytest"
	"portolan/generator/table/tabletest"
)

func find(t *testing.T, name string) *policy.Policy {
	t.Helper()
	cases := policytest.Corpus(t)
	i := slices.IndexFunc(cases, func(c policytest.Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no case %s", name)
	}
	return cases[i].Policy
}

func TestCompile(t *testing.T) {
	goldens := tabletest.NewGoldens(t)
	for _, name := range []string{"small/host/plain", "small/host-node/plain", "small/perimeter/addresses", "town/edge/translate", "town/inner/plain", "town/web1/plain", "town/clock/plain"} {
		goldens.Check(strings.ReplaceAll(name, "/", "-")+".txt", policytest.Dump(find(t, name)))
	}
}

// ours is the repository's own data.
func ours(t testing.TB) *catalog.Catalog {
	return policytest.Load(t, os.DirFS("../.."), platforms.IDs()...)
}

// TestEveryFlow: a flow that is in is in a rule, or it is said why not; and a
// role that nobody gave an address is of the documentation ranges.
func TestEveryFlow(t *testing.T) {
	var doc []netip.Prefix
	for _, p := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32"} {
		doc = append(doc, netip.MustParsePrefix(p))
	}
	c := ours(t)
	for _, p := range c.Products {
		for _, choice := range []network.Choice{{}, {All: true}} {
			sel, faults := network.Select(p, choice)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			for _, at := range policy.Vantages(p) {
				got := policy.Product(c, sel, at, policy.Options{})
				said := map[string]bool{}
				for _, r := range got.Rules {
					for _, x := range r.Reasons {
						said[x.ID()] = true
					}
				}
				for _, l := range got.Left {
					said[l.Reason.ID()] = true
				}
				for _, f := range sel.Flows {
					if !said[f.ID] {
						t.Errorf("%s at %s says nothing of %s", p.Slug, at.ID, f.ID)
					}
				}
				for _, r := range got.Roles {
					if r.Any || len(r.Addresses) == 0 {
						t.Errorf("%s at %s: role %s is any, or empty", p.Slug, at.ID, r.ID)
					}
					for _, a := range r.Addresses {
						if r.Placeholder && !slices.ContainsFunc(doc, func(d netip.Prefix) bool { return d.Contains(a.Addr()) }) {
							t.Errorf("%s at %s: placeholder %s", p.Slug, at.ID, a)
						}
					}
				}
				if bad := got.Contradictions(); len(bad) > 0 {
					t.Errorf("%s at %s: %s opens what %s forbids", p.Slug, at.ID, bad[0].Allow.ID(), bad[0].Forbid.ID())
				}
			}
		}
	}
}

func ports(t *testing.T, text string) netspec.PortSet {
	t.Helper()
	s, err := netspec.ParsePortSet(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOptions(t *testing.T) {
	p := find(t, "small/host/plain").Rules[0].Reasons[0].Product
	for _, test := range []struct {
		set, port string
		want      string
	}{
		{"", "", ""},
		{"server=192.0.2.1", "web-ui=tcp/8443", ""},
		{"clients=any", "", ""},
		{"clients=host.example.org", "", ""},
		{"clients=host.example.org,2001:db8::1", "", `warning: endpoint "clients": its addresses are taken, host.example.org is not`},
		{"", "directory=tcp/389,636", `warning: flow "directory": tcp/389,636 replaces all of tcp/389 udp/389`},
		{"client=192.0.2.1", "", `unknown endpoint "client"; did you mean "clients"?`},
		{"clients=", "", `endpoint "clients" is given no address; "any" is every address`},
		{"", "web-iu=tcp/1", `unknown flow "web-iu"; did you mean "web-ui"?`},
		{"", "web-ui=tcp/*", `flow "web-ui" would open every port; name the ports`},
		{"", "web-ui=any", `flow "web-ui" would open every transport`},
		{"", "web-ui=tcp/?", `flow "web-ui" is given no port`},
		{"", "list=tcp/2121", `warning: flow "list": tcp/2121 replaces all of tcp/21,989-990,28000-30000`},
		{"", "active=tcp/*", ""},
	} {
		var o policy.Options
		if id, list, ok := strings.Cut(test.set, "="); ok {
			a, err := policy.ParseAssignment(id, strings.FieldsFunc(list, func(r rune) bool { return r == ',' }))
			if err != nil {
				t.Errorf("%s: %v", test.set, err)
			}
			o.Addresses = append(o.Addresses, a)
		}
		if id, text, ok := strings.Cut(test.port, "="); ok {
			o.Ports = append(o.Ports, policy.PortChange{Flow: id, Ports: ports(t, text)})
		}
		var got []string
		for _, f := range o.Check(p) {
			text := f.Text
			if f.Hint != "" {
				text += "; " + f.Hint
			}
			if f.Warning {
				text = "warning: " + text
			}
			got = append(got, text)
		}
		if d := cmp.Diff(test.want, strings.Join(got, "\n")); d != "" {
			t.Errorf("%s %s: %s", test.set, test.port, d)
		}
	}
	for _, bad := range []string{"300.1.1.1", "10.0.0.1/8", "10.0.0.0/33", "host", "a b.example", "::ffff:10.0.0.1", "-x.org", "{tenant}.example.com", ""} {
		if a, err := policy.ParseAssignment("server", []string{bad}); err == nil {
			t.Errorf("%q is taken as %+v", bad, a)
		}
	}
}

// TestContradiction: an allow that is not narrower than a forbidden flow.
func TestContradiction(t *testing.T) {
	p := find(t, "small/host/plain").Rules[0].Reasons[0].Product
	c := &catalog.Catalog{}
	sel, _ := network.Select(p, network.Choice{})
	everybody := func(id string) policy.Assignment { return policy.Assignment{Endpoint: id, Any: true} }
	o := policy.Options{
		Addresses: []policy.Assignment{everybody("clients"), everybody("staff"), everybody("everybody")},
		Ports:     []policy.PortChange{{Flow: "list", Ports: ports(t, "tcp/100-500")}},
	}
	got := policy.Product(c, sel, policy.Vantages(p)[0], o).Contradictions()
	if len(got) != 1 || got[0].Allow.ID() != "list" || got[0].Forbid.ID() != "no-smb" {
		t.Errorf("got %v", got)
	}
	o.Ports[0].Ports = ports(t, "tcp/445") // a part of what is forbidden: narrower
	if got := policy.Product(c, sel, policy.Vantages(p)[0], o).Contradictions(); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}

// TestMore: where a choice has no rule, the features that are said to bring
// one do, and where none are said, no feature of any flow does.
func TestMore(t *testing.T) {
	c := ours(t)
	said, unsaid := 0, 0
	for _, p := range c.Products {
		var none []string
		for _, f := range p.Features {
			none = append(none, "-"+f.ID)
		}
		for _, choice := range []network.Choice{{}, {Features: none}} {
			sel, _ := network.Select(p, choice)
			for _, at := range policy.Vantages(p) {
				got := policy.Product(c, sel, at, policy.Options{})
				with := func(features []string) int {
					on := choice
					on.Features = slices.DeleteFunc(slices.Clone(choice.Features), func(id string) bool { return slices.Contains(features, strings.TrimPrefix(id, "-")) })
					on.Features = append(on.Features, features...)
					sel, _ := network.Select(p, on)
					return len(policy.Product(c, sel, at, policy.Options{}).Rules)
				}
				switch more := got.Subject.More; {
				case len(got.Rules) > 0 && len(more) > 0:
					t.Errorf("%s at %s: more by %v beside rules", p.Slug, at.ID, more)
				case len(got.Rules) > 0:
				case len(more) > 0:
					said++
					if with(more) == 0 {
						t.Errorf("%s at %s: %v bring nothing", p.Slug, at.ID, more)
					}
				default:
					unsaid++
					for i := range p.Flows {
						for _, all := range p.Flows[i].Conditions {
							if with(all) > 0 {
								t.Errorf("%s at %s: %v would bring %s", p.Slug, at.ID, all, p.Flows[i].ID)
							}
						}
					}
				}
			}
		}
	}
	if said == 0 || unsaid == 0 {
		t.Errorf("%d choices with more to come, %d without", said, unsaid)
	}
}

// TestNumbers: entries past the last position are refused, not written over others.
func TestNumbers(t *testing.T) {
	p := find(t, "small/host/plain")
	l := policy.Lower(p, &policy.Info{ID: "x", Title: "X", Hosts: true, Perimeters: true, Numbers: policy.Numbers{First: 10, Step: 5, Last: 30}}, "f")
	if len(l.Entries) > 10 || len(l.Refused) == 0 { // five inward, five outward
		t.Errorf("%d entries, %d refused", len(l.Entries), len(l.Refused))
	}
	for _, e := range l.Entries {
		if e.Number < 10 || e.Number > 30 {
			t.Errorf("%s has number %d", e.Name, e.Number)
		}
	}
	if !slices.ContainsFunc(l.Head, func(s string) bool { return strings.Contains(s, "no position left") }) {
		t.Errorf("the head does not say so: %q", l.Head)
	}
}

// TestQuota: no group holds more than its quota in one direction and family.
func TestQuota(t *testing.T) {
	p := find(t, "small/host/plain")
	info := &policy.Info{ID: "x", Hosts: true, Families: policy.Split, Ends: policy.OneSet, MaxPorts: 1, RangeSlots: 1, Quota: 6}
	l := policy.Lower(p, info, "f")
	used := map[[3]int]int{}
	for _, e := range l.Entries {
		cost := 1
		for _, s := range []policy.Side{e.From, e.To} {
			for _, x := range s.Sets {
				cost *= len(x.Prefixes())
			}
		}
		used[[3]int{e.Group, int(e.Direction), int(e.Family)}] += cost
	}
	for k, n := range used {
		if n > info.Quota || k[0] >= l.Groups {
			t.Errorf("group %v of %d holds %d", k, l.Groups, n)
		}
	}
	if l.Groups < 2 {
		t.Error("the case is too small to tell")
	}
}

func TestSafe(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"Users' own \"name\"", "Users own name"},
		{"a\nb\r\n\tc", "a b c"},
		{"$(reboot) `x` ${y}", "(reboot) x y"},
		{"]]>--&lt;<!--", "-- lt --"},
		{"Zürich — São Paulo", "Zurich - Sao Paulo"},
		{"\u202ereversed\u2066", "reversed"},
		{"‘smart’ “quotes”", "smart quotes"},
		{"tcp/21,989-990", "tcp/21,989-990"},
		{"“web”: a “b”, and ::/0", "web: a b, and ::/0"},
		{"*?[]{}|&;<>\\!%^~=@#", ""},
		{"日本語", ""},
		{strings.Repeat("word ", 40), strings.TrimRight(strings.Repeat("word ", 19), " ") + ".."},
	} {
		if got := policy.Safe(test.in); got != test.want {
			t.Errorf("%q becomes %q, not %q", test.in, got, test.want)
		}
	}
}

func FuzzSafe(f *testing.F) {
	f.Add("a'b\"c\n$(x)")
	f.Fuzz(func(t *testing.T, text string) {
		got := policy.Safe(text)
		if len(got) > 100 || strings.Trim(got, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._:/()+,-") != "" || got != strings.TrimSpace(got) || strings.Contains(got, "  ") && !strings.Contains(text, "  ") {
			t.Errorf("%q becomes %q", text, got)
		}
		if again := policy.Safe(got); again != got {
			t.Errorf("%q becomes %q, then %q", text, got, again)
		}
	})
}
