package load

import (
	"fmt"
	"reflect"
	"strings"

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
	t := v.Type()
	for i := range t.NumField() {
		key, options, _ := strings.Cut(t.Field(i).Tag.Get("toml"), ",")
		field := v.Field(i)
		switch {
		case key == "" || key == "-":
		case field.Type() == reflect.TypeFor[note.Note]():
			parseNote(field.Addr().Interface().(*note.Note), prefix+key, x, sink)
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct && field.Len() > 0:
			for j := range field.Len() {
				path := fmt.Sprintf("%s%s[%d].", prefix, key, j)
				if options == "keyed" {
					path = prefix + key + "." + id(field.Index(j)) + "."
				}
				notesIn(field.Index(j), path, x, sink)
			}
		}
	}
}

// id is the key of a keyed table.
func id(v reflect.Value) string {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("toml") == ",key" {
			return v.Field(i).String()
		}
	}
	return ""
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
