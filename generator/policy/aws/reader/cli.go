package reader

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"portolan/generator/policy/policytest"
	"portolan/generator/policy/policytest/shell"
)

// CLI runs a script against an account with one VPC, twice, and reads what
// groups that leaves: a second run must change nothing, a check nothing at
// all, and a removal must leave nothing behind.
func CLI(text string) (*policytest.Ruleset, error) {
	account := &ec2{groups: map[string]*group{}}
	machine := &shell.Machine{Programs: map[string]shell.Program{"aws": account.program}}
	run := func(args ...string) error {
		_, err := machine.Run(text, args...)
		if err != nil && !strings.HasPrefix(err.Error(), "line ") {
			return fmt.Errorf("line 1: %w", err)
		}
		return err
	}
	if err := run("check"); err != nil {
		return nil, err
	}
	if account.changes > 0 {
		return nil, errors.New("line 1: a check changes something")
	}
	if err := run(); err != nil {
		return nil, err
	}
	changes := account.changes
	if err := run("apply"); err != nil {
		return nil, err
	}
	if account.changes != changes {
		return nil, errors.New("line 1: a second run changes something")
	}
	var rules []*rule
	for _, name := range slices.Sorted(maps.Keys(account.groups)) {
		rules = append(rules, account.groups[name].rules...)
	}
	set, err := ruleset(rules)
	if err != nil {
		return nil, err
	}
	if err := run("remove"); err != nil {
		return nil, err
	}
	if len(account.groups) > 0 {
		return nil, errors.New("line 1: a removal leaves groups behind")
	}
	return set, nil
}

// ec2 answers the AWS CLI's calls.
type ec2 struct {
	groups  map[string]*group // by name
	last    int
	changes int
}

type group struct {
	id    string
	rules []*rule
	ids   []string
}

const vpc = "vpc-0123abcd"

// fixed are options whose value must be one that the account can answer.
var fixed = map[string][]string{
	"describe-vpcs":                 {"--filters", "Name=is-default,Values=true", "--query", "Vpcs[0].VpcId"},
	"describe-security-groups":      {"--query", "SecurityGroups[0].GroupId"},
	"create-security-group":         {"--query", "GroupId"},
	"describe-security-group-rules": {"--query", "SecurityGroupRules[].[SecurityGroupRuleId,IsEgress,IpProtocol,FromPort,ToPort,CidrIpv4||CidrIpv6]"},
}

// known are the options of the calls, each with a value; --filters takes several.
var known = map[string][]string{
	"describe-vpcs":                    {"--filters", "--query", "--output"},
	"describe-security-groups":         {"--filters", "--query", "--output"},
	"describe-security-group-rules":    {"--filters", "--query", "--output"},
	"create-security-group":            {"--group-name", "--description", "--vpc-id", "--query", "--output"},
	"delete-security-group":            {"--group-id"},
	"authorize-security-group-ingress": {"--group-id", "--ip-permissions", "--region", "--generate-cli-skeleton"},
	"authorize-security-group-egress":  {"--group-id", "--ip-permissions", "--region", "--generate-cli-skeleton"},
	"revoke-security-group-ingress":    {"--group-id", "--security-group-rule-ids"},
	"revoke-security-group-egress":     {"--group-id", "--security-group-rule-ids"},
}

// program is the aws command.
func (a *ec2) program(args []string, _ string) (string, int, error) {
	var out strings.Builder
	err := a.call(args, &out)
	return out.String(), 0, err
}

// call is one run of the aws command.
func (a *ec2) call(args []string, out *strings.Builder) error {
	if len(args) < 2 || args[0] != "ec2" {
		return fmt.Errorf("%q is no call", args)
	}
	name := args[1]
	options, err := parse(name, args[2:])
	if err != nil {
		return err
	}
	one := func(option string) string {
		if len(options[option]) != 1 {
			return ""
		}
		return options[option][0]
	}
	for i := 0; i < len(fixed[name]); i += 2 {
		if got := one(fixed[name][i]); got != fixed[name][i+1] {
			return fmt.Errorf("%s %q, not %q", fixed[name][i], got, fixed[name][i+1])
		}
	}
	if options["--query"] != nil && one("--output") != "text" {
		return errors.New("a query whose answer is not text")
	}
	egress := strings.HasSuffix(name, "-egress")
	switch name {
	case "describe-vpcs":
		fmt.Fprintln(out, vpc)
		return nil
	case "describe-security-groups":
		return a.find(options["--filters"], out)
	case "create-security-group":
		return a.create(one("--group-name"), one("--description"), one("--vpc-id"), out)
	}
	if one("--generate-cli-skeleton") == "output" { // asks nobody
		_, err := permissions(one("--ip-permissions"), "", egress)
		return err
	}
	id := one("--group-id")
	if f := options["--filters"]; len(f) == 1 {
		id = strings.TrimPrefix(f[0], "Name=group-id,Values=")
	}
	for n, g := range a.groups {
		if g.id != id {
			continue
		}
		switch name {
		case "describe-security-group-rules":
			g.print(out)
		case "delete-security-group":
			delete(a.groups, n)
			a.changes++
		case "authorize-security-group-ingress", "authorize-security-group-egress":
			return a.authorize(g, one("--ip-permissions"), egress)
		default:
			return a.revoke(g, one("--security-group-rule-ids"), egress)
		}
		return nil
	}
	return fmt.Errorf("no group %q", id)
}

