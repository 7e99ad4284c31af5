package tomlfile_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/tomlfile"
)

var seeds = []string{
	"", "# only a comment", "a = 1\n", "a.b.c = 1\na.b.d = 2\n", "[a]\nb = 1\n[a.c]\nd = 2\n", "[a.b.c]\n[a]\nx = 1\n",
	"[[a]]\nb = 1\n[a.c]\nd = 2\n[[a]]\nb = 3\n", "a = [1, [2, 3], # x\n { b = 4, c.d = [5,], },\n]\n", "a = { b = 1,\n # x\n c = { d = 2 }, }\n",
	"\"a b\" = 1\n'c.d'.e = 2\n\"\\u00e4\\x41\" = 3\n\"\" = 4\n[\"x.y\".'z']\n", "a = \"\"\"\nx\\\n   y\\\"\\\\\"\"\"\"\"\nb = '''\n''x'''''\nc = \"\"\n",
	"a = 1979-05-27 07:32:00Z\nb = 07:32:00\nc = [1979-05-27 , 1]\nd = -inf\ne = 0x1F\n", "a = 1\r\nb = \"\"\"\r\nx\r\n\"\"\"\r\n[c]\r\n",
	"\ufeffa = 1\n", "a = \"\\\\\"\"\"\"\"\"\n", "[a]\nb = {c = 1}\n[a.b.d]\n", "a = [{b = 1}, {c = {d = [{e = 2}]}}]\n", "[ a . b ]\n c . d = 3 # x\n",
	"name = \"x\"\nkind = \"srver\"\n[flow.a]\nports = \"tcp/443 udp/x\"\nfrom = []\nvariants = [{ports = 3}]\n[[flow]]\n",
}

// FuzzScanner holds our scanner against the parser's own list of keys.
func FuzzScanner(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if strings.Count(src, "[")+strings.Count(src, "{")+strings.Count(src, ".") > 30 || !plain(src) {
			t.Skip("refused before the parser sees it")
		}
		parser, scanner, difference, valid := tomlfile.Keys(src)
		if !valid {
			return
		}
		if !slices.Equal(parser, scanner) {
			t.Fatalf("keys of %q\nparser  %v\nscanner %v", src, parser, scanner)
		}
		if difference != "" {
			t.Fatalf("tree of %q: %s", src, difference)
		}
	})
}

// plain tells whether the text holds only what Decode hands to the parser.
func plain(src string) bool {
	for _, r := range strings.ReplaceAll(src, "\r\n", "\n") {
		if r < ' ' && r != '\t' && r != '\n' || r == 0x7f || r == '\ufeff' {
			return false
		}
	}
	return utf8.ValidString(src)
}

// FuzzDecode holds that nothing panics, that a fault and a result exclude each
// other, and that every position lies in the file.
func FuzzDecode(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s), "flow.a.ports[0]")
	}
	f.Add([]byte(product(1)), "flow.web-0.variants[0].source[0]")
	f.Fuzz(func(t *testing.T, src []byte, path string) {
		var sink diag.List
		got, x := tomlfile.Decode[catalog.Product]("x.toml", src, &sink)
		if (got == nil) != sink.HasErrors() || x == nil {
			t.Fatalf("result %v beside %v", got != nil, sink.Sorted())
		}
		lines := strings.Split(strings.TrimPrefix(string(src), "\ufeff"), "\n")
		inside := func(p diag.Pos) {
			if p.File != "x.toml" || p.Line < 1 || p.Line > len(lines) || p.Col < 1 || p.Col > utf8.RuneCountInString(lines[p.Line-1])+1 {
				t.Fatalf("%v lies outside the file", p)
			}
		}
		for _, d := range sink.Sorted() {
			inside(d.Pos)
		}
		for _, p := range []string{path, "", "flow", "flow.a", "flow.a.from[0]"} {
			inside(x.At(p))
			inside(x.Key(p))
			for _, n := range []int{-1, 0, 3, 1 << 40} {
				inside(x.Offset(p, n))
			}
		}
	})
}
