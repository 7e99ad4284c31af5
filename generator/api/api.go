// Package api writes the JSON documents of version 1.
//
// Every field is always present: what is empty is written as an empty text,
// list or object, false or 0, and nothing is null. Lists are in the data
// files' order, maps in that of their keys, so the same data give the same
// bytes. A document is one line with a final newline. Addresses of other
// documents and of pages are relative to the folder of index.json, so that
// the site works from any path.
package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"

	"portolan/generator/catalog"
	"portolan/generator/note"
	"portolan/generator/policy"
	"portolan/generator/ports"
)

// Folder is where the documents stand in the site; paths begin with it.
const Folder = "api/v1/"

// Paths of the documents that are there once.
const (
	IndexPath       = Folder + "index.json"
	ProductsPath    = Folder + "products.json"
	PortsPath       = Folder + "ports.json"
	ServicesPath    = Folder + "services.json"
	DeploymentsPath = Folder + "deployments.json"
	PlatformsPath   = Folder + "platforms.json"
	OpenAPIPath     = Folder + "openapi.json"
)

// ProductPath is the path of a product's document.
func ProductPath(slug string) string { return Folder + "products/" + slug + ".json" }

// PortPath is the path of a single port's document: "api/v1/ports/tcp/443.json".
func PortPath(p ports.Page) string { return Folder + "ports/" + p.String() + ".json" }

// DeploymentPath is the path of a concrete network's document.
func DeploymentPath(slug string) string { return Folder + "deployments/" + slug + ".json" }

// NoteHTML appends a note as HTML; link turns a path of the site into the
// address to write.
type NoteHTML func(dst []byte, blocks []note.Block, link func(url string) string) []byte

// Options are what the documents need beside the catalog.
type Options struct {
	// BaseURL is the site's address with its final slash; empty: not known,
	// and links of notes are relative to the folder of index.json.
	BaseURL string
	// License is the SPDX expression of the data's licence; empty: not stated.
	License string
	// Platforms are those that the site has rule files for.
	Platforms []policy.Platform
	// NoteHTML writes notes; nil: note.AppendHTML.
	NoteHTML NoteHTML
}

// API writes the documents of one catalog. Its methods may be called by
// several goroutines at once.
type API struct {
	c *catalog.Catalog
	x *ports.Index
	o Options
}

// New returns the API of a catalog and its ports.
func New(c *catalog.Catalog, x *ports.Index, o Options) *API {
	if o.NoteHTML == nil {
		o.NoteHTML = note.AppendHTML
	}
	return &API{c, x, o}
}

func (a *API) envelope() Envelope { return Envelope{SchemaVersion, a.c.Version} }

// Index is index.json.
func (a *API) Index() []byte {
	d := Index{
		Envelope: a.envelope(),
		BaseURL:  a.o.BaseURL,
		License:  a.o.License,
		Documents: Documents{Products: url(ProductsPath), Ports: url(PortsPath), Services: url(ServicesPath),
			Deployments: url(DeploymentsPath), Platforms: url(PlatformsPath), OpenAPI: url(OpenAPIPath)},
		Counts: IndexCounts{Products: len(a.c.Products), Ports: len(a.x.Pages()), Services: len(a.c.Services), Deployments: len(a.c.Deployments)},
	}
	if a.c.Site != nil {
		d.Title, d.Summary = a.c.Site.Title, a.c.Site.Summary
	}
	for _, p := range a.c.Products {
		d.Counts.Flows += len(p.Flows)
	}
	return encode(&d)
}

// url is the address of one of our documents, relative to the API's folder.
func url(path string) string { return strings.TrimPrefix(path, Folder) }

// page is the address of a page of the site, relative to the API's folder.
// The page is named by its file, so that it is found without a server too.
func page(path string) string {
	end := strings.IndexAny(path, "?#")
	if end < 0 {
		end = len(path)
	}
	file, rest := path[:end], path[end:]
	if strings.HasSuffix(file, "/") {
		file += "index.html"
	}
	return strings.Repeat("../", strings.Count(Folder, "/")) + strings.TrimPrefix(file, "/") + rest
}

func productPage(slug, anchor string) string {
	path := "/products/" + slug + "/"
	if anchor != "" {
		path += "#" + anchor
	}
	return page(path)
}

// link is the address to write for a note's link.
func (a *API) link(to string) string {
	switch {
	case !strings.HasPrefix(to, "/"):
		return to
	case a.o.BaseURL != "":
		return a.o.BaseURL + to[1:]
	}
	return page(to)
}

// html is a note as HTML.
func (a *API) html(n note.Note) string {
	if len(n.Blocks) == 0 {
		return ""
	}
	return string(a.o.NoteHTML(make([]byte, 0, 2*len(n.Source)), n.Blocks, a.link))
}

// encoder keeps a buffer and the encoder that writes to it for the next document.
type encoder struct {
	buf bytes.Buffer
	*json.Encoder
}

var encoders = sync.Pool{New: func() any {
	e := &encoder{}
	e.Encoder = json.NewEncoder(&e.buf)
	e.SetEscapeHTML(false)
	return e
}}

// encode writes a document. Ours hold nothing that JSON cannot, so an error
// is a fault of this package.
func encode(document any) []byte {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.buf.Reset()
	if err := e.Encode(document); err != nil {
		panic("api: " + err.Error())
	}
	return bytes.Clone(e.buf.Bytes())
}

// list makes each element of a list another, never nil.
func list[T, U any](in []T, to func(*T) U) []U {
	out := make([]U, len(in))
	for i := range in {
		out[i] = to(&in[i])
	}
	return out
}

// some is a list that is not nil.
func some[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}
