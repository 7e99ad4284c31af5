package reader

import (
	"slices"
	"strings"

	"portolan/generator/policy/policytest"
)

// PowerShell reads a script: single-quoted strings, variables, lists, hash
// tables, conditions, and the commands that [cmdlets] lists.
func PowerShell(text string) (*policytest.Ruleset, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	s := &script{tokens: tokens, vars: map[string]value{}, names: map[string]bool{}, set: &policytest.Ruleset{BlockWins: true, Stateful: true}}
	for _, v := range []string{"env:programfiles", "whatifpreference", "pscommandpath", "pscmdlet", "false", "true", "_"} {
		s.vars[v] = value{}
	}
	if err := s.statements(""); err != nil {
		return nil, err
	}
	return s.set, nil
}

// cmdlets are the commands and their parameters; a switch ends in "?".
var cmdlets = map[string][]string{
	"get-netfirewallrule":          {"group", "erroraction"},
	"remove-netfirewallrule":       {"whatif?"},
	"new-netfirewallrule":          {"name", "displayname", "description", "group", "profile", "enabled", "direction", "action", "protocol", "icmptype", "localport", "remoteport", "remoteaddress", "whatif?"},
	"get-netfirewallprofile":       {},
	"set-netfirewallprofile":       {"name", "enabled", "defaultinboundaction", "defaultoutboundaction", "logblocked", "whatif?"},
	"out-null":                     {},
	"join-path":                    {},
	"test-path":                    {"literalpath"},
	"new-item":                     {"itemtype", "path", "force?"},
	"copy-item":                    {"literalpath", "destination", "force?"},
	"remove-item":                  {"literalpath"},
	"export-clixml":                {"literalpath"},
	"import-clixml":                {"literalpath"},
	"foreach-object":               {},
	"get-date":                     {},
	"new-scheduledtaskaction":      {"execute", "argument"},
	"new-scheduledtasktrigger":     {"once?", "at"},
	"new-scheduledtasksettingsset": {"allowstartifonbatteries?", "dontstopifgoingonbatteries?", "startwhenavailable?"},
	"register-scheduledtask":       {"settings", "taskname", "action", "trigger", "user", "runlevel", "force?"},
	"unregister-scheduledtask":     {"taskname", "confirm?", "whatif?", "erroraction"},
}

type kind uint8

const (
	newline  kind = iota // also ";"
	literal              // a single-quoted string
	variable             // $name, $env:name
	splat                // @name
	dash                 // -Name
	word                 // a command, a bare argument, a number, a type's name
	sign                 // one of ( ) { } [ ] , | = + . or @( @{
	end
)

type token struct {
	kind kind
	text string
	line int
}

