package kube

import (
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// calico is Calico's policy in a tier of its own, which hands on what it does
// not decide, so that the file cuts nothing that it was not asked to.
type calico struct{}

// roleLabel is the label by which rules find a role's GlobalNetworkSet.
const roleLabel = "portolan-role"

var calicoInfo = policy.Info{
	ID: "calico", Title: "Calico", Vendor: "Tigera", Group: policy.Containers,
	Language: "yaml", Ext: "yaml", Comment: "#",
	Hosts:       true,
	Transports:  []netspec.Transport{netspec.SCTP, netspec.ESP, netspec.AH, netspec.GRE},
	AnyProtocol: true,
	MaxPorts:    50, RangeSlots: 1,
	Denies: policy.Ordered,
	Name:   policy.Name{Max: 63},
	Load: []policy.Step{
		{Text: "Give the pods or host endpoints the label in selector, or write a label of theirs there."},
		{Text: "Load it; loading it again changes nothing.", Command: "calicoctl apply --filename={file}"},
		{Text: "Where Calico's API server runs, kubectl does the same.", Command: "kubectl apply --filename {file}"},
	},
	Check:  []policy.Step{{Text: "Let the API server check it without storing it; the policy is refused as long as its tier is not there.", Command: "kubectl apply --dry-run=server --filename {file}"}},
	Remove: []policy.Step{{Text: "Remove all of it.", Command: "kubectl delete globalnetworkpolicies.projectcalico.org,tiers.projectcalico.org,globalnetworksets.projectcalico.org --selector portolan={id}"}},
	Facts: []string{
		"The rules are in a tier of their own before the default tier. What they don't decide passes on to the cluster's other policies, so that without default deny nothing else changes.",
		"What they allow is allowed for good: a Kubernetes NetworkPolicy, which is in the default tier, cannot deny it again.",
		"Tiers need Calico 3.29 or newer, and the right to make one.",
		"Until pods or host endpoints carry the label in selector the policy selects none and changes nothing.",
		"A host endpoint that no policy selects drops what is neither allowed nor a fail-safe port; one that this policy selects goes on doing so for what passes on.",
		"With default deny lookups of names are cut as well. The file has the rule that lets pods ask the cluster's DNS, as a comment.",
		"What comes in through a load balancer or a node's port often bears the address of a node instead of the client's; externalTrafficPolicy: Local on the service keeps it.",
		"Names instead of addresses are a feature of Calico's commercial editions; the file has addresses alone.",
		"Connections that stand already go on until they are opened anew.",
	},
	Proof: []string{"the resource's documented fields, strictly decoded", policy.OwnReader},
	Documents: []policy.Document{
		{Title: "Calico, Global network policy", URL: "https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy"},
		{Title: "Calico, Global network set", URL: "https://docs.tigera.io/calico/latest/reference/resources/globalnetworkset"},
		{Title: "Calico, Tier", URL: "https://docs.tigera.io/calico/latest/reference/resources/tier"},
		{Title: "Calico, Get started with policy tiers", URL: "https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy"},
	},
}

// Info tells what it can express.
func (calico) Info() *policy.Info { return &calicoInfo }

// Render writes the tier, the sets and the policy.
func (calico) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	calicoObject(p, l, "Tier", l.ID, "")
	p.Line("  order: 100000")
	p.Line("  defaultAction: Pass")
	for _, s := range l.Sets {
		p.Line("---")
		describe(p, s, "")
		calicoObject(p, l, "GlobalNetworkSet", s.Name, s.Name)
		p.Line("  nets:")
		prefixes(p, s, "    - ", "")
	}
	if len(l.Entries) == 0 && l.Deny == nil {
		return nil
	}
	p.Line("---")
	calicoObject(p, l, "GlobalNetworkPolicy", l.ID+".rules", "")
	p.Line(`  tier: "`, l.ID, `"`)
	p.Line("  order: 1000")
	p.Line("  # The pods or host endpoints that these rules are for. Give them this label, or write one of theirs here.")
	p.Line(`  selector: "app == '`, l.ID, `'"`)
	p.Line("  types:")
	for _, s := range sections {
		if calicoHas(l, s.direction) {
			p.Line("    - ", s.typ)
		}
	}
	for _, s := range sections {
		if !calicoHas(l, s.direction) {
			continue
		}
		p.Line("  ", s.name, ":")
		for _, e := range l.Entries {
			if e.Direction == s.direction {
				calicoEntry(p, e)
				p.Entry(e)
			}
		}
		if l.Deny != nil {
			calicoDeny(p, l, s.direction)
		}
	}
	return nil
}

