package reader

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/shell"
)

func readFirewalld(text string) (*policytest.Ruleset, error) {
	return run(text, func() model {
		f := &firewalld{permanent: config{policies: map[string]fwPolicy{"allow-host-ipv6": {from: "ANY", to: "HOST", target: "CONTINUE"}}, sets: map[string]fwSet{"others": {}}}}
		f.running = f.permanent.clone()
		return f
	})
}

// firewalld is the daemon: what is permanent, and what runs since the last reload.
type firewalld struct{ permanent, running config }

type config struct {
	policies map[string]fwPolicy
	sets     map[string]fwSet
}

type fwPolicy struct {
	from, to, target, title string
	rules                   []fwRule
}

type fwSet struct {
	v6      bool
	entries []netip.Prefix
}

type fwRule struct {
	policytest.Match
	priority       int
	text           string
	fromSet, toSet string
	onlyLog        bool
}

func (c config) clone() config {
	return config{maps.Clone(c.policies), maps.Clone(c.sets)}
}

func (f *firewalld) files() map[string]string { return map[string]string{} }

func (f *firewalld) programs() map[string]shell.Program {
	return map[string]shell.Program{"firewall-cmd": f.call}
}

func (f *firewalld) String() string { return f.permanent.String() + f.running.String() }

func (c config) String() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(c.policies)) {
		p := c.policies[k]
		fmt.Fprintln(&b, k, p.from, p.to, p.target, p.title)
		for _, r := range p.rules {
			fmt.Fprintln(&b, r.text)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.sets)) {
		fmt.Fprintln(&b, k, c.sets[k])
	}
	return b.String()
}

// call is firewall-cmd.
func (f *firewalld) call(args []string, _ string) (string, int, error) {
	switch {
	case slices.Equal(args, []string{"--check-config"}):
		return "success\n", 0, f.permanent.check()
	case slices.Equal(args, []string{"--reload"}):
		if err := f.permanent.check(); err != nil {
			return "", 1, err
		}
		f.running = f.permanent.clone()
		return "success\n", 0, nil
	case slices.Equal(args, []string{"--permanent", "--get-policies"}):
		return strings.Join(slices.Sorted(maps.Keys(f.permanent.policies)), " ") + "\n", 0, nil
	case slices.Equal(args, []string{"--permanent", "--get-ipsets"}):
		return strings.Join(slices.Sorted(maps.Keys(f.permanent.sets)), " ") + "\n", 0, nil
	case len(args) < 2 || args[0] != "--permanent":
		return "", 2, fmt.Errorf("unknown or not permanent: %q", args)
	}
	option, value, _ := strings.Cut(args[1], "=")
	var err error
	switch option {
	case "--new-policy", "--delete-policy":
		err = f.permanent.makePolicy(value, option == "--delete-policy", args[2:])
	case "--policy":
		err = f.permanent.changePolicy(value, args[2:])
	case "--new-ipset", "--delete-ipset":
		err = f.permanent.makeSet(value, option == "--delete-ipset", args[2:])
	case "--ipset":
		err = f.permanent.changeSet(value, args[2:])
	default:
		err = fmt.Errorf("unknown option %q", option)
	}
	return "success\n", 0, err
}

var fwName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func (c config) makePolicy(name string, remove bool, rest []string) error {
	_, there := c.policies[name]
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected %q", rest)
	case remove && !there:
		return fmt.Errorf("no policy %s", name)
	case remove:
		delete(c.policies, name)
		return nil
	case there:
		return fmt.Errorf("policy %s is there already", name)
	case !fwName.MatchString(name):
		return fmt.Errorf("no name for a policy: %q", name)
	case len(name) > 17:
		return fmt.Errorf("policy %s has more than 17 characters", name)
	}
	c.policies[name] = fwPolicy{target: "CONTINUE"}
	return nil
}

