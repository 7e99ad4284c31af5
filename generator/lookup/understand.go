package lookup

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// normalise makes one spelling of a text: lower case, plain dashes and quotes, lines
// ended by "\n" (an input field shows a pasted line's end as "⏎") and single
// blanks. Invisible marks go.
func normalise(text string) string {
	var b strings.Builder
	last := '\n'
	put := func(r rune) {
		switch {
		case r == ' ' && (last == ' ' || last == '\n'):
			return
		case r == '\n' && last == '\n':
			return
		}
		b.WriteRune(r)
		last = r
	}
	for _, r := range text {
		switch {
		case 'A' <= r && r <= 'Z':
			put(r + 'a' - 'A')
		case r == '\n' || r == '\r' || r == 0x23CE || r == 0x2028 || r == 0x2029:
			put('\n')
		case 0x2010 <= r && r <= 0x2015 || r == 0x2212:
			put('-')
		case 0x2018 <= r && r <= 0x201F || r == 0xAB || r == 0xBB:
			put('"')
		case r == 0x2192:
			put('>')
		case r <= ' ' || 0x7F <= r && r <= 0xA0 || r == 0x1680 || 0x2000 <= r && r <= 0x200A || r == 0x202F || r == 0x205F || r == 0x3000:
			put(' ')
		case r == 0xAD || r == 0xFEFF || 0x200B <= r && r <= 0x200F || 0x202A <= r && r <= 0x202E || 0x2060 <= r && r <= 0x206F:
		case r > 0x7F && r != 0x130: // a capital whose small form is two letters
			put(unicode.ToLower(r))
		default:
			put(r)
		}
	}
	return b.String()
}

// split takes the words out of a normalised text: letters, digits and all
// that is not ASCII, but punctuation and symbols.
func split(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return r < 0xC0 && !('a' <= r && r <= 'z') && !('0' <= r && r <= '9') || r == 0xD7 || r == 0xF7 ||
			0x2000 <= r && r <= 0x2BFF || 0x3000 <= r && r <= 0x3003
	})
}

// reading is what was understood of a text.
type reading struct {
	pasted    bool
	truncated bool
	asked     []Ask
	seen      []Seen // of pasted lines, by asked
	words     []string
	invalid   []string
}

// understand reads a text: lines of a listing or a log, if there are any,
// else words, ports and ranges.
func understand(text string) *reading {
	r := &reading{asked: []Ask{}, seen: []Seen{}, invalid: []string{}}
	if letters := []rune(text); len(letters) > MaxText {
		text, r.truncated = string(letters[:MaxText]), true
	}
	text = normalise(text)
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if asks, ok := pasted(line); ok {
			r.pasted = true
			name := nameIn(line)
			for _, a := range asks {
				r.ask(a)
				r.note(a, name)
			}
		}
	}
	if !r.pasted {
		r.free(strings.Fields(strings.ReplaceAll(text, "|", " ")))
	}
	return r
}

// ask notes an ask once. A port that is none is noted as invalid.
func (r *reading) ask(a Ask) {
	if a.Text == "" {
		a.Text = askText(a)
	}
	switch {
	case slices.Contains(r.asked, a):
	case len(r.asked) == MaxAsks:
		r.truncated = true
	default:
		r.asked = append(r.asked, a)
	}
}

// note counts a line that names an ask, and what it calls it.
func (r *reading) note(a Ask, name string) {
	a.Text = askText(a)
	i := slices.Index(r.asked, a)
	if i < 0 {
		return
	}
	if i == len(r.seen) {
		r.seen = append(r.seen, Seen{Names: []string{}})
	}
	s := &r.seen[i]
	s.Lines++
	if name != "" && len(s.Names) < MaxNames && !slices.Contains(s.Names, name) {
		s.Names = append(s.Names, name)
	}
}

func (r *reading) reject(text string) {
	switch {
	case slices.Contains(r.invalid, text):
	case len(r.invalid) == MaxWords || len(text) > maxWord:
		r.truncated = true
	default:
		r.invalid = append(r.invalid, text)
	}
}

func (r *reading) word(text string) {
	switch {
	case slices.Contains(noise, text) || slices.Contains(r.words, text):
	case len(r.words) == MaxWords:
		r.truncated = true
	default:
		if letters := []rune(text); len(letters) > maxWord {
			text, r.truncated = string(letters[:maxWord]), true
		}
		r.words = append(r.words, text)
	}
}

// maxWord is the length of the longest word and number that is repeated.
const maxWord = 64

// noise are words of a question that narrow nothing.
var noise = []string{"port", "ports", "a", "an", "and", "are", "at", "by", "do", "does", "for", "from", "i", "is", "of", "on", "open", "or", "the", "to",
	"use", "used", "uses", "using", "via", "we", "what", "which", "who", "why", "with"}

