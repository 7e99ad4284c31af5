package network

import (
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// Disagreement is one matter on which the documents of a link differ. The
// citations are those of its two flows.
type Disagreement struct {
	About Matter
	// Client and Server are what each says of ports; zero for other matters.
	Client, Server netspec.PortSet
}

// Matter is what documents can differ in.
type Matter uint8

const (
	// OtherPorts are ports that the listener's document does not have.
	OtherPorts Matter = iota
	// OtherTransports are transports that only one of the documents has.
	OtherTransports
	// OtherSourcePorts are source ports that the initiator's document does not have.
	OtherSourcePorts
	// OtherProtection is protection that excludes each other's.
	OtherProtection
	// OtherPlace is a client outside the zone in which the server's document has its clients.
	OtherPlace
)

// agree settles the ports and notes what the documents differ in; false where
// no transport is in both.
func (l *PairLink) agree() bool {
	opener, listener := l.Initiator(), l.Listener()
	said, heard := opener.Ports, listener.Ports
	l.Ports, l.ByClient = heard, l.Back
	differ := func(m Matter, client, server netspec.PortSet) {
		l.Disagreements = append(l.Disagreements, Disagreement{m, client, server})
	}
	var common, only []netspec.Range
	for r := range heard.Ranges() {
		if slices.Contains(said.Transports(), r.Transport) || r.Transport == netspec.Any || said.IsAny() {
			common = append(common, r)
		} else {
			only = append(only, r)
		}
	}
	if len(common) == 0 {
		return false
	}
	l.Ports = netspec.NewPortSet(common...)
	if len(only) > 0 || len(said.Transports()) > len(l.Ports.Transports()) {
		differ(OtherTransports, l.Client.Ports, l.Server.Ports)
	}
	switch open := said.HasAnyPort() || !said.Known() || opener.PortsFrom == catalog.FromPeer; {
	case open && said.Known() && !said.Covers(l.Ports) && l.Ports.Known():
		differ(OtherPorts, l.Client.Ports, l.Server.Ports)
	case open:
	case !l.Ports.Known(), l.Ports.HasAnyPort():
		l.Ports, l.ByClient = said, !l.Back
	case len(only) == 0 && l.Ports.Covers(said):
		l.Ports = said
	case !said.Covers(l.Ports):
		differ(OtherPorts, l.Client.Ports, l.Server.Ports)
	}
	l.SourcePorts = opener.SourcePorts
	if !listener.SourcePorts.IsZero() && !listener.SourcePorts.Equal(opener.SourcePorts) {
		differ(OtherSourcePorts, l.Client.SourcePorts, l.Server.SourcePorts)
	}
	if excludes(l.Client.Encryption, l.Server.Encryption) {
		differ(OtherProtection, netspec.PortSet{}, netspec.PortSet{})
	}
	return true
}

// excludes tells whether two statements of protection have nothing in common.
func excludes(a, b []catalog.Encryption) bool {
	ways := func(list []catalog.Encryption) []catalog.Encryption {
		return slices.DeleteFunc(slices.Clone(list), func(e catalog.Encryption) bool { return e == catalog.Payload })
	}
	a, b = ways(a), ways(b)
	return len(a) > 0 && len(b) > 0 && !slices.ContainsFunc(a, func(e catalog.Encryption) bool { return slices.Contains(b, e) })
}

// place notes a client that stands outside the zones in which the server's
// document has those that call it. Outside, zones have no borders.
func (l *PairLink) place(b *catalog.Product, calling []string) {
	if l.Back {
		return
	}
	within := func(id string) bool {
		zone := b.Endpoint(id).Zone
		return outside(zone) || slices.ContainsFunc(l.Here, func(e *catalog.Endpoint) bool { return e.Zone == zone })
	}
	if !slices.ContainsFunc(calling, within) {
		l.Disagreements = append(l.Disagreements, Disagreement{About: OtherPlace})
	}
}

func outside(zone string) bool {
	return zone == catalog.AnyZone || zone == catalog.InternetZone || zone == "partner" || zone == "cloud"
}

// usual marks the links that are in by default, and of those that can stand
// in for each other one, if none is.
func usual(a, b *catalog.Product, links []PairLink) {
	on := func(p *catalog.Product) map[*catalog.Flow]bool {
		s, _ := Select(p, Choice{}) // the defaults have no faults
		out := make(map[*catalog.Flow]bool, len(s.Flows))
		for _, f := range s.Flows {
			out[f] = true
		}
		return out
	}
	client, server := on(a), on(b)
	best := map[string]int{}
	for i := range links {
		l := &links[i]
		l.Default = client[l.Client] && server[l.Server]
		kind := standIn(l.Server.Service)
		switch j, ok := best[kind]; {
		case len(l.Controls) > 0:
			continue
		case l.Default:
			l.Usual = true
			best[kind] = -1
		case !ok, j >= 0 && better(l, &links[j], client, server):
			best[kind] = i
		}
	}
	for _, i := range best {
		if i >= 0 {
			links[i].Usual = true
		}
	}
	for i := range links {
		d := &links[i]
		for _, c := range d.Controls {
			switch {
			case !links[c].Usual:
			case links[c].Default:
				d.Usual = d.Usual || d.Default
			default:
				d.Usual = d.Usual || !d.Back && d.Client.Status != catalog.Discouraged && d.Server.Status != catalog.Discouraged
			}
		}
	}
}

// better tells whether a link is rather to be used than another before it.
func better(l, o *PairLink, client, server map[*catalog.Flow]bool) bool {
	rank := func(l *PairLink) (n int) {
		if protected(l) {
			n += 8
		}
		for _, on := range []bool{client[l.Client], server[l.Server]} {
			if on {
				n += 2
			}
		}
		if l.Client.Status != catalog.Discouraged && l.Server.Status != catalog.Discouraged {
			n++
		}
		return n
	}
	return rank(l) > rank(o)
}

// protected tells whether a document says that it is, and no clear text is allowed.
func protected(l *PairLink) bool {
	list := l.Client.Encryption
	if len(list) == 0 {
		list = l.Server.Encryption
	}
	return len(list) > 0 && !slices.Contains(list, catalog.Clear)
}

// standIn are services of which one does instead of another, by the word for
// what they do; a service without an entry stands for itself.
func standIn(service string) string {
	switch {
	case transfer[service], service == "http", service == "https":
		return "transfer"
	case service == "ldap", service == "ldaps":
		return "directory"
	case service == "global-catalog", service == "global-catalog-tls":
		return "global catalog"
	}
	return service
}
