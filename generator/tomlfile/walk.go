package tomlfile

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"portolan/generator/diag"
	"portolan/generator/netspec"
)

// walker fills a target from the values, telling each fault where it stands.
type walker struct {
	x      *places
	sink   diag.Sink
	faults int
}

// spot is one value on the way: its node, the key that it belongs to, and
// whether it is an element of that key's list.
type spot struct {
	node     int32
	key      string
	element  bool
	required bool
}

// String names the value for a message.
func (s spot) String() string {
	if s.element {
		return fmt.Sprintf("an element of %q", s.key)
	}
	return fmt.Sprintf("%q", s.key)
}

func (w *walker) add(d diag.Diagnostic) {
	if w.faults++; w.faults <= maxFaults {
		w.sink.Add(d)
	}
}

func (w *walker) fault(n int32, code, hint, format string, args ...any) {
	w.add(diag.Diagnostic{Pos: w.x.pos(int(w.x.nodes[n].value)), Code: code, Text: fmt.Sprintf(format, args...), Hint: hint})
}

// finish tells how many faults went untold, and whether there were none.
func (w *walker) finish() bool {
	if w.faults > maxFaults {
		diag.Errorf(w.sink, diag.Pos{File: w.x.file}, "too-many-faults", "%d more faults are not shown", w.faults-maxFaults)
	}
	return w.faults == 0
}

func (w *walker) shape(t reflect.Type) *shape {
	if sh, ok := shapes.Load(t); ok {
		return sh.(*shape)
	}
	sh := shapeOf(t)
	shapes.Store(t, sh)
	return sh
}

// structure fills a struct from the table at n.
func (w *walker) structure(n int32, m map[string]any, target reflect.Value) {
	sh := w.shape(target.Type())
	given := make([]bool, len(sh.fields))
	for c := w.x.nodes[n].first; c != 0; c = w.x.nodes[c].next {
		key := w.x.name(c)
		i, ok := sh.byKey[key]
		if !ok {
			w.unknownKey(c, key, sh, given)
			continue
		}
		f := sh.fields[i]
		given[i] = true
		at := spot{node: c, key: key, required: f.required}
		if f.keyed {
			w.keyed(at, m[key], target.Field(f.index))
		} else {
			w.value(at, m[key], target.Field(f.index))
		}
	}
	for i, f := range sh.fields {
		if f.required && !given[i] {
			w.fault(n, "missing-key", "", "key %q is missing", f.key)
		}
	}
}

// unknownKey tells of a key that the table does not know. The one that was
// probably meant is then not told as missing.
func (w *walker) unknownKey(c int32, key string, sh *shape, given []bool) {
	kind := "key"
	if k := w.x.nodes[c].kind; k == table || k == tables {
		kind = "table"
	}
	if w.faults < maxFaults {
		var one diag.List
		diag.Unknown(&one, w.x.pos(int(w.x.nodes[c].key)), "unknown-key", kind, key, sh.keys)
		w.add(one.Sorted()[0])
	} else {
		w.faults++
	}
	if i, ok := sh.byKey[diag.Nearest(key, sh.keys)]; ok {
		given[i] = true
	}
}

// keyed fills a slice of structs from the tables [key.ID].
func (w *walker) keyed(at spot, v any, target reflect.Value) {
	hint := fmt.Sprintf("write [%s.ID]", at.key)
	m, ok := v.(map[string]any)
	if !ok {
		w.fault(at.node, "wrong-type", hint, "%s must be a table of tables, not %s", at, describe(v))
		return
	}
	if len(m) == 0 {
		w.fault(at.node, "empty-list", hint, "%s has no tables", at)
		return
	}
	list := reflect.MakeSlice(target.Type(), 0, w.x.children(at.node))
	id := w.shape(target.Type().Elem()).id
	for c := w.x.nodes[at.node].first; c != 0; c = w.x.nodes[c].next {
		key := w.x.name(c)
		inner, ok := m[key].(map[string]any)
		if !ok {
			w.fault(c, "wrong-type", hint, "%q in %s must be a table, not %s", key, at, describe(m[key]))
			continue
		}
		elem := reflect.New(target.Type().Elem()).Elem()
		if id >= 0 {
			elem.Field(id).SetString(key)
		}
		w.structure(c, inner, elem)
		list = reflect.Append(list, elem)
	}
	target.Set(list)
}

// value fills a target of any kind.
func (w *walker) value(at spot, v any, target reflect.Value) {
	if u, ok := target.Addr().Interface().(encoding.TextUnmarshaler); ok {
		w.unmarshal(at, v, u, target.Kind())
		return
	}
	switch target.Kind() {
	case reflect.Pointer:
		p := reflect.New(target.Type().Elem())
		w.value(at, v, p.Elem())
		target.Set(p)
	case reflect.String:
		w.text(at, v, target)
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			target.SetBool(b)
		} else {
			w.wrongType(at, "true or false", v)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		i, ok := v.(int64)
		switch {
		case !ok:
			w.wrongType(at, "an integer", v)
		case target.OverflowInt(i):
			w.fault(at.node, "bad-value", "", "%s is too large", at)
		default:
			target.SetInt(i)
		}
	case reflect.Slice:
		w.list(at, v, target)
	case reflect.Map:
		w.dictionary(at, v, target)
	case reflect.Struct:
		if m, ok := v.(map[string]any); ok {
			w.structure(at.node, m, target)
		} else {
			w.wrongType(at, "a table", v)
		}
	default:
		panic(fmt.Sprintf("tomlfile: no value fills a %s", target.Type()))
	}
}

