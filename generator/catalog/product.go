package catalog

import (
	"slices"

	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/note"
)

// Product is data/products/<slug>.toml.
type Product struct {
	// Slug is the file's name without its extension.
	Slug string       `toml:"-"`
	At   diag.Locator `toml:"-"`
	// DataVersion is a hash over the file and the vocabulary: it changes when
	// what is said of this product may have changed, and not otherwise.
	DataVersion string `toml:"-"`

	// Name is the product's name.
	Name string `toml:"name,required"`
	// Vendor is who makes it.
	Vendor string `toml:"vendor,required"`
	// Kind is what it is: server, appliance, client or service.
	Kind Kind `toml:"kind,required"`
	// Summary says in a sentence or two what it does on the network.
	Summary string `toml:"summary,required"`
	// Category is what lists and the matrix group it under, an id such as
	// "file-transfer-server"; empty: its kind.
	Category string `toml:"category"`
	// Tags are ids that people filter by: "windows", "open-source".
	Tags []string `toml:"tags"`
	// Aliases are other names that people search for.
	Aliases []string `toml:"aliases"`
	// Homepage is the vendor's page of the product.
	Homepage string `toml:"homepage"`
	// Reviewed is when the file was last held against its sources.
	Reviewed Date `toml:"reviewed"`
	// Versions are the product's versions that since and until may name, newest last.
	Versions []string `toml:"versions"`

	// Endpoints are the parties of its flows.
	Endpoints []Endpoint `toml:"endpoint,keyed"`
	// Features are what switches flows on and off.
	Features []Feature `toml:"feature,keyed"`
	// Flows are its connections.
	Flows []Flow `toml:"flow,keyed"`
	// Constraints are what a firewall, proxy or network must (not) do.
	Constraints []Constraint `toml:"constraint,keyed"`
	// Software is what must be installed or approved.
	Software []Software `toml:"software,keyed"`
	// Sources are the documents that the facts come from.
	Sources []Source `toml:"source,keyed"`
	// Accept are the warnings about this file that may stand.
	Accept []Acceptance `toml:"accept,keyed"`
}

// Endpoint is a party of a flow: a role, not a host.
type Endpoint struct {
	// ID is what flows name it by.
	ID string `toml:",key"`
	// Name is what people call it.
	Name string `toml:"name,required"`
	// Zone is where it stands, an id of zones.toml or "any".
	Zone string `toml:"zone,required"`
	// Self tells that it is part of this product.
	Self bool `toml:"self"`
	// ManagedSet is what the file says of Managed; nil: nothing.
	ManagedSet *bool `toml:"managed"`
	// Many tells that it is several hosts that also talk to each other.
	Many bool `toml:"many"`
	// FQDN are its names, with "*." and "{placeholder}" parts.
	FQDN []string `toml:"fqdn"`
	// CIDR are its addresses.
	CIDR []netspec.Prefix `toml:"cidr"`
	// Note is what a reader should know of it.
	Note note.Note `toml:"note"`

	// Managed tells that the reader sets the firewall on it: what the file
	// says, else true for the product's own endpoints unless its vendor runs
	// them (kind "service").
	Managed bool `toml:"-"`
}

// Feature is a function of the product that switches flows on.
type Feature struct {
	// ID is what flows name it by.
	ID string `toml:",key"`
	// Name is what people call it.
	Name string `toml:"name,required"`
	// Default tells that it is on unless switched off.
	Default bool `toml:"default"`
	// Group names the features of which at most one can be on; empty: none.
	Group string `toml:"group"`
	// Note is what a reader should know of it.
	Note note.Note `toml:"note"`
}

