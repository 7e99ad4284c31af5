package netfilter

import (
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

var docker = kind{
	info: policy.Info{
		ID: "docker-user", Title: "Docker (DOCKER-USER)", Vendor: "Docker", Group: policy.Containers,
		Language: "sh", Ext: "sh", Comment: "#",
		Perimeters: true,
		Families:   policy.Split, Ends: policy.Sets,
		Transports: []netspec.Transport{netspec.SCTP}, AnyProtocol: true,
		// The port before translation is matched alone, without a list.
		MaxPorts: 1, RangeSlots: 1,
		Name:   policy.Name{Max: 26},
		Load:   []policy.Step{{Text: "can be repeated; Docker has to run, and keeps the rules when it starts again", Command: "sh {file}"}},
		Check:  []policy.Step{{Command: "sh {file} check"}},
		Remove: []policy.Step{{Command: "sh {file} remove"}},
		Undo: []policy.Step{
			{Text: "the rules go away five minutes after loading, unless you run this", Command: "sh {file} confirm"},
			{Text: "loads without a way back", Command: "sh {file} load confirm"},
		},
		Facts: []string{
			"Docker passes packets to containers by rules of its own, which the rules of the machine do not see; DOCKER-USER is the chain that it asks first and leaves to you.",
			"The chain can only forbid: what is allowed here goes on to Docker's rules, which open the ports that are published.",
			"Docker has translated addresses before: put the addresses of the containers (docker network inspect) where this product's own stand.",
			"Ports are those that are published, as connections name them (--ctorigdstport).",
			"With a default deny, whatever else this machine forwards is denied too: other containers, virtual machines.",
			"Where Docker does not look after IPv6, take ip6tables out of TOOLS. Networks of the kinds host, macvlan and ipvlan do not pass this chain, nor does Docker with nftables have it.",
		},
		Proof: []string{"a real load beside a chain DOCKER-USER, twice, then removed", policy.OwnReader, policy.Packets},
		Documents: []policy.Document{
			{Title: "Docker: Packet filtering and firewalls", URL: "https://docs.docker.com/engine/network/packet-filtering-firewalls/"},
			{Title: "Docker with iptables", URL: "https://docs.docker.com/engine/network/firewall-iptables/"},
			{Title: "iptables-extensions(8)", URL: "https://man7.org/linux/man-pages/man8/iptables-extensions.8.html"},
		},
	},
	tools:    []tool{{"iptables", policy.IPv4}, {"ip6tables", policy.IPv6}},
	hook:     "DOCKER-USER",
	accept:   "RETURN",
	pass:     "RETURN",
	original: true,
	remarks: []string{
		"Docker has translated addresses before these rules see them: where roles of the product itself",
		"stand below, put the addresses of its containers (docker network inspect).",
	},
}
