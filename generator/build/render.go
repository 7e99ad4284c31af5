package build

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
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
	var last []int32 // what is made of the others
	for i := range r.items {
		switch it := &r.items[i]; {
		case it.due && it.Assemble != nil:
			last = append(last, int32(i))
		case it.due:
			due = append(due, int32(i))
		}
	}
	r.progress(0)
	r.settle(ctx, stage, due, &faults, &broken)
	if !faults.any.Load() {
		r.settle(ctx, stage, last, &faults, &broken)
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return faults.join()
}

// settle renders and stages the outputs of some indexes.
func (r *run) settle(ctx context.Context, stage Stage, due []int32, faults *failures, broken *atomic.Bool) {
	parallel(len(due), r.opts.jobs(), func(next func() (int, int, bool)) {
		w := worker{run: r, stage: stage, faults: faults, broken: broken}
		defer w.close()
		for from, to, ok := next(); ok; from, to, ok = next() {
			for _, i := range due[from:to] {
				if broken.Load() || ctx.Err() != nil {
					return
				}
				w.output(ctx, int(i))
			}
		}
	})
}

// worker is one goroutine of a render.
type worker struct {
	*run
	stage  Stage
	writer Writer // nil until something is to be written
	faults *failures
	broken *atomic.Bool
}

// output renders the output of one index and stages it.
func (w *worker) output(ctx context.Context, i int) {
	it := &w.items[i]
	if it.Assemble != nil {
		w.assembled(ctx, i)
		return
	}
	var content []byte
	err := w.guard(it.Path, func() (err error) {
		content, err = it.Render(ctx)
		return err
	})
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

// assembled stages the output of one index while it is written.
func (w *worker) assembled(ctx context.Context, i int) {
	it, e := &w.items[i], &w.next.Entries[i]
	var fault error // of Assemble, not of the store
	err := w.open()
	if err == nil {
		err = w.writer.Stream(it.Path, it.replaces(), func(to io.Writer) (bool, error) {
			sum, size := sha256.New(), counter(0)
			fault = w.guard(it.Path, func() error { return it.Assemble(ctx, io.MultiWriter(to, sum, &size), w.stage.Read) })
			w.rendered.Add(1)
			e.Size = int64(size)
			sum.Sum(e.Sum[:0])
			return it.state != Intact || e.Sum != it.old.Sum, fault
		})
	}
	switch {
	case fault != nil:
		w.faults.add(it.Path, fault)
	case err != nil:
		w.fail(fmt.Errorf("%s: %w", it.Path, err))
	default:
		if it.state != Intact || e.Sum != it.old.Sum {
			w.written.Add(1)
			w.bytes.Add(e.Size)
		}
		w.progress(1)
	}
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

func (w *worker) put(it *item, content []byte) error {
	if w.faults.any.Load() { // The site will not change: go on only to find the other failures.
		return nil
	}
	if err := w.open(); err != nil {
		return err
	}
	return w.writer.Put(it.Path, content, it.replaces())
}

// open begins to stage.
func (w *worker) open() (err error) {
	if w.writer == nil {
		w.writer, err = w.stage.Writer()
	}
	return err
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

// guard renders one output. A panic becomes an error, and so does a render that ends its goroutine.
func (w *worker) guard(path string, render func() error) (err error) {
	finished := false
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Path: path, Value: v, Stack: debug.Stack()}
		} else if !finished {
			w.faults.add(path, fmt.Errorf("%s: render ended its goroutine", path))
		}
	}()
	err = render()
	finished = true
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
