package policytest

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"portolan/generator/netspec"
	"portolan/generator/policy"
)

// ParsePrefix reads an address, or a prefix without bits below its mask.
func ParsePrefix(text string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return p, fmt.Errorf("no address: %q", text)
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if p.Masked() != p {
		return p, fmt.Errorf("%s has bits below its mask", text)
	}
	return p, nil
}

// ParsePorts reads "443" or a range whose ends have the given text between.
func ParsePorts(text, between string) (policy.Ports, error) {
	lo, hi, ranged := strings.Cut(text, between)
	if !ranged {
		hi = lo
	}
	a, err := parsePort(lo)
	if err != nil {
		return policy.Ports{}, err
	}
	b, err := parsePort(hi)
	if err != nil {
		return policy.Ports{}, err
	}
	if a > b {
		return policy.Ports{}, fmt.Errorf("port range %s is reversed", text)
	}
	return policy.Ports{First: a, Last: b}, nil
}

func parsePort(text string) (uint16, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 || text[0] == '+' {
		return 0, fmt.Errorf("no port: %q", text)
	}
	return uint16(n), nil
}

// protocols are the names of /etc/protocols that rule files use.
var protocols = map[string]netspec.Transport{
	"tcp": netspec.TCP, "udp": netspec.UDP, "sctp": netspec.SCTP, "icmp": netspec.ICMP, "ipv6-icmp": netspec.ICMPv6,
	"icmpv6": netspec.ICMPv6, "esp": netspec.ESP, "ah": netspec.AH, "gre": netspec.GRE,
}

// ParseProtocol reads the name of an IP protocol, or its number.
func ParseProtocol(text string) (netspec.Transport, error) {
	if t, ok := protocols[text]; ok {
		return t, nil
	}
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil {
		return netspec.Transport{}, fmt.Errorf("no protocol: %q", text)
	}
	return netspec.Protocol(uint8(n)), nil
}

// ParseType reads the number of an ICMP message type.
func ParseType(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil {
		return 0, fmt.Errorf("no message type: %q", text)
	}
	return int(n), nil
}
