package site

import (
	"maps"
	"slices"
	"strings"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// identifierName makes a key of an identifiers table readable: "bundle_id"
// becomes "Bundle ID".
func identifierName(key string) string {
	words := strings.Split(key, "_")
	for i, w := range words {
		switch {
		case w == "id":
			words[i] = "ID"
		case i == 0 && w != "":
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