func askText(a Ask) string {
	if a.Transport == "" {
		return rangeText(a.First, a.Last)
	}
	return a.Transport + "/" + rangeText(a.First, a.Last)
}

func rangeText(first, last int) string {
	if first == last {
		return strconv.Itoa(first)
	}
	return strconv.Itoa(first) + "-" + strconv.Itoa(last)
}

// bounds reads "443" or "21-22".
func bounds(item string) (first, last int) {
	a, b, isRange := strings.Cut(item, "-")
	first, _ = strconv.Atoi(a)
	last = first
	if isRange {
		last, _ = strconv.Atoi(b)
	}
	return first, last
}

// hasNumbers tells whether a transport's flows are told apart by numbers.
func hasNumbers(transport string) bool {
	return slices.Contains(portTransports, transport) || transport == "icmp" || transport == "icmpv6"
}

const (
	list      = `\d+(?:[-:]\d+)?(?:[,;/+&]\d+(?:[-:]\d+)?)*`
	transport = `(tcp|udp|sctp)`
	several   = `(?:tcp|udp|sctp)(?:[/+&,](?:tcp|udp|sctp))+`
	ipv4      = `\d{1,3}(?:\.\d{1,3}){3}`
)

// The forms of a token that names ports.
var (
	transportFirst = regexp.MustCompile(`^` + transport + `[/:_-](` + list + `)$`)
	transportGlued = regexp.MustCompile(`^` + transport + `(\d{2,5})$`)
	transportLast  = regexp.MustCompile(`^(` + list + `)/?` + transport + `$`)
	severalFirst   = regexp.MustCompile(`^` + several + `[/:](` + list + `)$`)
	severalLast    = regexp.MustCompile(`^(` + list + `)/` + several + `$`)
	severalAlone   = regexp.MustCompile(`^` + several + `$`)
	onlyList       = regexp.MustCompile(`^:?(` + list + `)$`)
	wildcard       = regexp.MustCompile(`^` + transport + `/([*?])$`)
	portWord       = regexp.MustCompile(`^ports?[=#:]?(` + list + `)$`)
	icmpType       = regexp.MustCompile(`^(icmp|icmpv6)/(\d{1,3})$`)
	listItem       = regexp.MustCompile(`^\d+[,;]?$`)
	hostPort       = regexp.MustCompile(`^(?:[a-z0-9-]+\.)+[a-z0-9-]+:(\d+)$`)
	namePort       = regexp.MustCompile(`^([a-z][a-z0-9-]*):(\d+)$`)
	socket         = regexp.MustCompile(`^(?:` + ipv4 + `|\[[0-9a-f:.]*(?:%[^\]]*)?\]|\*|localhost|::):(\d+)$`)
	numbers        = regexp.MustCompile(`^\d+(?:[-:./]+\d+)+$`)
	address6       = regexp.MustCompile(`^\[?[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*(?:%[a-z0-9.-]+)?\]?(?:/\d+)?$`)
	url            = regexp.MustCompile(`^([a-z][a-z0-9+.-]*)://([^/?#]*)`)
	urlPort        = regexp.MustCompile(`:(\d+)$`)
)

// joiners stand between the ends of a range that is written in three tokens.
var joiners = []string{"-", "to", "through", "..", ":"}

// free reads tokens that people type.
func (r *reading) free(tokens []string) {
	tokens = join(tokens)
	// A transport alone belongs to the ports after it, or, where ports come
	// before the first one, to those before it.
	firstPort := slices.IndexFunc(tokens, func(t string) bool { return onlyList.MatchString(trim(t)) })
	firstTransport := slices.IndexFunc(tokens, bare)
	after := firstPort < 0 || firstTransport >= 0 && firstTransport < firstPort
	bounds, bound := make([]string, len(tokens)), ""
	for n := range tokens {
		i := n
		if !after {
			i = len(tokens) - 1 - n
		}
		switch name := trim(tokens[i]); {
		case !bare(name):
		case n > 0 && bare(tokens[before(i, after)]) && bound != name:
			bound = "" // "tcp udp 53": both
		default:
			bound = name
		}
		bounds[i] = bound
	}
	var alone []string
	for i, t := range tokens {
		if bare(t) {
			alone = append(alone, trim(t))
			continue
		}
		r.token(t, bounds[i])
	}
	if len(r.asked) == 0 {
		for _, t := range alone {
			r.word(t)
		}
	}
}

// before is the place of the token that was read before that at i.
func before(i int, forward bool) int {
	if forward {
		return i - 1
	}
	return i + 1
}

// bare tells whether a token is a transport alone.
func bare(token string) bool { return slices.Contains(portTransports, trim(token)) }

