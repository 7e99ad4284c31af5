package netspec

import (
	"net/netip"
	"strconv"
	"strings"
)

// Prefix is an address prefix as the data files write it; a plain address is
// the prefix of its full length and prints as the address.
type Prefix struct{ netip.Prefix }

// ParsePrefix reads "192.0.2.0/24", "2001:db8::/32" or a single address. Set
// host bits, an IPv4 address inside IPv6 and an IPv6 zone are faults
// (*SyntaxError): none of them is a prefix that a firewall rule can hold.
func ParsePrefix(text string) (Prefix, error) {
	if !strings.Contains(text, "/") {
		a, err := ParseAddr(text)
		if err != nil {
			return Prefix{}, err
		}
		return Prefix{netip.PrefixFrom(a.Addr, a.BitLen())}, nil
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return Prefix{}, syntax(0, strconv.Quote(text)+" is not an address prefix")
	case p.Addr().Is4In6():
		return Prefix{}, &SyntaxError{Text: strconv.Quote(text) + " is an IPv4 prefix inside IPv6", Hint: "write the IPv4 prefix"}
	case p.Masked() != p:
		return Prefix{}, &SyntaxError{Text: strconv.Quote(text) + " has host bits set", Hint: meant(p.Masked().String())}
	}
	return Prefix{p}, nil
}

// String spells a prefix of full length as an address.
func (p Prefix) String() string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.Prefix.String()
}

// UnmarshalText reads the data files' spelling.
func (p *Prefix) UnmarshalText(text []byte) error {
	got, err := ParsePrefix(string(text))
	if err == nil {
		*p = got
	}
	return err
}

// MarshalText writes String.
func (p Prefix) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Minus is a prefix without what others cover of it: the fewest prefixes, in
// order of their addresses.
func Minus(p netip.Prefix, others []netip.Prefix) []netip.Prefix {
	meets := false
	for _, o := range others {
		if o.Overlaps(p) {
			if o.Bits() <= p.Bits() {
				return nil
			}
			meets = true
		}
	}
	if !meets {
		return []netip.Prefix{p}
	}
	upper := p.Addr().AsSlice()
	upper[p.Bits()/8] |= 0x80 >> (p.Bits() % 8)
	middle, _ := netip.AddrFromSlice(upper)
	return append(Minus(netip.PrefixFrom(p.Addr(), p.Bits()+1), others), Minus(netip.PrefixFrom(middle, p.Bits()+1), others)...)
}

// Addr is one address of a host.
type Addr struct{ netip.Addr }

// ParseAddr reads one IPv4 or IPv6 address without a zone.
func ParseAddr(text string) (Addr, error) {
	a, err := netip.ParseAddr(text)
	switch {
	case err != nil && strings.Contains(text, "/"):
		return Addr{}, &SyntaxError{Text: strconv.Quote(text) + " is a prefix", Hint: "an address of one host is meant"}
	case err != nil:
		return Addr{}, syntax(0, strconv.Quote(text)+" is not an address")
	case a.Zone() != "":
		return Addr{}, syntax(0, strconv.Quote(text)+" has an interface zone")
	case a.Is4In6():
		return Addr{}, &SyntaxError{Text: strconv.Quote(text) + " is an IPv4 address inside IPv6", Hint: meant(a.Unmap().String())}
	}
	return Addr{a}, nil
}

// UnmarshalText reads the data files' spelling.
func (a *Addr) UnmarshalText(text []byte) error {
	got, err := ParseAddr(string(text))
	if err == nil {
		*a = got
	}
	return err
}
