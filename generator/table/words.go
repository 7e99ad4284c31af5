package table

import (
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/note"
	"portolan/generator/ports"
)

// The wording of facts. Everything that people read, on pages and in copies,
// takes it from here, so that one fact reads the same everywhere.

// FlowPath is the site path of a flow's row on its product's page.
func FlowPath(product, flow string) string { return ProductPath(product) + "#" + flow }

// ProductPath is the site path of a product's page.
func ProductPath(slug string) string { return "/products/" + slug + "/" }

// ServicePath is the site path of a service's page.
func ServicePath(id string) string { return "/services/" + id + "/" }

// PortPath is the site path of the page of one port or range; empty where
// there is none: no numbers, or a transport without ports.
func PortPath(r netspec.Range) string {
	if r.Form != netspec.Exact || !r.Transport.HasPorts() {
		return ""
	}
	return ports.Path(r.Transport, r.First, r.Last)
}

// DirectionText is a direction as a heading or a cell says it: "Inbound".
func DirectionText(d catalog.Direction) string { return title(string(d)) }

// directionWord is a direction in the fewest letters, for dense tables.
func directionWord(d catalog.Direction) string {
	switch d {
	case catalog.Inbound:
		return "in"
	case catalog.Outbound:
		return "out"
	default:
		return string(d)
	}
}

func title(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// PortsText is a port set in words where numbers do not tell: the normal form
// "tcp/80,443", but "tcp, any port", "udp, port not stated", "any transport".
func PortsText(s netspec.PortSet) string { return note.PlainInlines(PortsInlines(s)) }

// PortsInlines is [PortsText] with every port and range that has a page
// linked to it.
func PortsInlines(s netspec.PortSet) []note.Inline {
	var out []note.Inline
	var last netspec.Range
	for r := range s.Ranges() {
		text, wordy := rangeText(r)
		listed := !wordy && PortPath(r) != ""
		switch {
		case len(out) == 0:
		case listed && PortPath(last) != "" && last.Transport == r.Transport:
			out = append(out, note.Text(","))
			text = r.Ports()
		case wordy || last.Form == netspec.AnyPort || last.Form == netspec.Unstated:
			out = append(out, note.Text("; "))
		default:
			out = append(out, note.Text(" "))
		}
		if path := PortPath(r); path != "" {
			out = append(out, &note.Link{URL: path, Inlines: []note.Inline{note.Text(text)}})
		} else {
			out = append(out, note.Text(text))
		}
		last = r
	}
	return out
}

// rangeText spells one range, wordy where it needs a comma of its own.
func rangeText(r netspec.Range) (text string, wordy bool) {
	switch {
	case r.Transport == netspec.Any:
		return "any transport", true
	case r.Form == netspec.AnyPort:
		return r.Transport.String() + ", any port", true
	case r.Form == netspec.Unstated:
		return r.Transport.String() + ", port not stated", true
	}
	return r.String(), false
}

// NeedText tells whether a flow must be open: "required", "only with LDAP",
// "optional", "must stay closed".
func NeedText(p *catalog.Product, f *catalog.Flow) string {
	switch f.Need {
	case catalog.Conditional:
		if len(f.Conditions) > 0 {
			return "only with " + ConditionsText(p, f.Conditions)
		}
		return "conditional"
	case catalog.Forbidden:
		if len(f.Conditions) > 0 {
			return "must stay closed with " + ConditionsText(p, f.Conditions)
		}
		return "must stay closed"
	default:
		return string(f.Need)
	}
}

// ConditionsText names the features that switch a flow on: "LDAP or RADIUS";
// where some must be on together, "FTPS and passive mode, or SFTP".
func ConditionsText(p *catalog.Product, conditions [][]string) string {
	alternatives := make([]string, len(conditions))
	together := false
	for i, all := range conditions {
		names := make([]string, len(all))
		for j, id := range all {
			names[j] = FeatureText(p, id)
		}
		together = together || len(all) > 1
		alternatives[i] = series(names, "and")
	}
	if together {
		return strings.Join(alternatives, ", or ")
	}
	return series(alternatives, "or")
}

// series joins names as a sentence does: "a", "a or b", "a, b or c".
func series(names []string, word string) string {
	n := len(names)
	if n < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:n-1], ", ") + " " + word + " " + names[n-1]
}

// FeatureText is a feature's name.
func FeatureText(p *catalog.Product, id string) string {
	if f := p.Feature(id); f != nil {
		return f.Name
	}
	return id
}

// ServiceText is a service's name.
func ServiceText(c *catalog.Catalog, id string) string {
	if s := c.Service(id); s != nil {
		return s.Name
	}
	return id
}

// WhenText is the rest of what a flow depends on: its features where
// [NeedText] does not name them, its condition in words, its versions.
func WhenText(p *catalog.Product, f *catalog.Flow) string {
	var parts []string
	if len(f.Conditions) > 0 && f.Need != catalog.Conditional {
		parts = append(parts, "With "+ConditionsText(p, f.Conditions))
	}
	if f.When != "" {
		parts = append(parts, strings.TrimSpace(f.When))
	}
	if v := VersionsText(f); v != "" {
		parts = append(parts, v)
	}
	return strings.Join(parts, "\n")
}

