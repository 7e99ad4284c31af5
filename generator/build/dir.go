package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

var (
	// ErrBusy is returned for a folder that another build is writing to.
	ErrBusy = errors.New("another build is writing to this folder")
	// ErrForeign is returned for a folder that holds files but no manifest.
	ErrForeign = errors.New("folder is neither empty nor a site written by portolan")
)

// Dir is a site in a folder on disk, locked against other builds until Close.
type Dir struct {
	path     string
	made     bool // Open made the folder
	root     *os.Root
	lock     *os.File
	lockFile bool // the lock is a file, for want of a lock on the folder
	manifest Manifest
	// written is when the manifest was: a file that changed before is trusted to be what the manifest says.
	written int64
	// fault, if set, is asked before each change on disk. Only tests set it.
	fault func(op, path string) error
}

// Open opens the site in a folder, which it makes if there is none. It refuses a folder that holds anything but a
// site (a .gitkeep or .gitignore aside), and completes the bookkeeping of a build that was killed.
func Open(path string) (*Dir, error) {
	d := &Dir{path: path}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(path, 0o777); err != nil {
			return nil, err
		}
		d.made = true
	}
	err := d.open()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), d.Close())
	}
	return d, nil
}

func (d *Dir) open() (err error) {
	if d.root, err = os.OpenRoot(d.path); err != nil {
		return err
	}
	if d.lock, err = d.root.Open("."); err != nil {
		return err
	}
	if err = d.acquire(); err != nil {
		return err
	}
	text, err := d.root.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		if err := d.mustBeOurs(); err != nil {
			return err
		}
	} else if err != nil {
		return err
	} else if d.manifest, err = ParseManifest(text); err != nil {
		return fmt.Errorf("%s:%w; if the folder holds nothing else of worth, delete it and build again", manifestName, err)
	}
	if err := d.recover(); err != nil {
		return err
	}
	return d.stamp()
}

// acquire locks the folder, by a file where folders cannot be locked.
func (d *Dir) acquire() error {
	err := lockFolder(d.lock)
	if !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	f, err := d.root.OpenFile(lockName, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w; if none is running, delete %s", ErrBusy, lockName)
	} else if err != nil {
		return err
	}
	d.lockFile = true
	return f.Close()
}

// mustBeOurs refuses a folder without a manifest that holds anything. A first build that was killed half-way has left
// its manifest in the staging folder.
func (d *Dir) mustBeOurs() error {
	if _, err := d.root.Lstat(stagedManifest); err == nil {
		return nil
	}
	names, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, n := range names {
		switch n.Name() {
		case ".gitkeep", ".gitignore", stagingName, lockName:
		default:
			return fmt.Errorf("%w (it has %s)", ErrForeign, n.Name())
		}
	}
	return nil
}

// recover cleans up after a build that was killed. If that was while its files were swapped in, the staging folder
// holds the manifest that would have been; which files came through is seen from their content.
func (d *Dir) recover() error {
	if _, err := d.root.Lstat(stagingName); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	text, err := d.root.ReadFile(stagedManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return d.removeAll(stagingName)
	} else if err != nil {
		return err
	}
	if meant, err := ParseManifest(text); err == nil { // A torn one was written before anything was swapped in.
		if d.manifest, err = d.merge(d.manifest, meant); err != nil {
			return err
		}
		if err := d.writeFile(recoveredManifest, d.manifest.Append(nil)); err != nil {
			return err
		}
		if err := d.rename(recoveredManifest, manifestName); err != nil {
			return err
		}
	}
	if err := d.remove(stagedManifest); err != nil {
		return err
	}
	return d.removeAll(stagingName)
}

// merge describes a folder between two manifests by what its files hold.
func (d *Dir) merge(was, meant Manifest) (Manifest, error) {
	look := d.Inspector()
	defer look.Close()
	now := Manifest{Program: meant.Program}
	if len(was.Entries) > 0 && was.Program != meant.Program {
		now.Program = "two programs" // which no program is: all is rendered anew
	}
	for len(was.Entries)+len(meant.Entries) > 0 {
		var options []*Entry
		a, b := first(was.Entries), first(meant.Entries)
		if b == nil || a != nil && a.Path <= b.Path {
			options, was.Entries = append(options, a), was.Entries[1:]
		}
		if a == nil || b != nil && b.Path <= a.Path {
			options, meant.Entries = append(options, b), meant.Entries[1:]
		}
		e, err := holds(look, options, a != nil && options[0] == a)
		if err != nil {
			return Manifest{}, err
		}
		if e != nil {
			now.Entries = append(now.Entries, *e)
		}
	}
	return now, nil
}

func first(entries []Entry) *Entry {
	if len(entries) == 0 {
		return nil
	}
	return &entries[0]
}

// holds returns the entry that the file at its path fits. One that fits none is the program's, of unknown content, if
// the old manifest has it, and somebody else's if not.
func holds(look Inspector, options []*Entry, old bool) (*Entry, error) {
	for _, e := range options {
		found, err := look.Check(e.Path, e)
		if err != nil {
			return nil, err
		}
		if found.State == Intact {
			return e, nil
		}
	}
	if !old {
		return nil, nil
	}
	return &Entry{Path: options[0].Path, Size: -1}, nil
}

// stamp notes when the manifest was written.
func (d *Dir) stamp() error {
	fi, err := d.root.Lstat(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	d.written = changed(fi)
	return nil
}

// Manifest returns the manifest of the site, empty before the first build.
func (d *Dir) Manifest() Manifest { return d.manifest }

// Close unlocks the folder. A folder that Open made and no build wrote to is removed.
func (d *Dir) Close() error {
	var errs []error
	if d.lockFile {
		errs = append(errs, d.root.Remove(lockName))
	}
	if d.lock != nil {
		errs = append(errs, d.lock.Close())
	}
	if d.root != nil {
		errs = append(errs, d.root.Close())
	}
	if d.made && len(d.manifest.Entries) == 0 {
		_ = os.Remove(filepath.Clean(d.path)) // Fails, as it should, if the folder holds anything.
	}
	return errors.Join(errs...)
}
