// Package reader reads the files of ufw, firewalld, pf and ipfw as those
// programs and the shell do, strictly, and says what they mean.
package reader

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/shell"
)

// Readers are those of the family, by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{
		"ufw":       readUfw,
		"firewalld": readFirewalld,
		"pf":        readPf,
		"ipfw":      readIpfw,
	}
}

// model is a program that a script calls, with what it keeps.
type model interface {
	programs() map[string]shell.Program
	files() map[string]string
	// String is all that is kept, rules of others included.
	String() string
	// ruleset is what is in force.
	ruleset() (*policytest.Ruleset, error)
}

// run runs a script on models of the same program: a check must change
// nothing, loading twice is loading once, and removing leaves what was there.
func run(text string, fresh func() model) (*policytest.Ruleset, error) {
	untouched := fresh().String()
	do := func(m model, files map[string]string, action ...string) error {
		machine := &shell.Machine{Programs: m.programs(), Files: files}
		_, err := machine.Run(text, action...)
		return err
	}
	m := fresh()
	files := m.files()
	if err := do(m, files, "check"); err != nil {
		return nil, err
	}
	if m.String() != untouched {
		return nil, errors.New("a check changes the rules")
	}
	if err := do(m, files); err != nil {
		return nil, err
	}
	once := m.String()
	set, err := m.ruleset()
	if err != nil {
		return nil, err
	}
	if err := do(m, files, "load"); err != nil {
		return nil, fmt.Errorf("loaded a second time: %w", err)
	}
	if m.String() != once {
		return nil, errors.New("loading twice is not the same as once")
	}
	if err := do(m, files, "remove"); err != nil {
		return nil, err
	}
	if m.String() != untouched {
		return nil, fmt.Errorf("after removing there is\n%sinstead of\n%s", m.String(), untouched)
	}
	return set, nil
}

// kept are matches of what a program lets pass by itself in a direction.
func kept(d policy.Direction) []policytest.Match {
	kind := policy.Host
	if d == policy.Forward {
		kind = policy.Perimeter
	}
	var out []policytest.Match
	for i, t := range []netspec.Transport{netspec.ICMP, netspec.ICMPv6} {
		for _, n := range policy.KeptICMP(i == 1, kind) {
			out = append(out, policytest.Match{Verdict: policytest.Allowed, Directions: []policy.Direction{d}, Transport: t, Type: int(n), Name: "of its own"})
		}
	}
	return out
}

// closed is the match that ends a direction.
func closed(d policy.Direction) policytest.Match {
	return policytest.Match{Verdict: policytest.Denied, Directions: []policy.Direction{d}, Transport: netspec.Any, Type: -1, Name: "default"}
}

// overlaps tells whether a prefix meets one of a list.
func overlaps(list []netip.Prefix, p netip.Prefix) bool {
	return slices.ContainsFunc(list, p.Overlaps)
}
