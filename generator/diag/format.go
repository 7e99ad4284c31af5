package diag

import (
	"reflect"
	"strconv"
	"strings"
)

// Sprintf is that of package fmt for the verbs %s, %q, %d and %v without flags,
// of texts, whole numbers, truth values, errors, what has a String, and lists of
// these; what is wrong is marked with "%!" as there. Package fmt would be a
// twentieth of the program that browsers load.
func Sprintf(format string, args ...any) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(format, "%")
		b.WriteString(before)
		switch {
		case !found && len(args) > 0:
			return b.String() + "%!(EXTRA)"
		case !found:
			return b.String()
		case rest == "":
			return b.String() + "%!(NOVERB)"
		}
		verb := rest[0]
		format = rest[1:]
		if verb == '%' {
			b.WriteByte('%')
			continue
		}
		if len(args) == 0 {
			b.WriteString("%!(MISSING)")
			continue
		}
		text := spelled(args[0])
		args = args[1:]
		switch verb {
		case 's', 'd', 'v':
			b.WriteString(text)
		case 'q':
			b.WriteString(strconv.Quote(text))
		default:
			b.WriteString("%!" + string(verb) + "(" + text + ")")
		}
	}
}

func spelled(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case error:
		return v.Error()
	case interface{ String() string }:
		return v.String()
	}
	switch r := reflect.ValueOf(v); {
	case r.Kind() == reflect.String:
		return r.String()
	case r.CanInt():
		return strconv.FormatInt(r.Int(), 10)
	case r.CanUint():
		return strconv.FormatUint(r.Uint(), 10)
	case r.Kind() == reflect.Bool:
		return strconv.FormatBool(r.Bool())
	case r.Kind() == reflect.Slice:
		list := make([]string, r.Len())
		for i := range list {
			list[i] = spelled(r.Index(i).Interface())
		}
		return "[" + strings.Join(list, " ") + "]"
	default:
		return "%!(" + r.Kind().String() + ")"
	}
}
