// Package verify writes connection tests to run on a machine: what a policy
// lets out of it must open, what the policy forbids must stay closed.
//
// Texts come in through [policy.Safe], ports and addresses from their types,
// names only where they are spelt like one. No test goes to a documentation
// address, and what cannot be tested is in the file with the reason.
package verify

import (
	"cmp"
	"slices"

	"portolan/generator/policy"
)

// Tool is a program that runs the tests.
type Tool struct {
	// ID begins the file's name: "bash".
	ID string
	// Title is what people call it.
	Title string
	// Ext ends the file's name, without a dot.
	Ext string
	// Summary says in one sentence what its file does.
	Summary string
	// Run is the command that runs it; "{file}" stands for the file.
	Run string

	render func(*page, *plan)
}

// Tools lists them in the order in which they are shown.
func Tools() []Tool {
	return []Tool{
		{
			ID: "bash", Title: "Bash", Ext: "sh",
			Summary: "TCP and UDP over IPv4 and IPv6, sixteen tests at a time, as a table or JSON; needs nothing but Bash.",
			Run:     "bash {file} --help",
			render:  bash,
		},
		{
			ID: "powershell", Title: "PowerShell", Ext: "ps1",
			Summary: "The same tests on Windows, for Windows PowerShell 5.1 and PowerShell 7.",
			Run:     "powershell -ExecutionPolicy Bypass -File {file}",
			render:  powershell,
		},
		{
			ID: "nmap", Title: "Nmap", Ext: "sh",
			Summary: "The same ports as Nmap commands, ranges whole, with the reason of each result.",
			Run:     "sh {file}",
			render:  nmap,
		},
	}
}

// Render writes the tests of a policy that is compiled at a host; nil where
// that host opens no connection and none is forbidden to it.
func (t Tool) Render(p *policy.Policy) []byte {
	pl := newPlan(p)
	if pl == nil {
		return nil
	}
	var out page
	t.render(&out, pl)
	return out.text
}

// FileName is what the tests from a host are called: "bash-server.sh".
func (t Tool) FileName(at policy.Vantage) string {
	return t.ID + "-" + cmp.Or(at.Endpoint, at.ID) + "." + t.Ext
}

// Opens tells whether a policy has something to test: whether [Tool.Render]
// gives a file. It is cheap.
func Opens(p *policy.Policy) bool {
	return slices.ContainsFunc(p.Rules, func(r policy.Rule) bool { return r.From.Local && !r.To.Local }) ||
		slices.ContainsFunc(p.Left, func(l policy.Left) bool { return unstated(p, l) })
}

// unstated tells whether a flow would be opened from here if its port were known.
func unstated(p *policy.Policy, l policy.Left) bool {
	return l.Why == policy.NoPort && p.At.Endpoint != "" && slices.Contains(l.Reason.Flow.From, p.At.Endpoint)
}

// page is a file that grows.
type page struct{ text []byte }

// line appends the parts and ends the line.
func (p *page) line(parts ...string) {
	for _, s := range parts {
		p.text = append(p.text, s...)
	}
	p.text = append(p.text, '\n')
}

// comments appends lines behind a number sign, the comment of all tools.
func (p *page) comments(lines []string) {
	for _, s := range lines {
		if s == "" {
			p.line("#")
			continue
		}
		p.line("# ", s)
	}
}
