// Package edl makes the lists that firewalls fetch by themselves: external
// dynamic lists, threat feeds, network feeds, URL tables.
//
// A line is an address, a prefix or a name, and nothing else: some firewalls
// know comments, others take them for entries or refuse the file.
package edl

import (
	"cmp"
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// List is a file with an entry a line, one at least.
type List struct {
	// Name is the file's name.
	Name    string
	Entries []string
}

// Text is the file: each line ends with a line feed.
func (l List) Text() []byte { return []byte(strings.Join(l.Entries, "\n") + "\n") }

// Lists are the lists of an endpoint: "ID.txt" with all that is known of it,
// and "ID.names.txt" and "ID.addresses.txt", since most firewalls want a list to
// be of one sort. A list without entries is left out, so that an endpoint of
// which nothing is known has none. A name with a {placeholder} is in no list:
// each customer has another, and a wildcard in its place would let all of them in.
func Lists(e *catalog.Endpoint) []List {
	names, addresses := names(e.FQDN), addresses(e.CIDR)
	var out []List
	for _, l := range []List{{e.ID + ".txt", slices.Concat(addresses, names)}, {e.ID + ".names.txt", names}, {e.ID + ".addresses.txt", addresses}} {
		if len(l.Entries) > 0 {
			out = append(out, l)
		}
	}
	return out
}

// names are those that can be looked up, exact or with "*." before, sorted by
// their ends so that those of one domain stand together.
func names(list []string) []string {
	var out []string
	for _, n := range list {
		if catalog.ValidFQDN(n) {
			out = append(out, strings.ToLower(n))
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		x, y := strings.Split(a, "."), strings.Split(b, ".")
		slices.Reverse(x)
		slices.Reverse(y)
		return slices.Compare(x, y)
	})
	return slices.Compact(out)
}

// addresses are IPv4 first, each family in order; one address has no length.
func addresses(list []netspec.Prefix) []string {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b netspec.Prefix) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
	})
	var out []string
	for _, p := range slices.Compact(sorted) {
		out = append(out, p.String())
	}
	return out
}
