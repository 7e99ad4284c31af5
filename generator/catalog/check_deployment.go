package catalog

import (
	"net/netip"
	"slices"
	"strings"

	"portolan/generator/diag"
	"portolan/generator/netspec"
)

// deploymentCheck holds one network against the catalog and itself, as far as
// it can be told without knowing which flows are in; package network does the
// rest.
type deploymentCheck struct {
	at
	c     *Catalog
	d     *Deployment
	known Known
	taken map[netip.Addr]string // host address to the path it stands at
}

func (k *deploymentCheck) run() {
	k.taken = map[netip.Addr]string{}
	k.text(k.d)
	for i := range k.d.Instances {
		k.instance(&k.d.Instances[i])
	}
	k.zones()
	for i := range k.d.Firewalls {
		k.firewall(&k.d.Firewalls[i])
	}
	for i := range k.d.Hosts {
		k.host(&k.d.Hosts[i])
	}
	k.accepts(k.d.Accept)
}

func (k *deploymentCheck) zoneIDs() []string {
	return ids(k.c.Zones, func(z *Zone) string { return z.ID })
}

func (k *deploymentCheck) zones() {
	for i := range k.d.Zones {
		z := &k.d.Zones[i]
		path := "zone." + z.ID
		if z.ID == AnyZone || k.c.Zone(z.ID) == nil {
			k.unknown(path, "zone", z.ID, k.zoneIDs())
		}
		k.roles(path+".plays", z.Plays)
		for n, p := range z.CIDR {
			for j := range k.d.Zones[:i+1] {
				other := &k.d.Zones[j]
				limit := len(other.CIDR)
				if j == i {
					limit = n
				}
				for m, q := range other.CIDR[:limit] {
					if p.Overlaps(q.Prefix) {
						k.errorRelated(item(path+".cidr", n), item("zone."+other.ID+".cidr", m), "zone-overlap",
							diag.Sprintf("%s overlaps %s of zone %q", p, q, other.ID))
					}
				}
			}
		}
	}
}

func (k *deploymentCheck) firewall(f *Firewall) {
	path := "firewall." + f.ID
	k.id(path, f.ID)
	k.refs(path+".zones", "zone", f.Zones, k.zoneIDs())
	if len(f.Zones) == 1 {
		k.errorf(path+".zones", "bad-value", "a firewall stands between two zones or more")
	}
	if f.Platform != "" && !slices.Contains(k.known.Platforms, f.Platform) {
		k.unknown(path+".platform", "platform", f.Platform, k.known.Platforms)
	}
	if k.d.Host(f.ID) != nil {
		k.errorf(path, "duplicate", "%q is a host already: both name rule files", f.ID)
	}
}

func (k *deploymentCheck) host(h *Host) {
	path := "host." + h.ID
	k.id(path, h.ID)
	if h.Zone == AnyZone || k.c.Zone(h.Zone) == nil {
		k.unknown(path+".zone", "zone", h.Zone, k.zoneIDs())
	} else {
		k.addresses(h, path)
	}
	for i, a := range h.PublicAddress {
		k.take(item(path+".public_address", i), a.Addr)
	}
	k.roles(path+".plays", h.Plays)
	if h.TranslatedBy == "" {
		return
	}
	f := k.d.Firewall(h.TranslatedBy)
	switch {
	case f == nil:
		k.unknown(path+".translated_by", "firewall", h.TranslatedBy, ids(k.d.Firewalls, func(f *Firewall) string { return f.ID }))
	case len(h.PublicAddress) == 0:
		k.errorf(path+".translated_by", "bad-value", "nothing is translated: the host has no public_address")
	}
}

// addresses checks that a host's addresses lie in its zone: in its prefixes,
// or for a zone without any, in no other zone's.
func (k *deploymentCheck) addresses(h *Host, path string) {
	for i, a := range h.Address {
		k.take(item(path+".address", i), a.Addr)
		in := func(z *NetZone) bool {
			return z != nil && slices.ContainsFunc(z.CIDR, func(p netspec.Prefix) bool { return p.Contains(a.Addr) })
		}
		own := k.d.Zone(h.Zone)
		switch {
		case in(own):
			continue
		case own != nil && len(own.CIDR) > 0:
			k.errorf(item(path+".address", i), "address-outside-zone", "%s is not in zone %q", a, h.Zone)
			continue
		}
		for j := range k.d.Zones {
			if z := &k.d.Zones[j]; z.ID != h.Zone && in(z) {
				k.errorf(item(path+".address", i), "address-outside-zone", "%s is in zone %q, not in %q", a, z.ID, h.Zone)
			}
		}
	}
}

