package serve

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"portolan/generator/build"
	"portolan/generator/diag"
	"portolan/generator/diag/report"
)

// patience is how long faults are held back after a change: an editor may still be writing the file.
const patience = 100 * time.Millisecond

// maxFaults is the number of faults that a browser is told.
const maxFaults = 200

// edition is a site that was good. It does not change.
type edition struct {
	id     string // the series and the number
	series string // of one server, so that a browser that outlived another reloads
	number int    // from 1, one more for each plan that differs from the one before
	plan   []build.Output
	index  map[string]int32
}

func (e *edition) find(path string) *build.Output {
	if i, ok := e.index[path]; ok {
		return &e.plan[i]
	}
	return nil
}

// state is what browsers see: the last good edition, nil if there was none yet, and what is wrong now.
type state struct {
	good   *edition
	faults []fault
	more   int // faults beyond those listed

	id   string // equal for equal states
	json []byte
}

// fault is a diagnostic as browsers are told it. Place may be empty.
type fault struct {
	Place    string `json:"place"`
	Severity string `json:"severity"`
	Text     string `json:"text"`
	Code     string `json:"code"`
}

// seal completes a state.
func (st *state) seal() *state {
	message := struct {
		Build  string  `json:"build"`
		State  string  `json:"state"`
		Faults []fault `json:"faults"`
		More   int     `json:"more"`
	}{Faults: append([]fault{}, st.faults...), More: st.more}
	if st.good != nil {
		message.Build = st.good.id
	}
	plain, _ := json.Marshal(message) // Strings and numbers: cannot fail.
	sum := sha256.Sum256(plain)
	st.id = hex.EncodeToString(sum[:8])
	message.State = st.id
	st.json, _ = json.Marshal(message)
	return st
}

// live holds the present state.
type live struct {
	mu      sync.Mutex
	state   *state        // nil until the first build has ended
	changed chan struct{} // closed with the next change
}

// now returns the state and what closes when it is no longer the present one.
func (l *live) now() (*state, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state, l.changed
}

// publish makes a state the present one, unless it equals it.
func (l *live) publish(st *state) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state != nil && l.state.id == st.id {
		return
	}
	l.state = st
	close(l.changed)
	l.changed = make(chan struct{})
}

// opened is what an Opener returned, and when.
type opened struct {
	plan  []build.Output
	diags []diag.Diagnostic
	err   error
	took  time.Duration
}

func (o *opened) good() bool { return o.err == nil && o.plan != nil && len(o.errors()) == 0 }

// errors are the diagnostics that are more than warnings.
func (o *opened) errors() []diag.Diagnostic {
	var errs []diag.Diagnostic
	for _, d := range o.diags {
		if d.Severity == diag.Error {
			errs = append(errs, d)
		}
	}
	return errs
}

// rebuild opens the site now and after each change, until ctx is done. A change during a build supersedes it.
func (s *Server) rebuild(ctx context.Context, changes <-chan struct{}) {
	for first := true; ; first = false {
		begun := time.Now()
		result, ok := s.attempt(ctx, changes)
		if ok && !result.good() && !first {
			ok = !wait(ctx, changes, max(0, patience-time.Since(begun)))
		}
		if ctx.Err() != nil {
			return
		}
		if !ok {
			continue
		}
		s.settle(&result)
		if !wait(ctx, changes, -1) {
			return
		}
	}
}

// wait tells whether a change came within d; below 0 it waits for ever.
func wait(ctx context.Context, changes <-chan struct{}, d time.Duration) bool {
	var over <-chan time.Time
	if d >= 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-changes:
		return true
	case <-over:
	case <-ctx.Done():
	}
	return false
}

// attempt opens the site once. False: a change came meanwhile, or the end, and the result is void.
func (s *Server) attempt(ctx context.Context, changes <-chan struct{}) (opened, bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan opened, 1)
	go func() { done <- s.open(ctx) }()
	select {
	case result := <-done:
		return result, ctx.Err() == nil
	case <-changes:
	case <-ctx.Done():
	}
	cancel()
	<-done
	return opened{}, false
}

// open calls the Opener. A panic becomes an error, so that the preview outlives it.
func (s *Server) open(ctx context.Context) (result opened) {
	begun := time.Now()
	defer func() {
		if v := recover(); v != nil {
			result = opened{err: fmt.Errorf("panic: %v\n%s", v, debug.Stack())}
		}
		result.took = time.Since(begun)
	}()
	result.plan, result.diags, result.err = s.opts.Open(ctx)
	return result
}

// settle makes a result the present state and tells the log.
func (s *Server) settle(o *opened) {
	last, _ := s.live.now()
	next := &state{}
	if last != nil {
		next.good = last.good
	}
	good := o.good()
	if good {
		e, err := newEdition(o.plan, next.good)
		if err != nil {
			o.err, good = err, false
		} else {
			next.good = e
		}
	}
	if !good {
		next.faults, next.more = faults(o)
	}
	s.live.publish(next.seal())
	s.tell(o, good, next.good != nil)
}

// newEdition indexes a plan that follows the last edition, nil for none. A plan that equals the last one keeps its id,
// and one of the same paths its index.
func newEdition(plan []build.Output, last *edition) (*edition, error) {
	if last == nil {
		last = &edition{series: rand.Text()[:8]}
	}
	e := &edition{series: last.series, number: last.number, plan: plan, index: last.index}
	paths := last.number > 0 && len(last.plan) == len(plan)
	keys := paths
	for i := 0; paths && i < len(plan); i++ {
		paths = plan[i].Path == last.plan[i].Path
		keys = keys && paths && plan[i].Key == last.plan[i].Key
	}
	if !keys {
		e.number++
	}
	e.id = e.series + "-" + strconv.Itoa(e.number)
	if paths {
		return e, nil
	}
	e.index = make(map[string]int32, len(plan))
	for i := range plan {
		if _, twice := e.index[plan[i].Path]; twice {
			return nil, fmt.Errorf("%s: two outputs of one path", plan[i].Path)
		}
		e.index[plan[i].Path] = int32(i)
	}
	return e, nil
}

// faults lists what is wrong with a result that is not good. Warnings would only hide it.
func faults(o *opened) (list []fault, more int) {
	if o.err != nil {
		list = append(list, fault{Severity: diag.Error.String(), Text: o.err.Error()})
	}
	for _, d := range o.errors() {
		list = append(list, fault{Place: d.Pos.String(), Severity: d.Severity.String(), Text: d.Message(), Code: d.Code})
	}
	if len(list) == 0 {
		list = append(list, fault{Severity: diag.Error.String(), Text: "the site has no plan"})
	}
	if len(list) > maxFaults {
		list, more = list[:maxFaults], len(list)-maxFaults
	}
	return list, more
}

// tell writes a result to the log: each error, and how many warnings there are. Earlier says that there is a good edition
// to stay with.
func (s *Server) tell(o *opened, good, earlier bool) {
	var b strings.Builder
	errs := o.errors()
	_ = report.Write(&b, report.Text, errs)
	if o.err != nil {
		fmt.Fprintf(&b, "error: %v\n", o.err)
	}
	switch {
	case good:
		fmt.Fprintf(&b, "ready in %d ms: %d files, %d warnings\n", o.took.Milliseconds(), len(o.plan), len(o.diags)-len(errs))
	case earlier:
		b.WriteString("the data is wrong: the last good pages stay\n")
	default:
		b.WriteString("the data is wrong: nothing to show yet\n")
	}
	s.logf("%s", b.String())
}