func (c config) changePolicy(name string, rest []string) error {
	p, ok := c.policies[name]
	if !ok {
		return fmt.Errorf("no policy %s", name)
	}
	if len(rest) != 1 {
		return fmt.Errorf("not one option: %q", rest)
	}
	option, value, _ := strings.Cut(rest[0], "=")
	zones := []string{"ANY", "HOST", "public"}
	switch {
	case option == "--set-short":
		p.title = value
	case option == "--set-target" && slices.Contains([]string{"CONTINUE", "ACCEPT", "DROP", "REJECT"}, value):
		p.target = value
	case option == "--add-ingress-zone" && slices.Contains(zones, value):
		p.from = value
	case option == "--add-egress-zone" && slices.Contains(zones, value):
		p.to = value
	case option == "--add-rich-rule":
		r, err := richRule(value)
		if err != nil {
			return fmt.Errorf("%s: %w", value, err)
		}
		if slices.ContainsFunc(p.rules, func(x fwRule) bool { return x.text == r.text }) {
			return errors.New("the rule is there already")
		}
		p.rules = append(slices.Clone(p.rules), r)
	default:
		return fmt.Errorf("unknown option %q", rest[0])
	}
	c.policies[name] = p
	return nil
}

func (c config) makeSet(name string, remove bool, rest []string) error {
	_, there := c.sets[name]
	switch {
	case remove && !there:
		return fmt.Errorf("no ipset %s", name)
	case remove:
		delete(c.sets, name)
		return nil
	case there:
		return fmt.Errorf("ipset %s is there already", name)
	case !fwName.MatchString(name) || len(name) > 31:
		return fmt.Errorf("no name for an ipset: %q", name)
	case len(rest) != 2 || rest[0] != "--type=hash:net" || rest[1] != "--option=family=inet" && rest[1] != "--option=family=inet6":
		return fmt.Errorf("no type and family of an ipset: %q", rest)
	}
	c.sets[name] = fwSet{v6: strings.HasSuffix(rest[1], "6")}
	return nil
}

func (c config) changeSet(name string, rest []string) error {
	s, ok := c.sets[name]
	if !ok || len(rest) == 0 {
		return fmt.Errorf("no ipset %s, or nothing for it", name)
	}
	for _, text := range rest {
		value, ok := strings.CutPrefix(text, "--add-entry=")
		if !ok {
			return fmt.Errorf("unknown option %q", text)
		}
		p, err := policytest.ParsePrefix(value)
		switch {
		case err != nil:
			return err
		case p.Addr().Is4() == s.v6:
			return fmt.Errorf("%s is of the other address family", p)
		case p.Bits() == 0:
			return fmt.Errorf("%s is no entry", p)
		case overlaps(s.entries, p):
			return fmt.Errorf("%s overlaps an entry", p)
		}
		s.entries = append(slices.Clone(s.entries), p)
	}
	c.sets[name] = s
	return nil
}

func (c config) check() error {
	for _, k := range slices.Sorted(maps.Keys(c.policies)) {
		p := c.policies[k]
		if p.from == "" || p.to == "" {
			return fmt.Errorf("policy %s has no zones", k)
		}
		for _, r := range p.rules {
			for _, name := range []string{r.fromSet, r.toSet} {
				s, ok := c.sets[name]
				switch {
				case name == "":
				case !ok:
					return fmt.Errorf("no ipset %s", name)
				case s.v6 != (r.Family == policy.IPv6):
					return fmt.Errorf("ipset %s is of the other address family", name)
				}
			}
		}
	}
	return nil
}

