package csv_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"portolan/generator/diag"
	"portolan/generator/table"
	"portolan/generator/table/csv"
	"portolan/generator/table/tabletest"
)

func render(t *testing.T, d table.Dialect, in *table.Table) string {
	t.Helper()
	var b bytes.Buffer
	if err := table.Write(&b, d, in, new(diag.List)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func want(d table.Dialect) tabletest.Grid {
	return tabletest.Want(table.Lower(tabletest.HostileTable(), d.Info(), new(diag.List)))
}

func TestGolden(t *testing.T) {
	g := tabletest.NewGoldens(t)
	c := tabletest.Catalog()
	in := table.Requirements(c, c.Product("ferry"), table.Options{}).WithLinks(table.Absolute("https://site.example/ports/"))
	g.Check("requirements.csv", render(t, csv.Guarded{}, in))
	g.Check("requirements.raw.csv", render(t, csv.Raw{}, in))
	g.Check("requirements.tsv", render(t, csv.TSV{}, in))
}

func TestRawIsExact(t *testing.T) {
	tabletest.ReadCSV(t, render(t, csv.Raw{}, tabletest.HostileTable())).Check(t, want(csv.Raw{}))
}

func TestGuardedIsText(t *testing.T) {
	got := render(t, csv.Guarded{}, tabletest.HostileTable())
	if !strings.HasPrefix(got, "\uFEFF\"") {
		t.Error("no byte order mark: Excel would take it for its own code page")
	}
	grid := tabletest.ReadCSV(t, got)
	for _, row := range grid {
		for i, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("%q would be calculated", cell)
			}
			row[i] = strings.TrimPrefix(cell, "'")
		}
	}
	w := want(csv.Guarded{})
	for _, row := range w {
		for i := range row {
			row[i] = strings.TrimPrefix(row[i], "'")
		}
	}
	grid.Check(t, w)
}

func TestTSVIsRectangular(t *testing.T) {
	var grid tabletest.Grid
	for line := range strings.Lines(render(t, csv.TSV{}, tabletest.HostileTable())) {
		grid = append(grid, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	grid.Check(t, want(csv.TSV{}))
}

func BenchmarkCSV(b *testing.B) {
	c := tabletest.Catalog()
	p := *c.Product("ferry")
	for len(p.Flows) < 30 {
		p.Flows = append(p.Flows, p.Flows[len(p.Flows)%4])
	}
	t := table.Lower(table.Requirements(c, &p, table.Options{}), csv.Raw{}.Info(), new(diag.List))
	b.ReportAllocs()
	for b.Loop() {
		if err := (csv.Raw{}).Render(io.Discard, t); err != nil {
			b.Fatal(err)
		}
	}
}
