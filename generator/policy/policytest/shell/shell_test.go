package shell_test

import (
	"errors"
	"strings"
	"testing"

	"portolan/generator/policy/policytest/shell"
)

func TestRun(t *testing.T) {
	for _, c := range []struct{ script, out, problem string }{
		{"a='1 2'; for x in $a; do say \"$x.$1\"; done", "1.arg\n2.arg\n", ""},
		{"say <<E\nx$((2 * 3))\nE", "x6\n\n", ""},
		{"echo 7 >/run/x; [ -e /run/x ] && cat /run/x; rm -f /run/x; [ ! -e /run/x ]", "7\n", ""},
		{"(sleep 100; say late) & say now", "now\n", ""},
		{"say a | while read -r X; do say \"$X b\"; done", "a b\n", ""},
		{"set -eu\nsay $nobody", "", "nobody: unbound variable"},
		{"say a\nreboot", "a\n", "line 2: reboot: not found"},
		{"say a\nsay no", "a\n", "line 2: say: refused"},
		{"read -r X </etc/passwd", "", "exit status 1"},
		{"cat /etc/passwd", "", "exit status 1"},
		{"if true; then", "", "line 1"},
		{"arr=(a b)", "", "line 1"}, // not of POSIX
	} {
		m := &shell.Machine{Programs: map[string]shell.Program{"say": func(args []string, in string) (string, int, error) {
			if len(args) == 1 && args[0] == "no" {
				return "", 0, errRefused
			}
			return strings.Join(args, " ") + in + "\n", 0, nil
		}}}
		out, err := m.Run(c.script, "arg")
		if out != c.out || (err == nil) != (c.problem == "") || err != nil && !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%q: %q, %v", c.script, out, err)
		}
	}
}

var errRefused = errors.New("refused")
