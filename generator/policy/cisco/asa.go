package cisco

import (
	"strconv"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// asa writes one extended access list for both families.
type asa struct{}

var asaInfo = policy.Info{
	ID: "cisco-asa", Title: "Cisco ASA", Vendor: "Cisco", Group: policy.Perimeters,
	Language: "asa", Ext: "cfg", Comment: "!",
	Perimeters: true,
	Families:   policy.Mixed, Ends: policy.OneSet,
	Destination: policy.AfterTranslation,
	Transports:  []netspec.Transport{netspec.SCTP}, AnyProtocol: true,
	MaxPorts: 1, RangeSlots: 1,
	Translates: true,
	Name:       policy.Name{Max: longest},
	Note:       policy.Note{Max: 100},
	Load: []policy.Step{
		{Text: "once, with ASA 9.3(2) or later: a list that is bound can then be made again", Command: "forward-reference enable"},
		{Command: "copy /noconfirm disk0:/{file} running-config"},
		{Text: "on each interface that these connections come in by; it takes the place of the list that is bound there", Command: "access-group {id} in interface outside"},
	},
	Check: []policy.Step{
		{Text: "afterwards, what it does with one connection; the ASA has no trial run", Command: "packet-tracer input outside tcp 203.0.113.1 40000 192.0.2.10 443"},
	},
	Remove: []policy.Step{
		{Text: "after access-group has bound another list", Command: "clear configure access-list {id}"},
		{Text: `then the lines of this file that begin with "no".`},
	},
	Undo: []policy.Step{
		{Text: "before binding, without saving: restarts with the saved configuration in ten minutes", Command: "reload in 10 noconfirm"},
		{Text: "once you still get in: keeps it", Command: "reload cancel"},
	},
	Facts: []string{
		"The file binds the list to no interface: access-group shows how, and replaces the list that is bound.",
		"Without a default deny the list is a part: put its lines into the list that is bound. Bound by itself, it denies everything else, as every list does at its end.",
		"The list says nothing of connections to the ASA itself; its management is set elsewhere.",
		"Loading makes the list anew: what is not in the file any more is gone, but for object groups of roles that the file has no more. Without forward-reference enable a bound list has to be bound again.",
		"Answers of connections pass by themselves, those of UDP while the connection is held, those of ICMP with \"inspect icmp\" in the global policy.",
		"Rules name real addresses, as the ASA wants since version 8.3, and mixed groups, as it takes since 9.0.",
		"An inspection, of FTP for one, may open more ports than the list.",
	},
	Proof: []string{policy.OwnReader},
	Documents: []policy.Document{
		{Title: "ASA firewall CLI configuration guide: Access Control Lists", URL: "https://www.cisco.com/c/en/us/td/docs/security/asa/asa922/configuration/firewall/asa-922-firewall-config/access-acls.html"},
		{Title: "ASA firewall CLI configuration guide: Objects for Access Control", URL: "https://www.cisco.com/c/en/us/td/docs/security/asa/asa922/configuration/firewall/asa-922-firewall-config/access-objects.html"},
		{Title: "ASA firewall CLI configuration guide: Access Rules", URL: "https://www.cisco.com/c/en/us/td/docs/security/asa/asa922/configuration/firewall/asa-922-firewall-config/access-rules.html"},
	},
}

func (asa) Info() *policy.Info { return &asaInfo }

// asaNames are the protocols' names there; other protocols have numbers.
var asaNames = map[netspec.Transport]string{
	netspec.Any: "ip", netspec.TCP: "tcp", netspec.UDP: "udp", netspec.SCTP: "sctp", netspec.ICMP: "icmp", netspec.ICMPv6: "icmp6",
	netspec.ESP: "esp", netspec.GRE: "gre",
}

func (asa) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("!", l.Head)
	p.Line("!")
	p.Line("! What an earlier file of this name left goes first, the list before its groups. At the first load\n! nothing is there, and the ASA says so.")
	p.Line("clear configure access-list ", l.ID)
	for _, s := range l.Sets {
		p.Line("no object-group network ", s.Name)
	}
	for i := range l.Translations {
		p.Line("no object network ", translation(l, i))
	}
	for _, s := range l.Sets {
		p.Line("!")
		if s.Hint != "" {
			p.Line("! ", s.Hint)
		}
		p.Line("object-group network ", s.Name)
		if s.Title != "" {
			p.Line(" description ", s.Title)
		}
		for _, x := range s.Prefixes() {
			p.Text(" network-object ")
			masked(p, x)
			p.Line()
		}
	}
	if len(l.Translations) > 0 {
		p.Line("!")
		p.Line("! Put the names of your interfaces in the place of inside and outside.")
	}
	for i, t := range l.Translations {
		p.Line("! ", t.Name)
		p.Line("object network ", translation(l, i))
		var b [48]byte
		p.Text(" host ")
		p.Write(t.Real.AppendTo(b[:0]))
		p.Text("\n nat (inside,outside) static ")
		p.Write(t.Public.AppendTo(b[:0]))
		p.Line()
	}
	p.Line("!")
	note := ""
	for _, e := range l.Entries {
		if e.Note != note {
			p.Line("access-list ", l.ID, " remark ", e.Note)
			note = e.Note
		}
		p.Text("access-list ", l.ID, " extended ", actions[e.Action])
		protocol(p, e.Transport, asaNames)
		match(p, e, " object-group ")
		logged(p, e.Log)
		p.Entry(e)
	}
	if l.Deny != nil {
		asaDeny(p, l)
	}
	return nil
}

// translation is the name of an object; no role's has such a "_".
func translation(l *policy.Lowered, i int) string { return l.ID + "_" + strconv.Itoa(i+1) }

func asaDeny(p *policy.Printer, l *policy.Lowered) {
	p.Line("access-list ", l.ID, " remark what IP needs, and everything else")
	for _, t := range policy.KeptICMP(false, l.At.Kind) {
		p.Text("access-list ", l.ID, " extended permit icmp any4 any4 ")
		number(p, int(t))
		p.Line()
	}
	for _, t := range policy.KeptICMP(true, l.At.Kind) {
		p.Text("access-list ", l.ID, " extended permit icmp6 any6 any6 ")
		number(p, int(t))
		p.Line()
	}
	p.Text("access-list ", l.ID, " extended deny ip any any")
	logged(p, l.Deny.Log)
}

// logged ends an entry.
func logged(p *policy.Printer, log bool) {
	if log {
		p.Text(" log")
	}
	p.Line()
}
