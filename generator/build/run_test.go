package build_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/build"
)

func TestRunUpdatesInPlace(t *testing.T) {
	dir := t.TempDir()
	writeTree(t, dir, tree{".gitkeep": "", ".gitignore": "*"})
	if _, err := runDir(t, dir, planOf(before, nil), build.Options{Program: "p"}); err != nil {
		t.Fatal(err)
	}
	writeTree(t, dir, tree{"b/mine.txt": "mine", "gone/other/mine.txt": "mine"})
	var calls sync.Map
	stats, err := runDir(t, dir, planOf(after, &calls), build.Options{Program: "p"})
	if err != nil {
		t.Fatal(err)
	}
	want := maps.Clone(after)
	maps.Copy(want, tree{".gitkeep": "", ".gitignore": "*", "b/mine.txt": "mine", "gone/other/mine.txt": "mine"})
	wantTree(t, readTree(t, dir).site(), want)
	if _, ok := calls.Load("a/index.html"); ok {
		t.Error("an unchanged output was rendered")
	}
	size := int64(0)
	for p, text := range after {
		if p != "a/index.html" {
			size += int64(len(text))
		}
	}
	if want := (build.Stats{Outputs: 9, Rendered: 8, Written: 8, Deleted: 5, Bytes: size}); stats != want {
		t.Errorf("stats %+v, want %+v", stats, want)
	}
}

func TestNothingChangedTouchesNothing(t *testing.T) {
	dir := t.TempDir()
	var calls sync.Map
	for range 3 {
		if _, err := runDir(t, dir, planOf(before, &calls), build.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	calls.Clear()
	d, err := build.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	build.SetFault(d, func(op, path string) error { t.Errorf("%s %s", op, path); return nil })
	_, stats, err := build.Run(context.Background(), planOf(before, &calls), d.Manifest(), d, build.Options{})
	if err != nil || stats != (build.Stats{Outputs: len(before)}) {
		t.Errorf("%+v, %v", stats, err)
	}
	calls.Range(func(path, _ any) bool { t.Errorf("%s rendered", path); return true })
}

func TestNewProgramRendersAllAndWritesNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := runDir(t, dir, planOf(before, nil), build.Options{Program: "one"}); err != nil {
		t.Fatal(err)
	}
	old, _ := os.Lstat(filepath.Join(dir, "index.html"))
	stats, err := runDir(t, dir, planOf(before, nil), build.Options{Program: "two"})
	if err != nil || stats.Rendered != len(before) || stats.Written != 0 {
		t.Errorf("%+v, %v", stats, err)
	}
	if now, _ := os.Lstat(filepath.Join(dir, "index.html")); !os.SameFile(old, now) {
		t.Error("a file of unchanged bytes was replaced")
	}
	if stats, err = runDir(t, dir, planOf(before, nil), build.Options{Program: "two"}); err != nil || stats.Rendered != 0 {
		t.Errorf("%+v, %v", stats, err)
	}
}

func TestDamageIsRepaired(t *testing.T) {
	tests := []struct {
		name   string
		damage func(path string) error
		writes int
	}{
		{"longer", func(p string) error { return os.WriteFile(p, []byte("edited"), 0o666) }, 1},
		{"same size", func(p string) error { return os.WriteFile(p, []byte("y"), 0o666) }, 1},
		{"same size and old time", func(p string) error {
			fi, _ := os.Lstat(p)
			if err := os.WriteFile(p, []byte("y"), 0o666); err != nil {
				return err
			}
			return os.Chtimes(p, time.Time{}, fi.ModTime())
		}, 1},
		{"deleted", os.Remove, 1},
		{"folder deleted", func(p string) error { return os.RemoveAll(filepath.Dir(p)) }, 2},
		{"touched", func(p string) error { return os.Chtimes(p, time.Time{}, time.Now()) }, 0},
		{"empty folder in its place", func(p string) error {
			if err := os.Remove(p); err != nil {
				return err
			}
			return os.Mkdir(p, 0o777)
		}, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := runDir(t, dir, planOf(before, nil), build.Options{}); err != nil {
				t.Fatal(err)
			}
			built := readTree(t, dir)
			if err := test.damage(filepath.Join(dir, "a/rules/x.txt")); err != nil {
				t.Fatal(err)
			}
			stats, err := runDir(t, dir, planOf(before, nil), build.Options{})
			if err != nil || stats.Written != test.writes {
				t.Errorf("%+v, %v; want %d written", stats, err, test.writes)
			}
			wantTree(t, readTree(t, dir), built)
		})
	}
}

