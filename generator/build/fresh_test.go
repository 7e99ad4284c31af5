package build_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"portolan/generator/build"
)

func TestFresh(t *testing.T) {
	made := build.Options{Program: "p", Inputs: build.NewKey([]byte("inputs")), Remark: "2 \"warnings\"\n"}
	for _, test := range []struct {
		name   string
		opts   build.Options
		change func(t *testing.T, dir string)
		want   bool
	}{
		{"nothing changed", made, nil, true},
		{"another remark, which only a plan can know", build.Options{Program: "p", Inputs: made.Inputs}, nil, true},
		{"inputs changed", build.Options{Program: "p", Inputs: build.NewKey([]byte("others"))}, nil, false},
		{"inputs not known", build.Options{Program: "p"}, nil, false},
		{"program changed", build.Options{Program: "q", Inputs: made.Inputs}, nil, false},
		{"output deleted", made, func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "index.html")); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"output edited, its size kept", made, func(t *testing.T, dir string) {
			text := []byte(before["index.html"])
			text[0] ^= 1
			writeTree(t, dir, tree{"index.html": string(text)})
		}, false},
		{"output written again", made, func(t *testing.T, dir string) { writeTree(t, dir, tree{"index.html": before["index.html"]}) }, true},
		{"file of somebody else", made, func(t *testing.T, dir string) { writeTree(t, dir, tree{"mine.txt": "mine"}) }, true},
		{"built again without inputs", made, func(t *testing.T, dir string) {
			if _, err := runDir(t, dir, planOf(before, nil), build.Options{Program: "p"}); err != nil {
				t.Fatal(err)
			}
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := runDir(t, dir, planOf(before, nil), made); err != nil {
				t.Fatal(err)
			}
			if test.change != nil {
				test.change(t, dir)
			}
			d, err := build.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			build.SetFault(d, func(op, path string) error { t.Errorf("%s %s", op, path); return nil })
			got, err := build.Fresh(context.Background(), d.Manifest(), d, test.opts)
			if got != test.want || err != nil {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
}

// What is recorded of the inputs is brought up to date even if no file is.
func TestRunRecordsInputs(t *testing.T) {
	dir := t.TempDir()
	for _, opts := range []build.Options{{}, {Inputs: build.NewKey()}, {Inputs: build.NewKey(nil)}, {Inputs: build.NewKey(nil), Remark: "1"}, {}} {
		stats, err := runDir(t, dir, planOf(before, nil), opts)
		if err != nil || opts.Inputs != (build.Key{}) && stats.Written != 0 {
			t.Errorf("%+v, %v", stats, err)
		}
		d, err := build.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if m := d.Manifest(); m.Inputs != opts.Inputs || m.Remark != opts.Remark {
			t.Errorf("recorded %v %q", m.Inputs, m.Remark)
		}
		d.Close()
	}
}
