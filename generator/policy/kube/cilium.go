package kube

import (
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// cilium is Cilium's policy. A role is a CiliumCIDRGroup, or names that
// Cilium learns the addresses of as the pods look them up.
type cilium struct{}

var ciliumInfo = policy.Info{
	ID: "cilium", Title: "Cilium", Vendor: "CNCF", Group: policy.Containers,
	Language: "yaml", Ext: "yaml", Comment: "#",
	Hosts: true,
	Ends:  policy.OneSet,
	FQDN:  policy.AllNames, FQDNTo: true,
	Transports: []netspec.Transport{netspec.SCTP},
	MaxPorts:   40, RangeSlots: 1,
	NoSourcePorts: true,
	Denies:        policy.BlockWins,
	Name:          policy.Name{Max: 63},
	Load: []policy.Step{
		{Text: "Give the pods the label in endpointSelector, or write a label of theirs there; write their namespace for NAMESPACE."},
		{Text: "Load it; loading it again changes nothing.", Command: "kubectl apply --namespace NAMESPACE --filename {file}"},
		{Text: "See whether it is valid, and what is dropped.", Command: "kubectl get ciliumnetworkpolicies --namespace NAMESPACE {id} && hubble observe --namespace NAMESPACE --verdict DROPPED"},
	},
	Check:  []policy.Step{{Text: "Let the API server check it without storing it.", Command: "kubectl apply --namespace NAMESPACE --dry-run=server --filename {file}"}},
	Remove: []policy.Step{{Text: "Remove all of it.", Command: "kubectl delete --namespace NAMESPACE --filename {file}"}},
	Facts: []string{
		"Without default deny the file says enableDefaultDeny: false, so that selecting the pods cuts nothing. That needs Cilium 1.16 or newer, with enable-non-default-deny-policies as it comes; another policy that selects the same pods can still close them.",
		"CiliumCIDRGroup is of version v2 since Cilium 1.18; an older one wants cilium.io/v2alpha1 there.",
		"Deny rules beat allows of every policy, whatever their order.",
		"Until pods carry the label in endpointSelector the policy selects none and changes nothing.",
		"CIDR rules are for addresses outside the cluster: they match neither pods nor, unless Cilium is told so, nodes. What comes in through a load balancer or a node's port often bears the address of a node instead of the client's.",
		"Names are allowed by watching the pods' lookups: where the file names any, it sends lookups at the cluster's DNS (label k8s-app: kube-dns) through Cilium's DNS proxy and allows all of them. A name that pods learn elsewhere stays closed.",
		"\"**.\" before a name, any number of labels, is understood by recent Cilium; an older one takes it for one label.",
		"With default deny lookups of names are cut as well, unless the file names any. The rule that allows them is in it as a comment then.",
		"It cannot match the initiator's port. What is denied is not logged but seen in Hubble.",
	},
	Proof: []string{"the resource's documented fields, strictly decoded", policy.OwnReader},
	Documents: []policy.Document{
		{Title: "Cilium, Policy rule basics", URL: "https://docs.cilium.io/en/stable/security/policy/intro/"},
		{Title: "Cilium, Layer 3 policies", URL: "https://docs.cilium.io/en/stable/security/policy/layer3/"},
		{Title: "Cilium, Layer 4 policies", URL: "https://docs.cilium.io/en/stable/security/policy/layer4/"},
		{Title: "Cilium, Deny policies", URL: "https://docs.cilium.io/en/stable/security/policy/deny/"},
		{Title: "Cilium, CiliumCIDRGroup", URL: "https://docs.cilium.io/en/stable/network/kubernetes/ciliumcidrgroup/"},
	},
}

// Info tells what it can express.
func (cilium) Info() *policy.Info { return &ciliumInfo }

// Render writes the groups and the policy.
func (cilium) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	for _, s := range l.Sets {
		if len(s.FQDN) > 0 {
			continue
		}
		p.Line("---")
		describe(p, s, "")
		p.Line("apiVersion: cilium.io/v2")
		p.Line("kind: CiliumCIDRGroup")
		p.Line("metadata:")
		p.Line(`  name: "`, s.Name, `"`)
		p.Line("spec:")
		p.Line("  externalCIDRs:")
		prefixes(p, s, "    - ", "")
	}
	if len(l.Entries) == 0 && l.Deny == nil {
		return nil // a policy must have a rule
	}
	closes := "false"
	if l.Deny != nil {
		closes = "true"
	}
	p.Line("---")
	p.Line("apiVersion: cilium.io/v2")
	p.Line("kind: CiliumNetworkPolicy")
	p.Line("metadata:")
	p.Line(`  name: "`, l.ID, `"`)
	p.Line("spec:")
	subject(p, l, "endpointSelector")
	p.Line("  enableDefaultDeny: {ingress: ", closes, ", egress: ", closes, "}")
	defined := make([]*policy.Set, 0, len(l.Sets))
	for _, s := range sections {
		if l.Deny != nil || has(l, s.direction, policy.Allow) {
			p.Line("  ", s.name, ":")
		}
		if s.direction == policy.Out {
			ciliumLookups(p, l)
		}
		for _, e := range l.Entries {
			if e.Direction == s.direction && e.Action == policy.Allow {
				defined = ciliumRule(p, e, s.peer, defined)
			}
		}
		if l.Deny != nil {
			p.Line("    # What IP itself needs.")
			p.Line("    - icmps:")
			ciliumTypes(p, "IPv4", policy.KeptICMP(false, l.At.Kind))
			ciliumTypes(p, "IPv6", policy.KeptICMP(true, l.At.Kind))
		}
		if has(l, s.direction, policy.Block) {
			p.Line("  ", s.name, "Deny:")
		}
		for _, e := range l.Entries {
			if e.Direction == s.direction && e.Action == policy.Block {
				defined = ciliumRule(p, e, s.peer, defined)
			}
		}
	}
	return nil
}

