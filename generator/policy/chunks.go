package policy

import (
	"cmp"
	"slices"

	"portolan/generator/netspec"
)

// unlimited is more ports than there are.
const unlimited = 1 << 16

// chunks cuts the ports of one transport into lists that fit the slots of an
// entry. No list, or an empty one, is every port.
func chunks(s netspec.PortSet, slots, rangeSlots int) [][]Ports {
	var out [][]Ports
	var list []Ports
	used := 0
	for _, p := range joined(s) {
		cost := 1
		if !p.Single() {
			cost = rangeSlots
		}
		if used+cost > slots && len(list) > 0 {
			out = append(out, list)
			list, used = nil, 0
		}
		list = append(list, p)
		used += cost
	}
	return append(out, list)
}

// joined are the ports of one transport, neighbours in one range; nil: every port.
func joined(s netspec.PortSet) []Ports {
	var out []Ports
	for r := range s.Ranges() {
		if r.Size() == 0 || r.Size() == 65535 {
			return nil
		}
		out = append(out, Ports{r.First, r.Last})
	}
	slices.SortStableFunc(out, func(a, b Ports) int { return cmp.Compare(a.First, b.First) })
	kept := out[:0]
	for _, p := range out {
		if n := len(kept) - 1; n >= 0 && int(p.First) <= int(kept[n].Last)+1 {
			kept[n].Last = max(kept[n].Last, p.Last)
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

// types are the ICMP types of a set; -1: all.
func types(s netspec.PortSet) []int {
	var out []int
	for r := range s.Ranges() {
		if r.Form == netspec.Whole {
			return []int{-1}
		}
		out = append(out, int(r.First))
	}
	return out
}
