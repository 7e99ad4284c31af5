// Package catalog is the checked model of everything a site's data says:
// vocabulary, products and concrete networks.
//
// [New] takes decoded files, reports every fault at its place and returns the
// model with its derived fields filled. After New nothing in it changes, and
// every reference resolves. The struct tags name the keys of the data files;
// this package reads no file and imports no parser, so that it also runs in
// the browser.
package catalog

import (
	"slices"

	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/note"
)

// Catalog is all data of one site. Services and zones are in file order,
// products and deployments in order of their slugs.
type Catalog struct {
	Site        *Site
	Services    []Service
	Zones       []Zone
	Products    []*Product
	Deployments []*Deployment

	// Version is a hash over the data's content, the "data_version" of the API.
	Version string

	vocabulary struct { // its files, for what must be told at its place
		services []*Services
		zones    []*Zones
	}
	services map[string]int
	zones    map[string]int
	products map[string]int
}

// Service returns the service with that id, nil if there is none.
func (c *Catalog) Service(id string) *Service {
	if i, ok := c.services[id]; ok {
		return &c.Services[i]
	}
	return nil
}

// Zone returns the zone with that id, nil if there is none. The zone "any"
// is always there.
func (c *Catalog) Zone(id string) *Zone {
	if id == AnyZone {
		return &anyZone
	}
	if i, ok := c.zones[id]; ok {
		return &c.Zones[i]
	}
	return nil
}

// ZoneOrder is the zone's place from outside to inside, "any" before all.
func (c *Catalog) ZoneOrder(id string) int {
	if i, ok := c.zones[id]; ok {
		return i
	}
	return -1
}

// Product returns the product with that slug, nil if there is none.
func (c *Catalog) Product(slug string) *Product {
	if i, ok := c.products[slug]; ok {
		return c.Products[i]
	}
	return nil
}

// Deployment returns the deployment with that slug, nil if there is none.
func (c *Catalog) Deployment(slug string) *Deployment {
	for _, d := range c.Deployments {
		if d.Slug == slug {
			return d
		}
	}
	return nil
}

// Site is data/site.toml.
type Site struct {
	At diag.Locator `toml:"-"`

	// Title is the site's name, shown on every page.
	Title string `toml:"title,required"`
	// Summary is one sentence for the home page and for search engines.
	Summary string `toml:"summary"`
	// BaseURL is the site's address with scheme and final slash; empty: not
	// known, and nothing that needs an absolute address is written.
	BaseURL string `toml:"base_url"`
	// Platforms are the firewall platforms to publish rules for; empty: all.
	Platforms []string `toml:"platforms"`
	// Formats are the table formats to publish; empty: all.
	Formats []string `toml:"formats"`
	// CompareLimit is how many pairs of products of one kind have a page that
	// compares them, the most alike first; unset: 60. Any other set is
	// compared in the page /compare/ itself.
	CompareLimit *int `toml:"compare_limit"`
	// ConnectLimit is how many pairs of products that merely speak the same
	// have a page that shows them talking, those with the most services in
	// common first; unset: 60. Pairs that a document knows of all have one.
	ConnectLimit *int `toml:"connect_limit"`
	// EditURL leads to where a file of the site can be edited: {path} stands
	// for its path, such as data/products/sftpgo.toml. Empty: no page says so.
	EditURL string `toml:"edit_url"`
	// ReportURL leads to where an error is reported, a web address or
	// "mailto:": {page} stands for the page's address, {path} for the path of
	// the file that it is made from, {title} for its title. Empty: no page says so.
	ReportURL string `toml:"report_url"`
	// SiteZip publishes the whole site once more as site.zip, for use without
	// a network; it takes about a third of the time and size of a build.
	SiteZip bool `toml:"site_zip"`
	// WarningsOff are codes of warnings that are not given.
	WarningsOff []string `toml:"warnings_off"`
}

// Services is data/services.toml, the vocabulary of services.
type Services struct {
	At diag.Locator `toml:"-"`

	// List is the services in file order.
	List []Service `toml:"service,keyed"`
}

// Service is what a flow speaks.
type Service struct {
	// ID is what flows name it by.
	ID string `toml:",key"`
	// Name is what people call it.
	Name string `toml:"name,required"`
	// Ports are its usual ports; empty: it has none of its own.
	Ports netspec.PortSet `toml:"ports"`
	// Encryption is how it can protect what it carries; empty: not stated.
	Encryption []Encryption `toml:"encryption"`
	// IANA is its name in the IANA Service Name and Transport Protocol Port
	// Number Registry; empty: not registered.
	IANA string `toml:"iana"`
	// Infrastructure tells that a network has servers of it which its products
	// share, such as DNS: what calls them is opened once for all.
	Infrastructure bool `toml:"infrastructure"`
	// Reference is the address of the document that defines it.
	Reference string `toml:"reference"`
	// Note is what a reader should know of it.
	Note note.Note `toml:"note"`
}

// Zones is data/zones.toml, the vocabulary of network zones.
type Zones struct {
	At diag.Locator `toml:"-"`

	// List is the zones from outside to inside.
	List []Zone `toml:"zone,keyed"`
}

// Zone is a part of a network whose hosts are trusted alike.
type Zone struct {
	// ID is what endpoints name it by.
	ID string `toml:",key"`
	// Name is what people call it.
	Name string `toml:"name,required"`
	// Note is what a reader should know of it.
	Note note.Note `toml:"note"`
}

// AnyZone is every zone, the internet included: a document's "from any". It
// is no band of a network and stands in no zones.toml.
const AnyZone = "any"

// The zones that have a meaning of their own.
const (
	InternetZone = "internet" // every address that no other zone claims
	PartnerZone  = "partner"  // other organisations whose addresses are known
	DMZZone      = "dmz"      // what is reached from outside, kept apart from the inside
	CloudZone    = "cloud"    // what a provider runs, out on the internet
	HostZone     = "host"     // the machine itself
)

var anyZone = Zone{ID: AnyZone, Name: "Any"}

// Known is what the catalog cannot know by itself: the ids of the firewall
// platforms and table formats that this program writes.
type Known struct {
	Platforms []string
	Formats   []string
}

// Names of closed vocabularies, for messages and schemas.
func values[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func find[T any](list []T, id func(*T) string, want string) *T {
	i := slices.IndexFunc(list, func(t T) bool { return id(&t) == want })
	if i < 0 {
		return nil
	}
	return &list[i]
}
