package readers

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// ansible holds playbooks against ansible-playbook's own check of syntax, which
// knows plays, tasks and modules but not what a module takes: its arguments are
// held against the module's documentation, values with expressions aside. It
// misses what only the module itself checks.
func ansible(t testing.TB, texts []string) []error {
	t.Helper()
	playbook, doc := program(t, "ansible-playbook"), program(t, "ansible-doc")
	dir := t.TempDir()
	env := append(os.Environ(), "HOME="+dir, "ANSIBLE_LOCAL_TEMP="+filepath.Join(dir, "tmp"), "ANSIBLE_NOCOLOR=1", "ANSIBLE_HOME="+dir, "LC_ALL=C.UTF-8")
	out := make([]error, len(texts))
	calls := make([][]call, len(texts))
	modules := map[string]bool{}
	args := []string{"--syntax-check", "-i", "localhost,"}
	files := make([]string, len(texts))
	for i, text := range texts {
		files[i] = filepath.Join(dir, strconv.Itoa(i)+".yml")
		if err := os.WriteFile(files[i], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		calls[i], out[i] = tasks(text)
		for _, c := range calls[i] {
			modules[c.module] = true
		}
	}
	check := func(files ...string) error {
		cmd := exec.Command(playbook, append(args, files...)...)
		cmd.Env, cmd.Dir = env, dir
		said, err := cmd.CombinedOutput()
		if err == nil {
			return nil
		}
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(said)))
	}
	// It starts slowly and stops at the first fault: one by one only if there is one.
	if check(files...) != nil {
		parallel(len(files), func(i int) { out[i] = errors.Join(out[i], check(files[i])) })
	}
	cmd := exec.Command(doc, append([]string{"--json", "--type", "module"}, slices.Sorted(maps.Keys(modules))...)...)
	cmd.Env, cmd.Dir = env, dir
	documented := map[string]struct {
		Doc struct{ Options map[string]option }
	}{}
	if len(modules) > 0 {
		said, err := cmd.Output()
		if err != nil {
			t.Fatal("ansible-doc: ", failure(err))
		}
		if err := json.Unmarshal(said, &documented); err != nil {
			t.Fatal("ansible-doc: ", err)
		}
	}
	for i := range texts {
		for _, c := range calls[i] {
			if d, ok := documented[c.module]; !ok {
				out[i] = errors.Join(out[i], fmt.Errorf("no module %s", c.module))
			} else if err := options(c.arguments, d.Doc.Options); err != nil {
				out[i] = errors.Join(out[i], fmt.Errorf("%s: %s: %w", c.task, c.module, err))
			}
		}
	}
	return out
}

// A call is what a task asks of a module.
type call struct {
	task, module string
	arguments    map[string]any
}

// What a task holds besides its module.
const keywords = `action any_errors_fatal args async become become_exe become_flags become_method become_user changed_when check_mode collections
	connection debugger delay delegate_facts delegate_to diff environment failed_when ignore_errors ignore_unreachable listen loop loop_control
	module_defaults name no_log notify poll port register remote_user retries run_once tags throttle timeout until vars when`

func tasks(text string) ([]call, error) {
	document, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		return nil, err
	}
	var plays []map[string]any
	if err := json.Unmarshal(document, &plays); err != nil {
		return nil, err
	}
	var out []call
	var all []error
	for _, p := range plays {
		for _, part := range []string{"pre_tasks", "tasks", "post_tasks", "handlers"} {
			calls, err := listed(p[part])
			out, all = append(out, calls...), append(all, err)
		}
	}
	if len(out) == 0 {
		all = append(all, errors.New("no task"))
	}
	return out, errors.Join(all...)
}

