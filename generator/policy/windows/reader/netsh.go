package reader

import (
	"fmt"
	"strings"

	"portolan/generator/policy/policytest"
)

// longest is how long a line of a command file may be once its variables are
// filled in (Microsoft, "Command prompt line string limitation").
const longest = 8191

// Netsh reads a command file: variables, conditions that do not hold, calls
// and jumps, and what netsh is told.
func Netsh(text string) (*policytest.Ruleset, error) {
	b := &batch{labels: map[string]int{}, vars: map[string]string{}, deleted: map[string]bool{}, set: &policytest.Ruleset{BlockWins: true, Stateful: true}}
	lines := strings.Split(text, "\n")
	if lines[len(lines)-1] != "" {
		return nil, fault(len(lines), "the last line has no end")
	}
	for i, s := range lines[:len(lines)-1] {
		if !strings.HasSuffix(s, "\r") {
			return nil, fault(i+1, "no carriage return")
		}
		s = strings.TrimSuffix(s, "\r")
		if err := ascii(s, i+1); err != nil {
			return nil, err
		}
		if label, ok := strings.CutPrefix(s, ":"); ok {
			if b.labels[label] != 0 || label == "" || strings.ContainsAny(label, " \t:") {
				return nil, fault(i+1, "label %q", label)
			}
			b.labels[label] = i + 1
		}
		b.lines = append(b.lines, s)
	}
	if err := b.jumps(); err != nil {
		return nil, err
	}
	if err := b.run(0, 0); err != nil {
		return nil, err
	}
	if b.in != b.out {
		return nil, fmt.Errorf("line 1: the default of one direction alone")
	}
	return b.set, nil
}

type batch struct {
	lines   []string
	labels  map[string]int // the line after
	vars    map[string]string
	deleted map[string]bool
	set     *policytest.Ruleset
	in, out bool // default deny
}

// jumps holds that every label that is jumped to exists.
func (b *batch) jumps() error {
	for i, s := range b.lines {
		words := strings.Fields(s)
		if len(words) < 2 || words[0] == "rem" || words[0] == "echo" {
			continue
		}
		label := words[len(words)-1]
		switch words[len(words)-2] {
		case "goto":
		case "call":
			label = strings.TrimPrefix(label, ":")
		default:
			continue
		}
		if b.labels[label] == 0 {
			return fault(i+1, "no label %q", label)
		}
	}
	return nil
}

// run reads from a line to the end of the file or an exit.
func (b *batch) run(at, depth int) error {
	if depth > 3 {
		return fault(at, "calls without end")
	}
	for i := at; i < len(b.lines); i++ {
		s, line := b.lines[i], i+1
		switch {
		case s == "" || s == "@echo off" || s == "rem" || strings.HasPrefix(s, "rem ") || strings.HasPrefix(s, ":") || s == "setlocal EnableExtensions DisableDelayedExpansion":
			continue
		case strings.HasPrefix(s, "echo "):
			if strings.ContainsAny(s, "%^&|<>()") {
				return fault(line, "echo of a special character")
			}
			continue
		case strings.HasPrefix(s, "exit /b "):
			return nil
		case strings.HasPrefix(s, "call :"):
			if err := b.run(b.labels[s[len("call :"):]], depth+1); err != nil {
				return err
			}
			continue
		case strings.HasPrefix(s, "goto "):
			i = b.labels[s[len("goto "):]] - 1
			continue
		case strings.HasPrefix(s, "if errorlevel 1 goto "), strings.HasPrefix(s, `if /i "%~1"=="`) && strings.Contains(s, `" goto `):
			continue
		}
		if err := b.command(s, line); err != nil {
			return err
		}
	}
	return nil
}

// command does what a line does that is neither jump nor comment.
func (b *batch) command(s string, line int) error {
	full, err := b.expand(s, line)
	if err != nil {
		return err
	}
	if rest, ok := strings.CutPrefix(full, "if not exist "); ok {
		_, rest, err = quoted(rest)
		if err != nil {
			return fault(line, "%s", err)
		}
		full = strings.TrimPrefix(rest, " ")
	}
	full = strings.TrimSuffix(full, " || goto failed")
	quiet := strings.HasSuffix(full, " >nul 2>&1")
	full = strings.TrimSuffix(strings.TrimSuffix(full, " >nul 2>&1"), " >nul")
	words, err := split(full)
	if err != nil {
		return fault(line, "%s", err)
	}
	if words[0] == "set" {
		name, value, ok := strings.Cut(strings.TrimPrefix(full, "set "), "=")
		if !ok || !strings.HasPrefix(name, `"`) || !strings.HasSuffix(value, `"`) || len(words) != 2 && !strings.Contains(value, " ") {
			return fault(line, "not of the form: set \"name=value\"")
		}
		name, value = strings.ToLower(name[1:]), value[:len(value)-1]
		switch {
		case name == "path" || name == "temp" || name == "comspec" || name == "pathext" || name == "os" || name == "":
			return fault(line, "the variable %q is Windows' own", name)
		case value == "":
			return fault(line, "an empty value takes the variable away")
		}
		if _, twice := b.vars[name]; twice {
			return fault(line, "%s is set twice", name)
		}
		b.vars[name] = value
		return nil
	}
	switch strings.Join(words[:min(4, len(words))], " ") {
	case "netsh advfirewall firewall add":
		if quiet {
			return fault(line, "the error of a rule that is refused is not shown")
		}
		return b.add(words[4:], line)
	case "netsh advfirewall firewall delete":
		name, ok := strings.CutPrefix(words[len(words)-1], "name=")
		if len(words) != 6 || words[4] != "rule" || !ok || name == "" || strings.EqualFold(name, "all") {
			return fault(line, "delete rule needs a name, and not all")
		}
		b.deleted[strings.ToLower(name)] = true
		return nil
	case "netsh advfirewall set allprofiles":
		switch strings.Join(words[4:], " ") {
		case "firewallpolicy blockinbound,blockoutbound":
			b.in, b.out = true, true
			b.set.Default = policytest.Denied
			return nil
		case "state on", "logging droppedconnections enable":
			return nil
		}
		return fault(line, "set allprofiles %s", words[4:])
	}
	switch words[0] {
	case "net", "mkdir", "copy", "schtasks", "del":
		return nil
	}
	if words[0] == "netsh" && len(words) == 4 && (words[2] == "export" || words[2] == "import") {
		return nil
	}
	return fault(line, "unknown command %q", words[0])
}

