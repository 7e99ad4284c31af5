package topologytest

import (
	"portolan/generator/catalog"
	"portolan/generator/topology"
)

// Ferry is a small graph: browsers come through two firewalls to two servers
// of one role, which talk to each other and must not be reached otherwise.
func Ferry() *topology.Graph {
	return &topology.Graph{
		ID: "diagram", Title: "Ferry", Description: "Five connections between three parties in three zones.",
		Zones: []topology.Zone{{ID: "internet", Name: "Internet"}, {ID: "dmz", Name: "DMZ", Addresses: []string{"192.0.2.0/24", "2001:db8::/64"}}, {ID: "internal", Name: "Internal"}},
		Nodes: []topology.Node{
			{ID: "browsers", Many: true, Members: []topology.Member{{Title: "Browsers", Href: "#endpoint.browsers"}}},
			{ID: "server", Zone: 1, Kind: topology.Hosts, Self: true, Members: []topology.Member{{Title: "Node 1", Lines: []string{"192.0.2.10"}, Href: "#node1"}, {Title: "Node 2", Lines: []string{"2001:db8::2"}}}},
			{ID: "directory", Zone: 2, Members: []topology.Member{{Title: "Directory", Lines: []string{"ldap.example.com"}, Href: "#endpoint.directory"}}},
		},
		Firewalls: []topology.Firewall{{ID: "edge", Name: "Edge", Zones: []int{0, 1}, Href: "#edge"}, {ID: "inner", Name: "Inner", Zones: []int{1, 2}, Href: "../inner/index.html"}},
		Edges: []topology.Edge{
			{From: 0, To: 1, Chain: []int{0}, Through: []int{0, 1}, Translated: 0, Flows: []topology.Flow{{Row: 0, Ports: "tcp/443"}, {Row: 1, Ports: "tcp/80", Off: true}}},
			{From: 1, To: 2, Chain: []int{1}, Through: []int{1, 2}, Translated: -1, Flows: []topology.Flow{{Row: 2, Ports: "tcp/636"}}},
			{From: 1, To: 1, Through: []int{1}, Translated: -1, Flows: []topology.Flow{{Row: 3, Ports: "tcp/7000-7010"}}},
			{From: 2, To: 0, Forbidden: true, Chain: []int{1, 0}, Through: []int{2, 1, 0}, Translated: -1, Flows: []topology.Flow{{Row: 4, Ports: "any"}}},
		},
		Rows: []topology.Row{
			{Number: 1, Anchor: "web", Service: "HTTPS", Need: catalog.Required},
			{Number: 2, Anchor: "plain", Service: "HTTP", Need: catalog.Optional, Status: catalog.Discouraged},
			{Number: 3, Anchor: "ldaps", Service: "LDAPS", Need: catalog.Conditional},
			{Number: 4, Anchor: "cluster", Service: "Cluster", Need: catalog.Required},
			{Number: 5, Anchor: "no-way-out", Service: "All traffic", Need: catalog.Forbidden},
		},
	}
}
