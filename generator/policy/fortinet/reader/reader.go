// Package reader reads FortiOS configuration back, as strictly as a FortiGate
// takes it, for tests: addresses, groups, virtual IPs, services and policies.
package reader

import (
	"fmt"
	"net"
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
	return map[string]policytest.Reader{"fortigate": FortiGate}
}

// tables are the parts of the configuration, and what may be set there.
var tables = map[string][]string{
	"firewall address":        {"subnet", "type", "fqdn", "comment"},
	"firewall address6":       {"ip6", "type", "fqdn", "comment"},
	"firewall addrgrp":        {"member", "comment"},
	"firewall addrgrp6":       {"member", "comment"},
	"firewall vip":            {"extip", "mappedip", "extintf", "comment"},
	"firewall vip6":           {"extip", "mappedip", "comment"},
	"firewall service custom": {"protocol", "protocol-number", "icmptype", "tcp-portrange", "udp-portrange", "sctp-portrange", "comment"},
	"firewall policy":         {"name", "srcintf", "dstintf", "action", "srcaddr", "dstaddr", "srcaddr6", "dstaddr6", "schedule", "service", "logtraffic", "match-vip", "comments"},
}

// entry is what stands between edit and next.
type entry struct {
	name string
	line int
	set  map[string][]string
}

func (e *entry) one(key string) string {
	if v := e.set[key]; len(v) == 1 {
		return v[0]
	}
	return ""
}

// match is what a service matches.
type match struct {
	transport netspec.Transport
	from, to  []policy.Ports
	icmp      int
}

type device struct {
	tables   map[string]map[string]*entry
	policies []*entry
}

// FortiGate reads a configuration script.
func FortiGate(text string) (*policytest.Ruleset, error) {
	d := &device{tables: map[string]map[string]*entry{}}
	table := ""
	var e *entry
	lines := strings.Split(text, "\n")
	for i, s := range lines {
		words, err := split(s)
		if err != nil {
			return nil, fault(i+1, "%s", err)
		}
		if len(words) == 0 {
			continue
		}
		args := words[1:]
		switch {
		case words[0] == "config" && table == "":
			table = strings.Join(args, " ")
			if tables[table] == nil {
				return nil, fault(i+1, "no table %q", table)
			}
			if d.tables[table] == nil {
				d.tables[table] = map[string]*entry{}
			}
		case words[0] == "edit" && table != "" && e == nil && len(args) == 1:
			e = &entry{name: args[0], line: i + 1, set: map[string][]string{}}
		case words[0] == "set" && e != nil && len(args) >= 2:
			switch {
			case !slices.Contains(tables[table], args[0]):
				return nil, fault(i+1, "%s has no %q", table, args[0])
			case e.set[args[0]] != nil:
				return nil, fault(i+1, "%s is set twice", args[0])
			}
			e.set[args[0]] = args[1:]
		case words[0] == "next" && e != nil && len(args) == 0:
			if err := d.add(table, e); err != nil {
				return nil, err
			}
			e = nil
		case words[0] == "move" && table == "firewall policy" && e == nil && len(args) == 3 && args[1] == "after":
			if err := d.move(args[0], args[2]); err != nil {
				return nil, fault(i+1, "%s", err)
			}
		case words[0] == "end" && table != "" && e == nil && len(args) == 0:
			table = ""
		default:
			return nil, fault(i+1, "%q does not belong here", words[0])
		}
	}
	if table != "" {
		return nil, fault(len(lines), "no end")
	}
	return d.rules()
}

// split cuts a line into words: quotes, a backslash before any character,
// and a comment where the line begins with "#".
func split(s string) ([]string, error) {
	var out []string
	var w strings.Builder
	var quote byte
	begun := false
	s = strings.TrimLeft(s, " \t")
	if strings.HasPrefix(s, "#") {
		return nil, nil
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c < ' ' || c > '~':
			return nil, fmt.Errorf("byte %#x", c)
		case c == '\\' && i+1 < len(s) && quote != '\'':
			i++
			w.WriteByte(s[i])
			begun = true
		case quote == 0 && (c == '"' || c == '\''):
			quote, begun = c, true
		case c == quote:
			quote = 0
		case quote == 0 && c == ' ':
			if begun {
				out = append(out, w.String())
			}
			w.Reset()
			begun = false
		case quote == 0 && strings.IndexByte("?|;#()<>", c) >= 0:
			return nil, fmt.Errorf("%q outside of quotes", c)
		default:
			w.WriteByte(c)
			begun = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote without an end")
	}
	if begun {
		out = append(out, w.String())
	}
	return out, nil
}

