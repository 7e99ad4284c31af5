package packets

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// limit bounds a run, on a machine however busy.
const limit = 3 * time.Minute

// LoadError tells that rules could not be loaded.
type LoadError struct {
	Time int // 1 or 2
	Err  error
}

// Error names the load and what its program printed.
func (e *LoadError) Error() string { return fmt.Sprintf("load %d of the rules: %v", e.Time, e.Err) }

// Unwrap is the loader's own error.
func (e *LoadError) Unwrap() error { return e.Err }

// Rules are what is tried.
type Rules struct {
	Load Loader
	// Before makes what the machine has of others; nil: nothing.
	Before Loader
	// Remove takes the rules away again, after the probes; nil: they stay.
	Remove Loader
	// Once leaves the second load out.
	Once bool
}

// Trial is a plan in which probes come through without rules, so that rules
// can be tried on them, any number at a time.
type Trial struct {
	plan   Plan
	probes map[Probe]bool
	wait   time.Duration // for a probe that should not come through
}

// Control sends the probes without rules, where all must come through. Any
// error is a fault of the plan, of the probes or of the machine. It takes
// three minutes at most.
func Control(ctx context.Context, plan Plan, probes []Probe) (*Trial, error) {
	if err := plan.check(probes); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	wait, err := control(ctx, plan, probes)
	if err != nil {
		return nil, err
	}
	t := &Trial{plan: plan, probes: map[Probe]bool{}, wait: wait}
	for _, p := range probes {
		t.probes[p.packet()] = true
	}
	return t, nil
}

