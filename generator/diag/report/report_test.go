package report_test

import (
	"bytes"
	"encoding/json"
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

func TestJSONAndSARIFParse(t *testing.T) {
	for _, f := range []report.Format{report.JSON, report.SARIF} {
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
