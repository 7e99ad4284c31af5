package schema

import (
	"encoding"
	"reflect"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/jsonschema"
	"portolan/generator/netspec"
)

// form is what a text must look like: one of some values, or what an
// expression matches as a whole. Its zero value is any text. Of a number it is
// the bounds, both inclusive; its zero value is any that counts something.
type form struct {
	pattern     string
	values      []string
	least, most int
}

// id is an id or slug, see catalog.ValidID, which also limits its length.
const (
	id    = `[a-z0-9]+(-[a-z0-9]+)*`
	maxID = 63
)

var (
	anID      = form{pattern: id}
	signedID  = form{pattern: "-?" + id} // "-" takes it out
	condition = form{pattern: id + `( *\+ *` + id + `)*`}
	citation  = form{pattern: id + `(#.*)?`}
	role      = form{pattern: id + "/" + id}
	address   = form{pattern: `[0-9A-Fa-f:.]+`}
	prefix    = form{pattern: `[0-9A-Fa-f:.]+(/[0-9]{1,3})?`}
	date      = form{pattern: `[0-9]{4}-[0-9]{2}-[0-9]{2}`}
	webURL    = form{pattern: `https?://[^/?# ][^ ]*|mailto:[^ ]+`}
	baseURL   = form{pattern: `https?://[^/?# ][^ ]*/`} // with its final slash
	editURL   = form{pattern: `https?://[^/?# ][^ ]*\{path\}[^ ]*`}
)

// forms are those of texts whose Go type does not tell.
var forms = map[string]form{
	"Site.BaseURL":      baseURL,
	"Site.EditURL":      editURL,
	"Site.ReportURL":    webURL,
	"Site.Platforms":    anID,
	"Site.WarningsOff":  {values: catalog.WarningCodes()},
	"Service.Reference": webURL,

	"Product.Homepage":  webURL,
	"Endpoint.Zone":     anID,
	"Feature.Group":     anID,
	"Flow.Service":      anID,
	"Flow.From":         anID,
	"Flow.To":           anID,
	"Flow.FallbackOf":   anID,
	"Follows.Flow":      anID,
	"Follows.Add":       {least: -65534, most: 65534},
	"Flow.Carries":      anID,
	"Flow.Feature":      condition,
	"Flow.Related":      anID,
	"Flow.Source":       citation,
	"Variant.Source":    citation,
	"Constraint.Flows":  anID,
	"Constraint.Source": citation,
	"Software.Source":   citation,
	"Source.URL":        webURL,

	"NetZone.Plays":     role,
	"Firewall.Zones":    anID,
	"Firewall.Platform": anID,
	"Host.Zone":         anID,
	"Host.TranslatedBy": anID,
	"Host.Plays":        role,
	"Instance.Product":  anID,
	"Instance.Features": signedID,
	"Instance.Flows":    signedID,
	"Instance.Via":      anID,
}

// formOf is the form that a Go type tells.
func formOf(t reflect.Type) form {
	switch zero := reflect.Zero(t).Interface().(type) {
	case netspec.PortSet:
		return form{pattern: portsPattern()}
	case netspec.Prefix:
		return prefix
	case netspec.Addr:
		return address
	case catalog.Date:
		return date
	case interface{ Values() []string }:
		return form{values: zero.Values()}
	}
	return form{}
}

// text is the schema of a type that a data file writes as a text; nil: it is
// none. A plain text that is not required may be empty, which says as much as
// leaving it out.
func text(t reflect.Type, as form, required bool) *jsonschema.Schema {
	if t.Kind() != reflect.String && !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return nil
	}
	if as.pattern == "" && as.values == nil {
		as = formOf(t)
	}
	s := &jsonschema.Schema{Type: "string", Enum: slices.Clone(as.values)}
	empty := !required && t.Kind() == reflect.String
	switch {
	case as.values != nil && empty:
		s.Enum = append(s.Enum, "")
	case as.pattern != "" && empty:
		s.Pattern = "^(" + as.pattern + ")?$"
	case as.pattern != "":
		s.Pattern = "^(" + as.pattern + ")$"
	case as.values == nil && required:
		s.MinLength = 1
	}
	return s
}

// portsPattern is the grammar of port sets, made of the transports that
// package netspec knows and what it reads after each of them.
func portsPattern() string {
	const number = `[1-9][0-9]{0,4}`
	var numbered, typed, plain []string
	for _, name := range netspec.TransportNames() {
		bare, withNumber := parses(name), parses(name+"/1")
		switch {
		case name == netspec.Any.String():
		case bare && withNumber:
			typed = append(typed, name)
		case bare:
			plain = append(plain, name)
		case parses(name + "/*"):
			numbered = append(numbered, name)
		}
	}
	one := "((" + strings.Join(numbered, "|") + `)/(\*|\?|` + number + "(-" + number + ")?(," + number + "(-" + number + ")?)*)" +
		"|(" + strings.Join(typed, "|") + ")(/[0-9]{1,3})?" +
		"|" + strings.Join(plain, "|") +
		"|ip/[0-9]{1,3})"
	return netspec.Any.String() + "|" + one + "( +" + one + ")*"
}

func parses(ports string) bool {
	_, err := netspec.ParsePortSet(ports)
	return err == nil
}
