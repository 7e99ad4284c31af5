package policytest

import (
	"fmt"
	"strings"

	"portolan/generator/policy"
)

// Dump spells a policy for goldens, one rule a line.
func Dump(p *policy.Policy) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s\n", p.Subject.Path, p.At.ID)
	for _, r := range p.Roles {
		fmt.Fprintf(&b, "role %s %v", r.ID, r.Addresses)
		for _, x := range []struct {
			word string
			said bool
		}{{"any", r.Any}, {"placeholder", r.Placeholder}, {fmt.Sprint("before ", r.Before), len(r.Before) > 0}, {fmt.Sprint("names ", r.FQDN, r.Templates), len(r.FQDN)+len(r.Templates) > 0}} {
			if x.said {
				b.WriteString(" " + x.word)
			}
		}
		b.WriteByte('\n')
	}
	end := func(e policy.End) string {
		ids := make([]string, len(e.Roles))
		for i, r := range e.Roles {
			ids[i] = r.ID
		}
		if e.Local {
			return "here"
		}
		return strings.Join(ids, "+")
	}
	for _, r := range p.Rules {
		fmt.Fprintf(&b, "%s %s %s > %s %s", r.Action, r.Direction, end(r.From), end(r.To), r.Ports)
		if !r.SourcePorts.IsZero() {
			fmt.Fprintf(&b, " from %s", r.SourcePorts)
		}
		fmt.Fprintf(&b, "  # %s\n", flows(r.Reasons))
	}
	for _, l := range p.Left {
		fmt.Fprintf(&b, "left %s: %s\n", l.Reason.ID(), [...]string{"elsewhere", "inside", "no port"}[l.Why])
	}
	for _, t := range p.Translations {
		fmt.Fprintf(&b, "translate %s %s > %s\n", t.Name, t.Public, t.Real)
	}
	return b.String()
}

func flows(list []policy.Reason) string {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID()
	}
	return strings.Join(ids, ", ")
}
