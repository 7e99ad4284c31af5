package build

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// Inspector implements Store.
func (d *Dir) Inspector() Inspector { return &inspector{dir: d, at: cursor{root: d.root}} }

type inspector struct {
	dir *Dir
	at  cursor
}

func (i *inspector) Check(path string, entry *Entry) (Finding, error) {
	dir, found, err := i.at.enter(parent(path))
	if err != nil || dir == nil {
		return found, err
	}
	found = Finding{State: Foreign, At: path}
	fi, err := dir.Lstat(base(path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		found.State, err = Absent, nil
	case err != nil:
		return found, err
	case fi.IsDir():
		found.State = Blocked
	case entry == nil || !fi.Mode().IsRegular():
	case fi.Size() != entry.Size:
		found.State = Damaged
	case changed(fi) < i.dir.written:
		found.State = Intact
	default:
		found.Read = true
		found.State, err = compare(dir, base(path), entry)
	}
	return found, err
}

// compare reads a file to see whether it is the entry's.
func compare(dir *os.Root, name string, entry *Entry) (State, error) {
	f, err := dir.Open(name)
	if err != nil {
		return Foreign, err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return Foreign, err
	}
	if [sha256.Size]byte(hash.Sum(nil)) != entry.Sum {
		return Damaged, nil
	}
	return Intact, nil
}

func (i *inspector) Below(dir string) ([]string, error) {
	var below []string
	err := fs.WalkDir(i.dir.root.FS(), dir, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			below = append(below, path.Clean(p))
		}
		return err
	})
	return below, err
}

func (i *inspector) Close() error {
	i.at.close()
	return nil
}
