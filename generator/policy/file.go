package policy

import (
	"portolan/generator/diag"
)

// FileName is what a platform's file at a vantage point is called: "nftables-host.nft".
func FileName(to *Info, at Vantage) string { return to.ID + "-" + at.ID + "." + to.Ext }

// File lowers a policy to a platform and spells it.
func File(pl Platform, p *Policy) ([]byte, *Lowered, error) {
	l := Lower(p, pl.Info(), FileName(pl.Info(), p.At))
	text, err := Render(pl, l)
	return text, l, err
}

// Warn reports, at the flow's own line, what a lowered policy leaves out.
func (l *Lowered) Warn(p *Policy, sink diag.Sink) {
	for _, x := range l.Refused {
		for _, r := range x.Rule.Reasons {
			r.warn(sink, "not-expressible", l.Info.Title+" has no rule for "+r.ID()+": "+x.Why)
		}
	}
	for _, x := range p.Left {
		if x.Why == NoPort {
			x.Reason.warn(sink, "port-not-stated", "no rule for "+x.Reason.ID()+": its source states no port")
		}
	}
}

func (r Reason) warn(sink diag.Sink, code, text string) {
	diag.Warnf(sink, r.Product.At.At("flow."+r.Flow.ID), code, "%s", text)
}