func calicoHas(l *policy.Lowered, d policy.Direction) bool {
	return l.Deny != nil || has(l, d, policy.Allow) || has(l, d, policy.Block)
}

// calicoObject writes an object down to its spec.
func calicoObject(p *policy.Printer, l *policy.Lowered, kind, name, role string) {
	p.Line("apiVersion: projectcalico.org/v3")
	p.Line("kind: ", kind)
	p.Line("metadata:")
	p.Line(`  name: "`, name, `"`)
	p.Line("  labels:")
	p.Line(`    portolan: "`, l.ID, `"`)
	if role != "" {
		p.Line("    ", roleLabel, `: "`, role, `"`)
	}
	p.Line("spec:")
}

func calicoEntry(p *policy.Printer, e *policy.Entry) {
	comment(p, "    ", e.Note)
	action := "Allow"
	if e.Action == policy.Block {
		action = "Deny"
	}
	if e.Log {
		calicoMatch(p, e, "Log")
	}
	calicoMatch(p, e, action)
}

func calicoMatch(p *policy.Printer, e *policy.Entry, action string) {
	p.Line("    - action: ", action)
	switch e.Family {
	case policy.Both:
	case policy.IPv4:
		p.Line("      ipVersion: 4")
	case policy.IPv6:
		p.Line("      ipVersion: 6")
	}
	if name := transport(e.Transport); name != "" {
		p.Line("      protocol: ", name)
	} else if e.Transport != netspec.Any {
		p.Text("      protocol: ")
		number(p, e.Transport.Number())
		p.Line()
	}
	if e.ICMPType >= 0 && (e.Transport == netspec.ICMP || e.Transport == netspec.ICMPv6) {
		p.Text("      icmp: {type: ")
		number(p, e.ICMPType)
		p.Line("}")
	}
	calicoSide(p, "source", &e.From, e.SourcePorts)
	calicoSide(p, "destination", &e.To, e.Ports)
}

// calicoSide writes one end, unless it is everything.
func calicoSide(p *policy.Printer, name string, side *policy.Side, ports []policy.Ports) {
	if len(side.Sets) == 0 && len(ports) == 0 {
		return
	}
	p.Line("      ", name, ":")
	switch len(side.Sets) {
	case 0:
	case 1:
		p.Line(`        selector: "`, roleLabel, " == '", side.Sets[0].Name, `'"`)
	default:
		p.Text(`        selector: "`, roleLabel, " in { ")
		for i, s := range side.Sets {
			if i > 0 {
				p.Text(", ")
			}
			p.Text("'", s.Name, "'")
		}
		p.Line(` }"`)
	}
	if len(side.Sets) > 0 {
		p.Line(`        namespaceSelector: "global()"`)
	}
	if len(ports) == 0 {
		return
	}
	p.Text("        ports: [")
	for i, r := range ports {
		if i > 0 {
			p.Text(", ")
		}
		if r.Single() {
			number(p, r.First)
			continue
		}
		p.Text(`"`)
		number(p, r.First)
		p.Text(":")
		number(p, r.Last)
		p.Text(`"`)
	}
	p.Line("]")
}

// calicoDeny closes a direction: what IP needs first, then the rest.
func calicoDeny(p *policy.Printer, l *policy.Lowered, d policy.Direction) {
	if d == policy.Out {
		p.Line("    # Lookups of names, which the default deny cuts too:")
		for _, t := range [...]string{"UDP", "TCP"} {
			p.Line("    # - action: Allow")
			p.Line("    #   protocol: ", t)
			p.Line(`    #   destination: {selector: "k8s-app == 'kube-dns'", namespaceSelector: "projectcalico.org/name == 'kube-system'", ports: [53]}`)
		}
	}
	p.Line("    # What IP itself needs.")
	for _, v6 := range [...]bool{false, true} {
		name := "ICMP"
		if v6 {
			name = "ICMPv6"
		}
		for _, t := range policy.KeptICMP(v6, l.At.Kind) {
			p.Text("    - {action: Allow, protocol: ", name, ", icmp: {type: ")
			number(p, t)
			p.Line("}}")
		}
	}
	p.Line("    # Default deny.")
	if l.Deny.Log {
		p.Line("    - action: Log")
	}
	p.Line("    - action: Deny")
}
