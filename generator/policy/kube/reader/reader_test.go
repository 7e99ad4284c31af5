package reader_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/kube/reader"
	"portolan/generator/policy/policytest"
)

const kubernetesText = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: &admins
        - ipBlock: {cidr: 192.0.2.0/24}
        - ipBlock: {cidr: "2001:db8::/32"}
      ports:
        - {protocol: TCP, port: 28000, endPort: 30000}
    - ports: [{port: 443}]
  egress:
    - to: *admins
      ports: [{protocol: UDP}]
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
      ports: [{protocol: UDP, port: 53}]
`

const calicoText = `apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: ours}
spec: {order: 100, defaultAction: Pass}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: ours-admins, labels: {role: admins}}
spec: {nets: [192.0.2.0/24, "2001:db8::/32"]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: ours-mail, labels: {role: mail}}
spec: {nets: [198.51.100.1/32]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: ours.rules}
spec:
  tier: ours
  order: 10
  selector: app == 'web'
  types: [Ingress, Egress]
  ingress:
    - {action: Allow, protocol: TCP, source: {selector: "role in { 'admins', 'mail' }", namespaceSelector: global()}, destination: {ports: [22, "28000:30000"]}}
    - {action: Log, protocol: TCP}
    - {action: Deny, protocol: TCP, destination: {ports: [445]}}
    - {action: Allow, protocol: ICMP, icmp: {type: 8}}
    - {action: Allow, protocol: 50}
  egress:
    - {action: Allow, protocol: TCP, source: {ports: [20]}, destination: {nets: [203.0.113.0/24]}}
    - {action: Allow, protocol: UDP, destination: {selector: k8s-app == 'kube-dns', namespaceSelector: projectcalico.org/name == 'kube-system', ports: [53]}}
    - action: Deny
`

const ciliumText = `apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: admins}
spec: {externalCIDRs: [192.0.2.0/24, "2001:db8::/32"]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web}
spec:
  endpointSelector: {matchLabels: {app: web}}
  enableDefaultDeny: {ingress: true, egress: true}
  ingress:
    - fromCIDRSet: [{cidrGroupRef: admins}]
      toPorts: [{ports: [{port: "28000", endPort: 30000, protocol: TCP}, {port: "53", protocol: ANY}]}]
    - icmps: [{fields: [{type: 8}, {family: IPv6, type: 128}]}]
  ingressDeny:
    - fromCIDRSet: [{cidr: 192.0.2.66/32}]
  egress:
    - toEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}]
      toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [{matchPattern: "*"}]}}]
    - toFQDNs: [{matchName: updates.example.com}, {matchPattern: "**.example.net"}]
      toPorts: [{ports: [{port: "0", protocol: TCP}]}]
