package site

import (
	"bytes"
	"sync"
)

// Buffers are used again. The few large ones are let go: each would take up
// its memory for the rest of a build.
const largeBuffer = 128 << 10

var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	scraps  = sync.Pool{New: func() any { return new(make([]byte, 0, 4<<10)) }} // of markup
)

// buffered returns what is written, in memory of its own.
func buffered(write func(b *bytes.Buffer) error) ([]byte, error) {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	err := write(b)
	if b.Cap() > largeBuffer {
		return b.Bytes(), err
	}
	defer buffers.Put(b)
	return bytes.Clone(b.Bytes()), err
}
