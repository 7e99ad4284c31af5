package build_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"portolan/generator/build"
)

func TestOpenRefusesWhatItDidNotMake(t *testing.T) {
	for _, name := range []string{"mine.txt", "mine/deep.txt", ".git/config", ".portolan-x"} {
		dir := t.TempDir()
		files := tree{name: "mine", ".gitkeep": ""}
		writeTree(t, dir, files)
		_, err := build.Open(dir)
		if !errors.Is(err, build.ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
		wantTree(t, readTree(t, dir), files)
	}
}

func TestOpenFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	writeTree(t, filepath.Dir(file), tree{"file": "mine"})
	if _, err := build.Open(file); err == nil {
		t.Error("no error")
	}
	wantTree(t, readTree(t, filepath.Dir(file)), tree{"file": "mine"})
}

func TestOpenBadManifest(t *testing.T) {
	dir := t.TempDir()
	files := tree{".portolan-manifest": "portolan-manifest 1\nprogram \"\"\nend 1\n", "x": "x"}
	writeTree(t, dir, files)
	_, err := build.Open(dir)
	wantError(t, err, dir, ".portolan-manifest:3: the manifest does not end with its count")
	wantTree(t, readTree(t, dir), files)
}

func TestOpenLocks(t *testing.T) {
	dir := t.TempDir()
	d, err := build.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := build.Open(dir); !errors.Is(err, build.ErrBusy) {
		t.Errorf("second build: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if d, err = build.Open(dir); err != nil {
		t.Fatal(err)
	}
	d.Close()
	wantTree(t, readTree(t, dir), tree{})
}

func TestOpenMakesTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "site")
	d, err := build.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that nothing was built in stays: %v", err)
	}
	if _, err := runDir(t, dir, planOf(before, nil), build.Options{}); err != nil {
		t.Fatal(err)
	}
	wantTree(t, readTree(t, dir).site(), before)
}

func TestOpenThroughALink(t *testing.T) {
	base := t.TempDir()
	writeTree(t, base, tree{"real/.gitkeep": "", "site": "-> real"})
	if _, err := runDir(t, filepath.Join(base, "site"), planOf(tree{"x": "x"}, nil), build.Options{}); err != nil {
		t.Fatal(err)
	}
	wantTree(t, readTree(t, filepath.Join(base, "real")).site(), tree{".gitkeep": "", "x": "x"})
}

// A build that was killed while rendering leaves a staging folder; what lies in it is dropped.
func TestOpenDropsStaging(t *testing.T) {
	dir := t.TempDir()
	writeTree(t, dir, tree{".portolan-staging/tree/a/x": "half", ".portolan-staging/manifest": "portolan-man"})
	if _, err := runDir(t, dir, planOf(before, nil), build.Options{}); err != nil {
		t.Fatal(err)
	}
	wantTree(t, readTree(t, dir).site(), before)
}
