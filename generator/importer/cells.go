package importer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/catalog"
	"portolan/generator/netspec"
)

// transports are the words for what a port is of.
var transports = regexp.MustCompile(`(?i)\b(tcp|udp|sctp|icmpv6|icmp|esp|ah|gre)\b`)

// words of a port cell that say nothing that its numbers do not.
var noise = regexp.MustCompile(`(?i)\b(ports?|range|and|or|through|thru|to|default|by default|inclusive|protocol)\b|[()\[\]]`)

var (
	numbers = regexp.MustCompile(`^(\d{1,5})(?:-(\d{1,5}))?$`)
	above   = regexp.MustCompile(`^(?:>=?\s*(\d{1,5})|(\d{1,5})\s*\+)$`)
	spans   = regexp.MustCompile(`(?i)(\d)\s*(?:-|–|—|\bto\b|\bthrough\b|\bthru\b|\.\.+)\s*(\d)`)
)

// parsePorts reads a cell of ports with the transports that another cell
// states. What cannot be read is an empty set. Assumed tells that no
// transport was stated.
func parsePorts(cell, protocol string) (set netspec.PortSet, assumed bool) {
	if set, err := netspec.ParsePortSet(cell); err == nil && cell != "" && !(set.IsAny() && transports.MatchString(protocol)) {
		return set, false
	}
	if set, ok := ownWords(cell); ok && !(set.IsAny() && transports.MatchString(protocol)) {
		return set, false
	}
	stated := words(protocol)
	own := words(cell)
	text := spans.ReplaceAllString(cell, "$1-$2")
	text = spans.ReplaceAllString(text, "$1-$2") // 1-2-3 overlaps
	if pieces := byTransport(text); pieces != nil {
		return union(pieces), false
	}
	text = strings.TrimSpace(noise.ReplaceAllString(transports.ReplaceAllString(text, " "), " "))
	if len(own) > 0 {
		stated = own
	}
	if len(stated) == 0 {
		stated, assumed = []string{"tcp"}, true
	}
	var out []netspec.PortSet
	for _, t := range stated {
		set, ok := portList(t, text)
		if !ok {
			return netspec.PortSet{}, assumed
		}
		out = append(out, set)
	}
	return union(out), assumed
}

// ownWords reads what our own tables say where numbers do not tell.
func ownWords(cell string) (netspec.PortSet, bool) {
	var sets []netspec.PortSet
	for part := range strings.SplitSeq(cell, "; ") {
		switch name, rest, _ := strings.Cut(part, ", "); {
		case part == "any transport":
			name = "any"
			part = name
		case rest == "any port":
			part = name + "/*"
		case rest == "port not stated":
			part = name + "/?"
		}
		set, err := netspec.ParsePortSet(part)
		if err != nil {
			return netspec.PortSet{}, false
		}
		sets = append(sets, set)
	}
	return union(sets), len(sets) > 0
}

