package serve

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// quiet is how long nothing must happen before a burst of events counts as over. It is short, because a build that
	// begins too early is superseded.
	quiet = 10 * time.Millisecond
	// limit is how long a burst may last before it is looked at all the same.
	limit = 200 * time.Millisecond
)

// watcher tells when the content of a file below some folders has changed. Names are relative to dir, with slashes.
type watcher struct {
	dir     string
	folders []string
	notify  *fsnotify.Watcher
	files   map[string][sha256.Size]byte // all that are there, by what they hold
	dirs    map[string]bool              // all that are watched
	report  func(error)                  // told what goes wrong on the way
}

// newWatcher watches the folders, of which none needs to be there yet. From here on no change is missed.
func newWatcher(dir string, folders []string) (*watcher, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	w := &watcher{dir: dir, folders: folders, files: map[string][sha256.Size]byte{}, dirs: map[string]bool{}}
	if w.notify, err = fsnotify.NewWatcher(); err != nil {
		return nil, explain(err)
	}
	w.report = func(e error) { err = errors.Join(err, e) }
	if e := w.notify.Add(dir); e != nil {
		w.report(fmt.Errorf("watch %s: %w", dir, explain(e)))
	}
	w.update(folders)
	if err != nil {
		return nil, errors.Join(err, w.notify.Close())
	}
	return w, nil
}

// explain names what to do about the kernel's limits, whose own words mislead.
func explain(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return errors.New("too many folders are watched on this machine: raise fs.inotify.max_user_watches")
	case errors.Is(err, syscall.EMFILE):
		return errors.New("too many files are open or watched: raise fs.inotify.max_user_instances or the limit of open files")
	}
	return err
}

func (w *watcher) close() error { return w.notify.Close() }

// run sends to changes, which must hold one, whenever content has changed, until ctx is done.
func (w *watcher) run(ctx context.Context, changes chan<- struct{}) {
	burst := burst{timer: time.NewTimer(time.Hour)}
	defer burst.timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-w.notify.Events:
			if !ok {
				return
			}
			if name, ok := w.name(e.Name); ok {
				burst.add(name)
			}
		case err, ok := <-w.notify.Errors:
			switch {
			case !ok:
				return
			case errors.Is(err, fsnotify.ErrEventOverflow):
				burst.add(w.folders...)
			default:
				w.report(err)
			}
		case <-burst.timer.C:
			if w.update(burst.take()) {
				select {
				case changes <- struct{}{}:
				default:
				}
			}
		}
	}
}

// name makes an event's path a name; false: it is none of ours.
func (w *watcher) name(file string) (string, bool) {
	rel, err := filepath.Rel(w.dir, file)
	if err != nil {
		return "", false
	}
	name := filepath.ToSlash(rel)
	ours := slices.ContainsFunc(w.folders, func(f string) bool { return name == f || strings.HasPrefix(name, f+"/") })
	return name, ours && !ignored(path.Base(name))
}

// ignored tells whether a name is that of an editor's or a version control's own file, or hidden.
func ignored(base string) bool {
	return base[0] == '.' || strings.HasSuffix(base, "~") || base[0] == '#' && strings.HasSuffix(base, "#") ||
		strings.HasPrefix(base, "___jb_") || slices.Contains([]string{".swp", ".swo", ".swx"}, path.Ext(base))
}

// update looks at what the names now are and tells whether any content has changed.
func (w *watcher) update(names []string) bool {
	changed := false
	there := names[:0:0]
	for _, name := range names { // What is gone comes first: a folder may have been renamed from one name to another.
		if _, err := os.Stat(w.path(name)); err != nil {
			changed = w.forget(name, nil) || changed
		} else {
			there = append(there, name)
		}
	}
	for _, name := range there {
		changed = w.survey(name) || changed
	}
	return changed
}

func (w *watcher) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

// survey reads a file, or a folder and all below it.
func (w *watcher) survey(name string) bool {
	changed, seen := false, map[string]bool{}
	err := fs.WalkDir(os.DirFS(w.dir), name, func(at string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // Gone since; its own event follows.
			return nil
		case err != nil:
			w.report(err)
			return nil
		case at != name && ignored(e.Name()):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		seen[at] = true
		if e.IsDir() {
			w.watch(at)
		} else if w.read(at) {
			changed = true
		}
		return nil
	})
	if err != nil {
		w.report(err)
	}
	return w.forget(name, seen) || changed
}

// watch asks for the events of a folder. What it holds is to be read only after.
func (w *watcher) watch(name string) {
	if err := w.notify.Add(w.path(name)); err == nil {
		w.dirs[name] = true
	} else if !errors.Is(err, fs.ErrNotExist) {
		w.report(fmt.Errorf("watch %s: %w", name, explain(err)))
	}
}

// read takes in a file and tells whether its content is new. One that cannot be read counts as empty, and anything but
// a file is left alone.
func (w *watcher) read(name string) bool {
	if info, err := os.Stat(w.path(name)); err == nil && !info.Mode().IsRegular() {
		return false
	}
	content, _ := os.ReadFile(w.path(name))
	old, known := w.files[name]
	sum := sha256.Sum256(content)
	w.files[name] = sum
	return !known || sum != old
}

// forget drops a name and all below it, but for what was seen, and tells whether a file was among them.
func (w *watcher) forget(name string, seen map[string]bool) bool {
	lost := false
	if _, ok := w.files[name]; ok && !seen[name] {
		delete(w.files, name)
		lost = true
	}
	if !w.dirs[name] {
		return lost
	}
	gone := func(at string) bool {
		return !seen[at] && strings.HasPrefix(at, name) && (len(at) == len(name) || at[len(name)] == '/')
	}
	for at := range w.files {
		if gone(at) {
			delete(w.files, at)
			lost = true
		}
	}
	for at := range w.dirs {
		if gone(at) {
			delete(w.dirs, at)
			_ = w.notify.Remove(w.path(at)) // Most often the kernel has done so already.
		}
	}
	return lost
}

// burst gathers names until nothing came for a while, or it lasts too long.
type burst struct {
	names map[string]bool
	timer *time.Timer
	end   time.Time
}

func (b *burst) add(names ...string) {
	now := time.Now()
	if len(b.names) == 0 {
		b.names, b.end = map[string]bool{}, now.Add(limit)
	}
	for _, n := range names {
		b.names[n] = true
	}
	b.timer.Reset(min(quiet, b.end.Sub(now)))
}

// take returns the names and begins anew.
func (b *burst) take() []string {
	names := make([]string, 0, len(b.names))
	for n := range b.names {
		names = append(names, n)
	}
	slices.Sort(names)
	b.names = nil
	return names
}
