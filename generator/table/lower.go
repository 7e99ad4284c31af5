package table

import (
	"slices"
	"strconv"
	"strings"

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
)

// ProvenanceColumn is the id of the column that [Lower] adds for a format
// that can say nothing beside the table.
const ProvenanceColumn = "provenance"

// Lower returns the table as a format can carry it. Grouping becomes a
// column, the line of provenance becomes a column, blocks become lines, and
// markup that the format does not have becomes text; an address is then
// written out behind the text of its link. Text is brought onto one line,
// without control characters. What is lost for good is told once per kind, as
// a warning.
func Lower(t *Table, to Info, sink diag.Sink) *Table {
	out := *t
	l := &lowering{table: t, to: to, sink: sink}
	out.Title = clean(t.Title)
	out.Columns = l.columns()
	out.Groups = make([]Group, len(t.Groups))
	for i, g := range t.Groups {
		g.Title = clean(g.Title)
		g.Rows = l.rows(g.Rows)
		out.Groups[i] = g
	}
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
	told  []string // codes
	row   string   // the row at work, for messages
}

func (l *lowering) columns() []Column {
	cs := slices.Clone(l.table.Columns)
	for i := range cs {
		cs[i].Title = clean(cs[i].Title)
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
	for _, in := range list {
		ok := true
		switch in := in.(type) {
		case note.Text:
			ok = isClean(string(in))
		case note.Code:
			ok = l.can(CanCode) && isClean(string(in))
		case *note.Strong:
			ok = l.can(CanStrong) && l.nests(in.Inlines) && l.fitInline(in.Inlines)
		case *note.Emphasis:
			ok = l.can(CanEmphasize) && l.nests(in.Inlines) && l.fitInline(in.Inlines)
		case *note.Link:
			ok = l.can(CanLink) && l.fitInline(in.Inlines)
		case note.Break:
			ok = l.can(CanBreak)
		}
		if !ok {
			return false
		}
	}
	return true
}

func (l *lowering) can(a Ability) bool { return l.to.Can.Has(a) }

// nests tells whether strong or stressed text may hold these.
func (l *lowering) nests(list []note.Inline) bool {
	if l.can(CanNest) {
		return true
	}
	return !slices.ContainsFunc(list, func(in note.Inline) bool { _, text := in.(note.Text); return !text })
}

// tell warns of one kind of loss, the first time that it happens.
func (l *lowering) tell(code, what string) {
	if slices.Contains(l.told, code) {
		return
	}
	l.told = append(l.told, code)
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
			l.tell(LostLists, "a list in a cell")
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
	l.tell(LostBreaks, "a line break in a cell")
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
	var out []note.Inline
	for _, in := range list {
		switch in := in.(type) {
		case note.Text:
			out = append(out, note.Text(clean(string(in))))
		case note.Code:
			if text := clean(string(in)); l.can(CanCode) {
				out = append(out, note.Code(text))
			} else {
				l.tell(LostCode, "text as typed")
				out = append(out, note.Text(text))
			}
		case *note.Strong:
			if l.keeps(in.Inlines, CanStrong, LostStrong, "strong text") {
				out = append(out, &note.Strong{Inlines: l.inlines(in.Inlines)})
			} else {
				out = append(out, l.inlines(in.Inlines)...)
			}
		case *note.Emphasis:
			if l.keeps(in.Inlines, CanEmphasize, LostEmphasis, "stressed text") {
				out = append(out, &note.Emphasis{Inlines: l.inlines(in.Inlines)})
			} else {
				out = append(out, l.inlines(in.Inlines)...)
			}
		case *note.Link:
			out = append(out, l.link(in)...)
		case note.Break:
			out = append(out, l.lineBreak(out))
		}
	}
	return out
}

// keeps tells whether the format can mark these, and tells the loss if not.
func (l *lowering) keeps(list []note.Inline, a Ability, code, what string) bool {
	switch {
	case !l.can(a):
		l.tell(code, what)
	case !l.nests(list):
		l.tell(LostNesting, "markup inside "+what)
	default:
		return true
	}
	return false
}

// link keeps the link, or its text with an outside address behind it. A way
// to another page of the site is left out: it tells nothing about the row.
func (l *lowering) link(in *note.Link) []note.Inline {
	text := l.inlines(in.Inlines)
	if l.can(CanLink) {
		return []note.Inline{&note.Link{URL: in.URL, Inlines: text}}
	}
	l.tell(LostLinks, "links")
	href := ""
	if safeScheme(in.URL) {
		href = l.table.Href(in.URL)
	}
	if href == "" || note.PlainInlines(text) == in.URL {
		return text
	}
	return append(text, note.Text(" ("+href+")"))
}
