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
	MaxNames = 4    // names that pasted lines give a port
	MaxHits  = 100  // of each section of a group
	MaxFound = 1000 // flows that words alone find
)

// Answer is what a query found.
type Answer struct {
	// Pasted tells that lines of a listing or a log were read: of such a text
	// only their ports are asked for.
	Pasted bool `json:"pasted"`
	// Asked are the ports and ranges that were understood, each once.
	Asked []Ask `json:"asked"`
	// Seen is what the pasted lines say of each of Asked; empty if none were read.
	Seen []Seen `json:"seen"`
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

// Seen is what pasted lines say of a port beside its number.
type Seen struct {
	Lines int `json:"lines"` // how many lines name it
	// Names are the programs that listen there, as ss, netstat or lsof tell, or
	// nmap's name for the service; each once, at most MaxNames.
	Names []string `json:"names"`
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
	// Sections are the flows that answer, those that have any, in the order of
	// Kinds.
	Sections []Section `json:"sections"`
	// More tells that words alone find more than MaxFound flows: those that
	// were found first are all that is ranked and counted.
	More bool `json:"more"`
	// AnyPort counts further flows whose port is the client's choice; they
	// are no answer to a number. AnyForbidden counts those that forbid every port.
	AnyPort      int `json:"any_port"`
	AnyForbidden int `json:"any_forbidden"`
	// Elsewhere counts flows of that port that the words exclude.
	Elsewhere int `json:"elsewhere"`
	// Nearest are the documented ports or ranges next to an asked port of which
	// nothing is documented: that below it and that above, where there are.
	Nearest []string `json:"nearest"`
	// Registered are the names that the IANA registry has for an asked port of
	// which nothing is documented: registrations, no requirements.
	Registered []Registered `json:"registered"`
}

// Documented tells whether some flow names the group's port, be it one that
// the words exclude.
func (g *Group) Documented() bool { return len(g.Sections) > 0 || g.Elsewhere > 0 }

// Section is the flows of a group that say the same of what was asked.
type Section struct {
	Kind Kind `json:"kind"`
	// Hits are best first, at most MaxHits of Total.
	Hits  []Hit `json:"hits"`
	Total int   `json:"total"`
}

// Kind is what the flows of a section have in common.
type Kind string

// The kinds. A flow is of the last one that fits.
const (
	Listens   Kind = "listens"   // the product listens there, for others
	Connects  Kind = "connects"  // the product connects to it
	Between   Kind = "between"   // between parts of the product, or between others
	Within    Kind = "inside"    // the port lies inside a wider range, whoever listens
	Parts     Kind = "part"      // a part of the asked range
	Alternate Kind = "variant"   // only another source says so; never opened
	Closed    Kind = "forbidden" // must stay closed
)

// Kinds lists the kinds in the order of an answer's sections.
func Kinds() []Kind { return []Kind{Listens, Connects, Between, Within, Parts, Alternate, Closed} }

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
	route                           []int // as of the columns, its ends as numbers of phrases
}

// New makes the index of a catalog. It reads flows, with their directions, and
// the names of products, endpoints and services.
func New(c *catalog.Catalog) *Index { return compile(collect(c)) }
