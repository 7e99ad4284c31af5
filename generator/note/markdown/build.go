package markdown

import (
	"strings"

	"github.com/gomarkdown/markdown/ast"

	"portolan/generator/note"
)

// part is an inline, or a run of delimiters that has not found its partner.
type part struct {
	node  note.Inline
	delim *token
	count int // what is left of the run
}

// build matches links and emphasis in a row of tokens. In a link, links of
// bare addresses are plain text.
func (in *inliner) build(row []ast.Node, inLink bool) []note.Inline {
	var parts []part
	for i := 0; i < len(row); i++ {
		switch t := row[i].(type) {
		case *ast.Text:
			parts = append(parts, part{node: note.Text(t.Literal)})
		case *token:
			switch {
			case t.node != nil:
				l, isLink := t.node.(*note.Link)
				if isLink && inLink {
					parts = append(parts, part{node: l.Inlines[0]})
				} else {
					parts = append(parts, part{node: t.node})
				}
			case t.run != 0:
				parts = in.emphasis(parts, t)
			case t.end != nil:
				j := i + 1
				for row[j] != ast.Node(t.end) {
					j++
				}
				l := &note.Link{URL: t.url, Inlines: in.build(row[i+1:j], true)}
				if strings.TrimSpace(note.PlainInlines(l.Inlines)) == "" {
					in.r.refuse("[", CodeURL, "a link without text", "")
				}
				parts = append(parts, part{node: l})
				i = j
			case t.image:
				parts = append(parts, part{node: note.Text("![")})
			case t.bracket:
				parts = append(parts, part{node: note.Text("[")})
			}
		}
	}
	return in.join(parts)
}

// emphasis adds a run of delimiters to the parts, after closing with it what
// it can close: the rules are those of CommonMark's "process emphasis".
func (in *inliner) emphasis(parts []part, t *token) []part {
	left := t.count
	for t.close && left > 0 {
		i := opener(parts, t)
		if i < 0 {
			break
		}
		use := 1
		if left >= 2 && parts[i].count >= 2 {
			use = 2
		}
		inner := in.join(parts[i+1:])
		var node note.Inline = &note.Emphasis{Inlines: inner}
		if use == 2 {
			node = &note.Strong{Inlines: inner}
		}
		left -= use
		parts[i].count -= use
		if parts[i].count == 0 {
			parts = parts[:i]
		} else {
			parts = parts[:i+1]
		}
		parts = append(parts, part{node: node})
	}
	switch {
	case left == 0:
	case t.open:
		parts = append(parts, part{delim: t, count: left})
	default:
		parts = append(parts, part{node: note.Text(strings.Repeat(string(t.run), left))})
	}
	return parts
}

// opener finds the nearest run that t can close, -1 for none.
func opener(parts []part, t *token) int {
	for i := len(parts) - 1; i >= 0; i-- {
		d := parts[i].delim
		if d == nil || d.run != t.run {
			continue
		}
		// the rule of three
		if (d.close || t.open) && (d.count+t.count)%3 == 0 && (d.count%3 != 0 || t.count%3 != 0) {
			continue
		}
		return i
	}
	return -1
}

// join gives the inlines of parts: unmatched delimiters as text, neighbouring
// texts as one, runs of white space as one space.
func (in *inliner) join(parts []part) []note.Inline {
	var out []note.Inline
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, note.Text(collapse(b.String())))
			b.Reset()
		}
	}
	for _, p := range parts {
		switch n := p.node.(type) {
		case note.Break: // no white space beside it
			s := strings.TrimRight(b.String(), " \t")
			b.Reset()
			b.WriteString(s)
			flush()
			out = append(out, n)
		case nil:
			b.WriteString(strings.Repeat(string(p.delim.run), p.count))
		case note.Text:
			b.WriteString(string(n))
		default:
			flush()
			out = append(out, n)
		}
	}
	flush()
	return out
}

// collapse turns runs of spaces, tabs and line ends into one space.
func collapse(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		r = spaced(r)
		if r == ' ' && space {
			continue
		}
		space = r == ' '
		b.WriteRune(r)
	}
	return b.String()
}

// nesting gives how deeply spans stand in spans.
func nesting(list []note.Inline) int {
	deepest := 0
	for _, n := range list {
		switch n := n.(type) {
		case *note.Strong:
			deepest = max(deepest, 1+nesting(n.Inlines))
		case *note.Emphasis:
			deepest = max(deepest, 1+nesting(n.Inlines))
		case *note.Link:
			deepest = max(deepest, 1+nesting(n.Inlines))
		}
	}
	return deepest
}

// trim drops white space at both ends, and empty texts.
func trim(list []note.Inline) []note.Inline {
	for len(list) > 0 {
		t, ok := list[0].(note.Text)
		if !ok {
			break
		}
		if list[0] = note.Text(strings.TrimLeft(string(t), " ")); list[0] != note.Text("") {
			break
		}
		list = list[1:]
	}
	for len(list) > 0 {
		t, ok := list[len(list)-1].(note.Text)
		if !ok {
			break
		}
		if list[len(list)-1] = note.Text(strings.TrimRight(string(t), " ")); list[len(list)-1] != note.Text("") {
			break
		}
		list = list[:len(list)-1]
	}
	return list
}
