package dot_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portolan/generator/topology"
	"portolan/generator/topology/dot"
	"portolan/generator/topology/topologytest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestGolden(t *testing.T) {
	var b bytes.Buffer
	if err := (dot.Format{}).Render(&b, topology.Layout(topologytest.Ferry()), "https://ports.example/deployments/ferry/"); err != nil {
		t.Fatal(err)
	}
	const file = "testdata/ferry.dot"
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

// FuzzLabel holds that quoted texts end where they end, by the rules of DOT's
// own scanner, and are read as what they were.
func FuzzLabel(f *testing.F) {
	for _, s := range topologytest.Texts() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want := topology.Plain(text)
		for name, quoted := range map[string]string{"label": dot.Label(text), "tip": dot.Tip(text), "id": dot.Quote(text)} {
			inner := scan(t, quoted)
			switch name {
			case "label":
				inner = strings.ReplaceAll(strings.ReplaceAll(inner, `\\`, `\`), "&amp;", "&")
			case "tip":
				if strings.Contains(inner, `\`) {
					t.Errorf("tip %q has an escape", quoted)
				}
				inner = strings.ReplaceAll(strings.ReplaceAll(inner, "\u29f5", `\`), "&amp;", "&")
				want = strings.ReplaceAll(want, "\u29f5", `\`)
			case "id":
				inner = strings.ReplaceAll(inner, `\\`, `\`)
			}
			if name != "tip" && inner != topology.Plain(text) || name == "tip" && inner != want {
				t.Errorf("%s %q is read as %q", name, text, inner)
			}
		}
	})
}

// scan reads one quoted string: of its escapes only that of a quotation mark is
// the scanner's.
func scan(t *testing.T, quoted string) string {
	var b strings.Builder
	body := strings.TrimPrefix(quoted, `"`)
	for i := 0; i < len(body); i++ {
		switch {
		case body[i] == '"':
			if i != len(body)-1 {
				t.Fatalf("%s goes on after its end", quoted)
			}
			return b.String()
		case strings.HasPrefix(body[i:], `\"`):
			b.WriteByte('"')
			i++
		case strings.HasPrefix(body[i:], `\\`):
			b.WriteString(`\\`)
			i++
		default:
			b.WriteByte(body[i])
		}
	}
	t.Fatalf("%s has no end", quoted)
	return ""
}
