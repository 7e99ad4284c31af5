package tomlfile

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// shape is what a struct type says of the table that fills it.
type shape struct {
	fields []field
	byKey  map[string]int // into fields
	keys   []string       // of the fields, in their order
	id     int            // the struct field that takes the table's own key, -1: none
}

var shapes sync.Map // *shape by reflect.Type

type field struct {
	key      string
	index    int // in the struct
	required bool
	keyed    bool
}

// shapeOf reads a struct type's tags. A tag that cannot be meant is a fault of
// the program, not of the file, and panics.
func shapeOf(t reflect.Type) *shape {
	sh := &shape{byKey: make(map[string]int), id: -1}
	for i := range t.NumField() {
		tag, ok := t.Field(i).Tag.Lookup("toml")
		if !ok || tag == "-" {
			continue
		}
		if tag == ",key" {
			sh.id = i
			continue
		}
		key, options, _ := strings.Cut(tag, ",")
		f := field{key: key, index: i}
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "":
			case "required":
				f.required = true
			case "keyed":
				f.keyed = true
			default:
				panic(fmt.Sprintf("tomlfile: %s.%s: unknown option %q", t, t.Field(i).Name, option))
			}
		}
		sh.byKey[key] = len(sh.fields)
		sh.keys = append(sh.keys, key)
		sh.fields = append(sh.fields, f)
	}
	return sh
}
