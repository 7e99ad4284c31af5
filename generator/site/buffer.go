package site

import (
	"bytes"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// buffered returns what is written, in memory of just that size.
func buffered(write func(b *bytes.Buffer) error) ([]byte, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := write(b); err != nil {
		return nil, err
	}
	return bytes.Clone(b.Bytes()), nil
}
