package reader

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/shell"
)

func readIpfw(text string) (*policytest.Ruleset, error) {
	return run(text, func() model {
		i := &ipfw{tables: map[string][]netip.Prefix{"others": {}}, off: map[int]bool{}}
		if _, _, err := i.call(strings.Fields("-q add 100 set 0 allow tcp from any to any 22 in setup keep-state"), ""); err != nil {
			panic(err)
		}
		return i
	})
}

// ipfw is the packet filter with its sets of rules and its tables.
type ipfw struct {
	rules  []ipfwRule
	tables map[string][]netip.Prefix
	off    map[int]bool
}

type ipfwRule struct {
	policytest.Match
	number, set      int
	text             string
	from, to         string // tables
	notTCP, via      bool
	check, keep      bool
	foreign, setup   bool
	types            []int
	establishedAllow bool
}

func (i *ipfw) files() map[string]string { return map[string]string{} }

func (i *ipfw) programs() map[string]shell.Program { return map[string]shell.Program{"ipfw": i.call} }

func (i *ipfw) String() string {
	var b strings.Builder
	for _, r := range i.rules {
		fmt.Fprintln(&b, r.number, r.set, r.text)
	}
	for _, k := range slices.Sorted(maps.Keys(i.tables)) {
		fmt.Fprintln(&b, k, i.tables[k])
	}
	return b.String()
}

// call is the command.
func (i *ipfw) call(args []string, _ string) (string, int, error) {
	dry := len(args) > 0 && args[0] == "-n"
	if dry {
		args = args[1:]
	}
	if len(args) == 0 || args[0] != "-q" {
		return "", 2, errors.New("not quiet (-q)")
	}
	args = args[1:]
	switch {
	case len(args) == 3 && args[0] == "set" && (args[1] == "disable" || args[1] == "enable"):
		n, err := ipfwSet(args[2])
		if err == nil && !dry {
			i.off[n] = args[1] == "disable"
		}
		return "", 0, err
	case len(args) == 3 && args[0] == "delete" && args[1] == "set":
		n, err := ipfwSet(args[2])
		if err != nil {
			return "", 2, err
		}
		before := len(i.rules)
		i.rules = slices.DeleteFunc(slices.Clone(i.rules), func(r ipfwRule) bool { return r.set == n })
		if len(i.rules) == before {
			return "", 69, nil
		}
		return "", 0, nil
	case len(args) >= 3 && args[0] == "table":
		return "", 0, i.table(args[1], args[2:], dry)
	case len(args) > 4 && args[0] == "add" && args[2] == "set":
		r, err := ipfwParse(args)
		if err == nil && !dry {
			i.rules = append(i.rules, r)
			slices.SortStableFunc(i.rules, func(a, b ipfwRule) int { return cmp.Compare(a.number, b.number) })
		}
		return "", 0, err
	}
	return "", 2, fmt.Errorf("bad command %q", args)
}

func ipfwSet(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 30 {
		return 0, fmt.Errorf("invalid set number %q", text)
	}
	return n, nil
}

func (i *ipfw) table(name string, do []string, dry bool) error {
	list, there := i.tables[name]
	switch {
	case len(name) > 63 || name == "all" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") != "":
		return fmt.Errorf("table name %q is invalid", name)
	case slices.Equal(do, []string{"create", "type", "addr"}):
		if there {
			return fmt.Errorf("table %s is there already", name)
		}
		if !dry {
			i.tables[name] = []netip.Prefix{}
		}
		return nil
	case len(do) == 2 && do[0] == "add":
		p, err := policytest.ParsePrefix(do[1])
		switch {
		case err != nil:
			return err
		case dry:
			return nil
		case !there:
			return fmt.Errorf("no table %s", name)
		case slices.Contains(list, p):
			return fmt.Errorf("%s is there already", p)
		}
		i.tables[name] = append(slices.Clone(list), p)
		return nil
	case slices.Equal(do, []string{"destroy"}):
		if slices.ContainsFunc(i.rules, func(r ipfwRule) bool { return r.from == name || r.to == name }) {
			return fmt.Errorf("table %s is in use", name)
		}
		delete(i.tables, name)
		return nil
	}
	return fmt.Errorf("bad command for a table: %q", do)
}

func (i *ipfw) ruleset() (*policytest.Ruleset, error) {
	set := &policytest.Ruleset{Stateful: true}
	checked := false
	for _, r := range i.rules {
		if r.set == 0 {
			continue
		}
		if i.off[r.set] {
			return nil, fmt.Errorf("set %d is left disabled", r.set)
		}
		switch {
		case r.check:
			checked = true
			continue
		case r.via || r.establishedAllow:
			continue
		case !checked || r.Verdict == policytest.Allowed && !r.keep && r.types == nil:
			set.Stateful = false
		}
		m := r.Match
		for _, end := range []struct {
			table string
			list  *[]netip.Prefix
		}{{r.from, &m.From}, {r.to, &m.To}} {
			if end.table == "" {
				continue
			}
			list, ok := i.tables[end.table]
			if !ok {
				return nil, fmt.Errorf("no table %s", end.table)
			}
			*end.list = append([]netip.Prefix{}, list...)
		}
		if r.types == nil {
			r.types = []int{-1}
		}
		for _, m.Type = range r.types {
			if !r.notTCP {
				set.Rules = append(set.Rules, m)
				continue
			}
			for n := range 256 {
				if m.Transport = netspec.Protocol(uint8(n)); m.Transport != netspec.TCP {
					set.Rules = append(set.Rules, m)
				}
			}
		}
	}
	return set, nil
}

