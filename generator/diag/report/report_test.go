package report_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"portolan/generator/diag"
	"portolan/generator/diag/report"
)

var sample = []diag.Diagnostic{
	{Pos: diag.Pos{File: "data/a b.toml", Line: 3, Col: 7}, Code: "unknown-key", Text: `unknown key "na,me:x"`, Hint: `did you mean "name"?`,
		Related: []diag.Pos{{File: "data/c.toml", Line: 1, Col: 1}}},
	{Pos: diag.Pos{File: "content"}, Severity: diag.Warning, Code: "w", Text: "100% odd\nsecond line \u202e"},
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := report.Write(&b, report.Text, sample); err != nil {
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
	if err := report.Write(&b, report.GitHub, sample); err != nil {
		t.Fatal(err)
	}
	want := "::error file=data/a b.toml,line=3,col=7,title=portolan%3A unknown-key::unknown key \"na,me:x\"; did you mean \"name\"?\n" +
		"::warning file=content,title=portolan%3A w::100%25 odd\uFFFDsecond line \uFFFD\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestGitLab: a fault keeps its fingerprint when it moves, and no two are alike.
func TestGitLab(t *testing.T) {
	type fault struct {
		Description, Severity, Fingerprint string
		Check                              string `json:"check_name"`
		Location                           struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	read := func(list []diag.Diagnostic) (out []fault) {
		var b bytes.Buffer
		if err := report.Write(&b, report.GitLab, list); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := read(append(slices.Clone(sample), sample...))
	first := got[0]
	if first.Description != `unknown key "na,me:x"; did you mean "name"?` || first.Check != "portolan/unknown-key" || first.Severity != "major" ||
		first.Location.Path != "data/a b.toml" || first.Location.Lines.Begin != 3 {
		t.Errorf("got %+v", first)
	}
	if got[1].Severity != "minor" || got[1].Location.Lines.Begin != 1 {
		t.Errorf("got %+v", got[1])
	}
	seen := map[string]bool{}
	for _, f := range got {
		if len(f.Fingerprint) != 32 || seen[f.Fingerprint] {
			t.Errorf("fingerprint %q is short or not the only one", f.Fingerprint)
		}
		seen[f.Fingerprint] = true
	}
	moved := slices.Clone(sample)
	moved[0].Pos.Line += 7
	if again := read(moved)[0].Fingerprint; again != first.Fingerprint {
		t.Errorf("seven lines further down it is %s, not %s", again, first.Fingerprint)
	}
}

func TestJSONAndSARIFParse(t *testing.T) {
	for _, f := range []report.Format{report.JSON, report.GitLab, report.SARIF} {
		for _, list := range [][]diag.Diagnostic{nil, sample} {
			var b bytes.Buffer
			if err := report.Write(&b, f, list); err != nil {
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
	if err := report.Write(&b, report.SARIF, sample); err != nil {
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
	if err := report.Write(&b, "yaml", sample); err == nil || b.Len() > 0 {
		t.Errorf("err %v, %d bytes", err, b.Len())
	}
}
