package cisco

import "portolan/generator/policy"

var nxos = router{
	info: policy.Info{
		ID: "cisco-nxos", Title: "Cisco NX-OS", Vendor: "Cisco", Group: policy.Perimeters,
		Language: "nxos", Ext: "cfg", Comment: "!",
		Perimeters: true,
		Families:   policy.Split, Ends: policy.OneSet,
		Destination: policy.BeforeTranslation,
		AnyProtocol: true,
		MaxPorts:    1, RangeSlots: 1,
		Stateless: true,
		Name:      policy.Name{Max: longest},
		Note:      policy.Note{Max: 100},
		Load: []policy.Step{
			{Command: "copy bootflash:{file} running-config"},
			{Text: "IPv4, on each interface that these connections and their answers come in by", Command: "ip access-group {id} in"},
			{Text: "IPv6, on the same", Command: "ipv6 traffic-filter {id}-v6 in"},
		},
		Check: []policy.Step{
			{Text: "before loading, a way back", Command: "checkpoint {id}"},
			{Text: "afterwards, what the lists hold; NX-OS has no trial run", Command: "show access-lists {id} expanded"},
		},
		Remove: []policy.Step{
			{Text: "after taking the lists off the interfaces", Command: "no ip access-list {id}"},
			{Command: "no ipv6 access-list {id}-v6"},
			{Text: `then the lines of this file that begin with "no object-group".`},
		},
		Undo: []policy.Step{
			{Text: "bind the lists in such a session, in a console session", Command: "configure dual-stage"},
			{Text: "takes back in five minutes what the session did", Command: "commit confirmed 300"},
			{Text: "once you still get in: keeps it", Command: "commit"},
		},
		Facts: []string{
			"The file binds the lists to no interface: ip access-group and ipv6 traffic-filter show how, and replace the lists that are bound.",
			"Without a default deny the lists are a part: put their lines into the lists that are bound. Bound by themselves, they deny everything else, as every list does at its end.",
			"A list knows no connections. Answers have rules of their own: TCP's let through what does not begin a connection, UDP's every packet from the port.",
			"With a default deny, what the switch itself needs, routing protocols, DHCP, DNS or its management, is denied as well unless you add it.",
			"While the file loads, a list that is bound lets everything through until its first line is back, and then what is there already.",
			"Groups are expanded in the switch's memory: many addresses on both sides of a rule take much of it.",
			translated,
		},
		Proof: []string{policy.OwnReader},
		Documents: []policy.Document{
			{Title: "Nexus 9000 security configuration guide: Configuring IP ACLs", URL: "https://www.cisco.com/c/en/us/td/docs/switches/datacenter/nexus9000/sw/6-x/security/configuration/guide/b_Cisco_Nexus_9000_Series_NX-OS_Security_Configuration_Guide/b_Cisco_Nexus_9000_Series_NX-OS_Security_Configuration_Guide_chapter_01010.html"},
			{Title: "Nexus 9000 system management guide: Two-stage Configuration Commit", URL: "https://www.cisco.com/c/en/us/td/docs/switches/datacenter/nexus9000/sw/105x/config-guides/cisco-nexus-9000-series-nx-os-system-management-configuration-guide-release-105x/m-two-stage-configuration-commit.html"},
		},
	},
	lists:   [3]string{policy.IPv4: "ip access-list ", policy.IPv6: "ipv6 access-list "},
	groups:  [3]string{policy.IPv4: "object-group ip address ", policy.IPv6: "object-group ipv6 address "},
	group:   " addrgroup ",
	address: slashed,
}
