package lookup

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The lines that firewalls log, by what gives them away. All are matched
// against lower case with single blanks.
var (
	// pfSense and OPNsense: …,tcp,60,1.2.3.4,10.0.0.1,51000,990,…
	filterLog = regexp.MustCompile(`,` + transport + `,(?:\d+,){1,2}[0-9a-f]*[.:][0-9a-f.:]+,[0-9a-f]*[.:][0-9a-f.:]+,\d+,(\d+)(?:,|$)`)
	// Linux, FortiGate and all that names its fields: DPT=990, "dst_port": 990
	portField  = regexp.MustCompile(`(?:^|[^a-z_-])(?:dpt|dport|dpts|dstport|dst_port|d_port|dest_port|destport|destination[._]?port)["']? ?[=:] ?["']?(\d+)`)
	protoField = regexp.MustCompile(`(?:^|[^a-z_-])(?:proto|protocol|ipproto|ip_proto|transport)["']? ?[=:] ?["']?([a-z0-9]+)`)
	// rules of iptables and nft: --dports 80,443; tcp dport { 80, 443 }
	ruleField = regexp.MustCompile(`(?:^|[ -])dports? (?:\{ ?)?(\d+(?:[-:]\d+)?(?:, ?\d+(?:[-:]\d+)?)*)`)
	// nmap, and its form for grep
	nmapLine  = regexp.MustCompile(`^(\d+)/` + transport + ` +(?:open|closed|filtered|unfiltered)\b`)
	nmapPorts = regexp.MustCompile(`(\d+)/(?:open|closed|filtered|unfiltered)(?:\|filtered)?/` + transport + `/`)
	// Cisco: outside:1.2.3.4/51000, inside/10.0.0.1(990)
	ciscoLine = regexp.MustCompile(`%(?:asa|ftd|pix|fwsm)-|ipaccesslog`)
	ciscoPort = regexp.MustCompile(`(?:^|[ :/(])(?:` + ipv4 + `|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*)[/(](\d+)\b`)
	ciscoTo   = regexp.MustCompile(` dst |-> ?| to `)
	// Windows: DROP TCP 1.2.3.4 10.0.0.1 51000 990
	windowsLog = regexp.MustCompile(`(?:^| )` + transport + ` [0-9a-f]*[.:][0-9a-f.:]+ [0-9a-f]*[.:][0-9a-f.:]+ \d+ (\d+)(?: |$)`)
	// the rest finds sockets: 1.2.3.4:443, [::]:443, *.443
	colonSocket = regexp.MustCompile(`^(?:\*|localhost|` + ipv4 + `|\[[0-9a-f:.]*(?:%[^\]]*)?\]|[0-9a-f:.]*::[0-9a-f:.]*|(?:[0-9a-f]+:){7}[0-9a-f]+)(?:%[^:]+)?:(\d+|\*|[a-z][a-z0-9-]*)$`)
	dotSocket   = regexp.MustCompile(`^(?:\*|` + ipv4 + `|[0-9a-f:]*::[0-9a-f:]*(?:%[a-z0-9]+)?)\.(\d+|\*|[a-z][a-z0-9-]*)$`)
	lineProto   = regexp.MustCompile(`^(tcp|udp|sctp)(?:4|6|46)?$`)
)

// What a line calls the program or the service of its port.
var (
	ssUsers       = regexp.MustCompile(`users:\(\("([^" ]{1,40})"`)
	lsofLine      = regexp.MustCompile(`^([^ ]{1,40}) \d+ [^ ]+ \d+[a-z]* (?:ipv4|ipv6) `)
	netstatOwner  = regexp.MustCompile(` (?:listen )?\d+/([a-z][^ :/]{0,39})(?: |:|$)`)
	nmapService   = regexp.MustCompile(`^\d+/(?:tcp|udp|sctp) +open +([a-z][^ ?]{0,39})`)
	netstatStarts = regexp.MustCompile(`^(?:tcp|udp)6? `)
)

// nameIn is what a line calls the program that listens, or nmap the service.
func nameIn(line string) string {
	if m := ssUsers.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	if m := lsofLine.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	if m := nmapService.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	if netstatStarts.MatchString(line) {
		if m := netstatOwner.FindStringSubmatch(line); m != nil {
			return m[1]
		}
	}
	return ""
}

// states are what a listing says of a socket.
var states = []string{"listen", "listening", "unconn", "estab", "established", "time-wait", "time_wait", "close-wait", "close_wait", "syn-sent",
	"syn_sent", "syn-recv", "syn_recv", "fin-wait-1", "fin_wait1", "fin_wait_1", "fin-wait-2", "fin_wait2", "fin_wait_2", "last-ack", "last_ack", "closing", "closed", "bound"}

// portless are the kinds of socket of a listing that have no ports.
var portless = []string{"unix", "u_str", "u_dgr", "u_seq", "raw", "raw6", "p_raw", "p_dgr", "v_str", "v_dgr", "nl", "xdp", "icmp6"}

