package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync"

	"github.com/xuri/excelize/v2"
)

// archive is the zip file of a workbook. Its parts are written in one order,
// whatever order they are made in, and carry no times.
type archive struct {
	out   io.Writer
	parts []*part
}

type part struct {
	name string
	bytes.Buffer
}

func newArchive(out io.Writer) excelize.ZipWriter { return &archive{out: out} }

// Create begins a part.
func (a *archive) Create(name string) (io.Writer, error) {
	p := &part{name: name}
	a.parts = append(a.parts, p)
	return p, nil
}

// AddFS is of no use here.
func (*archive) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the parts, the list of their types first, as readers of streams
// expect it.
func (a *archive) Close() error {
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
	z := zip.NewWriter(a.out)
	z.RegisterCompressor(zip.Deflate, deflate)
	for _, p := range a.parts {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = w.Write(p.Bytes())
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}

// deflaters are kept: making one costs more than compressing a sheet.
var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is one of theirs
	}
	return w
}}

// deflater goes back to the others when it is closed.
type deflater struct{ *flate.Writer }

func deflate(w io.Writer) (io.WriteCloser, error) {
	f := deflaters.Get().(*flate.Writer)
	f.Reset(w)
	return deflater{f}, nil
}

func (d deflater) Close() error {
	err := d.Writer.Close()
	deflaters.Put(d.Writer)
	return err
}
