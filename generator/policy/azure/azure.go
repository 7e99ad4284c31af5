// Package azure spells policies as rules of a network security group: a
// Terraform configuration, a Bicep file and a script of the Azure CLI.
//
// A group belongs to a network interface or a subnet, each of which has one at
// most. What passes between subnets is therefore written twice, as what leaves
// one and what enters the other: the group can be that of either.
package azure

import (
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// Platforms are the platforms of the family.
func Platforms() []policy.Platform {
	return []policy.Platform{terraform{}, bicep{}, cli{}}
}

func info() policy.Info {
	return policy.Info{
		Vendor:     "Microsoft",
		Group:      policy.Clouds,
		Comment:    "#",
		Hosts:      true,
		Perimeters: true,
		Families:   policy.Addressed,
		Ends:       policy.Sets,
		Transports: []netspec.Transport{netspec.ESP, netspec.AH},
		NoICMPv6:   true,
		NoICMPType: true,
		Denies:     policy.Ordered,
		Name:       policy.Name{Max: 76}, // 80, less "_out"
		Note:       policy.Note{Max: 140},
		Numbers:    policy.Numbers{First: 100, Step: 10, Last: 4090},
		Facts: []string{
			"A network interface or subnet has one group at most: to keep the group that it has, let the file add its rules to that one, if their priorities are free there.",
			"The file attaches the group to nothing.",
			"Azure's own rules come after the file's, at 65000 and up: inside the virtual network all is let through, in from elsewhere nothing, out everything. A default deny, at 4096, comes before them.",
			"A default deny also stops the probes of Azure's load balancer, and all ICMP: Azure cannot tell ICMP types apart, and has none for IPv6.",
			"Groups keep state: replies need no rule, and what is open stays open when a rule goes.",
			"Denied connections are written down by the virtual network's flow logs, not by a rule.",
			"Addresses are those of the virtual network: public addresses are translated before rules see them.",
		},
		Documents: []policy.Document{
			{Title: "Azure network security groups", URL: "https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview"},
			{Title: "Azure network limits", URL: "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-resource-manager-virtual-networking-limits"},
		},
	}
}

// last is the priority of the default deny.
const last = "4096"

// protocol is what rules call a transport.
func protocol(t netspec.Transport) string {
	switch t {
	case netspec.TCP:
		return "Tcp"
	case netspec.UDP:
		return "Udp"
	case netspec.ICMP:
		return "Icmp"
	case netspec.ESP:
		return "Esp"
	case netspec.AH:
		return "Ah"
	}
	return "*"
}

func access(a policy.Action) string {
	if a == policy.Block {
		return "Deny"
	}
	return "Allow"
}

// written is an entry in one of Azure's directions, with a name of its own.
type written struct {
	direction, name string
}

// ways are the directions that an entry is written in.
func ways(e *policy.Entry, out *[2]written) []written {
	switch e.Direction {
	case policy.In:
		out[0] = written{"Inbound", e.Name}
		return out[:1]
	case policy.Out:
		out[0] = written{"Outbound", e.Name}
		return out[:1]
	default:
		out[0], out[1] = written{"Inbound", e.Name + "_in"}, written{"Outbound", e.Name + "_out"}
		return out[:]
	}
}

// every is the addresses of a side that is no set: "*" is both families, and
// 0.0.0.0/0 is too.
func every(e *policy.Entry, s policy.Side) []string {
	switch {
	case s.Local || e.Family == policy.Both:
		return []string{"*"}
	case e.Family == policy.IPv6:
		return []string{"::/1", "8000::/1"}
	}
	return []string{"0.0.0.0/1", "128.0.0.0/1"}
}

// spell writes a port or range.
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
