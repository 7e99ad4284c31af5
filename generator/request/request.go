// Package request makes the change request of a network or a product: every
// rule of every firewall and host once, with its reason and its source, as a
// workbook and as a table of comma-separated values that a change board gets
// as they are.
//
// The rows are those of the change-request platform; here they are united,
// numbered through, and put beside what is translated and who said so.
package request

import (
	"net/netip"
	"slices"

	"portolan/generator/catalog"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/policy/form"
	"portolan/generator/sheet/cell"
)

// Request is a change request. It is not changed once it is made.
type Request struct {
	// Title is of what it is, Summary what that is.
	Title, Summary string
	// Firewalls are those between zones, Hosts those on machines.
	Firewalls, Hosts []Firewall
	// Changes are the addresses that firewalls change.
	Changes []Change
	// Provenance is the line that says where each row comes from.
	Provenance string
}

// Firewall is one firewall's rows.
type Firewall struct {
	policy.Vantage
	Rows []Row
	// Missing is what is not among them, a sentence each.
	Missing []string
}

// Row is a rule with its number, which no other row of the request has.
type Row struct {
	Number int
	form.Row
}

// Change is a translation of addresses.
type Change struct {
	Number int
	// By is the firewall that translates.
	By string
	// Inbound tells that the destination is changed, on the way in; else it is
	// the source, on the way out.
	Inbound bool
	// Of says whose address it is.
	Of, Before, After string
}

// Network unites the policies of a network's [policy.NetworkVantages], which
// were compiled with their translations.
func Network(n *network.Network, policies []*policy.Policy, provenance string) *Request {
	r := &Request{Title: n.Deployment.Name, Summary: n.Deployment.Summary, Provenance: provenance}
	r.unite(n, policies)
	return r
}

// Product unites the policies of a product's [policy.Vantages].
func Product(p *catalog.Product, policies []*policy.Policy, provenance string) *Request {
	r := &Request{Title: p.Name, Summary: p.Summary, Provenance: provenance}
	r.unite(nil, policies)
	return r
}

// unite makes the rows: firewalls first, then hosts, then what is translated.
// Of a product n is nil.
func (r *Request) unite(n *network.Network, policies []*policy.Policy) {
	count := 0
	next := func() int {
		count++
		return count
	}
	for _, kind := range []policy.Kind{policy.Perimeter, policy.Host} {
		for _, p := range policies {
			if p.At.Kind != kind {
				continue
			}
			l := form.Lower(p)
			f := Firewall{Vantage: p.At, Missing: l.Missing}
			f.Name = cell.Clean(f.Name)
			var wall *catalog.Firewall
			if n != nil && kind == policy.Perimeter {
				wall = n.Deployment.Firewall(p.At.ID)
			}
			rows := form.Rows(l, cell.Clean)
			for i := range rows {
				if i < len(l.Entries) && wall != nil && hides(n, wall, l.Entries[i].Rule) {
					hide(&rows[i], l.Entries[i].Rule, wall)
				}
				f.Rows = append(f.Rows, Row{next(), rows[i]})
			}
			if kind == policy.Perimeter {
				r.Firewalls = append(r.Firewalls, f)
			} else {
				r.Hosts = append(r.Hosts, f)
			}
		}
	}
	for _, p := range policies {
		for _, t := range p.Translations {
			r.Changes = append(r.Changes, Change{next(), cell.Clean(p.At.Name), true, cell.Clean(t.Name), t.Public.String(), t.Real.String()})
		}
		if n == nil || p.At.Kind != policy.Perimeter {
			continue
		}
		for _, a := range n.Deployment.Firewall(p.At.ID).Egress {
			r.Changes = append(r.Changes, Change{next(), cell.Clean(p.At.Name), false, "Connections that inside hosts open beyond it", "their own addresses", a.String()})
		}
	}
}

// hides tells whether a firewall shows its own address as the source of what a
// rule allows.
func hides(n *network.Network, f *catalog.Firewall, r *policy.Rule) bool {
	return r.Action == policy.Allow && slices.ContainsFunc(n.Links, func(l network.Link) bool {
		k := slices.Index(l.Chain, f)
		asks := func(why policy.Reason) bool { return why.Instance == l.Instance.ID && why.Flow == l.Flow }
		return k >= 0 && slices.ContainsFunc(r.Reasons, asks) &&
			l.From.Zone == r.From.Roles[0].Zone && l.To.Zone == r.To.Roles[0].Zone && n.Hides(&l, k)
	})
}

// hide tells in a row that the source is changed on the way out, in the
// families that the firewall has an address of.
func hide(row *form.Row, r *policy.Rule, wall *catalog.Firewall) {
	for _, a := range wall.Egress {
		for _, from := range r.From.Roles {
			if from.Any || hasFamily(from.Addresses, a.Addr) {
				if row.Translation != "" {
					row.Translation += "; "
				}
				row.Translation += "outbound: source becomes " + a.String()
				break
			}
		}
	}
}

func hasFamily(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Addr().Is4() == a.Is4() {
			return true
		}
	}
	return false
}

// URLs are the addresses of the documents that ask for the rule, each once.
func (r *Row) URLs() (out []string) {
	for _, s := range r.Stated {
		if s.URL != "" && !slices.Contains(out, s.URL) {
			out = append(out, s.URL)
		}
	}
	return out
}

// Direction is how a translation's connections pass.
func (c Change) Direction() string {
	if c.Inbound {
		return "inbound: the destination changes"
	}
	return "outbound: the source changes"
}

// Rules counts the rows that are rules.
func (r *Request) Rules() int {
	n := 0
	for _, list := range [][]Firewall{r.Firewalls, r.Hosts} {
		for i := range list {
			n += len(list[i].Rows)
		}
	}
	return n
}
