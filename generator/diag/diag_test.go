package diag_test

import (
	"bytes"
	"encoding/json"
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

var sample = []diag.Diagnostic{
	{Pos: diag.Pos{File: "data/a b.toml", Line: 3, Col: 7}, Code: "unknown-key", Text: `unknown key "na,me:x"`, Hint: `did you mean "name"?`,
		Related: []diag.Pos{{File: "data/c.toml", Line: 1, Col: 1}}},
	{Pos: diag.Pos{File: "content"}, Severity: diag.Warning, Code: "w", Text: "100% odd\nsecond line \u202e"},
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := diag.Write(&b, diag.Text, sample); err != nil {
		t.Fatal(err)
	}
	want := "data/a b.toml:3:7: error: unknown key \"na,me:x\"; did you mean \"name\"? [unknown-key]\n" +
		"content: warning: 100% odd\uFFFDsecond line \uFFFD [w]\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestGitHub(t *testing.T) {
	var b bytes.Buffer
	if err := diag.Write(&b, diag.GitHub, sample); err != nil {
		t.Fatal(err)
	}
	want := "::error file=data/a b.toml,line=3,col=7,title=portolan%3A unknown-key::unknown key \"na,me:x\"; did you mean \"name\"?\n" +
		"::warning file=content,title=portolan%3A w::100%25 odd\uFFFDsecond line \uFFFD\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestJSONAndSARIFParse(t *testing.T) {
	for _, f := range []diag.Format{diag.JSON, diag.SARIF} {
		for _, list := range [][]diag.Diagnostic{nil, sample} {
			var b bytes.Buffer
			if err := diag.Write(&b, f, list); err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(b.Bytes(), &v); err != nil {
				t.Errorf("%s: %v", f, err)
			}
			if len(list) == 0 && strings.Contains(b.String(), "null") {
				t.Errorf("%s: an empty list prints null:\n%s", f, b.String())
			}
		}
	}
	var b bytes.Buffer
	if err := diag.Write(&b, diag.SARIF, sample); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"uri": "data/a%20b.toml"`, `"startColumn": 7`, `"level": "warning"`, `"relatedLocations"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("SARIF lacks %s", want)
		}
	}
}

func TestUnknownFormatWritesNothing(t *testing.T) {
	var b bytes.Buffer
	if err := diag.Write(&b, "yaml", sample); err == nil || b.Len() > 0 {
		t.Errorf("err %v, %d bytes", err, b.Len())
	}
}
