package api

import (
	"portolan/generator/catalog"
	"portolan/generator/ports"
)

// The documents of version 1 as Go types. Every field is always present and
// none is null. The descriptions and the required lists of openapi.json are
// made of these types and their comments. The tag schema:"nonempty" says that
// a text or list is never empty, schema:"url" that a text is a URL reference.

// SchemaVersion is the version of the documents' form.
const SchemaVersion = 1

type schemaVersion int

// Envelope is what every document begins with.
type Envelope struct {
	// SchemaVersion is the version of the documents' form; a change that could break a reader raises it.
	SchemaVersion schemaVersion `json:"schema_version"`
	// DataVersion is a hash over the data behind the document: it changes when what the document says may have changed.
	DataVersion string `json:"data_version"`
}

// Index is the way in: where the other documents are and how much they hold.
type Index struct {
	Envelope
	// Title is the site's name.
	Title string `json:"title"`
	// Summary is one sentence about the site.
	Summary string `json:"summary"`
	// BaseURL is the site's own address; empty where it is not known.
	BaseURL string `json:"base_url" schema:"url"`
	// License is the SPDX expression of the licence that the data are under; empty where none is stated.
	License string `json:"license"`
	// Documents are the addresses of the lists.
	Documents Documents `json:"documents"`
	// Counts are how much there is.
	Counts IndexCounts `json:"counts"`
}

// Documents are the addresses of the lists, relative to the folder of index.json.
type Documents struct {
	// Products is the list of products.
	Products string `json:"products" schema:"nonempty,url"`
	// Ports is the list of ports and ranges.
	Ports string `json:"ports" schema:"nonempty,url"`
	// Services is the vocabulary of services.
	Services string `json:"services" schema:"nonempty,url"`
	// Deployments is the list of concrete networks.
	Deployments string `json:"deployments" schema:"nonempty,url"`
	// Platforms is the list of firewall platforms that there are rule files for.
	Platforms string `json:"platforms" schema:"nonempty,url"`
	// OpenAPI is the description of all documents.
	OpenAPI string `json:"openapi" schema:"nonempty,url"`
}

// IndexCounts are how much the site holds.
type IndexCounts struct {
	// Products is the number of products.
	Products int `json:"products"`
	// Flows is the number of flows of all products.
	Flows int `json:"flows"`
	// Ports is the number of ports and ranges with a page.
	Ports int `json:"ports"`
	// Services is the number of services in the vocabulary.
	Services int `json:"services"`
	// Deployments is the number of concrete networks.
	Deployments int `json:"deployments"`
}

// ProductList is all products in short.
type ProductList struct {
	Envelope
	// Products are in order of their slugs.
	Products []ProductItem `json:"products"`
}

// ProductHead is what a product is, in its own document and in the list.
type ProductHead struct {
	// Slug is its stable id.
	Slug string `json:"slug" schema:"nonempty"`
	// Name is the product's name.
	Name string `json:"name" schema:"nonempty"`
	// Vendor is who makes it.
	Vendor string `json:"vendor" schema:"nonempty"`
	// Kind is what it is.
	Kind catalog.Kind `json:"kind" schema:"nonempty"`
	// Summary says in a sentence or two what it does on the network.
	Summary string `json:"summary" schema:"nonempty"`
	// Category is what lists group it under, an id; empty where not stated.
	Category string `json:"category"`
	// Tags are ids to filter by.
	Tags []string `json:"tags"`
	// Aliases are other names that people search for.
	Aliases []string `json:"aliases"`
	// Homepage is the vendor's page of the product; empty where not stated.
	Homepage string `json:"homepage" schema:"url"`
	// Reviewed is when its data were last held against their sources; empty where not stated.
	Reviewed catalog.Date `json:"reviewed"`
	// Versions are the product's versions that since and until may name, newest last.
	Versions []string `json:"versions"`
}

// ProductItem is one product in short.
type ProductItem struct {
	ProductHead
	// Counts are how much is known of it.
	Counts ProductCounts `json:"counts"`
	// URL is the product's document, relative to the folder of index.json.
	URL string `json:"url" schema:"nonempty,url"`
	// Page is the product's page, relative to the folder of index.json.
	Page string `json:"page" schema:"nonempty,url"`
}

