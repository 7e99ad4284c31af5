package reader

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/shell"
)

// CLI runs a script against an empty resource group, twice, and reads what
// group that leaves: a second run must change nothing, a check nothing at
// all, and a removal must leave nothing behind.
func CLI(text string) (*policytest.Ruleset, error) {
	account := &account{}
	machine := &shell.Machine{Programs: map[string]shell.Program{"az": account.call}}
	run := func(args ...string) error {
		_, err := machine.Run(text, args...)
		if err != nil && !strings.HasPrefix(err.Error(), "line ") {
			return fmt.Errorf("line 1: %w", err)
		}
		return err
	}
	if err := run("check"); err != nil {
		return nil, err
	}
	if account.changes > 0 {
		return nil, errors.New("line 1: a check changes something")
	}
	if err := run(); err != nil {
		return nil, err
	}
	changes := account.changes
	if err := run("apply"); err != nil {
		return nil, err
	}
	if account.changes != changes {
		return nil, errors.New("line 1: a second run changes something")
	}
	if account.group == "" {
		return nil, errors.New("line 1: the script makes no group")
	}
	set, err := ruleset(slices.Clone(account.rules))
	if err != nil {
		return nil, err
	}
	for range 2 { // removing what is not there is no fault
		if err := run("remove"); err != nil {
			return nil, err
		}
	}
	if account.group != "" || len(account.rules) > 0 {
		return nil, errors.New("line 1: a removal leaves something behind")
	}
	return set, nil
}

// account answers the Azure CLI's calls, of one resource group.
type account struct {
	resources, group string
	rules            []*rule
	changes          int
}

// lists are the options of the calls; those that are true take several values.
var lists = map[string]map[string]bool{
	"show":   {"--resource-group": false, "--name": false, "--output": false},
	"create": {"--resource-group": false, "--name": false, "--output": false, "--location": false},
	"delete": {"--resource-group": false, "--name": false, "--output": false},
	"rule create": {
		"--resource-group": false, "--nsg-name": false, "--name": false, "--direction": false, "--priority": false, "--access": false, "--protocol": false,
		"--description": false, "--source-address-prefixes": true, "--source-port-ranges": true, "--destination-address-prefixes": true,
		"--destination-port-ranges": true, "--output": false,
	},
	"rule delete": {"--resource-group": false, "--nsg-name": false, "--name": false, "--output": false},
}

func parse(args []string) (verb string, options map[string][]string, err error) {
	rest, ok := args, len(args) > 3 && args[0] == "network" && args[1] == "nsg"
	if !ok {
		return "", nil, fmt.Errorf("%q is no call", args)
	}
	verb, rest = rest[2], rest[3:]
	if verb == "rule" {
		verb, rest = verb+" "+rest[0], rest[1:]
	}
	known := lists[verb]
	if known == nil {
		return "", nil, fmt.Errorf("%s: no such call", verb)
	}
	options = map[string][]string{}
	option := ""
	for _, a := range rest {
		_, isOption := known[a]
		switch {
		case isOption && options[a] == nil:
			option = a
			options[a] = []string{}
		case strings.HasPrefix(a, "--"), option == "", len(options[option]) > 0 && !known[option]:
			return "", nil, fmt.Errorf("%s: %q", verb, a)
		default:
			options[option] = append(options[option], a)
		}
	}
	for o, v := range options {
		if len(v) == 0 {
			return "", nil, fmt.Errorf("%s: %s without a value", verb, o)
		}
	}
	return verb, options, nil
}

func (a *account) call(args []string, _ string) (string, int, error) {
	verb, options, err := parse(args)
	if err != nil {
		return "", 2, err
	}
	one := func(option string) string {
		if len(options[option]) == 0 {
			return ""
		}
		return options[option][0]
	}
	if one("--output") != "none" || one("--resource-group") == "" || a.resources != "" && a.resources != one("--resource-group") {
		return "", 2, fmt.Errorf("%s: output or resource group", verb)
	}
	a.resources = one("--resource-group")
	name := one("--name")
	if group := one("--nsg-name"); strings.HasPrefix(verb, "rule") && (group != a.group || group == "") {
		return "", 3, fmt.Errorf("no group %q", group)
	}
	switch verb {
	case "show":
		if name != a.group || name == "" {
			return "", 3, nil
		}
	case "create": // of a group that is there, it would take the rules
		if !named(name) || a.group != "" {
			return "", 1, fmt.Errorf("group %q", name)
		}
		a.group = name
		a.changes++
	case "delete":
		if name == a.group {
			a.group, a.rules = "", nil
			a.changes++
		}
	case "rule delete":
		a.rules = slices.DeleteFunc(a.rules, func(r *rule) bool { return r.name == name })
	default:
		return "", 0, a.put(name, options, one)
	}
	return "", 0, nil
}

// put makes a rule or brings it up to date.
func (a *account) put(name string, options map[string][]string, one func(string) string) error {
	priority, err := strconv.Atoi(one("--priority"))
	if err != nil {
		return err
	}
	r := &rule{
		line: 1, name: name, description: one("--description"), direction: one("--direction"), access: one("--access"), protocol: one("--protocol"), priority: priority,
		source:      endOf(options["--source-address-prefixes"], options["--source-port-ranges"]),
		destination: endOf(options["--destination-address-prefixes"], options["--destination-port-ranges"]),
	}
	if _, err := r.match(); err != nil {
		return err
	}
	for i, old := range a.rules {
		if old.name != name {
			continue
		}
		if !reflect.DeepEqual(old, r) {
			a.rules[i] = r
			a.changes++
		}
		return nil
	}
	a.rules = append(a.rules, r)
	a.changes++
	return nil
}

// endOf is an end as the CLI makes it: a single value goes to the single field.
func endOf(prefixes, ports []string) end {
	var e end
	if len(prefixes) == 1 {
		e.prefix, prefixes = prefixes[0], nil
	}
	if len(ports) == 1 {
		e.port, ports = ports[0], nil
	}
	e.prefixes, e.ports = prefixes, ports
	return e
}
