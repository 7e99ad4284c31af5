// Package reader reads access lists for Cisco's ASA, IOS XE and NX-OS back, as
// strictly as the devices take them, for tests. What is read is played on an
// empty device: a file that stands there twice was loaded twice.
package reader

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Readers are the readers by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"cisco-asa": ASA, "cisco-ios": IOS, "cisco-nxos": NXOS}
}

// words are those of one line.
type words struct {
	list []string
	at   int
}

func (w *words) peek() string {
	if w.at == len(w.list) {
		return ""
	}
	return w.list[w.at]
}

func (w *words) next() string {
	s := w.peek()
	if s != "" {
		w.at++
	}
	return s
}

// take takes the words if they come next.
func (w *words) take(list ...string) bool {
	if len(w.list)-w.at < len(list) || !slices.Equal(w.list[w.at:w.at+len(list)], list) {
		return false
	}
	w.at += len(list)
	return true
}

// rest is the text that is left.
func (w *words) rest() string {
	s := strings.Join(w.list[w.at:], " ")
	w.at = len(w.list)
	return s
}

func (w *words) end() error {
	if w.at < len(w.list) {
		return fmt.Errorf("%q is one word too many", w.peek())
	}
	return nil
}

// each hands the lines on that are not comments.
func each(text string, do func(w *words) error) error {
	for i, line := range strings.Split(text, "\n") {
		err := printable(line)
		if t := strings.TrimSpace(line); err == nil && t != "" && t[0] != '!' {
			err = do(&words{list: strings.Fields(t)})
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return nil
}

// printable refuses what a console takes for something else.
func printable(line string) error {
	for _, c := range []byte(line) {
		if c < ' ' || c > '~' {
			return fmt.Errorf("byte %#x", c)
		}
		if c == '?' {
			return errors.New("a question mark asks for help")
		}
	}
	return nil
}

// families are a set of address families.
type families uint8

const (
	v4   families = 1
	v6   families = 2
	both families = v4 | v6
)

func familyOf(a netip.Addr) families {
	if a.Is4() {
		return v4
	}
	return v6
}

// syntax is in what the devices' access lists differ.
type syntax struct {
	// any are the words for every address.
	any map[string]families
	// group is the word before the name of a group.
	group string
	// protocols are the names of protocols, by the family of the list.
	protocols map[families]map[string]netspec.Transport
	// literal reads an address or network.
	literal func(w *words) (netip.Prefix, error)
	// stateless: "established" is a word.
	stateless bool
	// remark is the length of a remark, in bytes.
	remark int
}

// group is a named set of addresses.
type group struct {
	kind    string
	members []netip.Prefix
}

func (g *group) families() (f families) {
	for _, p := range g.members {
		f |= familyOf(p.Addr())
	}
	return f
}

func (g *group) add(p netip.Prefix) error {
	if slices.Contains(g.members, p) {
		return fmt.Errorf("%s is there already", p)
	}
	g.members = append(g.members, p)
	return nil
}

// entry is one line of a list.
type entry struct {
	number   int
	text     string
	match    policytest.Match
	from, to string // groups; empty: none
}

type list struct {
	name    string
	family  families
	entries []entry
	// last is the greatest number given.
	last int
}

// add appends an entry, or puts it where its number says. The devices leave
// out one that is there already.
func (l *list) add(e entry) error {
	switch i := slices.IndexFunc(l.entries, func(o entry) bool { return o.number == e.number }); {
	case e.text != "" && slices.ContainsFunc(l.entries, func(o entry) bool { return o.text == e.text }):
		return nil
	case e.number == 0:
		e.number = l.last + 10
	case i >= 0:
		return fmt.Errorf("number %d is taken", e.number)
	}
	l.last = max(l.last, e.number)
	l.entries = append(l.entries, e)
	slices.SortStableFunc(l.entries, func(a, b entry) int { return a.number - b.number })
	return nil
}

// device is what has been loaded.
type device struct {
	syntax *syntax
	groups map[string]*group
	lists  []*list
}

// uses tells whether a list names a group.
func (d *device) uses(name string) bool {
	return slices.ContainsFunc(d.lists, func(l *list) bool {
		return slices.ContainsFunc(l.entries, func(e entry) bool { return e.from == name || e.to == name })
	})
}

// open returns a group to be filled, a new one where there is none.
func (d *device) open(kind, name string) (*group, error) {
	g := d.groups[name]
	switch {
	case g == nil:
		g = &group{kind: kind}
		d.groups[name] = g
	case g.kind != kind:
		return nil, fmt.Errorf("%s is a %s", name, g.kind)
	}
	return g, nil
}

// remove takes a group away; one that is not there is passed over.
func (d *device) remove(kind, name string) error {
	switch g := d.groups[name]; {
	case g != nil && g.kind != kind:
		return fmt.Errorf("%s is a %s", name, g.kind)
	case d.uses(name):
		return fmt.Errorf("%s is in use", name)
	}
	delete(d.groups, name)
	return nil
}

func (d *device) list(name string, family families) (*list, error) {
	for _, l := range d.lists {
		switch {
		case l.name == name && l.family != family:
			return nil, fmt.Errorf("%s is a list of the other family", name)
		case l.name == name:
			return l, nil
		case l.family == family:
			return nil, fmt.Errorf("two lists, %s and %s: which one is bound is not told", l.name, name)
		}
	}
	l := &list{name: name, family: family}
	d.lists = append(d.lists, l)
	return l, nil
}

func (d *device) removeList(name string, family families) {
	d.lists = slices.DeleteFunc(d.lists, func(l *list) bool { return l.name == name && l.family == family })
}

// side is one end of an entry: a group, or prefixes, or every address.
type side struct {
	group    string
	prefixes []netip.Prefix
	families families
}

func (d *device) side(w *words, family families) (s side, err error) {
	if f, ok := d.syntax.any[w.peek()]; ok {
		w.next()
		return side{families: f & family}, nil
	}
	if w.take(d.syntax.group) {
		name := w.next()
		g := d.groups[name]
		switch {
		case g == nil || len(g.members) == 0:
			return s, fmt.Errorf("no group %q", name)
		case g.families()&family == 0:
			return s, fmt.Errorf("group %s is of the other family", name)
		}
		return side{group: name, families: g.families()}, nil
	}
	p, err := d.syntax.literal(w)
	if err == nil && familyOf(p.Addr())&family == 0 {
		err = fmt.Errorf("%s is of the other family", p)
	}
	return side{prefixes: []netip.Prefix{p}, families: familyOf(p.Addr())}, err
}

// ace reads "permit tcp any host 192.0.2.1 eq 443".
func (d *device) ace(w *words, family families) (e entry, err error) {
	e.text = strings.Join(w.list[w.at:], " ")
	e.match = policytest.Match{Directions: []policy.Direction{policy.Forward}, Type: -1, Name: e.text}
	switch action := w.next(); action {
	case "permit":
		e.match.Verdict = policytest.Allowed
	case "deny":
		e.match.Verdict = policytest.Denied
	default:
		return e, fmt.Errorf("%q is neither permit nor deny", action)
	}
	if e.match.Transport, err = d.protocol(w.next(), family); err != nil {
		return e, err
	}
	from, err := d.side(w, family)
	if err != nil {
		return e, err
	}
	if e.match.FromPorts, err = ports(w, e.match.Transport); err != nil {
		return e, err
	}
	to, err := d.side(w, family)
	if err != nil {
		return e, err
	}
	if e.match.ToPorts, err = ports(w, e.match.Transport); err != nil {
		return e, err
	}
	d.options(w, &e.match)
	common := from.families & to.families
	switch e.match.Transport {
	case netspec.ICMP:
		common &= v4
	case netspec.ICMPv6:
		common &= v6
	}
	switch {
	case common == v4:
		e.match.Family = policy.IPv4
	case common == v6:
		e.match.Family = policy.IPv6
	case common == 0 && from.group == "" && to.group == "": // groups that don't meet match nothing
		return e, errors.New("the addresses have no family in common")
	}
	e.from, e.to, e.match.From, e.match.To = from.group, to.group, from.prefixes, to.prefixes
	return e, w.end()
}

func (d *device) protocol(word string, family families) (netspec.Transport, error) {
	if t, ok := d.syntax.protocols[family][word]; ok {
		return t, nil
	}
	if n, err := number(word, 1, 255); err == nil {
		return netspec.Protocol(uint8(n)), nil
	}
	return netspec.Transport{}, fmt.Errorf("no protocol %q", word)
}

// options reads what may follow the addresses.
func (d *device) options(w *words, m *policytest.Match) {
	if n, err := number(w.peek(), 0, 255); err == nil && (m.Transport == netspec.ICMP || m.Transport == netspec.ICMPv6) {
		w.next()
		m.Type = n
	}
	if d.syntax.stateless && m.Transport == netspec.TCP && w.take("established") {
		m.Established = true
	}
	w.take("log")
}

// ports reads "eq 443" or "range 1 9", if they come next; nil: every port.
func ports(w *words, t netspec.Transport) ([]policy.Ports, error) {
	operator := w.peek()
	if operator != "eq" && operator != "range" {
		return nil, nil
	}
	if !t.HasPorts() {
		return nil, fmt.Errorf("%s has no ports", t)
	}
	w.next()
	first, err := number(w.next(), 1, 65535)
	last := first
	if err == nil && operator == "range" {
		last, err = number(w.next(), 1, 65535)
	}
	switch {
	case err != nil:
		return nil, err
	case first > last:
		return nil, fmt.Errorf("range %d %d is the wrong way round", first, last)
	}
	return []policy.Ports{{First: uint16(first), Last: uint16(last)}}, nil
}

func number(text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most || strconv.Itoa(n) != text {
		return 0, fmt.Errorf("%q is no number from %d to %d", text, least, most)
	}
	return n, nil
}

func v4Addr(text string) (netip.Addr, error) {
	a, err := netip.ParseAddr(text)
	if err == nil && !a.Is4() {
		err = fmt.Errorf("%s is no IPv4 address", text)
	}
	return a, err
}

// host reads the address behind "host".
func host(text string) (netip.Prefix, error) {
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" || a.Is4In6() {
		return netip.Prefix{}, fmt.Errorf("%q is no address", text)
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// network reads an address and its mask. A wildcard mask has ones where a
// subnet mask has zeros.
func network(address, mask string, wildcard bool) (netip.Prefix, error) {
	a, err := v4Addr(address)
	if err != nil {
		return netip.Prefix{}, err
	}
	m, err := v4Addr(mask)
	if err != nil {
		return netip.Prefix{}, err
	}
	n := uint32(0)
	for _, b := range m.As4() {
		n = n<<8 | uint32(b)
	}
	if wildcard {
		n = ^n
	}
	for bits := range 33 {
		if n == ^uint32(0)<<(32-bits) {
			return masked(netip.PrefixFrom(a, bits))
		}
	}
	return netip.Prefix{}, fmt.Errorf("mask %s", mask)
}

// slash reads a prefix of one family.
func slash(text string, family families) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return p, fmt.Errorf("%q is no prefix", text)
	case familyOf(p.Addr())&family == 0 || p.Addr().Is4In6():
		return p, fmt.Errorf("%s is not written so", p)
	}
	return masked(p)
}

func masked(p netip.Prefix) (netip.Prefix, error) {
	if p != p.Masked() {
		return p, fmt.Errorf("%s has host bits", p)
	}
	return p, nil
}

// name holds a name to a length and to letters, digits and extra characters.
func name(text string, most int, extra string) error {
	if text == "" || len(text) > most {
		return fmt.Errorf("name %q has %d characters, not 1 to %d", text, len(text), most)
	}
	for _, c := range text {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune(extra, c) {
			return fmt.Errorf("name %q has %q", text, c)
		}
	}
	return nil
}

func (d *device) remark(w *words) error {
	if s := w.rest(); s == "" || len(s) > d.syntax.remark {
		return fmt.Errorf("a remark of %d characters", len(s))
	}
	return nil
}

// ruleset is what the lists do where they are bound: IPv4's, then IPv6's.
func (d *device) ruleset() *policytest.Ruleset {
	set := &policytest.Ruleset{Stateful: !d.syntax.stateless}
	for _, l := range d.lists {
		for _, e := range l.entries {
			m := e.match
			if e.from != "" {
				m.From = d.groups[e.from].members
			}
			if e.to != "" {
				m.To = d.groups[e.to].members
			}
			set.Rules = append(set.Rules, m)
		}
	}
	return set
}