// ProductCounts are how much is known of a product.
type ProductCounts struct {
	// Endpoints is the number of endpoints.
	Endpoints int `json:"endpoints"`
	// Features is the number of features.
	Features int `json:"features"`
	// Flows is the number of flows.
	Flows int `json:"flows"`
	// Constraints is the number of constraints.
	Constraints int `json:"constraints"`
	// Software is the number of things that must be installed or approved.
	Software int `json:"software"`
	// Sources is the number of sources.
	Sources int `json:"sources"`
}

// Product is one product with all its facts. Lists are in the data file's order.
type Product struct {
	Envelope
	ProductHead
	// Endpoints are the parties of its flows.
	Endpoints []Endpoint `json:"endpoints" schema:"nonempty"`
	// Features are what switches flows on and off.
	Features []Feature `json:"features"`
	// Flows are its connections.
	Flows []Flow `json:"flows"`
	// Constraints are what a firewall, proxy or network must or must not do.
	Constraints []Constraint `json:"constraints"`
	// Software is what must be installed or approved.
	Software []Software `json:"software"`
	// Sources are the documents that the facts come from.
	Sources []Source `json:"sources"`
}

// Endpoint is a party of a flow: a role, not a host.
type Endpoint struct {
	// ID is what flows name it by.
	ID string `json:"id" schema:"nonempty"`
	// Name is what people call it.
	Name string `json:"name" schema:"nonempty"`
	// Zone is the network zone it stands in; "any" is every zone.
	Zone string `json:"zone" schema:"nonempty"`
	// Self tells that it is part of this product.
	Self bool `json:"self"`
	// Managed tells that the reader sets the firewall on it.
	Managed bool `json:"managed"`
	// Many tells that it is several hosts that also talk to each other.
	Many bool `json:"many"`
	// FQDN are its names, with "*." and "{placeholder}" parts.
	FQDN []string `json:"fqdn"`
	// CIDR are its addresses and prefixes.
	CIDR []string `json:"cidr"`
	// Note is what a reader should know of it, in Markdown.
	Note string `json:"note"`
	// NoteHTML is the note in HTML.
	NoteHTML string `json:"note_html"`
}

// Feature is a function of the product that switches flows on.
type Feature struct {
	// ID is what flows name it by.
	ID string `json:"id" schema:"nonempty"`
	// Name is what people call it.
	Name string `json:"name" schema:"nonempty"`
	// Default tells that it is on unless switched off.
	Default bool `json:"default"`
	// Group names the features of which at most one can be on; empty: none.
	Group string `json:"group"`
	// Note is what a reader should know of it, in Markdown.
	Note string `json:"note"`
	// NoteHTML is the note in HTML.
	NoteHTML string `json:"note_html"`
}

