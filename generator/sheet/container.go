package sheet

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"slices"

	"portolan/generator/archive"
)

// container is the zip file of a workbook. Its parts are written in one order,
// whatever order they are made in, and carry no times.
type container struct {
	out   io.Writer
	parts []*part
	links hyperlinks
}

type part struct {
	name string
	bytes.Buffer
}

// Create begins a part.
func (a *container) Create(name string) (io.Writer, error) {
	p := &part{name: name}
	a.parts = append(a.parts, p)
	return p, nil
}

// AddFS is of no use here.
func (*container) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the parts, the list of their types first, as readers of streams
// expect it.
func (a *container) Close() error {
	const types = "[Content_Types].xml"
	slices.SortFunc(a.parts, func(x, y *part) int {
		if (x.name == types) != (y.name == types) {
			if x.name == types {
				return -1
			}
			return 1
		}
		return cmp.Compare(x.name, y.name)
	})
	z := archive.NewWriter(a.out)
	for _, p := range a.parts {
		content, err := a.links.into(p.name, p.Bytes())
		if err != nil {
			return err
		}
		w, err := z.Create(p.name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}
