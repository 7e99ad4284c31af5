package archive

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"hash/crc32"
	"io"
	"sync"
)

// Write makes a zip file of named files, which jobs goroutines read and
// compress side by side; what does not get smaller is stored. The order is
// that of the names, whichever is ready first.
func Write(w io.Writer, names []string, jobs int, read func(name string) ([]byte, error)) error {
	z := zip.NewWriter(w)
	entries := make([]chan entry, max(jobs, 1))
	var group sync.WaitGroup
	stop := make(chan struct{})
	for worker := range entries {
		entries[worker] = make(chan entry, ahead)
		group.Go(func() {
			for i := worker; i < len(names); i += len(entries) {
				select {
				case entries[worker] <- compressed(names[i], read):
				case <-stop:
					return
				}
			}
		})
	}
	err := func() error {
		for i := range names {
			if err := (<-entries[i%len(entries)]).append(z); err != nil {
				return err
			}
		}
		return z.Close()
	}()
	close(stop)
	group.Wait()
	return err
}

// ahead is how many files a goroutine has ready before they are asked for.
const ahead = 8

var scratch = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// entry is a file as it stands in the archive.
type entry struct {
	zip.FileHeader
	content []byte
	err     error
}

func compressed(name string, read func(name string) ([]byte, error)) entry {
	content, err := read(name)
	if err != nil {
		return entry{err: err}
	}
	e := entry{content: content}
	e.Name, e.Method, e.CRC32, e.UncompressedSize64 = name, zip.Store, crc32.ChecksumIEEE(content), uint64(len(content))
	b := scratch.Get().(*bytes.Buffer)
	defer scratch.Put(b)
	b.Reset()
	f := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(f)
	f.Reset(b)
	if _, err = f.Write(content); err == nil {
		err = f.Close()
	}
	if b.Len() < len(content) {
		e.Method, e.content = zip.Deflate, bytes.Clone(b.Bytes())
	}
	e.CompressedSize64, e.err = uint64(len(e.content)), err
	return e
}

func (e entry) append(z *zip.Writer) error {
	if e.err != nil {
		return e.err
	}
	head := e.FileHeader // which stays to the end; the content must not
	w, err := z.CreateRaw(&head)
	if err == nil {
		_, err = w.Write(e.content)
	}
	return err
}
