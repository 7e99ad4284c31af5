package build

import (
	"context"
	"io"
)

// A Store is where a site stands. Dir keeps it on disk, Mem in memory.
type Store interface {
	// Inspector returns a way to look at the site for one goroutine.
	Inspector() Inspector
	// Stage begins a change, of which nothing shows before Commit. One may be open at a time.
	Stage() (Stage, error)
}

// A State is what stands at a path.
type State uint8

const (
	// Absent is nothing.
	Absent State = iota
	// Intact is the very content of the entry.
	Intact
	// Damaged is a file of the program's that somebody changed.
	Damaged
	// Blocked is a folder at the path itself, or a file where the path needs a folder.
	Blocked
	// Foreign is a file, link or device that the program did not write.
	Foreign
)

// A Finding is the state of a path. At is what blocks it or is foreign: the path or a folder of it.
type Finding struct {
	State State
	At    string
	// Read says that the content had to be read, for want of a time stamp to trust.
	Read bool
}

// An Inspector looks at a site. It is quickest on sorted paths and serves one goroutine.
type Inspector interface {
	// Check says what stands at path; entry is what the manifest holds of it, or nil.
	Check(path string, entry *Entry) (Finding, error)
	// Below returns the paths of all that is below a folder, but for folders.
	Below(dir string) ([]string, error)
	Close() error
}

// A Stage collects changed files and then swaps them in.
type Stage interface {
	// Writer returns a way to add files for one goroutine.
	Writer() (Writer, error)
	// Read returns what the path of an output of the plan will hold after Commit, when all writers are closed.
	Read(path string) ([]byte, error)
	// Commit makes the change. After an error the site is what it was before.
	Commit(ctx context.Context, c Change) error
	// Discard drops what is staged. It does nothing after Commit succeeded.
	Discard() error
}

// A Writer stages files, each path once, and serves one goroutine.
type Writer interface {
	// Put stages the content of path and does not keep the slice; replace says that a file of the program's stands there.
	Put(path string, content []byte, replace bool) error
	// Stream is Put of what write writes, unless that says that it is not to be kept.
	Stream(path string, replace bool, write func(w io.Writer) (keep bool, err error)) error
	Close() error
}

// A Change is what Commit does besides putting the staged files in place.
type Change struct {
	// Manifest describes the site after the change.
	Manifest Manifest
	// Aside are stale files, and folders of nothing but stale files, that stand in the way of staged ones.
	Aside []string
	// Stale are the other files to delete, sorted. Folders that become empty go with them.
	Stale []string
	// Jobs is the number of goroutines to use.
	Jobs int
}
