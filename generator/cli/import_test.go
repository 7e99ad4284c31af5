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

func TestImport(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"ports.csv": "Source,Destination,Protocol,Port,Description\nUsers,Box,TCP,443,Web\nUsers,Box,TCP,see manual,?\n",
		"none.csv":  "a,b\n1,2\n",
		"x.pdf":     "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		args     []string
		code     int
		out, err string
	}{
		{[]string{"ports.csv", "--name", "Acme Box"}, 0, "name = \"Acme Box\"\n", "ports.csv:3: warning: no ports are understood in \"see manual\" [import]"},
		{[]string{"ports.csv"}, 0, "# row 3, no ports are understood", ""},
		{[]string{"none.csv"}, 1, "", "no row names the columns"},
		{[]string{"x.pdf"}, 1, "", `no reader for files ".pdf"`},
		{[]string{"missing.csv"}, 1, "", "no such file"},
		{nil, 2, "", "accepts 1 arg(s)"},
	} {
		args := append([]string{"import", "-s", dir}, test.args...)
		if len(test.args) > 0 {
			args[3] = filepath.Join(dir, args[3])
		}
		var out, told bytes.Buffer
		code := cli.Run(context.Background(), os.DirFS("../.."), args, nil, &out, &told)
		if code != test.code || !strings.Contains(out.String(), test.out) || !strings.Contains(told.String(), test.err) {
			t.Errorf("%q: exit %d, want %d\n%s\n%s", test.args, code, test.code, &out, &told)
		}
		if code != 0 && out.Len() > 0 {
			t.Errorf("%q: a fault and output: %s", test.args, &out)
		}
	}
}
