package readers

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

var squidFault = regexp.MustCompile(`(?m)^.*\b(WARNING|ERROR|FATAL|Bungled)\b.*$`)

// The least that squid wants besides: where it listens and what it is called.
const squidAround = "http_port 3128\nvisible_hostname proxy.test\n"

// squid takes a piece of a configuration. What squid warns of counts as refused,
// such as a name in a list that holds its domain already. It misses rules that
// have no effect.
func squid(t testing.TB, texts []string) []error {
	t.Helper()
	program, dir := program(t, "squid"), t.TempDir()
	out := make([]error, len(texts))
	parallel(len(texts), func(i int) {
		file := filepath.Join(dir, strconv.Itoa(i))
		if out[i] = os.WriteFile(file, []byte(squidAround+texts[i]), 0o644); out[i] != nil {
			return
		}
		said, err := exec.Command(program, "-k", "parse", "-f", file).CombinedOutput()
		if fault := squidFault.Find(said); fault != nil {
			out[i] = errors.New(string(fault))
		} else if err != nil {
			out[i] = fmt.Errorf("%w: %s", err, bytes.TrimSpace(said))
		}
	})
	return out
}