func named(s string, most int) error {
	switch {
	case s == "" || len(s) > most:
		return fmt.Errorf("%q has %d characters, 1 to %d can be", s, len(s), most)
	case strings.ContainsAny(s, `<>()#"'`):
		return fmt.Errorf("%q has a character that names cannot have", s)
	}
	return nil
}

func (d *device) add(table string, e *entry) error {
	if d.tables[table][e.name] != nil {
		return fault(e.line, "%s is edited twice", e.name)
	}
	for _, key := range []string{"comment", "comments"} {
		if c := e.one(key); len(c) > 255 {
			return fault(e.line, "a comment of %d characters", len(c))
		}
	}
	var err error
	switch table {
	case "firewall policy":
		err = d.policy(e)
	case "firewall service custom":
		_, err = e.service()
	case "firewall vip", "firewall vip6":
		_, err = e.prefixes(d, table)
	default:
		if err = named(e.name, 79); err == nil {
			_, err = e.prefixes(d, table)
		}
	}
	if err != nil {
		return fault(e.line, "%s: %s", e.name, err)
	}
	if table != "firewall policy" {
		if err := named(e.name, 79); err != nil {
			return fault(e.line, "%s", err)
		}
		other := map[string]string{"firewall address": "firewall addrgrp", "firewall addrgrp": "firewall address", "firewall address6": "firewall addrgrp6", "firewall addrgrp6": "firewall address6"}[table]
		if other != "" && d.tables[other][e.name] != nil {
			return fault(e.line, "%s is a name of %s already", e.name, other)
		}
	}
	d.tables[table][e.name] = e
	return nil
}

// prefixes are the addresses of an object.
func (e *entry) prefixes(d *device, table string) ([]netip.Prefix, error) {
	six := strings.HasSuffix(table, "6")
	switch table {
	case "firewall addrgrp", "firewall addrgrp6":
		if len(e.set["member"]) == 0 {
			return nil, fmt.Errorf("a group without members")
		}
		var out []netip.Prefix
		for _, name := range e.set["member"] {
			p, err := d.address(name, six, false)
			if err != nil {
				return nil, err
			}
			out = append(out, p...)
		}
		return out, nil
	case "firewall vip", "firewall vip6":
		ext, err := netip.ParseAddr(e.one("extip"))
		if err != nil {
			return nil, err
		}
		mapped, err := netip.ParseAddr(e.one("mappedip"))
		if err != nil {
			return nil, err
		}
		if ext.Is4() == six || mapped.Is4() == six {
			return nil, fmt.Errorf("addresses of the other family")
		}
		if !six && e.one("extintf") != "any" {
			return nil, fmt.Errorf("no extintf")
		}
		return []netip.Prefix{netip.PrefixFrom(ext, ext.BitLen())}, nil
	}
	if e.one("type") == "fqdn" {
		name := e.one("fqdn")
		if name == "" || len(e.set) > 3 || e.set["subnet"] != nil || e.set["ip6"] != nil {
			return nil, fmt.Errorf("no name, or more than one")
		}
		var out []netip.Prefix
		for _, p := range policytest.NameAddrs(name) {
			if p.Addr().Is4() != six {
				out = append(out, p)
			}
		}
		return out, nil
	}
	if six {
		p, err := netip.ParsePrefix(e.one("ip6"))
		if err != nil || p.Addr().Is4() || p != p.Masked() {
			return nil, fmt.Errorf("%q is no IPv6 prefix", e.one("ip6"))
		}
		return []netip.Prefix{p}, nil
	}
	v := e.set["subnet"]
	if len(v) != 2 {
		return nil, fmt.Errorf("subnet takes an address and a mask")
	}
	a, err := netip.ParseAddr(v[0])
	if err != nil || !a.Is4() {
		return nil, fmt.Errorf("%q is no IPv4 address", v[0])
	}
	m, err := netip.ParseAddr(v[1])
	if err != nil || !m.Is4() {
		return nil, fmt.Errorf("%q is no mask", v[1])
	}
	four := m.As4()
	ones, size := net.IPMask(four[:]).Size()
	p := netip.PrefixFrom(a, ones)
	if size == 0 || p != p.Masked() {
		return nil, fmt.Errorf("%s is no subnet", strings.Join(v, " "))
	}
	return []netip.Prefix{p}, nil
}