func (f *firewalld) ruleset() (*policytest.Ruleset, error) {
	set := &policytest.Ruleset{Stateful: true}
	for _, k := range slices.Sorted(maps.Keys(f.running.policies)) {
		p := f.running.policies[k]
		d, ok := map[[2]string]policy.Direction{{"ANY", "HOST"}: policy.In, {"HOST", "ANY"}: policy.Out, {"ANY", "ANY"}: policy.Forward}[[2]string{p.from, p.to}]
		if !ok {
			return nil, fmt.Errorf("policy %s is between %s and %s", k, p.from, p.to)
		}
		rules := slices.Clone(p.rules)
		slices.SortStableFunc(rules, func(a, b fwRule) int { return cmp.Compare(a.priority, b.priority) })
		for i, r := range rules {
			if i > 0 && rules[i-1].priority == r.priority && rules[i-1].Verdict != r.Verdict && r.priority != 32767 {
				return nil, fmt.Errorf("rules of one priority in no order: %s", r.text)
			}
			if r.onlyLog {
				continue
			}
			m := r.Match
			m.Directions, m.Name = []policy.Direction{d}, r.text
			if r.fromSet != "" {
				m.From = append([]netip.Prefix{}, f.running.sets[r.fromSet].entries...) // never nil, which is anything
			}
			if r.toSet != "" {
				m.To = append([]netip.Prefix{}, f.running.sets[r.toSet].entries...)
			}
			set.Rules = append(set.Rules, m)
		}
		switch p.target {
		case "DROP", "REJECT":
			set.Rules = append(set.Rules, closed(d))
		case "ACCEPT":
			return nil, fmt.Errorf("policy %s accepts what no rule names", k)
		}
	}
	return set, nil
}

// fwMessages are the types of the names that firewalld 1.3 has for both families, and for one.
var fwMessages = map[string][2]int{
	"echo-request": {8, 128}, "echo-reply": {0, 129}, "destination-unreachable": {3, 1}, "time-exceeded": {11, 3}, "parameter-problem": {12, 4},
	"redirect": {5, 137}, "router-advertisement": {9, 134}, "router-solicitation": {10, 133}, "source-quench": {4, -1}, "timestamp-request": {13, -1},
	"timestamp-reply": {14, -1}, "packet-too-big": {-1, 2}, "neighbour-solicitation": {-1, 135}, "neighbour-advertisement": {-1, 136},
}

var richWords = regexp.MustCompile(`^(?:[a-z-]+(?:="[^"]*")?)(?: [a-z-]+(?:="[^"]*")?)*$`)

// richRule reads a rule of the rich language.
func richRule(text string) (fwRule, error) {
	r := fwRule{text: text}
	r.Transport, r.Type = netspec.Any, -1
	if !richWords.MatchString(text) {
		return r, errors.New("no words of the language, or quotes that are not closed")
	}
	w := &rich{}
	for text != "" {
		// A value in quotes may have spaces.
		end := strings.IndexByte(text, ' ')
		if q := strings.IndexByte(text, '"'); q >= 0 && (end < 0 || q < end) {
			end = q + 1 + strings.IndexByte(text[q+1:], '"') + 1
		}
		if end < 0 || end >= len(text) {
			w.words = append(w.words, text)
			break
		}
		w.words = append(w.words, text[:end])
		text = strings.TrimPrefix(text[end:], " ")
	}
	if !w.take("rule") {
		return r, errors.New("does not begin with rule")
	}
	return r, w.rule(&r)
}

type rich struct{ words []string }

func (w *rich) take(word string) bool {
	if len(w.words) > 0 && w.words[0] == word {
		w.words = w.words[1:]
		return true
	}
	return false
}

// value takes key="value".
func (w *rich) value(key string) (string, bool) {
	if len(w.words) == 0 {
		return "", false
	}
	k, v, ok := strings.Cut(w.words[0], "=")
	if !ok || k != key {
		return "", false
	}
	w.words = w.words[1:]
	return strings.Trim(v, `"`), true
}

