package verify

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// plan is the tests of one policy, in no tool's terms. Every text in it is
// plain ASCII from [policy.Safe]'s list.
type plan struct {
	// head is what the file says of itself, a line each.
	head []string
	// roles are whom the tests call, in order of first use.
	roles []*role
	// checks are in order: what must be open, then what must be closed.
	checks []check
	// left are the flows that no tool can test.
	left []left
}

// role is a party that tests call.
type role struct {
	// name is its variable: letters, digits and "_", unique.
	name string
	// about says who it is and what to fill in, a line each.
	about []string
	// hosts are addresses and names; documentation addresses where placeholder.
	hosts []string
	// open are the ports that rules let this machine call, by transport.
	open map[netspec.Transport][]span
}

// want is how a test should end.
type want string

const (
	wantOpen want = "open"
	// wantReached is open or refused: of a range nobody knows which ports listen now.
	wantReached want = "reached"
	wantClosed  want = "closed"
)

// check is one kind of connection to one role.
type check struct {
	want      want
	to        *role
	transport netspec.Transport // TCP or UDP
	ports     []span
	// source is the port to call from; 0: any.
	source uint16
	// flows are ids, separated by commas; service is what they speak.
	flows, service string
}

// left is a flow, or a part of one, that is not tested.
type left struct{ flows, service, why string }

// span is a range of ports, both ends inclusive.
type span struct{ first, last uint16 }

func (s span) String() string {
	if s.first == s.last {
		return strconv.Itoa(int(s.first))
	}
	return strconv.Itoa(int(s.first)) + "-" + strconv.Itoa(int(s.last))
}

// list joins ranges as "443,28000-30000".
func list(spans []span) string {
	var b []byte
	for i, s := range spans {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, uint64(s.first), 10)
		if s.last != s.first {
			b = strconv.AppendUint(append(b, '-'), uint64(s.last), 10)
		}
	}
	return string(b)
}

// Reasons why a flow is not tested.
const (
	anyPort  = "any port: there is nothing to call"
	everyOne = "every transport: there is no one port to call"
	noPort   = "its source states no port"
)

func newPlan(p *policy.Policy) *plan {
	pl := &plan{}
	roles := map[*policy.Role]*role{}
	for i := range p.Rules {
		r := &p.Rules[i]
		if r.From.Local && !r.To.Local {
			pl.rule(r, roles)
		}
	}
	for _, l := range p.Left {
		if unstated(p, l) {
			pl.left = append(pl.left, left{ident(l.Reason.ID()), policy.Safe(l.Reason.Service), noPort})
		}
	}
	if len(pl.checks) == 0 && len(pl.left) == 0 {
		return nil
	}
	pl.head = head(p)
	return pl
}

// rule adds the checks of a rule, one for each role, transport and way to end.
func (pl *plan) rule(r *policy.Rule, roles map[*policy.Role]*role) {
	if r.Ports.IsAny() || r.Ports.HasAnyPort() {
		// It may stand for narrower flows too, whose ports can be called.
		rest := *r
		rest.Reasons = nil
		for _, x := range r.Reasons {
			if f := x.Flow.Ports; f.IsZero() || !f.Known() || f.IsAny() || f.HasAnyPort() {
				rest.Reasons = append(rest.Reasons, x)
				continue
			}
			narrow := *r
			narrow.Ports, narrow.Reasons = x.Flow.Ports, []policy.Reason{x}
			pl.rule(&narrow, roles)
		}
		if r = &rest; len(r.Reasons) == 0 {
			return
		}
	}
	flows, service := reasons(r.Reasons)
	leave := func(why string) { pl.left = append(pl.left, left{flows, service, why}) }
	if r.Ports.IsAny() {
		leave(everyOne)
		return
	}
	for _, t := range r.Ports.Transports() {
		if t != netspec.TCP && t != netspec.UDP {
			leave("no test for " + t.String())
			continue
		}
		// Of a range only what is said to listen as a whole must answer.
		var sure, perhaps []span
		wildcard := false
		for g := range r.Ports.Of(t).Ranges() {
			switch s := (span{g.First, g.Last}); {
			case g.Form != netspec.Exact:
				wildcard = true
			case r.Action == policy.Allow && (s.first != s.last && !allListen(r) || dynamic(r)):
				perhaps = append(perhaps, s)
			default:
				sure = append(sure, s)
			}
		}
		if wildcard {
			leave(anyPort)
		}
		if len(sure)+len(perhaps) == 0 {
			continue
		}
		c := check{transport: t, source: source(r.SourcePorts.Of(t)), flows: flows, service: service}
		for _, to := range r.To.Roles {
			c.to = pl.role(to, roles)
			if r.Action == policy.Block {
				c.want, c.ports = wantClosed, minus(sure, c.to.open[t])
				pl.add(c)
				continue
			}
			c.to.open[t] = append(append(c.to.open[t], sure...), perhaps...)
			c.want, c.ports = wantOpen, sure
			pl.add(c)
			c.want, c.ports = wantReached, perhaps
			pl.add(c)
		}
	}
}

func (pl *plan) add(c check) {
	if len(c.ports) > 0 {
		pl.checks = append(pl.checks, c)
	}
}

// allListen tells whether some flow says that a range listens as a whole.
func allListen(r *policy.Rule) bool {
	return slices.ContainsFunc(r.Reasons, func(x policy.Reason) bool { return x.Flow.Allocation == catalog.AllocFixed })
}

func dynamic(r *policy.Rule) bool {
	return slices.ContainsFunc(r.Reasons, func(x policy.Reason) bool { return x.Flow.Dynamic })
}

