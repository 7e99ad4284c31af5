// Package reader reads scripts for mgmt_cli back, as strictly as the shell and
// the management server take them, for tests.
package reader

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Readers are the readers by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"check-point": MgmtCLI}
}

// kinds are the objects, and what each takes besides a name.
var kinds = map[string][]string{
	"host":          {"ipv4-address", "ipv6-address"},
	"network":       {"subnet4", "mask-length4", "subnet6", "mask-length6"},
	"address-range": {"ipv4-address-first", "ipv4-address-last", "ipv6-address-first", "ipv6-address-last"},
	"group":         {"members"},
	"service-tcp":   {"port", "source-port", "match-for-any"},
	"service-udp":   {"port", "source-port", "match-for-any"},
	"service-sctp":  {"port", "source-port", "match-for-any"},
	"service-icmp":  {"icmp-type"},
	"service-icmp6": {"icmp-type"},
	"service-other": {"ip-protocol", "match-for-any"},
	"service-group": {"members"},
	"access-rule":   {"position", "source", "destination", "service", "action", "track", "comments"},
}

// match is what a service matches.
type match struct {
	transport netspec.Transport
	to, from  []policy.Ports
	icmp      int
}

type rule struct {
	name string
	list []policytest.Match
}

type server struct {
	addresses map[string][]netip.Prefix
	services  map[string][]match
	section   string
	gone      map[string]bool
	rules     []rule
	published bool
}

// MgmtCLI reads a script: the verbs put, domain, rule and gone, and the
// section. What defines the verbs, opens the session and publishes it is read
// as lines that must be there; what they do, a run with a stand-in shows.
func MgmtCLI(text string) (*policytest.Ruleset, error) {
	s := &server{addresses: map[string][]netip.Prefix{}, services: map[string][]match{}, gone: map[string]bool{}}
	lines := strings.Split(text, "\n")
	if lines[0] != "#!/bin/sh" {
		return nil, fmt.Errorf("line 1: no interpreter")
	}
	inFunction, inRemoval, safe, session := false, false, false, false
	for i, l := range lines {
		if err := ascii(l); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		switch {
		case l == "" || strings.HasPrefix(l, "#"):
			continue
		case strings.HasSuffix(l, "() {"):
			inFunction = true
			continue
		case inFunction:
			inFunction = l != "}"
			continue
		case l == "set -eu":
			safe = true
			continue
		case l == `mgmt_cli login ${LOGIN:--r true} >"$SID"`:
			session = true
			continue
		case strings.HasPrefix(l, `if [ "${1:-}" = `):
			inRemoval = true
			continue
		case inRemoval:
			inRemoval = l != "fi"
			if strings.HasPrefix(l, "    gone ") {
				if _, err := split(l); err != nil {
					return nil, fmt.Errorf("line %d: %w", i+1, err)
				}
			}
			continue
		case l == `mgmt_cli publish -s "$SID" >/dev/null`:
			s.published = true
			continue
		case strings.HasPrefix(l, "LAYER="), strings.HasPrefix(l, "SID="), strings.HasPrefix(l, "trap "), strings.HasPrefix(l, "echo "), strings.HasPrefix(l, "mgmt_cli show access-section "):
			continue
		}
		if !safe || !session || s.published {
			return nil, fmt.Errorf("line %d: before the session, or after it was published", i+1)
		}
		words, err := split(l)
		if err == nil {
			err = s.command(words)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if !s.published || inFunction || inRemoval {
		return nil, fmt.Errorf("line %d: not published, or a part without an end", len(lines))
	}
	set := &policytest.Ruleset{Stateful: true}
	for _, r := range s.rules {
		set.Rules = append(set.Rules, r.list...)
	}
	return set, nil
}

func ascii(s string) error {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return fmt.Errorf("byte %#x", s[i])
		}
	}
	return nil
}

// split cuts a command as the shell does; of variables only the script's own
// are known, in double quotes.
func split(s string) ([]string, error) {
	var out []string
	var w strings.Builder
	begun := false
	s = strings.TrimLeft(s, " ")
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\'':
			n := strings.IndexByte(s[i+1:], '\'')
			if n < 0 {
				return nil, fmt.Errorf("a quote without an end")
			}
			w.WriteString(s[i+1 : i+1+n])
			i += n + 1
			begun = true
		case strings.HasPrefix(s[i:], `"$LAYER"`):
			w.WriteString("Network")
			i += len(`"$LAYER"`) - 1
			begun = true
		case strings.HasPrefix(s[i:], `"$SID"`):
			w.WriteString("sid")
			i += len(`"$SID"`) - 1
			begun = true
		case strings.HasPrefix(s[i:], ">/dev/null"):
			i += len(">/dev/null") - 1
		case c == ' ':
			if begun {
				out = append(out, w.String())
			}
			w.Reset()
			begun = false
		case strings.IndexByte("\"$`\\&|;<>()*?!#{}[]~", c) >= 0:
			return nil, fmt.Errorf("%q outside of quotes", c)
		default:
			w.WriteByte(c)
			begun = true
		}
	}
	if begun {
		out = append(out, w.String())
	}
	return out, nil
}

