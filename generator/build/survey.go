package build

import (
	"context"
	"fmt"
	"slices"
)

// survey looks at every place that the build may touch, and fails if the plan needs one that is not the program's.
func (r *run) survey(ctx context.Context) error {
	var faults failures
	parallel(len(r.items)+len(r.stale), r.opts.jobs(), func(next func() (int, int, bool)) {
		look := r.store.Inspector()
		defer look.Close()
		for from, to, ok := next(); ok && ctx.Err() == nil; from, to, ok = next() {
			for i := from; i < to; i++ {
				if i < len(r.items) {
					r.surveyItem(look, &r.items[i], &faults)
				} else {
					r.surveyStale(look, &r.stale[i-len(r.items)], &faults)
				}
			}
		}
	})
	if err := context.Cause(ctx); err != nil {
		return err
	}
	r.clear(&faults)
	return faults.join()
}

func (r *run) surveyItem(look Inspector, it *item, faults *failures) {
	found, err := look.Check(it.Path, it.old)
	if err != nil {
		faults.add(it.Path, err)
		return
	}
	if found.Read {
		r.read.Add(1)
	}
	it.state = found.State
	switch found.State {
	case Foreign:
		if found.At == it.Path {
			faults.add(found.At, inTheWay(found.At, it.Path))
		} else {
			faults.add(found.At, noFolder(found.At))
		}
	case Blocked:
		r.mu.Lock()
		r.aside = append(r.aside, found.At)
		r.mu.Unlock()
		it.due = true
	case Absent, Damaged:
		it.due = true
	case Intact:
	}
}

func (r *run) surveyStale(look Inspector, s *stale, faults *failures) {
	found, err := look.Check(s.Path, s.Entry)
	if err != nil {
		faults.add(s.Path, err)
		return
	}
	s.mine = found.State == Intact || found.State == Damaged
}

// clear checks that whatever blocks an output is stale, and marks it to be set aside.
func (r *run) clear(faults *failures) {
	slices.Sort(r.aside)
	r.aside = slices.Compact(r.aside)
	if len(r.aside) == 0 {
		return
	}
	look := r.store.Inspector()
	defer look.Close()
	mine := make(map[string]*stale, len(r.stale))
	for i := range r.stale {
		if s := &r.stale[i]; s.mine {
			mine[s.Path] = s
		}
	}
	for _, at := range r.aside {
		if s := mine[at]; s != nil {
			s.aside = true
			continue
		}
		below, err := look.Below(at)
		if err != nil {
			faults.add(at, err)
			continue
		}
		for _, path := range below {
			switch s := mine[path]; {
			case s != nil:
				s.aside = true
			case path == at:
				faults.add(at, noFolder(at))
			default:
				faults.add(path, inTheWay(path, at))
			}
		}
	}
}

// inTheWay is the error of an output whose place has something else at it or, if a folder, in it.
func inTheWay(at, path string) error {
	return fmt.Errorf("%s: not written by portolan, and in the way of the output %s", at, path)
}

// noFolder is the error of outputs whose folder is something else.
func noFolder(at string) error {
	return fmt.Errorf("%s: not a folder, not written by portolan, and in the way of outputs below it", at)
}