func (w *rich) rule(r *fwRule) error {
	for {
		if v, ok := w.value("priority"); ok {
			n, err := strconv.Atoi(v)
			if err != nil || n < -32768 || n > 32767 {
				return fmt.Errorf("no priority: %q", v)
			}
			r.priority = n
		} else if v, ok := w.value("family"); ok {
			if r.Family = map[string]policy.Family{"ipv4": policy.IPv4, "ipv6": policy.IPv6}[v]; r.Family == policy.Both {
				return fmt.Errorf("no family: %q", v)
			}
		} else {
			break
		}
	}
	if err := w.ends(r); err != nil {
		return err
	}
	elements := 0
	for {
		found, err := w.element(r)
		if err != nil {
			return err
		}
		if !found {
			break
		}
		if elements++; elements > 1 {
			return errors.New("more than one element")
		}
	}
	return w.action(r)
}

func (w *rich) ends(r *fwRule) error {
	for _, word := range []string{"source", "destination"} {
		if !w.take(word) {
			continue
		}
		if r.Family == policy.Both {
			return errors.New("an address without a family")
		}
		if v, ok := w.value("ipset"); ok {
			if word == "source" {
				r.fromSet = v
			} else {
				r.toSet = v
			}
			continue
		}
		v, ok := w.value("address")
		if !ok {
			return errors.New("neither an ipset nor an address")
		}
		p, err := policytest.ParsePrefix(v)
		if err != nil {
			return err
		}
		if p.Addr().Is4() != (r.Family == policy.IPv4) {
			return fmt.Errorf("%s is of the other address family", p)
		}
		if word == "source" {
			r.From = []netip.Prefix{p}
		} else {
			r.To = []netip.Prefix{p}
		}
	}
	return nil
}

func (w *rich) element(r *fwRule) (bool, error) {
	switch {
	case w.take("port"), w.take("source-port"):
		list := &r.ToPorts
		v, ok := w.value("port")
		protocol, ok2 := w.value("protocol")
		if !ok || !ok2 {
			return false, errors.New("a port lacks its number or protocol")
		}
		p, err := policytest.ParsePorts(v, "-")
		if err != nil {
			return false, err
		}
		if r.Transport, err = policytest.ParseProtocol(protocol); err != nil || !r.Transport.HasPorts() {
			return false, fmt.Errorf("no protocol with ports: %q", protocol)
		}
		if strings.Contains(r.text, " source-port ") {
			list = &r.FromPorts
		}
		*list = []policy.Ports{p}
		return true, nil
	case w.take("protocol"):
		v, _ := w.value("value")
		var err error
		r.Transport, err = policytest.ParseProtocol(v)
		return true, err
	case w.take("icmp-type"):
		v, _ := w.value("name")
		types, ok := fwMessages[v]
		if !ok {
			return false, fmt.Errorf("no message name: %q", v)
		}
		switch r.Family {
		case policy.IPv4:
			r.Transport, r.Type = netspec.ICMP, types[0]
		case policy.IPv6:
			r.Transport, r.Type = netspec.ICMPv6, types[1]
		default:
			return false, errors.New("a message of both families")
		}
		if r.Type < 0 {
			return false, fmt.Errorf("%s is of the other address family", v)
		}
		return true, nil
	}
	return false, nil
}

func (w *rich) action(r *fwRule) error {
	logged := w.take("log")
	if logged {
		if v, ok := w.value("prefix"); ok && len(v) > 127 {
			return errors.New("a prefix longer than 127")
		}
		if v, ok := w.value("level"); ok && v != "info" {
			return fmt.Errorf("no level: %q", v)
		}
		if w.take("limit") {
			if _, ok := w.value("value"); !ok {
				return errors.New("no limit")
			}
		}
	}
	switch {
	case w.take("accept"):
		r.Verdict = policytest.Allowed
	case w.take("drop"):
		r.Verdict = policytest.Denied
	case logged:
		r.onlyLog = true
	default:
		return errors.New("neither action nor log")
	}
	if len(w.words) > 0 {
		return fmt.Errorf("unexpected %q", w.words[0])
	}
	return nil
}
