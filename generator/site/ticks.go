package site

import (
	"slices"
	"strings"

	"portolan/generator/catalog"
)

// ticks are the boxes of one kind by which a script filters.
type ticks struct {
	Name, Legend string
	Values       []tick
}

type tick struct{ Value, Label string }

// Some tells whether there is a choice.
func (t ticks) Some() bool { return len(t.Values) > 1 }

// tickWords makes boxes of words of the data, those alone that are used.
func tickWords(name, legend string, words []string, used func(string) bool) ticks {
	t := ticks{Name: name, Legend: legend}
	for _, w := range words {
		if used(w) {
			t.Values = append(t.Values, tick{w, strings.ReplaceAll(w, "-", " ")})
		}
	}
	return t
}

// kindTicks, categoryTicks and tagTicks are boxes of what products are.
func (s *Site) kindTicks() ticks {
	return tickWords("kind", "Kind", catalog.Kind("").Values(), func(k string) bool {
		return slices.ContainsFunc(s.Catalog.Products, func(p *catalog.Product) bool { return string(p.Kind) == k })
	})
}

func (s *Site) categoryTicks() ticks {
	var words []string
	for _, c := range s.categories() {
		words = append(words, c.ID)
	}
	return tickWords("category", "Category", words, func(string) bool { return true })
}

func (s *Site) tagTicks() ticks {
	var words []string
	for _, p := range s.Catalog.Products {
		words = append(words, p.Tags...)
	}
	slices.Sort(words)
	return tickWords("tag", "Tags, any of", slices.Compact(words), func(string) bool { return true })
}

// flowTicks are boxes of the needs and directions that a product's flows have.
func flowTicks(p *catalog.Product) []ticks {
	some := func(is func(*catalog.Flow) bool) bool {
		return slices.ContainsFunc(p.Flows, func(f catalog.Flow) bool { return is(&f) })
	}
	return []ticks{
		tickWords("need", "Need", catalog.Need("").Values(), func(w string) bool {
			return some(func(f *catalog.Flow) bool { return string(f.Need) == w })
		}),
		tickWords("direction", "Direction", directionWords(), func(w string) bool {
			return some(func(f *catalog.Flow) bool { return string(f.Direction) == w })
		}),
	}
}

func directionWords() (out []string) {
	for _, d := range catalog.Directions() {
		out = append(out, string(d))
	}
	return out
}

// facts appends what a product's row or column is filtered by.
func (m *markup) facts(p *catalog.Product) *markup {
	m.raw(` data-kind="`, string(p.Kind), `" data-category="`, category(p), `"`)
	if len(p.Tags) > 0 {
		m.raw(` data-tag="`, strings.Join(p.Tags, " "), `"`)
	}
	return m
}