// ciliumLookups sends lookups through Cilium's proxy where entries have names.
func ciliumLookups(p *policy.Printer, l *policy.Lowered) {
	names := false
	for _, s := range l.Sets {
		names = names || len(s.FQDN) > 0
	}
	sign := ""
	switch {
	case names:
		p.Line("    # Lookups of names: Cilium learns from them which addresses to allow.")
	case l.Deny != nil:
		p.Line("    # Lookups of names, which the default deny cuts too:")
		sign = "# "
	default:
		return
	}
	for _, line := range [...]string{
		`- toEndpoints:`,
		`    - matchLabels:`,
		`        io.kubernetes.pod.namespace: "kube-system"`,
		`        k8s-app: "kube-dns"`,
		`  toPorts:`,
		`    - ports:`,
		`        - {port: "53", protocol: ANY}`,
		`      rules:`,
		`        dns:`,
		`          - matchPattern: "*"`,
	} {
		p.Line("    ", sign, line)
	}
}

func ciliumRule(p *policy.Printer, e *policy.Entry, end string, defined []*policy.Set) []*policy.Set {
	comment(p, "    ", e.Note)
	indent := "    - "
	switch side := peer(e); {
	case side.Any && e.Family == policy.Both: // a rule without peers is for all
	case side.Any:
		p.Text(indent, end, "CIDR: [")
		prefix(p, world(e.Family))
		p.Line("]")
		indent = "      "
	case len(side.Sets[0].FQDN) > 0:
		s := side.Sets[0]
		if contains(defined, s) {
			p.Line(indent, end, "FQDNs: *", s.Variable)
		} else {
			defined = append(defined, s)
			describe(p, s, "    ")
			p.Line(indent, end, "FQDNs: &", s.Variable)
			for _, name := range s.FQDN {
				if rest, ok := strings.CutPrefix(name, "*."); ok {
					p.Line(`          - matchPattern: "**.`, rest, `"`)
				} else {
					p.Line(`          - matchName: "`, name, `"`)
				}
			}
		}
		indent = "      "
	default:
		p.Line(indent, end, `CIDRSet: [{cidrGroupRef: "`, side.Sets[0].Name, `"}]`)
		indent = "      "
	}
	ciliumWhat(p, e, indent)
	p.Entry(e)
	return defined
}

// ciliumWhat writes ports or types; of an entry for every transport, neither.
func ciliumWhat(p *policy.Printer, e *policy.Entry, indent string) {
	switch e.Transport {
	case netspec.Any:
		if indent == "    - " {
			p.Line(indent, "{}")
		}
		return
	case netspec.ICMP, netspec.ICMPv6:
		family := "IPv4"
		if e.Transport == netspec.ICMPv6 {
			family = "IPv6"
		}
		p.Line(indent, "icmps:")
		if e.ICMPType >= 0 {
			ciliumTypes(p, family, []uint8{uint8(e.ICMPType)})
			return
		}
		var all [256]uint8
		for i := range all {
			all[i] = uint8(i)
		}
		for part := all[:]; len(part) > 0; part = part[min(40, len(part)):] {
			ciliumTypes(p, family, part[:min(40, len(part))])
		}
		return
	}
	p.Line(indent, "toPorts:")
	p.Line("        - ports:")
	name := transport(e.Transport)
	if len(e.Ports) == 0 {
		p.Line(`            - {port: "0", protocol: `, name, "}")
	}
	for _, r := range e.Ports {
		p.Text(`            - {port: "`)
		number(p, r.First)
		p.Text(`", `)
		if !r.Single() {
			p.Text("endPort: ")
			number(p, r.Last)
			p.Text(", ")
		}
		p.Line("protocol: ", name, "}")
	}
}

// ciliumTypes writes at most 40 message types of a family.
func ciliumTypes(p *policy.Printer, family string, types []uint8) {
	p.Text("        - fields: [")
	for i, t := range types {
		if i > 0 {
			p.Text(", ")
		}
		p.Text("{family: ", family, ", type: ")
		number(p, t)
		p.Text("}")
	}
	p.Line("]")
}
