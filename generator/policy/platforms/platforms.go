// Package platforms is the one list of the firewall platforms that data may
// name: the ids of the public contract, in its order.
package platforms

import "slices"

var ids = []string{
	"nftables", "iptables", "ip6tables", "ufw", "firewalld", "windows-powershell", "windows-netsh", "pf", "cisco-asa", "cisco-ios", "cisco-nxos",
	"juniper-srx", "palo-alto", "fortigate", "check-point", "mikrotik", "vyos", "aws-terraform", "aws-cloudformation", "aws-cli", "azure-terraform",
	"azure-bicep", "azure-cli", "gcp-terraform", "gcp-gcloud", "kubernetes", "calico", "cilium", "ansible", "change-request",
}

// IDs lists the platforms.
func IDs() []string { return slices.Clone(ids) }
