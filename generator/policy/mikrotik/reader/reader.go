// Package reader reads RouterOS scripts back, as strictly as RouterOS takes
// them, for tests: address lists, filters of the forward chain, translation.
package reader

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Readers are the readers by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"mikrotik": RouterOS}
}

// slots is how many ports a rule lists; a range takes two.
const slots = 15

// menus are the places of a script, and what an item there may say.
var menus = map[string][]string{
	"/ip firewall address-list":   {"list", "address", "comment"},
	"/ipv6 firewall address-list": {"list", "address", "comment"},
	"/ip firewall filter":         {"chain", "action", "protocol", "src-address-list", "dst-address-list", "src-port", "dst-port", "icmp-options", "connection-state", "jump-target", "log", "log-prefix", "comment", "place-before"},
	"/ipv6 firewall filter":       {"chain", "action", "protocol", "src-address-list", "dst-address-list", "src-port", "dst-port", "icmp-options", "connection-state", "jump-target", "log", "log-prefix", "comment", "place-before"},
	"/ip firewall nat":            {"chain", "action", "dst-address", "to-addresses", "comment"},
	"/ipv6 firewall nat":          {"chain", "action", "dst-address", "to-address", "comment"},
	"/system scheduler":           {"name", "interval", "on-event", "comment"},
}

type router struct {
	menu    string
	removed map[string]string // by menu, the beginning of comments
	lists   map[string][]netip.Prefix
	members map[string]bool
	chains  map[string][]policytest.Match // by family and chain
	jumps   map[string]string             // by family, from forward
	vars    map[string]bool
	block   []string // the lines that must follow
}

// RouterOS reads a script.
func RouterOS(text string) (*policytest.Ruleset, error) {
	r := &router{removed: map[string]string{}, lists: map[string][]netip.Prefix{}, members: map[string]bool{}, chains: map[string][]policytest.Match{}, jumps: map[string]string{}, vars: map[string]bool{}}
	for i, s := range strings.Split(text, "\n") {
		if err := r.line(s); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if len(r.block) > 0 {
		return nil, fmt.Errorf("line 1: the search for a place has no end")
	}
	set := &policytest.Ruleset{}
	for _, family := range []string{"/ip", "/ipv6"} {
		chain := r.jumps[family]
		delete(r.jumps, family)
		if chain != "" && r.chains[family+chain] == nil {
			return nil, fmt.Errorf("line 1: chain %s is empty", chain)
		}
		set.Rules = append(set.Rules, r.chains[family+chain]...)
		delete(r.chains, family+chain)
	}
	for chain := range r.chains {
		return nil, fmt.Errorf("line 1: no packet gets to chain %s", chain)
	}
	return set, nil
}

var (
	remove = regexp.MustCompile(`^remove \[find (comment~"\^([A-Za-z0-9-]+):"|name="([A-Za-z0-9-]+)")\]$`)
	// What finds the place of the jump: line by line, for one family.
	begin  = regexp.MustCompile(`^:local rules([46]) \[(/ip|/ipv6) firewall filter find chain=forward dynamic=no\]$`)
	choice = regexp.MustCompile(`^:if \(\$at([46]) < \$count([46])\) do=\{ (.*) place-before=\[:pick \$rules([46]) \$at([46])\] \} else=\{ (.*) \}$`)
)

// search follows the list of the rules: how many there are, and up to where they are fasttrack's.
var search = []string{
	":local atN 0",
	":local countN 0",
	":foreach rule in=$rulesN do={",
	"    :set countN ($countN + 1)",
	`    :if ([MENU firewall filter get $rule action] = "fasttrack-connection") do={ :set atN $countN }`,
	"}",
}

func (r *router) line(s string) error {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return fmt.Errorf("byte %#x", s[i])
		}
	}
	switch {
	case s == "" || strings.HasPrefix(s, "#"):
		return nil
	case menus[s] != nil:
		r.menu = s
		return nil
	}
	if len(r.block) > 0 {
		if s != r.block[0] {
			return fmt.Errorf("not %q", r.block[0])
		}
		r.block = r.block[1:]
		return nil
	}
	if m := begin.FindStringSubmatch(s); m != nil {
		if (m[1] == "6") != (m[2] == "/ipv6") || r.vars[m[1]] {
			return fmt.Errorf("variables of another family, or declared twice")
		}
		r.vars[m[1]] = true
		for _, line := range search {
			r.block = append(r.block, strings.NewReplacer("MENU", m[2], "N", m[1]).Replace(line))
		}
		return nil
	}
	if m := choice.FindStringSubmatch(s); m != nil {
		if m[3] != m[6] || m[1] != m[2] || m[1] != m[4] || m[1] != m[5] || !r.vars[m[1]] {
			return fmt.Errorf("the two ways differ, or of another list")
		}
		return r.line(m[3])
	}
	menu, rest := r.menu, s
	if strings.HasPrefix(s, "/") {
		menu = ""
		for m := range menus {
			if tail, ok := strings.CutPrefix(s, m+" "); ok {
				menu, rest = m, tail
			}
		}
	}
	if menu == "" {
		return fmt.Errorf("no such menu: %s", s)
	}
	if m := remove.FindStringSubmatch(rest); m != nil {
		r.removed[menu] = m[2]
		if m[3] != "" {
			r.removed[menu] = m[3]
		}
		return nil
	}
	body, ok := strings.CutPrefix(rest, "add ")
	if !ok {
		return fmt.Errorf("unknown command %q", rest)
	}
	return r.add(menu, body)
}

