package reader

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// readNft reads a file of nft twice, since loading it twice must not add.
func readNft(text string) (*policytest.Ruleset, error) {
	state := ruleset{}
	if err := state.load(text); err != nil {
		return nil, err
	}
	once := state.clone()
	if err := state.load(text); err != nil {
		return nil, fmt.Errorf("loaded a second time: %w", err)
	}
	if !reflect.DeepEqual(once, state) {
		return nil, errors.New("loading twice is not the same as once")
	}
	set := &policytest.Ruleset{Stateful: true}
	for _, name := range sorted(state) {
		for _, c := range state[name] {
			c.add(set)
		}
	}
	return set, nil
}

// ruleset is the chains of each table.
type ruleset map[string][]nftChain

type nftChain struct {
	name      string
	direction policy.Direction
	drop      bool
	rules     []nftRule
	// translations are those of a chain of them, which has no rules.
	translations []translation
}

type nftRule struct {
	policytest.Match
	types []int
	// established: only replies; via: only an interface; limited: not always.
	established, via, limited bool
}

func (r ruleset) clone() ruleset {
	out := ruleset{}
	for k, v := range r {
		out[k] = slices.Clone(v)
	}
	return out
}

func sorted(r ruleset) []string {
	var out []string
	for k := range r {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// add appends what a base chain does.
func (c nftChain) add(set *policytest.Ruleset) {
	established := false
	directions := []policy.Direction{c.direction}
	for _, r := range c.rules {
		switch {
		case r.established:
			established = true
			continue
		case r.via, r.Verdict == policytest.None:
			continue
		case r.Verdict == policytest.Denied && !established:
			set.Stateful = false
		}
		r.Directions = directions
		set.Rules = append(set.Rules, spread(r.Match, r.types)...)
	}
	if c.drop {
		if !established {
			set.Stateful = false
		}
		set.Rules = append(set.Rules, policytest.Match{Verdict: policytest.Denied, Directions: directions, Transport: netspec.Any, Type: -1, Name: "policy of " + c.name})
	}
}

// nftParser reads tokens: words, "quoted", punctuation; "\n" ends a statement as ";" does.
type nftParser struct {
	tokens  []token
	defines map[string][]string
	state   ruleset
}

type token struct {
	text string
	line int
	// quoted tells that it was in quotes.
	quoted bool
}

func (r ruleset) load(text string) error {
	tokens, err := nftTokens(text)
	if err != nil {
		return err
	}
	p := &nftParser{tokens: tokens, defines: map[string][]string{}, state: r}
	for len(p.tokens) > 0 {
		line := p.tokens[0].line
		if err := p.statement(); err != nil {
			if len(p.tokens) > 0 {
				line = p.tokens[0].line
			}
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
	return nil
}

func nftTokens(text string) ([]token, error) {
	var out []token
	line := 1
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\n':
			out = append(out, token{text: "\n", line: line})
			line++
			i++
		case c == ' ' || c == '\t':
			i++
		case c == '#':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case c == '"':
			n := strings.IndexByte(text[i+1:], '"')
			if n < 0 {
				return nil, fmt.Errorf("line %d: a quote is not closed", line)
			}
			out = append(out, token{text[i+1 : i+1+n], line, true})
			if strings.Contains(text[i+1:i+1+n], "\n") {
				return nil, fmt.Errorf("line %d: a line ends inside quotes", line)
			}
			i += n + 2
		case strings.IndexByte("{},;=$", c) >= 0:
			out = append(out, token{text: string(c), line: line})
			i++
		case wordByte(c):
			n := i
			for n < len(text) && wordByte(text[n]) {
				n++
			}
			out = append(out, token{text: text[i:n], line: line})
			i = n
		default:
			return nil, fmt.Errorf("line %d: unexpected %q", line, c)
		}
	}
	return out, nil
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-./:", c) >= 0
}

func (p *nftParser) peek() string {
	if len(p.tokens) == 0 || p.tokens[0].quoted {
		return ""
	}
	return p.tokens[0].text
}

func (p *nftParser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	return t.text
}

// take skips a token that must be there.
func (p *nftParser) take(want ...string) error {
	for _, w := range want {
		if p.peek() != w {
			return fmt.Errorf("%q instead of %q", p.peek(), w)
		}
		p.next()
	}
	return nil
}

func (p *nftParser) quoted(most int) (string, error) {
	if len(p.tokens) == 0 || !p.tokens[0].quoted {
		return "", errors.New("not in quotes")
	}
	text := p.next()
	if len(text) > most {
		return "", fmt.Errorf("%d bytes in quotes, of %d", len(text), most)
	}
	return text, nil
}

func (p *nftParser) ends() bool { return p.peek() == "\n" || p.peek() == ";" }

// keywords are words of the language that cannot be names: those near our use.
var keywords = []string{
	"table", "chain", "define", "include", "redefine", "undefine", "ip", "ip6", "inet", "tcp", "udp", "sctp", "icmp", "icmpv6", "ct", "meta", "log", "limit",
	"accept", "drop", "counter", "set", "map", "element", "type", "hook", "priority", "policy", "mark", "rule", "delete", "add", "list", "flush", "comment",
	"device", "size", "timeout", "quota", "queue", "reject", "jump", "goto", "return", "continue", "iif", "oif", "day", "hour", "time", "th", "ether", "vlan",
	"arp", "ah", "esp", "comp", "dccp", "fib", "rt", "osf", "socket", "synproxy", "helper", "state", "status", "length", "protocol", "version", "position", "index",
	"handle", "monitor", "export", "import", "describe", "rename", "reset", "create", "destroy", "get", "level", "prefix", "group", "rate", "over", "until",
	"second", "minute", "week", "to", "snat", "dnat", "masquerade", "redirect", "random", "persistent", "fwd", "dup", "secmark", "exthdr", "auto-merge", "or",
	"and", "xor", "not", "lshift", "rshift", "eq", "neq", "lt", "gt", "lte", "gte", "flags", "constant", "interval", "dynamic", "performance", "memory", "all",
}

func name(text string) error {
	switch {
	case text == "" || strings.ContainsAny(text[:1], "0123456789-/:") || strings.ContainsAny(text, ":"):
		return fmt.Errorf("no name: %q", text)
	case len(text) > 255:
		return errors.New("a name is longer than 255")
	case slices.Contains(keywords, text):
		return fmt.Errorf("%s is a word of the language", text)
	}
	return nil
}

func (p *nftParser) statement() error {
	switch word := p.next(); word {
	case "\n", ";":
		return nil
	case "define":
		return p.define()
	case "delete":
		if err := p.take("table", "inet"); err != nil {
			return err
		}
		table := p.next()
		if _, ok := p.state[table]; !ok {
			return fmt.Errorf("table %s is not there", table)
		}
		delete(p.state, table)
	case "table":
		if err := p.take("inet"); err != nil {
			return err
		}
		table := p.next()
		if err := name(table); err != nil {
			return err
		}
		p.state[table] = slices.Clone(p.state[table])
		if p.peek() == "{" {
			p.next()
			if err := p.table(table); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("unexpected %q", word)
	}
	if !p.ends() {
		return fmt.Errorf("unexpected %q", p.peek())
	}
	return nil
}

func (p *nftParser) define() error {
	n := p.next()
	if err := name(n); err != nil {
		return err
	}
	if _, ok := p.defines[n]; ok {
		return fmt.Errorf("%s is defined twice", n)
	}
	if err := p.take("="); err != nil {
		return err
	}
	values, err := p.values()
	p.defines[n] = values
	return err
}

// values reads one value, a list in braces, or a variable.
func (p *nftParser) values() ([]string, error) {
	switch word := p.next(); word {
	case "$":
		v, ok := p.defines[p.peek()]
		if !ok {
			return nil, fmt.Errorf("%s is not defined", p.peek())
		}
		p.next()
		return v, nil
	case "{":
		var out []string
		for {
			for p.peek() == "\n" {
				p.next()
			}
			if p.peek() == "}" {
				break
			}
			v, err := p.values()
			if err != nil {
				return nil, err
			}
			out = append(out, v...)
			if p.peek() == "," {
				p.next()
				continue
			}
			for p.peek() == "\n" {
				p.next()
			}
			if p.peek() != "}" {
				return nil, fmt.Errorf("unexpected %q in a list", p.peek())
			}
		}
		p.next()
		if len(out) == 0 {
			return nil, errors.New("a set is empty")
		}
		return out, nil
	case "", "\n", ";", "}", ",", "=":
		return nil, fmt.Errorf("a value is missing before %q", word)
	default:
		return []string{word}, nil
	}
}

func (p *nftParser) table(table string) error {
	for {
		switch word := p.next(); word {
		case "\n", ";":
		case "}":
			return nil
		case "chain":
			c, err := p.chain()
			if err != nil {
				return err
			}
			if i := slices.IndexFunc(p.state[table], func(x nftChain) bool { return x.name == c.name }); i >= 0 {
				p.state[table][i].rules = append(slices.Clone(p.state[table][i].rules), c.rules...) // as nft does
				p.state[table][i].translations = append(slices.Clone(p.state[table][i].translations), c.translations...)
			} else {
				p.state[table] = append(p.state[table], c)
			}
		default:
			return fmt.Errorf("unexpected %q in a table", word)
		}
	}
}

func (p *nftParser) chain() (c nftChain, err error) {
	c.name = p.next()
	if err := name(c.name); err != nil {
		return c, err
	}
	if err := p.take("{", "\n", "type"); err != nil {
		return c, err
	}
	if p.peek() == "nat" {
		c.translations, err = p.translations()
		return c, err
	}
	if err := p.take("filter", "hook"); err != nil {
		return c, err
	}
	var ok bool
	if c.direction, ok = map[string]policy.Direction{"input": policy.In, "output": policy.Out, "forward": policy.Forward}[p.peek()]; !ok {
		return c, fmt.Errorf("no hook: %q", p.peek())
	}
	p.next()
	if err := p.take("priority", "filter", ";", "policy"); err != nil {
		return c, err
	}
	switch p.next() {
	case "accept":
	case "drop":
		c.drop = true
	default:
		return c, errors.New("no policy")
	}
	if !p.ends() {
		return c, fmt.Errorf("unexpected %q after the policy", p.peek())
	}
	for {
		switch p.peek() {
		case "\n", ";":
			p.next()
		case "}":
			p.next()
			return c, nil
		case "":
			return c, errors.New("the chain does not end")
		default:
			r, err := p.rule()
			if err != nil {
				return c, err
			}
			c.rules = append(c.rules, r)
		}
	}
}

// rule reads matches and statements up to the line's end.
func (p *nftParser) rule() (r nftRule, err error) {
	r.Transport, r.Type = netspec.Any, -1
	done := false
	for !p.ends() {
		if p.peek() == "}" {
			return r, errors.New("the rule does not end before }")
		}
		word := p.next()
		if done && word != "comment" {
			return r, fmt.Errorf("%q after the verdict", word)
		}
		switch word {
		case "accept", "drop":
			r.Verdict = map[string]policytest.Verdict{"accept": policytest.Allowed, "drop": policytest.Denied}[word]
			done = true
		case "comment":
			r.Name, err = p.quoted(128)
			if err == nil && !p.ends() {
				err = errors.New("something after the comment")
			}
		case "log":
			if err = p.take("prefix"); err == nil {
				_, err = p.quoted(127)
			}
		case "limit":
			if err = p.take("rate"); err == nil {
				n, per, _ := strings.Cut(p.next(), "/")
				if _, bad := strconv.Atoi(n); bad != nil || per != "second" {
					err = errors.New("no rate")
				}
				r.limited = true
			}
		default:
			err = p.match(&r, word)
		}
		if err != nil {
			return r, err
		}
	}
	if r.limited && r.Verdict != policytest.None {
		return r, errors.New("a verdict only up to a rate")
	}
	return r, nil
}

func (p *nftParser) match(r *nftRule, word string) error {
	switch word {
	case "ip", "ip6":
		return p.address(r, word == "ip6")
	case "tcp", "udp", "sctp":
		if err := transport(r, transports[word]); err != nil {
			return err
		}
		return p.ports(r)
	case "icmp", "icmpv6":
		if err := transport(r, transports[word]); err != nil {
			return err
		}
		if err := family(r, map[string]policy.Family{"icmp": policy.IPv4, "icmpv6": policy.IPv6}[word]); err != nil {
			return err
		}
		if err := p.take("type"); err != nil {
			return err
		}
		values, err := p.values()
		for _, v := range values {
			n, bad := policytest.ParseType(v)
			if bad != nil {
				return bad
			}
			r.types = append(r.types, n)
		}
		return err
	case "meta":
		switch field := p.next(); field {
		case "nfproto":
			f, ok := map[string]policy.Family{"ipv4": policy.IPv4, "ipv6": policy.IPv6}[p.next()]
			if !ok {
				return errors.New("no family")
			}
			return family(r, f)
		case "l4proto":
			t, err := policytest.ParseProtocol(p.next())
			if err != nil {
				return err
			}
			return transport(r, t)
		default:
			return fmt.Errorf("unknown meta %q", field)
		}
	case "ct":
		if err := p.take("state"); err != nil {
			return err
		}
		states := []string{p.next()}
		for p.peek() == "," {
			p.next()
			states = append(states, p.next())
		}
		slices.Sort(states)
		if !slices.Equal(states, []string{"established", "related"}) {
			return fmt.Errorf("states %v", states)
		}
		r.established = true
		return nil
	case "iifname", "oifname":
		_, err := p.quoted(15)
		r.via = true
		return err
	}
	return fmt.Errorf("unexpected %q in a rule", word)
}

// transports are the words that begin matches of a header's fields.
var transports = map[string]netspec.Transport{"tcp": netspec.TCP, "udp": netspec.UDP, "sctp": netspec.SCTP, "icmp": netspec.ICMP, "icmpv6": netspec.ICMPv6}

func family(r *nftRule, f policy.Family) error {
	if r.Family != policy.Both && r.Family != f {
		return errors.New("conflicting address families")
	}
	r.Family = f
	return nil
}

func transport(r *nftRule, t netspec.Transport) error {
	if r.Transport != netspec.Any && r.Transport != t {
		return errors.New("conflicting protocols")
	}
	r.Transport = t
	return nil
}

func (p *nftParser) address(r *nftRule, v6 bool) error {
	if err := family(r, map[bool]policy.Family{false: policy.IPv4, true: policy.IPv6}[v6]); err != nil {
		return err
	}
	list := &r.From
	switch field := p.next(); field {
	case "saddr":
	case "daddr":
		list = &r.To
	default:
		return fmt.Errorf("unknown field %q", field)
	}
	if *list != nil {
		return errors.New("addresses given twice")
	}
	values, err := p.values()
	if err != nil {
		return err
	}
	*list = []netip.Prefix{}
	for _, v := range values {
		x, err := prefix(v, v6)
		if err != nil {
			return err
		}
		*list = append(*list, x)
	}
	return nil
}

func (p *nftParser) ports(r *nftRule) error {
	list := &r.ToPorts
	switch field := p.next(); field {
	case "sport":
		list = &r.FromPorts
	case "dport":
	default:
		return fmt.Errorf("unknown field %q", field)
	}
	if *list != nil {
		return errors.New("ports given twice")
	}
	values, err := p.values()
	for _, v := range values {
		x, bad := policytest.ParsePorts(v, "-")
		if bad != nil {
			return bad
		}
		*list = append(*list, x)
	}
	return err
}
