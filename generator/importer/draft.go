package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/netspec"
	"portolan/generator/table"
	"portolan/generator/tomlfile"
)

// Options say what a draft is of.
type Options struct {
	// Name is the product's; empty: made of the file's name.
	Name string
	// Catalog holds the vocabulary that words are held against.
	Catalog *catalog.Catalog
}

// Draft is a product file with every row of the table. What was guessed or
// not understood is a comment in it and a warning at the row.
func Draft(g *Grid, opts Options, sink diag.Sink) ([]byte, error) {
	d := &draft{g: g, opts: opts, sink: sink, features: map[string]string{}, ids: map[string]bool{}}
	d.name = cmp.Or(opts.Name, title(g.File))
	for _, r := range g.Rows {
		if cols := heads(r.Cells); isHeader(cols) && (d.cols == nil || slices.Contains(cols, ports)) {
			d.cols, d.header = cols, r.Cells
			continue
		}
		if d.cols == nil {
			d.before = append(d.before, r)
			continue
		}
		d.row(r)
	}
	if d.cols == nil {
		return nil, fmt.Errorf("%s: no row names the columns: one must be called Port or Ports, and another for instance Source, Destination, Protocol or Description", g.File)
	}
	d.sides()
	return d.write(), nil
}

type draft struct {
	g        *Grid
	opts     Options
	sink     diag.Sink
	name     string
	cols     []column
	header   []string
	before   []Row // above the header
	under    string
	features map[string]string // id by name, for those that are named
	named    []string          // names of features in order
	parties  []*party
	flows    []*flow
	lost     []string // comments of rows that are not understood
	services []string // ids that the vocabulary lacks
	ids      map[string]bool
}

// party is an endpoint of the draft.
type party struct {
	id, name, zone string
	self, guessed  bool
	many           bool // it talks to others of its kind
	stated         bool // its zone is stated
	rows           int  // in which it stands
}

type flow struct {
	row         int
	id, service string
	from, to    []*party
	ports       netspec.PortSet
	source      netspec.PortSet
	need        catalog.Need
	features    []string
	fields      [][2]string // further keys, spelt
	follows     string      // the flow whose ports it goes by, as the table names it
	add         int         // what is added to those
	remarks     []string
	direction   catalog.Direction
}

// warn tells a remark at a row, and returns it.
func (d *draft) warn(row int, format string, args ...any) string {
	text := fmt.Sprintf(format, args...)
	diag.Warnf(d.sink, diag.Pos{File: d.g.File, Line: row}, "import", "%s", text)
	return text
}

// cell is the first cell of a column's kind.
func (d *draft) cell(r Row, c column) string {
	if i := slices.Index(d.cols, c); i >= 0 && i < len(r.Cells) {
		return r.Cells[i]
	}
	return ""
}

func (d *draft) row(r Row) {
	if text, ok := only(r.Cells); ok && d.cell(r, ports) == "" {
		d.under = text // a heading inside the table
		d.lost = append(d.lost, fmt.Sprintf("row %d is a heading: %s", r.Number, line(text)))
		return
	}
	set, assumed := parsePorts(d.cell(r, ports), d.cell(r, protocol))
	if set.IsZero() {
		d.lose(r, "no ports are understood in %q", d.cell(r, ports))
		return
	}
	if need, _ := needs(d.cell(r, need)); set.IsAny() && need != catalog.Forbidden {
		d.lose(r, "only what must stay closed may be any transport")
		return
	}
	f := &flow{row: r.Number, ports: set, direction: directionOf(cmp.Or(d.cell(r, direction), d.under))}
	if text := d.cell(r, sourcePorts); text != "" && !anyPort(text) {
		source, guess := parsePorts(text, d.cell(r, protocol))
		switch {
		case source.IsZero():
			f.remarks = append(f.remarks, d.warn(r.Number, "source ports are not understood: %s", line(text)))
		case guess && len(set.Transports()) == 1:
			source, _ = parsePorts(text, set.Transports()[0].String())
			f.source = source
		default:
			f.source = source
		}
	}
	services := d.serve(r, f)
	if assumed && !d.usesTCP(f.service) {
		f.remarks = append(f.remarks, d.warn(r.Number, "no transport is stated; tcp is assumed"))
	}
	d.ends(r, f)
	d.say(r, f)
	d.flows = append(d.flows, f)
	for i, s := range services {
		if i > 0 {
			twin := *f
			twin.service, twin.ports = s.ID, s.Ports
			d.flows = append(d.flows, &twin)
		}
	}
}

// usesTCP tells whether a service is known to be spoken over TCP alone.
func (d *draft) usesTCP(id string) bool {
	s := d.opts.Catalog.Service(id)
	return s != nil && s.Ports.Known() && len(s.Ports.Transports()) == 1 && s.Ports.Transports()[0] == netspec.TCP
}

