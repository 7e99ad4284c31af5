package topology

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"portolan/generator/catalog"
)

// Plain is a text in one line that every format can carry: control characters
// become spaces, what is not Unicode U+FFFD, and signs that turn the direction
// of what follows are left out.
func Plain(text string) string {
	for i, r := range text {
		if plain(r) != r || r == utf8.RuneError {
			return text[:i] + strings.Map(plain, text[i:])
		}
	}
	return text
}

func plain(r rune) rune {
	switch {
	case r < ' ' || 0x7f <= r && r < 0xa0 || r == 0x2028 || r == 0x2029:
		return ' '
	case r == 0x061c || r == 0x200e || r == 0x200f || 0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069 || r == 0xfeff:
		return -1
	case r&0xfffe == 0xfffe: // no characters, which XML refuses
		return utf8.RuneError
	}
	return r
}

// Address makes the address of a place relative to a page, as [Member.Href]
// is, one of its own. An empty page has no places: empty.
func Address(page, href string) string {
	switch {
	case page == "" || href == "":
		return ""
	case strings.HasPrefix(href, "#"):
		return page + href
	}
	dir := page[:strings.LastIndexByte(page, '/')+1]
	for strings.HasPrefix(href, "../") {
		href = href[len("../"):]
		dir = dir[:strings.LastIndexByte(strings.TrimSuffix(dir, "/"), '/')+1]
	}
	return dir + href
}

// StyleOf is how an arrow of the flow alone is drawn.
func (g *Graph) StyleOf(f *Flow) Style {
	row := &g.Rows[f.Row]
	switch {
	case row.Need == catalog.Forbidden:
		return StyleForbidden
	case f.Off:
		return StyleOff
	}
	return rowStyle(row)
}

// Sentence says what a flow of an edge is, in one line.
func (g *Graph) Sentence(e *Edge, f *Flow) string {
	row := &g.Rows[f.Row]
	words := f.Ports + " " + row.Service + " from " + g.Nodes[e.From].Name() + " to " + g.Nodes[e.To].Name()
	if row.Need == catalog.Forbidden {
		words += ", must stay closed"
	} else {
		words += ", " + string(row.Need)
	}
	if row.Status == catalog.Discouraged || row.Status == catalog.Obsolete {
		words += ", " + string(row.Status)
	}
	if row.Tunnel {
		words += ", carries the data of others"
	}
	if f.Off {
		words += ", not in as chosen"
	}
	return words
}

// Name names a node by the first of its members.
func (n *Node) Name() string {
	switch more := len(n.Members) - 1; more {
	case 0:
		return n.Members[0].Title
	case 1:
		return n.Members[0].Title + " and " + n.Members[1].Title
	default:
		return fmt.Sprintf("%s and %d more", n.Members[0].Title, more)
	}
}
