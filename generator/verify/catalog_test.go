package verify_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"portolan/generator/catalog/load"
	"portolan/generator/diag"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/verify"
)

// TestCatalog holds that of every host of the shared corpus and of the
// repository's own data each flow that goes out is in each tool's file, and
// that Bash reads the file.
func TestCatalog(t *testing.T) {
	shell := program(t, "bash")
	data := load.Load(os.DirFS("../.."), load.Options{}, new(diag.List)).Catalog // its faults are the business of others
	if data == nil {
		t.Fatal("no data")
	}
	cases := append(policytest.Corpus(t), policytest.Cases(t, data, map[string]policy.Options{"plain": {}})...)
	written := 0
	for _, c := range cases {
		var flows []string
		for _, r := range c.Policy.Rules {
			for _, reason := range r.Reasons {
				if r.From.Local && !r.To.Local {
					flows = append(flows, reason.ID())
				}
			}
		}
		for _, tool := range verify.Tools() {
			text := tool.Render(c.Policy)
			checkASCII(t, text)
			if (text == nil) == verify.Opens(c.Policy) {
				t.Errorf("%s from %s: Opens says %t", c.Name, tool.ID, verify.Opens(c.Policy))
			}
			if len(flows) > 0 && text == nil {
				t.Errorf("%s: no file of %s", c.Name, tool.ID)
			}
			for _, id := range flows {
				if !strings.Contains(string(text), id) {
					t.Errorf("%s: %s does not name %s", c.Name, tool.ID, id)
				}
			}
			if text == nil || tool.Ext != "sh" {
				continue
			}
			written++
			cmd := exec.Command(shell, "-n")
			cmd.Stdin = bytes.NewReader(text)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %s: %v\n%s", c.Name, tool.ID, err, out)
			}
		}
	}
	if written == 0 {
		t.Error("nothing written")
	}
}