func parse(name string, args []string) (map[string][]string, error) {
	if known[name] == nil {
		return nil, fmt.Errorf("%s: no such call", name)
	}
	options := map[string][]string{}
	option := ""
	for _, a := range args {
		switch {
		case strings.HasPrefix(a, "--"):
			option = a
			if !slices.Contains(known[name], option) || options[option] != nil {
				return nil, fmt.Errorf("%s: unknown or second option %s", name, option)
			}
			options[option] = []string{}
		case option == "" || len(options[option]) > 0 && option != "--filters":
			return nil, fmt.Errorf("%s: %q is of no option", name, a)
		default:
			options[option] = append(options[option], a)
		}
	}
	for o, v := range options {
		if len(v) == 0 {
			return nil, fmt.Errorf("%s: %s without a value", name, o)
		}
	}
	return options, nil
}

func (a *ec2) find(filters []string, out *strings.Builder) error {
	name, ok := "", false
	if len(filters) == 2 && filters[1] == "Name=vpc-id,Values="+vpc {
		name, ok = strings.CutPrefix(filters[0], "Name=group-name,Values=")
	}
	if !ok {
		return fmt.Errorf("filters %q", filters)
	}
	if g := a.groups[name]; g != nil {
		fmt.Fprintln(out, g.id)
		return nil
	}
	fmt.Fprintln(out, "None")
	return nil
}

// create makes a group as EC2 does: with rules that let everything out.
func (a *ec2) create(name, about, of string, out *strings.Builder) error {
	if err := groupName(1, name); err != nil {
		return err
	}
	if err := text(1, "group description", about); err != nil || about == "" {
		return fmt.Errorf("description %q: %w", about, err)
	}
	if of != vpc || a.groups[name] != nil {
		return fmt.Errorf("group %s in %q", name, of)
	}
	a.last++
	g := &group{id: fmt.Sprintf("sg-%08x", a.last)}
	a.groups[name] = g
	a.changes++
	for _, p := range []string{"0.0.0.0/0", "::/0"} {
		a.add(g, &rule{line: 1, group: g.id, egress: true, protocol: "-1", prefixes: []netip.Prefix{netip.MustParsePrefix(p)}})
	}
	fmt.Fprintln(out, g.id)
	return nil
}

func (a *ec2) add(g *group, r *rule) {
	a.last++
	g.rules = append(g.rules, r)
	g.ids = append(g.ids, fmt.Sprintf("sgr-%08x", a.last))
}

func (g *group) print(out *strings.Builder) {
	for i, r := range g.rules {
		from, to := -1, -1
		if r.from != nil {
			from, to = *r.from, *r.to
		}
		egress := "False"
		if r.egress {
			egress = "True"
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%d\t%d\t%s\n", g.ids[i], egress, r.protocol, from, to, r.prefixes[0])
	}
}

func (a *ec2) revoke(g *group, id string, egress bool) error {
	i := slices.Index(g.ids, id)
	if i < 0 || g.rules[i].egress != egress {
		return fmt.Errorf("no rule %s", id)
	}
	g.ids, g.rules = slices.Delete(g.ids, i, i+1), slices.Delete(g.rules, i, i+1)
	a.changes++
	return nil
}

func (a *ec2) authorize(g *group, text string, egress bool) error {
	rules, err := permissions(text, g.id, egress)
	if err != nil {
		return err
	}
	for _, r := range rules {
		for _, old := range g.rules {
			if old.key() == r.key() && old.prefixes[0] == r.prefixes[0] {
				return fmt.Errorf("the group has this rule already: %s %s", r.key(), r.prefixes[0])
			}
		}
		a.add(g, r)
	}
	a.changes++
	return nil
}

// permission is the form of rules in calls.
type permission struct {
	IpProtocol       *string
	FromPort, ToPort *int
	IpRanges         []struct{ CidrIp, Description string }
	Ipv6Ranges       []struct{ CidrIpv6, Description string }
}

// permissions reads the rules of a call, one for each address.
func permissions(text, id string, egress bool) ([]*rule, error) {
	var list []permission
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("no permission")
	}
	var out []*rule
	for _, x := range list {
		if x.IpProtocol == nil || len(x.IpRanges)+len(x.Ipv6Ranges) == 0 {
			return nil, fmt.Errorf("no protocol or no address in %s", text)
		}
		add := func(cidr, about string, four bool) error {
			p, err := netip.ParsePrefix(cidr)
			if err != nil {
				return err
			}
			if p.Addr().Is4() != four {
				return fmt.Errorf("%s is of the other family", cidr)
			}
			r := &rule{line: 1, group: id, egress: egress, protocol: *x.IpProtocol, from: x.FromPort, to: x.ToPort, prefixes: []netip.Prefix{p}, description: about}
			if _, err := r.match(); err != nil {
				return err
			}
			out = append(out, r)
			return nil
		}
		for _, r := range x.IpRanges {
			if err := add(r.CidrIp, r.Description, true); err != nil {
				return nil, err
			}
		}
		for _, r := range x.Ipv6Ranges {
			if err := add(r.CidrIpv6, r.Description, false); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
