package lookup

import (
	"cmp"
	"slices"
	"sort"
)

// Query answers a text: ports, ranges and words as people type them, or lines
// pasted from ss, netstat, nmap or a firewall's log. Every word narrows.
func (x *Index) Query(text string) Answer {
	r := understand(text)
	a := Answer{Pasted: r.pasted, Asked: r.asked, Words: []Word{}, Invalid: r.invalid, Truncated: r.truncated, Groups: []Group{}}
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
	list  []int32  // those in, in no order
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
			for _, f := range x.words.flows[entity] {
				switch {
				case next.score[f] == 0:
					next.list = append(next.list, f)
					next.score[f] = s
				case s < next.score[f]:
					next.score[f] = s
				}
			}
		}
	}
	if before == nil {
		return next, word
	}
	kept := next.list[:0]
	for _, f := range next.list {
		if before.score[f] == 0 {
			next.score[f] = 0
			continue
		}
		next.score[f] += before.score[f] - 1
		kept = append(kept, f)
	}
	next.list = kept
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
	keys := make([]uint64, len(n.list))
	for i, f := range n.list {
		keys[i] = uint64(n.score[f])<<40 | uint64(x.flows[f].need)<<32 | uint64(f)
	}
	slices.Sort(keys)
	list := make([]found, len(keys))
	for i, k := range keys {
		f := int32(k)
		list[i] = found{flow: f, need: x.flows[f].need}
		switch s := n.score[f] - 1; {
		case s >= weights[2]:
			list[i].kind = 2
		case s >= weights[1]:
			list[i].kind = 1
		}
	}
	return x.group(Ask{}, list, wordMatches)
}

// group takes the forbidden ones of what was found apart.
func (x *Index) group(a Ask, list []found, matches []Match) Group {
	g := Group{Ask: a, Hits: []Hit{}, Forbidden: []Hit{}, Registered: []Registered{}}
	for _, n := range list {
		hits, total := &g.Hits, &g.Total
		if x.isForbidden(n.need) {
			hits, total = &g.Forbidden, &g.ForbiddenTotal
		}
		if *total++; *total <= MaxHits {
			*hits = append(*hits, x.hit(n, matches[n.kind]))
		}
	}
	return g
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
