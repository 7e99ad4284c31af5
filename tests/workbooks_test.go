package tests

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/policy/platforms"
	"portolan/generator/sheet/sheettest"
	builtsite "portolan/generator/site"
	"portolan/generator/table"
	"portolan/generator/table/dialects"
	"portolan/generator/table/xlsx"
)

// TestTableWorkbooks: of each product's table openpyxl reads every cell as it
// is, as text.
func TestTableWorkbooks(t *testing.T) {
	list := new(diag.List)
	s, err := builtsite.Open(builtsite.Source{Files: os.DirFS(ours.source), Builtin: os.DirFS(ours.source), Known: catalog.Known{Platforms: platforms.IDs(), Formats: dialects.IDs()}}, list)
	if err != nil || s == nil {
		t.Fatal(err, list.Sorted())
	}
	var books [][]byte
	for _, p := range s.Catalog.Products {
		books = append(books, []byte(ours.read(t, "products/"+p.Slug+"/table.xlsx")))
	}
	for i, book := range sheettest.Read(t, books...) {
		p := s.Catalog.Products[i]
		want := texts(table.Lower(table.Requirements(s.Catalog, p, table.Options{}), xlsx.Dialect{}.Info(), new(diag.List)))
		if d := cmp.Diff(want, book.Sheets[0].Cells); d != "" {
			t.Errorf("%s: -want +got\n%s", p.Slug, d)
		}
		for _, sh := range book.Sheets {
			if d := cmp.Diff([]string{"s"}, sh.Types); d != "" {
				t.Errorf("%s, %s: cells that are no text: %s", p.Slug, sh.Name, d)
			}
		}
	}
}

// texts are a table's cells, the header first.
func texts(t *table.Table) [][]string {
	rows := [][]string{{}}
	for _, c := range t.Columns {
		rows[0] = append(rows[0], c.Title)
	}
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			var row []string
			for _, c := range r.Cells {
				row = append(row, c.Plain())
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// TestChangeRequests: each network and product has a change request. What its
// cells hold is generator/request's to test; here a workbook and the table
// beside it have the same numbers, and Python reads the table as Go does.
func TestChangeRequests(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		names, err := filepath.Glob(filepath.Join(s.dir, "*/*/change-request.xlsx"))
		if err != nil || len(names) < 2 {
			t.Fatalf("%d change requests, %v", len(names), err)
		}
		var books [][]byte
		for _, name := range names {
			books = append(books, []byte(read(t, name)))
		}
		for i, book := range sheettest.Read(t, books...) {
			var numbers []string
			for _, sh := range book.Sheets {
				for _, row := range sh.Cells[1:] {
					if sh.Cells[0][0] == "No." {
						numbers = append(numbers, row[0])
					}
				}
			}
			file := strings.TrimSuffix(names[i], "xlsx") + "csv"
			all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(read(t, file), "\uFEFF"))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, row := range all[1:] {
				want = append(want, row[0])
			}
			if d := cmp.Diff(want, numbers); d != "" {
				t.Errorf("%s: -csv +xlsx\n%s", names[i], d)
			}
			if d := cmp.Diff(all, pythonCSV(t, file)); d != "" {
				t.Errorf("%s: -go +python\n%s", file, d)
			}
		}
	})
}

// pythonCSV reads a table with Python's csv module.
func pythonCSV(t *testing.T, file string) (rows [][]string) {
	t.Helper()
	out, err := exec.Command(tool(t, "python3"), "-c", "import csv, json, sys\njson.dump(list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8-sig'), strict=True)), sys.stdout)", file).Output()
	if err == nil {
		err = json.Unmarshal(out, &rows)
	}
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
