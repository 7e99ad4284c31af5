package wikis_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"portolan/generator/catalog"
	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/note"
	"portolan/generator/policy/platforms"
	"portolan/generator/table"
	"portolan/generator/table/dialects"
	"portolan/generator/table/tabletest"
	"portolan/tests/wikis"
)

// eachReader runs a test with each reader.
func eachReader(t *testing.T, f func(t *testing.T, r wikis.Reader, s *wikis.Session)) {
	for _, r := range wikis.Readers() {
		t.Run(r.Dialect, func(t *testing.T) {
			t.Parallel()
			f(t, r, r.Start(t))
		})
	}
}

// check holds what the reader reads of a table against the table: every cell,
// every mark and every link, and nothing else.
func check(t *testing.T, r wikis.Reader, s *wikis.Session, in *table.Table) {
	t.Helper()
	d, ok := dialects.Lookup(r.Dialect)
	if !ok {
		t.Fatalf("no dialect %s", r.Dialect)
	}
	low := table.Lower(in, d.Info(), new(diag.List))
	var b bytes.Buffer
	if err := d.Render(&b, low); err != nil {
		t.Fatal(err)
	}
	want, wantLinks, wantMarks := tabletest.Want(low).Words(), links(low, d.Info()), marks(low)
	gotLinks := map[string]bool{}
	reading := tabletest.Reading{Elements: r.Elements, Leads: func(href string) bool {
		gotLinks[href] = true
		return wantLinks[href] || r.Autolinks && want.Holds(strings.TrimSuffix(href, "/"))
	}}
	html := s.HTML(t, b.String())
	reading.HTML(t, html).Words().Check(t, want)
	for href := range wantLinks {
		if !gotLinks[href] {
			t.Errorf("no link to %s", href)
		}
	}
	for tag, n := range wantMarks {
		if r.Code != "" && tag == "<code" {
			tag = r.Code
		}
		if got := strings.Count(html, tag); got != n {
			t.Errorf("%d elements %s>, want %d", got, tag, n)
		}
	}
	if t.Failed() && b.Len() < 4000 {
		t.Logf("%s\n%s", b.String(), html)
	}
}

// links are all that a table leads to.
func links(in *table.Table, to table.Info) map[string]bool {
	out := map[string]bool{}
	if url := in.CopyURL(); url != "" && to.Can.Has(table.CanCite) {
		out[url] = true
	}
	for _, g := range in.Groups {
		for _, r := range g.Rows {
			for _, c := range r.Cells {
				for _, url := range note.Links(c.Blocks) {
					if href := in.Href(url); href != "" {
						out[href] = true
					}
				}
			}
		}
	}
	return out
}

// marks counts the marked elements of a table.
func marks(in *table.Table) map[string]int {
	var b []byte
	for _, g := range in.Groups {
		for _, r := range g.Rows {
			for _, c := range r.Cells {
				b = note.AppendHTML(b, c.Blocks, nil)
			}
		}
	}
	out := map[string]int{}
	for _, tag := range []string{"<strong", "<em", "<code"} {
		out[tag] = bytes.Count(b, []byte(tag))
	}
	return out
}

// TestHostile holds that each reader reads every hostile text as it is, and
// makes nothing of it.
func TestHostile(t *testing.T) {
	eachReader(t, func(t *testing.T, r wikis.Reader, s *wikis.Session) { check(t, r, s, tabletest.HostileTable()) })
}

// TestNeighbours puts hostile texts beside each other, in every kind of mark.
func TestNeighbours(t *testing.T) {
	eachReader(t, func(t *testing.T, r wikis.Reader, s *wikis.Session) {
		for seed := range uint64(4) {
			t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) { check(t, r, s, shuffled(rand.New(rand.NewPCG(seed, 1)), r.Misreads)) })
		}
	})
}

// shuffled is a table of cells that are put together by chance, without some
// characters.
func shuffled(by *rand.Rand, without string) *table.Table {
	all := slices.DeleteFunc(tabletest.Hostile(), func(s string) bool { return without != "" && strings.ContainsAny(s, without) })
	text := func() string {
		s := all[by.IntN(len(all))]
		for by.IntN(3) == 0 {
			s += [2]string{"", " "}[by.IntN(2)] + all[by.IntN(len(all))]
		}
		return s
	}
	t := &table.Table{Title: text(), Links: table.Absolute("https://site.example/ports"), Provenance: table.Provenance{Title: text(), URL: "/x/"}}
	for _, id := range []string{"a", "b", "c"} {
		t.Columns = append(t.Columns, table.Column{ID: id, Title: text()})
	}
	rows := make([]table.Row, 60)
	for i := range rows {
		rows[i] = table.Row{Cells: []table.Cell{{Blocks: note.Of(text())}, {Blocks: blocks(by, text)}, {Blocks: blocks(by, text)}}}
	}
	t.Groups = []table.Group{{Rows: rows}}
	return t
}

func blocks(by *rand.Rand, text func() string) []note.Block {
	var out []note.Block
	for range 1 + by.IntN(2) {
		out = append(out, &note.Paragraph{Inlines: inlines(by, text)})
	}
	if by.IntN(5) == 0 {
		out = append(out, &note.List{Ordered: by.IntN(2) == 0, Start: 1 + by.IntN(3), Items: [][]note.Block{note.Of(text()), {&note.Paragraph{Inlines: inlines(by, text)}}}})
	}
	return out
}

