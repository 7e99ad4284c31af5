package reader

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
)

// translation sends what comes for one address to another.
type translation struct{ public, real netip.Addr }

// once holds that a list of translations knows each public address once, and
// translates none that is translated already.
func once(list []translation) error {
	seen := map[netip.Addr]bool{}
	for _, t := range list {
		if seen[t.public] {
			return fmt.Errorf("%s is translated twice", t.public)
		}
		seen[t.public] = true
	}
	for _, t := range list {
		if seen[t.real] {
			return fmt.Errorf("%s is a public address", t.real)
		}
	}
	return nil
}

// translations reads a chain after its word "type".
func (p *nftParser) translations() ([]translation, error) {
	if err := p.take("nat", "hook", "prerouting", "priority", "dstnat", ";", "policy", "accept", ";", "\n"); err != nil {
		return nil, err
	}
	var out []translation
	for {
		switch word := p.next(); word {
		case "\n":
		case "}":
			return out, once(out)
		case "ip", "ip6":
			t, err := p.translation(word)
			if err != nil {
				return nil, err
			}
			out = append(out, t)
		default:
			return nil, fmt.Errorf("unexpected %q among translations", word)
		}
	}
}

// translation reads "daddr A dnat ip to B comment C" after the family's word.
func (p *nftParser) translation(word string) (t translation, err error) {
	if err := p.take("daddr"); err != nil {
		return t, err
	}
	if t.public, err = single(p.next(), word == "ip6"); err != nil {
		return t, err
	}
	if err := p.take("dnat", word, "to"); err != nil {
		return t, err
	}
	if t.real, err = single(p.next(), word == "ip6"); err != nil {
		return t, err
	}
	if err := p.take("comment"); err != nil {
		return t, err
	}
	if _, err := p.quoted(128); err != nil {
		return t, err
	}
	return t, p.take("\n")
}

// single reads the address of one machine.
func single(text string, v6 bool) (netip.Addr, error) {
	x, err := prefix(text, v6)
	if err == nil && !x.IsSingleIP() {
		err = fmt.Errorf("%s is not one address", text)
	}
	return x.Addr(), err
}

// newNat is an empty nat table.
func newNat(v6 bool) *table {
	t := &table{v6: v6, builtins: []string{"PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"}, chains: map[string][]rule{}}
	for _, name := range t.builtins {
		t.chains[name] = []rule{}
	}
	return t
}

func (t *table) clone() *table {
	out := *t
	out.chains = maps.Clone(t.chains)
	if t.nat != nil {
		out.nat = t.nat.clone()
	}
	return &out
}

// translates holds a nat table to be nothing but translations of addresses,
// in chains that all packets enter as they arrive.
func (t *table) translates() error {
	var list []translation
	for _, name := range slices.Sorted(maps.Keys(t.chains)) {
		for _, r := range t.chains[name] {
			if name == "PREROUTING" && r.line == "-j "+r.target && t.chains[r.target] != nil {
				continue
			}
			if !slices.ContainsFunc(t.chains["PREROUTING"], func(j rule) bool { return j.target == name }) {
				return fmt.Errorf("nothing enters chain %s", name)
			}
			switch {
			case r.target != "DNAT" || !r.real.IsValid():
				return fmt.Errorf("%q is no translation", r.line)
			case len(r.To) != 1 || !r.To[0].IsSingleIP() || !r.real.IsSingleIP():
				return errors.New("a translation is from one address to one")
			case r.From != nil || r.ToPorts != nil || r.FromPorts != nil || r.types != nil || r.established || r.via || r.limited:
				return fmt.Errorf("%q translates not all that comes", r.line)
			}
			list = append(list, translation{r.To[0].Addr(), r.real.Addr()})
		}
	}
	return once(list)
}