func listed(list any) ([]call, error) {
	var out []call
	var all []error
	items, _ := list.([]any)
	for _, item := range items {
		task, ok := item.(map[string]any)
		if !ok {
			all = append(all, fmt.Errorf("no task: %v", item))
			continue
		}
		if task["block"] != nil {
			for _, part := range []string{"block", "rescue", "always"} {
				calls, err := listed(task[part])
				out, all = append(out, calls...), append(all, err)
			}
			continue
		}
		c := call{task: fmt.Sprint(task["name"]), arguments: map[string]any{}}
		for _, key := range slices.Sorted(maps.Keys(task)) {
			if slices.Contains(strings.Fields(keywords), key) {
				continue
			}
			if c.module != "" {
				all = append(all, fmt.Errorf("%s: both %s and %s", c.task, c.module, key))
			}
			c.module = key
			switch a := task[key].(type) {
			case map[string]any:
				maps.Copy(c.arguments, a)
			case string:
				// The one text that some modules take.
			}
		}
		if a, ok := task["args"].(map[string]any); ok {
			maps.Copy(c.arguments, a)
		}
		if c.module == "" {
			all = append(all, fmt.Errorf("%s: no module", c.task))
			continue
		}
		out = append(out, c)
	}
	return out, errors.Join(all...)
}

// An option is an argument of a module, as it is documented.
type option struct {
	Type, Elements string
	Required       bool
	Aliases        []string
	Choices        any
	Suboptions     map[string]option
}

func options(have map[string]any, documented map[string]option) error {
	if documented["free_form"].Type != "" {
		have = maps.Clone(have)
		delete(have, "_raw_params")
	}
	var all []error
	given := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		full, o, ok := lookup(name, documented)
		if !ok {
			all = append(all, fmt.Errorf("no argument %s", name))
			continue
		}
		if given[full] {
			all = append(all, fmt.Errorf("%s given twice", full))
		}
		given[full] = true
		if err := o.check(have[name]); err != nil {
			all = append(all, fmt.Errorf("%s: %w", name, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		if documented[name].Required && !given[name] && len(have) > 0 {
			all = append(all, fmt.Errorf("%s is missing", name))
		}
	}
	return errors.Join(all...)
}

// lookup finds an option by its name or an alias.
func lookup(name string, documented map[string]option) (string, option, bool) {
	if o, ok := documented[name]; ok {
		return name, o, true
	}
	for full, o := range documented {
		if slices.Contains(o.Aliases, name) {
			return full, o, true
		}
	}
	return "", option{}, false
}

func (o option) check(v any) error {
	if s, ok := v.(string); ok && strings.Contains(s, "{{") {
		return nil // Known when it runs.
	}
	if list, ok := v.([]any); ok {
		if o.Type != "list" && o.Type != "raw" {
			return fmt.Errorf("a list, want %s", o.Type)
		}
		var all []error
		for _, e := range list {
			all = append(all, option{Type: o.Elements, Choices: o.Choices, Suboptions: o.Suboptions}.check(e))
		}
		return errors.Join(all...)
	}
	if m, ok := v.(map[string]any); ok {
		if o.Type != "dict" && o.Type != "raw" && o.Type != "json" {
			return fmt.Errorf("a dictionary, want %s", o.Type)
		}
		if o.Suboptions == nil {
			return nil
		}
		return options(m, o.Suboptions)
	}
	text := fmt.Sprint(v)
	switch o.Type {
	case "int":
		if _, err := strconv.Atoi(text); err != nil {
			return fmt.Errorf("%s is no number", text)
		}
	case "bool":
		if !slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "1", "0"}, strings.ToLower(text)) {
			return fmt.Errorf("%s is no boolean", text)
		}
	case "dict":
		return fmt.Errorf("%s is no dictionary", text)
	}
	if choices := o.choices(); len(choices) > 0 && v != nil && !slices.Contains(choices, text) {
		return fmt.Errorf("%s is none of %s", text, strings.Join(choices, ", "))
	}
	return nil
}

// choices are a list, or a map from each to what it means.
func (o option) choices() []string {
	var out []string
	switch c := o.Choices.(type) {
	case []any:
		for _, v := range c {
			out = append(out, fmt.Sprint(v))
		}
	case map[string]any:
		out = slices.Sorted(maps.Keys(c))
	}
	return out
}