// join puts together what blanks took apart: "21 - 22", "80, 443".
func join(tokens []string) []string {
	var out []string
	open := false // the last one ends in a list and a comma
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case i+2 < len(tokens) && listItem.MatchString(t) && slices.Contains(joiners, tokens[i+1]) && listItem.MatchString(tokens[i+2]):
			t += "-" + tokens[i+2]
			i += 2
		case strings.Contains(t, ".."):
			t = strings.ReplaceAll(t, "..", "-")
		}
		if open && onlyList.MatchString(trim(t)) {
			out[len(out)-1] += t
		} else {
			out = append(out, t)
		}
		open = goesOn(t)
	}
	return out
}

// goesOn tells whether a token ends in a list of ports and a comma.
func goesOn(token string) bool {
	token, comma := strings.CutSuffix(token, ",")
	return comma && onlyList.MatchString(token[strings.LastIndexByte(token, '/')+1:])
}

// trim takes quotes, brackets and a sentence's marks off a token.
func trim(token string) string { return strings.Trim(token, "()[]{}<>\"'`,.;!?#") }

// token reads one token; bound is the transport that a lone one next to it
// gives its ports.
func (r *reading) token(t, bound string) {
	if m := wildcard.FindStringSubmatch(strings.Trim(t, ",.;")); m != nil {
		r.ask(Ask{Text: m[1] + "/" + m[2], Transport: m[1]})
		return
	}
	if m := socket.FindStringSubmatch(strings.Trim(t, "(),.;")); m != nil {
		r.list(m[1], bound)
		return
	}
	if m := url.FindStringSubmatch(trim(t)); m != nil {
		if p := urlPort.FindStringSubmatch(m[2]); p != nil {
			r.list(p[1], bound)
		} else {
			r.parts(m[1])
		}
		return
	}
	t = trim(t)
	switch {
	case t == "" || r.ports(t, bound) || severalAlone.MatchString(t):
	case numbers.MatchString(t) || address6.MatchString(t): // an address, a date, a time
	case strings.Contains(t, ",") && strings.ContainsAny(t, "0123456789"):
		r.pieces(t, bound)
	default:
		r.parts(t)
	}
}

// ports reads a token in one of the forms that name ports.
func (r *reading) ports(t, bound string) bool {
	if m := transportFirst.FindStringSubmatch(t); m != nil {
		r.list(m[2], m[1])
	} else if m := transportGlued.FindStringSubmatch(t); m != nil {
		r.list(m[2], m[1])
	} else if m := transportLast.FindStringSubmatch(t); m != nil {
		r.list(m[1], m[2])
	} else if m := severalFirst.FindStringSubmatch(t); m != nil {
		r.list(m[1], "")
	} else if m := severalLast.FindStringSubmatch(t); m != nil {
		r.list(m[1], "")
	} else if m := onlyList.FindStringSubmatch(t); m != nil {
		r.list(m[1], bound)
	} else if m := portWord.FindStringSubmatch(t); m != nil {
		r.list(m[1], bound)
	} else if m := hostPort.FindStringSubmatch(t); m != nil {
		r.list(m[1], bound)
	} else if m := namePort.FindStringSubmatch(t); m != nil {
		r.parts(m[1])
		r.list(m[2], bound)
	} else if m := icmpType.FindStringSubmatch(t); m != nil {
		r.icmp(m[1], m[2])
	} else {
		return false
	}
	return true
}

// pieces reads a list whose parts have transports of their own:
// "tcp/80,443,udp/53". A part without one has that of the part before.
func (r *reading) pieces(t, bound string) {
	for piece := range strings.SplitSeq(t, ",") {
		if m := transportFirst.FindStringSubmatch(piece); m != nil {
			bound = m[1]
		}
		r.token(piece, bound)
	}
}

// list reads ports that one transport shares.
func (r *reading) list(text, transport string) {
	for item := range strings.FieldsFuncSeq(strings.ReplaceAll(text, ":", "-"), func(c rune) bool { return strings.ContainsRune(",;/+& ", c) }) {
		first, last := bounds(item)
		first, last = min(first, last), max(first, last)
		if first < 1 || last > 65535 {
			r.reject(item)
			continue
		}
		r.ask(Ask{Transport: transport, First: first, Last: last})
	}
}

func (r *reading) icmp(transport, number string) {
	n, _ := strconv.Atoi(number)
	if n > 255 {
		r.reject(transport + "/" + number)
		return
	}
	r.ask(Ask{Text: transport + "/" + strconv.Itoa(n), Transport: transport, First: n, Last: n})
}

// parts reads the words of a token.
func (r *reading) parts(t string) {
	if strings.HasPrefix(t, "ip/") {
		r.word(t)
		return
	}
	for _, w := range split(t) {
		r.word(w)
	}
}
