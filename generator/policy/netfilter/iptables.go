package netfilter

import (
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

var iptables = kind{
	info:   tables("iptables", "iptables", policy.OnlyIPv4, "ip6tables"),
	tools:  []tool{{"iptables", policy.IPv4}},
	accept: "ACCEPT", pass: "RETURN",
}

var ip6tables = kind{
	info:   tables("ip6tables", "ip6tables", policy.OnlyIPv6, "iptables"),
	tools:  []tool{{"ip6tables", policy.IPv6}},
	accept: "ACCEPT", pass: "RETURN",
}

// tables is what the two programs share.
func tables(id, title string, f policy.Families, other string) policy.Info {
	return policy.Info{
		ID: id, Title: title, Vendor: "Netfilter", Group: policy.HostFirewalls,
		Language: "sh", Ext: "sh", Comment: "#",
		Hosts: true, Perimeters: true,
		Families: f, Ends: policy.Sets,
		Transports: []netspec.Transport{netspec.SCTP}, AnyProtocol: true,
		Translates: true,
		MaxPorts:   15, RangeSlots: 2,
		// A chain's name holds 28 bytes, a log prefix 29: the policy's name, and two more.
		Name: policy.Name{Max: 26},
		Load: []policy.Step{
			{Text: "can be repeated", Command: "sh {file}"},
			{Text: "For every start, run it once the network is up, or save all rules with netfilter-persistent or iptables-services."},
		},
		Check:  []policy.Step{{Command: "sh {file} check"}},
		Remove: []policy.Step{{Command: "sh {file} remove"}},
		Undo: []policy.Step{
			{Text: "the rules go away five minutes after loading, unless you run this", Command: "sh {file} confirm"},
			{Text: "loads without a way back", Command: "sh {file} load confirm"},
		},
		Facts: []string{
			"The rules are in chains of their own, hung once at the top of INPUT and OUTPUT, or of FORWARD; nothing else is touched.",
			"An accept here decides before your other rules do; packets that nothing here matches go on to them.",
			"Without a default deny, replies are left to your other rules: let established connections pass there.",
			"With a default deny, your other rules of these chains are not asked any more, and outgoing connections of this machine such as DNS and updates are denied unless they are listed.",
			"Translations lead to a machine from its public address, in a chain of their own at the top of PREROUTING; those of outgoing connections are left to your own.",
			"It holds one address family: the file of " + other + " holds the other.",
			"Where ufw, firewalld or Docker look after the rules, use their own files instead.",
		},
		Proof: []string{id + "-restore --test of both variants and a real load, twice, then removed", policy.OwnReader, policy.Packets},
		Documents: []policy.Document{
			{Title: "iptables-restore(8)", URL: "https://man7.org/linux/man-pages/man8/iptables-restore.8.html"},
			{Title: "iptables-extensions(8)", URL: "https://man7.org/linux/man-pages/man8/iptables-extensions.8.html"},
		},
	}
}
