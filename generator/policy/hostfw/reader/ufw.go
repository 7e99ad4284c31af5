package reader

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/shell"
)

func readUfw(text string) (*policytest.Ruleset, error) {
	return run(text, func() model {
		u := &ufw{defaults: map[string]string{"INPUT": "DROP", "OUTPUT": "ACCEPT", "FORWARD": "DROP"}, set: map[string]bool{}}
		if _, _, err := u.call(strings.Fields("allow in proto tcp from any to any port 22022"), ""); err != nil {
			panic(err)
		}
		return u
	})
}

// ufw is ufw with the rules that it keeps.
type ufw struct {
	rules    []ufwRule
	defaults map[string]string
	// set are the defaults that a command has set to deny.
	set map[string]bool
	// disk is what a script sees as files.
	disk map[string]string
}

type ufwRule struct {
	policytest.Match
	allow, log, v6 bool
	comment        string
	// key is what makes rules equal.
	key string
}

func (u *ufw) programs() map[string]shell.Program { return map[string]shell.Program{"ufw": u.call} }

func (u *ufw) files() map[string]string {
	u.disk = map[string]string{}
	u.save()
	return u.disk
}

func (u *ufw) save() {
	if u.disk == nil {
		return
	}
	text := "IPV6=yes\n"
	for _, k := range []string{"INPUT", "OUTPUT", "FORWARD"} {
		text += "DEFAULT_" + k + "_POLICY=\"" + u.defaults[k] + "\"\n"
	}
	u.disk["/etc/default/ufw"] = text
}

func (u *ufw) String() string {
	var b strings.Builder
	for _, r := range u.rules {
		fmt.Fprintln(&b, r.key, r.allow, r.log, r.v6, r.comment)
	}
	fmt.Fprintln(&b, u.defaults)
	for _, name := range slices.Sorted(maps.Keys(u.disk)) {
		if name != "/etc/default/ufw" {
			fmt.Fprintln(&b, name)
		}
	}
	return b.String()
}

func (u *ufw) ruleset() (*policytest.Ruleset, error) {
	set := &policytest.Ruleset{Stateful: true}
	for _, r := range u.rules {
		if r.comment != "" {
			set.Rules = append(set.Rules, r.Match)
		}
	}
	for _, d := range []policy.Direction{policy.In, policy.Out, policy.Forward} {
		if u.set[[]string{"INPUT", "OUTPUT", "FORWARD"}[d]] {
			set.Rules = append(append(set.Rules, kept(d)...), closed(d))
		}
	}
	return set, nil
}

// call is the command.
func (u *ufw) call(args []string, _ string) (string, int, error) {
	dry := len(args) > 0 && args[0] == "--dry-run"
	if dry {
		args = args[1:]
	}
	switch {
	case slices.Equal(args, []string{"show", "added"}):
		return u.added(), 0, nil
	case slices.Equal(args, []string{"logging", "on"}):
		return "Logging enabled\n", 0, nil
	case len(args) == 3 && args[0] == "default":
		return "", 0, u.byDefault(args[1], args[2])
	}
	route := len(args) > 0 && args[0] == "route"
	if route {
		args = args[1:]
	}
	remove := len(args) > 0 && args[0] == "delete"
	if remove {
		args = args[1:]
	}
	rules, err := ufwParse(args, route)
	if err != nil {
		return "", 0, err
	}
	if dry {
		return u.dry(rules), 0, nil
	}
	for _, r := range rules {
		i := slices.IndexFunc(u.rules, func(x ufwRule) bool { return x.key == r.key && x.v6 == r.v6 })
		switch {
		case remove && i >= 0:
			u.rules = slices.Delete(slices.Clone(u.rules), i, i+1)
		case remove:
		case i >= 0:
			u.rules[i] = r // "Skipping adding existing rule", or its comment is new
		default:
			u.rules = append(u.rules, r)
		}
	}
	return "Rules updated\n", 0, nil
}

