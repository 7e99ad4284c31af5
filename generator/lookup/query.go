package lookup

import (
	"cmp"
	"maps"
	"slices"
	"sort"

	"portolan/generator/catalog"
)

// Query answers a text: ports, ranges and words as people type them, or lines
// pasted from ss, netstat, nmap or a firewall's log. Every word narrows.
func (x *Index) Query(text string) Answer {
	r := understand(text)
	a := Answer{Pasted: r.pasted, Asked: r.asked, Seen: r.seen, Words: []Word{}, Invalid: r.invalid, Truncated: r.truncated, Groups: []Group{}}
	var narrow *narrowed
	for _, w := range r.words {
		var word Word
		narrow, word = x.narrow(narrow, w)
		a.Words = append(a.Words, word)
	}
	for _, ask := range r.asked {
		a.Groups = append(a.Groups, x.port(ask, narrow))
	}
	if len(r.asked) == 0 && narrow != nil {
		a.Groups = append(a.Groups, x.wordGroup(narrow))
	}
	return a
}

// narrowed is the flows that all words so far match.
type narrowed struct {
	score []uint32 // by flow: 0 out, else one more than its words' weights together
	// list is the flows of the word that has the fewest, counted once for each
	// name that it is part of, by what the word adds to their score, then in the
	// order of its terms and their names; a flow may stand twice, and not all are
	// in.
	list []int32
}

func (n *narrowed) has(flow int32) bool { return n == nil || n.score[flow] > 0 }

func (n *narrowed) of(flow int32) int {
	if n == nil {
		return 0
	}
	return int(n.score[flow])
}

var wordMatches = []Match{Whole, Prefix, Typo}

// weights are what a word adds to a flow's score, by its distance: fewer
// typos come first, then fewer beginnings of words, then fewer words that
// only an endpoint's name has (one each). MaxWords of one fit below the next.
var weights = []uint32{0, 1 << 6, 1 << 12}

// narrow keeps the flows that match one more word.
func (x *Index) narrow(before *narrowed, text string) (*narrowed, Word) {
	word := Word{Text: text, Meant: []string{}}
	next := &narrowed{score: make([]uint32, len(x.flows))}
	terms, distances := x.words.find(text)
	byScore := map[uint32][]int{} // entities
	for i, t := range terms {
		d := distances[i]
		if word.Match == "" || d < slices.Index(wordMatches, word.Match) {
			word.Match = wordMatches[d]
		}
		if d == 2 {
			word.Meant = append(word.Meant, t)
		}
		for _, entity := range x.words.terms[t].entities {
			s := weights[d] + 1
			if x.words.minor(entity) {
				s++
			}
			byScore[s] = append(byScore[s], entity)
		}
	}
	for _, s := range slices.Sorted(maps.Keys(byScore)) {
		for _, entity := range byScore[s] {
			next.list = append(next.list, x.words.flows[entity]...)
			for _, f := range x.words.flows[entity] {
				if next.score[f] == 0 { // else found by a better name
					next.score[f] = s
				}
			}
		}
	}
	if before == nil {
		return next, word
	}
	for f, s := range next.score {
		switch {
		case s == 0:
		case before.score[f] == 0:
			next.score[f] = 0
		default:
			next.score[f] += before.score[f] - 1
		}
	}
	if len(before.list) <= len(next.list) {
		next.list = before.list
	}
	return next, word
}

// found is a flow that answers, with all that ranks it.
type found struct {
	flow    int32
	variant bool
	kind    int // of portMatches or wordMatches
	size    int // of the span
	score   int // of the words
	need    int
	span    span
}

var portMatches = []Match{Exact, Inside, Overlap}

