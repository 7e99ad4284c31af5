package table

import (
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/network"
	"portolan/generator/note"
)

// ConnectPath is the site path of a pair's page.
func ConnectPath(p *network.Pair) string { return "/connect/" + p.Slug() + "/" }

// ConnectOptions choose what of a pair is shown.
type ConnectOptions struct {
	// Usual leaves out what is not in with the usual settings.
	Usual bool
	// KeepEmpty keeps columns in which nothing stands.
	KeepEmpty bool
}

// Connect is what opens between two products: one row per connection, the
// usual ones first, with what each of the two documents says.
func Connect(c *catalog.Catalog, p *network.Pair, opt ConnectOptions) *Table {
	t := &Table{
		ID:    "connect",
		Title: p.Client.Name + " to " + p.Server.Name + ": ports on each side",
		Columns: []Column{
			{ID: "opened_by", Title: "Opened by", Kind: Party},
			{ID: "service", Title: "Service", Kind: Label},
			{ID: "from", Title: "From", Kind: Party},
			{ID: "to", Title: "To", Kind: Party},
			{ID: "ports", Title: "Ports", Kind: Ports},
			{ID: "source_ports", Title: "Source ports", Kind: Ports},
			{ID: "need_client", Title: "Need at " + p.Client.Name, Kind: Term},
			{ID: "need_server", Title: "Need at " + p.Server.Name, Kind: Term},
			{ID: "remarks", Title: "Remarks", Kind: Prose},
			{ID: "source_client", Title: "Source: " + p.Client.Name, Kind: Citation},
			{ID: "source_server", Title: "Source: " + p.Server.Name, Kind: Citation},
		},
		GroupBy: Column{ID: "use", Title: "Use", Kind: Term},
	}
	usual, other := Group{ID: "usual", Title: "Usual"}, Group{ID: "other", Title: "Other ways"}
	for i := range p.Links {
		l := &p.Links[i]
		switch {
		case l.Usual:
			usual.Rows = append(usual.Rows, pairRow(c, p, l))
		case !opt.Usual:
			other.Rows = append(other.Rows, pairRow(c, p, l))
		}
	}
	for _, g := range []Group{usual, other} {
		if len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	if !opt.KeepEmpty {
		t.dropEmpty(func(i int) bool { return t.Columns[i].ID != "source_ports" && t.Columns[i].ID != "remarks" })
	}
	t.Provenance = provenance(c, t.Title, ConnectPath(p), []*catalog.Product{p.Client, p.Server})
	t.Provenance.DataVersion = p.DataVersion()
	return t
}

func pairRow(c *catalog.Catalog, p *network.Pair, l *network.PairLink) Row {
	opener, _ := OpenedBy(p, l)
	return Row{
		ID:    l.ID(),
		Attrs: []Attr{{"service", l.Server.Service}, {"opener", opener.Slug}},
		Cells: []Cell{
			{Blocks: note.Of(opener.Name)},
			serviceCell(c, l.Server),
			{Blocks: text(pairEnds(c, p, l, l.Back))},
			{Blocks: text(pairEnds(c, p, l, !l.Back))},
			pairPorts(l),
			{Blocks: text(portsOrNone(l.SourcePorts))},
			needCell(p.Client, l.Client),
			needCell(p.Server, l.Server),
			{Blocks: pairRemarks(c, p, l)},
			{Blocks: paragraph((&requirements{c, p.Client}).cite(l.Client.Sources))},
			{Blocks: paragraph((&requirements{c, p.Server}).cite(l.Server.Sources))},
		},
	}
}

// OpenedBy is the product that opens a link, and the one that is called.
func OpenedBy(p *network.Pair, l *network.PairLink) (opener, listener *catalog.Product) {
	if l.Back {
		return p.Server, p.Client
	}
	return p.Client, p.Server
}

// pairEnds names the endpoints of one side: "Files.com (Cloud)".
func pairEnds(c *catalog.Catalog, p *network.Pair, l *network.PairLink, server bool) string {
	list, product := l.Here, p.Client
	if server {
		list, product = l.There, p.Server
	}
	ids := make([]string, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	return EndpointsText(c, product, ids)
}

// pairPorts are a link's ports, linked where they are those of a document:
// others have no page.
func pairPorts(l *network.PairLink) Cell {
	if l.Ports.Equal(l.Client.Ports) || l.Ports.Equal(l.Server.Ports) {
		return portsCell(l.Ports)
	}
	return Cell{Blocks: text(PortsText(l.Ports))}
}

func portsOrNone(s netspec.PortSet) string {
	if s.IsZero() {
		return ""
	}
	return PortsText(s)
}

func pairRemarks(c *catalog.Catalog, p *network.Pair, l *network.PairLink) []note.Block {
	var blocks []note.Block
	if l.Passive() {
		blocks = append(blocks, text(RangeText(p, l))...)
	} else {
		blocks = append(blocks, text(SilenceText(p, l))...)
	}
	for _, d := range l.Disagreements {
		if l.Passive() && d.About == network.OtherPorts {
			continue // the range's text has it
		}
		blocks = append(blocks, prefixed("The documents differ:", DisagreementText(c, p, l, d)))
	}
	blocks = append(blocks, text(JudgementText(p, l))...)
	if s := ChangeText(c, p, l); s != "" {
		blocks = append(blocks, prefixed("Can be changed:", s))
	}
	return blocks
}

// ChangeText tells where the listener's port is changed; empty: its document
// does not say, or another text of the link has it.
func ChangeText(c *catalog.Catalog, p *network.Pair, l *network.PairLink) string {
	_, listener := OpenedBy(p, l)
	f := l.Listener()
	switch {
	case l.Passive() || !listener.Movable(f), !l.Initiator().Configurable && slices.ContainsFunc(l.Disagreements, func(d network.Disagreement) bool { return d.About == network.OtherPorts }):
		return ""
	}
	text := "at " + listener.Name + setting(f)
	if !f.Allowed.IsZero() {
		text += ", to " + PortsText(f.Allowed)
	}
	if s := FollowsText(c, listener, f); s != "" {
		text += "; " + s
	}
	return text + "."
}

// JudgementText tells which of the documents advises against a link; empty: none.
func JudgementText(p *network.Pair, l *network.PairLink) string {
	against := func(f *catalog.Flow) bool { return f.Status == catalog.Discouraged || f.Status == catalog.Obsolete }
	switch client, server := against(l.Client), against(l.Server); {
	case client && server:
		return "Both documents advise against it."
	case client:
		return of(p.Client) + " document advises against it."
	case server:
		return of(p.Server) + " document advises against it."
	}
	return ""
}

// of is a product's name as whose something is: "Files.com's".
func of(p *catalog.Product) string {
	if strings.HasSuffix(p.Name, "s") {
		return p.Name + "'"
	}
	return p.Name + "'s"
}

// SilenceText tells which document names no port; empty: both do.
func SilenceText(p *network.Pair, l *network.PairLink) string {
	opener, listener := OpenedBy(p, l)
	said, heard := l.Initiator().Ports, l.Listener().Ports
	switch {
	case !l.Ports.Known():
		return "Neither document names the port: ask the administrator of " + listener.Name + "."
	case !said.Known():
		return of(opener) + " document names no port; this is " + of(listener) + "."
	case !heard.Known():
		return of(listener) + " document names no port; this is " + of(opener) + "."
	case heard.HasAnyPort() && !l.Ports.HasAnyPort():
		return of(listener) + " document allows any port; this is " + of(opener) + "."
	}
	return ""
}

// RangeText tells whose passive range counts, and what the other document
// says of it.
func RangeText(p *network.Pair, l *network.PairLink) string {
	var b strings.Builder
	said, heard := l.Client, l.Server
	switch {
	case !l.Ports.Known():
		return "Neither document states the passive range. " + of(p.Server) + " counts: ask its administrator."
	case l.ByClient:
		b.WriteString(of(p.Server) + " range counts, but its document states none; " + PortsText(l.Ports) + " is from " + of(p.Client) + ". Ask the administrator of " + p.Server.Name + ".")
		return b.String()
	}
	b.WriteString(of(p.Server) + " range counts: " + PortsText(l.Ports) + ". ")
	switch {
	case !said.Ports.Known() && said.PortsFrom == catalog.FromPeer:
		b.WriteString(of(p.Client) + " document leaves it to the server.")
	case !said.Ports.Known():
		b.WriteString(of(p.Client) + " document names none.")
	case said.Ports.Equal(l.Ports):
		b.WriteString(of(p.Client) + " document has the same.")
	default:
		b.WriteString(PortsText(said.Ports) + " in " + of(p.Client) + " document does not.")
	}
	if heard.Configurable {
		b.WriteString(" It can be changed" + setting(heard) + "; then the new one counts on both sides.")
	}
	return b.String()
}

// setting says where a port is changed: " (Within EFT)".
func setting(f *catalog.Flow) string {
	if f.Setting == "" {
		return ""
	}
	return " (" + strings.TrimSpace(f.Setting) + ")"
}

// DisagreementText says what the documents of a link differ in, and what is
// to be done about it.
func DisagreementText(c *catalog.Catalog, p *network.Pair, l *network.PairLink, d network.Disagreement) string {
	opener, listener := OpenedBy(p, l)
	said, heard := d.Client, d.Server
	if l.Back {
		said, heard = heard, said
	}
	switch d.About {
	case network.OtherPorts:
		s := of(opener) + " document has " + PortsText(said) + ", " + of(listener) + " " + PortsText(heard) + ", which counts since it listens. "
		switch from, to := l.Initiator(), l.Listener(); {
		case from.PortsFrom == catalog.FromPeer:
			return s + of(opener) + " document leaves it to the other side."
		case from.Configurable:
			return s + "Set " + opener.Name + " to it" + setting(from) + "."
		case to.Configurable:
			return s + of(opener) + " document knows no other port; " + of(listener) + " can be changed" + setting(to) + "."
		default:
			return s + "Neither document says how to change the port."
		}
	case network.OtherTransports:
		return of(opener) + " document has " + PortsText(said) + ", " + of(listener) + " " + PortsText(heard) + ". Only what both have is opened here."
	case network.OtherSourcePorts:
		s := of(listener) + " document expects source ports " + PortsText(heard) + "; "
		if said.IsZero() {
			s += of(opener) + " names none."
		} else {
			s += of(opener) + " has " + PortsText(said) + "."
		}
		return s + " The one that opens chooses them, so that is what the rules have."
	case network.OtherProtection:
		return of(p.Client) + " document has " + protection(l.Client) + ", " + of(p.Server) + " " + protection(l.Server) + "."
	case network.OtherPlace:
		return of(p.Server) + " document has its clients in " + zoneNames(c, callers(p.Server, l.Server)) + "; " + p.Client.Name + " stands in " + zoneNames(c, l.Here) +
			". It has to be let in from there as well."
	}
	return ""
}

func protection(f *catalog.Flow) string { return EncryptionText(f.Encryption, f.TLSMin) }

func callers(p *catalog.Product, f *catalog.Flow) []*catalog.Endpoint {
	var out []*catalog.Endpoint
	for _, id := range f.From {
		if e := p.Endpoint(id); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// zoneNames are the zones of endpoints, each once: "Internal or DMZ".
func zoneNames(c *catalog.Catalog, list []*catalog.Endpoint) string {
	var names []string
	seen := map[string]bool{}
	for _, e := range list {
		if !seen[e.Zone] {
			seen[e.Zone] = true
			names = append(names, c.Zone(e.Zone).Name)
		}
	}
	return series(names, "or")
}
