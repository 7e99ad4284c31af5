package api

import (
	"crypto/sha256"
	"encoding/hex"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/ports"
)

// Ports is ports.json.
func (a *API) Ports() []byte {
	d := PortList{Envelope: a.envelope(), Ports: list(a.x.Pages(), a.portItem), AnyPort: []AnyPort{}}
	for _, t := range []netspec.Transport{netspec.TCP, netspec.UDP, netspec.SCTP} {
		if uses := a.x.AnyPort(t); len(uses) > 0 {
			d.AnyPort = append(d.AnyPort, AnyPort{t.String(), list(uses, use)})
		}
	}
	return encode(&d)
}

func (a *API) portItem(p *ports.Page) PortItem {
	item := PortItem{
		Transport: p.Transport.String(), First: p.First, Last: p.Last, PortsText: p.String(),
		Services: a.services(*p), Page: page(p.Path()),
	}
	if p.Single() {
		item.URL = url(PortPath(*p))
	}
	return item
}

// Port is ports/<transport>/<port>.json, of a page of a single port.
func (a *API) Port(p ports.Page) []byte {
	uses := a.x.Uses(p.Transport, p.First, p.Last)
	return encode(&Port{
		Envelope:  Envelope{SchemaVersion, usesVersion(uses)},
		Transport: p.Transport.String(), Port: p.First, PortsText: p.String(),
		Services:     a.services(p),
		Uses:         list(uses, use),
		AnyPortCount: len(a.x.AnyPort(p.Transport)),
		Page:         page(p.Path()),
	})
}

// usesVersion is a hash over the data of the products that use a port.
func usesVersion(uses []ports.Use) string {
	h := sha256.New()
	for _, u := range uses {
		h.Write([]byte(u.Product.Slug + "\x00" + u.Product.DataVersion + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func (a *API) services(p ports.Page) []string {
	return list(a.x.Services(p.Transport, p.First, p.Last), func(s **catalog.Service) string { return (*s).ID })
}

func use(u *ports.Use) Use {
	return Use{
		Product: u.Product.Slug, Flow: u.Flow.ID, Direction: u.Flow.Direction, Service: u.Flow.Service,
		Part: u.Part, PortsText: u.Ports().String(), Need: u.Flow.Need, Relation: u.Relation,
		URL: url(ProductPath(u.Product.Slug)), Page: productPage(u.Product.Slug, u.Flow.ID),
	}
}

// Services is services.json.
func (a *API) Services() []byte {
	used := map[string][]ServiceUse{}
	for _, p := range a.c.Products {
		for i := range p.Flows {
			f := &p.Flows[i]
			by := used[f.Service]
			if n := len(by); n > 0 && by[n-1].Product == p.Slug {
				by[n-1].Flows = append(by[n-1].Flows, f.ID)
				continue
			}
			used[f.Service] = append(by, ServiceUse{p.Slug, []string{f.ID}})
		}
	}
	return encode(&ServiceList{
		Envelope: a.envelope(),
		Services: list(a.c.Services, func(s *catalog.Service) Service {
			return Service{
				ID: s.ID, Name: s.Name, Ports: ranges(s.Ports), PortsText: s.Ports.String(), Encryption: some(s.Encryption),
				IANA: s.IANA, Reference: s.Reference, Note: s.Note.Source, NoteHTML: a.html(s.Note),
				UsedBy: some(used[s.ID]), Page: page("/services/" + s.ID + "/"),
			}
		}),
	})
}
