// Package gcp spells policies as firewall rules of a Google Cloud VPC network:
// a Terraform configuration and a script of the gcloud CLI.
//
// Rules belong to the network but act at each machine: those of the file are
// for the machines that bear its network tag.
package gcp

import (
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the platforms of the family.
func Platforms() []policy.Platform { return []policy.Platform{terraform{}, gcloud{}} }

func info() policy.Info {
	return policy.Info{
		Vendor:        "Google",
		Group:         policy.Clouds,
		Comment:       "#",
		Hosts:         true,
		Families:      policy.Split,
		Ends:          policy.Sets,
		Transports:    []netspec.Transport{netspec.SCTP, netspec.ESP, netspec.AH, netspec.GRE},
		AnyProtocol:   true,
		NoICMPType:    true,
		NoSourcePorts: true,
		Denies:        policy.Ordered,
		Name:          policy.Name{Max: 52}, // 63, less "out-v6-rest"
		Numbers:       policy.Numbers{First: 1000, Step: 10, Last: 65000},
		Facts: []string{
			"The rules are for machines that bear the file's network tag; give it to them, and to no others.",
			"Rules of one network are tried by priority: the file's begin at 1000, and a default deny is at 65534, the last before what Google implies: nothing in, everything out. Rules that you have between them come before the deny.",
			"Rules keep state: replies need no rule, and the ICMP errors of an allowed connection pass with it.",
			"A default deny stops ICMP that belongs to no allowed connection: Google Cloud cannot tell ICMP types apart.",
			"Google Cloud cannot match source ports.",
			"An IPv6 rule stands beside each IPv4 rule: a rule is of one family.",
			"The log has connections of TCP and UDP alone.",
			"DHCP, DNS and the metadata server at 169.254.169.254 are always let through.",
		},
		Documents: []policy.Document{
			{Title: "Google Cloud: VPC firewall rules", URL: "https://cloud.google.com/firewall/docs/firewalls"},
			{Title: "Google Cloud: firewalls, REST reference", URL: "https://cloud.google.com/compute/docs/reference/rest/v1/firewalls"},
		},
	}
}

// last is the priority of the default deny.
const last = "65534"

// protocol is what rules call a transport.
func protocol(t netspec.Transport) string {
	switch t {
	case netspec.TCP, netspec.UDP, netspec.SCTP, netspec.ICMP, netspec.ESP, netspec.AH:
		return t.String()
	case netspec.Any:
		return "all"
	}
	return strconv.Itoa(int(t.Number()))
}

// peer is the end of an entry that is not the machine.
func peer(e *policy.Entry) policy.Side {
	if e.Direction == policy.Out {
		return e.To
	}
	return e.From
}

func way(d policy.Direction) string {
	if d == policy.Out {
		return "EGRESS"
	}
	return "INGRESS"
}

func everywhere(v6 bool) string {
	if v6 {
		return "::/0"
	}
	return "0.0.0.0/0"
}

// rest names a rule of the default deny, as no entry is named.
func rest(d policy.Direction, v6 bool) string {
	if v6 {
		return d.String() + "-v6-rest"
	}
	return d.String() + "-rest"
}

var (
	directions = []policy.Direction{policy.In, policy.Out}
	families   = []bool{false, true}
)

func spell(p policy.Ports) string {
	if p.Single() {
		return strconv.Itoa(int(p.First))
	}
	return strconv.Itoa(int(p.First)) + "-" + strconv.Itoa(int(p.Last))
}

// variable names the variable of a set: no setting ends like that.
func variable(s *policy.Set) string { return s.Variable + "_addresses" }

// about says who a set is and what to fill in.
func about(s *policy.Set) string {
	text := s.Title
	if s.Family != policy.Both {
		text += ", " + s.Family.String()
	}
	if s.Hint != "" {
		text += ". " + s.Hint
	}
	return text
}