// Flow is one connection of one service as its initiator opens it; replies are implied.
type Flow struct {
	// ID is stable and never reused: the row's anchor on the product's page.
	ID string `json:"id" schema:"nonempty"`
	// Service is what it speaks, an id of services.json.
	Service string `json:"service" schema:"nonempty"`
	// From are the endpoints that initiate it, each of which applies.
	From []string `json:"from" schema:"nonempty"`
	// To are the endpoints that listen, each of which applies.
	To []string `json:"to" schema:"nonempty"`
	// Direction is seen from the product.
	Direction catalog.Direction `json:"direction" schema:"nonempty"`
	// Ports are the listener's ports.
	Ports []Range `json:"ports" schema:"nonempty"`
	// PortsText is the listener's ports in their normal form: "tcp/80,443 udp/443", "tcp/*" (any), "tcp/?" (not stated).
	PortsText string `json:"ports_text" schema:"nonempty"`
	// PortsKnown tells that the source states every port.
	PortsKnown bool `json:"ports_known"`
	// Follows is the flow whose ports these go by, so that both change together.
	Follows Follows `json:"follows"`
	// PortsFrom is "peer" where the other product's document sets the range.
	PortsFrom catalog.PortsFrom `json:"ports_from"`
	// Allocation is how a range is used; empty where not stated.
	Allocation catalog.Allocation `json:"allocation"`
	// Dynamic tells that the port is negotiated at run time.
	Dynamic bool `json:"dynamic"`
	// SourcePorts are the initiator's ports; a transport that is absent means any.
	SourcePorts []Range `json:"source_ports"`
	// Variants are what other sources say of the same flow; never to be opened.
	Variants []Variant `json:"variants"`
	// FallbackOf is the flow that this one stands in for when it is blocked; empty: none.
	FallbackOf string `json:"fallback_of"`
	// Carries are the flows whose data goes on inside this one, a tunnel that its initiator opens: they need no rule from its listener to its initiator.
	Carries []string `json:"carries"`
	// CarriedBy are the flows inside which its data goes on.
	CarriedBy []string `json:"carried_by"`
	// Need tells whether it must be open.
	Need catalog.Need `json:"need" schema:"nonempty"`
	// Features are what switches it on: any of these, of each all features; empty: nothing does.
	Features [][]string `json:"features"`
	// When is the condition in words.
	When string `json:"when"`
	// Without is what stops working when it is closed.
	Without string `json:"without"`
	// Status is the vendor's judgement; empty where not stated.
	Status catalog.Status `json:"status"`
	// Configurable tells that the port can be changed.
	Configurable bool `json:"configurable"`
	// Setting is where it is changed.
	Setting string `json:"setting"`
	// Allowed is what it may be changed to, in the form of ports_text; empty where not stated.
	Allowed string `json:"allowed"`
	// Encryption is how it is protected, any of these; empty where not stated.
	Encryption []catalog.Encryption `json:"encryption"`
	// TLSMin is the lowest TLS version that is accepted; empty where not stated.
	TLSMin catalog.TLSVersion `json:"tls_min"`
	// Related are flows that belong together, such as control and data.
	Related []string `json:"related"`
	// Since is the first product version that has it; empty: the first of all.
	Since string `json:"since"`
	// Until is the last product version that has it; empty: the newest.
	Until string `json:"until"`
	// Note is what a reader should know of it, in Markdown.
	Note string `json:"note"`
	// NoteHTML is the note in HTML.
	NoteHTML string `json:"note_html"`
	// Sources are where it is written.
	Sources []Citation `json:"sources" schema:"nonempty"`
	// Erratum tells where the source contradicts itself or a standard, and why it is read as it is.
	Erratum string `json:"erratum"`
	// Advice is what this site says of it, never the vendor.
	Advice []Advice `json:"advice"`
}

// Follows ties the ports of a flow to those of another flow of the product.
type Follows struct {
	// Flow is the flow whose ports they go by; empty: none.
	Flow string `json:"flow"`
	// Add is what is added to each of them; 0: they are the same ports.
	Add int `json:"add"`
}

// Range is some ports of one transport, bounds inclusive. A transport without
// ports, and a port that the source does not state, has 0 and 0; any port has
// 1 and 65535; ICMP has its type.
type Range struct {
	// Transport is tcp, udp, sctp, icmp, icmpv6, esp, ah, gre, ip/N or, of a forbidden flow, any.
	Transport string `json:"transport" schema:"nonempty"`
	// First is the first port.
	First uint16 `json:"first"`
	// Last is the last port.
	Last uint16 `json:"last"`
}

// Variant is what another source says of a flow's ports.
type Variant struct {
	// PortsText is the listener's ports in that source, in their normal form.
	PortsText string `json:"ports_text" schema:"nonempty"`
	// Note says where that holds, or in what else the source differs, in Markdown.
	Note string `json:"note"`
	// NoteHTML is the note in HTML.
	NoteHTML string `json:"note_html"`
	// Sources are where it is written.
	Sources []Citation `json:"sources" schema:"nonempty"`
}

// Citation names a place in a source.
type Citation struct {
	// ID is the source's id.
	ID string `json:"id" schema:"nonempty"`
	// Section is the place in it; empty where not stated.
	Section string `json:"section"`
}

