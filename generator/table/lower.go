package table

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"portolan/generator/diag"
	"portolan/generator/note"
)

// The codes of the warnings that [Lower] gives, one per kind of loss.
const (
	LostLinks    = "table-links"
	LostCode     = "table-code"
	LostStrong   = "table-strong"
	LostEmphasis = "table-emphasis"
	LostNesting  = "table-nesting"
	LostBreaks   = "table-breaks"
	LostLists    = "table-lists"
	// LostCharacters: one was written in the place of another.
	LostCharacters = "table-characters"
)

// ProvenanceColumn is the id of the column that [Lower] adds for a format
// that can say nothing beside the table.
const ProvenanceColumn = "provenance"

// Lower returns the table as a format can carry it. Grouping becomes a
// column, the line of provenance becomes a column, blocks become lines, and
// markup that the format does not have becomes text; an address is then
// written out behind the text of its link. Text is brought onto one line,
// without control characters, and no line is empty. What is lost for good is
// told once per kind, as a warning, and in a format that has markup in the line
// of provenance too.
func Lower(t *Table, to Info, sink diag.Sink) *Table {
	out := *t
	l := &lowering{table: t, to: to, sink: sink, swap: swapper(to.Swap)}
	out.Title = l.clean(t.Title)
	out.Columns = l.columns()
	out.Groups = make([]Group, len(t.Groups))
	for i, g := range t.Groups {
		g.Title = l.clean(g.Title)
		g.Rows = l.rows(g.Rows)
		out.Groups[i] = g
	}
	if to.Can&CanMarkUp != 0 { // that there is none in plain text needs no word
		out.Provenance.Lost = l.lost
	}
	out.Provenance.Title = l.clean(t.Provenance.Title)
	if !to.Can.Has(CanGroup) {
		out.ungroup()
	}
	if !to.Can.Has(CanCite) {
		out.cite()
	}
	return &out
}

// ungroup puts all rows into one group, with a column for what told the
// groups apart unless there is one.
func (t *Table) ungroup() {
	add := t.GroupBy.ID != "" && t.Column(t.GroupBy.ID) < 0
	all := make([]Row, 0, t.Rows())
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			if add {
				r.Cells = slices.Concat([]Cell{{Blocks: note.Of(g.Title)}}, r.Cells)
			}
			all = append(all, r)
		}
	}
	if add {
		t.Columns = slices.Concat([]Column{t.GroupBy}, t.Columns)
	}
	t.Groups = []Group{{Rows: all}}
}

// cite ends every row with the line of provenance: so it survives sorting,
// filtering and the copying of single rows, and the table stays rectangular.
func (t *Table) cite() {
	cell := Cell{Blocks: note.Of(t.ProvenanceLine())}
	t.Columns = slices.Concat(t.Columns, []Column{{ID: ProvenanceColumn, Title: "Provenance", Kind: Citation}})
	for i := range t.Groups {
		rows := slices.Clone(t.Groups[i].Rows)
		for j := range rows {
			rows[j].Cells = slices.Concat(rows[j].Cells, []Cell{cell})
		}
		t.Groups[i].Rows = rows
	}
}

type lowering struct {
	table *Table
	to    Info
	sink  diag.Sink
	swap  *strings.Replacer // nil: nothing to swap
	told  []string          // codes
	lost  []string          // what was told, in a word
	row   string            // the row at work, for messages
}

// swapper replaces the first of each pair of characters by the second.
func swapper(pairs string) *strings.Replacer {
	if pairs == "" {
		return nil
	}
	return strings.NewReplacer(strings.Split(pairs, "")...)
}

// clean is text that the format can carry.
func (l *lowering) clean(s string) string {
	s = clean(s)
	if l.swap == nil {
		return s
	}
	out := l.swap.Replace(s)
	if out != s {
		l.tellSwap(s)
	}
	return out
}

