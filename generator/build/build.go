// Package build renders outputs in parallel and puts them into a store, touching only what changed.
//
// It knows nothing of ports. A caller may lean on this:
//   - A build that fails, is cancelled or panics leaves the previous site byte for byte: every render is staged
//     before the first file of the site is replaced.
//   - A file that the program did not write is never overwritten, deleted or followed.
//   - An unchanged key is not rendered, and unchanged bytes are not rewritten.
//   - The manifest is written last, and its bytes depend on the plan alone, on any number of cores.
package build

import (
	"context"
	"io"
	"runtime"
)

// An Output is one file of the site.
type Output struct {
	// Path is relative to the site's root, with slashes.
	Path string
	// Key covers everything that Render reads. An equal key promises equal bytes.
	Key Key
	// Source says what the file is made from, for messages; it may be empty.
	Source string
	// Render returns the content. It is called at most once and on any goroutine.
	Render func(ctx context.Context) ([]byte, error)
	// Assemble stands in the place of Render for an output that is made of the others: it is called when all of those
	// are rendered, and read returns the content of each, as it will be. What it writes need not fit into memory. An
	// output of this kind cannot read another.
	Assemble func(ctx context.Context, w io.Writer, read func(path string) ([]byte, error)) error
}

// Options are what a build can be told. The zero value is a good choice.
type Options struct {
	// Program identifies the build of the program. If it differs from the previous manifest's, all is rendered.
	Program string
	// Inputs, if set, names all that the plan and its renders are made from. It is kept for [Fresh].
	Inputs Key
	// Remark is kept beside Inputs.
	Remark string
	// Jobs is the number of renders at a time, 0 for one per core.
	Jobs int
	// Progress, if set, is told how many of the outputs are settled, in rising order and never concurrently.
	Progress func(done, total int)
}

func (o Options) jobs() int {
	if o.Jobs > 0 {
		return o.Jobs
	}
	return runtime.GOMAXPROCS(0)
}

// Stats counts what a build did.
type Stats struct {
	Outputs  int   // in the plan
	Rendered int   // calls of Render
	Written  int   // files created or replaced
	Deleted  int   // stale files removed
	Bytes    int64 // in the written files
}
