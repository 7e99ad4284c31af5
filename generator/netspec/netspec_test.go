package netspec_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"portolan/generator/netspec"
)

func TestNormalForm(t *testing.T) {
	for in, want := range map[string]string{
		"tcp/443":                  "tcp/443",
		"tcp/443,80":               "tcp/80,443",
		"tcp/990,989":              "tcp/989,990",
		"tcp/21,44000-44100":       "tcp/21,44000-44100",
		"tcp/10-20,15-30":          "tcp/10-30",
		"tcp/10-30,15-20":          "tcp/10-30",
		"tcp/10-20,21-30":          "tcp/10-20,21-30",
		"udp/389 tcp/389":          "tcp/389 udp/389",
		"tcp/80 tcp/80 tcp/443":    "tcp/80,443",
		"  sctp/2905 ":             "sctp/2905",
		"icmp":                     "icmp",
		"icmp/8":                   "icmp/8",
		"icmpv6/128 icmp/8":        "icmp/8 icmpv6/128",
		"ip/50":                    "esp",
		"ip/94":                    "ip/94",
		"esp ah gre udp/500":       "udp/500 gre esp ah",
		"tcp/*":                    "tcp/*",
		"tcp/?":                    "tcp/?",
		"tcp/21 tcp/?":             "tcp/21 tcp/?",
		"any":                      "any",
		"TCP/443":                  "tcp/443",
		"tcp/1-65535":              "tcp/1-65535",
		"icmp/0 icmp/8 icmp/0":     "icmp/0 icmp/8",
		"tcp/? tcp/21":             "tcp/21 tcp/?",
		"tcp/5,1,5,3-4":            "tcp/1,3-4,5",
		"udp/1024-65535 tcp/1-1 ":  "tcp/1 udp/1024-65535",
		"tcp/44000-44100,44050 ah": "tcp/44000-44100 ah",
	} {
		set, err := netspec.ParsePortSet(in)
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if got := set.String(); got != want {
			t.Errorf("%q: normal form %q, want %q", in, got, want)
		}
	}
}

func TestPortFaults(t *testing.T) {
	for in, offset := range map[string]int{
		"": 0, " ": 0, "443": 0, "443/tcp": 0, "tcp": 3, "tcp/": 4, "tcp/0": 4, "tcp/65536": 4, "tcp/20-10": 4, "tcp/80,x": 7,
		"tcp/080": 4, "tpc/80": 0, "tcp/80 udp/0": 11, "icmp/256": 5, "esp/1": 3, "ip": 2, "ip/6": 0, "ip/256": 3, "any tcp/1": 0,
		"tcp/1-": 6, "tcp/-1": 4, "tcp/80,": 7, "tcp/1-2-3": 6, "tcp/99999999999999999999": 4, "tcp/+80": 4, "tcp/٣": 4,
	} {
		_, err := netspec.ParsePortSet(in)
		var se *netspec.SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%q: error %v, want a SyntaxError", in, err)
		} else if se.Offset != offset {
			t.Errorf("%q: offset %d, want %d (%s)", in, se.Offset, offset, se.Text)
		}
	}
}

func set(t *testing.T, s string) netspec.PortSet {
	t.Helper()
	p, err := netspec.ParsePortSet(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestMinus(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"tcp/443", "tcp/443", ""},
		{"tcp/80,443", "tcp/443", "tcp/80"},
		{"tcp/443", "udp/443", "tcp/443"},
		{"tcp/100-200", "tcp/150-160", "tcp/100-149,161-200"},
		{"tcp/100-200", "tcp/50-150", "tcp/151-200"},
		{"tcp/100-200", "tcp/100-149 tcp/150-200", ""},
		{"tcp/*", "tcp/443", "tcp/*"},
		{"tcp/443", "tcp/*", ""},
		{"tcp/?", "tcp/443", "tcp/?"},
		{"tcp/?", "tcp/*", ""},
		{"icmp/8", "icmp", ""},
		{"icmp", "icmp/8", "icmp"},
		{"tcp/1 esp", "any", ""},
	} {
		a, b := set(t, c.a), set(t, c.b)
		got := a.Minus(b)
		if got.String() != c.want {
			t.Errorf("%s minus %s is %q, want %q", c.a, c.b, got, c.want)
		}
	}
}

