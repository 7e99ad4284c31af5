package policy

import (
	"slices"
	"strconv"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// Gap is a reason for which some platforms have no rule for a flow, or none
// for a part of it.
type Gap struct {
	Why string
	// Platforms are their ids, in the order given.
	Platforms []string
}

// Gaps are what platforms cannot say of a flow, whatever the policy that it is part of.
func Gaps(platforms []Platform, f *catalog.Flow) []Gap {
	ports, _ := known(f.Ports)
	source := sources(f)
	plain := source.IsZero() && f.Need != catalog.Forbidden
	for _, t := range ports.Transports() {
		plain = plain && (t == netspec.TCP || t == netspec.UDP)
	}
	if plain { // what every platform can say, and nearly every flow
		return nil
	}
	var gaps []Gap
	for _, p := range platforms {
		why := p.Info().gap(action(f), ports, source)
		if why == "" {
			continue
		}
		i := slices.IndexFunc(gaps, func(g Gap) bool { return g.Why == why })
		if i < 0 {
			gaps = append(gaps, Gap{Why: why})
			i = len(gaps) - 1
		}
		gaps[i].Platforms = append(gaps[i].Platforms, p.Info().ID)
	}
	return gaps
}

// gap tells why a platform cannot say all of a rule's ports, or forbid at all.
// What a proxy has no word for is its nature, and no gap.
func (to *Info) gap(a Action, ports, source netspec.PortSet) string {
	if to.OnlyNames {
		return ""
	}
	if a == Block && to.Denies == NoDenies {
		return cannotForbid
	}
	for _, t := range ports.Transports() {
		if why := to.unsaidPorts(a, t, ports, source); why != "" {
			return why
		}
	}
	return ""
}

// unsaidPorts tells why a platform cannot say all ports of one transport.
func (to *Info) unsaidPorts(a Action, t netspec.Transport, ports, source netspec.PortSet) string {
	if why := to.unsaid(a, t); why != "" {
		return why
	}
	if s := source.Of(t); !s.IsZero() {
		switch {
		case to.NoSourcePorts:
			return noSourcePort(s)
		case to.OnePortEnd && joined(ports.Of(t)) != nil:
			return "it cannot match ports of both ends, and either alone would open more"
		}
	}
	known := to.ICMPTypes
	switch t {
	case netspec.ICMP:
	case netspec.ICMPv6:
		known = to.ICMPv6Types
	default:
		return ""
	}
	for _, n := range types(ports.Of(t)) {
		switch {
		case n < 0:
		case to.NoICMPType:
			return noType
		case len(known) > 0 && !slices.Contains(known, uint8(n)):
			return "it has no word for " + t.String() + " type " + strconv.Itoa(n)
		}
	}
	return ""
}

const (
	cannotForbid = "it cannot forbid, and what no rule allows is left to its default"
	noType       = "it cannot tell ICMP types apart, and all of them would open more"
)

func noSourcePort(s netspec.PortSet) string {
	return "it cannot match the source port " + s.String() + ", and any source port would open more"
}
