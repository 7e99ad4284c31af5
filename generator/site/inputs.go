package site

import (
	"crypto/sha256"
	"io"
	"io/fs"
	"runtime"
	"sync"
	"sync/atomic"

	"portolan/generator/build"
)

// Inputs is the key of all that a site of this source is made from, beside
// the program itself: the names and contents of the files in its folders, and
// the address. It is zero where they cannot all be told, which [Open] will
// say more about.
func Inputs(src Source) build.Key {
	var names []string
	for _, root := range []string{"data", "content", "templates"} {
		err := fs.WalkDir(src.Files, root, func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				names = append(names, name)
			}
			return err
		})
		if _, absent := fs.Stat(src.Files, root); err != nil && absent == nil {
			return build.Key{}
		}
	}
	sums := make([]build.Key, len(names))
	var next atomic.Int64
	var broken atomic.Bool
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(names)) {
		group.Go(func() {
			buffer := make([]byte, 32<<10)
			for i := next.Add(1) - 1; int(i) < len(names) && !broken.Load(); i = next.Add(1) - 1 {
				if !sumFile(src.Files, names[i], &sums[i], buffer) {
					broken.Store(true)
				}
			}
		})
	}
	group.Wait()
	if broken.Load() {
		return build.Key{}
	}
	var key build.KeyBuilder
	key.String(src.BaseURL)
	for i, name := range names {
		key.String(name)
		key.Bytes(sums[i][:])
	}
	return key.Key()
}

// sumFile hashes a file, or what a symbolic link leads to; false where that
// is no file.
func sumFile(fsys fs.FS, name string, sum *build.Key, buffer []byte) bool {
	f, err := fsys.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return false
	}
	hash := sha256.New()
	if _, err := io.CopyBuffer(hash, onlyReader{f}, buffer); err != nil {
		return false
	}
	hash.Sum(sum[:0])
	return true
}

// onlyReader hides a file's WriteTo, which would not use the buffer.
type onlyReader struct{ io.Reader }
