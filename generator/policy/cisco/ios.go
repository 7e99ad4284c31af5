package cisco

import "portolan/generator/policy"

// translated is what IOS and NX-OS cannot tell of themselves.
const translated = "Where the device translates addresses itself, an answer does not always show the address that its rule names: look at each reply rule before binding the list."

var ios = router{
	info: policy.Info{
		ID: "cisco-ios", Title: "Cisco IOS XE", Vendor: "Cisco", Group: policy.Perimeters,
		Language: "ios", Ext: "cfg", Comment: "!",
		Perimeters: true,
		Families:   policy.Split, Ends: policy.OneSet,
		Destination: policy.BeforeTranslation,
		AnyProtocol: true,
		MaxPorts:    1, RangeSlots: 1,
		Stateless: true,
		Name:      policy.Name{Max: longest},
		Note:      policy.Note{Max: 100},
		Load: []policy.Step{
			{Text: "read it from a file: what is pasted may lock you out between two lines", Command: "copy flash:{file} running-config"},
			{Text: "IPv4, on each interface that these connections and their answers come in by", Command: "ip access-group {id} in"},
			{Text: "IPv6, on the same", Command: "ipv6 traffic-filter {id}-v6 in"},
		},
		Check: []policy.Step{
			{Text: "afterwards, with a count of packets; IOS has no trial run", Command: "show access-lists {id}"},
		},
		Remove: []policy.Step{
			{Text: "after taking the lists off the interfaces", Command: "no ip access-list extended {id}"},
			{Command: "no ipv6 access-list {id}-v6"},
			{Text: `then the lines of this file that begin with "no object-group".`},
		},
		Undo: []policy.Step{
			{Text: "before binding, where an archive is configured: takes back in ten minutes what follows", Command: "configure terminal revert timer 10"},
			{Text: "once you still get in: keeps it", Command: "configure confirm"},
		},
		Facts: []string{
			"The file binds the lists to no interface: ip access-group and ipv6 traffic-filter show how, and replace the lists that are bound.",
			"Without a default deny the lists are a part: put their lines into the lists that are bound. Bound by themselves, they deny everything else, as every list does at its end.",
			"A list knows no connections. Answers have rules of their own: TCP's let through what does not begin a connection, UDP's every packet from the port.",
			"With a default deny, what the router itself needs, routing protocols, DHCP, DNS or its management, is denied as well unless you add it.",
			"While the file loads, a list that is bound lets everything through until its first line is back, and then what is there already.",
			"The lists see addresses as they come in: of a translated machine its public address.",
			translated,
			"Object groups of IPv6 need IOS XE 16.11 or later. A list with groups works on routed interfaces and holds at most 2048 lines.",
		},
		Proof: []string{policy.OwnReader},
		Documents: []policy.Document{
			{Title: "IOS XE 17: Object Groups for ACLs", URL: "https://www.cisco.com/c/en/us/td/docs/routers/ios/config/17-x/sec-vpn/b-security-vpn/m_sec_zbf_ogacl-xe.html"},
			{Title: "IOS XE 17: IPv6 Object Groups for ACLs", URL: "https://www.cisco.com/c/en/us/td/docs/routers/ios/config/17-x/sec-vpn/b-security-vpn/m_sec-object-group-acl_new.html"},
			{Title: "IOS XE 17: Configuration Rollback Confirmed Change", URL: "https://www.cisco.com/c/en/us/td/docs/routers/ios/config/17-x/syst-mgmt/b-system-management/m_cm-config-rollback-confirmed-change.html"},
		},
	},
	lists:   [3]string{policy.IPv4: "ip access-list extended ", policy.IPv6: "ipv6 access-list "},
	groups:  [3]string{policy.IPv4: "object-group network ", policy.IPv6: "object-group v6-network "},
	group:   " object-group ",
	address: masked,
}
