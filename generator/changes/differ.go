package changes

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"portolan/generator/note"
)

// differ compares two values of a type of the data format, key by key. Keyed
// tables and what is derived are left out. A key that the data format gains
// is compared without further ado.
func differ(old, now any) []Field {
	out := []Field{}
	a, b := reflect.ValueOf(old), reflect.ValueOf(now)
	walk(a, func(name string, i []int) {
		x, y := words(a.FieldByIndex(i)), words(b.FieldByIndex(i))
		if x != y {
			out = append(out, Field{Name: name, Old: x, New: y})
		}
	})
	return out
}

// walk visits the keys of a data struct and of those embedded in it.
func walk(v reflect.Value, visit func(name string, index []int)) {
	for _, f := range reflect.VisibleFields(v.Type()) {
		name, options, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if name != "" && name != "-" && !strings.Contains(options, "keyed") {
			visit(name, f.Index)
		}
	}
}

// words spells a value of the data as its file would, without quotes.
func words(v reflect.Value) string {
	if v.IsZero() {
		return ""
	}
	switch x := v.Interface().(type) {
	case note.Note:
		return x.Source
	case encoding.TextMarshaler:
		text, err := x.MarshalText()
		if err != nil {
			return fmt.Sprint(x)
		}
		return string(text)
	case fmt.Stringer:
		return x.String()
	}
	switch v.Kind() {
	case reflect.Pointer:
		return fmt.Sprint(v.Elem().Interface()) // false is said too
	case reflect.Slice:
		list := make([]string, v.Len())
		for i := range list {
			list[i] = words(v.Index(i))
		}
		return strings.Join(list, ", ")
	case reflect.Map:
		var list []string
		for _, k := range slices.SortedFunc(maps.Keys(keys(v)), strings.Compare) {
			list = append(list, k+" = "+words(v.MapIndex(reflect.ValueOf(k))))
		}
		return strings.Join(list, ", ")
	case reflect.Struct:
		var list []string
		walk(v, func(name string, i []int) {
			if text := words(v.FieldByIndex(i)); text != "" {
				list = append(list, name+" "+text)
			}
		})
		return strings.Join(list, "; ")
	}
	return fmt.Sprint(v.Interface())
}

func keys(v reflect.Value) map[string]bool {
	out := map[string]bool{}
	for _, k := range v.MapKeys() {
		out[k.String()] = true
	}
	return out
}