// Advice is a remark of this site on a vendor's statement.
type Advice struct {
	// Code is the remark's stable name.
	Code string `json:"code" schema:"nonempty"`
	// Text is the remark.
	Text string `json:"text" schema:"nonempty"`
}

// Constraint is what a firewall, proxy or network must or must not do.
type Constraint struct {
	// ID is its anchor on the product's page.
	ID string `json:"id" schema:"nonempty"`
	// Kind is what it is about.
	Kind catalog.ConstraintKind `json:"kind" schema:"nonempty"`
	// Flows are the flows it touches; empty: the whole product.
	Flows []string `json:"flows"`
	// Note is what it says, in Markdown.
	Note string `json:"note" schema:"nonempty"`
	// NoteHTML is the note in HTML.
	NoteHTML string `json:"note_html"`
	// Sources are where it is written.
	Sources []Citation `json:"sources" schema:"nonempty"`
}

// Software is what must be installed or approved on a machine.
type Software struct {
	// ID is its anchor on the product's page.
	ID string `json:"id" schema:"nonempty"`
	// Platform is the operating system.
	Platform string `json:"platform" schema:"nonempty"`
	// Name is the driver, extension or program.
	Name string `json:"name" schema:"nonempty"`
	// Identifiers are what an administrator approves it by, in order of their names.
	Identifiers map[string]string `json:"identifiers"`
	// Note is what a reader should know of it, in Markdown.
	Note string `json:"note"`
	// NoteHTML is the note in HTML.
	NoteHTML string `json:"note_html"`
	// Sources are where it is written.
	Sources []Citation `json:"sources" schema:"nonempty"`
}

// Source is a document that facts come from.
type Source struct {
	// ID is what citations name it by.
	ID string `json:"id" schema:"nonempty"`
	// Title is its title.
	Title string `json:"title" schema:"nonempty"`
	// Publisher is who published it.
	Publisher string `json:"publisher" schema:"nonempty"`
	// URL is its address; empty where it has none.
	URL string `json:"url" schema:"url"`
	// Retrieved is when it was read; empty where not stated.
	Retrieved catalog.Date `json:"retrieved"`
	// DocumentVersion is the version or date that it carries; empty where not stated.
	DocumentVersion string `json:"document_version"`
}

// PortList is all ports and ranges with a page.
type PortList struct {
	Envelope
	// Ports are in order of their transports and numbers.
	Ports []PortItem `json:"ports"`
	// AnyPort are the flows that may use every port of a transport; the ports' own documents don't repeat them.
	AnyPort []AnyPort `json:"any_port"`
}

// PortItem is one port or range in short.
type PortItem struct {
	// Transport is tcp, udp or sctp.
	Transport string `json:"transport" schema:"nonempty"`
	// First is the first port.
	First uint16 `json:"first"`
	// Last is the last port; of a single port the same as the first.
	Last uint16 `json:"last"`
	// PortsText is both in the form of the data: "tcp/443", "tcp/28000-30000".
	PortsText string `json:"ports_text" schema:"nonempty"`
	// Services are the services whose usual ports include one of these.
	Services []string `json:"services"`
	// URL is the port's document, relative to the folder of index.json; empty for a range.
	URL string `json:"url" schema:"url"`
	// Page is the page, relative to the folder of index.json.
	Page string `json:"page" schema:"nonempty,url"`
}

// AnyPort is the flows that may use every port of one transport.
type AnyPort struct {
	// Transport is tcp, udp or sctp.
	Transport string `json:"transport" schema:"nonempty"`
	// Uses are in order of products and flows.
	Uses []Use `json:"uses" schema:"nonempty"`
}

