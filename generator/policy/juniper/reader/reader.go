// Package reader reads set commands for Junos back, as strictly as an SRX
// takes them, for tests. The commands are played on an empty configuration,
// which is then checked as "commit check" does.
package reader

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Readers are the readers by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"juniper-srx": SRX}
}

// statement is the words of a "set" behind its group, and its line.
type statement struct {
	words []string
	line  int
}

// candidate is the configuration that is being made.
type candidate struct {
	groups map[string][]statement
	// order is in which they were made.
	order []string
	apply []string
}

// SRX reads set commands, as "load set" does.
func SRX(text string) (*policytest.Ruleset, error) {
	c := &candidate{groups: map[string][]statement{}}
	for i, line := range strings.Split(text, "\n") {
		words, err := split(line)
		if err == nil && len(words) > 0 {
			err = c.command(words, i+1)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return c.commit()
}

// split cuts a line into words; a quoted one keeps its spaces. A line that
// begins with "#" is a comment.
func split(line string) ([]string, error) {
	var words []string
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "#") {
		line = ""
	}
	for line != "" {
		if line[0] == '"' {
			end := strings.IndexByte(line[1:], '"')
			if end < 0 {
				return nil, errors.New("a quote is not closed")
			}
			words, line = append(words, line[:end+1]), line[end+2:]
			if line != "" && line[0] != ' ' {
				return nil, errors.New("text follows a quote")
			}
		} else {
			n := strings.IndexByte(line+" ", ' ')
			for _, r := range line[:n] {
				if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-[]", r) {
					return nil, fmt.Errorf("%q needs quotes", r)
				}
			}
			words, line = append(words, line[:n]), line[n:]
		}
		line = strings.TrimLeft(line, " ")
	}
	for _, w := range words {
		for _, c := range []byte(w) {
			if c < ' ' || c > '~' || c == '\\' {
				return nil, fmt.Errorf("byte %#x", c)
			}
		}
	}
	return words, nil
}

func (c *candidate) command(words []string, line int) error {
	verb, words := words[0], words[1:]
	switch {
	case verb == "set" && len(words) >= 2 && words[0] == "groups":
		name := words[1]
		if err := named(name); err != nil {
			return err
		}
		if !slices.Contains(c.order, name) {
			c.order = append(c.order, name)
		}
		if len(words) > 2 {
			c.groups[name] = append(c.groups[name], statement{words[2:], line})
		}
	case verb == "set" && len(words) == 2 && words[0] == "apply-groups":
		if !slices.Contains(c.apply, words[1]) {
			c.apply = append(c.apply, words[1])
		}
	case verb == "delete" && len(words) == 2 && words[0] == "groups" && slices.Contains(c.order, words[1]):
		delete(c.groups, words[1])
		c.order = slices.DeleteFunc(c.order, func(s string) bool { return s == words[1] })
	case verb == "delete" && len(words) == 2 && words[0] == "apply-groups" && slices.Contains(c.apply, words[1]):
		c.apply = slices.DeleteFunc(c.apply, func(s string) bool { return s == words[1] })
	case verb == "delete":
		return errors.New("nothing there to delete")
	default:
		return fmt.Errorf("%s %s: no such statement outside groups", verb, strings.Join(words, " "))
	}
	return nil
}

// term is one of an application.
type term struct {
	transport netspec.Transport
	from, to  []policy.Ports
	icmp      int
}

type rule struct {
	name string
	line int
	// from, to and applications are names.
	from, to, applications []string
	action                 string
}

// config is what groups bring, by name.
type config struct {
	addresses    map[string][]netip.Prefix
	sets         map[string][]string
	applications map[string]map[string]*term
	// terms are an application's in order.
	terms    map[string][]string
	appsets  map[string][]string
	policies []*rule
}