// Linux takes the ports of its own accord from 32768 to 60999, Windows and
// macOS from 49152 to 65535: a source range that holds either needs no asking.
func source(s netspec.PortSet) uint16 {
	first := uint16(0)
	for g := range s.Ranges() {
		if g.Form != netspec.Exact || g.First <= 32768 && g.Last >= 60999 || g.First <= 49152 && g.Last == 65535 {
			return 0
		}
		if first == 0 {
			first = g.First
		}
	}
	return first
}

// minus takes ranges away from ranges.
func minus(from, away []span) []span {
	out := slices.Clone(from)
	for _, a := range away {
		var rest []span
		for _, s := range out {
			if a.last < s.first || a.first > s.last {
				rest = append(rest, s)
				continue
			}
			if s.first < a.first {
				rest = append(rest, span{s.first, a.first - 1})
			}
			if s.last > a.last {
				rest = append(rest, span{a.last + 1, s.last})
			}
		}
		out = rest
	}
	return out
}

// reasons are the ids and services of a rule's flows, each once.
func reasons(list []policy.Reason) (flows, service string) {
	var ids, services []string
	for _, r := range list {
		if id := ident(r.ID()); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		if s := policy.Safe(r.Service); s != "" && !slices.Contains(services, s) {
			services = append(services, s)
		}
	}
	return strings.Join(ids, ","), policy.Safe(strings.Join(services, ", "))
}

// ident spells an id so that it needs no quotes.
func ident(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '-'
	}, id)
}

// role is the party of a policy's role, made on first use.
func (pl *plan) role(of *policy.Role, roles map[*policy.Role]*role) *role {
	if r := roles[of]; r != nil {
		return r
	}
	r := &role{name: pl.variable(of.ID), open: map[netspec.Transport][]span{}}
	roles[of] = r
	pl.roles = append(pl.roles, r)

	title := policy.Safe(of.Name)
	if zone := policy.Safe(of.Zone); zone != "" {
		title += " (" + zone + ")"
	}
	r.about = append(r.about, title)
	var networks, wildcards []string
	for _, name := range of.FQDN {
		if rest, ok := strings.CutPrefix(name, "*."); ok && isName(rest) {
			wildcards = append(wildcards, rest)
		} else if isName(name) {
			r.hosts = append(r.hosts, name)
		}
	}
	for _, a := range of.Addresses {
		if a.IsSingleIP() {
			r.hosts = append(r.hosts, host(a.Addr()))
		} else if a.IsValid() {
			networks = append(networks, a.Masked().String())
		}
	}
	switch {
	case of.Placeholder:
		r.about = append(r.about, "Not filled in, and documentation addresses are never called: put addresses or names here.")
	case of.Any && len(r.hosts) == 0:
		r.about = append(r.about, "Any address is meant: put hosts here that answer.")
	case len(r.hosts) == 0:
		r.about = append(r.about, "No single host is known: put addresses or names here.")
	}
	if len(networks) > 0 {
		r.about = append(r.about, "The rules have for it: "+few(networks))
	}
	if len(wildcards) > 0 {
		r.about = append(r.about, "Any name below: "+few(wildcards))
	}
	if len(of.Templates) > 0 {
		r.about = append(r.about, "Names to complete: "+few(templates(of.Templates)))
	}
	return r
}

// host spells an address; one of IPv4 inside IPv6 as that of IPv4.
func host(a netip.Addr) string { return a.Unmap().WithZone("").String() }

// few lists at most four of the names.
func few(names []string) string {
	rest := len(names) - 4
	if rest > 0 {
		names = names[:4]
	}
	text := strings.Join(names, ", ")
	if rest > 0 {
		text += " and " + strconv.Itoa(rest) + " more"
	}
	return text
}

// templates write the parts to complete in capitals: "{tenant}.files.com"
// becomes "TENANT.files.com".
func templates(names []string) (out []string) {
	for _, name := range names {
		var b strings.Builder
		for name != "" {
			before, rest, found := strings.Cut(name, "{")
			part, after, closed := strings.Cut(rest, "}")
			b.WriteString(before)
			if !found || !closed {
				break
			}
			b.WriteString(strings.ToUpper(part))
			name = after
		}
		out = append(out, policy.Safe(b.String()))
	}
	return out
}

// isName tells whether a text is spelt like a host's name.
func isName(s string) bool {
	if s == "" || len(s) > 253 || s[0] == '-' || s[0] == '.' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// variable is a role's name in a script, unique also where capitals don't count.
func (pl *plan) variable(id string) string {
	name := strings.NewReplacer("-", "_", ".", "_").Replace(ident(id))
	taken := func(r *role) bool { return strings.EqualFold(r.name, name) }
	for base, i := name, 2; slices.ContainsFunc(pl.roles, taken); i++ {
		name = base + "_" + strconv.Itoa(i)
	}
	return name
}

// head says what the tests are of.
func head(p *policy.Policy) []string {
	of := policy.Safe(p.Subject.Name)
	if p.Subject.Version != "" {
		of += " " + policy.Safe(p.Subject.Version)
	}
	lines := []string{
		"Connection tests of " + of + ", to run on: " + policy.Safe(p.At.Name),
		"What its rules let out must be open, what they forbid must be closed.",
	}
	if len(p.Subject.Features) > 0 {
		features := make([]string, len(p.Subject.Features))
		for i, f := range p.Subject.Features {
			features[i] = ident(f)
		}
		for len(features) > 0 {
			n := min(len(features), 8)
			lines = append(lines, "Features: "+strings.Join(features[:n], ", "))
			features = features[n:]
		}
	}
	return append(lines, "From "+policy.Safe(p.Subject.Path)+", data "+policy.Safe(p.Subject.DataVersion))
}