// only tells whether one cell alone is filled.
func only(cells []string) (text string, ok bool) {
	for _, c := range cells {
		if c != "" && text != "" {
			return "", false
		}
		text = cmp.Or(text, c)
	}
	return text, text != "" && len(cells) > 1
}

func anyPort(text string) bool {
	lower := strings.ToLower(text)
	return slices.Contains([]string{"any", "*", "all", "ephemeral", "dynamic", "random", "n/a", "-", "1024-65535"}, lower)
}

// lose keeps a row as a comment.
func (d *draft) lose(r Row, format string, args ...any) {
	why := d.warn(r.Number, format, args...)
	var cells []string
	for i, c := range r.Cells {
		if c == "" {
			continue
		}
		if i < len(d.header) && d.header[i] != "" {
			c = d.header[i] + ": " + c
		}
		cells = append(cells, line(c))
	}
	d.lost = append(d.lost, fmt.Sprintf("row %d, %s: %s", r.Number, why, strings.Join(cells, " | ")))
}

// directionOf reads a word for a direction; empty: none is said.
func directionOf(text string) catalog.Direction {
	lower := strings.ToLower(text)
	in, out := strings.Contains(lower, "inbound") || strings.Contains(lower, "incoming") || strings.Contains(lower, "ingress") || lower == "in",
		strings.Contains(lower, "outbound") || strings.Contains(lower, "outgoing") || strings.Contains(lower, "egress") || lower == "out"
	switch {
	case in && !out:
		return catalog.Inbound
	case out && !in:
		return catalog.Outbound
	case lower == "internal" || strings.HasPrefix(lower, "internal:"):
		return catalog.Internal
	case strings.HasPrefix(lower, "loopback"):
		return catalog.Loopback
	case strings.HasPrefix(lower, "transit"):
		return catalog.Transit
	}
	return ""
}

// serve finds the service of a row: by its name, by the protocol column, by
// its usual port, else by a new id. A row of which every port is the usual one
// of another service, such as "80 & 443", is as many flows: all of them come back.
func (d *draft) serve(r Row, f *flow) []*catalog.Service {
	candidates := []string{d.cell(r, service), strings.TrimSpace(transports.ReplaceAllString(d.cell(r, protocol), " "))}
	for _, text := range append(candidates, d.cell(r, notes)) {
		if id := d.known(text); id != "" {
			f.service = id
			return nil
		}
	}
	name := strings.Trim(cmp.Or(candidates...), " /,")
	usual := d.usual(f.ports, strings.ToLower(strings.Join(r.Cells, " ")))
	switch {
	case len(usual) == 1:
		f.service = usual[0].ID
		f.remarks = append(f.remarks, d.warn(r.Number, "the service %q is taken from the usual port", f.service))
		return nil
	case len(usual) > 1:
		f.service, f.ports = usual[0].ID, usual[0].Ports
		f.remarks = append(f.remarks, d.warn(r.Number, "the row is %d flows by its usual ports", len(usual)))
		return usual
	case name != "":
		f.service = slug(name)
	default:
		f.service = "port-" + slug(f.ports.String())
	}
	if !slices.Contains(d.services, f.service) {
		d.services = append(d.services, f.service)
	}
	f.remarks = append(f.remarks, d.warn(r.Number, "no service %q in the vocabulary", f.service))
	return nil
}

// usual are the services whose usual ports these are, one for each port, those
// that the row's text names before others; nil unless all of them are.
func (d *draft) usual(set netspec.PortSet, text string) []*catalog.Service {
	var out []*catalog.Service
	for r := range set.Ranges() {
		one := netspec.NewPortSet(r)
		var best *catalog.Service
		for i := range d.opts.Catalog.Services {
			s := &d.opts.Catalog.Services[i]
			if s.Ports.Equal(one) && (best == nil || mentions(text, s) && !mentions(text, best)) {
				best = s
			}
		}
		if best == nil {
			return nil
		}
		out = append(out, best)
	}
	return out
}

// known is the id of the service that a text names as a whole.
func (d *draft) known(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, s := range d.opts.Catalog.Services {
		if text != "" && (text == s.ID || text == strings.ToLower(s.Name)) {
			return s.ID
		}
	}
	return ""
}

// mentions tells whether a text in lower case has the name of a service.
func mentions(text string, s *catalog.Service) bool {
	return strings.Contains(text, s.ID) || strings.Contains(text, strings.ToLower(s.Name))
}