// Run sends probes through rules that are loaded twice, or [Rules.Once]. They are of those that
// came through without rules, with wishes of their own. It returns a
// [LoadError] for rules that cannot be loaded; any other error is a fault of
// the probes or of the machine. It takes three minutes at most.
func (t *Trial) Run(ctx context.Context, rules Rules, probes []Probe) (Report, error) {
	if err := t.plan.check(probes); err != nil {
		return Report{}, err
	}
	for _, p := range probes {
		if !t.probes[p.packet()] {
			return Report{}, fmt.Errorf("%s: nobody knows whether it comes through without rules", p)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	times := 2
	if rules.Once {
		times = 1
	}
	return filter(ctx, t.plan, rules, times, probes, t.wait, true)
}

// packet is the probe without what is wished of it. What is translated goes
// straight to its end without rules.
func (p Probe) packet() Probe {
	p.Want, p.Why = Closed, ""
	return p
}

// Run is a [Control] and one run of rules.
func Run(ctx context.Context, plan Plan, load Loader, probes []Probe) (Report, error) {
	t, err := Control(ctx, plan, probes)
	if err != nil {
		return Report{}, err
	}
	return t.Run(ctx, Rules{Load: load}, probes)
}

// control sends the probes without rules and returns how long to wait for a
// probe that should not come through, on this machine as busy as it is.
func control(ctx context.Context, plan Plan, probes []Probe) (wait time.Duration, err error) {
	l, err := newLab(ctx, plan)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	open := slices.Clone(probes)
	for i := range open {
		open[i].Want = Open
		if own := open[i].Real; own.IsValid() { // nobody translates
			open[i].To, open[i].DstPort, open[i].Real = own.Addr(), own.Port(), netip.AddrPort{}
		}
	}
	results, err := l.run(ctx, open, patience)
	if err != nil {
		return 0, err
	}
	if err := l.again(ctx, open, results); err != nil {
		return 0, err
	}
	report := judge(open, results)
	if !report.OK() {
		return 0, fmt.Errorf("without any rules, %s", report)
	}
	wait = minWait
	for _, r := range results {
		wait = max(wait, 3*r.took)
	}
	return min(wait, maxWait), nil
}

// filter sends the probes with rules that are loaded so many times, through a
// network that has seen no packet yet: no connection, neighbour or path MTU is
// known from before. With late, what should have come through is sent once more
// in the end: it may have been late on a busy machine.
func filter(ctx context.Context, plan Plan, rules Rules, times int, probes []Probe, wait time.Duration, late bool) (report Report, err error) {
	l, err := newLab(ctx, plan)
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	if rules.Before != nil {
		if err := rules.Before(ctx, l.filtered()); err != nil {
			return Report{}, fmt.Errorf("what is there before: %w", err)
		}
	}
	before, err := list(ctx, l.filtered())
	if err != nil {
		return Report{}, err
	}
	listings := make([]string, times)
	for i := range listings {
		if err := rules.Load(ctx, l.filtered()); err != nil {
			return Report{}, &LoadError{Time: i + 1, Err: err}
		}
		if listings[i], err = list(ctx, l.filtered()); err != nil {
			return Report{}, err
		}
	}
	results, err := l.run(ctx, probes, wait)
	if err != nil {
		return Report{}, err
	}
	if late {
		if err := l.again(ctx, probes, results); err != nil {
			return Report{}, err
		}
	}
	report = judge(probes, results)
	report.Drift = differ(listings[0], listings[times-1])
	if rules.Remove != nil {
		if err := rules.Remove(ctx, l.filtered()); err != nil {
			return Report{}, fmt.Errorf("removing the rules: %w", err)
		}
		after, err := list(ctx, l.filtered())
		if err != nil {
			return Report{}, err
		}
		report.Left = differ(before, after)
	}
	return report, nil
}

func differ(a, b string) string { return cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")) }

func judge(probes []Probe, results []result) Report {
	r := Report{Probes: len(probes)}
	for i, p := range probes {
		if results[i].got != p.Want {
			r.Failures = append(r.Failures, Failure{Probe: p, Got: results[i].got, Detail: results[i].detail})
		}
	}
	return r
}

// passing matches what programs that list rules print besides them.
var passing = regexp.MustCompile(`(?m)^#.*\n|\[\d+:\d+\]`)

// list prints all rules of a namespace, by the programs that are there.
func list(ctx context.Context, ns *Namespace) (string, error) {
	var b strings.Builder
	for _, command := range [][]string{
		{"nft", "--stateless", "list", "ruleset"},
		{"iptables-legacy-save"}, {"ip6tables-legacy-save"},
	} {
		if _, err := exec.LookPath(command[0]); err != nil {
			continue
		}
		out, err := ns.Exec(ctx, "", command[0], command[1:]...)
		if err != nil {
			return "", fmt.Errorf("listing the rules: %w", err)
		}
		b.WriteString(passing.ReplaceAllString(out, ""))
	}
	return b.String(), nil
}

// Need skips the test where this machine can lay out no network or lacks one of
// the programs; in continuous integration (CI=true) it fails it.
func Need(t testing.TB, programs ...string) {
	t.Helper()
	var lacks []string
	if os.Geteuid() != 0 {
		lacks = append(lacks, "root")
	}
	for _, name := range append([]string{"ip"}, programs...) {
		if _, err := exec.LookPath(name); err != nil {
			lacks = append(lacks, name)
		}
	}
	if len(lacks) == 0 {
		dir := path.Join(t.TempDir(), "trial")
		ns, err := newNamespace(dir, true)
		ns.close()
		if err == nil {
			return
		}
		lacks = append(lacks, "network namespaces ("+err.Error()+")")
	}
	text := "packets need " + strings.Join(lacks, ", ")
	if os.Getenv("CI") == "true" {
		t.Fatal(text)
	}
	t.Skip(text)
}

// Check fails the test unless the rules load, twice to the same end, and every
// probe comes out as wanted.
func Check(t testing.TB, plan Plan, load Loader, probes []Probe) {
	t.Helper()
	report, err := Run(t.Context(), plan, load, probes)
	switch {
	case err != nil:
		t.Fatal(err)
	case !report.OK():
		t.Error(report)
	}
}

// Notice fails the test for every spoilt text that loads and passes all probes.
// A text that does not load is noticed, but tells little: that too fails, so
// that spoiling is done with care.
func Notice(t testing.TB, plan Plan, load func(text string) Loader, spoilt []Mutation, probes []Probe) {
	t.Helper()
	trial, err := Control(t.Context(), plan, probes)
	if err != nil {
		t.Fatal(err)
	}
	trial.Notice(t, func(text string) Rules { return Rules{Load: load(text)} }, spoilt, probes)
}

// Notice is the function of that name, in a trial.
func (t *Trial) Notice(tb testing.TB, rules func(text string) Rules, spoilt []Mutation, probes []Probe) {
	tb.Helper()
	if len(spoilt) == 0 {
		tb.Error("nothing is spoilt")
		return
	}
	plan, wait := t.plan, t.wait
	reports, errs := make([]Report, len(spoilt)), make([]error, len(spoilt))
	places := make(chan struct{}, 4) // most of a run is waiting
	var all sync.WaitGroup
	for i, m := range spoilt {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			ctx, cancel := context.WithTimeout(tb.Context(), limit)
			defer cancel()
			reports[i], errs[i] = filter(ctx, plan, rules(m.Text), 1, probes, wait, false)
			if errs[i] == nil && len(reports[i].Failures) == 0 && wait < maxWait {
				// What should be noticed may only have come late.
				reports[i], errs[i] = filter(ctx, plan, rules(m.Text), 1, probes, maxWait, false)
			}
		})
	}
	all.Wait()
	for i, m := range spoilt {
		switch n := len(reports[i].Failures); {
		case errs[i] != nil:
			tb.Errorf("%s: %v", m.Name, errs[i])
		case n == 0:
			tb.Errorf("%s: no probe notices it", m.Name)
		default:
			tb.Logf("%s: noticed by %d of %d probes", m.Name, n, reports[i].Probes)
		}
	}
}
