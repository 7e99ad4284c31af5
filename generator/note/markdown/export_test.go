package markdown

import "portolan/generator/note"

// Plain is plain, for the tests.
var Plain = plain

// ParseSlowly is Parse without the quick way.
func ParseSlowly(src string) ([]note.Block, []Fault) { return parse(src) }
