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
	"portolan/generator/policy/policytest/shell"
)

// scripts reads the scripts that feed iptables-restore: it runs them on models
// of the filter table, twice and then away again.
type scripts struct {
	tools []string
	// docker: what DOCKER-USER returns goes on to rules that let it through.
	docker bool
}

// table is a filter table, or the nat table beside it.
type table struct {
	v6       bool
	builtins []string
	chains   map[string][]rule
	// nat is the other table of a filter table.
	nat *table
}

// rule is a line of a chain.
type rule struct {
	line string
	policytest.Match
	types  []int
	target string
	// established: only replies; via: only an interface; limited: not always.
	established, via, limited bool
	// real is where it translates to.
	real netip.Prefix
}

var builtins = []string{"INPUT", "FORWARD", "OUTPUT"}

func (s scripts) read(text string) (*policytest.Ruleset, error) {
	m, tables := s.machine()
	if _, err := m.Run(text, "check"); err != nil {
		return nil, err
	}
	untouched, _ := s.state()
	if !reflect.DeepEqual(tables, untouched) {
		return nil, errors.New("a check changes the rules")
	}
	if _, err := m.Run(text); err != nil {
		return nil, err
	}
	again, second := s.machine()
	for range 2 {
		if _, err := again.Run(text); err != nil {
			return nil, err
		}
	}
	if !reflect.DeepEqual(tables, second) {
		return nil, errors.New("loading twice is not the same as once")
	}
	if _, err := again.Run(text, "remove"); err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(second, untouched) {
		return nil, errors.New("what it removes is not what it loads")
	}
	set := &policytest.Ruleset{Stateful: true}
	for _, name := range s.tools {
		w := walk{t: tables[name], docker: s.docker, set: set}
		for i, chain := range builtins {
			w.direction = []policy.Direction{policy.In, policy.Forward, policy.Out}[i]
			w.established = false
			if err := w.chain(chain, 0); err != nil {
				return nil, err
			}
		}
		if err := tables[name].nat.translates(); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// state is a machine with rules of others.
func (s scripts) state() (map[string]*table, error) {
	out := map[string]*table{}
	for _, name := range s.tools {
		v6 := name == "ip6tables"
		t := &table{v6: v6, builtins: builtins, chains: map[string][]rule{}, nat: newNat(v6)}
		lines := "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
		if s.docker {
			lines += ":DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n"
		}
		if err := t.restore(lines + "COMMIT\n"); err != nil {
			return nil, err
		}
		out[name] = t
	}
	return out, nil
}

func (s scripts) machine() (*shell.Machine, map[string]*table) {
	tables, err := s.state()
	if err != nil {
		panic(err)
	}
	m := &shell.Machine{Programs: map[string]shell.Program{}}
	for name, t := range tables {
		m.Programs[name] = t.command
		m.Programs[name+"-restore"] = t.feed
	}
	return m, tables
}

// command is iptables.
func (t *table) command(args []string, in string) (string, int, error) {
	if len(args) == 0 || args[0] != "-w" {
		return "", 2, errors.New("does not wait for the lock (-w)")
	}
	args = args[1:]
	if len(args) > 1 && args[0] == "-t" {
		if args[1] != "nat" || t.nat == nil {
			return "", 2, fmt.Errorf("no table %s", args[1])
		}
		return t.nat.command(append([]string{"-w"}, args[2:]...), in)
	}
	if len(args) == 3 && args[0] == "-n" && args[1] == "-L" {
		if _, ok := t.chains[args[2]]; !ok {
			return "", 1, nil
		}
		return "Chain " + args[2] + "\n", 0, nil
	}
	if len(args) < 2 {
		return "", 2, errors.New("wants a command and a chain")
	}
	rules, known := t.chains[args[1]]
	switch do := args[0]; do {
	case "-C", "-I", "-D":
		if len(args) != 4 || args[2] != "-j" {
			return "", 2, fmt.Errorf("%s wants a chain and its target alone", do)
		}
		if !known || t.chains[args[3]] == nil {
			return "", 1, nil
		}
		at := slices.IndexFunc(rules, func(r rule) bool { return r.line == "-j "+args[3] })
		switch {
		case do == "-I":
			t.chains[args[1]] = slices.Insert(slices.Clone(rules), 0, rule{line: "-j " + args[3], target: args[3]})
		case at < 0:
			return "", 1, nil
		case do == "-D":
			t.chains[args[1]] = slices.Delete(slices.Clone(rules), at, at+1)
		}
		return "", 0, nil
	case "-F", "-X":
		if !known || slices.Contains(t.builtins, args[1]) {
			return "", 1, nil
		}
		if do == "-F" {
			t.chains[args[1]] = []rule{}
			return "", 0, nil
		}
		for _, list := range t.chains {
			if slices.ContainsFunc(list, func(r rule) bool { return r.target == args[1] }) {
				return "", 1, errors.New("the chain is still in use")
			}
		}
		delete(t.chains, args[1])
		return "", 0, nil
	}
	return "", 2, fmt.Errorf("unknown command %q", args[0])
}

// feed is iptables-restore.
func (t *table) feed(args []string, in string) (string, int, error) {
	test := false
	for i, a := range args {
		switch {
		case i < 2 && a == []string{"-w", "--noflush"}[i]:
		case i == 2 && a == "--test":
			test = true
		default:
			return "", 2, fmt.Errorf("unexpected %q", a)
		}
	}
	if len(args) < 2 {
		return "", 2, errors.New("would flush the whole table")
	}
	scratch := t.clone()
	if err := scratch.restore(in); err != nil {
		return "", 2, err
	}
	if !test {
		*t = *scratch
	}
	return "", 0, nil
}

// restore reads the lines of iptables-save.
func (t *table) restore(text string) error {
	if first, second, two := strings.Cut(text, "\nCOMMIT\n*nat\n"); two && t.nat != nil {
		if err := t.restore(first + "\nCOMMIT\n"); err != nil {
			return err
		}
		if err := t.nat.restore("*nat\n" + second); err != nil {
			return fmt.Errorf("table nat: %w", err)
		}
		return nil
	}
	if !strings.HasSuffix(text, "\nCOMMIT\n") {
		return errors.New("the table is not committed")
	}
	for i, line := range strings.Split(strings.TrimSuffix(text, "COMMIT\n"), "\n") {
		if err := t.restoreLine(i, line); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	for name, list := range t.chains {
		for _, r := range list {
			if _, ok := t.chains[r.target]; !ok && !slices.Contains(targets, r.target) && !(r.target == "DNAT" && t.nat == nil) {
				return fmt.Errorf("chain %s jumps to %s, which there is not", name, r.target)
			}
		}
	}
	return nil
}

var targets = []string{"ACCEPT", "DROP", "RETURN", "LOG"}

func (t *table) restoreLine(i int, line string) error {
	switch {
	case i == 0 && t.nat != nil && line == "*filter", i == 0 && t.nat == nil && line == "*nat", line == "", strings.HasPrefix(line, "#"):
		return nil
	case i == 0:
		return errors.New("no table is named")
	case line[0] == ':':
		f := strings.Split(line[1:], " ")
		switch {
		case len(f) != 3 || f[2] != "[0:0]":
			return fmt.Errorf("no chain: %q", line)
		case len(f[0]) > 28:
			return fmt.Errorf("chain name %s is longer than 28", f[0])
		case f[0] == "" || strings.ContainsAny(f[0], "!\"'$()") || f[0][0] == '-' || slices.Contains(targets, f[0]):
			return fmt.Errorf("chain name %q is not allowed", f[0])
		case (f[1] == "-") == slices.Contains(t.builtins, f[0]):
			return fmt.Errorf("chain %s cannot have the policy %s", f[0], f[1])
		}
		t.chains[f[0]] = []rule{}
		return nil
	case strings.HasPrefix(line, "-A "):
		args, err := words(line)
		if err != nil {
			return err
		}
		if len(args) < 2 {
			return errors.New("no chain is named")
		}
		if _, ok := t.chains[args[1]]; !ok {
			return fmt.Errorf("chain %s is not declared", args[1])
		}
		o := &options{args: args[2:], v6: t.v6, loaded: map[string]bool{}}
		o.rule.line = strings.Join(args[2:], " ")
		if err := o.parse(); err != nil {
			return err
		}
		t.chains[args[1]] = append(t.chains[args[1]], o.rule)
		return nil
	}
	return fmt.Errorf("unknown line %q", line)
}

// words splits a line as iptables-restore does: at spaces, outside of double quotes.
func words(line string) ([]string, error) {
	var out []string
	var b strings.Builder
	quoted, some := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quoted, some = !quoted, true
		case c == '\\' && quoted:
			i++
			if i < len(line) {
				b.WriteByte(line[i])
			}
		case (c == ' ' || c == '\t') && !quoted:
			if some {
				out = append(out, b.String())
				b.Reset()
				some = false
			}
		default:
			b.WriteByte(c)
			some = true
		}
	}
	if quoted {
		return nil, errors.New("a quote is not closed")
	}
	if some {
		out = append(out, b.String())
	}
	return out, nil
}

// options reads the options of a rule.
type options struct {
	args   []string
	v6     bool
	rule   rule
	loaded map[string]bool
	// listed is whether the multiport that was loaded last has its list.
	listed bool
}

func (o *options) parse() error {
	r := &o.rule
	r.Transport, r.Type = netspec.Any, -1
	r.Family = policy.IPv4
	if o.v6 {
		r.Family = policy.IPv6
	}
	for len(o.args) > 0 {
		if len(o.args) < 2 {
			return fmt.Errorf("%s lacks its value", o.args[0])
		}
		option, value := o.args[0], o.args[1]
		o.args = o.args[2:]
		if err := o.option(option, value); err != nil {
			return fmt.Errorf("%s %s: %w", option, value, err)
		}
	}
	if r.target == "" {
		return errors.New("the rule has no target")
	}
	if o.loaded["multiport"] && !o.listed {
		return errors.New("multiport lacks its ports")
	}
	return nil
}

func (o *options) option(option, value string) error {
	r := &o.rule
	switch option {
	case "-s":
		return o.addresses(&r.From, value)
	case "-d":
		return o.addresses(&r.To, value)
	case "-p":
		return o.protocol(value)
	case "-i", "-o":
		r.via = true
		return nil
	case "-m":
		return o.load(value)
	case "--sport", "--dport":
		switch {
		case !r.Transport.HasPorts():
			return errors.New("there is no protocol with ports before it")
		case o.loaded["multiport"]:
			return errors.New("multiport before it takes it for its own")
		}
		p, err := policytest.ParsePorts(value, ":")
		if err != nil {
			return err
		}
		return o.ports(option == "--sport", []policy.Ports{p})
	case "--sports", "--dports":
		return o.multiport(option == "--sports", value)
	case "--ctstate", "--ctdir", "--ctorigdstport":
		if !o.loaded["conntrack"] {
			return errors.New("without -m conntrack before it")
		}
		return o.conntrack(option, value)
	case "--icmp-type", "--icmpv6-type":
		if want := map[bool]netspec.Transport{false: netspec.ICMP, true: netspec.ICMPv6}[option == "--icmpv6-type"]; r.Transport != want {
			return errors.New("without its protocol before it")
		}
		n, err := policytest.ParseType(value)
		r.types = []int{n}
		return err
	case "--comment", "--limit":
		return o.remark(option, value)
	case "-j":
		if r.target != "" {
			return errors.New("given twice")
		}
		r.target = value
		return nil
	case "--to-destination":
		if r.target != "DNAT" {
			return errors.New("not of a translation")
		}
		p, err := prefix(value, o.v6)
		r.real = p
		return err
	case "--log-prefix":
		if r.target != "LOG" || len(value) > 29 {
			return errors.New("longer than 29, or not of a log")
		}
		return nil
	}
	return errors.New("unknown option")
}

func (o *options) addresses(list *[]netip.Prefix, value string) error {
	if *list != nil {
		return errors.New("given twice")
	}
	for _, text := range strings.Split(value, ",") {
		p, err := prefix(text, o.v6)
		if err != nil {
			return err
		}
		*list = append(*list, p)
	}
	return nil
}

func (o *options) protocol(value string) (err error) {
	r := &o.rule
	if r.Transport != netspec.Any {
		return errors.New("given twice")
	}
	r.Transport, err = policytest.ParseProtocol(value)
	if err == nil && (r.Transport == netspec.ICMP && o.v6 || r.Transport == netspec.ICMPv6 && !o.v6) {
		return errors.New("of the other address family")
	}
	return err
}

func (o *options) load(match string) error {
	if !slices.Contains([]string{"comment", "conntrack", "multiport", "limit", "tcp", "udp", "sctp", "icmp", "icmp6"}, match) {
		return errors.New("no such match")
	}
	if match == "multiport" && o.loaded[match] {
		return errors.New("ports of both ends cannot be used together")
	}
	o.loaded[match] = true
	return nil
}

func (o *options) multiport(source bool, value string) error {
	if !o.loaded["multiport"] || o.listed || !o.rule.Transport.HasPorts() {
		return errors.New("without -p and -m multiport before it")
	}
	o.listed = true
	list, slots := []policy.Ports(nil), strings.Count(value, ":")
	for _, text := range strings.Split(value, ",") {
		p, err := policytest.ParsePorts(text, ":")
		if err != nil {
			return err
		}
		slots++
		list = append(list, p)
	}
	if slots > 15 {
		return fmt.Errorf("too many ports: %d, of 15", slots)
	}
	return o.ports(source, list)
}

func (o *options) remark(option, value string) error {
	if option == "--limit" {
		n, per, _ := strings.Cut(value, "/")
		if _, err := strconv.Atoi(n); err != nil || per != "second" || !o.loaded["limit"] {
			return errors.New("no limit")
		}
		o.rule.limited = true
		return nil
	}
	switch {
	case !o.loaded["comment"]:
		return errors.New("without -m comment before it")
	case len(value) > 255:
		return errors.New("longer than 255")
	}
	o.rule.Name = value
	return nil
}

func (o *options) ports(source bool, list []policy.Ports) error {
	at := &o.rule.ToPorts
	if source {
		at = &o.rule.FromPorts
	}
	if *at != nil {
		return errors.New("ports given twice")
	}
	*at = list
	return nil
}

func (o *options) conntrack(option, value string) error {
	switch option {
	case "--ctstate":
		if value != "RELATED,ESTABLISHED" && value != "ESTABLISHED,RELATED" {
			return errors.New("neither of replies nor related")
		}
		o.rule.established = true
		return nil
	case "--ctdir":
		if value != "ORIGINAL" {
			return errors.New("not the direction of the first packet")
		}
		return nil
	}
	p, err := policytest.ParsePorts(value, ":")
	if err != nil {
		return err
	}
	if !o.rule.Transport.HasPorts() {
		return errors.New("there is no protocol with ports before it")
	}
	return o.ports(false, []policy.Ports{p})
}

// walk goes through the chains that packets of a direction pass.
type walk struct {
	t           *table
	docker      bool
	direction   policy.Direction
	established bool
	set         *policytest.Ruleset
}

func (w *walk) chain(name string, depth int) error {
	if depth > 8 {
		return fmt.Errorf("chain %s is in a loop", name)
	}
	for _, r := range w.t.chains[name] {
		verdict := policytest.None
		switch r.target {
		case "LOG":
			continue
		case "ACCEPT":
			verdict = policytest.Allowed
		case "DROP":
			verdict = policytest.Denied
		case "RETURN":
			if w.docker {
				verdict = policytest.Allowed
			}
		default:
			if r.line != "-j "+r.target {
				return fmt.Errorf("chain %s is entered by %q, not by every packet", r.target, r.line)
			}
			if err := w.chain(r.target, depth+1); err != nil {
				return err
			}
			continue
		}
		if r.via || r.limited {
			if verdict == policytest.Denied {
				return fmt.Errorf("%q drops by interface or limit", r.line)
			}
			continue
		}
		if r.established {
			w.established = true
			continue
		}
		if verdict == policytest.Denied && !w.established {
			w.set.Stateful = false
		}
		m := r.Match
		m.Verdict, m.Directions = verdict, []policy.Direction{w.direction}
		w.set.Rules = append(w.set.Rules, spread(m, r.types)...)
	}
	return nil
}
