package plain_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/builder/plain"
	"portolan/generator/netspec"
)

type inner struct {
	FQDN  []string
	Ports netspec.PortSet
}

type outer struct {
	ID, DataVersion string
	On              *bool
	N               uint8
	List            []inner
	ByID            map[string]inner
	Deep            [][]string
	Any             any
	hidden          int
}

func TestBothWays(t *testing.T) {
	ports, err := netspec.ParsePortSet("tcp/21,990-1000 udp/? icmp/8")
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	for _, v := range []outer{
		{},
		{ID: "a", DataVersion: "\x00é\u2028", On: &yes, N: 255, List: []inner{{}, {FQDN: []string{"x", ""}, Ports: ports}}, ByID: map[string]inner{"k": {Ports: ports}}, Deep: [][]string{{"a"}, nil}},
	} {
		for name, tree := range map[string]any{"whole": plain.Of(v), "sparse": plain.Sparse(&v)} {
			text, err := json.Marshal(tree)
			if err != nil {
				t.Fatal(err)
			}
			var back any
			if err := json.Unmarshal(text, &back); err != nil {
				t.Fatal(err)
			}
			var got outer
			if err := plain.Into(back, &got); err != nil {
				t.Errorf("%s: %v of %s", name, err, text)
			}
			if d := cmp.Diff(plain.Of(v), plain.Of(got)); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
	}
}

func TestText(t *testing.T) {
	for _, tree := range []any{
		nil, true, false, "", "a\nb", -12.0, []any{}, map[string]any{},
		map[string]any{"a": []any{1.0, "x", nil, map[string]any{"": true}}, "b": false},
	} {
		got, err := plain.Parse(plain.Text(tree))
		if d := cmp.Diff(tree, got); err != nil || d != "" {
			t.Errorf("%v: %v %s", tree, err, d)
		}
	}
	if d := cmp.Diff("[2\x00\"a\x00#3\x00", plain.Text([]any{"a", 3.0})); d != "" {
		t.Error(d)
	}
}

// FuzzParse holds that any text is refused or is a tree that is written back.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"", "x", "[1\x00", "[-1\x00", "[99999999999\x00", "{1\x00#1\x00#1\x00", "{1\x00\"k\x00[1\x00+\x00", "0\x000\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tree, err := plain.Parse(text)
		if err != nil {
			return
		}
		again, err := plain.Parse(plain.Text(tree))
		if d := cmp.Diff(tree, again); err != nil || d != "" {
			t.Errorf("%q: %v %s", text, err, d)
		}
	})
}

func TestTree(t *testing.T) {
	want := map[string]any{"id": "a", "dataVersion": "", "on": nil, "n": 0.0, "list": []any{map[string]any{"fqdn": []any{}, "ports": ""}}, "byID": map[string]any{}, "deep": []any{}}
	if d := cmp.Diff(any(want), plain.Of(outer{ID: "a", List: []inner{{}}, hidden: 1})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(any(map[string]any{"n": 1.0}), plain.Sparse(outer{N: 1})); d != "" {
		t.Error(d)
	}
}

func TestFaults(t *testing.T) {
	for want, tree := range map[string]any{
		"id: float64 where a string is meant":                       map[string]any{"id": 1.0},
		"list: 0: string where a plain_test.inner is meant":         map[string]any{"list": []any{"x"}},
		`byID: k: ports: unknown transport "x"`:                     map[string]any{"byID": map[string]any{"k": map[string]any{"ports": "x"}}},
		"[]interface {} where a plain_test.outer is meant":          []any{},
		"n: bool where a uint8 is meant":                            map[string]any{"n": true},
		"deep: map[string]interface {} where a [][]string is meant": map[string]any{"deep": map[string]any{}},
	} {
		if err := plain.Into(tree, new(outer)); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
