// Package reader reads set commands for PAN-OS back, as strictly as a firewall
// takes them in configuration mode, for tests. The commands are played on an
// empty configuration, which is then checked as a commit does.
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
	return map[string]policytest.Reader{"palo-alto": PANOS}
}

// kinds are the objects there are, with the length of their names.
var kinds = map[string]int{"tag": 127, "address": 63, "address-group": 63, "service": 63, "application": 31}

// service matches ports.
type service struct {
	transport netspec.Transport
	from, to  []policy.Ports
}

// application matches what has no ports.
type application struct {
	transport netspec.Transport
	kind      int // of message; -1: all
	// has are the fields that were set.
	has map[string]bool
}

// predefined are the applications that every firewall knows, of those that the rules need.
func predefined() map[string]*application {
	return map[string]*application{
		"icmp": {netspec.ICMP, -1, nil}, "ipv6-icmp": {netspec.ICMPv6, -1, nil}, "ping": {netspec.ICMP, 8, nil}, "ping6": {netspec.ICMPv6, 128, nil},
		"gre": {netspec.GRE, -1, nil}, "ipsec-esp": {netspec.ESP, -1, nil}, "ipsec-ah": {netspec.AH, -1, nil},
	}
}

type rule struct {
	name string
	// lists are from, to, source, destination, application, service and tag.
	lists  map[string][]string
	action string
}

// candidate is the configuration that is being made.
type candidate struct {
	tags         map[string]bool
	addresses    map[string][]netip.Prefix
	groups       map[string][]string
	services     map[string]*service
	applications map[string]*application
	rules        []*rule
}