func (c *candidate) commit() (*policytest.Ruleset, error) {
	f := &config{map[string][]netip.Prefix{}, map[string][]string{}, map[string]map[string]*term{}, map[string][]string{}, map[string][]string{}, nil}
	for _, g := range c.apply {
		if !slices.Contains(c.order, g) {
			return nil, fmt.Errorf("commit: no group %s to apply", g)
		}
		for _, s := range c.groups[g] {
			if err := f.add(s); err != nil {
				return nil, fmt.Errorf("line %d: %w", s.line, err)
			}
		}
	}
	set := &policytest.Ruleset{Stateful: true}
	for _, r := range f.policies {
		if err := f.rule(set, r); err != nil {
			return nil, fmt.Errorf("line %d: commit: policy %s: %w", r.line, r.name, err)
		}
	}
	for _, n := range sorted(f.terms) {
		if len(f.terms[n]) > 8 {
			return nil, fmt.Errorf("commit: application %s has %d terms, 8 is the most", n, len(f.terms[n]))
		}
		for t, x := range f.applications[n] {
			if x.transport == (netspec.Transport{}) {
				return nil, fmt.Errorf("commit: application %s, term %s has no protocol", n, t)
			}
		}
	}
	return set, nil
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// under gives the words behind a path, if they begin with it.
func under(words []string, path string) ([]string, bool) {
	p := strings.Fields(path)
	if len(words) < len(p) || !slices.Equal(words[:len(p)], p) {
		return nil, false
	}
	return words[len(p):], true
}

func (f *config) add(s statement) error {
	if w, ok := under(s.words, "security address-book global address"); ok && len(w) >= 2 {
		return f.address(w[0], w[1:])
	}
	if w, ok := under(s.words, "security address-book global address-set"); ok && len(w) == 3 {
		return f.set(w[0], w[1], w[2])
	}
	if w, ok := under(s.words, "applications application"); ok && len(w) >= 5 && w[1] == "term" {
		return f.term(w[0], w[2], w[3:])
	}
	if w, ok := under(s.words, "applications application-set"); ok && len(w) == 3 && w[1] == "application" {
		if f.applications[w[0]] != nil {
			return fmt.Errorf("%s is an application", w[0])
		}
		if !slices.Contains(f.appsets[w[0]], w[2]) {
			f.appsets[w[0]] = append(f.appsets[w[0]], w[2])
		}
		return named(w[0])
	}
	if w, ok := under(s.words, "security policies global policy"); ok && len(w) >= 3 {
		return f.policy(s.line, w[0], w[1:])
	}
	return fmt.Errorf("no statement %q", strings.Join(s.words, " "))
}

// named holds a name to its length and characters.
func named(n string) error {
	if n == "" || len(n) > 63 {
		return fmt.Errorf("name %q has %d characters, not 1 to 63", n, len(n))
	}
	for _, c := range n {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '-' && c != '_' {
			return fmt.Errorf("name %q has %q", n, c)
		}
	}
	return nil
}

// described holds a text to be quoted and short enough.
func described(text string, most int) error {
	if text == "" || text[0] != '"' {
		return fmt.Errorf("%s is not quoted", text)
	}
	if n := len(text) - 1; n == 0 || n > most {
		return fmt.Errorf("a text of %d characters, not 1 to %d", n, most)
	}
	return nil
}

func (f *config) address(name string, w []string) error {
	if err := named(name); err != nil {
		return err
	}
	switch {
	case f.sets[name] != nil:
		return fmt.Errorf("%s is an address set", name)
	case w[0] == "dns-name" && len(w) == 2:
		if !catalog.ValidFQDN(w[1]) || strings.HasPrefix(w[1], "*") {
			return fmt.Errorf("%q is no name", w[1])
		}
		return f.define(name, policytest.NameAddrs(w[1])...)
	case len(w) == 1:
		p, err := netip.ParsePrefix(w[0])
		if err != nil || p.Addr().Is4In6() || p.Addr().Zone() != "" {
			return fmt.Errorf("%q is no prefix", w[0])
		}
		if p != p.Masked() {
			return fmt.Errorf("%s has host bits", p)
		}
		return f.define(name, p)
	}
	return fmt.Errorf("%q after an address", strings.Join(w, " "))
}

// define gives an address its value; the same one again changes nothing.
func (f *config) define(name string, list ...netip.Prefix) error {
	if old := f.addresses[name]; old != nil && !slices.Equal(old, list) {
		return fmt.Errorf("%s has two addresses", name)
	}
	f.addresses[name] = list
	return nil
}

func (f *config) set(name, key, value string) error {
	if err := named(name); err != nil {
		return err
	}
	switch {
	case key == "description":
		return described(value, 900)
	case key != "address":
		return fmt.Errorf("an address set has no %q", key)
	case f.addresses[name] != nil:
		return fmt.Errorf("%s is an address", name)
	case slices.Contains(f.sets[name], value):
		return nil
	}
	f.sets[name] = append(f.sets[name], value)
	return nil
}

var protocols = map[string]netspec.Transport{
	"tcp": netspec.TCP, "udp": netspec.UDP, "icmp": netspec.ICMP, "icmp6": netspec.ICMPv6, "esp": netspec.ESP, "ah": netspec.AH, "gre": netspec.GRE,
}

// term reads "protocol tcp destination-port 443", in any order, in one command or several.
func (f *config) term(application, name string, w []string) error {
	if err := errors.Join(named(application), named(name)); err != nil {
		return err
	}
	if f.appsets[application] != nil {
		return fmt.Errorf("%s is a set", application)
	}
	if f.applications[application] == nil {
		f.applications[application] = map[string]*term{}
	}
	t := f.applications[application][name]
	if t == nil {
		t = &term{icmp: -1}
		f.applications[application][name] = t
		f.terms[application] = append(f.terms[application], name)
	}
	if len(w)%2 != 0 {
		return fmt.Errorf("%q has no value", w[len(w)-1])
	}
	for i := 0; i < len(w); i += 2 {
		if err := t.set(w[i], w[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (t *term) set(key, value string) (err error) {
	switch key {
	case "protocol":
		if p, ok := protocols[value]; ok {
			t.transport = p
			return nil
		}
		n, err := number(value, 1, 255)
		if err != nil {
			return fmt.Errorf("no protocol %q", value)
		}
		t.transport = netspec.Protocol(uint8(n))
	case "source-port", "destination-port":
		if t.transport != netspec.TCP && t.transport != netspec.UDP {
			return fmt.Errorf("%s is for tcp and udp", key)
		}
		list, err := ports(value)
		if err != nil {
			return err
		}
		if key == "source-port" {
			t.from = list
		} else {
			t.to = list
		}
	case "icmp-type", "icmp6-type":
		if want := map[string]netspec.Transport{"icmp-type": netspec.ICMP, "icmp6-type": netspec.ICMPv6}[key]; t.transport != want {
			return fmt.Errorf("%s is for %s", key, want)
		}
		t.icmp, err = number(value, 0, 255)
	default:
		return fmt.Errorf("a term has no %q", key)
	}
	return err
}

// ports reads a port or "1-9".
func ports(text string) ([]policy.Ports, error) {
	a, b, ok := strings.Cut(text, "-")
	if !ok {
		b = a
	}
	first, err := number(a, 1, 65535)
	if err != nil {
		return nil, err
	}
	last, err := number(b, 1, 65535)
	switch {
	case err != nil:
		return nil, err
	case first > last:
		return nil, fmt.Errorf("%s is the wrong way round", text)
	}
	return []policy.Ports{{First: uint16(first), Last: uint16(last)}}, nil
}

func number(text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most || strconv.Itoa(n) != text {
		return 0, fmt.Errorf("%q is no number from %d to %d", text, least, most)
	}
	return n, nil
}

func (f *config) policy(line int, name string, w []string) error {
	if err := named(name); err != nil {
		return err
	}
	i := slices.IndexFunc(f.policies, func(r *rule) bool { return r.name == name })
	if i < 0 {
		i = len(f.policies)
		f.policies = append(f.policies, &rule{name: name, line: line})
	}
	r := f.policies[i]
	switch {
	case w[0] == "description" && len(w) == 2:
		return described(w[1], 300)
	case w[0] == "match" && len(w) >= 3:
		names, err := members(w[2:])
		if err != nil {
			return err
		}
		list := map[string]*[]string{"source-address": &r.from, "destination-address": &r.to, "application": &r.applications}[w[1]]
		if list == nil {
			return fmt.Errorf("a policy matches no %q", w[1])
		}
		for _, n := range names {
			if !slices.Contains(*list, n) {
				*list = append(*list, n)
			}
		}
	case w[0] == "then" && len(w) == 2 && (w[1] == "permit" || w[1] == "deny"):
		if r.action != "" && r.action != w[1] {
			return errors.New("two actions")
		}
		r.action = w[1]
	case w[0] == "then" && len(w) == 3 && w[1] == "log" && (w[2] == "session-init" || w[2] == "session-close"):
	default:
		return fmt.Errorf("a policy has no %q", strings.Join(w, " "))
	}
	return nil
}

// members reads one name or "[ a b ]".
func members(w []string) ([]string, error) {
	if w[0] == "[" && w[len(w)-1] == "]" && len(w) > 2 {
		w = w[1 : len(w)-1]
	} else if len(w) != 1 {
		return nil, errors.New("several names without brackets")
	}
	for _, n := range w {
		if strings.ContainsAny(n, "[]\"") {
			return nil, fmt.Errorf("%s is no name", n)
		}
	}
	return w, nil
}

// rule adds what a policy does: an entry for each term of its applications.
func (f *config) rule(set *policytest.Ruleset, r *rule) error {
	m := policytest.Match{Directions: []policy.Direction{policy.Forward}, Name: r.name, Type: -1}
	var err error
	if m.From, err = f.side(r.from); err != nil {
		return fmt.Errorf("source-address: %w", err)
	}
	if m.To, err = f.side(r.to); err != nil {
		return fmt.Errorf("destination-address: %w", err)
	}
	switch r.action {
	case "permit":
		m.Verdict = policytest.Allowed
	case "deny":
		m.Verdict = policytest.Denied
	default:
		return errors.New("no action")
	}
	if len(r.applications) == 0 {
		return errors.New("no application")
	}
	for _, a := range r.applications {
		if a == "any" {
			if len(r.applications) > 1 {
				return errors.New("any stands alone")
			}
			m.Transport = netspec.Any
			set.Rules = append(set.Rules, m)
			continue
		}
		apps := f.appsets[a]
		if apps == nil {
			apps = []string{a}
		}
		for _, a := range apps {
			if f.applications[a] == nil {
				return fmt.Errorf("no application %s", a)
			}
			for _, n := range f.terms[a] {
				t := f.applications[a][n]
				m.Transport, m.FromPorts, m.ToPorts, m.Type = t.transport, t.from, t.to, t.icmp
				set.Rules = append(set.Rules, m)
			}
		}
	}
	return nil
}

// side resolves names; nil: every address.
func (f *config) side(names []string) ([]netip.Prefix, error) {
	if len(names) == 0 {
		return nil, errors.New("nothing is named")
	}
	var out []netip.Prefix
	for _, n := range names {
		if n == "any" {
			if len(names) > 1 {
				return nil, errors.New("any stands alone")
			}
			return nil, nil
		}
		list := f.sets[n]
		if list == nil {
			list = []string{n}
		}
		for _, a := range list {
			if f.addresses[a] == nil {
				return nil, fmt.Errorf("no address %s", a)
			}
			out = append(out, f.addresses[a]...)
		}
	}
	return out, nil
}