// expand fills variables in, of this file alone.
func (b *batch) expand(s string, line int) (string, error) {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "%")
		out.WriteString(before)
		if !ok {
			break
		}
		if tail, ok := strings.CutPrefix(rest, "~f0"); ok {
			out.WriteString("this.cmd")
			s = tail
			continue
		}
		name, tail, ok := strings.Cut(rest, "%")
		if !ok {
			return "", fault(line, "a single percent sign")
		}
		v, known := b.vars[strings.ToLower(name)]
		switch {
		case known:
		case strings.EqualFold(name, "ProgramFiles"):
			v = `C:\Program Files`
		default:
			return "", fault(line, "the variable %q is not set", name)
		}
		out.WriteString(v)
		s = tail
	}
	if out.Len() > longest {
		return "", fault(line, "%d characters once its variables are filled in", out.Len())
	}
	return out.String(), nil
}

// split cuts a command into words and takes the quotes off. Outside of quotes
// no sign of the command interpreter may stand.
func split(s string) ([]string, error) {
	var out []string
	var w strings.Builder
	quote, begun := false, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && s[i+1] == '"' && quote: // for schtasks
			i++
			w.WriteByte('"')
		case c == '"':
			quote, begun = !quote, true
		case c == ' ' && !quote:
			if begun {
				out = append(out, w.String())
			}
			w.Reset()
			begun = false
		case strings.IndexByte("&|<>^()!", c) >= 0 && !quote:
			return nil, fmt.Errorf("%q outside of quotes", c)
		default:
			w.WriteByte(c)
			begun = true
		}
	}
	if quote {
		return nil, fmt.Errorf("a quote without an end")
	}
	if begun {
		out = append(out, w.String())
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no command")
	}
	return out, nil
}

func quoted(s string) (string, string, error) {
	if !strings.HasPrefix(s, `"`) {
		return "", "", fmt.Errorf("no quote")
	}
	in, rest, ok := strings.Cut(s[1:], `"`)
	if !ok {
		return "", "", fmt.Errorf("a quote without an end")
	}
	return in, rest, nil
}

// add reads a rule: keys with values, in any order.
func (b *batch) add(words []string, line int) error {
	if len(words) == 0 || words[0] != "rule" {
		return fault(line, "add what?")
	}
	keys := map[string]string{}
	for _, w := range words[1:] {
		k, v, ok := strings.Cut(w, "=")
		k = strings.ToLower(k)
		if _, twice := keys[k]; !ok || v == "" || twice {
			return fault(line, "%q", w)
		}
		keys[k] = v
	}
	take := func(k string) string {
		v := keys[k]
		delete(keys, k)
		return v
	}
	r := rule{name: take("name"), protocol: take("protocol")}
	direction, action, profile := take("dir"), take("action"), take("profile")
	take("description")
	switch {
	case r.name == "" || strings.EqualFold(r.name, "all"):
		return fault(line, "name %q", r.name)
	case !b.deleted[strings.ToLower(r.name)]:
		return fault(line, "%s is not deleted before: a second run doubles it", r.name)
	case direction != "in" && direction != "out":
		return fault(line, "dir=%s", direction)
	case action != "allow" && action != "block":
		return fault(line, "action=%s", action)
	case profile != "any":
		return fault(line, "profile=%s", profile)
	}
	r.out, r.block = direction == "out", action == "block"
	list := func(k string) []string {
		if v := take(k); v != "" {
			return strings.Split(v, ",")
		}
		return nil
	}
	r.localPort, r.remotePort, r.remote = list("localport"), list("remoteport"), list("remoteip")
	if r.remote == nil {
		r.remote = []string{"any"}
	}
	if p, types, ok := strings.Cut(r.protocol, ":"); ok {
		n, code, _ := strings.Cut(types, ",")
		if code != "any" {
			return fault(line, "protocol=%s: only every code is read", r.protocol)
		}
		r.protocol, r.icmp = p, []string{n}
	}
	for k := range keys {
		return fault(line, "unknown key %s", k)
	}
	list2, err := r.matches()
	if err != nil {
		return fault(line, "%s", err)
	}
	b.set.Rules = append(b.set.Rules, list2...)
	return nil
}
