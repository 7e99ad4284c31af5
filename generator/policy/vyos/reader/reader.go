// Package reader reads VyOS configuration commands back, as strictly as VyOS
// takes and commits them, for tests: groups, and rule sets of both families.
package reader

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Readers are the readers by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"vyos": VyOS}
}

// The patterns are those of vyos-1x's interface definitions.
var (
	name       = regexp.MustCompile(`^[a-zA-Z0-9][\w.-]*$`)
	domainName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9]?[\w.-]*$`)
	domain     = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*\.[a-z]{2,99}$`)
)

// rule is a numbered rule as its commands left it.
type rule struct {
	number int
	line   int
	values map[string][]string // by path below the rule
}

// ruleset is a name of one family.
type ruleset struct {
	line   int
	values map[string][]string
	rules  map[int]*rule
}

type config struct {
	deleted map[string]bool
	groups  map[string][]string // by kind and name: members
	sets    map[string]*ruleset // by family and name
}

// single are the values of a rule that may be set once, and how many words they take.
var single = map[string]bool{
	"action": true, "description": true, "protocol": true,
	"source port": true, "destination port": true,
	"source group network-group": true, "source group domain-group": true,
	"destination group network-group": true, "destination group domain-group": true,
	"icmp type": true, "icmpv6 type": true,
}

// VyOS reads commands of the configuration mode.
func VyOS(text string) (*policytest.Ruleset, error) {
	c := &config{deleted: map[string]bool{}, groups: map[string][]string{}, sets: map[string]*ruleset{}}
	for i, s := range strings.Split(text, "\n") {
		words, err := split(s)
		if err == nil && len(words) > 0 {
			err = c.command(words, i+1)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return c.commit()
}

// split cuts a line as the shell does that VyOS' command line is.
func split(s string) ([]string, error) {
	if strings.HasPrefix(s, "#") || s == "" {
		return nil, nil
	}
	var out []string
	var w strings.Builder
	quote, begun := false, false
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~':
			return nil, fmt.Errorf("byte %#x", c)
		case c == '\'':
			quote, begun = !quote, true
		case quote:
			w.WriteByte(c)
		case c == ' ':
			if begun {
				out = append(out, w.String())
			}
			w.Reset()
			begun = false
		case strings.IndexByte("\"\\$`&|;<>()*?!#{}[]~", c) >= 0:
			return nil, fmt.Errorf("%q outside of quotes", c)
		default:
			w.WriteByte(c)
			begun = true
		}
	}
	if quote {
		return nil, fmt.Errorf("a quote without an end")
	}
	if begun {
		out = append(out, w.String())
	}
	return out, nil
}

func (c *config) command(words []string, line int) error {
	if len(words) < 4 || words[1] != "firewall" {
		return fmt.Errorf("not of the firewall: %q", words)
	}
	rest := words[2:]
	switch {
	case words[0] == "delete":
		if rest[0] == "group" && len(rest) == 3 || rest[1] == "name" && len(rest) == 3 {
			c.deleted[strings.Join(rest, " ")] = true
			return nil
		}
		return fmt.Errorf("deletes what is not ours: %q", rest)
	case words[0] != "set":
		return fmt.Errorf("unknown command %q", words[0])
	case rest[0] == "group":
		return c.group(rest[1:])
	case (rest[0] == "ipv4" || rest[0] == "ipv6") && rest[1] == "name":
		return c.name(rest[0], rest[2:], line)
	}
	return fmt.Errorf("unknown path %q", rest)
}

