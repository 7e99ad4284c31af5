package build

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

// Run brings the site in store from previous, which must be the store's own manifest, to plan and returns the new
// manifest. After an error the site is unchanged and the manifest is previous. All faults of a plan, all files that
// stand in the way and all failed renders are reported, in the order of their paths.
func Run(ctx context.Context, plan []Output, previous Manifest, store Store, opts Options) (Manifest, Stats, error) {
	stats := Stats{Outputs: len(plan)}
	sorted, err := sortPlan(plan)
	if err != nil {
		return previous, stats, err
	}
	r := newRun(sorted, previous, store, opts)
	if err := r.survey(ctx); err != nil {
		return previous, stats, err
	}
	if r.idle() {
		r.progress(0)
		return r.next, stats, nil
	}
	stage, err := store.Stage()
	if err != nil {
		return previous, stats, err
	}
	if err = r.render(ctx, stage); err == nil {
		if err = context.Cause(ctx); err == nil {
			err = stage.Commit(ctx, r.change())
		}
	}
	stats = r.stats()
	if err != nil {
		return previous, stats, errors.Join(err, stage.Discard())
	}
	return r.next, stats, stage.Discard()
}

// Fresh reports whether the site in store is already what Run would make of a plan, without asking for the plan: the
// manifest, which must be the store's own, is of the same program and the same inputs, and every file stands as it
// says. It writes nothing. Without opts.Inputs it is never true.
func Fresh(ctx context.Context, previous Manifest, store Store, opts Options) (bool, error) {
	if opts.Inputs == (Key{}) || previous.Inputs != opts.Inputs || previous.Program != opts.Program {
		return false, nil
	}
	var faults failures
	var read, other atomic.Int64
	parallel(len(previous.Entries), opts.jobs(), func(next func() (int, int, bool)) {
		look := store.Inspector()
		defer look.Close()
		for from, to, ok := next(); ok && ctx.Err() == nil && other.Load() == 0; from, to, ok = next() {
			for i := from; i < to; i++ {
				found, err := look.Check(previous.Entries[i].Path, &previous.Entries[i])
				switch {
				case err != nil:
					faults.add(previous.Entries[i].Path, err)
				case found.State != Intact:
					other.Add(1)
				case found.Read:
					read.Add(1)
				}
			}
		}
	})
	if err := context.Cause(ctx); err != nil {
		return false, err
	}
	return other.Load() == 0 && read.Load() < manyReads, faults.join()
}

// item is what a run knows of one output.
type item struct {
	*Output
	old   *Entry // in the previous manifest, or nil
	state State
	due   bool // to be rendered
}

// replaces tells whether a file of the program's stands at its path.
func (it *item) replaces() bool { return it.state == Intact || it.state == Damaged }

// stale is a file of the previous manifest that the plan does not have.
type stale struct {
	*Entry
	mine  bool // still there, and still ours
	aside bool // in the way of a new file, so that it goes first
}

type run struct {
	opts  Options
	store Store
	same  bool // the program is the previous one
	known bool // and so is what the manifest says of the inputs
	items []item
	stale []stale
	next  Manifest // its entries are those of items, by index
	aside []string // what goes before the staged files come

	read, rendered, written, deleted atomic.Int64
	bytes                            atomic.Int64

	mu   sync.Mutex // guards done and calls of opts.Progress
	done int
}

// newRun joins the sorted plan with the sorted manifest.
func newRun(sorted []*Output, previous Manifest, store Store, opts Options) *run {
	r := &run{opts: opts, store: store, same: previous.Program == opts.Program, items: make([]item, len(sorted))}
	r.known = previous.Inputs == opts.Inputs && previous.Remark == opts.Remark
	r.next = Manifest{Program: opts.Program, Inputs: opts.Inputs, Remark: opts.Remark, Entries: make([]Entry, len(sorted))}
	old := previous.Entries
	drop := func() {
		r.stale = append(r.stale, stale{Entry: &old[0]})
		old = old[1:]
	}
	for i, o := range sorted {
		for len(old) > 0 && old[0].Path < o.Path {
			drop()
		}
		r.items[i] = item{Output: o, due: true}
		r.next.Entries[i] = Entry{Path: o.Path, Key: o.Key}
		if len(old) > 0 && old[0].Path == o.Path {
			r.items[i].old = &old[0]
			r.items[i].due = !r.same || old[0].Key != o.Key
			old = old[1:]
		}
	}
	for len(old) > 0 {
		drop()
	}
	return r
}

// manyReads is how many files a build may read for want of a time stamp to trust, before the manifest is written anew
// to have a later one. A few are those written in the very tick of the manifest.
const manyReads = 256

// idle completes the manifest with what is not due, and reports whether nothing is to be done.
func (r *run) idle() bool {
	idle := r.same && r.known && len(r.stale) == 0 && r.read.Load() < manyReads
	for i := range r.items {
		if it := &r.items[i]; it.due {
			idle = false
		} else {
			r.next.Entries[i] = *it.old
			r.next.Entries[i].Path = it.Path // lets go of the previous manifest's text
			r.done++
		}
	}
	return idle
}

func (r *run) stats() Stats {
	return Stats{
		Outputs: len(r.items), Rendered: int(r.rendered.Load()), Written: int(r.written.Load()),
		Deleted: int(r.deleted.Load()), Bytes: r.bytes.Load(),
	}
}

// progress adds to the settled outputs and tells.
func (r *run) progress(settled int) {
	if r.opts.Progress == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done += settled
	r.opts.Progress(r.done, len(r.items))
}

func (r *run) change() Change {
	c := Change{Manifest: r.next, Aside: r.aside, Jobs: r.opts.jobs()}
	for _, s := range r.stale {
		if s.mine {
			r.deleted.Add(1)
			if !s.aside {
				c.Stale = append(c.Stale, s.Path)
			}
		}
	}
	return c
}

// failure is an error at a path, so that errors of several goroutines can be put in order.
type failure struct {
	path string
	err  error
}

type failures struct {
	any  atomic.Bool
	mu   sync.Mutex
	list []failure
}

func (f *failures) add(path string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, failure{path, err})
	f.any.Store(true)
}

// join returns the errors in the order of their paths, each text once. Errors without a path come first.
func (f *failures) join() error {
	slices.SortStableFunc(f.list, func(a, b failure) int { return cmp.Compare(a.path, b.path) })
	var errs []error
	for i, e := range f.list {
		if i == 0 || e.err.Error() != f.list[i-1].err.Error() {
			errs = append(errs, e.err)
		}
	}
	return errors.Join(errs...)
}

// block is how many neighbours in the order of paths a goroutine takes at a time: enough to stay in a folder, few
// enough to share out costly ones.
const block = 16

// parallel calls work on jobs goroutines, each of which draws blocks of [0, n) from next until ok is false.
func parallel(n, jobs int, work func(next func() (from, to int, ok bool))) {
	var at atomic.Int64
	next := func() (int, int, bool) {
		from := int(at.Add(block)) - block
		return from, min(from+block, n), from < n
	}
	var group sync.WaitGroup
	for range min(jobs, (n+block-1)/block) {
		group.Go(func() { work(next) })
	}
	group.Wait()
}
