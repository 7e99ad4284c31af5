package page_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/page"
)

func TestTables(t *testing.T) {
	got := page.Tables([]byte("# Ports\r\n\r\n| Port | *Use* |\r\n| --- | --- |\r\n| 443 | a \\| b<br>`c` [d](e) &amp; f<br/>g |\r\n| 22 |\n\ntext\n\n| A |\n|---|\n| |\n"))
	want := []page.Table{
		{Rows: []page.TableRow{{3, []string{"Port", "Use"}}, {5, []string{"443", "a | b\nc d & f\ng"}}, {6, []string{"22", ""}}}},
		{Rows: []page.TableRow{{10, []string{"A"}}, {12, []string{""}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := page.Tables([]byte("no table | here")); got != nil {
		t.Errorf("%v", got)
	}
}
