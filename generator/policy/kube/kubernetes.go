package kube

import (
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// kubernetes is the NetworkPolicy that every cluster knows. A role is an
// anchor at its first use: a manifest has no place for one before that.
type kubernetes struct{}

var kubernetesInfo = policy.Info{
	ID: "kubernetes", Title: "Kubernetes NetworkPolicy", Vendor: "CNCF", Group: policy.Containers,
	Language: "yaml", Ext: "yaml", Comment: "#",
	Hosts:      true,
	Ends:       policy.OneSet,
	Transports: []netspec.Transport{netspec.SCTP},
	NoICMP:     true, NoSourcePorts: true,
	Denies: policy.NoDenies, Closes: true,
	Name: policy.Name{Max: 63},
	Load: []policy.Step{
		{Text: "Give the pods the label in podSelector, or write a label of theirs there; write their namespace for NAMESPACE."},
		{Text: "Load it; loading it again changes nothing.", Command: "kubectl apply --namespace NAMESPACE --filename {file}"},
		{Text: "See which pods it selects.", Command: "kubectl get pods --namespace NAMESPACE --selector app={id}"},
	},
	Check:  []policy.Step{{Text: "Let the API server check it without storing it.", Command: "kubectl apply --namespace NAMESPACE --dry-run=server --filename {file}"}},
	Remove: []policy.Step{{Text: "Remove it; the pods are then as open as other policies leave them.", Command: "kubectl delete networkpolicy --namespace NAMESPACE {id}"}},
	Facts: []string{
		"A NetworkPolicy isolates the pods that it selects, for each direction under policyTypes: whatever no policy allows is denied from then on, without any default deny asked for. A direction for which there are no rules stays as it is, unless default deny is asked for.",
		"Until pods carry the label in podSelector the policy selects none and changes nothing.",
		"Where the outgoing direction is isolated, lookups of names are cut as well. The file has the rule that lets the pods ask the cluster's DNS, as a comment.",
		"Policies add up: another policy can open more for the same pods, none can take away what this one opens.",
		"It is only as good as the cluster's network plugin: a cluster whose plugin knows no NetworkPolicy stores it and does nothing.",
		"Traffic between a pod and the node that it runs on is always allowed, and so is a pod's traffic with itself.",
		"ipBlock is meant for addresses outside the cluster. What comes in through a load balancer or a node's port often bears the address of a node instead of the client's; externalTrafficPolicy: Local on the service keeps it.",
		"It knows TCP, UDP and SCTP. What happens to ICMP and other protocols of an isolated pod is the plugin's affair.",
		"It cannot match the initiator's port, write down what it denies, or undo itself. Whether connections that stand already are cut is the plugin's affair too.",
		"endPort needs Kubernetes 1.25 or newer, and a plugin that knows it.",
	},
	Proof: []string{"the Kubernetes API's own types, strictly decoded", policy.OwnReader},
	Documents: []policy.Document{
		{Title: "Kubernetes, Network Policies", URL: "https://kubernetes.io/docs/concepts/services-networking/network-policies/"},
		{Title: "Kubernetes, NetworkPolicy v1", URL: "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/"},
		{Title: "Kubernetes, object names", URL: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"},
	},
}

// Info tells what it can express.
func (kubernetes) Info() *policy.Info { return &kubernetesInfo }

// Render writes the manifest.
func (kubernetes) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	if len(l.Entries) == 0 && l.Deny == nil {
		p.Line("# There is nothing to allow here, so there is no policy: one without rules would isolate the pods.")
		return nil
	}
	p.Line("apiVersion: networking.k8s.io/v1")
	p.Line("kind: NetworkPolicy")
	p.Line("metadata:")
	p.Line(`  name: "`, l.ID, `"`)
	p.Line("spec:")
	subject(p, l, "podSelector")
	p.Line("  policyTypes:")
	for _, s := range sections {
		if l.Deny != nil || has(l, s.direction, policy.Allow) {
			p.Line("    - ", s.typ)
		} else {
			p.Line("    # ", s.typ, " stays as it is: nothing is listed for it.")
		}
	}
	defined := make([]*policy.Set, 0, len(l.Sets))
	for _, s := range sections {
		if has(l, s.direction, policy.Allow) {
			p.Line("  ", s.name, ":")
		}
		for _, e := range l.Entries {
			if e.Direction == s.direction {
				comment(p, "    ", e.Note)
				defined = networkRule(p, e, s.peer, defined)
				p.Entry(e)
			}
		}
	}
	if l.Deny != nil || has(l, policy.Out, policy.Allow) {
		if !has(l, policy.Out, policy.Allow) {
			p.Line("  # egress:")
		}
		p.Line("    # Lookups of names, which the isolation cuts too:")
		p.Line("    # - to:")
		p.Line(`    #     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "kube-system"}}`)
		p.Line(`    #       podSelector: {matchLabels: {k8s-app: "kube-dns"}}`)
		p.Line("    #   ports:")
		p.Line("    #     - {protocol: UDP, port: 53}")
		p.Line("    #     - {protocol: TCP, port: 53}")
	}
	return nil
}

// networkRule writes one item of ingress or egress. A set's addresses stand
// at its first use, with an anchor that later uses name.
func networkRule(p *policy.Printer, e *policy.Entry, end string, defined []*policy.Set) []*policy.Set {
	indent := "    - "
	switch side := peer(e); {
	case side.Any && e.Family == policy.Both: // a rule without peers is for all
	case side.Any:
		p.Text(indent, end, ": [{ipBlock: {cidr: ")
		prefix(p, world(e.Family))
		p.Line("}}]")
		indent = "      "
	default:
		s := side.Sets[0]
		if contains(defined, s) {
			p.Line(indent, end, ": *", s.Variable)
		} else {
			defined = append(defined, s)
			describe(p, s, "    ")
			p.Line(indent, end, ": &", s.Variable)
			prefixes(p, s, "          - ipBlock: {cidr: ", "}")
		}
		indent = "      "
	}
	p.Line(indent, "ports:")
	name := transport(e.Transport)
	if len(e.Ports) == 0 {
		p.Line("        - {protocol: ", name, "}")
	}
	for _, r := range e.Ports {
		p.Text("        - {protocol: ", name, ", port: ")
		number(p, r.First)
		if !r.Single() {
			p.Text(", endPort: ")
			number(p, r.Last)
		}
		p.Line("}")
	}
	return defined
}

func contains(list []*policy.Set, s *policy.Set) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
