package build_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/build"
)

var example = build.Manifest{Program: "portolan 1 \"x\"\n", Entries: []build.Entry{
	{Path: "a b/c", Key: build.NewKey([]byte("k")), Sum: build.NewKey(), Size: 12},
	{Path: "b", Size: -1},
}}

func TestManifestRoundTrip(t *testing.T) {
	known := example
	known.Inputs, known.Remark = build.NewKey(nil), "3 \"warnings\"\n"
	for _, m := range []build.Manifest{example, known, {Entries: []build.Entry{}}} {
		got, err := build.ParseManifest(m.Append(nil))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, got); diff != "" {
			t.Error(diff)
		}
	}
	if e, ok := example.Lookup("b"); !ok || e.Size != -1 {
		t.Errorf("Lookup(b) = %+v, %v", e, ok)
	}
	if e, ok := example.Lookup("a"); ok {
		t.Errorf("Lookup(a) = %+v", e)
	}
}

func TestManifestErrors(t *testing.T) {
	whole := string(example.Append(nil))
	for n := range len(whole) {
		if _, err := build.ParseManifest([]byte(whole[:n])); err == nil {
			t.Errorf("cut at byte %d: no error", n)
		}
	}
	for _, test := range []struct{ old, new, want string }{
		{"manifest 1", "manifest 2", "1: not a manifest of version 1"},
		{"program ", "programme", "2: no program"},
		{" -1 b", " -2 b", "4: size"},
		{" -1 b", " -1 a", "4: a is out of order"},
		{" -1 b", " -1 ../b", `4: path "../b" has the name ".."`},
		{"end 2", "end 3", "5: the manifest does not end"},
		{"end 2\n", "end 2\nx", "5: the manifest does not end"},
		{" 12 ", " 1x ", "3: size"},
		{"AAAA", "!AAA", "4: key"},
		{"\n", "\ninputs x \"\"\n", "2: no program"},
		{"x\\\"\\n\"\n", "x\"\ninputs x \"\"\n", "3: not inputs"},
	} {
		_, err := build.ParseManifest([]byte(strings.Replace(whole, test.old, test.new, 1)))
		wantError(t, err, test.want)
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add(example.Append(nil))
	f.Add(build.Manifest{Inputs: build.NewKey(nil), Remark: "x"}.Append(nil))
	f.Add([]byte("portolan-manifest 1\nprogram \"\"\nend 0\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := build.ParseManifest(text)
		if err != nil {
			return
		}
		again, err := build.ParseManifest(m.Append(nil))
		if diff := cmp.Diff(m, again); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

func TestKey(t *testing.T) {
	part := func(s ...string) (parts [][]byte) {
		for _, p := range s {
			parts = append(parts, []byte(p))
		}
		return parts
	}
	seen := map[build.Key][]string{}
	for _, s := range [][]string{nil, {""}, {"", ""}, {"ab"}, {"a", "b"}, {"ab", ""}, {"", "ab"}, {"b", "a"}, {"a\x00", "b"}} {
		k := build.NewKey(part(s...)...)
		if other, ok := seen[k]; ok {
			t.Errorf("%q and %q have one key", s, other)
		}
		seen[k] = s
	}
	var b build.KeyBuilder
	b.String("a")
	b.Bytes([]byte("b"))
	if b.Key() != build.NewKey(part("a", "b")...) {
		t.Error("builder and NewKey differ")
	}
	b.Int(1)
	one := b.Key()
	b.Reset()
	b.String("a")
	b.String("b")
	b.Int(2)
	if one == b.Key() {
		t.Error("numbers do not count")
	}
	k := build.NewKey(part("a")...)
	if b := k.With("b"); b != k.With("b") || k.With("b") == k.With("c") || k.With() == k {
		t.Error("With")
	}
}