`

var texts = map[string]string{"kubernetes": kubernetesText, "calico": calicoText, "cilium": ciliumText}

var faults = []struct{ platform, old, new, want string }{
	{"kubernetes", "port: 28000", "port: 0", "line 13: 0 is not in 1 to 65535"},
	{"kubernetes", "endPort: 30000", "endPort: 65536", "65536 is not in"},
	{"kubernetes", "endPort: 30000", "endPort: 27999", "27999 is not in 28000 to 65535"},
	{"kubernetes", "port: 28000, endPort", "endPort", "endPort needs a port"},
	{"kubernetes", "endPort: 30000", "endport: 30000", `unknown field "endport"`},
	{"kubernetes", "port: 443", `port: "443"`, "a number is wanted"},
	{"kubernetes", "protocol: TCP", "protocol: tcp", `"tcp" is none of TCP`},
	{"kubernetes", "protocol: TCP", "protocol: ICMP", `"ICMP" is none of`},
	{"kubernetes", "192.0.2.0/24", "192.0.2.1/24", "no CIDR block"},
	{"kubernetes", "192.0.2.0/24", "192.0.2.0", "no CIDR block"},
	{"kubernetes", "2001:db8::/32", "::ffff:192.0.2.0/120", "no CIDR block"},
	{"kubernetes", "name: web", "name: Web", "not a valid name"},
	{"kubernetes", "name: web", "name: web-", "not a valid name"},
	{"kubernetes", "name: web", "name: yes", "a text is wanted"},
	{"kubernetes", "name: web", "name: 12", "a text is wanted"},
	{"kubernetes", "app: web", "app: on", "a text is wanted"},
	{"kubernetes", "app: web", "app: " + strings.Repeat("x", 64), "not a valid name"},
	{"kubernetes", "*admins", "*nobody", "unknown anchor 'nobody'"},
	{"kubernetes", "policyTypes: [Ingress, Egress]", "policyTypes: [ingress]", "none of Ingress"},
	{"kubernetes", "  podSelector: {matchLabels: {app: web}}\n", "", "podSelector is missing"},
	{"kubernetes", "from: &admins", "froms: &admins", `unknown field "froms"`},
	{"kubernetes", "    - ports: [{port: 443}]", "    - ports: [{port: 443}]\n      ports: []", `field "ports" stands twice`},
	{"kubernetes", "- ipBlock: {cidr: 192.0.2.0/24}", "- {ipBlock: {cidr: 192.0.2.0/24}, podSelector: {}}", "ipBlock stands alone"},
	{"kubernetes", "- ipBlock: {cidr: 192.0.2.0/24}", "- {}", "a peer must say whom"},
	{"kubernetes", "networking.k8s.io/v1", "networking.k8s.io/v1beta1", "no kind"},
	{"kubernetes", "  ingress:", "\tingress:", "line 8"},
	{"kubernetes", `"2001:db8::/32"`, `"2001:db8::/32`, "line"},
	{"kubernetes", kubernetesText, kubernetesText + "---\n" + kubernetesText, "stands twice"},

	{"calico", `"28000:30000"`, `"30000:28000"`, "line 25: ports"},
	{"calico", `"28000:30000"`, `"28000-30000"`, "no port or range"},
	{"calico", `[22, `, `[0, `, "0 is not in 1 to 65535"},
	{"calico", "ports: [445]", "ports: [65536]", "65536 is not in"},
	{"calico", "{action: Deny, protocol: TCP, ", "{action: Deny, ", "need a protocol with ports"},
	{"calico", "action: Log", "action: log", "none of Allow"},
	{"calico", "protocol: 50", "protocol: 256", "256 is not in"},
	{"calico", "protocol: 50", "protocol: ESP", "none of TCP"},
	{"calico", "protocol: ICMP,", "protocol: TCP,", "icmp needs protocol"},
	{"calico", "protocol: ICMP,", "protocol: ICMP, ipVersion: 6,", "not of this ipVersion"},
	{"calico", "{type: 8}", "{type: 255}", "255 is not in"},
	{"calico", "203.0.113.0/24", "203.0.113.9/24", "no CIDR block"},
	{"calico", "[203.0.113.0/24]", `[203.0.113.0/24, "2001:db8::/32"]`, "IPv4 and IPv6 nets"},
	{"calico", "tier: ours\n", "tier: theirs\n", `no tier "theirs"`},
	{"calico", "name: ours.rules", "name: rules", "not named after its tier"},
	{"calico", "name: ours.rules", "name: ours.Rules", "not a valid name"},
	{"calico", "'mail' }", "'post' }", `no GlobalNetworkSet has role "post"`},
	{"calico", "role in {", "role is {", "not understood"},
	{"calico", "[Ingress, Egress]", "[Ingress, Ingress]", "stands twice"},
	{"calico", "name: ours-mail", "name: ours-admins", "stands twice"},
	{"calico", "defaultAction: Pass", "defaultAction: Allow", "none of Deny, Pass"},
	{"calico", "name: ours}", "name: default}", "no name for a tier"},
	{"calico", "ports: [445]", "ports: [" + strings.Repeat("1, ", 50) + "2]", "more than 50 ports"},

	{"cilium", `port: "28000"`, "port: 28000", "a text is wanted"},
	{"cilium", `port: "28000"`, `port: "65536"`, "port"},
	{"cilium", "endPort: 30000", "endPort: 27999", "is not in 28000"},
	{"cilium", `port: "0", protocol: TCP`, `port: "0", endPort: 9, protocol: TCP`, "endPort needs a port"},
	{"cilium", "protocol: ANY", "protocol: ICMP", "none of TCP"},
	{"cilium", "cidrGroupRef: admins", "cidrGroupRef: nobody", "no CiliumCIDRGroup"},
	{"cilium", "{cidrGroupRef: admins}", "{cidrGroupRef: admins, cidr: 192.0.2.0/24}", "not both"},
	{"cilium", "192.0.2.66/32", "192.0.2.66/24", "no CIDR block"},
	{"cilium", "{type: 8}", "{type: 256}", "256 is not in"},
	{"cilium", "family: IPv6", "family: ipv6", "none of IPv4"},
	{"cilium", "- icmps:", `- toPorts: [{ports: [{port: "1"}]}]` + "\n      icmps:", "icmps and toPorts"},
	{"cilium", "    - fromCIDRSet: [{cidr: ", `    - toFQDNs: [{matchName: a.b}]` + "\n      fromCIDRSet: [{cidr: ", `unknown field "toFQDNs"`},
	{"cilium", "updates.example.com", "updates/example.com", "not a valid name"},
	{"cilium", "matchName: updates.example.com", `matchName: "*.example.com"`, "not a valid name"},
	{"cilium", ", rules: {dns: [{matchPattern: \"*\"}]}", "", "without a rule that shows"},
	{"cilium", "ingress: true, egress: true", "ingress: true, egress: false", "one direction alone"},
	{"cilium", "ingress: true", "ingress: yes", "true or false"},
	{"cilium", "endpointSelector", "podSelector", `unknown field "podSelector"`},
	{"cilium", "cilium.io/v2\nkind: CiliumNetworkPolicy", "cilium.io/v1\nkind: CiliumNetworkPolicy", "no kind"},
}

