package reader

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"portolan/generator/policy/policytest"
)

// readPlaybook reads a playbook that loads a file of nft: it runs the play on
// a model of a machine, twice, and then away again.
func readPlaybook(text string) (*policytest.Ruleset, error) {
	var plays []play
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&plays); err != nil {
		return nil, err
	}
	if len(plays) != 1 || plays[0].Hosts == "" || !plays[0].Become {
		return nil, errors.New("not one play that becomes root on its hosts")
	}
	y := &plays[0]
	m := &machine{files: map[string]string{}, loaded: ruleset{}}
	if _, err := m.run(y, nil); err != nil {
		return nil, err
	}
	once := m.loaded.clone()
	switch changed, err := m.run(y, nil); {
	case err != nil:
		return nil, err
	case changed != "":
		return nil, fmt.Errorf("a second run changes something: %s", changed)
	case !reflect.DeepEqual(once, m.loaded):
		return nil, errors.New("a second run changes the rules")
	}
	if _, err := m.run(y, map[string]any{"portolan_state": "absent"}); err != nil {
		return nil, err
	}
	if len(m.loaded)+len(m.files) > 0 {
		return nil, fmt.Errorf("left behind: %v %v", sorted(m.loaded), m.files)
	}
	m = &machine{files: map[string]string{}, loaded: ruleset{}}
	if _, err := m.run(y, map[string]any{"portolan_confirm": true}); err != nil {
		return nil, err
	}
	if m.back || len(m.files) != 1 || !reflect.DeepEqual(once, m.loaded) {
		return nil, errors.New("confirmed rules are not the same, or go away")
	}
	for _, file := range m.files {
		return readNft(file)
	}
	return nil, errors.New("no file is written")
}

type play struct {
	Name        string
	Hosts       string
	Become      bool
	GatherFacts bool `yaml:"gather_facts"`
	Tags        []string
	Vars        map[string]any
	Tasks       []task
}

type task struct {
	Name        string
	Command     *command `yaml:"ansible.builtin.command"`
	File        *file    `yaml:"ansible.builtin.file"`
	Copy        *copied  `yaml:"ansible.builtin.copy"`
	Shell       *shelled `yaml:"ansible.builtin.shell"`
	Register    string
	When        string
	ChangedWhen *bool `yaml:"changed_when"`
	FailedWhen  *bool `yaml:"failed_when"`
	CheckMode   *bool `yaml:"check_mode"`
	Async, Poll *int
}

type (
	command struct{ Argv []string }
	file    struct{ Path, State, Mode string }
	copied  struct{ Dest, Content, Mode, Validate string }
	shelled struct{ Cmd string }
)

// machine is what tasks act on.
type machine struct {
	files  map[string]string
	loaded ruleset
	// back tells that the rules will go away again.
	back bool
}

// result is what a task registers.
type result struct {
	rc      int
	changed bool
}

// run runs a play with extra variables and names the first task that changed something.
func (m *machine) run(y *play, extra map[string]any) (string, error) {
	vars := map[string]any{"ansible_check_mode": false}
	for k, v := range y.Vars {
		vars[k] = v
	}
	for k, v := range extra {
		vars[k] = v
	}
	changed := ""
	for i := range y.Tasks {
		t := &y.Tasks[i]
		if t.Name == "" {
			return "", fmt.Errorf("task %d has no name", i+1)
		}
		when := true
		if t.When != "" {
			var err error
			if when, err = condition(t.When, vars); err != nil {
				return "", fmt.Errorf("task %q: %w", t.Name, err)
			}
		}
		var r result
		if when {
			var err error
			if r, err = m.task(t, vars); err != nil {
				return "", fmt.Errorf("task %q: %w", t.Name, err)
			}
		}
		if r.changed && changed == "" {
			changed = t.Name
		}
		if t.Register != "" {
			vars[t.Register] = r
		}
	}
	return changed, nil
}

func (m *machine) task(t *task, vars map[string]any) (r result, err error) {
	switch {
	case t.Command != nil:
		r.changed = true
		r.rc, err = m.command(t.Command.Argv)
	case t.File != nil:
		_, there := m.files[t.File.Path]
		switch t.File.State {
		case "directory":
		case "absent":
			r.changed = there
			delete(m.files, t.File.Path)
		default:
			return r, fmt.Errorf("unknown state %q", t.File.State)
		}
	case t.Copy != nil:
		content, err := fill(t.Copy.Content, vars)
		if err != nil {
			return r, err
		}
		if v := t.Copy.Validate; v != "" {
			if v != "nft -c -f %s" {
				return r, fmt.Errorf("unknown check %q", v)
			}
			if err := m.loaded.clone().load(content); err != nil {
				return r, err
			}
		}
		before, there := m.files[t.Copy.Dest]
		r.changed = !there || before != content
		m.files[t.Copy.Dest] = content
	case t.Shell != nil:
		cmd, err := fill(t.Shell.Cmd, vars)
		if err != nil {
			return r, err
		}
		if !backward.MatchString(cmd) || t.Async == nil || t.Poll == nil || *t.Poll != 0 {
			return r, fmt.Errorf("unknown or waited for: %q", cmd)
		}
		m.back = true
		r.changed = true
	default:
		return r, errors.New("no module")
	}
	switch {
	case err != nil:
		return r, err
	case r.rc != 0 && t.FailedWhen == nil:
		return r, fmt.Errorf("fails with %d", r.rc)
	}
	if t.ChangedWhen != nil {
		r.changed = *t.ChangedWhen
	}
	return r, nil
}

