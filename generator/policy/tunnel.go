package policy

import (
	"slices"
	"strings"

	"portolan/generator/catalog"
)

// tunnels tells a reason of the other flows that are in, with which it is
// inside a tunnel or is one.
func (r *Reason) tunnels(in []*catalog.Flow) {
	for _, o := range in {
		if slices.Contains(r.Flow.Carries, o.ID) {
			r.Carries = append(r.Carries, o)
		}
		if slices.Contains(o.Carries, r.Flow.ID) {
			r.Inside = append(r.Inside, o)
		}
	}
}

// Tunnel says which flows go on inside this one, or inside which it goes on
// and who opens that, and in a text of its own that no rule is needed the other
// way; empty: neither.
func (r Reason) Tunnel() (texts []string) {
	if len(r.Carries) > 0 {
		texts = append(texts, "carries "+r.list(r.Carries), r.spared(r.Flow))
	}
	if len(r.Inside) > 0 {
		texts = append(texts, r.inside(), r.spared(r.Inside[0]))
	}
	return texts
}

// inside says inside which tunnels it goes on, of which there is one.
func (r Reason) inside() string {
	return "goes on inside " + r.list(r.Inside) + ", opened by " + r.parties(r.Inside[0].From)
}

// spared names the rule that nobody needs.
func (r Reason) spared(tunnel *catalog.Flow) string {
	return "no rule from " + r.parties(tunnel.To) + " to " + r.parties(tunnel.From) + " is needed for that"
}

func (r Reason) list(flows []*catalog.Flow) string {
	ids := make([]string, len(flows))
	for i, f := range flows {
		o := r
		o.Flow = f
		ids[i] = o.ID()
	}
	return strings.Join(ids, ", ")
}

func (r Reason) parties(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id
		if e := r.Product.Endpoint(id); e != nil {
			names[i] = e.Name
		}
	}
	return strings.Join(names, ", ")
}

// tunnels says in the head what goes on inside what, of the flows that pass
// this firewall: a tunnel with all that it carries, and apart from it what is
// carried by one that passes elsewhere.
func (lw *lowering) tunnels() {
	var here []Reason
	for i := range lw.p.Rules {
		here = reasons(here, lw.p.Rules[i].Reasons)
	}
	for _, x := range lw.p.Left {
		if x.Why == NoPort {
			here = reasons(here, []Reason{x.Reason})
		}
	}
	passes := func(r Reason, f *catalog.Flow) bool {
		return slices.ContainsFunc(here, func(o Reason) bool { return o.Flow == f && o.Instance == r.Instance })
	}
	var ways []string
	carried := map[string][]string{}
	for _, r := range here {
		if len(r.Carries) > 0 {
			lw.say(r.ID() + " carries " + r.list(r.Carries) + ": " + r.spared(r.Flow) + ".")
		}
		if len(r.Inside) > 0 && !slices.ContainsFunc(r.Inside, func(f *catalog.Flow) bool { return passes(r, f) }) {
			way := r.inside() + ": " + r.spared(r.Inside[0])
			if carried[way] == nil {
				ways = append(ways, way)
			}
			carried[way] = append(carried[way], r.ID())
		}
	}
	for _, way := range ways {
		ids := strings.Join(carried[way], ", ")
		if len(carried[way]) > 1 {
			way = "go" + strings.TrimPrefix(way, "goes")
		}
		lw.say(ids + " " + way + ".")
	}
}