// dry tells what a command would do: of rules that are there, that they are skipped.
func (u *ufw) dry(rules []ufwRule) string {
	out := ""
	for _, r := range rules {
		if slices.ContainsFunc(u.rules, func(x ufwRule) bool {
			return x.key == r.key && x.v6 == r.v6 && x.allow == r.allow && x.log == r.log && x.comment == r.comment
		}) {
			out += "Skipping adding existing rule\n"
		} else {
			out += "*filter\n"
		}
	}
	return out
}

func (u *ufw) byDefault(what, direction string) error {
	chain := map[string]string{"incoming": "INPUT", "outgoing": "OUTPUT", "routed": "FORWARD"}[direction]
	policy := map[string]string{"allow": "ACCEPT", "deny": "DROP", "reject": "REJECT"}[what]
	if chain == "" || policy == "" {
		return fmt.Errorf("invalid default %s %s", what, direction)
	}
	u.defaults[chain] = policy
	u.set[chain] = policy == "DROP"
	u.save()
	return nil
}

// added is what "ufw show added" prints: rules of both families once.
func (u *ufw) added() string {
	var b strings.Builder
	b.WriteString("Added user rules (see 'ufw status' for running firewall):\n")
	for _, r := range u.rules {
		if r.v6 && slices.ContainsFunc(u.rules, func(x ufwRule) bool { return x.key == r.key && !x.v6 }) {
			continue
		}
		fmt.Fprint(&b, "ufw ", r.shown())
		if r.comment != "" {
			fmt.Fprintf(&b, " comment '%s'", r.comment)
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

func (r ufwRule) shown() string {
	var w []string
	if r.Directions[0] == policy.Forward {
		w = append(w, "route")
	}
	w = append(w, map[bool]string{true: "allow", false: "deny"}[r.allow])
	if r.Directions[0] == policy.Out {
		w = append(w, "out")
	}
	if r.log {
		w = append(w, "log")
	}
	side := func(word string, list []netip.Prefix, ports []policy.Ports) {
		if list == nil && ports == nil {
			return
		}
		w = append(w, word)
		if list == nil {
			w = append(w, "any")
		} else {
			w = append(w, list[0].String())
		}
		if ports != nil {
			var texts []string
			for _, p := range ports {
				text := fmt.Sprint(p.First)
				if !p.Single() {
					text += ":" + fmt.Sprint(p.Last)
				}
				texts = append(texts, text)
			}
			w = append(w, "port", strings.Join(texts, ","))
		}
	}
	side("from", r.From, r.FromPorts)
	side("to", r.To, r.ToPorts)
	if r.From == nil && r.To == nil && r.FromPorts == nil && r.ToPorts == nil {
		w = append(w, "to", "any")
	}
	if r.Transport != netspec.Any {
		w = append(w, "proto", r.Transport.String())
	}
	return strings.Join(w, " ")
}

// ufwParse reads a rule in the full syntax: one for each family.
func ufwParse(args []string, route bool) ([]ufwRule, error) {
	u := &ufwWords{list: args, family: map[bool]bool{}}
	r := &u.rule
	r.Transport, r.Type = netspec.Any, -1
	switch {
	case u.take("allow"):
		r.allow, r.Verdict = true, policytest.Allowed
	case u.take("deny"):
		r.Verdict = policytest.Denied
	default:
		return nil, fmt.Errorf("unknown command %q", args)
	}
	r.Directions = []policy.Direction{policy.In}
	switch in, out := u.take("in"), u.take("out"); {
	case route && (in || out):
		return nil, errors.New("a direction without an interface")
	case route:
		r.Directions = []policy.Direction{policy.Forward}
	case out:
		r.Directions = []policy.Direction{policy.Out}
	}
	r.log = u.take("log")
	seen := map[string]bool{}
	for len(u.list) > 0 {
		if len(u.list) < 2 {
			return nil, fmt.Errorf("%s lacks its value", u.list[0])
		}
		word, value := u.list[0], u.list[1]
		u.list = u.list[2:]
		if seen[word] {
			return nil, fmt.Errorf("%s given twice", word)
		}
		seen[word] = true
		if err := u.word(word, value); err != nil {
			return nil, err
		}
	}
	return u.families()
}

// ufwWords are the words of a rule that are not read yet.
type ufwWords struct {
	list []string
	rule ufwRule
	// family holds the families of its addresses, IPv6 being true.
	family map[bool]bool
	// ports is how many ports the longer of its lists has.
	ports int
}

func (u *ufwWords) take(word string) bool {
	if len(u.list) > 0 && u.list[0] == word {
		u.list = u.list[1:]
		return true
	}
	return false
}

func (u *ufwWords) word(word, value string) (err error) {
	r := &u.rule
	switch word {
	case "proto":
		if r.Transport, err = policytest.ParseProtocol(value); err != nil || !slices.Contains([]string{"tcp", "udp", "esp", "ah", "gre"}, value) {
			return fmt.Errorf("unsupported protocol %q", value)
		}
		return nil
	case "from":
		return u.side(value, &r.From, &r.FromPorts)
	case "to":
		return u.side(value, &r.To, &r.ToPorts)
	case "comment":
		if strings.Contains(value, "'") {
			return errors.New("invalid syntax: a quote in the comment")
		}
		r.comment, r.Name = value, value
		return nil
	}
	return fmt.Errorf("unexpected %q", word)
}

func (u *ufwWords) side(value string, list *[]netip.Prefix, ports *[]policy.Ports) error {
	if value != "any" {
		p, err := policytest.ParsePrefix(value)
		if err != nil {
			return err
		}
		u.family[!p.Addr().Is4()] = true
		if p.Bits() > 0 {
			*list = []netip.Prefix{p}
		}
	}
	if len(u.list) < 2 || !u.take("port") {
		return nil
	}
	text := u.list[0]
	u.list = u.list[1:]
	u.ports = max(u.ports, strings.Count(text, ",")+strings.Count(text, ":")+1)
	var err error
	*ports, err = ufwPorts(text)
	return err
}

func (u *ufwWords) families() ([]ufwRule, error) {
	r := u.rule
	switch {
	case len(u.family) == 2:
		return nil, errors.New("mixed IP versions for from and to")
	case u.ports > 0 && r.Transport != netspec.Any && r.Transport != netspec.TCP && r.Transport != netspec.UDP:
		return nil, errors.New("a port with a protocol that has none")
	case u.ports > 1 && r.Transport == netspec.Any:
		return nil, errors.New("must specify tcp or udp with multiple ports")
	case u.ports > 0 && r.Transport == netspec.Any:
		return nil, errors.New("a port without a protocol opens both")
	}
	var out []ufwRule
	for _, v6 := range []bool{false, true} {
		if len(u.family) == 1 && !u.family[v6] {
			continue
		}
		r.v6 = v6
		r.Family = map[bool]policy.Family{false: policy.IPv4, true: policy.IPv6}[v6]
		r.key = fmt.Sprint(r.Directions[0].String(), " ", r.Transport.String(), r.From, r.FromPorts, r.To, r.ToPorts)
		out = append(out, r)
	}
	return out, nil
}

func ufwPorts(text string) ([]policy.Ports, error) {
	var out []policy.Ports
	slots := strings.Count(text, ":")
	for _, t := range strings.Split(text, ",") {
		p, err := policytest.ParsePorts(t, ":")
		if err != nil {
			return nil, fmt.Errorf("bad port: %w", err)
		}
		out = append(out, p)
		slots++
	}
	if slots > 15 {
		return nil, fmt.Errorf("bad port: %d of 15", slots)
	}
	return out, nil
}
