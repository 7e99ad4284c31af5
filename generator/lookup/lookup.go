// Package lookup answers what a port or a word means in the catalog: on the
// command line, and in the page from the same index by the same rules.
//
// [New] makes an [Index], [Index.Query] asks it, [Index.MarshalJS] writes it
// for the browser, whose script templates/assets/lookup.js answers as Query
// does; testdata/vectors.json holds both to it. An Index is not changed after
// New and may be used by several goroutines.
package lookup

import "portolan/generator/catalog"

// What an answer is cut to, so that no query can make it large.
const (
	MaxText  = 50_000 // code points that are read
	MaxAsks  = 64     // ports and ranges
	MaxWords = 16
	MaxHits  = 100 // of each list of a group
)

// Answer is what a query found.
type Answer struct {
	// Pasted tells that lines of a listing or a log were read: of such a text
	// only their ports are asked for.
	Pasted bool `json:"pasted"`
	// Asked are the ports and ranges that were understood, each once.
	Asked []Ask `json:"asked"`
	// Words narrow the hits; all of them must match.
	Words []Word `json:"words"`
	// Invalid are numbers that are no port.
	Invalid []string `json:"invalid"`
	// Truncated tells that the text named more than is looked up.
	Truncated bool `json:"truncated"`
	// Groups is one for each of Asked, or a single one where only words were
	// given, or none.
	Groups []Group `json:"groups"`
}

// Ask is one port or range that the text names.
type Ask struct {
	// Text is the normal form: "443", "tcp/443", "21-22", "icmp/8", "tcp/*".
	Text string `json:"text"`
	// Transport is empty where the text names none.
	Transport string `json:"transport"`
	// First and Last are inclusive; both 0 for "tcp/*" and "tcp/?".
	First int `json:"first"`
	Last  int `json:"last"`
}

// Word is one word and how it was taken.
type Word struct {
	Text string `json:"text"`
	// Match is the best that it matched by; empty: nothing.
	Match Match `json:"match"`
	// Meant are the known words that a mistyped one stands for.
	Meant []string `json:"meant"`
}

// Match is how something was found.
type Match string

// The ways to be found, of ports and of words, best first.
const (
	Exact   Match = "exact"   // the very port or range
	Inside  Match = "inside"  // what was asked lies in a wider range
	Overlap Match = "overlap" // a part of the asked range

	Whole  Match = "word"   // the very word
	Prefix Match = "prefix" // a word that begins so
	Typo   Match = "typo"   // a word at one edit
)

// Group is what answers one port or range, or the words alone.
type Group struct {
	// Ask is that of Answer.Asked, its zero value where only words were given.
	Ask Ask `json:"ask"`
	// Hits are the flows, best first, at most MaxHits of Total.
	Hits  []Hit `json:"hits"`
	Total int   `json:"total"`
	// Forbidden are the flows that must stay closed, at most MaxHits of
	// ForbiddenTotal.
	Forbidden      []Hit `json:"forbidden"`
	ForbiddenTotal int   `json:"forbidden_total"`
	// AnyPort counts further flows whose port is the client's choice; they
	// are no answer to a number. AnyForbidden counts those that forbid every port.
	AnyPort      int `json:"any_port"`
	AnyForbidden int `json:"any_forbidden"`
	// Elsewhere counts flows of that port that the words exclude.
	Elsewhere int `json:"elsewhere"`
	// Registered are the names that the IANA registry has for an asked port of
	// which nothing is documented: registrations, no requirements.
	Registered []Registered `json:"registered"`
}

// Documented tells whether some flow names the group's port, be it one that
// the words exclude.
func (g *Group) Documented() bool { return g.Total+g.ForbiddenTotal+g.Elsewhere > 0 }

// Hit is one flow.
type Hit struct {
	// Product is the slug, Name the product's name.
	Product string `json:"product"`
	Name    string `json:"name"`
	// Flow is the id, Path the row in the site.
	Flow string `json:"flow"`
	Path string `json:"path"`
	// Service is the id, ServiceName what people call it.
	Service     string `json:"service"`
	ServiceName string `json:"service_name"`
	Direction   string `json:"direction"`
	// From and To are names of endpoints.
	From []string `json:"from"`
	To   []string `json:"to"`
	// Ports are all of the flow, of the variant where Variant is true.
	Ports string `json:"ports"`
	Need  string `json:"need"`
	// Match tells how it was found, Range which ports of it the asked ones
	// met; empty where only words were given.
	Match Match  `json:"match"`
	Range string `json:"range"`
	// Variant tells that only another source says these ports; they are never
	// opened.
	Variant bool `json:"variant"`
}

// Index is the catalog prepared for queries.
type Index struct {
	cols  *columns
	flows []flow
	sets  []string // the distinct port sets

	// The distinct spans of all port sets.
	single []span // one port, by number
	wide   []span // several
	open   []span // any port, unstated, every transport

	ofSet     [][]int32 // flows by port set
	variantOf [][]int32 // flows by port set of a variant
	words     *vocabulary
}

// flow is one flow as numbers of the columns' dictionaries.
type flow struct {
	product, set, id, service, need int
	route                           []int
}

// New makes the index of a catalog. It reads flows, with their directions, and
// the names of products, endpoints and services.
func New(c *catalog.Catalog) *Index { return compile(collect(c)) }