// add reads an item of a menu.
func (r *router) add(menu, body string) error {
	item, err := pairs(body)
	if err != nil {
		return err
	}
	for k := range item {
		if !slices.Contains(menus[menu], k) {
			return fmt.Errorf("%s has no %s", menu, k)
		}
	}
	begin, ok := r.removed[menu]
	switch {
	case !ok:
		return fmt.Errorf("nothing of %s is removed before: a second run doubles it", menu)
	case !strings.HasPrefix(item["comment"], begin+": "):
		return fmt.Errorf("comment %q is not of what is removed", item["comment"])
	}
	switch {
	case strings.HasSuffix(menu, "address-list"):
		return r.member(menu, item)
	case strings.HasSuffix(menu, "filter"):
		return r.filter(strings.TrimSuffix(menu, " firewall filter"), item)
	case strings.HasSuffix(menu, "nat"):
		return translation(menu, item)
	}
	if item["name"] == "" || item["interval"] == "" || item["on-event"] == "" {
		return fmt.Errorf("a task without name, interval or event")
	}
	return nil
}

// pairs reads key=value, the value bare or in quotes, where a backslash
// escapes and a dollar sign would expand.
func pairs(s string) (map[string]string, error) {
	out := map[string]string{}
	for s != "" {
		k, rest, ok := strings.Cut(s, "=")
		if !ok || k == "" || strings.ContainsAny(k, ` "[]`) {
			return nil, fmt.Errorf("%q is no key", k)
		}
		if _, twice := out[k]; twice {
			return nil, fmt.Errorf("%s twice", k)
		}
		var v strings.Builder
		i := 0
		if strings.HasPrefix(rest, `"`) {
			for i = 1; ; i++ {
				if i >= len(rest) {
					return nil, fmt.Errorf("a quote without an end")
				}
				if rest[i] == '"' {
					break
				}
				switch rest[i] {
				case '\\':
					i++
					if i >= len(rest) || strings.IndexByte(`"\$?nrt`, rest[i]) < 0 {
						return nil, fmt.Errorf("an unknown escape")
					}
				case '$':
					return nil, fmt.Errorf("a dollar sign expands")
				}
				v.WriteByte(rest[i])
			}
			i++
		} else {
			for i < len(rest) && rest[i] != ' ' {
				if strings.IndexByte(`"[]{}();$?#\`, rest[i]) >= 0 {
					return nil, fmt.Errorf("%q outside of quotes", rest[i])
				}
				v.WriteByte(rest[i])
				i++
			}
		}
		if v.Len() == 0 {
			return nil, fmt.Errorf("%s has no value", k)
		}
		out[k] = v.String()
		rest = rest[i:]
		if rest != "" && rest[0] != ' ' {
			return nil, fmt.Errorf("no space after %s", k)
		}
		s = strings.TrimPrefix(rest, " ")
	}
	return out, nil
}

func (r *router) member(menu string, item map[string]string) error {
	six := strings.HasPrefix(menu, "/ipv6")
	a, list := item["address"], strings.Fields(menu)[0]+item["list"]
	if a == "" || item["list"] == "" {
		return fmt.Errorf("no list, or no address")
	}
	if r.members[list+" "+a] {
		return fmt.Errorf("already have such entry: %s", a)
	}
	r.members[list+" "+a] = true
	p, err := netip.ParsePrefix(a)
	if one, bad := netip.ParseAddr(a); bad == nil {
		p, err = netip.PrefixFrom(one, one.BitLen()), nil
	}
	if err != nil {
		if !hostname.MatchString(a) {
			return fmt.Errorf("%q is no address and no name", a)
		}
		for _, p := range policytest.NameAddrs(a) {
			if p.Addr().Is4() != six {
				r.lists[list] = append(r.lists[list], p)
			}
		}
		return nil
	}
	if p.Addr().Is4() == six || p != p.Masked() {
		return fmt.Errorf("%s: of the other family, or with bits past its length", a)
	}
	r.lists[list] = append(r.lists[list], p)
	return nil
}

var hostname = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)

func (r *router) filter(family string, item map[string]string) error {
	chain := item["chain"]
	if chain == "forward" {
		if item["action"] != "jump" || item["jump-target"] == "" || len(item) != 4 {
			return fmt.Errorf("a rule in a chain that is not ours")
		}
		if r.jumps[family] != "" {
			return fmt.Errorf("a second jump")
		}
		r.jumps[family] = item["jump-target"]
		return nil
	}
	if chain == "" || chain == "input" || chain == "output" {
		return fmt.Errorf("chain %q", chain)
	}
	m := policytest.Match{Directions: []policy.Direction{policy.Forward}, Family: policy.IPv4, Transport: netspec.Any, Type: -1, Name: item["comment"]}
	if family == "/ipv6" {
		m.Family = policy.IPv6
	}
	switch item["action"] {
	case "accept":
		m.Verdict = policytest.Allowed
	case "drop":
		m.Verdict = policytest.Denied
	default:
		return fmt.Errorf("action %q", item["action"])
	}
	if s := item["connection-state"]; s != "" {
		if s != "established,related,untracked" {
			return fmt.Errorf("connection-state %q", s)
		}
		m.Established = true
	}
	if l := item["log"]; l != "" && l != "yes" {
		return fmt.Errorf("log=%s", l)
	}
	var err error
	if p := item["protocol"]; p != "" {
		if m.Transport, err = transport(p, family == "/ipv6"); err != nil {
			return err
		}
	}
	for key, to := range map[string]*[]netip.Prefix{"src-address-list": &m.From, "dst-address-list": &m.To} {
		if name := item[key]; name != "" {
			if *to = r.lists[family+name]; *to == nil {
				return fmt.Errorf("list %q is empty", name)
			}
		}
	}
	for key, to := range map[string]*[]policy.Ports{"src-port": &m.FromPorts, "dst-port": &m.ToPorts} {
		if list := item[key]; list != "" {
			if m.Transport != netspec.TCP && m.Transport != netspec.UDP {
				return fmt.Errorf("ports without TCP or UDP")
			}
			if *to, err = ports(list); err != nil {
				return err
			}
		}
	}
	if o := item["icmp-options"]; o != "" {
		n, rest, _ := strings.Cut(o, ":")
		if m.Type, err = strconv.Atoi(n); err != nil || m.Type < 0 || m.Type > 255 || rest != "0-255" || m.Transport != netspec.ICMP && m.Transport != netspec.ICMPv6 {
			return fmt.Errorf("icmp-options %q", o)
		}
	}
	r.chains[family+chain] = append(r.chains[family+chain], m)
	return nil
}

func transport(s string, six bool) (netspec.Transport, error) {
	switch {
	case s == "tcp":
		return netspec.TCP, nil
	case s == "udp":
		return netspec.UDP, nil
	case s == "icmp" && !six:
		return netspec.ICMP, nil
	case s == "icmpv6" && six:
		return netspec.ICMPv6, nil
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		return netspec.Transport{}, fmt.Errorf("protocol %q", s)
	}
	return netspec.Protocol(uint8(n)), nil
}

func ports(list string) ([]policy.Ports, error) {
	var out []policy.Ports
	used := 0
	for _, s := range strings.Split(list, ",") {
		first, last, isRange := strings.Cut(s, "-")
		used++
		if isRange {
			used++
		} else {
			last = first
		}
		a, err := strconv.ParseUint(first, 10, 16)
		if err != nil {
			return nil, err
		}
		b, err := strconv.ParseUint(last, 10, 16)
		if err != nil {
			return nil, err
		}
		if a == 0 || a > b || isRange && a == b {
			return nil, fmt.Errorf("%q is no port or range", s)
		}
		out = append(out, policy.Ports{First: uint16(a), Last: uint16(b)})
	}
	if used > slots {
		return nil, fmt.Errorf("%d ports, ranges counted twice: %d can be", used, slots)
	}
	return out, nil
}

func translation(menu string, item map[string]string) error {
	to := item["to-addresses"]
	if menu == "/ipv6 firewall nat" {
		to = item["to-address"]
	}
	for _, s := range []string{item["dst-address"], strings.TrimSuffix(to, "/128")} {
		a, err := netip.ParseAddr(strings.TrimSuffix(s, "/128"))
		if err != nil || a.Is4() != (menu == "/ip firewall nat") {
			return fmt.Errorf("%q is no address", s)
		}
	}
	if item["chain"] != "dstnat" || item["action"] != "dst-nat" {
		return fmt.Errorf("chain or action")
	}
	return nil
}