// group takes a member or a description of a group.
func (c *config) group(w []string) error {
	if len(w) != 4 {
		return fmt.Errorf("group takes a kind, a name, a key and a value")
	}
	key := w[0] + " " + w[1]
	pattern := name
	if w[0] == "domain-group" {
		pattern = domainName
	}
	switch {
	case !pattern.MatchString(w[1]) || len(w[1]) > 127:
		return fmt.Errorf("name %q", w[1])
	case !c.deleted["group "+key]:
		return fmt.Errorf("%s is not deleted before: a second run keeps what is there", key)
	case w[2] == "description":
		return described(w[3])
	case slices.Contains(c.groups[key], w[3]):
		return fmt.Errorf("%s already exists", w[3])
	}
	p, err := netip.ParsePrefix(w[3])
	switch {
	case w[0] == "network-group" && w[2] == "network":
		if err != nil || !p.Addr().Is4() || p != p.Masked() {
			return fmt.Errorf("%q is no IPv4 network", w[3])
		}
	case w[0] == "ipv6-network-group" && w[2] == "network":
		if err != nil || p.Addr().Is4() || p != p.Masked() {
			return fmt.Errorf("%q is no IPv6 network", w[3])
		}
	case w[0] == "domain-group" && w[2] == "address":
		if !domain.MatchString(w[3]) {
			return fmt.Errorf("%q is no domain", w[3])
		}
	default:
		return fmt.Errorf("%s has no %s", w[0], w[2])
	}
	c.groups[key] = append(c.groups[key], w[3])
	return nil
}

func described(s string) error {
	if len(s) > 255 {
		return fmt.Errorf("description too long: %d characters", len(s))
	}
	return nil
}

func (c *config) name(family string, w []string, line int) error {
	key := family + " " + w[0]
	s := c.sets[key]
	if s == nil {
		switch {
		case !name.MatchString(w[0]):
			return fmt.Errorf("name %q", w[0])
		case !c.deleted[family+" name "+w[0]]:
			return fmt.Errorf("%s is not deleted before: a second run keeps what is there", w[0])
		}
		s = &ruleset{line: line, values: map[string][]string{}, rules: map[int]*rule{}}
		c.sets[key] = s
	}
	w = w[1:]
	switch {
	case len(w) == 1 && w[0] == "default-log":
		s.values["default-log"] = []string{""}
		return nil
	case len(w) == 2 && (w[0] == "default-action" || w[0] == "description"):
		if s.values[w[0]] != nil {
			return fmt.Errorf("%s is set twice", w[0])
		}
		s.values[w[0]] = w[1:]
		return described(w[1])
	case len(w) < 3 || w[0] != "rule":
		return fmt.Errorf("unknown path %q", w)
	}
	n, err := strconv.Atoi(w[1])
	if err != nil || n < 1 || n > 999999 {
		return fmt.Errorf("firewall rule number must be between 1 and 999999")
	}
	r := s.rules[n]
	if r == nil {
		r = &rule{number: n, line: line, values: map[string][]string{}}
		s.rules[n] = r
	}
	if len(w) == 3 && w[2] == "log" {
		r.values["log"] = []string{""}
		return nil
	}
	path, value := strings.Join(w[2:len(w)-1], " "), w[len(w)-1]
	switch {
	case path == "state":
		if !slices.Contains([]string{"established", "invalid", "new", "related"}, value) {
			return fmt.Errorf("state %q", value)
		}
	case !single[path]:
		return fmt.Errorf("a rule has no %q", path)
	case r.values[path] != nil:
		return fmt.Errorf("%s is set twice", path)
	case path == "description":
		if err := described(value); err != nil {
			return err
		}
	}
	r.values[path] = append(r.values[path], value)
	return nil
}

// commit holds what VyOS holds when the configuration is committed.
func (c *config) commit() (*policytest.Ruleset, error) {
	out := &policytest.Ruleset{}
	var defaults []string
	for _, family := range []string{"ipv4", "ipv6"} {
		for key, s := range c.sets {
			if !strings.HasPrefix(key, family+" ") {
				continue
			}
			action := "drop"
			if v := s.values["default-action"]; v != nil {
				action = v[0]
			}
			if action != "drop" && action != "return" {
				return nil, fmt.Errorf("line %d: default-action %q", s.line, action)
			}
			defaults = append(defaults, action)
			var numbers []int
			for n := range s.rules {
				numbers = append(numbers, n)
			}
			slices.Sort(numbers)
			for _, n := range numbers {
				m, err := c.match(family, s.rules[n])
				if err != nil {
					return nil, fmt.Errorf("line %d: rule %d: %w", s.rules[n].line, n, err)
				}
				out.Rules = append(out.Rules, m)
			}
		}
	}
	switch {
	case len(defaults) == 2 && defaults[0] != defaults[1], len(defaults) > 2:
		return nil, fmt.Errorf("line 1: families with different defaults, or more than one rule set of one")
	case len(defaults) == 2 && defaults[0] == "drop":
		out.Default = policytest.Denied
	case len(defaults) == 1 && defaults[0] == "drop":
		return nil, fmt.Errorf("line 1: one family alone is closed")
	}
	return out, nil
}