func (s *server) command(w []string) error {
	switch {
	case w[0] == "gone" && len(w) > 2:
		if w[1] != "access-rule" || len(w) != 6 || w[4] != "name" {
			return fmt.Errorf("deletes what is not a rule of ours: %q", w)
		}
		s.gone[w[5]] = true
		return nil
	case w[0] == "domain" && len(w) == 2:
		name, ok := strings.CutPrefix(w[1], ".")
		if !ok || strings.ContainsAny(name, "*_ ") || !strings.Contains(name, ".") {
			return fmt.Errorf("%q is no domain object: a dot and a full name", w[1])
		}
		s.addresses[w[1]] = policytest.NameAddrs(name)
		return nil
	case w[0] == "mgmt_cli" && len(w) == 11 && w[1] == "add" && w[2] == "access-section":
		if w[5] != "position" || w[7] != "name" {
			return fmt.Errorf("section %q", w)
		}
		s.section = w[8]
		return nil
	case w[0] == "put" && len(w) > 1:
		return s.put(w[1], w[2:])
	case w[0] == "rule":
		return s.rule(w[1:])
	}
	return fmt.Errorf("unknown command %q", w)
}

// pairs reads key and value in turn; a key with a number after a dot is an
// item of a list, in order.
func pairs(kind string, w []string) (map[string][]string, error) {
	out := map[string][]string{}
	if len(w)%2 != 0 {
		return nil, fmt.Errorf("a key without a value")
	}
	for i := 0; i < len(w); i += 2 {
		key, n, isItem := strings.Cut(w[i], ".")
		switch {
		case kind == "access-rule" && key == "position":
			out["position"] = []string{n, w[i+1]}
			continue
		case key == "track" && n == "type":
			isItem = false
		}
		if key != "name" && !slices.Contains(kinds[kind], key) {
			return nil, fmt.Errorf("%s has no %s", kind, w[i])
		}
		if isItem && n != strconv.Itoa(len(out[key])+1) || !isItem && out[key] != nil {
			return nil, fmt.Errorf("%s out of order, or twice", w[i])
		}
		if w[i+1] == "" && key != "comments" {
			return nil, fmt.Errorf("%s is empty", key)
		}
		out[key] = append(out[key], w[i+1])
	}
	if len(out["name"]) != 1 || !named(out["name"][0]) {
		return nil, fmt.Errorf("name %q", out["name"])
	}
	return out, nil
}

func named(s string) bool {
	return s != "" && len(s) <= 100 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
	})
}

func (s *server) put(kind string, w []string) error {
	if kinds[kind] == nil || kind == "access-rule" {
		return fmt.Errorf("unknown kind %q", kind)
	}
	v, err := pairs(kind, w)
	if err != nil {
		return err
	}
	name := v["name"][0]
	if s.addresses[name] != nil || s.services[name] != nil {
		return fmt.Errorf("%s is there already", name)
	}
	if strings.HasPrefix(kind, "service-") {
		list, err := s.service(kind, v)
		s.services[name] = list
		return err
	}
	list, err := s.address(kind, v)
	s.addresses[name] = list
	return err
}

func (s *server) address(kind string, v map[string][]string) ([]netip.Prefix, error) {
	one := func(key string) string {
		if x := v[key]; len(x) == 1 {
			return x[0]
		}
		return ""
	}
	if kind == "group" {
		var out []netip.Prefix
		for _, m := range v["members"] {
			if s.addresses[m] == nil || strings.HasPrefix(m, ".") {
				return nil, fmt.Errorf("no object %q that a group can hold", m)
			}
			out = append(out, s.addresses[m]...)
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("an empty group matches nothing")
		}
		return out, nil
	}
	for _, family := range []string{"4", "6"} {
		var p netip.Prefix
		switch {
		case kind == "host" && one("ipv"+family+"-address") != "":
			a, err := netip.ParseAddr(one("ipv" + family + "-address"))
			if err != nil {
				return nil, err
			}
			p = netip.PrefixFrom(a, a.BitLen())
		case kind == "network" && one("subnet"+family) != "":
			var err error
			if p, err = netip.ParsePrefix(one("subnet"+family) + "/" + one("mask-length"+family)); err != nil {
				return nil, err
			}
			if p.Bits() == 0 {
				return nil, fmt.Errorf("a network of no length")
			}
		case kind == "address-range" && family == "4" && one("ipv4-address-first") == "0.0.0.0" && one("ipv4-address-last") == "255.255.255.255":
			p = netip.MustParsePrefix("0.0.0.0/0")
		case kind == "address-range" && family == "6" && one("ipv6-address-first") == "::" && one("ipv6-address-last") == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff":
			p = netip.MustParsePrefix("::/0")
		default:
			continue
		}
		if p.Addr().Is4() != (family == "4") || p != p.Masked() {
			return nil, fmt.Errorf("%s: of the other family, or with bits past its length", p)
		}
		return []netip.Prefix{p}, nil
	}
	return nil, fmt.Errorf("%s without an address", kind)
}