func inlines(by *rand.Rand, text func() string) []note.Inline {
	var out []note.Inline
	for range 1 + by.IntN(4) {
		words := []note.Inline{note.Text(text())}
		switch by.IntN(8) {
		case 0:
			out = append(out, note.Code(text()))
		case 1:
			out = append(out, &note.Strong{Inlines: words})
		case 2:
			out = append(out, &note.Emphasis{Inlines: words})
		case 3:
			out = append(out, &note.Link{URL: "https://a.example/#" + string(rune('a'+by.IntN(26))), Inlines: words})
		case 4:
			out = append(out, note.Text("before "), &note.Strong{Inlines: words}, note.Text(", after"))
		case 5:
			out = append(out, note.Text(text()), note.Break{}, note.Text(text()))
		default:
			out = append(out, words...)
		}
	}
	return out
}

// FuzzCells puts any two texts beside each other: in running text, in a mark,
// as typed, in a link.
func FuzzCells(f *testing.F) {
	sessions := map[string]*wikis.Session{}
	for _, r := range wikis.Readers() {
		sessions[r.Dialect] = r.Start(f)
	}
	all := tabletest.Hostile()
	for i := 0; i < len(all); i += 40 {
		f.Add(all[i], all[(i*7+3)%len(all)])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		// No mark begins or ends in a blank: Markdown has none that does.
		a, b = strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " ")
		if a == "" || b == "" || strings.ContainsAny(a+b, "\uFFFD\u200b") || strings.ContainsFunc(a+b, unicode.IsControl) || !utf8.ValidString(a) || !utf8.ValidString(b) {
			return
		}
		text := func(s string) []note.Inline { return []note.Inline{note.Text(s)} }
		in := &table.Table{
			Columns: []table.Column{{ID: "a", Title: a}, {ID: "b", Title: "B"}},
			Groups: []table.Group{{Rows: []table.Row{{Cells: []table.Cell{{Blocks: note.Of(b)}, {Blocks: []note.Block{
				&note.Paragraph{Inlines: []note.Inline{
					note.Text(a), &note.Strong{Inlines: text(b)}, note.Text(a), note.Code(b), &note.Link{URL: "https://a.example/", Inlines: text(a)},
					&note.Emphasis{Inlines: text(a)}, note.Text(b), note.Break{}, note.Text("end"),
				}},
			}}}}}}},
		}
		for _, r := range wikis.Readers() {
			if r.Misreads != "" && strings.ContainsAny(a+b, r.Misreads) {
				continue
			}
			check(t, r, sessions[r.Dialect], in)
		}
	})
}

// TestReadersRead holds that the readers do read markup: what is not escaped
// does not come through.
func TestReadersRead(t *testing.T) {
	in := &table.Table{Columns: []table.Column{{ID: "a", Title: "A"}}, Groups: []table.Group{{Rows: []table.Row{{Cells: []table.Cell{{Blocks: note.Of("harbour")}}}}}}}
	eachReader(t, func(t *testing.T, r wikis.Reader, s *wikis.Session) {
		d, _ := dialects.Lookup(r.Dialect)
		var b bytes.Buffer
		if err := table.Write(&b, d, in, new(diag.List)); err != nil {
			t.Fatal(err)
		}
		if !d.Info().Can.Has(table.CanStrong) {
			t.Skip("a format without marks")
		}
		for mark, element := range map[string]string{"*": "strong", "**": "strong", "'''": "b"} {
			if strings.Contains(s.HTML(t, strings.Replace(b.String(), "harbour", mark+"harbour"+mark, 1)), "<"+element+">harbour</"+element+">") {
				return
			}
		}
		t.Error("bold text is not read as such")
	})
}

// TestOurs holds the tables of our own data: every product, every network, the
// matrix and a comparison.
func TestOurs(t *testing.T) {
	tables := ourTables(t)
	eachReader(t, func(t *testing.T, r wikis.Reader, s *wikis.Session) {
		for _, in := range tables {
			t.Run(in.ID+" "+in.Title, func(t *testing.T) { check(t, r, s, in) })
		}
	})
}

func ourTables(t *testing.T) []*table.Table {
	t.Helper()
	var list diag.List
	c := load.Load(os.DirFS("../.."), load.Options{Known: catalog.Known{Platforms: platforms.IDs(), Formats: dialects.IDs()}}, &list).Catalog
	if c == nil || list.HasErrors() || len(c.Products) < 6 {
		t.Fatal(list.Sorted())
	}
	tables := []*table.Table{table.Matrix(c, table.MatrixOptions{}), table.Comparison(c, c.Products[:2])}
	for _, p := range c.Products {
		tables = append(tables, table.Requirements(c, p, table.Options{}))
	}
	for _, d := range c.Deployments {
		tables = append(tables, table.Network(c, network.Resolve(c, d, &list)))
	}
	for i, in := range tables {
		tables[i] = in.WithLinks(table.Absolute("https://site.example/ports"))
	}
	return tables
}
