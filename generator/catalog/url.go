//go:build !js

package catalog

import (
	"net/url"
	"slices"
	"strings"
)

var urlSchemes = []string{"http", "https", "mailto"}

// urlFault is what is wrong with an address; empty: nothing.
func urlFault(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "is not a URL"
	case !slices.Contains(urlSchemes, u.Scheme):
		return "has none of the schemes " + strings.Join(urlSchemes, ", ")
	case u.Scheme != "mailto" && u.Host == "":
		return "names no host"
	case strings.ContainsAny(text, " \"<>\\^`{|}"):
		return "has characters that a URL must percent-encode"
	}
	return ""
}
