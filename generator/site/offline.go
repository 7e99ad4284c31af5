package site

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"

	"portolan/generator/archive"
	"portolan/generator/build"
)

const (
	zipPath = "/site.zip"
	// zipFolder is what the archive unpacks to.
	zipFolder = "site/"
)

// offline plans the site once more as one file. It holds all of it but itself,
// so that its home page is one that does not offer it.
func (pl *planner) offline() {
	if !pl.s.Catalog.Site.SiteZip {
		return
	}
	var key build.KeyBuilder
	names := make([]string, len(pl.out))
	for i := range pl.out {
		o := &pl.out[i]
		if o.Path == file("/") {
			o.Key = o.Key.With(fmt.Sprint(len(pl.out))) // It says how many there are.
		}
		key.String(o.Path)
		key.Bytes(o.Key[:])
		names[i] = zipFolder + o.Path
	}
	pl.out = append(pl.out, build.Output{Path: file(zipPath), Key: key.Key(), Source: zipPath,
		Assemble: func(_ context.Context, w io.Writer, read func(string) ([]byte, error)) error {
			return archive.Write(w, names, runtime.GOMAXPROCS(0), func(name string) ([]byte, error) {
				if name = strings.TrimPrefix(name, zipFolder); name == file("/") {
					return pl.s.home(true)
				}
				return read(name)
			})
		}})
}