func (s *server) service(kind string, v map[string][]string) ([]match, error) {
	m := match{icmp: -1}
	number := func(key string, hi int) (int, error) {
		if len(v[key]) != 1 {
			return 0, fmt.Errorf("no %s", key)
		}
		n, err := strconv.Atoi(v[key][0])
		if err != nil || n < 0 || n > hi {
			return 0, fmt.Errorf("%s %q", key, v[key][0])
		}
		return n, nil
	}
	var err error
	switch kind {
	case "service-group":
		var out []match
		for _, x := range v["members"] {
			if s.services[x] == nil {
				return nil, fmt.Errorf("no service %q", x)
			}
			out = append(out, s.services[x]...)
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("an empty group")
		}
		return out, nil
	case "service-icmp", "service-icmp6":
		m.transport = netspec.ICMP
		if kind == "service-icmp6" {
			m.transport = netspec.ICMPv6
		}
		m.icmp, err = number("icmp-type", 255)
	case "service-other":
		var n int
		n, err = number("ip-protocol", 255)
		m.transport = netspec.Protocol(uint8(n))
	default:
		m.transport = map[string]netspec.Transport{"service-tcp": netspec.TCP, "service-udp": netspec.UDP, "service-sctp": netspec.SCTP}[kind]
		if len(v["port"]) != 1 {
			return nil, fmt.Errorf("no port")
		}
		if m.to, err = ports(v["port"][0]); err == nil && v["source-port"] != nil {
			m.from, err = ports(v["source-port"][0])
		}
	}
	return []match{m}, err
}

// ports is one port or range.
func ports(s string) ([]policy.Ports, error) {
	first, last, isRange := strings.Cut(s, "-")
	if !isRange {
		last = first
	}
	a, err := strconv.ParseUint(first, 10, 16)
	if err != nil {
		return nil, err
	}
	b, err := strconv.ParseUint(last, 10, 16)
	if err != nil {
		return nil, err
	}
	if a == 0 || a > b || isRange && a == b {
		return nil, fmt.Errorf("%q is no port or range", s)
	}
	return []policy.Ports{{First: uint16(a), Last: uint16(b)}}, nil
}

func (s *server) rule(w []string) error {
	v, err := pairs("access-rule", w)
	if err != nil {
		return err
	}
	name := v["name"][0]
	at := 0
	switch p := v["position"]; {
	case p == nil:
		return fmt.Errorf("no position")
	case !s.gone[name]:
		return fmt.Errorf("%s is not deleted before: a second run doubles it", name)
	case slices.ContainsFunc(s.rules, func(r rule) bool { return r.name == name }):
		return fmt.Errorf("a second rule %s", name)
	case p[0] == "top" && p[1] == s.section && s.section != "":
	case p[0] == "below":
		if at = slices.IndexFunc(s.rules, func(r rule) bool { return r.name == p[1] }) + 1; at == 0 {
			return fmt.Errorf("no rule %q", p[1])
		}
	default:
		return fmt.Errorf("position %q", p)
	}
	m := policytest.Match{Directions: []policy.Direction{policy.Forward}, Name: name}
	switch {
	case slices.Equal(v["action"], []string{"Accept"}):
		m.Verdict = policytest.Allowed
	case slices.Equal(v["action"], []string{"Drop"}):
		m.Verdict = policytest.Denied
	default:
		return fmt.Errorf("action %q", v["action"])
	}
	if t := v["track"]; t != nil && t[0] != "Log" {
		return fmt.Errorf("track %q", t)
	}
	if m.From, err = s.side(v["source"]); err != nil {
		return err
	}
	if m.To, err = s.side(v["destination"]); err != nil {
		return err
	}
	var services []match
	switch {
	case len(v["service"]) == 0:
		return fmt.Errorf("no service: every one would match")
	case v["service"][0] == "Any":
		services = []match{{transport: netspec.Any, icmp: -1}}
	}
	for _, x := range v["service"] {
		if x == "Any" && len(v["service"]) == 1 {
			continue
		}
		if s.services[x] == nil {
			return fmt.Errorf("no service %q", x)
		}
		services = append(services, s.services[x]...)
	}
	r := rule{name: name}
	for _, x := range services {
		m.Transport, m.ToPorts, m.FromPorts, m.Type = x.transport, x.to, x.from, x.icmp
		r.list = append(r.list, m)
	}
	s.rules = slices.Insert(s.rules, at, r)
	return nil
}

// side resolves objects; nil: every address.
func (s *server) side(names []string) ([]netip.Prefix, error) {
	if slices.Equal(names, []string{"Any"}) {
		return nil, nil
	}
	var out []netip.Prefix
	for _, n := range names {
		if s.addresses[n] == nil {
			return nil, fmt.Errorf("no object %q", n)
		}
		out = append(out, s.addresses[n]...)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no end: every address would match")
	}
	return out, nil
}
