package diag_test

import (
	"strings"
	"testing"

	"portolan/generator/diag"
)

func TestSortedIsInFileOrderAndOnce(t *testing.T) {
	var l diag.List
	at := func(f string, line, col int) diag.Pos { return diag.Pos{File: f, Line: line, Col: col} }
	diag.Errorf(&l, at("b.toml", 1, 1), "x", "third")
	diag.Errorf(&l, at("a.toml", 10, 1), "x", "second")
	diag.Errorf(&l, at("a.toml", 2, 5), "x", "first")
	diag.Errorf(&l, at("a.toml", 2, 5), "x", "first")
	diag.Warnf(&l, at("a.toml", 2, 5), "w", "after the error")
	var got []string
	for _, d := range l.Sorted() {
		got = append(got, d.Text)
	}
	if want := "first,after the error,second,third"; strings.Join(got, ",") != want {
		t.Errorf("order %q, want %q", got, want)
	}
}

func TestTurnOffDropsWarningsOnly(t *testing.T) {
	var l diag.List
	diag.Warnf(&l, diag.Pos{File: "a"}, "c", "early")
	l.TurnOff("c")
	diag.Warnf(&l, diag.Pos{File: "a"}, "c", "late")
	diag.Errorf(&l, diag.Pos{File: "a"}, "c", "stays")
	if s := l.Sorted(); len(s) != 1 || s[0].Text != "stays" || !l.HasErrors() {
		t.Errorf("got %v", s)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"required", "conditional", "optional", "forbidden", "tcp", "udp"}
	for in, want := range map[string]string{
		"requird": "required", "reqiured": "required", "optionl": "optional", "tpc": "tcp", "zzz": "", "": "", "forbiden": "forbidden",
	} {
		if got := diag.Nearest(in, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", in, got, want)
		}
	}
}