func (l *lowering) isClean(s string) bool {
	return isClean(s) && (l.swap == nil || l.swap.Replace(s) == s)
}

func (l *lowering) tellSwap(s string) {
	pairs := strings.Split(l.to.Swap, "")
	for i := 0; i < len(pairs); i += 2 {
		if strings.Contains(s, pairs[i]) {
			l.tell(LostCharacters, strconv.Quote(pairs[i])+" (here "+strconv.Quote(pairs[i+1])+")", strconv.Quote(pairs[i])+", which becomes "+strconv.Quote(pairs[i+1]))
		}
	}
}

func (l *lowering) columns() []Column {
	cs := slices.Clone(l.table.Columns)
	for i := range cs {
		cs[i].Title = l.clean(cs[i].Title)
	}
	return cs
}

// rows shares every row that already fits.
func (l *lowering) rows(rows []Row) []Row {
	var out []Row
	for i := range rows {
		l.row = rows[i].ID
		var cells []Cell
		for j, c := range rows[i].Cells {
			if l.fits(c.Blocks) {
				continue
			}
			if cells == nil {
				cells = slices.Clone(rows[i].Cells)
			}
			cells[j].Blocks = l.blocks(c.Blocks)
		}
		if cells == nil {
			continue
		}
		if out == nil {
			out = slices.Clone(rows)
		}
		out[i].Cells = cells
	}
	if out == nil {
		return rows
	}
	return out
}

// fits tells whether the format can carry the blocks as they are.
func (l *lowering) fits(blocks []note.Block) bool {
	if len(blocks) > 1 && !l.can(CanParagraph) {
		return false
	}
	for _, b := range blocks {
		switch b := b.(type) {
		case *note.Paragraph:
			if !l.fitInline(b.Inlines) {
				return false
			}
		case *note.List:
			if !l.can(CanList) {
				return false
			}
			for _, item := range b.Items {
				if !l.fits(item) {
					return false
				}
			}
		}
	}
	return true
}

func (l *lowering) fitInline(list []note.Inline) bool {
	for i, in := range list {
		ok := true
		switch in := in.(type) {
		case note.Text:
			ok = l.isClean(string(in))
		case note.Code:
			ok = l.can(CanCode) && l.isClean(string(in)) && !l.holds(l.to.NotInCode, string(in)) && l.stands(list, i)
		case *note.Strong:
			ok = l.can(CanStrong) && l.stands(list, i) && l.nests(in.Inlines) && l.fitInline(in.Inlines)
		case *note.Emphasis:
			ok = l.can(CanEmphasize) && l.stands(list, i) && l.nests(in.Inlines) && l.fitInline(in.Inlines)
		case *note.Link:
			ok = l.can(CanLink) && l.plain(in.Inlines) && l.fitInline(in.Inlines) && !l.holds(l.to.NotInLink, note.PlainInlines(in.Inlines))
		case note.Break:
			ok = l.can(CanBreak) && !idle(list, i)
		}
		if !ok {
			return false
		}
	}
	return true
}

// idle tells whether the break i of a line begins, ends or empties a line.
func idle(list []note.Inline, i int) bool {
	if i == 0 || i == len(list)-1 {
		return true
	}
	_, twice := list[i-1].(note.Break)
	return twice
}

// holds tells whether a text has one of the characters.
func (l *lowering) holds(characters, s string) bool {
	return characters != "" && strings.ContainsAny(s, characters)
}

