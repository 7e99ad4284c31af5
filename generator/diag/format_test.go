package diag_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"

	"portolan/generator/diag"
)

type word string

// TestSprintf holds that what package fmt writes is written.
func TestSprintf(t *testing.T) {
	for _, test := range []struct {
		format string
		args   []any
	}{
		{"", nil}, {"100%% of it", nil}, {"a", nil},
		{"%s %q %d %v", []any{"x", "y\"\n€", 12, errors.New("gone")}},
		{"%s, %q and %v", []any{word("w"), word("w"), true}},
		{"%d-%d %d", []any{uint16(65535), int8(-3), uint64(1 << 63)}},
		{"%s %q", []any{[]byte("x"), []byte("\"")}}, {"%v %v %s", []any{[]string{"a", "b"}, []uint16{1, 2}, []string(nil)}},
		{"%s %q %v", []any{netip.MustParseAddr("::1"), netip.MustParsePrefix("10.0.0.0/8"), diag.Error}},
	} {
		if got, want := diag.Sprintf(test.format, test.args...), fmt.Sprintf(test.format, test.args...); got != want {
			t.Errorf("%q: %s, want %s", test.format, got, want)
		}
	}
	for _, test := range []struct {
		format string
		args   []any
		want   string
	}{
		{"%", nil, "%!(NOVERB)"}, {"%s!", nil, "%!(MISSING)!"}, {"a", []any{1}, "a%!(EXTRA)"}, {"%x", []any{1}, "%!x(1)"},
		{"%s", []any{1.5}, "%!(float64)"}, {"%s", []any{nil}, "%!(invalid)"},
	} {
		if got := diag.Sprintf(test.format, test.args...); got != test.want {
			t.Errorf("%q: %s, want %s", test.format, got, test.want)
		}
	}
}
