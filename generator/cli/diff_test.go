package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portolan/generator/cli"
)

func TestDiff(t *testing.T) {
	const small = "../policy/policytest/corpus"
	edited := t.TempDir()
	if err := os.CopyFS(edited, os.DirFS(small)); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(edited, "data/products/small.toml")
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, bytes.Replace(src, []byte(`"tcp/443"`), []byte(`"tcp/8443"`), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := t.TempDir()
	if err := os.MkdirAll(filepath.Join(broken, "data/products"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(broken, "data/products/x.toml"), []byte("nome = 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{small, small}, 0, "nothing differs"},
		{[]string{small, edited}, 0, "      ports: tcp/443 -> tcp/8443\n"},
		{[]string{small, edited, "--format", "json"}, 0, `"ports": "tcp/8443"`},
		{[]string{small, edited, "--format", "markdown"}, 0, "### May be closed"},
		{[]string{"-", small}, 0, ": added"},
		{[]string{small, "-"}, 0, ": removed"},
		{[]string{"-s", "../..", "ibm-aspera@3.7.3", "ibm-aspera@4.4"}, 0, "IBM Aspera: 3.7.3 to 4.4"},
		{[]string{"-s", "../..", "ibm-asper@3.7.3", "ibm-asper@4.4"}, 2, `no product "ibm-asper"; did you mean "ibm-aspera"?`},
		{[]string{"-s", "../..", "ibm-aspera@3.7.3", "ibm-aspera@4.5"}, 2, `ibm-aspera has no version "4.5"`},
		{[]string{"-s", "../..", "ibm-aspera@3.7.3", "minio@1"}, 2, "versions of one product"},
		{[]string{"ibm-aspera@3.7.3", "nowhere"}, 2, "either both are PRODUCT@VERSION or both are folders"},
		{[]string{small, "nowhere"}, 1, "nowhere is not a folder"},
		{[]string{small, broken}, 1, "data/products/x.toml:1:1: error:"},
		{[]string{small}, 2, "accepts 2 arg(s)"},
		{[]string{small, small, "--format", "xml"}, 2, `unknown format "xml"`},
	} {
		var out bytes.Buffer
		code := cli.Run(context.Background(), os.DirFS("../.."), append([]string{"diff"}, test.args...), nil, &out, &out)
		if code != test.code || !strings.Contains(out.String(), test.want) {
			t.Errorf("%q: exit %d, want %d and %q in\n%s", test.args, code, test.code, test.want, &out)
		}
	}
}
