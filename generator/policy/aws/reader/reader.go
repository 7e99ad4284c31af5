// Package reader reads the files of package aws back, as strictly as Amazon
// EC2, CloudFormation and Terraform take them.
package reader

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Readers are the readers by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"aws-terraform": Terraform, "aws-cloudformation": CloudFormation, "aws-cli": CLI}
}

// rule is one permission of a group, of all its addresses.
type rule struct {
	line     int
	group    string
	egress   bool
	protocol string
	// from and to are nil where the file gives none.
	from, to    *int
	prefixes    []netip.Prefix
	description string
	// list is the prefix list that the addresses are of, cost what it counts for.
	list string
	cost int
}

// charset is what EC2 takes in names and descriptions.
const charset = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-:/()#,@[]+=&;{}!$*"

// text holds a name or description to EC2's limits.
func text(line int, what, s string) error {
	switch {
	case len(s) > 255:
		return fmt.Errorf("line %d: %s is longer than 255", line, what)
	case strings.Trim(s, charset) != "":
		return fmt.Errorf("line %d: %s: %q has a character that EC2 refuses", line, what, s)
	}
	return nil
}

// groupName holds a group's name to EC2's limits.
func groupName(line int, s string) error {
	if s == "" || strings.HasPrefix(s, "sg-") {
		return fmt.Errorf("line %d: %q is no name of a security group", line, s)
	}
	return text(line, "group name", s)
}

var protocols = map[string]netspec.Transport{"tcp": netspec.TCP, "udp": netspec.UDP, "icmp": netspec.ICMP, "icmpv6": netspec.ICMPv6, "-1": netspec.Any}

func (r *rule) fault(format string, args ...any) error {
	return fmt.Errorf("line %d: %w", r.line, fmt.Errorf(format, args...))
}

// match is what a rule does, or why EC2 refuses it.
func (r *rule) match() (*policytest.Match, error) {
	if err := text(r.line, "description", r.description); err != nil {
		return nil, err
	}
	m := &policytest.Match{Verdict: policytest.Allowed, Directions: []policy.Direction{policy.In}, Type: -1, From: r.prefixes, Name: r.key()}
	if r.egress {
		m.Directions, m.From, m.To = []policy.Direction{policy.Out}, nil, r.prefixes
	}
	t, known := protocols[r.protocol]
	if !known {
		n, err := strconv.ParseUint(r.protocol, 10, 8)
		if err != nil || strconv.Itoa(int(n)) != r.protocol {
			return nil, r.fault("%q is no protocol", r.protocol)
		}
		t = netspec.Protocol(uint8(n))
	}
	m.Transport = t
	if len(r.prefixes) == 0 {
		return nil, r.fault("no address")
	}
	m.Family = policy.IPv4
	for i, p := range r.prefixes {
		if !p.Addr().Is4() {
			m.Family = policy.IPv6
		}
		switch {
		case p != p.Masked():
			return nil, r.fault("%s has host bits", p)
		case i > 0 && p.Addr().Is4() != r.prefixes[0].Addr().Is4():
			return nil, r.fault("addresses of both families in one rule")
		}
	}
	if t == netspec.ICMPv6 && m.Family == policy.IPv4 || t == netspec.ICMP && m.Family == policy.IPv6 {
		return nil, r.fault("%s with addresses of the other family", r.protocol)
	}
	return m, r.ports(m)
}

func (r *rule) ports(m *policytest.Match) error {
	from, to := -1, -1
	if r.from != nil {
		from = *r.from
	}
	if r.to != nil {
		to = *r.to
	}
	switch {
	case (r.from == nil) != (r.to == nil):
		return r.fault("one of the two ports alone")
	case m.Transport == netspec.TCP || m.Transport == netspec.UDP:
		switch {
		case r.from == nil:
			return r.fault("%s without ports", r.protocol)
		case from < 0 || to > 65535 || from > to:
			return r.fault("ports %d to %d", from, to)
		case from == 0 && to == 65535:
		case from == 0:
			return r.fault("port 0")
		default:
			m.ToPorts = []policy.Ports{{First: uint16(from), Last: uint16(to)}}
		}
	case m.Transport == netspec.ICMP || m.Transport == netspec.ICMPv6:
		switch {
		case r.from == nil:
			return r.fault("%s without a type", r.protocol)
		case from < -1 || from > 255 || to < -1 || to > 255:
			return r.fault("ICMP type %d, code %d", from, to)
		case to != -1:
			return r.fault("the rules of these files are of whole types, not of code %d", to)
		}
		m.Type = from
	case from != -1 || to != -1:
		return r.fault("ports for protocol %s", r.protocol)
	}
	return nil
}

// key is what EC2 tells rules of a group apart by, without the address.
func (r *rule) key() string {
	way := "ingress"
	if r.egress {
		way = "egress"
	}
	s := r.group + " " + way + " " + r.protocol
	if r.from != nil && r.to != nil {
		s += fmt.Sprintf(" %d-%d", *r.from, *r.to)
	}
	return s
}

// ruleset is what groups that are attached to one machine mean together.
func ruleset(rules []*rule) (*policytest.Ruleset, error) {
	set := &policytest.Ruleset{Stateful: true, Default: policytest.Denied}
	seen := map[string]bool{}
	used := map[string]int{}
	for _, r := range rules {
		m, err := r.match()
		if err != nil {
			return nil, err
		}
		keys := []string{r.key() + " " + r.list}
		if r.list == "" {
			keys = nil
			for _, p := range r.prefixes {
				keys = append(keys, r.key()+" "+p.String())
			}
		}
		for _, k := range keys {
			if seen[k] {
				return nil, r.fault("the group has this rule already: %s", k)
			}
			seen[k] = true
		}
		lane := fmt.Sprint(r.group, r.egress, m.Family)
		used[lane] += max(r.cost, len(keys))
		if used[lane] > 60 {
			return nil, r.fault("more than 60 rules of a direction and family in %s", r.group)
		}
		set.Rules = append(set.Rules, *m)
	}
	return set, nil
}
