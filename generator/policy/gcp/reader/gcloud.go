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

// Gcloud runs a script against an empty project, twice, and reads what rules
// that leaves: a second run must change nothing, a check nothing at all, and a
// removal must leave nothing behind.
func Gcloud(text string) (*policytest.Ruleset, error) {
	project := &project{}
	machine := &shell.Machine{Programs: map[string]shell.Program{"gcloud": project.program}}
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
	if project.changes > 0 {
		return nil, errors.New("line 1: a check changes something")
	}
	if err := run(); err != nil {
		return nil, err
	}
	changes := project.changes
	if err := run("apply"); err != nil {
		return nil, err
	}
	if project.changes != changes {
		return nil, errors.New("line 1: a second run changes something")
	}
	set, err := ruleset(slices.Clone(project.rules))
	if err != nil {
		return nil, err
	}
	for range 2 { // removing what is not there is no fault
		if err := run("remove"); err != nil {
			return nil, err
		}
	}
	if len(project.rules) > 0 {
		return nil, errors.New("line 1: a removal leaves rules behind")
	}
	return set, nil
}

// project answers gcloud's calls.
type project struct {
	rules   []*rule
	changes int
}

// flags are those of the calls; those that are true stand without a value.
var flags = map[string]map[string]bool{
	"describe": {"--format": false},
	"delete":   {"--quiet": true},
	"update": {
		"--priority": false, "--rules": false, "--source-ranges": false, "--destination-ranges": false, "--target-tags": false, "--description": false,
		"--enable-logging": true, "--no-enable-logging": true, "--quiet": true,
	},
	"create": {
		"--network": false, "--direction": false, "--action": false, "--priority": false, "--rules": false, "--source-ranges": false,
		"--destination-ranges": false, "--target-tags": false, "--description": false, "--enable-logging": true, "--no-enable-logging": true, "--quiet": true,
	},
}

// program is the gcloud command.
func (p *project) program(args []string, _ string) (string, int, error) {
	err := p.call(args)
	if errors.Is(err, errMissing) {
		return "", 1, nil
	}
	return "", 0, err
}

// errMissing is a rule that is not there: gcloud fails, and scripts may ask.
var errMissing = errors.New("no such rule")

func (p *project) call(args []string) error {
	if len(args) < 4 || args[0] != "compute" || args[1] != "firewall-rules" || flags[args[2]] == nil || strings.HasPrefix(args[3], "-") {
		return fmt.Errorf("%q is no call", args)
	}
	verb, name := args[2], args[3]
	given := map[string]string{}
	for rest := args[4:]; len(rest) > 0; rest = rest[1:] {
		flag := rest[0]
		alone, known := flags[verb][flag]
		if _, twice := given[flag]; !known || twice {
			return fmt.Errorf("%s: unknown or second flag %s", verb, flag)
		}
		if given[flag] = "yes"; alone {
			continue
		}
		if len(rest) < 2 || rest[1] == "" {
			return fmt.Errorf("%s: %s without a value", verb, flag)
		}
		given[flag] = rest[1]
		rest = rest[1:]
	}
	i := slices.IndexFunc(p.rules, func(r *rule) bool { return r.name == name })
	switch {
	case verb == "create" && i < 0:
		r := &rule{line: 1, name: name, network: given["--network"], direction: given["--direction"], action: strings.ToLower(given["--action"])}
		if err := r.set(given); err != nil {
			return err
		}
		p.rules = append(p.rules, r)
		p.changes++
	case verb == "create":
		return fmt.Errorf("rule %s is there already", name)
	case i < 0:
		return errMissing
	case verb == "delete":
		p.rules = slices.Delete(p.rules, i, i+1)
		p.changes++
	case verb == "update":
		r := *p.rules[i]
		if err := r.set(given); err != nil {
			return err
		}
		if !reflect.DeepEqual(&r, p.rules[i]) {
			p.rules[i] = &r
			p.changes++
		}
	}
	return nil
}

// set gives a rule what flags say.
func (r *rule) set(given map[string]string) error {
	var err error
	if r.priority, err = strconv.Atoi(given["--priority"]); err != nil {
		return err
	}
	r.description = given["--description"]
	r.sources, r.destinations, r.tags = split(given["--source-ranges"]), split(given["--destination-ranges"]), split(given["--target-tags"])
	r.logging = given["--enable-logging"] != ""
	r.services = nil
	for _, x := range split(given["--rules"]) {
		protocol, ports, has := strings.Cut(x, ":")
		s := service{protocol: protocol}
		if has {
			s.ports = []string{ports}
		}
		r.services = append(r.services, s)
	}
	_, err = r.matches()
	return err
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
