package netspec

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Form tells how much of a range's numbers is known.
type Form uint8

const (
	// Exact is First to Last, both inclusive.
	Exact Form = iota
	// AnyPort is "tcp/*": any port or the client's choice; First 1, Last 65535.
	AnyPort
	// Unstated is "tcp/?": a port that the source does not state; First and Last 0.
	Unstated
	// Whole is a transport without ports ("esp") or with all its types ("icmp"); First and Last 0.
	Whole
)

// Range is some ports of one transport. For ICMP and ICMPv6, First and Last
// are one message type. Bounds are inclusive.
type Range struct {
	Transport   Transport
	First, Last uint16
	Form        Form
}

// Size is the number of ports, 0 where none is known or there are none.
func (r Range) Size() int {
	if !r.Transport.HasPorts() || r.Form == Unstated {
		return 0
	}
	return int(r.Last) - int(r.First) + 1
}

// Contains tells whether the port of that transport is in the range.
func (r Range) Contains(t Transport, port uint16) bool {
	return r.Transport == t && r.Size() > 0 && r.First <= port && port <= r.Last
}

// Ports spells the range without its transport: "443", "1024-65535", "*", "?", "".
func (r Range) Ports() string {
	switch {
	case r.Form == AnyPort:
		return "*"
	case r.Form == Unstated:
		return "?"
	case r.Form == Whole:
		return ""
	case r.First == r.Last:
		return strconv.Itoa(int(r.First))
	}
	return strconv.Itoa(int(r.First)) + "-" + strconv.Itoa(int(r.Last))
}

// String spells the range alone: "tcp/443".
func (r Range) String() string {
	if p := r.Ports(); p != "" {
		return r.Transport.String() + "/" + p
	}
	return r.Transport.String()
}

// PortSet is a set of ports of one or several transports in normal form. Its
// zero value is the empty set. It is not changed after construction.
type PortSet struct {
	ranges []Range
}

// NewPortSet returns the normal form of the given ranges.
func NewPortSet(ranges ...Range) PortSet { return PortSet{normal(slices.Clone(ranges))} }

// normal sorts the ranges and merges those that share a port.
func normal(rs []Range) []Range {
	slices.SortStableFunc(rs, func(a, b Range) int {
		return cmp.Or(a.Transport.Compare(b.Transport), cmp.Compare(a.Form, b.Form), cmp.Compare(a.First, b.First), cmp.Compare(b.Last, a.Last))
	})
	out := rs[:0]
	for _, r := range rs {
		if n := len(out) - 1; n >= 0 && out[n].Transport == r.Transport && out[n].Form == r.Form && (r.Form != Exact || r.First <= out[n].Last) {
			out[n].Last = max(out[n].Last, r.Last)
			continue
		}
		out = append(out, r)
	}
	return out
}

// Ranges yields the ranges in order.
func (s PortSet) Ranges() iter.Seq[Range] { return slices.Values(s.ranges) }

// Len is the number of ranges.
func (s PortSet) Len() int { return len(s.ranges) }

// IsZero tells whether the set is empty.
func (s PortSet) IsZero() bool { return len(s.ranges) == 0 }

// Known tells whether no port of the set is unstated.
func (s PortSet) Known() bool { return !s.has(Unstated) }

// HasAnyPort tells whether the set has a "tcp/*".
func (s PortSet) HasAnyPort() bool { return s.has(AnyPort) }

func (s PortSet) has(f Form) bool {
	return slices.ContainsFunc(s.ranges, func(r Range) bool { return r.Form == f })
}

// IsAny tells whether the set is every transport.
func (s PortSet) IsAny() bool { return len(s.ranges) == 1 && s.ranges[0].Transport == Any }

// Size is the number of known ports in the set.
func (s PortSet) Size() int {
	n := 0
	for _, r := range s.ranges {
		n += r.Size()
	}
	return n
}

// Transports lists the set's transports in order, each once.
func (s PortSet) Transports() []Transport {
	var ts []Transport
	for _, r := range s.ranges {
		if len(ts) == 0 || ts[len(ts)-1] != r.Transport {
			ts = append(ts, r.Transport)
		}
	}
	return ts
}

// Of returns the part of the set that is of one transport.
func (s PortSet) Of(t Transport) PortSet {
	var rs []Range
	for _, r := range s.ranges {
		if r.Transport == t {
			rs = append(rs, r)
		}
	}
	return PortSet{rs}
}

// Union returns what is in either set.
func (s PortSet) Union(t PortSet) PortSet {
	return PortSet{normal(slices.Concat(s.ranges, t.ranges))}
}

// Minus returns what is in the set and not in t. An unstated port is taken
// away by an unstated or by every port; any port stays what it is unless all
// are taken away.
func (s PortSet) Minus(t PortSet) PortSet {
	var out []Range
	for _, r := range s.ranges {
		left := []Range{r}
		for _, o := range t.merged() {
			var rest []Range
			for _, r := range left {
				rest = append(rest, r.minus(o)...)
			}
			left = rest
		}
		out = append(out, left...)
	}
	return PortSet{normal(out)}
}

