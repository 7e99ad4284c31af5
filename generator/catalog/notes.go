package catalog

import (
	"reflect"
	"strings"
	"sync"

	"portolan/generator/diag"
	"portolan/generator/note"
)

// Notes visits every note of the vocabulary and the products, with its path in
// the file that at locates.
func (c *Catalog) Notes(visit func(at diag.Locator, path string, n *note.Note)) {
	file := func(at diag.Locator, file any) {
		NotesOf(file, func(path string, n *note.Note) { visit(at, path, n) })
	}
	for _, f := range c.vocabulary.services {
		file(f.At, f)
	}
	for _, f := range c.vocabulary.zones {
		file(f.At, f)
	}
	for _, p := range c.Products {
		file(p.At, p)
	}
}

// NotesOf visits every note of one file's struct, found by its type and its
// path by the tags that the file is decoded by.
func NotesOf(file any, visit func(path string, n *note.Note)) {
	notesIn(reflect.ValueOf(file).Elem(), "", visit)
}

func notesIn(v reflect.Value, prefix string, visit func(path string, n *note.Note)) {
	for _, f := range shapeOf(v.Type()).fields {
		field := v.Field(f.index)
		if f.note {
			visit(prefix+f.key, field.Addr().Interface().(*note.Note))
			continue
		}
		id := shapeOf(field.Type().Elem()).id
		for j := range field.Len() {
			path := ""
			if f.keyed && id >= 0 {
				path = prefix + f.key + "." + field.Index(j).Field(id).String() + "."
			} else {
				path = diag.Sprintf("%s%s[%d].", prefix, f.key, j)
			}
			notesIn(field.Index(j), path, visit)
		}
	}
}

// shape is what a struct type says of the notes in it.
type shape struct {
	fields []noteField
	id     int // the field that is the key of a keyed table, -1: none
}

// noteField is a note, or a list of structs with notes in them.
type noteField struct {
	key         string
	index       int
	note, keyed bool
}

var shapes sync.Map // *shape by reflect.Type

func shapeOf(t reflect.Type) *shape {
	if sh, ok := shapes.Load(t); ok {
		return sh.(*shape)
	}
	sh := &shape{id: -1}
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("toml"), ",")
		switch {
		case key == "" && options == "key":
			sh.id = i
		case key == "" || key == "-":
		case f.Type == noteType:
			sh.fields = append(sh.fields, noteField{key: key, index: i, note: true})
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct && len(shapeOf(f.Type.Elem()).fields) > 0:
			sh.fields = append(sh.fields, noteField{key: key, index: i, keyed: options == "keyed"})
		}
	}
	shapes.Store(t, sh)
	return sh
}
