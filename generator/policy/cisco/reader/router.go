package reader

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy/policytest"
)

// Names of protocols that both IOS and NX-OS have.
var (
	protocols4 = map[string]netspec.Transport{
		"ip": netspec.Any, "tcp": netspec.TCP, "udp": netspec.UDP, "icmp": netspec.ICMP, "esp": netspec.ESP, "ahp": netspec.AH, "gre": netspec.GRE,
	}
	protocols6 = map[string]netspec.Transport{
		"ipv6": netspec.Any, "tcp": netspec.TCP, "udp": netspec.UDP, "icmp": netspec.ICMPv6, "esp": netspec.ESP, "ahp": netspec.AH,
	}
)

// dialect is in what IOS and NX-OS differ.
type dialect struct {
	syntax
	// lists and groups are the commands that begin them, by family.
	lists, groups map[families][]string
	// masks: groups of IPv4 have subnet masks and no numbers; else prefixes, and numbers may stand before.
	masks bool
	// sequence stands before the numbers of IPv6 entries.
	sequence bool
}

var ios = dialect{
	syntax: syntax{
		any: map[string]families{"any": both}, group: "object-group", stateless: true, remark: 100,
		protocols: map[families]map[string]netspec.Transport{v4: protocols4, v6: protocols6},
		literal: func(w *words) (netip.Prefix, error) {
			if w.take("host") {
				return host(w.next())
			}
			text := w.next()
			if strings.Contains(text, ":") {
				return slash(text, v6)
			}
			return network(text, w.next(), true)
		},
	},
	lists:  map[families][]string{v4: {"ip", "access-list", "extended"}, v6: {"ipv6", "access-list"}},
	groups: map[families][]string{v4: {"object-group", "network"}, v6: {"object-group", "v6-network"}},
	masks:  true, sequence: true,
}

var nxos = dialect{
	syntax: syntax{
		any: map[string]families{"any": both}, group: "addrgroup", stateless: true, remark: 100,
		protocols: map[families]map[string]netspec.Transport{v4: protocols4, v6: protocols6},
		literal: func(w *words) (netip.Prefix, error) {
			if w.take("host") {
				return host(w.next())
			}
			return slash(w.next(), both)
		},
	},
	lists:  map[families][]string{v4: {"ip", "access-list"}, v6: {"ipv6", "access-list"}},
	groups: map[families][]string{v4: {"object-group", "ip", "address"}, v6: {"object-group", "ipv6", "address"}},
}

// router is a router or switch in configuration mode.
type router struct {
	device
	*dialect
	// open are what the lines are of.
	group *group
	entry *list
	// of is the family of either.
	of families
}

// IOS reads the configuration of IOS XE, of version 16.11 or later.
func IOS(text string) (*policytest.Ruleset, error) { return ios.read(text) }

// NXOS reads the configuration of NX-OS.
func NXOS(text string) (*policytest.Ruleset, error) { return nxos.read(text) }

func (d *dialect) read(text string) (*policytest.Ruleset, error) {
	r := &router{device: device{syntax: &d.syntax, groups: map[string]*group{}}, dialect: d}
	if err := each(text, r.line); err != nil {
		return nil, err
	}
	return r.ruleset(), nil
}

func (r *router) line(w *words) error {
	if done, err := r.inside(w); done || err != nil {
		return err
	}
	r.group, r.entry = nil, nil
	no := w.take("no")
	for _, f := range []families{v4, v6} {
		kind := r.dialect.groups[f]
		switch {
		case w.take(kind...):
			n := w.next()
			if no {
				return errors.Join(r.remove(strings.Join(kind, " "), n), w.end())
			}
			g, err := r.open(strings.Join(kind, " "), n)
			r.group, r.of = g, f
			return errors.Join(err, own(n), w.end())
		case w.take(r.dialect.lists[f]...):
			n := w.next()
			if no {
				r.removeList(n, f)
				return w.end()
			}
			l, err := r.list(n, f)
			r.entry, r.of = l, f
			return errors.Join(err, own(n), w.end())
		}
	}
	return fmt.Errorf("no command %q", w.rest())
}

// own holds a name to what both take: a letter first.
func own(n string) error {
	if err := name(n, 64, "-_."); err != nil {
		return err
	}
	if c := n[0]; c >= '0' && c <= '9' {
		return fmt.Errorf("name %q begins with a digit", n)
	}
	return nil
}

// inside reads a line of what is open; done: it was one.
func (r *router) inside(w *words) (done bool, err error) {
	numbered := 0
	if first := w.peek(); r.group != nil && !r.masks || r.entry != nil {
		switch {
		case r.sequence && r.of == v6 && w.take("sequence"):
			if numbered, err = number(w.next(), 1, 1<<31-1); err != nil {
				return true, err
			}
		case r.sequence && r.of == v6:
		default:
			if n, err := number(first, 1, 1<<31-1); err == nil {
				w.next()
				numbered = n
			}
		}
	}
	switch first := w.peek(); {
	case r.entry != nil && w.take("remark"):
		return true, r.remark(w)
	case r.entry != nil && (first == "permit" || first == "deny"):
		e, err := r.ace(w, r.of)
		if err != nil {
			return true, err
		}
		e.number = numbered
		return true, r.entry.add(e)
	case r.group != nil && w.take("host"):
		p, err := host(w.next())
		if err == nil && familyOf(p.Addr()) != r.of {
			err = fmt.Errorf("%s is of the other family", p)
		}
		return true, errors.Join(err, r.group.add(p), w.end())
	case r.group != nil && r.masks && r.of == v4 && strings.Contains(first, ".") && first[0] >= '0' && first[0] <= '9':
		p, err := network(w.next(), w.next(), false)
		return true, errors.Join(err, r.group.add(p), w.end())
	case r.group != nil && strings.Contains(first, "/"):
		p, err := slash(w.next(), r.of)
		return true, errors.Join(err, r.group.add(p), w.end())
	case numbered > 0:
		return true, fmt.Errorf("%q does not follow a number", first)
	}
	return false, nil
}
