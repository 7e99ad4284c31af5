package checkpoint_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"portolan/generator/policy"
	"portolan/generator/policy/checkpoint"
	"portolan/generator/policy/policytest"
)

// stub stands in for mgmt_cli: it writes down what it is told, and fails where
// that has the word in FAIL.
const stub = `#!/bin/sh
echo "$@" >>"$CALLS"
case "$*" in *"$FAIL"*) exit 1 ;; esac
`

// TestShell runs the script in a real shell: what is published, what is not.
func TestShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	pl := checkpoint.Platforms()[0]
	p := policytest.Sample(policy.Perimeter)
	p.Deny = &policy.Deny{Log: true}
	text, err := policy.Render(pl, policy.Lower(p, pl.Info(), "file.sh"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		arg, fail string
		ok        bool
		// last are the last calls' first words.
		last string
	}{
		"load":                {"", "nothing", true, "publish discard logout"},
		"check":               {"check", "nothing", true, "add discard logout"},
		"remove":              {"remove", "nothing", true, "publish discard logout"},
		"a rule is refused":   {"", "add access-rule", false, "add discard logout"},
		"an object that is":   {"", "add network", true, "publish discard logout"},
		"an object refused":   {"", "network name", false, "set discard logout"},
		"no session":          {"", "login", false, "login discard logout"},
		"nothing to delete":   {"remove", "delete", true, "publish discard logout"},
		"a domain of another": {"", "dns-domain", false, "show discard logout"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, body := range map[string]string{"mgmt_cli": stub, "file.sh": string(text)} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(body), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			calls := filepath.Join(dir, "calls")
			cmd := exec.Command(sh, filepath.Join(dir, "file.sh"))
			if c.arg != "" {
				cmd.Args = append(cmd.Args, c.arg)
			}
			cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "CALLS="+calls, "FAIL="+c.fail)
			out, err := cmd.CombinedOutput()
			if (err == nil) != c.ok {
				t.Errorf("%v: %s", err, out)
			}
			got, err := os.ReadFile(calls)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(got)), "\n")
			var last []string
			for _, l := range lines[max(0, len(lines)-3):] {
				last = append(last, strings.Fields(l)[0])
			}
			if strings.Join(last, " ") != c.last {
				t.Errorf("ends with %q, not %s", last, c.last)
			}
			for _, l := range lines {
				if strings.Contains(l, "$") {
					t.Errorf("not filled in: %s", l)
				}
			}
		})
	}
}
