// Package aws spells policies as Amazon EC2 security groups: a Terraform
// configuration, a CloudFormation template and a script of the AWS CLI.
//
// A security group allows and never forbids; groups on one machine add up. So
// the file makes groups of its own that hold what is listed and nothing else,
// without the rule that lets everything out: beside a machine's other groups
// they only add, alone they close the rest.
package aws

import (
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the platforms of the family.
func Platforms() []policy.Platform {
	return []policy.Platform{terraform{}, cloudFormation{}, cli{}}
}

// quota is how many rules of one direction and family a group holds by
// default, less those that a default deny keeps for ICMP.
const quota = 60 - 12

func info() policy.Info {
	return policy.Info{
		Vendor:        "Amazon",
		Group:         policy.Clouds,
		Comment:       "#",
		Hosts:         true,
		Families:      policy.Split,
		Ends:          policy.OneSet,
		Transports:    []netspec.Transport{netspec.ESP, netspec.AH, netspec.GRE},
		AnyProtocol:   true,
		MaxPorts:      1,
		RangeSlots:    1,
		NoSourcePorts: true,
		Denies:        policy.NoDenies,
		Closes:        true,
		Note:          policy.Note{Max: 255},
		Quota:         quota,
		Facts: []string{
			"The file makes a security group and attaches it to nothing: attach it to the network interfaces of the machine.",
			"Security groups on one interface add up. Beside the groups that the machine has, this one only adds; alone, it closes all else in both directions.",
			"The group has no rule that lets everything out: AWS gives new groups one, and the file leaves it out or takes it away.",
			"Security groups keep state: replies need no rule.",
			"Amazon's DNS, DHCP, time and instance metadata services are not filtered by security groups.",
			"A group holds 60 rules of a direction and address family, an address counting as one; more of them go to further groups, of which an interface takes 5 unless AWS raises that.",
			"Security groups cannot match source ports and cannot forbid.",
		},
		Documents: []policy.Document{
			{Title: "Amazon VPC: security group rules", URL: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"},
			{Title: "Amazon VPC quotas", URL: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"},
		},
	}
}

// protocol is what rules call a transport.
func protocol(t netspec.Transport) string {
	switch t {
	case netspec.TCP, netspec.UDP, netspec.ICMP, netspec.ICMPv6:
		return t.String()
	}
	return strconv.Itoa(int(t.Number()))
}

// ports are the first and last port of a rule, or type and code; -1 and -1
// where there is neither.
func ports(e *policy.Entry) (from, to string) {
	switch {
	case e.Transport == netspec.ICMP, e.Transport == netspec.ICMPv6:
		return strconv.Itoa(e.ICMPType), "-1"
	case !e.Transport.HasPorts():
		return "-1", "-1"
	case len(e.Ports) == 0:
		return "0", "65535"
	}
	return strconv.Itoa(int(e.Ports[0].First)), strconv.Itoa(int(e.Ports[0].Last))
}

// peer is the end of an entry that is not the machine.
func peer(e *policy.Entry) policy.Side {
	if e.Direction == policy.Out {
		return e.To
	}
	return e.From
}

// way is what AWS calls a direction.
func way(d policy.Direction) string {
	if d == policy.Out {
		return "egress"
	}
	return "ingress"
}

func everywhere(v6 bool) string {
	if v6 {
		return "::/0"
	}
	return "0.0.0.0/0"
}

func icmp(v6 bool) netspec.Transport {
	if v6 {
		return netspec.ICMPv6
	}
	return netspec.ICMP
}

// description is a group's.
func description(l *policy.Lowered) string { return l.Subject.Name + ", " + l.At.Name }

// suffix ends the name of a group after the first.
func suffix(group int) string {
	if group == 0 {
		return ""
	}
	return "_" + strconv.Itoa(group+1)
}

// kept is the description of the rules that a default deny keeps.
const kept = "ICMP that IP needs"

// directions and families are what a default deny keeps ICMP for.
var (
	directions = []policy.Direction{policy.In, policy.Out}
	families   = []bool{false, true}
)
