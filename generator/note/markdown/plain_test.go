package markdown_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/note/markdown"
)

// FuzzPlain holds the quick way to what the parser makes of a note.
func FuzzPlain(f *testing.F) {
	for _, s := range valid {
		f.Add(s)
	}
	for _, s := range []string{"A `b` c.", "A`b``c`", "A ``b`", "A ` b `", "A `b", "a\\", "See https://x.example", "a  b", "a ", "A (b): `c*d*`, 'e' \"f\" - 1. + = x", "a `b\\`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		got, ok := markdown.Plain(src)
		if !ok {
			return
		}
		want, faults := markdown.ParseSlowly(src)
		if diff := cmp.Diff(want, got); diff != "" || len(faults) > 0 {
			t.Fatalf("%q: %v\n%s", src, faults, diff)
		}
	})
}
