// Package asset minifies pages and the files that pages load, and names those files by their content.
//
// A name changes exactly when the content does, so that browsers may keep a file for ever. Nothing here depends on the
// clock, on map order or on the machine. It is the only importer of tdewolff/minify.
package asset

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
	"github.com/tdewolff/minify/v2/js"
	"github.com/tdewolff/minify/v2/json"
	"github.com/tdewolff/minify/v2/svg"
	"github.com/tdewolff/parse/v2"
)

// The kinds that Minify knows.
const (
	CSS        = "text/css"
	JavaScript = "application/javascript"
	SVG        = "image/svg+xml"
	HTML       = "text/html"
	JSON       = "application/json"
)

// An Error is a fault in the source. Line and Column count from 1; both are 0 if the place is not known.
type Error struct {
	File         string // empty from Minify
	Line, Column int
	Text         string
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		fmt.Fprintf(&b, "%s:", e.File)
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, "%d:%d:", e.Line, e.Column)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(e.Text)
	return b.String()
}

// minifiers is never changed.
var minifiers = newMinifiers()

func newMinifiers() *minify.M {
	m := minify.New()
	m.AddFunc(CSS, css.Minify)
	m.AddFunc(JavaScript, js.Minify)
	m.AddFunc(SVG, svg.Minify)
	m.AddFunc(JSON, (&json.Minifier{KeepNumbers: true}).Minify)
	// Kept is what a strict validator asks for and what a style sheet may select.
	m.Add(HTML, &html.Minifier{KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true, KeepDefaultAttrVals: true})
	return m
}

// Minify returns a shorter source of the same meaning, in memory of its own. A fault in it is an *Error. It may be
// called on several goroutines.
func Minify(kind string, src []byte) ([]byte, error) {
	out, err := minifiers.Bytes(kind, slices.Clone(src)) // The minifiers write into their source.
	if err == nil {
		return out, nil
	}
	if errors.Is(err, minify.ErrNotExist) {
		return nil, fmt.Errorf("no minifier for %q", kind)
	}
	var at *parse.Error
	if errors.As(err, &at) {
		return nil, &Error{Line: at.Line, Column: at.Column, Text: at.Message}
	}
	return nil, &Error{Text: err.Error()}
}