// VersionsText tells in which versions of the product a flow is: "Version 8.0
// to 8.2", "From version 8.1", "Up to version 7.4"; empty: in all.
func VersionsText(f *catalog.Flow) string {
	switch {
	case f.Since != "" && f.Since == f.Until:
		return "Only version " + f.Since
	case f.Since != "" && f.Until != "":
		return "Version " + f.Since + " to " + f.Until
	case f.Since != "":
		return "From version " + f.Since
	case f.Until != "":
		return "Up to version " + f.Until
	}
	return ""
}

// EncryptionText tells how a flow is protected: "TLS 1.2 or newer", "STARTTLS
// or none", "TLS; content encrypted"; empty: not stated.
func EncryptionText(list []catalog.Encryption, least catalog.TLSVersion) string {
	var names []string
	payload := false
	for _, e := range list {
		switch e {
		case catalog.TLS:
			names = append(names, "TLS")
		case catalog.StartTLS:
			names = append(names, "STARTTLS")
		case catalog.SSH:
			names = append(names, "SSH")
		case catalog.Clear:
			names = append(names, "none")
		case catalog.Payload: // beside whatever protects the connection
			payload = true
		default:
			names = append(names, string(e))
		}
	}
	s := series(names, "or")
	switch {
	case least == "":
	case s == "":
		s = "TLS " + string(least) + " or newer"
	case len(names) == 1 && s == "TLS":
		s += " " + string(least) + " or newer"
	case len(names) == 1 && s == "STARTTLS":
		s += " with TLS " + string(least) + " or newer"
	default:
		s += "; TLS " + string(least) + " or newer"
	}
	switch {
	case payload && s != "":
		s += "; content encrypted"
	case payload:
		s = "content encrypted"
	}
	return s
}

// ProtectionText is [EncryptionText] of a flow in words that stand alone: "not
// encrypted" rather than "none".
func ProtectionText(f *catalog.Flow) string {
	if len(f.Encryption) == 1 && f.Encryption[0] == catalog.Clear {
		return "not encrypted"
	}
	return EncryptionText(f.Encryption, f.TLSMin)
}

// EndpointText is an endpoint's name with its zone: "Partner (Internet)". The
// zone is left out where the name says it.
func EndpointText(c *catalog.Catalog, p *catalog.Product, id string) string {
	e := p.Endpoint(id)
	if e == nil {
		return id
	}
	zone := e.Zone
	switch z := c.Zone(e.Zone); {
	case e.Zone == catalog.AnyZone:
		zone = "any zone"
	case z != nil:
		zone = z.Name
	}
	if strings.Contains(strings.ToLower(e.Name), strings.ToLower(zone)) {
		return e.Name
	}
	return e.Name + " (" + zone + ")"
}

// EndpointsText names endpoints, each of which takes part.
func EndpointsText(c *catalog.Catalog, p *catalog.Product, ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = EndpointText(c, p, id)
	}
	return strings.Join(names, "; ")
}

// AllocationText tells how a range of ports is used, in a sentence; empty:
// nothing to tell.
func AllocationText(f *catalog.Flow) string {
	var parts []string
	switch f.Allocation {
	case catalog.AllocFixed:
		parts = append(parts, "all of the range listens")
	case catalog.AllocOne:
		parts = append(parts, "one port of the range is in use")
	case catalog.AllocPerConnection:
		parts = append(parts, "each connection takes a port of the range")
	case catalog.AllocSequential:
		parts = append(parts, "each connection takes the next free port of the range, from the first up")
	case catalog.AllocRandom:
		parts = append(parts, "a port of the range is taken at random")
	}
	if f.Dynamic {
		parts = append(parts, "negotiated at run time")
	}
	if f.PortsFrom == catalog.FromPeer {
		parts = append(parts, "set by the other side")
	}
	if len(parts) == 0 {
		return ""
	}
	return "Ports: " + strings.Join(parts, ", ") + "."
}

// ConfigurableText tells whether, where and to what the port can be changed;
// empty: not stated.
func ConfigurableText(f *catalog.Flow) string {
	var parts []string
	if f.Configurable {
		parts = append(parts, "yes")
	}
	if f.Setting != "" {
		parts = append(parts, strings.TrimSpace(f.Setting))
	}
	s := strings.Join(parts, ": ")
	if f.Allowed.IsZero() {
		return s
	}
	if s != "" {
		s += "\n"
	}
	return s + "Allowed: " + PortsText(f.Allowed)
}

// FollowsText tells whose ports a flow's go by: "follows S3 tcp/8333 + 10000",
// "the same as S3 tcp/8333"; empty: none.
func FollowsText(c *catalog.Catalog, p *catalog.Product, f *catalog.Flow) string {
	return note.PlainInlines((&requirements{c, p}).follows(f))
}

