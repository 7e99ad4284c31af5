package api

import "portolan/generator/policy"

// Platforms is platforms.json.
func (a *API) Platforms() []byte {
	return encode(&PlatformList{Envelope: a.envelope(), Platforms: list(a.o.Platforms, func(p *policy.Platform) Platform {
		i := (*p).Info()
		return Platform{
			ID: i.ID, Title: i.Title, Vendor: i.Vendor, Group: string(i.Group), Language: i.Language, Extension: i.Ext,
			OnHosts: i.Hosts, BetweenZones: i.Perimeters, Closes: i.Closes,
			SourcePorts: !i.NoSourcePorts, Forbids: i.Denies != policy.NoDenies, Stateless: i.Stateless,
			Proof: some(i.Proof), Page: page("/platforms/" + i.ID + "/"),
		}
	})})
}
