package sheet_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/sheet"
	"portolan/generator/sheet/sheettest"
)

func bytesOf(t testing.TB, w *sheet.Workbook) []byte {
	t.Helper()
	b, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// hostile is text that some reader takes for something else, and what must be read.
var hostile = []struct{ text, want string }{
	{"=1+1", "=1+1"}, {"+1", "+1"}, {"-1", "-1"}, {"@SUM(A1)", "@SUM(A1)"}, {"=HYPERLINK(\"https://x.example\")", "=HYPERLINK(\"https://x.example\")"},
	{"=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"}, {"'apostrophe", "'apostrophe"}, {"0443", "0443"}, {"1-2", "1-2"}, {"3:4", "3:4"}, {"1e5", "1e5"}, {"10.0", "10.0"}, {"TRUE", "TRUE"}, {"#N/A", "#N/A"},
	{"\t=1", " =1"}, {"\r=1", "\n=1"}, {"a\r\nb", "a\nb"}, {"a\nb\n", "a\nb\n"}, {"  edge ", "  edge "}, {"\n", "\n"},
	{"a\x00b\x1f\x7f\u0085c", "ab\nc"}, {"\u2028x", "\nx"}, {"bad \xff byte", "bad \ufffd byte"}, {"\ufffe\uffff", "\ufffd\ufffd"}, {"\ufeffmark", "mark"},
	{"allow \u202e1.0.0.01\u202c end \u2066x\u2069", "allow 1.0.0.01 end x"}, {"שלום 443", "שלום 443"}, {"\u200f", "\u200f"}, {"日本語 \U0001F600", "日本語 \U0001F600"},
	{"_x000D_", "_x000D_"}, {"_x005F_x0041_", "_x005F_x0041_"}, {"_x005F_", "_x005F_"}, {"a_x0041_b", "a_x0041_b"}, {"_xD800_ _x0041_", "_\u2060xD800_ _x0041_"},
	{"<b>&amp;</b>", "<b>&amp;</b>"}, {"]]>", "]]>"}, {"\"quoted\"", "\"quoted\""}, {"&L&P", "&L&P"},
}

func TestText(t *testing.T) {
	w := &sheet.Workbook{Title: "=T & \"<b>\"\x00\n", Sheets: []sheet.Sheet{{Name: "s", Columns: []sheet.Column{{Title: "=Title"}, {Title: "+"}}}}}
	want := [][]string{{"=Title", "+"}}
	for _, c := range hostile {
		w.Sheets[0].Rows = append(w.Sheets[0].Rows, []sheet.Cell{{Text: c.text}, {Text: c.text, Link: "https://a.example/?a=1&b=\"<>'", Strong: true}})
		want = append(want, []string{c.want, c.want})
	}
	got := sheettest.Read(t, bytesOf(t, w))[0]
	if d := cmp.Diff(want, got.Sheets[0].Cells); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if d := cmp.Diff([]string{"s"}, got.Sheets[0].Types); d != "" {
		t.Errorf("cells that are no text: %s", d)
	}
	if d := cmp.Diff([]string{"@"}, got.Sheets[0].Formats); d != "" {
		t.Errorf("cells that are not formatted as text: %s", d)
	}
	if got.Title != "=T & \"<b>\"\n" {
		t.Errorf("title %q", got.Title)
	}
	if l := got.Sheets[0].Links["B2"]; l != "https://a.example/?a=1&b=\"<>'" {
		t.Errorf("link %q", l)
	}
}

func TestLayout(t *testing.T) {
	w := &sheet.Workbook{Title: "Harbour & Co", Date: "2026-11-21", Sheets: []sheet.Sheet{
		{Name: "About", Columns: make([]sheet.Column, 2), Rows: [][]sheet.Cell{
			{{Text: "Heading", Strong: true}},
			{{Text: "to the rules", Sheet: "Rules: a/b"}, {Text: "to nowhere", Sheet: "Nothing"}},
			{{Text: "script", Link: "javascript:alert(1)"}, {Text: "file", Link: "file:///etc/passwd"}},
			{{Text: "site", Link: "HTTPS://a.example/"}, {Text: "mail", Link: "mailto:a@b.example"}},
			{{Text: "bad", Link: "https://a.example/ b"}, {Text: "long", Link: "https://a.example/" + strings.Repeat("x", 3000)}},
		}},
		{Name: "Rules: a/b", Columns: []sheet.Column{{Title: "No."}, {Title: "Source"}, {Title: "Why"}}, Rows: [][]sheet.Cell{
			{{Text: "1"}, {Text: "2001:db8:1::/64, 198.51.100.0/24"}, {Text: strings.Repeat("a reason ", 60)}},
			{{Text: "2"}}, // the rest is empty
		}},
		{Name: "Empty", Columns: []sheet.Column{{Title: "Nothing"}}},
	}}
	book := sheettest.Read(t, bytesOf(t, w))[0]
	if book.Created != "2026-11-21T00:00:00" || book.Active != "About" {
		t.Errorf("created %s, shows %s", book.Created, book.Active)
	}
	about, rules, empty := book.Sheets[0], book.Sheets[1], book.Sheets[2]
	if d := cmp.Diff(map[string]string{"A2": "#'Rules a b'!A1", "A4": "HTTPS://a.example/", "B4": "mailto:a@b.example"}, about.Links); d != "" {
		t.Errorf("links: %s", d)
	}
	if about.Frozen != "" || about.Filter != "" || about.Repeated != "" || about.Orientation != "portrait" {
		t.Errorf("a page of text: %+v", about)
	}
	if d := cmp.Diff([]string{"A1"}, about.Strong); d != "" {
		t.Errorf("strong: %s", d)
	}
	if rules.Name != "Rules a b" || rules.Frozen != "A2" || rules.Filter != "$A$1:$C$3" || rules.Repeated != "$1:$1" || rules.Orientation != "portrait" || !rules.Wrapped {
		t.Errorf("a table: %+v", rules)
	}
	if d := cmp.Diff([]any{true, 1.0, 0.0}, rules.Fit); d != "" {
		t.Errorf("printed pages: %s", d)
	}
	if d := cmp.Diff([]string{"A1", "B1", "C1"}, rules.Strong); d != "" {
		t.Errorf("strong: %s", d)
	}
	if w := rules.Widths; w[0] >= w[1] || w[1] >= w[2] || w[1] < float64(len("198.51.100.0/24")) || w[2] > 60 {
		t.Errorf("widths %v", w)
	}
	if d := cmp.Diff([]string{"Harbour && Co - Rules a b", "&P / &N"}, rules.Footer); d != "" {
		t.Errorf("footer: %s", d)
	}
	if empty.Filter != "$A$1:$A$1" {
		t.Errorf("a table without rows has the filter %q", empty.Filter)
	}
}

// TestWidths: together the columns are no wider than a page, unless their
// words are.
func TestWidths(t *testing.T) {
	s := sheet.Sheet{Name: "wide"}
	for range 16 {
		s.Columns = append(s.Columns, sheet.Column{Title: "Title"})
	}
	row := make([]sheet.Cell, 16)
	for i := range row {
		row[i].Text = strings.Repeat("word ", 40)
	}
	row[15].Text = strings.Repeat("x", 200)
	s.Rows = [][]sheet.Cell{row}
	wide := sheettest.Read(t, bytesOf(t, &sheet.Workbook{Sheets: []sheet.Sheet{s}}))[0].Sheets[0]
	if wide.Orientation != "landscape" {
		t.Errorf("a wide table is printed %s", wide.Orientation)
	}
	got := wide.Widths
	sum := 0.0
	for _, w := range got {
		sum += w
		if w < 6 || w > 60 {
			t.Errorf("width %v", w)
		}
	}
	if sum > 200 || sum < 170 {
		t.Errorf("widths %v: %v in all", got, sum)
	}
}

func TestLongText(t *testing.T) {
	for _, s := range []string{strings.Repeat("a", 32767), strings.Repeat("a", 32768), strings.Repeat("\U0001F600", 20000)} {
		w := &sheet.Workbook{Sheets: []sheet.Sheet{{Name: "s", Columns: []sheet.Column{{Title: "t"}}, Rows: [][]sheet.Cell{{{Text: s}}}}}}
		got := sheettest.Read(t, bytesOf(t, w))[0].Sheets[0].Cells[1][0]
		if len(s) == 32767 {
			if got != s {
				t.Error("a text that fits was changed")
			}
			continue
		}
		if before, ok := strings.CutSuffix(got, "(cut: a cell of a workbook ends here)"); !ok || !strings.HasPrefix(s, strings.TrimSuffix(before, " … ")) || !utf8.ValidString(got) {
			t.Errorf("%d bytes became %d, ending in %q", len(s), len(got), got[max(0, len(got)-50):])
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ in, want []string }{
		{[]string{"Edge firewall"}, []string{"Edge firewall"}},
		{[]string{"a[b]:c*d?e/f\\g'h"}, []string{"a b c d e f g h"}},
		{[]string{"", "'", "\x00", "[]"}, []string{"Sheet", "Sheet (2)", "Sheet (3)", "Sheet (4)"}},
		{[]string{"Edge", "EDGE", "edge"}, []string{"Edge", "EDGE (2)", "edge (3)"}},
		{[]string{"History"}, []string{"History -"}},
		{[]string{strings.Repeat("x", 40), strings.Repeat("x", 40)}, []string{strings.Repeat("x", 31), strings.Repeat("x", 27) + " (2)"}},
		{[]string{strings.Repeat("\U0001F600", 20)}, []string{strings.Repeat("\U0001F600", 15)}},
		{[]string{"\u202eevil\n name"}, []string{"evil name"}},
	} {
		w := &sheet.Workbook{}
		for _, n := range c.in {
			w.Sheets = append(w.Sheets, sheet.Sheet{Name: n})
		}
		if d := cmp.Diff(c.want, w.Names()); d != "" {
			t.Errorf("%q: %s", c.in, d)
		}
		var read []string
		for _, s := range sheettest.Read(t, bytesOf(t, w))[0].Sheets {
			read = append(read, s.Name)
		}
		if d := cmp.Diff(c.want, read); d != "" {
			t.Errorf("%q: reads as %s", c.in, d)
		}
	}
}

// TestSameBytes: the same workbook is the same bytes, and no part has a time.
func TestSameBytes(t *testing.T) {
	first := bytesOf(t, rows(20))
	for range 20 {
		if !bytes.Equal(first, bytesOf(t, rows(20))) {
			t.Fatal("other bytes")
		}
	}
	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	if z.File[0].Name != "[Content_Types].xml" {
		t.Errorf("the first part is %s", z.File[0].Name)
	}
	for _, f := range z.File {
		if f.ModifiedTime != 0 || f.ModifiedDate != 0 || len(f.Extra) > 0 {
			t.Errorf("%s has a time or more: %d %d %x", f.Name, f.ModifiedTime, f.ModifiedDate, f.Extra)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || strings.Contains(string(text), "<f>") {
			t.Errorf("%s: %v, or a formula", f.Name, err)
		}
	}
}

func TestFaults(t *testing.T) {
	if _, err := (&sheet.Workbook{Sheets: []sheet.Sheet{{Name: "many", Columns: []sheet.Column{{Title: "t"}}, Rows: make([][]sheet.Cell, 1<<20)}}}).Bytes(); err == nil || !strings.Contains(err.Error(), `sheet "many": 1048576 rows`) {
		t.Errorf("more rows than the format holds: %v", err)
	}
	if _, err := (&sheet.Workbook{}).Bytes(); err == nil {
		t.Error("a workbook without sheets")
	}
}
