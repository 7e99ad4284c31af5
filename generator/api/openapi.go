package api

import (
	"embed"
	"path"
	"reflect"
	"strconv"
	"sync"

	"portolan/generator/jsonschema"
)

//go:embed types.go
var source embed.FS

// OpenAPI is openapi.json, which describes all documents (OpenAPI 3.1). The
// schemas are made of the documents' Go types.
func (a *API) OpenAPI() []byte {
	d := openAPI{
		OpenAPI: "3.1.0",
		Info: openInfo{
			Title:       "portolan",
			Version:     strconv.Itoa(SchemaVersion),
			Description: "Which ports products need, from where to where, and who says so. Every field of every document is always present and never null.",
		},
		Dialect: jsonschema.Dialect,
		Servers: []openServer{{URL: "../" + path.Base(Folder), Description: "The folder that this document stands in."}},
		Paths:   a.paths(),
	}
	if a.c.Site != nil && a.c.Site.Title != "" {
		d.Info.Title = a.c.Site.Title
	}
	if a.o.License != "" {
		d.Info.License = &openLicense{a.o.License, a.o.License}
	}
	d.Components.Schemas = componentSchemas()
	return encode(&d)
}

// componentSchemas is made once: it depends on nothing but this package.
var componentSchemas = sync.OnceValue(func() jsonschema.Properties {
	docs, err := jsonschema.ReadDocs(source)
	if err != nil {
		panic("api: " + err.Error()) // types.go is compiled in
	}
	r := reflector{docs: docs, done: map[reflect.Type]bool{}}
	for _, d := range documents {
		if d.body != nil {
			r.component(d.body)
		}
	}
	return r.schemas
})

// paths describes one GET for each kind of document.
func (a *API) paths() map[string]openItem {
	out := make(map[string]openItem, len(documents))
	for _, d := range documents {
		example := a.example(d)
		get := openOperation{OperationID: d.id, Summary: d.summary, Parameters: []openParameter{}, Responses: map[string]openResponse{}}
		for i, p := range d.params {
			if len(example.values) > 0 {
				p.Example = example.values[i]
			}
			get.Parameters = append(get.Parameters, p)
		}
		media := openMedia{Schema: &jsonschema.Schema{Type: "object"}}
		if d.body != nil {
			media.Schema = reference(d.body)
		}
		text := "The document."
		if example.path != "" {
			text = "The document, for instance " + url(example.path) + "."
		}
		get.Responses["200"] = openResponse{Description: text, Content: map[string]openMedia{"application/json": media}}
		if len(d.params) > 0 {
			get.Responses["404"] = openResponse{Description: "There is no such document."}
		}
		out["/"+d.path] = openItem{get}
	}
	return out
}

// example is a document that there is, of a kind that has many: its path, and
// the values of the path's parameters.
type example struct {
	path   string
	values []any
}

func (a *API) example(d document) example {
	switch {
	case d.id == "product" && len(a.c.Products) > 0:
		slug := a.c.Products[0].Slug
		return example{ProductPath(slug), []any{slug}}
	case d.id == "deployment" && len(a.c.Deployments) > 0:
		slug := a.c.Deployments[0].Slug
		return example{DeploymentPath(slug), []any{slug}}
	case d.id == "port":
		for _, p := range a.x.Pages() {
			if p.Single() {
				return example{PortPath(p), []any{p.Transport.String(), p.First}}
			}
		}
	}
	return example{}
}

// document is one kind of document.
type document struct {
	id      string
	path    string // below Folder, parameters in braces
	summary string
	params  []openParameter
	body    reflect.Type // nil: described elsewhere
}

var (
	slugParam = openParameter{Name: "slug", In: "path", Required: true, Description: "The stable id.",
		Schema: &jsonschema.Schema{Type: "string", MinLength: 1}}
	transportParam = openParameter{Name: "transport", In: "path", Required: true, Description: "The transport.",
		Schema: &jsonschema.Schema{Type: "string", Enum: []string{"tcp", "udp", "sctp"}}}
	portParam = openParameter{Name: "port", In: "path", Required: true, Description: "The port's number, one that ports.json lists.",
		Schema: &jsonschema.Schema{Type: "integer", Minimum: new(1), Maximum: new(65535)}}
)

// documents are all kinds of documents.
var documents = []document{
	{"index", url(IndexPath), "The way in: where everything is.", nil, reflect.TypeFor[Index]()},
	{"products", url(ProductsPath), "All products in short.", nil, reflect.TypeFor[ProductList]()},
	{"product", url(ProductPath("{slug}")), "One product with all its facts.", []openParameter{slugParam}, reflect.TypeFor[Product]()},
	{"ports", url(PortsPath), "All ports and ranges with a page.", nil, reflect.TypeFor[PortList]()},
	{"port", "ports/{transport}/{port}.json", "One port and everything that uses it.", []openParameter{transportParam, portParam}, reflect.TypeFor[Port]()},
	{"services", url(ServicesPath), "The vocabulary of services and who speaks them.", nil, reflect.TypeFor[ServiceList]()},
	{"deployments", url(DeploymentsPath), "All concrete networks in short.", nil, reflect.TypeFor[DeploymentList]()},
	{"deployment", url(DeploymentPath("{slug}")), "One concrete network with its connections.", []openParameter{slugParam}, reflect.TypeFor[Deployment]()},
	{"platforms", url(PlatformsPath), "The firewall platforms that there are rule files for.", nil, reflect.TypeFor[PlatformList]()},
	{"openapi", url(OpenAPIPath), "This description.", nil, nil},
}

// The parts of an OpenAPI document that ours has.
type (
	openAPI struct {
		OpenAPI    string              `json:"openapi"`
		Info       openInfo            `json:"info"`
		Dialect    string              `json:"jsonSchemaDialect"`
		Servers    []openServer        `json:"servers"`
		Paths      map[string]openItem `json:"paths"`
		Components openComponents      `json:"components"`
	}
	openInfo struct {
		Title       string       `json:"title"`
		Version     string       `json:"version"`
		Description string       `json:"description"`
		License     *openLicense `json:"license,omitempty"`
	}
	openLicense struct {
		Name       string `json:"name"`
		Identifier string `json:"identifier"`
	}
	openServer struct {
		URL         string `json:"url"`
		Description string `json:"description"`
	}
	openComponents struct {
		Schemas jsonschema.Properties `json:"schemas"`
	}
	openItem struct {
		Get openOperation `json:"get"`
	}
	openOperation struct {
		OperationID string                  `json:"operationId"`
		Summary     string                  `json:"summary"`
		Parameters  []openParameter         `json:"parameters"`
		Responses   map[string]openResponse `json:"responses"`
	}
	openParameter struct {
		Name        string             `json:"name"`
		In          string             `json:"in"`
		Required    bool               `json:"required"`
		Description string             `json:"description"`
		Schema      *jsonschema.Schema `json:"schema"`
		Example     any                `json:"example,omitempty"`
	}
	openResponse struct {
		Description string               `json:"description"`
		Content     map[string]openMedia `json:"content,omitempty"`
	}
	openMedia struct {
		Schema *jsonschema.Schema `json:"schema"`
	}
)
