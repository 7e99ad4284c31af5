package build

import (
	"crypto/sha256"
	"encoding/binary"
)

// A Key names everything that a render reads: the SHA-256 over its parts, each behind its length, so that parts cannot
// run together.
type Key [sha256.Size]byte

// NewKey returns the key of the parts, in their order.
func NewKey(parts ...[]byte) Key {
	var b KeyBuilder
	for _, p := range parts {
		b.Bytes(p)
	}
	return b.Key()
}

// With returns the key of k followed by the parts. It is the cheap way from the key of a product to those of its files.
func (k Key) With(parts ...string) Key {
	b := KeyBuilder{buf: make([]byte, 0, 256)}
	b.Bytes(k[:])
	for _, p := range parts {
		b.String(p)
	}
	return b.Key()
}

// A KeyBuilder collects the parts of a key. The zero value is empty and ready.
type KeyBuilder struct{ buf []byte }

// Bytes adds a part.
func (b *KeyBuilder) Bytes(part []byte) {
	b.buf = append(binary.LittleEndian.AppendUint64(b.buf, uint64(len(part))), part...)
}

// String adds a part; it equals Bytes of the same text.
func (b *KeyBuilder) String(part string) {
	b.buf = append(binary.LittleEndian.AppendUint64(b.buf, uint64(len(part))), part...)
}

// Int adds a number as a part of eight bytes.
func (b *KeyBuilder) Int(n int64) {
	b.buf = binary.LittleEndian.AppendUint64(b.buf, 8)
	b.buf = binary.LittleEndian.AppendUint64(b.buf, uint64(n))
}

// Key returns the key of what was added so far.
func (b *KeyBuilder) Key() Key { return sha256.Sum256(b.buf) }

// Reset empties the builder and keeps its memory.
func (b *KeyBuilder) Reset() { b.buf = b.buf[:0] }
