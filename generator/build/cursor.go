package build

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// cursor is an open folder below a root and the open folders above it. On sorted paths each folder is opened once, and
// every call on a file takes one name. It follows no links.
type cursor struct {
	root   *os.Root
	create bool // makes folders that are missing
	open   []folder
	// gone is the last folder that could not be entered, and why.
	gone    string
	finding Finding
}

// folder is an open folder of a path.
type folder struct {
	path string
	*os.Root
}

// enter opens dir. If that is no folder the result is nil and the finding says what there is.
func (c *cursor) enter(dir string) (*os.Root, Finding, error) {
	for len(c.open) > 0 && !within(dir, c.top().path) {
		c.pop()
	}
	if c.gone != "" && within(dir, c.gone) {
		return nil, c.finding, nil
	}
	for c.top().path != dir {
		at := dir
		start := len(c.top().path)
		if start > 0 {
			start++
		}
		if end := strings.IndexByte(dir[start:], '/'); end >= 0 {
			at = dir[:start+end]
		}
		found, err := c.down(at, at[start:])
		if err != nil {
			return nil, Finding{}, err
		}
		if found.State != Intact {
			c.gone, c.finding = at, found
			return nil, found, nil
		}
	}
	return c.top().Root, Finding{State: Intact, At: dir}, nil
}

// down opens the folder name in the top one.
func (c *cursor) down(path, name string) (Finding, error) {
	top := c.top().Root
	fi, err := top.Lstat(name)
	switch {
	case err == nil && fi.Mode().IsRegular():
		return Finding{State: Blocked, At: path}, nil
	case err == nil && !fi.IsDir():
		return Finding{State: Foreign, At: path}, nil
	case errors.Is(err, fs.ErrNotExist) && !c.create:
		return Finding{State: Absent, At: path}, nil
	case errors.Is(err, fs.ErrNotExist):
		if err := top.Mkdir(name, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return Finding{}, err
		}
	case err != nil:
		return Finding{}, err
	}
	root, err := top.OpenRoot(name)
	if err != nil {
		return Finding{}, err
	}
	c.open = append(c.open, folder{path, root})
	return Finding{State: Intact, At: path}, nil
}

func (c *cursor) top() folder {
	if len(c.open) == 0 {
		return folder{"", c.root}
	}
	return c.open[len(c.open)-1]
}

func (c *cursor) pop() {
	_ = c.top().Close() // Only read from.
	c.open = c.open[:len(c.open)-1]
}

// close closes all but the root.
func (c *cursor) close() {
	for len(c.open) > 0 {
		c.pop()
	}
}
