package load

import (
	"fmt"
	"reflect"
	"strings"

	"portolan/generator/diag"
	"portolan/generator/note"
	"portolan/generator/tomlfile"
)

// notes parses every note of a decoded file, found by its type and its path by
// the same tags that the file was decoded by.
func (l *loader) notes(file any, x *tomlfile.Index) {
	l.notesIn(reflect.ValueOf(file).Elem(), "", x)
}

func (l *loader) notesIn(v reflect.Value, prefix string, x *tomlfile.Index) {
	t := v.Type()
	for i := range t.NumField() {
		key, options, _ := strings.Cut(t.Field(i).Tag.Get("toml"), ",")
		field := v.Field(i)
		switch {
		case key == "" || key == "-":
		case field.Type() == reflect.TypeFor[note.Note]():
			l.note(field.Addr().Interface().(*note.Note), prefix+key, x)
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct && field.Len() > 0:
			for j := range field.Len() {
				path := fmt.Sprintf("%s%s[%d].", prefix, key, j)
				if options == "keyed" {
					path = prefix + key + "." + id(field.Index(j)) + "."
				}
				l.notesIn(field.Index(j), path, x)
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

func (l *loader) note(n *note.Note, path string, x *tomlfile.Index) {
	if n.IsZero() {
		return
	}
	blocks, faults := l.opts.Notes(n.Source)
	n.Blocks = blocks
	for _, f := range faults {
		l.sink.Add(diag.Diagnostic{Pos: x.Offset(path, f.Offset), Code: f.Code, Text: f.Text, Hint: f.Hint})
	}
}