// A copy has new time stamps; it is read once, and trusted after that.
func TestCopiedSite(t *testing.T) {
	dir, copied := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	if _, err := runDir(t, dir, planOf(before, nil), build.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	stats, err := runDir(t, copied, planOf(before, nil), build.Options{})
	if err != nil || stats.Rendered != 0 || stats.Written != 0 {
		t.Errorf("%+v, %v", stats, err)
	}
}

func TestSameBytesOnAnyNumberOfCores(t *testing.T) {
	var want tree
	for _, jobs := range []int{1, 2, 7, 0} {
		dir, by := t.TempDir(), t.TempDir()
		if _, err := runDir(t, dir, sitePlan(500, -1), build.Options{Jobs: jobs}); err != nil {
			t.Fatal(err)
		}
		if _, err := runDir(t, by, sitePlan(400, 2), build.Options{Jobs: jobs}); err != nil {
			t.Fatal(err)
		}
		if _, err := runDir(t, by, sitePlan(500, -1), build.Options{Jobs: jobs}); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = readTree(t, dir)
		}
		wantTree(t, readTree(t, dir), want)
		wantTree(t, readTree(t, by), want)
	}
}

func TestRefusals(t *testing.T) {
	outside := t.TempDir()
	writeTree(t, outside, tree{"secret.txt": "secret"})
	tests := []struct {
		name  string
		add   tree   // to a built site
		clear string // is removed before
		wants []string
	}{
		{"file", tree{"new/deep/er.txt": "mine"}, "", []string{"new/deep/er.txt: not written by portolan"}},
		{"files", tree{"new/deep/er.txt": "mine", "a/rules/z.txt": "mine"}, "", []string{"a/rules/z.txt: not", "\nnew/deep/er.txt: not"}},
		{"file for a folder", tree{"new": "mine"}, "", []string{"new: not a folder"}},
		{"file in a folder that is to be a file", tree{"swap/in/mine": "mine"}, "", []string{"swap/in/mine: not written by portolan, and in the way of the output swap/in"}},
		{"link to a folder outside", tree{"a": "-> " + outside}, "a", []string{"a: not a folder"}},
		{"link to a folder inside", tree{"a": "-> b"}, "a", []string{"a: not a folder"}},
		{"link to a file outside", tree{"index.html": "-> " + outside + "/secret.txt"}, "index.html", []string{"index.html: not written by portolan"}},
		{"dangling link", tree{"new": "-> nowhere"}, "", []string{"new: not a folder"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := runDir(t, dir, planOf(before, nil), build.Options{}); err != nil {
				t.Fatal(err)
			}
			if test.clear != "" {
				os.RemoveAll(filepath.Join(dir, test.clear))
			}
			writeTree(t, dir, test.add)
			was := readTree(t, dir)
			var calls sync.Map
			_, err := runDir(t, dir, planOf(after, &calls), build.Options{})
			wantError(t, err, test.wants...)
			wantTree(t, readTree(t, dir), was)
			calls.Range(func(path, _ any) bool { t.Errorf("%s rendered", path); return true })
		})
	}
	wantTree(t, readTree(t, outside), tree{"secret.txt": "secret"})
}

// A stale file that became a link, or stands behind one, is left alone.
func TestStaleLinksStay(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	writeTree(t, outside, tree{"er.txt": "secret"})
	if _, err := runDir(t, dir, planOf(before, nil), build.Options{}); err != nil {
		t.Fatal(err)
	}
	os.RemoveAll(filepath.Join(dir, "gone/deep"))
	os.Remove(filepath.Join(dir, "gone/other/er.txt"))
	links := tree{"gone/deep": "-> " + outside, "gone/other/er.txt": "-> " + outside + "/er.txt"}
	writeTree(t, dir, links)
	if _, err := runDir(t, dir, planOf(after, nil), build.Options{}); err != nil {
		t.Fatal(err)
	}
	want := maps.Clone(after)
	maps.Copy(want, links)
	wantTree(t, readTree(t, dir).site(), want)
	wantTree(t, readTree(t, outside), tree{"er.txt": "secret"})
}

func TestProgress(t *testing.T) {
	dir := t.TempDir()
	for _, edited := range []int{-1, 1} {
		var seen []int
		opts := build.Options{Jobs: 4, Progress: func(done, total int) {
			if total != 100 {
				t.Errorf("total %d", total)
			}
			seen = append(seen, done)
		}}
		if _, err := runDir(t, dir, sitePlan(100, edited), opts); err != nil {
			t.Fatal(err)
		}
		if !slices.IsSorted(seen) || seen[len(seen)-1] != 100 {
			t.Errorf("progress %v", seen)
		}
	}
}

func TestMem(t *testing.T) {
	m := new(build.Mem)
	for _, files := range []tree{before, after, {}, after} {
		manifest, _, err := build.Run(context.Background(), planOf(files, nil), m.Manifest(), m, build.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := tree{}
		for _, p := range m.Paths() {
			text, _ := m.Read(p)
			got[p] = string(text)
		}
		wantTree(t, got, files)
		if diff := cmp.Diff(manifest, m.Manifest()); diff != "" {
			t.Error(diff)
		}
	}
}
