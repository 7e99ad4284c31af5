package build

import (
	"context"
	"crypto/sha256"
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// A PanicError is a render that panicked.
type PanicError struct {
	Path  string
	Value any
	Stack []byte
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("%s: render panicked: %v", e.Path, e.Value)
}

// render renders all that is due and stages what differs from the site.
func (r *run) render(ctx context.Context, stage Stage) error {
	var faults failures
	var broken atomic.Bool // the store failed, so that going on is in vain
	due := make([]int32, 0, 64)
	for i := range r.items {
		if r.items[i].due {
			due = append(due, int32(i))
		}
	}
	r.progress(0)
	parallel(len(due), r.opts.jobs(), func(next func() (int, int, bool)) {
		w := worker{run: r, stage: stage, faults: &faults, broken: &broken}
		defer w.close()
		for from, to, ok := next(); ok; from, to, ok = next() {
			for _, i := range due[from:to] {
				if broken.Load() || ctx.Err() != nil {
					return
				}
				w.settle(ctx, int(i))
			}
		}
	})
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return faults.join()
}

// worker is one goroutine of a render.
type worker struct {
	*run
	stage  Stage
	writer Writer // nil until something is to be written
	faults *failures
	broken *atomic.Bool
}

// settle renders the output of one index and stages it.
func (w *worker) settle(ctx context.Context, i int) {
	it := &w.items[i]
	content, err := w.call(ctx, it.Output)
	w.rendered.Add(1)
	if err != nil {
		w.faults.add(it.Path, err)
		return
	}
	e := &w.next.Entries[i]
	e.Sum, e.Size = sha256.Sum256(content), int64(len(content))
	if it.state != Intact || e.Sum != it.old.Sum {
		if err := w.put(it, content); err != nil {
			w.fail(fmt.Errorf("%s: %w", it.Path, err))
			return
		}
		w.written.Add(1)
		w.bytes.Add(e.Size)
	}
	w.progress(1)
}

func (w *worker) put(it *item, content []byte) (err error) {
	if w.faults.any.Load() { // The site will not change: go on only to find the other failures.
		return nil
	}
	if w.writer == nil {
		if w.writer, err = w.stage.Writer(); err != nil {
			return err
		}
	}
	return w.writer.Put(it.Path, content, it.state == Intact || it.state == Damaged)
}

func (w *worker) fail(err error) {
	w.broken.Store(true)
	w.faults.add("", err)
}

func (w *worker) close() {
	if w.writer != nil {
		if err := w.writer.Close(); err != nil {
			w.fail(err)
		}
	}
}

// call renders one output. A panic becomes an error, and so does a render that ends its goroutine.
func (w *worker) call(ctx context.Context, o *Output) (content []byte, err error) {
	finished := false
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Path: o.Path, Value: v, Stack: debug.Stack()}
		} else if !finished {
			w.faults.add(o.Path, fmt.Errorf("%s: render ended its goroutine", o.Path))
		}
	}()
	content, err = o.Render(ctx)
	finished = true
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Path, err)
	}
	return content, nil
}