// PANOS reads set and delete commands.
func PANOS(text string) (*policytest.Ruleset, error) {
	c := &candidate{map[string]bool{}, map[string][]netip.Prefix{}, map[string][]string{}, map[string]*service{}, map[string]*application{}, nil}
	for i, line := range strings.Split(text, "\n") {
		w, err := split(line)
		if err == nil && len(w) > 0 {
			err = c.command(w)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	set := &policytest.Ruleset{Stateful: true}
	for _, r := range c.rules {
		if err := c.commit(set, r); err != nil {
			return nil, fmt.Errorf("commit: rule %s: %w", r.name, err)
		}
	}
	return set, nil
}

// split cuts a line into words; a quoted one keeps its spaces, and its first
// quote. A line that begins with "#" is an unknown command, which does nothing.
func split(line string) ([]string, error) {
	var words []string
	line = strings.TrimSpace(line)
	for _, c := range []byte(line) {
		if c < ' ' || c > '~' || c == '\\' || c == '?' {
			return nil, fmt.Errorf("byte %#x", c)
		}
	}
	if strings.HasPrefix(line, "#") {
		return nil, nil
	}
	for line != "" {
		n := strings.IndexByte(line+" ", ' ')
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
			if i := strings.IndexFunc(line[:n], func(r rune) bool {
				return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/,-[]", r)
			}); i >= 0 {
				return nil, fmt.Errorf("%q needs quotes", line[i])
			}
			words, line = append(words, line[:n]), line[n:]
		}
		line = strings.TrimLeft(line, " ")
	}
	return words, nil
}

// named holds a name to its length and characters.
func named(n string, most int) error {
	if n == "" || len(n) > most {
		return fmt.Errorf("name %q has %d characters, not 1 to %d", n, len(n), most)
	}
	for i, c := range n {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
		if !letter && (i == 0 || c != '-' && c != '.') {
			return fmt.Errorf("name %q has %q", n, c)
		}
	}
	return nil
}

func text(w string, most int) error {
	if w[0] != '"' {
		return fmt.Errorf("%s is not quoted", w)
	}
	if n := len(w) - 1; n == 0 || n > most {
		return fmt.Errorf("a text of %d characters, not 1 to %d", n, most)
	}
	return nil
}

func (c *candidate) command(w []string) error {
	verb, w := w[0], w[1:]
	if len(w) > 3 && slices.Equal(w[:3], []string{"rulebase", "security", "rules"}) {
		switch {
		case verb == "delete" && len(w) == 4:
			c.rules = slices.DeleteFunc(c.rules, func(r *rule) bool { return r.name == w[3] })
			return nil
		case verb == "set":
			return c.rule(w[3], w[4:])
		}
	}
	if len(w) < 2 || kinds[w[0]] == 0 {
		return fmt.Errorf("no command %q", strings.Join(append([]string{verb}, w...), " "))
	}
	kind, name, w := w[0], w[1], w[2:]
	switch {
	case verb == "delete" && len(w) == 0:
		return c.delete(kind, name)
	case verb != "set" || len(w) == 0:
		return fmt.Errorf("%s %s %s: nothing is set", verb, kind, name)
	}
	if err := named(name, kinds[kind]); err != nil {
		return err
	}
	switch kind {
	case "tag":
		c.tags[name] = true
		if w[0] != "comments" || len(w) != 2 {
			return fmt.Errorf("a tag has no %q", w[0])
		}
		return text(w[1], 1023)
	case "address":
		return c.address(name, w)
	case "address-group":
		return c.group(name, w)
	case "service":
		return c.service(name, w)
	}
	return c.application(name, w)
}

// delete takes an object away that nothing names; one that is not there is passed over.
func (c *candidate) delete(kind, name string) error {
	for g, members := range c.groups {
		if kind == "address" && slices.Contains(members, name) {
			return fmt.Errorf("%s is in use by %s", name, g)
		}
	}
	lists := map[string][]string{"tag": {"tag"}, "address": {"source", "destination"}, "address-group": {"source", "destination"}, "service": {"service"}, "application": {"application"}}
	for _, r := range c.rules {
		for _, l := range lists[kind] {
			if slices.Contains(r.lists[l], name) {
				return fmt.Errorf("%s is in use by %s", name, r.name)
			}
		}
	}
	switch kind {
	case "tag":
		delete(c.tags, name)
	case "address":
		delete(c.addresses, name)
	case "address-group":
		delete(c.groups, name)
	case "service":
		delete(c.services, name)
	case "application":
		delete(c.applications, name)
	}
	return nil
}

func (c *candidate) address(name string, w []string) error {
	if c.groups[name] != nil {
		return fmt.Errorf("%s is a group", name)
	}
	if len(w) != 2 {
		return fmt.Errorf("an address is no %q", strings.Join(w, " "))
	}
	switch w[0] {
	case "ip-netmask":
		p, err := netip.ParsePrefix(w[1])
		if a, e := netip.ParseAddr(w[1]); e == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil || p.Addr().Is4In6() || p.Addr().Zone() != "" {
			return fmt.Errorf("%q is no address", w[1])
		}
		if p != p.Masked() {
			return fmt.Errorf("%s has host bits", p)
		}
		c.addresses[name] = []netip.Prefix{p}
	case "fqdn":
		if !catalog.ValidFQDN(w[1]) || strings.HasPrefix(w[1], "*") {
			return fmt.Errorf("%q is no name", w[1])
		}
		c.addresses[name] = policytest.NameAddrs(w[1])
	default:
		return fmt.Errorf("an address has no %q", w[0])
	}
	return nil
}

func (c *candidate) group(name string, w []string) error {
	if c.addresses[name] != nil {
		return fmt.Errorf("%s is an address", name)
	}
	switch {
	case w[0] == "description" && len(w) == 2:
		return text(w[1], 1023)
	case w[0] == "static" && len(w) > 1:
		list, rest, err := members(w[1:])
		if err != nil || len(rest) > 0 {
			return errors.Join(err, tooMuch(rest))
		}
		for _, n := range list {
			if c.addresses[n] == nil {
				return fmt.Errorf("%s is not a valid reference", n)
			}
		}
		c.groups[name] = merge(c.groups[name], list)
		return nil
	}
	return fmt.Errorf("a group has no %q", strings.Join(w, " "))
}

func tooMuch(w []string) error {
	if len(w) > 0 {
		return fmt.Errorf("%q is too much", strings.Join(w, " "))
	}
	return nil
}

// members reads one name or "[ a b ]", and gives what follows.
func members(w []string) (list, rest []string, err error) {
	if len(w) == 0 {
		return nil, nil, errors.New("nothing is named")
	}
	if w[0] != "[" {
		list, rest = w[:1], w[1:]
	} else {
		end := slices.Index(w, "]")
		if end < 2 {
			return nil, nil, errors.New("brackets are not closed, or hold nothing")
		}
		list, rest = w[1:end], w[end+1:]
	}
	for _, n := range list {
		if strings.ContainsAny(n, "[]\"") {
			return nil, nil, fmt.Errorf("%s is no name", n)
		}
	}
	return list, rest, nil
}

// merge adds the members that are new: "set" never takes any away.
func merge(to, list []string) []string {
	for _, n := range list {
		if !slices.Contains(to, n) {
			to = append(to, n)
		}
	}
	return to
}

func (c *candidate) service(name string, w []string) error {
	if w[0] == "description" && len(w) == 2 {
		return text(w[1], 1023)
	}
	s := &service{}
	if len(w) < 4 || w[0] != "protocol" || w[2] != "port" {
		return errors.New(`a service is written "protocol tcp port 443"`)
	}
	switch w[1] {
	case "tcp":
		s.transport = netspec.TCP
	case "udp":
		s.transport = netspec.UDP
	default:
		return fmt.Errorf("no protocol %q", w[1])
	}
	var err error
	if s.to, err = ports(w[3]); err != nil {
		return err
	}
	if w = w[4:]; len(w) == 2 && w[0] == "source-port" {
		if s.from, err = ports(w[1]); err != nil {
			return err
		}
		w = nil
	}
	c.services[name] = s
	return tooMuch(w)
}

// ports reads "80,443,1000-2000".
func ports(text string) ([]policy.Ports, error) {
	if len(text) > 1023 {
		return nil, fmt.Errorf("a port list of %d characters, 1023 is the most", len(text))
	}
	var out []policy.Ports
	for part := range strings.SplitSeq(text, ",") {
		a, b, ok := strings.Cut(part, "-")
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
			return nil, fmt.Errorf("%s is the wrong way round", part)
		}
		out = append(out, policy.Ports{First: uint16(first), Last: uint16(last)})
	}
	return out, nil
}

