// Package archive makes zip files at the speed that a build of thousands needs.
// Nobody's times are in them: the same entries in the same order are the same
// bytes.
package archive

import (
	"archive/zip"
	"compress/flate"
	"io"
	"sync"
)

// NewWriter writes a zip file whose entries are compressed fast.
func NewWriter(w io.Writer) *zip.Writer {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, deflate)
	return z
}

// deflaters are kept: making one costs more than compressing a small file.
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