// text fills a string, plain or of a closed vocabulary.
func (w *walker) text(at spot, v any, target reflect.Value) {
	s, ok := v.(string)
	if !ok {
		w.wrongType(at, "a string", v)
		return
	}
	if w.blank(at, s) {
		return
	}
	if vocabulary, ok := target.Interface().(interface{ Values() []string }); ok && !w.known(at, s, vocabulary.Values()) {
		return
	}
	target.SetString(w.own(at.node, s))
}

// blank tells whether a text says nothing, which is a fault where something
// must be said.
func (w *walker) blank(at spot, s string) bool {
	switch {
	case strings.TrimSpace(s) != "":
		return false
	case at.element:
		w.fault(at.node, "bad-value", "", "%s is empty", at)
	case at.required:
		w.fault(at.node, "missing-key", "", "%s is empty", at)
	}
	return true
}

func (w *walker) known(at spot, s string, values []string) bool {
	for _, v := range values {
		if v == s {
			return true
		}
	}
	var one diag.List
	diag.Unknown(&one, w.x.pos(int(w.x.nodes[at.node].value)), "unknown-value", strings.ReplaceAll(at.key, "_", " "), s, values)
	w.add(one.Sorted()[0])
	return false
}

// unmarshal hands a text to a type that reads its own. A string type may be a
// date, which TOML writes without quotes.
func (w *walker) unmarshal(at spot, v any, target encoding.TextUnmarshaler, kind reflect.Kind) {
	s, ok := v.(string)
	if written := w.x.bare(at.node); !ok && kind == reflect.String && isLocalDate(v, written) {
		s, ok = written, true
	}
	want := "a string"
	if kind == reflect.String {
		want = "a date"
	}
	if !ok {
		w.wrongType(at, want, v)
		return
	}
	if (at.required || at.element || kind == reflect.String) && w.blank(at, s) {
		return
	}
	err := target.UnmarshalText([]byte(s))
	if err == nil {
		return
	}
	d := diag.Diagnostic{Code: "bad-value", Text: err.Error()}
	offset := 0
	var syntax *netspec.SyntaxError
	if errors.As(err, &syntax) {
		offset, d.Text, d.Hint = syntax.Offset, syntax.Text, syntax.Hint
	}
	d.Pos = w.x.pos(w.x.offset(at.node, offset))
	w.add(d)
}

// list fills a slice from a list or from the one value that stands for it.
func (w *walker) list(at spot, v any, target reflect.Value) {
	var values []any
	switch v := v.(type) {
	case []any:
		values = v
	case []map[string]any: // [[key]]
		for _, m := range v {
			values = append(values, m)
		}
	case map[string]any:
		w.wrongType(at, "a list", v)
		return
	default:
		if v == "" {
			break // an empty text is no list of one
		}
		one := reflect.New(target.Type().Elem()).Elem()
		if one.Kind() == reflect.Struct && !one.Addr().Type().Implements(textUnmarshaler) {
			w.wrongType(at, "a list", v)
			return
		}
		w.value(at, v, one)
		target.Set(reflect.Append(reflect.MakeSlice(target.Type(), 0, 1), one))
		return
	}
	if len(values) == 0 {
		w.fault(at.node, "empty-list", "leave the key out", "%s is an empty list", at)
		return
	}
	list := reflect.MakeSlice(target.Type(), len(values), len(values))
	c := w.x.nodes[at.node].first
	for i := 0; i < len(values) && c != 0; i, c = i+1, w.x.nodes[c].next {
		w.value(spot{node: c, key: at.key, element: true}, values[i], list.Index(i))
	}
	target.Set(list)
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

// dictionary fills a map from a table.
func (w *walker) dictionary(at spot, v any, target reflect.Value) {
	m, ok := v.(map[string]any)
	if !ok {
		w.wrongType(at, "a table", v)
		return
	}
	out := reflect.MakeMapWithSize(target.Type(), len(m))
	for c := w.x.nodes[at.node].first; c != 0; c = w.x.nodes[c].next {
		key := w.x.name(c)
		one := reflect.New(target.Type().Elem()).Elem()
		w.value(spot{node: c, key: key, required: true}, m[key], one)
		out.SetMapIndex(reflect.ValueOf(key), one)
	}
	target.Set(out)
}

// wrongType tells what is wanted and what stands there instead.
func (w *walker) wrongType(at spot, want string, v any) {
	hint := ""
	switch v := v.(type) {
	case int64, float64, bool, time.Time:
		if want == "a string" {
			hint = "write it in quotes: " + strconv.Quote(w.x.bare(at.node))
		}
	case string:
		if want == "true or false" && (v == "true" || v == "false") {
			hint = "write it without quotes: " + v
		}
	}
	w.fault(at.node, "wrong-type", hint, "%s must be %s, not %s", at, want, describe(v))
}

// describe names a value's type.
func describe(v any) string {
	switch v.(type) {
	case string:
		return "a string"
	case bool:
		return "true or false"
	case int64:
		return "an integer"
	case float64:
		return "a number with a fraction"
	case time.Time:
		return "a date or time"
	case []any:
		return "a list"
	case []map[string]any:
		return "a list of tables"
	}
	return "a table"
}

// isLocalDate tells whether a value is a date without time and zone.
func isLocalDate(v any, written string) bool {
	_, ok := v.(time.Time)
	return ok && len(written) == len(time.DateOnly)
}

// own returns the text as a part of the index's text where it stands there
// as it is, so that the parser's copy of the file need not be kept.
func (w *walker) own(n int32, s string) string {
	if lit, ok := w.x.literal(n); ok && lit.end-lit.start == len(s) && w.x.src[lit.start:lit.end] == s {
		return w.x.src[lit.start:lit.end]
	}
	return strings.Clone(s)
}
