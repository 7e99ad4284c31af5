package reader

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// readPf reads a file of an anchor by the grammar of pf.conf(5).
func readPf(text string) (*policytest.Ruleset, error) {
	p := &pfParser{tables: map[string][]netip.Prefix{}, set: &policytest.Ruleset{Stateful: true}}
	for i, line := range strings.Split(text, "\n") {
		err := p.split(line)
		if err == nil && len(p.words) > 0 {
			err = p.line()
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return p.set, nil
}

type pfParser struct {
	words  []string // those in quotes begin with one
	tables map[string][]netip.Prefix
	set    *policytest.Ruleset
}

// split makes words of a line: quoted ones, punctuation and the rest.
func (p *pfParser) split(line string) error {
	p.words = nil
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case c == ' ' || c == '\t':
			i++
		case c == '#':
			return nil
		case c == '"':
			n := strings.IndexByte(line[i+1:], '"')
			if n < 0 {
				return errors.New("a quote is not closed")
			}
			p.words = append(p.words, line[i:i+1+n])
			i += n + 2
		case strings.IndexByte("{}(),<>!=", c) >= 0:
			p.words = append(p.words, string(c))
			i++
		default:
			n := i
			for n < len(line) && strings.IndexByte(" \t#\"{}(),<>!=", line[n]) < 0 {
				n++
			}
			p.words = append(p.words, line[i:n])
			i = n
		}
	}
	return nil
}

func (p *pfParser) peek() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0]
}

func (p *pfParser) take(list ...string) bool {
	if len(p.words) < len(list) || !slices.Equal(p.words[:len(list)], list) {
		return false
	}
	p.words = p.words[len(list):]
	return true
}

func (p *pfParser) next() string {
	w := p.peek()
	if w != "" {
		p.words = p.words[1:]
	}
	return w
}

func (p *pfParser) line() error {
	var m policytest.Match
	switch word := p.next(); word {
	case "table":
		return p.table()
	case "pass":
		m.Verdict = policytest.Allowed
	case "block":
		m.Verdict = policytest.Denied
		if !p.take("drop") {
			return errors.New("a block that answers")
		}
	default:
		return fmt.Errorf("unexpected %q", word)
	}
	return p.rule(m)
}

// list reads one thing or several in braces.
func (p *pfParser) list(one func() error) error {
	if !p.take("{") {
		return one()
	}
	for first := true; ; first = false {
		if p.take("}") {
			if first {
				return errors.New("an empty list")
			}
			return nil
		}
		if p.peek() == "" {
			return errors.New("a list does not end")
		}
		if err := one(); err != nil {
			return err
		}
		p.take(",")
	}
}

func (p *pfParser) tableName() (string, error) {
	if !p.take("<") {
		return "", fmt.Errorf("%q instead of a table", p.peek())
	}
	name := p.next()
	switch {
	case name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") != "":
		return "", fmt.Errorf("no name of a table: %q", name)
	case len(name) > 31:
		return "", fmt.Errorf("table name %s is longer than 31", name)
	case slices.Contains(pfKeywords, name):
		return "", fmt.Errorf("%s is a word of the language", name)
	case !p.take(">"):
		return "", errors.New("a table's name does not end")
	}
	return name, nil
}

var pfKeywords = []string{"any", "all", "from", "to", "in", "out", "on", "pass", "block", "port", "proto", "quick", "log", "self", "label", "table", "user", "group", "keep", "state", "inet", "inet6", "for", "os", "set", "flags", "file", "persist", "const", "anchor", "load", "queue", "tag", "no", "include"}

func (p *pfParser) table() error {
	name, err := p.tableName()
	if err != nil {
		return err
	}
	if _, ok := p.tables[name]; ok {
		return fmt.Errorf("table %s is defined twice", name)
	}
	list := []netip.Prefix{}
	if p.peek() != "{" {
		return errors.New("a table without addresses")
	}
	err = p.list(func() error {
		x, err := policytest.ParsePrefix(p.next())
		list = append(list, x)
		return err
	})
	if err == nil && len(p.words) > 0 {
		err = fmt.Errorf("unexpected %q after the table", p.peek())
	}
	p.tables[name] = list
	return err
}

