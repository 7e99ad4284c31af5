package readers

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// A filter is a kind of rules that are loaded into the kernel.
type filter struct {
	// needs are the programs it takes.
	needs []string
	// before makes what is there already, of other people, and must stay; state
	// prints all there is, counters and handles aside.
	before, state string
	// load loads the file that $1 names; trial does so without effect.
	load, trial string
	// script tells that the file is a shell script where it begins with "#!":
	// then it loads itself, and "remove" takes its rules away.
	script bool
	// remove takes away what there is besides what was there before.
	remove string
}

// nft sees everything but a port 0 and a newline inside a comment.
var nftables = filter{
	needs: []string{"nft"},
	before: `nft -f - <<'END'
table inet others {
	set addresses { type ipv4_addr; elements = { 192.0.2.1 } }
	chain input { type filter hook input priority filter; policy accept; ip saddr @addresses counter drop; }
}
END`,
	state: `nft --stateless list ruleset`,
	trial: `nft -c -f "$1"`,
	load:  `nft -f "$1"`,
	remove: `nft list tables | while read -r table family name; do
	[ "$family $name" = 'inet others' ] || nft delete "$table" "$family" "$name" || exit 1
done`,
}

// The variants of iptables-restore see different faults: the one on nftables
// finds neither a jump to a missing chain nor a chain made twice until it loads
// for real. Neither knows the limit of a comment, 255 bytes. A range of ports
// takes two of multiport's fifteen slots.
var (
	iptables  = restore("iptables")
	ip6tables = restore("ip6tables")
	// Docker's own chains, of both families, as it makes them.
	dockerUser = func() filter {
		const chain = `:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A DOCKER-USER -i others0 -j DROP`
		f := restore("iptables")
		f.needs = append(f.needs, "ip6tables", "ip6tables-restore")
		f.before = "for family in iptables ip6tables; do $family-restore <<'END' || exit 1\n*filter\n" + chain + "\nCOMMIT\nEND\ndone"
		f.trial = `iptables-restore --noflush --test "$1"` // The other variant has no DOCKER-USER here.
		f.state = "iptables-save | " + plain + " | sed 's/^/IPv4 /'; ip6tables-save | " + plain + " | sed 's/^/IPv6 /'"
		f.remove = "iptables -F DOCKER-USER; iptables -A DOCKER-USER -i others0 -j DROP; " + ownChains("iptables", "DOCKER-USER")
		return f
	}()
)

// plain takes comments with dates, and counters, out of what iptables-save
// prints, and tables without rules, which a look alone can make.
const plain = `sed -e '/^#/d' -e 's/\[[0-9]*:[0-9]*\]$//' | awk '/^\*/ { t = $0; n = 0; next } /^COMMIT/ { next } /^:[A-Z]+ ACCEPT/ { next } { if (!n++) print t; print }'`

// ownChains empties and deletes the chains of the table filter besides the
// kernel's and another.
func ownChains(program, but string) string {
	return fmt.Sprintf(`for way in -F -X; do
	%[1]s-save -t filter | sed -n 's/^:\([^ ]*\) -.*/\1/p' | while read -r chain; do
		case $chain in others | %[2]s) ;; *) %[1]s "$way" "$chain" || exit 1 ;; esac
	done || exit 1
done`, program, but)
}

func restore(program string) filter {
	return filter{
		needs:  []string{program, program + "-restore", program + "-legacy-restore"},
		before: program + "-restore <<'END'\n*filter\n:INPUT ACCEPT [0:0]\n:others - [0:0]\n-A INPUT -j others\n-A others -p tcp --dport 25 -j DROP\nCOMMIT\nEND",
		state:  program + "-save | " + plain,
		trial:  fmt.Sprintf(`%[1]s-legacy-restore --noflush --test "$1" && %[1]s-restore --noflush --test "$1"`, program),
		load:   program + `-restore --noflush "$1"`,
		script: true,
		// Jumps from the kernel's chains stand first.
		remove: fmt.Sprintf(`for hook in INPUT OUTPUT FORWARD; do
	%[1]s -F "$hook"
done
%[1]s -A INPUT -j others
`, program) + ownChains(program, "others"),
	}
}

// loaded loads each text into a network namespace of its own (and a /run of its
// own, which scripts and iptables write to), twice: the second
// time must change nothing. Other people's rules must be there afterwards, and
// once the text's own rules are removed, only they.
func loaded(f filter) func(testing.TB, []string) []error {
	return func(t testing.TB, texts []string) []error {
		t.Helper()
		rooted(t)
		for _, name := range append([]string{"ip"}, f.needs...) {
			program(t, name)
		}
		unshare, dir := program(t, "unshare"), t.TempDir()
		out := make([]error, len(texts))
		parallel(len(texts), func(i int) { out[i] = f.read(unshare, filepath.Join(dir, strconv.Itoa(i)), texts[i]) })
		return out
	}
}

