package catalog

import (
	"slices"

	"portolan/generator/diag"
	"portolan/generator/netspec"
)

// PortsOf returns the listener's ports of a flow where the ports of some flows
// are changed, by id: its own new ports, else those of the flow that it
// follows, else what its document states. By is the flow whose change decided,
// nil if none did. It is false where the change leaves no port for a flow that
// follows; the ports are then those of the document.
func (p *Product) PortsOf(f *Flow, changed map[string]netspec.PortSet) (ports netspec.PortSet, by *Flow, ok bool) {
	add := 0
	g := f
	for range p.Flows { // a fault of the data may lead round
		if own, is := changed[g.ID]; is {
			if ports, ok = own.Shift(add); !ok {
				ports = f.Ports
			}
			return ports, g, ok
		}
		add += g.Follows.Add
		if g = p.Flow(g.Follows.Flow); g == nil {
			break
		}
	}
	return f.Ports, nil, true
}

// Stranded is a flow that follows another whose ports are changed, so that it
// cannot be where it would have to be.
type Stranded struct {
	Flow *Flow
	// By is the flow whose ports are changed.
	By *Flow
	// Text says it; Hint tells the remedy.
	Text, Hint string
}

// Strand lists the flows that changed ports leave without ports, in the order
// of the file. What follows those in turn is not told as well.
func (p *Product) Strand(changed map[string]netspec.PortSet) (out []Stranded) {
	if len(changed) == 0 {
		return nil
	}
	for i := range p.Flows {
		f := &p.Flows[i]
		base := p.Flow(f.Follows.Flow)
		if base == nil {
			continue
		}
		now, by, ok := p.PortsOf(f, changed)
		under, _, sound := p.PortsOf(base, changed)
		s := Stranded{Flow: f, By: by, Hint: diag.Sprintf("give flow %q ports of its own as well", f.ID)}
		switch {
		case by == nil || by == f || !sound:
			continue
		case !ok:
			s.Text = diag.Sprintf("flow %q follows %q: %s %s leaves no port between 1 and 65535 for it", f.ID, base.ID, under, f.Follows.Sum())
		case !f.Allowed.IsZero() && !f.Allowed.Covers(now):
			s.Text = diag.Sprintf("flow %q follows %q and would be on %q, outside of what the product allows, %q", f.ID, base.ID, now, f.Allowed)
		default:
			continue
		}
		out = append(out, s)
	}
	return out
}

// Sum is what is added, as people write it: "+ 10000", "- 1".
func (f Follows) Sum() string {
	if f.Add < 0 {
		return diag.Sprintf("- %d", -f.Add)
	}
	return diag.Sprintf("+ %d", f.Add)
}

// Movable tells whether the ports of a flow can be changed, be it with those
// of the flow that it follows.
func (p *Product) Movable(f *Flow) bool {
	for range p.Flows {
		if f.Configurable {
			return true
		}
		if f = p.Flow(f.Follows.Flow); f == nil {
			break
		}
	}
	return false
}

// follows holds flows that follow others against those: whom they follow, and
// that their own ports are what comes of it.
func (k *productCheck) follows() {
	for i := range k.p.Flows {
		f := &k.p.Flows[i]
		if f.Follows == (Follows{}) {
			continue
		}
		path := "flow." + f.ID + ".follows"
		base := k.p.Flow(f.Follows.Flow)
		if base == nil {
			k.unknown(path+".flow", "flow", f.Follows.Flow, k.flowIDs)
			continue
		}
		if k.circular(f) {
			k.errorf(path+".flow", "follows-cycle", "flow %q follows itself", f.ID)
			continue
		}
		ports, ok := base.Ports.Shift(f.Follows.Add)
		switch {
		case !slices.Equal(base.Ports.Transports(), f.Ports.Transports()):
			k.errorf(path, "follows-transport", "flow %q is on %q, and cannot follow %q, which is on %q: the transports must be the same", f.ID, f.Ports, base.ID, base.Ports)
		case f.Follows.Add <= -65535 || f.Follows.Add >= 65535:
			k.errorf(path+".add", "follows-range", "no two ports are %d apart", f.Follows.Add)
		case !ok && !numbered(base.Ports):
			k.errorf(path+".add", "follows-range", "nothing can be added to %q, the ports of flow %q", base.Ports, base.ID)
		case !ok:
			k.errorf(path+".add", "follows-range", "%q of flow %q %s is not between 1 and 65535", base.Ports, base.ID, f.Follows.Sum())
		case !ports.Equal(f.Ports):
			k.errorf("flow."+f.ID+".ports", "follows-ports", "flow %q follows %q %s, which makes its ports %q, not %q", f.ID, base.ID, f.Follows.Sum(), ports, f.Ports)
		}
	}
}

// circular tells whether a flow follows itself, directly or around.
func (k *productCheck) circular(f *Flow) bool {
	g := k.p.Flow(f.Follows.Flow)
	for range k.p.Flows {
		if g == nil || g == f {
			break
		}
		g = k.p.Flow(g.Follows.Flow)
	}
	return g == f
}

// numbered tells whether a set is of ports that are numbers, or not stated.
func numbered(s netspec.PortSet) bool {
	for r := range s.Ranges() {
		if !r.Transport.HasPorts() || r.Form == netspec.AnyPort {
			return false
		}
	}
	return true
}
