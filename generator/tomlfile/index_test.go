package tomlfile_test

import (
	"fmt"
	"testing"

	"portolan/generator/diag"
	"portolan/generator/tomlfile"
)

const placed = `name = "x"
"dotted.key" = 1
[flow.web-ui] # comment
from  = ["a", "ä", "c"]
ports = 'tcp/443'
  to  = "b"
[flow.x]
variants = [
  { ports = "tcp/22", source = "s" },
  { ports = "tcp/23" },
]
a.b.c = 1
note = """
one
t\"wo"""
[[item]]
k = 1
[[item]]
k = 2
[item.sub]
k = 3
[flow]
z = 1
["odd.name"]
y = 2
`

func TestIndex(t *testing.T) {
	var sink diag.List
	_, x := tomlfile.Decode[house]("f.toml", []byte(placed), &sink)
	for _, c := range []struct{ path, at, key string }{
		{"", "1:1", "1:1"},
		{"name", "1:8", "1:1"},
		{"name[0]", "1:8", "1:1"},
		{"dotted.key", "2:16", "2:1"},
		{"flow.web-ui", "3:1", "3:7"},
		{"flow.web-ui.from", "4:9", "4:1"},
		{"flow.web-ui.from[1]", "4:15", "4:15"},
		{"flow.web-ui.from[2]", "4:20", "4:20"},
		{"flow.web-ui.from[3]", "4:9", "4:1"},
		{"flow.web-ui.ports", "5:9", "5:1"},
		{"flow.web-ui.to", "6:9", "6:3"},
		{"flow.web-ui.to[0]", "6:9", "6:3"},
		{"flow.web-ui.to[1]", "6:9", "6:3"},
		{"flow.web-ui.missing", "3:1", "3:7"},
		{"flow.x.variants[0].ports", "9:13", "9:5"},
		{"flow.x.variants[1].source", "10:3", "10:3"},
		{"flow.x.variants[1]", "10:3", "10:3"},
		{"flow.x.a.b", "12:3", "12:3"},
		{"flow.x.a.b.c", "12:9", "12:5"},
		{"item", "16:1", "16:3"},
		{"item[1]", "18:1", "18:1"},
		{"item[1].k", "19:5", "19:1"},
		{"item[1].sub.k", "21:5", "21:1"},
		{"flow", "22:1", "22:2"},
		{"flow.nowhere.ports", "22:1", "22:2"},
		{"odd.name.y", "25:5", "25:1"},
		{"[", "1:1", "1:1"},
		{"flow.web-ui.from[", "4:9", "4:1"},
		{"flow.web-ui.from[99999999999999999999]", "4:9", "4:1"},
	} {
		if got := short(x.At(c.path)); got != c.at {
			t.Errorf("At(%q) = %s, want %s", c.path, got, c.at)
		}
		if got := short(x.Key(c.path)); got != c.key {
			t.Errorf("Key(%q) = %s, want %s", c.path, got, c.key)
		}
	}
	for _, c := range []struct {
		path   string
		offset int
		want   string
	}{
		{"flow.web-ui.ports", 0, "5:10"}, {"flow.web-ui.ports", 4, "5:14"}, {"flow.web-ui.ports", 99, "5:17"}, {"flow.web-ui.ports", -1, "5:10"},
		{"flow.web-ui.from[1]", 2, "4:17"}, {"flow.x.note", 0, "14:1"}, {"flow.x.note", 4, "15:1"}, {"flow.x.note", 5, "15:2"},
		{"flow.x.note", 6, "15:4"}, {"flow.x.a.b.c", 1, "12:9"}, {"flow.x.variants", 1, "8:12"},
	} {
		if got := short(x.Offset(c.path, c.offset)); got != c.want {
			t.Errorf("Offset(%q, %d) = %s, want %s", c.path, c.offset, got, c.want)
		}
	}
}

func short(p diag.Pos) string { return fmt.Sprintf("%d:%d", p.Line, p.Col) }