// The steps of a load. Each state is what the one before it left.
const steps = `
set -e
mount -t tmpfs tmpfs /run
ip link set lo up
step() {
	name=$1
	shift
	"$@" >"said-$name" 2>&1 || { echo "$name"; exit 1; }
}
state >state-nothing
step before before
state >state-before
step trial trial "$1"
state >state-trial
step load load "$1"
state >state-load
step again load "$1"
state >state-again
step remove remove "$1"
state >state-remove
echo done
`

var shebang = regexp.MustCompile(`^#! ?(/bin/sh|/bin/bash|/usr/bin/env bash)\n`)

// knows tells whether a script has an argument of that name: a case of its own.
func knows(script, argument string) bool {
	return regexp.MustCompile(`(?m)^\s*([^\s()|]+ *\| *)*` + argument + `(:[^\s()|]*)?( *\| *[^\s()|]+)*\)`).MatchString(script)
}

func (f filter) read(unshare, dir, text string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "rules"), []byte(text), 0o600); err != nil {
		return err
	}
	trial, load, remove := f.trial, f.load, f.remove
	if m := shebang.FindStringSubmatch(text); m != nil && f.script {
		trial, load = m[1]+` -n "$1"`, m[1]+` "$1"`
		if knows(text, "check") {
			trial = load + " check"
		}
		if knows(text, "remove") {
			remove = load + " remove"
		}
	}
	var b strings.Builder
	for _, s := range []struct{ name, does string }{{"before", f.before}, {"state", f.state}, {"trial", trial}, {"load", load}, {"remove", remove}} {
		fmt.Fprintf(&b, "%s() {\n%s\n}\n", s.name, s.does)
	}
	b.WriteString(steps)
	// A file: nobody waits for what stays in the background, to take rules back.
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(unshare, "--net", "--mount", "sh", "-c", b.String(), "sh", "rules")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	runErr := cmd.Run()
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // Gone already, mostly.
	}
	said, err := os.ReadFile(log.Name())
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	step := lines[len(lines)-1]
	switch step {
	case "done":
		return f.judge(dir, "before", "trial", "load", "again", "remove")
	case "remove": // Which may fail for what is wrong with the load.
		if err := f.judge(dir, "before", "trial", "load", "again"); err != nil {
			return err
		}
	}
	why, err := os.ReadFile(filepath.Join(dir, "said-"+step))
	if err != nil {
		return fmt.Errorf("the harness failed: %w: %s", runErr, said)
	}
	return fmt.Errorf("%s: %s", step, bytes.TrimSpace(why))
}

// judge compares what the steps left.
func (f filter) judge(dir string, steps ...string) error {
	state := map[string]string{}
	for _, s := range append([]string{"nothing"}, steps...) {
		text, err := os.ReadFile(filepath.Join(dir, "state-"+s))
		if err != nil {
			return err
		}
		state[s] = string(text)
	}
	removed, ended := state["remove"]
	switch {
	case state["before"] == state["nothing"]:
		return errors.New("the harness failed: other people's rules were not loaded")
	case state["trial"] != state["before"]:
		return fmt.Errorf("a check alone changes the rules:\n%s", difference(state["before"], state["trial"]))
	case state["load"] == state["before"]:
		return errors.New("it loads nothing")
	case len(lacks(state["load"], state["before"])) > 0:
		return fmt.Errorf("it takes other people's rules away: %s", lacks(state["load"], state["before"])[0])
	case state["again"] != state["load"]:
		return fmt.Errorf("the second load changes what the first did:\n%s", difference(state["load"], state["again"]))
	case ended && removed != state["before"]:
		return fmt.Errorf("removing does not bring back what there was:\n%s", difference(state["before"], removed))
	}
	return nil
}

// lacks lists the lines of before that a state has not.
func lacks(state, before string) []string {
	have := strings.Split(state, "\n")
	var out []string
	for _, line := range strings.Split(before, "\n") {
		if !slices.Contains(have, line) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

// difference lists the lines that only one of two states has, or both in full
// where only their order differs.
func difference(before, after string) string {
	gone, come := lacks(after, before), lacks(before, after)
	if len(gone)+len(come) == 0 {
		return before + "--- now\n" + after
	}
	return "- " + strings.Join(gone, "\n- ") + "\n+ " + strings.Join(come, "\n+ ")
}