// address resolves a name; nil: every address.
func (d *device) address(name string, six, target bool) ([]netip.Prefix, error) {
	if name == "all" {
		return nil, nil
	}
	kinds := []string{"firewall address", "firewall addrgrp"}
	if target {
		kinds = append(kinds, "firewall vip")
	}
	for _, k := range kinds {
		if six {
			k += "6"
		}
		if e := d.tables[k][name]; e != nil {
			return e.prefixes(d, k)
		}
	}
	return nil, fmt.Errorf("no address %q", name)
}

func (e *entry) service() (m match, err error) {
	m.icmp = -1
	number := func(key string, hi int) (int, error) {
		n, err := strconv.Atoi(e.one(key))
		if err != nil || n < 0 || n > hi {
			return 0, fmt.Errorf("%s %q", key, e.one(key))
		}
		return n, nil
	}
	ranges := 0
	for key, t := range map[string]netspec.Transport{"tcp-portrange": netspec.TCP, "udp-portrange": netspec.UDP, "sctp-portrange": netspec.SCTP} {
		if v := e.set[key]; v != nil {
			ranges++
			m.transport = t
			if m.to, m.from, err = portrange(v); err != nil {
				return m, err
			}
		}
	}
	switch p := e.one("protocol"); {
	case e.set["protocol"] == nil && ranges == 1 && e.set["icmptype"] == nil && e.set["protocol-number"] == nil:
	case ranges > 0:
		return m, fmt.Errorf("ports of more than one protocol, or of none")
	case p == "ICMP" || p == "ICMP6":
		m.transport = netspec.ICMP
		if p == "ICMP6" {
			m.transport = netspec.ICMPv6
		}
		if e.set["icmptype"] != nil {
			m.icmp, err = number("icmptype", 255)
		}
	case p == "IP":
		n, bad := number("protocol-number", 254)
		m.transport, err = netspec.Protocol(uint8(n)), bad
		if n == 0 {
			m.transport = netspec.Any
		}
	default:
		err = fmt.Errorf("no protocol")
	}
	return m, err
}

// portrange reads ranges, each with the initiator's ports after a colon.
// Ranges with different initiators' ports are not read.
func portrange(list []string) (to, from []policy.Ports, err error) {
	sources := map[string]bool{}
	targets := map[string]bool{}
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s] {
			return nil, nil, fmt.Errorf("%q twice", s)
		}
		seen[s] = true
		dst, src, narrow := strings.Cut(s, ":")
		p, err := ports(dst)
		if err != nil {
			return nil, nil, err
		}
		if !targets[dst] {
			to = append(to, p)
			targets[dst] = true
		}
		if !narrow {
			sources[""] = true
			continue
		}
		q, err := ports(src)
		if err != nil {
			return nil, nil, err
		}
		if !sources[src] {
			from = append(from, q)
			sources[src] = true
		}
	}
	if len(sources)*len(targets) != len(list) || sources[""] && len(sources) > 1 {
		return nil, nil, fmt.Errorf("ranges with different source ports: %q", list)
	}
	return to, from, nil
}

func ports(s string) (policy.Ports, error) {
	first, last, isRange := strings.Cut(s, "-")
	if !isRange {
		last = first
	}
	a, err := strconv.ParseUint(first, 10, 16)
	if err != nil {
		return policy.Ports{}, err
	}
	b, err := strconv.ParseUint(last, 10, 16)
	if err != nil {
		return policy.Ports{}, err
	}
	if a == 0 || a > b || isRange && a == b {
		return policy.Ports{}, fmt.Errorf("%q is no port or range", s)
	}
	return policy.Ports{First: uint16(a), Last: uint16(b)}, nil
}

