package build_test

import (
	"context"
	"strings"
	"testing"

	"portolan/generator/build"
)

func TestPlanErrors(t *testing.T) {
	tests := []struct {
		name  string
		paths string // separated by spaces; after an equals sign stands the source
		wants []string
	}{
		{"twice", "x y x", []string{"x: two outputs of one path: output 1 and output 3"}},
		{"twice with sources", "x=home y x=page:x.md", []string{"x: two outputs of one path: home and page:x.md"}},
		{"thrice", "x x x", []string{"output 1 and output 2", "output 2 and output 3"}},
		{"case", "a/x a/X", []string{"a/X: differs only in case from a/x"}},
		{"case of both", "aX Ax", []string{"differs only in case"}},
		{"case beyond ASCII", "ä Ä", []string{"differs only in case"}},
		{"case of folders", "a/x A/y", []string{"a/x: its folder differs only in case from that of A/y"}},
		{"file and folder", "a a-b a/b/c", []string{"a: a file that a/b/c needs as a folder"}},
		{"file and folder deeper", "a/b a/b/c/d", []string{"a/b: a file that a/b/c/d needs as a folder"}},
		{"file and folder by case", "A a/b", []string{"A: a file that a/b needs as a folder"}},
		{"all faults", "x x /y", []string{`path "/y" is absolute`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var plan []build.Output
			for _, p := range strings.Fields(test.paths) {
				path, source, _ := strings.Cut(p, "=")
				plan = append(plan, build.Output{Path: path, Source: source, Render: func(context.Context) ([]byte, error) {
					t.Error("rendered")
					return nil, nil
				}})
			}
			_, _, err := build.Run(context.Background(), plan, build.Manifest{}, new(build.Mem), build.Options{})
			wantError(t, err, test.wants...)
		})
	}
}

func TestPlanNeedsRender(t *testing.T) {
	_, _, err := build.Run(context.Background(), []build.Output{{Path: "x"}}, build.Manifest{}, new(build.Mem), build.Options{})
	wantError(t, err, "output 1: x needs one of Render and Assemble")
}

func TestValidPath(t *testing.T) {
	for path, want := range map[string]string{
		"index.html": "", "a/b-c/d_e.confluence.xml": "", ".gitkeep": "", "a/.portolan-x": "", "ports/tcp/443/index.html": "", "ü/x y": "",
		"": "empty", "/a": "absolute", "a//b": "empty name", "a/": "empty name", "..": `name ".."`, "a/../b": `name ".."`,
		"a/./b": `name "."`, `a\b`: `character '\\'`, "a\x00b": `character '\x00'`, "a\nb": `character '\n'`, "c:x": "character ':'",
		"a./b": "ends in a dot", "a /b": "ends in a dot or a space", "\xff": "not UTF-8", ".portolan-manifest": "kept for the build",
		".PORTOLAN-staging/x": "kept for the build", strings.Repeat("x", 256): "longer than 255",
	} {
		err := build.ValidPath(path)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", path, err, want)
		}
	}
}