func TestCoversAndOverlaps(t *testing.T) {
	for _, c := range []struct {
		a, b             string
		covers, overlaps bool
	}{
		{"tcp/1-100", "tcp/50", true, true},
		{"tcp/1-100", "tcp/50-101", false, true},
		{"tcp/10-20,21-30", "tcp/15-25", true, true},
		{"tcp/10-20,22-30", "tcp/15-25", false, true},
		{"tcp/80", "udp/80", false, false},
		{"tcp/*", "tcp/80", true, true},
		{"tcp/80", "tcp/*", false, true},
		{"tcp/1-65535", "tcp/*", true, true},
		{"any", "esp tcp/80", true, true},
		{"tcp/80", "any", false, true},
		{"tcp/*", "tcp/?", true, false},
		{"tcp/80", "tcp/?", false, false},
		{"tcp/?", "tcp/?", true, false},
		{"icmp", "icmp/8", true, true},
		{"icmp/8", "icmp", false, true},
		{"icmp/8", "icmp/0", false, false},
		{"esp", "esp", true, true},
		{"esp", "ah", false, false},
		{"tcp/80 udp/53", "udp/53", true, true},
	} {
		a, b := set(t, c.a), set(t, c.b)
		if got := a.Covers(b); got != c.covers {
			t.Errorf("%s covers %s: %v", c.a, c.b, got)
		}
		if got := a.Overlaps(b); got != c.overlaps {
			t.Errorf("%s overlaps %s: %v", c.a, c.b, got)
		}
		if got := b.Overlaps(a); got != c.overlaps {
			t.Errorf("%s overlaps %s: %v", c.b, c.a, got)
		}
	}
}

func TestUnionAndSize(t *testing.T) {
	if got := set(t, "tcp/80,100-200").Union(set(t, "tcp/150-300 udp/53")).String(); got != "tcp/80,100-300 udp/53" {
		t.Errorf("union %q", got)
	}
	if got := set(t, "tcp/80,100-200 udp/? icmp/8").Size(); got != 102 {
		t.Errorf("size %d", got)
	}
}

func TestShift(t *testing.T) {
	for _, c := range []struct {
		ports string
		n     int
		want  string // empty: cannot be
	}{
		{"tcp/8333", 10000, "tcp/18333"},
		{"tcp/21,40000-40100 udp/21", -20, "tcp/1,39980-40080 udp/1"},
		{"tcp/55535", 10000, "tcp/65535"},
		{"tcp/55536", 10000, ""},
		{"tcp/55000-55536", 10000, ""},
		{"tcp/1", -1, ""},
		{"tcp/?", 10000, "tcp/?"},
		{"tcp/80 tcp/?", 1, "tcp/81 tcp/?"},
		{"tcp/*", 1, ""},
		{"tcp/*", 0, "tcp/*"},
		{"esp", 0, "esp"},
		{"udp/500 esp", 1, ""},
		{"icmp/8", 1, ""},
	} {
		set, err := netspec.ParsePortSet(c.ports)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := set.Shift(c.n); got.String() != c.want || ok != (c.want != "") || set.String() != c.ports {
			t.Errorf("%s by %d: %q, %v, want %q", c.ports, c.n, got, ok, c.want)
		}
	}
}

func TestPrefix(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.0/24": "192.0.2.0/24", "192.0.2.1": "192.0.2.1", "192.0.2.1/32": "192.0.2.1", "2001:DB8::/32": "2001:db8::/32", "2001:db8::1": "2001:db8::1", "0.0.0.0/0": "0.0.0.0/0",
		"192.0.2.1/24": "", "192.0.2.0/33": "", "300.1.1.1": "", "::ffff:192.0.2.1": "", "fe80::1%eth0": "", "::ffff:192.0.2.0/120": "", "": "", "any": "", "192.0.2.0/024": "", "192.0.2.01": "",
	} {
		p, err := netspec.ParsePrefix(in)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q: accepted as %s", in, p)
		case want != "" && err != nil:
			t.Errorf("%q: %v", in, err)
		case want != "" && p.String() != want:
			t.Errorf("%q: %s, want %s", in, p, want)
		}
	}
}