// lex cuts a script into tokens. What would expand, or end a string in an
// unexpected place, is refused: double quotes outside of single ones,
// backticks, and characters past ASCII, of which some quote too.
func lex(text string) ([]token, error) {
	var out []token
	line := 1
	for i := 0; i < len(text); {
		c := text[i]
		add := func(k kind, n int) { out = append(out, token{k, text[i : i+n], line}) }
		switch {
		case c == '\n':
			add(newline, 1)
			line++
			i++
		case c == ';':
			add(newline, 1)
			i++
		case c == ' ' || c == '\t' || c == '\r' && strings.HasPrefix(text[i:], "\r\n"):
			i++
		case c == '#':
			n := strings.IndexByte(text[i:], '\n')
			if n < 0 {
				n = len(text) - i
			}
			if err := ascii(text[i:i+n], line); err != nil {
				return nil, err
			}
			i += n
		case c == '\'':
			s, n, err := single(text[i:], line)
			if err != nil {
				return nil, err
			}
			out = append(out, token{literal, s, line})
			line += strings.Count(s, "\n")
			i += n
		case c == '$' || c == '@' && i+1 < len(text) && letter(text[i+1]):
			n := 1
			for i+n < len(text) && (letter(text[i+n]) || text[i+n] == ':') {
				n++
			}
			if n == 1 {
				return nil, fault(line, "%q begins no variable", text[i:min(i+2, len(text))])
			}
			k := variable
			if c == '@' {
				k = splat
			}
			out = append(out, token{k, strings.ToLower(strings.TrimSuffix(text[i+1:i+n], ":")), line})
			if text[i+n-1] == ':' {
				n--
			}
			i += n
		case c == '-' && i+1 < len(text) && letter(text[i+1]) && text[i+1] > '9':
			n := 1
			for i+n < len(text) && letter(text[i+n]) {
				n++
			}
			out = append(out, token{dash, strings.ToLower(text[i+1 : i+n]), line})
			i += n
			if i < len(text) && text[i] == ':' { // -Switch:value
				out = append(out, token{sign, ":", line})
				i++
			}
		case c == '@' && i+1 < len(text) && (text[i+1] == '(' || text[i+1] == '{'):
			add(sign, 2)
			i += 2
		case strings.IndexByte("(){}[],|=+.", c) >= 0:
			add(sign, 1)
			i++
		case letter(c):
			n := 1
			for i+n < len(text) && (letter(text[i+n]) || text[i+n] == '-') {
				n++
			}
			add(word, n)
			i += n
		default:
			return nil, fault(line, "character %q outside of a string", c)
		}
	}
	return append(out, token{end, "", line}), nil
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

func ascii(s string, line int) error {
	for i := range len(s) {
		if s[i] > '~' || s[i] < ' ' && s[i] != '\t' && s[i] != '\r' {
			return fault(line, "byte %#x", s[i])
		}
	}
	return nil
}

// single reads a string in single quotes, doubled inside, and how long it is.
func single(text string, line int) (string, int, error) {
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		case c == '\'':
			s := strings.ReplaceAll(text[1:i], "''", "'")
			return s, i + 1, ascii(s, line)
		case c == '\n':
			return "", 0, fault(line, "a string goes on past its line")
		}
	}
	return "", 0, fault(line, "a string without an end")
}

// value is a list of strings or a hash table. One that is not known holds neither.
type value struct {
	known bool
	list  []string
	table map[string]value
	isSet bool // a list of addresses: @( … )
}

type script struct {
	tokens []token
	at     int
	vars   map[string]value
	names  map[string]bool
	set    *policytest.Ruleset
	// group is the one that is emptied before the rules are made.
	group string
	// params are the script's own switches, all off.
	params []string
	// idle tells that what is read is not run: the body of a condition that does not hold.
	idle int
}

func (s *script) peek() token { return s.tokens[s.at] }

func (s *script) next() token {
	t := s.tokens[s.at]
	if t.kind != end {
		s.at++
	}
	return t
}

func (s *script) is(k kind, text string) bool { return s.peek().kind == k && s.peek().text == text }

func (s *script) expect(text string) error {
	if t := s.next(); t.kind != sign || t.text != text {
		return fault(t.line, "%q, not %q", t.text, text)
	}
	return nil
}

func (s *script) skip() {
	for s.peek().kind == newline {
		s.at++
	}
}

// statements reads up to a closing sign, "" being the end of the file.
func (s *script) statements(until string) error {
	for {
		s.skip()
		t := s.peek()
		switch {
		case t.kind == end && until == "":
			return nil
		case t.kind == sign && t.text == until:
			s.at++
			return nil
		case t.kind == end:
			return fault(t.line, "no %q", until)
		}
		if err := s.statement(); err != nil {
			return err
		}
		if t := s.peek(); t.kind != newline && t.kind != end && !(t.kind == sign && t.text == until) {
			return fault(t.line, "%q after a statement", t.text)
		}
	}
}