// words are the transports that a text names, each once.
func words(text string) (out []string) {
	for _, w := range transports.FindAllString(text, -1) {
		if w = strings.ToLower(w); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// byTransport reads a cell in which every transport has ports of its own:
// "TCP 80, 443; UDP 53", "53 (UDP), 80 (TCP)"; nil if it is no such cell.
func byTransport(text string) []netspec.PortSet {
	at := transports.FindAllStringIndex(text, -1)
	if len(at) < 2 {
		return nil
	}
	leading := strings.TrimSpace(noise.ReplaceAllString(text[:at[0][0]], " ")) == ""
	var out []netspec.PortSet
	for i, m := range at {
		var part string
		switch {
		case leading && i+1 < len(at):
			part = text[m[1]:at[i+1][0]]
		case leading:
			part = text[m[1]:]
		case i == 0:
			part = text[:m[0]]
		default:
			part = text[at[i-1][1]:m[0]]
		}
		part = strings.TrimSpace(noise.ReplaceAllString(part, " "))
		set, ok := portList(strings.ToLower(text[m[0]:m[1]]), strings.Trim(part, " ,;:/&"))
		if !ok || part == "" {
			return nil
		}
		out = append(out, set)
	}
	return out
}

// portList reads the ports of one transport.
func portList(transport, text string) (netspec.PortSet, bool) {
	lower := strings.ToLower(strings.Trim(text, " ,;:/&*"))
	switch {
	case !slices.Contains([]string{"tcp", "udp", "sctp"}, transport):
		if set, err := netspec.ParsePortSet(transport); err == nil && (lower == "" || lower == "n/a" || lower == "-" || lower == "any" || lower == "none" || lower == "echo") {
			return set, true
		}
		set, err := netspec.ParsePortSet(transport + "/" + lower)
		return set, err == nil
	case slices.Contains([]string{"any", "all", "ephemeral", "dynamic", "random", "high"}, lower), lower == "" && strings.Contains(text, "*"):
		return parse(transport + "/*")
	case lower == "":
		return netspec.PortSet{}, false
	}
	var list []string
	for field := range strings.FieldsFuncSeq(lower, func(r rune) bool { return strings.ContainsRune(" ,;/&\n\t", r) }) {
		switch m := above.FindStringSubmatch(field); {
		case m != nil && m[1] != "" && !strings.Contains(field, "="):
			n, _ := strconv.Atoi(m[1])
			list = append(list, strconv.Itoa(n+1)+"-65535")
		case m != nil:
			list = append(list, m[1]+m[2]+"-65535")
		case numbers.MatchString(field):
			list = append(list, field)
		default:
			return netspec.PortSet{}, false
		}
	}
	return parse(transport + "/" + strings.Join(list, ","))
}

func parse(text string) (netspec.PortSet, bool) {
	set, err := netspec.ParsePortSet(text)
	return set, err == nil
}

func union(sets []netspec.PortSet) netspec.PortSet {
	var out netspec.PortSet
	for _, s := range sets {
		out = out.Union(s)
	}
	return out
}

// needs reads a cell that says whether a row is needed; conditions are the
// features it names: any of them, all of one.
func needs(cell string) (need catalog.Need, conditions [][]string) {
	lower := strings.ToLower(strings.TrimSpace(cell))
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lower, w) })
	}
	switch {
	case lower == "":
		return "", nil
	case strings.HasPrefix(lower, "only with "):
		return catalog.Conditional, features(strings.TrimSpace(cell)[len("only with "):])
	case has("closed", "forbidden", "deny", "denied", "block", "must not"):
		return catalog.Forbidden, nil
	case has("conditional", "if ", "when ", "depends"):
		return catalog.Conditional, nil
	case has("optional", "recommended", "not required", "not mandatory") || slices.Contains([]string{"no", "n", "false", "o"}, lower):
		return catalog.Optional, nil
	case has("required", "mandatory", "must", "always") || slices.Contains([]string{"yes", "y", "true", "x", "r", "m", "✓"}, lower):
		return catalog.Required, nil
	}
	return "", nil
}

// features reads the names that follow "only with": "A or B", "A, B or C",
// "A and B, or C".
func features(text string) [][]string {
	var out [][]string
	if strings.Contains(text, ", or ") {
		for part := range strings.SplitSeq(text, ", or ") {
			out = append(out, list(part, " and "))
		}
		return out
	}
	if strings.Contains(text, " or ") {
		for _, name := range list(text, " or ") {
			out = append(out, []string{name})
		}
		return out
	}
	return [][]string{list(text, " and ")}
}

// list takes "a, b and c" apart.
func list(text, word string) []string {
	head, last, found := strings.Cut(text, word)
	if !found {
		return []string{strings.TrimSpace(text)}
	}
	var out []string
	for part := range strings.SplitSeq(head, ", ") {
		out = append(out, strings.TrimSpace(part))
	}
	return append(out, strings.TrimSpace(last))
}

var (
	leastTLS = regexp.MustCompile(`(;| with)? ?tls (1\.[0-3]) or newer`)
	protects = map[catalog.Encryption]*regexp.Regexp{
		catalog.TLS: regexp.MustCompile(`\b(tls|ssl)\b`), catalog.StartTLS: regexp.MustCompile(`\bstarttls\b`), catalog.SSH: regexp.MustCompile(`\bssh\b`),
		catalog.Clear: regexp.MustCompile(`\b(none|no|clear|plain)\b`), catalog.Payload: regexp.MustCompile(`\bcontent encrypted\b`),
	}
)

// protections reads a cell that says how a connection is protected.
func protections(cell string) (out []catalog.Encryption, least string) {
	lower := strings.ToLower(cell)
	if m := leastTLS.FindStringSubmatch(lower); m != nil {
		least = m[2]
		if lower != m[0] && m[1] != "" {
			lower = strings.Replace(lower, m[0], "", 1)
		}
	}
	for _, e := range []catalog.Encryption{catalog.TLS, catalog.StartTLS, catalog.SSH, catalog.Payload, catalog.Clear} {
		if protects[e].MatchString(lower) {
			out = append(out, e)
		}
	}
	return out, least
}