// FuzzPortSet holds that the normal form reads back as itself and that a set
// covers and (where it has a known port) overlaps itself.
func FuzzPortSet(f *testing.F) {
	for _, s := range []string{"tcp/443", "tcp/21,44000-44100 udp/53", "icmp/8 icmp", "ip/50 esp", "any", "tcp/*", "tcp/?", "tcp/1-2,?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := netspec.ParsePortSet(text)
		if err != nil {
			var se *netspec.SyntaxError
			if !errors.As(err, &se) || se.Offset < 0 || se.Offset > len(text) {
				t.Fatalf("%q: bad error %#v", text, err)
			}
			return
		}
		again, err := netspec.ParsePortSet(s.String())
		if err != nil || !again.Equal(s) {
			t.Fatalf("%q: normal form %q reads back as %q, %v", text, s, again, err)
		}
		if !s.Covers(s) {
			t.Fatalf("%q does not cover itself", text)
		}
	})
}

func TestPrefixMinus(t *testing.T) {
	for _, test := range []struct {
		from   string
		others []string
		want   string
	}{
		{"10.0.0.0/8", nil, "[10.0.0.0/8]"},
		{"10.0.0.0/8", []string{"192.0.2.0/24", "2001:db8::/32"}, "[10.0.0.0/8]"},
		{"10.0.0.0/8", []string{"10.0.0.0/8"}, "[]"},
		{"10.1.0.0/16", []string{"10.0.0.0/8"}, "[]"},
		{"10.0.0.0/30", []string{"10.0.0.2/32"}, "[10.0.0.0/31 10.0.0.3/32]"},
		{"10.0.0.0/24", []string{"10.0.0.0/26", "10.0.0.64/26", "10.0.0.96/27"}, "[10.0.0.128/25]"},
		{"0.0.0.0/0", []string{"0.0.0.0/1", "255.255.255.255/32", "192.0.0.0/2"}, "[128.0.0.0/2]"},
		{"2001:db8::/126", []string{"2001:db8::1/128"}, "[2001:db8::/128 2001:db8::2/127]"},
	} {
		var others []netip.Prefix
		for _, o := range test.others {
			others = append(others, netip.MustParsePrefix(o))
		}
		if got := fmt.Sprint(netspec.Minus(netip.MustParsePrefix(test.from), others)); got != test.want {
			t.Errorf("%s without %s: %s, want %s", test.from, test.others, got, test.want)
		}
	}
}

// FuzzPrefixMinus holds that what is left and what is taken out are the whole, and
// that no two of the rest could be one.
func FuzzPrefixMinus(f *testing.F) {
	f.Add([]byte{10, 0, 0, 0, 8, 10, 1, 2, 3, 32}, []byte{10, 1, 2, 4})
	f.Fuzz(func(t *testing.T, list, address []byte) {
		if len(address) != 4 || len(list) > 100 {
			return
		}
		var others []netip.Prefix
		for ; len(list) >= 5; list = list[5:] {
			p, err := netip.AddrFrom4([4]byte(list)).Prefix(int(list[4] % 33))
			if err != nil {
				t.Fatal(err)
			}
			others = append(others, p)
		}
		at := netip.AddrFrom4([4]byte(address))
		holds := func(list []netip.Prefix) bool {
			return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(at) })
		}
		rest := netspec.Minus(netip.MustParsePrefix("0.0.0.0/0"), others)
		if holds(rest) == holds(others) {
			t.Errorf("%s: in the rest %v, in the others %v", at, holds(rest), holds(others))
		}
		for i := range rest[:max(0, len(rest)-1)] {
			a, b := rest[i], rest[i+1]
			if !a.Addr().Less(b.Addr()) {
				t.Errorf("%s before %s", a, b)
			}
			if up, err := a.Addr().Prefix(max(0, a.Bits()-1)); err == nil && a.Bits() == b.Bits() && up.Contains(b.Addr()) {
				t.Errorf("%s and %s are one", a, b)
			}
		}
	})
}
