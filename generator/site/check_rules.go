package site

import (
	"slices"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy"
)

// checkRules reports, once a flow, which platforms have no rule
// for it, and flows that open what their product forbids.
func (s *Site) checkRules(sink diag.Sink) {
	off := slices.Contains(s.Catalog.Site.WarningsOff, "not-expressible")
	for _, p := range s.Catalog.Products {
		forbids := false
		for i := range p.Flows {
			f := &p.Flows[i]
			forbids = forbids || f.Need == catalog.Forbidden
			if off {
				continue
			}
			var gaps []string
			for _, g := range policy.Gaps(s.platforms, f) {
				gaps = append(gaps, "on "+strings.Join(g.Platforms, ", ")+", since "+g.Why)
			}
			if len(gaps) > 0 {
				diag.Warnf(sink, p.At.At("flow."+f.ID), "not-expressible", "no rule for %q, or not all of it, %s", f.ID, strings.Join(gaps, "; "))
			}
		}
		if forbids {
			s.checkForbidden(p, sink)
		}
	}
}

// checkForbidden reports default flows that open all that a forbidden one closes.
func (s *Site) checkForbidden(p *catalog.Product, sink diag.Sink) {
	sel, _ := network.Select(p, network.Choice{})
	told := map[string]bool{}
	for _, at := range policy.Vantages(p) {
		for _, c := range policy.Product(s.Catalog, sel, at, policy.Options{}).Contradictions() {
			if key := c.Allow.ID() + " " + c.Forbid.ID(); !told[key] {
				told[key] = true
				diag.Errorf(sink, p.At.At("flow."+c.Allow.Flow.ID), "forbidden-open", "flow %q opens all that %q forbids", c.Allow.ID(), c.Forbid.ID())
			}
		}
	}
}