// ipfwParse reads: add NUMBER set N ACTION [log] PROTO from ADDR [PORTS] to ADDR [PORTS] [OPTIONS] [// COMMENT].
func ipfwParse(args []string) (r ipfwRule, err error) {
	r.text = strings.Join(args, " ")
	r.Transport, r.Type, r.Name = netspec.Any, -1, r.text
	if r.number, err = strconv.Atoi(args[1]); err != nil || r.number < 1 || r.number > 65534 {
		return r, fmt.Errorf("no rule number: %q", args[1])
	}
	if r.set, err = ipfwSet(args[3]); err != nil {
		return r, err
	}
	w := &words{args[4:]}
	switch action := w.next(); action {
	case "check-state":
		r.check = true
		if len(w.list) > 0 {
			err = errors.New("check-state has no body")
		}
		return r, err
	case "allow":
		r.Verdict = policytest.Allowed
	case "deny":
		r.Verdict = policytest.Denied
	default:
		return r, fmt.Errorf("invalid action %q", action)
	}
	w.take("log")
	r.notTCP = w.take("not")
	switch protocol := w.next(); {
	case r.notTCP && protocol == "tcp":
	case r.notTCP:
		return r, fmt.Errorf("not %s", protocol)
	case protocol == "ip":
	default:
		if r.Transport, err = policytest.ParseProtocol(protocol); err != nil {
			return r, err
		}
	}
	if r.from, r.FromPorts, err = r.side(w, "from"); err == nil {
		r.to, r.ToPorts, err = r.side(w, "to")
	}
	if err != nil {
		return r, err
	}
	if r.foreign {
		r.Directions = []policy.Direction{policy.Forward}
	}
	return r, r.options(w)
}

type words struct{ list []string }

func (w *words) next() string {
	if len(w.list) == 0 {
		return ""
	}
	s := w.list[0]
	w.list = w.list[1:]
	return s
}

func (w *words) take(word string) bool {
	if len(w.list) > 0 && w.list[0] == word {
		w.list = w.list[1:]
		return true
	}
	return false
}

func (r *ipfwRule) side(w *words, word string) (table string, ports []policy.Ports, err error) {
	if !w.take(word) {
		return "", nil, fmt.Errorf("missing %q", word)
	}
	switch a := w.next(); {
	case a == "any":
	case a == "not" && w.take("me"):
		r.foreign = true
	case strings.HasPrefix(a, "table(") && strings.HasSuffix(a, ")"):
		table = a[len("table(") : len(a)-1]
	default:
		return "", nil, fmt.Errorf("no address: %q", a)
	}
	if len(w.list) == 0 || w.list[0][0] < '0' || w.list[0][0] > '9' {
		return table, nil, nil
	}
	if !r.Transport.HasPorts() {
		return "", nil, errors.New("ports of a protocol that has none")
	}
	list := strings.Split(w.next(), ",")
	if len(list) > 30 {
		return "", nil, fmt.Errorf("%d ports, of 30", len(list))
	}
	for _, text := range list {
		p, err := policytest.ParsePorts(text, "-")
		if err != nil {
			return "", nil, err
		}
		ports = append(ports, p)
	}
	return table, ports, nil
}

func (r *ipfwRule) options(w *words) error {
	for len(w.list) > 0 {
		switch word := w.next(); word {
		case "in":
			r.Directions = []policy.Direction{policy.In}
		case "out":
			r.Directions = []policy.Direction{policy.Out}
		case "via":
			r.via = true
			if w.next() != "lo0" || r.Verdict == policytest.Denied {
				return errors.New("unexpected interface")
			}
		case "setup", "established":
			if r.Transport != netspec.TCP {
				return fmt.Errorf("%s is of tcp", word)
			}
			r.setup = word == "setup"
			r.establishedAllow = word == "established" && r.Verdict == policytest.Allowed
		case "keep-state":
			if r.keep = true; r.Verdict == policytest.Denied {
				return errors.New("a deny keeps no state")
			}
		case "icmptypes", "icmp6types":
			if want := map[string]netspec.Transport{"icmptypes": netspec.ICMP, "icmp6types": netspec.ICMPv6}[word]; r.Transport != want {
				return fmt.Errorf("%s without its protocol", word)
			}
			for _, text := range strings.Split(w.next(), ",") {
				n, err := policytest.ParseType(text)
				if err != nil {
					return err
				}
				r.types = append(r.types, n)
			}
		case "//":
			if text := strings.Join(w.list, " "); len(text) > 80 {
				return errors.New("comment too long (max 80 chars)")
			}
			return nil
		default:
			return fmt.Errorf("unrecognised option %q", word)
		}
	}
	return nil
}
