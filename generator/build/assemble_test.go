package build_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"portolan/generator/build"
)

// allOf adds to a plan a file of what all of the others hold.
func allOf(plan []build.Output, path string) []build.Output {
	var key build.KeyBuilder
	for _, o := range plan {
		key.String(o.Path)
		key.Bytes(o.Key[:])
	}
	others := plan
	return append(plan[:len(plan):len(plan)], build.Output{Path: path, Key: key.Key(),
		Assemble: func(_ context.Context, w io.Writer, read func(string) ([]byte, error)) error {
			for _, o := range others {
				text, err := read(o.Path)
				if err != nil {
					return err
				}
				fmt.Fprintf(w, "%s: %s\n", o.Path, text)
			}
			return nil
		}})
}

func texts(files tree, plan []build.Output) string {
	var b strings.Builder
	for _, o := range plan {
		fmt.Fprintf(&b, "%s: %s\n", o.Path, files[o.Path])
	}
	return b.String()
}

func TestAnOutputOfTheOthers(t *testing.T) {
	for _, path := range []string{"all.txt", "new/deep/all.txt"} {
		dir := t.TempDir()
		for i, files := range []tree{before, after, before} {
			plan := planOf(files, nil)
			if _, err := runDir(t, dir, allOf(plan, path), build.Options{}); err != nil {
				t.Fatal(err)
			}
			if got, want := readTree(t, dir).site()[path], texts(files, plan); got != want {
				t.Errorf("%s, build %d:\n%s\nwant\n%s", path, i, got, want)
			}
		}
	}
	var mem build.Mem
	plan := planOf(after, nil)
	if _, _, err := build.Run(t.Context(), allOf(plan, "all.txt"), mem.Manifest(), &mem, build.Options{}); err != nil {
		t.Fatal(err)
	}
	if got, _ := mem.Read("all.txt"); string(got) != texts(after, plan) {
		t.Errorf("in memory: %s", got)
	}
}

func TestAnOutputOfTheOthersIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	plan := planOf(before, nil)
	if _, err := runDir(t, dir, allOf(plan, "all.txt"), build.Options{}); err != nil {
		t.Fatal(err)
	}
	stats, err := runDir(t, dir, allOf(plan, "all.txt"), build.Options{})
	if err != nil || stats != (build.Stats{Outputs: len(plan) + 1}) {
		t.Errorf("without a change: %+v, %v", stats, err)
	}
	// Another program renders all and finds the same bytes.
	stats, err = runDir(t, dir, allOf(plan, "all.txt"), build.Options{Program: "other"})
	if err != nil || stats != (build.Stats{Outputs: len(plan) + 1, Rendered: len(plan) + 1}) {
		t.Errorf("by another program: %+v, %v", stats, err)
	}
	// One that somebody changed comes back, of files that are not rendered.
	writeTree(t, dir, tree{"all.txt": "spoilt"})
	stats, err = runDir(t, dir, allOf(plan, "all.txt"), build.Options{Program: "other"})
	if err != nil || stats.Rendered != 1 || stats.Written != 1 {
		t.Errorf("spoilt: %+v, %v", stats, err)
	}
	if got := readTree(t, dir).site()["all.txt"]; got != texts(before, plan) {
		t.Errorf("it is %s", got)
	}
}

func TestAnOutputOfTheOthersThatFailsLeavesThePreviousSite(t *testing.T) {
	for name, fail := range map[string]func() error{
		"an error": func() error { return errors.New("no such thing") },
		"a panic":  func() error { panic("no") },
	} {
		dir := t.TempDir()
		if _, err := runDir(t, dir, allOf(planOf(before, nil), "all.txt"), build.Options{}); err != nil {
			t.Fatal(err)
		}
		was := readTree(t, dir).site()
		plan := allOf(planOf(after, nil), "all.txt")
		plan[len(plan)-1].Assemble = func(_ context.Context, w io.Writer, _ func(string) ([]byte, error)) error {
			fmt.Fprint(w, "half")
			return fail()
		}
		_, err := runDir(t, dir, plan, build.Options{})
		if err == nil || !strings.Contains(err.Error(), "all.txt: ") {
			t.Errorf("%s: %v", name, err)
		}
		wantTree(t, readTree(t, dir).site(), was)
	}
}