func (c *config) match(family string, r *rule) (policytest.Match, error) {
	m := policytest.Match{Directions: []policy.Direction{policy.Forward}, Family: policy.IPv4, Transport: netspec.Any, Type: -1, Name: strconv.Itoa(r.number)}
	if family == "ipv6" {
		m.Family = policy.IPv6
	}
	one := func(path string) string {
		if v := r.values[path]; v != nil {
			return v[0]
		}
		return ""
	}
	switch one("action") {
	case "accept":
		m.Verdict = policytest.Allowed
	case "drop":
		m.Verdict = policytest.Denied
	case "":
		return m, fmt.Errorf("action must be defined")
	default:
		return m, fmt.Errorf("action %q", one("action"))
	}
	if s := r.values["state"]; s != nil {
		if !slices.Equal(s, []string{"established", "related"}) {
			return m, fmt.Errorf("state %q", s)
		}
		m.Established = true
	}
	var err error
	if p := one("protocol"); p != "" {
		if m.Transport, err = transport(p, family); err != nil {
			return m, err
		}
	}
	for path, t := range map[string]netspec.Transport{"icmp type": netspec.ICMP, "icmpv6 type": netspec.ICMPv6} {
		if v := one(path); v != "" {
			if m.Type, err = strconv.Atoi(v); err != nil || m.Type < 0 || m.Type > 255 || m.Transport != t {
				return m, fmt.Errorf("%s %q", path, v)
			}
		}
	}
	for side, to := range map[string]*[]netip.Prefix{"source": &m.From, "destination": &m.To} {
		network, domains := one(side+" group network-group"), one(side+" group domain-group")
		if network != "" && domains != "" {
			return m, fmt.Errorf("only one network-group or domain-group can be specified")
		}
		if *to, err = c.members(family, network, domains); err != nil {
			return m, err
		}
	}
	for path, to := range map[string]*[]policy.Ports{"source port": &m.FromPorts, "destination port": &m.ToPorts} {
		if v := one(path); v != "" {
			if p := one("protocol"); p != "tcp" && p != "udp" {
				return m, fmt.Errorf("protocol must be tcp or udp when specifying a port")
			}
			if *to, err = ports(v); err != nil {
				return m, err
			}
		}
	}
	return m, nil
}

func (c *config) members(family, network, domains string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	if network != "" {
		kind := "network-group "
		if family == "ipv6" {
			kind = "ipv6-network-group "
		}
		list := c.groups[kind+network]
		if list == nil {
			return nil, fmt.Errorf("invalid network-group %q", network)
		}
		for _, s := range list {
			out = append(out, netip.MustParsePrefix(s))
		}
	}
	if domains != "" {
		list := c.groups["domain-group "+domains]
		if list == nil {
			return nil, fmt.Errorf("invalid domain-group %q", domains)
		}
		for _, s := range list {
			for _, p := range policytest.NameAddrs(s) {
				if p.Addr().Is4() == (family == "ipv4") {
					out = append(out, p)
				}
			}
		}
	}
	return out, nil
}

func transport(s, family string) (netspec.Transport, error) {
	switch {
	case s == "tcp":
		return netspec.TCP, nil
	case s == "udp":
		return netspec.UDP, nil
	case s == "icmp" && family == "ipv4":
		return netspec.ICMP, nil
	case s == "ipv6-icmp" && family == "ipv6":
		return netspec.ICMPv6, nil
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		return netspec.Transport{}, fmt.Errorf("protocol %q", s)
	}
	return netspec.Protocol(uint8(n)), nil
}

func ports(list string) ([]policy.Ports, error) {
	var out []policy.Ports
	for _, s := range strings.Split(list, ",") {
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
		out = append(out, policy.Ports{First: uint16(a), Last: uint16(b)})
	}
	return out, nil
}
