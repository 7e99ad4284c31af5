// Package platforms is the one list of the firewall platforms, in the order
// of pickers and of the public contract.
package platforms

import (
	"slices"

	"portolan/generator/policy"
	"portolan/generator/policy/aws"
	"portolan/generator/policy/azure"
	"portolan/generator/policy/checkpoint"
	"portolan/generator/policy/cisco"
	"portolan/generator/policy/form"
	"portolan/generator/policy/fortinet"
	"portolan/generator/policy/gcp"
	"portolan/generator/policy/hetzner"
	"portolan/generator/policy/hostfw"
	"portolan/generator/policy/juniper"
	"portolan/generator/policy/kube"
	"portolan/generator/policy/mikrotik"
	"portolan/generator/policy/netfilter"
	"portolan/generator/policy/oci"
	"portolan/generator/policy/paloalto"
	"portolan/generator/policy/proxy"
	"portolan/generator/policy/vyos"
	"portolan/generator/policy/windows"
)

var all = slices.Concat(
	netfilter.Platforms(),
	hostfw.Platforms(),
	windows.Platforms(),
	cisco.Platforms(),
	juniper.Platforms(),
	paloalto.Platforms(),
	fortinet.Platforms(),
	checkpoint.Platforms(),
	mikrotik.Platforms(),
	vyos.Platforms(),
	aws.Platforms(),
	azure.Platforms(),
	gcp.Platforms(),
	hetzner.Platforms(),
	oci.Platforms(),
	kube.Platforms(),
	proxy.Platforms(),
	form.Platforms(),
)

// All lists the platforms.
func All() []policy.Platform { return slices.Clone(all) }

// IDs lists their ids.
func IDs() []string {
	out := make([]string, len(all))
	for i, p := range all {
		out[i] = p.Info().ID
	}
	return out
}

// Lookup returns the platform of that id, nil if there is none.
func Lookup(id string) policy.Platform {
	i := slices.IndexFunc(all, func(p policy.Platform) bool { return p.Info().ID == id })
	if i < 0 {
		return nil
	}
	return all[i]
}
