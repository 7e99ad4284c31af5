package lookup

import (
	"slices"
	"strings"
	"sync"
)

// synonyms are the words that stand for a direction, a need or a transport
// beside its own name. Such a word is never taken as the beginning of another.
var synonyms = map[string][]string{
	"inbound":   {"in", "incoming", "ingress"},
	"outbound":  {"out", "outgoing", "egress"},
	"loopback":  {"localhost"},
	"required":  {"mandatory", "must"},
	"forbidden": {"deny", "denied", "blocked", "closed"},
}

// vocabulary knows which flows a word means. What a word can name (a product,
// a service, an endpoint's name, a direction, a need, a transport) is an
// entity; each has the list of its flows.
type vocabulary struct {
	terms  map[string]*term
	sorted []string
	flows  [][]int32 // by entity

	// Entities from firstMinor to lastMinor are names of endpoints, which say
	// less of a flow than its product and service.
	firstMinor, lastMinor int

	once    sync.Once
	deletes map[string][]string // terms by themselves less one letter
}

type term struct {
	entities []int
	reserved bool
}

func newVocabulary() *vocabulary { return &vocabulary{terms: map[string]*term{}} }

// entities adds n entities and returns the first's number.
func (v *vocabulary) entities(n int) int {
	first := len(v.flows)
	v.flows = append(v.flows, make([][]int32, n)...)
	return first
}

func (v *vocabulary) minor(entity int) bool { return v.firstMinor <= entity && entity <= v.lastMinor }

// name makes an entity found by the words of a name, and by all of them
// written as one.
func (v *vocabulary) name(entity int, name string) {
	words := split(normalise(name))
	for _, w := range words {
		v.add(entity, w, false)
	}
	if len(words) > 1 {
		v.add(entity, strings.Join(words, ""), false)
	}
}

// reserve adds one entity a name, found by that name and its synonyms.
func (v *vocabulary) reserve(names []string) int {
	first := v.entities(len(names))
	for i, name := range names {
		v.add(first+i, name, true)
		for _, w := range synonyms[name] {
			v.add(first+i, w, true)
		}
	}
	return first
}

func (v *vocabulary) add(entity int, word string, reserved bool) {
	t := v.terms[word]
	if t == nil {
		t = &term{}
		v.terms[word] = t
	}
	t.reserved = t.reserved || reserved
	if !slices.Contains(t.entities, entity) {
		t.entities = append(t.entities, entity)
	}
}

// listing fills the entities' flows.
func (v *vocabulary) listing(flows int, each func(flow int, add func(entity int))) {
	for i := range flows {
		each(i, func(entity int) {
			list := v.flows[entity]
			if n := len(list); n == 0 || list[n-1] != int32(i) {
				v.flows[entity] = append(list, int32(i))
			}
		})
	}
}

func (v *vocabulary) sort() {
	v.sorted = make([]string, 0, len(v.terms))
	for w := range v.terms {
		v.sorted = append(v.sorted, w)
	}
	slices.Sort(v.sorted)
}

// find returns the terms that a word means, with how far each is from it:
// 0 the word itself, 1 a longer one, 2 one at one edit.
func (v *vocabulary) find(word string) (terms []string, distance []int) {
	if t := v.terms[word]; t != nil && t.reserved {
		return []string{word}, []int{0}
	}
	i, _ := slices.BinarySearch(v.sorted, word)
	for ; i < len(v.sorted) && strings.HasPrefix(v.sorted[i], word); i++ {
		terms = append(terms, v.sorted[i])
		distance = append(distance, min(1, len(v.sorted[i])-len(word)))
	}
	if terms == nil {
		for _, t := range v.near(word) {
			terms, distance = append(terms, t), append(distance, 2)
		}
	}
	return terms, distance
}

// The lengths of words, in code points, between which a typo is looked for.
const minTypo, maxTypo = 3, 40

// near returns the terms at one edit (a letter too many, too few, another or
// two swapped), in alphabetical order.
func (v *vocabulary) near(word string) []string {
	letters := []rune(word)
	if len(letters) < minTypo || len(letters) > maxTypo || strings.Trim(word, "0123456789") == "" {
		return nil
	}
	v.once.Do(v.indexDeletes)
	var out []string
	check := func(key string) {
		for _, t := range v.deletes[key] {
			if oneEdit(letters, []rune(t)) {
				out = append(out, t)
			}
		}
	}
	check(word)
	for i := range letters {
		check(without(letters, i))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (v *vocabulary) indexDeletes() {
	v.deletes = make(map[string][]string, 8*len(v.sorted))
	for _, t := range v.sorted {
		letters := []rune(t)
		if len(letters) < minTypo || len(letters) > maxTypo {
			continue
		}
		v.deletes[t] = append(v.deletes[t], t)
		for i := range letters {
			key := without(letters, i)
			v.deletes[key] = append(v.deletes[key], t)
		}
	}
}

func without(letters []rune, i int) string { return string(letters[:i]) + string(letters[i+1:]) }

// oneEdit tells whether one insertion, deletion, substitution or swap of
// neighbours makes one word of the other.
func oneEdit(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(b)-len(a) > 1 || i == len(b):
		return false
	case len(b) > len(a):
		return slices.Equal(a[i:], b[i+1:])
	case slices.Equal(a[i+1:], b[i+1:]):
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:])
}