// FollowsWords are what stands before and after the other flow's name in
// [FollowsText].
func FollowsWords(f *catalog.Flow) (before, after string) {
	if f.Follows.Add == 0 {
		return "the same as ", ""
	}
	return "follows ", " " + f.Follows.Sum()
}

// Carrying is a sentence on a tunnel: which flows go on inside it, or inside
// which a flow goes on, and that no rule is needed the other way.
type Carrying struct {
	// Before begins it, After ends it; the other flows stand between them.
	Before, After string
	// Flows are the other flows, and what is said of each in words of its own;
	// empty: nothing.
	Flows []*catalog.Flow
	Only  []string
}

// CarriesText is what a tunnel carries; nil: it is none.
func CarriesText(c *catalog.Catalog, p *catalog.Product, f *catalog.Flow) *Carrying {
	if len(f.Carries) == 0 {
		return nil
	}
	out := &Carrying{Before: "Carries ", After: "; " + noWay(c, p, f) + " is needed for that."}
	for _, id := range f.Carries {
		if g := p.Flow(id); g != nil {
			out.Flows, out.Only = append(out.Flows, g), append(out.Only, "")
		}
	}
	return out
}

// CarriedText is inside which tunnels a flow goes on, those of the same ends
// together.
func CarriedText(c *catalog.Catalog, p *catalog.Product, f *catalog.Flow) (out []*Carrying) {
	for _, t := range p.Tunnels(f) {
		after := InsideText(c, p, t)
		i := slices.IndexFunc(out, func(o *Carrying) bool { return o.After == after })
		if i < 0 {
			i = len(out)
			out = append(out, &Carrying{Before: "Goes on inside ", After: after})
		}
		out[i].Flows, out[i].Only = append(out[i].Flows, t), append(out[i].Only, carriedOnly(p, t, f))
	}
	return out
}

// InsideText says of what goes on inside a tunnel who opens that, and which
// rule it spares.
func InsideText(c *catalog.Catalog, p *catalog.Product, tunnel *catalog.Flow) string {
	return ", opened by " + EndpointsText(c, p, tunnel.From) + "; " + noWay(c, p, tunnel) + " is needed for it."
}

// noWay names the rule that a tunnel spares.
func noWay(c *catalog.Catalog, p *catalog.Product, tunnel *catalog.Flow) string {
	return "no rule from " + EndpointsText(c, p, tunnel.To) + " to " + EndpointsText(c, p, tunnel.From)
}

// carriedOnly tells when a flow goes on inside a tunnel, if not whenever it is
// in: "only with Agents", "version 5".
func carriedOnly(p *catalog.Product, tunnel, f *catalog.Flow) string {
	var parts []string
	if s := VersionsText(tunnel); s != "" && s != VersionsText(f) {
		parts = append(parts, strings.ToLower(s[:1])+s[1:])
	}
	within := func(all []string) bool { // whether these features switch the tunnel on
		return slices.ContainsFunc(tunnel.Conditions, func(need []string) bool {
			return !slices.ContainsFunc(need, func(id string) bool { return !slices.Contains(all, id) })
		})
	}
	conditions := f.Conditions
	if len(conditions) == 0 {
		conditions = [][]string{nil}
	}
	if len(tunnel.Conditions) > 0 && slices.ContainsFunc(conditions, func(all []string) bool { return !within(all) }) {
		parts = append(parts, "only with "+ConditionsText(p, tunnel.Conditions))
	}
	return strings.Join(parts, ", ")
}

// text is a paragraph of plain text, its newlines kept as line breaks.
func text(s string) []note.Block {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil
	}
	return []note.Block{&note.Paragraph{Inlines: Lines(s)}}
}

// Lines is plain text with its newlines as line breaks.
func Lines(s string) []note.Inline {
	if !strings.ContainsAny(s, "\r\n") {
		return []note.Inline{note.Text(s)}
	}
	var out []note.Inline
	for i, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if i > 0 {
			out = append(out, note.Break{})
		}
		if line != "" {
			out = append(out, note.Text(line))
		}
	}
	return out
}

// ConstraintText is the subject of a constraint as a heading says it.
func ConstraintText(k catalog.ConstraintKind) string {
	switch k {
	case "tls-inspection":
		return "TLS inspection"
	case "ftp-inspection":
		return "FTP inspection"
	case "address-allowlist":
		return "Address allow-list"
	case "no-address-allowlist":
		return "No address allow-list"
	case "nat":
		return "Address translation"
	case "dns":
		return "DNS"
	case "idle-timeout":
		return "Idle time-out"
	}
	return title(string(k))
}

// ConstraintName is a constraint in a few words: its subject, or its id where
// the subject tells nothing.
func ConstraintName(c *catalog.Constraint) string {
	if c.Kind == "other" {
		return title(strings.ReplaceAll(c.ID, "-", " "))
	}
	return ConstraintText(c.Kind)
}
