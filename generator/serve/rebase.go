package serve

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/html"
)

// linkAttributes hold one address each.
var linkAttributes = []string{"href", "src", "action", "formaction", "poster", "data"}

// absolute matches an address that does not depend on where the page is, or stays on the page.
var absolute = regexp.MustCompile(`^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|[/#?]|$)`)

// upwards matches the steps that lead nowhere from the root.
var upwards = regexp.MustCompile(`^(?:\.\.?(?:/|$))+`)

// fromRoot returns a page of the site's root with its relative links written from there, so that they hold wherever
// the page is shown. A <base> would do the same, but the pages' own policy forbids it.
func fromRoot(page []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(page) + 1024)
	lexer := html.NewLexer(parse.NewInputBytes(slices.Clone(page)))
	for {
		kind, text := lexer.Next()
		switch {
		case kind == html.ErrorToken:
			return b.Bytes()
		case kind == html.AttributeToken && slices.Contains(linkAttributes, string(bytes.ToLower(lexer.AttrKey()))):
			b.Write(rebased(text, lexer.AttrVal()))
		default:
			b.Write(text)
		}
	}
}

// rebased returns the text of an attribute with its value, which the text ends in, led from the root.
func rebased(text, value []byte) []byte {
	bare := bytes.Trim(value, `"'`)
	if len(value) == 0 || absolute.Match(bare) {
		return text
	}
	head := text[:bytes.LastIndex(text, value)]
	quote := value[:bytes.Index(value, bare)] //nolint:gocritic // bare is a part of value
	return slices.Concat(head, quote, []byte("/"), upwards.ReplaceAll(bare, nil), quote)
}