// pasted reads one normalised line of a listing or a log; ok is false if it
// is none. Of a log it takes the destination's port, of a listing the local
// one, of an established connection the lower, which is the service's.
func pasted(line string) (asks []Ask, ok bool) {
	tokens := strings.Fields(line)
	if slices.ContainsFunc(tokens, long) {
		return nil, false
	}
	if m := filterLog.FindStringSubmatch(line); m != nil {
		return port(m[1], m[2]), true
	}
	if m := portField.FindStringSubmatch(line); m != nil {
		return port(protocol(line, tokens), m[1]), true
	}
	if m := ruleField.FindStringSubmatch(line); m != nil {
		var r reading
		r.list(m[1], protocol(line, tokens))
		return r.asked, len(r.asked) > 0
	}
	if m := nmapLine.FindStringSubmatch(line); m != nil {
		return port(m[2], m[1]), true
	}
	if all := nmapPorts.FindAllStringSubmatch(line, MaxAsks); all != nil {
		for _, m := range all {
			asks = append(asks, port(m[2], m[1])...)
		}
		return asks, true
	}
	if ciscoLine.MatchString(line) {
		return cisco(line, tokens), true
	}
	if m := windowsLog.FindStringSubmatch(line); m != nil {
		return port(m[1], m[2]), true
	}
	return listing(line, tokens)
}

// maxToken is the length of the longest part of a line that is looked at.
// Browsers match by backtracking: it bounds the work.
const maxToken = 512

func long(token string) bool {
	return len(token) > maxToken && utf8.RuneCountInString(token) > maxToken
}

// port is one ask, or none if the number is no port.
func port(transport, number string) []Ask {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 65535 {
		return nil
	}
	return []Ask{{Transport: transport, First: n, Last: n}}
}

// protocol finds the transport that a line names, "" if none.
func protocol(line string, tokens []string) string {
	if m := protoField.FindStringSubmatch(line); m != nil {
		switch m[1] {
		case "6":
			return "tcp"
		case "17":
			return "udp"
		case "132":
			return "sctp"
		}
		if slices.Contains(portTransports, m[1]) {
			return m[1]
		}
	}
	for _, t := range tokens {
		if m := lineProto.FindStringSubmatch(trim(t)); m != nil {
			return m[1]
		}
	}
	return ""
}

// cisco reads a message of an ASA or a router. A teardown doesn't tell who
// began, and of a connection that was built outward the far end stands first.
func cisco(line string, tokens []string) []Ask {
	all := ciscoPort.FindAllStringSubmatchIndex(line, 8)
	to := ciscoTo.FindStringIndex(line)
	number := func(m []int) string { return line[m[2]:m[3]] }
	if len(all) == 0 || to == nil {
		return nil
	}
	i := slices.IndexFunc(all, func(m []int) bool { return m[2] >= to[1] })
	if i < 0 {
		return nil
	}
	name := protocol(line, tokens)
	switch {
	case strings.Contains(line, "built outbound"):
		return port(name, number(all[0]))
	case strings.Contains(line, "teardown"):
		return lower(name, number(all[0]), number(all[i]))
	}
	return port(name, number(all[i]))
}

// lower is the ask for the lower of two ports.
func lower(transport, a, b string) []Ask {
	pa, pb := port(transport, a), port(transport, b)
	if pa == nil || pb != nil && pb[0].First < pa[0].First {
		return pb
	}
	return pa
}

// listing reads a line of ss, netstat or lsof, or one of a packet filter or
// capture that has an arrow between two sockets.
func listing(line string, tokens []string) ([]Ask, bool) {
	if len(tokens) > 3 && slices.Contains(portless, tokens[0]) {
		return nil, true
	}
	state, arrow := "", -1
	var ports []string
	for _, t := range strings.Fields(strings.ReplaceAll(line, "->", " > ")) {
		if t == ">" {
			arrow = len(ports)
			continue
		}
		if s := trim(t); state == "" && slices.Contains(states, s) {
			state = s
		}
		t = strings.TrimRight(t, ",;:")
		if m := colonSocket.FindStringSubmatch(t); m != nil {
			ports = append(ports, m[1])
		} else if m := dotSocket.FindStringSubmatch(t); m != nil {
			ports = append(ports, m[1])
		}
	}
	if len(ports) == 0 || len(ports) == 1 && state == "" {
		return nil, false
	}
	name := protocol(line, tokens)
	switch {
	case name == "" && state == "unconn":
		name = "udp"
	case name == "" && state != "":
		name = "tcp"
	}
	for i, p := range ports {
		if n := registered().port(p); n > 0 {
			ports[i] = strconv.Itoa(n)
		}
	}
	if state == "" && arrow > 0 && arrow < len(ports) {
		return port(name, ports[arrow]), true
	}
	if len(ports) == 1 || state == "listen" || state == "listening" {
		return port(name, ports[0]), true
	}
	return lower(name, ports[0], ports[1]), true
}
