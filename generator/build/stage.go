package build

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
)

// Places in the staging folder. A new folder of the site is staged as it will be and comes in by one rename; a file of
// a folder that the site has is staged under a number.
const (
	stagedManifest    = stagingName + "/manifest"
	recoveredManifest = stagingName + "/recovered"
	stagedTree        = stagingName + "/tree"
	stagedFiles       = stagingName + "/files-"
	formerFiles       = stagingName + "/former"
)

// Stage implements Store.
func (d *Dir) Stage() (Stage, error) {
	s := &stage{dir: d}
	if err := d.mkdir(stagingName, 0o700); err != nil {
		return nil, err
	}
	for _, name := range []string{stagedTree, formerFiles} {
		if err := d.mkdir(name, 0o777); err != nil {
			return nil, errors.Join(err, s.Discard())
		}
	}
	return s, nil
}

type stage struct {
	dir   *Dir
	slots atomic.Int32
	done  bool // nothing is left to discard

	mu    sync.Mutex // guards files and trees while writers close
	files []staged
	trees []string
	temps map[string]string // of files, by path, as far as Read has made it
}

// staged is a file and where it stands until Commit.
type staged struct {
	path, temp string
	replace    bool
}

func (s *stage) Writer() (Writer, error) {
	slot := stagedFiles + strconv.Itoa(int(s.slots.Add(1)))
	if err := s.dir.mkdir(slot, 0o777); err != nil {
		return nil, err
	}
	flat, err := s.dir.root.OpenRoot(slot)
	if err != nil {
		return nil, err
	}
	tree, err := s.dir.root.OpenRoot(stagedTree)
	if err != nil {
		return nil, errors.Join(err, flat.Close())
	}
	w := &writer{stage: s, slot: slot, flat: flat}
	w.live = cursor{root: s.dir.root}
	w.tree = cursor{root: tree, create: true}
	return w, nil
}

type writer struct {
	stage *stage
	live  cursor // in the site
	tree  cursor // in the staged tree
	slot  string
	flat  *os.Root // the folder slot
	files []staged
	trees []string
}

func (w *writer) Put(path string, content []byte, replace bool) error {
	dir, name, err := w.place(path)
	if err != nil {
		return err
	}
	w.keep(dir, name, path, replace)
	return writeNew(dir, name, content)
}

func (w *writer) Stream(path string, replace bool, write func(io.Writer) (bool, error)) error {
	dir, name, err := w.place(path)
	if err != nil {
		return err
	}
	keep := false
	err = streamNew(dir, name, func(f io.Writer) (err error) {
		keep, err = write(f)
		return err
	})
	if err == nil && !keep {
		return dir.Remove(name)
	}
	w.keep(dir, name, path, replace)
	return err
}

// place returns the folder and the name under which the file of a path is staged.
func (w *writer) place(path string) (dir *os.Root, name string, err error) {
	dir, name = w.flat, strconv.Itoa(len(w.files))
	live, found, err := w.live.enter(parent(path))
	if err != nil {
		return nil, "", err
	}
	if live == nil {
		if len(w.trees) == 0 || w.trees[len(w.trees)-1] != found.At {
			w.trees = append(w.trees, found.At)
		}
		if dir, found, err = w.tree.enter(parent(path)); err != nil {
			return nil, "", err
		}
		if dir == nil {
			return nil, "", fmt.Errorf("%s: changed while it was being written", found.At)
		}
		name = base(path)
	}
	return dir, name, w.stage.dir.ask("write", path)
}

// keep notes a file that is staged; one in the staged tree is known by its place.
func (w *writer) keep(dir *os.Root, name, path string, replace bool) {
	if dir == w.flat {
		w.files = append(w.files, staged{path, w.slot + "/" + name, replace})
	}
}

func (w *writer) Close() error {
	w.live.close()
	w.tree.close()
	w.stage.mu.Lock()
	defer w.stage.mu.Unlock()
	w.stage.files = append(w.stage.files, w.files...)
	w.stage.trees = append(w.stage.trees, w.trees...)
	return errors.Join(w.tree.root.Close(), w.flat.Close())
}

func (s *stage) Read(path string) ([]byte, error) {
	s.mu.Lock()
	if len(s.temps) != len(s.files) {
		s.temps = make(map[string]string, len(s.files))
		for _, f := range s.files {
			s.temps[f.path] = f.temp
		}
	}
	temp, ok := s.temps[path]
	s.mu.Unlock()
	if ok {
		return s.dir.root.ReadFile(temp)
	}
	content, err := s.dir.root.ReadFile(stagedTree + "/" + path)
	if errors.Is(err, fs.ErrNotExist) {
		return s.dir.root.ReadFile(path)
	}
	return content, err
}

func (s *stage) Discard() error {
	if s.done {
		return nil
	}
	s.done = true
	err := s.dir.removeAll(stagingName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