// Port is one port and everything that uses it.
type Port struct {
	Envelope
	// Transport is tcp, udp or sctp.
	Transport string `json:"transport" schema:"nonempty"`
	// Port is the port's number.
	Port uint16 `json:"port"`
	// PortsText is both in the form of the data: "tcp/443".
	PortsText string `json:"ports_text" schema:"nonempty"`
	// Services are the services whose usual ports include it.
	Services []string `json:"services"`
	// Uses are the flows that name it, alone or in a wider range.
	Uses []Use `json:"uses"`
	// AnyPortCount is the number of flows that may use any port of the transport, and so this one too; ports.json lists them.
	AnyPortCount int `json:"any_port_count"`
	// Page is the port's page, relative to the folder of index.json.
	Page string `json:"page" schema:"nonempty,url"`
}

// Use is one flow that uses a port.
type Use struct {
	// Product is the product's slug.
	Product string `json:"product" schema:"nonempty"`
	// Flow is the flow's id.
	Flow string `json:"flow" schema:"nonempty"`
	// Direction is seen from the product.
	Direction catalog.Direction `json:"direction" schema:"nonempty"`
	// Service is what the flow speaks, an id of services.json.
	Service string `json:"service" schema:"nonempty"`
	// Part tells whether the port is the listener's, the initiator's (source) or only a variant of another source.
	Part ports.Part `json:"part" schema:"nonempty"`
	// PortsText is all ports of that part in their normal form.
	PortsText string `json:"ports_text" schema:"nonempty"`
	// Need tells whether the flow must be open; a forbidden one must stay closed.
	Need catalog.Need `json:"need" schema:"nonempty"`
	// Relation tells whether the flow names exactly this port, a wider range, or any port.
	Relation ports.Relation `json:"relation" schema:"nonempty"`
	// URL is the product's document, relative to the folder of index.json.
	URL string `json:"url" schema:"nonempty,url"`
	// Page is the flow's row on the product's page, relative to the folder of index.json.
	Page string `json:"page" schema:"nonempty,url"`
}

// ServiceList is the vocabulary of services.
type ServiceList struct {
	Envelope
	// Services are in the vocabulary's order.
	Services []Service `json:"services"`
}

// Service is what a flow speaks.
type Service struct {
	// ID is what flows name it by.
	ID string `json:"id" schema:"nonempty"`
	// Name is what people call it.
	Name string `json:"name" schema:"nonempty"`
	// Ports are its usual ports; empty: it has none of its own.
	Ports []Range `json:"ports"`
	// PortsText is its usual ports in their normal form.
	PortsText string `json:"ports_text"`
	// Encryption is how it can protect what it carries; empty where not stated.
	Encryption []catalog.Encryption `json:"encryption"`
	// IANA is its name in the IANA Service Name and Transport Protocol Port Number Registry; empty: not registered.
	IANA string `json:"iana"`
	// Reference is the address of the document that defines it.
	Reference string `json:"reference" schema:"url"`
	// Note is what a reader should know of it, in Markdown.
	Note string `json:"note"`
	// NoteHTML is the note in HTML.
	NoteHTML string `json:"note_html"`
	// UsedBy are the products that speak it, in order of their slugs.
	UsedBy []ServiceUse `json:"used_by"`
	// Page is the service's page, relative to the folder of index.json.
	Page string `json:"page" schema:"nonempty,url"`
}

// ServiceUse is a product that speaks a service.
type ServiceUse struct {
	// Product is the product's slug.
	Product string `json:"product" schema:"nonempty"`
	// Flows are the ids of its flows that do.
	Flows []string `json:"flows" schema:"nonempty"`
}

// DeploymentList is all concrete networks in short.
type DeploymentList struct {
	Envelope
	// Deployments are in order of their slugs.
	Deployments []DeploymentItem `json:"deployments"`
}

// DeploymentItem is one concrete network in short.
type DeploymentItem struct {
	// Slug is its stable id.
	Slug string `json:"slug" schema:"nonempty"`
	// Name is what people call it.
	Name string `json:"name" schema:"nonempty"`
	// Summary says in a sentence or two what it shows.
	Summary string `json:"summary"`
	// Products are the slugs of the products that stand in it, each once.
	Products []string `json:"products"`
	// URL is the network's document, relative to the folder of index.json.
	URL string `json:"url" schema:"nonempty,url"`
	// Page is the network's page, relative to the folder of index.json.
	Page string `json:"page" schema:"nonempty,url"`
}

