// Package plain turns Go values into the trees that JSON has (maps with texts
// for keys, lists, texts, numbers, truth values) and back, for programs in which
// package encoding/json would weigh more than all else they do.
//
// A field's key is its Go name, the leading capitals made small: "ID" is "id",
// "DataVersion" is "dataVersion". A type that writes itself as text is a text.
// Interfaces are left out.
package plain

import (
	"encoding"
	"errors"
	"reflect"
	"strconv"
	"strings"
)

// Of is the tree of a value. All of it is there, a list always a list.
func Of(v any) any { return tree(reflect.ValueOf(v), false) }

// Sparse is Of without what has its zero value.
func Sparse(v any) any { return tree(reflect.ValueOf(v), true) }

func tree(v reflect.Value, sparse bool) any {
	if v.CanInterface() {
		if m, ok := v.Interface().(encoding.TextMarshaler); ok {
			text, err := m.MarshalText()
			if err != nil {
				panic(err) // a value that the data cannot have
			}
			return string(text)
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return tree(v.Elem(), sparse)
	case reflect.Struct:
		out := map[string]any{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() || f.Type.Kind() == reflect.Interface || sparse && v.Field(i).IsZero() {
				continue
			}
			out[key(f.Name)] = tree(v.Field(i), sparse)
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for it := v.MapRange(); it.Next(); {
			out[it.Key().String()] = tree(it.Value(), sparse)
		}
		return out
	case reflect.Slice, reflect.Array:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = tree(v.Index(i), sparse)
		}
		return out
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return float64(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return float64(v.Uint())
	}
	panic("plain: no tree of a " + v.Kind().String())
}

// Into fills what a pointer points to from a tree. What the tree lacks keeps
// its value, and so does an empty text for a type that reads itself; keys that the
// type lacks are passed over.
func Into(tree, pointer any) error { return fill(tree, reflect.ValueOf(pointer).Elem()) }

func fill(tree any, v reflect.Value) error {
	wrong := func() error {
		have := "nothing"
		if tree != nil {
			have = reflect.TypeOf(tree).String()
		}
		return errors.New(have + " where a " + v.Type().String() + " is meant")
	}
	if text, ok := tree.(string); ok && v.Kind() != reflect.Pointer {
		if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
			if text == "" {
				return nil
			}
			return u.UnmarshalText([]byte(text))
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if tree == nil {
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return fill(tree, v.Elem())
	case reflect.Struct:
		m, ok := tree.(map[string]any)
		if !ok {
			return wrong()
		}
		return fillStruct(m, v)
	case reflect.Interface: // of a list: any value
		v.Set(reflect.ValueOf(tree))
	case reflect.Map:
		m, ok := tree.(map[string]any)
		if !ok {
			return wrong()
		}
		return fillMap(m, v)
	case reflect.Slice:
		list, ok := tree.([]any)
		if !ok {
			return wrong()
		}
		out := reflect.MakeSlice(v.Type(), len(list), len(list))
		for i, x := range list {
			if err := fill(x, out.Index(i)); err != nil {
				return errors.New(strconv.Itoa(i) + ": " + err.Error())
			}
		}
		v.Set(out)
	case reflect.String:
		text, ok := tree.(string)
		if !ok {
			return wrong()
		}
		v.SetString(text)
	case reflect.Bool:
		b, ok := tree.(bool)
		if !ok {
			return wrong()
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, ok := tree.(float64)
		if !ok {
			return wrong()
		}
		v.SetInt(int64(n))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, ok := tree.(float64)
		if !ok {
			return wrong()
		}
		v.SetUint(uint64(n))
	default:
		return wrong()
	}
	return nil
}

func fillMap(m map[string]any, v reflect.Value) error {
	out := reflect.MakeMap(v.Type())
	for k, x := range m {
		value := reflect.New(v.Type().Elem()).Elem()
		if err := fill(x, value); err != nil {
			return errors.New(k + ": " + err.Error())
		}
		out.SetMapIndex(reflect.ValueOf(k), value)
	}
	v.Set(out)
	return nil
}

func fillStruct(m map[string]any, v reflect.Value) error {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if x, ok := m[key(f.Name)]; ok && x != nil && f.IsExported() && f.Type.Kind() != reflect.Interface {
			if err := fill(x, v.Field(i)); err != nil {
				return errors.New(key(f.Name) + ": " + err.Error())
			}
		}
	}
	return nil
}

// Text is a tree as one text, which is cheap to carry between programs that
// share no types. It is a row of words, a NUL after each: "{" and how many
// pairs follow, each a key and a value; "[" and how many values follow; '"' and a
// text; "#" and a whole number; "+", "-" and "0" for true, false and nothing.
func Text(tree any) string { return string(appendText(nil, tree)) }

func appendText(b []byte, tree any) []byte {
	word := func(b []byte, sign byte, rest string) []byte {
		return append(append(append(b, sign), strings.ReplaceAll(rest, "\x00", "\ufffd")...), 0)
	}
	switch t := tree.(type) {
	case map[string]any:
		b = word(b, '{', strconv.Itoa(len(t)))
		for k, v := range t {
			b = appendText(word(b, '"', k), v)
		}
	case []any:
		b = word(b, '[', strconv.Itoa(len(t)))
		for _, v := range t {
			b = appendText(b, v)
		}
	case string:
		b = word(b, '"', t)
	case float64:
		b = word(b, '#', strconv.Itoa(int(t)))
	case bool:
		if t {
			return word(b, '+', "")
		}
		return word(b, '-', "")
	default:
		return word(b, '0', "")
	}
	return b
}

// Parse reads what Text writes.
func Parse(text string) (tree any, err error) {
	tree, rest, ok := parse(text)
	if !ok || rest != "" {
		return nil, errors.New("the text is of no tree")
	}
	return tree, nil
}

func parse(text string) (tree any, rest string, ok bool) {
	word, rest, ok := strings.Cut(text, "\x00")
	if !ok || word == "" {
		return nil, "", false
	}
	sign, word := word[0], word[1:]
	switch sign {
	case '"':
		return word, rest, true
	case '+', '-':
		return sign == '+', rest, word == ""
	case '0':
		return nil, rest, word == ""
	}
	n, err := strconv.Atoi(word)
	switch {
	case err != nil:
	case sign == '#':
		return float64(n), rest, true
	case n < 0 || n > len(rest):
	case sign == '[':
		list := make([]any, n)
		for i := range list {
			if list[i], rest, ok = parse(rest); !ok {
				return nil, "", false
			}
		}
		return list, rest, true
	case sign == '{':
		m := make(map[string]any, n)
		for range n {
			var k, v any
			if k, rest, ok = parse(rest); ok {
				v, rest, ok = parse(rest)
			}
			key, isText := k.(string)
			if !ok || !isText {
				return nil, "", false
			}
			m[key] = v
		}
		return m, rest, true
	}
	return nil, "", false
}

// key is a field's name with its leading capitals made small, but for the one
// that begins the next word.
func key(name string) string {
	upper := func(i int) bool { return i < len(name) && name[i] >= 'A' && name[i] <= 'Z' }
	n := 0
	for upper(n) {
		n++
	}
	if n > 1 && n < len(name) {
		n--
	}
	return strings.ToLower(name[:n]) + name[n:]
}