func (p *pfParser) rule(m policytest.Match) error {
	m.Transport, m.Type = netspec.Any, -1
	switch {
	case p.take("in"):
		m.Directions = []policy.Direction{policy.In}
	case p.take("out"):
		m.Directions = []policy.Direction{policy.Out}
	}
	p.take("log")
	if !p.take("quick") {
		return errors.New("not quick: a later rule would decide")
	}
	via := ""
	if p.take("on") {
		via = p.next()
		if via != "lo0" {
			return fmt.Errorf("on the interface %s", via)
		}
	}
	switch {
	case p.take("inet"):
		m.Family = policy.IPv4
	case p.take("inet6"):
		m.Family = policy.IPv6
	}
	if p.take("proto") {
		var err error
		if m.Transport, err = policytest.ParseProtocol(p.next()); err != nil {
			return err
		}
	}
	mine, err := p.hosts(&m)
	if err != nil {
		return err
	}
	types := []int{-1}
	for len(p.words) > 0 {
		switch word := p.next(); word {
		case "icmp-type", "icmp6-type":
			if types, err = p.types(m, word); err != nil {
				return err
			}
		case "keep":
			if !p.take("state") || m.Verdict != policytest.Allowed {
				return errors.New("keep what")
			}
		case "label":
			text, ok := strings.CutPrefix(p.next(), `"`)
			if !ok {
				return errors.New("a label without quotes")
			}
			if len(text) > 63 {
				return fmt.Errorf("a label of %d bytes, of 63", len(text))
			}
			m.Name = text
		default:
			return fmt.Errorf("unexpected %q", word)
		}
	}
	if via != "" {
		if m.Verdict == policytest.Denied {
			return errors.New("loopback is blocked")
		}
		return nil
	}
	if mine {
		m.Directions = []policy.Direction{policy.Forward}
	}
	for _, m.Type = range types {
		p.set.Rules = append(p.set.Rules, m)
	}
	return nil
}

func (p *pfParser) types(m policytest.Match, word string) ([]int, error) {
	if v6 := word == "icmp6-type"; v6 && (m.Transport != netspec.ICMPv6 || m.Family != policy.IPv6) || !v6 && (m.Transport != netspec.ICMP || m.Family != policy.IPv4) {
		return nil, errors.New("a message type without its family and protocol")
	}
	var types []int
	return types, p.list(func() error {
		n, err := policytest.ParseType(p.next())
		types = append(types, n)
		return err
	})
}

// hosts reads both ends. Mine tells that neither is the machine itself.
func (p *pfParser) hosts(m *policytest.Match) (mine bool, err error) {
	if p.take("all") {
		return false, nil
	}
	if p.take("from", "!", "(", "self", ")", "to", "!", "(", "self", ")") {
		return true, nil
	}
	for _, word := range []string{"from", "to"} {
		if !p.take(word) {
			return false, fmt.Errorf("%q instead of %s", p.peek(), word)
		}
		list, ports := &m.From, &m.FromPorts
		if word == "to" {
			list, ports = &m.To, &m.ToPorts
		}
		if !p.take("any") {
			err := p.list(func() error {
				name, err := p.tableName()
				if err != nil {
					return err
				}
				t, ok := p.tables[name]
				if !ok {
					return fmt.Errorf("table %s is not defined", name)
				}
				*list = append(append([]netip.Prefix{}, *list...), t...)
				return nil
			})
			if err != nil {
				return false, err
			}
		}
		if !p.take("port") {
			continue
		}
		if m.Transport != netspec.TCP && m.Transport != netspec.UDP {
			return false, errors.New("port only applies to tcp and udp")
		}
		err := p.list(func() error {
			x, err := policytest.ParsePorts(p.next(), ":")
			*ports = append(*ports, x)
			return err
		})
		if err != nil {
			return false, err
		}
	}
	return false, nil
}