func (d *device) policy(e *entry) error {
	if n, err := strconv.ParseUint(e.name, 10, 32); err != nil || n == 0 || n > 4294967294 {
		return fmt.Errorf("no policy number, or 0, which appends anew each time")
	}
	if err := named(e.one("name"), 35); err != nil {
		return err
	}
	for _, o := range d.policies {
		if o.one("name") == e.one("name") {
			return fmt.Errorf("a second policy of the name %q", o.one("name"))
		}
	}
	for key, values := range map[string][]string{"srcintf": {"any"}, "dstintf": {"any"}, "schedule": {"always"}, "action": {"accept", "deny"}} {
		if !slices.Contains(values, e.one(key)) {
			return fmt.Errorf("no %s, or %q", key, e.one(key))
		}
	}
	if v := e.set["logtraffic"]; v != nil && e.one("logtraffic") != "all" && e.one("logtraffic") != "disable" {
		return fmt.Errorf("logtraffic %q", v)
	}
	if v := e.set["match-vip"]; v != nil && (e.one("match-vip") != "enable" || e.one("action") != "deny") {
		return fmt.Errorf("match-vip is of policies that deny")
	}
	if (e.set["srcaddr"] == nil) != (e.set["dstaddr"] == nil) || (e.set["srcaddr6"] == nil) != (e.set["dstaddr6"] == nil) || e.set["srcaddr"] == nil && e.set["srcaddr6"] == nil {
		return fmt.Errorf("addresses of one end alone")
	}
	if len(e.set["service"]) == 0 {
		return fmt.Errorf("no service")
	}
	if _, err := d.matches(e); err != nil {
		return err
	}
	d.policies = append(d.policies, e)
	return nil
}

func (d *device) move(id, after string) error {
	i := slices.IndexFunc(d.policies, func(e *entry) bool { return e.name == id })
	if i < 0 || id == after {
		return fmt.Errorf("no policy %s to move", id)
	}
	e := d.policies[i]
	d.policies = slices.Delete(d.policies, i, i+1)
	j := slices.IndexFunc(d.policies, func(e *entry) bool { return e.name == after })
	if j < 0 {
		return fmt.Errorf("no policy %s", after)
	}
	d.policies = slices.Insert(d.policies, j+1, e)
	return nil
}

func (d *device) matches(e *entry) ([]policytest.Match, error) {
	m := policytest.Match{Verdict: policytest.Denied, Directions: []policy.Direction{policy.Forward}, Name: e.one("name")}
	if e.one("action") == "accept" {
		m.Verdict = policytest.Allowed
	}
	var out []policytest.Match
	for _, six := range []bool{false, true} {
		src, dst := e.set["srcaddr"], e.set["dstaddr"]
		m.Family = policy.IPv4
		if six {
			src, dst = e.set["srcaddr6"], e.set["dstaddr6"]
			m.Family = policy.IPv6
		}
		if src == nil {
			continue
		}
		var err error
		if m.From, err = d.side(src, six, false); err != nil {
			return nil, err
		}
		if m.To, err = d.side(dst, six, true); err != nil {
			return nil, err
		}
		for _, name := range e.set["service"] {
			s := match{transport: netspec.Any, icmp: -1}
			if name != "ALL" {
				o := d.tables["firewall service custom"][name]
				if o == nil {
					return nil, fmt.Errorf("no service %q", name)
				}
				if s, err = o.service(); err != nil {
					return nil, err
				}
			} else if len(e.set["service"]) > 1 {
				return nil, fmt.Errorf("ALL beside another service")
			}
			m.Transport, m.FromPorts, m.ToPorts, m.Type = s.transport, s.from, s.to, s.icmp
			out = append(out, m)
		}
	}
	return out, nil
}

func (d *device) side(names []string, six, target bool) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for i, name := range names {
		if name == "all" && len(names) > 1 || slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("%q beside others, or twice", name)
		}
		p, err := d.address(name, six, target)
		if err != nil {
			return nil, err
		}
		out = append(out, p...)
	}
	return out, nil
}

func (d *device) rules() (*policytest.Ruleset, error) {
	set := &policytest.Ruleset{Stateful: true}
	for _, e := range d.policies {
		list, err := d.matches(e)
		if err != nil {
			return nil, fault(e.line, "%s", err)
		}
		set.Rules = append(set.Rules, list...)
	}
	return set, nil
}

func fault(line int, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", line, fmt.Sprintf(format, args...))
}