// minus returns the pieces of the range that the other leaves.
func (r Range) minus(o Range) []Range {
	switch {
	case o.covers(r):
		return nil
	case r.Form == AnyPort || r.Size() == 0 || o.Size() == 0 || !r.overlaps(o):
		return []Range{r}
	}
	var out []Range
	if r.First < o.First {
		out = append(out, Range{Transport: r.Transport, First: r.First, Last: o.First - 1})
	}
	if o.Last < r.Last {
		out = append(out, Range{Transport: r.Transport, First: o.Last + 1, Last: r.Last})
	}
	return out
}

// Shift returns the set with n, which may be negative, added to each of its
// ports. An unstated port stays one. It is false where a port would not be
// between 1 and 65535, and where n is not 0 but there is no number to add it
// to: any port, and transports without ports.
func (s PortSet) Shift(n int) (PortSet, bool) {
	if n == 0 {
		return s, true
	}
	out := make([]Range, 0, len(s.ranges))
	for _, r := range s.ranges {
		switch {
		case r.Form == Unstated:
		case r.Form != Exact || !r.Transport.HasPorts() || int(r.First)+n < 1 || int(r.Last)+n > 65535:
			return PortSet{}, false
		default:
			r.First, r.Last = uint16(int(r.First)+n), uint16(int(r.Last)+n)
		}
		out = append(out, r)
	}
	return PortSet{out}, true
}

// Covers tells whether everything known in t is in s too. Any covers all.
func (s PortSet) Covers(t PortSet) bool {
	for _, r := range t.ranges {
		if !slices.ContainsFunc(s.merged(), func(o Range) bool { return o.covers(r) }) {
			return false
		}
	}
	return true
}

func (r Range) covers(o Range) bool {
	switch {
	case r.Transport == Any:
		return true
	case r.Transport != o.Transport:
		return false
	case r.Form == Whole || o.Form == Unstated && r.Size() == 65535:
		return true
	case r.Form == Unstated || o.Form == Unstated || o.Form == Whole:
		return r.Form == o.Form
	}
	return r.First <= o.First && o.Last <= r.Last
}

// merged joins neighbours and the forms that mean numbers, so that a range
// that spans two pieces is seen to be covered.
func (s PortSet) merged() []Range {
	var out []Range
	rs := slices.Clone(s.ranges)
	slices.SortStableFunc(rs, func(a, b Range) int {
		return cmp.Or(a.Transport.Compare(b.Transport), cmp.Compare(a.First, b.First))
	})
	for _, r := range rs {
		if n := len(out) - 1; n >= 0 && out[n].Transport == r.Transport && out[n].Size() > 0 && r.Size() > 0 && int(r.First) <= int(out[n].Last)+1 {
			out[n].Last = max(out[n].Last, r.Last)
			continue
		}
		if r.Form == AnyPort {
			r.Form = Exact
		}
		out = append(out, r)
	}
	return out
}

// Overlaps tells whether some traffic is in both sets. An unstated port
// overlaps nothing.
func (s PortSet) Overlaps(t PortSet) bool {
	for _, a := range s.ranges {
		for _, b := range t.ranges {
			if a.overlaps(b) {
				return true
			}
		}
	}
	return false
}

func (r Range) overlaps(o Range) bool {
	switch {
	case r.Form == Unstated || o.Form == Unstated:
		return false
	case r.Transport == Any || o.Transport == Any:
		return true
	case r.Transport != o.Transport:
		return false
	case r.Form == Whole || o.Form == Whole:
		return true
	}
	return r.First <= o.Last && o.First <= r.Last
}

// Equal tells whether both sets have the same normal form.
func (s PortSet) Equal(t PortSet) bool { return slices.Equal(s.ranges, t.ranges) }

// String is the normal form: "tcp/80,443 udp/443".
func (s PortSet) String() string {
	var b strings.Builder
	for i, r := range s.ranges {
		if i > 0 && r.listed() && s.ranges[i-1].listed() && s.ranges[i-1].Transport == r.Transport {
			b.WriteByte(',')
			b.WriteString(r.Ports())
			continue
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(r.String())
	}
	return b.String()
}

// listed tells whether the range may stand in a comma-separated list.
func (r Range) listed() bool { return r.Form == Exact && r.Transport.HasPorts() }

// SyntaxError tells what is wrong with a text and, in bytes from its start, where.
type SyntaxError struct {
	Offset int
	Text   string
	Hint   string
}

func (e *SyntaxError) Error() string { return e.Text }

func syntax(offset int, text string) *SyntaxError { return &SyntaxError{Offset: offset, Text: text} }

func meant(text string) string { return "did you mean " + strconv.Quote(text) + "?" }

// ParsePortSet reads a port set as the data files write it: transports
// separated by blanks, each with its ports after a slash. Numbers run from 1
// to 65535 (ICMP types and protocol numbers from 0 to 255), the first of a
// range not above the last. A fault is a *SyntaxError.
func ParsePortSet(text string) (PortSet, error) {
	var rs []Range
	for field, at := range fields(text) {
		got, err := parseField(field)
		if err != nil {
			err.Offset += at
			return PortSet{}, err
		}
		rs = append(rs, got...)
	}
	if len(rs) == 0 {
		return PortSet{}, &SyntaxError{Text: "no ports", Hint: `write them as in "tcp/443"`}
	}
	set := PortSet{normal(rs)}
	if len(set.ranges) > 1 && slices.ContainsFunc(set.ranges, func(r Range) bool { return r.Transport == Any }) {
		return PortSet{}, syntax(0, `"any" stands alone: it is every transport`)
	}
	return set, nil
}

// fields yields the blank-separated parts of a text with their byte offsets.
func fields(text string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		start := -1
		for i := 0; i <= len(text); i++ {
			blank := i == len(text) || text[i] == ' ' || text[i] == '\t'
			switch {
			case !blank && start < 0:
				start = i
			case blank && start >= 0:
				if !yield(text[start:i], start) {
					return
				}
				start = -1
			}
		}
	}
}

