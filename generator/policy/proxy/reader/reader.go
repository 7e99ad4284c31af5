// Package reader reads configurations of package proxy back as strictly as
// Squid does, and says what they let through.
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

// Readers are the readers by the platform's id.
func Readers() map[string]policytest.Reader { return map[string]policytest.Reader{"squid": Squid} }

// acl is a named list; its type cannot change.
type acl struct {
	kind  string
	nets  []netip.Prefix
	ports []policy.Ports
}

// Squid reads acl and http_access lines. What no line decides is left to the
// rest of the configuration.
func Squid(text string) (*policytest.Ruleset, error) {
	acls := map[string]*acl{"all": {kind: "all"}}
	set := &policytest.Ruleset{Stateful: true}
	for i, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		var err error
		switch {
		case len(words) == 0 || words[0][0] == '#':
		case words[0] == "acl":
			err = define(acls, words[1:])
		case words[0] == "http_access":
			err = access(set, acls, words[1:], i+1)
		default:
			err = fmt.Errorf("unrecognized: %q", words[0])
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return set, nil
}

func define(acls map[string]*acl, words []string) error {
	if len(words) < 3 {
		return fmt.Errorf("acl %q has no value", words)
	}
	name, kind, values := words[0], words[1], words[2:]
	if len(name) > 63 {
		return fmt.Errorf("acl name %q is longer than 63", name)
	}
	a := acls[name]
	if a == nil {
		a = &acl{kind: kind}
		acls[name] = a
	}
	if a.kind != kind {
		return fmt.Errorf("acl %q is of type %s already", name, a.kind)
	}
	for len(values) > 0 && (values[0] == "-n" || values[0] == "-i") && strings.HasPrefix(kind, "dstdom") {
		if kind == "dstdomain" && values[0] == "-i" {
			return fmt.Errorf("dstdomain has no %s", values[0])
		}
		values = values[1:]
	}
	if len(values) == 0 {
		return fmt.Errorf("acl %q is empty", name)
	}
	for _, v := range values {
		if err := a.add(v); err != nil {
			return err
		}
	}
	return nil
}

var domain = regexp.MustCompile(`^[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?)+$`)

func (a *acl) add(v string) error {
	switch a.kind {
	case "src":
		p, err := netip.ParsePrefix(v)
		if one, bad := netip.ParseAddr(v); bad == nil {
			p, err = netip.PrefixFrom(one, one.BitLen()), nil
		}
		if err != nil || p.Masked() != p || p.Addr().Is4In6() {
			return fmt.Errorf("%q is no address", v)
		}
		a.nets = append(a.nets, p)
	case "dstdomain":
		rest, below := strings.CutPrefix(v, ".")
		if !domain.MatchString(rest) {
			return fmt.Errorf("%q is no domain", v)
		}
		a.nets = append(a.nets, policytest.NameAddrs(rest)...)
		if below {
			a.nets = append(a.nets, policytest.NameAddrs("*."+rest)...)
		}
	case "dstdom_regex":
		name, err := regexName(v)
		if err != nil {
			return err
		}
		a.nets = append(a.nets, policytest.NameAddrs(name)...)
	case "port":
		first, last, isRange := strings.Cut(v, "-")
		if !isRange {
			last = first
		}
		x, err1 := strconv.ParseUint(first, 10, 16)
		y, err2 := strconv.ParseUint(last, 10, 16)
		if err1 != nil || err2 != nil || x == 0 || x > y {
			return fmt.Errorf("ports %q", v)
		}
		a.ports = append(a.ports, policy.Ports{First: uint16(x), Last: uint16(y)})
	default:
		return fmt.Errorf("acl type %q", a.kind)
	}
	return nil
}

// regexName is the name, or "*." and the domain, that an expression matches:
// one that is anchored and has every dot escaped.
func regexName(v string) (string, error) {
	body, ok := strings.CutSuffix(v, "$")
	if !ok {
		return "", fmt.Errorf("%q goes on after the name", v)
	}
	star := ""
	if rest, exact := strings.CutPrefix(body, "^"); exact {
		body = rest
	} else if body, ok = strings.CutPrefix(body, `\.`); ok {
		star = "*."
	} else {
		return "", fmt.Errorf("%q begins inside a name", v)
	}
	name := strings.ReplaceAll(body, `\.`, ".")
	if strings.Contains(strings.ReplaceAll(body, `\.`, ""), ".") || !domain.MatchString(name) {
		return "", fmt.Errorf("%q is no name", v)
	}
	return star + name, nil
}

// access is one http_access line: all of its lists must match.
func access(set *policytest.Ruleset, acls map[string]*acl, words []string, line int) error {
	if len(words) < 2 || words[0] != "allow" && words[0] != "deny" {
		return fmt.Errorf("http_access %q", words)
	}
	m := policytest.Match{Verdict: policytest.Allowed, Transport: netspec.TCP, Type: -1, Name: "line " + strconv.Itoa(line)}
	if words[0] == "deny" {
		m.Verdict, m.Transport = policytest.Denied, netspec.Any
	}
	var used []string
	for _, name := range words[1:] {
		a := acls[name]
		if a == nil {
			return fmt.Errorf("ACL not found: %q", name)
		}
		if slices.Contains(used, a.kind) {
			return fmt.Errorf("two lists of type %s are never matched as one here", a.kind)
		}
		used = append(used, a.kind)
		switch a.kind {
		case "src":
			m.From = a.nets
		case "dstdomain", "dstdom_regex":
			m.To = a.nets
		case "port":
			m.ToPorts = a.ports
		}
	}
	set.Rules = append(set.Rules, m)
	return nil
}
