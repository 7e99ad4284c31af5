package sheet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/sheet"
)

func TestRead(t *testing.T) {
	src := bytesOf(t, &sheet.Workbook{Title: "T", Sheets: []sheet.Sheet{
		{Name: "Ports", Columns: []sheet.Column{{Title: "Port"}, {Title: "Use"}}, Rows: [][]sheet.Cell{{{Text: "0443"}, {Text: "=1+1\nb"}}, {}, {{}, {Text: "x"}}}},
		{Name: "Notes", Columns: []sheet.Column{{}}, Rows: [][]sheet.Cell{{{Text: "n"}}}},
	}})
	got, err := sheet.Read(src)
	if err != nil {
		t.Fatal(err)
	}
	want := []sheet.Page{{"Ports", [][]string{{"Port", "Use"}, {"0443", "=1+1\nb"}, nil, {"", "x"}}}, {"Notes", [][]string{{"n"}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, src := range []string{"", "PK", "a,b\n"} {
		if _, err := sheet.Read([]byte(src)); err == nil {
			t.Errorf("%q is read", src)
		}
	}
}
