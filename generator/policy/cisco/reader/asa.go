package reader

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy/policytest"
)

var asaSyntax = syntax{
	any:   map[string]families{"any": both, "any4": v4, "any6": v6},
	group: "object-group",
	protocols: map[families]map[string]netspec.Transport{both: {
		"ip": netspec.Any, "tcp": netspec.TCP, "udp": netspec.UDP, "sctp": netspec.SCTP, "icmp": netspec.ICMP, "icmp6": netspec.ICMPv6,
		"esp": netspec.ESP, "gre": netspec.GRE,
	}},
	literal: asaLiteral,
	remark:  100,
}

// asaNames are the characters of names besides letters and digits.
const asaNames = ".!@#$%^&()-_{}"

func asaLiteral(w *words) (netip.Prefix, error) {
	if w.take("host") {
		return host(w.next())
	}
	text := w.next()
	if strings.Contains(text, ":") {
		return slash(text, v6)
	}
	return network(text, w.next(), false)
}

// asa is an ASA in configuration mode.
type asa struct {
	device
	objects map[string]*object
	group   *group
	object  *object
}

// object is a network object with its translation.
type object struct{ host, static netip.Prefix }

// ASA reads the configuration of an ASA of version 9.
func ASA(text string) (*policytest.Ruleset, error) {
	a := &asa{device: device{syntax: &asaSyntax, groups: map[string]*group{}}, objects: map[string]*object{}}
	if err := each(text, a.line); err != nil {
		return nil, err
	}
	return a.ruleset(), nil
}

func (a *asa) line(w *words) error {
	switch {
	case a.group != nil && w.take("network-object"):
		p, err := asaLiteral(w)
		if err != nil {
			return err
		}
		return errors.Join(a.group.add(p), w.end())
	case a.object != nil && w.take("host"):
		return a.host(w)
	case a.object != nil && w.peek() == "nat":
		return a.nat(w)
	case (a.group != nil || a.object != nil) && w.take("description"):
		if s := w.rest(); s == "" || len(s) > 200 {
			return fmt.Errorf("a description of %d characters", len(s))
		}
		return nil
	}
	a.group, a.object = nil, nil
	switch {
	case w.take("access-list"):
		return a.accessList(w)
	case w.take("object-group", "network"):
		n := w.next()
		if a.objects[n] != nil {
			return fmt.Errorf("%s is an object", n)
		}
		g, err := a.open("network", n)
		a.group = g
		return errors.Join(err, name(n, 64, asaNames), w.end())
	case w.take("object", "network"):
		n := w.next()
		if a.groups[n] != nil {
			return fmt.Errorf("%s is a group", n)
		}
		if a.objects[n] == nil {
			a.objects[n] = &object{}
		}
		a.object = a.objects[n]
		return errors.Join(name(n, 64, asaNames), w.end())
	case w.take("clear", "configure", "access-list"):
		n := w.next()
		if n == "" {
			return errors.New("this clears every list")
		}
		a.removeList(n, both)
		return w.end()
	case w.take("no", "object-group", "network"):
		return errors.Join(a.remove("network", w.next()), w.end())
	case w.take("no", "object", "network"):
		delete(a.objects, w.next())
		return w.end()
	}
	return fmt.Errorf("no command %q", w.rest())
}

// accessList reads "ID remark text" and "ID extended permit ...".
func (a *asa) accessList(w *words) error {
	n := w.next()
	if err := name(n, 241, asaNames); err != nil {
		return err
	}
	if w.take("remark") {
		return a.remark(w)
	}
	if !w.take("extended") {
		return fmt.Errorf("%q is neither extended nor remark", w.peek())
	}
	l, err := a.list(n, both)
	if err != nil {
		return err
	}
	e, err := a.ace(w, both)
	if err != nil {
		return err
	}
	return l.add(e)
}

func (a *asa) host(w *words) error {
	p, err := host(w.next())
	a.object.host = p
	return errors.Join(err, w.end())
}

// nat reads "nat (inside,outside) static 203.0.113.10", one address for one of
// the same family.
func (a *asa) nat(w *words) error {
	w.next()
	in, out, ok := strings.Cut(strings.Trim(w.next(), "()"), ",")
	if !ok || name(in, 48, "-_") != nil || name(out, 48, "-_") != nil || !w.take("static") {
		return errors.New(`nat is written "nat (in,out) static address"`)
	}
	p, err := host(w.next())
	switch {
	case err != nil:
		return err
	case !a.object.host.IsValid():
		return errors.New("the object has no address")
	case familyOf(a.object.host.Addr()) != familyOf(p.Addr()):
		return errors.New("the families differ")
	}
	a.object.static = p
	return w.end()
}