// stands tells whether a mark may stand as element i of a line.
func (l *lowering) stands(list []note.Inline, i int) bool {
	if l.to.Before != "" && i > 0 {
		switch in := list[i-1].(type) {
		case note.Break:
		case note.Text:
			if last, _ := utf8.DecodeLastRuneInString(string(in)); !strings.ContainsRune(l.to.Before, last) {
				return false
			}
		default:
			return false
		}
	}
	if l.to.After != "" && i+1 < len(list) {
		switch in := list[i+1].(type) {
		case note.Break:
		case note.Text:
			if first, _ := utf8.DecodeRuneInString(string(in)); !strings.ContainsRune(l.to.After, first) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func (l *lowering) can(a Ability) bool { return l.to.Can.Has(a) }

// nests tells whether strong or stressed text may hold these.
func (l *lowering) nests(list []note.Inline) bool {
	if l.holds(l.to.NotInMark, note.PlainInlines(list)) {
		return false
	}
	return l.plain(list)
}

// plain tells whether these are text alone, or need not be.
func (l *lowering) plain(list []note.Inline) bool {
	return l.can(CanNest) || !slices.ContainsFunc(list, func(in note.Inline) bool { _, text := in.(note.Text); return !text })
}

// tell warns of one kind of loss, the first time that it happens. Brief is the
// same in a word.
func (l *lowering) tell(code, brief, what string) {
	if slices.Contains(l.told, code) {
		return
	}
	l.told = append(l.told, code)
	l.lost = append(l.lost, brief)
	diag.Warnf(l.sink, l.table.At, code, "%s cannot carry %s, first in row %q of %q", l.to.ID, what, l.row, l.table.Title)
}

func (l *lowering) blocks(blocks []note.Block) []note.Block {
	var out []note.Block
	for _, b := range blocks {
		switch b := b.(type) {
		case *note.Paragraph:
			out = append(out, &note.Paragraph{Inlines: l.inlines(b.Inlines)})
		case *note.List:
			if l.can(CanList) {
				out = append(out, l.list(b))
				continue
			}
			l.tell(LostLists, "lists", "a list in a cell")
			out = append(out, &note.Paragraph{Inlines: l.inlines(lines(b, ""))})
		}
	}
	if len(out) > 1 && !l.can(CanParagraph) {
		return l.join(out)
	}
	return out
}

func (l *lowering) list(list *note.List) *note.List {
	items := make([][]note.Block, len(list.Items))
	for i, item := range list.Items {
		items[i] = l.blocks(item)
	}
	return &note.List{Ordered: list.Ordered, Start: list.Start, Items: items}
}

// join runs paragraphs together, a line for each; lists stay by themselves.
func (l *lowering) join(blocks []note.Block) []note.Block {
	var out []note.Block
	for _, b := range blocks {
		p, ok := b.(*note.Paragraph)
		if !ok || len(out) == 0 {
			out = append(out, b)
			continue
		}
		last, ok := out[len(out)-1].(*note.Paragraph)
		if !ok {
			out = append(out, b)
			continue
		}
		joined := slices.Concat(last.Inlines, []note.Inline{l.lineBreak(last.Inlines)}, p.Inlines)
		out[len(out)-1] = &note.Paragraph{Inlines: joined}
	}
	return out
}

// lineBreak is the nearest thing to a new line that the format has: at least
// the end of a sentence or part of one.
func (l *lowering) lineBreak(before []note.Inline) note.Inline {
	if l.can(CanBreak) {
		return note.Break{}
	}
	l.tell(LostBreaks, "line breaks", "a line break in a cell")
	if s := strings.TrimSpace(note.PlainInlines(before)); s == "" || strings.ContainsRune(".:;,!?", rune(s[len(s)-1])) {
		return note.Text(" ")
	}
	return note.Text("; ")
}

// lines writes a list as running text, an item a line.
func lines(list *note.List, indent string) []note.Inline {
	var out []note.Inline
	for i, item := range list.Items {
		if i > 0 {
			out = append(out, note.Break{})
		}
		mark := "- "
		if list.Ordered {
			mark = strconv.Itoa(list.Start+i) + ". "
		}
		out = append(out, note.Text(indent+mark))
		for j, b := range item {
			if j > 0 {
				out = append(out, note.Break{})
			}
			switch b := b.(type) {
			case *note.Paragraph:
				out = append(out, b.Inlines...)
			case *note.List:
				out = append(out, lines(b, indent+"  ")...)
			}
		}
	}
	return out
}

func (l *lowering) inlines(list []note.Inline) []note.Inline {
	list = l.splice(list)
	var out []note.Inline
	for i, in := range list {
		switch in := in.(type) {
		case note.Text:
			out = append(out, note.Text(l.clean(string(in))))
		case note.Code:
			text := l.clean(string(in))
			if l.standing(list, i, LostCode, "text as typed") {
				out = append(out, note.Code(text))
			} else {
				out = append(out, note.Text(text))
			}
		case *note.Strong:
			if inner := l.inlines(in.Inlines); l.standing(list, i, LostStrong, "strong text") {
				out = append(out, &note.Strong{Inlines: inner})
			} else {
				out = append(out, inner...)
			}
		case *note.Emphasis:
			if inner := l.inlines(in.Inlines); l.standing(list, i, LostEmphasis, "stressed text") {
				out = append(out, &note.Emphasis{Inlines: inner})
			} else {
				out = append(out, inner...)
			}
		case *note.Link:
			out = append(out, l.link(in)...)
		case note.Break:
			if !idle(list, i) {
				out = append(out, l.lineBreak(out))
			}
		}
	}
	return out
}

// splice puts what is in a mark in its place, where the format does not have
// the mark or not around that.
func (l *lowering) splice(list []note.Inline) []note.Inline {
	out := make([]note.Inline, 0, len(list))
	for _, in := range list {
		keep := true
		var inner []note.Inline
		switch in := in.(type) {
		case note.Code:
			if !l.can(CanCode) {
				l.tell(LostCode, "code", "text as typed")
			} else if l.holds(l.to.NotInCode, string(in)) {
				l.tell(LostCode, "some code", "all text as typed")
			} else {
				break
			}
			keep, inner = false, []note.Inline{note.Text(in)}
		case *note.Strong:
			inner = in.Inlines
			keep = l.marks(CanStrong, inner, LostStrong, "strong text")
		case *note.Emphasis:
			inner = in.Inlines
			keep = l.marks(CanEmphasize, inner, LostEmphasis, "stressed text")
		}
		if keep {
			out = append(out, in)
		} else {
			out = append(out, l.splice(inner)...)
		}
	}
	return out
}

// marks tells whether the format has a mark, and for this, and tells the loss
// if not.
func (l *lowering) marks(a Ability, inner []note.Inline, code, what string) bool {
	switch {
	case !l.can(a):
		l.tell(code, what, what)
	case !l.nests(inner):
		l.tell(LostNesting, "marks in marks", "markup inside "+what)
	default:
		return true
	}
	return false
}

// standing is stands, which tells the loss.
func (l *lowering) standing(list []note.Inline, i int, code, what string) bool {
	if l.stands(list, i) {
		return true
	}
	l.tell(code, what+" within words", what+" within words")
	return false
}

// link keeps the link, or its text with an outside address behind it. A way
// to another page of the site is left out: it tells nothing about the row.
func (l *lowering) link(in *note.Link) []note.Inline {
	text := l.inlines(in.Inlines)
	plain := note.PlainInlines(text)
	switch {
	case !l.can(CanLink):
		l.tell(LostLinks, "links", "links")
	case l.holds(l.to.NotInLink, plain):
		l.tell(LostLinks, "some links", "a link of "+strconv.Quote(plain))
	case !l.plain(text):
		l.tell(LostNesting, "marks in marks", "markup inside a link")
		return []note.Inline{&note.Link{URL: in.URL, Inlines: []note.Inline{note.Text(strings.ReplaceAll(plain, "\n", " "))}}}
	default:
		return []note.Inline{&note.Link{URL: in.URL, Inlines: text}}
	}
	href := ""
	if safeScheme(in.URL) {
		href = l.table.Href(in.URL)
	}
	if href == "" || plain == in.URL {
		return text
	}
	return append(text, note.Text(" ("+href+")"))
}
