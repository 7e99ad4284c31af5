package readers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"portolan/tests/readers"
)

// A trap is an accepted text with one fault put in, and what the refusal must say.
type trap struct{ name, old, new, says string }

// TestReaders holds each reader against a text it must accept and faults it
// must see.
func TestReaders(t *testing.T) {
	for _, platform := range readers.Known() {
		t.Run(platform, func(t *testing.T) {
			c, ok := cases[platform]
			if !ok {
				t.Fatal("no cases")
			}
			texts := map[string]string{"as it is": c.text}
			for _, x := range c.traps {
				if strings.Count(c.text, x.old) == 0 {
					t.Fatalf("%s: there is no %q", x.name, x.old)
				}
				texts[x.name] = strings.Replace(c.text, x.old, x.new, 1)
			}
			if len(texts) != len(c.traps)+1 {
				t.Fatal("two traps of one name")
			}
			refusals := readers.Refusals(t, platform, texts)
			if err := refusals["as it is"]; err != nil {
				t.Errorf("refused: %v", err)
			}
			for _, x := range c.traps {
				switch err := refusals[x.name]; {
				case err == nil:
					t.Errorf("%s: accepted", x.name)
				case !strings.Contains(err.Error(), x.says):
					t.Errorf("%s: refused, but not for %q: %v", x.name, x.says, err)
				}
			}
		})
	}
}

// TestMisses holds what the real readers are known not to see: where one has
// learned it, its comment is out of date.
func TestMisses(t *testing.T) {
	for _, x := range []struct{ platform, name, old, new string }{
		{"nftables", "port 0", "28000-30000", "0"},
		{"nftables", "a newline in a comment", `"HTTPS"`, "\"HTT\nPS\""},
		{"docker-user", "a reversed range", "--ctorigdstport 443", "--ctorigdstport 445:443"},
		{"ufw", "a newline in a comment", "comment 'HTTPS'", "comment 'HTT\nPS'"},
		{"ufw", "a comment of 400 bytes", "comment 'HTTPS'", "comment '" + strings.Repeat("x", 400) + "'"},
		{"aws-cli", "a reversed range", `"FromPort":28000,"ToPort":30000`, `"FromPort":30000,"ToPort":28000`},
		{"aws-cli", "host bits", "192.0.2.0/24", "192.0.2.1/24"},
	} {
		text := strings.Replace(cases[x.platform].text, x.old, x.new, 1)
		if text == cases[x.platform].text {
			t.Fatalf("%s: there is no %q", x.platform, x.old)
		}
		if err := readers.Refusal(t, x.platform, text); err != nil {
			t.Errorf("%s: %s is refused: %v", x.platform, x.name, err)
		}
	}
}

func TestDescribe(t *testing.T) {
	known := readers.Known()
	for i, platform := range known {
		if s := readers.Describe(platform); s == "" || strings.ContainsAny(s, "\n") || strings.HasSuffix(s, ".") {
			t.Errorf("%s: %q is no phrase", platform, s)
		}
		if slices.Contains(known[:i], platform) {
			t.Errorf("%s twice", platform)
		}
	}
	if s := readers.Describe("nothing"); s != "" {
		t.Errorf("a platform that there is not: %q", s)
	}
}

// TestEmpty holds that no reader takes nothing for a file.
func TestEmpty(t *testing.T) {
	for _, platform := range readers.Known() {
		t.Run(platform, func(t *testing.T) {
			if readers.Refusal(t, platform, "\n") == nil {
				t.Error("accepted")
			}
		})
	}
}

// TestScripts holds that scripts which load themselves are run, and cleaned up after.
func TestScripts(t *testing.T) {
	const script = `#!/bin/sh
set -eu
case ${1-load} in
load)
	iptables-restore --noflush <<END
*filter
:portolan-i - [0:0]
-A portolan-i -p tcp --dport 443 -j ACCEPT
COMMIT
END
	iptables -C INPUT -j portolan-i 2>/dev/null || iptables -I INPUT -j portolan-i
	(sleep 300; iptables -F) &
	;;
check) ;;
remove)
	iptables -D INPUT -j portolan-i
	iptables -F portolan-i
	iptables -X portolan-i
	;;
esac
`
	texts := map[string]string{
		"good":    script,
		"hangs":   strings.Replace(script, "	iptables -C INPUT -j portolan-i 2>/dev/null || iptables -I", "	iptables -I", 1),
		"flushes": strings.Replace(script, "--noflush ", "", 1),
		"leaves":  strings.Replace(script, "	iptables -X portolan-i\n", "", 1),
		"fails":   strings.Replace(script, "--dport 443", "--dport 443-445", 1),
		"checks":  strings.Replace(script, "check) ;;", "check) iptables -N portolan-check ;;", 1),
	}
	refusals := readers.Refusals(t, "iptables", texts)
	for name, says := range map[string]string{
		"good": "", "hangs": "the second load changes", "flushes": "takes other people's rules away", "leaves": "removing does not bring back",
		"fails": "invalid port", "checks": "a check alone changes",
	} {
		if got := fmt.Sprint(refusals[name]); !strings.Contains(got, says) || (says == "") != (refusals[name] == nil) {
			t.Errorf("%s: %s", name, got)
		}
	}
}
