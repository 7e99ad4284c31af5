package catalog

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"portolan/generator/diag"
	"portolan/generator/note"
)

// text checks every string of a file's struct for characters that change what
// a reader sees: controls and bidirectional overrides (Unicode UAX #9, 2.1 and
// 2.2). Line breaks and tabs may stand in notes only.
func (a at) text(v any) {
	if file := reflect.ValueOf(v); !sound(file) { // places cost more than texts, and are seldom wanted
		a.walk(file, "")
	}
}

// textFields are the places of a struct type's fields that a file can fill,
// by type.
var textFields sync.Map

// sound tells whether walk would find nothing.
func sound(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil() || sound(v.Elem())
	case reflect.String:
		return badRune(v.String(), false) == ""
	case reflect.Slice:
		for i := range v.Len() {
			if !sound(v.Index(i)) {
				return false
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if k.Kind() == reflect.String && !sound(v.MapIndex(k)) {
				return false
			}
		}
	case reflect.Struct:
		if v.Type() == noteType {
			return badRune(v.Field(0).String(), true) == ""
		}
		fields, ok := textFields.Load(v.Type())
		if !ok {
			fields = fieldsOf(v.Type())
			textFields.Store(v.Type(), fields)
		}
		for _, i := range fields.([]int) {
			if !sound(v.Field(i)) {
				return false
			}
		}
	}
	return true
}

func fieldsOf(t reflect.Type) []int {
	var out []int
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("toml"), ","); name != "" && name != "-" {
			out = append(out, i)
		}
	}
	return out
}

var noteType = reflect.TypeFor[note.Note]()

func (a at) walk(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			a.walk(v.Elem(), path)
		}
	case reflect.String:
		a.oneText(path, v.String(), false)
	case reflect.Slice:
		for i := range v.Len() {
			a.walk(v.Index(i), item(path, i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if k.Kind() == reflect.String {
				a.walk(v.MapIndex(k), join(path, k.String()))
			}
		}
	case reflect.Struct:
		if v.Type() == noteType {
			a.oneText(path, v.Field(0).String(), true)
			return
		}
		a.walkStruct(v, path)
	}
}

func (a at) walkStruct(v reflect.Value, path string) {
	for i := range v.NumField() {
		name, opts, _ := strings.Cut(v.Type().Field(i).Tag.Get("toml"), ",")
		switch {
		case name == "" || name == "-":
		case opts == "keyed":
			list := v.Field(i)
			for j := range list.Len() {
				a.walk(list.Index(j), join(join(path, name), keyOf(list.Index(j))))
			}
		default:
			a.walk(v.Field(i), join(path, name))
		}
	}
}

// keyOf returns the id of a table of a keyed list.
func keyOf(v reflect.Value) string {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("toml") == ",key" {
			return v.Field(i).String()
		}
	}
	return ""
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// oneText reports the first bad character of a text; lines tells that line
// breaks and tabs may stand in it.
func (a at) oneText(path, text string, lines bool) {
	if why := badRune(text, lines); why != "" {
		a.errorf(path, "bad-text", "%s", why)
	}
}

// badRune tells what is wrong with the first bad character; empty: none is.
func badRune(text string, lines bool) string {
	for i, r := range text {
		why := ""
		switch {
		case r >= ' ' && r < 0x7f:
			continue
		case lines && (r == '\n' || r == '\t'):
		case r == '\n':
			why = "line break in a text of one line"
		case r < ' ' || r >= 0x7f && r < 0xa0:
			why = "control character U+" + codePoint(r)
		case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c:
			why = "bidirectional control U+" + codePoint(r)
		case r == 0x2028 || r == 0x2029 || r == 0xfeff:
			why = "invisible character U+" + codePoint(r)
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			why = "text that is not UTF-8"
		}
		if why != "" {
			return why
		}
	}
	return ""
}

// url checks an address that readers will follow. Empty is not checked.
func (a at) url(path, text string) {
	if text == "" {
		return
	}
	if why := urlFault(text); why != "" {
		a.errorf(path, "bad-url", "%q %s", text, why)
	}
}

// fqdn checks a host name: labels of letters, digits and hyphens; the first
// may be "*"; parts in braces are placeholders.
func (a at) fqdn(path, name string) {
	if why := fqdnFault(name); why != "" {
		a.errorf(path, "bad-fqdn", "%q %s", name, why)
	}
}

func fqdnFault(name string) string {
	rest := strings.TrimPrefix(name, "*.")
	labels := strings.Split(rest, ".")
	if len(name) > 253 || len(labels) < 2 {
		return "is not a fully qualified name"
	}
	for _, l := range labels {
		plain := l
		for strings.Contains(plain, "{") {
			before, after, _ := strings.Cut(plain, "{")
			inside, tail, closed := strings.Cut(after, "}")
			if !closed || inside == "" || strings.ContainsAny(inside, "{ ") {
				return "has an unfinished {placeholder}"
			}
			plain = before + "x" + tail
		}
		if plain == "" || len(plain) > 63 || plain[0] == '-' || plain[len(plain)-1] == '-' {
			return diag.Sprintf("has a bad label %q", l)
		}
		for _, r := range plain {
			if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' {
				return diag.Sprintf("has a bad label %q", l)
			}
		}
	}
	return ""
}

// ValidFQDN tells whether a text is a name that can be looked up: exact or
// with "*." before, without {placeholders}, and no number at its end, which
// would be a mistyped address.
func ValidFQDN(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	return fqdnFault(name) == "" && !strings.ContainsAny(name, "{}") && strings.Trim(last, "0123456789") != ""
}

// codePoint is a character's number as Unicode writes it.
func codePoint(r rune) string {
	n := strings.ToUpper(strconv.FormatInt(int64(r), 16))
	return strings.Repeat("0", max(0, 4-len(n))) + n
}
