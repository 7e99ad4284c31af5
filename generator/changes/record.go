package changes

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"portolan/generator/diag"
)

// Folder is where the records of releases lie, one a file.
const Folder = "data/changes"

// Release is one recorded release of the data.
type Release struct {
	// Date is the file's name without its extension, "2026-11-21".
	Date   string
	Report *Report
}

// Load reads the records of a site, newest first, and tells what is wrong
// with them. No folder: no release.
func Load(fsys fs.FS, sink diag.Sink) []Release {
	entries, err := fs.ReadDir(fsys, Folder)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			diag.Errorf(sink, diag.Pos{File: Folder}, "unreadable", "%v", err)
		}
		return nil
	}
	var out []Release
	for _, e := range entries {
		name := path.Join(Folder, e.Name())
		date, ok := strings.CutSuffix(e.Name(), ".json")
		switch {
		case strings.HasPrefix(e.Name(), "."):
			continue
		case !ok || e.IsDir():
			diag.Errorf(sink, diag.Pos{File: name}, "release-name", "a record of a release is a file DATE.json")
			continue
		}
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			diag.Errorf(sink, diag.Pos{File: name}, "release-name", "%q is no date, such as 2026-11-21", date)
			continue
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			diag.Errorf(sink, diag.Pos{File: name}, "unreadable", "%v", err)
			continue
		}
		if r := Parse(name, src, sink); r != nil {
			out = append(out, Release{Date: date, Report: r})
		}
	}
	slices.SortFunc(out, func(a, b Release) int { return cmp.Compare(b.Date, a.Date) })
	return out
}

// Parse reads one record; nil after an error.
func Parse(file string, src []byte, sink diag.Sink) *Report {
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	r := new(Report)
	err := d.Decode(r)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something follows the report")
		}
	}
	if err != nil {
		at := d.InputOffset()
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax):
			at = syntax.Offset
		case errors.As(err, &kind):
			at = kind.Offset
		}
		diag.Errorf(sink, place(file, src, int(at)), "release-syntax", "%s", strings.TrimPrefix(err.Error(), "json: "))
		return nil
	}
	if fault := r.fault(); fault != "" {
		diag.Errorf(sink, diag.Pos{File: file}, "release-value", "%s", fault)
		return nil
	}
	return r
}

// fault says what a record holds that no report says.
func (r *Report) fault() string {
	if r.SchemaVersion != 1 {
		return fmt.Sprintf("schema_version is %d; this program reads 1", r.SchemaVersion)
	}
	kinds := []Kind{Added, Removed, Changed}
	for _, p := range r.Products {
		if p.Slug == "" || p.Name == "" || !slices.Contains(kinds, p.Kind) {
			return fmt.Sprintf("a product needs a slug, a name and a kind, not %q, %q and %q", p.Slug, p.Name, p.Kind)
		}
		for _, c := range p.Changes {
			if !slices.Contains(kinds, c.Kind) {
				return fmt.Sprintf("%s: %q is no kind of change", p.Slug, c.Kind)
			}
		}
	}
	return ""
}

// place is the line and column of an offset.
func place(file string, src []byte, at int) diag.Pos {
	before := string(src[:min(at, len(src))])
	return diag.Pos{File: file, Line: strings.Count(before, "\n") + 1,
		Col: len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1}
}
