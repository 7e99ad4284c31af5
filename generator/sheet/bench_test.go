package sheet_test

import (
	"strconv"
	"strings"
	"testing"

	"portolan/generator/sheet"
)

// rows is a workbook as large as a network's change request.
func rows(n int) *sheet.Workbook {
	table := sheet.Sheet{Name: "Edge firewall"}
	for i := range 16 {
		table.Columns = append(table.Columns, sheet.Column{Title: "Column " + strconv.Itoa(i)})
	}
	for i := range n {
		row := make([]sheet.Cell, 16)
		for j := range row {
			row[j] = sheet.Cell{Text: strings.Repeat("words of a cell ", 1+j%4)}
		}
		row[0].Text = strconv.Itoa(i)
		row[7].Link = "https://vendor.example/ports#" + strconv.Itoa(i)
		table.Rows = append(table.Rows, row)
	}
	about := sheet.Sheet{Name: "About", Columns: make([]sheet.Column, 2), Rows: [][]sheet.Cell{{{Text: "What this is", Strong: true}}, {{Text: "Rules", Sheet: "Edge firewall"}, {Text: "100"}}}}
	return &sheet.Workbook{Title: "Harbour", Date: "2026-11-21", Sheets: []sheet.Sheet{about, table}}
}

func BenchmarkBytes(b *testing.B) {
	for _, n := range []int{1, 30, 100, 1000, 20000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			w := rows(n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Bytes(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