// Deployment is one concrete network with its connections worked out.
type Deployment struct {
	Envelope
	// Slug is its stable id.
	Slug string `json:"slug" schema:"nonempty"`
	// Name is what people call it.
	Name string `json:"name" schema:"nonempty"`
	// Summary says in a sentence or two what it shows.
	Summary string `json:"summary"`
	// Zones are the zones it has, from outside to inside.
	Zones []Zone `json:"zones"`
	// Firewalls stand between zones.
	Firewalls []Firewall `json:"firewalls"`
	// Hosts are the machines.
	Hosts []Host `json:"hosts"`
	// Instances are the products on them.
	Instances []Instance `json:"instances"`
	// Links are its connections: instances in the file's order, of each the flows that are in.
	Links []Link `json:"links"`
	// Translations are the public addresses that firewalls lead to own ones.
	Translations []Translation `json:"translations"`
	// Findings are what is to be looked at before its rules go in.
	Findings []Finding `json:"findings"`
}

// Translation is a public address and the own one of the same host.
type Translation struct {
	// Host is the host's id.
	Host string `json:"host" schema:"nonempty"`
	// Firewall is the id of the firewall that translates.
	Firewall string `json:"firewall" schema:"nonempty"`
	// Public is the address that outsiders send to.
	Public string `json:"public" schema:"nonempty"`
	// Own is the address that the host has.
	Own string `json:"own" schema:"nonempty"`
}

// Finding is a thing in a network that can be so, but that its owner should look at.
type Finding struct {
	// Code is a short stable name, as portolan check prints it.
	Code string `json:"code" schema:"nonempty"`
	// Text says what was found.
	Text string `json:"text" schema:"nonempty"`
	// Advice says what to do about it.
	Advice string `json:"advice" schema:"nonempty"`
	// Row is the number of the connection that it is about; 0: of none.
	Row int `json:"row"`
	// Firewall is the id of the firewall that it is about; empty: of none.
	Firewall string `json:"firewall"`
	// Host is the id of the host that it is about; empty: of none.
	Host string `json:"host"`
}

// Zone is a zone with this network's addresses.
type Zone struct {
	// ID is an id of the vocabulary of zones.
	ID string `json:"id" schema:"nonempty"`
	// Name is what people call it.
	Name string `json:"name" schema:"nonempty"`
	// CIDR are its addresses; empty where none are stated.
	CIDR []string `json:"cidr"`
	// Plays are the roles that any host of the zone may have, as "instance/endpoint".
	Plays []string `json:"plays"`
}

// Firewall joins two or more zones.
type Firewall struct {
	// ID is its name in rules and file names.
	ID string `json:"id" schema:"nonempty"`
	// Name is what people call it.
	Name string `json:"name" schema:"nonempty"`
	// Zones are the zones it stands between.
	Zones []string `json:"zones" schema:"nonempty"`
	// Platform is the firewall's kind, a platform id; empty where not stated.
	Platform string `json:"platform"`
	// Egress are the source addresses that inside hosts show beyond it.
	Egress []string `json:"egress"`
}

// Host is one machine.
type Host struct {
	// ID is its name in rules and file names.
	ID string `json:"id" schema:"nonempty"`
	// Name is what people call it.
	Name string `json:"name" schema:"nonempty"`
	// Zone is where it stands.
	Zone string `json:"zone" schema:"nonempty"`
	// Address are its own addresses.
	Address []string `json:"address" schema:"nonempty"`
	// PublicAddress are the addresses that outsiders reach it by.
	PublicAddress []string `json:"public_address"`
	// TranslatedBy is the firewall that translates between the two; empty: none does.
	TranslatedBy string `json:"translated_by"`
	// Plays are the roles that it has, as "instance/endpoint".
	Plays []string `json:"plays"`
}