// TestRefuses: each case changes one thing of a text that is fine.
func TestRefuses(t *testing.T) {
	for _, c := range faults {
		text := texts[c.platform]
		if !strings.Contains(text, c.old) {
			t.Fatalf("%s: no %q to change", c.platform, c.old)
		}
		_, err := reader.Readers()[c.platform](strings.Replace(text, c.old, c.new, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "line ") {
			t.Errorf("%s: %q for %q: error %v, want %q", c.platform, c.new, c.old, err, c.want)
		}
	}
}

// TestMeaning holds what the texts do to packets.
func TestMeaning(t *testing.T) {
	packet := func(d policy.Direction, tr netspec.Transport, from, to string, fromPort, toPort uint16) policytest.Packet {
		return policytest.Packet{Direction: d, Transport: tr, From: netip.MustParseAddr(from), To: netip.MustParseAddr(to), FromPort: fromPort, ToPort: toPort}
	}
	typed := func(d policy.Direction, tr netspec.Transport, from, to string, n uint8) policytest.Packet {
		p := packet(d, tr, from, to, 0, 0)
		p.Type = n
		return p
	}
	updates := policytest.NameAddrs("updates.example.com")[0].Addr().String()
	const in, out = policy.In, policy.Out
	for _, c := range []struct {
		platform string
		packet   policytest.Packet
		want     policytest.Verdict
	}{
		{"kubernetes", packet(in, netspec.TCP, "192.0.2.9", "10.0.0.1", 40000, 29000), policytest.Allowed},
		{"kubernetes", packet(in, netspec.TCP, "2001:db8::9", "fd00::1", 40000, 30000), policytest.Allowed},
		{"kubernetes", packet(in, netspec.TCP, "192.0.2.9", "10.0.0.1", 40000, 30001), policytest.Denied},
		{"kubernetes", packet(in, netspec.TCP, "198.51.100.9", "10.0.0.1", 40000, 443), policytest.Allowed},
		{"kubernetes", packet(in, netspec.UDP, "198.51.100.9", "10.0.0.1", 40000, 443), policytest.Denied},
		{"kubernetes", packet(out, netspec.UDP, "10.0.0.1", "192.0.2.9", 40000, 7), policytest.Allowed},
		{"kubernetes", packet(out, netspec.UDP, "10.0.0.1", "8.8.8.8", 40000, 53), policytest.Denied},
		{"calico", packet(in, netspec.TCP, "192.0.2.9", "10.0.0.1", 40000, 29000), policytest.Allowed},
		{"calico", packet(in, netspec.TCP, "198.51.100.1", "10.0.0.1", 40000, 22), policytest.Allowed},
		{"calico", packet(in, netspec.TCP, "198.51.100.2", "10.0.0.1", 40000, 22), policytest.None},
		{"calico", packet(in, netspec.TCP, "198.51.100.2", "10.0.0.1", 40000, 445), policytest.Denied},
		{"calico", typed(in, netspec.ICMP, "198.51.100.2", "10.0.0.1", 8), policytest.Allowed},
		{"calico", typed(in, netspec.ICMP, "198.51.100.2", "10.0.0.1", 9), policytest.None},
		{"calico", typed(in, netspec.ICMPv6, "2001:db8::1", "fd00::1", 8), policytest.None},
		{"calico", packet(in, netspec.ESP, "198.51.100.2", "10.0.0.1", 0, 0), policytest.Allowed},
		{"calico", packet(out, netspec.TCP, "10.0.0.1", "203.0.113.7", 20, 5000), policytest.Allowed},
		{"calico", packet(out, netspec.TCP, "10.0.0.1", "203.0.113.7", 21, 5000), policytest.Denied},
		{"cilium", packet(in, netspec.TCP, "192.0.2.9", "10.0.0.1", 40000, 29000), policytest.Allowed},
		{"cilium", packet(in, netspec.TCP, "192.0.2.66", "10.0.0.1", 40000, 29000), policytest.Denied},
		{"cilium", packet(in, netspec.UDP, "192.0.2.9", "10.0.0.1", 40000, 53), policytest.Allowed},
		{"cilium", typed(in, netspec.ICMP, "198.51.100.1", "10.0.0.1", 8), policytest.Allowed},
		{"cilium", typed(in, netspec.ICMPv6, "2001:db9::1", "fd00::1", 128), policytest.Allowed},
		{"cilium", typed(in, netspec.ICMPv6, "2001:db9::1", "fd00::1", 8), policytest.Denied},
		{"cilium", packet(out, netspec.TCP, "10.0.0.1", updates, 40000, 8443), policytest.Allowed},
		{"cilium", packet(out, netspec.UDP, "10.0.0.1", updates, 40000, 8443), policytest.Denied},
	} {
		set, err := reader.Readers()[c.platform](texts[c.platform])
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Decide(c.packet); got != c.want {
			t.Errorf("%s: %s: %s, want %s", c.platform, c.packet, got, c.want)
		}
	}
}

// TestIsolation: which directions a NetworkPolicy closes.
func TestIsolation(t *testing.T) {
	const head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec:\n  podSelector: {}\n"
	in := policytest.Packet{Direction: policy.In, Transport: netspec.TCP, From: netip.MustParseAddr("192.0.2.1"), To: netip.MustParseAddr("192.0.2.2"), ToPort: 80}
	out := in
	out.Direction = policy.Out
	for spec, want := range map[string][2]policytest.Verdict{
		"":                          {policytest.Denied, policytest.None},
		"  policyTypes: []\n":       {policytest.Denied, policytest.None},
		"  policyTypes: [Egress]\n": {policytest.None, policytest.Denied},
		"  egress: []\n":            {policytest.Denied, policytest.Denied},
		"  ingress: [{}]\n":         {policytest.Allowed, policytest.None},
		"  policyTypes: [Egress]\n  ingress: [{}]\n": {policytest.None, policytest.Denied},
	} {
		set, err := reader.Kubernetes(head + spec)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]policytest.Verdict{set.Decide(in), set.Decide(out)}; got != want {
			t.Errorf("%q: %v, want %v", spec, got, want)
		}
	}
}
