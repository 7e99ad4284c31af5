package site

import (
	"portolan/generator/note"
)

// markup appends HTML for one page. Links are written relative to the page.
// What a table holds goes through it rather than through html/template: the
// same bytes for a hundredth of the time.
type markup struct {
	b    []byte
	page string // the page's path
}

// raw appends markup of our own.
func (m *markup) raw(parts ...string) *markup {
	if m.b == nil {
		m.b = *scraps.Get().(*[]byte)
	}
	for _, s := range parts {
		m.b = append(m.b, s...)
	}
	return m
}

// text appends a text of the data, escaped for elements and quoted attributes.
func (m *markup) text(s string) *markup {
	m.b = appendEscaped(m.b, s)
	return m
}

// href appends a link's target as an attribute value, without its quotes.
func (m *markup) href(path string) *markup { return m.text(relative(m.page, path)) }

// link appends a link to a path of the site.
func (m *markup) link(path, class, text string) *markup {
	m.raw(`<a`)
	if class != "" {
		m.raw(` class="`, class, `"`)
	}
	return m.raw(` href="`).href(path).raw(`">`).text(text).raw(`</a>`)
}

// note appends a note's blocks.
func (m *markup) note(n note.Note) *markup {
	return m.blocks(n.Blocks)
}

// blocks appends what stands in a cell of a table.
func (m *markup) blocks(blocks []note.Block) *markup {
	m.b = note.AppendCompactHTML(m.b, blocks, func(url string) string { return m.resolve(url) })
	return m
}

// resolve makes the target of a note's link: the site's own paths relative,
// others as they are.
func (m *markup) resolve(url string) string {
	if url != "" && url[0] == '/' {
		return relative(m.page, url)
	}
	return url
}

// sorter keeps the place of the field that sorts the table behind it where its
// rows are blocks, until its script (templates/assets/rows.js) shows it.
func (m *markup) sorter(rows int) *markup {
	if rows < 2 {
		return m
	}
	return m.raw(`<label class="sort" hidden>Sort by <select></select></label>`)
}

// copied closes a table, and keeps the place of the button that copies it until
// its script (templates/assets/table.js) shows it.
func (m *markup) copied(words string) {
	m.raw(`</tbody></table></div><div class="actions"><button type="button" hidden>`, words, `</button></div>`)
}

func (m *markup) bytes() []byte { return m.b }

func appendEscaped(dst []byte, s string) []byte {
	last := 0
	for i := range len(s) {
		var e string
		switch s[i] {
		case '&':
			e = "&amp;"
		case '<':
			e = "&lt;"
		case '>':
			e = "&gt;"
		case '"':
			e = "&#34;"
		case '\'':
			e = "&#39;"
		default:
			continue
		}
		dst = append(append(dst, s[last:i]...), e...)
		last = i + 1
	}
	return append(dst, s[last:]...)
}