// compare ranks: what a product's own source says before variants, exact
// before inside before a part, narrow before wide, words as typed before
// longer ones before typos, needed before optional.
func (a found) compare(b found) int {
	return cmp.Or(cmp.Compare(rank(a.variant), rank(b.variant)), cmp.Compare(a.kind, b.kind), cmp.Compare(a.size, b.size),
		cmp.Compare(a.score, b.score), cmp.Compare(a.need, b.need), cmp.Compare(a.flow, b.flow))
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// port answers one port or range.
func (x *Index) port(a Ask, narrow *narrowed) Group {
	best := map[int32]found{}
	elsewhere := map[int32]bool{}
	add := func(s span, kind int) {
		for i, flows := range [][]int32{x.ofSet[s.set], x.variantOf[s.set]} {
			for _, f := range flows {
				if !narrow.has(f) {
					elsewhere[f] = true
					continue
				}
				n := found{flow: f, variant: i == 1, kind: kind, size: s.size(), score: narrow.of(f), need: x.flows[f].need, span: s}
				if old, ok := best[f]; !ok || n.compare(old) < 0 {
					best[f] = n
				}
			}
		}
	}
	x.meet(a, add)
	list := make([]found, 0, len(best))
	for _, n := range best {
		list = append(list, n)
	}
	slices.SortFunc(list, found.compare)
	g := x.group(a, list, portMatches)
	g.Elsewhere = len(elsewhere)
	x.countOpen(&g, a, narrow, best)
	if !g.Documented() {
		g.Registered = registered().names(a)
		g.Nearest = x.nearest(a)
	}
	return g
}

// meet calls add for each distinct span that meets the asked ports, with how.
func (x *Index) meet(a Ask, add func(s span, kind int)) {
	if a.wildcard() {
		for _, s := range x.open {
			if a.Text == s.String() {
				add(s, 0)
			}
		}
		return
	}
	kind := 0 // of a single port: the asked one, or a part of the asked range
	if a.First != a.Last {
		kind = 2
	}
	i := sort.Search(len(x.single), func(i int) bool { return x.single[i].first >= a.First })
	for ; i < len(x.single) && x.single[i].first <= a.Last; i++ {
		if s := x.single[i]; a.takes(s.transport) {
			add(s, kind)
		}
	}
	for _, s := range x.wide {
		switch {
		case s.first > a.Last || s.last < a.First || !a.takes(s.transport):
		case s.full() && a.Last-a.First+1 < s.size():
		case s.first == a.First && s.last == a.Last:
			add(s, 0)
		case s.first <= a.First && a.Last <= s.last:
			add(s, 1)
		default:
			add(s, 2)
		}
	}
}

// nearest finds what is documented next to ports of which nothing is.
func (x *Index) nearest(a Ask) []string {
	var below, above *span
	consider := func(s *span) {
		if !a.takes(s.transport) || len(x.ofSet[s.set]) == 0 || s.full() {
			return
		}
		if s.last < a.First && (below == nil || s.last > below.last || s.last == below.last && s.first > below.first) {
			below = s
		}
		if s.first > a.Last && (above == nil || s.first < above.first || s.first == above.first && s.last < above.last) {
			above = s
		}
	}
	out := []string{}
	if a.First == 0 || a.Transport != "" && !slices.Contains(portTransports, a.Transport) {
		return out
	}
	for _, list := range [][]span{x.single, x.wide} {
		for i := range list {
			consider(&list[i])
		}
	}
	for _, s := range []*span{below, above} {
		if s != nil {
			out = append(out, s.String())
		}
	}
	return out
}

// wildcard tells whether the ask is "tcp/*" or "tcp/?".
func (a Ask) wildcard() bool { return a.First == 0 && slices.Contains(portTransports, a.Transport) }

// takes tells whether the ask is for that transport. One without a transport
// is for all that have ports.
func (a Ask) takes(transport string) bool {
	return a.Transport == transport || a.Transport == "" && slices.Contains(portTransports, transport)
}

// countOpen counts the flows that name no number and yet are about the port.
func (x *Index) countOpen(g *Group, a Ask, narrow *narrowed, best map[int32]found) {
	if a.wildcard() {
		return
	}
	seen := map[int32]bool{}
	count := func(s span) {
		for _, f := range x.ofSet[s.set] {
			if _, hit := best[f]; hit || seen[f] || !narrow.has(f) {
				continue
			}
			seen[f] = true
			if x.isForbidden(x.flows[f].need) {
				g.AnyForbidden++
			} else {
				g.AnyPort++
			}
		}
	}
	for _, s := range x.open {
		if s.form == 'a' || s.form == '*' && a.takes(s.transport) {
			count(s)
		}
	}
	for _, s := range x.wide {
		if s.full() && a.takes(s.transport) {
			count(s)
		}
	}
}

func (x *Index) isForbidden(need int) bool { return x.cols.Needs[need] == "forbidden" }

// wordGroup answers words alone.
func (x *Index) wordGroup(n *narrowed) Group {
	var list []found
	seen, more := map[int32]bool{}, false
	for _, f := range n.list {
		if seen[f] || n.score[f] == 0 {
			continue
		}
		if more = len(list) == MaxFound; more {
			break
		}
		seen[f] = true
		hit := found{flow: f, need: x.flows[f].need, score: n.of(f)}
		switch s := n.score[f] - 1; {
		case s >= weights[2]:
			hit.kind = 2
		case s >= weights[1]:
			hit.kind = 1
		}
		list = append(list, hit)
	}
	slices.SortFunc(list, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.need, b.need), cmp.Compare(a.flow, b.flow))
	})
	g := x.group(Ask{}, list, wordMatches)
	g.More = more
	return g
}

// group parts what was found into sections.
func (x *Index) group(a Ask, list []found, matches []Match) Group {
	kinds := Kinds()
	all := make([]Section, len(kinds))
	for _, n := range list {
		s := &all[slices.Index(kinds, x.kindOf(n))]
		if s.Total++; s.Total <= MaxHits {
			s.Hits = append(s.Hits, x.hit(n, matches[n.kind]))
		}
	}
	g := Group{Ask: a, Sections: []Section{}, Nearest: []string{}, Registered: []Registered{}}
	for i, s := range all {
		if s.Total > 0 {
			s.Kind = kinds[i]
			g.Sections = append(g.Sections, s)
		}
	}
	return g
}

func (x *Index) kindOf(n found) Kind {
	byPort := n.span.transport != ""
	switch {
	case x.isForbidden(n.need):
		return Closed
	case n.variant:
		return Alternate
	case byPort && portMatches[n.kind] == Overlap:
		return Parts
	case byPort && portMatches[n.kind] == Inside:
		return Within
	}
	switch catalog.Direction(x.directionOf(&x.flows[n.flow])) {
	case catalog.Inbound:
		return Listens
	case catalog.Outbound:
		return Connects
	default:
		return Between
	}
}

func (x *Index) hit(n found, m Match) Hit {
	f, c := &x.flows[n.flow], x.cols
	h := Hit{
		Product: c.Slugs[f.product], Name: c.Names[f.product], Flow: c.IDs[f.id],
		Path:    "/products/" + c.Slugs[f.product] + "/#" + c.IDs[f.id],
		Service: c.Services[f.service][0], ServiceName: c.Services[f.service][1],
		Direction: x.directionOf(f), From: x.from(f), To: x.to(f),
		Ports: x.sets[f.set], Need: x.needOf(f), Match: m, Variant: n.variant,
	}
	if n.span.transport != "" {
		h.Range = n.span.String()
		if n.variant {
			h.Ports = x.sets[n.span.set]
		}
	}
	return h
}