func parseField(field string) ([]Range, *SyntaxError) {
	name, list, slash := strings.Cut(field, "/")
	t, ok := transportByName(name)
	switch {
	case strings.EqualFold(name, "ip"):
		return parseProtocol(name, list, slash)
	case !ok && !slash && isDigits(strings.NewReplacer(",", "", "-", "").Replace(name)):
		return nil, &SyntaxError{Text: strconv.Quote(field) + " has no transport", Hint: meant("tcp/" + field)}
	case !ok && isDigits(name) && slash:
		return nil, &SyntaxError{Text: strconv.Quote(field) + " has the port before the transport", Hint: meant(list + "/" + name)}
	case !ok:
		return nil, &SyntaxError{Text: "unknown transport " + strconv.Quote(name), Hint: "known: " + strings.Join(TransportNames(), ", ")}
	case !slash && t.HasPorts():
		return nil, syntax(len(name), t.String()+` needs ports: a number, a range, "*" or "?"`)
	case !slash:
		return []Range{{Transport: t, Form: Whole}}, nil
	case t.kind == withTypes:
		n, err := number(list, 0, 255, len(name)+1, "ICMP type")
		return []Range{{Transport: t, First: n, Last: n}}, err
	case !t.HasPorts():
		return nil, syntax(len(name), t.String()+" has no ports")
	case list == "*":
		return []Range{{Transport: t, First: 1, Last: 65535, Form: AnyPort}}, nil
	case list == "?":
		return []Range{{Transport: t, Form: Unstated}}, nil
	}
	return parseList(t, list, len(name)+1)
}

func parseProtocol(name, list string, slash bool) ([]Range, *SyntaxError) {
	if !slash {
		return nil, &SyntaxError{Offset: len(name), Text: "ip needs a protocol number", Hint: `write it as in "ip/50"`}
	}
	n, err := number(list, 0, 255, len(name)+1, "protocol number")
	if err != nil {
		return nil, err
	}
	t := Protocol(uint8(n))
	if t.HasPorts() {
		return nil, &SyntaxError{Text: "protocol " + strconv.Itoa(int(n)) + " has ports", Hint: "write it as " + t.String() + "/PORTS"}
	}
	return []Range{{Transport: t, Form: Whole}}, nil
}

func parseList(t Transport, list string, at int) ([]Range, *SyntaxError) {
	var rs []Range
	for item := range strings.SplitSeq(list, ",") {
		first, last, isRange := strings.Cut(item, "-")
		lo, err := number(first, 1, 65535, at, "port")
		hi := lo
		if err == nil && isRange {
			hi, err = number(last, 1, 65535, at+len(first)+1, "port")
		}
		switch {
		case err != nil:
			return nil, err
		case lo > hi:
			return nil, &SyntaxError{Offset: at, Text: "range " + item + " runs backwards", Hint: "did you mean " + strconv.Itoa(int(hi)) + "-" + strconv.Itoa(int(lo)) + "?"}
		}
		rs = append(rs, Range{Transport: t, First: lo, Last: hi})
		at += len(item) + 1
	}
	return rs, nil
}

func number(text string, lo, hi, at int, what string) (uint16, *SyntaxError) {
	if !isDigits(text) {
		return 0, syntax(at, strconv.Quote(text)+" is not a "+what)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < lo || n > hi {
		return 0, syntax(at, what+" "+text+" is not between "+strconv.Itoa(lo)+" and "+strconv.Itoa(hi))
	}
	if text != strconv.Itoa(n) {
		return 0, &SyntaxError{Offset: at, Text: what + " " + text + " has leading zeros", Hint: "did you mean " + strconv.Itoa(n) + "?"}
	}
	return uint16(n), nil
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// UnmarshalText reads the data files' spelling.
func (s *PortSet) UnmarshalText(text []byte) error {
	set, err := ParsePortSet(string(text))
	if err == nil {
		*s = set
	}
	return err
}

// MarshalText writes the normal form.
func (s PortSet) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
