// Package importer turns a port table that somebody has, as CSV, Markdown or
// a workbook, into a draft of a product file.
//
// Every row of the table is in the draft: as a flow where it is understood,
// as a comment with its row number where it is not. What is guessed says so.
package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"portolan/generator/page"
	"portolan/generator/sheet"
)

// Grid is a table as it was read.
type Grid struct {
	// File is its name, for messages.
	File string
	Rows []Row
	// Others are the sheets of a workbook that are not read.
	Others []string
}

// Row is one line of a table, empty ones left out.
type Row struct {
	// Number is the line of the file, or the row of the sheet, from 1.
	Number int
	Cells  []string
}

// Formats are the extensions of the files that can be read.
func Formats() []string { return []string{"csv", "tsv", "md", "xlsx"} }

// Read reads the tables of a file, whose extension tells its format.
func Read(file string, src []byte) (*Grid, error) {
	g := &Grid{File: file}
	var err error
	switch ext := strings.ToLower(strings.TrimPrefix(path.Ext(file), ".")); ext {
	case "csv", "tsv", "txt":
		err = g.csv(src)
	case "md", "markdown":
		for _, t := range page.Tables(src) {
			for _, r := range t.Rows {
				g.Rows = append(g.Rows, Row{r.Line, r.Cells})
			}
		}
	case "xlsx", "xlsm":
		err = g.workbook(src)
	default:
		return nil, fmt.Errorf("%s: no reader for files %q (known: %s)", file, "."+ext, strings.Join(Formats(), ", "))
	}
	if err != nil {
		return nil, err
	}
	for i := range g.Rows {
		for j, c := range g.Rows[i].Cells {
			g.Rows[i].Cells[j] = tidy(c)
		}
	}
	g.Rows = slices.DeleteFunc(g.Rows, func(r Row) bool { return !slices.ContainsFunc(r.Cells, func(c string) bool { return c != "" }) })
	if len(g.Rows) == 0 {
		return nil, fmt.Errorf("%s: no table in it", file)
	}
	return g, nil
}

func (g *Grid) csv(src []byte) error {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if !utf8.Valid(src) {
		return fmt.Errorf("%s: not UTF-8", g.File)
	}
	r := csv.NewReader(bytes.NewReader(src))
	r.Comma = separator(src)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	for {
		cells, err := r.Read()
		var fault *csv.ParseError
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &fault):
			return fmt.Errorf("%s:%d:%d: %w", g.File, fault.Line, fault.Column, fault.Err)
		case err != nil:
			return fmt.Errorf("%s: %w", g.File, err)
		}
		line, _ := r.FieldPos(0)
		g.Rows = append(g.Rows, Row{line, cells})
	}
}

// workbook reads the first sheet with a row that names columns.
func (g *Grid) workbook(src []byte) error {
	pages, err := sheet.Read(src)
	if err != nil {
		return fmt.Errorf("%s: %w", g.File, err)
	}
	for _, p := range pages {
		if g.Rows != nil || !slices.ContainsFunc(p.Rows, func(cells []string) bool { return isHeader(heads(cells)) }) {
			g.Others = append(g.Others, p.Name)
			continue
		}
		for i, cells := range p.Rows {
			g.Rows = append(g.Rows, Row{i + 1, cells})
		}
	}
	return nil
}

// separator is what the first line has most of.
func separator(src []byte) rune {
	first, _, _ := bytes.Cut(src, []byte("\n"))
	best := ','
	for _, c := range ";\t|" {
		if bytes.Count(first, []byte(string(c))) > bytes.Count(first, []byte(string(best))) {
			best = c
		}
	}
	return best
}

// tidy takes off what other programs add: the apostrophe that keeps a cell
// from being a formula, spaces that do not break, dashes of typographers.
func tidy(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\u00a0", " ", "\u202f", " ", "\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u200b", "").Replace(s)
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte("=+-@\t", s[1]) >= 0 {
		s = s[1:]
	}
	return strings.TrimSpace(s)
}
