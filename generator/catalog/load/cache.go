package load

import (
	"crypto/sha256"
	"encoding/hex"

	"portolan/generator/catalog"
	"portolan/generator/diag"
)

// Cache keeps decoded and checked products, so that a preview decodes only
// what was edited. Its zero value is empty and ready. One Load at a time may
// use it; what it keeps is read only.
type Cache struct {
	context [sha256.Size]byte // of the vocabulary and the warnings that are off
	entries map[string]kept   // by path
}

// kept is one product with all that was told of it.
type kept struct {
	sum     [sha256.Size]byte
	product *catalog.Product
	told    []diag.Diagnostic
}

// decodeProducts decodes the products that the cache does not have and gives
// each the version of its own data: its file and the vocabulary.
func (l *loader) decodeProducts(files []*file, words [sha256.Size]byte) {
	if c := l.opts.Cache; c != nil && (c.context != l.context(words) || c.entries == nil) {
		c.context, c.entries = l.context(words), make(map[string]kept)
	}
	l.decodeAll(files)
	for _, f := range files {
		if p, ok := f.value.(*catalog.Product); ok && !f.kept {
			sum := sha256.Sum256(append(words[:], f.sum[:]...))
			p.DataVersion = hex.EncodeToString(sum[:8])
		}
	}
}

// context is a hash over all that a product's checks read beside its file.
func (l *loader) context(words [sha256.Size]byte) [sha256.Size]byte {
	return sha256.Sum256(append(words[:], l.siteSum[:]...))
}

// find fills the file from the cache; false: it must be decoded.
func (l *loader) find(f *file) bool {
	if l.opts.Cache == nil || f.kind != product {
		return false
	}
	k, ok := l.opts.Cache.entries[f.path]
	if !ok || k.sum != f.sum {
		return false
	}
	f.value, f.kept = k.product, true
	for _, d := range k.told {
		f.told.Add(d)
	}
	return true
}

// tell hands on what was told of each product and keeps those that were
// checked.
func (l *loader) tell(files []*file, checked bool) {
	for _, f := range files {
		told := f.told.Sorted()
		for _, d := range told {
			l.sink.Add(d)
		}
		if p, ok := f.value.(*catalog.Product); ok && checked && l.opts.Cache != nil {
			l.opts.Cache.entries[f.path] = kept{f.sum, p, told}
		}
	}
}
