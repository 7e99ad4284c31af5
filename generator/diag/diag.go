// Package diag carries what is wrong with a site's files to its author.
//
// A [Diagnostic] names a place, a severity and a text; a [List] collects them
// from any number of goroutines and hands them out in file order; package report
// is the only printer. An error cannot be silenced; a warning can, by its code.
package diag

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// Pos is a place in a file. Line and Col count from 1, Col in Unicode code
// points; zero means that the whole file (or line) is meant.
type Pos struct {
	File string // slash-separated, relative to the site's folder
	Line int
	Col  int
}

// String gives "file:line:col", leaving out what is zero.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return Sprintf("%s:%d", p.File, p.Line)
	}
	return Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Compare orders positions by file, line and column.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(strings.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// A Locator answers where a value stands. A path is written with dots and
// indexes, as in "flow.web-ui.from[1]"; for one that does not stand in the
// file, the nearest enclosing table that does is answered.
type Locator interface {
	At(path string) Pos
}

// Severity tells whether a diagnostic stops the build.
type Severity uint8

const (
	// Error stops the build.
	Error Severity = iota
	// Warning is told and does not change the exit status.
	Warning
)

func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one fault. Text is lower case without a final period; Code is
// a short stable name in kebab-case; Hint, where known, says what was probably
// meant. Related are other places that take part in the fault.
type Diagnostic struct {
	Pos      Pos
	Severity Severity
	Code     string
	Text     string
	Hint     string
	Related  []Pos
}

// Message is the text with its hint.
func (d Diagnostic) Message() string {
	if d.Hint == "" {
		return d.Text
	}
	return d.Text + "; " + d.Hint
}

// String is the one-line form of the public contract:
// "path:line:col: error: text [code]".
func (d Diagnostic) String() string {
	s := d.Pos.String() + ": " + d.Severity.String() + ": " + d.Message()
	if d.Code != "" {
		s += " [" + d.Code + "]"
	}
	return OneLine(s)
}

func (d Diagnostic) compare(e Diagnostic) int {
	return cmp.Or(d.Pos.Compare(e.Pos), cmp.Compare(d.Severity, e.Severity),
		strings.Compare(d.Code, e.Code), strings.Compare(d.Text, e.Text), strings.Compare(d.Hint, e.Hint))
}

// A Sink takes diagnostics. It may be used by several goroutines at once.
type Sink interface {
	Add(Diagnostic)
}

// List is a Sink that keeps what it is given. Its zero value is empty and ready.
type List struct {
	mu   sync.Mutex
	all  []Diagnostic
	off  map[string]bool
	errs int
}

// TurnOff drops warnings with these codes, the ones already collected too.
// Errors are never dropped.
func (l *List) TurnOff(codes ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.off == nil {
		l.off = make(map[string]bool)
	}
	for _, c := range codes {
		l.off[c] = true
	}
	l.all = slices.DeleteFunc(l.all, func(d Diagnostic) bool { return d.Severity == Warning && l.off[d.Code] })
}

// Drop takes out the warnings about a file with this code that were collected
// so far, and tells how many they were.
func (l *List) Drop(file, code string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.all)
	l.all = slices.DeleteFunc(l.all, func(d Diagnostic) bool { return d.Severity == Warning && d.Code == code && d.Pos.File == file })
	return n - len(l.all)
}

// Add keeps one diagnostic.
func (l *List) Add(d Diagnostic) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d.Severity == Warning && l.off[d.Code] {
		return
	}
	if d.Severity == Error {
		l.errs++
	}
	l.all = append(l.all, d)
}

// HasErrors tells whether any diagnostic is an error.
func (l *List) HasErrors() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.errs > 0
}

// Sorted returns what was collected in file order, each fault once.
func (l *List) Sorted() []Diagnostic {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := slices.Clone(l.all)
	slices.SortStableFunc(out, Diagnostic.compare)
	return slices.CompactFunc(out, func(a, b Diagnostic) bool { return a.compare(b) == 0 })
}

// Errorf adds an error at a position.
func Errorf(s Sink, pos Pos, code, format string, args ...any) {
	s.Add(Diagnostic{Pos: pos, Severity: Error, Code: code, Text: Sprintf(format, args...)})
}

// Warnf adds a warning at a position.
func Warnf(s Sink, pos Pos, code, format string, args ...any) {
	s.Add(Diagnostic{Pos: pos, Severity: Warning, Code: code, Text: Sprintf(format, args...)})
}

// Unknown adds an error about a name that is none of the known ones, with the
// nearest of them as its hint: `unknown flow "wbe"; did you mean "web"?`.
func Unknown(s Sink, pos Pos, code, kind, name string, known []string) {
	d := Diagnostic{Pos: pos, Severity: Error, Code: code, Text: Sprintf("unknown %s %q", kind, name)}
	if n := Nearest(name, known); n != "" {
		d.Hint = Sprintf("did you mean %q?", n)
	} else if len(known) > 0 && len(known) <= 8 {
		d.Hint = "known: " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
	}
	s.Add(d)
}

// OneLine keeps a message that quotes hostile data on its own line.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 || isBidi(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

func isBidi(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F || r == 0x061C
}