var backward = regexp.MustCompile(`^sleep [1-9][0-9]*; \[ ! -e (/run/[\w.-]+) \] \|\| \{ rm -f /run/[\w.-]+; nft delete table inet [\w.-]+; \}$`)

// command is nft.
func (m *machine) command(argv []string) (int, error) {
	switch {
	case len(argv) == 5 && slices.Equal(argv[:4], []string{"nft", "list", "table", "inet"}):
		if _, ok := m.loaded[argv[4]]; !ok {
			return 1, nil
		}
		return 0, nil
	case len(argv) == 5 && slices.Equal(argv[:4], []string{"nft", "delete", "table", "inet"}):
		if _, ok := m.loaded[argv[4]]; !ok {
			return 1, nil
		}
		delete(m.loaded, argv[4])
		return 0, nil
	case len(argv) == 3 && slices.Equal(argv[:2], []string{"nft", "-f"}):
		text, ok := m.files[argv[2]]
		if !ok {
			return 1, nil
		}
		return 0, m.loaded.load(text)
	}
	return 0, fmt.Errorf("unknown command %q", argv)
}

var expression = regexp.MustCompile(`\{\{ (\w+)( \| join\('([^']*)'\))? \}\}`)

// fill puts the values of variables in the place of their names.
func fill(text string, vars map[string]any) (string, error) {
	var problem error
	text = expression.ReplaceAllStringFunc(text, func(s string) string {
		f := expression.FindStringSubmatch(s)
		v, ok := vars[f[1]]
		if !ok {
			problem = fmt.Errorf("%s is not defined", f[1])
			return ""
		}
		list, isList := v.([]any)
		switch {
		case isList != (f[2] != ""):
			problem = fmt.Errorf("%s is not what is joined", f[1])
			return ""
		case !isList:
			return fmt.Sprint(v)
		}
		words := make([]string, len(list))
		for i, x := range list {
			word, ok := x.(string)
			if !ok {
				problem = fmt.Errorf("%s has %v, which is no text", f[1], x)
			}
			words[i] = word
		}
		return strings.Join(words, f[3])
	})
	if problem == nil && (strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "{#")) {
		problem = errors.New("an unknown expression in braces")
	}
	return text, problem
}

// condition reads what stands after when: comparisons with and, or, not and parentheses.
func condition(text string, vars map[string]any) (bool, error) {
	c := &conditions{words: wordsOf.FindAllString(text, -1), vars: vars}
	v, err := c.any()
	if err == nil && len(c.words) > 0 {
		err = fmt.Errorf("unexpected %q", c.words[0])
	}
	if err != nil {
		return false, fmt.Errorf("when %s: %w", text, err)
	}
	return v, nil
}

var wordsOf = regexp.MustCompile(`'[^']*'|[\w.]+|==|!=|[()|]|\S`)

type conditions struct {
	words []string
	vars  map[string]any
}

func (c *conditions) take(word string) bool {
	if len(c.words) > 0 && c.words[0] == word {
		c.words = c.words[1:]
		return true
	}
	return false
}

func (c *conditions) any() (bool, error) {
	v, err := c.all()
	for err == nil && c.take("or") {
		var w bool
		w, err = c.all()
		v = v || w
	}
	return v, err
}

func (c *conditions) all() (bool, error) {
	v, err := c.one()
	for err == nil && c.take("and") {
		var w bool
		w, err = c.one()
		v = v && w
	}
	return v, err
}

func (c *conditions) one() (bool, error) {
	switch {
	case c.take("not"):
		v, err := c.one()
		return !v, err
	case c.take("("):
		v, err := c.any()
		if err == nil && !c.take(")") {
			err = errors.New("a parenthesis is not closed")
		}
		return v, err
	case len(c.words) == 0:
		return false, errors.New("something is missing")
	}
	name, field, _ := strings.Cut(c.words[0], ".")
	c.words = c.words[1:]
	v, ok := c.vars[name]
	if !ok {
		return false, fmt.Errorf("%s is not defined", name)
	}
	r, registered := v.(result)
	switch {
	case field == "rc" && registered:
		v = fmt.Sprint(r.rc)
	case field != "":
		return false, fmt.Errorf("%s has no %s", name, field)
	}
	switch {
	case c.take("is"):
		if !registered || !c.take("changed") {
			return false, errors.New("unknown test")
		}
		return r.changed, nil
	case c.take("|"):
		if !c.take("bool") {
			return false, errors.New("unknown filter")
		}
		return v == true || v == "true", nil
	case c.take("=="):
		return c.value() == fmt.Sprint(v), nil
	case c.take("!="):
		return c.value() != fmt.Sprint(v), nil
	}
	b, ok := v.(bool)
	if !ok {
		return false, fmt.Errorf("%s is neither true nor false", name)
	}
	return b, nil
}

func (c *conditions) value() string {
	if len(c.words) == 0 {
		return ""
	}
	v := strings.Trim(c.words[0], "'")
	c.words = c.words[1:]
	return v
}
