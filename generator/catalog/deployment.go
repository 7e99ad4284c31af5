package catalog

import (
	"cmp"

	"portolan/generator/diag"
	"portolan/generator/netspec"
)

// Deployment is data/deployments/<slug>.toml, one concrete network.
type Deployment struct {
	// Slug is the file's name without its extension.
	Slug string       `toml:"-"`
	At   diag.Locator `toml:"-"`

	// Name is what people call it.
	Name string `toml:"name,required"`
	// Summary says in a sentence or two what it shows.
	Summary string `toml:"summary"`
	// Zones are the zones of zones.toml that this network has.
	Zones []NetZone `toml:"zone,keyed"`
	// Firewalls stand between zones.
	Firewalls []Firewall `toml:"firewall,keyed"`
	// Hosts are the machines.
	Hosts []Host `toml:"host,keyed"`
	// Instances are the products on them.
	Instances []Instance `toml:"product,keyed"`
	// Accept are the warnings about this file that may stand.
	Accept []Acceptance `toml:"accept,keyed"`
}

// NetZone is a zone with this network's addresses.
type NetZone struct {
	// ID is an id of zones.toml.
	ID string `toml:",key"`
	// CIDR are its addresses; empty only where no host has one.
	CIDR []netspec.Prefix `toml:"cidr"`
	// Plays are the instance/endpoint roles that any host of the zone may have.
	Plays []string `toml:"plays"`
}

// Firewall joins two or more zones.
type Firewall struct {
	// ID is its name in rules and file names.
	ID string `toml:",key"`
	// Name is what people call it.
	Name string `toml:"name,required"`
	// Zones are the zones it stands between.
	Zones []string `toml:"zones,required"`
	// Platform is the firewall's kind, a platform id; empty: not said.
	Platform string `toml:"platform"`
	// Egress are the source addresses that inside hosts show beyond it.
	Egress []netspec.Addr `toml:"egress"`
}

// Host is one machine.
type Host struct {
	// ID is its name in rules and file names.
	ID string `toml:",key"`
	// Name is what people call it; empty: the id.
	Name string `toml:"name"`
	// Zone is where it stands.
	Zone string `toml:"zone,required"`
	// Address are its own addresses.
	Address []netspec.Addr `toml:"address,required"`
	// PublicAddress are the addresses that outsiders reach it by.
	PublicAddress []netspec.Addr `toml:"public_address"`
	// TranslatedBy is the firewall that translates; empty: the outermost.
	TranslatedBy string `toml:"translated_by"`
	// Plays are the instance/endpoint roles that it has.
	Plays []string `toml:"plays"`
}

// Instance is a product as it is used in this network.
type Instance struct {
	// ID is what roles name it by.
	ID string `toml:",key"`
	// Product is the product's slug; empty in the file: the instance's id.
	Product string `toml:"product"`
	// Features are added to the defaults; "-" before one takes it out.
	Features []string `toml:"features"`
	// Flows are single flows asked for, or refused with "-", by id.
	Flows []string `toml:"flows"`
	// Version is the product's version; empty: the newest.
	Version string `toml:"version"`
	// Ports are changed ports by flow id; each replaces the flow's whole set.
	// Flows that follow one of these go with it.
	Ports map[string]netspec.PortSet `toml:"ports"`
	// Via names the firewall that a flow takes where two chains are equally short.
	Via map[string]string `toml:"via"`
}

// Title is what people call the host: its name, else its id.
func (h *Host) Title() string { return cmp.Or(h.Name, h.ID) }

// Zone returns the network's zone with that id, nil if it has none.
func (d *Deployment) Zone(id string) *NetZone {
	return find(d.Zones, func(z *NetZone) string { return z.ID }, id)
}

// Firewall returns the firewall with that id, nil if there is none.
func (d *Deployment) Firewall(id string) *Firewall {
	return find(d.Firewalls, func(f *Firewall) string { return f.ID }, id)
}

// Host returns the host with that id, nil if there is none.
func (d *Deployment) Host(id string) *Host {
	return find(d.Hosts, func(h *Host) string { return h.ID }, id)
}

// Instance returns the instance with that id, nil if there is none.
func (d *Deployment) Instance(id string) *Instance {
	return find(d.Instances, func(i *Instance) string { return i.ID }, id)
}
