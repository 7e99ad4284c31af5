package build

import (
	"errors"
	"fmt"
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
	dir := parent(path)
	live, found, err := w.live.enter(dir)
	if err != nil {
		return err
	}
	if live != nil {
		name := strconv.Itoa(len(w.files))
		w.files = append(w.files, staged{path, w.slot + "/" + name, replace})
		return w.write(w.flat, name, path, content)
	}
	if len(w.trees) == 0 || w.trees[len(w.trees)-1] != found.At {
		w.trees = append(w.trees, found.At)
	}
	tree, found, err := w.tree.enter(dir)
	if err != nil {
		return err
	}
	if tree == nil {
		return fmt.Errorf("%s: changed while it was being written", found.At)
	}
	return w.write(tree, base(path), path, content)
}

// write makes a new file name in dir. The path is the one it is for.
func (w *writer) write(dir *os.Root, name, path string, content []byte) error {
	if err := w.stage.dir.ask("write", path); err != nil {
		return err
	}
	return writeNew(dir, name, content)
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
