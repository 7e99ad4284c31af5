package tomlfile_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/tomlfile"
)

type colour string

func (colour) Values() []string { return []string{"red", "green"} }

type day string

func (d *day) UnmarshalText(text []byte) error {
	if _, err := time.Parse(time.DateOnly, string(text)); err != nil {
		return fmt.Errorf("%q is not a date", text)
	}
	*d = day(text)
	return nil
}

type part struct {
	ID     string                     `toml:",key"`
	Name   string                     `toml:"name,required"`
	Ports  netspec.PortSet            `toml:"ports"`
	From   []string                   `toml:"from"`
	CIDR   []netspec.Prefix           `toml:"cidr"`
	Colour colour                     `toml:"colour"`
	Tints  []colour                   `toml:"tints"`
	On     *bool                      `toml:"on"`
	More   []variant                  `toml:"more"`
	Words  map[string]string          `toml:"words"`
	Sets   map[string]netspec.PortSet `toml:"sets"`
	Inner  struct {
		Deep int8 `toml:"deep"`
	} `toml:"inner"`
	Derived string `toml:"-"`
}

type variant struct {
	Ports  netspec.PortSet `toml:"ports,required"`
	Source []string        `toml:"source,required"`
}

type house struct {
	Name  string `toml:"name,required"`
	Self  bool   `toml:"self"`
	Count int    `toml:"count"`
	Built day    `toml:"built"`
	Parts []part `toml:"part,keyed"`
}

func decode(src string) (*house, *tomlfile.Index, []string) {
	var sink diag.List
	h, x := tomlfile.Decode[house]("h.toml", []byte(src), &sink)
	var lines []string
	for _, d := range sink.Sorted() {
		lines = append(lines, strings.TrimPrefix(d.String(), "h.toml:"))
	}
	return h, x, lines
}

func TestDecodeFillsEveryKind(t *testing.T) {
	h, _, faults := decode(`name = "a \u00e4"
self = true
count = 0x10
built = 2026-11-21
part.z = { name = "last in the alphabet, first in the file", from = "one" }
[part.b]
name = '''
two
lines'''
ports = "tcp/443 udp/53"
from = ["one", 'two']
cidr = "10.0.0.0/8"
colour = "red"
tints = ["red", "green"]
on = false
more = [{ ports = "tcp/1", source = "x#1" }]
words = { "a b" = "c" }
sets.web = "tcp/80"
[part.b.inner]
deep = -3
[part.a]
name = "a"
[[part.a.more]]
ports = "tcp/2"
source = ["y"]
`)
	if h == nil {
		t.Fatal(faults)
	}
	b := h.Parts[1]
	for _, c := range []struct{ got, want any }{
		{h.Name, "a ä"}, {h.Self, true}, {h.Count, 16}, {h.Built, day("2026-11-21")}, {len(h.Parts), 3},
		{h.Parts[0].ID + h.Parts[1].ID + h.Parts[2].ID, "zba"}, {h.Parts[0].From, []string{"one"}},
		{b.Name, "two\nlines"}, {b.Ports.String(), "tcp/443 udp/53"}, {b.From, []string{"one", "two"}}, {b.CIDR[0].String(), "10.0.0.0/8"},
		{b.Colour, colour("red")}, {b.Tints, []colour{"red", "green"}}, {*b.On, false}, {b.More[0].Ports.String(), "tcp/1"},
		{b.More[0].Source, []string{"x#1"}}, {b.Words, map[string]string{"a b": "c"}}, {b.Sets["web"].String(), "tcp/80"}, {b.Inner.Deep, int8(-3)},
		{h.Parts[2].More[0].Ports.String(), "tcp/2"}, {h.Parts[2].On == nil, true},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("got %#v, want %#v", c.got, c.want)
		}
	}
}