// ends finds the parties of a row. A table without ends tells who listens at
// most: the product.
func (d *draft) ends(r Row, f *flow) {
	f.from, f.to = d.partiesOf(d.cell(r, from)), d.partiesOf(d.cell(r, to))
	peer := func() []*party {
		return []*party{d.party("Peers", catalog.AnyZone, true)}
	}
	self := func() []*party { return []*party{d.self()} }
	switch {
	case len(f.from) > 0 && len(f.to) > 0:
	case len(f.from) > 0:
		f.to = self()
	case len(f.to) > 0:
		f.from = self()
	case f.direction == catalog.Outbound:
		f.from, f.to = self(), peer()
	default:
		f.from, f.to = peer(), self()
		if f.direction == "" {
			f.remarks = append(f.remarks, d.warn(r.Number, "who connects is not stated; it is taken as inbound"))
		}
	}
	for _, p := range f.from {
		p.rows++
	}
	for _, p := range f.to {
		p.rows++
	}
}

// partiesOf are the parties that a cell names.
func (d *draft) partiesOf(cell string) []*party {
	var out []*party
	for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ';' || r == '\n' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, zone := d.zoned(part)
		p := d.party(name, cmp.Or(zone, "internal"), zone != "")
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// zoned takes the zone off a party's text: "Users (Internet)". A zone that is
// named in the text is taken from there.
func (d *draft) zoned(text string) (name, zone string) {
	lower := strings.ToLower(text)
	if slices.Contains([]string{"any", "all", "anywhere", "everyone", "*"}, lower) {
		return text, catalog.AnyZone
	}
	if name, ok := strings.CutSuffix(text, " (any zone)"); ok {
		return name, catalog.AnyZone
	}
	for _, z := range d.opts.Catalog.Zones {
		if name, ok := strings.CutSuffix(text, " ("+z.Name+")"); ok {
			return name, z.ID
		}
	}
	for _, z := range d.opts.Catalog.Zones {
		if strings.Contains(lower, strings.ToLower(z.Name)) {
			return text, z.ID
		}
	}
	return text, ""
}

// party is the party of a name in a zone.
func (d *draft) party(name, zone string, stated bool) *party {
	i := slices.IndexFunc(d.parties, func(p *party) bool {
		return strings.EqualFold(p.name, name) && (p.zone == zone || !stated || !p.stated)
	})
	if i >= 0 {
		return d.parties[i]
	}
	p := &party{id: d.id(slug(name), "endpoint."), name: name, zone: zone, stated: stated}
	d.parties = append(d.parties, p)
	return p
}

// self is the product where the table leaves its cell empty.
func (d *draft) self() *party {
	p := d.party(d.name, "dmz", false)
	p.self = true
	return p
}

// id makes an id unique among those of a kind.
func (d *draft) id(id, kind string) string {
	out := id
	for i := 2; d.ids[kind+out]; i++ {
		out = id + "-" + strconv.Itoa(i)
	}
	d.ids[kind+out] = true
	return out
}

// say takes over what else the row tells.
func (d *draft) say(r Row, f *flow) {
	add := func(key, value string) {
		if key != "note" { // the others are of one line
			value = line(value)
		}
		if value != "" {
			f.fields = append(f.fields, [2]string{key, tomlfile.Quote(value)})
		}
	}
	var conditions [][]string
	f.need, conditions = needs(d.cell(r, need))
	text := d.cell(r, need)
	switch {
	case text == "":
	case f.need == "":
		f.remarks = append(f.remarks, d.warn(r.Number, "whether it is needed is not understood: %s", line(text)))
	case f.need == catalog.Conditional && len(conditions) == 0 && d.cell(r, when) == "" && !strings.EqualFold(text, "conditional"):
		add("when", text)
	}
	rest := d.cell(r, when)
	if first, tail, _ := strings.Cut(rest, "\n"); strings.HasPrefix(first, "With ") && f.need != catalog.Conditional {
		conditions, rest = features(first[len("With "):]), tail
	}
	f.features = d.conditions(conditions)
	f.need = cmp.Or(f.need, catalog.Required)
	add("when", rest)
	add("without", d.cell(r, without))
	if s := strings.ToLower(d.cell(r, status)); s != "" {
		if slices.Contains(catalog.Status("").Values(), s) {
			add("status", s)
		} else {
			f.remarks = append(f.remarks, "status: "+line(s))
		}
	}
	if list, least := protections(d.cell(r, encryption)); len(list) > 0 {
		names := make([]string, len(list))
		for i, e := range list {
			names[i] = tomlfile.Quote(string(e))
		}
		f.fields = append(f.fields, [2]string{"encryption", "[" + strings.Join(names, ", ") + "]"})
		add("tls_min", least)
	} else if text := d.cell(r, encryption); text != "" {
		f.remarks = append(f.remarks, "encryption: "+line(text))
	}
	d.change(d.cell(r, configurable), f, add)
	add("note", noteText(d.cell(r, notes)))
	if id := d.cell(r, ident); id != "" {
		f.id = d.id(slug(id), "flow.")
	}
	for i, c := range r.Cells {
		if c != "" && i < len(d.cols) && (d.cols[i] == unknown || d.cols[i] == citation) {
			f.remarks = append(f.remarks, line(d.header[i])+": "+line(c))
		}
	}
}

// change reads a cell that says whether, where and to what a port can be
// changed: "yes: the setting", "Allowed: tcp/1024-65535".
func (d *draft) change(text string, f *flow, add func(key, value string)) {
	if text == "" {
		return
	}
	var lines []string
	for l := range strings.Lines(text) {
		if !f.goesBy(strings.TrimSpace(l)) {
			lines = append(lines, strings.TrimSpace(l))
		}
	}
	setting, allowed, _ := strings.Cut("\n"+strings.Join(lines, "\n"), "\nAllowed: ")
	setting = strings.TrimSpace(setting)
	lower := strings.ToLower(setting)
	switch {
	case lower == "no" || lower == "false" || lower == "fixed":
		return
	case lower == "yes" || lower == "true" || strings.HasPrefix(lower, "yes: "):
		f.fields = append(f.fields, [2]string{"configurable", "true"})
		_, setting, _ = strings.Cut(setting, ": ")
	}
	add("setting", setting)
	if set, _ := parsePorts(allowed, ""); !set.IsZero() {
		add("allowed", set.String())
	}
}

// goesBy reads a line that says whose ports a flow's go by: "follows S3
// tcp/8333 + 10000", "the same as S3 tcp/8333".
func (f *flow) goesBy(line string) bool {
	if name, ok := strings.CutPrefix(line, "the same as "); ok {
		f.follows = name
		return true
	}
	name, ok := strings.CutPrefix(line, "follows ")
	i := max(strings.LastIndex(name, " + "), strings.LastIndex(name, " - "))
	if !ok || i < 0 {
		return false
	}
	n, err := strconv.Atoi(name[i+len(" + "):])
	if name[i+1] == '-' {
		n = -n
	}
	f.follows, f.add = name[:i], n
	return err == nil
}

// leads finds the flows that others name as those whose ports theirs go by.
// Of several that read the same, which are one listener, it is the first.
func (d *draft) leads() {
	for _, f := range d.flows {
		for _, o := range d.flows {
			name := o.service
			if s := d.opts.Catalog.Service(o.service); s != nil {
				name = s.Name
			}
			shifted, ok := o.ports.Shift(f.add)
			if f.follows == "" || o == f || o.follows == f.follows || f.follows != name+" "+table.PortsText(o.ports) || !ok || !shifted.Equal(f.ports) {
				continue
			}
			value := "{ flow = " + tomlfile.Quote(o.id)
			if f.add != 0 {
				value += ", add = " + strconv.Itoa(f.add)
			}
			f.fields = append(f.fields, [2]string{"follows", value + " }"})
			break
		}
	}
}

// conditions makes features of names: "a+b" for all of one.
func (d *draft) conditions(names [][]string) []string {
	var out []string
	for _, all := range names {
		var ids []string
		for _, name := range all {
			if name == "" {
				continue
			}
			if d.features[name] == "" {
				d.features[name] = d.id(slug(name), "feature.")
				d.named = append(d.named, name)
			}
			ids = append(ids, d.features[name])
		}
		if len(ids) > 0 {
			out = append(out, strings.Join(ids, "+"))
		}
	}
	return out
}

// sides finds out which parties are the product: what directions say, what
// is called like it, else what stands in most rows.
func (d *draft) sides() {
	mark := func(list []*party) {
		for _, p := range list {
			p.self = true
		}
	}
	for _, f := range d.flows {
		switch f.direction {
		case catalog.Inbound:
			mark(f.to)
		case catalog.Outbound:
			mark(f.from)
		case catalog.Internal, catalog.Loopback:
			mark(f.from)
			mark(f.to)
			for _, p := range f.from {
				p.many = p.many || f.direction == catalog.Internal && slices.Contains(f.to, p)
			}
		case catalog.Transit, "": // neither end is the product, or nothing is said
		}
	}
	known := slices.ContainsFunc(d.parties, func(p *party) bool { return p.self })
	for _, p := range d.parties {
		if !known && strings.EqualFold(p.name, d.name) {
			p.self, known = true, true
		}
	}
	if len(d.parties) == 0 {
		d.self()
	}
	if !known {
		most := slices.MaxFunc(d.parties, func(a, b *party) int { return cmp.Compare(a.rows, b.rows) })
		most.self, most.guessed = true, true
	}
	for _, f := range d.flows {
		if f.id == "" {
			f.id = d.id(f.service, "flow.")
		}
	}
	d.leads()
}
