package api

import (
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/network"
)

// Deployments is deployments.json.
func (a *API) Deployments() []byte {
	return encode(&DeploymentList{
		Envelope: a.envelope(),
		Deployments: list(a.c.Deployments, func(p **catalog.Deployment) DeploymentItem {
			d := *p
			item := DeploymentItem{Slug: d.Slug, Name: d.Name, Summary: d.Summary, Products: []string{},
				URL: url(DeploymentPath(d.Slug)), Page: page("/deployments/" + d.Slug + "/")}
			for _, v := range d.Instances {
				if !slices.Contains(item.Products, v.Product) {
					item.Products = append(item.Products, v.Product)
				}
			}
			return item
		}),
	})
}

// Deployment is deployments/<slug>.json, of a network as package network has
// worked it out.
func (a *API) Deployment(n *network.Network) []byte {
	d := n.Deployment
	return encode(&Deployment{
		Envelope: a.envelope(),
		Slug:     d.Slug, Name: d.Name, Summary: d.Summary,
		Zones: list(n.Zones, func(id *string) Zone { return a.zone(d, *id) }),
		Firewalls: list(d.Firewalls, func(f *catalog.Firewall) Firewall {
			return Firewall{f.ID, f.Name, some(f.Zones), f.Platform, texts(f.Egress)}
		}),
		Hosts: list(d.Hosts, func(h *catalog.Host) Host {
			host := Host{ID: h.ID, Name: h.Name, Zone: h.Zone, Address: texts(h.Address),
				PublicAddress: texts(h.PublicAddress), Plays: some(h.Plays)}
			if host.Name == "" {
				host.Name = h.ID
			}
			if f := n.Translator(a.c, h); f != nil {
				host.TranslatedBy = f.ID
			}
			return host
		}),
		Instances: list(d.Instances, a.instance),
		Links:     connections(n),
		Translations: list(n.Mappings(a.c), func(m *network.Mapping) Translation {
			return Translation{m.Host.ID, m.By.ID, m.Public.String(), m.Own.String()}
		}),
		Findings: list(network.Findings(a.c, n), found),
	})
}

func found(f *network.Finding) Finding {
	out := Finding{Code: f.Code, Text: f.Text, Advice: f.Hint}
	if f.Row != nil {
		out.Row = f.Row.Number
	}
	if f.Firewall != nil {
		out.Firewall = f.Firewall.ID
	}
	if f.Host != nil {
		out.Host = f.Host.ID
	}
	return out
}

func (a *API) zone(d *catalog.Deployment, id string) Zone {
	z := Zone{ID: id, Name: id, CIDR: []string{}, Plays: []string{}}
	if known := a.c.Zone(id); known != nil {
		z.Name = known.Name
	}
	if own := d.Zone(id); own != nil {
		z.CIDR, z.Plays = texts(own.CIDR), some(own.Plays)
	}
	return z
}

func (a *API) instance(v *catalog.Instance) Instance {
	out := Instance{ID: v.ID, Product: v.Product, Version: v.Version, Features: []string{}, Flows: []string{}, Ports: map[string]string{}}
	for flow, set := range v.Ports {
		out.Ports[flow] = set.String()
	}
	p := a.c.Product(v.Product)
	if p == nil {
		return out
	}
	s, _ := network.Select(p, network.Choice{Version: v.Version, Features: v.Features, Flows: v.Flows})
	out.Version = s.Version
	for _, f := range p.Features {
		if s.On[f.ID] {
			out.Features = append(out.Features, f.ID)
		}
	}
	for _, f := range s.Flows {
		out.Flows = append(out.Flows, f.ID)
	}
	return out
}

func connections(n *network.Network) []Link {
	out := make([]Link, 0, len(n.Links))
	for _, r := range n.Rows() {
		for _, l := range r.Links {
			out = append(out, connection(r.Number, l))
		}
	}
	return out
}

func connection(row int, l *network.Link) Link {
	return Link{
		Row: row, Instance: l.Instance.ID, Flow: l.Flow.ID, Service: l.Flow.Service, Direction: l.Flow.Direction, Need: l.Flow.Need,
		Ports: ranges(l.Ports), PortsText: l.Ports.String(), PortsKnown: l.Ports.Known(), SourcePorts: ranges(l.Flow.SourcePorts),
		From: party(l.From), To: party(l.To),
		Firewalls: list(l.Chain, func(f **catalog.Firewall) string { return (*f).ID }),
	}
}

func party(p network.Party) Party {
	return Party{
		Endpoint: p.Endpoint.ID, Zone: p.Zone, Whole: p.Whole,
		Hosts: list(p.Hosts, func(h **catalog.Host) string { return (*h).ID }),
	}
}