func TestDecodeTellsEachFault(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"", `1:1: error: key "name" is missing [missing-key]`},
		{"name = \"\"", `1:8: error: "name" is empty [missing-key]`},
		{"nam = \"x\"", `1:1: error: unknown key "nam"; did you mean "name"? [unknown-key]`},
		{"name = \"x\"\nzzz = 1", `2:1: error: unknown key "zzz"; known: built, count, name, part, self [unknown-key]`},
		{"name = \"x\"\n[parts.a]\n[parts.b]", `2:2: error: unknown table "parts"; did you mean "part"? [unknown-key]`},
		{"name = 3", `1:8: error: "name" must be a string, not an integer; write it in quotes: "3" [wrong-type]`},
		{"name = [\"x\"]", `1:8: error: "name" must be a string, not a list [wrong-type]`},
		{"name = \"x\"\nself = \"true\"", `2:8: error: "self" must be true or false, not a string; write it without quotes: true [wrong-type]`},
		{"name = \"x\"\ncount = 1.5", `2:9: error: "count" must be an integer, not a number with a fraction [wrong-type]`},
		{"name = \"x\"\nbuilt = 2026-11-21T10:00:00Z", `2:9: error: "built" must be a date, not a date or time [wrong-type]`},
		{"name = \"x\"\nbuilt = \"21.11.2026\"", `2:10: error: "21.11.2026" is not a date [bad-value]`},
		{"name = \"x\"\nbuilt = 2026", `2:9: error: "built" must be a date, not an integer [wrong-type]`},
		{"name = 2026-11-21", `1:8: error: "name" must be a string, not a date or time; write it in quotes: "2026-11-21" [wrong-type]`},
		{"name = \"x\"\n[[part]]\nname = \"y\"", `2:1: error: "part" must be a table of tables, not a list of tables; write [part.ID] [wrong-type]`},
		{"name = \"x\"\n[part]\nname = \"y\"", `3:8: error: "name" in "part" must be a table, not a string; write [part.ID] [wrong-type]`},
		{"name = \"x\"\n[part]", `2:1: error: "part" has no tables; write [part.ID] [empty-list]`},
		{"name = \"x\"\n[part.a]", `2:1: error: key "name" is missing [missing-key]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\nfrom = []", `4:8: error: "from" is an empty list; leave the key out [empty-list]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\nfrom = [\"a\", 2]", `4:14: error: an element of "from" must be a string, not an integer; write it in quotes: "2" [wrong-type]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\nfrom = [\"a\", \"\"]", `4:14: error: an element of "from" is empty [bad-value]`},
		{"name = \"x\"\n[part.a]\nname = \"ä\"\nports = \"tcp/443,99999\"", `4:18: error: port 99999 is not between 1 and 65535 [bad-value]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\nports = \"\"\"\ntcp/443\\\n  ,99999\"\"\"", `6:4: error: port 99999 is not between 1 and 65535 [bad-value]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\ncidr = \"10.0.0.1/8\"", `4:9: error: "10.0.0.1/8" has host bits set; did you mean "10.0.0.0/8"? [bad-value]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\ncolour = \"rde\"", `4:10: error: unknown colour "rde"; did you mean "red"? [unknown-value]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\ntints = [\n  \"red\",\n  \"blue\",\n]", `6:3: error: unknown tints "blue"; known: green, red [unknown-value]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\nmore = [{ ports = \"tcp/1\", source = \"s\" }, { ports = \"tcp/1\" }]", `4:44: error: key "source" is missing [missing-key]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\nmore = { ports = \"tcp/1\" }", `4:8: error: "more" must be a list, not a table [wrong-type]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\nmore = [{ ports = \"tcp/1\", source = \"s\", prots = 1 }]", `4:42: error: unknown key "prots"; did you mean "ports"? [unknown-key]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\nsets = { web = \"tcp\" }", `4:20: error: tcp needs ports: a number, a range, "*" or "?" [bad-value]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\nwords = \"z\"", `4:9: error: "words" must be a table, not a string [wrong-type]`},
		{"name = \"x\"\n[part.a]\nname = \"y\"\n[part.a.inner]\ndeep = 200", `5:8: error: "deep" is too large [bad-value]`},
		{"name = \"ä\" x", `1:12: error: expected a top-level item to end with a newline, comment, or EOF, but got 'x' instead [toml-syntax]`},
		{"name = \"x\"\nname = \"y\"", `2:1: error: key 'name' has already been defined [toml-syntax]`},
		{"name.a = 1\nname = 2", `2:1: error: key "name" is defined twice [toml-syntax]`},
		{"name = {a = 1}\n[name.b]", `2:2: error: key "name" is defined twice [toml-syntax]`},
		{"name = {a = 1}\nname.b = 1", `2:1: error: key "name" is defined twice [toml-syntax]`},
		{"name = \"ä\xff\"", `1:10: error: byte 0xff is not UTF-8 [not-utf8]`},
		{"\xff\xfen\x00", `1:1: error: byte 0xff is not UTF-8 [not-utf8]`},
		{"name = \"x\x00\"", `1:10: error: control character U+0000 [toml-syntax]`},
		{"name = \"x\"\rself = true", `1:11: error: control character U+000D [toml-syntax]`},
		{"\ufeffname = 3", `1:8: error: "name" must be a string, not an integer; write it in quotes: "3" [wrong-type]`},
		{"name = \"x\"\r\nself = 3\r\n", `2:8: error: "self" must be true or false, not an integer [wrong-type]`},
	} {
		h, _, faults := decode(c.src)
		if got := strings.Join(faults, "\n"); got != c.want || h != nil {
			t.Errorf("%q\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}

func TestDecodeTellsAllFaultsInFileOrder(t *testing.T) {
	var b strings.Builder
	b.WriteString("name = \"x\"\n")
	for i := range 10 {
		fmt.Fprintf(&b, "[part.p%d]\ncolour = %d\n", i, i)
	}
	_, _, faults := decode(b.String())
	if len(faults) != 20 {
		t.Fatalf("%d faults, want 20:\n%s", len(faults), strings.Join(faults, "\n"))
	}
	for i, f := range faults {
		if want := fmt.Sprintf("%d:", i+2); !strings.HasPrefix(f, want) {
			t.Errorf("fault %d is %s, want line %s", i, f, want)
		}
	}
}

func TestDecodeSurvivesHostileFiles(t *testing.T) {
	repeat := strings.Repeat
	for name, c := range map[string]struct{ src, code string }{
		"junk":             {string(bytes.Repeat([]byte("\x00junk\xff\n"), 20<<20/7)), "too-large"},
		"brackets":         {repeat("[", 10_000), "toml-syntax"},
		"lists":            {"a=" + repeat("[", 10_000), "too-deep"},
		"lists to the cap": {"a=" + repeat("[", 4<<20-2), "too-deep"},
		"after a fault":    {"a b\nc=" + repeat("[", 4<<20-8), "toml-syntax"},
		"inline tables":    {"a=" + repeat("{a=", 10_000), "too-deep"},
		"dotted key":       {repeat("a.", 10_000) + "a=1", "too-deep"},
		"dotted header":    {"[" + repeat("a.", 10_000) + "a]", "too-deep"},
		"relative header":  {"[" + repeat("a.", 30) + "a]\n" + repeat("b.", 30) + "b=1", "too-deep"},
		"open string":      {"a=\"\"\"" + repeat("x\n", 1<<20), "toml-syntax"},
		"many keys": {func() string {
			var b strings.Builder
			for i := range 100_000 {
				fmt.Fprintf(&b, "k%d=1\n", i)
			}
			return b.String()
		}(), "too-many-faults"},
		"many tables": {repeat("[[part]]\n", 400_000), "wrong-type"},
		"one table":   {repeat("[a]\n", 1<<20), "toml-syntax"},
	} {
		start := time.Now()
		h, x, faults := decode(c.src)
		if h != nil || x == nil || len(faults) == 0 || len(faults) > 1001 {
			t.Fatalf("%s: %d faults", name, len(faults))
		}
		if !strings.Contains(strings.Join(faults, "\n"), "["+c.code+"]") {
			t.Errorf("%s: %s, want %s", name, faults[0], c.code)
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%s: took %v", name, d)
		}
	}
}
