package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// Commit implements Stage. Every step is a rename or a link, so that it can be taken back.
func (s *stage) Commit(ctx context.Context, c Change) error {
	d := s.dir
	if err := d.writeFile(stagedManifest, c.Manifest.Append(nil)); err != nil {
		return err
	}
	if len(s.files)+len(s.trees) > 0 {
		// Once the manifest vouches for a file its content must be on disk.
		if err := d.ask("sync", ""); err != nil {
			return err
		}
		if err := flush(d.lock); err != nil {
			return err
		}
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	var log swap
	if err := s.swap(&log, c); err != nil {
		if back := log.undo(d); back != nil {
			s.done = true // The staging folder holds what could not be put back, and the next build needs it.
			return errors.Join(err, fmt.Errorf("the site could not be put back as it was: %w", back))
		}
		return err
	}
	// The change is made. What fails from here on costs time in the next build, and no more.
	d.manifest = c.Manifest
	s.prune(c)
	_ = d.stamp()
	_ = s.Discard()
	return nil
}

// swap puts the staged files in place and takes the stale ones away, and the manifest last.
func (s *stage) swap(log *swap, c Change) error {
	d := s.dir
	for _, path := range c.Aside {
		if err := log.away(d, path); err != nil {
			return err
		}
	}
	slices.Sort(s.trees)
	for _, path := range slices.Compact(s.trees) {
		if err := log.move(d, stagedTree+"/"+path, path); err != nil {
			return err
		}
	}
	var faults failures
	parallel(len(s.files), c.Jobs, func(next func() (int, int, bool)) {
		for from, to, ok := next(); ok; from, to, ok = next() {
			for _, f := range s.files[from:to] {
				if faults.any.Load() {
					return
				}
				if err := log.put(d, f); err != nil {
					faults.add(f.path, err)
				}
			}
		}
	})
	if err := faults.join(); err != nil {
		return err
	}
	for _, path := range c.Stale {
		if err := log.away(d, path); err != nil {
			return err
		}
	}
	return d.rename(stagedManifest, manifestName)
}

// prune removes the folders that the stale files have left empty.
func (s *stage) prune(c Change) {
	dirs := map[string]bool{}
	for _, path := range slices.Concat(c.Stale, c.Aside) {
		for dir := parent(path); dir != "" && !dirs[dir]; dir = parent(dir) {
			dirs[dir] = true
		}
	}
	for _, dir := range slices.Backward(slices.Sorted(maps.Keys(dirs))) {
		if fi, err := s.dir.root.Lstat(dir); err == nil && fi.IsDir() {
			_ = s.dir.remove(dir) // Fails, as it should, if the folder holds anything.
		}
	}
}

// swap is a log of renames, each with what takes it back.
type swap struct {
	former atomic.Int32 // files in the folder of former ones

	mu   sync.Mutex
	back []rename
}

type rename struct{ from, to string }

// move renames.
func (l *swap) move(d *Dir, from, to string) error {
	if err := d.rename(from, to); err != nil {
		return err
	}
	l.note(to, from)
	return nil
}

func (l *swap) note(from, to string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.back = append(l.back, rename{from, to})
}

// away moves a file or folder of the site to the former ones.
func (l *swap) away(d *Dir, path string) error { return l.move(d, path, l.place()) }

func (l *swap) place() string {
	return formerFiles + "/" + strconv.Itoa(int(l.former.Add(1)))
}

// put moves a staged file to its place. One that replaces another is taken back by the other's return.
func (l *swap) put(d *Dir, f staged) error {
	if f.replace {
		if err := l.keep(d, f.path); err != nil {
			return err
		}
		return d.rename(f.temp, f.path)
	}
	if _, err := d.root.Lstat(f.path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s: appeared while the site was built, and was not written by portolan", f.path), err)
	}
	return l.move(d, f.temp, f.path)
}

// keep lets the former ones have a file too that is about to be replaced, so that visitors find one at any time. Where
// there are no links it moves there.
func (l *swap) keep(d *Dir, path string) error {
	to := l.place()
	if err := d.link(path, to); err != nil {
		return l.move(d, path, to)
	}
	l.note(to, path)
	return nil
}

// undo takes back all renames, the last first, even if some fail.
func (l *swap) undo(d *Dir) error {
	var errs []error
	for _, r := range slices.Backward(l.back) {
		if err := d.rename(r.from, r.to); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
