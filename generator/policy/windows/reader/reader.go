// Package reader reads rule files for the firewall of Windows back, as
// strictly as Windows takes them, for tests.
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

// Readers are the readers by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{"windows-powershell": PowerShell, "windows-netsh": Netsh}
}

// rule is what both languages say of a rule, as they spell it.
type rule struct {
	name                  string
	out, block            bool
	protocol              string
	icmp                  []string
	localPort, remotePort []string
	remote                []string
}

// matches is what a rule means.
func (r rule) matches() ([]policytest.Match, error) {
	m := policytest.Match{Verdict: policytest.Allowed, Directions: []policy.Direction{policy.In}, Type: -1, Name: r.name}
	if r.out {
		m.Directions[0] = policy.Out
	}
	if r.block {
		m.Verdict = policytest.Denied
	}
	var err error
	if m.Transport, err = transport(r.protocol); err != nil {
		return nil, err
	}
	remote, err := addresses(r.remote)
	if err != nil {
		return nil, err
	}
	local, err := ports(r.localPort)
	if err != nil {
		return nil, err
	}
	far, err := ports(r.remotePort)
	if err != nil {
		return nil, err
	}
	if (local != nil || far != nil) && m.Transport != netspec.TCP && m.Transport != netspec.UDP {
		return nil, fmt.Errorf("ports need the protocol TCP or UDP, not %s", r.protocol)
	}
	if r.out {
		m.To, m.ToPorts, m.FromPorts = remote, far, local
	} else {
		m.From, m.FromPorts, m.ToPorts = remote, far, local
	}
	if len(r.icmp) == 0 {
		return []policytest.Match{m}, nil
	}
	if m.Transport != netspec.ICMP && m.Transport != netspec.ICMPv6 {
		return nil, fmt.Errorf("an ICMP type needs the protocol ICMPv4 or ICMPv6, not %s", r.protocol)
	}
	var out []policytest.Match
	for _, s := range r.icmp {
		n, err := number(s, 255)
		if err != nil {
			return nil, err
		}
		m.Type = n
		out = append(out, m)
	}
	return out, nil
}

func transport(s string) (netspec.Transport, error) {
	switch strings.ToLower(s) {
	case "tcp":
		return netspec.TCP, nil
	case "udp":
		return netspec.UDP, nil
	case "icmpv4":
		return netspec.ICMP, nil
	case "icmpv6":
		return netspec.ICMPv6, nil
	case "any":
		return netspec.Any, nil
	}
	n, err := number(s, 255)
	if err != nil {
		return netspec.Transport{}, fmt.Errorf("unknown protocol %q", s)
	}
	return netspec.Protocol(uint8(n)), nil
}

// number reads a plain decimal number from 0 to hi.
func number(s string, hi int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > hi || strconv.Itoa(n) != s {
		return 0, fmt.Errorf("%q is no number from 0 to %d", s, hi)
	}
	return n, nil
}

// ports reads ports and ranges; nil: every port. Port 0, which Windows takes, is refused.
func ports(list []string) ([]policy.Ports, error) {
	if len(list) == 1 && strings.EqualFold(list[0], "any") {
		return nil, nil
	}
	var out []policy.Ports
	for _, s := range list {
		first, last, isRange := strings.Cut(s, "-")
		if !isRange {
			last = first
		}
		a, err := number(first, 65535)
		if err != nil {
			return nil, err
		}
		b, err := number(last, 65535)
		if err != nil {
			return nil, err
		}
		if a < 1 || a > b || isRange && a == b {
			return nil, fmt.Errorf("%q is no port or range of ports", s)
		}
		out = append(out, policy.Ports{First: uint16(a), Last: uint16(b)})
	}
	return out, nil
}

// addresses reads addresses, prefixes and ranges; nil: every address.
func addresses(list []string) ([]netip.Prefix, error) {
	if len(list) == 1 && strings.EqualFold(list[0], "any") {
		return nil, nil
	}
	var out []netip.Prefix
	for _, s := range list {
		switch {
		case s == "0.0.0.0-255.255.255.255":
			out = append(out, netip.MustParsePrefix("0.0.0.0/0"))
		case s == "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff":
			out = append(out, netip.MustParsePrefix("::/0"))
		case strings.Contains(s, "/"):
			p, err := netip.ParsePrefix(s)
			switch {
			case err != nil:
				return nil, err
			case p != p.Masked():
				return nil, fmt.Errorf("%s has bits set past its length", s)
			case p.Bits() == 0:
				return nil, fmt.Errorf("%s: a prefix of length 0 is not taken", s)
			}
			out = append(out, p)
		default:
			a, err := netip.ParseAddr(s)
			if err != nil || a.Zone() != "" {
				return nil, fmt.Errorf("%q is no address", s)
			}
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no address")
	}
	return out, nil
}

// fault is an error at a line.
func fault(line int, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", line, fmt.Sprintf(format, args...))
}
