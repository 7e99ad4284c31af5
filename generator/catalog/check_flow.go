package catalog

import (
	"slices"
	"strings"

	"portolan/generator/diag"
	"portolan/generator/netspec"
)

func (k *productCheck) flow(f *Flow) {
	path := "flow." + f.ID
	k.id(path, f.ID)
	if k.c.Service(f.Service) == nil {
		k.unknown(path+".service", "service", f.Service, ids(k.c.Services, func(s *Service) string { return s.ID }))
	}
	k.ends(f, path)
	k.ports(f, path)
	k.conditions(f, path)
	k.lifetime(f, path)

	k.refs(path+".related", "flow", f.Related, k.flowIDs)
	if i := slices.Index(f.Related, f.ID); i >= 0 {
		k.errorf(item(path+".related", i), "self-related", "flow %q is related to itself", f.ID)
	}
	if f.FallbackOf != "" && !slices.Contains(k.flowIDs, f.FallbackOf) {
		k.unknown(path+".fallback_of", "flow", f.FallbackOf, k.flowIDs)
	}
	k.carries(f, path)
	f.Sources = k.citations(path+".source", f.Source)
	for i := range f.Variants {
		v := &f.Variants[i]
		v.Sources = k.citations(item(path+".variants", i)+".source", v.Source)
	}
}

// carries checks that what goes on inside a flow comes to where that ends.
func (k *productCheck) carries(f *Flow, path string) {
	path += ".carries"
	k.refs(path, "flow", f.Carries, k.flowIDs)
	for i, id := range f.Carries {
		g := k.p.Flow(id)
		switch {
		case g == nil:
		case g == f:
			k.errorf(item(path, i), "carries-itself", "flow %q carries itself", f.ID)
		case slices.Contains(g.Carries, f.ID):
			k.errorf(item(path, i), "carries-itself", "flows %q and %q carry each other", f.ID, g.ID)
		case f.Need == Forbidden || g.Need == Forbidden:
			k.errorf(item(path, i), "carries-forbidden", "what must stay closed carries nothing and is not carried")
		case !slices.ContainsFunc(g.To, func(id string) bool { return slices.Contains(f.To, id) }):
			k.errorf(item(path, i), "carries-elsewhere", "flow %q ends at %s, not at %s, where flow %q ends: it cannot go on inside it",
				g.ID, strings.Join(g.To, ", "), strings.Join(f.To, ", "), f.ID)
		}
	}
}

// ends checks both ends and derives the direction.
func (k *productCheck) ends(f *Flow, path string) {
	okFrom := k.refs(path+".from", "endpoint", f.From, k.endpointIDs)
	okTo := k.refs(path+".to", "endpoint", f.To, k.endpointIDs)
	for _, id := range slices.Concat(f.From, f.To) {
		k.used["endpoint."+id] = true
	}
	if !okFrom || !okTo {
		return
	}
	for _, from := range f.From {
		for _, to := range f.To {
			d := direction(k.p.Endpoint(from), k.p.Endpoint(to))
			if f.Direction == "" {
				f.Direction = d
			}
			if d != f.Direction {
				k.errorf(path+".from", "mixed-direction", "%s to %s is %s, but %s to %s is %s: split the flow",
					f.From[0], f.To[0], f.Direction, from, to, d)
				return
			}
		}
	}
}

func direction(from, to *Endpoint) Direction {
	switch {
	case from.Self && to.Self && from == to && !from.Many:
		return Loopback
	case from.Self && to.Self:
		return Internal
	case from.Self:
		return Outbound
	case to.Self:
		return Inbound
	}
	return Transit
}

func (k *productCheck) ports(f *Flow, path string) {
	if f.Ports.HasAnyPort() && !f.Dynamic {
		k.errorf(path+".ports", "star-without-dynamic", `%q needs dynamic = true; a port that the source does not state is %q`,
			f.Ports, strings.ReplaceAll(f.Ports.String(), "*", "?"))
	}
	if f.Ports.IsAny() && f.Need != Forbidden {
		k.errorf(path+".ports", "any-not-forbidden", `only a forbidden flow may say "any"`)
	}
	if f.Need == Forbidden && !f.Ports.Known() {
		k.errorf(path+".ports", "forbidden-unknown", "a forbidden flow needs its ports stated")
	}
	for r := range f.SourcePorts.Ranges() {
		switch {
		case !r.Transport.HasPorts() || r.Form != netspec.Exact:
			k.errorf(path+".source_ports", "bad-value", "source ports are numbers of a transport with ports, not %q", r)
		case !slices.Contains(f.Ports.Transports(), r.Transport):
			k.errorf(path+".source_ports", "source-ports-transport", "the flow has no %s", r.Transport)
		}
	}
	if !f.Allowed.IsZero() && !f.Configurable {
		k.errorf(path+".allowed", "allowed-not-configurable", "allowed ports need configurable = true")
	}
	if !f.Allowed.IsZero() && f.Ports.Known() && !f.Ports.HasAnyPort() && !f.Allowed.Covers(f.Ports) {
		k.errorf(path+".ports", "port-not-allowed", "%q is outside of the allowed %q", f.Ports, f.Allowed)
	}
	if len(f.Encryption) > 1 {
		for i, e := range f.Encryption {
			if slices.Contains(f.Encryption[:i], e) {
				k.errorf(item(path+".encryption", i), "duplicate", "%q stands twice", e)
			}
		}
	}
}

