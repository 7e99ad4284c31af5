package cli_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"portolan/generator/cli"
)

func TestDiagram(t *testing.T) {
	const site = "../policy/policytest/corpus"
	for _, test := range []struct {
		args string
		code int
		want []string // in what is printed, errors included
	}{
		{"small --format mermaid", 0, []string{"flowchart LR", "tcp/443 HTTPS"}},
		{"town --format mermaid", 0, []string{"flowchart LR", "web1"}},
		{"small --format .mmd", 0, []string{"flowchart LR"}},
		{"small", 0, []string{"<svg "}},
		{"small --format dot", 0, []string{"digraph"}},
		{"small --format drawio", 0, []string{"<mxfile "}},
		{"small --format png", 0, []string{"\x89PNG\r\n\x1a\n"}},

		{"smal --format dot", 2, []string{`no product or network "smal"; did you mean "small"?`}},
		{"matrix --format dot", 2, []string{`no product or network "matrix"`}},
		{"small --format mermiad", 2, []string{`--format: unknown format "mermiad"; did you mean "mermaid"? (known: `}},
		{"--format dot", 2, []string{"accepts 1 arg"}},
	} {
		t.Run(test.args, func(t *testing.T) {
			var out bytes.Buffer
			args := append([]string{"diagram", "-s", site}, strings.Fields(test.args)...)
			if code := cli.Run(context.Background(), os.DirFS("../.."), args, nil, &out, &out); code != test.code {
				t.Errorf("exit %d, want %d\n%.500s", code, test.code, &out)
			}
			for _, want := range test.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q in\n%.2000s", want, &out)
				}
			}
		})
	}
}

// TestDiagramOnTerminal holds that no picture is written to one: a device for
// characters stands for it.
func TestDiagramOnTerminal(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for format, want := range map[string]int{"png": 2, "dot": 0} {
		var stderr bytes.Buffer
		if code := cli.Run(context.Background(), os.DirFS("../.."), []string{"diagram", "-s", "../policy/policytest/corpus", "small", "--format", format}, nil, null, &stderr); code != want {
			t.Errorf("%s: exit %d; want %d\n%s", format, code, want, &stderr)
		}
	}
}