// Instance is a product as it is used in this network.
type Instance struct {
	// ID is what roles name it by.
	ID string `json:"id" schema:"nonempty"`
	// Product is the product's slug.
	Product string `json:"product" schema:"nonempty"`
	// Version is the product's version; empty where the product has none.
	Version string `json:"version"`
	// Features are those that are on.
	Features []string `json:"features"`
	// Flows are those that are in, forbidden ones too.
	Flows []string `json:"flows"`
	// Ports are the ports that this network changes, by flow, in their normal form.
	Ports map[string]string `json:"ports"`
}

// Link is one flow between two parties of a network.
type Link struct {
	// Row is the number of its connection on the page, from 1; links of one flow share it.
	Row int `json:"row" schema:"nonempty"`
	// Instance is the id of the instance whose flow it is.
	Instance string `json:"instance" schema:"nonempty"`
	// Flow is the flow's id.
	Flow string `json:"flow" schema:"nonempty"`
	// Service is what it speaks, an id of services.json.
	Service string `json:"service" schema:"nonempty"`
	// Direction is seen from the product.
	Direction catalog.Direction `json:"direction" schema:"nonempty"`
	// Need tells whether it must be open; a forbidden one must stay closed.
	Need catalog.Need `json:"need" schema:"nonempty"`
	// Ports are the listener's ports in this network.
	Ports []Range `json:"ports" schema:"nonempty"`
	// PortsText is the listener's ports in their normal form.
	PortsText string `json:"ports_text" schema:"nonempty"`
	// PortsKnown tells that every port is stated.
	PortsKnown bool `json:"ports_known"`
	// SourcePorts are the initiator's ports; a transport that is absent means any.
	SourcePorts []Range `json:"source_ports"`
	// From is the initiator.
	From Party `json:"from"`
	// To is the listener.
	To Party `json:"to"`
	// Firewalls are those on the way, from the initiator's side; empty inside one zone.
	Firewalls []string `json:"firewalls"`
}

// Party is one end of a link: hosts of one zone, or the zone as a whole, or
// else what the endpoint itself has for addresses and names.
type Party struct {
	// Endpoint is the endpoint of the product.
	Endpoint string `json:"endpoint" schema:"nonempty"`
	// Zone is the zone it stands in.
	Zone string `json:"zone" schema:"nonempty"`
	// Hosts are the hosts that play it.
	Hosts []string `json:"hosts"`
	// Whole tells that any address of the zone is meant.
	Whole bool `json:"whole"`
}

// PlatformList is the firewall platforms that there are rule files for.
type PlatformList struct {
	Envelope
	// Platforms are in the order of pickers.
	Platforms []Platform `json:"platforms"`
}

// Platform is one firewall platform. A product's file for it is products/<slug>/rules/<id>-<at>.<extension>.
type Platform struct {
	// ID is the stable id, as in file names and in portolan rules --platform.
	ID string `json:"id" schema:"nonempty"`
	// Title is its name.
	Title string `json:"title" schema:"nonempty"`
	// Vendor is who makes it.
	Vendor string `json:"vendor" schema:"nonempty"`
	// Group is its kind, in words.
	Group string `json:"group" schema:"nonempty"`
	// Language is the syntax of its files, in a word.
	Language string `json:"language" schema:"nonempty"`
	// Extension is that of its files, without the dot.
	Extension string `json:"extension" schema:"nonempty"`
	// OnHosts tells that it filters on the machine itself.
	OnHosts bool `json:"on_hosts"`
	// BetweenZones tells that it filters between networks; one that does that alone stands in front of a host.
	BetweenZones bool `json:"between_zones"`
	// Closes tells that a loaded file denies what it does not allow, with or without a default deny.
	Closes bool `json:"closes"`
	// SourcePorts tells that it can match the initiator's port.
	SourcePorts bool `json:"source_ports"`
	// Forbids tells that it can forbid, and not only allow.
	Forbids bool `json:"forbids"`
	// Stateless tells that replies have rules of their own.
	Stateless bool `json:"stateless"`
	// Proof is what its files are held against before they are published; empty: nothing.
	Proof []string `json:"proof"`
	// Page is the page, relative to the folder of index.json.
	Page string `json:"page" schema:"nonempty,url"`
}
