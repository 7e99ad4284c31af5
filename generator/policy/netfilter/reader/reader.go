// Package reader reads netfilter rule files as nft, iptables-restore and the
// shell do, strictly, and says what they mean. It refuses what they refuse,
// and besides what they let pass but nobody means: port 0, host bits below a mask.
package reader

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
	"portolan/generator/policy/policytest"
)

// Readers are those of the family, by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{
		"nftables":    readNft,
		"iptables":    scripts{[]string{"iptables"}, false}.read,
		"ip6tables":   scripts{[]string{"ip6tables"}, false}.read,
		"docker-user": scripts{[]string{"iptables", "ip6tables"}, true}.read,
	}
}

// prefix reads an address or a prefix of a family.
func prefix(text string, v6 bool) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return p, fmt.Errorf("no address: %q", text)
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	switch {
	case p.Addr().Is4() == v6:
		return p, fmt.Errorf("%s is of the other address family", text)
	case p.Masked() != p:
		return p, fmt.Errorf("%s has bits below its mask", text)
	}
	return p, nil
}

// portRange reads "443" or, with a colon or hyphen between, a range.
func portRange(text, between string) (policy.Ports, error) {
	lo, hi, ranged := strings.Cut(text, between)
	if !ranged {
		hi = lo
	}
	a, err := port(lo)
	if err != nil {
		return policy.Ports{}, err
	}
	b, err := port(hi)
	if err != nil {
		return policy.Ports{}, err
	}
	if a > b {
		return policy.Ports{}, fmt.Errorf("port range %s is reversed", text)
	}
	return policy.Ports{First: a, Last: b}, nil
}

func port(text string) (uint16, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 || text[0] == '+' {
		return 0, fmt.Errorf("no port: %q", text)
	}
	return uint16(n), nil
}

// byName are the protocols whose names the programs know.
var byName = map[string]netspec.Transport{
	"tcp": netspec.TCP, "udp": netspec.UDP, "sctp": netspec.SCTP, "icmp": netspec.ICMP, "ipv6-icmp": netspec.ICMPv6,
	"icmpv6": netspec.ICMPv6, "esp": netspec.ESP, "ah": netspec.AH, "gre": netspec.GRE,
}

func protocol(text string) (netspec.Transport, error) {
	if t, ok := byName[text]; ok {
		return t, nil
	}
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil {
		return netspec.Transport{}, fmt.Errorf("no protocol: %q", text)
	}
	return netspec.Protocol(uint8(n)), nil
}

func messageType(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil {
		return 0, fmt.Errorf("no message type: %q", text)
	}
	return int(n), nil
}

// spread is a rule once for each of its message types.
func spread(m policytest.Match, types []int) []policytest.Match {
	if types == nil {
		m.Type = -1
		return []policytest.Match{m}
	}
	var out []policytest.Match
	for _, m.Type = range types {
		out = append(out, m)
	}
	return out
}