func (s *script) statement() error {
	t := s.peek()
	switch {
	case t.kind == word && strings.EqualFold(t.text, "return"):
		s.at++
		return nil
	case t.kind == word && strings.EqualFold(t.text, "if"):
		return s.condition()
	case t.kind == word && strings.EqualFold(t.text, "param"):
		return s.parameters()
	case t.kind == sign && t.text == "[" && s.tokens[s.at+1].text == "CmdletBinding":
		s.at += 2
		for _, want := range []string{"(", "SupportsShouldProcess", ")", "]"} {
			if t := s.next(); t.text != want {
				return fault(t.line, "%q, not %q", t.text, want)
			}
		}
		return nil
	case t.kind == variable && s.tokens[s.at+1].kind == sign && s.tokens[s.at+1].text == "=":
		s.at += 2
		v, err := s.pipeline()
		if err != nil {
			return err
		}
		if slices.Contains([]string{"host", "input", "args", "pid", "home", "error", "true", "false", "null", "profile", "pwd", "matches"}, t.text) {
			return fault(t.line, "$%s is PowerShell's own", t.text)
		}
		if _, twice := s.vars[t.text]; twice {
			return fault(t.line, "$%s is set twice", t.text)
		}
		s.vars[t.text] = v
		return nil
	}
	_, err := s.pipeline()
	return err
}

func (s *script) parameters() error {
	s.at++
	if err := s.expect("("); err != nil {
		return err
	}
	for {
		s.skip()
		if s.is(sign, ")") {
			s.at++
			return nil
		}
		for _, want := range []string{"[", "switch", "]"} {
			if t := s.next(); t.text != want {
				return fault(t.line, "%q, not %q", t.text, want)
			}
		}
		t := s.next()
		if t.kind != variable {
			return fault(t.line, "%q is no parameter", t.text)
		}
		s.params = append(s.params, t.text)
		s.vars[t.text] = value{}
		s.skip()
		if s.is(sign, ",") {
			s.at++
		}
	}
}

// condition reads an if. One that names a switch of the script does not hold; others do.
func (s *script) condition() error {
	s.at++
	from := s.at
	if err := s.expect("("); err != nil {
		return err
	}
	if _, err := s.pipeline(); err != nil {
		return err
	}
	if err := s.expect(")"); err != nil {
		return err
	}
	off := slices.ContainsFunc(s.tokens[from:s.at], func(t token) bool {
		return t.kind == variable && slices.Contains(s.params, t.text)
	})
	if err := s.expect("{"); err != nil {
		return err
	}
	if off {
		s.idle++
		defer func() { s.idle-- }()
	}
	return s.statements("}")
}

// pipeline reads commands or an expression, with "|" between them, and the
// value of the first where it is an expression.
func (s *script) pipeline() (value, error) {
	var out value
	for i := 0; ; i++ {
		var v value
		var err error
		t := s.peek()
		if t.kind == word && strings.Contains(t.text, "-") {
			err = s.command(t)
		} else if v, err = s.expression(); err == nil && i > 0 {
			err = fault(t.line, "an expression after a pipe")
		}
		if err != nil {
			return out, err
		}
		if i == 0 {
			out = v
		}
		if !s.is(sign, "|") {
			return out, nil
		}
		out = value{}
		s.at++
	}
}

// command reads a command with its parameters, and runs those of the firewall.
func (s *script) command(t token) error {
	s.at++
	name := strings.ToLower(t.text)
	allowed, ok := cmdlets[name]
	if !ok {
		return fault(t.line, "unknown command %s", t.text)
	}
	args := map[string]value{}
	take := func(key string, v value) error {
		if !slices.Contains(allowed, key) && !slices.Contains(allowed, key+"?") {
			return fault(t.line, "%s has no parameter -%s", t.text, key)
		}
		if _, twice := args[key]; twice {
			return fault(t.line, "-%s twice", key)
		}
		args[key] = v
		return nil
	}
	for {
		a := s.peek()
		switch {
		case a.kind == splat:
			s.at++
			v, ok := s.vars[a.text]
			if !ok || v.table == nil {
				return fault(a.line, "@%s is no hash table", a.text)
			}
			for k, x := range v.table {
				if err := take(k, x); err != nil {
					return err
				}
			}
		case a.kind == dash:
			s.at++
			v := value{known: true, list: []string{"True"}}
			isSwitch := slices.Contains(allowed, a.text+"?")
			if s.is(sign, ":") || !isSwitch {
				if s.is(sign, ":") {
					s.at++
				}
				var err error
				if v, err = s.argument(); err != nil {
					return err
				}
			}
			if err := take(a.text, v); err != nil {
				return err
			}
		case a.kind == newline, a.kind == end, a.kind == sign && (a.text == "|" || a.text == ")" || a.text == "}"):
			return s.run(t, name, args)
		case a.kind == sign && a.text == "{":
			s.at++
			if name != "foreach-object" {
				return fault(a.line, "%s takes no block", t.text)
			}
			s.idle++
			err := s.statements("}")
			s.idle--
			if err != nil {
				return err
			}
		case name == "join-path":
			if _, err := s.argument(); err != nil {
				return err
			}
		default:
			return fault(a.line, "%q is no parameter of %s", a.text, t.text)
		}
	}
}

