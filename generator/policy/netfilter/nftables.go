package netfilter

import (
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// nftables writes a table of our own.
type nftables struct{}

var nftablesInfo = policy.Info{
	ID: "nftables", Title: "nftables", Vendor: "Netfilter", Group: policy.HostFirewalls,
	Language: "nft", Ext: "nft", Comment: "#",
	Hosts: true, Perimeters: true,
	Families: policy.Addressed, Ends: policy.Sets,
	Transports: []netspec.Transport{netspec.SCTP}, AnyProtocol: true,
	Translates: true,
	// The kernel allows 255 bytes; a log prefix, which is the name, 127.
	Name: policy.Name{Max: 100},
	Load: []policy.Step{
		{Text: "replaces the table as a whole, so that it can be repeated", Command: "nft -f {file}"},
		{Text: "For every start, include the file from /etc/nftables.conf."},
	},
	Check:  []policy.Step{{Command: "nft -c -f {file}"}},
	Remove: []policy.Step{{Command: "nft delete table inet {id}"}},
	Undo: []policy.Step{
		{Text: "before loading: takes the rules back in five minutes", Command: "systemd-run --on-active=5min --unit={id} nft delete table inet {id}"},
		{Text: "once you still get in: keeps them", Command: "systemctl stop {id}.timer"},
	},
	Facts: []string{
		"The rules are in a table of their own; nothing else is touched.",
		"A packet must pass every table: an accept here opens nothing that another table drops. Where another table drops, put the define lines and the rules into its chain.",
		"Without a default deny the table only counts what is forbidden; its accepts end this table alone.",
		"Translations lead to a machine from its public address; those of outgoing connections are left to your own.",
		"With a default deny, what other tables accept is dropped as well, outgoing connections of this machine such as DNS and updates included, unless they are listed.",
		"Where ufw, firewalld or Docker look after the rules, use their own files instead.",
	},
	Proof: []string{"nft -c and a real load, twice, then removed", policy.OwnReader, policy.Packets},
	Documents: []policy.Document{
		{Title: "nft(8)", URL: "https://www.netfilter.org/projects/nftables/manpage.html"},
		{Title: "nftables wiki: Configuring chains", URL: "https://wiki.nftables.org/wiki-nftables/index.php/Configuring_chains"},
	},
}

func (nftables) Info() *policy.Info { return &nftablesInfo }

// chains are the base chains, by direction.
var chains = [...]string{policy.In: "input", policy.Out: "output", policy.Forward: "forward"}

func (nftables) Render(p *policy.Printer, l *policy.Lowered) error {
	p.Head("#", l.Head)
	for _, s := range l.Sets {
		p.Line()
		about(p, "", s)
		p.Text("define ")
		variable(p, s)
		p.Text(" = { ")
		for i, x := range s.Prefixes() {
			if i > 0 {
				p.Text(", ")
			}
			prefix(p, x)
		}
		p.Line(" }")
	}
	p.Line()
	nftTable(p, l, "")
	return nil
}

// nftTable writes the table, every line after an indent.
func nftTable(p *policy.Printer, l *policy.Lowered, in string) {
	p.Line(in, "# The table is made, deleted and made again in one step: what was loaded before is replaced.")
	p.Line(in, "table inet ", l.ID)
	p.Line(in, "delete table inet ", l.ID)
	p.Line(in, "table inet ", l.ID, " {")
	for i, d := range directions(l) {
		if i > 0 {
			p.Line()
		}
		nftChain(p, l, d, in)
	}
	nftTranslations(p, l, in)
	p.Line(in, "}")
}

func nftChain(p *policy.Printer, l *policy.Lowered, d policy.Direction, in string) {
	otherwise := "accept"
	if l.Deny != nil {
		otherwise = "drop"
	}
	p.Line(in, "\tchain ", chains[d], " {")
	p.Line(in, "\t\ttype filter hook ", chains[d], " priority filter; policy ", otherwise, ";")
	kept := false
	if l.Deny != nil {
		nftKept(p, l, d, in)
		kept = true
	}
	for _, e := range l.Entries {
		if e.Direction != d {
			continue
		}
		if e.Action == policy.Block && !kept {
			nftKept(p, l, d, in)
			kept = true
		}
		nftEntry(p, l, e, in)
	}
	if l.Deny != nil && l.Deny.Log {
		p.Line(in, "\t\tlimit rate 10/second log prefix \"", l.ID, " \"")
	}
	p.Line(in, "\t}")
}

// nftKept writes what passes whatever is denied.
func nftKept(p *policy.Printer, l *policy.Lowered, d policy.Direction, in string) {
	p.Line(in, "\t\tct state established,related accept")
	switch d {
	case policy.In:
		p.Line(in, "\t\tiifname \"lo\" accept")
	case policy.Out:
		p.Line(in, "\t\toifname \"lo\" accept")
	case policy.Forward: // loopback does not pass through
	}
	if !whole(l, d) {
		return
	}
	for _, v6 := range []bool{false, true} {
		p.Text(in, "\t\ticmp", map[bool]string{true: "v6"}[v6], " type { ")
		for i, t := range policy.KeptICMP(v6, l.At.Kind) {
			if i > 0 {
				p.Text(", ")
			}
			number(p, int(t))
		}
		p.Line(" } accept comment \"what IP needs\"")
	}
}

func nftEntry(p *policy.Printer, l *policy.Lowered, e *policy.Entry, in string) {
	p.Text(in, "\t\t")
	switch {
	case addressed(e.From) || addressed(e.To):
		nftSide(p, e, " saddr ", e.From)
		nftSide(p, e, " daddr ", e.To)
	case e.Family != policy.Both && e.ICMPType < 0:
		p.Text("meta nfproto ", nfproto[e.Family], " ")
	}
	nftMatch(p, e)
	if e.Log {
		p.Text("log prefix \"", l.ID, " \" ")
	}
	if e.Action == policy.Allow {
		p.Text("accept")
	} else {
		p.Text("drop")
	}
	p.Line(" comment \"", e.Note, "\"")
	p.Entry(e)
}

var (
	nfproto = [...]string{policy.IPv4: "ipv4", policy.IPv6: "ipv6"}
	ipword  = [...]string{policy.IPv4: "ip", policy.IPv6: "ip6"}
)

func nftSide(p *policy.Printer, e *policy.Entry, field string, s policy.Side) {
	if !addressed(s) {
		return
	}
	p.Text(ipword[e.Family], field)
	if len(s.Sets) == 1 {
		p.Text("$")
		variable(p, s.Sets[0])
		p.Text(" ")
		return
	}
	for i, x := range s.Sets {
		if i == 0 {
			p.Text("{ ")
		} else {
			p.Text(", ")
		}
		p.Text("$")
		variable(p, x)
	}
	p.Text(" } ")
}

// nftMatch writes the transport with its ports or message type.
func nftMatch(p *policy.Printer, e *policy.Entry) {
	t := e.Transport
	switch {
	case t == netspec.Any:
	case e.ICMPType >= 0:
		p.Text(t.String(), " type ")
		number(p, e.ICMPType)
		p.Text(" ")
	case len(e.Ports)+len(e.SourcePorts) == 0:
		p.Text("meta l4proto ")
		if t.HasPorts() {
			p.Text(t.String())
		} else {
			number(p, int(t.Number()))
		}
		p.Text(" ")
	default:
		nftPorts(p, t, " sport ", e.SourcePorts)
		nftPorts(p, t, " dport ", e.Ports)
	}
}

func nftPorts(p *policy.Printer, t netspec.Transport, field string, list []policy.Ports) {
	if len(list) == 0 {
		return
	}
	p.Text(t.String(), field)
	if len(list) > 1 {
		p.Text("{ ")
	}
	ports(p, list, "-", ", ")
	if len(list) > 1 {
		p.Text(" }")
	}
	p.Text(" ")
}

// variable writes a set's name in capitals, which no word of the language is.
func variable(p *policy.Printer, s *policy.Set) {
	var b [64]byte
	name := append(b[:0], s.Variable...)
	for i, c := range name {
		if c >= 'a' && c <= 'z' {
			name[i] = c - 'a' + 'A'
		}
	}
	p.Write(name)
}
