// Package reader reads netfilter rule files as nft, iptables-restore and the
// shell do, strictly, and says what they mean. It refuses what they refuse,
// and besides what they let pass but nobody means: port 0, host bits below a mask.
package reader

import (
	"fmt"
	"net/netip"

	"portolan/generator/policy/policytest"
)

// Readers are those of the family, by platform.
func Readers() map[string]policytest.Reader {
	return map[string]policytest.Reader{
		"nftables":    readNft,
		"iptables":    scripts{[]string{"iptables"}, false}.read,
		"ip6tables":   scripts{[]string{"ip6tables"}, false}.read,
		"docker-user": scripts{[]string{"iptables", "ip6tables"}, true}.read,
		"ansible":     readPlaybook,
	}
}

// prefix reads an address or a prefix of a family.
func prefix(text string, v6 bool) (netip.Prefix, error) {
	p, err := policytest.ParsePrefix(text)
	if err == nil && p.Addr().Is4() == v6 {
		err = fmt.Errorf("%s is of the other address family", text)
	}
	return p, err
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