func number(text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most || strconv.Itoa(n) != text {
		return 0, fmt.Errorf("%q is no number from %d to %d", text, least, most)
	}
	return n, nil
}

// application reads the fields of a custom application, in one command or several.
func (c *candidate) application(name string, w []string) error {
	if predefined()[name] != nil {
		return fmt.Errorf("%s is predefined", name)
	}
	a := c.applications[name]
	if a == nil {
		a = &application{kind: -1, has: map[string]bool{}}
		c.applications[name] = a
	}
	for len(w) > 0 {
		var err error
		n := 2
		switch key := w[0]; {
		case len(w) < 2:
			return fmt.Errorf("%q has no value", key)
		case key == "category" && w[1] == "networking", key == "subcategory" && w[1] == "ip-protocol", key == "technology" && w[1] == "network-protocol":
		case key == "risk":
			_, err = number(w[1], 1, 5)
		case key == "default" && len(w) >= 3 && w[1] == "ident-by-ip-protocol":
			var p int
			p, err = number(w[2], 1, 255)
			a.transport, n = netspec.Protocol(uint8(p)), 3
		case key == "default" && len(w) >= 4 && (w[1] == "ident-by-icmp-type" || w[1] == "ident-by-icmp6-type") && w[2] == "type":
			a.kind, err = number(w[3], 0, 255)
			a.transport, n = netspec.ICMP, 4
			if w[1] == "ident-by-icmp6-type" {
				a.transport = netspec.ICMPv6
			}
		default:
			return fmt.Errorf("an application has no %q", strings.Join(w, " "))
		}
		if err != nil {
			return err
		}
		a.has[w[0]] = true
		w = w[n:]
	}
	return nil
}