func (k *productCheck) conditions(f *Flow, path string) {
	for i, text := range f.Feature {
		var all []string
		groups := map[string]string{}
		for part := range strings.SplitSeq(text, "+") {
			id := strings.TrimSpace(part)
			feature := k.p.Feature(id)
			if feature == nil {
				k.unknown(item(path+".feature", i), "feature", id, k.featureIDs)
				continue
			}
			k.used["feature."+id] = true
			if feature.Group != "" {
				if other, ok := groups[feature.Group]; ok {
					k.errorf(item(path+".feature", i), "group-conflict", "features %q and %q of group %q exclude each other", other, id, feature.Group)
				}
				groups[feature.Group] = id
			}
			all = append(all, id)
		}
		f.Conditions = append(f.Conditions, all)
	}
	if f.Need == Conditional && len(f.Feature) == 0 {
		k.warnf(path, "condition-without-feature", "flow %q is conditional and names no feature: it is out until asked for", f.ID)
	}
}

// lifetime checks since and until.
func (k *productCheck) lifetime(f *Flow, path string) {
	place := func(key, version string) int {
		i := slices.Index(k.p.Versions, version)
		if version != "" && i < 0 {
			k.unknown(path+"."+key, "version", version, k.p.Versions)
		}
		return i
	}
	since, until := place("since", f.Since), place("until", f.Until)
	if since >= 0 && until >= 0 && since > until {
		k.errorf(path+".until", "version-order", "until %q is before since %q", f.Until, f.Since)
	}
}

// fallbacks reports flows that stand in for themselves, directly or around.
func (k *productCheck) fallbacks() {
	for i := range k.p.Flows {
		f := &k.p.Flows[i]
		seen := map[string]bool{}
		for g := f; g != nil && g.FallbackOf != "" && !seen[g.ID]; g = k.p.Flow(g.FallbackOf) {
			seen[g.ID] = true
			if g.FallbackOf == f.ID {
				k.errorf("flow."+f.ID+".fallback_of", "fallback-cycle", "flow %q stands in for itself", f.ID)
				break
			}
		}
	}
}

// forbidden reports allowed flows that are no narrower than a forbidden one:
// no order of rules can keep both.
func (k *productCheck) forbidden() {
	for i := range k.p.Flows {
		deny := &k.p.Flows[i]
		if deny.Need != Forbidden {
			continue
		}
		for j := range k.p.Flows {
			allow := &k.p.Flows[j]
			if allow.Need == Forbidden || !k.covers(allow, deny) {
				continue
			}
			path := "flow." + allow.ID
			k.sink.Add(diag.Diagnostic{Pos: k.At(path), Code: "forbidden-allowed",
				Text:    diag.Sprintf("flow %q allows all that flow %q forbids", allow.ID, deny.ID),
				Related: []diag.Pos{k.At("flow." + deny.ID)}})
		}
	}
}

// covers tells whether one flow opens all that another names.
func (k *productCheck) covers(allow, deny *Flow) bool {
	return allow.Ports.Covers(deny.Ports) && allow.SourcePorts.IsZero() &&
		k.coversEnds(allow.From, deny.From) && k.coversEnds(allow.To, deny.To)
}

// coversEnds tells whether every endpoint of b is within one of a: the same,
// or one that stands for the same whole zone or for any.
func (k *productCheck) coversEnds(a, b []string) bool {
	for _, id := range b {
		within := func(other string) bool {
			if other == id {
				return true
			}
			x, y := k.p.Endpoint(other), k.p.Endpoint(id)
			if x == nil || y == nil || x.Self || y.Self || len(x.CIDR)+len(x.FQDN) > 0 {
				return false
			}
			return x.Zone == AnyZone || x.Zone == InternetZone && y.Zone == InternetZone
		}
		if !slices.ContainsFunc(a, within) {
			return false
		}
	}
	return true
}
