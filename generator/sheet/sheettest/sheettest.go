// Package sheettest is for tests alone: it reads workbooks back with openpyxl.
package sheettest

import (
	_ "embed"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// Book is a workbook as openpyxl reads it.
type Book struct {
	Title, Created string
	// Active is the name of the sheet that is shown first.
	Active string
	Sheets []Sheet
}

// Sheet is one sheet.
type Sheet struct {
	Name string
	// Cells are the values, row by row, the header first.
	Cells [][]string
	// Types and Formats are those of all cells that hold anything: "s" is
	// text, "@" the format of text.
	Types, Formats []string
	// Wrapped tells whether all cells break their lines.
	Wrapped bool
	// Links are where cells lead to, by "A1"; "#'Name'!A1" is a place of the book.
	Links map[string]string
	// Strong are the cells in bold.
	Strong []string
	// Frozen is the first cell that scrolls, Filter the range of the filter,
	// Repeated the rows at the head of each printed page.
	Frozen, Filter, Repeated string
	Orientation              string
	// Fit is whether pages are scaled, to how many across and, 0 any number, down.
	Fit []any
	// Footer is its left and right part.
	Footer []string
	Widths []float64
}

//go:embed read.py
var script string

// Read reads workbooks. Where openpyxl is missing the test is skipped, but
// fails in continuous integration.
func Read(t *testing.T, books ...[]byte) []Book {
	t.Helper()
	dir := t.TempDir()
	files := make([]string, len(books))
	for i, b := range books {
		files[i] = filepath.Join(dir, strconv.Itoa(i)+".xlsx")
		if err := os.WriteFile(files[i], b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out []Book
	// Debian's python3-openpyxl is of Debian's own Python, which need not be the first.
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		text, err := exec.Command(python, append([]string{"-c", script}, files...)...).Output()
		var exit *exec.ExitError
		switch {
		case errors.As(err, &exit) && exit.ExitCode() == 3:
			continue
		case errors.As(err, &exit):
			t.Fatalf("openpyxl: %v\n%s", err, exit.Stderr)
		case err != nil:
			continue
		}
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatalf("%v in what openpyxl read", err)
		}
		return out
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("openpyxl is missing; it is in Debian's python3-openpyxl")
	}
	t.Skip("openpyxl is not installed (apt-get install python3-openpyxl)")
	return nil
}