func (c *candidate) rule(name string, w []string) error {
	if err := named(name, 63); err != nil {
		return err
	}
	i := slices.IndexFunc(c.rules, func(r *rule) bool { return r.name == name })
	if i < 0 {
		i = len(c.rules)
		c.rules = append(c.rules, &rule{name: name, lists: map[string][]string{}})
	}
	r := c.rules[i]
	for len(w) > 0 {
		key := w[0]
		if len(w) < 2 {
			return fmt.Errorf("%q has no value", key)
		}
		switch key {
		case "from", "to", "source", "destination", "application", "service", "tag":
			list, rest, err := members(w[1:])
			if err != nil {
				return err
			}
			for _, n := range list {
				if err := c.refers(key, n); err != nil {
					return err
				}
			}
			r.lists[key], w = merge(r.lists[key], list), rest
			continue
		case "action":
			if !slices.Contains([]string{"allow", "deny", "drop"}, w[1]) {
				return fmt.Errorf("no action %q", w[1])
			}
			r.action = w[1]
		case "log-start", "log-end":
			if w[1] != "yes" && w[1] != "no" {
				return fmt.Errorf("%s is yes or no", key)
			}
		case "description":
			if err := text(w[1], 1024); err != nil {
				return err
			}
		default:
			return fmt.Errorf("a rule has no %q", key)
		}
		w = w[2:]
	}
	return nil
}

// refers tells whether a rule may name something.
func (c *candidate) refers(key, name string) error {
	found := name == "any" && key != "tag"
	switch key {
	case "source", "destination":
		found = found || c.groups[name] != nil || c.addresses[name] != nil
	case "service":
		found = found || name == "application-default" || c.services[name] != nil
	case "application":
		found = found || c.applications[name] != nil || predefined()[name] != nil
	case "tag":
		found = c.tags[name]
	}
	if !found {
		return fmt.Errorf("%s: %s is not a valid reference", key, name)
	}
	return nil
}

// commit adds what a rule does: an entry for each service or application.
func (c *candidate) commit(set *policytest.Ruleset, r *rule) error {
	for _, key := range []string{"from", "to", "source", "destination", "application", "service"} {
		switch l := r.lists[key]; {
		case len(l) == 0:
			return fmt.Errorf("%s is missing", key)
		case len(l) > 1 && (slices.Contains(l, "any") || slices.Contains(l, "application-default")):
			return fmt.Errorf("%s: any stands alone", key)
		}
	}
	m := policytest.Match{Directions: []policy.Direction{policy.Forward}, Name: r.name, Type: -1, From: c.side(r.lists["source"]), To: c.side(r.lists["destination"])}
	switch r.action {
	case "allow":
		m.Verdict = policytest.Allowed
	case "":
		return errors.New("action is missing")
	default:
		m.Verdict = policytest.Denied
	}
	applications, services := r.lists["application"], r.lists["service"]
	switch {
	case applications[0] == "any" && services[0] == "any":
		m.Transport = netspec.Any
		set.Rules = append(set.Rules, m)
	case applications[0] == "any" && !slices.Contains(services, "application-default"):
		for _, n := range services {
			s := c.services[n]
			m.Transport, m.FromPorts, m.ToPorts = s.transport, s.from, s.to
			set.Rules = append(set.Rules, m)
		}
	case applications[0] != "any" && services[0] == "application-default":
		for _, n := range applications {
			a := c.applications[n]
			if a == nil {
				a = predefined()[n]
			} else if len(a.has) < 5 {
				return fmt.Errorf("application %s is not complete", n)
			}
			m.Transport, m.Type = a.transport, a.kind
			set.Rules = append(set.Rules, m)
		}
	default:
		return errors.New("an application is for its own ports, and these are for applications: else the first packets of any pass")
	}
	return nil
}

// side resolves names; nil: every address.
func (c *candidate) side(names []string) []netip.Prefix {
	if names[0] == "any" {
		return nil
	}
	var out []netip.Prefix
	for _, n := range names {
		list := c.groups[n]
		if list == nil {
			list = []string{n}
		}
		for _, a := range list {
			out = append(out, c.addresses[a]...)
		}
	}
	return out
}
