package builder

import (
	"slices"
	"strings"

	"portolan/generator/diag"
	"portolan/generator/network"
	"portolan/generator/policy"
	"portolan/generator/request"
	"portolan/generator/verify"
)

// Result is what the page shows of a request.
type Result struct {
	// File is the rules; nil where a fault is an error.
	File *File
	// At is the vantage point that was taken; Rules is how many entries there are.
	At    string
	Rules int
	// In are the ids of the flows that are in, On those of the features that
	// are on. Of a network, whose file has chosen, In are the flows with a rule
	// at the vantage point, and both name their instance too: "transfer.ldap".
	In, On []string
	// Moved are the flows whose ports go with those of another that the request
	// changes, with their ports now.
	Moved []Moved
	// Roles are the parties whose addresses are in the file, in its order.
	Roles []Role
	// Left are the flows that should be in the file and are not.
	Left []Left
	// Missing says what is not in the file, a sentence each.
	Missing []string
	Faults  []Fault
	// Warnings are what the command line says beside the file.
	Warnings []string
	Steps    Steps
}

// Beside is what goes with a result. It takes as long as all else, and is
// seldom looked at.
type Beside struct {
	// Tests are the connection tests to run at the vantage point.
	Tests []Test
	// Request is the change request of all vantage points; nil where a fault is an error.
	Request *File
}

// Role is a party by the data's id. Fill tells that it has a documentation address.
type Role struct {
	ID   string
	Fill bool
}

// File is a text with its name.
type File struct{ Name, Text string }

// Moved is a flow that follows another, with the ports that it so gets.
type Moved struct{ Flow, Ports string }

// Left is a flow that has no rule, and why.
type Left struct{ Flow, Why string }

// Test is a file of connection tests, and the command that runs it.
type Test struct{ Name, Title, Run, Text string }

// Steps tell how to use the file.
type Steps struct{ Load, Check, Remove, Undo []policy.Step }

// Build makes the rules that a request asks for.
func (s *Subject) Build(r *Request) *Result {
	c := s.Compile(r)
	out := &Result{Faults: c.Faults, Moved: c.Moved}
	if c.Selection != nil {
		for _, f := range c.Selection.Flows {
			out.In = append(out.In, f.ID)
		}
		for _, f := range s.Product.Features {
			if c.Selection.On[f.ID] {
				out.On = append(out.On, f.ID)
			}
		}
	}
	if s.Network != nil {
		out.In, out.On = s.carried(c.Policy)
	}
	if c.Policy == nil {
		return out
	}
	out.At = c.Policy.At.ID
	out.Faults = append(out.Faults, Contradictions(c.Policy)...)
	c.Faults = out.Faults
	for _, x := range c.Policy.Left {
		if x.Why == policy.NoPort {
			out.Left = append(out.Left, Left{x.Reason.ID(), "its source states no port"})
		}
	}
	if c.Platform != nil {
		s.lowered(c, out)
	}
	return out
}

// carried are the flows of a network that a policy has rules for, nil: none,
// and the features that the network's file has on.
func (s *Subject) carried(p *policy.Policy) (in, on []string) {
	ruled := map[string]bool{}
	if p != nil {
		for _, r := range p.Rules {
			for _, x := range r.Reasons {
				ruled[x.ID()] = true
			}
		}
	}
	for i := range s.Network.Links {
		l := &s.Network.Links[i]
		if id := l.Instance.ID + "." + l.Flow.ID; ruled[id] && !slices.Contains(in, id) {
			in = append(in, id)
		}
	}
	for _, v := range s.Network.Deployment.Instances {
		p := s.Catalog.Product(v.Product)
		if p == nil {
			continue
		}
		sel, _ := network.Select(p, network.Choice{Version: v.Version, Features: v.Features, Flows: v.Flows})
		for _, f := range p.Features {
			if sel.On[f.ID] {
				on = append(on, v.ID+"."+f.ID)
			}
		}
	}
	return in, on
}

// Beside makes what goes with the rules that a request asks for.
func (s *Subject) Beside(r *Request) *Beside {
	c := s.Compile(r)
	out := &Beside{}
	if c.Policy == nil {
		return out
	}
	out.Tests = tests(c.Policy)
	if !c.Failed() && len(c.Policy.Contradictions()) == 0 {
		out.Request = &File{"change-request.csv", string(s.request(r))}
	}
	return out
}

// lowered is what the platform makes of the policy.
func (s *Subject) lowered(c *Compiled, out *Result) {
	info := c.Platform.Info()
	text, l, err := policy.File(c.Platform, c.Policy)
	name := policy.FileName(info, c.Policy.At)
	switch {
	case err != nil:
		out.Faults = append(out.Faults, Fault{Text: err.Error()})
	case !c.Failed():
		out.File = &File{name, string(text)}
	}
	out.Rules, out.Missing = len(l.Entries), l.Missing
	for _, set := range l.Sets {
		i := slices.IndexFunc(out.Roles, func(r Role) bool { return r.ID == set.Role })
		if i < 0 {
			i = len(out.Roles)
			out.Roles = append(out.Roles, Role{ID: set.Role})
		}
		out.Roles[i].Fill = out.Roles[i].Fill || set.Placeholder
	}
	var refused []Left
	for _, x := range l.Refused {
		for _, why := range x.Rule.Reasons {
			refused = append(refused, Left{why.ID(), x.Why})
		}
	}
	out.Left = append(refused, out.Left...)
	var list diag.List
	l.Warn(c.Policy, &list)
	for _, d := range list.Sorted() {
		out.Warnings = append(out.Warnings, d.Text)
	}
	out.Steps = Steps{Load: filled(info.Load, name, l.ID), Check: filled(info.Check, name, l.ID), Remove: filled(info.Remove, name, l.ID)}
	if c.Policy.Deny != nil {
		out.Steps.Undo = filled(info.Undo, name, l.ID)
	}
}

func filled(list []policy.Step, file, id string) []policy.Step {
	fill := strings.NewReplacer("{file}", file, "{id}", id)
	out := make([]policy.Step, len(list))
	for i, x := range list {
		out[i] = policy.Step{Text: x.Text, Command: fill.Replace(x.Command)}
	}
	return out
}

// tests are the connection tests of a machine's policy.
func tests(p *policy.Policy) (out []Test) {
	if p.At.Kind != policy.Host || !verify.Opens(p) {
		return nil
	}
	for _, tool := range verify.Tools() {
		name := tool.FileName(p.At)
		out = append(out, Test{name, tool.Title, strings.ReplaceAll(tool.Run, "{file}", name), string(tool.Render(p))})
	}
	return out
}

// policies are those of all vantage points. The request's own place and
// platform don't count; faults are not told.
func (s *Subject) policies(r *Request) (out []*policy.Policy) {
	compile := s.choose(new(Compiled), r)
	for _, at := range s.Vantages() {
		out = append(out, compile(at))
	}
	return out
}

// request is the change request of all vantage points as comma-separated values.
func (s *Subject) request(r *Request) []byte {
	list := s.policies(r)
	if s.Product != nil {
		return request.Product(s.Product, list, s.Provenance).CSV()
	}
	return request.Network(s.Network, list, s.Provenance).CSV()
}