// take notes an address as used and reports one that is used already.
func (k *deploymentCheck) take(path string, a netip.Addr) {
	if first, ok := k.taken[a]; ok {
		k.errorRelated(path, first, "duplicate-address", diag.Sprintf("%s is the address of another host already", a))
		return
	}
	k.taken[a] = path
}

// roles checks a list of "instance/endpoint".
func (k *deploymentCheck) roles(path string, roles []string) {
	for i, role := range roles {
		inst, end, ok := strings.Cut(role, "/")
		instance := k.d.Instance(inst)
		switch {
		case !ok:
			k.errorf(item(path, i), "unknown-role", "%q is not of the form instance/endpoint", role)
			continue
		case instance == nil:
			k.unknown(item(path, i), "role", role, k.allRoles())
			continue
		}
		if p := k.c.Product(instance.Product); p != nil && p.Endpoint(end) == nil {
			k.unknown(item(path, i), "role", role, k.allRoles())
		}
		if slices.Contains(roles[:i], role) {
			k.errorf(item(path, i), "duplicate", "%q stands twice", role)
		}
	}
}

func (k *deploymentCheck) allRoles() []string {
	var out []string
	for _, i := range k.d.Instances {
		if p := k.c.Product(i.Product); p != nil {
			for _, e := range p.Endpoints {
				out = append(out, i.ID+"/"+e.ID)
			}
		}
	}
	return out
}

func (k *deploymentCheck) instance(v *Instance) {
	path := "product." + v.ID
	k.id(path, v.ID)
	where := path + ".product"
	if v.Product == "" {
		v.Product, where = v.ID, path
	}
	p := k.c.Product(v.Product)
	if p == nil {
		k.unknown(where, "product", v.Product, ids(k.c.Products, func(p **Product) string { return (*p).Slug }))
		return
	}
	features := ids(p.Features, func(f *Feature) string { return f.ID })
	flows := ids(p.Flows, func(f *Flow) string { return f.ID })
	k.refs(path+".features", "feature", unsigned(v.Features), features)
	k.refs(path+".flows", "flow", unsigned(v.Flows), flows)
	if v.Version != "" && !slices.Contains(p.Versions, v.Version) {
		k.unknown(path+".version", "version", v.Version, p.Versions)
	}
	for _, id := range sortedKeys(v.Ports) {
		k.changedPorts(path+".ports."+id, p, id, v)
	}
	for _, s := range p.Strand(v.Ports) {
		k.errorf(path+".ports."+s.By.ID, "port-not-allowed", "%s; %s", s.Text, s.Hint)
	}
	for _, id := range sortedKeys(v.Via) {
		if !slices.Contains(flows, id) {
			k.unknown(path+".via."+id, "flow", id, flows)
		}
		if k.d.Firewall(v.Via[id]) == nil {
			k.unknown(path+".via."+id, "firewall", v.Via[id], ids(k.d.Firewalls, func(f *Firewall) string { return f.ID }))
		}
	}
}

// changedPorts holds a flow's own ports in this network against what the
// product allows.
func (k *deploymentCheck) changedPorts(path string, p *Product, id string, v *Instance) {
	f := p.Flow(id)
	if f == nil {
		k.unknown(path, "flow", id, ids(p.Flows, func(f *Flow) string { return f.ID }))
		return
	}
	ports := v.Ports[id]
	switch {
	case !ports.Known() || ports.HasAnyPort() || ports.IsAny():
		k.errorf(path, "bad-value", "ports of a network are numbers, not %q", ports)
	case !f.Allowed.IsZero() && !f.Allowed.Covers(ports):
		k.errorf(path, "port-not-allowed", "%q is outside of what the product allows, %q", ports, f.Allowed)
	case f.Allowed.IsZero() && !f.Configurable && f.Ports.Known() && !f.Ports.Covers(ports):
		k.warnf(path, "port-not-configurable", "the source does not say that the port of flow %q can be changed from %q", id, f.Ports)
	}
	if !slices.Equal(ports.Transports(), f.Ports.Transports()) {
		k.errorf(path, "port-not-allowed", "flow %q is on %q: the transport cannot be changed", id, f.Ports)
	}
	narrowed := f.Dynamic && f.Ports.Covers(ports) // a smaller range of data ports serves all of them
	if f.Ports.Known() && !f.Ports.HasAnyPort() && f.Ports.Len() > ports.Len() && !narrowed {
		k.warnf(path, "ports-dropped", "%q replaces all of %q", ports, f.Ports)
	}
}

// unsigned strips the "-" that takes a feature or flow out.
func unsigned(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.TrimPrefix(s, "-")
	}
	return out
}

func (k *deploymentCheck) errorRelated(path, related, code, text string) {
	k.sink.Add(diag.Diagnostic{Pos: k.At(path), Code: code, Text: text, Related: []diag.Pos{k.At(related)}})
}