// Flow is one connection of one service as its initiator opens it.
type Flow struct {
	// ID is stable and never reused: the row's anchor and the API's key.
	ID string `toml:",key"`
	// Service is what it speaks, an id of services.toml.
	Service string `toml:"service,required"`
	// From are the initiators, each of which applies.
	From []string `toml:"from,required"`
	// To are the listeners, each of which applies.
	To []string `toml:"to,required"`
	// Ports are the listener's ports.
	Ports netspec.PortSet `toml:"ports,required"`
	// Follows ties the ports to those of another flow, of which Ports then are
	// the default: whoever changes the one changes the other.
	Follows Follows `toml:"follows"`
	// SourcePorts are the initiator's ports; a transport absent from it means any.
	SourcePorts netspec.PortSet `toml:"source_ports"`
	// PortsFrom is "peer" where the other product's document sets the range.
	PortsFrom PortsFrom `toml:"ports_from"`
	// Allocation is how a range is used.
	Allocation Allocation `toml:"allocation"`
	// Dynamic tells that the port is negotiated at run time.
	Dynamic bool `toml:"dynamic"`
	// Variants are what other sources say of the same flow; shown, never opened.
	Variants []Variant `toml:"variants"`
	// FallbackOf is the flow that this one stands in for when it is blocked.
	FallbackOf string `toml:"fallback_of"`
	// Carries are the flows that end where this one ends and whose data goes on
	// inside it: a tunnel, which its initiator opens. So they need no rule from
	// its listener to its initiator.
	Carries []string `toml:"carries"`
	// Need tells whether it must be open.
	Need Need `toml:"need,required"`
	// Feature is what switches it on: any of these, "+" joining what must all be on.
	Feature []string `toml:"feature"`
	// When is the condition in words.
	When string `toml:"when"`
	// Without is what stops working when it is closed.
	Without string `toml:"without"`
	// Status is the vendor's judgement.
	Status Status `toml:"status"`
	// Configurable tells that the port can be changed.
	Configurable bool `toml:"configurable"`
	// Setting is where it is changed.
	Setting string `toml:"setting"`
	// Allowed is what it may be changed to; empty: not stated.
	Allowed netspec.PortSet `toml:"allowed"`
	// Encryption is how it is protected, any of these; empty: not stated.
	Encryption []Encryption `toml:"encryption"`
	// TLSMin is the lowest TLS version that is accepted.
	TLSMin TLSVersion `toml:"tls_min"`
	// Related are flows that belong together, such as control and data.
	Related []string `toml:"related"`
	// Since is the first product version that has it; empty: the first of all.
	Since string `toml:"since"`
	// Until is the last product version that has it; empty: the newest.
	Until string `toml:"until"`
	// Note is what a reader should know of it.
	Note note.Note `toml:"note"`
	// Source is where it is written, "source-id#section".
	Source []string `toml:"source,required"`
	// Erratum tells where the source contradicts itself or a standard, and
	// why it is read as it is.
	Erratum string `toml:"erratum"`

	// Direction is derived from the ends.
	Direction Direction `toml:"-"`
	// Conditions is Feature taken apart: any of them, all features of one.
	Conditions [][]string `toml:"-"`
	// Sources is Source taken apart.
	Sources []Citation `toml:"-"`
	// Advice is what we say of it, never the vendor.
	Advice []Advice `toml:"-"`
}

// Follows ties the ports of a flow to those of another flow of the product.
type Follows struct {
	// Flow is the flow whose ports they go by; empty: none.
	Flow string `toml:"flow,required"`
	// Add is what is added to each of them, from -65534 to 65534; 0: they are the same ports.
	Add int `toml:"add"`
}

// Variant is what another source says of a flow's ports.
type Variant struct {
	// Ports are the listener's ports in that source.
	Ports netspec.PortSet `toml:"ports,required"`
	// Note says where that holds, or in what else the source differs.
	Note note.Note `toml:"note"`
	// Source is where it is written.
	Source []string `toml:"source,required"`

	Sources []Citation `toml:"-"`
}

// Constraint is what a firewall, proxy or network must or must not do.
type Constraint struct {
	// ID is the anchor.
	ID string `toml:",key"`
	// Kind is what it is about.
	Kind ConstraintKind `toml:"kind,required"`
	// Flows are the flows it touches; empty: the whole product.
	Flows []string `toml:"flows"`
	// Note is what it says.
	Note note.Note `toml:"note,required"`
	// Source is where it is written.
	Source []string `toml:"source,required"`

	Sources []Citation `toml:"-"`
}

// Software is what must be installed or approved on a machine.
type Software struct {
	// ID is the anchor.
	ID string `toml:",key"`
	// Platform is the operating system.
	Platform string `toml:"platform,required"`
	// Name is the driver, extension or program.
	Name string `toml:"name,required"`
	// Identifiers are what an administrator approves it by.
	Identifiers map[string]string `toml:"identifiers"`
	// Note is what a reader should know of it.
	Note note.Note `toml:"note"`
	// Source is where it is written.
	Source []string `toml:"source,required"`

	Sources []Citation `toml:"-"`
}

// Source is a document.
type Source struct {
	// ID is what citations name it by.
	ID string `toml:",key"`
	// Title is its title.
	Title string `toml:"title,required"`
	// Publisher is who published it.
	Publisher string `toml:"publisher,required"`
	// URL is its address.
	URL string `toml:"url"`
	// Retrieved is when it was read.
	Retrieved Date `toml:"retrieved"`
	// DocumentVersion is the version or date that it carries.
	DocumentVersion string `toml:"document_version"`
}

// Citation names a source and, where known, the section.
type Citation struct {
	ID      string
	Section string
}

// Advice is a remark of ours on a vendor's statement. Code is that of the
// warning which the checks give.
type Advice struct {
	Code string
	Text string
}

// Endpoint returns the endpoint with that id, nil if there is none.
func (p *Product) Endpoint(id string) *Endpoint {
	return find(p.Endpoints, func(e *Endpoint) string { return e.ID }, id)
}

// Feature returns the feature with that id, nil if there is none.
func (p *Product) Feature(id string) *Feature {
	return find(p.Features, func(f *Feature) string { return f.ID }, id)
}

// Flow returns the flow with that id, nil if there is none.
func (p *Product) Flow(id string) *Flow {
	return find(p.Flows, func(f *Flow) string { return f.ID }, id)
}

// Tunnels are the flows inside which the data of a flow goes on, in the
// file's order.
func (p *Product) Tunnels(f *Flow) (out []*Flow) {
	for i := range p.Flows {
		if slices.Contains(p.Flows[i].Carries, f.ID) {
			out = append(out, &p.Flows[i])
		}
	}
	return out
}

// Source returns the source with that id, nil if there is none.
func (p *Product) Source(id string) *Source {
	return find(p.Sources, func(s *Source) string { return s.ID }, id)
}