// argument reads the value of a parameter: expressions without "+", with commas between.
func (s *script) argument() (value, error) {
	v, err := s.term()
	for err == nil && s.is(sign, ",") {
		s.at++
		s.skip()
		var w value
		w, err = s.term()
		v = value{known: v.known && w.known, list: append(slices.Clone(v.list), w.list...)}
	}
	return v, err
}

func (s *script) expression() (value, error) {
	v, err := s.term()
	for err == nil {
		switch {
		case s.is(sign, "+"):
			s.at++
			var w value
			w, err = s.term()
			if v.isSet != w.isSet && v.known && w.known {
				return v, fault(s.peek().line, "a list and a string are added")
			}
			v = value{known: v.known && w.known, isSet: v.isSet, list: append(slices.Clone(v.list), w.list...)}
		case s.is(sign, ","):
			s.at++
			var w value
			w, err = s.term()
			v = value{known: v.known && w.known, list: append(slices.Clone(v.list), w.list...), isSet: true}
		case s.is(dash, "and"):
			s.at++
			v = value{}
			_, err = s.term()
		default:
			return v, nil
		}
	}
	return v, err
}

// term is one value with its members.
func (s *script) term() (value, error) {
	t := s.next()
	var v value
	switch {
	case t.kind == literal:
		v = value{known: true, list: []string{t.text}}
	case t.kind == variable:
		var ok bool
		if v, ok = s.vars[t.text]; !ok {
			return v, fault(t.line, "$%s is not set", t.text)
		}
	case t.kind == word && !strings.Contains(t.text, "-"):
		v = value{known: true, list: []string{t.text}}
	case t.kind == dash && t.text == "not":
		return s.term()
	case t.kind == sign && t.text == "(":
		w, err := s.pipeline()
		if err != nil {
			return v, err
		}
		v = w
		if err := s.expect(")"); err != nil {
			return v, err
		}
	case t.kind == sign && t.text == "@(":
		var err error
		if v, err = s.array(t.line); err != nil {
			return v, err
		}
	case t.kind == sign && t.text == "@{":
		var err error
		if v, err = s.hashtable(); err != nil {
			return v, err
		}
	case t.kind == sign && t.text == "[": // a cast
		name := s.next()
		if name.kind != word || !slices.Contains([]string{"string", "pscustomobject", "void"}, name.text) {
			return v, fault(name.line, "type [%s]", name.text)
		}
		if err := s.expect("]"); err != nil {
			return v, err
		}
		if _, err := s.term(); err != nil {
			return v, err
		}
		return value{}, nil
	default:
		return v, fault(t.line, "%q is no value", t.text)
	}
	for s.is(sign, ".") {
		s.at++
		if m := s.next(); m.kind != word {
			return v, fault(m.line, "%q is no member", m.text)
		}
		v = value{}
		if s.is(sign, "(") {
			s.at++
			if _, err := s.expression(); err != nil {
				return v, err
			}
			if err := s.expect(")"); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

// array reads the rest of @( ... ), begun in that line.
func (s *script) array(line int) (value, error) {
	v := value{known: true, isSet: true}
	for !s.is(sign, ")") {
		w, err := s.term()
		if err != nil {
			return v, err
		}
		v.list = append(v.list, w.list...)
		v.known = v.known && w.known
		if s.is(sign, ",") {
			s.at++
			if s.is(sign, ")") {
				return v, fault(line, "nothing after a comma")
			}
		} else if !s.is(sign, ")") {
			return v, fault(s.peek().line, "%q in a list", s.peek().text)
		}
	}
	s.at++
	return v, nil
}

// hashtable reads the rest of @{ ... }.
func (s *script) hashtable() (value, error) {
	v := value{known: true, table: map[string]value{}}
	for s.skip(); !s.is(sign, "}"); s.skip() {
		key := s.next()
		if key.kind != word {
			return v, fault(key.line, "%q is no key", key.text)
		}
		if err := s.expect("="); err != nil {
			return v, err
		}
		w, err := s.expression()
		if err != nil {
			return v, err
		}
		v.table[strings.ToLower(key.text)] = w
	}
	s.at++
	return v, nil
}

// run does what a command does to the firewall.
func (s *script) run(t token, name string, args map[string]value) error {
	text := func(key string) string {
		if v := args[key]; v.known && len(v.list) == 1 {
			return v.list[0]
		}
		return ""
	}
	switch {
	case s.idle > 0:
		if name == "new-netfirewallrule" {
			return fault(t.line, "a rule in a condition that does not hold")
		}
	case name == "get-netfirewallrule":
		if s.group = text("group"); s.group == "" || strings.ContainsAny(s.group, "*?[]") {
			return fault(t.line, "no group, or one with wildcards")
		}
		if text("erroraction") != "SilentlyContinue" {
			return fault(t.line, "it ends the script where the group has no rule")
		}
	case name == "set-netfirewallprofile":
		if text("defaultinboundaction") != "Block" || text("defaultoutboundaction") != "Block" || text("enabled") != "True" || len(args["name"].list) != 3 {
			return fault(t.line, "not the default of all profiles in both directions")
		}
		s.set.Default = policytest.Denied
	case name == "new-netfirewallrule":
		return s.rule(t, args)
	}
	return nil
}

func (s *script) rule(t token, args map[string]value) error {
	one := func(key string, allowed ...string) (string, error) {
		v, ok := args[key]
		if !ok || !v.known || len(v.list) != 1 || len(allowed) > 0 && !slices.Contains(allowed, v.list[0]) {
			return "", fault(t.line, "-%s is missing or wrong", key)
		}
		return v.list[0], nil
	}
	var r rule
	var err error
	if r.name, err = one("name"); err != nil {
		return err
	}
	if s.names[strings.ToLower(r.name)] {
		return fault(t.line, "a second rule %s", r.name)
	}
	s.names[strings.ToLower(r.name)] = true
	if strings.ContainsAny(r.name, "*?[]|") {
		return fault(t.line, "name %q", r.name)
	}
	display, err := one("displayname")
	if err != nil {
		return err
	}
	if strings.EqualFold(display, "all") {
		return fault(t.line, "a rule cannot be named All")
	}
	group, err := one("group")
	if err != nil {
		return err
	}
	if group != s.group {
		return fault(t.line, "group %q is not emptied before: a second run fails", group)
	}
	direction, err := one("direction", "Inbound", "Outbound")
	if err != nil {
		return err
	}
	action, err := one("action", "Allow", "Block")
	if err != nil {
		return err
	}
	if _, err := one("profile", "Any"); err != nil {
		return err
	}
	if _, err := one("enabled", "True"); err != nil {
		return err
	}
	if r.protocol, err = one("protocol"); err != nil {
		return err
	}
	r.out, r.block = direction == "Outbound", action == "Block"
	r.remote = []string{"Any"}
	for key, to := range map[string]*[]string{"remoteaddress": &r.remote, "localport": &r.localPort, "remoteport": &r.remotePort, "icmptype": &r.icmp} {
		if v, ok := args[key]; ok {
			if !v.known || len(v.list) == 0 {
				return fault(t.line, "-%s has no value", key)
			}
			*to = v.list
		}
	}
	list, err := r.matches()
	if err != nil {
		return fault(t.line, "%s", err)
	}
	s.set.Rules = append(s.set.Rules, list...)
	return nil
}
