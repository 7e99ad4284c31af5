package cli_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"portolan/generator/cli"
)

// TestTableOnScreen: a format that is no text is not written to a terminal.
func TestTableOnScreen(t *testing.T) {
	const site = "../policy/policytest/corpus"
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0) // the far end of a terminal
	if err != nil {
		t.Skip(err)
	}
	defer screen.Close()
	run := func(out *os.File, format string) (int, string) {
		var stderr bytes.Buffer
		code := cli.Run(context.Background(), os.DirFS("../.."), []string{"table", "-s", site, "small", "--format", format}, nil, out, &stderr)
		return code, stderr.String()
	}
	if code, text := run(screen, "xlsx"); code != 2 || !strings.Contains(text, "portolan: --format xlsx is no text to be read on a terminal: send it to a file, as in > small.xlsx\n") {
		t.Errorf("exit %d: %s", code, text)
	}
	if code, text := run(screen, "tsv"); code != 0 {
		t.Errorf("text is refused too: exit %d: %s", code, text)
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if code, text := run(null, "xlsx"); code != 0 {
		t.Errorf("thrown away: exit %d: %s", code, text)
	}
	var out bytes.Buffer
	if code := cli.Run(context.Background(), os.DirFS("../.."), []string{"table", "-s", site, "small", "--format", "xlsx"}, nil, &out, &bytes.Buffer{}); code != 0 || !strings.HasPrefix(out.String(), "PK\x03\x04") {
		t.Errorf("to a pipe: exit %d, %.10q", code, &out)
	}
}
