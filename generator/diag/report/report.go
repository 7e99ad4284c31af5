// Package report prints diagnostics: for people, programs and forges.
package report

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"portolan/generator/diag"
)

// Format is a way to print diagnostics.
type Format string

// The formats of `portolan check --format`.
const (
	Text   Format = "text"
	JSON   Format = "json"
	GitHub Format = "github"
	GitLab Format = "gitlab"
	SARIF  Format = "sarif"
)

// Formats lists every Format, the default first.
func Formats() []Format { return []Format{Text, JSON, GitHub, GitLab, SARIF} }

// Write prints the diagnostics in their given order. An unknown format is an
// error and nothing is written.
func Write(w io.Writer, f Format, list []diag.Diagnostic) error {
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case Text:
		for _, d := range list {
			b.WriteString(d.String())
			b.WriteByte('\n')
		}
	case JSON:
		err = writeJSON(b, list)
	case GitHub:
		for _, d := range list {
			writeGitHub(b, d)
		}
	case GitLab:
		err = writeGitLab(b, list)
	case SARIF:
		err = writeSARIF(b, list)
	default:
		return fmt.Errorf("unknown diagnostics format %q", f)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

type jsonPos struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
}

type jsonDiagnostic struct {
	jsonPos
	Severity string    `json:"severity"`
	Code     string    `json:"code"`
	Text     string    `json:"text"`
	Hint     string    `json:"hint"`
	Related  []jsonPos `json:"related"`
}

func writeJSON(w io.Writer, list []diag.Diagnostic) error {
	out := make([]jsonDiagnostic, len(list))
	for i, d := range list {
		related := make([]jsonPos, len(d.Related))
		for j, p := range d.Related {
			related[j] = jsonPos(p)
		}
		out[i] = jsonDiagnostic{jsonPos(d.Pos), d.Severity.String(), d.Code, d.Text, d.Hint, related}
	}
	return encode(w, out)
}

// writeGitHub prints a workflow command. Its syntax and escapes are those of
// GitHub's "Workflow commands for GitHub Actions".
func writeGitHub(w *bufio.Writer, d diag.Diagnostic) {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	fmt.Fprintf(w, "::%s file=%s", d.Severity, property.Replace(d.Pos.File))
	if d.Pos.Line > 0 {
		fmt.Fprintf(w, ",line=%d", d.Pos.Line)
	}
	if d.Pos.Col > 0 {
		fmt.Fprintf(w, ",col=%d", d.Pos.Col)
	}
	fmt.Fprintf(w, ",title=%s::%s\n", property.Replace("portolan: "+d.Code), data.Replace(diag.OneLine(d.Message())))
}

// writeGitLab prints a Code Quality report, as GitLab's "Code Quality report
// format" has it. A fingerprint is of what is said and the how manieth time in
// that file, so that a fault stays the same one when lines above it change.
func writeGitLab(w io.Writer, list []diag.Diagnostic) error {
	type object = map[string]any
	severities := map[diag.Severity]string{diag.Error: "major", diag.Warning: "minor"}
	said := map[string]int{}
	out := make([]object, len(list))
	for i, d := range list {
		message := diag.OneLine(d.Message())
		key := d.Pos.File + "\x00" + d.Code + "\x00" + message
		said[key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, said[key]))
		out[i] = object{
			"description": message, "check_name": "portolan/" + d.Code, "severity": severities[d.Severity],
			"fingerprint": hex.EncodeToString(sum[:16]),
			"location":    object{"path": d.Pos.File, "lines": object{"begin": max(d.Pos.Line, 1)}},
		}
	}
	return encode(w, out)
}

// writeSARIF prints SARIF 2.1.0 (OASIS standard), one run.
func writeSARIF(w io.Writer, list []diag.Diagnostic) error {
	type object = map[string]any
	location := func(p diag.Pos) object {
		physical := object{"artifactLocation": object{"uri": uriPath(p.File)}}
		if p.Line > 0 {
			region := object{"startLine": p.Line}
			if p.Col > 0 {
				region["startColumn"] = p.Col
			}
			physical["region"] = region
		}
		return object{"physicalLocation": physical}
	}
	codes := make([]string, 0, len(list))
	results := make([]object, 0, len(list))
	for _, d := range list {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	rules := make([]object, len(codes))
	for i, c := range codes {
		rules[i] = object{"id": c, "shortDescription": object{"text": strings.ReplaceAll(c, "-", " ")}}
	}
	for _, d := range list {
		i, _ := slices.BinarySearch(codes, d.Code)
		r := object{"ruleId": d.Code, "ruleIndex": i, "level": d.Severity.String(),
			"message": object{"text": diag.OneLine(d.Message())}, "locations": []object{location(d.Pos)}}
		if len(d.Related) > 0 {
			related := make([]object, len(d.Related))
			for j, p := range d.Related {
				related[j] = location(p)
			}
			r["relatedLocations"] = related
		}
		results = append(results, r)
	}
	return encode(w, object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []object{{
			"tool":       object{"driver": object{"name": "portolan", "rules": rules}},
			"columnKind": "unicodeCodePoints",
			"results":    results,
		}},
	})
}

// uriPath percent-encodes what a relative URI reference cannot hold.
func uriPath(p string) string {
	var b strings.Builder
	for i := range len(p) {
		c := p[i]
		if c == '/' || c == '-' || c == '_' || c == '.' || c == '~' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
