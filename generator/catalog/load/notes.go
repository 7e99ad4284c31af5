package load

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"portolan/generator/diag"
	"portolan/generator/note"
	"portolan/generator/note/markdown"
	"portolan/generator/tomlfile"
)

// parseNotes parses every note of a decoded file, found by its type and its
// path by the same tags that the file was decoded by.
func parseNotes(file any, x *tomlfile.Index, sink diag.Sink) {
	notesIn(reflect.ValueOf(file).Elem(), "", x, sink)
}

func notesIn(v reflect.Value, prefix string, x *tomlfile.Index, sink diag.Sink) {
	for _, f := range shapeOf(v.Type()).fields {
		field := v.Field(f.index)
		if f.note {
			parseNote(field.Addr().Interface().(*note.Note), prefix+f.key, x, sink)
			continue
		}
		id := shapeOf(field.Type().Elem()).id
		for j := range field.Len() {
			path := ""
			if f.keyed && id >= 0 {
				path = prefix + f.key + "." + field.Index(j).Field(id).String() + "."
			} else {
				path = fmt.Sprintf("%s%s[%d].", prefix, f.key, j)
			}
			notesIn(field.Index(j), path, x, sink)
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
		case f.Type == reflect.TypeFor[note.Note]():
			sh.fields = append(sh.fields, noteField{key: key, index: i, note: true})
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct && len(shapeOf(f.Type.Elem()).fields) > 0:
			sh.fields = append(sh.fields, noteField{key: key, index: i, keyed: options == "keyed"})
		}
	}
	shapes.Store(t, sh)
	return sh
}

func parseNote(n *note.Note, path string, x *tomlfile.Index, sink diag.Sink) {
	if n.IsZero() {
		return
	}
	blocks, faults := markdown.Parse(n.Source)
	n.Blocks = blocks
	for _, f := range faults {
		sink.Add(diag.Diagnostic{Pos: x.Offset(path, f.Offset), Code: f.Code, Text: f.Text, Hint: f.Hint})
	}
}
